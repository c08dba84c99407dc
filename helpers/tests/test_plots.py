"""What the pictures show: the data on their axes, to the number.

nbval doesn't compare pictures, so a turned or shifted one is noticed here alone.
"""

import base64
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import matplotlib as mpl
import matplotlib.image as mpimg
import numpy as np
import pytest
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from numpy.testing import assert_allclose, assert_array_equal

from helpers import plots
from helpers.activations import ACTIVATIONS, find_activation
from helpers.datasets import two_moons
from helpers.labs.training import TrainingLab
from helpers.network import MLP
from helpers.tests.networks import random_case
from helpers.tests.seen import (
    CIRCLE,
    TRIANGLE,
    assert_one_scale,
    colour_at,
    curves,
    drawn,
    in_legend,
    is_nearer,
    panel,
    points,
    reads,
    value_at,
    without_name,
)
from helpers.training import History, Record, train
from helpers.validation import Array

Z = np.linspace(-4, 4, 401)


@pytest.fixture
def ax() -> Axes:
    _, ax = plots.new_figure(4, 3)
    return ax


def assert_told_apart(ax: Axes) -> None:
    """By colour, and those of four neighbours without it."""
    assert len({line.get_color() for line in ax.lines}) == len(ax.lines)
    assert len({line.get_linestyle() for line in ax.lines[:4]}) == min(4, len(ax.lines))


def a_history() -> History:
    X, Y = two_moons(40)
    network = MLP((2, 5, 3, 4, 3, 1), ("relu", "tanh", "tanh", "tanh", "sigmoid"))
    return train(network, X, Y, epochs=50, learning_rate=0.5, progress=0, record_every=7)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_drawn_with_its_slope(ax: Axes, name: str) -> None:
    activation = find_activation(name)
    plots.plot_activation(ax, activation)
    assert list(curves(ax)) == ["φ(z)", "φ′(z)"]
    assert_told_apart(ax)
    function, slope = curves(ax).values()
    assert_allclose(function, [Z, activation.function(Z)], atol=1e-12)
    at_kink = np.isclose(Z, 0) & (name == "relu")
    assert_array_equal(np.isnan(slope[1]), at_kink)
    assert_allclose(slope[:, ~at_kink], np.array([Z, activation.derivative(Z)])[:, ~at_kink])
    assert reads(ax) == f"{name}:  over z"
    bottom, top = ax.get_ylim()
    inside = [values[(values > bottom) & (values < top)].size for values in (slope[1], function[1])]
    assert min(inside) >= 200, "half of the curve at least lies inside the axes"


def test_points_are_where_they_are_and_marked_by_class(ax: Axes) -> None:
    X = np.array([[1.0, 2.0, 3.0], [40.0, 50.0, 60.0]])
    plots.plot_points(ax, X, [[0, 1, 0]])
    ax.legend()
    assert in_legend(ax) == {"class 0": CIRCLE, "class 1": TRIANGLE}
    assert_array_equal(curves(ax)["class 0"], X[:, [0, 2]])
    assert_array_equal(curves(ax)["class 1"], X[:, [1]])
    assert reads(ax) == ": $x_2$ over $x_1$"
    assert ax.get_aspect() == 1


def slanted(W: list[float], b: float) -> MLP:
    """p = sigmoid(W x + b), whose line p = 0.5 is W x + b = 0."""
    network = MLP((2, 1), ("sigmoid",))
    network.W[1][:], network.b[1][:] = W, b
    return network


def test_the_boundary_lies_where_p_is_one_half(ax: Axes) -> None:
    network, X = slanted([1, -3], 0.4), np.array([[-1.0, 2.0], [0.0, 1.5]])
    plots.plot_boundary(ax, network, X, [[0, 1]])
    (image,) = ax.images
    left, right, bottom, top = image.get_extent()
    assert (left, right, bottom, top) == (-1.5, 2.5, -0.5, 2.0)
    assert (ax.get_xlim(), ax.get_ylim()) == ((left, right), (bottom, top))
    assert image.get_clim() == (0, 1)
    p = np.array(image.get_array())
    rows, columns = p.shape
    for row, column in ((0, 0), (0, columns - 1), (rows - 1, 0), (rows // 3, columns // 4)):
        x1 = left + (right - left) * column / (columns - 1)
        x2 = bottom + (top - bottom) * row / (rows - 1)
        assert p[row, column] == pytest.approx(network.predict([[x1], [x2]])[0, 0])
    assert image.origin == "lower"
    assert reads(ax) == ": $x_2$ over $x_1$"
    assert not any(line.get_visible() for line in ax.get_xgridlines() + ax.get_ygridlines())
    (contour,) = ax.collections
    (path,) = contour.get_paths()
    ends = np.array(path.vertices)
    assert_allclose(ends @ [1, -3] + 0.4, 0, atol=1e-3)
    assert np.ptp(ends[:, 0]) == pytest.approx(4, abs=0.05)
    assert_array_equal(without_name(ax)[TRIANGLE], X[:, [1]])
    assert image.get_zorder() < min(artist.get_zorder() for artist in (contour, *ax.lines))


@pytest.mark.parametrize("sizes", [(1, 1), (3, 1), (2, 2)])
def test_a_boundary_is_drawn_of_two_features_and_one_output(ax: Axes, sizes: list[int]) -> None:
    with pytest.raises(ValueError, match="expected 2 features and 1 output"):
        plots.plot_boundary(ax, MLP(sizes, ("sigmoid",)), [[-1, 2], [0, 1]], [[0, 1]])


@pytest.mark.parametrize("b", [-30, 30])
def test_one_class_everywhere_has_no_boundary(ax: Axes, b: float) -> None:
    plots.plot_boundary(ax, slanted([1, -3], b), [[-1, 2], [0, 1]], [[0, 1]])
    assert not ax.collections
    assert len(ax.images) == 1


def test_the_two_classes_have_the_colours_of_their_points(ax: Axes) -> None:
    plots.plot_boundary(ax, slanted([9, -27], 4), [[-1, 2], [2, -1]], [[0, 1]])
    for like, x in without_name(ax).items():
        other = CIRCLE if like == TRIANGLE else TRIANGLE
        assert is_nearer(colour_at(ax.images[0], *x[:, 0]), like.colour, other.colour)
    assert to_hex(plots.CLASS_MAP(0.5)) == "#ffffff"


@pytest.mark.parametrize("losses", [[0, 0], [1e-300, 1e300], [1.7e308, np.inf]])
def test_what_has_no_log_and_what_ends_the_range_is_drawn_without_a_warning(
    losses: list[float],
) -> None:
    history = History(tuple(Record(i, loss, 1, (loss,)) for i, loss in enumerate(losses)))
    sweep = np.logspace(-9, -8, len(losses)), {"a": losses}
    draw: list[Callable[[Axes], None]] = [
        lambda ax: plots.plot_loss(ax, history),
        lambda ax: plots.plot_gradient_norms(ax, history),
        lambda ax: plots.plot_epsilon_sweep(ax, *sweep),
    ]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # an old Matplotlib calls its parser by names that a new one has given up
        warnings.simplefilter("ignore", DeprecationWarning)
        for function in draw:
            figure, ax = plots.new_figure(3, 2)
            function(ax)
            figure.draw_without_rendering()
            assert ax.get_yscale() == ("log" if any(losses) else "linear")


@pytest.mark.parametrize("size", [1e17, 1e300])
def test_points_of_any_size_are_drawn_and_beyond_it_refused(size: float) -> None:
    X = size * np.array([[-1, 1, 1], [1, 1, -1.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        # an old Matplotlib calls its parser by names that a new one has given up
        warnings.simplefilter("ignore", DeprecationWarning)
        for points in (X, X[:, 1:2], X * 1.7e8):
            figure, ax = plots.new_figure(3, 2)
            if np.abs(points).max() > 1e300:
                with pytest.raises(
                    ValueError, match=r"^the largest number of X is 1.7.*e\+308; expected"
                ):
                    plots.plot_boundary(ax, slanted([1, -3], 0), points, [[0, 1, 1]])
                continue
            plots.plot_boundary(ax, slanted([1, -3], 0), points, [[0, 1, 1][: points.shape[1]]])
            figure.draw_without_rendering()


def test_the_loss_is_drawn_on_a_log_axis(ax: Axes) -> None:
    history = a_history()
    plots.plot_loss(ax, history)
    (line,) = drawn(ax)
    assert_array_equal(points(line), [history.epoch, history.loss])
    assert reads(ax) == "Training loss: loss (log) over epoch"


def test_every_layer_has_its_line_of_gradient_norms(ax: Axes) -> None:
    history = a_history()
    plots.plot_gradient_norms(ax, history)
    assert list(curves(ax)) == [f"layer {l}" for l in range(1, 6)]
    for l in range(1, 6):
        expected = [history.epoch, history.gradient_norms[:, l - 1]]
        assert_array_equal(curves(ax)[f"layer {l}"], expected)
    assert reads(ax) == "Gradient norms: norm of [dW db] (log) over epoch"
    assert_told_apart(ax)


@pytest.mark.parametrize("larger", [0, 1], ids=["before", "after"])
def test_heat_maps_show_every_matrix_before_and_after(larger: int) -> None:
    sizes, names = (3, 2, 9), ("tanh", "linear")
    before, after = (random_case(sizes, names, 1, seed).network for seed in (0, 1))
    (before, after)[larger].theta[:] *= 3
    figure = Figure()
    plots.plot_weight_heatmaps(figure, before, after)
    maps = {reads(ax): ax for ax in figure.axes if ax.images}
    for name, network in (("before", before), ("after", after)):
        for l, W in network.W.items():
            layers = f"unit of layer {l} (turned) over unit of layer {l - 1}"
            ax = maps.pop(f"W[{l}] {name}: {layers}")
            for (i, j), weight in np.ndenumerate(W):  # row 0 is at the top, as in the matrix
                assert value_at(ax.images[0], j, i) == weight
            assert not any(line.get_visible() for line in ax.get_xgridlines())
            assert all(tick == round(tick) for axis in (ax.xaxis, ax.yaxis) for tick in ticks(axis))
    assert not maps
    weights = np.concatenate([W.ravel() for net in (before, after) for W in net.W.values()])
    assert_one_scale(
        [image for ax in figure.axes for image in ax.images], float(abs(weights).max()), "weight"
    )
    figure.draw_without_rendering()
    top, bottom = (panel(figure, f"W[1] {name}").get_position().y0 for name in ("before", "after"))
    assert top > bottom, "before stands above after"


def ticks(axis: Axis) -> list[float]:
    low, high = sorted(axis.get_view_interval())
    inside = [float(tick) for tick in axis.get_majorticklocs() if low < tick < high]
    assert inside
    return inside


def test_a_network_of_one_layer_has_two_heat_maps() -> None:
    network, figure = MLP((3, 1), ("sigmoid",)), Figure()
    plots.plot_weight_heatmaps(figure, network, network)
    assert [ax.get_title() for ax in figure.axes if ax.images] == ["W[1] before", "W[1] after"]


def test_a_sweep_is_a_marked_line_a_way_of_checking(ax: Axes) -> None:
    epsilons = np.array([1e-8, 1e-5, 1e-2])
    errors = {f"way {i}": [i + 3.0, i + 2.0, i + 1.0] for i in range(5)}
    plots.plot_epsilon_sweep(ax, epsilons, errors)
    assert list(curves(ax)) == list(errors)
    for name, curve in curves(ax).items():
        assert_array_equal(curve, np.array([epsilons, errors[name]]))
    assert reads(ax) == ": relative error (log) over ε (log)"
    assert_told_apart(ax)
    assert len({line.get_marker() for line in ax.lines[:4]}) == 4


@pytest.mark.parametrize("shape", [(), (3, 1)])
def test_a_sweep_over_anything_but_a_row_is_refused(ax: Axes, shape: tuple[int, ...]) -> None:
    values = np.ones(shape)
    with pytest.raises(ValueError, match=r"expected \(k, n\), with epsilons \(n,\)"):
        plots.plot_epsilon_sweep(ax, values, {"one": values})  # type: ignore[dict-item]
    assert not ax.lines


def test_every_unit_weight_and_size_of_a_network_is_drawn(ax: Axes) -> None:
    plots.draw_network(ax, (2, 11, 8, 1))
    circles = [np.array(layer.get_offsets()) for layer in ax.collections]
    assert [len(layer) for layer in circles] == [2, 8, 8, 1]
    for l, (layer, drawing) in enumerate(zip(circles, ax.collections, strict=True)):
        assert_array_equal(layer[:, 0], l)
        assert (
            to_hex(np.array(drawing.get_facecolor())[0])
            == (plots.ORANGE if l else plots.BLUE).lower()
        )
        assert_allclose(layer[:, 1].mean(), 0, atol=1e-12)
    units = {tuple(unit) for layer in circles for unit in layer}
    weights = {tuple(map(tuple, np.array(line.get_data()).T)) for line in ax.lines}
    assert len(weights) == len(ax.lines) == 2 * 8 + 8 * 8 + 8 * 1
    assert all(set(ends) <= units and ends[1][0] - ends[0][0] == 1 for ends in weights)
    names = ["input\n2 units", "layer 1\n11 units", "layer 2\n8 units", "layer 3\n1 unit"]
    texts = {text.get_position()[0]: text.get_text() for text in ax.texts if text.get_text() != "⋮"}
    assert texts == dict(enumerate(names))
    (dots,) = [text for text in ax.texts if text.get_text() == "⋮"]
    assert dots.get_position() == (1, 0)
    (low, high), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert low < 0
    assert high > 3
    below = [text.get_position()[1] for text in ax.texts if text is not dots]
    assert bottom < max(below) < min(height for _, height in units)
    assert top > max(height for _, height in units)
    assert len(set(below)) == 1


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 2000])
def test_units_stand_apart_and_symmetric(n: int) -> None:
    heights = plots.unit_heights(n)
    assert heights.shape == (min(n, 8),)
    assert_array_equal(heights, -heights[::-1])
    gaps = np.diff(heights)
    assert_array_equal(gaps, [1, 1, 1, 2, 1, 1, 1] if n > 8 else np.ones(n - 1))


def image_in(html: str) -> Array:
    data = re.search('src="data:image/(png|jpeg);base64,([^"]*)"', html)
    assert data is not None
    image = mpimg.imread(BytesIO(base64.b64decode(data[2])), format=data[1])
    return np.asarray(image / (255 if image.dtype == np.uint8 else 1))


def test_a_picture_is_shown_sharp_with_its_sentence() -> None:
    figure, _ = plots.new_figure(5, 2)
    html = plots.Picture(figure, 'The "loss" < 1 & falls.')._repr_html_()
    assert 'alt="The &quot;loss&quot; &lt; 1 &amp; falls."' in html
    assert 'width="480"' in html
    assert image_in(html).shape[:2] == (384, 960)
    assert repr(plots.Picture(figure, "A sentence.")) == "A sentence."


def test_pictures_are_kept_by_name_and_of_twice_the_screens_resolution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plots, "COURSE", tmp_path)
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "draw.py").touch()
    figures = {name: plots.new_figure(width, 2)[0] for name, width in (("one", 4), ("two", 5))}
    plots.keep_pictures(figures)
    pictures = (tmp_path / "images").glob("*.png")
    shapes = {path.name: mpimg.imread(path).shape[:2] for path in pictures}
    assert shapes == {"one.png": (384, 768), "two.png": (384, 960)}


def test_a_figure_has_its_axes_and_the_style_of_the_course() -> None:
    figure, axes = plots.new_figure(6, 4, columns=3, rows=2)
    assert axes.shape == (2, 3)
    assert tuple(figure.get_size_inches()) == (6, 4)
    assert to_hex(figure.get_facecolor()) == "#ffffff"
    assert not axes[0, 0].spines["top"].get_visible()
    assert to_hex(axes[0, 0].plot([1, 2])[0].get_color()) == plots.BLUE.lower()
    for columns, rows in ((0, 1), (1, 0)):
        assert plots.new_figure(6, 4, columns, rows)[1] is None


def pictures() -> Iterator[Array]:
    """One of every kind: of `plots`, of a lesson's cell, and of a lab."""
    X, Y = two_moons(20)
    network = MLP((2, 3, 1), ("relu", "sigmoid"))
    draw: list[Callable[[Any], object]] = [
        lambda ax: plots.plot_activation(ax, find_activation("relu")),
        lambda ax: plots.plot_boundary(ax, network, X, Y),
        lambda ax: plots.plot_weight_heatmaps(ax.figure, network, network),
        lambda ax: plots.plot_epsilon_sweep(ax, np.logspace(-3, -1, 3), {"a": [1, 2, 3]}),
        lambda ax: [ax.plot([-1, 2]), ax.semilogy([1, 9], "o", label="$x_1$"), ax.legend()],
        lambda ax: [ax.text(0, 0, "moons"), ax.set(xlabel="z"), ax.set_title("φ")],
    ]
    for function in draw:
        figure, ax = plots.new_figure(3, 2)
        function(ax)
        yield image_in(plots.Picture(figure, "A picture.")._repr_html_())
    yield image_in(TrainingLab(epochs=0).picture())


def another(value: Any) -> list[Any]:
    """What a learner may have in its place; not all of it can be."""
    if isinstance(value, bool):
        return [not value]
    numbers = [2 * value + 1, value / 2] if isinstance(value, float | int) else []
    return [*numbers, "red", "large", "bold", "serif", "cm", "tight", "upper", 30, (1, 50, 2)]


def test_a_picture_looks_the_same_whatever_settings_the_learner_has() -> None:
    expected, changed = list(pictures()), set()
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore", mpl.MatplotlibDeprecationWarning)
        for key, value in plots.SETTINGS.items():
            for other in another(value):
                with suppress(Exception):  # of many kinds, from its own checks
                    mpl.rcParams[key] = other
                    changed.add(key)
                    break
        mpl.rcParams["axes.prop_cycle"] = cycler(color=["red"], linewidth=[9])
        theirs = dict(mpl.rcParams.copy())
        assert {"text.usetex", "savefig.dpi", "savefig.bbox", "font.size", "path.sketch"} <= changed
        found = list(pictures())
        assert dict(mpl.rcParams.copy()) == theirs
    for ours, other in zip(expected, found, strict=True):
        assert ours.shape == other.shape
        # alignment in memory moves the last bits of a boundary
        assert np.mean(np.abs(ours - other) > 0.1) < 1e-4


def test_drawing_changes_no_style_but_the_pictures() -> None:
    before = dict(mpl.rcParams)
    _, ax = plots.new_figure(4, 3)
    plots.plot_activation(ax, find_activation("tanh"))
    assert dict(mpl.rcParams) == before
