"""Ctrl-C at any call leaves whole steps; what is large runs in bounded memory, or is refused.

KeyboardInterrupt is raised from a hooked activation, on the way there and back, at every call
in turn.
"""

import math
import tracemalloc
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest

import helpers.network
import helpers.validation
from helpers.datasets import two_moons
from helpers.gradient_check import check_gradient
from helpers.network import MLP
from helpers.training import train

X, Y = two_moons(9)
EPOCHS, STEPS = 3, 2  # of an epoch
SETTINGS: dict[str, Any] = {"epochs": EPOCHS, "learning_rate": 0.5, "batch_size": 5}
SETTINGS |= {"test": two_moons(4, seed=1), "record_every": 2}


def network_of(*sizes: int, dtype: str = "float64") -> MLP:
    return MLP(sizes, ["tanh"] * (len(sizes) - 2) + ["sigmoid"], dtype=dtype)


class Hooked:
    """Sees every use of any φ or φ′ of a network, and raises KeyboardInterrupt at one of them."""

    def __init__(self, network: MLP, interrupted_at: int = 0) -> None:
        self.network, self.interrupted_at = network, interrupted_at
        self.uses, self.thetas = 0, [network.theta.copy()]
        self.activations = network.activations
        network.activations = tuple(map(self._hooked, network.activations))

    def _hooked(self, phi: Any) -> Any:
        functions = [field.name for field in fields(phi) if callable(getattr(phi, field.name))]
        return replace(phi, **{name: self._hook(getattr(phi, name)) for name in functions})

    def _hook(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def hook(*arguments: Any, **named: Any) -> Any:
            self.uses += 1
            if not np.array_equal(self.network.theta, self.thetas[-1]):
                self.thetas.append(self.network.theta.copy())
            if self.uses == self.interrupted_at:
                raise KeyboardInterrupt
            return function(*arguments, **named)

        return hook

    def release(self) -> None:
        self.network.activations = self.activations


WHOLE = Hooked(network_of(2, 3, 1))
RECORDS = train(WHOLE.network, X, Y, progress=0, **SETTINGS).records
THETAS = [theta.tobytes() for theta in (*WHOLE.thetas, WHOLE.network.theta)]


def test_an_interrupted_training_has_taken_whole_steps_and_can_go_on(capsys: Any) -> None:
    assert len(set(THETAS)) == EPOCHS * STEPS + 1
    for call in range(1, WHOLE.uses + 1):
        hooked = Hooked(network_of(2, 3, 1), call)
        history = train(hooked.network, X, Y, progress=0, **SETTINGS)
        assert history.stopped == capsys.readouterr().out.strip()
        assert history.stopped.startswith("Interrupted")
        columns = (history.epoch, history.loss, history.train_accuracy, history.test_accuracy)
        assert {len(column) for column in columns} == {len(history.gradient_norms)}
        # θ is that after some whole step of an undisturbed training, and the records are its first
        steps, there = THETAS.index(hooked.network.theta.tobytes()), len(history.records)
        assert repr(history.records) == repr(RECORDS[:there])
        # a record is made before its epoch's first step
        assert not there or steps >= STEPS * history.epoch[-1]
        assert there >= math.ceil(steps / (2 * STEPS))
        hooked.release()
        twin = network_of(2, 3, 1)
        twin.theta[:] = hooked.network.theta
        again = [train(n, X, Y, progress=0, **SETTINGS).records for n in (hooked.network, twin)]
        assert repr(again[0]) == repr(again[1])
        assert hooked.network.theta.tobytes() == twin.theta.tobytes()


def test_an_interrupted_check_changes_nothing() -> None:
    undisturbed = Hooked(network_of(2, 3, 2, 1))
    expected = check_gradient(undisturbed.network, X, Y)
    for call in range(1, undisturbed.uses + 1):
        network = network_of(2, 3, 2, 1)
        _, caches = network.forward(X)
        before = network.theta.tobytes(), network.backward(caches, Y).vector.tobytes()
        hooked = Hooked(network, call)
        with pytest.raises(KeyboardInterrupt):
            check_gradient(network, X, Y)
        hooked.release()
        assert (network.theta.tobytes(), network.backward(caches, Y).vector.tobytes()) == before
        assert check_gradient(network, X, Y) == expected


# Memory


def peak(run: Callable[[], object]) -> int:
    """Return the bytes that a call takes at most, beyond what was there."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_data_whose_columns_lie_one_after_the_other_are_copied_no_more_often() -> None:
    network, X = network_of(64, 2, 1), np.random.default_rng(0).normal(size=(64, 2_000))
    settings: dict[str, Any] = {"epochs": 1, "learning_rate": 0.1, "batch_size": 500}
    taken = [
        peak(lambda: train(network, data, 0 * X[:1], progress=0, **settings))  # noqa: B023
        for data in (X, np.asfortranarray(X))
    ]
    assert taken[1] < taken[0] + X.nbytes / 2


def test_training_wide_layers_takes_a_few_times_their_parameters() -> None:
    network, (X, Y) = network_of(2, 400, 400, 1, dtype="float32"), two_moons(20)
    settings: dict[str, Any] = {"epochs": 4, "learning_rate": 0.1, "batch_size": 10}
    assert peak(lambda: train(network, X, Y, progress=0, **settings)) < 8 * network.theta.nbytes


# Too large


def machine_of(monkeypatch: pytest.MonkeyPatch, gigabytes: int) -> None:
    monkeypatch.setattr(helpers.validation, "_memory_there", lambda: gigabytes * 10**9)


@pytest.mark.parametrize("sizes", [(2, 10**9, 1), (2, 60_000, 60_000, 1), (10**9, 10**9, 10**9)])
def test_layers_too_large_for_the_machine_are_refused(monkeypatch: Any, sizes: Any) -> None:
    machine_of(monkeypatch, gigabytes=20)

    def refused() -> None:
        said = r"^layer_sizes is .* GB of memory; expected at most 16 GB, four .* machine has\.$"
        with pytest.raises(ValueError, match=said):
            network_of(*sizes)

    assert peak(refused) < 2**20


def test_too_many_samples_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    machine_of(monkeypatch, gigabytes=1)
    network, X = network_of(2, 200, 200, 1), np.zeros((2, 500_000))
    Y, before = X[:1], network.theta.copy()

    def refused() -> None:
        for run in (
            lambda: network.forward(X),
            lambda: train(network, X, Y, epochs=1, learning_rate=0.1, progress=0),
            lambda: check_gradient(network, X, Y),
        ):
            said = r"^X has .* 500,000 at once takes .* GB .* as `predict` does\.$"
            with pytest.raises(ValueError, match=said):
                run()

    assert peak(refused) < 10 * X.nbytes
    np.testing.assert_array_equal(network.theta, before)
    with pytest.raises(ValueError, match=r"^n_samples is 10,000,000,000; .* takes 960 GB"):
        two_moons(10**10)
