"""The gradient check: right gradients pass, wrong ones don't, and the network stays as it is."""

import re
from dataclasses import replace
from html import escape
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from helpers import gradient_check as module
from helpers.activations import find_activation
from helpers.datasets import two_moons
from helpers.gradient_check import ArrayCheck, Report, check_gradient, numerical_gradient
from helpers.network import MLP
from helpers.tests.benchmark import plain_differences
from helpers.tests.networks import SMOOTH, Case, cases, random_case
from helpers.validation import Array

BOTH = (True, False)


def smooth_case(samples: int = 5, seed: int = 0) -> Case:
    return random_case([2, 4, 3, 1], ["tanh", "sigmoid", "tanh"], samples, seed)


def check(case: Case, gradient: Any = None, **named: Any) -> Report:
    return check_gradient(case.network, case.X, case.Y, gradient, **named)


def verdicts(report: Report) -> set[str]:
    return {array.verdict for array in report.arrays}


# The differences


@settings(max_examples=25)
@given(case=cases(max_samples=12))
def test_batched_differences_equal_a_plain_loop(case: Case) -> None:
    epsilon, network = 1e-3, case.network
    A, caches = network.forward(case.X)
    # some hundred roundings of the largest numbers on the way, divided by ε
    largest = [np.abs(a).max() for a in (*caches.Z.values(), A - case.Y, network.theta)]
    rounding = 500 * np.finfo(float).eps * np.prod(np.maximum(largest, 1)) / epsilon
    for two_sided in BOTH:
        batched = numerical_gradient(network, case.X, case.Y, epsilon, two_sided)
        plain = plain_differences(network, case.X, case.Y, epsilon, two_sided)
        np.testing.assert_allclose(batched.vector, plain, rtol=0, atol=rounding)


@pytest.mark.parametrize("two_sided", BOTH)
def test_as_many_nudges_at_once_as_the_memory_allows(monkeypatch: Any, two_sided: bool) -> None:
    # the widest layer's outputs, 9 × 5 numbers, come twice for each nudge: up and down
    case = random_case([9, 4, 6, 2], ["tanh", "relu", "tanh"], 5)
    at_once = numerical_gradient(case.network, case.X, case.Y, two_sided=two_sided).vector
    *others, last = case.network.activations
    columns = []

    def noted(Z: Array, A: Array) -> None:
        columns.append(Z[0].size)
        last.forward(Z, A)

    case.network.activations = (*others, replace(last, forward=noted))
    for numbers, nudges in ((1, 1), (180, 2), (269, 2), (270, 3), (1000, 10)):
        columns.clear()
        monkeypatch.setattr(module, "NUMBERS_AT_ONCE", numbers)
        pieces = numerical_gradient(case.network, case.X, case.Y, two_sided=two_sided).vector
        assert max(columns) == 5 * (2 * nudges if two_sided else nudges + 1)
        # the last digit of the loss over ε
        np.testing.assert_allclose(pieces, at_once, rtol=0, atol=1e-15 / 1e-7)


def test_the_relative_error_is_a_distance_over_a_sum_of_lengths() -> None:
    examples: list[tuple[list[float], list[float], float]] = [
        ([0, 0], [0, 0], 0),
        ([3, 4], [0, 0], 1),
        ([3, 4], [-3, -4], 1),
        ([3, 4], [4, 3], np.sqrt(2) / 10),
        ([np.inf], [1], np.nan),
        *(([most, 0], [most / 3, 0], 1 / 2) for most in (9, 1e-200, 1.7e308)),
    ]
    for one, other, expected in examples:
        for error in (module.relative_error(one, other), module.relative_error(other, one)):
            assert error == pytest.approx(expected, rel=1e-12, nan_ok=True)


# Right gradients


@settings(max_examples=60)
@given(case=cases(SMOOTH, max_samples=12))
def test_right_gradients_of_smooth_networks_never_differ(case: Case) -> None:
    assert verdicts(check(case)) <= {"agrees", "lost in rounding"}


def test_right_gradients_pass_at_the_defaults_and_small_mistakes_do_not() -> None:
    for (dtype, two_sided), (epsilon, tolerance) in module.DEFAULTS.items():
        # in float32 it is one of a tenth that is seen for sure
        mistake = {"float64": (1e-4, 1e-5), "float32": (0.15, 0.1)}[dtype][two_sided]
        passed = []
        for seed, hidden in product(range(4), ("relu", "tanh")):
            X, Y = two_moons(100, seed=seed)
            network = MLP([2, 16, 8, 1], [hidden, hidden, "sigmoid"], seed, np.dtype(dtype))
            case = Case(network, X.astype(dtype), Y.astype(dtype))
            report = check(case, two_sided=two_sided)
            assert (report.epsilon, report.tolerance) == (epsilon, tolerance)
            assert "differs" not in verdicts(report)
            assert numerical_gradient(network, case.X, case.Y).vector.dtype == dtype
            passed.append(report.passed)
            if hidden == "tanh":
                wrong = check(case, (1 + mistake) * case.passes()[1].vector, two_sided=two_sided)
                assert "differs" in verdicts(wrong)
        # the sum over the samples of what is nearly balanced is rounding in float32
        assert all(passed) if dtype == "float64" else sum(passed) > len(passed) / 2


def test_a_gradient_handed_over_is_checked_like_ones_own_and_two_sided_unless_asked() -> None:
    case = smooth_case()
    _, gradient = case.passes()
    for handed in (None, gradient, gradient.vector, gradient.vector.tolist()):
        assert check(case, handed) == check(case, two_sided=True) != check(case, two_sided=False)


# Kinks


def on_kinks(seed: int, dtype: str = "float64") -> Case:
    """Zero biases, the origin, and a sample that switches layer 1 off, unless that is smooth."""
    first = "tanh" if seed == 2 else "relu"
    case = random_case([2, 5, 4, 2], [first, "relu", "sigmoid"], 6, seed, dtype)
    for b in case.network.b.values():
        b[:] = 0
    case.X[:, 0] = 0
    case.network.W[1][:, 0] = np.abs(case.network.W[1][:, 0])
    case.X[:, 1] = [-1, 0]
    return case


def spoiled(case: Case) -> dict[str, tuple[Array, set[str]]]:
    """Gradients with a mistake each, and the arrays that it makes wrong."""
    network, every = case.network, {f"d{name}[{l}]" for name in "Wb" for l in (1, 2, 3)}
    caches = network.forward(case.X)[1]
    right, no_slope, mean, steep = (network.backward(caches, case.Y) for _ in range(4))
    for l in (2, 1):
        for gradient, slope in ((no_slope, 1), (steep, caches.Z[l] >= 0)):
            gradient.delta[l][:] = network.W[l + 1].T @ gradient.delta[l + 1] * slope
            gradient.dW[l][:] = gradient.delta[l] @ caches.A[l - 1].T
            gradient.db[l][:] = gradient.delta[l].sum(axis=1, keepdims=True)
    for l, db in mean.db.items():
        db[:] = mean.delta[l].mean(axis=1, keepdims=True)
    return {
        "1% too large": (1.01 * right.vector, every),
        "sign": (-right.vector, every),
        "no slope": (no_slope.vector, every - {"dW[3]", "db[3]"}),
        "mean": (mean.vector, {"db[1]", "db[2]", "db[3]"}),
        ">= in place of >": (steep.vector, {"db[1]", "db[2]"}),
    }


@pytest.mark.parametrize("two_sided", BOTH)
@pytest.mark.parametrize("epsilon", [None, 1e-2])
def test_a_kink_is_named_and_excuses_no_wrong_one(epsilon: float | None, two_sided: bool) -> None:
    named: dict[str, Any] = {"epsilon": epsilon, "two_sided": two_sided}
    for seed in range(3):
        assert "differs" not in verdicts(check(on_kinks(seed, "float32"), **named))
        case = on_kinks(seed)
        right = {array.name: array for array in check(case, **named).arrays}
        assert right["db[1]"].verdict == right["db[2]"].verdict == "on a kink"
        if epsilon is None:
            for l, Z in list(case.network.forward(case.X)[1].Z.items())[:2]:
                assert right[f"db[{l}]"].on_a_kink == (Z == 0).any(axis=0).sum() > 0
            alone = check(Case(case.network, case.X[:, :1], case.Y[:, :1]))  # the origin
            assert [array.on_a_kink for array in alone.arrays] == [0, 1, 0, 1, 0, 0]
        for name, (gradient, wrong) in spoiled(case).items():
            if two_sided or name != ">= in place of >":  # upwards from the kink, it is the slope
                found = check(case, gradient, **named).arrays
                assert {a.verdict for a in found if a.name in wrong} == {"differs"}, name


def test_a_wrong_slope_of_relu_is_not_put_down_to_its_kink() -> None:
    def at_the_kink_too(delta: Array, Z: Array, A: Array) -> None:
        delta *= Z >= 0

    for slope in (at_the_kink_too, lambda delta, Z, A: None):
        case = on_kinks(1)
        relu = replace(find_activation("relu"), backward=slope)
        case.network.activations = (relu, relu, case.network.activations[2])
        report = check(case)
        assert [a.name for a in report.arrays if a.verdict == "differs"][-1] == "db[2]"
        assert "on a kink" not in verdicts(report)


def test_what_excuses_an_array_is_that_it_is_right_but_for_the_kinks() -> None:
    lost, first = "lost in rounding", made("db[1]", "differs", 0.4)
    for straight, right, samples, verdict in (  # straight on beyond the kink, and at the usual ε
        (("agrees", 0.0), ("agrees", 0.0), 2, "on a kink"),
        (("differs", 0.2), ("agrees", 0.0), 2, "on a kink"),  # mostly, and truncation besides
        (("differs", 0.3), ("agrees", 0.0), 2, "differs"),
        (("not finite", 0.3), ("agrees", 0.0), 2, "differs"),
        ((lost, 0.3), (lost, 0.0), 2, "on a kink"),  # both are 0
        ((lost, 0.3), (lost, 0.3), 2, lost),
        (("differs", 0.2), ("differs", 0.2), 2, "differs"),
        (("agrees", 0.0), ("agrees", 0.0), 0, "differs"),
    ):
        found = module._excuse(first, made("db[1]", *straight), made("db[1]", *right), samples)
        on_a_kink = samples * (verdict == "on a kink")
        assert found == replace(first, verdict=verdict, on_a_kink=on_a_kink), (straight, right)
    for other in (made("db[1]", verdict, 0.0) for verdict in ("agrees", lost, "not finite")):
        assert module._excuse(other, other, made("db[1]", "agrees", 0.0), 2) == other


@pytest.mark.parametrize("two_sided", BOTH)
def test_a_kink_elsewhere_than_at_0_is_found_from_either_side(two_sided: bool) -> None:
    def bent(Z: Array, A: Array) -> None:
        np.maximum(Z, 0.5, out=A)

    def back(delta: Array, Z: Array, A: Array) -> None:
        delta *= Z > 0.5

    network = MLP([1, 1, 1], ["relu", "sigmoid"])
    relu, sigmoid = network.activations
    network.activations = (replace(relu, forward=bent, backward=back, kink=0.5), sigmoid)
    network.theta[:] = [1, 0.5, 1, 0]
    # z is on the kink, a little above, where one goes down across it, and far from it
    X, Y = np.array([[0.0, 3e-7, 0.7, -0.4]]), np.array([[1.0, 0.0, 1.0, 0.0]])
    report = check_gradient(network, X, Y, two_sided=two_sided)
    assert report.arrays[1].on_a_kink == (2 if two_sided else 1)


# Wrong gradients


@pytest.mark.filterwarnings("error")
def test_differences_that_are_not_finite_are_called_so() -> None:
    case = smooth_case()
    case.network.theta[:] = 1e200
    case.network.activations = (find_activation("linear"),) * 3
    assert not np.isfinite(numerical_gradient(case.network, case.X, case.Y).vector).all()
    assert "not finite" in verdicts(check(case))


@pytest.mark.parametrize("factor", [0.99, 1.01, 0.5, 2, 3, -1, 0])
def test_a_wrong_factor_differs_and_reads_as_documented(factor: float) -> None:
    case = smooth_case()
    for two_sided in BOTH:
        report = check(case, factor * case.passes()[1].vector, two_sided=two_sided)
        assert verdicts(report) == {"differs"}
        for error in (report.relative_error, *(array.relative_error for array in report.arrays)):
            assert error == pytest.approx(abs(factor - 1) / (abs(factor) + 1), rel=1e-3)


def test_one_wrong_entry_is_found_and_located() -> None:
    case = smooth_case()
    _, gradient = case.passes()
    for l, name in product((1, 2, 3), ("dW", "db")):
        array = getattr(gradient, name)[l]
        for place, bad in product(np.ndindex(array.shape), (0.01, np.nan, np.inf, -np.inf)):
            right = array[place]
            array[place] += bad
            (wrong,) = [a for a in check(case, gradient).arrays if a.verdict != "agrees"]
            verdict = "differs" if np.isfinite(bad) else "not finite"
            assert (wrong.name, wrong.worst, wrong.verdict) == (f"{name}[{l}]", place, verdict)
            np.testing.assert_equal(wrong.analytic, array[place])
            assert wrong.numerical == pytest.approx(right, abs=1e-7)
            array[place] = right


@pytest.mark.parametrize("bias", [5, 10, 14, 18, 20, 25, 30, 36, 40, 800])
def test_however_saturated_right_never_differs_and_wrong_never_agrees(bias: float) -> None:
    network = MLP([2, 3, 1], ["tanh", "sigmoid"])
    network.b[2][:] = bias
    case = Case(network, random_case([2, 1], ["linear"], 5).X, np.zeros((1, 5)))
    assert "differs" not in verdicts(check(case))
    for factor in (3, -1, 0, 1e6):
        report = check(case, factor * case.passes()[1].vector)
        assert not report.passed
        assert "agrees" not in verdicts(report)
    if bias >= 30:  # all rounding
        assert verdicts(check(case)) == verdicts(check(case, 3 * case.passes()[1].vector))
        assert verdicts(check(case)) == {"lost in rounding"}


# The verdict on one array


def test_the_verdict_on_a_distance_of_half_the_lengths() -> None:
    # lengths 2 and 2, distance 2, and the noise of four entries is twice that of one
    one, other = np.ones((2, 2)), np.array([[1, 1], [1, -1.0]])
    for tolerance, noise, verdict in (
        (0.5, 0, "agrees"),  # the tolerance itself is still agreement
        (1, 0, "agrees"),
        (0.25, 0, "differs"),
        (0.5, 1, "lost in rounding"),  # and so are both limits of the noise
        (0.5, 0.999, "agrees"),
        (0.25, 0.75, "differs"),  # small beside the noise, but further apart than it
        (0.25, 1, "lost in rounding"),
        (1, 1.5, "agrees"),  # close, and large enough to be seen
    ):
        found = module._compare("dW[1]", one, other, tolerance, noise)
        assert (found.verdict, found.relative_error) == (verdict, 0.5), (tolerance, noise)


def test_two_zeros_are_lost_in_rounding_and_large_numbers_are_compared() -> None:
    zeros, large = np.zeros((2, 2)), np.full((2, 2), 1e200)
    assert module._compare("dW[1]", zeros, zeros, 1e-6, 0).verdict == "lost in rounding"
    with np.errstate(over="ignore"):
        assert module._compare("dW[1]", large, 1.01 * large, 1e-6, 0).verdict == "differs"
        assert module._compare("dW[1]", large, large, 1e-6, 0).verdict == "agrees"


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_rounding_is_the_last_digit_of_outputs_and_loss_over_epsilon(dtype: str) -> None:
    case = random_case([2, 3, 2], ["tanh", "linear"], 7, dtype=dtype)
    outputs = zip(case.network.predict(case.X).flat, case.Y.flat, strict=True)
    worth = sum(abs(a - y) * (abs(a) + abs(a - y)) for a, y in outputs) / 7
    found = module._nudged(case.network, case.X, case.Y, 1e-3, True).rounding
    assert found == pytest.approx(float(np.finfo(dtype).eps) * worth / 1e-3, rel=1e-5)


# The report


def made(name: str, verdict: str, error: float = 0.34, on_a_kink: int = 0) -> ArrayCheck:
    return ArrayCheck(name, error, (2, 0), 1.2345, -0.5, verdict, on_a_kink)


def report_of(*arrays: ArrayCheck, dtype: str = "float64") -> Report:
    return Report(arrays, 1e-3, 1e-4, 1e-6, dtype)


PASSED = """\
array  relative error  verdict
dW[1]  < 10⁻⁷          ✓ agrees
db[1]  10⁻⁷            ✓ agrees
Gradient check passed: ε = 0.0001, arrays agree up to a relative error of 10⁻⁶."""
NOT_PASSED = """\
array  relative error  worst at  backward  numerical  verdict
dW[1]  < 10⁻⁷                                         ✓ agrees
db[1]  0.3             [2, 0]    1.23      −0.5       ≠ differs
db[2]  0.3             [2, 0]    0         3\xa0·\xa010⁻⁵   ≠ not finite
Gradient check NOT passed at ε = 0.0001. db[1] differs by a relative error of more than 10⁻⁶. \
db[2] is not finite."""
KINK = (
    "nudges carry samples across a kink of ReLU (at most 7 of them), where the slope jumps and no "
    "difference can show it. Apart from that the gradient agrees. Move these samples a little, or "
    "draw the biases at random; unless z is exactly 0, a smaller ε helps too."
)
SAID = {  # of one array with a verdict, and of two
    "differs": (
        "dW[1] differs by a relative error of more than 10⁻⁶.",
        "dW[1], db[2] differ by a relative error of more than 10⁻⁶.",
    ),
    "not finite": ("dW[1] is not finite.", "dW[1], db[2] are not finite."),
    "lost in rounding": ("dW[1] is lost in rounding.", "dW[1], db[2] are lost in rounding."),
    "on a kink": (f"In dW[1] {KINK}", f"In dW[1], db[2] {KINK}"),
}
CURES = {
    "float64": " A larger ε or other samples may tell.",
    "float32": " Check a float64 copy of the network, with the same theta.",
}


def test_the_report_reads_as_it_is_printed_as_text_and_as_html() -> None:
    # the second error is on the floor below which digits aren't shown, a tenth of the tolerance
    first, second = made("dW[1]", "agrees", 9.9e-8), made("db[1]", "agrees", 1e-7)
    zeros = replace(made("db[2]", "not finite"), analytic=-0.0, numerical=3e-5)
    wrong = report_of(first, made("db[1]", "differs"), zeros)
    for report, text in ((report_of(first, second), PASSED), (wrong, NOT_PASSED)):
        assert str(report) == repr(report) == text
        html, (head, *rows, last) = report._repr_html_(), text.splitlines()
        assert re.findall(r"<th>([^<]*)</th>", html) == re.split(r" {2,}", head)
        cells = [re.sub("<[^>]*>", "", cell) for cell in re.findall("<td>(.*?)</td>", html)]
        said = [escape(cell) for row in rows for cell in re.split(r" {2,}", row)]
        assert [cell for cell in cells if cell] == said
        assert html.count("<tr>") == html.count("</tr>") == 1 + len(rows)
        assert html.endswith(f"</table><p>{escape(last)}</p>")
        looks = re.findall(r"background: (\S+);[^>]*>(?:<[^>]*>)*. ?(?:</span>)? ([a-z ]+)<", html)
        colours = {verdict: colour for colour, verdict in looks}
        assert len(looks) == len(rows) and colours.get("differs") != colours["agrees"]


@pytest.mark.parametrize("dtype", CURES)
def test_the_summary_says_of_each_verdict_which_arrays_have_it_and_what_helps(dtype: str) -> None:
    said, arrays = "Gradient check NOT passed at ε = 0.0001.", [made("db[1]", "agrees")]
    for verdict, (of_one, of_two) in SAID.items():
        cure = CURES[dtype] * (verdict == "lost in rounding")
        one, two = made("dW[1]", verdict, 0.3, 7), made("db[2]", verdict, 0.3, 2)
        report = report_of(*arrays, one, dtype=dtype)
        assert not report.passed
        *_, row, last = str(report).splitlines()
        assert row.endswith(f"{'≠' if verdict in ('differs', 'not finite') else '○'} {verdict}")
        assert last == f"{said} {of_one}{cure}"
        said, arrays = f"{said} {of_two}{cure}", [*arrays, one, two]
        assert str(report_of(*arrays, dtype=dtype)).splitlines()[-1] == said


def test_the_summary_has_three_digits_of_epsilon_and_tolerance() -> None:
    for verdict in ("agrees", "differs"):
        arrays = report_of(made("dW[1]", verdict), made("db[1]", verdict, 0.0))
        said = str(replace(arrays, epsilon=1.234e-4, tolerance=5.678e-6))
        assert re.search(r"ε = 0\.000123[,.] ", said) and "5.68\xa0·\xa010⁻⁶." in said
        assert "< 6\xa0·\xa010⁻⁷ " in said  # and one digit of what is below the floor


def test_a_report_has_its_arrays_in_order_and_no_digits_of_rounding() -> None:
    for seed in range(3):
        case = smooth_case(samples=20, seed=seed)
        turned = Case(case.network, case.X[:, ::-1], case.Y[:, ::-1])
        first, second = check(case), check(turned)
        # the sum over the samples is rounded differently, as on another machine
        assert first.relative_error != second.relative_error
        assert str(first) == str(second)
        assert first._repr_html_() == second._repr_html_()
        names = ["dW[1]", "db[1]", "dW[2]", "db[2]", "dW[3]", "db[3]"]
        assert [array.name for array in first.arrays] == names


def test_only_a_positive_number_may_be_meant_for_epsilon() -> None:
    for number, hint in ((1e-5, "\nDid you mean epsilon=1e-05?"), (0.0, ""), (-1e-5, "")):
        with pytest.raises(ValueError, match="gradient has shape") as error:
            check(smooth_case(), number)
        assert str(error.value) == f"gradient has shape (); expected (31,).{hint}"
