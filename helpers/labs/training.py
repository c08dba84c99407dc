"""The lab of lesson 5: a network learns points of two classes while you watch."""

import time
from collections.abc import Iterator, Mapping, Sequence
from math import ceil
from typing import Any, ClassVar

import ipywidgets as widgets
import numpy as np
from contourpy import contour_generator
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.legend import Legend
from numpy.typing import ArrayLike

from helpers.activations import ACTIVATIONS
from helpers.datasets import DATASETS, Points, points_of_two_classes, scaled
from helpers.labs.health import health_of_hidden_layers
from helpers.labs.learning import Learning
from helpers.labs.wording import one_or_many
from helpers.losses import accuracy
from helpers.network import MLP
from helpers.plots import POINT
from helpers.style import BLUE, CLASS_MAP, COLOURS, LINES, ORANGE, drawn
from helpers.tables import power_of_ten
from helpers.texts import read, say, together
from helpers.training import Record
from helpers.validation import Array, random_generator
from helpers.widgets.buttons import button
from helpers.widgets.canvas import Canvas, axes_at, canvas_style
from helpers.widgets.controls import choice, float_slider, int_slider, log_slider
from helpers.widgets.lab import CanvasLab, Frame, Request

Run = Sequence[Record]
Place = tuple[float, float]
WORDS = "lesson_5/lab"
TEXTS = read(WORDS)
ACROSS, UP = 3.0, 2.25  # how far the plane is shown from its middle
GRID = np.meshgrid(np.linspace(-ACROSS, ACROSS, 96), np.linspace(-UP, UP, 72))
POINTS = np.vstack([GRID[0].ravel(), GRID[1].ravel()])
MIDDLE = {"moons": (0.5, 0.25)}  # the others lie about the origin
YOURS = "yours"
PART = 216  # points at a time, so few that OpenBLAS shares no product among threads
SAMPLES, MOST_EPOCHS, MOST_LAYERS = 300, 2000, 4
FRESH = 1000  # is added to the seed of points that the network hasn't seen
SIZE = 924, 476  # pixels, and so is what follows: left, bottom, width, height
PLACES = {
    "boundary": (76, 178, 360, 270),
    "loss": (508, 329, 394, 119),
    "norms": (508, 178, 394, 119),
    "bar": (858, 10, 9, 102),
}
HEAT = 170, 102  # width and height of the weights of a layer, at most
PLACES |= {f"W[{l}]": (208 * l - 178, 10, *HEAT) for l in range(1, MOST_LAYERS + 1)}
WEIGHTS: dict[str, Any] = {"cmap": "PuOr", "clim": (-3, 3)}
POWERS = range(-5, 1, 1), range(-6, 1, 2)  # at the ticks of losses and norms, from end to end
LOSSES, NORMS = ((10.0 ** powers[0], 1) for powers in POWERS)
# of a legend: in the line of the title, where no curve crosses it
ABOVE: dict[str, Any] = dict(loc="lower right", bbox_to_anchor=(1, 1), borderaxespad=0)
ABOVE |= dict(handlelength=1.5, handletextpad=0.4, columnspacing=0.6)
# a marker where a curve begins: at 0 epochs it is all there is
START: dict[str, Any] = dict(marker="o", markersize=3, markevery=MOST_EPOCHS, clip_on=False)
SHORT_EPOCHS, SHORT = 500, 0.100  # a short training is shown when it is done, if it can be
FIRST_FRAME, NEXT_FRAME = 0.020, 0.060  # seconds of training before a picture
TRAIN_ON, SHOW_AGAIN = "train on", "show again"  # what a button asks for
# A page sends a press at once, but a move only when the one before is answered. So a move that
# comes right after a press was made before it.
OVERTAKEN, LATE = "a move, then train on", 0.6  # seconds


def choice_of_data(label: str, data: Any) -> Any:
    """Return buttons for the kinds of points, with one more for points of the learner's own."""
    if _is_own(data):
        return choice(label, YOURS, [*DATASETS, YOURS])
    return choice(label, data, DATASETS)


def _is_own(data: Any) -> bool:
    return isinstance(data, tuple | list) and len(data) == 2


class TrainingLab(Learning, CanvasLab["_Panels"]):
    """A network on points of two classes, with the sliders that people argue about.

    Parameters
    ----------
    data : str or pair of array_like
        'moons', 'circles', 'xor' or 'spirals'; or points of your own, X of shape (2, m) and Y of
        shape (1, m), 0 or 1. These are scaled to numbers from −1.5 to 1.5, a fifth of them is
        kept as the fresh ones, and they get no noise.
    learning_rate, layer_1, layer_2, layer_3, activation, epochs, batch_size, noise, seed
        Where the controls start. A hidden layer of 0 units is left out; `batch_size` is
        'all' or a number of samples. The learning rate counts as the slider shows it, with
        two digits: JupyterLab moves 0.5 to the nearest place of the slider, 0.501.

    Attributes
    ----------
    network : MLP
        As it is now; go on with it where the lab leaves off.
    data, fresh : tuple of ndarray
        The points that it learns, X and Y, and as many that it doesn't.
    records, kept : list of Record
        The training so far, and the one whose curve was kept.
    stopped : str
        Why the training ended early; empty if it didn't.
    """

    recipes: ClassVar = {
        "learning_rate": (log_slider, 0.5, -3, 2),
        "epochs": (int_slider, 500, 0, MOST_EPOCHS, 50),
        "layer_1": (int_slider, 16, 0, 32),
        "layer_2": (int_slider, 8, 0, 32),
        "layer_3": (int_slider, 0, 0, 32),
        "activation": (choice, "relu", ACTIVATIONS),
        "batch_size": (choice, "all", ["all", 150, 50, 30, 10], TEXTS["options"]),
        "data": (choice_of_data, "moons"),
        "noise": (float_slider, 0.15, 0, 0.5, 0.05),
        "seed": (int_slider, 3, 0, 20),
    }

    def __init__(self, **start: Any) -> None:
        if _is_own(start.get("data")):
            self._own = _scaled(*start["data"])
        controls = self.made(TEXTS["controls"], start)
        tooltips, layout = TEXTS["tooltips"], {"width": "auto", "flex": "1 1 auto"}
        buttons = {
            name: button(label, self._press, name, tooltip=tooltips[name], layout=layout)
            for name, label in TEXTS["buttons"].items()
        }
        row = widgets.HBox(list(buttons.values()), layout={"width": "auto"})
        super().__init__(_Panels, controls, above=[*controls.values(), row])
        self.buttons, self.kept, self._pressed = buttons, list[Record](), 0.0
        self.start()

    def _press(self, name: str) -> None:
        getattr(self, name)()
        self._pressed = time.monotonic() if name == "train_on" else 0.0

    def asked_by_a_move(self) -> str:
        """Return that it trains on after this, where the press of that button has overtaken it."""
        return OVERTAKEN if time.monotonic() - self._pressed < LATE else ""

    def train_on(self) -> None:
        """Train the network as it is for as many epochs again."""
        with self.settled():
            self.ask(TRAIN_ON)

    def start_again(self) -> None:
        """Go back to the first weights, and train."""
        self.ask()

    def keep_curve(self) -> None:
        """Keep the current loss curve, dotted, beside those that follow."""
        with self.settled():
            self.kept = list(self.records)
            self.ask(SHOW_AGAIN)

    def frames(self, request: Request) -> Iterator[Frame]:
        """Train, and show how it goes in between."""
        if request.action in ("", OVERTAKEN):
            self._begin(request.state)
        for _ in range({SHOW_AGAIN: 0, OVERTAKEN: 2}.get(request.action, 1)):
            for _ in self._train(request.state):
                yield self._frame()
        yield self._frame()

    def _begin(self, state: Mapping[str, Any]) -> None:
        hidden = [state[name] for name in ("layer_1", "layer_2", "layer_3") if state[name]]
        names = [state["activation"]] * len(hidden) + ["sigmoid"]
        self._middle = MIDDLE.get(state["data"], (0.0, 0.0))
        points = self._points(state["data"], state["noise"], state["seed"])
        self.begin(MLP([2, *hidden, 1], names, state["seed"]), *points)

    def _train(self, state: Mapping[str, Any]) -> Iterator[None]:
        patience = SHORT if state["epochs"] <= SHORT_EPOCHS else FIRST_FRAME
        every = max(5, state["epochs"] // 25)
        return self.train(state, patience, NEXT_FRAME, seed=state["seed"], record_every=every)

    def _points(self, name: str, noise: float, seed: int) -> tuple[Points, Points]:
        """Return the points to learn, and fresh ones."""
        self.controls.noise.disabled = name == YOURS
        if name != YOURS:
            draw = DATASETS[name]
            return draw(SAMPLES, noise, seed), draw(SAMPLES, noise, seed + FRESH)
        X, Y = self._own
        order = random_generator(seed, "data").permutation(Y.size)
        training, fresh = np.split(order, [Y.size * 4 // 5])
        return (X[:, training], Y[:, training]), (X[:, fresh], Y[:, fresh])

    def _frame(self) -> Frame:
        shown = self.network, self.data, self.records, self.kept
        return Frame(self._panels.draw(*shown, self._middle), together(self._said()))

    def _said(self) -> Iterator[str]:
        """Say how far the training has come, and what is wrong with it if something is."""
        if self.records:
            last, (X, Y) = self.records[-1], self.fresh
            right = accuracy(self.network.predict(X), Y)
            shares = {"train": f"{last.train_accuracy:.1%}", "fresh": f"{right:.1%}"}
            yield _ending("reached", last, network=self.network, **shares)
        if self.records and self.kept:
            yield _ending("kept", self.kept[-1])
        if self.stopped:
            yield self.stopped
        else:
            yield from _ailments(self.network, self.data[0])


def _scaled(X: ArrayLike, Y: ArrayLike) -> Points:
    """Return points of the learner's own, as large as the network's first weights suit."""
    X, Y = points_of_two_classes(X, Y)
    if Y.size == 1:
        raise ValueError(say("labs.one_point"))
    return scaled(X), Y


def _ending(key: str, last: Record, **others: Any) -> str:
    """Say where a training ends."""
    texts = TEXTS["said"]
    loss = f"{last.loss:.4f}" if last.loss >= 1e-4 else texts["below"]
    return str(texts[key].format(epochs=last.epoch, loss=loss, **others))


def _ailments(network: MLP, X: Array) -> Iterator[str]:
    """Say which hidden layers have dead or saturated units."""
    for health in health_of_hidden_layers(network, network.forward(X)[1]):
        if health.dead:
            yield one_or_many(TEXTS["dead"], health.dead, units=health.units, layer=health.layer)
        if health.saturated:
            yield TEXTS["said"]["saturated"].format(layer=health.layer)


class _Panels:
    """The figure of the lab: what stands still is drawn once, the rest is set by `draw`."""

    @canvas_style()
    def __init__(self) -> None:
        figure, axes = axes_at(SIZE, PLACES)
        self.canvas, self.sizes = Canvas(figure), tuple[int, ...]()
        self.is_kept, self.middle = True, (np.nan, np.nan)
        self._add_boundary(axes["boundary"])
        self._add_curves(axes["loss"], axes["norms"])
        self._add_weights([axes[f"W[{l}]"] for l in range(1, MOST_LAYERS + 1)], axes["bar"])

    def _add_boundary(self, ax: Axes) -> None:
        ax.grid(False)
        title = drawn(WORDS)["titles"]["boundary"]
        ax.set(xlabel="$x_1$", ylabel="$x_2$", title=title, aspect="equal")
        self.map = self.canvas.cells(ax, clim=(0, 1), cmap=CLASS_MAP, origin="lower")
        self.line = LineCollection([], colors="black", linewidths=1.5)
        ax.add_collection(self.line, autolim=False)
        self.canvas.add(self.line)
        self.circles = self.canvas.line(ax, "o", color=BLUE, **POINT)
        self.triangles = self.canvas.line(ax, "^", color=ORANGE, **POINT)

    def _add_curves(self, loss: Axes, norms: Axes) -> None:
        titles, labels = drawn(WORDS)["titles"], drawn(WORDS)["labels"]
        self.curves = loss, norms
        for ax, name, exponents in zip(self.curves, ("loss", "norms"), POWERS, strict=True):
            ax.set(yscale="log", xlim=(0, MOST_EPOCHS), ylim=(10.0 ** exponents[0], 1))
            ax.set_title(titles[name], x=0, horizontalalignment="left")
            ax.set_yticks([10.0**k for k in exponents], _names_of_ticks(exponents))
            ax.minorticks_off()
        loss.tick_params(labelbottom=False)
        norms.set_xlabel(labels["epoch"])
        line = self.canvas.line
        self.loss = line(loss, color=BLUE, label=labels["loss"], **START)
        self.kept = line(loss, ":", color="#777777", label=labels["kept"])  # on top, or it hides
        self.norms = [
            line(norms, LINES[l], color=COLOURS[l], label=str(l + 1), **START)
            for l in range(MOST_LAYERS)
        ]
        self.runs = loss.legend(handles=[self.kept, self.loss], ncols=2, **ABOVE)
        self.legend = norms.legend(ncols=MOST_LAYERS, **ABOVE)
        self.canvas.add_labels(self.runs, self.legend)

    def _add_weights(self, axes: list[Axes], bar: Axes) -> None:
        labels = drawn(WORDS)["labels"]
        self.heat = [self.canvas.cells(ax, **WEIGHTS) for ax in axes]
        for l, ax in enumerate(axes, start=1):
            ax.set(xlim=(0, HEAT[0]), ylim=(HEAT[1], 0), xticks=[], yticks=[])
            ax.set_title(f"W[{l}]", x=0, y=1, pad=4, horizontalalignment="left")
            source = labels["from_input" if l == 1 else "from"].format(l=l - 1)
            ax.xaxis.set_label_position("top")
            ax.set_xlabel(source, x=0.25, horizontalalignment="left")
            ax.set_ylabel(labels["to"].format(l=l), loc="top")
            ax.spines[:].set_visible(False)
        self.canvas.figure.colorbar(self.heat[-1], cax=bar, label=labels["weight"])
        self.canvas.add_labels(*axes)

    def draw(self, network: MLP, data: Points, now: Run, kept: Run, middle: Place) -> str:
        """Return the picture of a network and of its training, with that of one before.

        `middle` is that of the plane.
        """
        if self.middle != middle:
            self._move_to(middle)
        self._draw_boundary(network, *data)
        self._draw_weights(network)
        self._draw_curves(now, kept)
        return self.canvas.frame(TEXTS["alt"])

    def _move_to(self, middle: Place) -> None:
        """Show the plane about another middle."""
        self.middle, (x, y) = middle, middle
        self.map.set_extent((x - ACROSS, x + ACROSS, y - UP, y + UP))
        self.canvas.reset()

    def _draw_boundary(self, network: MLP, X: Array, Y: Array) -> None:
        (x, y), (Z, A) = self.middle, over_the_plane(network, self.middle)
        self.map.set_data(A)
        # where A = 0.5; along a cliff from 0 to 1 that would come out as stairs, this doesn't
        lines: Any = contour_generator(x=GRID[0] + x, y=GRID[1] + y, z=Z).lines(0.0)
        self.line.set_segments(lines)
        is_one = Y[0] > 0.5
        self.circles.set_data(*X[:, ~is_one])
        self.triangles.set_data(*X[:, is_one])

    def _draw_curves(self, records: Run, kept: Run) -> None:
        epochs = [record.epoch for record in records]
        last = max((record.epoch for record in (*records, *kept)), default=0)
        right = MOST_EPOCHS * max(1, ceil(last / MOST_EPOCHS))
        if self.curves[0].get_xlim()[1] != right:
            for ax in self.curves:
                ax.set_xlim(0, right)
            self.canvas.reset()
        if self.is_kept != bool(kept):
            self.is_kept = bool(kept)
            show_entry(self.runs, 0, self.is_kept)
            self.canvas.relabel()
        # what lies beyond an end of the axis lies along that edge, and not out of sight
        self.loss.set_data(epochs, np.clip([record.loss for record in records], *LOSSES))
        if kept:
            self.kept.set_data([r.epoch for r in kept], np.clip([r.loss for r in kept], *LOSSES))
        for l, line in enumerate(self.norms[: len(self.sizes) - 1]):
            line.set_data(epochs, np.clip([r.gradient_norms[l] for r in records], *NORMS))

    def _draw_weights(self, network: MLP) -> None:
        if self.sizes != network.layer_sizes:
            self._make_room(network)
        for image, W in zip(self.heat, network.W.values(), strict=False):
            image.set_data(W)

    def _make_room(self, network: MLP) -> None:
        """Show the layers of a network that has others, in the legend and as weights."""
        if len(self.sizes) != len(network.layer_sizes):
            self.canvas.relabel()
        self.sizes = network.layer_sizes
        for l, (image, norms) in enumerate(zip(self.heat, self.norms, strict=True), start=1):
            is_there = l <= network.n_layers
            for artist in (image, image.axes, norms):
                artist.set_visible(is_there)
            show_entry(self.legend, l - 1, is_there)
            if is_there:
                rows, columns = network.W[l].shape
                cell = min(HEAT[0] / columns, HEAT[1] / rows)
                image.set_extent((0, columns * cell, rows * cell, 0))


def _names_of_ticks(exponents: range) -> list[str]:
    """Return the powers of ten, of which the first and the last stand for all beyond them, too."""
    first, *names, last = (power_of_ten(k) for k in exponents)
    labels = drawn(WORDS)["labels"]
    return [labels["or_less"].format(power=first), *names, labels["or_more"].format(power=last)]


def show_entry(legend: Legend, place: int, there: bool) -> None:
    """Show what stands at a place of a legend, or don't; hidden, it would lose its place."""
    handles: list[Any] = legend.legend_handles
    for artist in (handles[place], legend.get_texts()[place]):
        artist.set_alpha(float(there))


@np.errstate(over="ignore", invalid="ignore")
def over_the_plane(network: MLP, middle: Place) -> Array:
    """Return Z[L] and A[L] at the points of `GRID`, moved to a middle.

    They are computed in parts, all in the same arrays: to get memory for the whole, and to wait
    for another thread, takes longer than the products themselves.
    """
    points = (POINTS + np.array([middle]).T).reshape(2, -1, PART)
    arrays, outputs = network.new_arrays(PART), np.empty_like(points)
    for i in range(points.shape[1]):
        arrays.A[0][:] = points[:, i]
        network.fill_forward(arrays)
        outputs[:, i] = arrays.Z[network.n_layers][0], arrays.A[-1][0]
    return outputs.reshape(2, *GRID[0].shape)
