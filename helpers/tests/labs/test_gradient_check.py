"""The lab of lesson 4: its readings are the gradient check's, at every setting."""

import re
from itertools import product
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

from helpers.activations import ACTIVATIONS
from helpers.datasets import two_moons
from helpers.gradient_check import (
    DEFAULTS,
    Report,
    check_gradient,
    numerical_gradient,
)
from helpers.labs import gradient_check as lab_4
from helpers.labs.gradient_check import (
    DTYPES,
    GRID,
    MARKS,
    NETWORKS,
    SIDES,
    GradientCheckLab,
    kinks_crossed,
)
from helpers.network import MLP
from helpers.plots import BLUE
from helpers.tests.networks import random_case
from helpers.tests.seen import (
    Look,
    alt_of,
    curves,
    figure_of,
    in_legend,
    panel,
    place,
    reads,
    tick_words,
    without_name,
)
from helpers.validation import Array

U, HERE = Look(to_hex(BLUE), "-", "None"), Look("#777777", ":", "None")
MENUS = {"sides": SIDES, "dtype": DTYPES, "activation": ACTIVATIONS, "training": NETWORKS}


@pytest.fixture(scope="module")
def lab() -> GradientCheckLab:
    return GradientCheckLab()


def check(lab: GradientCheckLab) -> None:
    """The text says what the helpers compute."""
    text, state, network = lab.text, lab.state, lab.network
    assert not re.search(r"\b(nan|inf)\b", text)
    assert lab._picture.value.startswith("<img src=")
    assert network.theta.dtype == state["dtype"]
    assert {a.name for a in network.activations[:-1]} == {state["activation"]}
    start = MLP(network.layer_sizes, [a.name for a in network.activations], seed=3)
    is_fresh = np.allclose(network.theta, start.theta, rtol=1e-6)
    assert is_fresh == (state["training"] == "fresh")
    two_sided = state["sides"] == "two-sided"
    X, Y = (array[:, :20] for array in two_moons(300, 0.15, 3))
    epsilon = state["epsilon"]
    exact = network.backward(network.forward(X)[1], Y).vector
    slopes = numerical_gradient(network, X, Y, epsilon, two_sided).vector
    error = np.linalg.norm(exact - slopes) / (np.linalg.norm(exact) + np.linalg.norm(slopes))
    assert lab.error == pytest.approx(error, rel=1e-6)
    floor = DEFAULTS[state["dtype"], two_sided][1] / 10
    reading = f"below {floor:g}" if error < floor else f"{float(f'{error:.0e}'):g}"
    assert text.startswith(
        f"ε = {epsilon:.3g}, {state['sides']}, {state['dtype']}, {state['activation']}, "
        f"{state['training']} network: the relative error is {reading}. "
    )
    report = check_gradient(network, X, Y, epsilon=epsilon, two_sided=two_sided)
    agree = sum(array.verdict == "agrees" for array in report.arrays)
    assert f" {'all' if agree == 6 else f'{agree} of'} 6 arrays agree to " in text
    for array in report.arrays:
        assert (array.name in text) == (array.verdict != "agrees")
    kinks = kinks_crossed(network, X, epsilon, two_sided)
    said = f"{kinks} kink" if state["activation"] == "relu" else "has no kinks."
    assert f" {said}" in text
    assert kinks == lab.kinks
    assert f" {said}" in text
    assert f" by the {network.theta.size} nudges on 20 points." in text or "no kinks" in text
    assert np.isfinite(lab.curve).all()
    check_curve(lab, epsilon, float(error))
    check_arrays(lab, report)


def inside(error: float | Array) -> Any:
    """Where an error is drawn: at the edge if it is beyond."""
    return np.clip(error, 1e-12, 2)


def check_curve(lab: GradientCheckLab, epsilon: float, error: float) -> None:
    """The U, the point on it at ε, and the tolerance across."""
    figure = figure_of(lab)
    ax = panel(figure, title := "Relative error of the whole gradient")
    label = "← too small: rounding nudge ε too large: not the tangent →"
    assert " ".join(reads(ax).split()) == f"{title}: (log) over {label} (log)"
    lines, bounds = curves(ax), (ax.get_xlim(), ax.get_ylim())
    np.testing.assert_allclose(lines["your ε"], [[epsilon], [inside(error)]], rtol=1e-6)
    tolerance = lab.report.tolerance
    np.testing.assert_allclose(lines["tolerance"], [bounds[0], [tolerance, tolerance]])
    others = without_name(ax)
    assert set(others) == {U, HERE}
    np.testing.assert_allclose(others[HERE], [[epsilon, epsilon], bounds[1]])
    expected = sorted([*zip(GRID, inside(lab.curve), strict=True), (epsilon, inside(error))])
    assert (np.diff(others[U][0]) >= 0).all()
    np.testing.assert_allclose(sorted(others[U].T.tolist()), expected, rtol=1e-6)
    assert alt_of(lab).startswith(
        f"{place(figure, ax).title()}, the U-shaped curve of the relative error over the nudge, "
        "with a point at the chosen one; "
    )


def check_arrays(lab: GradientCheckLab, report: Report) -> None:
    """One mark for each array, in the row of its name, of the form of its verdict."""
    figure = figure_of(lab)
    ax = panel(figure, title := "Array by array")
    assert reads(ax) == f"{title}:  (turned) over relative error (log)"
    rows, found = tick_words(ax), dict[str, tuple[str, float]]()
    for verdict, (errors, heights) in curves(ax).items():
        found |= {rows[y]: (verdict, x) for x, y in zip(errors, heights, strict=True)}
    expected = {
        array.name: (array.verdict, inside(array.relative_error)) for array in report.arrays
    }
    assert list(rows.values()) == list(expected)
    assert {name: verdict for name, (verdict, _) in found.items()} == {
        name: verdict for name, (verdict, _) in expected.items()
    }
    stems = {rows[y]: (start, x) for (start, _), (x, y) in lab._panels.stems.get_segments()}
    for name, (_, error) in expected.items():
        assert found[name][1] == pytest.approx(error, rel=1e-6)
        assert stems[name] == pytest.approx((ax.get_xlim()[0], error), rel=1e-6)
    tolerance = in_legend(panel(figure, "Relative error of the whole gradient"))["tolerance"]
    at = lab.report.tolerance
    np.testing.assert_allclose(without_name(ax)[tolerance], [[at, at], sorted(ax.get_ylim())])
    assert alt_of(lab).endswith(
        f"; {place(figure, ax)}, the relative error of each parameter array against the tolerance. "
        "The line below says how it stands."
    )


def test_default_text_is_the_same_on_every_machine() -> None:
    assert GradientCheckLab().text == (
        "ε = 1e-06, two-sided, float64, tanh, fresh network: the relative error is below 1e-07. "
        "That is near the bottom of the U: truncation and rounding are both small. "
        "tanh has no kinks. Verdict: all 6 arrays agree to 1e-06."
    )


@pytest.mark.parametrize("epsilon", [1e-12, 1e-6, 1e-1])
def test_the_ends_of_the_slider(lab: GradientCheckLab, epsilon: float) -> None:
    for activation, sides, dtype in product(("relu", "tanh"), SIDES, DTYPES):
        lab.state = dict(epsilon=epsilon, activation=activation, sides=sides, dtype=dtype)
        assert lab.controls.epsilon.value == pytest.approx(epsilon)
        check(lab)


def test_the_curve_is_computed_once_for_each_setting(
    lab: GradientCheckLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.state = {"sides": "two-sided", "dtype": "float64", "activation": "tanh"}
    before = lab.curve
    expected = [
        check_gradient(lab.network, *lab.data, epsilon=float(epsilon)).arrays[0].relative_error
        for epsilon in GRID[::11]
    ]
    # the first array is a part of the whole
    np.testing.assert_allclose(np.log10(before[::11]), np.log10(expected), atol=1)
    lab.controls.epsilon.value = 1e-3
    assert lab.curve is before
    lab.controls.sides.value = "one-sided"
    assert lab.curve is not before
    lab.controls.sides.value = "two-sided"
    assert lab.curve is before


# what the sentence says → whether all arrays agree, and whether the reading can be much less at a
# smaller ε, at a larger one
SAYS = {
    "ε is too small": (False, False, True),
    "A larger ε would read less": (True, False, True),
    "near the bottom of the U: truncation and rounding are both small": (True, False, False),
    "near the bottom of the U, but too high": (False, False, False),
    "A smaller ε would read less": (True, True, False),
    "ε is too large": (False, True, False),
}


def test_the_sentence_is_true_at_every_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    lab, few, said = GradientCheckLab(), GRID[::5], set()
    monkeypatch.setattr(lab_4, "GRID", few)
    monkeypatch.setattr(lab._panels, "draw", lambda *_: "")
    lab._sweeps.clear()
    for values in product(*MENUS.values()):
        seen = []
        for epsilon in few:
            lab.state = dict(zip(MENUS, values, strict=True)) | {"epsilon": epsilon}
            seen.append((lab.error, lab.report.passed, lab.text))
        errors = np.array([error for error, *_ in seen])
        for i, (error, passed, text) in enumerate(seen):
            less = errors < error / (50 if passed else 5)
            (words,) = [words for words in SAYS if words in text]
            # at the least reading, whichever side of it there is more
            left = bool(less.any()) and errors.argmin() < i
            assert SAYS[words] == (passed, left, bool(less.any()) and not left), text
            said.add(words)
            crosses = SAYS[words][1] and lab_kinks(lab, few[i]) > 0
            assert ("and it crosses kinks" in text) == crosses, text
    assert said == set(SAYS)


def lab_kinks(lab: GradientCheckLab, epsilon: float) -> int:
    return kinks_crossed(lab.network, lab.data[0], epsilon, lab.state["sides"] == "two-sided")


def test_the_sentence_has_the_words_of_the_legend() -> None:
    lab = GradientCheckLab(1e-10)
    names = "dW[1], db[1], dW[2], db[2], dW[3], db[3]"
    assert f"0 of 6 arrays agree to 1e-06, 6 lost in rounding ({names})." in lab.text
    texts: list[Any] = lab._panels.canvas.figure.findobj(Text)
    legends = [text.get_text() for text in texts]
    assert set(MARKS) <= set(legends)
    lab.state = {"sides": "one-sided", "epsilon": 1e-5}
    assert ", 2 differ (db[1], db[2])." in lab.text


# Kinks


def hand_made() -> MLP:
    """z = w x + b with w = 1 and b = 0, then ReLU, then the output 1 · a."""
    network = MLP((1, 1, 1), ("relu", "linear"))
    network.theta[:] = [1, 0, 1, 0]
    return network


@pytest.mark.parametrize(
    ("two_sided", "expected"),
    [
        # z = x: 0.05, −0.05, −3 and 0.5; nudging b by ±0.1 carries the first two across 0.
        # Nudging w by ±0.1 moves z by 0.1 |x|, which is never enough.
        (True, 2),
        # from 0 to 0.1 only the second comes across
        (False, 1),
    ],
)
def test_kinks_counted_by_hand(two_sided: bool, expected: int) -> None:
    X = [[0.05, -0.05, -3.0, 0.5]]
    assert kinks_crossed(hand_made(), X, 0.1, two_sided) == expected
    assert kinks_crossed(hand_made(), X, 0.01, two_sided) == 0


def test_kinks_of_later_layers_count() -> None:
    network = MLP((1, 1, 1, 1), ("linear", "relu", "linear"))
    network.theta[:] = [1, 0, 1, 0, 1, 0]
    # z of layer 2 is 0.05: w[1] by 0.1 moves it by 0.005; b[1] and b[2] by 0.1 carry it across
    assert kinks_crossed(network, [[0.05]], 0.1) == 2
    # 1: here every one of w[1], b[1], w[2], b[2] moves z by 2, across; layer 3 has no ReLU
    assert kinks_crossed(network, [[1.0]], 2.0) == 4


def kinks_one_by_one(network: MLP, X: Array, epsilon: float, two_sided: bool) -> int:
    count, nudged = 0, network.copy()
    relu = [l for l, a in enumerate(network.activations, start=1) if a.name == "relu"]
    for i, value in enumerate(network.theta):
        on = []
        for step in (epsilon, -epsilon if two_sided else 0):
            nudged.theta[i] = value + step
            caches = nudged.forward(X)[1]
            on.append(np.vstack([caches.Z[l] > 0 for l in relu]))
        nudged.theta[i] = value
        count += int((on[0] != on[1]).sum())
    return count


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("names", [("relu", "relu", "sigmoid"), ("tanh", "relu", "relu")])
def test_kinks_are_those_of_nudging_one_by_one(names: tuple[str, ...], two_sided: bool) -> None:
    case = random_case((2, 5, 4, 2), names, 30, seed=1)
    for epsilon in (0.5, 0.1, 0.01):
        expected = kinks_one_by_one(case.network, case.X, epsilon, two_sided)
        assert kinks_crossed(case.network, case.X, epsilon, two_sided) == expected > 0


def test_smooth_networks_have_no_kinks() -> None:
    case = random_case((2, 4, 1), ("tanh", "sigmoid"), 10)
    assert kinks_crossed(case.network, case.X, 1.0) == 0


def test_a_changed_network_doesn_t_change_the_lab() -> None:
    lab = GradientCheckLab()
    text = lab.text
    lab.network.theta[:] = 0
    lab.ask()
    assert lab.text == text
