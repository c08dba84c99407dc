"""The whole backward pass: the learner writes it for any number of layers."""

import numpy as np

from helpers.exercises.cases import random_cases
from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.lessons.lesson_3.backward_two_layers import (
    BACKWARD_MISTAKES,
    backward,
    backward_arguments,
)
from helpers.lessons.lesson_3.by_layer import Activations, Arrays, Gradients
from helpers.lessons.lesson_3.exchangeable_lines import passes
from helpers.validation import Array


@mistake(
    M.FALLING_LOSS,
    "Count the layers that get a gradient. Where does your loop end, and where should it?",
)
def first_layer_left_out(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Layer 1 gets no gradients."""
    return passes(W, A, Z, Y, activations, last=2)


@mistake(
    M.FALLING_LOSS,
    "Does the function end after the first round of its loop? Look at how far your `return` is "
    "indented: does it stand in the loop, or after it?",
)
def last_layer_alone(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Only the last layer has gradients."""
    return passes(W, A, Z, Y, activations, last=len(W))


@mistake(
    M.FALLING_LOSS,
    "Layers count from 1 to L, and the first round belongs to L. Where does your `range` begin?",
)
def last_layer_left_out(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations
) -> Gradients:
    """Layer L, the output's, gets no gradients."""
    dW, db = passes(W, A, Z, Y, activations)
    return {l: dW[l] for l in dW if l < len(W)}, {l: db[l] for l in db if l < len(W)}


def _backward_trials(rng: np.random.Generator) -> list[Trial]:
    return [Trial(case.about, backward_arguments(case)) for case in random_cases(rng)]


BACKWARD = Exercise(
    name="backward",
    lesson=3,
    title="the whole backward pass",
    solution=backward,
    trials=_backward_trials,
    parts=("dW", "db"),
    mistakes=(
        *BACKWARD_MISTAKES,
        first_layer_left_out,
        last_layer_alone,
        last_layer_left_out,
    ),
)
