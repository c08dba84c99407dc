"""The lab of lesson 2: sizes, shapes, bytes and sizes of signals are those of the network."""

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest

from helpers.datasets import two_moons
from helpers.labs.forward import NOISE, SEED, WIDTH, ForwardLab
from helpers.network import MLP
from helpers.style import BLUE, ORANGE
from helpers.tests import seen
from helpers.tests.labs import UNITS, Tested, about, ailing
from helpers.validation import Array

Arrays = Mapping[int, Array]
SCALES = {"half of He": 0.5, "He": 1.0, "twice He": 2.0}
NAMES = "depth", "layer_1", "layer_2", "layer_3", "samples", "activation", "weights"
LEAST = dict(zip(NAMES, (1, 1, 1, 1, 10, "sigmoid", "half of He"), strict=True))
GREATEST = dict(zip(NAMES, (8, 64, 64, 64, 1000, "linear", "twice He"), strict=True))


@pytest.fixture(scope="module")
def lab() -> ForwardLab:
    return ForwardLab()


def built(state: dict[str, Any], scale: float) -> tuple[MLP, Arrays, Arrays]:
    """Build the network of a state, and send the samples through it; return its Z and A, too."""
    sizes = [2, *(state[f"layer_{min(l, 3)}"] for l in range(1, state["depth"])), 1]
    names = [state["activation"]] * (len(sizes) - 2) + ["sigmoid"]
    network = MLP(sizes, names, SEED)
    network.theta[:] *= scale
    _, caches = network.forward(two_moons(state["samples"], NOISE, SEED)[0])
    return network, caches.Z, caches.A


def sizes_of(A: Arrays) -> list[float]:
    return [float(np.sqrt(np.mean(A[l] ** 2))) for l in range(len(A) - 1)]


def check(lab: ForwardLab) -> None:
    """The picture and the text say what is so for the state."""
    state = lab.state
    network, Z, A = built(state, SCALES[state["weights"]])
    caches = sum(array.nbytes for array in (*Z.values(), *A.values()))
    assert lab.network.theta.size == network.theta.size and lab.caches.nbytes == caches
    lab.network.backward(lab.caches, lab.Y)  # a learner can go on from what he sees
    sizes = {weights: sizes_of(built(state, scale)[2]) for weights, scale in SCALES.items()}
    for weights, size in sizes.items():
        np.testing.assert_allclose(lab.size[weights], size)
    seen.assert_says(
        lab.text,
        f"The network {'-'.join(map(str, network.layer_sizes))} has {network.theta.size} "
        f"parameters. For {state['samples']} samples its caches take {caches} bytes. "
        + " ".join(
            [fate(sizes[state["weights"]], state["weights"]), *alike(A), *ailments(network, Z)]
        ),
    )
    grey = [getattr(lab.controls, f"layer_{l}").disabled for l in (1, 2, 3)]
    assert grey == [state["depth"] <= l for l in (1, 2, 3)]
    check_picture(lab, network, Z, A)
    check_sizes(lab, sizes)


def fate(size: list[float], weights: str) -> str:
    if len(size) == 1:
        return f"There is no hidden layer; the size of the input is {about(size[0])}."
    change = (size[-1] / size[0]) ** (1 / (len(size) - 1))
    word = "shrinks" if change < 0.75 else "grows" if change > 1.33 else "stays steady"
    return (
        f"With {weights}'s weights the size of the activations {word}: {about(size[0])} at the "
        f"input, {about(size[-1])} at the last hidden layer."
    )


def alike(A: Arrays) -> Iterator[str]:
    last = A[len(A) - 2]
    differ = float(np.sqrt(np.mean(last.std(axis=1) ** 2)))
    if differ < np.sqrt(np.mean(last**2)) / 100:
        yield f"There they differ by only {about(differ)} from sample to sample."


def ailments(network: MLP, Z: Arrays) -> Iterator[str]:
    dead, saturated = ailing(network, Z)
    last = min([l for l, n in dead.items() if n == len(Z[l])], default=network.n_layers)
    if dead:
        units = [f"{n} of {len(Z[l])} in layer {l}" for l, n in dead.items() if l <= last]
        yield f"Dead units: {', '.join(units)}."
    if last < network.n_layers:
        yield f"Nothing gets through layer {last}."
    if saturated:
        layers = ", ".join(f"layer {l}" for l in saturated)
        yield f"Saturated, with most slopes below 0.01: {layers}."


# The picture


TESTED = Tested(
    check,
    moved="layer_1",
    timed={"layer_1": range(10, 41)},
    labels={"depth": "number of layers", **UNITS, "layer_3": "units of layers 3–7"},
)


def check_picture(lab: ForwardLab, network: MLP, Z: Arrays, A: Arrays) -> None:
    """The network, its table and the plot below have the same columns."""
    html = re.sub(r"(<img [^>]*)>", r"\1/>", lab._picture.value)
    style, drawing = ElementTree.fromstring(f"<div>{html}</div>")
    svg, table, _, below = drawing
    ax = seen.figure_of(lab).axes[0]
    names = ["input", *(f"layer {l}" for l in range(1, network.n_layers)), "output"]
    left, right = map(float, re.findall(r"width: (\d+\.\d)%", str(style.text)))
    columns = np.linspace(left, 100 - right, 2 * len(names) + 1)[1::2]  # their middles
    places = ax.transData.transform([(l, 1) for l in range(len(names))])[:, 0]
    np.testing.assert_allclose(100 * places / seen.figure_of(lab).bbox.width, columns, atol=0.1)
    check_drawing(svg, network, columns * WIDTH / 100)
    check_table(texts_of(table), names, network, Z, A)
    assert texts_of(below) == [["", *names[:-1], "", ""]]
    assert seen.alt_of(lab) == (
        "The network; below each layer its shapes and its memory; the size of its signal."
    )


def texts_of(table: Element) -> list[list[str]]:
    return [["".join(cell.itertext()) for cell in row] for row in table]


def check_drawing(svg: Element, network: MLP, columns: Array) -> None:
    """The units stand in their column; there is a line for each weight between them."""
    assert str(svg.get("viewBox")).split()[2] == str(WIDTH)
    circles = [(float(c.attrib["cx"]), float(c.attrib["cy"]), c) for c in svg.iter("circle")]
    units = []
    for l, n in enumerate(network.layer_sizes):
        here = [(x, y, c) for x, y, c in circles if abs(x - columns[l]) < 1]
        units.append([(x, y) for x, y, c in here if c.get("fill") == (ORANGE if l else BLUE)])
        assert len(set(units[-1])) == min(n, 8) and len(here) - len(units[-1]) == 3 * (n > 8)
    (path,) = svg.iter("path")
    ends = [tuple(map(float, re.split("[ L]", line))) for line in path.attrib["d"].split("M")[1:]]
    weights = [one + other for left, right in pairwise(units) for one in left for other in right]
    assert sorted(ends) == sorted(weights)


def check_table(
    rows: list[list[str]], names: list[str], network: MLP, Z: Arrays, A: Arrays
) -> None:
    """Each number stands in the row of its name and in the column of its layer, or of the sums."""
    W, b = network.W, network.b
    units = [f"{n} unit" + "s" * (n > 1) for n in network.layer_sizes]
    counts = [W[l].size + b[l].size for l in W]
    nbytes = [A[0].nbytes, *(Z[l].nbytes + A[l].nbytes for l in Z)]
    assert rows == [
        ["", *names, "together"],
        ["", *units, ""],
        ["weights W", "", *(str(array.shape) for array in W.values()), ""],
        ["biases b", "", *(str(array.shape) for array in b.values()), ""],
        ["pre-activations Z", "", *(str(array.shape) for array in Z.values()), ""],
        ["activations A", *(str(array.shape) for array in A.values()), ""],
        ["parameters", "", *(f"{n:,}" for n in (*counts, sum(counts)))],
        ["bytes of cache", *(f"{n:,}" for n in (*nbytes, sum(nbytes)))],
    ]


def check_sizes(lab: ForwardLab, sizes: dict[str, list[float]]) -> None:
    """The curves show the sizes; the chosen one is thick and filled, in the legend, too."""
    ax, chosen = seen.figure_of(lab).axes[0], lab.state["weights"]
    assert ax.get_title() == (
        "Size (root mean square) of the input and of each hidden layer's activations"
    )
    assert ax.get_yscale() == "log" and not ax.yaxis_inverted()
    for height, word in seen.tick_words(ax).items():
        assert float(word.replace(",", "")) == pytest.approx(height)
    read = seen.curves(ax)
    assert list(read) == list(reversed(SCALES)), "the largest weights on top"
    for name, size in sizes.items():
        wanted = np.array([np.arange(len(size)), np.clip(size, 1e-12, 1e12)])
        np.testing.assert_allclose(read[name], wanted)
        (line,) = (line for line in seen.drawn(ax) if seen.look(line) == seen.in_legend(ax)[name])
        handle, label = next(pair for pair in legend_of(ax) if pair[1].get_text() == name)
        for artist in (line, handle):
            heavy = artist.get_linewidth() > 2, artist.get_markerfacecolor() == line.get_color()
            assert heavy == (name == chosen, name == chosen)
        assert (label.get_fontweight() == "bold") == (name == chosen)
    assert seen.look(seen.drawn(ax)[-1]) == seen.in_legend(ax)[chosen], "the chosen one lies on top"
    (guides,) = ax.collections
    starts = [np.asarray(path.vertices)[0, 0] for path in guides.get_paths()]
    assert starts == [*range(len(size))]


def legend_of(ax: Any) -> list[tuple[Any, Any]]:
    legend = ax.get_legend()
    return list(zip(legend.legend_handles, legend.get_texts(), strict=True))


def test_dead_saturated_and_lost_layers_are_said(lab: ForwardLab) -> None:
    eight = {**GREATEST, "samples": 10}
    narrow = {**LEAST, "depth": 8, "activation": "relu", "weights": "He"}
    wide = {**eight, "layer_1": 23, "layer_3": 1, "activation": "tanh"}
    for state, words in (
        (narrow, "Nothing gets through layer"),
        ({**eight, "activation": "tanh", "weights": "half of He"}, "last hidden layer."),
        ({**eight, "activation": "sigmoid", "weights": "half of He"}, "There they differ by only"),
        (wide, "Saturated, with"),
    ):
        lab.state = state
        assert words in lab.text
        check(lab)
