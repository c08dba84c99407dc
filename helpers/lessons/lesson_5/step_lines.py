"""The puzzle of lesson 5: the learner puts the lines of one step of training in order."""

from typing import Any

import numpy as np

from helpers.exercises.cases import random_cases
from helpers.exercises.checking import Exercise, Trial
from helpers.exercises.misconceptions import Misconception as M
from helpers.exercises.mistakes import Answer, Mistake
from helpers.exercises.program import Program
from helpers.losses import mean_squared_error
from helpers.network import MLP
from helpers.validation import Array

STEP = Program(
    head="""\
def step(network, X, Y, learning_rate, previous):
    A, caches, loss, gradient = previous  # they are still there from the step before""",
    lines={
        "update": "network.update(gradient, learning_rate)",
        "loss": "loss = mean_squared_error(A, Y)",
        "backward_alone": "network.backward(caches, Y)",
        "climb": "network.theta[:] += learning_rate * gradient.vector",
        "forward": "A, caches = network.forward(X)",
        "update_loss": "network.update(loss, learning_rate)",
        "backward": "gradient = network.backward(caches, Y)",
    },
    tail="    return loss",
)


def _step_trials(rng: np.random.Generator) -> list[Trial]:
    """Two batches for each network: one for the step before, one for this step."""
    trials = []
    for case in random_cases(rng):
        before = rng.normal(size=case.X.shape), rng.normal(size=case.Y.shape)
        rate = round(rng.uniform(0.4, 0.8), 2)
        trials.append(Trial(case.about, (case.network, case.X, case.Y, rate, before)))
    return trials


def _observe_step(
    step: Answer, arguments: tuple[MLP, Array, Array, float, tuple[Array, Array]]
) -> tuple[Any, ...]:
    """Take one right step on the batch before, and then the step that is judged."""
    network, X, Y, rate, (X_before, Y_before) = arguments
    A, caches = network.forward(X_before)
    gradient = network.backward(caches, Y_before)
    previous = A, caches, mean_squared_error(A, Y_before), gradient
    network.update(gradient, rate)
    loss = step(network, X, Y, rate, previous)
    return loss, network.theta


STEP_LINES = Exercise(
    name="step_lines",
    lesson=5,
    title="The lines of one training step",
    solution=STEP.assemble("forward loss backward update"),
    trials=_step_trials,
    observe=_observe_step,
    may_change=("network",),
    parts=("the loss", "θ"),
    mistakes=(
        Mistake(
            "In the end, no parameter has moved.",
            "backward computes the gradient and changes nothing. Go through your lines: which of "
            "them moves θ, and does it stay moved?",
            M.UPDATE,
            STEP.assemble("forward loss backward"),
        ),
        Mistake(
            "The step goes uphill.",
            "The gradient points to where the loss rises fastest. Which way should the "
            "parameters go?",
            M.SIGN,
            STEP.assemble("forward loss backward climb"),
        ),
        Mistake(
            "backward gets caches that belong to other weights, and the network refuses them.",
            "Which line makes the caches that backward gets? Between the two, or since the step "
            "before, has an update moved the weights?",
            M.CACHES,
            STEP.assemble("forward loss update backward"),
        ),
        Mistake(
            "The update takes the gradient of the step before.",
            "There is a gradient left over from another batch. Does a line of yours, before the "
            "update, put the new one in its place?",
            M.CACHES,
            STEP.assemble("forward loss backward_alone update"),
        ),
        Mistake(
            "The weights are updated first, with the gradient of the step before.",
            "The new gradient comes too late for this step. What must be known before the "
            "weights may move?",
            M.CACHES,
            STEP.assemble("update forward loss backward"),
        ),
        Mistake(
            "The update is given the loss.",
            "The loss is one number and says how wrong the outputs are. Which way should each "
            "of the parameters go? That takes a number for each.",
            M.UPDATE,
            STEP.assemble("forward loss backward update_loss"),
        ),
        Mistake(
            "The loss judges the outputs of the step before.",
            "Which A did that line get? Look for the line that makes the new one.",
            M.SAMPLES,
            STEP.assemble("loss forward backward update"),
        ),
        Mistake(
            "The loss is that of the step before: no line computes it anew.",
            "Whoever trains wants to know how wrong the outputs are now. Which line says so?",
            M.SAMPLES,
            STEP.assemble("forward backward update"),
        ),
    ),
)
