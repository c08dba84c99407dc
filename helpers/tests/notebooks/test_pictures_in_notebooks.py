"""The pictures that the lessons' own cells draw: each cell is run on arrays of the test's own."""

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from helpers import plots
from helpers.activations import ACTIVATIONS
from helpers.network import MLP
from helpers.tests.networks import random_case
from helpers.tests.notebooks.formulas.cells import Cell, cells_of
from helpers.tests.notebooks.formulas.lesson_1 import what_is_left
from helpers.tests.notebooks.test_notebooks import NAMES
from helpers.tests.refresh_notebooks import ROOT
from helpers.tests.seen import (
    CIRCLE,
    TRIANGLE,
    assert_says,
    curves,
    in_legend,
    panel,
    place,
    points,
    reads,
    value_at,
    without_name,
)
from helpers.training import History, train
from helpers.validation import Array

ONE, TWO, _, FOUR, FIVE = NAMES
CHECKS: dict[tuple[str, str], Callable[[Cell], None]] = {}
X = np.array([[-1.0, 0.5, 2.0, 1.0], [0.3, 1.5, -0.5, 0.2]])
Y = np.array([[0.0, 1.0, 1.0, 0.0]])


def of(notebook: str, id: str) -> Callable[[Callable[[Cell], None]], Callable[[Cell], None]]:
    """Enter a check under the cell whose picture it reads."""

    def enter(check: Callable[[Cell], None]) -> Callable[[Cell], None]:
        CHECKS[notebook, id] = check
        return check

    return enter


def network(seed: int) -> MLP:
    return random_case((2, 5, 3, 1), ("relu", "tanh", "sigmoid"), 1, seed).network


def a_history() -> History:
    return train(network(0), X, Y, epochs=20, learning_rate=0.5, progress=0, record_every=4)


def assert_curves(ax: Axes, expected: dict[str, Any]) -> None:
    """The legend names these and no others, and each line that looks like its name is right."""
    drawn = curves(ax)
    shapes = {(look.dash, look.marker) for look in in_legend(ax).values()}
    assert len(shapes) == len(expected), "told apart by colour alone"
    assert drawn.keys() == expected.keys()
    for name, (x, y) in expected.items():
        assert_allclose(drawn[name], [x, y], rtol=1e-12, err_msg=name)


def assert_boundary(ax: Axes, title: str, of: MLP) -> None:
    """What a network says over the plane, and the points on it."""
    assert reads(ax) == f"{title}: $x_2$ over $x_1$"
    (image,) = ax.images
    for x in np.array([[-1.4, -0.9], [2.4, -0.9], [-1.4, 1.9], [0.4, 0.1]]):
        assert value_at(image, *x) == pytest.approx(of.predict(x[:, None]).item(), abs=0.03)
    assert_array_equal(without_name(ax)[CIRCLE], X[:, Y[0] == 0])
    assert_array_equal(without_name(ax)[TRIANGLE], X[:, Y[0] == 1])


def test_every_cell_that_draws_has_a_check() -> None:
    drawing = {
        (name, id)
        for name in NAMES
        for id, cell in cells_of(name).items()
        if re.search(r"new_figure|plots\.picture", cell.source)
    }
    assert drawing == CHECKS.keys()


@of(ONE, "pictures")
def four_activations(cell: Cell) -> None:
    for ax, activation in zip(cell.run()["axes"], ACTIVATIONS.values(), strict=True):
        z, a = curves(ax)["φ(z)"]
        assert_allclose(a, activation.function(z))
        assert reads(ax) == f"{activation.name}:  over z"


@of(ONE, "depth-picture")
def what_layers_leave(cell: Cell) -> None:
    ax = cell.run(layers=np.arange(11))["ax"]
    assert reads(ax) == ": what is left of 1 (log) over layers passed on the way back"
    assert_curves(ax, {name: (range(11), left) for name, left in what_is_left().items()})


@of(TWO, "draw-network")
def the_network(cell: Cell) -> None:
    texts = [text.get_text() for text in cell.run(network=network(0))["ax"].texts]
    assert texts == ["input\n2 units", "layer 1\n5 units", "layer 2\n3 units", "layer 3\n1 unit"]


@of(TWO, "he-picture")
def sizes_of_activations(cell: Cell) -> None:
    layers = np.arange(11)
    sizes = {0.5: 0.5**layers, 1: 1 + layers / 100, 2: 2.0**layers}
    ax = cell.run(sizes=sizes)["ax"]
    assert reads(ax) == ": size of the activations (log) over layer"
    assert_curves(ax, {f"{factor} × He": (layers, size) for factor, size in sizes.items()})


@of(FOUR, "sweep-picture")
def four_ways_of_checking(cell: Cell) -> None:
    epsilons = np.array([1e-9, 1e-5, 1e-2])
    read = {
        (dtype, two_sided): np.array([1.0, 0.1, 0.5]) * (1 + i) * (2 + two_sided)
        for i, dtype in enumerate(("float64", "float32"))
        for two_sided in (True, False)
    }
    sweep = lambda dtype, two_sided: read[dtype, two_sided]  # noqa: E731
    names = cell.run(sweep=sweep, smooth="float64", smooth32="float32", epsilons=epsilons)
    assert reads(names["ax"]) == ": relative error (log) over ε (log)"
    sides = {True: "two-sided", False: "one-sided"}
    expected = {f"{sides[two]}, {dtype}": (epsilons, y) for (dtype, two), y in read.items()}
    assert_curves(names["ax"], expected)


@of(FOUR, "kink-picture")
def a_line_over_the_corner(cell: Cell) -> None:
    ax = cell.run()["ax"]
    assert reads(ax) == ":  over z"
    relu, line, point = curves(ax).items()
    for _, (z, a) in (relu, line, point):
        assert_allclose(a, np.maximum(z, 0))
    assert (relu[0], relu[1][0, 0], relu[1][0, -1]) == ("ReLU", -2, 2)
    assert_says(point[0], f"z = {point[1][0].item()}")
    (left, right), (low, high) = line[1]
    assert (left + right) / 2 == pytest.approx(point[1][0].item())
    assert left < 0 < right
    assert_says(line[0], f"slope {(high - low) / (right - left)}, not 1")


@of(FIVE, "data-picture")
def two_classes(cell: Cell) -> None:
    ax = cell.run(X=X, Y=Y)["ax"]
    assert reads(ax) == ": $x_2$ over $x_1$"
    assert_curves(ax, {f"class {label}": X[:, Y[0] == label] for label in (0, 1)})


@of(FIVE, "before")
def the_boundary_before(cell: Cell) -> None:
    names = cell.run(X=X, Y=Y)
    assert_boundary(names["ax"], "before training", names["untrained"])


@of(FIVE, "curves")
def loss_and_norms(cell: Cell) -> None:
    history = a_history()
    names = cell.run(history=history)
    loss, norms = panel(names["curves"], "Training loss"), panel(names["curves"], "Gradient norms")
    assert [place(names["curves"], ax) for ax in (loss, norms)] == ["left", "right"]
    assert_allclose(points(loss.lines[0]), [history.epoch, history.loss])
    by_layer = enumerate(history.gradient_norms.T, 1)
    assert_curves(norms, {f"layer {l}": (history.epoch, norm) for l, norm in by_layer})


@of(FIVE, "vanishing")
def norms_of_eight_layers(cell: Cell) -> None:
    names = cell.run(X=X, Y=Y)
    assert reads(names["ax"]) == "Gradient norms before training: norm of [dW db] (log) over layer"
    layers = {f"{name} in the hidden layers": norms for name, norms in names["norms"].items()}
    assert_curves(names["ax"], {name: (range(1, 9), norms) for name, norms in layers.items()})


@of(FIVE, "after")
def before_and_after(cell: Cell) -> None:
    nets = {"before training": network(0), "after training": network(1)}
    untrained, trained = nets.values()
    figure: Figure = cell.run(untrained=untrained, network=trained, X=X, Y=Y)["figure"]
    for title, net in nets.items():
        assert_boundary(panel(figure, title), title, net)
    assert [place(figure, panel(figure, title)) for title in nets] == ["left", "right"]


@of(FIVE, "heatmaps")
def weights_before_and_after(cell: Cell) -> None:
    nets = {"before": network(0), "after": network(1)}
    figure = cell.run(untrained=nets["before"], network=nets["after"])["heatmaps"]
    for name, net in nets.items():
        for l, W in net.W.items():
            (image,) = panel(figure, f"W[{l}] {name}").images
            assert_array_equal(np.asarray(image.get_array()), W)


@of(FIVE, "save")
def pictures_that_are_kept(cell: Cell) -> None:
    kept: dict[str, Any] = {}

    def keep(*given: Any) -> None:
        kept.update(given[-1])

    ours = SimpleNamespace(**(vars(plots) | {"keep_pictures": keep}))
    nets = {"before": network(0), "after": network(1)}
    names = {"untrained": nets["before"], "network": nets["after"], "X": X, "Y": Y}
    cell.run(plots=ours, curves="the curves", heatmaps="the maps", **names)
    assert (kept.pop("training_curves"), kept.pop("weight_heatmaps")) == ("the curves", "the maps")
    assert kept.keys() == {f"decision_boundary_{name}" for name in nets}
    for name, net in nets.items():
        assert_boundary(kept[f"decision_boundary_{name}"].axes[0], f"{name} training", net)
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("\n| before | after ")[1]
    assert re.findall(r"images/(\w+)\.png", table)[:2] == list(kept)


@of(FIVE, "rate-code")
def losses_by_rate(cell: Cell) -> None:
    epochs, asked = np.arange(4), dict[float, Array]()

    def fake(*_: object, learning_rate: float, **__: object) -> Any:
        asked[learning_rate] = (1 + epochs) * learning_rate
        return SimpleNamespace(epoch=epochs, loss=asked[learning_rate])

    untrained = SimpleNamespace(copy=lambda: None)
    ax = cell.run(untrained=untrained, X=X, Y=Y, train=fake)["ax"]
    assert reads(ax) == ": loss (log) over epoch"
    assert_curves(ax, {f"rate {rate}": (epochs, loss) for rate, loss in asked.items()})


@pytest.mark.parametrize(("notebook", "id"), CHECKS)
def test_the_picture_shows_what_it_says(notebook: str, id: str) -> None:
    CHECKS[notebook, id](cells_of(notebook)[id])
