"""The lab of lesson 4: its readings are the gradient check's, at every setting."""

from functools import cache
from itertools import product
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex

from helpers.datasets import two_moons
from helpers.gradient_check import Report, check_gradient, numerical_gradient, relative_error
from helpers.labs import gradient_check as lab_4
from helpers.labs.gradient_check import GRID, GradientCheckLab, kinks_crossed
from helpers.network import MLP
from helpers.style import BLUE, COLOURS, ORANGE
from helpers.tests import seen
from helpers.tests.labs import Tested
from helpers.tests.networks import random_case
from helpers.validation import Array

U, HERE = seen.Look(to_hex(BLUE), "-", "None"), seen.Look("#777777", ":", "None")
MARKS = {
    "agrees": seen.Look(to_hex(BLUE), "None", "o"),
    "differs": seen.Look(to_hex(ORANGE), "None", "X"),
    "on a kink": seen.Look(to_hex(COLOURS[3]), "None", "D"),
    "lost in rounding": seen.Look("#777777", "None", "s"),  # grey, as nothing can be told
}


def check(lab: GradientCheckLab) -> None:
    """The text and the picture say what the helpers compute."""
    state, network, epsilon = lab.state, lab.network, lab.state["epsilon"]
    assert network.theta.dtype == state["dtype"]
    assert {a.name for a in network.activations[:-1]} == {state["activation"]}
    start = MLP(network.layer_sizes, [a.name for a in network.activations], seed=3)
    is_fresh = np.allclose(network.theta, start.theta, rtol=1e-6)
    assert is_fresh == (state["training"] == "fresh")
    two_sided = state["sides"] == "two-sided"
    X, Y = (array[:, :20] for array in two_moons(300, 0.15, 3))
    exact = network.backward(network.forward(X)[1], Y).vector

    def error_at(epsilon: float) -> float:
        slopes = numerical_gradient(network, X, Y, epsilon, two_sided).vector
        return relative_error(exact, slopes)

    error, nearest = error_at(epsilon), np.abs(np.log(lab_4.GRID / epsilon)).argmin()
    assert lab.error == pytest.approx(error, rel=1e-6)
    assert lab.curve[nearest] == pytest.approx(error_at(float(lab_4.GRID[nearest])), rel=1e-6)
    report = check_gradient(network, X, Y, epsilon=epsilon, two_sided=two_sided)
    floor = report.tolerance / 10
    reading = f"below {floor:g}" if error < floor else f"{float(f'{error:.0e}'):g}"
    text, settings = seen.as_code(lab.text), f"ε = {epsilon:.3g}, {state['sides']}, "
    settings += f"{state['dtype']}, {state['activation']}, {state['training']} network"
    assert text.startswith(seen.as_code(f"{settings}: the relative error is {reading}. "))
    kinks = kinks_crossed(network, X, epsilon, two_sided)
    assert kinks == lab.kinks
    are = "kink is" if kinks == 1 else "kinks are"
    crossed = f"{kinks} {are} crossed by the {network.theta.size} nudges on 20 points. "
    smooth = f"{state['activation']} has no kinks. "
    assert seen.as_code(f". {crossed if network.has_kinks else smooth}{verdict(report)}") in text
    check_curve(lab, epsilon, float(error))
    check_arrays(lab, report)


def verdict(report: Report) -> str:
    """What the text says of the arrays: how many agree, and which of the others are what."""
    by_verdict: dict[str, list[str]] = {"agrees": []}
    for name in ("differs", "on a kink", "lost in rounding", "not finite"):
        by_verdict |= {name: [a.name for a in report.arrays if a.verdict == name]}
    others = [
        f"{len(names)} {'differ' if kind == 'differs' and names[1:] else kind} ({', '.join(names)})"
        for kind, names in by_verdict.items()
        if names
    ]
    if not others:
        return f"Verdict: all 6 arrays agree to {report.tolerance:g}."
    agree = 6 - sum(map(len, by_verdict.values()))
    return (
        f"Verdict: {agree} of 6 arrays agree to {report.tolerance:g}, {', '.join(others)}. The "
        "gradient is right: it is the check that fails."
    )


def inside(error: float | Array) -> Any:
    """Where an error is drawn: at the edge if it is beyond."""
    return np.clip(error, 1e-12, 2)


def with_less(patch: pytest.MonkeyPatch) -> None:
    """The curve has each eleventh nudge, and is computed anew."""
    patch.setattr(lab_4, "GRID", lab_4.GRID[::11])
    patch.setattr(lab_4, "_sweep", cache(lab_4._sweep.__wrapped__))


TESTED = Tested(
    check,
    moved="epsilon",
    timed={"epsilon": [10 ** (-k / 5) for k in range(5, 36)]},
    labels={"epsilon": "nudge ε", "sides": "difference", "dtype": "numbers", "training": "network"},
    with_less=with_less,
)


def check_powers(axis: Any) -> None:
    """Beside each tick stands where it is."""
    words = [float(seen.as_code(text.get_text())) for text in axis.get_ticklabels()]
    np.testing.assert_allclose(words, axis.get_ticklocs())


def check_curve(lab: GradientCheckLab, epsilon: float, error: float) -> None:
    """The U, the point on it at ε, and the tolerance across."""
    figure = seen.figure_of(lab)
    ax = seen.panel(figure, title := "Relative error of the whole gradient")
    label = "← too small: rounding nudge ε too large: not the tangent →"
    assert " ".join(seen.reads(ax).split()) == f"{title}: relative error (log) over {label} (log)"
    check_powers(ax.xaxis)
    check_powers(ax.yaxis)
    lines, bounds = seen.curves(ax), (ax.get_xlim(), ax.get_ylim())
    np.testing.assert_allclose(lines["your ε"], [[epsilon], [inside(error)]], rtol=1e-6)
    tolerance = lab.report.tolerance
    np.testing.assert_allclose(lines["tolerance"], [bounds[0], [tolerance, tolerance]])
    others = seen.without_name(ax)
    assert set(others) == {U, HERE}
    np.testing.assert_allclose(others[HERE], [[epsilon, epsilon], bounds[1]])
    expected = sorted([*zip(lab_4.GRID, inside(lab.curve), strict=True), (epsilon, inside(error))])
    assert (np.diff(others[U][0]) >= 0).all()
    np.testing.assert_allclose(sorted(others[U].T.tolist()), expected, rtol=1e-6)
    assert seen.alt_of(lab).startswith(
        f"{seen.place(figure, ax).title()}, the U-shaped curve of the relative error over the "
        "nudge, with a point at the chosen one; "
    )


def check_arrays(lab: GradientCheckLab, report: Report) -> None:
    """One mark for each array, in the row of its name, of the form of its verdict."""
    figure = seen.figure_of(lab)
    ax = seen.panel(figure, title := "Array by array")
    assert seen.reads(ax) == f"{title}:  (turned) over relative error (log)"
    check_powers(ax.xaxis)
    rows, found = seen.tick_words(ax), dict[str, tuple[str, float]]()
    assert seen.in_legend(ax) == MARKS
    for verdict, (errors, heights) in seen.curves(ax).items():
        found |= {rows[y]: (verdict, x) for x, y in zip(errors, heights, strict=True)}
    assert [*rows.values()] == [array.name for array in report.arrays]
    assert {*found} == {*rows.values()}
    stems = {rows[y]: (start, x) for (start, _), (x, y) in lab._panels.stems.get_segments()}
    for array in report.arrays:
        (verdict, x), error = found[array.name], inside(array.relative_error)
        assert verdict == array.verdict and x == pytest.approx(error, rel=1e-6)
        assert stems[array.name] == pytest.approx((ax.get_xlim()[0], error), rel=1e-6)
    curve, at = seen.panel(figure, "Relative error of the whole gradient"), lab.report.tolerance
    line = seen.without_name(ax)[seen.in_legend(curve)["tolerance"]]
    np.testing.assert_allclose(line, [[at, at], sorted(ax.get_ylim())])
    assert seen.alt_of(lab).endswith(
        f"; {seen.place(figure, ax)}, the relative error of each parameter array against the "
        "tolerance. The line below says how it stands."
    )


def test_the_curve_is_computed_once_for_each_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lab_4, "GRID", GRID[::15])
    lab_4._sweep.cache_clear()
    lab = GradientCheckLab()
    for values in ({"epsilon": 1e-3}, {"sides": "one-sided"}, {"sides": "two-sided"}):
        lab.state = values
    assert lab_4._sweep.cache_info().misses == 2
    lab_4._sweep.cache_clear()


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
    few, said = GRID[::5], set()
    monkeypatch.setattr(lab_4, "GRID", few)
    lab_4._sweep.cache_clear()
    lab = GradientCheckLab()
    monkeypatch.setattr(lab._panels, "draw", lambda *_: "")
    for values in product(lab_4.SIDES, lab_4.DTYPES, ("relu", "tanh"), lab_4.NETWORKS):
        found = []
        for epsilon in few:
            names = ("sides", "dtype", "activation", "training")
            lab.state = dict(zip(names, values, strict=True)) | {"epsilon": epsilon}
            found.append((lab.error, lab.report.passed, lab.kinks, lab.text))
        errors = np.array([error for error, *_ in found])
        for i, (error, passed, kinks, text) in enumerate(found):
            less = errors < error / (50 if passed else 5)
            (words,) = [words for words in SAYS if words in text]
            # at the least reading, whichever side of it there is more
            left = bool(less.any()) and errors.argmin() < i
            branches = passed, "the right branch" in text, "the left branch" in text
            assert SAYS[words] == (passed, left, bool(less.any()) and not left) == branches, text
            said.add(words)
            assert ("and it crosses kinks" in text) == (SAYS[words][1] and kinks > 0), text
    lab_4._sweep.cache_clear()
    assert said == set(SAYS)


# Kinks


def kinks_one_by_one(network: MLP, X: Array, epsilon: float, two_sided: bool) -> int:
    count, nudged = 0, network.copy()
    relu = [l for l, a in enumerate(network.activations, start=1) if a.name == "relu"]
    for i, value in enumerate(network.theta):
        on = []
        for step in (epsilon, -epsilon if two_sided else 0):
            nudged.theta[i] = value + step
            caches = nudged.forward(X)[1]
            on.append([caches.Z[l] > 0 for l in relu])
        nudged.theta[i] = value
        count += sum(int((up != down).sum()) for up, down in zip(*on, strict=True))
    return count


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("names", ["relu relu sigmoid", "tanh relu relu", "tanh linear sigmoid"])
def test_kinks_are_those_of_nudging_one_by_one(names: str, two_sided: bool) -> None:
    case = random_case((2, 5, 4, 2), names.split(), 30, seed=1)
    for epsilon in (0.5, 0.1, 0.01):
        expected = kinks_one_by_one(case.network, case.X, epsilon, two_sided)
        assert kinks_crossed(case.network, case.X, epsilon, two_sided) == expected
        assert (expected > 0) == ("relu" in names)
