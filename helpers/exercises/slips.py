"""Slips that can be made in any exercise: a result is twice what it should be, or transposed.

What a lesson says of its mistakes comes first. What is made here is true of the numbers.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial, wraps
from typing import Any

import numpy as np

from helpers.exercises.misconceptions import belief_named
from helpers.exercises.mistakes import Answer, Change, Mistake, made
from helpers.texts import read, together

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
    places: dict[int | None, str] = {None: SAID["it"]}
    if len(results) > 1:
        places = {None: SAID["each"], **dict(enumerate(results))}
    for key, words in SAID["slip"].items():
        for place, part in places.items():
            change = Change(around=(partial(_changed, CHANGES[key], place),))
            answer, belief = made(solution, change, key), belief_named(words["belief"])
            name = together([words["name"].format(part=part)])
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
