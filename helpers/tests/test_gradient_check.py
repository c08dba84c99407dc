"""The gradient check: right gradients pass, wrong ones don't, and the network stays as it is."""

import math
import re
import warnings
from dataclasses import replace
from html import escape
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import helpers.gradient_check
from helpers.activations import find_activation
from helpers.datasets import two_moons
from helpers.gradient_check import (
    DEFAULTS,
    ArrayCheck,
    Report,
    _compare,
    _excuse,
    _Kinks,
    _refuse_endless,
    check_gradient,
    numerical_gradient,
    relative_error,
)
from helpers.losses import mean_squared_error
from helpers.network import MLP
from helpers.tests.networks import SMOOTH, Case, cases, interrupt_at, random_case
from helpers.validation import Array


def smooth_case(samples: int = 5, seed: int = 0) -> Case:
    return random_case([2, 4, 3, 1], ["tanh", "sigmoid", "tanh"], samples, seed)


def saturated_case(bias: float, samples: int = 5) -> Case:
    """A sigmoid so far out that it is all but flat, beside the labels."""
    network = MLP([2, 3, 1], ["tanh", "sigmoid"])
    network.b[2][:] = bias
    X = random_case([2, 1], ["linear"], samples).X
    return Case(network, X, np.zeros((1, samples)))


def backward_vector(case: Case) -> Array:
    return case.network.backward(case.network.forward(case.X)[1], case.Y).vector


def verdicts(report: Report) -> set[str]:
    return {array.verdict for array in report.arrays}


def worst_error(report: Report) -> float:
    return max(array.relative_error for array in report.arrays)


def two_moons_reports(
    hidden: str, dtype: type[np.floating[Any]], two_sided: bool
) -> dict[int, Report]:
    reports = {}
    for seed in range(20):
        X, Y = two_moons(seed=seed)
        network = MLP([2, 16, 8, 1], [hidden, hidden, "sigmoid"], seed, dtype)
        reports[seed] = check_gradient(network, X, Y, two_sided=two_sided)
    return reports


def plain_loop(case: Case, epsilon: float, two_sided: bool) -> Array:
    network, X, Y = case.network.copy(), case.X, case.Y

    def loss_at(i: int, value: float) -> float:
        before = network.theta[i]
        network.theta[i] = value
        loss = mean_squared_error(network.predict(X), Y)
        network.theta[i] = before
        return loss

    result = np.empty_like(network.theta)
    for i, value in enumerate(network.theta.copy()):
        up = loss_at(i, value + epsilon)
        down = loss_at(i, value - epsilon if two_sided else value)
        result[i] = (up - down) / (2 * epsilon if two_sided else epsilon)
    return result


# The differences


@pytest.mark.parametrize("two_sided", [True, False])
@given(case=cases())
def test_batched_differences_equal_a_plain_loop(two_sided: bool, case: Case) -> None:
    epsilon = 1e-3
    batched = numerical_gradient(case.network, case.X, case.Y, epsilon, two_sided).vector
    plain = plain_loop(case, epsilon, two_sided)
    A, caches = case.network.forward(case.X)
    # some hundred roundings of the largest numbers on the way, divided by ε
    size = max(1, *(float(np.abs(Z).max()) for Z in caches.Z.values()))
    size *= max(1, float(np.abs(A - case.Y).max())) * max(
        1, float(np.abs(case.network.theta).max())
    )
    rounding = 500 * float(np.finfo(float).eps) * size / epsilon
    np.testing.assert_allclose(batched, plain, rtol=0, atol=rounding)


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("numbers", [1, 50, 300])
def test_smaller_batches_give_the_same(
    monkeypatch: pytest.MonkeyPatch, two_sided: bool, numbers: int
) -> None:
    case = random_case([7, 5, 6, 2], ["relu", "tanh", "sigmoid"], 3)
    at_once = numerical_gradient(case.network, case.X, case.Y, two_sided=two_sided).vector
    monkeypatch.setattr(helpers.gradient_check, "NUMBERS_AT_ONCE", numbers)
    in_pieces = numerical_gradient(case.network, case.X, case.Y, two_sided=two_sided).vector
    # the last digit of the loss over ε
    np.testing.assert_allclose(in_pieces, at_once, rtol=0, atol=1e-15 / 1e-7)
    assert check_gradient(case.network, case.X, case.Y, two_sided=two_sided).passed


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize(("numbers", "nudges"), [(1, 1), (180, 2), (269, 2), (270, 3), (1000, 10)])
def test_as_many_nudges_at_once_as_the_memory_allows(
    monkeypatch: pytest.MonkeyPatch, two_sided: bool, numbers: int, nudges: int
) -> None:
    # the widest layer's outputs, 9 × 5 numbers, come twice for each nudge: up and down
    case = random_case([9, 4, 6, 2], ["tanh", "tanh", "tanh"], 5)
    *others, last = case.network.activations
    columns = []

    def noted(Z: Array, A: Array) -> None:
        columns.append(Z[0].size)
        last.forward(Z, A)

    case.network.activations = (*others, replace(last, forward=noted))
    monkeypatch.setattr(helpers.gradient_check, "NUMBERS_AT_ONCE", numbers)
    numerical_gradient(case.network, case.X, case.Y, two_sided=two_sided)
    assert max(columns) == 5 * (2 * nudges if two_sided else nudges + 1)


def test_what_a_check_takes_counts_its_samples(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(helpers.gradient_check, "HOUR", 1)
    network = MLP([2, 3], ["relu"])
    with pytest.raises(ValueError, match=r"^X has 5 samples; .* all 9 .* about 1,800 hours"):
        check_gradient(network, np.ones((2, 5)), np.ones((3, 5)))


def test_a_check_may_take_an_hour_and_no_more() -> None:
    network = MLP([3, 4, 5, 2, 6], ["relu"] * 4)
    # parameters of a layer × (20 × units whose φ is new + weights of the layers after the next)
    products = 16 * (20 * 14 + 22) + 25 * (20 * 9 + 12) + 12 * 20 * 7 + 18 * 20
    an_hour = int(7e12) // (2 * products)  # samples, each nudged up and down
    _refuse_endless(network, an_hour)
    with pytest.raises(ValueError, match=f"X has {an_hour + 1:,} samples.* 71 .* about 2 hours"):
        _refuse_endless(network, an_hour + 1)
    with pytest.raises(ValueError, match="about 3 hours"):
        _refuse_endless(network, 3 * an_hour - 1)
    # this one takes an hour exactly
    _refuse_endless(MLP([1, 1], ["relu"]), int(7e12) // (2 * 2 * 20))


def test_a_network_of_hundreds_of_layers_is_checked() -> None:
    network = MLP([1] * 261, ["linear"] * 260)
    for W in network.W.values():
        W[:] = 1
    numerical = numerical_gradient(network, [[3.0]], [[0.0]])
    np.testing.assert_allclose(numerical.vector, np.tile([9.0, 3.0], 260), rtol=1e-8)


def test_zeros_in_the_data_are_nudged_by_nothing() -> None:
    case = smooth_case()
    case.X[:] = 0
    for two_sided in (True, False):
        numerical = numerical_gradient(case.network, case.X, case.Y, two_sided=two_sided)
        assert not numerical.W[1].any()
        assert numerical.b[1].all()


def test_differences_have_the_layout_and_dtype_of_the_parameters() -> None:
    for dtype in (np.float32, np.float64):
        case = random_case([3, 2, 2], ["tanh", "tanh"], 4, dtype=dtype)
        numerical = numerical_gradient(case.network, case.X, case.Y)
        assert numerical.vector.dtype == dtype
        assert numerical.layer_sizes == case.network.layer_sizes
        assert numerical.vector.shape == case.network.theta.shape


@pytest.mark.parametrize(("two_sided", "fall"), [(True, 100), (False, 10)])
@pytest.mark.parametrize("seed", range(3))
def test_a_tenth_of_epsilon_lowers_the_error_a_hundredfold_two_sided_and_tenfold_one_sided(
    two_sided: bool, fall: int, seed: int
) -> None:
    case = smooth_case(seed=seed)
    errors = [
        worst_error(
            check_gradient(case.network, case.X, case.Y, epsilon=epsilon, two_sided=two_sided)
        )
        for epsilon in (1e-2, 1e-3, 1e-4)
    ]
    falls = np.divide(errors[:-1], errors[1:])
    np.testing.assert_allclose(falls, fall, rtol=0.2)


def test_differences_are_two_sided_unless_asked_otherwise() -> None:
    case = smooth_case()
    report = check_gradient(case.network, case.X, case.Y)
    assert report == check_gradient(case.network, case.X, case.Y, two_sided=True)
    one_sided = check_gradient(case.network, case.X, case.Y, two_sided=False)
    usual = numerical_gradient(case.network, case.X, case.Y).vector
    chosen = numerical_gradient(case.network, case.X, case.Y, two_sided=True).vector
    np.testing.assert_array_equal(usual, chosen)
    assert (report.epsilon, report.tolerance) == DEFAULTS["float64", True]
    assert (one_sided.epsilon, one_sided.tolerance) == DEFAULTS["float64", False]


def test_the_relative_error_is_a_distance_over_a_sum_of_lengths() -> None:
    zeros, vector = np.zeros(2), np.array([3.0, 4.0])
    assert relative_error(zeros, zeros) == 0
    assert relative_error(vector, vector) == 0
    assert relative_error(vector, zeros) == relative_error(zeros, vector) == 1
    assert relative_error(vector, -vector) == 1
    assert relative_error(3 * vector, vector) == 0.5
    assert relative_error(vector, np.array([4.0, 3.0])) == pytest.approx(np.sqrt(2) / 10)


@pytest.mark.parametrize(("one", "other"), [((1, 3), (3, 3)), ((2,), (1, 2)), ((4, 1), (4,))])
def test_arrays_of_two_shapes_have_no_relative_error(
    one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    for shapes in (one, other), (other, one):
        with pytest.raises(
            ValueError, match=r"^analytic has shape .* and numerical .* one shape\.$"
        ):
            relative_error(*map(np.ones, shapes))


@pytest.mark.parametrize("size", [1e-200, 1.0, 1.7e308])
def test_the_relative_error_is_one_of_shares(size: float) -> None:
    assert relative_error([size], [size / 3]) == pytest.approx(0.5)
    assert relative_error([size / 3], [size]) == pytest.approx(0.5)
    assert relative_error([size, 0], [-size, 0]) == 1


def test_nothing_warns_at_the_end_of_the_range() -> None:
    case = smooth_case()
    case.network.theta[:] = 1e200
    case.network.activations = (find_activation("linear"),) * 3
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert math.isnan(relative_error([np.inf], [1]))
        assert not np.isfinite(numerical_gradient(case.network, case.X, case.Y).vector).all()
        assert "not finite" in verdicts(check_gradient(case.network, case.X, case.Y))


def test_too_small_an_epsilon_is_worse_again() -> None:
    case = smooth_case()
    errors = [
        worst_error(check_gradient(case.network, case.X, case.Y, epsilon=epsilon))
        for epsilon in (1e-5, 1e-10)
    ]
    assert errors[1] > 100 * errors[0]


# Right gradients


@settings(max_examples=200)
@given(case=cases(SMOOTH))
def test_right_gradients_of_smooth_networks_never_differ(case: Case) -> None:
    report = check_gradient(case.network, case.X, case.Y)
    assert verdicts(report) <= {"agrees", "lost in rounding"}


@settings(max_examples=200)
@given(seed=st.integers(0, 2**32 - 1), outputs=st.integers(1, 5), samples=st.integers(5, 40))
def test_right_gradients_of_smooth_networks_pass(seed: int, outputs: int, samples: int) -> None:
    case = random_case([2, 5, 4, outputs], ["tanh", "sigmoid", "linear"], samples, seed)
    report = check_gradient(case.network, case.X, case.Y)
    assert report.passed, report


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("hidden", ["relu", "tanh"])
def test_right_gradients_on_two_moons_never_differ_at_the_defaults(
    two_sided: bool, dtype: type[np.floating[Any]], hidden: str
) -> None:
    reports = two_moons_reports(hidden, dtype, two_sided)
    assert [seed for seed, report in reports.items() if "differs" in verdicts(report)] == []


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("hidden", ["relu", "tanh"])
def test_right_gradients_on_two_moons_pass_at_the_defaults(two_sided: bool, hidden: str) -> None:
    reports = two_moons_reports(hidden, np.float64, two_sided)
    assert [seed for seed, report in reports.items() if not report.passed] == []


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("hidden", ["relu", "tanh"])
def test_right_gradients_in_float32_mostly_pass(two_sided: bool, hidden: str) -> None:
    reports = two_moons_reports(hidden, np.float32, two_sided)
    # the sum over the samples of what is nearly balanced is rounding in float32
    assert sum(report.passed for report in reports.values()) > len(reports) / 2


@given(case=cases(SMOOTH))
def test_a_gradient_handed_over_is_checked_like_ones_own(case: Case) -> None:
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    own = check_gradient(case.network, case.X, case.Y)
    for handed in (gradient, gradient.vector, gradient.vector.tolist()):
        assert check_gradient(case.network, case.X, case.Y, handed) == own


@pytest.mark.parametrize(
    ("names", "bias", "on_a_kink"),
    [
        (("relu", "relu", "sigmoid"), 0.0, True),
        (("relu", "relu", "sigmoid"), 0.1, False),
        (("relu", "sigmoid", "sigmoid"), 0.0, False),  # no corner in the next layer
    ],
)
def test_zero_biases_put_a_point_on_a_kink_where_a_layer_is_off(
    names: tuple[str, ...], bias: float, on_a_kink: bool
) -> None:
    network = random_case((2, 3, 3, 1), names, 1, seed=2).network
    network.W[1][:] = np.abs(network.W[1])
    for b in network.b.values():
        b[:] = bias
    X, Y = np.array([[-1.0, 1.0, 0.5], [-2.0, 0.3, 1.0]]), np.array([[1.0, 0.0, 1.0]])
    caches = network.forward(X)[1]
    assert not caches.A[1][:, 0].any()
    assert (caches.Z[2][:, 0] == 0).all() == (bias == 0)
    assert (check_gradient(network, X, Y).relative_error > 1e-3) == on_a_kink


def on_kinks(seed: int, dtype: type[np.floating[Any]] = np.float64) -> Case:
    """Zero biases, the origin, and a sample that switches layer 1 off, unless that is smooth."""
    first = "tanh" if seed == 2 else "relu"
    case = random_case([2, 5, 4, 2], [first, "relu", "sigmoid"], 6, seed, dtype)
    for b in case.network.b.values():
        b[:] = 0
    case.X[:, 0] = 0
    case.network.W[1][:, 0] = np.abs(case.network.W[1][:, 0])
    case.X[:, 1] = [-1, 0]
    return case


def spoiled(case: Case) -> dict[str, tuple[Array, tuple[str, ...]]]:
    """Gradients with a mistake each, and the arrays that it makes wrong."""
    network, all_arrays = case.network, tuple(f"{d}[{l}]" for l in (1, 2, 3) for d in ("dW", "db"))
    caches = network.forward(case.X)[1]
    right = network.backward(caches, case.Y)
    no_slope, mean, steep = (network.backward(caches, case.Y) for _ in range(3))
    for l in (2, 1):
        no_slope.delta[l][:] = network.W[l + 1].T @ no_slope.delta[l + 1]
        steep.delta[l][:] = network.W[l + 1].T @ steep.delta[l + 1] * (caches.Z[l] >= 0)
        for gradient in (no_slope, steep):
            gradient.dW[l][:] = gradient.delta[l] @ caches.A[l - 1].T
            gradient.db[l][:] = gradient.delta[l].sum(axis=1, keepdims=True)
    for l in (1, 2, 3):
        mean.db[l][:] = mean.delta[l].mean(axis=1, keepdims=True)
    return {
        "1 % too large": (1.01 * right.vector, all_arrays),
        "sign": (-right.vector, all_arrays),
        "no slope": (no_slope.vector, all_arrays[:4]),
        "mean": (mean.vector, all_arrays[1::2]),
        ">= in place of >": (steep.vector, ("db[1]", "db[2]")),
    }


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("epsilon", [None, 1e-4, 1e-2])
def test_a_kink_is_named_where_a_right_gradient_meets_it_and_excuses_no_wrong_one(
    epsilon: float | None, two_sided: bool, dtype: type[np.floating[Any]]
) -> None:
    for seed in range(3):
        case = on_kinks(seed, dtype)

        def report(gradient: Array | None, case: Case = case) -> dict[str, ArrayCheck]:
            given = case.network, case.X, case.Y, gradient
            checked = check_gradient(*given, epsilon=epsilon, two_sided=two_sided)
            assert not checked.passed
            return {array.name: array for array in checked.arrays}

        right = report(None)
        if dtype is np.float32:
            assert "differs" not in {array.verdict for array in right.values()}
            continue
        assert right["db[1]"].verdict == right["db[2]"].verdict == "on a kink"
        if epsilon is None:
            for l, Z in list(case.network.forward(case.X)[1].Z.items())[:2]:
                assert right[f"db[{l}]"].on_a_kink == (Z == 0).any(axis=0).sum() > 0
        for name, (gradient, wrong) in spoiled(case).items():
            if two_sided or name != ">= in place of >":  # upwards from the kink, it is the slope
                assert {report(gradient)[array].verdict for array in wrong} == {"differs"}


def test_a_wrong_slope_of_relu_is_not_put_down_to_its_kink() -> None:
    def at_the_kink_too(delta: Array, Z: Array, A: Array) -> None:
        delta *= Z >= 0

    for slope in (at_the_kink_too, lambda delta, Z, A: None):
        case = on_kinks(1)
        relu = replace(find_activation("relu"), backward=slope)
        case.network.activations = (relu, relu, case.network.activations[2])
        report = check_gradient(case.network, case.X, case.Y)
        names = [array.name for array in report.arrays if array.verdict == "differs"]
        assert names[-1] == "db[2]"
        assert "on a kink" not in verdicts(report)


@pytest.mark.parametrize(
    ("straight", "right", "samples", "verdict"),
    [
        (("agrees", 0.0), ("agrees", 0.0), 2, "on a kink"),
        (("differs", 0.2), ("agrees", 0.0), 2, "on a kink"),  # mostly, and truncation besides
        (("differs", 0.3), ("agrees", 0.0), 2, "differs"),
        (("lost in rounding", 0.3), ("lost in rounding", 0.0), 2, "on a kink"),  # both are 0
        (("lost in rounding", 0.3), ("lost in rounding", 0.3), 2, "lost in rounding"),
        (("differs", 0.2), ("differs", 0.2), 2, "differs"),
        (("agrees", 0.0), ("agrees", 0.0), 0, "differs"),
    ],
)
def test_what_excuses_an_array_is_that_it_is_right_but_for_the_kinks(
    straight: tuple[str, float], right: tuple[str, float], samples: int, verdict: str
) -> None:
    _, check = made_report(0.4, "differs").arrays
    kinks = _Kinks(smooth_case(samples=5).network.forward(np.ones((2, 5)))[1])
    kinks.crossed[1][:samples] = True
    others = [replace(check, verdict=name, relative_error=e) for name, e in (straight, right)]
    found = _excuse(check, others[0], others[1], kinks)
    assert (found.verdict, found.on_a_kink) == (verdict, samples * (verdict == "on a kink"))


def test_a_kink_elsewhere_than_at_0_is_found() -> None:
    def bent(Z: Array, A: Array) -> None:
        np.maximum(Z, 0.5, out=A)

    def back(delta: Array, Z: Array, A: Array) -> None:
        delta *= Z > 0.5

    network = MLP([1, 2, 1], ["relu", "sigmoid"])
    relu, sigmoid = network.activations
    slope = replace(relu, forward=bent, backward=back, kink=0.5)
    network.activations = (slope, sigmoid)
    network.b[1][:] = 0.5
    report = check_gradient(network, [[0.0, 0.7, -0.4]], [[1, 0, 1]])
    assert [array.on_a_kink for array in report.arrays] == [0, 1, 0, 0]


def test_a_single_sample_on_the_kink_of_all_units_is_named() -> None:
    case = on_kinks(0)
    report = check_gradient(case.network, case.X[:, :1], case.Y[:, :1])
    assert [array.on_a_kink for array in report.arrays] == [0, 1, 0, 1, 0, 0]


def test_the_summary_names_what_has_not_passed_and_its_cure() -> None:
    first, second = made_report(0.3, "on a kink").arrays
    verdicts = {"dW[2]": "differs", "db[2]": "differs", "dW[3]": "not finite"}
    others = [replace(second, name=name, verdict=verdict) for name, verdict in verdicts.items()]
    arrays = first, replace(second, on_a_kink=7), *others
    lost = replace(second, name="db[3]", verdict="lost in rounding")
    for dtype, cure in (("float64", "A larger ε"), ("float32", "Check a float64 copy")):
        said = Report((*arrays, lost), 1, 1e-4, 1e-3, dtype)._summary()
        assert said.startswith("Gradient check NOT passed at ε = 0.0001. In db[1] nudges carry")
        assert "at most 7 of them" in said
        assert "dW[2], db[2] differ by a relative error of more than 0.001. " in said
        assert f"dW[3] is not finite. db[3] is lost in rounding. {cure}" in said
        assert "dW[1]" not in said
        assert "agree up to" not in said


# Wrong gradients


@given(case=cases(SMOOTH), data=st.data())
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_nan_and_infinity_anywhere_fail(bad: float, case: Case, data: st.DataObject) -> None:
    vector = backward_vector(case)
    vector[data.draw(st.integers(0, vector.size - 1))] = bad
    report = check_gradient(case.network, case.X, case.Y, vector)
    assert not report.passed
    (array,) = [array for array in report.arrays if array.verdict == "not finite"]
    np.testing.assert_equal(array.analytic, bad)


@pytest.mark.parametrize("factor", [0.99, 1.01, 0.5, 2, 3, -1, 0])
@pytest.mark.parametrize("seed", range(5))
def test_a_wrong_factor_differs_and_reads_as_documented(factor: float, seed: int) -> None:
    case = smooth_case(seed=seed)
    report = check_gradient(case.network, case.X, case.Y, factor * backward_vector(case))
    assert verdicts(report) == {"differs"}
    expected = abs(factor - 1) / (abs(factor) + 1)
    for array in report.arrays:
        assert array.relative_error == pytest.approx(expected, rel=1e-3)


@given(data=st.data())
def test_one_wrong_entry_is_found_and_located(data: st.DataObject) -> None:
    case = smooth_case()
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    l = data.draw(st.sampled_from(sorted(gradient.dW)))
    name, array = data.draw(st.sampled_from([("dW", gradient.dW[l]), ("db", gradient.db[l])]))
    place = tuple(data.draw(st.integers(0, n - 1)) for n in array.shape)
    right = array[place]
    array[place] += 0.01
    report = check_gradient(case.network, case.X, case.Y, gradient)
    assert not report.passed
    (wrong,) = [check for check in report.arrays if check.verdict != "agrees"]
    assert (wrong.name, wrong.worst, wrong.verdict) == (f"{name}[{l}]", place, "differs")
    assert wrong.analytic == array[place]
    assert wrong.numerical == pytest.approx(right, abs=1e-7)


@pytest.mark.parametrize("factor", [3, -1, 0, 1e6])
@pytest.mark.parametrize("bias", [5, 10, 14, 18, 20, 25, 30, 36, 40, 800])
def test_a_wrong_factor_never_agrees_however_saturated_the_output(
    factor: float, bias: float
) -> None:
    case = saturated_case(bias)
    report = check_gradient(case.network, case.X, case.Y, factor * backward_vector(case))
    assert "agrees" not in verdicts(report)
    assert not report.passed


@pytest.mark.parametrize("bias", [5, 10, 14, 18, 20, 25, 30, 36, 40, 800])
def test_a_right_gradient_never_differs_however_saturated_the_output(bias: float) -> None:
    case = saturated_case(bias)
    assert "differs" not in verdicts(check_gradient(case.network, case.X, case.Y))


@pytest.mark.parametrize("bias", [30, 36, 800])
def test_a_gradient_that_is_all_rounding_is_too_small_to_tell(bias: float) -> None:
    case = saturated_case(bias)
    for gradient in (None, 3 * backward_vector(case)):
        report = check_gradient(case.network, case.X, case.Y, gradient)
        assert verdicts(report) == {"lost in rounding"}
        assert not report.passed


@pytest.mark.parametrize("factor", [0.99, 1.01])
def test_one_percent_is_seen_one_sided(factor: float) -> None:
    case = smooth_case()
    wrong = factor * backward_vector(case)
    report = check_gradient(case.network, case.X, case.Y, wrong, two_sided=False)
    assert verdicts(report) == {"differs"}


@pytest.mark.parametrize("two_sided", [True, False])
@pytest.mark.parametrize("factor", [0, -1, 0.5, 2])
def test_float32_sees_large_mistakes(factor: float, two_sided: bool) -> None:
    X, Y = two_moons()
    network = MLP([2, 16, 8, 1], ["relu", "relu", "sigmoid"], 0, np.float32)
    wrong = factor * network.backward(network.forward(X)[1], Y).vector
    report = check_gradient(network, X, Y, wrong, two_sided=two_sided)
    assert verdicts(report) == {"differs"}


# The network stays as it is


@given(case=cases())
def test_parameters_data_and_caches_are_the_same_bits_afterwards(case: Case) -> None:
    network = case.network
    _, caches = network.forward(case.X)
    gradient = network.backward(caches, case.Y).vector
    before = [array.tobytes() for array in (network.theta, case.X, case.Y)]
    check_gradient(network, case.X, case.Y)
    numerical_gradient(network, case.X, case.Y, two_sided=False)
    assert [array.tobytes() for array in (network.theta, case.X, case.Y)] == before
    np.testing.assert_array_equal(network.backward(caches, case.Y).vector, gradient)


@pytest.mark.parametrize("call", [1, 2, 3, 4, 5])
def test_parameters_are_the_same_bits_when_interrupted(call: int) -> None:
    case = smooth_case()
    before = case.network.theta.tobytes()
    interrupt_at(case.network, call)
    with pytest.raises(KeyboardInterrupt):
        check_gradient(case.network, case.X, case.Y)
    assert case.network.theta.tobytes() == before


def test_a_check_makes_one_forward_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    case, forward, seen = smooth_case(), MLP.forward, []

    def counted(self: MLP, X: Array) -> Any:
        seen.append(X)
        return forward(self, X)

    monkeypatch.setattr(MLP, "forward", counted)
    assert check_gradient(case.network, case.X, case.Y).passed
    assert len(seen) == 1


# The report


def test_the_report_has_a_row_an_array_as_text_and_as_html() -> None:
    case = smooth_case()
    report = check_gradient(case.network, case.X, case.Y)
    names = ["dW[1]", "db[1]", "dW[2]", "db[2]", "dW[3]", "db[3]"]
    assert [array.name for array in report.arrays] == names
    header, *rows, summary = str(report).splitlines()
    assert header.split()[0] == "array"
    assert [row.split()[0] for row in rows] == names
    assert all(row.endswith("agrees") for row in rows)
    assert "check passed" in summary
    assert repr(report) == str(report)

    html = report._repr_html_()
    cells = re.findall(r"<tr><td>(.*?)</td>.*?<td>([^<]*)</td></tr>", html)
    assert cells == [(name, "agrees") for name in names]
    assert "check passed" in html
    assert "&lt;" in html, "'<' is escaped"


def test_the_report_of_a_wrong_array_shows_where_and_both_numbers() -> None:
    case = smooth_case()
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    gradient.dW[2][1, 3] = 7.5
    report = check_gradient(case.network, case.X, case.Y, gradient)
    (row,) = [line for line in str(report).splitlines() if line.endswith("differs")]
    assert row.startswith("dW[2]")
    assert "[1, 3]" in row
    assert "7.5" in row
    assert "NOT passed" in str(report)
    assert "NOT passed" in report._repr_html_()
    assert "<td>[1, 3]</td><td>7.5</td>" in report._repr_html_()


PASSED = """\
array  relative error  verdict
dW[1]  < 1e-07         agrees
db[1]  1e-07           agrees
Gradient check passed: ε = 1e-06, arrays agree up to a relative error of 1e-06."""
NOT_PASSED = """\
array  relative error  worst at  backward  numerical  verdict
dW[1]  < 1e-07                                        agrees
db[1]  0.3             [2, 0]    1.23      -0.5       differs
Gradient check NOT passed at ε = 1e-06. db[1] differs by a relative error of more than 1e-06."""


def made_report(second_error: float, second_verdict: str) -> Report:
    first = ArrayCheck("dW[1]", 9.9e-8, (0, 1), 2.0, 2.0, "agrees")
    second = ArrayCheck("db[1]", second_error, (2, 0), 1.2345, -0.5, second_verdict)
    return Report((first, second), 1e-3, 1e-6, 1e-6)


def test_a_zero_has_no_minus_in_the_report() -> None:
    check = ArrayCheck("dW[1]", 1.0, (0, 1), -0.0, 1.0, "differs")
    assert "[0, 1]    0         1 " in str(Report((check,), 1.0, 1e-6, 1e-6))


def test_the_report_reads_as_it_is_printed() -> None:
    # the second error is on the floor below which digits aren't shown, a tenth of the tolerance
    assert str(made_report(1e-7, "agrees")) == PASSED
    assert str(made_report(0.3, "differs")) == NOT_PASSED


def test_the_report_as_html_holds_the_same_words() -> None:
    for report in (made_report(1e-7, "agrees"), made_report(0.3, "differs")):
        head, *rows, summary = [re.split(r"\s{2,}", line) for line in str(report).splitlines()]
        html = report._repr_html_()
        assert re.findall(r"<th>([^<]*)</th>", html) == head
        assert [cell for cell in re.findall(r"<td>([^<]*)</td>", html) if cell] == [
            escape(cell) for row in rows for cell in row
        ]
        assert html.count("<tr>") == html.count("</tr>") == 1 + len(rows)
        assert re.fullmatch(r"<table>(<tr>(<t([hd])>[^<]*</t\3>)+</tr>)+</table><p>[^<]*</p>", html)
        assert html.endswith(f"<p>{escape(summary[0])}</p>")


@pytest.mark.parametrize(
    ("tolerance", "noise", "verdict"),
    [
        (0.5, 0, "agrees"),  # the tolerance itself is still agreement
        (1, 0, "agrees"),
        (0.25, 0, "differs"),
        (0.5, 1, "lost in rounding"),  # and so are both limits of the noise
        (0.5, 2, "lost in rounding"),
        (0.25, 0.75, "differs"),  # small beside the noise, but further apart than it
        (1, 1.5, "agrees"),  # close, and large enough to be seen
    ],
)
def test_the_verdict_on_a_distance_of_half_the_lengths(
    tolerance: float, noise: float, verdict: str
) -> None:
    # lengths 2 and 2, distance 2, and the noise of four entries is twice that of one
    check = _compare("dW[1]", np.ones((2, 2)), np.array([[1, 1], [1, -1.0]]), tolerance, noise)
    assert (check.verdict, check.relative_error) == (verdict, 0.5)


@pytest.mark.parametrize(("factor", "verdict"), [(1.01, "differs"), (1, "agrees")])
def test_numbers_whose_squares_are_too_large_are_compared_too(factor: float, verdict: str) -> None:
    large = np.full((2, 2), 1e200)
    with np.errstate(over="ignore"):
        assert _compare("dW[1]", large, factor * large, 1e-6, 0).verdict == verdict


def test_noise_adds_up_over_the_entries_like_a_length() -> None:
    ones, zeros = np.full((2, 2), 1.0), np.zeros((2, 2))
    assert _compare("dW[1]", ones, zeros, 0.5, 1).verdict == "lost in rounding"
    assert _compare("dW[1]", ones, zeros, 0.5, 0.999).verdict == "differs"


def test_two_gradients_of_zero_are_too_small_to_tell() -> None:
    check = _compare("dW[1]", np.zeros((2, 2)), np.zeros((2, 2)), 1e-6, 0)
    assert (check.verdict, check.relative_error) == ("lost in rounding", 0)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_noise_is_the_last_digit_of_the_outputs_carried_into_the_difference(
    monkeypatch: pytest.MonkeyPatch, dtype: type[np.floating[Any]]
) -> None:
    case = random_case([2, 3, 2], ["tanh", "linear"], 7, dtype=dtype)
    noises = set()

    def noted(*arguments: Any) -> ArrayCheck:
        noises.add(arguments[-1])
        return _compare(*arguments)

    monkeypatch.setattr(helpers.gradient_check, "_compare", noted)
    check_gradient(case.network, case.X, case.Y, epsilon=1e-3)
    outputs = zip(case.network.predict(case.X).flat, case.Y.flat, strict=True)
    worth = sum(abs(a - y) * (abs(a) + abs(y)) for a, y in outputs) / 7
    (noise,) = noises
    assert noise == pytest.approx(float(np.finfo(dtype).eps) * worth / 1e-3, rel=1e-5)


def test_reports_are_not_changed_by_accident() -> None:
    report = made_report(0.3, "differs")
    with pytest.raises(AttributeError):
        report.tolerance = 1  # type: ignore[misc]
    with pytest.raises(AttributeError):
        report.arrays[0].verdict = "agrees"  # type: ignore[misc]


@pytest.mark.parametrize("seed", range(5))
def test_the_report_shows_no_digits_of_rounding(seed: int) -> None:
    case = smooth_case(samples=20, seed=seed)
    turned = Case(case.network, case.X[:, ::-1], case.Y[:, ::-1])
    first, second = (check_gradient(c.network, c.X, c.Y) for c in (case, turned))
    # the sum over the samples is rounded differently, as on another machine
    assert worst_error(first) != worst_error(second)
    assert str(first) == str(second)
    assert first._repr_html_() == second._repr_html_()


def test_a_report_with_any_other_verdict_than_agreement_has_not_passed() -> None:
    case = smooth_case()
    report = check_gradient(case.network, case.X, case.Y)
    for verdict in ("differs", "not finite", "lost in rounding"):
        first = replace(report.arrays[0], verdict=verdict)
        assert not replace(report, arrays=(first, *report.arrays[1:])).passed


# Bad arguments


@pytest.mark.parametrize("epsilon", [0, -1e-6, np.nan, "small"])
def test_a_bad_epsilon_is_refused(epsilon: Any) -> None:
    case = smooth_case()
    for function in (check_gradient, numerical_gradient):
        with pytest.raises((TypeError, ValueError), match="epsilon is"):
            function(case.network, case.X, case.Y, epsilon=epsilon)


def test_settings_are_given_by_name() -> None:
    case = smooth_case()
    by_position: Any = check_gradient
    with pytest.raises(TypeError, match="positional"):
        by_position(case.network, case.X, case.Y, None, 1e-6)
    assert check_gradient(network=case.network, X=case.X, Y=case.Y, gradient=None).passed


def test_a_gradient_of_another_shape_is_refused() -> None:
    case = smooth_case()
    for gradient in (np.zeros(3), 0.0, backward_vector(case)[:, None]):
        with pytest.raises(ValueError, match="gradient has shape") as error:
            check_gradient(case.network, case.X, case.Y, gradient)
        assert "Did you mean" not in str(error.value)
    with pytest.raises(TypeError, match="gradient holds"):
        check_gradient(case.network, case.X, case.Y, ["a"])


def test_data_that_do_not_fit_are_refused() -> None:
    case = smooth_case()
    for gradient in (None, backward_vector(case)):
        with pytest.raises(ValueError, match=r"Did you mean X\.T\?"):
            check_gradient(case.network, case.X.T, case.Y, gradient)
        with pytest.raises(ValueError, match=r"Did you mean Y\.T\?"):
            check_gradient(case.network, case.X, case.Y.T, gradient)
