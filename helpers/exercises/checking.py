"""The check: what the learner wrote runs beside the right answer, and beside each known mistake.

The learner's function is compared by value, on random networks made for it, so every correct
way of writing it passes. If it is wrong, it is compared with what each known mistake would have
given: the one that agrees in every trial is named. Otherwise the first difference is shown. The
trials are the same each time, so the same answer gets the same words.
"""

import copy
import inspect
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from itertools import permutations, starmap
from typing import Any

import numpy as np

from helpers.activations import Activation
from helpers.exercises import comparing, reading
from helpers.exercises.comparing import SAID, agree
from helpers.exercises.entries import entry
from helpers.exercises.misconceptions import Misconception, belief_named
from helpers.exercises.mistakes import Answer, Mistake, mistakes_of
from helpers.exercises.running import STOPPED, Failure, attempt, time_limit
from helpers.exercises.slips import Telling, fitting, pieces_of, print_of, slips_in, together
from helpers.exercises.verdict import Verdict
from helpers.texts import lesson_of, number_of, read

Outcome = Mapping[str, Any] | Failure  # what one run gave, by the name of each part
Outcomes = Sequence[Outcome]  # of all trials
DOTS = re.compile("'ellipsis'|type ellipsis")  # Python's words and NumPy's for them
ROUNDING = 1e-12  # by which adding and subtracting again may change a number
WITH_SAMPLES = ("Y", "Z", "A", "A_prev", "delta")  # arguments that have a column for each sample
LONGEST = 80  # characters of an argument that are worth showing


class Unreadable(Exception):
    """What a function returned can't be compared; the words, which are for the learner, say why."""


@dataclass(frozen=True)
class Trial:
    """One set of arguments for the learner's function.

    Attributes
    ----------
    about : str
        What it is, in words.
    arguments : tuple
        Copied for each run, so that a function may write to them.
    """

    about: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Exercise:
    """A task, its right answer, and the wrong ones that are known.

    Attributes
    ----------
    name : str
        Of the learner's function.
    lesson : int
    title : str
    solution : callable
        The right answer.
    trials : callable
        ``trials(rng)`` gives the trials, from a Generator.
    mistakes : tuple of Mistake
    parts : tuple of str
        What the function returns, in order; each is compared on its own.
    observe : callable, optional
        ``observe(answer, arguments)`` runs the answer and gives the parts in their order, where
        more counts than what the function returns.
    tolerance : float
        How close counts as right, relative to the largest number of a part.
    may_change : tuple of str
        The arguments that an answer may write into; the others stay as they are.
    explain : callable, optional
        ``explain(answer, trials, outcomes)`` says what a wrong answer does that isn't known by
        name, or nothing.
    """

    name: str
    lesson: int
    title: str
    solution: Answer
    trials: Callable[[np.random.Generator], Sequence[Trial]]
    mistakes: tuple[Mistake, ...]
    parts: tuple[str, ...] = ("the result",)
    observe: Callable[[Answer, tuple[Any, ...]], tuple[Any, ...]] | None = None
    tolerance: float = 1e-7
    may_change: tuple[str, ...] = ()
    explain: Callable[[Answer, Sequence[Trial], Outcomes], str] | None = None

    @classmethod
    def of(
        cls,
        solution: Answer,
        trials: Callable[[np.random.Generator], Sequence[Trial]],
        name: str = "",
        also: tuple[Mistake, ...] = (),
        **how: Any,
    ) -> "Exercise":
        """Return an exercise whose words and mistakes are in exercises.toml beside its solution.

        Parameters
        ----------
        solution, trials : callable
        name : str
            The table in the file; as the solution, if it isn't given.
        also : tuple of Mistake
            Those of another exercise that can be made in this one, too.
        **how
            `observe`, `tolerance`, `may_change` and `explain`, where they aren't the usual ones.
        """
        name, file = name or solution.__name__, f"{lesson_of(solution)}/exercises"
        with entry(file, name):
            results = () if "observe" in how else read(file)[name]["parts"]
        mistakes = (*also, *mistakes_of(solution, name), *slips_in(solution, results))
        how |= {"solution": solution, "trials": trials, "mistakes": mistakes}
        return cls.from_file(file, name, **how)

    @classmethod
    def from_file(cls, file: str, name: str, **how: Any) -> "Exercise":
        """Return an exercise whose title and parts a file says.

        Parameters
        ----------
        file : str
            'lesson_3/exercises' or 'lesson_3/puzzles'.
        name : str
            The table in it.
        **how
            What else an `Exercise` has.

        Raises
        ------
        ValueError
            If the file doesn't say them; the message names it and the table.
        """
        with entry(file, name):
            words = read(file)[name]
            said = {"title": words["title"], "parts": tuple(words["parts"])}
        return cls(name=name, lesson=number_of(file.partition("/")[0]), **said, **how)

    def make_trials(self, seed: int = 0) -> Sequence[Trial]:
        """Return the trials of a seed; learners all get those of seed 0."""
        return self.trials(np.random.default_rng([seed, *self.name.encode()]))

    def run(self, answer: Answer, trial: Trial) -> Outcome:
        """Run an answer on a copy of the trial's arguments."""
        return self.run_on(answer, copied(trial.arguments))

    def run_on(self, answer: Answer, arguments: tuple[Any, ...]) -> Outcome:
        """Run an answer on arguments that it may spoil."""
        return attempt(answer, lambda: self._parts_of(answer, arguments))

    def changes(self, before: tuple[Any, ...], after: tuple[Any, ...]) -> dict[str, bool]:
        """Return which arguments a run has changed though it may not, and if by rounding alone."""
        return {
            name: agree(new, old, ROUNDING)
            for name, old, new in zip(self.arguments, before, after, strict=True)
            if name not in self.may_change and not comparing.is_as_it_was(old, new)
        }

    @property
    def arguments(self) -> Iterable[str]:
        """The names of the solution's arguments."""
        return inspect.signature(self.solution).parameters

    def _parts_of(self, answer: Answer, arguments: tuple[Any, ...]) -> Mapping[str, Any]:
        if self.observe:
            return dict(zip(self.parts, self.observe(answer, arguments), strict=True))
        result = answer(*arguments)
        if len(self.parts) == 1:
            return {self.parts[0]: result}
        if result is None or reading.holds_dots(result):
            return dict.fromkeys(self.parts, result)
        if not isinstance(result, tuple | list) or len(result) != len(self.parts):
            n, parts = len(self.parts), ", ".join(self.parts)
            said = SAID["difference"]["results"].format(
                n=n, parts=parts, kind=comparing.kind_of(result)
            )
            raise Unreadable(said)
        return dict(zip(self.parts, result, strict=True))


# Learners try more than once, and all that isn't theirs is the same each time


@lru_cache(maxsize=32)
def trials_of(exercise: Exercise, seed: int = 0) -> Sequence[Trial]:
    """Return the trials of a seed, made once."""
    return exercise.make_trials(seed)


@lru_cache(maxsize=32)
def _right(exercise: Exercise, seed: int) -> Outcomes:
    return [exercise.run(exercise.solution, trial) for trial in trials_of(exercise, seed)]


@lru_cache(maxsize=32)
def _wrong(exercise: Exercise, seed: int) -> Sequence[tuple[Mistake, Outcomes, list[str]]]:
    """Return each known mistake, what it gives, and the parts that it spoils."""
    trials, right = trials_of(exercise, seed), _right(exercise, seed)
    with np.errstate(all="ignore"):
        wrong = {m: [exercise.run(m.answer, trial) for trial in trials] for m in exercise.mistakes}
    return [(mistake, gives, _spoiled(exercise, gives, right)) for mistake, gives in wrong.items()]


@lru_cache(maxsize=64)
def _telling(exercise: Exercise, seed: int, n: int) -> Sequence[Telling]:
    """Return what each mistake gives in trial n; of those that give the same, the first.

    What can be wrong with any result isn't true of it if something else is wrong, too.
    """
    right = pieces_of(_right(exercise, seed)[n])
    told: dict[Any, Telling] = {}
    for mistake, gives, _ in _wrong(exercise, seed):
        pieces = pieces_of(gives[n])
        is_general = mistake.is_made and mistake.change.around
        if pieces.keys() == right.keys() and not is_general:
            wrong = _apart(exercise, pieces, right)
            told.setdefault(print_of(gives), Telling(mistake, pieces, wrong))
    return list(told.values())


def _apart(exercise: Exercise, mine: Mapping[Any, Any], right: Mapping[Any, Any]) -> frozenset[Any]:
    return frozenset(p for p in mine if not agree(mine[p], right[p], exercise.tolerance))


@lru_cache(maxsize=4096)
def _together(exercise: Exercise, seed: int, n: int, one: Mistake, other: Mistake) -> Any:
    """Return two mistakes as one, and what they give in trial n; None if they can't be."""
    pair = together(exercise.solution, one, other)
    if pair is None:
        return None
    with np.errstate(all="ignore"):
        return pair, exercise.run(pair.answer, trials_of(exercise, seed)[n])


@dataclass(frozen=True)
class Tried:
    """What an answer gave in all trials, or up to the one in which it was stopped.

    Attributes
    ----------
    exercise : Exercise
    answer : callable
    seed : int
        Of the trials.
    outcomes : sequence
        Of each trial.
    changed : mapping from str to bool
        The arguments that it has changed though it may not, and if by rounding alone.
    """

    exercise: Exercise
    answer: Answer
    seed: int
    outcomes: Outcomes
    changed: Mapping[str, bool]

    @property
    def trials(self) -> Sequence[Trial]:
        """The trials."""
        return trials_of(self.exercise, self.seed)

    @property
    def right(self) -> Outcomes:
        """What the right answer gives in each."""
        return _right(self.exercise, self.seed)

    def given(self, number: int) -> dict[str, Any]:
        """Return the arguments of a trial by their names; the first trial is 0."""
        return dict(zip(self.exercise.arguments, self.trials[number].arguments, strict=False))


def copied(value: Any) -> Any:
    """Return what an answer may write into; an activation, which can't be written to, as it is."""
    if isinstance(value, tuple):
        return tuple(map(copied, value))
    if isinstance(value, dict):
        return {key: copied(inner) for key, inner in value.items()}
    return value if isinstance(value, Activation) else copy.deepcopy(value)


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
    first, again = _try_twice(exercise, answer, seed)
    return (
        _if_stopped(again or first)
        or _if_not_attempted(first)
        or _if_unsteady(first, again)
        or _verdict_on(first)
    )


def passes(exercise: Exercise, answer: Answer, seed: int = 0) -> bool:
    """Return whether an answer is right; it is tried up to the first trial in which it isn't."""
    pairs = zip(trials_of(exercise, seed), _right(exercise, seed), strict=True)
    return all(_agree(exercise, [exercise.run(answer, trial)], [right]) for trial, right in pairs)


def _verdict_on(tried: Tried) -> Verdict:
    return (
        _if_right(tried)
        or _if_in_another_order(tried)
        or _if_known(tried)
        or _if_two_are_known(tried)
        or _if_a_part_is_known(tried)
        or _if_explained(tried)
        or _first_difference(tried)
    )


# --- running it


def _try_twice(exercise: Exercise, answer: Answer, seed: int) -> tuple[Tried, Tried | None]:
    """Try the answer, and again if it's wrong, since some never do the same twice."""
    _right(exercise, seed)  # it takes no time of the learner's
    try:
        with time_limit():
            first = _try_all(exercise, answer, seed)
            if _is_stopped(first.outcomes[-1]) or _agree(exercise, first.outcomes, first.right):
                return first, None
            with redirect_stdout(StringIO()):  # whatever it prints has been printed
                return first, _try_all(exercise, answer, seed)
    except KeyboardInterrupt:  # between two trials
        return Tried(exercise, answer, seed, [STOPPED], {}), None


def _try_all(exercise: Exercise, answer: Answer, seed: int) -> Tried:
    outcomes: list[Outcome] = []
    changed: dict[str, bool] = {}
    for trial in trials_of(exercise, seed):
        arguments = copied(trial.arguments)
        outcomes.append(exercise.run_on(answer, arguments))
        for name, is_rounding in exercise.changes(trial.arguments, arguments).items():
            changed[name] = is_rounding and changed.get(name, True)
        if _is_stopped(outcomes[-1]):
            break
    return Tried(exercise, answer, seed, outcomes, changed)


def _is_stopped(outcome: Outcome) -> bool:
    return isinstance(outcome, Failure) and outcome.kind == STOPPED.kind


# --- comparing it


def _agree(exercise: Exercise, mine: Outcomes, theirs: Outcomes, parts: Sequence[str] = ()) -> bool:
    """Whether these parts, or all, are the same in every trial; so are failures of one kind."""
    return all(
        isinstance(a, Failure) and isinstance(b, Failure) and a.kind == b.kind
        if isinstance(a, Failure) or isinstance(b, Failure)
        else all(agree(a[p], b[p], exercise.tolerance) for p in parts or exercise.parts)
        for a, b in zip(mine, theirs, strict=True)
    )


def _same(exercise: Exercise, mine: Outcomes, theirs: Outcomes, parts: Sequence[str] = ()) -> bool:
    """Whether they agree both ways: where a dict lacks a key, only one way sees it.

    Where no trial has given numbers, the messages have to be the same.
    """
    if all(isinstance(outcome, Failure) for outcome in mine):
        said = [[getattr(outcome, "message", None) for outcome in all_] for all_ in (mine, theirs)]
        return said[0] == said[1]
    return _agree(exercise, mine, theirs, parts) and _agree(exercise, theirs, mine, parts)


def _spoiled(exercise: Exercise, outcomes: Outcomes, right: Outcomes) -> list[str]:
    """Return the parts that aren't right."""
    return [part for part in exercise.parts if not _agree(exercise, outcomes, right, [part])]


# --- what can be said of it, one after the other


def _if_stopped(tried: Tried) -> Verdict | None:
    last = tried.outcomes[-1]
    return Verdict("failure", str(last)) if _is_stopped(last) else None


def _if_not_attempted(tried: Tried) -> Verdict | None:
    """Say so if the dots of the stub are still there, or the function is empty."""
    first = tried.outcomes[0]
    if isinstance(first, Failure):
        is_stub = bool(DOTS.search(first.message)) or reading.has_dots(tried.answer)
    else:
        is_stub = any(map(reading.holds_dots, first.values())) or reading.is_empty(tried.answer)
    return Verdict("not attempted", SAID["not_attempted"]) if is_stub else None


def _if_unsteady(first: Tried, again: Tried | None) -> Verdict | None:
    """Say so if it gives two different results, and they wouldn't get the same words."""
    if again is None or _same(first.exercise, first.outcomes, again.outcomes):
        return None
    now, then = _verdict_on(first), _verdict_on(again)
    if now.text == then.text or now.kind == then.kind == "failure":
        return None
    return Verdict("difference", "\n".join([SAID["unsteady"], *_outside(first.answer)]))


def _if_right(tried: Tried) -> Verdict | None:
    """Say so if all numbers are right, and if so, whether what was given is as it was."""
    if not _agree(tried.exercise, tried.outcomes, tried.right):
        return None
    if not tried.changed:
        return Verdict("right", SAID["right"].format(n=len(tried.trials)))
    words = SAID["rounded" if all(tried.changed.values()) else "written"]
    name = words["name"].format(names=_names(tried.changed))
    return _named(Mistake(name, words["hint"], Misconception.CACHES, tried.answer))


def _if_in_another_order(tried: Tried) -> Verdict | None:
    results = [list(got.values()) for got in tried.outcomes if not isinstance(got, Failure)]
    if len(results) < len(tried.outcomes):
        return None
    for order in permutations(tried.exercise.parts):
        named = [dict(zip(order, values, strict=True)) for values in results]
        if _agree(tried.exercise, named, tried.right):
            return Verdict("difference", SAID["reordered"])
    return None


def _if_known(tried: Tried) -> Verdict | None:
    """Find the mistake that gives the same in all parts."""
    for mistake, theirs, _ in _wrong(tried.exercise, tried.seed):
        if _same(tried.exercise, tried.outcomes, theirs):
            return _recognised(tried, mistake)
    return None


def _if_two_are_known(tried: Tried) -> Verdict | None:
    """Find the two mistakes that give the same together: the simplest, if there is one."""
    exercise, seed = tried.exercise, tried.seed
    n = _numbers_first(tried)
    mine, right = pieces_of(tried.outcomes[n]), pieces_of(tried.right[n])
    if mine.keys() != right.keys():
        return None
    wrong = _apart(exercise, mine, right)
    found = []
    for one, other in fitting(_telling(exercise, seed, n), mine, wrong, exercise.tolerance):
        pair = _together(exercise, seed, n, one, other)
        if (
            pair
            and _agree(exercise, tried.outcomes[n : n + 1], [pair[1]])
            and _gives(tried, pair[0])
        ):
            found.append(pair[0])
    sizes = sorted(pair.change.size for pair in found)
    is_one = bool(found) and sizes.count(sizes[0]) == 1
    return _recognised(tried, min(found, key=lambda pair: pair.change.size)) if is_one else None


def _numbers_first(tried: Tried) -> int:
    """Return a trial that gave numbers, from the middle on: the first is small, the last square."""
    middle = len(tried.trials) // 3
    order = [*range(middle, len(tried.trials)), *range(middle)]
    return next((n for n in order if not isinstance(tried.outcomes[n], Failure)), middle)


def _gives(tried: Tried, mistake: Mistake) -> bool:
    """Whether a mistake gives what the answer does in all trials; the first that differs tells."""
    exercise, pairs = tried.exercise, zip(tried.outcomes, tried.trials, strict=True)
    with np.errstate(all="ignore"):
        both = (([mine], [exercise.run(mistake.answer, trial)]) for mine, trial in pairs)
        return all(_agree(exercise, a, b) and _agree(exercise, b, a) for a, b in both)


def _if_a_part_is_known(tried: Tried) -> Verdict | None:
    """Find the mistake that gives the same in the parts that it spoils.

    Other parts are wrong as well, but none before: so its name is true of the first part that is
    wrong. Where `observe` takes one result apart, this part is enough.
    """
    exercise = tried.exercise
    mine = _spoiled(exercise, tried.outcomes, tried.right)
    for mistake, theirs, its in _wrong(exercise, tried.seed):
        parts = mine[:1] if exercise.observe else its
        is_first = bool(its) and mine[0] in its and set(its) <= set(mine)
        if is_first and _same(exercise, tried.outcomes, theirs, parts):
            return _recognised(tried, mistake)
    return None


def _if_explained(tried: Tried) -> Verdict | None:
    exercise = tried.exercise
    if isinstance(tried.outcomes[0], Failure):
        return None  # Python's own words say more
    pieces = [piece for outcome in tried.outcomes for piece in pieces_of(outcome).values()]
    if any(comparing.as_numbers(piece) is None for piece in pieces):
        return None
    said = exercise.explain and exercise.explain(tried.answer, tried.trials, tried.outcomes)
    if not said:
        return None
    words = read(f"lesson_{exercise.lesson}/exercises")[exercise.name]["explained"]
    return _named(
        Mistake(said, words[1], belief_named(words[0]), tried.answer), *_outside(tried.answer)
    )


def _first_difference(tried: Tried) -> Verdict:
    exercise, pairs = tried.exercise, list(zip(tried.outcomes, tried.right, strict=True))
    is_right = [_agree(exercise, [got], [expected]) for got, expected in pairs]
    number = is_right.index(False)
    got, expected = pairs[number]
    notes = [*_notes(tried), _given(tried, number)]
    if isinstance(got, Failure):
        return Verdict("failure", "\n".join([_failed(got), *_of_call(got, tried, number), *notes]))
    assert not isinstance(expected, Failure)
    part = next(p for p in exercise.parts if not agree(got[p], expected[p], exercise.tolerance))
    said, more = comparing.describe_difference(part, got[part], expected[part], exercise.tolerance)
    said = _without_return(exercise, part, got) or said
    seen = _common_factor(tried, part) or more
    lines = [SAID["not_yet"].format(said=said), *seen, *_right_already(tried), *notes]
    return Verdict("difference", "\n".join(lines))


# --- the words for it


def _recognised(tried: Tried, mistake: Mistake) -> Verdict:
    notes = _right_already(tried, mistake.name + mistake.hint)
    return _named(mistake, *notes, *_outside(tried.answer))


def _named(found: Mistake, *notes: str) -> Verdict:
    said = SAID["known"].format(name=found.name, hint=found.hint)
    return Verdict("known mistake", "\n".join([said, *notes]), found)


def _failed(failure: Failure) -> str:
    if failure.kind == Unreadable.__name__:
        return SAID["not_yet"].format(said=failure.message)
    return SAID["failure"]["stopped"].format(failure=failure)


def _outside(answer: Answer) -> list[str]:
    return [SAID["outside"].format(name=name) for name in reading.data_from_outside(answer)]


def _notes(tried: Tried) -> list[str]:
    """Return what else is seen of an answer that is no known mistake."""
    notes = _outside(tried.answer)
    if reading.returns_in_a_loop(tried.answer):
        notes.append(SAID["in_a_loop"])
    if tried.changed:
        notes.append(SAID["also_written"].format(names=_names(tried.changed)))
    return notes


def _names(changed: Iterable[str]) -> str:
    return SAID["and"].join(f"`{name}`" for name in changed)


def _without_return(exercise: Exercise, part: str, got: Mapping[str, Any]) -> str:
    """Say so if nothing came."""
    is_all = exercise.observe or all(value is None for value in got.values())
    return SAID["difference"]["none"].format(part=part) if got[part] is None and is_all else ""


def _right_already(tried: Tried, told: str = "") -> list[str]:
    """Say which arrays are right, but for those of which it is told."""
    wrong = _spoiled(tried.exercise, tried.outcomes, tried.right)
    right = [part for part in tried.exercise.parts if part not in wrong and " " not in part]
    names = ", ".join(part for part in right if f"{part} is right" not in told)
    return [SAID["right_already"].format(parts=names)] if names else []


def _of_call(failure: Failure, tried: Tried, number: int) -> list[str]:
    """Say what an answer is given, where it stops because it has expected something else."""
    given = tried.given(number)
    if failure.kind == "KeyError":
        keys = {
            name: ", ".join(map(repr, d)) for name, d in given.items() if isinstance(d, Mapping)
        }
        has = "; ".join(SAID["keys_of"].format(name=name, keys=of) for name, of in keys.items())
        return [SAID["keys"].format(keys=has)] if has else []
    is_of_call = "positional argument" in failure.message and not failure.place
    return [SAID["called"].format(names=", ".join(map("`{}`".format, given)))] * is_of_call


def _common_factor(tried: Tried, part: str) -> list[str]:
    """Say so if the part is right but for one factor, the same in every trial, or one with m."""
    factors, samples = [], []
    for number, (got, expected) in enumerate(zip(tried.outcomes, tried.right, strict=True)):
        if isinstance(got, Failure) or isinstance(expected, Failure):
            return []
        factors.append(comparing.factor_between(got[part], expected[part]))
        samples.append(_samples(tried.given(number)))
    return comparing.factor_in_words(np.array(factors), np.array(samples))


def _samples(given: Mapping[str, Any]) -> float:
    """Return the number of samples, or NaN where there are none."""
    arrays = [given[name] for name in WITH_SAMPLES if name in given]
    arrays = [next(iter(a.values())) if isinstance(a, Mapping) else a for a in arrays]
    return arrays[0].shape[1] if arrays else math.nan


def _given(tried: Tried, number: int) -> str:
    arguments = (
        ", ".join(filter(None, starmap(_argument, comparing.leaves(name, value).items())))
        for name, value in tried.given(number).items()
    )
    return SAID["given"]["trial"].format(
        number=number + 1,
        n=len(tried.trials),
        about=tried.trials[number].about,
        arguments="; ".join(filter(None, arguments)),
    )


def _argument(name: str, value: Any) -> str:
    said = SAID["given"]
    if isinstance(value, np.ndarray):
        return said["array"].format(name=name, shape=value.shape)
    if isinstance(value, Activation):
        return said["activation"].format(name=name, value=value.name)
    is_long = len(repr(value)) > LONGEST or "\n" in repr(value)
    return "" if callable(value) or is_long else said["value"].format(name=name, value=repr(value))
