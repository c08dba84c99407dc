"""The lab of lesson 2: sizes, shapes, bytes and sizes of signals are those of the network."""

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.explorers.forward import HEIGHT, NOISE, SCALES, SEED, WIDTH, ForwardExplorer
from helpers.network import MLP
from helpers.validation import Array

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "02_forward_caching.ipynb"
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
def lab() -> ForwardExplorer:
    return ForwardExplorer()


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


def check(lab: ForwardExplorer) -> None:
    """The picture and the text say what is so for the state."""
    state, text, picture = lab.state, lab.text, lab._picture.value
    network, Z, A = built(state, SCALES[state["weights"]])
    numbers = [a.nbytes for a in (*Z.values(), *A.values())]
    assert lab.network.theta.size == network.theta.size and lab.caches.nbytes == sum(numbers)
    assert f"{'-'.join(map(str, network.layer_sizes))} has {network.theta.size:,} param" in text
    assert f"{state['samples']:,} samples its caches take {sum(numbers):,} bytes" in text
    for weights, scale in SCALES.items():
        np.testing.assert_allclose(lab.size[weights], sizes_of(built(state, scale)[2]))
    size = sizes_of(A)
    shown = [float(n) for n in re.findall(r"(\S+) at the (?:input|last hidden)", text)]
    if len(size) > 1:
        np.testing.assert_allclose(shown, [size[0], size[-1]], rtol=0.34)  # 1.49 is 1
        change = (size[-1] / size[0]) ** (1 / (len(size) - 1))
        word = "shrinks" if change < 0.75 else "grows" if change > 1.33 else "stays steady"
        assert f"activations {word}" in text
    differ = float(np.sqrt(np.mean(A[len(A) - 2].std(axis=1) ** 2)))
    said = re.findall(r"differ by only about (\S+) from sample to sample", text)
    expected = [differ] if differ < size[-1] / 100 else []
    np.testing.assert_allclose([float(n) for n in said], expected, rtol=0.34)
    check_picture(picture, network, Z, A)
    assert not re.search(r"\b(nan|inf)\b", text + picture, re.IGNORECASE)


def check_picture(picture: str, network: MLP, Z: dict[int, Array], A: dict[int, Array]) -> None:
    """The SVG is well-formed, of one size, and has every shape."""
    svg = ElementTree.fromstring(picture)
    assert svg.get("role") == "img" and svg.find("title") is not None
    assert (svg.get("width"), svg.get("height")) == (str(WIDTH), str(HEIGHT))
    words = [text.text for text in svg.iter("text")]
    layers = range(1, network.n_layers + 1)
    shapes = [array.shape for l in layers for array in (network.W[l], network.b[l], Z[l], A[l])]
    shapes.append(A[0].shape)
    written = [word for word in words if word and word.startswith("(")]
    assert sorted(written) == sorted(str(shape) for shape in shapes)
    assert f"{network.theta.size:,}" in words
    circles = [c for c in svg.iter("circle") if c.get("r") != "1.5"]
    assert len(circles) == sum(min(n, 8) for n in network.layer_sizes)


@pytest.mark.parametrize("values", [LEAST, GREATEST], ids=["least", "greatest"])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("depth", [1, 2, 8])
def test_corners(lab: ForwardExplorer, values: dict[str, Any], activation: str, depth: int) -> None:
    lab.state = {**values, "activation": activation, "depth": depth}
    check(lab)


def test_the_default_is_the_network_of_the_course(lab: ForwardExplorer) -> None:
    lab.state = DEFAULT
    assert lab.text.startswith(
        "The network 2-16-8-1 has 193 parameters. For 300 samples its caches take 124,800 bytes. "
        "With He's weights the size of the activations stays steady"
    )


def test_dead_and_saturated_layers_are_said(lab: ForwardExplorer) -> None:
    lab.state = {**UNITS, "depth": 8, "samples": 10, "activation": "relu", "weights": "He"}
    for l in range(1, 8):
        if not lab.caches.A[l].any():
            assert f"Nothing gets through layer {l}." in lab.text
            break
    else:
        pytest.fail("no layer was dead: choose other sizes")
    lab.state = {**GREATEST, "activation": "tanh"}
    slopes = 1 - lab.caches.A[2] ** 2
    assert ("Saturated" in lab.text) == bool(np.mean(slopes < 0.01) > 0.5)


def test_a_signal_that_keeps_its_size_may_have_lost_its_samples(lab: ForwardExplorer) -> None:
    eight = {**DEFAULT, **MOST_UNITS, "depth": 8, "weights": "half of He"}
    lab.state = {**eight, "activation": "sigmoid"}
    assert "about 0.5 at the last hidden layer. There they differ by only about 2e-06" in lab.text
    lab.state = {**eight, "activation": "tanh"}  # small, but the samples are apart
    assert "from sample to sample" not in lab.text


@pytest.mark.parametrize("samples", [300, 1000])
def test_what_the_answers_say_of_tanh_is_so(lab: ForwardExplorer, samples: int) -> None:
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


def test_sliders_of_layers_that_are_not_there_are_grey(lab: ForwardExplorer) -> None:
    lab.state = {**DEFAULT, "depth": 2}
    grey = [getattr(lab.controls, f"layer_{l}").disabled for l in (1, 2, 3)]
    assert grey == [False, True, True]
    lab.state = {"depth": 8}
    assert not lab.controls.layer_3.disabled


def test_the_learner_can_go_on_from_what_he_sees(lab: ForwardExplorer) -> None:
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
    lab = ForwardExplorer(**values)
    assert lab.state == values and lab.network.layer_sizes == (2, 4, 5, 6, 6, 1)
    lab.controls.samples.value = 20
    assert lab.state["samples"] == 20 and "For 20 samples" in lab.text
    lab.state = DEFAULT
    assert lab.state == DEFAULT
