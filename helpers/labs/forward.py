"""The lab of lesson 2: a network of your own sizes, its shapes, its memory and its signal."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from matplotlib.lines import Line2D

from helpers import plots, style
from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.labs.health import health_of_hidden_layers
from helpers.labs.wording import about, one_or_many, trend
from helpers.layers import Caches
from helpers.network import MLP
from helpers.tables import as_html
from helpers.texts import read, say, together
from helpers.validation import Array
from helpers.widgets.canvas import Canvas, axes_at, canvas_style
from helpers.widgets.controls import choice, int_slider
from helpers.widgets.lab import CanvasLab, Frame, Request

WORDS = "lesson_2/lab"
TEXTS = read(WORDS)
SCALES = {"half of He": 0.5, "He": 1.0, "twice He": 2.0}
ORDER = "He", "half of He", "twice He"  # of the buttons
LOOKS: dict[str, dict[str, Any]] = {
    "half of He": {"color": style.BLUE, "linestyle": "--", "marker": "s"},
    "He": {"color": style.ORANGE, "linestyle": "-", "marker": "o"},
    "twice He": {"color": style.GREEN, "linestyle": "-.", "marker": "^"},
}
MOST_LAYERS, FEATURES, SEED = 8, 2, 3
NOISE = 0.15  # of the two moons
ALIKE = 0.01  # if the activations of the samples differ by less of their size

WIDTH, NODES, PLOT = 922, 150, 160  # pixels: of all, height of the network and of the plot
LEFT, RIGHT = 130, 800  # between them stands a column for the input and one for each layer
NODE_STEP, DECADES = 17, 4
GRID = "#E6E6E6"
STYLE_SHEET = Path(__file__).with_suffix(".css").read_text(encoding="utf-8")


class ForwardLab(CanvasLab["_Panels"]):
    """A network of your own sizes: every shape, what it keeps, and how its signal fares.

    Parameters
    ----------
    depth, layer_1, layer_2, layer_3, samples, activation, weights
        Where the controls start. `depth` counts the layers, the output among them; `layer_3`
        is the size of the third hidden layer and of those after it; `weights` is 'He',
        'half of He' or 'twice He'.

    Attributes
    ----------
    network : MLP
        With 2 inputs and 1 sigmoid output; go on with it where the lab leaves off.
    X, Y : ndarray, shapes (2, m) and (1, m)
        The two moons that went through it.
    caches : Caches
        Of that forward pass.
    size : dict from str to ndarray, shape (depth,)
        For each choice of weights the root mean square of A[0], …, A[depth - 1].
    """

    recipes: ClassVar = {
        "depth": (int_slider, 3, 1, MOST_LAYERS),
        "layer_1": (int_slider, 16, 1, 64),
        "layer_2": (int_slider, 8, 1, 64),
        "layer_3": (int_slider, 8, 1, 64),
        "samples": (int_slider, 300, 10, 1000, 10),
        "activation": (choice, "relu", ACTIVATIONS),
        "weights": (choice, "He", ORDER, TEXTS["options"]),
    }

    def __init__(self, **start: Any) -> None:
        super().__init__(_Panels, self.made(TEXTS["controls"], start), WIDTH)
        self.start()

    def frames(self, request: Request) -> Iterator[Frame]:
        """Send the samples forward under all three choices of weights, the chosen one last."""
        state = request.state
        hidden = [state[f"layer_{min(l, 3)}"] for l in range(1, state["depth"])]
        names = [state["activation"]] * len(hidden) + ["sigmoid"]
        self.X, self.Y = two_moons(state["samples"], NOISE, SEED)
        self.network = MLP([FEATURES, *hidden, 1], names, SEED)
        he_weights = self.network.theta.copy()
        self.size: dict[str, Array] = {}
        for name in sorted(SCALES, key=lambda name: name == state["weights"]):
            self.network.theta[:] = SCALES[name] * he_weights
            _, self.caches = self.network.forward(self.X)
            self.size[name] = _size(self.caches)
        for l in (1, 2, 3):
            getattr(self.controls, f"layer_{l}").disabled = l >= state["depth"]
        yield Frame(self._picture_of(state["depth"]), together(self._said(state["weights"])))

    def _picture_of(self, depth: int) -> str:
        drawing, table = _drawing(self.network.layer_sizes), _cells(self.network, self.caches)
        below = as_html([["", *_columns(depth)[:-1], "", ""]])
        parts = drawing, as_html(table), self._panels.draw(self.size), below
        look = f'class="forward-lab" style="--columns: {depth + 1}"'
        return f"<style>{STYLE_SHEET}</style><div {look}>{''.join(parts)}</div>"

    def _said(self, weights: str) -> Iterator[str]:
        """Say how large the network is, what its caches take, and how the signal fares."""
        network, caches, samples = self.network, self.caches, self.X.shape[1]
        sizes = "-".join(map(str, network.layer_sizes))
        numbers = {"parameters": network.theta.size, "bytes": caches.nbytes}
        yield TEXTS["said"]["network"].format(sizes=sizes, samples=samples, **numbers)
        yield from _of_signal(caches, self.size[weights], weights)
        yield from _ailments(network, caches)


def _size(caches: Caches) -> Array:
    """Return the root mean square of the input and of each hidden layer's outputs."""
    hidden = range(len(caches.Z))
    return np.array([np.sqrt(np.mean(caches.A[l] * caches.A[l])) for l in hidden])


def _of_signal(caches: Caches, size: Array, weights: str) -> Iterator[str]:
    """Say what becomes of the signal, and how well it still tells the samples apart if hardly."""
    texts, first, last = TEXTS["said"], size[0], size[-1]
    if len(size) == 1:
        yield texts["no_hidden_layer"].format(first=about(first))
    else:
        said = texts["size"][trend((last / first) ** (1 / (len(size) - 1)))]
        yield said.format(weights=TEXTS["owners"][weights], first=about(first), last=about(last))
    differ = np.sqrt(np.mean(np.var(caches.A[len(size) - 1], axis=1)))
    if differ < ALIKE * last:
        yield texts["alike"].format(differ=about(differ))


def _ailments(network: MLP, caches: Caches) -> Iterator[str]:
    """Say which units are dead and which layers saturated, up to the first that is all dead."""
    texts, dead, saturated, blocked = TEXTS["said"], [], [], []
    for layer in health_of_hidden_layers(network, caches):
        if layer.dead:
            dead.append(texts["dead_layer"].format(**vars(layer)))
        if layer.saturated:
            saturated.append(texts["saturated_layer"].format(**vars(layer)))
        if layer.dead == layer.units:
            blocked.append(texts["blocked"].format(**vars(layer)))
            break
    if dead:
        yield texts["dead"].format(layers=say("comma").join(dead))
    yield from blocked
    if saturated:
        yield texts["saturated"].format(layers=say("comma").join(saturated))


def _columns(depth: int) -> list[str]:
    """Return the names of the input and of the layers."""
    names = TEXTS["columns"]
    hidden = [names["hidden"].format(l=l) for l in range(1, depth)]
    return [names["input"], *hidden, names["output"]]


def _cells(network: MLP, caches: Caches) -> list[list[str]]:
    """Return each layer's shapes, parameters and bytes under its name, and the sums."""
    rows, sizes, Z = TEXTS["rows"], network.layer_sizes, caches.Z
    counts = [matrix.size for matrix in network.parameters.matrix.values()]
    nbytes = [A.nbytes + (Z[l].nbytes if l else 0) for l, A in caches.A.items()]
    cells: list[list[Any]] = [
        ["", *_columns(network.n_layers), TEXTS["columns"]["together"]],
        ["", *(one_or_many(TEXTS["units"], n) for n in sizes), ""],
        [rows["W"], "", *(W.shape for W in network.W.values()), ""],
        [rows["b"], "", *(b.shape for b in network.b.values()), ""],
        [rows["Z"], "", *(Z.shape for Z in caches.Z.values()), ""],
        [rows["A"], *(A.shape for A in caches.A.values()), ""],
        [rows["parameters"], "", *(f"{n:,}" for n in (*counts, network.theta.size))],
        [rows["bytes"], *(f"{n:,}" for n in (*nbytes, caches.nbytes))],
    ]
    return [[str(cell) for cell in row] for row in cells]


def _drawing(sizes: Sequence[int]) -> str:
    """Draw the units as circles, the weights as lines, and dots for the units left out."""
    step, lines, circles = (RIGHT - LEFT) / len(sizes), "", ""
    before: Array = np.empty(0)
    for l, n in enumerate(sizes):
        x, colour = LEFT + (l + 0.5) * step, style.ORANGE if l else style.BLUE
        heights = NODES / 2 + NODE_STEP * plots.unit_heights(n)
        dots = NODES / 2 + np.array([-6, 0, 6] if n > plots.UNITS_DRAWN else [])
        ends = product(before, heights)
        lines += "".join(f"M{x - step:.1f} {y}L{x:.1f} {other}" for y, other in ends)
        unit = f'<circle cx="{x:.1f}" cy="{{}}" r="6" fill="{colour}" stroke="white"/>'
        circles += "".join(unit.format(y) for y in heights)
        circles += "".join(f'<circle cx="{x:.1f}" cy="{y}" r="1.5"/>' for y in dots)
        before = heights
    return (
        f'<svg aria-hidden="true" viewBox="0 0 {WIDTH} {NODES}">'
        f'<path d="{lines}" stroke="#BBBBBB" stroke-width="0.6"/>{circles}</svg>'
    )


class _Panels:
    """The figure of the lab: the sizes of the signal, in the columns of the table above it."""

    @canvas_style()
    def __init__(self) -> None:
        figure, axes = axes_at((WIDTH, PLOT), {"size": (LEFT, 9, RIGHT - LEFT, PLOT - 35)})
        ax, title = axes["size"], style.drawn(WORDS)["titles"]["size"]
        ax.set(yscale="log", ylim=(10.0**-DECADES, 10.0**DECADES))
        ax.set_title(title)
        powers = 10.0 ** np.arange(-DECADES, DECADES + 1, 2)
        ax.set_yticks(powers, [f"{power:,.10g}" for power in powers])
        ax.minorticks_off()
        ax.tick_params(length=0)
        ax.set_xticks([])  # the names of the columns stand below the picture
        self.ax, self.canvas, self.chosen = ax, Canvas(figure), ""
        self.columns = ax.vlines([], *ax.get_ylim(), colors=GRID, linewidths=0.8)
        self.canvas.add(self.columns)
        self.lines = [self.canvas.line(ax, markersize=7) for _ in SCALES]
        self._add_legend()

    def _add_legend(self) -> None:
        names = list(reversed(SCALES))  # the largest on top
        handles = [Line2D([], [], markersize=7, **LOOKS[name]) for name in names]
        labels = [style.drawn(WORDS)["options"][name] for name in names]
        beside: dict[str, Any] = dict(loc="center left", bbox_to_anchor=(1, 0.5), handlelength=1.5)
        legend = self.ax.legend(handles, labels, handletextpad=0.5, **beside)
        entries = zip(legend.legend_handles, legend.get_texts(), strict=True)
        self.legend: dict[str, Any] = dict(zip(names, entries, strict=True))
        self.canvas.add_labels(legend)

    def draw(self, size: Mapping[str, Array]) -> str:
        """Return the picture of each choice's sizes, of which the last is the chosen one."""
        *_, chosen = size
        layers, ends = range(len(size[chosen])), self.ax.get_ylim()
        self.ax.set_xlim(-0.5, len(layers) + 0.5)  # the outputs have a column, too
        self.columns.set_segments([[(l, end) for end in ends] for l in layers])
        if chosen != self.chosen:
            self.chosen = chosen
            self.canvas.relabel()
        for line, (name, values) in zip(self.lines, size.items(), strict=True):
            handle, text = self.legend[name]
            weight = _weight(name, chosen)
            line.set(data=(layers, np.clip(values, 1e-12, 1e12)), **LOOKS[name], **weight)
            handle.set(**weight)
            text.set_fontweight(style.bold() if name == chosen else "normal")
        return self.canvas.frame(TEXTS["alt"])


def _weight(name: str, chosen: str) -> dict[str, Any]:
    """Return how heavy a line is: thick, and its markers filled, if it is the chosen one."""
    if name == chosen:
        return {"linewidth": 3, "markerfacecolor": LOOKS[name]["color"]}
    return {"linewidth": 1.2, "markerfacecolor": "white"}
