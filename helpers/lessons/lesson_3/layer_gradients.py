"""dW and db of a layer: the learner writes both from δ[l] and the layer's input."""

import numpy as np

from helpers.exercises.cases import random_cases
from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.lessons.lesson_3.by_layer import Arrays, Gradients


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
    """Your dW is δ[l] A[l-1], without the transpose of A[l-1]."""
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
    "The 1/m of the mean is in δ already. How many times is it in your gradients?",
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
    "There is one bias per unit, and units are rows. Which axis runs over the samples?",
)
def sum_over_units(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your db is summed over the units instead of the samples."""
    return delta[l] @ A[l - 1].T, delta[l].sum(axis=0, keepdims=True)


@mistake(
    M.ORIENTATION,
    "b[l] has the shape (n_l, 1), and db the same. An array of shape (n_l,) would broadcast as a "
    "row in the update. (A sum keeps its axis with `keepdims`.)",
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
    "Every unit has a bias of its own. What should the sum run over, and what not?",
)
def sum_over_all(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """Your db is one number, summed over the units, too."""
    return delta[l] @ A[l - 1].T, delta[l].sum()


@mistake(
    M.SIGN,
    "These are gradients: they point to where the loss rises. The minus belongs to the update.",
)
def turned_gradients(l: int, delta: Arrays, A: Arrays) -> Gradients:
    """The signs of dW and db are turned."""
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
