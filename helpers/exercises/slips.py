"""Slips that can be made in any exercise, and two slips in one answer.

What a lesson says of its mistakes comes first. What is made here is true of the numbers: a result
is twice what it should be, or an answer gives what two mistakes give together.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import partial, wraps
from itertools import combinations
from typing import Any

import numpy as np

from helpers.exercises.comparing import agree, as_numbers
from helpers.exercises.misconceptions import belief_named
from helpers.exercises.mistakes import Answer, Change, Mistake, both, made
from helpers.texts import read

SAID = read("common/slips")
CHANGES: dict[str, Callable[[Any], Any]] = {
    "turned": lambda value: -value,
    "twice": lambda value: 2 * value,
    "half": lambda value: value / 2,
    "unsigned": np.abs,
    "squared": lambda value: value**2,
    "transposed": np.transpose,
    "flat": lambda value: np.ravel(value) if np.ndim(value) > 1 else value,
    "listed": lambda value: np.array([value]),
    "summed": lambda value: np.sum(value, axis=-1, keepdims=True),
    "averaged": lambda value: np.mean(value, axis=-1, keepdims=True),
    "added_up": np.sum,
    "averaged_over_all": np.mean,
    "zeros": np.zeros_like,
}


def slips_in(solution: Answer, results: Sequence[str]) -> Iterator[Mistake]:
    """Yield the slips that can be made in the result, or in one of several and in all of them."""
    places: dict[int | None, str] = {None: SAID["each" if len(results) > 1 else "it"]}
    places |= dict(enumerate(results)) if len(results) > 1 else {}
    for key, words in SAID["slip"].items():
        for place, part in places.items():
            change = Change(around=(partial(_changed, CHANGES[key], place),))
            answer = made(solution, change)
            answer.__name__ = key
            name, belief = words["name"].format(part=part), belief_named(words["belief"])
            yield Mistake(name, words["hint"], belief, answer, change, is_made=True)


def _changed(change: Callable[[Any], Any], place: int | None, answer: Answer) -> Answer:
    @wraps(answer)
    def changed(*arguments: Any) -> Any:
        result = answer(*arguments)
        if not isinstance(result, tuple):
            return _inside(change, result)
        if place is None:
            return tuple(_inside(change, part) for part in result)
        return (*result[:place], _inside(change, result[place]), *result[place + 1 :])

    return changed


def _inside(change: Callable[[Any], Any], value: Any) -> Any:
    """Change a number or an array, or each one of a dict; leave the rest as it is."""
    if isinstance(value, Mapping):
        return {key: _inside(change, inner) for key, inner in value.items()}
    return change(value) if isinstance(value, float | np.ndarray) else value


# --- two at once


@dataclass(frozen=True)
class Telling:
    """What a known mistake gives in one trial, piece by piece.

    Attributes
    ----------
    mistake : Mistake
    pieces : mapping
        By part and, where this is a dict, by key.
    wrong : set
        Those that aren't right.
    """

    mistake: Mistake
    pieces: Mapping[Any, Any]
    wrong: frozenset[Any]


def pieces_of(outcome: Any) -> dict[Any, Any]:
    """Return what stands in an outcome, by part and key; nothing of a failure."""
    if not isinstance(outcome, Mapping):
        return {}
    return {
        (part, key): inner
        for part, value in outcome.items()
        for key, inner in (value.items() if isinstance(value, Mapping) else [("", value)])
    }


@np.errstate(all="ignore")
def print_of(outcomes: Sequence[Any]) -> tuple[Any, ...]:
    """Return what is the same for two mistakes that give the same, but for rounding."""
    return tuple(
        (place, np.shape(piece), f"{np.sum(piece):.8g}", f"{np.sum(np.power(piece, 3)):.8g}")
        if as_numbers(piece) is not None
        else (place, repr(piece))
        for outcome in outcomes
        for place, piece in (pieces_of(outcome) or {"": str(outcome)}).items()
    )


def fitting(
    known: Sequence[Telling], mine: Mapping[Any, Any], wrong: AbstractSet[Any], near: float
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


def together(solution: Answer, one: Mistake, other: Mistake) -> Mistake | None:
    """Return two mistakes as one, or None if they can't be made at once."""
    if one.change.around and other.change.around:
        return None  # the second would be all that is left of them
    change = both(solution, one.change, other.change)
    if change is None:
        return None
    answer = made(solution, change)
    answer.__name__ = f"{one.answer.__name__} {other.answer.__name__}"
    name = SAID["two"].format(first=one.name, second=other.name)
    return Mistake(name, one.hint, one.misconception, answer, change, is_made=True)
