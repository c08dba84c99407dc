"""The training lab: what it shows is what was computed, at every setting."""

import asyncio
from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from helpers.datasets import two_moons
from helpers.explorers import base, training
from helpers.explorers.training import GRID, POINTS, TrainingExplorer, over_the_plane
from helpers.losses import accuracy, mean_squared_error
from helpers.network import MLP
from helpers.tests import clock
from helpers.training import train


def check(lab: TrainingExplorer) -> None:
    """The text says what the network does after as many epochs as the state says."""
    state, text, network = lab.state, lab.text, lab.network
    hidden = [state[f"layer_{i}"] for i in (1, 2, 3) if state[f"layer_{i}"]]
    assert text.startswith(f"MLP {'-'.join(map(str, [2, *hidden, 1]))} (")
    assert f"({', '.join([state['activation']] * len(hidden) + ['sigmoid'])})" in text
    assert 'alt="Left, the decision boundary' in lab._picture.value
    assert bool(lab.stopped) == (lab.records[-1].epoch < state["epochs"])
    if lab.stopped:
        assert lab.stopped in text
        return
    outputs = [
        network.predict(two_moons(300, state["noise"], state["seed"] + i)[0]) for i in (0, 1000)
    ]
    Y = [two_moons(300, state["noise"], state["seed"] + i)[1] for i in (0, 1000)]
    assert f"After {state['epochs']} epochs the loss is " in text
    loss = mean_squared_error(outputs[0], Y[0])
    assert f"loss is {f'{loss:.4f}' if loss >= 1e-4 else 'below 0.0001'};" in text
    assert f"{accuracy(outputs[0], Y[0]):.1%} of the training points" in text
    assert f"{accuracy(outputs[1], Y[1]):.1%} of fresh points" in text


def test_the_numbers_are_those_of_train() -> None:
    lab = TrainingExplorer(epochs=150, learning_rate=0.3, layer_2=0, noise=0.2, seed=5)
    network = MLP((2, 16, 1), ("relu", "sigmoid"), seed=5)
    data, fresh = two_moons(300, 0.2, 5), two_moons(300, 0.2, 1005)
    history = train(network, *data, epochs=150, learning_rate=0.3, seed=5, progress=0)
    right = accuracy(network.predict(fresh[0]), fresh[1])
    assert f"the loss is {history.loss[-1]:.4f};" in lab.text
    assert f"{history.train_accuracy[-1]:.1%} of the training points" in lab.text
    assert f"{right:.1%} of fresh points" in lab.text


def test_a_small_loss_is_not_called_zero() -> None:
    lab = TrainingExplorer(epochs=0)
    lab.records.append(replace(lab.records[-1], loss=2e-5))
    assert "After 0 epochs the loss is below 0.0001; " in lab.describe()


def test_the_start_is_marked_and_what_is_practically_zero_lies_on_the_edge() -> None:
    lab = TrainingExplorer(epochs=0)
    panels, first = lab._panels, lab.records[0]
    lines: list[Any] = [panels.loss, *panels.norms[:3]]
    assert [line.get_xydata().tolist() for line in lines] == [
        [[0, value]] for value in (first.loss, *first.gradient_norms)
    ]
    assert all(line.get_marker() == "o" for line in lines)
    lab.records.append(replace(first, epoch=5, loss=1e-9, gradient_norms=(0.0, 1e-7, 2.0)))
    lab.redraw()
    ends = [line.get_ydata()[-1] for line in lines]
    assert ends == [1e-5, 1e-6, 1e-6, 1]
    for line, end in zip(lines, ends, strict=True):
        assert end in line.axes.get_ylim()
        assert not line.get_clip_on()


def test_a_learning_rate_counts_as_the_slider_shows_it() -> None:
    assert TrainingExplorer(learning_rate=10**-0.3).text == TrainingExplorer(learning_rate=0.5).text


def test_layers_that_are_not_there_have_no_title_and_no_legend() -> None:
    lab = TrainingExplorer(epochs=0)
    for sizes, layers in (((16, 8, 0), 3), ((4, 4, 4), 4), ((0, 0, 0), 1)):
        lab.state = dict(zip(("layer_1", "layer_2", "layer_3"), sizes, strict=True))
        for l, artists in enumerate(lab._panels.of_layer, start=1):
            assert [artist.get_alpha() for artist in artists] == [l <= layers] * 3
        one, two, three = sizes
        fresh = TrainingExplorer(layer_1=one, layer_2=two, layer_3=three, epochs=0)
        assert lab._picture.value == fresh._picture.value


@pytest.mark.parametrize("hidden", [(), (16, 8), (32, 32, 32)])
def test_the_map_is_what_the_network_says_of_each_point(hidden: tuple[int, ...]) -> None:
    network = MLP((2, *hidden, 1), ("relu",) * len(hidden) + ("sigmoid",), seed=1)
    A, caches = network.forward(POINTS)
    expected = (values.reshape(GRID[0].shape) for values in (caches.Z[network.n_layers], A))
    for got, wanted in zip(over_the_plane(network), expected, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=0, atol=1e-12)


def test_the_boundary_is_no_staircase_where_the_output_jumps() -> None:
    lab = TrainingExplorer(layer_1=0, layer_2=0, epochs=0)
    lab.network.theta[:] = [3000, -1000, 500]
    lab.picture()
    (line,) = lab._panels.line.get_segments()
    assert np.ptp(line[:, 1]) == pytest.approx(np.ptp(GRID[1]))
    np.testing.assert_allclose(3 * line[:, 0] - line[:, 1] + 0.5, 0, atol=1e-9)


def test_one_dead_unit_is_dead_and_two_are() -> None:
    lab = TrainingExplorer(layer_1=8, layer_2=0, epochs=0)
    for dead, said in ((1, "1 of 8 units of layer 1 is dead"), (2, "2 of 8 units of layer 1 are")):
        lab.network.b[1][:dead] = -100
        assert said in lab.describe()


# Buttons and moves, at every moment

SMALL: dict[str, Any] = {"layer_1": 4, "layer_2": 0, "epochs": 100}


def press(button: str) -> Any:
    return lambda lab: next(b for b in lab._buttons if b.description == button).click()


def move(lab: TrainingExplorer) -> None:
    lab.controls.layer_1.value = 8


def ask_for_words(lab: TrainingExplorer) -> None:
    assert "epochs the loss is" in lab.text


ACTS: dict[str, Any] = {b: press(b) for b in ("Train on", "Start again", "Keep this curve")}
ACTS |= {"move": move, "text": ask_for_words}
MOMENTS = ("idle", "pending", "running")


def expected_after(acts: list[str]) -> tuple[dict[str, Any], int, bool]:
    """The state, how often it is trained for the epochs, and whether there is a curve kept."""
    state, times, kept = dict(SMALL), 1, False
    for act in acts:
        times += act == "Train on"
        if act in ("move", "Start again"):
            times = 1
        state |= {"layer_1": 8} if act == "move" else {}
        kept |= act == "Keep this curve"
    return state, times, kept


async def reach(lab: TrainingExplorer, moment: str) -> None:
    """Wait until the lab rests, or is between two frames of a new answer; 'pending' is now."""
    turn = lab._turn
    while moment != "pending" and lab._worker is not None:
        if moment == "running" and lab._turn is not turn and lab._answered != lab._asked:
            return
        await asyncio.sleep(base.BREATH)


async def act_at(lab: TrainingExplorer, moment: str, acts: list[str]) -> None:
    """Do one after the other, each at this moment of the answer to the one before."""
    for act in acts:
        ACTS[act](lab)
        await reach(lab, moment)
    await reach(lab, "idle")


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("acts", [*product(ACTS, repeat=2)], ids=" then ".join)
def test_what_is_shown_belongs_to_the_sliders_and_to_what_was_asked_last(
    acts: tuple[str, ...], moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "SHORT", -1.0)  # a frame at each record
    monkeypatch.setattr(training, "NEXT_FRAME", -1.0)
    canvas = SimpleNamespace(size=(1, 1), sharp_frame=str)
    panels = SimpleNamespace(canvas=canvas, draw=lambda lab: "")
    monkeypatch.setattr(TrainingExplorer, "_panels", panels)
    lab = TrainingExplorer(**SMALL)
    clock.run(act_at(lab, moment, list(acts)))
    state, times, kept = expected_after(list(acts))
    assert lab.state == lab.state | state
    network = MLP((2, state["layer_1"], 1), ("relu", "sigmoid"), seed=3)
    history = train(
        network, *two_moons(300, 0.15, 3), epochs=100 * times, learning_rate=0.5, seed=3, progress=0
    )
    np.testing.assert_allclose(lab.network.theta, network.theta, rtol=1e-9)
    assert lab.records[-1].epoch == 100 * times
    assert f"After {100 * times} epochs the loss is {history.loss[-1]:.4f};" in lab._line.value
    assert ("which you kept" in lab._line.value) == kept


def test_a_kept_curve_is_seen_at_once_and_whole() -> None:
    lab = TrainingExplorer(epochs=2000, layer_1=2, layer_2=0)
    before = lab._picture.value
    lab.train_on()
    lab.keep_curve()
    kept: Any = lab._panels.kept
    np.testing.assert_array_equal(kept.get_xydata(), lab._panels.loss.get_xydata())
    assert lab._picture.value != before
    order = lab._panels.canvas._moving
    assert order.index(kept) > order.index(lab._panels.loss)
    lab.state = {"epochs": 50}
    assert kept.get_xdata()[-1] == 4000 == kept.axes.get_xlim()[1]
    assert "The dotted curve, which you kept, ends after 4000 epochs at a loss of" in lab.text


def test_dead_and_saturated_layers_are_named() -> None:
    assert "units of layer 2 are dead" in TrainingExplorer(learning_rate=100, epochs=300).text
    tanh = TrainingExplorer(activation="tanh", learning_rate=100, epochs=100)
    assert "is saturated" in tanh.text


def test_a_long_training_lets_others_run_and_is_dropped_for_a_newer_one() -> None:
    lab = TrainingExplorer(epochs=0)
    shown: list[str] = []
    lab._line.observe(lambda change: shown.append(change["new"]), "value")

    async def drag() -> int:
        turns = 0
        lab.controls.epochs.value = 2000
        while not shown:
            await asyncio.sleep(0)
            turns += 1
        lab.controls.epochs.value = 100
        while lab._worker is not None and not lab._worker.done():
            await asyncio.sleep(0)
            turns += 1
        return turns

    assert asyncio.run(drag()) > 1
    assert "After 2000 epochs" not in "".join(shown)
    assert "After 100 epochs" in shown[-1]
