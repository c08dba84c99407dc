"""The mistakes in a backward pass whose δ is right: those in dW and in db."""

from helpers.exercises.checking import mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.lessons.lesson_3.by_layer import Activations, Arrays, Gradients
from helpers.lessons.lesson_3.exchangeable_lines import passes
from helpers.validation import Array


@mistake(
    M.MEAN_FACTOR,
    "dW is right, so δ is. It has the mean's 1/m in it; what is left to do over the samples?",
)
def pass_with_mean_db(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your db is a mean over the samples instead of a sum."""
    return passes(W, A, Z, Y, activations, bias=lambda delta: delta.mean(axis=1, keepdims=True))


@mistake(
    M.BIAS_SUM,
    "dW is right, so δ is. One bias serves all samples; what has its gradient to do with them?",
)
def pass_with_unsummed_db(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your db is δ itself, not summed over the samples."""
    return passes(W, A, Z, Y, activations, bias=lambda delta: delta)


@mistake(
    M.ORIENTATION,
    "b[l] has the shape (n_l, 1), and so has its gradient. (A sum keeps its axis with `keepdims`.)",
)
def pass_with_flat_db(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your db has lost an axis: its shape is (n_l,)."""
    return passes(W, A, Z, Y, activations, bias=lambda delta: delta.sum(axis=1))


@mistake(
    M.MEAN_FACTOR,
    "δ holds the 1/m already. What does the product with A[l-1] do with the samples?",
)
def pass_with_mean_dw(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your dW is averaged once more."""
    dW, db = passes(W, A, Z, Y, activations)
    return {l: dW[l] / Y.shape[1] for l in dW}, db


@mistake(
    M.CACHES,
    "W[l] multiplied what came into layer l. Which of the cached arrays is that, A[l] or A[l-1]?",
)
def pass_with_output_for_input(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your dW is made with A[l], the layer's output, instead of its input."""
    return passes(W, A, Z, Y, activations, weight=lambda delta, A, l: delta @ A[l].T)


@mistake(
    M.ORIENTATION,
    "A gradient has the shape of what it is the gradient of. What is the shape of W[l], and of "
    "your dW[l]?",
)
def pass_with_transposed_dw(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your dW is transposed."""
    return passes(W, A, Z, Y, activations, weight=lambda delta, A, l: A[l - 1] @ delta.T)


@mistake(
    M.ORIENTATION,
    "There is one bias per unit, and units are rows. Which axis runs over the samples?",
)
def pass_with_db_over_units(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your db is summed over the units instead of the samples."""
    return passes(W, A, Z, Y, activations, bias=lambda delta: delta.sum(axis=0, keepdims=True))


@mistake(
    M.BIAS_SUM,
    "Every unit has a bias of its own. What should the sum run over, and what not?",
)
def pass_with_one_db(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Your db is one number per layer, summed over the units, too."""
    return passes(W, A, Z, Y, activations, bias=lambda delta: delta.sum())


MISTAKES_IN_GRADIENTS = (
    pass_with_mean_db,
    pass_with_unsummed_db,
    pass_with_flat_db,
    pass_with_mean_dw,
    pass_with_output_for_input,
    pass_with_transposed_dw,
    pass_with_db_over_units,
    pass_with_one_db,
)
