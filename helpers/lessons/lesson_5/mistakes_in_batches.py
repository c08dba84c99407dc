"""The mistakes in an epoch whose steps see other samples or other labels, or don't come."""

import math

import numpy as np

from helpers.exercises.checking import mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.lessons.lesson_5.batches import Order, batches_of, step
from helpers.network import MLP
from helpers.validation import Array


@mistake(
    M.SAMPLES,
    "The other samples never come. Is there a loop, and where does it end: does a `return` stand "
    "inside it, or are the numbers of `range` in another order?",
)
def first_alone(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Only the first batch takes a step."""
    batch = next(batches_of(order, batch_size))
    step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.SAMPLES,
    "A slice ends before its second number: `order[0:3]` holds three samples. Which sample is in "
    "two of your batches?",
)
def one_too_many(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Each batch goes one sample too far."""
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size + 1]
        step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.SAMPLES,
    "An epoch takes every sample once. If 7 samples go in batches of 3, what comes after the "
    "second batch, and does your loop get there?",
)
def last_dropped(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The last batch is left out where it is smaller than the others."""
    for batch in batches_of(order, batch_size):
        if len(batch) == batch_size:
            step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.SAMPLES,
    "The loop ends too early. With 6 samples in batches of 2, where should the batches begin, and "
    "where do yours?",
)
def last_missing(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The last batch is left out, even where it is full."""
    for batch in list(batches_of(order, batch_size))[:-1]:
        step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.UPDATE,
    "Each batch has its own forward, backward and update. Look at how far your lines are indented: "
    "which of them belong to every batch?",
)
def last_alone(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Only the last batch takes a step."""
    *_, batch = batches_of(order, batch_size)
    step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.ORIENTATION,
    "In this course a column is a sample. What does `X[numbers]` pick, and how do you write all "
    "rows, but only these columns?",
)
def rows_taken(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The batch is taken from the rows, which are features."""
    for batch in batches_of(order, batch_size):
        step(network, X[batch], Y[batch], learning_rate)


@mistake(
    M.SAMPLES,
    "Then each epoch has the same batches, and sorted data make batches of one class. Where should "
    "`order` come in?",
)
def order_ignored(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The samples are taken as they lie in X, not in the order of `order`."""
    for batch in batches_of(np.arange(len(order)), batch_size):
        step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.SAMPLES,
    "So a sample is given another one's label. No error tells you, and the network learns "
    "nonsense. Which columns of Y belong to these columns of X?",
)
def labels_unordered(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """X is taken in the order of `order`, and Y isn't."""
    places = batches_of(np.arange(len(order)), batch_size)
    for batch, place in zip(batches_of(order, batch_size), places, strict=True):
        step(network, X[:, batch], Y[:, place], learning_rate)


@mistake(
    M.SAMPLES,
    "So a label is given to another sample. No error tells you, and the network learns nonsense. "
    "Which columns of X belong to these columns of Y?",
)
def samples_unordered(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Y is taken in the order of `order`, and X isn't."""
    places = batches_of(np.arange(len(order)), batch_size)
    for batch, place in zip(batches_of(order, batch_size), places, strict=True):
        step(network, X[:, place], Y[:, batch], learning_rate)


@mistake(
    M.SAMPLES,
    "The number of steps is right. What in your slice changes from one round of the loop to the "
    "next?",
)
def first_again(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Every step is taken with the first batch."""
    for _ in batches_of(order, batch_size):
        first = order[:batch_size]
        step(network, X[:, first], Y[:, first], learning_rate)


@mistake(
    M.SAMPLES,
    "The number of steps is right. Which columns of X and Y does a step look at, and which should "
    "it?",
)
def all_again(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Every step is taken with all samples."""
    for _ in batches_of(order, batch_size):
        step(network, X, Y, learning_rate)


@mistake(
    M.SAMPLES,
    "That is an epoch of the full batch. How many steps are there if each sees `batch_size` "
    "samples?",
)
def all_at_once(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """It is one step with all samples."""
    step(network, X, Y, learning_rate)


@mistake(
    M.SAMPLES,
    "That is a batch size of 1. What should stand between two starts, and where does a batch end?",
)
def one_by_one(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Every step is taken with a single sample."""
    for batch in batches_of(order, 1):
        step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.SAMPLES,
    "A batch begins at each sample, so most samples are seen several times. Where does the second "
    "batch begin, if the first has `batch_size` samples?",
)
def overlapping(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The batches overlap."""
    for start in range(len(order)):
        batch = order[start : start + batch_size]
        step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.SAMPLES,
    "Only the last batch may be smaller. With 7 samples in batches of 3, how many does yours put "
    "into the second batch, and how many should it?",
)
def spread_evenly(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The samples are spread evenly over the batches."""
    for batch in np.array_split(order, math.ceil(len(order) / batch_size)):
        step(network, X[:, batch], Y[:, batch], learning_rate)


MISTAKES_IN_BATCHES = (
    first_alone,
    one_too_many,
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
    spread_evenly,
)
