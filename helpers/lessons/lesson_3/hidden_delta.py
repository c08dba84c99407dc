"""δ one layer back: the learner writes δ[l-1] from δ[l]."""

from typing import Any

import numpy as np

from helpers.activations import Activation
from helpers.exercises.cases import Case, random_cases
from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.lessons.lesson_3.by_layer import Arrays
from helpers.validation import Array


def _hidden_delta(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    return W[l].T @ delta[l] * activation.derivative(Z[l - 1])


@mistake(
    M.WHICH_W,
    "δ[l] came from Z[l] = W[l] A[l-1] + b[l]. Which matrix carried A[l-1] there, and so carries "
    "δ[l] back?",
)
def wrong_layers_w(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """The W is that of the wrong layer: W[l-1] instead of W[l]."""
    return W[l - 1].T @ delta[l] * activation.derivative(Z[l - 1])


@mistake(
    M.WHICH_W,
    "W[l] has the shape (n_l, n_{l-1}), δ[l] has n_l rows, and the result has n_{l-1}. Forward, "
    "W sums over the inputs; what do you sum over on the way back?",
)
def without_transpose(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """δ[l] is handed back by W[l] instead of its transpose."""
    return W[l] @ delta[l] * activation.derivative(Z[l - 1])


@mistake(
    M.SLOPE_PLACE,
    "That is how the loss reacts to A[l-1]. δ[l-1] asks about Z[l-1]; what lies between the two?",
)
def back_without_slope(
    l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation
) -> Array:
    """The slope φ′ is missing, or it is 1 for every z."""
    return W[l].T @ delta[l]


@mistake(
    M.SLOPE_PLACE,
    "You have arrived at layer l-1. Whose slope stands between A[l-1] and what you are after?",
)
def slope_of_layer_l(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """The slope is that of the wrong layer: φ′(Z[l]) instead of φ′(Z[l-1])."""
    return W[l].T @ delta[l] * activation.derivative(Z[l])


@mistake(
    M.SLOPE_PLACE,
    "φ maps Z to A. Where on its curve does a sample stand, at its Z or at its A?",
)
def back_slope_at_activation(
    l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation
) -> Array:
    """The slope φ′ is taken at A[l-1] instead of Z[l-1]."""
    return W[l].T @ delta[l] * activation.derivative(activation.function(Z[l - 1]))


@mistake(
    M.SLOPE_PLACE,
    "An activation is a pair. You multiplied by φ, the value of the function; the chain rule "
    "wants the other one.",
)
def back_value_for_slope(
    l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation
) -> Array:
    """Where the slope φ′(Z[l-1]) should stand, you have the value φ(Z[l-1])."""
    return W[l].T @ delta[l] * activation.function(Z[l - 1])


@mistake(
    M.SLOPE_PLACE,
    "Each element has a slope of its own and meets no other element's. Which of NumPy's two "
    "products is that, * or @?",
)
def matrix_product_of_slopes(
    l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation
) -> Array:
    """The slopes are multiplied as a matrix, not element by element."""
    return W[l].T @ delta[l] @ activation.derivative(Z[l - 1])


@mistake(
    M.SLOPE_PLACE,
    "δ[l] is a derivative with respect to Z[l], so layer l's slope is in it already. Which slope "
    "is still missing, and does it come before W[l]ᵀ or after?",
)
def slope_before_w(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """δ[l] is multiplied by a slope at Z[l], before W[l]ᵀ."""
    return W[l].T @ (delta[l] * activation.derivative(Z[l]))


@mistake(
    M.MEAN_FACTOR,
    "The mean's 1/m came in at the output, and δ[l] has it. What happens to it on the way back?",
)
def mean_again(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """It is divided by m once more."""
    return W[l].T @ delta[l] * activation.derivative(Z[l - 1]) / delta[l].shape[1]


@mistake(
    M.SIGN,
    "Backwards isn't minus. The minus of gradient descent belongs to the update; is there one in "
    "the recursion?",
)
def back_turned_sign(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """The sign is turned."""
    return -(W[l].T @ delta[l]) * activation.derivative(Z[l - 1])


@mistake(
    M.SLOPE_PLACE,
    "The napkin network had ReLU, with slopes of 1 and 0. Here a layer may have any φ. Which of "
    "the arguments knows its slope?",
)
def back_slope_of_relu(
    l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation
) -> Array:
    """The slope is ReLU's, whatever activation is given."""
    return W[l].T @ delta[l] * (Z[l - 1] > 0)


def _hidden_arguments(case: Case, l: int) -> tuple[Any, ...]:
    """Return what is there when the way back has reached layer l: no δ below it."""
    delta = {k: array for k, array in case.delta.items() if k >= l}
    return l, case.W, delta, case.Z, case.network.activations[l - 2]


def _hidden_trials(rng: np.random.Generator) -> list[Trial]:
    return [
        Trial(f"{c.about}, l = {l}", _hidden_arguments(c, l))
        for c in random_cases(rng)
        for l in range(2, c.network.n_layers + 1)
    ]


HIDDEN_DELTA = Exercise(
    name="hidden_delta",
    lesson=3,
    title="δ one layer back",
    solution=_hidden_delta,
    trials=_hidden_trials,
    parts=("δ[l-1]",),
    mistakes=(
        wrong_layers_w,
        without_transpose,
        back_without_slope,
        slope_of_layer_l,
        back_slope_at_activation,
        back_value_for_slope,
        matrix_product_of_slopes,
        slope_before_w,
        mean_again,
        back_turned_sign,
        back_slope_of_relu,
    ),
)
