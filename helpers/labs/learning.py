"""What the labs of lessons 5 and 6 share: a network that is trained a slice at a time."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from helpers.datasets import Points
from helpers.network import MLP
from helpers.training import Record, training_steps


class Learning:
    """A part of a lab that trains its network while others can run.

    Attributes
    ----------
    network : MLP
        As it is now; go on with it where the lab leaves off.
    data, fresh : tuple of ndarray
        What it learns, X and Y, and what it doesn't.
    records : list of Record
        The training so far.
    stopped : str
        Why the training ended early; empty if it didn't.
    """

    def begin(self, network: MLP, data: Points, fresh: Points) -> None:
        """Take a network that has learned nothing, and points for it."""
        self.network, self.data, self.fresh = network, data, fresh
        self.records, self.stopped = list[Record](), ""

    def train(
        self, state: Mapping[str, Any], first: float, later: float, **more: Any
    ) -> Iterator[None]:
        """Train on from here as the controls say, and yield when it is time for a picture.

        Parameters
        ----------
        state : mapping from str to object
            With `epochs`, `batch_size` and `learning_rate`, which counts as its slider shows it.
        first, later : float
            Seconds of training before the first picture, and between two of them.
        **more
            As of `training_steps`.
        """
        before = self.records[-1].epoch if self.records else None
        self.stopped, due = "", time.perf_counter() + first
        settings: dict[str, Any] = more | {"epochs": state["epochs"]}
        settings["batch_size"] = None if state["batch_size"] == "all" else state["batch_size"]
        settings["learning_rate"] = two_digits(state["learning_rate"])
        steps = training_steps(self.network, *self.data, **settings)
        try:
            for record in steps:
                if before is None or record.epoch:  # where it goes on from is recorded already
                    self.records.append(replace(record, epoch=record.epoch + (before or 0)))
                if time.perf_counter() > due:
                    yield
                    due = time.perf_counter() + later
        except FloatingPointError as error:
            self.stopped = str(error)


def two_digits(rate: float) -> float:
    """Return a learning rate as its slider shows it: 0.5 for the slider's place 0.501."""
    return float(f"{rate:.2g}")
