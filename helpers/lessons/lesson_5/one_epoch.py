"""One epoch of mini-batches: the learner writes the loop over them, and what each does."""

from typing import Any

import numpy as np

from helpers.exercises.cases import make_case
from helpers.exercises.checking import Exercise, Trial
from helpers.exercises.mistakes import Answer
from helpers.lessons.lesson_5.batches import Order, batches_of
from helpers.lessons.lesson_5.mistakes_in_batches import MISTAKES_IN_BATCHES
from helpers.lessons.lesson_5.mistakes_in_steps import MISTAKES_IN_STEPS
from helpers.network import MLP
from helpers.validation import Array


def _one_epoch(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    for batch in batches_of(order, batch_size):
        _, caches = network.forward(X[:, batch])
        gradient = network.backward(caches, Y[:, batch])
        network.update(gradient, learning_rate)


def _observe_epoch(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    theta = arguments[0].theta
    before = theta.copy()
    stub = answer(*arguments) is ... and np.array_equal(theta, before)
    return (... if stub else theta,)


def _epoch_trials(rng: np.random.Generator) -> list[Trial]:
    """Batches with a smaller last one, without, and a batch size that no batch reaches."""
    trials = []
    for sizes, names, m, batch_size, rate in (
        ((3, 2), ("sigmoid",), 7, 3, 1.4),
        ((2, 4, 1), ("relu", "tanh"), 8, 3, 0.9),
        ((4, 3, 2), ("tanh", "linear"), 6, 2, 0.6),
        ((2, 3), ("linear",), 5, 8, 1.2),
    ):
        case = make_case(rng, sizes, names, m)
        order = np.append(m - 1, rng.permutation(m - 1))  # no row of X or Y has the first number
        given = (case.network, case.X, case.Y, order, batch_size, rate)
        trials.append(Trial(f"{m} samples in batches of {batch_size}", given))
    return trials


ONE_EPOCH = Exercise(
    name="one_epoch",
    lesson=5,
    title="one epoch of mini-batches",
    solution=_one_epoch,
    trials=_epoch_trials,
    parts=("network.theta",),
    observe=_observe_epoch,
    may_change=("network",),
    mistakes=(*MISTAKES_IN_BATCHES, *MISTAKES_IN_STEPS),
)
