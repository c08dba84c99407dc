"""The lab of lesson 1: an activation, its slope, and what many layers leave of a gradient."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from helpers.activations import ACTIVATIONS, Activation, find_activation
from helpers.labs.wording import about, trend, with_minus
from helpers.network import MLP
from helpers.plots import BLUE, LINES, ORANGE, course_style, new_figure
from helpers.validation import Array, random_generator
from helpers.widgets.canvas import Canvas
from helpers.widgets.controls import choice, float_slider, int_slider
from helpers.widgets.lab import CanvasLab, Frame, Request

WIDTH, SAMPLES, SEED = 64, 100, 0
LEAST_Z, MOST_Z, MOST_LAYERS = -4, 4, 30
VANISHED, EXPLODED = 1e-3, 1e3  # of what the gradient was
BOTTOM, TOP = 1e-9, 1e9  # of the picture; lines may leave it
GREY = "#555555"


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

    def __init__(
        self,
        z: float = 1.0,
        activation: str = "sigmoid",
        depth: int = 10,
        weight_scale: float = 1.0,
    ) -> None:
        controls = {
            "z": float_slider("input z", z, LEAST_Z, MOST_Z, 0.1),
            "activation": choice("activation", activation, ACTIVATIONS),
            "depth": int_slider("number of layers", depth, 1, MOST_LAYERS),
            "weight_scale": float_slider("weights, times He's", weight_scale, 0.1, 3, 0.05),
        }
        super().__init__(_Panels, controls)
        self.start()

    def frames(self, request: Request) -> Iterator[Frame]:
        """Send a gradient back through the layers."""
        state = request.state
        self.activation = find_activation(state["activation"])
        self.z = round(state["z"], 9) + 0.0  # no -0
        self.value, self.slope = _value_and_slope(self.activation, self.z)
        self.depth, self.weight_scale = state["depth"], state["weight_scale"]
        self.slopes_alone = self.slope ** np.arange(self.depth + 1)
        left = what_is_left(self.activation.name, self.depth, self.weight_scale)
        self.left = left.copy()  # the lab's own: what is kept serves other labs too
        yield Frame(self._panels.draw(self), self._describe())

    def _describe(self) -> str:
        """Say what the unit does at z, and what becomes of the gradient."""
        name, layers = self.activation.name, f"{self.depth} layer{'s' * (self.depth > 1)}"
        return " ".join(
            [
                f"{name} at z = {with_minus(self.z, '.2f')}: "
                f"φ(z) = {with_minus(self.value, '.3g')} and "
                f"the slope φ′(z) = {with_minus(self.slope, '.3g')}.",
                *_ailments(self.activation, self.z, self.slope),
                f"Multiplied by this slope once per layer, through {layers}, a gradient of 1 "
                f"becomes {about(self.slopes_alone[-1])}.",
                f"Through {layers} of a random {name} network with {self.weight_scale:.2f} times "
                f"He's weights it becomes {_fate(self.left[-1], self.depth)}.",
            ]
        )


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

    @course_style()
    def __init__(self) -> None:
        figure, _ = new_figure(9.625, 4.5, rows=0)
        grid = figure.add_gridspec(2, 2, width_ratios=(2, 3), height_ratios=(3, 2))
        value = figure.add_subplot(grid[0, 0])
        slope = figure.add_subplot(grid[1, 0])
        rest = figure.add_subplot(grid[:, 1])
        self.canvas = Canvas(figure)
        self._add_curves(value, slope)
        self._add_rest(rest)

    def _add_curves(self, value: Axes, slope: Axes) -> None:
        value.set(title="φ, what the unit hands on", ylim=(-4.4, 4.4))
        value.tick_params(labelbottom=False)
        slope.set(title="φ′, its slope", ylim=(-0.1, 1.15), xlabel="input z")
        self.here: list[Line2D] = []
        for ax in (value, slope):
            ax.set_xlim(LEAST_Z - 0.2, MOST_Z + 0.2)
            self.here += ax.plot([0, 0], ax.get_ylim(), LINES[3], color=GREY, linewidth=1)
        (self.value,) = value.plot([], [], color=BLUE)
        (self.slope,) = slope.plot([], [], LINES[1], color=ORANGE)
        (self.tangent,) = value.plot([], [], color=ORANGE, linewidth=3)
        (self.value_point,) = value.plot([], [], "o", color=BLUE, **_edge(9))
        (self.slope_point,) = slope.plot([], [], "^", color=ORANGE, **_edge(10))
        self.canvas.add(*self.here, self.value, self.tangent, self.value_point)
        self.canvas.add(self.slope, self.slope_point)

    def _add_rest(self, ax: Axes) -> None:
        ax.set(yscale="log", ylim=(BOTTOM, TOP), xlim=(-0.5, MOST_LAYERS + 0.5))
        ax.set(xlabel="layers passed on the way back", title="What is left of a gradient of 1\n")
        ax.minorticks_off()
        ax.axhspan(BOTTOM, VANISHED, color="#F3F3F3", zorder=0)
        ax.axhspan(EXPLODED, TOP, color="#F3F3F3", zorder=0)
        for height, word in ((1 / 6, "vanished"), (5 / 6, "exploded")):
            ax.text(
                1.02, height, word, transform=ax.transAxes, rotation=270, va="center", color=GREY
            )
        (self.left,) = ax.plot(
            [], [], "-o", color=BLUE, label="through a random network", **_edge(5.5)
        )
        (self.slopes_alone,) = ax.plot(
            [], [], "--^", color=ORANGE, label="by the slope at z alone", **_edge(9)
        )
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 0.985), ncols=2, frameon=False)
        self.canvas.add(self.slopes_alone, self.left)

    def draw(self, lab: ActivationLab) -> str:
        """Return the picture of the lab as it is."""
        z, value, slope = lab.z, lab.value, lab.slope
        curves = _curves(lab.activation.name)
        self.value.set_data(curves[0], curves[1])
        self.slope.set_data(curves[0], curves[2])
        run = 0.9 / np.hypot(1, slope)
        self.tangent.set_data([z - run, z + run], [value - run * slope, value + run * slope])
        self.value_point.set_data([z], [value])
        self.slope_point.set_data([z], [slope])
        for line in self.here:
            line.set_xdata([z, z])
        layers = np.arange(lab.depth + 1)
        self.left.set_data(layers, lab.left)
        # 0 has no place on a log axis: its line leaves the picture
        self.slopes_alone.set_data(layers, np.maximum(lab.slopes_alone, BOTTOM**3))
        return self.canvas.frame(
            "Left, the activation with its tangent at z, and the slope below; right, what is "
            "left of a gradient after each layer. The line below says how much."
        )


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


def _value_and_slope(activation: Activation, z: float) -> tuple[float, float]:
    return float(activation.function(z)), float(activation.derivative(z))


def _ailments(activation: Activation, z: float, slope: float) -> Iterator[str]:
    """Say if the unit passes nothing back at z, or hardly anything."""
    if slope == 0:
        yield "The unit is off and passes nothing back for this sample."
    elif slope < _value_and_slope(activation, 0)[1] / 10:
        yield "The unit is saturated: its curve is almost flat here."


def _fate(left: float, layers: int) -> str:
    """Say what is left of the gradient, and what each layer multiplied it by."""
    factor = left ** (1 / layers)
    said = trend(factor)
    if left < VANISHED:
        said = f"vanishes (less than {VANISHED:g})"
    elif left > EXPLODED:
        said = f"explodes (more than {EXPLODED:,g})"
    return f"{about(left)}, a factor of about {factor:.2g} per layer: the gradient {said}"
