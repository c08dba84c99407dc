"""The training lab: what it shows is what was computed, at every setting."""

import asyncio
import contextlib
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from numpy.testing import assert_allclose

from helpers.datasets import DATASETS, scaled
from helpers.labs import training
from helpers.labs.training import GRID, POINTS, TrainingLab
from helpers.losses import accuracy, mean_squared_error
from helpers.network import MLP
from helpers.style import BLUE
from helpers.tests import clock, seen
from helpers.tests.labs import UNITS, Tested, ailing
from helpers.training import train
from helpers.validation import Array
from helpers.widgets.lab import Request
from helpers.widgets.scheduling import BREATH

TITLE = "What the network says of each point"
LOSS, KEPT = seen.Look(to_hex(BLUE), "-", "o"), seen.Look("#777777", ":", "None")


@pytest.fixture(scope="module")
def lab() -> TrainingLab:
    return TrainingLab(epochs=0)


def trained(lab: TrainingLab, times: int = 1) -> MLP:
    """Train the network of the lab's state elsewhere, so often for its epochs."""
    state = lab.state
    hidden = [state[f"layer_{i}"] for i in (1, 2, 3) if state[f"layer_{i}"]]
    names = [state["activation"]] * len(hidden) + ["sigmoid"]
    network = MLP([2, *hidden, 1], names, seed=state["seed"])
    settings: dict[str, Any] = {name: state[name] for name in ("epochs", "seed")}
    settings["learning_rate"] = float(f"{state['learning_rate']:.2g}")  # as the slider shows it
    if state["batch_size"] != "all":
        settings["batch_size"] = state["batch_size"]
    data = DATASETS[state["data"]](300, state["noise"], state["seed"])
    with contextlib.suppress(FloatingPointError):
        for _ in range(times):
            train(network, *data, progress=0, **settings)
    return network


def check(lab: TrainingLab) -> None:
    """The text and the picture say what the network does after as many epochs as asked."""
    state, network = lab.state, lab.network
    points = DATASETS[state["data"]]
    data = X, Y = points(300, state["noise"], state["seed"])
    assert bool(lab.stopped) == (lab.records[-1].epoch < state["epochs"])
    assert_allclose(network.theta, trained(lab).theta, rtol=1e-9)
    if lab.stopped:
        assert lab.text.endswith(f"{kept_curve(lab)} {lab.stopped}")
    else:
        fresh = points(300, state["noise"], state["seed"] + 1000)
        right = [100 * accuracy(network.predict(x), y) for x, y in (data, fresh)]
        loss = mean_squared_error(network.predict(X), Y)
        names = ", ".join(activation.name for activation in network.activations)
        seen.assert_says(
            lab.text,
            f"MLP {'-'.join(map(str, network.layer_sizes))} ({names}), {network.theta.size} "
            f"parameters, float64. After {state['epochs']} epochs "
            f"the loss is {loss if loss >= 1e-4 else 'below 0.0001'}; {right[0]}% of the training "
            f"points are right, and {right[1]}% of fresh points."
            f"{kept_curve(lab)}{''.join(ailments(network, X))}",
        )
    check_map(lab, X, Y)
    check_curves(lab)
    check_weights(lab)


TESTED = Tested(
    check,
    moved="seed",
    timed={"learning_rate": [10 ** (k / 10) for k in (*range(-20, 1), *range(-1, -11, -1))]},
    labels={**UNITS, "batch_size": "samples per step", "noise": "noise of the data"},
    few={"epochs": [0, 10, 20]},  # where other things than the training are looked at
    # shown when it is done
    with_less=lambda patch: patch.setattr(training, "SHORT", 100),
)


def kept_curve(lab: TrainingLab) -> str:
    if not lab.kept:
        return ""
    last = lab.kept[-1]
    kept = f" The dotted curve, which you kept, ends after {last.epoch} epochs"
    return f"{kept} at a loss of {last.loss}."


def ailments(network: MLP, X: Array) -> Iterator[str]:
    Z = network.forward(X)[1].Z
    dead, saturated = ailing(network, Z)
    for l, n in dead.items():
        are = "is" if n == 1 else "are"
        yield f" {n} of {len(Z[l])} units of layer {l} {are} dead: off for every point."
    for l in saturated:
        yield f" Layer {l} is saturated: most of its slopes are below 0.01."


def check_map(lab: TrainingLab, X: Array, Y: Array) -> None:
    """The points by class, over a plane with the colours of their classes."""
    figure = seen.figure_of(lab)
    ax = seen.panel(figure, TITLE)
    seen.assert_points(ax, TITLE, X, Y)
    (image,) = ax.images
    assert image.get_clim() == (0, 1)
    middle = np.array((0.5, 0.25) if lab.state["data"] == "moons" else (0, 0))
    assert_allclose([ax.get_xlim(), ax.get_ylim()], middle[:, None] + [(-3, 3), (-2.25, 2.25)])
    expected = lab.network.predict(POINTS + middle[:, None]).reshape(GRID[0].shape)
    assert_allclose(np.asarray(image.get_array()), expected, rtol=0, atol=1e-12)
    for corner in product((-3, 3), (-2.25, 2.25)):
        p = lab.network.predict(np.array([corner]).T + middle[:, None]).item()
        inside = middle + 0.9999 * np.array(corner)
        assert seen.value_at(image, *inside) == pytest.approx(p, abs=1e-6)
        seen.assert_coloured(image, inside, p)
    assert seen.alt_of(lab).startswith(
        f"{seen.place(figure, ax).title()}, the decision boundary among the points; "
    )


def check_curves(lab: TrainingLab) -> None:
    """Loss and gradient norms over the epochs, a kept loss dotted, the last norms computed anew."""
    figure = seen.figure_of(lab)
    titles = "Training loss", "Gradient norms of layer"
    loss, norms = panels = [seen.panel(figure, title) for title in titles]
    assert seen.reads(loss) == "Training loss:  (log) over "
    assert seen.reads(norms) == "Gradient norms of layer:  (log) over epoch"
    assert loss.get_xlim() == norms.get_xlim()
    sides = {seen.place(figure, ax) for ax in panels}
    assert f"; {'/'.join(sides)}, the training loss and the gradient norms over" in seen.alt_of(lab)
    epochs = [record.epoch for record in lab.records]
    assert loss.get_xlim()[0] == 0 and loss.get_xlim()[1] >= epochs[-1]
    assert seen.in_legend(loss) == {"now": LOSS} | ({"kept": KEPT} if lab.kept else {})
    for name, records in {"now": lab.records, "kept": lab.kept}.items():
        heights = np.clip([r.loss for r in records], 1e-5, 1)
        if records:
            found = seen.curves(loss)[name]
            np.testing.assert_array_equal(found, np.array([[r.epoch for r in records], heights]))
    assert all(len(seen.drawn(ax)) == len(seen.in_legend(ax)) for ax in panels)
    by_layer = np.array([record.gradient_norms for record in lab.records]).T
    of_layers = seen.curves(norms)
    assert list(of_layers) == [str(l) for l in range(1, lab.network.n_layers + 1)]
    for curve, expected in zip(of_layers.values(), by_layer, strict=True):
        assert_allclose(curve, [epochs, np.clip(expected, 1e-6, 1)])
    for ax, lowest in ((loss, "10⁻⁵"), (norms, "10⁻⁶")):  # what lies beyond is drawn there
        (bottom, top), words = ax.get_ylim(), seen.tick_words(ax)
        assert (words[bottom], words[top]) == (f"≤ {lowest}", "≥ 10⁰")
    if not lab.stopped:
        gradient = lab.network.backward(lab.network.forward(lab.data[0])[1], lab.data[1])
        expected = [*gradient.norms().values()]
        assert_allclose(by_layer[:, -1], expected, rtol=1e-6, atol=1e-12)


def check_weights(lab: TrainingLab) -> None:
    """Each W[l] under its name, row 0 on top, in the colours of one bar."""
    figure = seen.figure_of(lab)
    for l, W in lab.network.W.items():
        ax = seen.panel(figure, f"W[{l}]")
        (image,) = ax.images
        rows, columns = W.shape
        np.testing.assert_array_equal(np.asarray(image.get_array()), W)
        cell = image.get_extent()[1] / columns
        assert image.get_extent() == pytest.approx((0, columns * cell, rows * cell, 0))
        room = 1.0001 * np.array([ax.get_xlim()[1], ax.get_ylim()[0]])
        assert 0 < columns * cell <= room[0] and rows * cell <= room[1]
        for i, j in ((0, 0), (0, columns - 1), (rows - 1, 0)):
            assert seen.value_at(image, (j + 0.5) * cell, (i + 0.5) * cell) == W[i, j]
        source = f"from layer {l - 1}" if l > 1 else "from the input"
        assert seen.reads(ax) == f"W[{l}]: to layer {l} (turned) over {source}"
        corners = ax.transData.transform([(0, 0), (cell, cell)])
        across, down = corners[1] - corners[0]
        assert across == pytest.approx(-down), "cells are squares"
    maps = [ax for ax in figure.axes if re.fullmatch(r"W\[\d\]", ax.get_title())]
    there = [l <= lab.network.n_layers for l in range(1, len(maps) + 1)]
    assert [ax.images[0].get_visible() for ax in maps] == there
    assert [ax.get_visible() for ax in maps] == there
    seen.assert_one_scale([ax.images[0] for ax in maps], 3, "weight")
    rest = [ax for ax in figure.axes if ax not in maps and not hasattr(ax, "_colorbar")]
    heights = [ax.get_position().y1 for ax in maps], [ax.get_position().y0 for ax in rest]
    below = "below" if max(heights[0]) < min(heights[1]) else "above"
    assert seen.alt_of(lab).endswith(f"; {below}, the weights. The line below says how it stands.")


def test_a_small_loss_is_not_called_zero_and_lies_on_the_edge(lab: TrainingLab) -> None:
    lab.state = {"epochs": 0, "layer_1": 16, "layer_2": 8}
    panels, first = lab._panels, lab.records[0]
    lines: list[Any] = [panels.loss, *panels.norms[:3]]
    assert all(line.get_marker() == "o" for line in lines), "the start is marked"
    lab.records.append(replace(first, epoch=2500, loss=1e-9, gradient_norms=(0.0, 1e-7, 2.0)))
    assert "After 2500 epochs the loss is below 0.0001; " in lab._frame().words
    ends = [line.get_ydata()[-1] for line in lines]
    assert ends == [1e-5, 1e-6, 1e-6, 1]
    for line, end in zip(lines, ends, strict=True):
        assert end in line.axes.get_ylim()
        assert line.axes.get_xlim()[1] >= 2500
        assert not line.get_clip_on()


def test_points_of_your_own_are_scaled_and_a_fifth_of_them_is_fresh() -> None:
    rng = np.random.default_rng(0)
    X = rng.normal([[2000.0], [-3e-5]], [[20.0], [1e-5]], (2, 52))
    Y = np.where(X[:1] > 2000, 1, 0)
    lab = TrainingLab(data=(X.tolist(), Y), epochs=100, noise=0.5)
    drawn = []
    for seed in (3, 4):
        lab.state = {"seed": seed}
        (X_seen, Y_seen), (X_fresh, _) = lab.data, lab.fresh
        drawn.append(X_seen)
        assert (X_seen.shape, Y_seen.shape, X_fresh.shape) == ((2, 41), (1, 41), (2, 11))
        both = [np.hstack(pair) for pair in zip(lab.data, lab.fresh, strict=True)]
        in_order = np.vstack(both)[:, np.argsort(both[0][0])]
        expected = np.vstack([scaled(X), Y])[:, np.argsort(X[0])]
        assert_allclose(in_order, expected)
        share = accuracy(lab.network.predict(X_fresh), lab.fresh[1])
        assert f"{share:.1%} of fresh points" in lab.text
        circles = seen.without_name(seen.panel(seen.figure_of(lab), TITLE))[seen.CIRCLE]
        assert_allclose(circles, X_seen[:, Y_seen[0] == 0])
    assert not np.array_equal(drawn[0], drawn[1])
    assert lab.controls.noise.disabled
    lab.state = {"data": "circles"}
    assert not lab.controls.noise.disabled
    assert_allclose(lab.data[0], DATASETS["circles"](300, 0.5, 4)[0])
    lab.state = {"data": "yours"}
    assert_allclose(lab.data[0], drawn[1])


def test_points_that_are_none_are_refused() -> None:
    for data, said in (
        (([[1], [2]], [[0]]), "^data is 1 point; expected 2 or more"),
        (([[1, 5], [2, 3]], [[0, 2]]), "^Y holds .* expected 0 and 1"),
        ("yours", "^data 'yours' is unknown; there are moons"),
    ):
        with pytest.raises(ValueError, match=said):
            TrainingLab(data=data)


def test_the_boundary_is_no_staircase_where_the_output_jumps(lab: TrainingLab) -> None:
    lab.state = {"layer_1": 0, "layer_2": 0, "epochs": 0}
    lab.network.theta[:] = [3000, -1000, 500]
    lab._frame()
    (line,) = lab._panels.line.get_segments()
    assert np.ptp(line[:, 1]) == pytest.approx(np.ptp(GRID[1]))
    assert_allclose(3 * line[:, 0] - line[:, 1] + 0.5, 0, atol=1e-9)


def test_one_dead_unit_is_dead_and_two_are(lab: TrainingLab) -> None:
    lab.state = {"layer_1": 8, "layer_2": 0, "epochs": 0, "activation": "relu"}
    for dead, said in ((1, "1 of 8 units of layer 1 is dead"), (2, "2 of 8 units of layer 1 are")):
        lab.network.b[1][:dead] = -100
        assert said in lab._frame().words


def test_what_ails_a_network_is_said(lab: TrainingLab) -> None:
    lab.state = {"learning_rate": 100, "epochs": 100, "layer_1": 16, "layer_2": 8}
    lab.state = {"activation": "tanh"}
    assert "is saturated" in lab.text
    check(lab)


# Buttons and moves, at every moment

SMALL: dict[str, Any] = {"layer_1": 4, "layer_2": 0, "epochs": 30}
TOOLTIPS = {
    "Train on": "for the same number of epochs again",
    "Start again": "from the first weights",
    "Keep this curve": "to compare the next run with it",
}


def press(label: str) -> Any:
    """Press the button that says so, and says in its tooltip what then comes."""

    def act(lab: TrainingLab) -> None:
        (button,) = (b for b in lab.buttons.values() if b.description == label)
        assert button.tooltip == TOOLTIPS[label]
        button.click()

    return act


def move(lab: TrainingLab) -> None:
    lab.controls.layer_1.value = 8


def ask_for_words(lab: TrainingLab) -> None:
    assert "epochs the loss is" in lab.text


ACTS = {label: press(label) for label in TOOLTIPS} | {"move": move, "text": ask_for_words}
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


async def reach(lab: TrainingLab, moment: str) -> None:
    """Wait until the lab rests, or is between two frames of a new answer; 'pending' is now."""
    shown = lab._shown
    while moment != "pending" and not lab._scheduler.is_idle:
        if moment == "running" and lab._shown is not shown:
            return
        await asyncio.sleep(BREATH)


async def act_at(lab: TrainingLab, moment: str, acts: list[str]) -> None:
    """Do one after the other, each at this moment of the answer to the one before."""
    for act in acts:
        ACTS[act](lab)
        await reach(lab, moment)
    await reach(lab, "idle")


@pytest.mark.parametrize("first", ACTS)
@pytest.mark.parametrize("moment", MOMENTS)
def test_what_is_shown_belongs_to_the_sliders_and_to_what_was_asked_last(
    first: str, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "SHORT", -1.0)  # a frame at each record
    monkeypatch.setattr(training, "NEXT_FRAME", -1.0)
    monkeypatch.setattr(training, "LATE", 0)
    canvas = SimpleNamespace(size=(1, 1), sharpen=str)
    panels = SimpleNamespace(canvas=canvas, draw=lambda *_: "")
    monkeypatch.setattr(TrainingLab, "_panels", panels)
    lab = TrainingLab(**SMALL)
    for then in ACTS:
        lab.kept, lab.state = [], SMALL
        lab.start_again()
        clock.run(act_at(lab, moment, [first, then]))
        state, times, kept = expected_after([first, then])
        assert lab.state == lab.state | state
        assert_allclose(lab.network.theta, trained(lab, times).theta, rtol=1e-9)
        epochs = [record.epoch for record in lab.records]
        assert epochs == sorted({*epochs}) and epochs[-1] == 30 * times
        loss = mean_squared_error(lab.network.predict(lab.data[0]), lab.data[1])
        assert f"After {30 * times} epochs the loss is {loss:.4f};" in lab._line.value
        assert ("which you kept" in lab._line.value) == kept


@pytest.mark.parametrize(("late", "times"), [(100, 2), (0, 1)])
def test_a_move_that_a_press_has_overtaken_comes_before_it(
    lab: TrainingLab, monkeypatch: pytest.MonkeyPatch, late: float, times: int
) -> None:
    monkeypatch.setattr(training, "LATE", late)
    lab.state = SMALL
    press("Train on")(lab)
    move(lab)
    assert f"After {30 * times} epochs" in lab.text
    assert lab.network.layer_sizes == (2, 8, 1)
    press("Start again")(lab)
    move(lab)
    assert "After 30 epochs" in lab.text


def test_a_kept_curve_is_seen_at_once_and_whole(
    lab: TrainingLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "FIRST_FRAME", 100)  # seconds: no picture before the last one
    lab.state = {"epochs": 2000, "layer_1": 2, "layer_2": 0}
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
    check(lab)


def test_a_long_training_is_shown_and_lets_others_run_before_its_end(lab: TrainingLab) -> None:
    first, *_, last = lab.frames(Request({**lab.state, **SMALL, "epochs": 2000}))
    assert "After 2000 epochs" in last.words and "After 2000 epochs" not in first.words
