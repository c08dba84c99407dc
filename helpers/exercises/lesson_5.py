"""The exercises of lesson 5, and the mistakes that people make in them: training."""

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from helpers.exercises.cases import make_case
from helpers.exercises.checking import Answer, Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.network import MLP
from helpers.validation import Array

Order = NDArray[np.intp]


# --- the update


def _update(theta: Array, gradient: Array, learning_rate: float) -> Array:
    return theta - learning_rate * gradient


@mistake(
    M.UPDATE,
    "A line like `theta = …` makes a new array, and the name outside still means the old one. "
    "Return the new one, or write into the old one.",
)
def nothing_done(theta: Array, gradient: Array, learning_rate: float) -> None:
    """Nothing is returned, and the caller's θ is as it was."""
    theta = theta - learning_rate * gradient


@mistake(
    M.SIGN,
    "The gradient points to where the loss rises fastest. Where do we want to go?",
)
def uphill(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The step goes up the slope instead of down."""
    return theta + learning_rate * gradient


@mistake(
    M.LARGER,
    "A gradient says which way is down, and only for the nearest surroundings. What decides how "
    "far you go?",
)
def without_rate(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The learning rate is missing."""
    return theta - gradient


@mistake(
    M.UPDATE,
    "Then every parameter goes down by the same, whatever the loss says to it. Who knows which "
    "way is downhill?",
)
def rate_alone(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The gradient is missing."""
    return theta - learning_rate


@mistake(
    M.LARGER,
    "With a smaller learning rate, should the step be shorter or longer? And with yours?",
)
def divided_by_rate(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The gradient is divided by the learning rate."""
    return theta - gradient / learning_rate


@mistake(
    M.UPDATE,
    "Backpropagation has made the gradient, and you have its length right. But we ask where θ is "
    "after the step.",
)
def step_alone(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """What comes out is η dθ, the length of the step, and not the new θ."""
    return learning_rate * gradient


@mistake(
    M.UPDATE,
    "That is how θ changes. Where does it start from?",
)
def change_alone(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """What comes out is −η dθ, the change, and not the new θ."""
    return -learning_rate * gradient


@mistake(
    M.LARGER,
    "Then each parameter moves equally far, also where the loss hardly reacts to it. Near the "
    "bottom the gradient is small: should the steps be?",
)
def sign_alone(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """Only the gradient's signs are used, not its size."""
    return theta - learning_rate * np.sign(gradient)


@mistake(
    M.LARGER,
    "Then every step is equally long. Near the bottom the gradient is small: should the step be?",
)
def unit_length(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The gradient is divided by its length."""
    return theta - learning_rate * gradient / np.linalg.norm(gradient)


@mistake(
    M.LARGER,
    "If the gradient is 0, θ should stay where it is. Where does yours go? Only one of the two "
    "belongs to the step.",
)
def rate_times_all(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The learning rate multiplies θ, too."""
    return learning_rate * (theta - gradient)


@mistake(
    M.UPDATE,
    "One line writes into `theta`, and what you return subtracts again. Which of the two do you "
    "want to keep?",
)
def step_twice(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The step is taken twice."""
    return theta - 2 * learning_rate * gradient


def _observe_update(answer: Answer, arguments: tuple[Any, ...]) -> Mapping[str, Any]:
    """Take what is returned, or θ itself from an answer that writes into it."""
    result = answer(*arguments)
    return {"The new θ": arguments[0] if result is None else result}


def _update_trials(rng: np.random.Generator) -> list[Trial]:
    return [
        Trial(f"{n} parameters", (*rng.normal(size=(2, n)), rate))
        for n, rate in ((3, 0.5), (5, 0.1), (8, 2.0))
    ]


UPDATE = Exercise(
    name="update",
    lesson=5,
    title="one step downhill",
    solution=_update,
    trials=_update_trials,
    parts=("The new θ",),
    observe=_observe_update,
    mistakes=(
        nothing_done,
        uphill,
        without_rate,
        rate_alone,
        divided_by_rate,
        step_alone,
        change_alone,
        sign_alone,
        unit_length,
        rate_times_all,
        step_twice,
    ),
)


# --- one epoch of mini-batches


def _batches(order: Order, batch_size: int) -> Iterator[Order]:
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]


def _gradient(network: MLP, X: Array, Y: Array) -> Array:
    _, caches = network.forward(X)
    return network.backward(caches, Y).vector


def _step(network: MLP, X: Array, Y: Array, learning_rate: float) -> None:
    network.theta[:] -= learning_rate * _gradient(network, X, Y)


def _one_epoch(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    for batch in _batches(order, batch_size):
        _, caches = network.forward(X[:, batch])
        gradient = network.backward(caches, Y[:, batch])
        network.update(gradient, learning_rate)


@mistake(
    M.UPDATE,
    "A gradient changes nothing by itself. Which of the four steps moves the parameters, and is "
    "it there, on `network` and not on a copy?",
)
def never_updated(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The network's parameters are as they were."""
    for batch in _batches(order, batch_size):
        _gradient(network, X[:, batch], Y[:, batch])


@mistake(
    M.SAMPLES,
    "The other samples never come. Where does your loop end: does a `return` stand inside it, or "
    "are the numbers of `range` in another order?",
)
def first_alone(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Only the first batch takes a step."""
    batch = next(_batches(order, batch_size))
    _step(network, X[:, batch], Y[:, batch], learning_rate)


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
        _step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.UPDATE,
    "A step is one update. Where in your loop is θ moved, and is there a second place? "
    "(`network.update` moves it by itself.)",
)
def two_steps(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Each batch takes its step twice, with the same gradient."""
    for batch in _batches(order, batch_size):
        _step(network, X[:, batch], Y[:, batch], 2 * learning_rate)


@mistake(
    M.SAMPLES,
    "An epoch takes every sample once. If 7 samples go in batches of 3, who comes after the "
    "second batch, and does your loop get there?",
)
def last_dropped(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The last batch is left out where it is smaller than the others."""
    for batch in _batches(order, batch_size):
        if len(batch) == batch_size:
            _step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.SAMPLES,
    "The loop ends too early. With 6 samples in batches of 2, where should the batches begin, and "
    "where do yours?",
)
def last_missing(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The last batch is left out, even where it is full."""
    for batch in list(_batches(order, batch_size))[:-1]:
        _step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.UPDATE,
    "Each batch has its own forward, backward and update. Look at how far your lines are indented: "
    "which of them belong to every batch?",
)
def last_alone(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Only the last batch takes a step."""
    *_, batch = _batches(order, batch_size)
    _step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.ORIENTATION,
    "In this course a column is a sample. What does `X[numbers]` pick, and how does one write all "
    "rows, and of the columns these?",
)
def rows_taken(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The batch is taken from the rows, which are features."""
    for batch in _batches(order, batch_size):
        _step(network, X[batch], Y[batch], learning_rate)


@mistake(
    M.SAMPLES,
    "Yours takes the samples as they lie in X. Then each epoch has the same batches, and sorted "
    "data make batches of one class. Where should `order` come in?",
)
def order_ignored(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """`order` is ignored."""
    for batch in _batches(np.arange(len(order)), batch_size):
        _step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.SAMPLES,
    "So a sample is given another one's label. No error tells you, and the network learns "
    "nonsense. Which columns of Y belong to these columns of X?",
)
def labels_unordered(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """X is taken in the order of `order`, and Y isn't."""
    places = _batches(np.arange(len(order)), batch_size)
    for batch, place in zip(_batches(order, batch_size), places, strict=True):
        _step(network, X[:, batch], Y[:, place], learning_rate)


@mistake(
    M.SAMPLES,
    "So a label is given to another sample. No error tells you, and the network learns nonsense. "
    "Which columns of X belong to these columns of Y?",
)
def samples_unordered(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Y is taken in the order of `order`, and X isn't."""
    places = _batches(np.arange(len(order)), batch_size)
    for batch, place in zip(_batches(order, batch_size), places, strict=True):
        _step(network, X[:, place], Y[:, batch], learning_rate)


@mistake(
    M.SAMPLES,
    "The number of steps is right. What in your slice changes from one round of the loop to the "
    "next?",
)
def first_again(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Every step is taken with the first batch."""
    for _ in _batches(order, batch_size):
        first = order[:batch_size]
        _step(network, X[:, first], Y[:, first], learning_rate)


@mistake(
    M.SAMPLES,
    "The number of steps is right. Which columns of X and Y does a step look at, and which should "
    "it?",
)
def all_again(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Every step is taken with all samples."""
    for _ in _batches(order, batch_size):
        _step(network, X, Y, learning_rate)


@mistake(
    M.SAMPLES,
    "That is an epoch of the full batch. How many steps are there if each sees `batch_size` "
    "samples?",
)
def all_at_once(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """It is one step with all samples."""
    _step(network, X, Y, learning_rate)


@mistake(
    M.SAMPLES,
    "That is a batch size of 1. What should stand between two starts, and where does a batch end?",
)
def one_by_one(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Every step is taken with a single sample."""
    for batch in _batches(order, 1):
        _step(network, X[:, batch], Y[:, batch], learning_rate)


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
        _step(network, X[:, batch], Y[:, batch], learning_rate)


@mistake(
    M.CACHES,
    "The second batch should profit from what the first has taught: its gradient belongs to the θ "
    "of that moment. When is forward run, before or after the update for the batch before?",
)
def gradients_first(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """All gradients are taken before the first update."""
    batches = _batches(order, batch_size)
    total = sum(_gradient(network, X[:, batch], Y[:, batch]) for batch in batches)
    network.theta[:] -= learning_rate * total


@mistake(
    M.SAMPLES,
    "That is a full batch with more work. The gain of small batches is that each has a step of "
    "its own. Where in the loop does the update stand?",
)
def gradients_averaged(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """It is one step with the mean of all batches' gradients."""
    batches = _batches(order, batch_size)
    gradients = [_gradient(network, X[:, batch], Y[:, batch]) for batch in batches]
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
    for batch in _batches(order, batch_size):
        _step(network, X[:, batch], Y[:, batch], learning_rate / len(batch))


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
    for batch in _batches(order, batch_size):
        _step(network, X[:, batch], Y[:, batch], learning_rate / batch_size)


@mistake(
    M.MEAN_FACTOR,
    "backward's gradient is of the mean loss of the batch, so the batch's own 1/m is in it "
    "already. What have the samples of the other batches to do with this step?",
)
def divided_by_samples(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The step is divided by the number of all samples."""
    for batch in _batches(order, batch_size):
        _step(network, X[:, batch], Y[:, batch], learning_rate / len(order))


@mistake(
    M.SIGN,
    "The gradient points to where the loss rises. What does `network.update` do with it, and what "
    "do you?",
)
def epoch_uphill(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """The steps go up the slope instead of down."""
    for batch in _batches(order, batch_size):
        _step(network, X[:, batch], Y[:, batch], -learning_rate)


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
EXERCISES = (UPDATE, ONE_EPOCH)
