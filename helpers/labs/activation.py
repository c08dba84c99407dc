"""The lab of lesson 1: an activation, its slope, and what many layers leave of a gradient."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes

from helpers.activations import ACTIVATIONS, Activation, find_activation
from helpers.labs.wording import about, one_or_many, trend, with_minus
from helpers.network import MLP
from helpers.style import BLUE, LINES, ORANGE, drawn
from helpers.texts import read, together
from helpers.validation import Array, random_generator
from helpers.widgets.canvas import Canvas, axes_at, canvas_style
from helpers.widgets.controls import choice, float_slider, int_slider
from helpers.widgets.lab import CanvasLab, Frame, Request

WORDS = "lesson_1/lab"
TEXTS = read(WORDS)
SIZE = 924, 432  # pixels, and so is what follows: left, bottom, width, height
PLACES = {
    "value": (40, 206, 326, 196),
    "slope": (40, 44, 326, 124),
    "left": (430, 44, 462, 338),
}
WIDTH, SAMPLES, SEED = 64, 100, 0
LEAST_Z, MOST_Z, MOST_LAYERS = -4, 4, 30
VANISHED, EXPLODED = 1e-3, 1e3  # of what the gradient was
BOTTOM, TOP = 1e-9, 1e9  # of the picture; lines may leave it
GREY = "#555555"
ABOVE: dict[str, Any] = {"loc": "lower center", "bbox_to_anchor": (0.5, 0.985)}  # of a legend
MARGINS = (0.4, 0.4), (0.1, 0.15)  # below and above φ, and below and above φ′


class ActivationLab(CanvasLab["_Panels"]):
    """An activation with its slope, and what is left of a gradient after many layers of it.

    Parameters
    ----------
    z, activation, depth, weight_scale
        Where the controls start. `depth` is the number of layers that the gradient passes,
        `weight_scale` multiplies the spread of He's weights.

    Attributes
    ----------
    left : ndarray, shape (depth + 1,)
        What is left of a gradient's length after 0, 1, …, `depth` layers of a random network.
    slopes_alone : ndarray, shape (depth + 1,)
        The same if each layer multiplied it by φ′(z) and by nothing else.
    """

    recipes: ClassVar = {
        "z": (float_slider, 1.0, LEAST_Z, MOST_Z, 0.1),
        "activation": (choice, "sigmoid", ACTIVATIONS),
        "depth": (int_slider, 3, 1, MOST_LAYERS),
        "weight_scale": (float_slider, 1.0, 0.1, 3, 0.05),
    }

    def __init__(self, **start: Any) -> None:
        super().__init__(_Panels, self.made(TEXTS["controls"], start))
        self.start()

    def frames(self, request: Request) -> Iterator[Frame]:
        """Send a gradient back through the layers."""
        state = request.state
        activation, depth = find_activation(state["activation"]), state["depth"]
        point = np.array([round(state["z"], 9) + 0.0])  # no -0
        unit = *point, *activation.function(point), *activation.derivative(point)
        self.slopes_alone = unit[2] ** np.arange(depth + 1)
        left = what_is_left(activation.name, depth, state["weight_scale"])
        self.left = left.copy()  # the lab's own: what is kept serves other labs too
        picture = self._panels.draw(_curves(activation.name), unit, self.slopes_alone, left)
        words = [*_of_unit(activation, *unit), *self._of_network(state)]
        yield Frame(picture, together(words))

    def _of_network(self, state: Mapping[str, Any]) -> Iterator[str]:
        """Say what becomes of the gradient."""
        texts, depth, left = TEXTS["said"], state["depth"], self.left[-1]
        yield one_or_many(texts["slope_alone"], depth, left=about(self.slopes_alone[-1]))
        factor = left ** (1 / depth)
        fate = {"left": about(left), "factor": factor, "fate": _fate(left, factor)}
        yield one_or_many(texts["network"], depth, **state, **fate)


@lru_cache(maxsize=8)  # moving z asks for the same again
def what_is_left(activation: str, depth: int, weight_scale: float) -> Array:
    """Measure what is left of a gradient as it goes back through a random network.

    Parameters
    ----------
    activation : str
    depth : int
        The number of layers that it passes.
    weight_scale : float
        Times the spread of He's weights.

    Returns
    -------
    ndarray, shape (depth + 1,)
        The length of δ after 0, 1, …, `depth` layers, divided by the length at the start.
    """
    rng = random_generator(SEED, "samples and errors")
    network = MLP([WIDTH] * (depth + 2), [activation] * (depth + 1), SEED)
    network.theta[:] *= weight_scale
    A, caches = network.forward(rng.normal(size=(WIDTH, SAMPLES)))
    # errors of any direction, as large as the outputs but not like them
    Y = A + np.sqrt(np.mean(A * A)) * rng.normal(size=A.shape)
    delta = network.backward(caches, Y).delta
    lengths = np.array([np.linalg.norm(delta[l]) for l in range(network.n_layers, 0, -1)])
    lengths /= lengths[0]
    lengths.flags.writeable = False
    return lengths


class _Panels:
    """The figure of the lab: what stands still is drawn once, the rest is set by `draw`."""

    @canvas_style()
    def __init__(self) -> None:
        figure, axes = axes_at(SIZE, PLACES)
        self.canvas, titles = Canvas(figure), drawn(WORDS)["titles"]
        for name, ax in axes.items():
            ax.set_title(titles[name], pad=24 if name == "left" else 9)  # over its legend
        self._add_curves(axes["value"], axes["slope"])
        self._add_left(axes["left"])

    def _add_curves(self, value: Axes, slope: Axes) -> None:
        value.tick_params(labelbottom=False)
        slope.set_xlabel(drawn(WORDS)["labels"]["z"])
        z, *ranges = np.transpose([_curves(name) for name in ACTIVATIONS], (1, 0, 2))
        for ax, values, (below, above) in zip((value, slope), ranges, MARGINS, strict=True):
            ax.set_xlim(z.min() - 0.2, z.max() + 0.2)
            ax.set_ylim(np.nanmin(values) - below, np.nanmax(values) + above)
        look: dict[str, Any] = {"linestyle": LINES[3], "color": GREY, "linewidth": 1}
        self.here = [ax.axvline(0, **look) for ax in (value, slope)]
        self.canvas.add(*self.here)
        line = self.canvas.line
        self.value = line(value, color=BLUE)
        self.tangent = line(value, color=ORANGE, linewidth=3)
        self.value_point = line(value, "o", color=BLUE, **_edge(9))
        self.slope = line(slope, LINES[1], color=ORANGE)
        self.slope_point = line(slope, "^", color=ORANGE, **_edge(10))

    def _add_left(self, ax: Axes) -> None:
        labels = drawn(WORDS)["labels"]
        ax.set(yscale="log", ylim=(BOTTOM, TOP), xlim=(-0.5, MOST_LAYERS + 0.5))
        ax.set_xlabel(labels["layers"])
        ax.minorticks_off()
        beside: dict[str, Any] = {"transform": ax.transAxes, "rotation": 270, "va": "center"}
        ends = {"vanished": (BOTTOM, VANISHED), "exploded": (EXPLODED, TOP)}
        for (name, part), height in zip(ends.items(), (1 / 6, 5 / 6), strict=True):
            ax.axhspan(*part, color="#F3F3F3", zorder=0)
            ax.text(1.02, height, labels[name], color=GREY, **beside)
        self.slopes_alone = self.canvas.line(ax, "--^", color=ORANGE, **_edge(9))
        self.left = self.canvas.line(ax, "-o", color=BLUE, **_edge(5.5))
        handles = {labels["network"]: self.left, labels["slope_alone"]: self.slopes_alone}
        ax.legend(handles.values(), handles, ncols=2, frameon=False, **ABOVE)

    def draw(self, curves: Array, unit: Sequence[float], alone: Array, left: Array) -> str:
        """Return the picture of a unit (z, φ(z) and φ′(z)) and of what is left of a gradient."""
        z, value, slope = unit
        self.value.set_data(curves[0], curves[1])
        self.slope.set_data(curves[0], curves[2])
        run = 0.9 / np.hypot(1, slope)
        self.tangent.set_data([z - run, z + run], [value - run * slope, value + run * slope])
        self.value_point.set_data([z], [value])
        self.slope_point.set_data([z], [slope])
        for line in self.here:
            line.set_xdata([z, z])
        self.left.set_data(np.arange(len(left)), left)
        # a length; and 0 has no place on a log axis: its line leaves the picture
        self.slopes_alone.set_data(np.arange(len(left)), np.maximum(abs(alone), BOTTOM**3))
        return self.canvas.frame(TEXTS["alt"])


def _edge(size: float) -> dict[str, Any]:
    return {"markersize": size, "markeredgecolor": "white", "markeredgewidth": 0.7}


@lru_cache
def _curves(name: str) -> Array:
    """Return z, φ(z) and φ′(z) as three rows, with a gap in φ′ where it jumps."""
    activation, z = find_activation(name), np.linspace(LEAST_Z, MOST_Z, 161)
    slope = activation.derivative(z)
    if activation.kink is not None:
        slope[np.isclose(z, activation.kink)] = np.nan
    return np.vstack([z, activation.function(z), slope])


def _of_unit(activation: Activation, z: float, value: float, slope: float) -> Iterator[str]:
    """Say what the unit does at z, and if it passes nothing back there, or hardly anything."""
    texts = TEXTS["said"]
    numbers = {"z": with_minus(z, ".2f"), "value": with_minus(value, ".3g")}
    yield texts["unit"].format(name=activation.name, slope=with_minus(slope, ".3g"), **numbers)
    if slope == 0:
        yield texts["off"]
    elif abs(slope) < activation.derivative(np.zeros(1))[0] / 10:
        yield texts["saturated"]


def _fate(left: float, factor: float) -> str:
    """Say what has become of a gradient of 1 that each layer multiplied by about `factor`."""
    texts = TEXTS["fate"]
    if left < VANISHED:
        return str(texts["vanishes"].format(limit=f"{VANISHED:g}"))
    if left > EXPLODED:
        return str(texts["explodes"].format(limit=f"{EXPLODED:,g}"))
    return str(texts[trend(factor)])
