"""The exercises of lesson 3, and the mistakes that people make in them: the δ recursion."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from helpers.activations import Activation
from helpers.exercises.cases import Case, make_case, random_cases
from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.validation import Array

Arrays = Mapping[int, Array]
Activations = Mapping[int, Activation]
Slope = Callable[[Activation, Array, Array], Array]  # from A and Z of a layer to φ′
Start = Callable[[Array, Array, int], Array]  # from the error, the slope and m to δ[L]
Back = Callable[[Arrays, int, Array, Array], Array]  # from W, l, δ[l] and the slope to δ[l-1]
Weight = Callable[[Array, Arrays, int], Array]  # from δ, A and l to dW[l]
Bias = Callable[[Array], Array]  # from δ to db


# --- δ of the output


def _output_delta(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    return (A - Y) / A.shape[1] * activation.derivative(Z)


@mistake(
    M.SAME_DELTA,
    "A − Y says how far the output is off. δ asks how the mean loss reacts to Z: read its formula "
    "factor by factor, and look for the two that aren't in your line.",
)
def difference_alone(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """Your δ is A − Y and nothing else."""
    return A - Y


@mistake(
    M.SLOPE_PLACE,
    "You have how the loss reacts to A. How does A react to Z? δ is a derivative by Z, so the "
    "chain rule asks for one more factor.",
)
def without_slope(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """The slope φ′ is missing."""
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
    "An activation is a pair. You multiplied by the value of the function; the chain rule wants "
    "the other one.",
)
def value_for_slope(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """The second factor is φ(Z) instead of the slope φ′(Z)."""
    return (A - Y) / A.shape[1] * activation.function(Z)


@mistake(
    M.SIGN,
    "If an output is too large, more of it makes the loss larger. Which sign has its δ then, and "
    "which has yours?",
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
    """The mean's 1/m is missing."""
    return (A - Y) * activation.derivative(Z)


@mistake(
    M.MEAN_FACTOR,
    "Somewhere the mean is taken, and then it is taken again. Each derivative has 1/m once.",
)
def mean_twice(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """1/m is in it twice."""
    return (A - Y) / A.shape[1] ** 2 * activation.derivative(Z)


@mistake(
    M.MEAN_FACTOR,
    "The napkin's cell gave the name m to its two samples, and the notebook still knows it. The "
    "function is given other samples. From which of its arguments can it count them?",
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
    """The 2 of the square is left in."""
    return 2 * (A - Y) / A.shape[1] * activation.derivative(Z)


@mistake(
    M.MEAN_FACTOR,
    "The square brings down a 2, and the loss has a ½ for it. What becomes of the two together?",
)
def half_left_in(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """The ½ of the loss is left in."""
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


# --- δ one layer back


def _hidden_delta(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    return W[l].T @ delta[l] * activation.derivative(Z[l - 1])


@mistake(
    M.WHICH_W,
    "δ[l] came from Z[l] = W[l] A[l-1] + b[l]. Which matrix carried A[l-1] there, and so carries "
    "δ[l] back?",
)
def wrong_layers_w(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """The W is of the wrong layer: W[l-1] instead of W[l]."""
    return W[l - 1].T @ delta[l] * activation.derivative(Z[l - 1])


@mistake(
    M.WHICH_W,
    "W[l] has the shape (n_l, n_{l-1}), δ[l] has n_l rows, and the result has n_{l-1}. Forward, "
    "W sums over the inputs; what do you sum over on the way back?",
)
def without_transpose(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """W isn't transposed."""
    return W[l] @ delta[l] * activation.derivative(Z[l - 1])


@mistake(
    M.SLOPE_PLACE,
    "That is how the loss reacts to A[l-1]. δ[l-1] asks about Z[l-1]; what lies between the two?",
)
def back_without_slope(
    l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation
) -> Array:
    """The slope φ′ is missing."""
    return W[l].T @ delta[l]


@mistake(
    M.SLOPE_PLACE,
    "You have arrived at layer l-1. Whose slope stands between A[l-1] and what you look for?",
)
def slope_of_layer_l(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """The slope is of the wrong layer: φ′(Z[l]) instead of φ′(Z[l-1])."""
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
    "An activation is a pair. You multiplied by the value of the function; the chain rule wants "
    "the other one.",
)
def back_value_for_slope(
    l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation
) -> Array:
    """The second factor is φ(Z[l-1]) instead of the slope φ′(Z[l-1])."""
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
    "δ[l] is a derivative by Z[l], so layer l's slope is in it already. Which slope is still "
    "missing, and does it come before W[l]ᵀ or after?",
)
def slope_before_w(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """The slope is taken at Z[l] and multiplied to δ[l], before W[l]ᵀ."""
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
    "The napkin network had ReLU, and `Z > 0` is the slope of that. Here a layer may have any φ. "
    "Which of the arguments knows its slope?",
)
def back_slope_of_relu(
    l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation
) -> Array:
    """The slope is ReLU's, whatever activation is given."""
    return W[l].T @ delta[l] * (Z[l - 1] > 0)


def _hidden_trials(rng: np.random.Generator) -> list[Trial]:
    return [
        Trial(f"{c.about}, l = {l}", (l, c.W, c.delta, c.Z, c.network.activations[l - 2]))
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


# --- dW and db of a layer

Gradients = tuple[Any, Any]


def _layer_gradients(l: int, delta: Arrays, A: Arrays) -> Gradients:
    return delta[l] @ A[l - 1].T, delta[l].sum(axis=1, keepdims=True)


@mistake(
    M.CACHES,
    "W[l] multiplied the input of layer l. Which of the cached arrays is that, A[l] or A[l-1]?",
)
def output_for_input(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your dW is made with A[l], the layer's output, instead of its input."""
    return delta[l] @ A[l].T, delta[l].sum(axis=1, keepdims=True)


@mistake(
    M.ORIENTATION,
    "A gradient has the shape of what it is the gradient of. What is the shape of W[l], and of "
    "your dW?",
)
def transposed_gradient(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your dW is transposed."""
    return A[l - 1] @ delta[l].T, delta[l].sum(axis=1, keepdims=True)


@mistake(
    M.ORIENTATION,
    "The product must sum over the samples. Which sizes meet in the middle of yours?",
)
def input_not_transposed(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """A[l-1] isn't transposed."""
    return delta[l] @ A[l - 1], delta[l].sum(axis=1, keepdims=True)


@mistake(
    M.MEAN_FACTOR,
    "Your dW has 1/m twice: δ has it already. Add up the samples; the mean is taken care of.",
)
def averaged_dw(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your dW is averaged once more."""
    m = delta[l].shape[1]
    return delta[l] @ A[l - 1].T / m, delta[l].sum(axis=1, keepdims=True)


@mistake(
    M.MEAN_FACTOR,
    "The 1/m of the mean is in δ already. How often is it in your gradients?",
)
def averaged_both(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your dW and db are both averaged once more."""
    return delta[l] @ A[l - 1].T / delta[l].shape[1], delta[l].mean(axis=1, keepdims=True)


@mistake(
    M.MEAN_FACTOR,
    "δ has the mean's 1/m in it. What is left to do over the samples?",
)
def mean_for_sum(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your db is a mean over the samples instead of a sum."""
    return delta[l] @ A[l - 1].T, delta[l].mean(axis=1, keepdims=True)


@mistake(
    M.ORIENTATION,
    "There is one bias a unit, and units are rows. Which axis runs over the samples?",
)
def sum_over_units(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your db is summed over the units instead of the samples."""
    return delta[l] @ A[l - 1].T, delta[l].sum(axis=0, keepdims=True)


@mistake(
    M.ORIENTATION,
    "b[l] has the shape (n_l, 1), and db the same. An array of shape (n_l,) would broadcast as a "
    "row in the update. Look for `keepdims`.",
)
def flat_db(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your db has lost an axis: its shape is (n_l,)."""
    return delta[l] @ A[l - 1].T, delta[l].sum(axis=1)


@mistake(
    M.BIAS_SUM,
    "One bias serves all samples, so each sample has a say in its gradient. What makes one "
    "number of them?",
)
def unsummed_db(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your db is δ itself, not summed over the samples."""
    return delta[l] @ A[l - 1].T, delta[l]


@mistake(
    M.BIAS_SUM,
    "Every unit has a bias of its own. Over what should be summed, and over what not?",
)
def sum_over_all(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your db is one number, summed over the units, too."""
    return delta[l] @ A[l - 1].T, delta[l].sum()


@mistake(
    M.SIGN,
    "These are gradients: they point to where the loss rises. The minus belongs to the update.",
)
def turned_gradients(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """The sign of both is turned."""
    return -delta[l] @ A[l - 1].T, -delta[l].sum(axis=1, keepdims=True)


def _layer_trials(rng: np.random.Generator) -> list[Trial]:
    return [
        Trial(f"{c.about}, l = {l}", (l, c.delta, c.A))
        for c in random_cases(rng)
        for l in range(1, c.network.n_layers + 1)
    ]


LAYER_GRADIENTS = Exercise(
    name="layer_gradients",
    lesson=3,
    title="dW and db of a layer",
    solution=_layer_gradients,
    trials=_layer_trials,
    parts=("dW", "db"),
    mistakes=(
        output_for_input,
        transposed_gradient,
        input_not_transposed,
        averaged_dw,
        averaged_both,
        mean_for_sum,
        sum_over_units,
        flat_db,
        unsummed_db,
        sum_over_all,
        turned_gradients,
    ),
)


# --- the whole backward pass: two layers with gaps, then any depth


def _passes(
    W: Arrays,
    A: Arrays,
    Z: Arrays,
    Y: Array,
    activations: Activations,
    *,
    slope: Slope = lambda activation, A, Z: activation.derivative(Z),
    start: Start = lambda error, slope, m: error / m * slope,
    back: Back = lambda W, l, delta, slope: W[l].T @ delta * slope,
    weight: Weight = lambda delta, A, l: delta @ A[l - 1].T,
    bias: Bias = lambda delta: delta.sum(axis=1, keepdims=True),
    last: int = 1,
) -> Gradients:
    """Return dW and db by layer; the keywords are the lines that a mistake exchanges."""
    L = len(W)
    slopes = {l: slope(activations[l], A[l], Z[l]) for l in W}
    delta = start(A[L] - Y, slopes[L], Y.shape[1])
    dW, db = {}, {}
    for l in range(L, last - 1, -1):
        dW[l], db[l] = weight(delta, A, l), bias(delta)
        if l > 1:
            delta = back(W, l, delta, slopes[l - 1])
    return dW, db


def _backward(W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations) -> Gradients:
    return _passes(W, A, Z, Y, activations)


@mistake(
    M.SLOPE_PLACE,
    "The hidden layers have theirs. What stands between the output and its Z?",
)
def output_without_slope(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The slope φ′ is missing at the output."""
    return _passes(W, A, Z, Y, activations, start=lambda error, slope, m: error / m)


@mistake(
    M.SLOPE_PLACE,
    "The output is right, the layers before it aren't. Compare your step back with the recursion, "
    "factor by factor.",
)
def recursion_without_slope(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The slope φ′ is missing on the way back."""
    return _passes(W, A, Z, Y, activations, back=lambda W, l, delta, slope: W[l].T @ delta)


@mistake(
    M.SAME_DELTA,
    "Only the output has something to be compared with. What do the hidden layers hear of it, and "
    "through what?",
)
def error_at_every_layer(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Every layer's δ is made from its own A − Y."""
    L, m = len(W), Y.shape[1]
    delta = {l: (A[l] - Y) / m * activations[l].derivative(Z[l]) for l in range(1, L + 1)}
    dW = {l: delta[l] @ A[l - 1].T for l in delta}
    return dW, {l: delta[l].sum(axis=1, keepdims=True) for l in delta}


@mistake(
    M.WHICH_W,
    "To reach layer l-1, δ goes back over the weights that lead from l-1 to l. Which W is that?",
)
def recursion_with_wrong_w(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """δ goes back through the W of the wrong layer, W[l-1] instead of W[l]."""
    return _passes(
        W, A, Z, Y, activations, back=lambda W, l, delta, slope: W[l - 1].T @ delta * slope
    )


@mistake(
    M.WHICH_W,
    "Compare the shapes: W[l] leads from n_{l-1} units to n_l. Which way do you go?",
)
def recursion_without_transpose(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """δ goes back through W[l] without its transpose."""
    return _passes(W, A, Z, Y, activations, back=lambda W, l, delta, slope: W[l] @ delta * slope)


@mistake(
    M.MEAN_FACTOR,
    "The loss is a mean over the samples. Where does that enter, and how often?",
)
def pass_without_mean(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The mean's 1/m is missing everywhere."""
    return _passes(W, A, Z, Y, activations, start=lambda error, slope, m: error * slope)


@mistake(
    M.MEAN_FACTOR,
    "The napkin's cell gave the name m to its two samples, and the notebook still knows it. From "
    "which of the arguments can the function count its own?",
)
def pass_with_mean_of_the_napkin(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """All is divided by 2, however many samples there are."""
    return _passes(W, A, Z, Y, activations, start=lambda error, slope, m: error / 2 * slope)


@mistake(
    M.SAME_DELTA,
    "A − Y says how far the output is off. δ[L] asks how the mean loss reacts to Z[L]: read its "
    "formula factor by factor.",
)
def pass_with_difference_alone(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your δ of the output is A − Y and nothing else."""
    return _passes(W, A, Z, Y, activations, start=lambda error, slope, m: error)


@mistake(
    M.MEAN_FACTOR,
    "1/m in δ of the output, and again in dW and db: that makes 1/m². Choose one of the two.",
)
def pass_with_mean_twice(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """1/m is in every gradient twice."""
    return _passes(W, A, Z, Y, activations, start=lambda error, slope, m: error / m**2 * slope)


@mistake(
    M.MEAN_FACTOR,
    "Each step back divides by m again, so the first layers get less and less. δ[L] has the 1/m; "
    "does the recursion ask for one?",
)
def mean_at_every_layer(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """1/m is applied anew at every step back."""
    m = Y.shape[1]
    return _passes(
        W, A, Z, Y, activations, back=lambda W, l, delta, slope: W[l].T @ delta * slope / m
    )


@mistake(
    M.MEAN_FACTOR,
    "The square brings down a 2. What stands before the sum in the loss, and what becomes of it?",
)
def pass_with_factor_two(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The 2 of the square is left in."""
    return _passes(W, A, Z, Y, activations, start=lambda error, slope, m: 2 * error / m * slope)


@mistake(
    M.SIGN,
    "Which of the two is subtracted from which, and what would that say of an output that is too "
    "large?",
)
def pass_with_turned_sign(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The sign of every gradient is turned."""
    return _passes(W, A, Z, Y, activations, start=lambda error, slope, m: -error / m * slope)


@mistake(
    M.MEAN_FACTOR,
    "dW is right, so δ is. It holds the 1/m already; what does db do with the samples?",
)
def pass_with_mean_db(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your db is a mean over the samples instead of a sum."""
    return _passes(W, A, Z, Y, activations, bias=lambda delta: delta.mean(axis=1, keepdims=True))


@mistake(
    M.BIAS_SUM,
    "dW is right, so δ is. One bias serves all samples; what has its gradient to do with them?",
)
def pass_with_unsummed_db(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your db is δ itself, not summed over the samples."""
    return _passes(W, A, Z, Y, activations, bias=lambda delta: delta)


@mistake(
    M.ORIENTATION,
    "b[l] has the shape (n_l, 1), and so has its gradient. Look for `keepdims`.",
)
def pass_with_flat_db(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your db has lost an axis: its shape is (n_l,)."""
    return _passes(W, A, Z, Y, activations, bias=lambda delta: delta.sum(axis=1))


@mistake(
    M.SLOPE_PLACE,
    "Neither at the output nor on the way back does your line ask how A reacts to Z. Which factor "
    "of the two formulas says that?",
)
def pass_without_slopes(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The slope φ′ is missing in every layer."""
    return _passes(W, A, Z, Y, activations, slope=lambda activation, A, Z: np.ones_like(Z))


@mistake(
    M.SLOPE_PLACE,
    "φ maps Z to A. Where on its curve does a sample stand, at its Z or at its A?",
)
def pass_with_slopes_at_activation(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The slope φ′ is taken at A instead of Z, in every layer."""
    return _passes(W, A, Z, Y, activations, slope=lambda activation, A, Z: activation.derivative(A))


@mistake(
    M.SLOPE_PLACE,
    "The hidden layers are treated well. Where on φ's curve does an output stand, at its Z or at "
    "its A?",
)
def output_slope_at_activation(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """At the output, the slope φ′ is taken at A instead of Z."""

    def start(error: Array, slope: Array, m: int) -> Array:
        return error / m * activations[len(W)].derivative(A[len(W)])

    return _passes(W, A, Z, Y, activations, start=start)


@mistake(
    M.SLOPE_PLACE,
    "The output is right. Where on φ's curve does a sample stand on the way back, at the Z of a "
    "layer or at its A?",
)
def recursion_with_slope_at_activation(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """On the way back, the slope φ′ is taken at A instead of Z."""

    def back(W: Arrays, l: int, delta: Array, slope: Array) -> Array:
        return W[l].T @ delta * activations[l - 1].derivative(A[l - 1])

    return _passes(W, A, Z, Y, activations, back=back)


@mistake(
    M.SLOPE_PLACE,
    "You have arrived at layer l-1, with its Z. Whose pair do you ask for the slope?",
)
def recursion_with_activation_of_l(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """On the way back, the slope is that of the wrong activation: of layer l instead of l-1."""

    def back(W: Arrays, l: int, delta: Array, slope: Array) -> Array:
        return W[l].T @ delta * activations[l].derivative(Z[l - 1])

    return _passes(W, A, Z, Y, activations, back=back)


@mistake(
    M.SLOPE_PLACE,
    "An activation is a pair. You multiply by the value of the function; the chain rule wants the "
    "other one.",
)
def pass_with_values_for_slopes(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The value φ(Z) stands where the slope φ′(Z) should, in every layer."""
    return _passes(W, A, Z, Y, activations, slope=lambda activation, A, Z: A)


@mistake(
    M.MEAN_FACTOR,
    "db is right, so δ is. It holds the 1/m already. What does the product with A[l-1] do with the "
    "samples?",
)
def pass_with_mean_dw(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your dW is averaged once more."""
    dW, db = _passes(W, A, Z, Y, activations)
    return {l: dW[l] / Y.shape[1] for l in dW}, db


@mistake(
    M.MEAN_FACTOR,
    "The square brings down a 2, and the loss has a ½ for it. What becomes of the two together?",
)
def pass_with_half(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The ½ of the loss is left in."""
    return _passes(W, A, Z, Y, activations, start=lambda error, slope, m: error / (2 * m) * slope)


@mistake(
    M.MEAN_FACTOR,
    "The loss is a mean over samples and a sum over outputs. Which of Y's two sizes counts "
    "samples? (`Y.size` and `np.mean` count both.)",
)
def pass_with_mean_over_all(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """It is divided by the number of all outputs, m times k, instead of m."""
    return _passes(
        W, A, Z, Y, activations, start=lambda error, slope, m: error / error.size * slope
    )


@mistake(
    M.ORIENTATION,
    "In this course a column is a sample. So which of Y's two sizes is m?",
)
def pass_divided_by_rows(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """It is divided by the number of rows, which are outputs, instead of samples."""
    return _passes(
        W, A, Z, Y, activations, start=lambda error, slope, m: error / len(error) * slope
    )


@mistake(
    M.CACHES,
    "W[l] multiplied what came into layer l. Which of the cached arrays is that, A[l] or A[l-1]?",
)
def pass_with_output_for_input(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your dW is made with A[l], the layer's output, instead of its input."""
    return _passes(W, A, Z, Y, activations, weight=lambda delta, A, l: delta @ A[l].T)


@mistake(
    M.ORIENTATION,
    "A gradient has the shape of what it is the gradient of. What is the shape of W[l], and of "
    "your dW[l]?",
)
def pass_with_transposed_dw(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your dW is transposed."""
    return _passes(W, A, Z, Y, activations, weight=lambda delta, A, l: A[l - 1] @ delta.T)


@mistake(
    M.ORIENTATION,
    "There is one bias a unit, and units are rows. Which axis runs over the samples?",
)
def pass_with_db_over_units(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your db is summed over the units instead of the samples."""
    return _passes(W, A, Z, Y, activations, bias=lambda delta: delta.sum(axis=0, keepdims=True))


@mistake(
    M.BIAS_SUM,
    "Every unit has a bias of its own. Over what should be summed, and over what not?",
)
def pass_with_one_db(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your db is one number a layer, summed over the units, too."""
    return _passes(W, A, Z, Y, activations, bias=lambda delta: delta.sum())


def _backward_arguments(case: Case) -> tuple[Any, ...]:
    return case.W, case.A, case.Z, case.Y, dict(enumerate(case.network.activations, 1))


def _backward_trials(rng: np.random.Generator) -> list[Trial]:
    return [Trial(case.about, _backward_arguments(case)) for case in random_cases(rng)]


def _two_layer_trials(rng: np.random.Generator) -> list[Trial]:
    shapes = [((5, 3, 2), 7), ((2, 6, 4), 3), ((3, 3, 3), 5), ((4, 4, 4), 4)]
    names = ("sigmoid", "tanh")
    return [
        Trial(case.about, _backward_arguments(case))
        for case in (make_case(rng, sizes, names, m) for sizes, m in shapes)
    ]


BACKWARD_MISTAKES = (
    output_without_slope,
    recursion_without_slope,
    error_at_every_layer,
    recursion_with_wrong_w,
    recursion_without_transpose,
    pass_without_mean,
    pass_with_mean_of_the_napkin,
    pass_with_difference_alone,
    pass_with_mean_twice,
    mean_at_every_layer,
    pass_with_factor_two,
    pass_with_turned_sign,
    pass_with_mean_db,
    pass_with_unsummed_db,
    pass_with_flat_db,
    pass_without_slopes,
    pass_with_slopes_at_activation,
    output_slope_at_activation,
    recursion_with_slope_at_activation,
    recursion_with_activation_of_l,
    pass_with_values_for_slopes,
    pass_with_mean_dw,
    pass_with_half,
    pass_with_mean_over_all,
    pass_divided_by_rows,
    pass_with_output_for_input,
    pass_with_transposed_dw,
    pass_with_db_over_units,
    pass_with_one_db,
)


@mistake(
    M.FALLING_LOSS,
    "Count the layers that get a gradient. Where does your loop end, and where should it?",
)
def first_layer_left_out(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The loop ends before layer 1, which gets no gradients."""
    return _passes(W, A, Z, Y, activations, last=2)


@mistake(
    M.FALLING_LOSS,
    "Only the last layer has gradients. How far is your `return` indented: does it stand in the "
    "loop, or after it?",
)
def last_layer_alone(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The function is left after the first round of the loop."""
    return _passes(W, A, Z, Y, activations, last=len(W))


@mistake(
    M.FALLING_LOSS,
    "The output's layer has no gradients. Layers count from 1 to L: where does your `range` begin?",
)
def last_layer_left_out(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The loop begins below layer L, which gets no gradients."""
    dW, db = _passes(W, A, Z, Y, activations)
    return {l: dW[l] for l in dW if l < len(W)}, {l: db[l] for l in db if l < len(W)}


BACKWARD_TWO_LAYERS = Exercise(
    name="backward_two_layers",
    lesson=3,
    title="the backward pass of two layers",
    solution=_backward,
    trials=_two_layer_trials,
    parts=("dW", "db"),
    mistakes=BACKWARD_MISTAKES,
)
BACKWARD = Exercise(
    name="backward",
    lesson=3,
    title="the whole backward pass",
    solution=_backward,
    trials=_backward_trials,
    parts=("dW", "db"),
    mistakes=(
        *BACKWARD_MISTAKES,
        first_layer_left_out,
        last_layer_alone,
        last_layer_left_out,
    ),
)
EXERCISES = (OUTPUT_DELTA, HIDDEN_DELTA, LAYER_GRADIENTS, BACKWARD_TWO_LAYERS, BACKWARD)
