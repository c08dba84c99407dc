"""The check: right, a known mistake, or the first difference.

What the learner wrote is compared by value, on random networks made for it, so every correct way
of writing it passes. If it is wrong, it is compared with what each known mistake would have given:
the one that agrees in every trial is named. Otherwise the first difference is shown.
"""

import re
from contextlib import redirect_stdout
from io import StringIO
from itertools import permutations

from helpers.exercises import reading, wording
from helpers.exercises.comparing import SAID
from helpers.exercises.exercise import Exercise
from helpers.exercises.misconceptions import belief_named
from helpers.exercises.mistakes import Answer, Mistake
from helpers.exercises.pairs import pair_in
from helpers.exercises.running import Failure, is_stopped, time_limit
from helpers.exercises.slips import slip_in
from helpers.exercises.trying import Tried, agrees, is_same, try_twice, wrong_in
from helpers.exercises.verdict import Verdict
from helpers.texts import read

DOTS = re.compile("'ellipsis'|type ellipsis")  # Python's words and NumPy's for them


def judge(exercise: Exercise, answer: Answer, seed: int = 0) -> Verdict:
    """Judge an answer.

    Parameters
    ----------
    exercise : Exercise
    answer : callable
        With the arguments of `exercise.solution`.
    seed : int
        Of the trials.
    """
    first, again = try_twice(exercise, answer, seed)
    return (
        _if_stopped(again or first)
        or _if_not_attempted(first)
        or _if_unsteady(first, again)
        or _verdict_on(first)
    )


def _verdict_on(tried: Tried) -> Verdict:
    return (
        _if_right(tried)
        or _if_in_another_order(tried)
        or _if_known(tried)
        or _if_explained(tried)
        or wording.first_difference(tried, slip_in(tried))
    )


def _if_stopped(tried: Tried) -> Verdict | None:
    last = tried.outcomes[-1]
    return Verdict("failure", str(last)) if is_stopped(last) else None


def _if_not_attempted(tried: Tried) -> Verdict | None:
    """Say so if the dots of the stub are still there, or the function is empty."""
    first = tried.outcomes[0]
    if isinstance(first, Failure):
        is_stub = bool(DOTS.search(first.message)) or reading.has_dots(tried.answer)
    else:
        is_stub = any(map(reading.holds_dots, first.values())) or reading.is_empty(tried.answer)
    return Verdict("not attempted", SAID["not_attempted"]) if is_stub else None


def _if_unsteady(first: Tried, again: Tried | None) -> Verdict | None:
    """Say so if it gives two different results, and not one mistake that explains both.

    What `explain` says comes from a run of its own, and may be the same twice by chance.
    """
    if again is None or is_same(first.exercise, first.outcomes, again.outcomes):
        return None
    now, then = _verdict_on(first), _verdict_on(again)
    is_one = now.text == then.text and now.mistake is then.mistake
    if is_one or now.kind == then.kind == "failure":
        return None
    return Verdict("difference", "\n".join([SAID["unsteady"], *wording.outside(first.answer)]))


def _if_right(tried: Tried) -> Verdict | None:
    """Say so if all numbers are right, and if so, whether what was given is as it was."""
    if not agrees(tried.exercise, tried.outcomes, tried.right):
        return None
    if not tried.changed:
        return Verdict("right", SAID["right"].format(n=len(tried.trials)))
    words = SAID["rounded" if all(tried.changed.values()) else "written"]
    name = words["name"].format(names=wording.in_a_row(tried.changed))
    return wording.named(Mistake(name, words["hint"], belief_named("caches"), tried.answer))


def _if_in_another_order(tried: Tried) -> Verdict | None:
    for order in permutations(tried.exercise.parts):
        renamed = (
            got if isinstance(got, Failure) else dict(zip(order, got.values(), strict=True))
            for got in tried.outcomes
        )
        if agrees(tried.exercise, renamed, tried.right):
            return Verdict("difference", SAID["reordered"])
    return None


def _if_known(tried: Tried) -> Verdict | None:
    """Name one mistake or two that give the same, or one that gives the same in its parts."""
    mistake = _in_all_parts(tried) or pair_in(tried) or _in_a_part(tried)
    return wording.recognised(tried, mistake) if mistake else None


def _in_all_parts(tried: Tried) -> Mistake | None:
    known = wrong_in(tried.exercise, tried.seed)
    return next((m for m, its, _ in known if is_same(tried.exercise, tried.outcomes, its)), None)


def _in_a_part(tried: Tried) -> Mistake | None:
    """Return the mistake that gives the same in the parts that it spoils.

    Other parts are wrong as well, but none before: so its name is true of the first part that is
    wrong. Where `observe` takes one result apart, this part is enough.
    """
    exercise, mine = tried.exercise, tried.spoiled
    for mistake, theirs, its in wrong_in(exercise, tried.seed):
        parts = mine[:1] if exercise.observe else its
        is_first = bool(its) and mine[0] in its and set(its) <= set(mine)
        if is_first and is_same(exercise, tried.outcomes, theirs, parts):
            return mistake
    return None


def _if_explained(tried: Tried) -> Verdict | None:
    exercise = tried.exercise
    if isinstance(tried.outcomes[0], Failure) or not (exercise.explain and tried.has_wrong_numbers):
        return None  # Python's own words say more
    with time_limit(), redirect_stdout(StringIO()):  # it may run the answer once more
        said = exercise.explain(tried.answer, tried.trials, tried.outcomes)
    if not said:
        return None
    words = read(f"lesson_{exercise.lesson}/exercises")[exercise.name]
    belief = belief_named(words["explained_belief"])
    mistake = Mistake(said, words["explained"], belief, tried.answer)
    return wording.named(mistake, *wording.outside(tried.answer))
