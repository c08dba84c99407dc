"""The lab of lesson 2: sizes, shapes, bytes and sizes of signals are those of the network."""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import numpy as np
import pytest

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.labs.forward import HEIGHT, NOISE, SCALES, SEED, WIDTH, ForwardLab
from helpers.network import MLP
from helpers.plots import BLUE, ORANGE
from helpers.tests.seen import assert_says
from helpers.validation import Array

NOTEBOOK = Path(__file__).parents[3] / "notebooks" / "02_forward_caching.ipynb"
DEFAULT: dict[str, Any] = {
    "depth": 3,
    "layer_1": 16,
    "layer_2": 8,
    "layer_3": 8,
    "samples": 300,
    "activation": "relu",
    "weights": "He",
}
UNITS = {"layer_1": 1, "layer_2": 1, "layer_3": 1}
LEAST: dict[str, Any] = {
    **UNITS,
    "depth": 1,
    "samples": 10,
    "activation": "sigmoid",
    "weights": "half of He",
}
MOST_UNITS = dict.fromkeys(UNITS, 64)
GREATEST: dict[str, Any] = {
    **MOST_UNITS,
    "depth": 8,
    "samples": 1000,
    "activation": "linear",
    "weights": "twice He",
}


@pytest.fixture(scope="module")
def lab() -> ForwardLab:
    return ForwardLab()


def built(state: dict[str, Any], scale: float) -> tuple[MLP, dict[int, Array], dict[int, Array]]:
    """Build the network of a state, and send the samples through it by hand."""
    sizes = [2, *(state[f"layer_{min(l, 3)}"] for l in range(1, state["depth"])), 1]
    names = [state["activation"]] * (len(sizes) - 2) + ["sigmoid"]
    network = MLP(sizes, names, SEED)
    network.theta[:] *= scale
    A, Z = {0: two_moons(state["samples"], NOISE, SEED)[0]}, dict[int, Array]()
    for l, activation in enumerate(network.activations, start=1):
        Z[l] = network.W[l] @ A[l - 1] + network.b[l]
        A[l] = activation.function(Z[l])
    return network, Z, A


def sizes_of(A: dict[int, Array]) -> list[float]:
    return [float(np.sqrt(np.mean(A[l] ** 2))) for l in range(len(A) - 1)]


def check(lab: ForwardLab) -> None:
    """The picture and the text say what is so for the state."""
    state = lab.state
    network, Z, A = built(state, SCALES[state["weights"]])
    caches = sum(array.nbytes for array in (*Z.values(), *A.values()))
    assert lab.network.theta.size == network.theta.size and lab.caches.nbytes == caches
    sizes = {weights: sizes_of(built(state, scale)[2]) for weights, scale in SCALES.items()}
    for weights, size in sizes.items():
        np.testing.assert_allclose(lab.size[weights], size)
    assert_says(
        lab.text,
        f"The network {'-'.join(map(str, network.layer_sizes))} has {network.theta.size} "
        f"parameters. For {state['samples']} samples its caches take {caches} bytes. "
        + " ".join(
            [fate(sizes[state["weights"]], state["weights"]), *alike(A), *ailments(network, Z)]
        ),
    )
    svg = ElementTree.fromstring(lab._picture.value)
    assert svg.get("role") == "img" and svg.find("title") is not None
    assert (svg.get("width"), svg.get("height")) == (str(WIDTH), str(HEIGHT))
    check_drawing(svg, network)
    check_table(svg, network, Z, A)
    check_sizes(svg, sizes, state["weights"])


def about(number: float) -> str:
    return f"about {number}" if number else "0"


def fate(size: list[float], weights: str) -> str:
    if len(size) == 1:
        return f"There is no hidden layer; the size of the input is {about(size[0])}."
    change = (size[-1] / size[0]) ** (1 / (len(size) - 1))
    word = "shrinks" if change < 0.75 else "grows" if change > 1.33 else "stays steady"
    return (
        f"With {weights}'s weights the size of the activations {word}: {about(size[0])} at the "
        f"input, {about(size[-1])} at the last hidden layer."
    )


def alike(A: dict[int, Array]) -> Iterator[str]:
    last = A[len(A) - 2]
    differ = float(np.sqrt(np.mean(last.std(axis=1) ** 2)))
    if differ < np.sqrt(np.mean(last**2)) / 100:
        yield f"There they differ by only {about(differ)} from sample to sample."


def ailments(network: MLP, Z: dict[int, Array]) -> Iterator[str]:
    dead: dict[int, int] = {}
    saturated = []
    for l, phi in enumerate(network.activations[:-1], start=1):
        if phi.name == "relu":
            dead[l] = sum(1 for row in Z[l] if max(row) <= 0)
        elif np.mean(phi.derivative(Z[l]) < 0.01) > 0.5:
            saturated.append(f"layer {l}")
        if dead.get(l) == len(Z[l]):
            break
    units = [f"{n} of {len(Z[l])} in layer {l}" for l, n in dead.items() if n]
    if units:
        yield f"Units that are dead, off for every sample: {', '.join(units)}."
    yield from (f"Nothing gets through layer {l}." for l, n in dead.items() if n == len(Z[l]))
    if saturated:
        yield f"Saturated, with most slopes below 0.01: {', '.join(saturated)}."


# The picture


def words_of(svg: Element) -> list[tuple[float, float, Element]]:
    """Every text with where it stands."""
    return [(float(t.attrib["x"]), float(t.attrib["y"]), t) for t in svg.iter("text")]


def columns_of(svg: Element) -> dict[float, str]:
    """What stands over each column, by where it is."""
    top = min(y for _, y, _ in words_of(svg))
    return {x: str(t.text) for x, y, t in words_of(svg) if y == top or t.text == "together"}


def names_of(network: MLP) -> list[str]:
    return ["input", *(f"layer {l}" for l in range(1, network.n_layers)), "output"]


def check_drawing(svg: Element, network: MLP) -> None:
    """Name, size and circles stand in their column; there is a line for each weight."""
    x_of = {name: x for x, name in columns_of(svg).items()}
    assert sorted(x_of, key=lambda name: x_of[name]) == [*names_of(network), "together"]
    groups = svg.findall("g")
    units = []
    for l, (name, n) in enumerate(zip(names_of(network), network.layer_sizes, strict=True)):
        (below,) = (t.text for x, y, t in words_of(svg) if x == x_of[name] and y == 34)
        assert below == (f"{n} units" if n > 1 else "1 unit")
        circles = [(float(c.attrib["cx"]), float(c.attrib["cy"])) for c in groups[l]]
        assert {x for x, _ in circles} == {x_of[name]} and len(set(circles)) == min(n, 8)
        assert groups[l].get("fill") == (ORANGE if l else BLUE)
        dots = [c for c in svg.findall("circle") if float(c.attrib["cx"]) == x_of[name]]
        assert len(dots) == 3 * (n > 8)
        units.append(circles)
    path = svg.findall("path")[0].attrib["d"]
    ends = [tuple(map(float, re.split("[ L]", line))) for line in path.split("M")[1:]]
    weights = [one + other for left, right in pairwise(units) for one in left for other in right]
    assert sorted(ends) == sorted(weights)


def check_table(svg: Element, network: MLP, Z: dict[int, Array], A: dict[int, Array]) -> None:
    """Each number stands in the row of its name and in the column of its layer, or of the sums."""
    input_, *layers = names_of(network)
    by_layer = dict(enumerate(layers, start=1))
    W, b = network.W, network.b
    nbytes = {input_: A[0].nbytes} | {by_layer[l]: Z[l].nbytes + A[l].nbytes for l in Z}
    counts = {by_layer[l]: W[l].size + b[l].size for l in W}
    expected: dict[str, dict[str, Any]] = {
        "weights W": {by_layer[l]: W[l].shape for l in W},
        "biases b": {by_layer[l]: b[l].shape for l in b},
        "sums Z": {by_layer[l]: Z[l].shape for l in Z},
        "activations A": {input_: A[0].shape} | {by_layer[l]: A[l].shape for l in Z},
        "parameters": counts | {"together": sum(counts.values())},
        "bytes of cache": nbytes | {"together": sum(nbytes.values())},
    }
    columns, words = columns_of(svg), words_of(svg)
    rows = {y: str(t.text) for x, y, t in words if t.text in expected}
    written: dict[str, dict[str, Any]] = {name: {} for name in rows.values()}
    for x, y, t in words:
        text = str(t.text or "together")
        if y in rows and x in columns and text != "together":
            number = text if text.startswith("(") else text.replace(",", "")
            written[rows[y]][columns[x]] = ast.literal_eval(number)
    assert written == expected
    (sums,) = (y for _, y, t in words if t.text == "together")
    assert sums == max(y for y, name in rows.items() if "together" not in expected[name])


@dataclass(frozen=True)
class Drawn:
    """A line of the signal's sizes, or a short one in the legend."""

    look: tuple[str, str, str]  # colour, dashes, mark
    points: list[tuple[float, float]]
    thick: bool
    filled: bool


def lines_of(element: Element) -> list[Drawn]:
    """Each line with the marks on it, which are drawn after it."""
    found = []
    for line, marks in pairwise(element.findall("path")):
        if line.get("stroke-dasharray"):
            places = [part.split(" ") for part in line.attrib["d"].strip("M").split("L")]
            shapes = re.findall(r"M([\d.-]+) ([\d.-]+)(m[^M]+)", marks.attrib["d"])
            (shape,) = {shape for *_, shape in shapes}
            points = [(float(x), float(y)) for x, y in places]
            assert {(float(x), float(y)) for x, y, _ in shapes} <= set(points)
            look = (line.attrib["stroke"], line.attrib["stroke-dasharray"], shape)
            assert marks.get("stroke") == look[0] and marks.get("fill") in (look[0], "white")
            thick = float(line.attrib["stroke-width"]) > 2
            found.append(Drawn(look, points, thick, marks.get("fill") == look[0]))
    return found


def check_sizes(svg: Element, sizes: dict[str, list[float]], chosen: str) -> None:
    """Read through the legend and the ticks, the lines show the sizes; the chosen one is thick."""
    title = "Size (root mean square) of the input and of each hidden layer's activations"
    assert title in [t.text for _, _, t in words_of(svg)]
    legend = {}
    for line in lines_of(svg):
        beside = [t for x, y, t in words_of(svg) if y == line.points[0][1] + 4 and x > 800]
        (name,) = (str(t.text) for t in beside)
        legend[line.look] = name
        assert (
            (beside[0].get("font-weight") == "bold")
            == line.thick
            == line.filled
            == (name == chosen)
        )
    frame = svg.find("svg")
    assert frame is not None
    left, top = float(frame.attrib["x"]), float(frame.attrib["y"])
    ticks = [(y - 4, str(t.text)) for _, y, t in words_of(svg) if t.get("text-anchor") == "end"]
    height, power = np.array([(y, np.log10(float(text.replace(",", "")))) for y, text in ticks]).T
    slope, at_0 = np.polyfit(height, power, 1)
    np.testing.assert_allclose(slope * height + at_0, power, atol=0.01)
    assert slope < 0, "what is larger stands higher"
    lowest = max(y for _, y, _ in words_of(svg))
    axis = {x: t.text for x, y, t in words_of(svg) if y == lowest}
    assert axis == {x: name for x, name in columns_of(svg).items() if name in axis.values()}
    read = {}
    for line in lines_of(frame):
        xs, ys = np.array(line.points).T
        np.testing.assert_allclose(xs + left, list(axis), atol=0.06)
        read[legend[line.look]] = slope * (ys + top) + at_0
        assert line.thick == line.filled == (legend[line.look] == chosen)
    assert set(read) == set(legend.values()) == set(sizes)
    for name, powers in read.items():
        np.testing.assert_allclose(powers, np.log10(np.clip(sizes[name], 1e-12, 1e12)), atol=0.01)


@pytest.mark.parametrize("values", [LEAST, GREATEST], ids=["least", "greatest"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("depth", [1, 2, 8])
def test_corners(lab: ForwardLab, values: dict[str, Any], activation: str, depth: int) -> None:
    lab.state = {**values, "activation": activation, "depth": depth}
    check(lab)


def test_the_default_is_the_network_of_the_course(lab: ForwardLab) -> None:
    lab.state = DEFAULT
    assert lab.text.startswith(
        "The network 2-16-8-1 has 193 parameters. For 300 samples its caches take 124,800 bytes. "
        "With He's weights the size of the activations stays steady"
    )


def test_dead_saturated_and_lost_layers_are_said(lab: ForwardLab) -> None:
    eight = {**MOST_UNITS, "depth": 8, "samples": 10}
    for state, words in (
        ({**eight, **UNITS, "activation": "relu", "weights": "He"}, "Nothing gets through layer"),
        ({**eight, "activation": "tanh", "weights": "half of He"}, "last hidden layer."),
        ({**eight, "activation": "sigmoid", "weights": "half of He"}, "There they differ by only"),
        (
            {**eight, "layer_1": 23, "layer_3": 1, "activation": "tanh", "weights": "twice He"},
            "Saturated, with",
        ),
    ):
        lab.state = state
        assert words in lab.text
        check(lab)


@pytest.mark.parametrize("samples", [300, 1000])
def test_what_the_answers_say_of_tanh_is_so(lab: ForwardLab, samples: int) -> None:
    said = answers()
    state = {**DEFAULT, **MOST_UNITS, "depth": 8, "weights": "twice He", "samples": samples}
    lab.state = {**state, "activation": "tanh"}
    assert f"25{{,}}{lab.network.theta.size % 1000}" in said and lab.network.theta.size == 25217
    assert "its line levels off at about 0.8." in said
    np.testing.assert_array_equal(lab.size["twice He"].round(1), 0.8)
    slopes = 1 - np.vstack([lab.caches.A[l] for l in range(1, 8)]) ** 2
    assert "about four in ten of its slopes are below a tenth" in said
    assert round(10 * np.mean(slopes < 0.1)) == 4
    assert "aturated" not in lab.text + said


def answers() -> str:
    """Return what stands folded below the lab."""
    notebook = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    (cell,) = (cell for cell in notebook["cells"] if cell["id"] == "lab-explain")
    return "".join(cell["source"]).split("<details>")[1].split("</details>")[0]


def test_sliders_of_layers_that_are_not_there_are_grey(lab: ForwardLab) -> None:
    lab.state = {**DEFAULT, "depth": 2}
    grey = [getattr(lab.controls, f"layer_{l}").disabled for l in (1, 2, 3)]
    assert grey == [False, True, True]
    lab.state = {"depth": 8}
    assert not lab.controls.layer_3.disabled


def test_the_learner_can_go_on_from_what_he_sees(lab: ForwardLab) -> None:
    lab.state = {**DEFAULT, "weights": "half of He"}
    gradient = lab.network.backward(lab.caches, lab.Y)
    assert gradient.vector.shape == lab.network.theta.shape


def test_arguments_and_state_set_the_controls() -> None:
    values: dict[str, Any] = {
        "depth": 5,
        "layer_1": 4,
        "layer_2": 5,
        "layer_3": 6,
        "samples": 50,
        "activation": "tanh",
        "weights": "twice He",
    }
    lab = ForwardLab(**values)
    assert lab.state == values and lab.network.layer_sizes == (2, 4, 5, 6, 6, 1)
    lab.controls.samples.value = 20
    assert lab.state["samples"] == 20 and "For 20 samples" in lab.text
    lab.state = DEFAULT
    assert lab.state == DEFAULT
