"""The pictures that the lessons' own cells draw: each cell is run on arrays of the test's own."""

import re
from collections.abc import Callable
from itertools import product
from types import SimpleNamespace
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image

from helpers import plots
from helpers.activations import ACTIVATIONS
from helpers.tests.independent import PHI
from helpers.tests.networks import random_case
from helpers.tests.notebooks.formulas.cells import Cell, cells_of
from helpers.tests.notebooks.formulas.numbers import what_is_left
from helpers.tests.notebooks.test_notebooks import NAMES
from helpers.tests.refresh_notebooks import ROOT
from helpers.tests.seen import (
    assert_curves,
    assert_plane,
    assert_says,
    curves,
    panel,
    place,
    points,
    reads,
)
from helpers.texts import lessons_with, read
from helpers.training import train
from helpers.validation import Array

ONE, TWO, _, FOUR, FIVE, SIX = NAMES
CHECKS: dict[tuple[str, str], Callable[[Cell], None]] = {}
X = np.array([[-1.0, 0.5, 2.0, 1.0], [0.3, 1.5, -0.5, 0.2]])
Y = np.array([[0.0, 1.0, 1.0, 0.0]])
UNTRAINED, TRAINED = (
    random_case((2, 5, 3, 1), ("relu", "tanh", "sigmoid"), 1, seed).network for seed in (0, 1)
)
NETS = {"untrained": UNTRAINED, "network": TRAINED}
SIDES = {True: "two-sided", False: "one-sided"}


def of(notebook: str, id: str) -> Callable[[Callable[[Cell], None]], Callable[[Cell], None]]:
    """Enter a check under the cell whose picture it reads."""

    def enter(check: Callable[[Cell], None]) -> Callable[[Cell], None]:
        CHECKS[notebook, id] = check
        return check

    return enter


def cells_with(pattern: str) -> list[tuple[str, str, str]]:
    """Return what a pattern finds in code, after the notebook's name and the cell's."""
    return [
        (notebook, id, found)
        for notebook in NAMES
        for id, cell in cells_of(notebook).items()
        for found in re.findall(pattern, cell.source)
    ]


def test_every_cell_that_draws_has_a_check() -> None:
    drawing = cells_with(r"new_figure|plots\.picture")
    assert {(notebook, id) for notebook, id, _ in drawing} == CHECKS.keys()


def test_every_sentence_is_that_of_one_picture_in_its_lesson() -> None:
    lessons = lessons_with("pictures.toml")
    written = [(lesson, name) for lesson in lessons for name in read(f"{lesson}/pictures")]
    pictures = cells_with(r'plots\.picture\(\w+, "(.*)"\)')
    shown = [(f"lesson_{int(notebook[:2])}", name) for notebook, _, name in pictures]
    assert sorted(shown) == sorted(written)
    assert len({name for _, name in written}) == len(written), "two lessons use one name"


@of(ONE, "pictures")
def four_activations(cell: Cell) -> None:
    for ax, activation in zip(cell.run()["axes"], ACTIVATIONS.values(), strict=True):
        z, a = curves(ax)["φ(z)"]
        assert_allclose(a, activation.function(z))
        assert reads(ax) == f"{activation.name}:  over z"


@of(ONE, "depth-picture")
def what_layers_leave(cell: Cell) -> None:
    said = ": what is left of 1 (log) over layers passed on the way back"
    left = {name: (range(11), left) for name, left in what_is_left().items()}
    assert_curves(cell.run(layers=np.arange(11))["ax"], said, left)


@of(TWO, "draw-network")
def the_network(cell: Cell) -> None:
    texts = [text.get_text() for text in cell.run(network=UNTRAINED)["ax"].texts]
    assert texts == ["input\n2 units", "layer 1\n5 units", "layer 2\n3 units", "layer 3\n1 unit"]


@of(TWO, "relu-half-picture")
def what_relu_cuts_off(cell: Cell) -> None:
    z = np.random.default_rng(7).normal(size=(20, 30))
    given = {"z, before ReLU": z, "a, after ReLU": np.where(z > 0, z, 0)}
    figure = cell.run(z=z, a=given["a, after ReLU"])["figure"]
    for side, (title, numbers) in zip(("left", "right"), given.items(), strict=True):
        ax = panel(figure, title)
        assert place(figure, ax) == side and reads(ax) == f"{title}: how many over "
        bars: list[Any] = [*ax.patches]
        for bar in bars:
            low, high = bar.get_x(), bar.get_x() + bar.get_width()
            assert bar.get_height() == np.sum((low <= numbers) & (numbers < high))
        assert sum(bar.get_height() for bar in bars) == z.size
        assert (ax.get_ylim(), ax.get_xlim()) == (
            figure.axes[0].get_ylim(),
            figure.axes[0].get_xlim(),
        )


@of(TWO, "he-picture")
def sizes_of_activations(cell: Cell) -> None:
    layers = np.arange(11)
    sizes = {0.5: 0.5**layers, 1: 1 + layers / 100, 2: 2.0**layers}
    expected = {f"{factor} × He": (layers, size) for factor, size in sizes.items()}
    said = ": size of the activations (log) over layer"
    assert_curves(cell.run(sizes=sizes)["ax"], said, expected)


@of(FOUR, "sweep-picture")
def four_ways_of_checking(cell: Cell) -> None:
    epsilons = np.array([1e-9, 1e-5, 1e-2])
    checked = {name: epsilons * (1 + i) for i, name in enumerate(product(SIDES, ("64", "32")))}
    given = {"sweep": lambda bits, two: checked[two, bits], "smooth": "64", "smooth32": "32"}
    ax = cell.run(epsilons=epsilons, **given)["ax"]
    expected = {f"{SIDES[two]}, float{n}": (epsilons, y) for (two, n), y in checked.items()}
    assert_curves(ax, ": relative error (log) over ε (log)", expected)


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
    expected = {f"class {label}": X[:, Y[0] == label] for label in (0, 1)}
    assert_curves(cell.run(X=X, Y=Y)["ax"], ": $x_2$ over $x_1$", expected)


@of(FIVE, "before")
def the_boundary_before(cell: Cell) -> None:
    names = cell.run(X=X, Y=Y)
    assert_plane(names["ax"], "before training", X, Y, names["untrained"])


@of(FIVE, "curves")
def loss_and_norms(cell: Cell) -> None:
    history = train(
        UNTRAINED.copy(), X, Y, epochs=20, learning_rate=0.5, record_every=4, progress=0
    )
    figure = cell.run(history=history)["curves"]
    loss, norms = panel(figure, "Training loss"), panel(figure, "Gradient norms")
    assert [place(figure, ax) for ax in (loss, norms)] == ["left", "right"]
    assert_allclose(points(loss.lines[0]), [history.epoch, history.loss])
    expected = {f"layer {l + 1}": (history.epoch, history.gradient_norms[:, l]) for l in range(3)}
    assert_curves(norms, "Gradient norms: norm of [dW db] (log) over epoch", expected)


@of(FIVE, "vanishing")
def norms_of_eight_layers(cell: Cell) -> None:
    names = cell.run(X=X, Y=Y)
    said = "Gradient norms before training: norm of [dW db] (log) over layer"
    layers = {f"{name} in the hidden layers": norms for name, norms in names["norms"].items()}
    assert_curves(names["ax"], said, {name: (range(1, 9), y) for name, y in layers.items()})


@of(FIVE, "stages")
def the_boundary_at_four_stages(cell: Cell) -> None:
    for ax, epochs in zip(cell.run(**NETS, X=X, Y=Y)["axes"], (50, 200, 500, 1000), strict=True):
        net = UNTRAINED.copy()
        train(net, X, Y, epochs=epochs, learning_rate=0.5, progress=0)
        assert_plane(ax, f"after {epochs:,} epochs", X, Y, net)


@of(FIVE, "heatmaps")
def weights_before_and_after(cell: Cell) -> None:
    figure = cell.run(**NETS)["heatmaps"]
    for name, net in zip(("before", "after"), NETS.values(), strict=True):
        for l, W in net.W.items():
            (image,) = panel(figure, f"W[{l}] {name}").images
            assert_array_equal(np.asarray(image.get_array()), W)


@of(FIVE, "save")
def pictures_that_are_kept(cell: Cell) -> None:
    kept: dict[str, Any] = {}
    ours = SimpleNamespace(**(vars(plots) | {"keep_pictures": kept.update}))
    cell.run(plots=ours, curves="the curves", heatmaps="the maps", **NETS, X=X, Y=Y)
    assert (kept.pop("training_curves"), kept.pop("weight_heatmaps")) == ("the curves", "the maps")
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("\n| before | after ")[1]
    assert re.findall(r"images/(\w+)\.png", table)[:2] == list(kept)
    for name, net in zip(("before", "after"), NETS.values(), strict=True):
        (ax,) = kept[f"decision_boundary_{name}"].axes
        assert_plane(ax, f"{name} training", X, Y, net)


def test_readme_shows_a_lab_that_moves() -> None:
    (name,) = re.findall(r"images/[\w-]+\.webp", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert (ROOT / name).stat().st_size <= 1_000_000
    with Image.open(ROOT / name) as image:
        assert getattr(image, "n_frames", 1) > 10


@of(FIVE, "valley")
def steps_along_a_slice(cell: Cell) -> None:
    def along(place: float) -> tuple[float, float]:
        return 2 + np.cos(place), -np.sin(place) / 9

    def loss(place: Array) -> Array:
        return 2 + np.cos(place)

    for ax, rate in zip(cell.run(along=along)["axes"], (1, 5, 200), strict=True):
        assert reads(ax) == f"rate {rate}: loss over distance"
        (x, y), (path, losses) = (points(line) for line in ax.lines)
        assert_allclose(y, loss(x))
        assert_allclose(losses, loss(path))
        assert path[0] == 0
        assert_allclose(np.diff(path), rate * np.sin(path[:-1]) / 9, atol=1e-12)
        assert len(path) == 9


@of(SIX, "two-deltas")
def two_deltas(cell: Cell) -> None:
    z, sigmoid = np.linspace(-8, 8, 161), PHI["sigmoid"]
    losses = {"squared error": lambda z: (sigmoid(z) - 1) ** 2 / 2}
    losses["cross-entropy"] = lambda z: -anp.log(sigmoid(z))
    expected = {name: (z, elementwise_grad(loss)(z)) for name, loss in losses.items()}
    assert_curves(cell.run()["ax"], "δ of a sigmoid that should be 1: δ over z", expected)


IMAGES = np.arange(64 * 40).reshape(64, 40) / 2560


def assert_images(figure: Any, expected: Any, titles: Any = ()) -> None:
    """The figure has these pictures, in this order, with these words above."""
    shown = [ax for ax in figure.axes if ax.images]
    pixels = [np.asarray(ax.images[0].get_array()).ravel() for ax in shown]
    assert_array_equal(np.transpose(pixels), expected)
    assert [ax.get_title() for ax in shown] == list(titles or [""] * len(shown))


@of(SIX, "data-picture")
def the_first_digits(cell: Cell) -> None:
    assert_images(cell.run(X=IMAGES)["figure"], IMAGES[:, :20])


@of(SIX, "wrong-picture")
def digits_that_are_wrong(cell: Cell) -> None:
    said, written = np.array([3, 1, 0, 4]), np.array([3, 2, 0, 5])
    A = np.full((10, 4), 0.05)
    A[1, 1], A[4, 3] = 0.55, 0.9
    names = {"said": said, "written": written, "A_test": A, "X_test": IMAGES[:, :4]}
    titles = ["2, says 1 (55%)", "5, says 4 (90%)"]
    assert_images(cell.run(**names)["figure"], IMAGES[:, [1, 3]], titles)


@of(SIX, "weights-picture")
def weights_of_the_first_layer(cell: Cell) -> None:
    W = IMAGES[:, :32].T - 0.4
    figure = cell.run(network=SimpleNamespace(W={1: W}))["figure"]
    assert_images(figure, W.T)
    assert {ax.images[0].get_clim() for ax in figure.axes} == {(-W.max(), W.max())}


@of(SIX, "by-heart-picture")
def two_losses(cell: Cell) -> None:
    learned, fresh = np.array([0.5, 0.3, 0.2, 0.1]), np.array([0.5, 0.4, 0.3, 0.35])
    names = "the 200 that it learns from", "fresh digits", "fresh loss lowest"
    given = [([1, 2, 3, 4], learned), ([1, 2, 3, 4], fresh), ([3, 3], [0, 1])]
    ax = cell.run(learned=learned, fresh=fresh)["ax"]
    assert_curves(ax, ": loss over epoch", dict(zip(names, given, strict=True)))


@pytest.mark.parametrize(("notebook", "id"), CHECKS)
def test_the_picture_shows_what_it_says(notebook: str, id: str) -> None:
    CHECKS[notebook, id](cells_of(notebook)[id])
