"""What the notebooks' cells compute, beside plain loops and automatic differentiation.

`LINES` are right sides of assignments: each is evaluated on random arrays, on which nothing is
equal by chance. The functions check what takes more than a line. What a cell prints is compared
with a run by nbval, and the solutions are judged like a learner's answer.
"""

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from autograd import elementwise_grad

from helpers.tests.independent import PHI, reference
from helpers.tests.networks import Case, random_case
from helpers.tests.notebooks.formulas.cells import Cell, cells_of
from helpers.tests.notebooks.formulas.numbers import (
    exact,
    layer,
    length,
    numbers,
    product,
    row_sums,
    same,
    steps,
    three_layers,
)
from helpers.validation import Array

Check = Callable[[Cell], None]
CHECKS: dict[tuple[str, str], Check] = {}
ONE, TWO, THREE = "01_activations", "02_forward_caching", "03_delta_recursion"
FOUR, FIVE, SIX = "04_gradient_checking", "05_training", "06_digits"
LINES = {
    (ONE, "one-product-code"): {"Z": "layer(W, X, b)"},
    (ONE, "collapse"): dict.fromkeys(
        ("three_layers", "one_layer"), "product(W3, product(W2, product(W, X)))"
    ),
    (ONE, "slope-check-code"): {"rise": "cube(z + 0.2) - cube(z - 0.2)", "error": "0.04"},
    (TWO, "napkin-run"): {
        "Z1": "layer(W1, X, b1)",
        "A1": "np.where(Z1 > 0, Z1, 0)",
        "Z2": "layer(W2, A1, b2)",
    },
    (TWO, "rows-code"): {"ours": "layer(W1, X, b1)", "theirs": "layer(W1, X, b1).transpose()"},
    (THREE, "delta-2"): {"dA2": "np.divide(A - Y, 5)", "delta2": "np.multiply(dA2, slope)"},
    (THREE, "grads-2"): {"dW2": "product(delta2, np.transpose(A1))", "db2": "row_sums(delta2)"},
    (THREE, "other-habit"): {"delta_without": "np.multiply(A - Y, slope)"},
    (THREE, "delta-1"): {
        "handed_back": "product(np.transpose(W2), delta2)",
        "slope": "caches.Z[1] > 0",
        "delta1": "np.multiply(handed_back, slope)",
    },
    (THREE, "grads-1"): {"dW1": "product(delta1, np.transpose(X))", "db1": "row_sums(delta1)"},
    (FOUR, "popular-rule"): {
        "each": "abs(a - n) / (abs(a) + abs(n))",
        "a, n": "right[1:], slopes[1:]",
        "moving": "right != 0",
    },
    (FIVE, "moved"): {"off": "np.all(caches.Z[2] <= 0, axis=1)"},
    (FIVE, "rate-dead"): {"off": "np.all(caches.Z[2] <= 0, axis=1)"},
}


def arrays() -> dict[str, Any]:
    """Return the names in these lines: of a network 4-3-2 on 5 samples, and a corner at 0."""
    shapes: dict[str, tuple[int, ...]] = {"z": (4,), "W": (3, 4), "b": (3, 1), "X": (4, 5)}
    shapes |= {"W1": (3, 4), "b1": (3, 1), "W2": (2, 3)}
    shapes |= {"b2": (2, 1), "W3": (6, 2), "Z1": (3, 5), "A1": (3, 5), "A": (2, 5), "Y": (2, 5)}
    shapes |= {"dA2": (2, 5), "slope": (2, 5), "delta2": (2, 5), "delta1": (3, 5)}
    names: dict[str, Any] = {
        name: numbers(*shape, seed=i) for i, (name, shape) in enumerate(shapes.items())
    }
    names["Z1"][0, 0] = 0
    names |= {"handed_back": names["A"], "delta": {1: names["delta1"], 2: names["delta2"]}}
    corner = np.array([[-1.0, 0.0, -2.0], [-1.0, 0.5, 1.0]])
    Z, A = {1: names["Z1"], 2: corner}, {0: names["X"], 1: names["A1"]}
    names |= {"caches": SimpleNamespace(Z=Z, A=A), "network": SimpleNamespace(W={2: names["W2"]})}
    names |= {"right": np.array([0, 1.0, -2]), "slopes": np.array([0, 1.5, -1])}
    names |= {"a": np.array([1.0, -2]), "n": np.array([1.5, -1])}
    names |= {"moving": np.array([False, True, True]), "epsilon": 0.2, "m": 5}
    names |= {"cube": cube, "phi": cube}
    names["activation"] = SimpleNamespace(function=cube, derivative=lambda z: 3 * z**2)
    names["rise"] = 2 * 0.2 * (3 * names["z"] ** 2 + 0.04)
    return names | {"layer": layer, "product": product, "row_sums": row_sums}


def cube(z: Array) -> Array:
    return np.power(z, 3)


def check_lines(cell: Cell) -> None:
    names = arrays()
    for name, expected in LINES[cell.notebook, cell.id].items():
        found, right = cell.value(name, **names), eval(expected, {"np": np, **names})
        pairs = [(found[l], right[l]) for l in right] if name == "db" else [(found, right)]
        for one, other in pairs:
            same(one, other)


def of(notebook: str, *ids: str) -> Callable[[Check], Check]:
    """Enter a check under the cells that it is of."""

    def enter(check: Check) -> Check:
        CHECKS.update({(notebook, id): check for id in ids})
        return check

    return enter


CHECKS |= dict.fromkeys(LINES, check_lines)


@of(ONE, "by-hand")
def activations(cell: Cell) -> None:
    names, Z = cell.run(), np.array([[-2.5, -0.4, 0.0], [0.3, 1.7, 4.2]])
    for name in ("relu", "sigmoid"):
        same(names[name](Z), PHI[name](Z))
    same(names["relu_prime"](Z), elementwise_grad(PHI["relu"])(Z))


@of(TWO, "forward-loop")
def every_layer_forward(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    A, Z = cell.run()["forward"](case.network, case.X)
    assert_by_layer([A, Z], [right.A, right.Z])


def assert_by_layer(found: list[Mapping[int, Array]], right: list[Mapping[int, Array]]) -> None:
    for some, others in zip(found, right, strict=True):
        assert sorted(some) == sorted(others)
        for l in others:
            same(some[l], others[l])


def case_of(names: dict[str, Any]) -> Case:
    return Case(names["network"], names["X"], names["Y"])


@of(THREE, "nudge")
def a_weight_nudged(cell: Cell) -> None:
    names = cells_of(THREE)["napkin-code"].run()
    before, right = names["network"].theta.copy(), reference(case_of(names))
    change = cell.run(**names)["change"]
    same(names["network"].theta, before)
    names["network"].W[1][1, 0] += 0.001
    same(change, reference(case_of(names)).loss - right.loss, near=1e-8)


@of(THREE, "backward-loop")
def backward_through_every_layer(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    caches = SimpleNamespace(A=right.A, Z=right.Z)
    found = cell.run()["backward_pass"](case.network, caches, case.Y)
    assert_by_layer(list(found), [right.dW, right.db, right.delta])


@of(THREE, "forwards")
def one_direction_forwards(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    caches = SimpleNamespace(A=right.A, Z=right.Z)
    direction = numbers(case.network.theta.size)
    found = cell.run()["slope_forwards"](case.network, caches, case.Y, direction)
    gradient = [np.hstack([right.dW[l], right.db[l]]).ravel() for l in right.dW]
    same(found, np.vdot(np.concatenate(gradient), direction))


@of(THREE, "full-size")
def shapes_at_full_size(cell: Cell) -> None:
    names = cell.run()
    (n0, n1, n2, n3), m = (2, 16, 8, 1), 300
    assert [line for (line,) in names["printed"]] == [
        f"dW[3] = δ[3] {(n3, m)} · A[2]ᵀ {(m, n2)} = {(n3, n2)}",
        f"δ[2]  = W[3]ᵀ {(n2, n3)} · δ[3] {(n3, m)} ⊙ φ′ {(n2, m)} = {(n2, m)}",
        f"dW[2] = δ[2] {(n2, m)} · A[1]ᵀ {(m, n1)} = {(n2, n1)}",
        f"δ[1]  = W[2]ᵀ {(n1, n2)} · δ[2] {(n2, m)} ⊙ φ′ {(n1, m)} = {(n1, m)}",
        f"dW[1] = δ[1] {(n1, m)} · A[0]ᵀ {(m, n0)} = {(n1, n0)}",
    ]


@of(THREE, "square-code")
def a_transpose_forgotten(cell: Cell) -> None:
    W, delta = numbers(3, 3), numbers(3, 4)
    right, wrong = cell.value("right, wrong", W=W, delta=delta)
    same(right, product(np.transpose(W), delta))
    same(wrong, product(W, delta))


@of(FOUR, "wrong-backward")
def slopes_of_the_hidden_layers_left_out(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    caches = case.network.forward(case.X)[1]
    gradient = cell.run()["wrong_gradient"](case.network, caches, case.Y)
    delta = right.delta[3]
    for l in (3, 2, 1):
        same(gradient.dW[l], product(delta, np.transpose(right.A[l - 1])))
        same(gradient.db[l], row_sums(delta))
        delta = product(np.transpose(case.network.W[l]), delta)


@of(FOUR, "wrong-angle")
def degrees_between_two_gradients(cell: Cell) -> None:
    case = three_layers()
    given = {"network": case.network, "student": case.network, "X": case.X, "Y": case.Y}
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    names = cell.run(wrong_gradient=lambda *_: gradient, **given)
    same(names["degrees_apart"](np.array([2.0, 0]), np.array([3.0, 3])), 45.0)


@of(FOUR, "textbook")
def slopes_by_all_parameters(cell: Cell) -> None:
    case = random_case([3, 2, 2], ["tanh", "sigmoid"], 4)
    # so large an ε that the curvature shows: this is the formula, and not only the gradient
    slopes = cell.run()["numerical"](case.network, case.X, case.Y, 0.2)
    for i, slope in enumerate(slopes):
        up, down = case.network.copy(), case.network.copy()
        up.theta[i] += 0.2
        down.theta[i] -= 0.2
        losses = [reference(Case(one, case.X, case.Y)).loss for one in (up, down)]
        same(slope, (losses[0] - losses[1]) / 0.4)


@of(FOUR, "sweep")
def error_over_epsilon(cell: Cell) -> None:
    few = random_case([2, 3, 1], ["tanh", "sigmoid"], 30)

    def far_apart(a: Array, n: Array) -> float:
        return length(a - n) / (length(a) + length(n))

    names = cell.run(X=few.X, Y=few.Y, relative_error=far_apart)
    same(names["epsilons"], np.array([float(f"1e{power}") for power in range(-12, 0)]), 1e-14)
    assert [array.shape for array in names["few"]] == [(2, 20), (1, 20)]
    two, one = (names["sweep"](few.network, two_sided) for two_sided in (True, False))
    assert two.shape == (12,) and one[-1] > 2 * two[-1]


@of(FIVE, "loop-code", "plus-code")
def the_loop(cell: Cell) -> None:
    case = random_case([2, 16, 8, 1], ["relu", "relu", "sigmoid"], 7)
    given = {"untrained": case.network, "X": case.X, "Y": case.Y}
    names = cell.run(range=lambda *_: [0, 1, 399, 400, 1999], **given)
    rate = 0.5 if cell.id == "loop-code" else -0.5
    after = steps(case.network, case.X, case.Y, rate, [np.arange(7)] * 5)
    same(names["network" if rate > 0 else "climber"].theta, after.theta)
    before = steps(case.network, case.X, case.Y, rate, [np.arange(7)] * 4)
    last = reference(Case(before if rate > 0 else after, case.X, case.Y)).loss
    assert f"loss {last:.2f}"[:-1] in names["printed"][-1][0]


@of(FIVE, "slice")
def loss_along_a_slice(cell: Cell) -> None:
    case = random_case([2, 4, 3, 1], ["tanh", "relu", "sigmoid"], 9)
    along = cell.run(untrained=case.network, X=case.X, Y=case.Y)["along"]
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y).vector

    def loss(distance: float) -> float:
        moved = case.network.copy()
        moved.theta[:] -= distance * gradient / length(gradient)
        return reference(Case(moved, case.X, case.Y)).loss

    for distance in (0.0, 0.3, -1.2):
        found, slope = along(distance)
        same(found, loss(distance))
        same(slope, (loss(distance + 1e-6) - loss(distance - 1e-6)) / 2e-6, near=1e-5)


@of(SIX, "bridge-code")
def layers_of_pytorch(cell: Cell) -> None:
    torch: Any = pytest.importorskip("torch")
    case = random_case([4, 3, 5, 2], ["relu", "relu", "linear"], 6)
    model = cell.run()["as_pytorch"](case.network)
    same(model(torch.tensor(case.X.T)).detach().numpy().T, reference(case).A[3])
