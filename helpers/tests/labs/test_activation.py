"""The lab of lesson 1: it shows what was measured, and nothing throws."""

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.colors import to_hex

from helpers.activations import ACTIVATIONS, Activation
from helpers.labs.activation import SAMPLES, SEED, WIDTH, ActivationLab
from helpers.network import MLP
from helpers.style import BLUE, ORANGE
from helpers.tests import seen
from helpers.tests.labs import Tested, about
from helpers.validation import Array, random_generator

TEN = {"z": 1.0, "activation": "sigmoid", "depth": 10, "weight_scale": 1.0}
HERE = seen.Look("#555555", ":", "None")
CURVE, POINT = (seen.Look(to_hex(BLUE), *rest) for rest in (("-", "None"), ("None", "o")))
TANGENT, SLOPE, SLOPE_POINT = (
    seen.Look(to_hex(ORANGE), *rest) for rest in (("-", "None"), ("--", "None"), ("None", "^"))
)


@pytest.fixture(scope="module")
def lab() -> ActivationLab:
    return ActivationLab()


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


def fate(left: float, a_layer: float) -> str:
    if left < 1e-3:
        return "vanishes (less than 0.001)"
    if left > 1e3:
        return "explodes (more than 1,000)"
    return "shrinks" if a_layer < 0.75 else "grows" if a_layer > 1.33 else "stays steady"


def ailment(phi: Activation, slope: float) -> str:
    steepest = float(phi.derivative(np.linspace(-4, 4, 81)).max())
    if slope == 0:
        return "The unit is off and passes nothing back for this sample. "
    return "The unit is saturated: its curve is almost flat here. " * (abs(slope) < steepest / 10)


def check(lab: ActivationLab) -> None:
    """The picture and the text say what is so for the state."""
    name, depth, scale = (lab.state[key] for key in ("activation", "depth", "weight_scale"))
    phi, z = ACTIVATIONS[name], float(lab.state["z"] + 0.0)  # no -0
    value, slope = (float(f(np.float64(z))) for f in (phi.function, phi.derivative))
    left, alone = measured(name, depth, scale), slope ** np.arange(depth + 1)
    a_layer = float(left[-1] ** (1 / depth))
    layers = "1 layer" if depth == 1 else f"{depth} layers"
    seen.assert_says(
        lab.text,
        f"{name} at z = {z}: φ(z) = {value} and the slope φ′(z) = {slope}. {ailment(phi, slope)}"
        f"Multiplied by this slope once per layer, through {layers}, a gradient of 1 becomes "
        f"{about(alone[-1])}. Through {layers} of a random {name} network with {scale} "
        f"times He's weights it becomes {about(left[-1])}, a factor of about {a_layer} "
        f"per layer: the gradient {fate(left[-1], a_layer)}.",
    )
    np.testing.assert_allclose(lab.slopes_alone, alone, rtol=1e-9)
    np.testing.assert_allclose(lab.left, left, rtol=1e-6)
    check_curves(lab, phi, z)
    check_rest(lab, left, alone)


TESTED = Tested(
    check,
    moved="z",
    timed={"z": [k / 10 for k in range(-15, 16)]},
    labels={"z": "input z", "depth": "number of layers", "weight_scale": "weights, times He's"},
)


def check_curves(lab: ActivationLab, phi: Activation, z: float) -> None:
    """φ with its tangent, and φ′ below; a point on each, and a dotted line through both at z."""
    figure = seen.figure_of(lab)
    above = seen.panel(figure, "φ, what the unit hands on")
    below = seen.panel(figure, "φ′, its slope")
    assert seen.reads(above).endswith(":  over ") and seen.reads(below).endswith(":  over input z")
    assert above.get_xlim() == below.get_xlim()
    upper, lower = seen.without_name(above), seen.without_name(below)
    assert {*upper} == {HERE, CURVE, TANGENT, POINT} and {*lower} == {HERE, SLOPE, SLOPE_POINT}
    check_curve(above, upper[CURVE], upper[HERE], upper[POINT], z, phi.function)
    check_curve(below, lower[SLOPE], lower[HERE], lower[SLOPE_POINT], z, phi.derivative)
    start, end = upper[TANGENT].T
    np.testing.assert_allclose((start + end) / 2, upper[POINT][:, 0], atol=1e-9)
    rise = (end[1] - start[1]) / (end[0] - start[0])
    assert rise == pytest.approx(lower[SLOPE_POINT][1, 0])
    side = "below" if below.get_position().y0 < above.get_position().y0 else "above"
    assert seen.alt_of(lab).startswith(
        f"{seen.place(figure, above).title()}, the activation with its tangent at z, and the slope "
        f"{side}; "
    )


def check_curve(ax: Axes, curve: Array, here: Array, point: Array, z: float, f: Any) -> None:
    """All of the curve is in sight, and so is where the unit is on it."""
    x, y = curve[:, ~np.isnan(curve[1])]
    np.testing.assert_allclose(y, f(x), atol=1e-12)
    assert len(x) >= 160 and (x[0], x[-1]) == (-4, 4)
    low, high = ax.get_ylim()
    assert low < y.min() and y.max() < high
    np.testing.assert_allclose(point[:, 0], np.array([z, f(np.float64(z))]), atol=1e-9)
    np.testing.assert_allclose(here[0], z, atol=1e-9)


def check_rest(lab: ActivationLab, left: Array, alone: Array) -> None:
    """What is left of a gradient, layer by layer, as measured and by the slope alone."""
    figure = seen.figure_of(lab)
    ax = seen.panel(figure, title := "What is left of a gradient of 1")
    assert seen.reads(ax) == f"{title}:  (log) over layers passed on the way back"
    lines, layers = seen.curves(ax), np.arange(len(left))
    random, by_slope = lines["through a random network"], lines["by the slope at z alone"]
    np.testing.assert_allclose(random, np.array([layers, left]), rtol=1e-6)
    np.testing.assert_array_equal(by_slope[0], layers)
    bottom, top = ax.get_ylim()
    inside = np.abs(alone) > bottom
    np.testing.assert_allclose(by_slope[1][inside], np.abs(alone)[inside], rtol=1e-9)
    assert (by_slope[1][~inside] < bottom).all()
    inverse = ax.transData.inverted()
    grey = [sorted(patch.get_extents().transformed(inverse).intervaly) for patch in ax.patches]
    np.testing.assert_allclose(grey, [[bottom, 1e-3], [1e3, top]])
    words = {t.get_text(): bottom * (top / bottom) ** t.get_position()[1] for t in ax.texts}
    assert words["vanished"] < 1e-3 and words["exploded"] > 1e3
    assert seen.alt_of(lab).endswith(
        f"; {seen.place(figure, ax)}, what is left of a gradient after each layer. The line below "
        "says how much."
    )


def test_no_zero_is_below_zero_and_one_digit_reads_the_same_everywhere(lab: ActivationLab) -> None:
    lab.state = {**TEN, "z": -0.0, "depth": 11}
    assert "at z = 0.00: " in lab.text and 2.3e-7 < 0.25**11 < 2.4e-7
    assert "a gradient of 1 becomes about 2 · 10⁻⁷." in lab.text


def test_every_fate_of_a_gradient(lab: ActivationLab) -> None:
    twice = {"activation": "relu", "weight_scale": 2.0}
    states: dict[str, Any] = {"shrinks": {"depth": 5}, "vanishes": {}, "explodes": twice}
    states |= {"grows": {**twice, "depth": 9}, "stays steady": {"activation": "relu", "z": -1.0}}
    for word, state in states.items():
        lab.state = {**TEN, **state}
        assert f"the gradient {word}" in lab.text
        check(lab)
