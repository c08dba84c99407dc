"""The puzzle of lesson 3: the learner puts the lines of the backward loop in order."""

import numpy as np

from helpers.exercises.cases import random_cases
from helpers.exercises.checking import Exercise, Trial
from helpers.exercises.misconceptions import Misconception as M
from helpers.exercises.mistakes import Mistake
from helpers.exercises.program import Program

BACKWARD = Program(
    head="""\
def backward(network, X, Y):
    _, caches = network.forward(X)
    A, Z, L = caches.A, caches.Z, network.n_layers
    dW, db, delta = {}, {}, {}""",
    lines={
        "dW": "    dW[l] = delta[l] @ A[l - 1].T",
        "unchanged": "    dA = delta[l]",
        "loop": "for l in range(L, 0, -1):",
        "unsummed": "    db[l] = delta[l]",
        "back": "    dA = network.W[l].T @ delta[l]",
        "delta": "    delta[l] = dA * network.activations[l - 1].derivative(Z[l])",
        "untransposed": "    dA = network.W[l] @ delta[l]",
        "start": "dA = mean_squared_error_gradient(A[L], Y)",
        "db": "    db[l] = delta[l].sum(axis=1, keepdims=True)",
    },
    tail="    return dW, db, delta",
)


def _backward_trials(rng: np.random.Generator) -> list[Trial]:
    return [Trial(case.about, (case.network, case.X, case.Y)) for case in random_cases(rng)]


BACKWARD_LINES = Exercise(
    name="backward_lines",
    lesson=3,
    title="The lines of the backward loop",
    solution=BACKWARD.assemble("start loop delta dW db back"),
    trials=_backward_trials,
    parts=("dW", "db", "delta"),
    mistakes=(
        Mistake(
            "On its way back, δ meets W without the transpose.",
            "W[l] has a row for each unit of layer l and a column for each of layer l−1. Going "
            "back, which of the two does the product have to sum over? (In a square network the "
            "shapes don't tell.)",
            M.WHICH_W,
            BACKWARD.assemble("start loop delta dW db untransposed"),
        ),
        Mistake(
            "δ is handed on as it is.",
            "A unit hands its blame back to its inputs in proportion to something. Which array "
            "holds that, and in which of your lines does it stand?",
            M.SAME_DELTA,
            BACKWARD.assemble("start loop delta dW db unchanged"),
        ),
        Mistake(
            "Nothing is handed back: dA is in each layer what it was at the output.",
            "The loop goes to the next layer with the same dA. A round of it should leave the "
            "dA that the next round needs.",
            M.SAME_DELTA,
            BACKWARD.assemble("start loop delta dW db"),
        ),
        Mistake(
            "db isn't summed over the samples.",
            "A layer has one bias for each unit, and all samples share it. What is the shape of "
            "b[l], and of your db[l]?",
            M.BIAS_SUM,
            BACKWARD.assemble("start loop delta dW unsummed back"),
        ),
        Mistake(
            "A line asks for δ[l] before a line has made it.",
            "dW, db and the way back all start from δ of this layer. What must come first in the "
            "loop?",
            M.CACHES,
            BACKWARD.assemble("start loop back delta dW db"),
        ),
        Mistake(
            "The loop asks for dA before there is one.",
            "δ of a layer needs to know how the loss reacts to this layer's outputs. For the last "
            "layer, who says so? That line runs once, before the first round.",
            M.CACHES,
            BACKWARD.assemble("loop delta dW db back start"),
        ),
    ),
)
