"""Two known mistakes in one answer: it gives what they give together."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from helpers.exercises.comparing import agree
from helpers.exercises.exercise import Exercise, Outcome, Outcomes
from helpers.exercises.mistakes import Answer, Mistake, both, made
from helpers.exercises.running import Failure
from helpers.exercises.trying import Tried, is_same, outcomes_of, pieces_of, wrong_in
from helpers.texts import read

SAID = read("common/slips")
Pieces = Mapping[str, Any]  # the arrays of an outcome by their names


@np.errstate(all="ignore")
def pair_in(tried: Tried) -> Mistake | None:
    """Return the two mistakes that give together what an answer does: the simplest, if one is.

    All that they can give is numbers.
    """
    exercise = tried.exercise
    if not tried.has_wrong_numbers:
        return None
    pairs = (_as_one(exercise.solution, *two) for two in _fitting(tried, _numbers_first(tried)))
    found = [
        pair
        for pair in filter(None, pairs)
        if is_same(exercise, tried.outcomes, outcomes_of(exercise, pair.answer, tried.seed))
    ]
    least = min((pair.change.size for pair in found), default=0)
    simplest = [pair for pair in found if pair.change.size == least]
    return simplest[0] if len(simplest) == 1 else None


def _numbers_first(tried: Tried) -> int:
    """Return a trial that gave numbers, from the middle on: the first is small, the last square."""
    middle = len(tried.trials) // 3
    order = [*range(middle, len(tried.trials)), *range(middle)]
    return next((n for n in order if not isinstance(tried.outcomes[n], Failure)), middle)


def _fitting(tried: Tried, n: int) -> Iterator[tuple[Mistake, Mistake]]:
    """Yield each two mistakes that may give together what an answer gives in trial n.

    What only one of them makes wrong is as in that one, and what neither does is right.
    """
    exercise, mine, right = tried.exercise, *map(pieces_of, (tried.outcomes[n], tried.right[n]))
    known = []
    for mistake, gives in _different(exercise, tried.seed):
        pieces = pieces_of(gives[n])
        if mine.keys() == right.keys() == pieces.keys():
            its = _apart(exercise, pieces, right)
            known.append((mistake, its, its & _apart(exercise, pieces, mine)))
    wrong = _apart(exercise, mine, right) if known else frozenset()
    for (one, its, unlike), (other, others, unlike_other) in combinations(known, 2):
        if its | others >= wrong and unlike <= others and unlike_other <= its:
            yield one, other


def _apart(exercise: Exercise, mine: Pieces, theirs: Pieces) -> frozenset[str]:
    return frozenset(p for p in mine if not agree(mine[p], theirs[p], exercise.tolerance))


@lru_cache(maxsize=32)
def _different(exercise: Exercise, seed: int) -> Sequence[tuple[Mistake, Outcomes]]:
    """Return the mistakes and what they give; of those that give the same, the first."""
    found: dict[str, tuple[Mistake, Outcomes]] = {}
    for mistake, gives, _ in wrong_in(exercise, seed):
        found.setdefault(str(list(map(_in_brief, gives))), (mistake, gives))
    return list(found.values())


def _in_brief(outcome: Outcome) -> dict[str, tuple[tuple[int, ...], str]]:
    """Return each array's shape and a sum in which each of its places has a weight of its own."""
    pieces = pieces_of(outcome).items()
    arrays = {name: np.nan_to_num(np.asarray(a, float), nan=2, posinf=3) for name, a in pieces}
    sums = {name: a.ravel() @ np.sqrt(np.arange(1.0, a.size + 1)) for name, a in arrays.items()}
    return {name: (a.shape, f"{sums[name]:.6g}") for name, a in arrays.items()}


@lru_cache(maxsize=4096)
def _as_one(solution: Answer, one: Mistake, other: Mistake) -> Mistake | None:
    """Return two mistakes as one; None if they can't be."""
    if one.change.around and other.change.around:
        return None  # the second would be all that is left of them
    change = both(solution, one.change, other.change)
    if change is None:
        return None
    answer = made(solution, change, f"{one.answer.__name__} {other.answer.__name__}")
    name = SAID["two"].format(first=one.name, second=other.name)
    hint = SAID["two_hint"].format(hint=one.hint)
    return Mistake(name, hint, one.misconception, answer, change)
