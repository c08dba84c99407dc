"""Two known mistakes in one answer: it gives what they give together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import Any

import numpy as np

from helpers.exercises.comparing import agree, as_numbers
from helpers.exercises.exercise import Exercise, Outcome, Outcomes
from helpers.exercises.mistakes import Answer, Mistake, both, made
from helpers.exercises.running import Failure
from helpers.exercises.trying import (
    Tried,
    agrees,
    is_same,
    pieces_of,
    right_in,
    trials_of,
    wrong_in,
)
from helpers.texts import read

Pieces = Mapping[Any, Any]  # of an outcome, by part and, where this is a dict, by key
TWO = read("common/slips")["two"]


@dataclass(frozen=True)
class Telling:
    """What a known mistake gives in one trial.

    Attributes
    ----------
    mistake : Mistake
    pieces : mapping
    wrong : set
        The places of those that aren't right.
    """

    mistake: Mistake
    pieces: Pieces
    wrong: frozenset[Any]


def pair_in(tried: Tried) -> Mistake | None:
    """Return the two mistakes that give together what an answer does: the simplest, if one is."""
    exercise, seed, n = tried.exercise, tried.seed, _numbers_first(tried)
    mine, right = pieces_of(tried.outcomes[n]), pieces_of(tried.right[n])
    if mine.keys() != right.keys():
        return None
    telling = _telling(exercise, seed, n)
    pairs = _fitting(telling, mine, _apart(exercise, mine, right), exercise.tolerance)
    together = (_together(exercise, seed, n, one, other) for one, other in pairs)
    found = [
        pair
        for pair, gives in filter(None, together)
        if agrees(exercise, [tried.outcomes[n]], [gives]) and _gives(tried, pair)
    ]
    sizes = sorted(pair.change.size for pair in found)
    is_one = sizes.count(sizes[0]) == 1 if sizes else False
    return min(found, key=lambda pair: pair.change.size) if is_one else None


def _numbers_first(tried: Tried) -> int:
    """Return a trial that gave numbers, from the middle on: the first is small, the last square."""
    middle = len(tried.trials) // 3
    order = [*range(middle, len(tried.trials)), *range(middle)]
    return next((n for n in order if not isinstance(tried.outcomes[n], Failure)), middle)


@np.errstate(all="ignore")
def _gives(tried: Tried, mistake: Mistake) -> bool:
    """Whether a mistake gives what the answer does; it runs up to the first trial that differs."""
    runs = (tried.exercise.run(mistake.answer, trial) for trial in tried.trials)
    return is_same(tried.exercise, tried.outcomes, runs)


@lru_cache(maxsize=64)
def _telling(exercise: Exercise, seed: int, n: int) -> Sequence[Telling]:
    """Return what each mistake gives in trial n; of those that give the same, the first.

    What can be wrong with any result isn't true of it if something else is wrong, too.
    """
    right = pieces_of(right_in(exercise, seed)[n])
    told: dict[Any, Telling] = {}
    for mistake, gives, _ in wrong_in(exercise, seed):
        pieces = pieces_of(gives[n])
        is_general = mistake.is_made and mistake.change.around
        if pieces.keys() == right.keys() and not is_general:
            wrong = _apart(exercise, pieces, right)
            told.setdefault(_print_of(gives), Telling(mistake, pieces, wrong))
    return list(told.values())


def _apart(exercise: Exercise, mine: Pieces, right: Pieces) -> frozenset[Any]:
    return frozenset(p for p in mine if not agree(mine[p], right[p], exercise.tolerance))


@np.errstate(all="ignore")
def _print_of(outcomes: Outcomes) -> tuple[Any, ...]:
    """Return what is the same for two mistakes that give the same, but for rounding."""
    return tuple(
        (place, np.shape(piece), f"{np.sum(piece):.8g}", f"{np.sum(np.power(piece, 3)):.8g}")
        if as_numbers(piece) is not None
        else (place, repr(piece))
        for outcome in outcomes
        for place, piece in (pieces_of(outcome) or {"": str(outcome)}).items()
    )


def _fitting(
    known: Sequence[Telling], mine: Pieces, wrong: frozenset[Any], near: float
) -> Iterator[tuple[Mistake, Mistake]]:
    """Yield each two mistakes that may give mine together.

    What only one of them makes wrong is as in that one, and what neither does is right.
    """
    same = {
        (id(one), place)
        for one in known
        for place in one.wrong & mine.keys()
        if agree(mine[place], one.pieces[place], near)
    }
    for one, other in combinations(known, 2):
        alone = [(one, place) for place in one.wrong - other.wrong]
        alone += [(other, place) for place in other.wrong - one.wrong]
        is_covered = one.wrong | other.wrong >= wrong
        if is_covered and all((id(which), place) in same for which, place in alone):
            yield one.mistake, other.mistake


@lru_cache(maxsize=4096)
def _together(
    exercise: Exercise, seed: int, n: int, one: Mistake, other: Mistake
) -> tuple[Mistake, Outcome] | None:
    """Return two mistakes as one, and what they give in trial n; None if they can't be."""
    pair = _as_one(exercise.solution, one, other)
    if pair is None:
        return None
    with np.errstate(all="ignore"):
        return pair, exercise.run(pair.answer, trials_of(exercise, seed)[n])


def _as_one(solution: Answer, one: Mistake, other: Mistake) -> Mistake | None:
    if one.change.around and other.change.around:
        return None  # the second would be all that is left of them
    change = both(solution, one.change, other.change)
    if change is None:
        return None
    answer = made(solution, change)
    answer.__name__ = f"{one.answer.__name__} {other.answer.__name__}"
    name = TWO.format(first=one.name, second=other.name)
    return Mistake(name, one.hint, one.misconception, answer, change, is_made=True)
