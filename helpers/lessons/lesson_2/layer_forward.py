"""The forward pass of one layer: the learner writes A, and the cache that the way back needs."""

import numpy as np

from helpers.activations import Activation
from helpers.exercises.cases import random_cases
from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.validation import Array

Layer = tuple[Array, dict[str, Array]]


def _layer_forward(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    Z = W @ A_prev + b
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.COST,
    "Where all inputs are 0, your Z is 0 in every unit. Which of the four arguments hasn't come "
    "in?",
)
def without_bias(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """The bias is missing."""
    Z = W @ A_prev
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.SLOPE_PLACE,
    "What you hand on is the weighted sum. Lesson 1: what are many such layers worth, without "
    "something that bends?",
)
def without_activation(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """Your A is Z: φ hasn't been applied to it."""
    Z = W @ A_prev + b
    return Z, {"A_prev": A_prev, "Z": Z}


@mistake(
    M.SLOPE_PLACE,
    "An activation is a pair. Forward takes the one, the way back takes the other.",
)
def slope_for_value(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """Your A is the slope φ′(Z) instead of φ(Z)."""
    Z = W @ A_prev + b
    return activation.derivative(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.SLOPE_PLACE,
    "The napkin network had ReLU in its hidden layer. Here a layer may have any φ. Which of the "
    "four arguments says which?",
)
def always_relu(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """Your φ is ReLU, whatever activation is given."""
    Z = W @ A_prev + b
    return np.maximum(Z, 0), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.CACHES,
    "The way back needs φ′ at Z, and from A it can't always be found. Either A was kept under its "
    "name, or φ wrote its values over Z (`out=Z`, `Z[:] = …`) and the cache with it.",
)
def cache_of_values(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """What the cache keeps as Z is A, after φ."""
    A = activation.function(W @ A_prev + b)
    return A, {"A_prev": A_prev, "Z": A}


@mistake(
    M.CACHES,
    "dW of this layer will be made of what W was multiplied by. Which A was that: the one that "
    "came in, or the one that goes out?",
)
def cache_of_output(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """The cache keeps this layer's A in place of A_prev."""
    Z = W @ A_prev + b
    A = activation.function(Z)
    return A, {"A_prev": A, "Z": Z}


@mistake(
    M.CACHES,
    "The way back needs φ′ where φ was taken. Which number was that, and is it what you keep?",
)
def cache_without_bias(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """The Z in the cache has no bias in it."""
    Z = W @ A_prev
    return activation.function(Z + b), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.SLOPE_PLACE,
    "Z is the whole sum, with the bias in it, and φ is the last thing that happens. What is in "
    "your parentheses?",
)
def bias_after(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """The bias is added after φ."""
    Z = W @ A_prev
    return activation.function(Z) + b, {"A_prev": A_prev, "Z": Z}


@mistake(
    M.SLOPE_PLACE,
    "The layer before has already applied its own φ to A_prev. Whose turn is first, W's or φ's?",
)
def activation_first(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """φ is applied to A_prev, before W."""
    Z = W @ activation.function(A_prev) + b
    return Z, {"A_prev": A_prev, "Z": Z}


@mistake(
    M.ORIENTATION,
    "b came as a column, (n_out, 1). Along which axis of Z are the units, and must b be "
    "turned or flattened for that? (With as many samples as units there isn't even an error.)",
)
def bias_as_row(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """The bias is added as a row: to the samples instead of the units."""
    Z = W @ A_prev + b.T
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.ORIENTATION,
    "W has the shape (n_out, n_in), and A_prev has n_in rows. Write the shapes below the product "
    "and see whether the inner ones meet. (With n_out = n_in they meet either way.)",
)
def transposed_weights(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """Your Z is made with Wᵀ in place of W."""
    Z = W.T @ A_prev + b
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.ORIENTATION,
    "Row i of W holds the weights of unit i, column k of A_prev the inputs of sample k. Row by "
    "column is what `@` does. Which of the two stands on the left then?",
)
def factors_swapped(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """W and A_prev have changed places."""
    Z = A_prev @ W + b
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.ORIENTATION,
    "X Wᵀ + b is the formula for samples in rows, and right where they are. Here a column is a "
    "sample: A has its units one below the other, like Z in W A_prev + b.",
)
def samples_turned(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """Your A has a row for each sample."""
    Z = W @ A_prev + b
    return activation.function(Z).T, {"A_prev": A_prev, "Z": Z}


def _layer_trials(rng: np.random.Generator) -> list[Trial]:
    """Make a trial of each layer of the random networks; the last of these are square."""
    return [
        Trial(
            f"layer {l} of {case.about}",
            (case.W[l], case.b[l], case.A[l - 1], case.network.activations[l - 1]),
        )
        for case in random_cases(rng)
        for l in range(1, case.network.n_layers + 1)
    ]


LAYER_FORWARD = Exercise(
    name="layer_forward",
    lesson=2,
    title="the forward pass of one layer",
    solution=_layer_forward,
    trials=_layer_trials,
    parts=("A", "cache"),
    mistakes=(
        without_bias,
        without_activation,
        slope_for_value,
        always_relu,
        cache_of_values,
        cache_of_output,
        cache_without_bias,
        bias_after,
        activation_first,
        bias_as_row,
        transposed_weights,
        factors_swapped,
        samples_turned,
    ),
)
