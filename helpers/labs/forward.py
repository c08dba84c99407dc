"""The lab of lesson 2: a network of your own sizes, its shapes, its memory and its signal."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape
from itertools import pairwise, product

import numpy as np

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.labs.health import health_of_hidden_layers
from helpers.labs.wording import about, trend
from helpers.layers import Caches
from helpers.network import MLP
from helpers.plots import BLUE, GREEN, ORANGE, UNITS_DRAWN, unit_heights
from helpers.validation import Array
from helpers.widgets.controls import choice, int_slider
from helpers.widgets.lab import Frame, Lab, Request

SCALES = {"half of He": 0.5, "He": 1.0, "twice He": 2.0}
COLOUR = {"half of He": BLUE, "He": ORANGE, "twice He": GREEN}
DASHES = {"half of He": "6 3", "He": "none", "twice He": "7 3 2 3"}
MARK = {  # a square, a circle and a triangle, round the point
    "half of He": "m-4-4h8v8h-8z",
    "He": "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
    "twice He": "m0-5.5l5 9h-10z",
}
MOST_LAYERS, FEATURES, SEED = 8, 2, 3
NOISE = 0.15  # of the two moons
ALIKE = 0.01  # if the activations of the samples differ by less of their size

WIDTH, HEIGHT = 922, 520
LEFT, RIGHT = 130, 800  # between them stands a column for the input and one for each layer
NODES, NODE_STEP, RADIUS = 122, 17, 6
TABLE, ROW = 226, 18
PLOT_TOP, PLOT_HEIGHT, DECADES = 354, 136, 4
INK, GREY, PALE = "#222222", "#666666", "#E6E6E6"


class ForwardLab(Lab):
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

    def __init__(
        self,
        depth: int = 3,
        layer_1: int = 16,
        layer_2: int = 8,
        layer_3: int = 8,
        samples: int = 300,
        activation: str = "relu",
        weights: str = "He",
    ) -> None:
        controls = {
            "depth": int_slider("number of layers", depth, 1, MOST_LAYERS),
            "layer_1": int_slider("units of layer 1", layer_1, 1, 64),
            "layer_2": int_slider("units of layer 2", layer_2, 1, 64),
            "layer_3": int_slider("units of layers 3–7", layer_3, 1, 64),
            "samples": int_slider("samples", samples, 10, 1000, 10),
            "activation": choice("activation", activation, ACTIVATIONS),
            "weights": choice("weights", weights, ["He", "half of He", "twice He"]),
        }
        super().__init__(controls, (WIDTH, HEIGHT))
        self.start()

    def frames(self, request: Request) -> Iterator[Frame]:
        """Send the samples forward under all three choices of weights, the chosen one last."""
        state = request.state
        hidden = [state[f"layer_{min(l, 3)}"] for l in range(1, state["depth"])]
        names = [state["activation"]] * len(hidden) + ["sigmoid"]
        self.weights: str = state["weights"]
        self.X, self.Y = two_moons(state["samples"], NOISE, SEED)
        self.network = MLP([FEATURES, *hidden, 1], names, SEED)
        he_weights = self.network.theta.copy()
        self.size: dict[str, Array] = {}
        for name in sorted(SCALES, key=lambda name: name == self.weights):
            self.network.theta[:] = SCALES[name] * he_weights
            _, self.caches = self.network.forward(self.X)
            self.size[name] = _size(self.caches)
        for l in (1, 2, 3):
            getattr(self.controls, f"layer_{l}").disabled = l >= state["depth"]
        yield Frame(self._draw(), self._describe())

    def _draw(self) -> str:
        """Return the drawing: the network, under each layer its shapes, and the signal's size."""
        sizes = self.network.layer_sizes
        step = (RIGHT - LEFT) / len(sizes)
        columns = [LEFT + (l + 0.5) * step for l in range(len(sizes))]
        title = "The network; below each layer its shapes and its memory; the size of its signal"
        return "".join(
            [
                f'<svg role="img" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
                f'style="max-width: 100%; height: auto" font-size="12" fill="{INK}" '
                'font-family="DejaVu Sans, Verdana, Arial, sans-serif" text-anchor="middle">',
                f'<title>{title}.</title><rect width="100%" height="100%" fill="white"/>',
                *_drawing(sizes, columns),
                *_table(self.network, self.caches, columns),
                *_axes(columns),
                *_lines(self.size, self.weights, columns),
                *_legend(self.weights),
                "</svg>",
            ]
        )

    def _describe(self) -> str:
        """Say how large the network is, what its caches take, and how the signal fares."""
        sizes = "-".join(map(str, self.network.layer_sizes))
        return " ".join(
            [
                f"The network {sizes} has {self.network.theta.size:,} parameters. For "
                f"{self.X.shape[1]:,} samples its caches take {self.caches.nbytes:,} bytes.",
                _fate(self.size[self.weights], self.weights),
                *_alike(self.caches, self.size[self.weights][-1]),
                *_ailments(self.network, self.caches),
            ]
        )


def _size(caches: Caches) -> Array:
    """Return the root mean square of the input and of each hidden layer's outputs."""
    hidden = range(len(caches.Z))
    return np.array([np.sqrt(np.mean(caches.A[l] * caches.A[l])) for l in hidden])


def _fate(size: Array, weights: str) -> str:
    """Say whether the signal shrinks on its way to the last hidden layer, or grows."""
    first, last = size[0], size[-1]
    if len(size) == 1:
        return f"There is no hidden layer; the size of the input is {about(first)}."
    owner = weights.replace("He", "He's")
    word = trend((last / first) ** (1 / (len(size) - 1))).replace("steady", "stays steady")
    return (
        f"With {owner} weights the size of the activations {word}: "
        f"{about(first)} at the input, {about(last)} at the last hidden layer."
    )


def _alike(caches: Caches, size: float) -> Iterator[str]:
    """Say how much the last hidden layer still tells the samples apart, if that is little."""
    differ = np.sqrt(np.mean(np.var(caches.A[len(caches.Z) - 1], axis=1)))
    if differ < ALIKE * size:
        yield f"There they differ by only {about(differ)} from sample to sample."


def _ailments(network: MLP, caches: Caches) -> Iterator[str]:
    """Say which units are dead and which layers saturated."""
    dead, saturated, blocked = [], [], ""
    for layer in health_of_hidden_layers(network, caches):
        if layer.dead:
            dead.append(f"{layer.dead} of {layer.units} in layer {layer.layer}")
        if layer.saturated:
            saturated.append(f"layer {layer.layer}")
        if layer.dead == layer.units:
            blocked = f"Nothing gets through layer {layer.layer}."
            break
    if dead:
        yield f"Units that are dead, off for every sample: {', '.join(dead)}."
    if blocked:
        yield blocked
    if saturated:
        yield f"Saturated, with most slopes below 0.01: {', '.join(saturated)}."


def _drawing(sizes: Sequence[int], columns: Sequence[float]) -> Iterator[str]:
    """Draw the units as circles and the weights as lines, with the layers' names above."""
    heights = [NODES + NODE_STEP * unit_heights(n) for n in sizes]
    lines = [
        f"M{x0:.1f} {y0}L{x1:.1f} {y1}"
        for (x0, left), (x1, right) in pairwise(zip(columns, heights, strict=True))
        for y0, y1 in product(left, right)
    ]
    yield f'<path d="{"".join(lines)}" stroke="#BBBBBB" stroke-width="0.6"/>'
    for l, (x, n) in enumerate(zip(columns, sizes, strict=True)):
        name = "input" if l == 0 else "output" if l == len(sizes) - 1 else f"layer {l}"
        yield _text(x, 18, name, "font-weight='bold'")
        yield _text(x, 34, f"{n} unit{'s' * (n > 1)}")
        colour = ORANGE if l else BLUE
        yield f'<g fill="{colour}" stroke="white">'
        yield from (f'<circle cx="{x:.1f}" cy="{y}" r="{RADIUS}"/>' for y in heights[l])
        yield "</g>"
        if n > UNITS_DRAWN:
            yield from (f'<circle cx="{x:.1f}" cy="{NODES + y}" r="1.5"/>' for y in (-6, 0, 6))


def _table(network: MLP, caches: Caches, columns: Sequence[float]) -> Iterator[str]:
    """Write each layer's shapes, parameters and bytes under it, and the sums on the right."""
    layers = range(1, network.n_layers + 1)
    nbytes = [caches.A[0].nbytes, *(caches.Z[l].nbytes + caches.A[l].nbytes for l in layers)]
    counts = [network.W[l].size + network.b[l].size for l in layers]
    rows = {
        "weights W": ["", *(str(network.W[l].shape) for l in layers)],
        "biases b": ["", *(str(network.b[l].shape) for l in layers)],
        "sums Z": ["", *(str(caches.Z[l].shape) for l in layers)],
        "activations A": [str(caches.A[l].shape) for l in (0, *layers)],
        "parameters": ["", *(f"{count:,}" for count in counts), f"{network.theta.size:,}"],
        "bytes of cache": [*(f"{size:,}" for size in nbytes), f"{caches.nbytes:,}"],
    }
    end = (RIGHT + WIDTH) / 2
    for i, (name, cells) in enumerate(rows.items()):
        y = TABLE + i * ROW
        yield f'<path d="M10 {y + 5}H{WIDTH - 10}" stroke="{PALE}"/>'
        yield _text(10, y, name, "text-anchor='start'")
        yield from (_text(x, y, cell) for x, cell in zip([*columns, end], cells, strict=False))
    yield _text(end, TABLE + 3 * ROW, "together", "font-weight='bold'")


def _axes(columns: Sequence[float]) -> Iterator[str]:
    """Draw the frame of the sizes: grid lines at each layer and at every second power of ten."""
    bottom = PLOT_TOP + PLOT_HEIGHT
    yield _text(
        LEFT,
        PLOT_TOP - 10,
        "Size (root mean square) of the input and of each hidden layer's activations",
        "text-anchor='start' font-weight='bold'",
    )
    for power in range(-DECADES, DECADES + 1, 2):
        y = _height(10.0**power) + PLOT_TOP
        yield f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="{PALE}"/>'
        yield _text(LEFT - 8, y + 4, f"{10.0**power:,.10g}", "text-anchor='end'")
    for l, x in enumerate(columns[:-1]):
        yield f'<path d="M{x:.1f} {PLOT_TOP}V{bottom}" stroke="{PALE}"/>'
        yield _text(x, bottom + 20, f"layer {l}" if l else "input")
    yield f'<path d="M{LEFT} {PLOT_TOP}V{bottom}H{RIGHT}" stroke="{GREY}" fill="none"/>'


def _lines(size: dict[str, Array], chosen: str, columns: Sequence[float]) -> Iterator[str]:
    """Draw the three lines, the chosen one last and thick; what leaves the frame is cut off."""
    yield f'<svg x="{LEFT}" y="{PLOT_TOP}" width="{RIGHT - LEFT}" height="{PLOT_HEIGHT}">'
    for name, values in size.items():
        points = [(x - LEFT, _height(v)) for x, v in zip(columns, values, strict=False)]
        yield _line(name, points, name == chosen)
    yield "</svg>"


def _legend(chosen: str) -> Iterator[str]:
    """Name the three lines on the right, the largest weights on top."""
    for i, name in enumerate(reversed(SCALES)):
        y = PLOT_TOP + PLOT_HEIGHT / 2 + (i - 1) * 22
        yield _line(name, [(RIGHT + 10, y), (RIGHT + 24, y), (RIGHT + 38, y)], name == chosen, [1])
        weight = "bold" if name == chosen else "normal"
        yield _text(RIGHT + 44, y + 4, name, f"text-anchor='start' font-weight='{weight}'")


def _line(
    name: str,
    points: Sequence[tuple[float, float]],
    chosen: bool,
    marked: Iterable[int] | None = None,
) -> str:
    """Return a line with the marks of its weights at all points, or at those of `marked`."""
    path = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    at = range(len(points)) if marked is None else marked
    marks = "".join("M{:.1f} {:.1f}".format(*points[i]) + MARK[name] for i in at)
    colour, fill = COLOUR[name], COLOUR[name] if chosen else "white"
    return (
        f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{3 if chosen else 1.2}" '
        f'stroke-dasharray="{DASHES[name]}"/>'
        f'<path d="{marks}" fill="{fill}" stroke="{colour}" stroke-width="1.2"/>'
    )


def _height(value: float) -> float:
    """Return how far below the top of the plot a value lies; 0 lies far below its bottom."""
    power = np.log10(np.clip(value, 1e-12, 1e12))
    return float(PLOT_HEIGHT * (DECADES - power) / (2 * DECADES))


def _text(x: float, y: float, content: str, attributes: str = "") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {attributes}>{escape(content)}</text>'
