"""The backward pass of two layers: the learner fills in δ and dW of both."""

from typing import Any

import numpy as np

from helpers.exercises.cases import Case, make_case
from helpers.exercises.checking import Exercise, Trial
from helpers.lessons.lesson_3.by_layer import Activations, Arrays, Gradients
from helpers.lessons.lesson_3.exchangeable_lines import passes
from helpers.lessons.lesson_3.mistakes_in_delta import MISTAKES_IN_DELTA
from helpers.lessons.lesson_3.mistakes_in_gradients import MISTAKES_IN_GRADIENTS
from helpers.validation import Array


def backward(W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations) -> Gradients:
    """Return dW and db by layer, as they should be."""
    return passes(W, A, Z, Y, activations)


def backward_arguments(case: Case) -> tuple[Any, ...]:
    """Return the arguments of a backward pass of the case's network."""
    return case.W, case.A, case.Z, case.Y, dict(enumerate(case.network.activations, 1))


SHAPES = (  # each activation stands in each of the two layers; two networks are square
    ((5, 3, 1), ("sigmoid", "tanh"), 7),
    ((2, 6, 4), ("relu", "linear"), 3),
    ((3, 3, 3), ("tanh", "relu"), 5),
    ((4, 4, 4), ("linear", "sigmoid"), 4),
)


def _two_layer_trials(rng: np.random.Generator) -> list[Trial]:
    cases = [make_case(rng, *shape) for shape in SHAPES]
    return [Trial(case.about, backward_arguments(case)) for case in cases]


BACKWARD_MISTAKES = (*MISTAKES_IN_DELTA, *MISTAKES_IN_GRADIENTS)
BACKWARD_TWO_LAYERS = Exercise(
    name="backward_two_layers",
    lesson=3,
    title="the backward pass of two layers",
    solution=backward,
    trials=_two_layer_trials,
    parts=("dW", "db"),
    mistakes=BACKWARD_MISTAKES,
)
