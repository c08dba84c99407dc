"""The mistakes in an epoch whose batches are right: in what each does with its samples."""

import numpy as np

from helpers.exercises.checking import mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.lessons.lesson_5.batches import Order, batches_of, gradient_of, step
from helpers.network import MLP
from helpers.validation import Array


@mistake(
    M.UPDATE,
    "A gradient changes nothing by itself. Which of the four steps moves the parameters, and is "
    "it there, on `network` and not on a copy?",
)
def never_updated(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The network's parameters are as they were."""
    for batch in batches_of(order, batch_size):
        gradient_of(network, X[:, batch], Y[:, batch])


@mistake(
    M.UPDATE,
    "A step is one update. Where in your loop is θ moved, and is there a second place, or a 2? "
    "(`network.update` moves θ by itself.)",
)
def two_steps(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Each step is twice as long, as if taken twice with the same gradient."""
    for batch in batches_of(order, batch_size):
        step(network, X[:, batch], Y[:, batch], 2 * learning_rate)


@mistake(
    M.CACHES,
    "The second batch should gain from what the first has taught: its gradient belongs to the θ "
    "of that moment. When is forward run, before or after the previous batch's update?",
)
def gradients_first(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """All gradients are taken at the same θ, that of the beginning."""
    batches = batches_of(order, batch_size)
    total = sum(gradient_of(network, X[:, batch], Y[:, batch]) for batch in batches)
    network.theta[:] -= learning_rate * total


@mistake(
    M.SAMPLES,
    "That is a full batch with more work. The point of small batches is that each has a step of "
    "its own. Where in the loop does the update stand?",
)
def gradients_averaged(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """It is one step with the mean of all batches' gradients."""
    batches = batches_of(order, batch_size)
    gradients = [gradient_of(network, X[:, batch], Y[:, batch]) for batch in batches]
    network.theta[:] -= learning_rate * np.mean(gradients, axis=0)


@mistake(
    M.MEAN_FACTOR,
    "backward's gradient is of the mean loss of the batch, so 1/m, with m the batch's own size, "
    "is in it already. What do you divide by?",
)
def divided_again(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The step is divided by the batch's size once more."""
    for batch in batches_of(order, batch_size):
        step(network, X[:, batch], Y[:, batch], learning_rate / len(batch))


@mistake(
    M.MEAN_FACTOR,
    "backward's gradient is of the mean loss of the batch, so 1/m, with m the batch's own size, "
    "is in it already. (And the last batch may be smaller than `batch_size`.) What do you divide "
    "by?",
)
def divided_by_batch_size(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The step is divided by `batch_size`, and the mean is in it already."""
    for batch in batches_of(order, batch_size):
        step(network, X[:, batch], Y[:, batch], learning_rate / batch_size)


@mistake(
    M.MEAN_FACTOR,
    "backward's gradient is of the mean loss of the batch, so the batch's own 1/m is in it "
    "already. What do the samples of the other batches have to do with it?",
)
def divided_by_samples(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The step is divided by the number of all samples."""
    for batch in batches_of(order, batch_size):
        step(network, X[:, batch], Y[:, batch], learning_rate / len(order))


@mistake(
    M.SIGN,
    "The gradient points to where the loss rises. What does `network.update` do with it, and what "
    "do you?",
)
def epoch_uphill(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The steps go up the slope instead of down."""
    for batch in batches_of(order, batch_size):
        step(network, X[:, batch], Y[:, batch], -learning_rate)


MISTAKES_IN_STEPS = (
    never_updated,
    two_steps,
    gradients_first,
    gradients_averaged,
    divided_again,
    divided_by_batch_size,
    divided_by_samples,
    epoch_uphill,
)
