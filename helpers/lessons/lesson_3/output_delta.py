"""δ of the output: the learner writes it from A, Y, Z and the activation."""

from typing import Any

import numpy as np

from helpers.activations import Activation
from helpers.exercises.cases import Case, random_cases
from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.validation import Array


def _output_delta(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    return (A - Y) / A.shape[1] * activation.derivative(Z)


@mistake(
    M.SAME_DELTA,
    "A − Y says how far the output is off. δ asks how the mean loss reacts to Z: read its formula "
    "factor by factor. Which two don't come into yours, or are 1 in it?",
)
def difference_alone(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """Your δ is A − Y alone."""
    return A - Y


@mistake(
    M.SLOPE_PLACE,
    "You have how the loss reacts to A. How does A react to Z? δ is a derivative with respect to "
    "Z, so the chain rule asks for one more factor.",
)
def without_slope(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """The slope φ′ is missing, or it is 1 for every z."""
    return (A - Y) / A.shape[1]


@mistake(
    M.SLOPE_PLACE,
    "φ maps Z to A. Where on its curve does a sample stand, at its Z or at its A?",
)
def slope_at_activation(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """The slope φ′ is taken at A instead of Z."""
    return (A - Y) / A.shape[1] * activation.derivative(A)


@mistake(
    M.SLOPE_PLACE,
    "An activation is a pair. You multiplied by φ, the value of the function; the chain rule "
    "wants the other one.",
)
def value_for_slope(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """Where the slope φ′(Z) should stand, you have the value φ(Z)."""
    return (A - Y) / A.shape[1] * activation.function(Z)


@mistake(
    M.SIGN,
    "If an output is too large, more of it makes the loss larger. What sign should its δ have, and "
    "what sign does yours have?",
)
def turned_sign(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """The sign is turned."""
    return (Y - A) / A.shape[1] * activation.derivative(Z)


@mistake(
    M.MEAN_FACTOR,
    "The loss is a mean over the samples. If you take every sample twice, it stays the same, and "
    "each sample's share of it is half. Does yours do that?",
)
def without_mean(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """It isn't divided by m, the number of samples."""
    return (A - Y) * activation.derivative(Z)


@mistake(
    M.MEAN_FACTOR,
    "Is the mean taken somewhere, and then again? Each derivative of the mean loss has 1/m once.",
)
def mean_twice(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """1/m is in it twice, as 1/m²."""
    return (A - Y) / A.shape[1] ** 2 * activation.derivative(Z)


@mistake(
    M.MEAN_FACTOR,
    "Where does your 2 come from? (The napkin's cell gave the name m to its two samples, and the "
    "notebook still knows it.) From which of its arguments can the function count the samples?",
)
def mean_of_the_napkin(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """It is divided by 2, however many samples there are."""
    return (A - Y) / 2 * activation.derivative(Z)


@mistake(
    M.MEAN_FACTOR,
    "The loss is a mean over samples and a sum over outputs. Which of A's two sizes counts "
    "samples? (`A.size` and `np.mean` count both.)",
)
def mean_over_all(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """It is divided by the number of all outputs, m times k, instead of m."""
    return (A - Y) / A.size * activation.derivative(Z)


@mistake(
    M.ORIENTATION,
    "In this course a column is a sample. So which of A's two sizes is m?",
)
def divided_by_rows(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """It is divided by the number of rows, which are outputs, instead of samples."""
    return (A - Y) / A.shape[0] * activation.derivative(Z)


@mistake(
    M.MEAN_FACTOR,
    "The square brings down a 2. What stands before the sum in the loss, and what becomes of it?",
)
def factor_two(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """There is one factor of 2 too many."""
    return 2 * (A - Y) / A.shape[1] * activation.derivative(Z)


@mistake(
    M.MEAN_FACTOR,
    "The square brings down a 2, and the loss has a ½ for it. What becomes of the two together?",
)
def half_left_in(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """There is one factor of ½ too many."""
    return (A - Y) / (2 * A.shape[1]) * activation.derivative(Z)


@mistake(
    M.SLOPE_PLACE,
    "A (1 − A) is right for sigmoid, and the output may have another φ. Who knows the slope of "
    "whichever φ it is?",
)
def slope_of_sigmoid(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """The slope is sigmoid's, A (1 − A), whatever the activation."""
    return (A - Y) / A.shape[1] * A * (1 - A)


def _output_arguments(case: Case, l: int) -> tuple[Any, ...]:
    L = case.network.n_layers
    return case.A[L], case.Y, case.Z[L], case.network.activations[-1]


def _output_trials(rng: np.random.Generator) -> list[Trial]:
    cases = random_cases(rng)
    return [Trial(c.about, _output_arguments(c, c.network.n_layers)) for c in cases]


OUTPUT_DELTA = Exercise(
    name="output_delta",
    lesson=3,
    title="δ of the output",
    solution=_output_delta,
    trials=_output_trials,
    parts=("δ[L]",),
    mistakes=(
        difference_alone,
        without_slope,
        slope_at_activation,
        value_for_slope,
        turned_sign,
        without_mean,
        mean_twice,
        mean_of_the_napkin,
        mean_over_all,
        divided_by_rows,
        factor_two,
        half_left_in,
        slope_of_sigmoid,
    ),
)
