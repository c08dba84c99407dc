"""The exercises of lesson 4, gradient checking: solutions, and gradients to try them on."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import numpy as np

from helpers.exercises.cases import Case, make_case
from helpers.exercises.comparing import as_numbers
from helpers.exercises.exercise import Exercise, Trial
from helpers.exercises.mistakes import Answer
from helpers.losses import mean_squared_error
from helpers.texts import read
from helpers.validation import Array

Loss = Callable[[Array], float]
SAID = read("lesson_4/exercises")
NUDGES = (  # sizes, activations, ε, which i of 0 to 1, and the sign of the slope
    ((3, 2), ("sigmoid",), 0.5, 0.0, 1),
    ((2, 4, 1), ("tanh", "sigmoid"), 0.3, 1.0, -1),
    ((4, 3, 2), ("tanh", "sigmoid"), 0.7, 0.4, 1),
)
SMALLEST_SLOPE = 0.01  # of a trial
USUAL, OPPOSITE, ONE_ZERO, BOTH_ZERO, NAN = PARTS = range(5)  # as exercises.toml names them


def numerical_derivative(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """Return the slope of the loss along θᵢ: nudge it both ways, and divide."""
    up = loss(nudged(theta, i, epsilon))
    down = loss(nudged(theta, i, -epsilon))
    return (up - down) / (2 * epsilon)


def nudged(theta: Array, i: int, step: float) -> Array:
    """Return a copy of θ whose entry i is moved by `step`."""
    return theta + step * np.eye(theta.size)[i]


def relative_error(analytic: Array, numerical: Array) -> float:
    """Return how far apart two gradients are, from 0 to 1."""
    length = np.linalg.norm
    distance, scale = length(analytic - numerical), length(analytic) + length(numerical)
    return float(distance / scale) if scale else 0.0


def _nudge_trials(rng: np.random.Generator) -> list[Trial]:
    """Nudges so large that one-sided and two-sided are far apart; first, last and another i.

    The slopes have both signs, and each can be seen beside the loss.
    """
    trials = []
    for sizes, activations, epsilon, place, sign in NUDGES:
        slope = 0.0
        while sign * slope < SMALLEST_SLOPE:
            case = make_case(rng, sizes, activations, m=5, labels=1)
            theta = case.network.theta.copy()
            i = round(place * (theta.size - 1))
            theta[i] = _parameter(rng, epsilon)
            given = _loss_of(case), theta, i, epsilon
            slope = numerical_derivative(*given)
        about = SAID["numerical_derivative"]["trial"].format(case=case.about)
        trials.append(Trial(about, given))
    return trials


def _loss_of(case: Case) -> Loss:
    network, size = case.network, case.network.theta.size
    said = SAID["numerical_derivative"]["not_theta"]

    def loss(theta: Array) -> float:
        if np.shape(theta) != (size,):
            raise ValueError(said.format(got=np.shape(theta), size=size))
        network.theta[:] = theta
        return mean_squared_error(network.predict(case.X), case.Y)

    return loss


def _parameter(rng: np.random.Generator, epsilon: float) -> float:
    """Draw a number that only somebody who has kept it can put back."""
    value = 0.0
    while not _rounding_stays(value, epsilon):
        value = rng.normal(0, epsilon / 2)
    return value


def _rounding_stays(value: float, epsilon: float) -> bool:
    """Whether another number is left, whichever way ε is added and subtracted again."""
    return all(
        reduce(lambda number, step: number + step * epsilon, steps, value) != value
        for steps in ((1, -2, 1), (-1, 2, -1), (1, -1, -1, 1), (-1, 1, 1, -1), (1, -1), (-1, 1))
    )


def _error_trials(rng: np.random.Generator) -> list[Trial]:
    """Gradients that are large, so that a floor shows with the small ones alone."""
    a, n = 1e3 * rng.normal(size=(2, 6))
    a *= 0.8 * np.linalg.norm(n) / np.linalg.norm(a)  # the analytic one is the shorter one here
    near = 1.01 * n + rng.normal(size=6)
    near[np.argmin(np.abs(n))] *= -1
    holed = a.copy()
    holed[rng.integers(6)] = np.nan
    zero = np.zeros(6)
    pairs = (
        (a, n),
        (near, n),
        (3 * n, n),
        (-n, n),
        (1e-33 * a, 1e-33 * n),
        (zero, n),
        (a, zero),
        (zero, zero),
        (holed, n),
        (n, holed),
    )
    said = SAID["relative_error"]["trials"]
    return [Trial(about, pair) for about, pair in zip(said, pairs, strict=True)]


def _observe_error(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Treat each kind of trial as a part of its own, so that one slip doesn't hide another."""
    shown = _part(*arguments)  # before the answer may write into them
    try:
        with np.errstate(divide="ignore", invalid="ignore"):  # the verdict has better words
            error = answer(*arguments)
    except ZeroDivisionError:
        error = np.nan  # as NumPy's numbers would have it
    if error is None or error is ...:
        return (error,) * len(PARTS)
    if as_numbers(error) is not None:
        # two small gradients are 'equal' below any floor; 1.0 makes a number of a bool
        error = np.round(1.0 * np.asarray(error), 12)
    return tuple(error if part == shown else 0.0 for part in PARTS)


def _part(analytic: Array, numerical: Array) -> int:
    """Return which part a trial shows."""
    if np.isnan([analytic, numerical]).any():
        return NAN
    if not np.any(analytic) or not np.any(numerical):
        return ONE_ZERO if np.any(analytic) or np.any(numerical) else BOTH_ZERO
    return OPPOSITE if np.array_equal(analytic, -numerical) else USUAL


EXERCISES = (
    Exercise.of(numerical_derivative, _nudge_trials),
    Exercise.of(relative_error, _error_trials, observe=_observe_error),
)
