"""The puzzle of lesson 5: the learner puts the lines of one step of training in order."""

from typing import Any

import numpy as np

from helpers.exercises.cases import random_cases
from helpers.exercises.exercise import Trial
from helpers.exercises.mistakes import Answer
from helpers.exercises.program import puzzle
from helpers.losses import mean_squared_error
from helpers.network import MLP
from helpers.validation import Array

Batch = tuple[Array, Array]


def _trials(rng: np.random.Generator) -> list[Trial]:
    """Two batches for each network: one for the step before, one for this step."""
    trials = []
    for case in random_cases(rng):
        before = rng.normal(size=case.X.shape), rng.normal(size=case.Y.shape)
        rate = round(rng.uniform(0.4, 0.8), 2)
        trials.append(Trial(case.about, (case.network, case.X, case.Y, rate, before)))
    return trials


def _observe(step: Answer, arguments: tuple[MLP, Array, Array, float, Batch]) -> tuple[Any, Array]:
    """Take one right step on the batch before, and then the step that is judged."""
    network, X, Y, rate, (X_before, Y_before) = arguments
    A, caches = network.forward(X_before)
    gradient = network.backward(caches, Y_before)
    previous = A, caches, mean_squared_error(A, Y_before), gradient
    network.update(gradient, rate)
    return step(network, X, Y, rate, previous), network.theta


PUZZLES = (puzzle("step_lines", _trials, observe=_observe, may_change=("network",)),)
