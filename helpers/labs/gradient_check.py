"""The lab of lesson 4: how far to nudge, and what the gradient check says then."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import ArrayLike, NDArray

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.gradient_check import Report, check_gradient, numerical_gradient, relative_error
from helpers.labs.wording import one_digit, one_or_many
from helpers.layers import Caches
from helpers.network import MLP
from helpers.plots import new_figure
from helpers.style import BLUE, COLOURS, GREEN, ORANGE, drawn
from helpers.tables import in_prose, power_of_ten
from helpers.texts import read, say, together
from helpers.training import train
from helpers.validation import Array
from helpers.widgets.canvas import Canvas, canvas_style
from helpers.widgets.controls import choice, log_slider
from helpers.widgets.lab import CanvasLab, Frame, Request

WORDS = "lesson_4/lab"
TEXTS = read(WORDS)
SIDES, DTYPES, NETWORKS = ("two-sided", "one-sided"), ("float64", "float32"), ("fresh", "trained")
LEAST, MOST, HIGHEST = 1e-12, 1e-1, 2.0  # of ε, and the greatest relative error drawn
ROOM = 2  # times; between the outermost marker's middle and the frame
BOUNDS = LEAST / ROOM, MOST * ROOM
ERROR_BOUNDS = LEAST / ROOM, HIGHEST * ROOM
ROWS = -0.6, 5.6  # from above the first array to below the last
GRID = np.logspace(-12, -1, 45)
# times the least reading; up to this a reading counts as near the bottom, one that passes sooner
NEAR = {True: 50, False: 5}
LAYERS = (2, 16, 8, 1)
SAMPLES = 20
# of a legend: under the axis' label
BELOW: dict[str, Any] = dict(loc="upper center", handlelength=1.6, handletextpad=0.4)
BELOW |= dict(columnspacing=0.8, frameon=False)
MARKS = {  # verdict → its marker and colour
    "agrees": ("o", BLUE),
    "differs": ("X", ORANGE),
    "on a kink": ("D", COLOURS[3]),
    "lost in rounding": ("s", "#777777"),
}


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
        How many combinations of a parameter, a sample and a unit (of the parameter's layer or a
        later one) have z beyond the unit's kink at one end of the nudge and not at the other.
    """
    _, caches = network.forward(X)
    up = _units_on(network, caches, epsilon)
    down = _units_on(network, caches, -epsilon if two_sided else 0.0)
    return sum(int((one != other).sum()) for one, other in zip(up, down, strict=True))


def _units_on(network: MLP, caches: Caches, nudge: float) -> Iterator[NDArray[np.bool]]:
    """Yield where z is beyond the kink in each layer from l on that has one, for all nudges of l.

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
    curve : ndarray, shape of `GRID`
        The same for each ε of `GRID`.
    kinks : int
        How many kinks the nudges cross.
    """

    recipes: ClassVar = {
        "epsilon": (log_slider, 1e-6, -12, -1, ".1~e"),
        "sides": (choice, "two-sided", SIDES, TEXTS["options"]),
        "dtype": (choice, "float64", DTYPES, TEXTS["options"]),
        "activation": (choice, "tanh", ACTIVATIONS),
        "training": (choice, "fresh", NETWORKS, TEXTS["options"]),
    }

    def __init__(self, **start: Any) -> None:
        super().__init__(_Panels, self.made(TEXTS["controls"], start))
        self.start()

    def frames(self, request: Request) -> Iterator[Frame]:
        """Check at the chosen ε, and at every ε of the curve if it isn't known yet."""
        state = request.state
        settings = state["activation"], state["dtype"], state["training"]
        two_sided, epsilon = state["sides"] == "two-sided", state["epsilon"]
        # copies: the originals serve other labs too
        self.network, self.curve = _network(*settings).copy(), _sweep(*settings, two_sided).copy()
        X, Y = self.data = _points()
        self.report = check_gradient(self.network, X, Y, epsilon=epsilon, two_sided=two_sided)
        self.error = self.report.relative_error
        self.kinks = kinks_crossed(self.network, X, epsilon, two_sided)
        yield Frame(self._panels.draw(self.report, self.curve), together(self._said(state)))

    def _said(self, state: Mapping[str, Any]) -> Iterator[str]:
        """Say what the check reads, why, and what it concludes."""
        report, texts = self.report, TEXTS["said"]
        names = {name: TEXTS["options"].get(value, value) for name, value in state.items()}
        names |= {"epsilon": in_prose(report.epsilon, 3), "error": _reading(report)}
        yield texts["reading"].format(**names)
        branch = branch_of(report, self.curve)
        over_kinks = branch == "truncation" and self.kinks
        yield TEXTS["passed" if report.passed else "failed"]["kinks" if over_kinks else branch]
        if self.network.has_kinks:
            parameters = self.network.theta.size
            yield one_or_many(TEXTS["kinks"], self.kinks, parameters=parameters, samples=SAMPLES)
        else:
            yield texts["smooth"].format(**names)
        yield _verdict(report)


def branch_of(report: Report, curve: Array) -> str:
    """Return where on the U a check lies: 'rounding', 'truncation' or 'bottom'."""
    if report.relative_error <= NEAR[report.passed] * curve.min():
        return "bottom"
    return "rounding" if report.epsilon < GRID[curve.argmin()] else "truncation"


def _reading(report: Report) -> str:
    floor = report.tolerance / 10
    if report.relative_error < floor:  # such digits are rounding, and differ between machines
        return str(TEXTS["said"]["below"].format(number=one_digit(floor)))
    return one_digit(report.relative_error)


def _verdict(report: Report) -> str:
    others = []
    for verdict, texts in TEXTS["others"].items():
        if names := [array.name for array in report.arrays if array.verdict == verdict]:
            others.append(one_or_many(texts, len(names), names=say("comma").join(names)))
    said: str = TEXTS["said"]["passed" if report.passed else "failed"]
    agree = sum(array.verdict == "agrees" for array in report.arrays)
    numbers = {"agree": agree, "arrays": len(report.arrays)}
    tolerance = one_digit(report.tolerance)
    return said.format(**numbers, tolerance=tolerance, others=say("comma").join(others))


@cache
def _moons() -> tuple[Array, Array]:
    return two_moons(300, noise=0.15, seed=3)


def _points() -> tuple[Array, Array]:
    X, Y = _moons()
    return X[:, :SAMPLES].copy(), Y[:, :SAMPLES].copy()


@cache
def _network(activation: str, dtype: str, training: str) -> MLP:
    names = [activation, activation, "sigmoid"]
    result = MLP(LAYERS, names, seed=3, dtype=np.dtype(dtype))
    if dtype != "float64":  # the same weights, rounded
        result.theta[:] = _network(activation, "float64", training).theta
    elif training == "trained":
        train(result, *_moons(), epochs=500, learning_rate=0.5, progress=0)
    return result


@cache
def _sweep(activation: str, dtype: str, training: str, two_sided: bool) -> Array:
    """Return the relative error of the whole gradient at each ε of `GRID`."""
    network, (X, Y) = _network(activation, dtype, training), _points()
    exact = network.backward(network.forward(X)[1], Y).vector
    slopes = (numerical_gradient(network, X, Y, epsilon, two_sided).vector for epsilon in GRID)
    return np.array([relative_error(exact, numerical) for numerical in slopes])


class _Panels:
    """The figure of the lab: what stands still is drawn once, the rest is set by `draw`."""

    @canvas_style()
    def __init__(self) -> None:
        figure, _ = new_figure(9.625, 4.5, rows=0)
        figure.set_layout_engine("none")
        self.canvas = Canvas(figure)
        self._add_curve(figure.add_axes((0.075, 0.18, 0.475, 0.76)))
        self._add_arrays(figure.add_axes((0.615, 0.18, 0.375, 0.76)))

    def _add_curve(self, ax: Axes) -> None:
        titles, labels = drawn(WORDS)["titles"], drawn(WORDS)["labels"]
        self.here = self.canvas.line(ax, ":", color="#777777")
        self.level = self.canvas.line(ax, "--", color=GREEN, label=labels["tolerance"])
        self.curve = self.canvas.line(ax, color=BLUE)
        self.point = self.canvas.line(ax, "o", color=ORANGE, label=labels["point"])
        self.point.set(markersize=11, markeredgecolor="white")
        ax.set(title=titles["curve"], xlabel=labels["epsilon"], xscale="log", yscale="log")
        ax.set(ylabel=labels["error"], xlim=BOUNDS, ylim=ERROR_BOUNDS)
        ax.set_xticks(*_powers(-12, -2, 2))
        ax.set_yticks(*_powers(-12, 0, 2))
        _add_legend(ax, 0.5, self.point, self.level)

    def _add_arrays(self, ax: Axes) -> None:
        names = [f"{name}[{l}]" for l in range(1, len(LAYERS)) for name in ("dW", "db")]
        titles, labels = drawn(WORDS)["titles"], drawn(WORDS)["labels"]
        ax.set(title=titles["arrays"], xlabel=labels["error"], xscale="log")
        ax.set(xlim=ERROR_BOUNDS, ylim=ROWS[::-1])
        ax.set_xticks(*_powers(-12, 0, 3))
        ax.set_yticks(range(len(names)), names)
        self.stems = LineCollection([], colors="#BBBBBB", linewidths=1.5)
        ax.add_collection(self.stems, autolim=False)
        self.canvas.add(self.stems)
        self.tolerance = self.canvas.line(ax, "--", color=GREEN)
        self.marks = {
            verdict: self.canvas.line(ax, form, color=colour, markersize=8, label=name)
            for verdict, name in drawn(WORDS)["verdicts"].items()
            for form, colour in [MARKS[verdict]]
        }
        _add_legend(ax, 0.39, *self.marks.values())  # which is wider than the axis

    def draw(self, report: Report, curve: Array) -> str:
        """Return the picture of a check, on the curve of the errors for each ε of `GRID`."""
        epsilon, tolerance = report.epsilon, report.tolerance
        error, at = _drawn(report.relative_error), np.searchsorted(GRID, epsilon)
        self.curve.set_data(np.insert(GRID, at, epsilon), np.insert(_drawn(curve), at, error))
        self.point.set_data([epsilon], [error])
        self.here.set_data([epsilon, epsilon], ERROR_BOUNDS)
        self.level.set_data(BOUNDS, [tolerance, tolerance])
        self.tolerance.set_data([tolerance, tolerance], ROWS)
        ends = [(_drawn(array.relative_error), y) for y, array in enumerate(report.arrays)]
        self.stems.set_segments([[(ERROR_BOUNDS[0], y), (error, y)] for error, y in ends])
        verdicts = np.array([array.verdict for array in report.arrays])
        for verdict, mark in self.marks.items():
            mark.set_data(*np.array(ends)[verdicts == verdict].T)
        return self.canvas.frame(TEXTS["alt"])


def _powers(first: int, last: int, step: int) -> tuple[list[float], list[str]]:
    """Return where ticks stand on a log axis, and what stands there."""
    exponents = range(first, last + 1, step)
    return [10.0**k for k in exponents], [power_of_ten(k) for k in exponents]


def _add_legend(ax: Axes, middle: float, *handles: Any) -> None:
    ax.minorticks_off()
    ax.legend(handles=handles, ncols=len(handles), bbox_to_anchor=(middle, -0.13), **BELOW)


def _drawn(error: Any) -> Any:
    """Return errors as they are drawn: at the edge where they are beyond it."""
    return np.clip(error, LEAST, HIGHEST)
