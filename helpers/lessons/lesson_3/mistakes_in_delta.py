"""The mistakes in a backward pass that make δ wrong: at the output, on the way back, or both."""

import numpy as np

from helpers.exercises.checking import mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.lessons.lesson_3.by_layer import Activations, Arrays, Gradients
from helpers.lessons.lesson_3.exchangeable_lines import passes
from helpers.validation import Array


@mistake(
    M.SLOPE_PLACE,
    "The hidden layers have theirs. What stands between the output and its Z?",
)
def output_without_slope(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """At the output, the slope φ′ is missing, or it is 1 for every z."""
    return passes(W, A, Z, Y, activations, start=lambda error, slope, m: error / m)


@mistake(
    M.SLOPE_PLACE,
    "The output is right, the layers before it aren't. Compare your step back with the recursion, "
    "factor by factor.",
)
def recursion_without_slope(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """On the way back, the slope φ′ is missing, or it is 1 for every z."""
    return passes(W, A, Z, Y, activations, back=lambda W, l, delta, slope: W[l].T @ delta)


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
    return passes(
        W, A, Z, Y, activations, back=lambda W, l, delta, slope: W[l - 1].T @ delta * slope
    )


@mistake(
    M.WHICH_W,
    "Compare the shapes: W[l] leads from n_{l-1} units to n_l. Which way are you going?",
)
def recursion_without_transpose(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """δ goes back through W[l] without its transpose."""
    return passes(W, A, Z, Y, activations, back=lambda W, l, delta, slope: W[l] @ delta * slope)


@mistake(
    M.MEAN_FACTOR,
    "The loss is a mean over the samples. Where does that enter, and how many times?",
)
def pass_without_mean(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """No gradient is divided by m, the number of samples."""
    return passes(W, A, Z, Y, activations, start=lambda error, slope, m: error * slope)


@mistake(
    M.MEAN_FACTOR,
    "Where does your 2 come from? (The napkin's cell gave the name m to its two samples, and the "
    "notebook still knows it.) From which of the arguments can the function count its own?",
)
def pass_with_mean_of_the_napkin(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Everything is divided by 2, however many samples there are."""
    return passes(W, A, Z, Y, activations, start=lambda error, slope, m: error / 2 * slope)


@mistake(
    M.SAME_DELTA,
    "A − Y says how far the output is off. δ[L] asks how the mean loss reacts to Z[L]: read its "
    "formula factor by factor.",
)
def pass_with_difference_alone(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your δ of the output is A − Y alone."""
    return passes(W, A, Z, Y, activations, start=lambda error, slope, m: error)


@mistake(
    M.MEAN_FACTOR,
    "Is 1/m in δ of the output, and again in dW and db? That makes 1/m². One place is enough.",
)
def pass_with_mean_twice(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """1/m is in every gradient twice."""
    return passes(W, A, Z, Y, activations, start=lambda error, slope, m: error / m**2 * slope)


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
    return passes(
        W, A, Z, Y, activations, back=lambda W, l, delta, slope: W[l].T @ delta * slope / m
    )


@mistake(
    M.MEAN_FACTOR,
    "The square brings down a 2. What stands before the sum in the loss, and what becomes of it?",
)
def pass_with_factor_two(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """There is one factor of 2 too many in every gradient."""
    return passes(W, A, Z, Y, activations, start=lambda error, slope, m: 2 * error / m * slope)


@mistake(
    M.SIGN,
    "Is there a minus too many, or is A subtracted from Y? If an output is too large, more of it "
    "makes the loss larger: what sign does its δ have?",
)
def pass_with_turned_sign(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The sign of every gradient is turned."""
    return passes(W, A, Z, Y, activations, start=lambda error, slope, m: -error / m * slope)


@mistake(
    M.SLOPE_PLACE,
    "Neither at the output nor on the way back does yours ask how A reacts to Z. Which factor of "
    "the two formulas says that?",
)
def pass_without_slopes(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """In every layer, the slope φ′ is missing, or it is 1 for every z."""
    return passes(W, A, Z, Y, activations, slope=lambda activation, A, Z: np.ones_like(Z))


@mistake(
    M.SLOPE_PLACE,
    "φ maps Z to A. Where on its curve does a sample stand, at its Z or at its A?",
)
def pass_with_slopes_at_activation(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The slope φ′ is taken at A instead of Z, in every layer."""
    return passes(W, A, Z, Y, activations, slope=lambda activation, A, Z: activation.derivative(A))


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

    return passes(W, A, Z, Y, activations, start=start)


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

    return passes(W, A, Z, Y, activations, back=back)


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

    return passes(W, A, Z, Y, activations, back=back)


@mistake(
    M.SLOPE_PLACE,
    "An activation is a pair. You multiply by φ, the value of the function; the chain rule wants "
    "the other one.",
)
def pass_with_values_for_slopes(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """The value φ(Z) stands where the slope φ′(Z) should, in every layer."""
    return passes(W, A, Z, Y, activations, slope=lambda activation, A, Z: A)


@mistake(
    M.MEAN_FACTOR,
    "The square brings down a 2, and the loss has a ½ for it. What becomes of the two together?",
)
def pass_with_half(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """There is one factor of ½ too many in every gradient."""
    return passes(W, A, Z, Y, activations, start=lambda error, slope, m: error / (2 * m) * slope)


@mistake(
    M.MEAN_FACTOR,
    "The loss is a mean over samples and a sum over outputs. Which of Y's two sizes counts "
    "samples? (`Y.size` and `np.mean` count both.)",
)
def pass_with_mean_over_all(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """It is divided by the number of all outputs, m times k, instead of m."""
    return passes(W, A, Z, Y, activations, start=lambda error, slope, m: error / error.size * slope)


@mistake(
    M.ORIENTATION,
    "In this course a column is a sample. So which of Y's two sizes is m?",
)
def pass_divided_by_rows(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """It is divided by the number of rows, which are outputs, instead of samples."""
    return passes(W, A, Z, Y, activations, start=lambda error, slope, m: error / len(error) * slope)


MISTAKES_IN_DELTA = (
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
    pass_without_slopes,
    pass_with_slopes_at_activation,
    output_slope_at_activation,
    recursion_with_slope_at_activation,
    recursion_with_activation_of_l,
    pass_with_values_for_slopes,
    pass_with_half,
    pass_with_mean_over_all,
    pass_divided_by_rows,
)
