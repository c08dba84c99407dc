"""Ctrl-C at any call leaves whole steps; what is large runs in bounded memory, or is refused.

KeyboardInterrupt is raised from a hooked activation, from function and derivative, at every call
in turn.
"""

import math
import os
import subprocess
import sys
import textwrap
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import helpers.gradient_check
import helpers.network
import helpers.validation
from helpers.datasets import two_moons
from helpers.gradient_check import check_gradient, numerical_gradient
from helpers.layers import Gradient, LayeredVector
from helpers.network import MLP
from helpers.training import History, Record, train, training_steps
from helpers.validation import _memory_there, check_memory

X, Y = two_moons(9)
TEST = two_moons(4, seed=1)
SETTINGS: dict[str, Any] = {"learning_rate": 0.5, "batch_size": 4, "test": TEST, "record_every": 2}
EPOCHS = 4
MB = 2**20


def network_of(*sizes: int) -> MLP:
    return MLP(sizes, ["tanh"] * (len(sizes) - 2) + ["sigmoid"])


def interrupt_at(network: MLP, call: int) -> Callable[[], int]:
    """Raise KeyboardInterrupt at the `call`-th use of any φ or φ′; return a count of the uses."""
    calls, seen = count(1), [0]

    def hooked(function: Callable[..., None]) -> Callable[..., None]:
        def hook(*arguments: Any, **named: Any) -> None:
            seen[0] = next(calls)
            if seen[0] == call:
                raise KeyboardInterrupt
            function(*arguments, **named)

        return hook

    network.activations = tuple(
        replace(phi, forward=hooked(phi.forward), backward=hooked(phi.backward))
        for phi in network.activations
    )
    return lambda: seen[0]


def uses(run: Callable[[MLP], object], make: Callable[[], MLP]) -> int:
    network = make()
    counted = interrupt_at(network, 0)
    run(network)
    return counted()


class Stepping(MLP):
    """Keeps θ as it is after each whole step; may be interrupted before or after one."""

    def __init__(self, interrupted_at: float = 0) -> None:
        super().__init__([2, 3, 1], ["tanh", "sigmoid"])
        self.thetas = [self.theta.copy()]
        self.interrupted_at = interrupted_at

    def step(self, gradient: Gradient, learning_rate: float) -> None:
        if len(self.thetas) == math.floor(self.interrupted_at):
            if self.interrupted_at % 1:
                super().step(gradient, learning_rate)
            raise KeyboardInterrupt
        super().step(gradient, learning_rate)
        self.thetas.append(self.theta.copy())


WHOLE = Stepping()
WHOLE_HISTORY = train(WHOLE, X, Y, epochs=EPOCHS, progress=0, **SETTINGS)


def assert_whole(network: MLP, history: History | list[Record]) -> None:
    """θ is that after some whole step of an undisturbed training, and the records are its first."""
    records = history.records if isinstance(history, History) else tuple(history)
    steps = [i for i, theta in enumerate(WHOLE.thetas) if np.array_equal(theta, network.theta)]
    assert steps
    assert repr(records) == repr(WHOLE_HISTORY.records[: len(records)])
    # 3 batches an epoch, and a record is made before the epoch's first step
    assert not records or steps[0] >= 3 * records[-1].epoch
    assert len(records) >= math.ceil(steps[0] / 6)


def assert_trains_on(network: MLP) -> None:
    twin = MLP([2, 3, 1], ["tanh", "sigmoid"])
    twin.theta[:] = network.theta
    histories = [train(n, X, Y, epochs=1, progress=0, **SETTINGS) for n in (network, twin)]
    assert repr(histories[0].records) == repr(histories[1].records)
    np.testing.assert_array_equal(network.theta, twin.theta)


def trained(network: MLP) -> History:
    return train(network, X, Y, epochs=EPOCHS, progress=0, **SETTINGS)


ALL_USES = uses(trained, Stepping)


@pytest.mark.parametrize("call", range(1, ALL_USES + 1))
def test_an_interrupted_training_has_taken_whole_steps(
    capsys: pytest.CaptureFixture[str], call: int
) -> None:
    network = Stepping()
    interrupt_at(network, call)
    history = trained(network)
    assert history.stopped == capsys.readouterr().out.strip()
    assert history.stopped.startswith("Interrupted")
    columns = (history.epoch, history.loss, history.train_accuracy, history.test_accuracy)
    assert {len(column) for column in columns} == {len(history.gradient_norms)}
    assert_whole(network, history)
    assert_trains_on(network)


@pytest.mark.parametrize("at", [step + half for step in range(1, 13) for half in (0, 0.5)])
def test_an_interrupted_update_is_whole_or_not_taken(
    capsys: pytest.CaptureFixture[str], at: float
) -> None:
    network = Stepping(at)
    history = trained(network)
    assert history.stopped
    assert_whole(network, history)


def test_interrupted_steps_hand_on_the_interrupt_and_whole_steps() -> None:
    for call in range(1, ALL_USES + 1):
        network, records = Stepping(), []
        interrupt_at(network, call)
        with pytest.raises(KeyboardInterrupt):
            for record in training_steps(network, X, Y, epochs=EPOCHS, **SETTINGS):
                records.append(record)
        assert_whole(network, records)


@pytest.mark.parametrize("check", [check_gradient, numerical_gradient])
def test_an_interrupted_check_changes_nothing(check: Callable[..., object]) -> None:
    def run(network: MLP) -> object:
        result = check(network, X, Y)
        return result.vector.tobytes() if isinstance(result, LayeredVector) else result

    expected = run(network_of(2, 3, 2, 1))
    for call in range(1, uses(run, lambda: network_of(2, 3, 2, 1)) + 1):
        network = network_of(2, 3, 2, 1)
        _, caches = network.forward(X)
        gradient = network.backward(caches, Y).vector
        before, kept = network.theta.tobytes(), network.activations
        interrupt_at(network, call)
        with pytest.raises(KeyboardInterrupt):
            run(network)
        assert network.theta.tobytes() == before
        network.activations = kept
        np.testing.assert_array_equal(network.backward(caches, Y).vector, gradient)
        assert run(network) == expected


# Memory


def peak(run: Callable[[], object]) -> int:
    """Return the bytes that a call takes at most, beyond what was there."""
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers.network, "NUMBERS_AT_ONCE", 100)


def test_pieces_are_all_samples_in_their_order() -> None:
    network = network_of(2, 16, 8, 1)
    for m in (1, 5, 1_000_000):
        pieces = network.pieces(m)
        ends = [(part.start, min(part.stop, m)) for part in pieces]
        assert ends[0][0] == 0
        assert ends[-1][1] == m
        assert all(stop == start for (_, stop), (start, _) in pairwise(ends))
        assert all(27 * (stop - start) <= helpers.network.NUMBERS_AT_ONCE for start, stop in ends)


def test_pieces_give_what_all_samples_at_once_give(monkeypatch: pytest.MonkeyPatch) -> None:
    network = network_of(2, 16, 8, 1)
    runs: list[Any] = []
    X, Y = two_moons(50)
    for _ in range(2):
        steps = training_steps(network.copy(), X, Y, epochs=1, learning_rate=1, test=(X, Y))
        runs.append((network.predict(X), *steps))
        in_pieces(monkeypatch)
    assert len(network.pieces(50)) == 17
    (outputs, *records), (outputs_in_pieces, *records_in_pieces) = runs
    np.testing.assert_allclose(outputs_in_pieces, outputs, rtol=1e-12)
    for whole, pieced in zip(records, records_in_pieces, strict=True):
        assert pieced.loss == pytest.approx(whole.loss, rel=1e-12)
        assert pieced.gradient_norms == pytest.approx(whole.gradient_norms, rel=1e-10)
        assert (pieced.train_accuracy, pieced.test_accuracy) == (whole.train_accuracy,) * 2


def test_predictions_and_records_take_little_however_many_samples(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(helpers.network, "NUMBERS_AT_ONCE", 20_000)
    network = network_of(2, 50, 50, 1)
    rng, m = np.random.default_rng(0), 4_000
    X, Y = rng.normal(size=(2, m)), rng.integers(0, 2, (1, m)).astype(float)
    at_once = 8 * 100 * m
    assert peak(lambda: network.predict(X)) < at_once / 8
    settings: dict[str, Any] = {
        "epochs": 1,
        "learning_rate": 0.1,
        "batch_size": 100,
        "test": (X, Y),
    }
    steps = training_steps(network, X, Y, **settings)
    assert peak(lambda: next(steps)) < at_once / 3


def test_a_check_of_wide_layers_takes_little() -> None:
    network = network_of(2, 300, 2)
    X = np.random.default_rng(0).normal(size=(2, 2_000))
    labels = np.zeros((2, 2_000))
    inputs = 8 * 300 * 2_000  # the caches of the wide layer, in bytes
    assert peak(lambda: check_gradient(network, X[:, :200], labels[:, :200])) < 10 * inputs


CHILD = """
import resource
resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))
import numpy as np
from helpers.datasets import two_moons
from helpers.losses import accuracy
from helpers.network import MLP
from helpers.training import train
{lines}
"""


def run_with(megabytes: int, lines: str) -> str:
    """Run Python in so little address space that what takes more fails."""
    code = CHILD.format(limit=megabytes * MB, lines=textwrap.dedent(lines))
    one = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-c", code]
    run = subprocess.run(
        command, capture_output=True, text=True, check=False, env=os.environ | one, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


def test_a_million_samples_are_trained_on_and_classified() -> None:
    said = run_with(
        900,
        """
        X, Y = two_moons(1_000_000)
        network = MLP([2, 16, 8, 1], ["relu", "relu", "sigmoid"])
        train(network, X, Y, epochs=1, learning_rate=0.5, batch_size=2_000, progress=0)
        print(accuracy(network.predict(X), Y) > 0.8)
        """,
    )
    assert said == "True"


def test_layers_of_2000_units_are_trained() -> None:
    said = run_with(
        900,
        """
        X, Y = two_moons(400)
        network = MLP([2, 2000, 2000, 1], ["relu", "relu", "sigmoid"], dtype="float32")
        history = train(
            network, X, Y, epochs=1, learning_rate=0.1, batch_size=200, record_every=10, progress=0
        )
        print(history.loss[1] < history.loss[0], network.theta.size)
        """,
    )
    assert said == "True 4010001"


# Too large


@pytest.mark.parametrize("sizes", [(2, 10**9, 1), (2, 60_000, 60_000, 1), (10**9, 10**9, 10**9)])
def test_layers_too_large_for_the_machine_are_refused_at_once(
    monkeypatch: pytest.MonkeyPatch, sizes: tuple[int, ...]
) -> None:
    machine_of(monkeypatch, gigabytes=20)

    def refused() -> None:
        with pytest.raises(ValueError, match=r"^layer_sizes is .* GB of memory") as error:
            network_of(*sizes)
        assert str(error.value).endswith("at most 16 GB, four fifths of what this machine has.")

    assert peak(refused) < MB


def machine_of(monkeypatch: pytest.MonkeyPatch, gigabytes: int) -> None:
    monkeypatch.setattr(helpers.validation, "_memory_there", lambda: gigabytes * 10**9)


def test_as_much_as_fits_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    machine_of(monkeypatch, gigabytes=1)
    check_memory(10**8, "What fits")
    with pytest.raises(ValueError, match=r"^What doesn't takes 1 GB of memory; expected at most 1"):
        check_memory(10**8 + 1, "What doesn't")


@pytest.mark.parametrize(
    ("pages", "limits", "there"),
    [
        (7, ["max\n"], 7000),
        (7, ["8000\n"], 7000),
        (7, ["6000\n"], 6000),
        (7, [None, "6000\n"], 6000),
        (7, [], 7000),
        (None, [], 2**34),
        (None, ["6000\n"], 6000),
    ],
)
def test_what_there_is_is_what_the_machine_and_its_container_say(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    pages: int | None,
    limits: list[str | None],
    there: int,
) -> None:
    if pages is None:
        monkeypatch.delattr(os, "sysconf", raising=False)
    else:
        values = {"SC_PAGE_SIZE": 1000, "SC_PHYS_PAGES": pages}
        monkeypatch.setattr(os, "sysconf", values.__getitem__, raising=False)
    files = [tmp_path / str(i) for i in range(len(limits))]
    for file, limit in zip(files, limits, strict=True):
        if limit is not None:
            file.write_text(limit)
    monkeypatch.setattr(helpers.validation, "CONTAINER_LIMITS", files)
    assert _memory_there.__wrapped__() == there


def test_too_many_samples_at_once_are_refused_and_a_way_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    network = network_of(2, 2000, 2000, 1)
    before = network.theta.copy()
    machine_of(monkeypatch, gigabytes=1)
    X = np.zeros((2, 50_000))
    Y = X[:1]

    def refused() -> None:
        for run in (
            lambda: network.forward(X),
            lambda: train(network, X, Y, epochs=1, learning_rate=0.1, progress=0),
            lambda: check_gradient(network, X, Y),
        ):
            with pytest.raises(ValueError, match=r"^X has .* 50,000 at once takes .* GB") as error:
                run()
            assert "batch_size" in str(error.value)

    assert peak(refused) < 100 * MB
    np.testing.assert_array_equal(network.theta, before)
    with pytest.raises(ValueError, match=r"^n_samples is 10,000,000,000; .* takes 960 GB"):
        two_moons(10**10)


def test_a_check_that_would_take_hours_is_refused_before_it_starts() -> None:
    network = network_of(2, 2000, 2000, 2000, 1)
    X, Y = two_moons(30)
    with pytest.raises(ValueError, match=r"8,012,001 parameters .* about \d+ hours\. Check fewer"):
        check_gradient(network, X, Y)
