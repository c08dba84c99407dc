"""The four-step loop: what it computes, records, prints and survives."""

import re
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from helpers.datasets import digits, two_moons
from helpers.gradient_check import check_gradient
from helpers.losses import accuracy
from helpers.network import MLP, samples_for
from helpers.training import History, Record, train, training_steps
from helpers.validation import Array


def moons_network(seed: int = 0, dtype: type[np.floating[Any]] = np.float64) -> MLP:
    return MLP([2, 8, 1], ["relu", "sigmoid"], seed, dtype)


def run(
    network: MLP, X: Any, Y: Any, *, epochs: int = 5, learning_rate: float = 0.5, **settings: Any
) -> History:
    """Train in silence."""
    settings = {"progress": 0, **settings}
    return train(network, X, Y, epochs=epochs, learning_rate=learning_rate, **settings)


def diverging() -> tuple[MLP, Array, Array]:
    X, Y = two_moons(50)
    return MLP([2, 8, 1], ["relu", "linear"]), X, Y


# What is trained


def test_the_full_batch_is_not_shuffled_however_it_is_asked_for() -> None:
    X, Y = two_moons(40)
    thetas = []
    for seed, batch_size in enumerate((None, 40, 41)):
        network = moons_network()
        run(network, X, Y, batch_size=batch_size, seed=seed)
        thetas.append(network.theta.tobytes())  # another order would round differently
    assert len(set(thetas)) == 1


@pytest.mark.parametrize("step", [1, 2])
def test_data_that_are_parameters_stay_while_these_move(step: int) -> None:
    thetas = []
    for copied in (True, False):
        network = moons_network()
        theta = network.theta.copy() if copied else network.theta
        X, Y = theta[:14].reshape(2, 7)[:, ::step], theta[None, 14:21][:, ::step]
        run(network, X, Y, test=(X, Y), batch_size=1)
        assert not any(np.shares_memory(network.theta, a) for a in samples_for(network, X, Y))
        thetas.append(network.theta)
    np.testing.assert_array_equal(thetas[1], thetas[0])


def test_a_pass_that_a_record_has_made_is_not_made_again() -> None:
    with patch.object(MLP, "fill_forward", autospec=True, side_effect=MLP.fill_forward) as passes:
        run(moons_network(), *two_moons(20), epochs=3, record_every=1)
    assert passes.call_count == 3 + 1


# The history


def test_records_are_of_the_first_every_nth_and_the_last_epoch() -> None:
    X, Y = two_moons(8)
    for epochs, record_every in product((0, 1, 2, 12, 25), (1, 2, 12, 13, 25, 30)):
        history = run(moons_network(), X, Y, epochs=epochs, record_every=record_every)
        assert history.epoch.tolist() == sorted({*range(0, epochs, record_every), epochs})


@pytest.mark.parametrize(("batch_size", "loss"), [(None, "squared error"), (16, "cross-entropy")])
def test_a_record_is_of_the_network_as_it_then_is(batch_size: int | None, loss: str) -> None:
    X, Y = two_moons(60)
    test, network = two_moons(30, seed=1), MLP([2, 8, 1], ["relu", "sigmoid"], loss=loss)
    settings: dict[str, Any] = {"batch_size": batch_size, "test": test, "record_every": 4}
    for record in training_steps(network, X, Y, epochs=9, learning_rate=0.5, **settings):
        A, caches = network.forward(X)
        assert record.loss == network.loss.value(A, Y)
        assert record.train_accuracy == accuracy(A, Y)
        assert record.test_accuracy == accuracy(network.predict(test[0]), test[1])
        assert record.gradient_norms == tuple(network.backward(caches, Y).norms().values())


def test_the_history_has_a_row_a_record() -> None:
    X, Y = two_moons(20)
    with_test = run(moons_network(), X, Y, test=(X, Y), record_every=1)
    assert with_test.gradient_norms.shape == (6, 2)
    assert "Shape (number of records, L)" in str(History.gradient_norms.__doc__)
    np.testing.assert_array_equal(with_test.test_accuracy, with_test.train_accuracy)
    without = run(moons_network(), X, Y)
    assert np.isnan(without.test_accuracy).all()


def test_without_settings_every_tenth_is_recorded_and_every_400th_printed(capsys: Any) -> None:
    X, Y = two_moons(4)
    assert run(moons_network(), X, Y, epochs=25).epoch.tolist() == [0, 10, 20, 25]
    history = train(moons_network(), X, Y, epochs=402, learning_rate=0.1, record_every=1)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [str(history.records[epoch]) for epoch in (0, 400, 402)]


def test_only_the_seed_and_the_batches_decide_how_it_goes() -> None:
    X, Y = two_moons(40)
    settings: list[dict[str, Any]] = [{}, {"seed": 0}, {"test": two_moons(15, seed=1)}]
    settings += [{"record_every": 1}, {"seed": 4}]
    results = []
    for extra in settings:
        network = moons_network()
        history = run(network, X, Y, epochs=12, batch_size=8, **extra)
        results.append((network.theta.tobytes(), repr(history.loss[[0, -1]])))
    assert [result == results[0] for result in results] == [True] * 4 + [False]


# Printing


def test_progress_zero_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    X, Y = two_moons(20)
    run(moons_network(), X, Y)
    run(*diverging(), epochs=20, learning_rate=1e9)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


@pytest.mark.parametrize("epochs", [25, np.int64(26), 1026])
def test_progress_prints_the_next_record_there_is_and_the_last(capsys: Any, epochs: int) -> None:
    X, Y = two_moons(4)
    history = run(moons_network(), X, Y, epochs=epochs, record_every=4, progress=10)
    lines = capsys.readouterr().out.splitlines()
    printed = [*(record for record in history.records[:-1] if record.epoch % 12 == 0)]
    assert lines == [str(record) for record in (*printed, history.records[-1])]


def test_a_line_reads_as_it_is_printed() -> None:
    record = Record(12, 0.25, 0.5, (1.5, 0.125))
    line = "epoch   12  loss 0.2500  accuracy 0.500{}  norms 1.500 0.125"
    assert str(record) == line.format("")
    assert str(replace(record, test_accuracy=0.75)) == line.format(" test 0.750")


def test_a_history_shows_how_many_records_the_last_of_them_and_why_it_ended() -> None:
    record = Record(12, 0.25, 0.5, (1.5, 0.125))
    assert repr(History(())) == "History of 0 records"
    assert repr(History((record,))) == f"History of 1 records, last:\n{record}"
    stopped = History((record, replace(record, epoch=13)), "Interrupted.")
    assert repr(stopped) == f"History of 2 records, last:\n{stopped.records[1]}\nInterrupted."


@pytest.mark.parametrize(
    ("scale", "outputs"), [*product([1e-6, 1e-4, 1, 1e3, 1e6], ["sigmoid", "linear"])]
)
@pytest.mark.parametrize("data", [lambda: digits()[0], two_moons])
def test_features_far_from_1_are_blamed_where_little_is_learned(
    data: Callable[[], tuple[Array, Array]], scale: float, outputs: str, capsys: Any
) -> None:
    X, Y = (array[:, :200] for array in data())
    names = ["relu", "relu", outputs]
    scale *= 1 if data is two_moons else 16  # as the digits' pixels come
    network = MLP([len(X), 16, 8, len(Y)], names)
    settings: dict[str, Any] = {"epochs": 60, "learning_rate": 0.5, "record_every": 60}
    history = train(network, X * scale, Y, **settings, progress=60)
    suits = data is two_moons and scale == 1
    assert bool(history.note) == (not suits)
    assert history.note == "" or history.note in repr(history)
    assert history.note in capsys.readouterr().out
    if not suits:
        largest = np.abs(X * scale).max()
        assert f"The features go up to {largest:.3g}, and are far from 1" in history.note
        longest = history.gradient_norms[-1].max() if history.records else 1
        assert ("gradients have vanished" in history.note) == (longest < 1e-5)
        assert ("all of them are 0" in history.note) == (longest == 0)
    (cure,) = {*re.findall(r"as in (.*),\sand", history.note)} or {"X"}
    scaled = eval(cure, {"np": np, "X": X * scale})
    assert train(network.copy(), scaled, Y, **settings, progress=0).note == ""


@pytest.mark.parametrize("seed", range(5))
def test_the_moons_are_never_blamed_nor_are_features_that_have_taught(seed: int) -> None:
    for noise, rate in product((0, 0.15, 0.5), (1e-4, 0.5, 200)):
        X, Y = two_moons(50, noise, seed)
        history = run(moons_network(seed), X, Y, epochs=3, learning_rate=rate)
        assert history.note == ""
    line = MLP([1, 1], ["linear"], seed)
    X = np.linspace(-1, 1, 20)[None] * 10
    for epochs, rate in ((50, 0.01), (200, 2e-4)):  # to the end, and half way, though not at first
        settings: dict[str, Any] = {"epochs": epochs, "learning_rate": rate, "record_every": 1}
        assert run(line.copy(), X, 3 * X, **settings).note == ""


# Ending early


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("rate", [10, 1e3, 1e9, 1e300])
def test_divergence_stops_with_a_sentence_and_no_warning(dtype: Any, rate: float) -> None:
    network = MLP([2, 8, 1], ["relu", "linear"], 0, dtype)
    history = run(network, *two_moons(50), epochs=300, learning_rate=rate, record_every=1)
    last = int(history.epoch[-1])
    if history.stopped:
        # a step that isn't finite isn't taken; a loss that isn't is that of the step before
        steps = last + ("the loss is" in history.stopped)
        assert f"Stopped at epoch {steps}:" in history.stopped
        assert "smaller learning rate" in history.stopped
    assert bool(history.stopped) == (last < 300)
    assert np.isfinite(history.loss).all() and history.loss.size


def test_divergence_is_reached_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    network, X, Y = diverging()
    history = train(network, X, Y, epochs=1000, learning_rate=1e9)
    assert "diverged" in history.stopped
    assert capsys.readouterr().out.endswith(f"{history.stopped}\n")
    assert history.stopped in repr(history)


def test_a_loss_that_is_infinite_from_the_start_is_no_divergence() -> None:
    network, X, Y = diverging()
    network.theta[:] = 1e300
    history = run(network, X, Y)
    assert history.records == ()
    assert history.stopped == "Stopped at epoch 0: the loss is inf, before a step."
    assert "The features go up to" in run(network, 1e3 * X, Y).note
    # mini-batches have taken steps in the first epoch already
    for epoch, batch_size in ((1, None), (0, 5)):
        history = run(*diverging(), learning_rate=1e200, record_every=1, batch_size=batch_size)
        said = rf"Stopped at epoch {epoch}: the loss is (inf|nan), training has diverged\."
        assert re.fullmatch(rf"{said}\nTry a smaller learning rate\.", history.stopped)


def test_divergence_of_the_steps_is_an_error_of_its_own() -> None:
    network, X, Y = diverging()
    with pytest.raises(FloatingPointError, match="diverged"):
        list(training_steps(network, X, Y, epochs=1000, learning_rate=1e9))


# Bad arguments


@pytest.mark.parametrize("function", [train, training_steps, check_gradient])
def test_settings_are_given_by_name(function: Any) -> None:
    X, Y = two_moons(4)
    with pytest.raises(TypeError, match="positional"):
        function(moons_network(), X, Y, *[None] * (2 if function is check_gradient else 1))
