"""The lab of lesson 1: it shows what was measured, and nothing throws."""

import re
from functools import lru_cache
from typing import Any

import numpy as np
import pytest

from helpers.activations import ACTIVATIONS
from helpers.explorers.activation import SAMPLES, SEED, WIDTH, ActivationExplorer
from helpers.network import MLP
from helpers.validation import Array, random_generator

DEFAULT = {"z": 1.0, "activation": "sigmoid", "depth": 10, "weight_scale": 1.0}
FATES = ("vanishes", "shrinks", "stays steady", "grows", "explodes")
SIZE = 'width="924" height="432"'


@pytest.fixture(scope="module")
def lab() -> ActivationExplorer:
    return ActivationExplorer()


@lru_cache
def measured(activation: str, depth: int, scale: float) -> Array:
    """Go back through the same network by hand: W and φ′ in turn."""
    rng = random_generator(SEED, "samples and errors")
    network = MLP([WIDTH] * (depth + 2), [activation] * (depth + 1), SEED)
    phi = ACTIVATIONS[activation]
    A: Array = rng.normal(size=(WIDTH, SAMPLES))
    Z: dict[int, Array] = {}
    for l in range(1, depth + 2):
        Z[l] = scale * network.W[l] @ A
        A = phi.function(Z[l])
    delta = rng.normal(size=A.shape) * phi.derivative(Z[depth + 1])
    lengths = [np.linalg.norm(delta)]
    for l in range(depth + 1, 1, -1):
        delta = scale * network.W[l].T @ delta * phi.derivative(Z[l - 1])
        lengths.append(np.linalg.norm(delta))
    return np.array(lengths) / lengths[0]


def check(lab: ActivationExplorer) -> None:
    """The picture and the text say what is so for the state."""
    state, text, picture = lab.state, lab.text, lab._picture.value
    assert not re.search(r"\b(nan|inf)\b", text)
    assert picture.startswith("<img ") and SIZE in picture
    phi, z = ACTIVATIONS[state["activation"]], np.float64(state["z"] + 0.0)  # no -0
    left = measured(state["activation"], state["depth"], state["weight_scale"])
    alone = phi.derivative(z) ** np.arange(state["depth"] + 1)
    np.testing.assert_allclose(lab.left, left, rtol=1e-6)
    np.testing.assert_allclose(lab.slopes_alone, alone, rtol=1e-9)
    np.testing.assert_array_equal(lab._panels.left.get_ydata(), lab.left)
    shown = [float(number) for number in re.findall(r"becomes (?:about )?(\S+?)[.,] ", text)]
    np.testing.assert_allclose(shown, [alone[-1], left[-1]], rtol=0.34)  # one digit: 1.49 is 1
    assert f"z = {z:.2f}: φ(z) = {float(phi.function(z)):.3g} and" in text.replace("−", "-")
    assert "= -" not in text
    (factor,) = re.findall(r"a factor of about (\S+) a layer", text)
    a_layer = left[-1] ** (1 / state["depth"])
    np.testing.assert_allclose(float(factor), a_layer, rtol=0.05)  # two digits: 1.049 is 1
    word = "shrinks" if a_layer < 0.75 else "grows" if a_layer > 1.33 else "stays steady"
    word = "vanishes" if left[-1] < 1e-3 else "explodes" if left[-1] > 1e3 else word
    assert re.findall(f"the gradient ({'|'.join(FATES)})", text) == [word]
    assert ("passes nothing back" in text) == (state["activation"] == "relu" and z <= 0)


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("weight_scale", [0.1, 3.0])
@pytest.mark.parametrize("z", [-4.0, -0.0, 4.0])
def test_corners(lab: ActivationExplorer, activation: str, weight_scale: float, z: float) -> None:
    lab.state = {"z": z, "activation": activation, "depth": 30, "weight_scale": weight_scale}
    check(lab)
    assert "−0.00" not in lab.text


def test_a_relu_that_is_off_loses_its_whole_gradient(lab: ActivationExplorer) -> None:
    lab.state = {"z": -1.0, "activation": "relu", "depth": 5, "weight_scale": 1.0}
    assert "a gradient of 1 becomes 0." in lab.text


def test_numbers_of_one_digit_read_the_same_everywhere(lab: ActivationExplorer) -> None:
    lab.state = {**DEFAULT, "z": 0.0, "depth": 11}
    assert 2.3e-7 < 0.25**11 < 2.4e-7
    assert "a gradient of 1 becomes about 2e-07." in lab.text


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"depth": 5}, "0.003, a factor of about 0.31 a layer: the gradient shrinks."),
        ({"depth": 10}, "0.31 a layer: the gradient vanishes (less than 0.001)."),
        ({"activation": "relu", "weight_scale": 0.5, "depth": 9}, "the gradient shrinks."),
        ({"activation": "relu", "weight_scale": 2.0, "depth": 9}, "the gradient grows."),
        ({"activation": "relu"}, "the gradient stays steady."),
        ({"activation": "relu", "weight_scale": 2.0}, "explodes (more than 1,000)."),
    ],
)
def test_the_fate_is_judged_layer_by_layer(
    lab: ActivationExplorer, state: dict[str, Any], said: str
) -> None:
    lab.state = {**DEFAULT, **state}
    assert lab.text.endswith(said)


def test_arguments_and_state_set_the_controls() -> None:
    lab = ActivationExplorer(z=-2.0, activation="tanh", depth=4, weight_scale=0.5)
    assert lab.state == {"z": -2.0, "activation": "tanh", "depth": 4, "weight_scale": 0.5}
    lab.controls.depth.value = 7
    assert lab.state["depth"] == 7 and "7 layers" in lab.text and len(lab.left) == 8
    lab.state = DEFAULT
    assert lab.state == DEFAULT
