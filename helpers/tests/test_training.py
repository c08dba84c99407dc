"""The four-step loop: what it computes, records, prints and survives."""

import inspect
import math
import re
import warnings
from collections.abc import Callable
from dataclasses import replace
from itertools import chain
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import helpers.network
from helpers.datasets import two_moons
from helpers.layers import Arrays
from helpers.losses import accuracy, mean_squared_error
from helpers.network import MLP
from helpers.tests.networks import interrupt_at
from helpers.training import History, Record, Settings, train, training_steps
from helpers.validation import Array


class Watched(MLP):
    """Notes which samples each update was taken on."""

    def fill_forward(self, arrays: Arrays) -> Array:
        self.seen = np.array(arrays.A[0])
        return super().fill_forward(arrays)

    def step(self, step: Array, learning_rate: float) -> None:
        vars(self).setdefault("batches", []).append(self.seen[0].tolist())
        super().step(step, learning_rate)


def moons_network(seed: int = 0, dtype: type[np.floating[Any]] = np.float64) -> MLP:
    return MLP([2, 8, 1], ["relu", "sigmoid"], seed, dtype)


def diverging() -> tuple[MLP, Array, Array]:
    X, Y = two_moons(50)
    return MLP([2, 8, 1], ["relu", "linear"]), X, Y


def assert_same_history(first: History, second: History) -> None:
    # NaN, where there are no test data, isn't equal to itself
    assert repr(first.records) == repr(second.records)
    np.testing.assert_array_equal(first.loss, second.loss)
    np.testing.assert_array_equal(first.gradient_norms, second.gradient_norms)


# What is trained


@given(m=st.integers(1, 30), batch_size=st.integers(1, 35), epochs=st.integers(1, 4))
def test_an_epoch_takes_every_sample_once(m: int, batch_size: int, epochs: int) -> None:
    X = np.arange(m, dtype=float)[None]
    network = Watched([1, 1], ["tanh"])
    train(network, X, 0 * X, epochs=epochs, learning_rate=0.1, batch_size=batch_size, progress=0)
    batches: list[list[float]] = vars(network)["batches"]
    steps = math.ceil(m / batch_size)
    assert len(batches) == epochs * steps
    for start in range(0, len(batches), steps):
        epoch = batches[start : start + steps]
        assert [len(batch) for batch in epoch[:-1]] == [batch_size] * (steps - 1)
        assert sorted(chain.from_iterable(epoch)) == list(range(m))


def test_mini_batches_are_shuffled_anew_each_epoch() -> None:
    X = np.arange(20, dtype=float)[None]
    network = Watched([1, 1], ["tanh"])
    train(network, X, 0 * X, epochs=3, learning_rate=0.1, batch_size=20 - 1, progress=0)
    batches = vars(network)["batches"]
    firsts = {tuple(batch) for batch in batches[::2]}
    assert len(firsts) == 3
    assert tuple(range(19)) not in firsts


@pytest.mark.parametrize("batch_size", [None, 40, 100])
def test_the_full_batch_equals_a_loop_written_by_hand(batch_size: int | None) -> None:
    X, Y = two_moons(40)
    network = MLP([2, 5, 1], ["tanh", "sigmoid"])
    W1, b1, W2, b2 = (a.copy() for l in (1, 2) for a in (network.W[l], network.b[l]))
    losses = []
    for _ in range(50):
        A1 = np.tanh(W1 @ X + b1)
        A2 = 1 / (1 + np.exp(-(W2 @ A1 + b2)))
        losses.append(np.sum((A2 - Y) ** 2) / 2 / 40)
        delta2 = (A2 - Y) / 40 * A2 * (1 - A2)
        delta1 = W2.T @ delta2 * (1 - A1**2)
        W1 -= 0.5 * delta1 @ X.T
        b1 -= 0.5 * delta1.sum(axis=1, keepdims=True)
        W2 -= 0.5 * delta2 @ A1.T
        b2 -= 0.5 * delta2.sum(axis=1, keepdims=True)
    history = train(
        network,
        X,
        Y,
        epochs=50,
        learning_rate=0.5,
        batch_size=batch_size,
        record_every=1,
        progress=0,
    )
    np.testing.assert_allclose(history.loss[:-1], losses, rtol=1e-10)
    for ours, by_hand in ((network.W[1], W1), (network.b[1], b1), (network.W[2], W2)):
        np.testing.assert_allclose(ours, by_hand, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(network.b[2], b2, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("batch_size", [40, 41])
def test_a_batch_of_all_samples_is_not_shuffled(batch_size: int) -> None:
    X, Y = two_moons(40)
    full, batched = moons_network(), moons_network()
    train(full, X, Y, epochs=5, learning_rate=0.5, progress=0)
    train(batched, X, Y, epochs=5, learning_rate=0.5, batch_size=batch_size, progress=0)
    # the same bits: another order would round differently
    np.testing.assert_array_equal(batched.theta, full.theta)


def test_a_mini_batch_takes_its_own_labels_along() -> None:
    X = np.linspace(-1, 1, 24)[None]
    network = MLP([1, 1], ["linear"])
    train(network, X, 3 * X - 1, epochs=200, learning_rate=0.5, batch_size=7, progress=0)
    # only the line itself is exact for every batch
    np.testing.assert_allclose([network.W[1][0, 0], network.b[1][0, 0]], [3, -1], atol=1e-6)


@pytest.mark.parametrize("batch_size", [None, 32])
def test_two_moons_are_learned(batch_size: int | None) -> None:
    X, Y = two_moons()
    network = MLP([2, 16, 8, 1], ["relu", "relu", "sigmoid"])
    history = train(network, X, Y, epochs=800, learning_rate=0.5, batch_size=batch_size, progress=0)
    assert history.loss[-1] < 0.1 * history.loss[0]
    assert history.train_accuracy[-1] > 0.95
    assert history.stopped == ""


@pytest.mark.parametrize("step", [1, 2])
def test_data_that_are_parameters_stay_while_these_move(step: int) -> None:
    thetas = []
    for copied in (True, False):
        network = moons_network()
        theta = network.theta.copy() if copied else network.theta
        X, Y = theta[:14].reshape(2, 7)[:, ::step], theta[None, 14:21][:, ::step]
        train(network, X, Y, epochs=9, learning_rate=0.5, test=(X, Y), batch_size=3, progress=0)
        thetas.append(network.theta)
    np.testing.assert_array_equal(thetas[1], thetas[0])


def test_a_small_step_lowers_the_loss_every_epoch() -> None:
    X, Y = two_moons(100)
    network = MLP([2, 8, 1], ["tanh", "sigmoid"])
    history = train(network, X, Y, epochs=100, learning_rate=0.1, record_every=1, progress=0)
    assert (np.diff(history.loss) < 0).all()


def test_float32_stays_float32() -> None:
    X, Y = two_moons(50)
    network = moons_network(dtype=np.float32)
    history = train(network, X, Y, epochs=20, learning_rate=0.5, batch_size=8, progress=0)
    assert network.theta.dtype == np.float32
    assert history.loss[-1] < history.loss[0]


# The history


@given(epochs=st.integers(0, 25), record_every=st.integers(1, 30))
def test_records_are_of_the_first_every_nth_and_the_last_epoch(
    epochs: int, record_every: int
) -> None:
    X, Y = two_moons(8)
    history = train(
        moons_network(),
        X,
        Y,
        epochs=epochs,
        learning_rate=0.1,
        record_every=record_every,
        progress=0,
    )
    expected = sorted({*range(0, epochs, record_every), epochs})
    assert history.epoch.tolist() == expected


def test_a_record_is_of_the_network_as_it_then_is() -> None:
    X, Y = two_moons(60)
    test = two_moons(30, seed=1)
    network = moons_network()
    for record in training_steps(
        network, X, Y, epochs=9, learning_rate=0.5, batch_size=16, test=test, record_every=4
    ):
        A, caches = network.forward(X)
        assert record.loss == mean_squared_error(A, Y)
        assert record.train_accuracy == accuracy(A, Y)
        assert record.test_accuracy == accuracy(network.predict(test[0]), test[1])
        assert record.gradient_norms == tuple(network.backward(caches, Y).norms().values())


def test_the_history_has_a_row_a_record() -> None:
    X, Y = two_moons(20)
    with_test = train(
        moons_network(), X, Y, epochs=5, learning_rate=0.1, test=(X, Y), record_every=1, progress=0
    )
    assert with_test.gradient_norms.shape == (6, 2)
    np.testing.assert_array_equal(with_test.test_accuracy, with_test.train_accuracy)
    without = train(moons_network(), X, Y, epochs=5, learning_rate=0.1, progress=0)
    assert np.isnan(without.test_accuracy).all()


def test_without_settings_every_tenth_epoch_is_recorded_and_every_400th_printed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    X, Y = two_moons(4)
    history = train(moons_network(), X, Y, epochs=25, learning_rate=0.1, progress=0)
    assert history.epoch.tolist() == [0, 10, 20, 25]
    history = train(moons_network(), X, Y, epochs=402, learning_rate=0.1, record_every=1)
    lines = capsys.readouterr().out.splitlines()
    assert lines == [str(history.records[epoch]) for epoch in (0, 400, 402)]


def test_without_a_seed_the_order_is_that_of_seed_zero() -> None:
    X, Y = two_moons(20)
    networks = [moons_network(), moons_network()]
    train(networks[0], X, Y, epochs=2, learning_rate=0.5, batch_size=4, progress=0)
    train(networks[1], X, Y, epochs=2, learning_rate=0.5, batch_size=4, seed=0, progress=0)
    np.testing.assert_array_equal(networks[0].theta, networks[1].theta)


def test_test_data_and_recording_do_not_change_the_training() -> None:
    X, Y = two_moons(40)
    thetas = []
    settings: list[dict[str, Any]] = [{}, {"test": two_moons(15, seed=1)}, {"record_every": 1}]
    for extra in settings:
        network = moons_network()
        train(network, X, Y, epochs=10, learning_rate=0.5, batch_size=8, progress=0, **extra)
        thetas.append(network.theta)
    np.testing.assert_array_equal(thetas[1], thetas[0])
    np.testing.assert_array_equal(thetas[2], thetas[0])


# Seeds


def test_the_same_seeds_give_the_same_training_and_others_another() -> None:
    X, Y = two_moons(40)
    results = []
    for seed in (3, 3, 4):
        network = moons_network()
        history = train(
            network, X, Y, epochs=12, learning_rate=0.5, batch_size=8, seed=seed, progress=0
        )
        results.append((network.theta, history))
    (first, history), (again, same_history), (other, _) = results
    np.testing.assert_array_equal(again, first)
    assert_same_history(same_history, history)
    assert not np.array_equal(other, first)


def test_the_global_stream_is_neither_used_nor_seeded() -> None:
    X, Y = two_moons(20)
    before = np.random.get_state(legacy=False)  # noqa: NPY002
    for seed in (0, None):
        train(
            moons_network(), X, Y, epochs=3, learning_rate=0.1, batch_size=4, seed=seed, progress=0
        )
    np.testing.assert_equal(np.random.get_state(legacy=False), before)  # noqa: NPY002


# Printing


def test_progress_zero_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    X, Y = two_moons(20)
    train(moons_network(), X, Y, epochs=20, learning_rate=0.1, progress=0)
    network, X, Y = diverging()
    train(network, X, Y, epochs=20, learning_rate=1e9, progress=0)
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_progress_prints_a_line_every_so_many_epochs_and_the_last(
    capsys: pytest.CaptureFixture[str],
) -> None:
    X, Y = two_moons(20)
    history = train(
        moons_network(), X, Y, epochs=25, learning_rate=0.1, record_every=1, progress=10
    )
    lines = capsys.readouterr().out.splitlines()
    assert lines == [str(history.records[epoch]) for epoch in (0, 10, 20, 25)]


@pytest.mark.parametrize("epochs", [26, np.int64(26), np.int64(1026)])
def test_progress_prints_the_next_record_there_is_and_the_last(
    capsys: pytest.CaptureFixture[str], epochs: int
) -> None:
    X, Y = two_moons(4)
    history = train(
        moons_network(), X, Y, epochs=epochs, learning_rate=0.1, record_every=4, progress=10
    )
    lines = capsys.readouterr().out.splitlines()
    printed = [*(record for record in history.records[:-1] if record.epoch % 12 == 0)]
    assert lines == [str(record) for record in (*printed, history.records[-1])]


def test_a_line_shows_loss_accuracy_and_the_norm_of_each_layer() -> None:
    X, Y = two_moons(20)
    (record,) = train(
        moons_network(), X, Y, epochs=0, learning_rate=0.1, test=(X, Y), progress=0
    ).records
    line = str(record)
    for part in (
        "epoch     0",
        f"loss {record.loss:.4f}",
        f"accuracy {record.train_accuracy:.3f}",
        f"on test data {record.test_accuracy:.3f}",
        *(f"{norm:.4f}" for norm in record.gradient_norms),
    ):
        assert part in line


def test_a_line_reads_as_it_is_printed() -> None:
    record = Record(12, 0.25, 0.5, (1.5, 0.125))
    start = "epoch    12   loss 0.2500   accuracy 0.500"
    norms = "   gradient norms 1.5000  0.1250"
    assert str(record) == start + norms
    tested = replace(record, test_accuracy=0.75)
    assert str(tested) == f"{start}   on test data 0.750{norms}"


def test_a_history_shows_how_many_records_the_last_of_them_and_why_it_ended() -> None:
    record = Record(12, 0.25, 0.5, (1.5, 0.125))
    assert repr(History(())) == "History of 0 records"
    assert repr(History((record,))) == f"History of 1 records, last: {record}"
    stopped = History((record, replace(record, epoch=13)), "Interrupted.")
    assert repr(stopped) == f"History of 2 records, last: {stopped.records[1]}\nInterrupted."


def digits() -> tuple[Array, Array]:
    """Ten blurred pictures of 64 pixels from 0 to 16, and others like them; and their classes."""
    rng = np.random.default_rng(0)
    classes = np.arange(200) % 10
    X = 16 * (rng.random((64, 10)) < 0.2)[:, classes] + rng.normal(0, 2, (64, 200))
    return np.clip(X, 0, 16), np.eye(10)[:, classes]


@pytest.mark.parametrize("names", [("relu", "relu", "sigmoid"), ("relu", "relu", "linear")])
@pytest.mark.parametrize("scale", [1e-6, 1e-4, 1, 1e3, 1e6])
@pytest.mark.parametrize("data", [digits, two_moons])
def test_features_far_from_1_are_blamed_where_little_is_learned(
    data: Callable[[], tuple[Array, Array]],
    scale: float,
    names: tuple[str, ...],
    capsys: pytest.CaptureFixture[str],
) -> None:
    X, Y = data()
    network, settings = MLP([len(X), 16, 8, len(Y)], names), {"epochs": 60, "learning_rate": 0.5}
    history = train(network, X * scale, Y, **settings, progress=60)  # type: ignore[arg-type]
    suits = data is two_moons and scale == 1
    assert bool(history.note) == (not suits)
    assert history.note == "" or history.note in repr(history)
    assert history.note in capsys.readouterr().out
    if not suits:
        largest = np.abs(X * scale).max()
        assert f"The features go up to {largest:.3g}, and are far from 1" in history.note
        vanished = history.loss.size and history.gradient_norms[-1].max() < 1e-5
        assert ("gradients have vanished" in history.note) == bool(vanished)
    (cure,) = {*re.findall(r"as in (.*), and", history.note)} or {"X"}
    scaled = eval(cure, {"np": np, "X": X * scale})
    assert train(network.copy(), scaled, Y, **settings, progress=0).note == ""  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(20))
def test_the_moons_are_never_blamed_nor_is_what_has_learned_with_features_of_any_size(
    seed: int,
) -> None:
    for noise in (0, 0.15, 0.5):
        X, Y = two_moons(50, noise, seed)
        for rate in (1e-4, 0.5, 200):
            history = train(moons_network(seed), X, Y, epochs=3, learning_rate=rate, progress=0)
            assert history.note == ""
    line = MLP([1, 1], ["linear"], seed)
    X = np.linspace(-1, 1, 20)[None] * 10
    history = train(line, X, 3 * X, epochs=50, learning_rate=0.01, progress=0)
    assert history.note == ""


def test_records_and_histories_are_not_changed_by_accident() -> None:
    with pytest.raises(AttributeError):
        Record(0, 0.5, 0.5, ()).loss = 0  # type: ignore[misc]
    with pytest.raises(AttributeError):
        History(()).stopped = "now"  # type: ignore[misc]


# Ending early


@pytest.mark.parametrize("call", [1, 2, 7, 30, 31, 45])
def test_an_interruption_keeps_the_history_and_what_was_learned(call: int) -> None:
    X, Y = two_moons(40)
    network = moons_network()
    before = network.theta.copy()
    interrupt_at(network, call)
    history = train(
        network, X, Y, epochs=1000, learning_rate=0.5, batch_size=16, record_every=2, progress=0
    )
    assert history.stopped.startswith("Interrupted")
    # a record passes through the network once, an epoch of 3 batches thrice
    assert len(history.records) == math.ceil((call - 1) / 7)
    assert np.isfinite(history.loss).all()
    assert np.isfinite(network.theta).all()
    assert np.array_equal(network.theta, before) == (call <= 2)


def test_an_interruption_is_printed_even_to_the_silent(capsys: pytest.CaptureFixture[str]) -> None:
    X, Y = two_moons(10)
    network = moons_network()
    interrupt_at(network, 3)
    history = train(network, X, Y, epochs=10, learning_rate=0.5, progress=0)
    assert history.stopped == "Interrupted; the network keeps what it has learned."
    assert capsys.readouterr().out == f"{history.stopped}\n"


def test_an_interruption_in_the_update_keeps_whole_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    X, Y = two_moons(40)
    reference = moons_network()
    train(reference, X, Y, epochs=5, learning_rate=0.5, progress=0)
    network, step, steps = moons_network(), MLP.step, iter(range(5))

    def interrupted(self: MLP, by: Array, learning_rate: float) -> None:
        if next(steps, None) is None:
            raise KeyboardInterrupt
        step(self, by, learning_rate)

    monkeypatch.setattr(MLP, "step", interrupted)
    history = train(network, X, Y, epochs=100, learning_rate=0.5, record_every=1, progress=0)
    assert history.stopped.startswith("Interrupted")
    assert history.epoch.tolist() == [0, 1, 2, 3, 4, 5]
    np.testing.assert_array_equal(network.theta, reference.theta)


def test_an_interrupted_training_can_go_on() -> None:
    X, Y = two_moons(40)
    network = moons_network()
    interrupt_at(network, 20)
    first = train(network, X, Y, epochs=1000, learning_rate=0.5, progress=0)
    second = train(network, X, Y, epochs=20, learning_rate=0.5, progress=0)
    assert first.stopped
    assert not second.stopped
    assert second.loss[0] < first.loss[0]


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("rate", [10, 1e3, 1e9, 1e300])
def test_divergence_stops_with_a_sentence_and_no_warning(
    dtype: type[np.floating[Any]], rate: float
) -> None:
    X, Y = two_moons(50)
    network = MLP([2, 8, 1], ["relu", "linear"], 0, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = train(network, X, Y, epochs=2000, learning_rate=rate, record_every=1, progress=0)
    last = int(history.epoch[-1])
    if history.stopped:
        # a step that isn't finite isn't taken; a loss that isn't is that of the step before
        steps = last + ("the loss is" in history.stopped)
        assert f"Stopped at epoch {steps}:" in history.stopped
        assert "smaller learning rate" in history.stopped
    assert bool(history.stopped) == (last < 2000)
    assert np.isfinite(history.loss).all()
    assert history.loss.size


def test_divergence_is_reached_and_printed(capsys: pytest.CaptureFixture[str]) -> None:
    network, X, Y = diverging()
    history = train(network, X, Y, epochs=1000, learning_rate=1e9)
    assert "diverged" in history.stopped
    assert capsys.readouterr().out.splitlines()[-1] == history.stopped
    assert history.stopped in repr(history)


def test_a_loss_that_is_infinite_from_the_start_is_no_divergence() -> None:
    network, X, Y = diverging()
    network.theta[:] = 1e300
    history = train(network, X, Y, epochs=10, learning_rate=0.1, progress=0)
    assert history.records == ()
    assert history.stopped == "Stopped at epoch 0: the loss is inf, before a step."
    network, X, Y = diverging()
    history = train(network, X, Y, epochs=10, learning_rate=1e200, record_every=1, progress=0)
    assert re.fullmatch(
        r"Stopped at epoch 1: the loss is (inf|nan), training has diverged\. "
        r"Try a smaller learning rate\.",
        history.stopped,
    )


def test_pieces_whose_gradients_are_infinite_give_no_warning(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(helpers.network, "NUMBERS_AT_ONCE", 2)  # a sample a piece
    network = MLP([1, 1], ["linear"])
    network.theta[:] = 1e300, 0
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        X = [[1e300, -1e300]]  # a gradient of +∞ and one of −∞
        history = train(network, X, [[0, 0]], epochs=1, learning_rate=0.1, progress=0)
    assert history.stopped == "Stopped at epoch 0: the loss is inf, before a step."


def test_mini_batches_that_diverge_in_the_first_epoch_have_taken_steps() -> None:
    network, X, Y = diverging()
    settings = {"epochs": 10, "learning_rate": 1e200, "batch_size": 5}
    history = train(network, X, Y, **settings, progress=0)  # type: ignore[arg-type]
    assert len(history.records) == 1
    assert re.match(r"Stopped at epoch 0: the loss is (inf|nan), training has", history.stopped)


def test_divergence_of_the_steps_is_an_error_of_its_own() -> None:
    network, X, Y = diverging()
    with pytest.raises(FloatingPointError, match="diverged"):
        list(training_steps(network, X, Y, epochs=1000, learning_rate=1e9))


# Bad arguments


@pytest.mark.parametrize("function", [train, training_steps])
def test_settings_are_given_by_name(function: Any) -> None:
    X, Y = two_moons(4)
    with pytest.raises(TypeError, match="positional"):
        function(moons_network(), X, Y, 5, 0.1)


def test_the_settings_are_those_that_the_steps_take() -> None:
    named = inspect.signature(training_steps).parameters.values()
    by_name = [parameter for parameter in named if parameter.kind is parameter.KEYWORD_ONLY]
    assert set(Settings.__annotations__) == {parameter.name for parameter in by_name}
    needed = {parameter.name for parameter in by_name if parameter.default is parameter.empty}
    assert Settings.__required_keys__ == needed == {"epochs", "learning_rate"}


def test_the_data_may_be_given_by_name() -> None:
    X, Y = two_moons(4)
    steps = training_steps(network=moons_network(), X=X, Y=Y, epochs=1, learning_rate=0.1)
    history = train(network=moons_network(), X=X, Y=Y, epochs=1, learning_rate=0.1, progress=0)
    assert_same_history(History(tuple(steps)), history)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"epochs": -1}, "epochs is -1"),
        ({"epochs": 2.5}, "epochs is 2.5"),
        ({"learning_rate": 0}, "learning_rate is 0"),
        ({"learning_rate": -0.1}, "learning_rate is -0.1"),
        ({"learning_rate": np.nan}, "learning_rate is nan"),
        ({"learning_rate": "fast"}, "learning_rate is 'fast'"),
        ({"batch_size": 0}, "batch_size is 0"),
        ({"batch_size": -5}, "batch_size is -5"),
        ({"batch_size": 2.0}, "batch_size is 2.0"),
        ({"batch_size": False}, "batch_size is False"),
        ({"record_every": 0}, "record_every is 0"),
        ({"progress": -1}, "progress is -1"),
        ({"seed": -1}, "seed is -1"),
        ({"seed": "x"}, "seed is 'x'"),
        ({"X": np.ones((20, 2))}, r"Did you mean X\.T\?"),
        ({"X": np.full((2, 20), np.nan)}, r"X\[0, 0\] is nan"),
        ({"Y": np.ones((20, 1))}, r"Did you mean Y\.T\?"),
        ({"Y": np.ones(20)}, r"Did you mean Y\.reshape\(1, -1\)\?"),
        ({"Y": np.ones((1, 19))}, r"Y has shape \(1, 19\)"),
        ({"test": (np.ones((5, 2)), np.ones((1, 5)))}, r"test\[0\] has shape \(5, 2\)"),
        ({"test": (np.ones((2, 5)), np.ones((1, 4)))}, r"test\[1\] has shape \(1, 4\)"),
        ({"test": (np.ones((2, 5)),)}, "test is a tuple; expected a pair"),
        ({"test": (np.ones((2, 5)), np.ones((1, 5)), 0)}, "test is a tuple; expected a pair"),
        ({"test": np.ones((2, 5))}, "test is a ndarray; expected a pair"),
    ],
)
def test_a_bad_argument_is_named_and_nothing_is_trained(
    capsys: pytest.CaptureFixture[str], changed: dict[str, Any], said: str
) -> None:
    X, Y = two_moons(20)
    network = moons_network()
    before = network.theta.copy()
    arguments: dict[str, Any] = {"X": X, "Y": Y, "epochs": 3, "learning_rate": 0.1, **changed}
    with pytest.raises((TypeError, ValueError), match=said):
        train(network, **arguments)
    np.testing.assert_array_equal(network.theta, before)
    assert capsys.readouterr().out == ""
