"""Training: four steps, again and again, and a record of how it goes.

    forward → loss → backward → update

An epoch takes every sample once: in one step with the full batch, or in many with
mini-batches, shuffled anew each time. This is plain gradient descent.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray

from helpers import validation
from helpers.losses import accuracy
from helpers.network import MLP, samples_for
from helpers.texts import read, say
from helpers.validation import Array, Seed

USUAL = 0.01, 5.0  # the root mean square of features that suit the initial weights
LITTLE = 0.4  # of the loss of the best constant answer; a training that got below it has learned
VANISHED = 1e-5  # longer gradients than this may still teach something
WORDS = read("common/training")


@dataclass(frozen=True)
class Record:
    """How the network does after `epoch` epochs.

    Attributes
    ----------
    epoch : int
    loss : float
        On the training samples, as the two below.
    train_accuracy : float
        NaN where the labels name no classes, as `accuracy` says; then no line shows it.
    gradient_norms : tuple of float
        The length of [dW[l] db[l]], l = 1, …, L.
    test_accuracy : float
        On the test samples; NaN without them, and as above.
    """

    epoch: int
    loss: float
    train_accuracy: float
    gradient_norms: tuple[float, ...]
    test_accuracy: float = math.nan

    def __str__(self) -> str:
        words = WORDS["record"]
        said = [words["epoch"].format(epoch=self.epoch), words["loss"].format(loss=self.loss)]
        shares = ("accuracy", self.train_accuracy), ("test", self.test_accuracy)
        said.append(" ".join(words[k].format(share=s) for k, s in shares if not math.isnan(s)))
        norms = " ".join(f"{norm:.3f}" for norm in self.gradient_norms)
        return "  ".join(filter(None, [*said, words["norms"].format(norms=norms)]))


@dataclass(frozen=True)
class History:
    """The records of a training, as arrays for plotting.

    Attributes
    ----------
    records : tuple of Record
    stopped : str
        Why it ended early; empty if it didn't.
    note : str
        What may be why little was learned; empty if nothing stands out.
    """

    records: tuple[Record, ...]
    stopped: str = ""
    note: str = ""

    @property
    def epoch(self) -> Array:
        """Shape (number of records,), as the three below."""
        return np.array([record.epoch for record in self.records])

    @property
    def loss(self) -> Array:
        """L on the training samples."""
        return np.array([record.loss for record in self.records])

    @property
    def train_accuracy(self) -> Array:
        """The share of training samples in the right class; NaN where labels name no classes."""
        return np.array([record.train_accuracy for record in self.records])

    @property
    def test_accuracy(self) -> Array:
        """The share of test samples in the right class; NaN without any, and as above."""
        return np.array([record.test_accuracy for record in self.records])

    @property
    def gradient_norms(self) -> Array:
        """Shape (number of records, L)."""
        return np.array([record.gradient_norms for record in self.records])

    def __repr__(self) -> str:
        words = WORDS["history" if self.records else "no_records"]
        line = words.format(n=len(self.records), last=self.records[-1] if self.records else "")
        return "\n".join(filter(None, (line, self.stopped, self.note)))


def train(
    network: MLP, X: ArrayLike, Y: ArrayLike, *, progress: int = 400, **settings: Any
) -> History:
    """Train `network` in place and return the history.

    It ends early, with the history so far and the reason in `History.stopped`, if the loss
    stops being finite or the learner interrupts it; the network keeps what it has learned.

    Parameters
    ----------
    network, X, Y
        As in `training_steps`.
    progress : int
        Print the first record of every so many epochs, and the last; 0 is silent, except
        for an interruption.
    **settings
        epochs, learning_rate, batch_size, test, seed and record_every, by name and as in
        `training_steps`. The first two have to be there.

    Raises
    ------
    TypeError, ValueError
        If an argument isn't as it should be; nothing is trained then.

    Examples
    --------
    >>> X, Y = np.array([[0.0, 1.0]]), np.array([[0.0, 1.0]])
    >>> history = train(MLP((1, 1), ["linear"]), X, Y, epochs=500, learning_rate=0.5)
    epoch    0  loss 0.2320  accuracy 0.500  norms 0.681
    epoch  400  loss 0.0000  accuracy 1.000  norms 0.000
    epoch  500  loss 0.0000  accuracy 1.000  norms 0.000
    """
    progress = validation.whole_number(progress, "progress", 0)
    steps = training_steps(network, X, Y, **settings)
    records: list[Record] = []
    stopped, next_line = "", 0
    try:
        for record in steps:
            records.append(record)
            if progress and (record.epoch >= next_line or record.epoch == settings["epochs"]):
                print(record)
                next_line = record.epoch + progress
    except KeyboardInterrupt:
        stopped = WORDS["interrupted"]
        print(stopped)
    except FloatingPointError as error:
        stopped = str(error)
        if progress:
            print(stopped)
    note = _note(network, X, Y, records, stopped)
    if note and progress:
        print(note)
    return History(tuple(records), stopped, note)


@np.errstate(over="ignore", invalid="ignore")
def _note(network: MLP, X: ArrayLike, Y: ArrayLike, records: list[Record], stopped: str) -> str:
    """Return what may be why little was learned: features far from the size of 1."""
    X, Y = validation.as_floats(X, "X"), validation.as_floats(Y, "Y")
    size = float(np.linalg.norm(X)) / math.sqrt(X.size)
    if USUAL[0] <= size <= USUAL[1]:
        return ""
    said = WORDS["far_from_one"].format(largest=np.abs(X).max())
    last = records[-1] if records else None
    if not last or not last.epoch:
        return said if stopped else ""
    mean = np.broadcast_to(Y.mean(axis=1, keepdims=True), Y.shape)
    constant = float(network.loss.value(mean, Y))
    if last.loss <= LITTLE * constant or not constant:
        return ""
    largest = max(last.gradient_norms)
    kind = "learned" if largest >= VANISHED else "vanished" if largest else "all_zero"
    return WORDS[f"little_{kind}"].format(largest=largest, said=said)


def training_steps(
    network: MLP,
    X: ArrayLike,
    Y: ArrayLike,
    *,
    epochs: int,
    learning_rate: float,
    batch_size: int | None = None,
    test: tuple[ArrayLike, ArrayLike] | None = None,
    seed: Seed = 0,
    record_every: int = 10,
) -> Iterator[Record]:
    """Train `network` in place and yield a record now and then, the first and last included.

    Parameters
    ----------
    network : MLP
    X : array_like, shape (n_0, m)
    Y : array_like, shape (n_L, m)
    epochs : int
    learning_rate : float
    batch_size : int, optional
        Samples per step; all of them without it.
    test : pair of array_like, shapes (n_0, k) and (n_L, k), optional
        Samples that are never trained on.
    seed : int, Generator or None
        Where the order of the mini-batches comes from.
    record_every : int
        Epochs between two records.

    Raises
    ------
    TypeError, ValueError
        If an argument isn't as above; nothing is trained then.
    FloatingPointError
        If the loss stops being finite; the step that would follow isn't taken.

    Examples
    --------
    >>> X, Y = np.array([[0.0, 1.0]]), np.array([[0.0, 1.0]])
    >>> records = training_steps(MLP((1, 1), ["linear"]), X, Y, epochs=20, learning_rate=0.5)
    >>> [record.epoch for record in records]
    [0, 10, 20]
    """
    X, Y = samples_for(network, X, Y)
    if test is not None:
        if not isinstance(test, tuple | list) or len(test) != 2:
            raise TypeError(say("training.test", type=type(test).__name__))
        test = samples_for(network, *test, names=("test[0]", "test[1]"))
    epochs = validation.whole_number(epochs, "epochs", 0)
    record_every = validation.whole_number(record_every, "record_every", 1)
    m = X.shape[1]
    size = m if batch_size is None else validation.whole_number(batch_size, "batch_size", 1)
    learning_rate = validation.positive_number(learning_rate, "learning_rate")
    network.refuse_too_many(m)
    rng = validation.random_generator(seed, "batches")
    training = _Training(network, _Batch(network, X, Y), min(size, m), test, learning_rate, rng)
    return training.run(epochs, record_every)


class _Batch:
    """Samples, and the arrays of the passes over them; all are filled again and again."""

    def __init__(self, network: MLP, X: Array, Y: Array) -> None:
        self.arrays = network.new_arrays(X.shape[1])
        self.gradient = network.new_gradient(X.shape[1])
        # rows that lie one after the other: of others, `take` would copy the whole each time
        self.X, self.Y = self.arrays.A[0], Y.copy()
        self.X[:] = X

    def take(self, whole: Self, columns: NDArray[np.intp]) -> Self:
        """Gather these samples of the whole."""
        # in another mode NumPy would gather them into an array of its own first
        np.take(whole.X, columns, axis=1, out=self.X, mode="clip")
        np.take(whole.Y, columns, axis=1, out=self.Y, mode="clip")
        return self


@dataclass
class _Training:
    """A training whose settings have been checked; a step takes `size` samples of the whole."""

    network: MLP
    whole: _Batch
    size: int
    test: tuple[Array, Array] | None
    learning_rate: float
    rng: np.random.Generator

    def __post_init__(self) -> None:
        X, Y, m = self.whole.X, self.whole.Y, self.whole.Y.shape[1]
        sizes = {self.size, m % self.size} - {0, m}
        self.parts = {n: _Batch(self.network, X[:, :n], Y[:, :n]) for n in sizes}

    def run(self, epochs: int, record_every: int) -> Iterator[Record]:
        """Train, and yield the records."""
        for first in (*range(0, epochs, record_every), epochs):
            yield self.record(first)
            self.take_epochs(first, min(first + record_every, epochs))

    @np.errstate(over="ignore", invalid="ignore")
    def record(self, epoch: int) -> Record:
        """Do both passes over all samples, and say what they find."""
        loss, network = self.both_passes(self.whole, epoch, is_first=epoch == 0), self.network
        share = accuracy(self.whole.arrays.A[-1], self.whole.Y)
        on_test = accuracy(network.outputs(self.test[0]), self.test[1]) if self.test else math.nan
        return Record(epoch, loss, share, tuple(self.whole.gradient.norms().values()), on_test)

    @np.errstate(over="ignore", invalid="ignore")
    def take_epochs(self, first: int, last: int) -> None:
        """Take the steps of these epochs; what the record of the first has computed is used."""
        for epoch in range(first, last):
            for batch in self.batches_of_an_epoch():
                if batch is not self.whole or epoch > first:
                    self.both_passes(batch, epoch)
                self.step(batch, epoch)

    def batches_of_an_epoch(self) -> Iterable[_Batch]:
        """Return all samples at once, or in batches whose order is drawn."""
        if not self.parts:
            return [self.whole]
        order = self.rng.permutation(self.whole.Y.shape[1])
        pieces = np.split(order, range(self.size, order.size, self.size))
        return (self.parts[piece.size].take(self.whole, piece) for piece in pieces)

    def both_passes(self, batch: _Batch, epoch: int, is_first: bool = False) -> float:
        """Fill the batch's arrays, and return the loss; `is_first` if no step has been taken."""
        A = self.network.fill_forward(batch.arrays)
        loss = float(self.network.loss.value(A, batch.Y))
        if not math.isfinite(loss):
            words = WORDS["not_finite_at_first" if is_first else "not_finite"]
            raise FloatingPointError(words.format(epoch=epoch, loss=loss))
        self.network.fill_backward(batch.gradient, batch.arrays, batch.Y)
        return loss

    def step(self, batch: _Batch, epoch: int) -> None:
        """Take a step with what the passes have found."""
        step = batch.gradient.vector  # once it has been recorded, nobody needs it unscaled
        np.multiply(step, self.learning_rate, out=step)
        try:
            self.network.step(step, self.learning_rate)
        except ValueError as error:
            message = WORDS["step_diverged"].format(epoch=epoch, error=error)
            raise FloatingPointError(message) from error
