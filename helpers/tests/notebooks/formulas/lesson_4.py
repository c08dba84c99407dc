"""The formulas of lesson 4: differences of the loss, relative errors, and the planted mistakes."""

import math
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace

import numpy as np

from helpers.network import MLP
from helpers.tests.independent import Reference, reference
from helpers.tests.networks import Case, random_case
from helpers.tests.notebooks.formulas.cells import Cell
from helpers.tests.notebooks.formulas.numbers import (
    exact,
    length,
    numbers,
    of,
    product,
    row_sums,
    same,
)
from helpers.tests.notebooks.formulas.numbers import three_layers as mixed
from helpers.validation import Array

LESSON = "04_gradient_checking"


def flat(right: Reference) -> Array:
    """Return the gradient in the layout of θ: [dW db] row by row, layer after layer."""
    rows = [row for l in right.dW for row in zip(right.dW[l], right.db[l], strict=True)]
    return np.array([x for dW, db in rows for x in (*dW, *db)])


def far_apart(a: Array, n: Array) -> float:
    return length(a - n) / (length(a) + length(n))


@cache
def small() -> Case:
    return random_case([3, 2, 2], ["tanh", "sigmoid"], 4)


@cache
def slopes_by_hand(make: Callable[[], Case], epsilon: float) -> Array:
    """Return (L(θ + εe_i) − L(θ − εe_i)) / 2ε for each i, on copies of the network."""
    case, slopes = make(), []
    for i in range(case.network.theta.size):
        losses = []
        for nudge in (epsilon, -epsilon):
            twin = case.network.copy()
            twin.theta[i] += nudge
            losses.append(reference(Case(twin, case.X, case.Y)).loss)
        slopes.append((losses[0] - losses[1]) / (2 * epsilon))
    return np.array(slopes)


@of(LESSON, "wrong-backward")
def slopes_of_the_hidden_layers_left_out(cell: Cell) -> None:
    case, right = mixed(), exact(mixed)
    _, caches = case.network.forward(case.X)
    gradient = cell.run()["wrong_gradient"](case.network, caches, case.Y)
    delta = right.delta[3]
    for l in (3, 2, 1):
        same(gradient.dW[l], product(delta, np.transpose(right.A[l - 1])))
        same(gradient.db[l], row_sums(delta))
        delta = product(np.transpose(case.network.W[l]), delta)


@of(LESSON, "wrong-angle")
def degrees_between_two_gradients(cell: Cell) -> None:
    case, right = mixed(), flat(exact(mixed))
    wrong = SimpleNamespace(vector=right + numbers(*right.shape))
    given = {"X": case.X, "Y": case.Y, "network": case.network, "student": case.network}
    names = cell.run(wrong_gradient=lambda *_: wrong, **given)
    products = zip(right.tolist(), wrong.vector.tolist(), strict=True)
    cosine = sum(a * n for a, n in products) / length(right) / length(wrong.vector)
    same(names["degrees_apart"](right, wrong.vector), math.degrees(math.acos(cosine)))
    lines = [line for (line,) in names["printed"]]
    assert [line.split(": ")[0] for line in lines] == ["at first", "after 2,000 steps"]
    assert all(f": {math.degrees(math.acos(cosine)):.0f}° " in line for line in lines)


@of(LESSON, "solution-numerical-derivative")
def slope_by_one_parameter(cell: Cell) -> None:
    solution = cell.run()["solution"]
    theta, weights = numbers(4), numbers(4, seed=1)
    before = theta.copy()

    def loss(theta: Array) -> float:
        return float(weights @ theta**3)

    # the slope of w θ³ between θ − ε and θ + ε is w (3θ² + ε²)
    for i in range(4):
        same(solution(loss, theta, i, 0.2), weights[i] * (3 * theta[i] ** 2 + 0.04))
    np.testing.assert_array_equal(theta, before)


@of(LESSON, "textbook")
def slopes_by_all_parameters(cell: Cell) -> None:
    case = small()
    before = case.network.theta.copy()
    # so large an ε that the curvature shows: this is the formula, and not only the gradient
    slopes = cell.run()["numerical"](case.network, case.X, case.Y, 0.2)
    same(slopes, slopes_by_hand(small, 0.2))
    assert far_apart(slopes, flat(exact(small))) > 1e-4
    np.testing.assert_array_equal(case.network.theta, before)


@of(LESSON, "solution-relative-error")
def relative_error_of_two_gradients(cell: Cell) -> None:
    solution, (a, n) = cell.run()["solution"], numbers(2, 7)
    same(solution(a, n), far_apart(a, n))
    same(solution(1e-30 * a, 3e-30 * a), 0.5)
    assert solution(0 * a, 0 * a) == 0
    assert solution(a, 0 * a) == 1
    assert math.isnan(solution(a, a * np.nan))


@of(LESSON, "relative-code")
def relative_errors_printed(cell: Cell) -> None:
    case, right = mixed(), exact(mixed)
    gradient = flat(right)
    asked: list[float] = []

    def slopes(network: MLP, X: Array, Y: Array, epsilon: float) -> Array:
        asked.append(epsilon)
        return gradient

    wrong = SimpleNamespace(vector=gradient + numbers(*gradient.shape))
    given = {"network": case.network, "X": case.X, "Y": case.Y, "numerical": slopes}
    (fine, three, forgot) = cell.run(wrong_gradient=lambda *_: wrong, **given)["printed"]
    assert asked == [1e-6]
    assert fine == ("right gradient below 1e-7:", True)
    assert three == ("three times too large: 0.50",)
    assert forgot[0].endswith(f" {far_apart(wrong.vector, gradient):.2f}")
    slightly = gradient * (1 + 1e-6)
    given["numerical"] = lambda *_, **__: slightly
    assert cell.run(wrong_gradient=lambda *_: wrong, **given)["printed"][0][1] is False


@of(LESSON, "marks")
def marks_of_common_mistakes(cell: Cell) -> None:
    right = numbers(7)
    names = cell.run(right=right, slopes=right, relative_error=far_apart)
    factors = [1.01, 2, 300, 1 / 300, -1]
    for factor, (name, gradient) in zip(factors, names["mistakes"].items(), strict=True):
        same(gradient, np.array([factor * x for x in right]))
        reads = abs(factor - 1) / (factor + 1) if factor > 0 else 1
        assert (f"{name:28} {reads:.2g}",) in names["printed"]


@cache
def on_few_samples() -> Case:
    network = random_case([2, 3, 1], ["tanh", "sigmoid"], 1).network
    return Case(network, numbers(2, 30)[:, :20], numbers(1, 30)[:, :20])


@of(LESSON, "sweep")
def error_over_epsilon(cell: Cell) -> None:
    X, Y = numbers(2, 30), numbers(1, 30)
    names = cell.run(X=X, Y=Y, relative_error=far_apart)
    same(names["epsilons"], np.array([float(f"1e{power}") for power in range(-12, 0)]), 1e-14)
    np.testing.assert_array_equal(names["few"][0], X[:, :20])
    np.testing.assert_array_equal(names["few"][1], Y[:, :20])
    smooth = names["smooth"]
    assert (smooth.theta.dtype, names["smooth32"].theta.dtype) == (np.float64, np.float32)
    np.testing.assert_array_equal(names["smooth32"].theta, smooth.theta.astype(np.float32))
    start = MLP((2, 16, 8, 1), ("tanh", "tanh", "sigmoid"), seed=3)
    assert (repr(smooth), smooth.theta.tolist()) == (repr(start), start.theta.tolist())
    errors = names["sweep"](on_few_samples().network, True)
    assert errors.shape == (12,)
    by_hand = far_apart(flat(exact(on_few_samples)), slopes_by_hand(on_few_samples, 0.1))
    same(errors[-1], by_hand, near=1e-8)
    assert names["sweep"](on_few_samples().network, False)[-1] > 2 * errors[-1]


@of(LESSON, "sweep-numbers")
def what_the_sweep_shows(cell: Cell) -> None:
    epsilons = 10.0 ** np.arange(-12, 0)
    double, single = np.arange(12, 0, -1) * 1e-10, np.full(12, 2e-2)
    double[7] = 1e-12  # at 1e-5
    single[3] = 1.00005e-8
    errors = {"two-sided, float64": double, "two-sided, float32": single}
    errors["one-sided, float64"] = np.arange(12) * 1e-3
    names = cell.run(epsilons=epsilons, errors=errors)
    same(names["best"], epsilons[7])
    same(names["ratio"], 10_000.5)
    *numbers_, best, ratio, single_at = names["printed"]
    expected = [
        f"ε = {epsilons[i]:g}: two-sided {double[i]:.1e}, one-sided {i * 1e-3:.1e}" for i in (10, 9)
    ]
    assert [line for (line,) in numbers_] == expected
    assert (best[1], ratio[1], single_at[1]) == (True, True, True)
    single[:] = 1e-3
    double[7] = 1.0
    worse = cell.run(epsilons=epsilons, errors=errors)["printed"]
    assert [bool(line[1]) for line in worse[2:]] == [False, True, False]
    single[3] = 1e-6
    assert not cell.run(epsilons=epsilons, errors=errors)["printed"][3][1]


@of(LESSON, "popular-rule")
def relative_error_of_each_entry(cell: Cell) -> None:
    right, slopes = numbers(2, 40)
    right[:3] = slopes[:3] = 0
    each = cell.value("each", right=right, slopes=slopes, moving=np.arange(40) > 2)
    expected = [abs(a - n) / (abs(a) + abs(n)) for a, n in zip(right[3:], slopes[3:], strict=True)]
    same(each, expected)
    assert cell.value("moving", right=right).tolist() == [False] * 3 + [True] * 37
    for broken in (20, 21):
        slopes = np.where(np.arange(40) < 3 + broken, right * (1 + 4e-7), right)
        numerical = SimpleNamespace(vector=slopes)
        given = {"network": None, "X": None, "Y": None, "right": right, "relative_error": far_apart}
        names = cell.run(numerical_gradient=lambda *_, epsilon, n=numerical: n, **given)
        assert names["printed"][0][1] == (broken > 20)
    for off, passes in ((1.8e-7, True), (2.2e-7, False)):  # both read half of it
        numerical = SimpleNamespace(vector=right * (1 + off))
        names = cell.run(numerical_gradient=lambda *_, epsilon, n=numerical: n, **given)
        assert names["printed"][1][1] == passes


@of(LESSON, "popular-late")
def relative_error_late_in_training(cell: Cell) -> None:
    smooth = on_few_samples().network
    start = smooth.theta.copy()

    def halved(network: MLP, X: Array, Y: Array, **_: object) -> None:
        network.theta[:] = start / 2

    for off, passes in ((1.8e-7, True), (2.2e-7, False)):

        def slopes(network: MLP, X: Array, Y: Array, epsilon: float, off: float = off) -> object:
            assert (epsilon, network.theta.tolist()) == (1e-7, (start / 2).tolist())
            exact_ = flat(reference(Case(network, X, Y)))
            return SimpleNamespace(vector=exact_ * (1 + off))

        given = {"numerical_gradient": slopes, "relative_error": far_apart}
        names = cell.run(smooth=smooth, train=halved, **given)
        late, ours = names["printed"]
        assert (late[1], ours[1]) == (passes, True)
        np.testing.assert_array_equal(smooth.theta, start)


@of(LESSON, "kink-picture")
def slope_across_a_corner(cell: Cell) -> None:
    names = cell.run()
    up, down = max(0.3 + 1.0, 0), max(0.3 - 1.0, 0)
    assert (names["z"], names["epsilon"]) == (0.3, 1.0)
    same(names["slope"], (up - down) / 2)
    same(cell.value("slope", line=np.array([-0.5, 2.0]), epsilon=1.25), 2 / 2.5)
    relu, line, point = names["ax"].lines
    same(relu.get_ydata(), [max(z, 0) for z in relu.get_xdata()])
    same(relu.get_xdata(), np.array([-2 + 0.02 * i for i in range(201)]))
    same(line.get_xydata(), np.array([[-0.7, 0], [1.3, 1.3]]))
    assert (line.get_label(), point.get_xydata().tolist()) == ("slope 0.65, not 1", [[0.3, 0.3]])


@of(LESSON, "cost-code")
def multiplications_forward_and_back(cell: Cell) -> None:
    network = mixed().network  # 4-3-5-2
    names = cell.run(network=network)
    forward = sum(
        1
        for l in (1, 2, 3)
        for _ in range(network.W[l].shape[0])
        for _ in range(network.W[l].shape[1])
    )
    back = forward + network.W[2].size + network.W[3].size  # dW of all layers, δ of all but X
    assert (names["forward"], names["backward"]) == (forward, back)
    assert names["printed"][0] == ("numerical:", sum(2 for _ in network.theta), "forward passes")
    assert f"backward: {back / forward:.1f} forward" in names["printed"][1][0]
    together = f"forward and backward together: {(forward + back) / forward:.1f}"
    assert names["printed"][2] == (together,)


@of(LESSON, "one-pass-code")
def db_as_a_mean(cell: Cell) -> None:
    case = random_case([2, 16, 8, 1], ["relu", "relu", "sigmoid"], 9)
    names = cell.run(network=case.network, X=case.X, Y=case.Y)
    (_, few, _, passed), (_, more, _, also) = names["printed"]
    assert (few, more, bool(passed), bool(also)) == (1, 5, True, False)
    right = reference(Case(case.network, case.X[:, :5], case.Y[:, :5]))
    for l in (1, 2, 3):
        same(names["gradient"].db[l], row_sums(right.delta[l]) / 5)
        same(names["gradient"].dW[l], right.dW[l])


@of(LESSON, "hunt-example")
def one_db_as_a_mean(cell: Cell) -> None:
    case = random_case([2, 16, 8, 1], ["relu", "relu", "sigmoid"], 25)
    names = cell.run(network=case.network, X=case.X, Y=case.Y)
    right = reference(Case(case.network, case.X[:, :20], case.Y[:, :20]))
    for l in (1, 2, 3):
        same(names["gradient"].db[l], row_sums(right.delta[l]) / (20 if l == 2 else 1))
        same(names["gradient"].dW[l], right.dW[l])
