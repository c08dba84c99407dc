"""The lab of lesson 5: a network learns the two moons while you watch."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import ceil
from typing import Any

import ipywidgets as widgets
import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.labs.health import health_of_hidden_layers
from helpers.losses import accuracy
from helpers.network import MLP
from helpers.plots import BLUE, CLASS_MAP, COLOURS, LINES, ORANGE, POINT, course_style, new_figure
from helpers.training import Record, training_steps
from helpers.validation import Array
from helpers.widgets.canvas import Canvas
from helpers.widgets.controls import choice, float_slider, int_slider, log_slider
from helpers.widgets.lab import CanvasLab, Frame, Request
from helpers.widgets.lifetime import weakly

LEFT, RIGHT, BOTTOM, TOP = -2.5, 3.5, -2.0, 2.5
GRID = np.meshgrid(np.linspace(LEFT, RIGHT, 96), np.linspace(BOTTOM, TOP, 72))
POINTS = np.vstack([GRID[0].ravel(), GRID[1].ravel()])
ONE_THREAD = 2**18  # multiplications in a product that OpenBLAS doesn't yet share among threads
MOST_EPOCHS, MOST_LAYERS, WEIGHT_LIMIT = 2000, 4, 3
FAST: dict[str, Any] = {"interpolation": "nearest", "interpolation_stage": "data"}
LOSSES, NORMS = (1e-5, 1), (1e-6, 1)  # the axes' ends
# a marker where a curve begins: at 0 epochs it is all there is
START: dict[str, Any] = {
    "marker": "o",
    "markersize": 3,
    "markevery": MOST_EPOCHS,
    "clip_on": False,
}
SHORT_EPOCHS, SHORT = 500, 0.100  # a short training is shown when it is done, if it can be
FIRST_FRAME, NEXT_FRAME = 0.020, 0.060  # seconds of training before a picture
TRAIN_ON, SHOW_AGAIN = "train on", "show again"  # what a button asks for


class TrainingLab(CanvasLab["_Panels"]):
    """A network on the two moons, with the sliders that people argue about.

    Parameters
    ----------
    learning_rate, layer_1, layer_2, layer_3, activation, epochs, batch_size, noise, seed
        Where the controls start. A hidden layer of 0 units is left out; `batch_size` is
        'all' or a number of samples. The learning rate counts as the slider shows it, with
        two digits: JupyterLab moves 0.5 to the nearest place of the slider, 0.501.

    Attributes
    ----------
    network : MLP
        As it is now; go on with it where the lab leaves off.
    records : list of Record
        The training so far.
    """

    def __init__(
        self,
        learning_rate: float = 0.5,
        layer_1: int = 16,
        layer_2: int = 8,
        layer_3: int = 0,
        activation: str = "relu",
        epochs: int = 500,
        batch_size: int | str = "all",
        noise: float = 0.15,
        seed: int = 3,
    ) -> None:
        controls = {
            "learning_rate": log_slider("learning rate", learning_rate, -3, 2),
            "epochs": int_slider("epochs", epochs, 0, MOST_EPOCHS, 50),
            "layer_1": int_slider("units of layer 1", layer_1, 0, 32),
            "layer_2": int_slider("units of layer 2", layer_2, 0, 32),
            "layer_3": int_slider("units of layer 3", layer_3, 0, 32),
            "activation": choice("activation", activation, ACTIVATIONS),
            "batch_size": choice("samples per step", batch_size, ["all", 150, 50, 30, 10]),
            "noise": float_slider("noise of the data", noise, 0, 0.5, 0.05),
            "seed": int_slider("seed", seed, 0, 20),
        }
        buttons = [
            _button("Train on", "for the same number of epochs again", self.train_on),
            _button("Start again", "from the first weights", self.start_again),
            _button("Keep this curve", "to compare the next run with it", self.keep_curve),
        ]
        row = widgets.HBox(buttons, layout=widgets.Layout(width="46%"))
        super().__init__(_Panels, controls, above=[*controls.values(), row])
        self._buttons = buttons
        self.kept: list[Record] = []
        self.start()

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
        if request.action not in (TRAIN_ON, SHOW_AGAIN):
            self._begin(request.state)
        if request.action != SHOW_AGAIN:
            for _ in self._train(request.state):
                yield self._frame()
        yield self._frame()

    def _frame(self) -> Frame:
        picture = self._panels.draw(self.network, self.data, self.records, self.kept)
        return Frame(picture, self._describe())

    def _train(self, state: Mapping[str, Any]) -> Iterator[None]:
        """Train on from here, and yield when it is time for a picture."""
        first = self.records[-1:]
        so_far = first[0].epoch if first else 0
        patience = SHORT if state["epochs"] <= SHORT_EPOCHS else FIRST_FRAME
        deadline = time.perf_counter() + patience
        try:
            for record in self._steps(state):
                if not first or record.epoch:
                    self.records.append(replace(record, epoch=record.epoch + so_far))
                if time.perf_counter() > deadline:
                    yield
                    deadline = time.perf_counter() + NEXT_FRAME
        except FloatingPointError as error:
            self.stopped = str(error)

    def _begin(self, state: Mapping[str, Any]) -> None:
        hidden = [state[f"layer_{i}"] for i in (1, 2, 3) if state[f"layer_{i}"]]
        names = [state["activation"]] * len(hidden) + ["sigmoid"]
        self.data = two_moons(300, state["noise"], state["seed"])
        self.fresh = two_moons(300, state["noise"], state["seed"] + 1000)
        self.network = MLP([2, *hidden, 1], names, state["seed"])
        self.records: list[Record] = []
        self.stopped = ""

    def _steps(self, state: Mapping[str, Any]) -> Iterator[Record]:
        return training_steps(
            self.network,
            *self.data,
            epochs=state["epochs"],
            learning_rate=float(f"{state['learning_rate']:.2g}"),
            batch_size=None if state["batch_size"] == "all" else state["batch_size"],
            seed=state["seed"],
            record_every=max(5, state["epochs"] // 25),
        )

    def _describe(self) -> str:
        """Say how far the training has come, and what is wrong with it if something is."""
        if not self.records:
            return self.stopped
        last = self.records[-1]
        fresh = accuracy(self.network.predict(self.fresh[0]), self.fresh[1])
        parts = [
            f"{self.network}. After {last.epoch} epochs the loss is {_loss(last)}; "
            f"{last.train_accuracy:.1%} of the training points are right, "
            f"and {fresh:.1%} of fresh points.",
            *self._said_of_kept(),
        ]
        if self.stopped:
            return " ".join([*parts, self.stopped])
        return " ".join([*parts, *_ailments(self.network, self.data[0])])

    def _said_of_kept(self) -> Iterator[str]:
        if self.kept:
            last = self.kept[-1]
            yield (
                f"The dotted curve, which you kept, ends after {last.epoch} epochs at a loss of "
                f"{_loss(last)}."
            )


def _loss(record: Record) -> str:
    return f"{record.loss:.4f}" if record.loss >= 1e-4 else "below 0.0001"


class _Panels:
    """The figure of the lab: what stands still is drawn once, the rest is set by `draw`."""

    @course_style()
    def __init__(self) -> None:
        figure, _ = new_figure(9.625, 6.0, rows=0)
        rows = figure.add_gridspec(2, 1, height_ratios=(2, 0.8))
        grid, heat_row = rows[0].subgridspec(2, 2), rows[1].subgridspec(1, MOST_LAYERS)
        boundary, loss, norms = (
            figure.add_subplot(place) for place in (grid[:, 0], grid[0, 1], grid[1, 1])
        )
        heat = [figure.add_subplot(heat_row[0, l]) for l in range(MOST_LAYERS)]
        self.canvas, self.layers = Canvas(figure), MOST_LAYERS
        self._add_boundary(boundary)
        self._add_curves(loss, norms)
        self._add_weights(heat)

    def _add_boundary(self, ax: Axes) -> None:
        ax.grid(False)
        ax.set(xlabel="$x_1$", ylabel="$x_2$", title="What the network says of each point")
        extent = (LEFT, RIGHT, BOTTOM, TOP)
        blank = np.zeros(GRID[0].shape)
        self.map = ax.imshow(
            blank,
            CLASS_MAP,
            vmin=0,
            vmax=1,
            extent=extent,
            origin="lower",
            aspect="auto",
            **FAST,
        )
        self.line = LineCollection([], colors="black", linewidths=1.5)
        ax.add_collection(self.line, autolim=False)
        (self.circles,) = ax.plot([], [], "o", color=BLUE, **POINT)
        (self.triangles,) = ax.plot([], [], "^", color=ORANGE, **POINT)
        self.boundary = ax
        self.canvas.add(self.map, self.line, self.circles, self.triangles)

    def _add_curves(self, loss: Axes, norms: Axes) -> None:
        (self.kept,) = loss.plot([], [], ":", color="#777777")
        (self.loss,) = loss.plot([], [], color=BLUE, **START)
        self.norms = [
            norms.plot([], [], LINES[l], color=COLOURS[l], label=f"layer {l + 1}", **START)[0]
            for l in range(MOST_LAYERS)
        ]
        loss.set(title="Training loss", yscale="log", ylim=LOSSES)
        norms.set(title="Gradient norms", yscale="log", ylim=NORMS, xlabel="epoch")
        legend = norms.legend(loc="lower left", ncols=MOST_LAYERS, fontsize=8, frameon=False)
        names = zip(legend.legend_handles, legend.get_texts(), strict=True)
        self.of_layer: list[list[Any]] = [list(name) for name in names]
        self.canvas.add_labels(legend)
        for ax in (loss, norms):
            ax.minorticks_off()
            ax.set_xlim(0, MOST_EPOCHS)
        self.curves = loss, norms
        self.canvas.add(self.loss, self.kept, *self.norms)  # the kept one on top, or it hides

    def _add_weights(self, axes: list[Axes]) -> None:
        self.heat: list[Any] = []
        for ax in axes:
            ax.set_axis_off()
            image = ax.imshow(
                np.zeros((1, 1)),
                "PuOr",
                vmin=-WEIGHT_LIMIT,
                vmax=WEIGHT_LIMIT,
                aspect="auto",
                extent=(0, 1, 0, 1),
                **FAST,
            )
            self.heat.append(image)
            title = ax.set_title(f"W[{len(self.heat)}]")
            self.of_layer[len(self.heat) - 1].append(title)
            self.canvas.add_labels(title)
        self.canvas.figure.colorbar(image, ax=axes, label="weight")
        self.canvas.add(*self.heat)

    @course_style()
    def draw(
        self,
        network: MLP,
        data: tuple[Array, Array],
        records: Sequence[Record],
        kept: Sequence[Record],
    ) -> str:
        """Return the picture of a network and of its training, with that of one before."""
        self._draw_boundary(network, *data)
        self._draw_curves(records, kept)
        self._draw_weights(network)
        return self.canvas.frame(
            "Left, the decision boundary among the points; right, the training loss and the "
            "gradient norms over the epochs; below, the weights. The line below says how it stands."
        )

    def _draw_boundary(self, network: MLP, X: Array, Y: Array) -> None:
        Z, A = over_the_plane(network)
        self.map.set_data(A)
        # where A = 0.5; along a cliff from 0 to 1 that would come out as stairs, this doesn't
        contour = self.boundary.contour(*GRID, Z, levels=[0]) if Z.min() < 0 < Z.max() else None
        self.line.set_segments(contour.allsegs[0] if contour else [])
        if contour:
            contour.remove()
        is_one = Y[0] > 0.5
        self.circles.set_data(*X[:, ~is_one])
        self.triangles.set_data(*X[:, is_one])

    def _draw_curves(self, records: Sequence[Record], kept: Sequence[Record]) -> None:
        epochs = [record.epoch for record in records]
        last = max((record.epoch for record in (*records, *kept)), default=0)
        right = MOST_EPOCHS * max(1, ceil(last / MOST_EPOCHS))
        if self.curves[0].get_xlim()[1] != right:
            for ax in self.curves:
                ax.set_xlim(0, right)
            self.canvas.reset()
        # what is practically 0 lies along the lower edge, and not out of sight
        self.loss.set_data(epochs, np.clip([record.loss for record in records], *LOSSES))
        self.kept.set_data([r.epoch for r in kept], np.clip([r.loss for r in kept], *LOSSES))
        for l, line in enumerate(self.norms):
            norms = [r.gradient_norms[l] for r in records if l < len(r.gradient_norms)]
            line.set_data(epochs[: len(norms)], np.clip(norms, *NORMS))

    def _draw_weights(self, network: MLP) -> None:
        for l, image in enumerate(self.heat, start=1):
            image.set_visible(l <= network.n_layers)
            if l <= network.n_layers:
                image.set_data(network.W[l])
        if self.layers != network.n_layers:
            self.layers = network.n_layers
            for l, artists in enumerate(self.of_layer, start=1):
                for artist in artists:
                    artist.set_alpha(float(l <= self.layers))  # hidden, it would lose its place
            self.canvas.relabel()


def over_the_plane(network: MLP) -> tuple[Array, Array]:
    """Return Z[L] and A[L] at the points of `GRID`.

    They are computed in parts, small enough for one thread: waiting for another one takes the
    training's time, longer than the product itself.
    """
    largest = max(matrix.size for matrix in network.parameters.matrix.values())
    columns, L = ONE_THREAD // largest, network.n_layers
    starts = range(0, POINTS.shape[1], columns)
    parts = [network.forward(POINTS[:, i : i + columns])[1] for i in starts]
    Z, A = np.hstack([part.Z[L] for part in parts]), np.hstack([part.A[L] for part in parts])
    return Z.reshape(GRID[0].shape), A.reshape(GRID[0].shape)


def _ailments(network: MLP, X: Array) -> Iterator[str]:
    """Say which hidden layers have dead or saturated units."""
    for layer in health_of_hidden_layers(network, network.forward(X)[1]):
        if layer.dead:
            units = f"{layer.dead} of {layer.units} units of layer {layer.layer}"
            yield f"{units} {'is' if layer.dead == 1 else 'are'} dead: off for every point."
        if layer.saturated:
            yield f"Layer {layer.layer} is saturated: most of its slopes are below 0.01."


def _button(label: str, tooltip: str, do: Callable[[], None]) -> Any:
    layout = widgets.Layout(width="auto", flex="1 1 auto")
    button = widgets.Button(description=label, tooltip=tooltip, layout=layout)
    do = weakly(do)
    button.on_click(lambda _: do())
    return button
