"""No argument of an exercise can be ignored: who puts a constant in its place isn't right."""

import copy
import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import permutations
from typing import Any

import numpy as np
import pytest

from helpers.activations import ACTIVATIONS, Activation
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.checking import judge
from helpers.exercises.exercise import Exercise
from helpers.exercises.misconceptions import BELIEFS
from helpers.exercises.mistakes import Answer
from helpers.exercises.ordering import PUZZLES
from helpers.exercises.running import Failure
from helpers.exercises.trying import passes, trials_of
from helpers.validation import Array

Change = Callable[[Any], Any]
ALL = EXERCISES | {name: puzzle for name, (puzzle, _) in PUZZLES.items()}
NATURAL = (0, 1, 2, 3, 0.1, 0.5, 0.01, 1e-5)
DEEPEST = 3  # layers, counted from either end
UNUSED = {("step_lines", "previous")}  # what is left of the step before is there to mislead
MAY_CHANGE = {("update", "theta"), ("one_epoch", "network"), ("step_lines", "network")}
PARAMETERS = {
    f"{name} {parameter}": (exercise, place)
    for name, exercise in ALL.items()
    for place, parameter in enumerate(inspect.signature(exercise.solution).parameters)
    if (name, parameter) not in UNUSED
}


def always(constant: Any, given: Any) -> Any:
    return np.resize(constant, given.shape) if isinstance(given, np.ndarray) else constant


def without(index: int, axis: int, array: Array) -> Array:
    """Put zeros in the place of a row or of a column."""
    array = array.copy()
    if index < array.shape[axis]:
        array[(slice(None),) * axis + (index,)] = 0
    return array


def in_each(change: Change, given: Any) -> Any:
    """Change an array, or each one of a dict."""
    if isinstance(given, Mapping):
        return {key: change(array) for key, array in given.items()}
    return change(given)


def of_arrays(values: Sequence[Any]) -> dict[str, Change]:
    seen = [array for v in values for array in (v.values() if isinstance(v, Mapping) else [v])]
    changes: dict[str, Change] = {
        "always 1": np.ones_like,
        "always 0": np.zeros_like,
        "never negative": np.abs,
        "never positive": lambda array: -np.abs(array),
        "backwards": np.flip,
    }
    for axis in range(seen[0].ndim):
        changes[f"sorted along {axis}"] = partial(np.sort, axis=axis)
        for index in (0, 1, -1):
            changes[f"without {index} along {axis}"] = partial(without, index, axis)
    changes |= {f"always array {n}": partial(always, array) for n, array in enumerate(seen)}
    return {
        name: partial(in_each, change)
        for name, change in changes.items()
        if not all(np.array_equal(change(array), array) for array in seen)
    }


def of_numbers(values: Sequence[Any]) -> dict[str, Change]:
    constants = {type(values[0])(value) for value in (*values, *NATURAL)}
    ordered = sorted(set(values))
    changes = {f"always {c}": partial(always, c) for c in constants}
    changes |= {f"at most {c}": partial(min, c) for c in ordered[:-1]}
    return changes | {f"at least {c}": partial(max, c) for c in ordered[1:]}


def taken_for(one: str, other: str, given: Activation) -> Activation:
    return ACTIVATIONS[other] if given.name == one else given


def of_activations(values: Sequence[Any]) -> dict[str, Change]:
    """Take one activation for another; who always has the same takes it for all others."""
    return {f"{a} is {b}": partial(taken_for, a, b) for a, b in permutations(ACTIVATIONS, 2)}


def in_layer(place: int, change: Change, given: Mapping[int, Activation]) -> Mapping[int, Any]:
    l = place if place > 0 else len(given) + 1 + place
    return {**given, l: change(given[l])} if l in given else given


def of_layers(values: Sequence[Any]) -> dict[str, Change]:
    """Take one for another in one layer alone, counted from the first or from the last."""
    depth = min(DEEPEST, max(map(len, values)))
    changes = {
        f"in layer {place}, {name}": partial(in_layer, place, change)
        for place in (*range(-depth, 0), *range(1, depth + 1))
        for name, change in of_activations(values).items()
    }
    return {
        name: f for name, f in changes.items() if not all(f(given) == given for given in values)
    }


def of_objects(values: Sequence[Any]) -> dict[str, Change]:
    return {f"that of trial {n}": partial(always, value) for n, value in enumerate(values, 1)}


def changes_of(values: Sequence[Any]) -> dict[str, Change]:
    """Return what may be put in the place of an argument that has these values in the trials."""
    one = values[0]
    inner = next(iter(one.values())) if isinstance(one, Mapping) else one
    if isinstance(inner, Activation):
        return of_layers(values) if isinstance(one, Mapping) else of_activations(values)
    if isinstance(inner, np.ndarray):
        return of_arrays(values)
    return of_numbers(values) if isinstance(inner, int | float) else of_objects(values)


@pytest.mark.parametrize(("exercise", "place"), PARAMETERS.values(), ids=list(PARAMETERS))
def test_who_puts_a_constant_in_the_place_of_an_argument_is_not_right(
    exercise: Exercise, place: int
) -> None:
    def with_change(change: Change) -> Answer:
        def answer(*given: Any) -> Any:
            changed = copy.deepcopy(change(given[place]))
            return exercise.solution(*given[:place], changed, *given[place + 1 :])

        return answer

    changes = changes_of([trial.arguments[place] for trial in trials_of(exercise)])
    with np.errstate(all="ignore"):
        right = [key for key, change in changes.items() if passes(exercise, with_change(change))]
    assert right == []


def arrays_in(value: Any) -> list[Array]:
    inside = value.values() if isinstance(value, Mapping) else [getattr(value, "theta", value)]
    return [array for array in inside if isinstance(array, np.ndarray)]


@pytest.mark.parametrize(("exercise", "place"), PARAMETERS.values(), ids=list(PARAMETERS))
def test_who_writes_into_an_argument_is_told_which_one(exercise: Exercise, place: int) -> None:
    def answer(*given: Any) -> Any:
        result = copy.deepcopy(exercise.solution(*given))
        for array in arrays_in(given[place]):
            array[:] = 0
        return result

    name = list(inspect.signature(exercise.solution).parameters)[place]
    has_arrays = bool(arrays_in(trials_of(exercise)[0].arguments[place]))
    is_told = has_arrays and (exercise.name, name) not in MAY_CHANGE
    verdict = judge(exercise, answer)
    said = f"Not yet. The numbers are right, but your function has changed `{name}`, which"
    assert verdict.text.startswith(said) == is_told
    assert not is_told or (verdict.mistake and verdict.mistake.misconception == BELIEFS["caches"])


@pytest.mark.parametrize("exercise", ALL.values(), ids=list(ALL))
def test_what_is_asked_for_is_not_given(exercise: Exercise) -> None:
    for trial in trials_of(exercise):
        given = [array for value in trial.arguments for array in arrays_in(value)]
        right = exercise.run(exercise.solution, trial)
        assert not isinstance(right, Failure)
        asked = [array for part in right.values() for array in arrays_in(part)]
        found = [array.shape for array in asked if any(np.array_equal(array, g) for g in given)]
        assert len(found) == (exercise.name == "layer_forward")  # A_prev, which its cache keeps
