"""The lab of lesson 4: how far to nudge, and what the gradient check says then."""

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import ArrayLike, NDArray

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.gradient_check import (
    ArrayCheck,
    Report,
    check_gradient,
    numerical_gradient,
    relative_error,
)
from helpers.labs.wording import one_digit
from helpers.layers import Caches
from helpers.network import MLP
from helpers.plots import BLUE, COLOURS, GREEN, ORANGE, course_style, new_figure
from helpers.training import train
from helpers.validation import Array
from helpers.widgets.canvas import Canvas
from helpers.widgets.controls import choice, log_slider
from helpers.widgets.lab import CanvasLab, Frame, Request

SIDES, DTYPES, NETWORKS = ("two-sided", "one-sided"), ("float64", "float32"), ("fresh", "trained")
LEAST, MOST, HIGHEST = 1e-12, 1e-1, 2.0  # of ε, and the greatest relative error drawn
ROOM = 2  # times; between the outermost marker's middle and the frame
BOUNDS = LEAST / ROOM, MOST * ROOM
ERROR_BOUNDS = LEAST / ROOM, HIGHEST * ROOM
GRID = np.logspace(-12, -1, 45)
# times the least reading; up to this a reading counts as near the bottom, one that passes sooner
NEAR = {True: 50, False: 5}
EPSILON_LABEL = "← too small: rounding         nudge ε         too large: not the tangent →"
LAYERS = (2, 16, 8, 1)
SAMPLES = 20


def kinks_crossed(network: MLP, X: ArrayLike, epsilon: float, two_sided: bool = True) -> int:
    """Count the kinks that the nudges of a gradient check cross.

    Parameters
    ----------
    network : MLP
        Not changed.
    X : array_like, shape (n_0, m)
    epsilon : float
        How far each parameter is nudged.
    two_sided : bool
        From −ε to ε, or from 0 to ε.

    Returns
    -------
    int
        How many combinations of a parameter, a sample and a ReLU unit (of the parameter's
        layer or a later one) have z > 0 at one end of the nudge and not at the other.
    """
    _, caches = network.forward(X)
    up = _units_on(network, caches, epsilon)
    down = _units_on(network, caches, -epsilon if two_sided else 0.0)
    return sum(int((one != other).sum()) for one, other in zip(up, down, strict=True))


def _units_on(network: MLP, caches: Caches, nudge: float) -> Iterator[NDArray[np.bool]]:
    """Yield where z > 0 in each ReLU layer from l on, for all nudges of layer l at once.

    The axes are: the nudged row of [W[l] b[l]], its column, unit, sample.
    """
    for l in range(1, network.n_layers + 1):
        n, m = caches.Z[l].shape
        inputs = np.vstack([caches.A[l - 1], np.ones((1, m))])  # the last is b's
        # the nudge of entry (i, j) moves row i of Z[l] by nudge · input j, and no other row
        row = np.eye(n)[:, None, :, None]
        Z = caches.Z[l] + (row * nudge * inputs[:, None, :]).astype(caches.Z[l].dtype)
        for k, activation in enumerate(network.activations[l - 1 :], start=l):
            if activation.kink is not None:
                yield activation.kink < Z
            if k < network.n_layers:
                Z = network.W[k + 1] @ activation.function(Z) + network.b[k + 1]


class GradientCheckLab(CanvasLab["_Panels"]):
    """The gradient check of a network 2-16-8-1 on 20 points of the two moons.

    Parameters
    ----------
    epsilon, sides, dtype, activation, training
        Where the controls start. `sides` is 'two-sided' or 'one-sided'; `dtype` is 'float64'
        or 'float32'; `activation` is that of the hidden layers, the output's is sigmoid;
        `training` is 'fresh' or 'trained'.

    Attributes
    ----------
    network : MLP
        What is checked.
    data : tuple of ndarray
        The 20 points that it is checked on, X and Y.
    report : Report
        Of `check_gradient`, at the chosen ε.
    error : float
        The relative error of all parameters as one vector, at the chosen ε.
    curve : ndarray, shape (45,)
        The same for each ε of `GRID`.
    kinks : int
        How many kinks the nudges cross.
    """

    def __init__(
        self,
        epsilon: float = 1e-6,
        sides: str = "two-sided",
        dtype: str = "float64",
        activation: str = "tanh",
        training: str = "fresh",
    ) -> None:
        controls = {
            "epsilon": log_slider("nudge ε", epsilon, -12, -1),
            "sides": choice("difference", sides, SIDES),
            "dtype": choice("numbers", dtype, DTYPES),
            "activation": choice("activation", activation, ACTIVATIONS),
            "training": choice("network", training, NETWORKS),
        }
        controls["epsilon"].readout_format = ".1e"
        super().__init__(_Panels, controls)
        self._sweeps: dict[tuple[str, ...], Array] = {}
        self.start()

    def frames(self, request: Request) -> Iterator[Frame]:
        """Check at the chosen ε, and at every ε of the curve if it isn't known yet."""
        state = request.state
        X, Y = _moons()
        self.data = X[:, :SAMPLES].copy(), Y[:, :SAMPLES].copy()
        self.network = _network(state["activation"], state["dtype"], state["training"]).copy()
        self._two_sided = state["sides"] == "two-sided"
        self._exact = self.network.backward(self.network.forward(self.data[0])[1], self.data[1])
        epsilon = state["epsilon"]
        self.report = check_gradient(
            self.network, *self.data, self._exact, epsilon=epsilon, two_sided=self._two_sided
        )
        self.error = self.report.relative_error
        self.kinks = kinks_crossed(self.network, self.data[0], epsilon, self._two_sided)
        settings = tuple(state[name] for name in ("sides", "dtype", "activation", "training"))
        if settings not in self._sweeps:
            self._sweeps[settings] = np.array([self._error_at(epsilon) for epsilon in GRID])
        self.curve = self._sweeps[settings]
        yield Frame(self._panels.draw(self.report, self.error, self.curve), self._describe(state))

    def _error_at(self, epsilon: float) -> float:
        X, Y = self.data
        numerical = numerical_gradient(self.network, X, Y, epsilon, self._two_sided)
        return relative_error(self._exact.vector, numerical.vector)

    @property
    def branch(self) -> str:
        """Where on the U the chosen ε lies: 'rounding', 'truncation' or 'bottom'."""
        if self.error <= NEAR[self.report.passed] * self.curve.min():
            return "bottom"
        return "rounding" if self.report.epsilon < GRID[self.curve.argmin()] else "truncation"

    def _describe(self, state: Mapping[str, Any]) -> str:
        """Say what the check reads, why, and what it concludes."""
        branch = _BRANCHES[self.branch, self.report.passed]
        if self.branch == "truncation" and self.kinks:
            branch = branch.replace("(truncation)", "(truncation), and it crosses kinks")
        activation = state["activation"]
        return (
            f"ε = {self.report.epsilon:.3g}, {state['sides']}, {state['dtype']}, "
            f"{activation}, {state['training']} network: the relative error is "
            f"{self._reading()}. {branch} {self._kinks(state['activation'])} {self._verdict()}"
        )

    def _reading(self) -> str:
        floor = self.report.tolerance / 10
        if self.error < floor:  # such digits are rounding, and differ between machines
            return f"below {one_digit(floor)}"
        return one_digit(self.error)

    def _kinks(self, activation: str) -> str:
        if not self.network.has_kinks:
            return f"{activation} has no kinks."
        crossed = f"{self.kinks} kinks are crossed" if self.kinks != 1 else "1 kink is crossed"
        return f"{crossed} by the {self.network.theta.size} nudges on {SAMPLES} points."

    def _verdict(self) -> str:
        arrays = self.report.arrays
        count = Counter(array.verdict for array in arrays)
        tolerance = one_digit(self.report.tolerance)
        if count["agrees"] == len(arrays):
            return f"Verdict: all {len(arrays)} arrays agree to {tolerance}."
        parts = [f"{count['agrees']} of {len(arrays)} arrays agree to {tolerance}"]
        for verdict in (*list(MARKS)[1:], "not finite"):
            names = ", ".join(array.name for array in arrays if array.verdict == verdict)
            said = "differ" if verdict == "differs" and count[verdict] > 1 else verdict
            parts += [f"{count[verdict]} {said} ({names})"] if names else []
        return f"Verdict: {', '.join(parts)}. The gradient is right: it is the check that fails."


_BRANCHES = {  # by whether all arrays agree
    ("rounding", False): (
        "ε is too small, the left branch: what is wrong with the reading is mostly rounding."
    ),
    ("rounding", True): (
        "A larger ε would read less, so this is the left branch: what is wrong with the reading is "
        "mostly rounding, but that is small enough."
    ),
    ("bottom", False): "That is near the bottom of the U, but too high: no ε reads much less.",
    ("bottom", True): ("That is near the bottom of the U: truncation and rounding are both small."),
    ("truncation", False): (
        "ε is too large, the right branch: the line isn't the tangent (truncation)."
    ),
    ("truncation", True): (
        "A smaller ε would read less, so this is the right branch: the line isn't quite the "
        "tangent (truncation), but near enough."
    ),
}


@cache
def _moons() -> tuple[Array, Array]:
    return two_moons(300, noise=0.15, seed=3)


@cache
def _network(activation: str, dtype: str, training: str) -> MLP:
    names = [activation, activation, "sigmoid"]
    network = MLP(LAYERS, names, seed=3)
    if training == "trained":
        train(network, *_moons(), epochs=500, learning_rate=0.5, progress=0)
    result = MLP(LAYERS, names, dtype=np.dtype(dtype))
    result.theta[:] = network.theta
    return result


# verdict → its marker and colour
MARKS = {
    "agrees": ("o", BLUE),
    "differs": ("X", ORANGE),
    "on a kink": ("D", COLOURS[3]),
    "lost in rounding": ("s", "#777777"),
}


class _Panels:
    """The figure of the lab: what stands still is drawn once, the rest is set by `draw`."""

    @course_style()
    def __init__(self) -> None:
        figure, _ = new_figure(9.625, 4.5, rows=0)
        # below the axes there is room for their legends, which the layout doesn't count
        layout: Any = figure.get_layout_engine()
        layout.set(rect=(0, 0.07, 1, 0.93))
        grid = figure.add_gridspec(1, 2, width_ratios=(1.25, 1))
        curve, report = (figure.add_subplot(grid[0, i]) for i in range(2))
        self.canvas = Canvas(figure)
        self._add_curve(curve)
        self._add_report(report)

    def _add_curve(self, ax: Axes) -> None:
        (self.here,) = ax.plot([], [], ":", color="#777777")
        (self.curve,) = ax.plot([], [], color=BLUE)
        (self.level,) = ax.plot([], [], "--", color=GREEN, label="tolerance")
        (self.point,) = ax.plot([], [], "o", color=ORANGE, label="your ε")
        self.point.set(markersize=11, markeredgecolor="white")
        ax.set(title="Relative error of the whole gradient", xlabel=EPSILON_LABEL)
        ax.set(xscale="log", yscale="log", xlim=BOUNDS, ylim=ERROR_BOUNDS)
        ax.set_xticks(10.0 ** np.arange(-12, 0, 2))
        ax.set_yticks(10.0 ** np.arange(-12, 1, 2))
        ax.minorticks_off()
        self._add_legend(ax, self.point, self.level)
        self.canvas.add(self.here, self.level, self.curve, self.point)

    def _add_report(self, ax: Axes) -> None:
        names = [f"{name}[{l}]" for l in range(1, len(LAYERS)) for name in ("dW", "db")]
        ax.set(title="Array by array", xlabel="relative error", xscale="log", ylim=(5.6, -0.6))
        ax.set(xlim=ERROR_BOUNDS, yticks=range(len(names)), yticklabels=names)
        ax.set_xticks(10.0 ** np.arange(-12, 1, 3))
        ax.minorticks_off()
        self.stems = LineCollection([], colors="#BBBBBB", linewidths=1.5)
        ax.add_collection(self.stems, autolim=False)
        (self.tolerance,) = ax.plot([], [], "--", color=GREEN)
        self.marks = {
            verdict: ax.plot([], [], marker, color=colour, markersize=8, label=verdict)[0]
            for verdict, (marker, colour) in MARKS.items()
        }
        self._add_legend(ax, *self.marks.values())
        self.canvas.add(self.stems, self.tolerance, *self.marks.values())

    def _add_legend(self, ax: Axes, *handles: Any) -> None:
        ax.legend(
            handles=handles,
            loc="upper center",
            bbox_to_anchor=(0.5, -0.13),
            ncols=len(handles),
            columnspacing=0.8,
            handlelength=1.6,
            handletextpad=0.4,
            fontsize=9,
            frameon=False,
        ).set_in_layout(False)

    def draw(self, report: Report, error: float, curve: Array) -> str:
        """Return the picture of a check, its relative error, and that for each ε of `GRID`."""
        epsilon, tolerance = report.epsilon, report.tolerance
        error = _drawn(error)
        at = np.searchsorted(GRID, epsilon)
        curve = np.clip(curve, LEAST, HIGHEST)
        self.curve.set_data(np.insert(GRID, at, epsilon), np.insert(curve, at, error))
        self.point.set_data([epsilon], [error])
        self.here.set_data([epsilon, epsilon], ERROR_BOUNDS)
        self.level.set_data(BOUNDS, [tolerance, tolerance])
        self.tolerance.set_data([tolerance, tolerance], [-0.6, 5.6])
        self._draw_report(report.arrays)
        return self.canvas.frame(
            "Left, the U-shaped curve of the relative error over the nudge, with a point at the "
            "chosen one; right, the relative error of each parameter array against the "
            "tolerance. The line below says how it stands."
        )

    def _draw_report(self, arrays: tuple[ArrayCheck, ...]) -> None:
        errors = [_drawn(array.relative_error) for array in arrays]
        self.stems.set_segments(
            [[(ERROR_BOUNDS[0], y), (error, y)] for y, error in enumerate(errors)]
        )
        for verdict, mark in self.marks.items():
            rows = [y for y, array in enumerate(arrays) if array.verdict == verdict]
            mark.set_data([errors[y] for y in rows], rows)


def _drawn(error: float) -> float:
    return float(np.clip(error, LEAST, HIGHEST))
