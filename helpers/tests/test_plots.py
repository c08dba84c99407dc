"""What the pictures show: the data on their axes, to the number.

nbval doesn't compare pictures, so a turned or shifted one is noticed here alone.
"""

import base64
import re
import shutil
import warnings
from collections.abc import Iterator
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

from helpers import plots, style, texts
from helpers.activations import ACTIVATIONS, find_activation
from helpers.labs.training import TrainingLab
from helpers.network import MLP
from helpers.tests import seen
from helpers.tests.networks import random_case
from helpers.training import History, Record
from helpers.validation import Array

Z = np.linspace(-4, 4, 401)
X, Y = np.array([[-1.0, 2.0, 0.5], [0.0, 1.5, -0.4]]), np.array([[0, 1, 0]])


def without_warnings(test: Any) -> Any:
    # an old Matplotlib calls its parser by names that a new one has given up
    return pytest.mark.filterwarnings("error", "ignore::DeprecationWarning")(test)


@pytest.fixture
def ax() -> Axes:
    _, ax = plots.new_figure(4, 3)
    return ax


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_is_drawn_with_its_slope(ax: Axes, name: str) -> None:
    activation = find_activation(name)
    plots.plot_activation(ax, activation)
    kink = np.nan if activation.kink is None else activation.kink
    value, slope = activation.function(Z), activation.derivative(Z)
    slope[np.isclose(Z, kink)] = np.nan
    seen.assert_curves(ax, f"{name}:  over z", {"φ(z)": (Z, value), "φ′(z)": (Z, slope)})
    bottom, top = ax.get_ylim()
    inside = [np.sum((bottom < values) & (values < top)) for values in (value, slope)]
    assert min(inside) >= 200, "half of the curve at least lies inside the axes"


def slanted(W: list[float], b: float) -> MLP:
    """p = sigmoid(W x + b), whose line p = 0.5 is W x + b = 0."""
    network = MLP((2, 1), ("sigmoid",))
    network.W[1][:], network.b[1][:] = W, b
    return network


def test_the_boundary_lies_where_p_is_one_half(ax: Axes) -> None:
    plots.plot_boundary(ax, slanted([1, -3], 0.4), X, Y)
    seen.assert_plane(ax, "", X, Y, slanted([1, -3], 0.4))
    assert (ax.get_xlim(), ax.get_ylim()) == ((-1.5, 2.5), (-0.9, 2.0)), "half a unit around"
    assert not any(line.get_visible() for line in ax.get_xgridlines() + ax.get_ygridlines())
    (image,), (contour,) = ax.images, ax.collections
    ends = np.array(contour.get_paths()[0].vertices)
    assert_allclose(ends @ [1, -3] + 0.4, 0, atol=1e-3)
    assert np.ptp(ends[:, 0]) == pytest.approx(4, abs=0.05), "from side to side"
    assert to_hex(style.CLASS_MAP(0.5)) == "#ffffff"
    assert image.get_zorder() < min(artist.get_zorder() for artist in (contour, *ax.lines))


@without_warnings
def test_what_has_no_log_and_what_ends_the_range_is_drawn() -> None:
    def history(*losses: float) -> History:
        return History(tuple(Record(i, loss, 1, (loss,) * 5) for i, loss in enumerate(losses)))

    figure, axes = plots.new_figure(9, 2, columns=3)
    plots.plot_loss(axes[0], history(0, 0))
    plots.plot_gradient_norms(axes[1], history(1.7e308, np.inf))
    plots.plot_epsilon_sweep(axes[2], np.logspace(-9, -8, 2), {"a": [1e-300, 1e300]})
    figure.draw_without_rendering()
    assert [ax.get_yscale() for ax in axes] == ["linear", "log", "log"]


@without_warnings
def test_points_of_any_size_are_drawn_and_beyond_it_refused() -> None:
    far = 1e17 * X, 1e300 * X / 2, 1e17 * X[:, :1], X, X
    for some, b in zip(far, (0, 0, 0, 30, -30), strict=True):  # the last two are of one class
        figure, ax = plots.new_figure(3, 2)
        plots.plot_boundary(ax, slanted([1, -3], b), some, Y[:, : some.shape[1]])
        assert b == 0 or [line.get_segments() for line in ax.collections] == [[]]
        figure.draw_without_rendering()
    with pytest.raises(ValueError, match=r"^the largest number of X is 1.6e\+308; expected"):
        plots.plot_points(ax, 8e307 * X, Y)


@pytest.mark.parametrize(("sizes", "larger"), [((3, 2, 9), "before"), ((3, 1), "after")])
def test_heat_maps_show_every_matrix_before_and_after(sizes: list[int], larger: str) -> None:
    phi, seeds = ("tanh", "linear")[: len(sizes) - 1], {"before": 0, "after": 1}
    nets = {name: random_case(sizes, phi, 1, seed).network for name, seed in seeds.items()}
    nets[larger].theta[:] *= 3
    figure = Figure()
    plots.plot_weight_heatmaps(figure, **nets)
    figure.draw_without_rendering()
    layers = range(1, len(sizes))
    shown = {name: [seen.panel(figure, f"W[{l}] {name}") for l in layers] for name in nets}
    for name, l, W in [(name, l, W) for name, net in nets.items() for l, W in net.W.items()]:
        ax = shown[name][l - 1]
        below = f"unit of layer {l - 1}" if l > 1 else "feature"
        assert seen.reads(ax).endswith(f": unit of layer {l} (turned) over {below}")
        for (i, j), weight in np.ndenumerate(W):  # row 0 is at the top, as in the matrix
            assert seen.value_at(ax.images[0], j, i) == weight
        assert not any(line.get_visible() for line in ax.get_xgridlines())
        assert all(tick == round(tick) for axis in (ax.xaxis, ax.yaxis) for tick in ticks(axis))
    images = [image for ax in figure.axes for image in ax.images]
    assert len(images) == 2 * len(phi)
    most = max(abs(W).max() for net in nets.values() for W in net.W.values())
    seen.assert_one_scale(images, float(most), "weight")
    heights = [row[0].get_position().y0 for row in shown.values()]
    assert heights[0] > heights[1], "before stands above after"


@pytest.mark.parametrize("signed", [False, True])
def test_images_stand_in_their_order_and_are_drawn_on_one_scale(signed: bool) -> None:
    X = np.random.default_rng(0).permutation(45).reshape(9, 5) / 44 - 0.6 * signed
    figure = Figure()
    plots.plot_images(figure, X, columns=3, titles="abcde", signed=signed)
    figure.draw_without_rendering()
    shown = [seen.panel(figure, title) for title in "abcde"]
    places = [ax.get_position() for ax in shown]
    assert places[0].y0 == places[2].y0 > places[3].y0 and places[0].x0 < places[1].x0
    assert sum(bool(ax.images) for ax in figure.axes) == 5 and not any(ax.axison for ax in shown)
    for ax, pixels in zip(shown, X.T, strict=True):
        for (i, j), ink in np.ndenumerate(pixels.reshape(3, 3)):  # row by row from the top
            assert seen.value_at(ax.images[0], j, i) == ink
            colour = seen.colour_at(ax.images[0], j, i)
            if signed:
                is_violet = seen.is_nearer(colour, seen.VIOLET, style.ORANGE)
                assert is_violet == (ink > 0) or abs(ink) < 0.2
            else:
                assert_allclose(colour.mean(), 1 - ink, atol=0.2)
    scales = {ax.images[0].get_clim() for ax in shown}
    assert scales == {(-np.abs(X).max(), np.abs(X).max()) if signed else (0, 1)}


def ticks(axis: Axis) -> list[float]:
    low, high = sorted(axis.get_view_interval())
    inside = [float(tick) for tick in axis.get_majorticklocs() if low < tick < high]
    assert inside
    return inside


def test_every_unit_weight_and_size_of_a_network_is_drawn(ax: Axes) -> None:
    plots.draw_network(ax, (2, 11, 8, 1))
    layers = [np.array(layer.get_offsets()) for layer in ax.collections]
    for l, (n, units) in enumerate(zip((2, 8, 8, 1), layers, strict=True)):
        assert_array_equal(units[:, 0], [l] * n)
        assert_array_equal(units[:, 1], plots.unit_heights(11 if l == 1 else n))
        colour = to_hex(np.array(ax.collections[l].get_facecolor())[0])
        assert colour == (style.ORANGE if l else style.BLUE).lower()
    pairs = [(a, b) for l in range(3) for a in layers[l] for b in layers[l + 1]]
    lines = [seen.points(line).T for line in ax.lines]
    assert_array_equal(np.sort(lines, axis=0), np.sort(pairs, axis=0))
    texts = {text.get_text(): text.get_position() for text in ax.texts}
    assert texts.pop("⋮") == (1, 0)
    names = ["input\n2 units", "layer 1\n11 units", "layer 2\n8 units", "layer 3\n1 unit"]
    assert {x: name for name, (x, _) in texts.items()} == dict(enumerate(names))
    (below,) = {y for _, y in texts.values()}
    heights = np.concatenate(layers)[:, 1]
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    assert left < 0 and right > 3 and top > heights.max()
    assert bottom < below < heights.min()


@pytest.mark.parametrize("n", [1, 2, 7, 8, 9, 2000])
def test_units_stand_apart_and_symmetric(n: int) -> None:
    heights = plots.unit_heights(n)
    assert_array_equal(heights, -heights[::-1])
    assert_array_equal(np.diff(heights), [1, 1, 1, 2, 1, 1, 1] if n > 8 else np.ones(n - 1))


def image_in(html: str) -> Array:
    data = re.search('src="data:image/(png|jpeg);base64,([^"]*)"', html)
    assert data is not None
    image = mpimg.imread(BytesIO(base64.b64decode(data[2])), format=data[1])
    return np.asarray(image / (255 if image.dtype == np.uint8 else 1))


def test_a_picture_is_shown_sharp_with_its_sentence() -> None:
    figure, _ = plots.new_figure(5, 2, rows=0)
    canvas, dpi = figure.canvas, figure.dpi
    html = plots.Picture(figure, 'The "loss" < 1 & falls.')._repr_html_()
    assert 'alt="The &quot;loss&quot; &lt; 1 &amp; falls."' in html
    assert 'width="480"' in html
    assert image_in(html).shape[:2] == (384, 960)
    assert (figure.canvas, figure.dpi) == (canvas, dpi)


def test_a_sentence_has_its_name_and_others_are_refused(tmp_path: Path, monkeypatch: Any) -> None:
    shutil.copytree(texts.LESSONS / "common", tmp_path / "common")
    monkeypatch.setattr(texts, "LESSONS", tmp_path)
    files = [tmp_path / f"lesson_{number}" / "pictures.toml" for number in (7, 8)]
    for file in files:
        file.parent.mkdir()
    files[0].write_text('curve = "It falls."\n', "utf-8")
    monkeypatch.setattr(plots, "sentences", plots.sentences.__wrapped__)
    assert plots.picture(Figure(), "curve").alt == "It falls."
    with pytest.raises(ValueError, match=r"^picture 'curves' is unknown; .*\nDid you mean 'curve'"):
        plots.picture(Figure(), "curves")
    files[1].write_text("[curve]\n", "utf-8")
    with pytest.raises(TypeError, match=r"^curve in helpers/lessons/lesson_8/pictures\.toml is"):
        plots.picture(Figure(), "curve")


def test_few_colours_are_near_those_that_there_were() -> None:
    figure, ax = plots.new_figure(3, 2)
    ax.imshow(np.linspace(-1, 1, 400)[None], "PuOr", aspect="auto")
    whole = plots._png_of(figure)
    few = plots.few_colours(whole)
    before, after = (mpimg.imread(BytesIO(png))[..., :3] for png in (whole, few))
    assert np.abs(before - after).max() < 0.05
    assert len(np.unique(after.reshape(-1, 3), axis=0)) <= 128


def test_a_figure_has_its_axes_and_the_style_of_the_course() -> None:
    figure, axes = plots.new_figure(6, 4, columns=3, rows=2)
    assert axes.shape == (2, 3)
    assert tuple(figure.get_size_inches()) == (6, 4)
    assert to_hex(figure.get_facecolor()) == "#ffffff"
    assert not axes[0, 0].spines["top"].get_visible()
    assert to_hex(axes[0, 0].plot([1, 2])[0].get_color()) == style.BLUE.lower()
    assert plots.new_figure(6, 4, 0)[1] is plots.new_figure(6, 4, rows=0)[1] is None


def pictures() -> Iterator[Array]:
    """Lines, points, text, legends, images and a bar: of `plots`, of a lesson's cell, of a lab."""
    network = MLP((2, 1), ("sigmoid",))
    one, (ax, other) = plots.new_figure(6, 2, columns=2)
    plots.plot_boundary(ax, network, X, Y)
    plots.plot_activation(ax, find_activation("relu"))
    plots.plot_epsilon_sweep(other, np.logspace(-3, -1, 3), {"a": [1, 2, 3]})
    other.plot([0.01, 0.02])
    other.semilogy([0.01, 0.09], [1, 9], "o", label="$x_1$")
    other.legend()
    other.text(0.01, 1, "moons")
    other.set(xlabel="z", ylabel="φ")
    other.set_title("φ")
    two, _ = plots.new_figure(3, 2, rows=0)
    plots.plot_weight_heatmaps(two, network, network)
    for figure in (one, two):
        yield image_in(plots.Picture(figure, "A picture.")._repr_html_())
    yield image_in(TrainingLab(epochs=0)._picture.value)


def another(value: Any) -> list[Any]:
    """What a learner may have in its place; not all of it can be."""
    if isinstance(value, bool):
        return [not value]
    numbers = [2 * value + 1, value / 2] if isinstance(value, float | int) else []
    words = ["red", "large", "bold", "serif", "cm", "tight", "upper", "right", "top"]
    return [*numbers, *words, 30, (1, 50, 2)]


def test_a_picture_looks_the_same_whatever_settings_the_learner_has() -> None:
    expected, changed = list(pictures()), set()
    with mpl.rc_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore", mpl.MatplotlibDeprecationWarning)
        for key, value in style.SETTINGS.items():
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
