"""One epoch of mini-batches: the learner writes the loop over them, and what each does."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from helpers.exercises.cases import make_case
from helpers.exercises.checking import Answer, Exercise, Trial
from helpers.exercises.lesson_5.batches import Order, batches_of
from helpers.exercises.lesson_5.mistakes_in_batches import (
    all_again,
    all_at_once,
    first_again,
    first_alone,
    labels_unordered,
    last_alone,
    last_dropped,
    last_missing,
    one_by_one,
    one_too_many,
    order_ignored,
    overlapping,
    rows_taken,
    samples_unordered,
)
from helpers.exercises.lesson_5.mistakes_in_steps import (
    divided_again,
    divided_by_batch_size,
    divided_by_samples,
    epoch_uphill,
    gradients_averaged,
    gradients_first,
    never_updated,
    two_steps,
)
from helpers.network import MLP
from helpers.validation import Array


def _one_epoch(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    for batch in batches_of(order, batch_size):
        _, caches = network.forward(X[:, batch])
        gradient = network.backward(caches, Y[:, batch])
        network.update(gradient, learning_rate)


def _observe_epoch(answer: Answer, arguments: tuple[Any, ...]) -> Mapping[str, Any]:
    theta = arguments[0].theta
    before = theta.copy()
    stub = answer(*arguments) is ... and np.array_equal(theta, before)
    return {"network.theta": ... if stub else theta}


def _epoch_trials(rng: np.random.Generator) -> list[Trial]:
    """Batches with a smaller last one, without, and a batch size that no batch reaches."""
    trials = []
    for sizes, m, batch_size in (
        ((3, 2), 7, 4),
        ((2, 4, 1), 8, 3),
        ((4, 3, 2), 6, 2),
        ((2, 3), 5, 8),
    ):
        case = make_case(rng, sizes, ("tanh", "sigmoid")[-len(sizes) + 1 :], m)
        rate = float(rng.uniform(0.5, 1.5))
        order = np.append(m - 1, rng.permutation(m - 1))  # no row of X or Y has the first number
        given = (case.network, case.X, case.Y, order, batch_size, round(rate, 2))
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
    mistakes=(
        never_updated,
        first_alone,
        one_too_many,
        two_steps,
        last_dropped,
        last_missing,
        last_alone,
        rows_taken,
        order_ignored,
        labels_unordered,
        samples_unordered,
        first_again,
        all_again,
        all_at_once,
        one_by_one,
        overlapping,
        gradients_first,
        gradients_averaged,
        divided_again,
        divided_by_batch_size,
        divided_by_samples,
        epoch_uphill,
    ),
)
