"""The pictures, one function each. They draw on axes or a figure that they are given.

Every class has a marker of its own besides its colour.
"""

import base64
import gc
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO
from itertools import cycle, pairwise, zip_longest
from pathlib import Path
from typing import Any

import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from matplotlib.text import Text
from numpy.typing import ArrayLike
from PIL import Image  # comes with Matplotlib

from helpers import texts, validation
from helpers.activations import Activation
from helpers.datasets import points_of_two_classes
from helpers.network import MLP
from helpers.style import BLUE, CLASS_MAP, COLOURS, LINES, ORANGE, SCREEN_DPI, course_style, drawn
from helpers.training import History
from helpers.validation import Array, as_floats, check_instance, positive_number

POINT: dict[str, Any] = {"markersize": 5, "markeredgecolor": "white", "markeredgewidth": 0.4}
UNITS_DRAWN = 8
COURSE = Path(__file__).parents[1]
WORDS = "common/words"
MOST_DRAWN = 1e100  # on a log axis, whose ends would overflow


class CourseAxes(Axes):
    """Axes on which a lesson's cell, too, draws in the style of the course."""


for method in ("plot", "hist", "text", "legend", "set_title", "set_xlabel", "set_ylabel"):
    setattr(CourseAxes, method, course_style()(getattr(Axes, method)))


def new_figure(width: float, height: float, columns: int = 1, rows: int = 1) -> tuple[Figure, Any]:
    """Return a figure and its axes in the style of the course.

    Parameters
    ----------
    width, height : float
        In inches; 96 pixels on the screen make one.
    columns, rows : int
        How many axes; none if 0.

    Returns
    -------
    figure : Figure
    axes : Axes, or an array of them if there are several
    """
    size = positive_number(width, "width"), positive_number(height, "height")
    columns = validation.whole_number(columns, "columns", 0, 99)
    rows = validation.whole_number(rows, "rows", 0, 99)
    with course_style():
        figure = Figure(figsize=size, layout="constrained")
        kind = {"axes_class": CourseAxes}
        return figure, figure.subplots(rows, columns, subplot_kw=kind) if rows and columns else None


@dataclass(frozen=True)
class Picture:
    """A figure with the sentence that says what it shows; a notebook displays both.

    Attributes
    ----------
    figure : Figure
    alt : str
        For those who don't see the picture, and for tests.
    """

    figure: Figure
    alt: str

    def __repr__(self) -> str:
        return self.alt

    def _repr_html_(self) -> str:
        data = base64.b64encode(_png_of(self.figure)).decode()
        width = round(self.figure.get_figwidth() * SCREEN_DPI)
        alt = escape(self.alt)
        return f'<img src="data:image/png;base64,{data}" width="{width}" alt="{alt}">'


@cache
def sentences() -> dict[str, str]:
    """Return what each picture of the lessons shows, by its name; from their `pictures.toml`.

    Raises
    ------
    TypeError
        If an entry isn't a sentence; the message names it and its file.
    """
    found: dict[str, str] = {}
    for lesson in texts.lessons_with("pictures.toml"):
        for name, said in texts.read(f"{lesson}/pictures").items():
            where = f"{name} in helpers/lessons/{lesson}/pictures.toml"
            check_instance(said, str, where, "sentence")
            found[name] = said
    return found


def picture(figure: Figure, name: str) -> Picture:
    """Return a figure with the sentence that says what it shows.

    Parameters
    ----------
    figure : Figure
    name : str
        That of the sentence, in the `pictures.toml` of a lesson's folder.

    Raises
    ------
    TypeError, ValueError
        If `figure` is none, or the name is unknown.
    """
    check_instance(figure, Figure, "figure", "figure")
    return Picture(figure, sentences()[validation.known_name(name, sentences(), "picture")])


def save_picture(figure: Figure, path: str | Path) -> None:
    """Write the figure as a PNG file of twice the screen's resolution, in few colours.

    Raises
    ------
    OSError
        If the folder doesn't exist or can't be written to.
    """
    check_instance(figure, Figure, "figure", "figure")
    check_instance(path, (str, Path), "path", "path")
    Path(path).write_bytes(few_colours(_png_of(figure)))


def few_colours(png: bytes) -> bytes:
    """Return a PNG file in so few colours that it takes a third of the room."""
    image, buffer = Image.open(BytesIO(png)).convert("RGB"), BytesIO()
    # none is further off than one can see; the usual way would give rare ones to the many greys
    image = image.quantize(128, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    image.save(buffer, "png", optimize=True)
    return buffer.getvalue()


@course_style()
def _png_of(figure: Figure) -> bytes:
    """Return a PNG file of twice the screen's resolution."""
    buffer, canvas, dpi = BytesIO(), figure.canvas, figure.dpi
    try:
        figure.set_dpi(2 * SCREEN_DPI)
        # savefig draws it twice
        FigureCanvasAgg(figure).print_png(buffer)  # type: ignore[no-untyped-call]
    finally:
        figure.set_canvas(canvas)  # in place of the one that has the pixels
        figure.set_dpi(dpi)
    gc.collect()  # a figure that a cell has let go of and its artists hold each other
    give_back_pixels(figure)
    return buffer.getvalue()


def give_back_pixels(figure: Figure) -> None:
    """Return to the system the memory that drawing a figure took."""
    for text in figure.findobj(Text):  # each keeps all the pixels that it was drawn on
        text._renderer = None  # type: ignore[attr-defined]


def keep_pictures(figures: Mapping[str, Figure]) -> None:
    """Write each figure to the course's folder `images`; from a copy elsewhere, to its own.

    That of a copy is where its notebook is, and is made if there is none. Each language but English
    has a folder in it. If a figure can't be written, a printed word says so.

    Parameters
    ----------
    figures : mapping from str to Figure
        By name; NAME.png is the file.
    """
    here = Path.cwd()
    is_ours = here == COURSE or here.is_relative_to(COURSE / "notebooks")
    images = (COURSE if is_ours else here) / "images" / texts.folder_of(texts.language())
    try:
        images.mkdir(parents=True, exist_ok=True)
        for name, figure in figures.items():
            save_picture(figure, images / f"{name}.png")
    except OSError as error:
        print(texts.say("plots.not_kept", reason=error.strerror, path=error.filename))


def plot_activation(ax: Axes, activation: Activation) -> None:
    """Draw φ and φ′ for inputs from −4 to 4."""
    check_instance(ax, Axes, "ax", "axes")
    check_instance(activation, Activation, "activation", "an_activation")
    z = np.linspace(-4, 4, 401)
    slope = activation.derivative(z)
    slope[z == activation.kink] = np.nan  # where it jumps: no line across it
    ax.plot(z, activation.function(z), label="φ(z)")
    ax.plot(z, slope, LINES[1], label="φ′(z)")
    ax.set(title=activation.name, xlabel="z", ylim=(-1.6, 2.6))
    ax.legend(loc="upper left")


def plot_points(ax: Axes, X: ArrayLike, Y: ArrayLike) -> None:
    """Draw two classes of points: circles for 0, triangles for 1.

    Parameters
    ----------
    ax : Axes
    X : array_like, shape (2, m)
    Y : array_like, shape (1, m)

    Raises
    ------
    TypeError, ValueError
        If the shapes are different, or `Y` isn't 0 or 1 everywhere.
    """
    check_instance(ax, Axes, "ax", "axes")
    X, Y = points_of_two_classes(X, Y)
    is_one, name = Y[0] > 0.5, drawn(WORDS)["class"]
    ax.plot(*X[:, ~is_one], "o", color=BLUE, label=name.format(k=0), **POINT)
    ax.plot(*X[:, is_one], "^", color=ORANGE, label=name.format(k=1), **POINT)
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")


@course_style()
def plot_boundary(ax: Axes, network: MLP, X: ArrayLike, Y: ArrayLike) -> None:
    """Draw a network's output over the plane, its line p = 0.5 and the points.

    Parameters
    ----------
    ax : Axes
    network : MLP
        With 2 features and 1 output.
    X : array_like, shape (2, m)
    Y : array_like, shape (1, m)

    Raises
    ------
    TypeError, ValueError
        If the network has another number of features or outputs, the shapes are different, or
        `Y` isn't 0 or 1 everywhere.
    """
    check_instance(ax, Axes, "ax", "axes")
    check_instance(network, MLP, "network", "an_mlp")
    if network.layer_sizes[0] != 2 or network.layer_sizes[-1] != 1:
        raise ValueError(texts.say("plots.no_plane", network=network))
    X, Y = points_of_two_classes(X, Y)
    margin = max(0.5, np.abs(X).max() / 1000)  # half a unit is lost beside large numbers
    (left, bottom), (right, top) = X.min(axis=1) - margin, X.max(axis=1) + margin
    x1, x2 = np.meshgrid(np.linspace(left, right, 200), np.linspace(bottom, top, 200))
    p = network.predict(np.vstack([x1.ravel(), x2.ravel()])).reshape(x1.shape)
    ax.grid(False)
    # as it is, colours would be mixed, which look the same and take four times the memory
    look: dict[str, Any] = {"origin": "lower", "vmin": 0, "vmax": 1, "interpolation_stage": "data"}
    ax.imshow(p.astype(np.float32), CLASS_MAP, extent=(left, right, bottom, top), **look)
    lines: Any = contour_generator(x1, x2, p).lines(0.5)  # `ax.contour` would keep a megabyte
    ax.add_collection(LineCollection(lines, colors="black", linewidths=1.5), autolim=False)
    plot_points(ax, X, Y)


def plot_loss(ax: Axes, history: History) -> None:
    """Draw the training loss over the epochs, on a log axis."""
    _check_history(history)
    words = drawn(WORDS)["loss"]
    _plot_lines(ax, history.epoch, {words["value"]: history.loss})
    ax.set(xlabel=words["epoch"], ylabel=words["value"], title=words["title"])


def plot_gradient_norms(ax: Axes, history: History) -> None:
    """Draw the length of each layer's gradient over the epochs, on a log axis."""
    _check_history(history)
    words, by_layer = drawn(WORDS)["norms"], enumerate(history.gradient_norms.T, start=1)
    norms = {words["layer"].format(l=l): norms for l, norms in by_layer}
    _plot_lines(ax, history.epoch, norms, linewidth=1.2)
    ax.set(xlabel=words["epoch"], ylabel=words["value"], title=words["title"])
    ax.legend()


def _check_history(history: History) -> None:
    check_instance(history, History, "history", "history")
    if not history.records:
        raise ValueError(texts.say("plots.no_records"))


def _plot_lines(ax: Axes, x: Array, lines: Mapping[str, Array], **look: Any) -> None:
    """Draw lines that four neighbours tell apart without colours, on a log axis if they can be."""
    check_instance(ax, Axes, "ax", "axes")
    values = np.stack([*lines.values()])
    drawn = np.where(values < 1 / MOST_DRAWN, 0, np.minimum(values, MOST_DRAWN))
    for i, (name, y) in enumerate(zip(lines, drawn, strict=True)):
        ax.plot(x, y, LINES[i % 4], label=name, **look)
    ax.set(yscale="log" if (drawn > 0).any() else "linear")


@course_style()
def plot_weight_heatmaps(figure: Figure, before: MLP, after: MLP) -> None:
    """Draw every W[l] of two networks of one shape, on one scale that is symmetric about 0.

    Parameters
    ----------
    figure : Figure
        An empty one.
    before, after : MLP

    Raises
    ------
    TypeError, ValueError
        If the two aren't networks of the same layer sizes.
    """
    check_instance(figure, Figure, "figure", "figure")
    check_instance(before, MLP, "before", "an_mlp")
    check_instance(after, MLP, "after", "an_mlp")
    if before.layer_sizes != after.layer_sizes:
        raise ValueError(texts.say("plots.two_networks", after=after, before=before))
    words, networks = drawn(WORDS)["weights"], {"before": before, "after": after}
    limit = max(np.abs(W).max() for network in networks.values() for W in network.W.values())
    widths = [W.shape[1] + 2 for W in before.W.values()]
    axes = figure.subplots(2, len(widths), width_ratios=widths, squeeze=False)
    for row, (name, network) in zip(axes, networks.items(), strict=True):
        for ax, (l, W) in zip(row, network.W.items(), strict=True):
            image = ax.imshow(W, "PuOr", vmin=-limit, vmax=limit, aspect="auto")
            ax.grid(False)
            ax.set(title=words[name].format(l=l), ylabel=words["unit"].format(l=l))
            ax.set(xlabel=words["unit"].format(l=l - 1) if l > 1 else words["feature"])
            ax.locator_params(nbins=5, integer=True, min_n_ticks=1)
    figure.colorbar(image, ax=axes, label=words["value"])


@course_style()
def plot_images(
    figure: Figure,
    X: ArrayLike,
    columns: int = 10,
    titles: Sequence[str] = (),
    signed: bool = False,
) -> None:
    """Draw each column of `X` as a square picture, all of them on one scale.

    Parameters
    ----------
    figure : Figure
        An empty one.
    X : array_like, shape (n², m)
        Pictures of n × n pixels, row by row from the top: ink from 0 to 1, or weights.
    columns : int
        How many pictures stand side by side.
    titles : sequence of str
        One for each picture, or none.
    signed : bool
        Draw numbers above 0 violet and those below orange, on a scale symmetric about 0.

    Raises
    ------
    TypeError, ValueError
        If `X` isn't a finite matrix whose columns are square pictures.
    """
    check_instance(figure, Figure, "figure", "figure")
    check_instance(titles, Sequence, "titles", "list_of_words")
    check_instance(signed, bool, "signed", "true_or_false")
    columns = validation.whole_number(columns, "columns", 1, 99)
    X = as_floats(X, "X")
    X = validation.as_columns(X, "X", len(X) if X.ndim == 2 else 64, X.dtype)
    side = math.isqrt(len(X))
    if side**2 != len(X):
        raise ValueError(texts.say("plots.no_squares", rows=len(X)))
    if len(titles) not in (0, X.shape[1]):
        raise ValueError(texts.say("plots.titles", n=len(titles), expected=X.shape[1]))
    limit = np.abs(X).max() or 1 if signed else 1
    look = {"cmap": "PuOr", "vmin": -limit} if signed else {"cmap": "Greys", "vmin": 0}
    axes = figure.subplots(-(-X.shape[1] // columns), columns, squeeze=False)
    for ax, pixels, title in zip_longest(axes.flat, X.T, titles):
        ax.set_axis_off()
        if pixels is not None:
            ax.imshow(pixels.reshape(side, side), vmax=limit, **look)
            ax.set_title(title or "", fontsize=9)


def plot_epsilon_sweep(ax: Axes, epsilons: Array, errors: Mapping[str, Sequence[float]]) -> None:
    """Draw relative errors of a gradient check over ε, one line per way of checking; log axes."""
    check_instance(errors, Mapping, "errors", "dict_of_errors")
    x = as_floats(epsilons, "epsilons")
    lines = as_floats([*errors.values()], "errors")
    if x.ndim != 1 or lines.shape != (len(errors), x.size):
        raise ValueError(texts.say("plots.errors", shape=lines.shape))
    _plot_lines(ax, x, dict(zip(errors, lines, strict=True)), markersize=4)
    for line, marker in zip(ax.lines, cycle("osD^"), strict=False):
        line.set_marker(marker)
    ax.set(xscale="log", xlabel="ε", ylabel=drawn(WORDS)["sweep"]["error"])
    ax.legend()


@course_style()
def draw_network(ax: Axes, layer_sizes: Sequence[int]) -> None:
    """Draw the units of each layer as circles, every weight as a line, and the sizes.

    Layers of more than 8 units show the first and the last four, with dots between.
    """
    check_instance(ax, Axes, "ax", "axes")
    layer_sizes = validation.sizes_of_layers(layer_sizes)
    words, columns = drawn(WORDS)["network"], [unit_heights(n) for n in layer_sizes]
    top = UNITS_DRAWN / 2
    for l, (left, right) in enumerate(pairwise(columns)):
        ends = np.array(np.meshgrid(left, right, indexing="ij")).reshape(2, -1)
        ax.plot([l, l + 1], ends, "-", color="#BBBBBB", linewidth=0.6, zorder=1)
    for l, (n, heights) in enumerate(zip(layer_sizes, columns, strict=True)):
        ax.scatter(0 * heights + l, heights, s=120, c=COLOURS[l > 0], edgecolors="white", zorder=2)
        if n > UNITS_DRAWN:
            ax.text(l, 0, "⋮", ha="center", va="center", fontsize=14)
        name = words["layer" if l else "input"].format(l=l)
        units = words["one" if n == 1 else "many"].format(number=n)
        ax.text(l, -top - 1, f"{name}\n{units}", ha="center", va="top")
    ax.set(xlim=(-0.5, len(columns) - 0.5), ylim=(-top - 2.5, top + 0.8))
    ax.set_axis_off()


def unit_heights(n: int) -> Array:
    """Return where the circles of a layer stand around 0, one apart, with a gap for the dots.

    The shape is (n,), or (8,) for more than 8 units.
    """
    n = validation.whole_number(n, "n", 1)
    heights = np.arange(min(n, UNITS_DRAWN)) - (min(n, UNITS_DRAWN) - 1) / 2
    return heights + np.sign(heights) * 0.5 if n > UNITS_DRAWN else heights
