"""The formulas of lesson 3: δ, its recursion, dW and db."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import numpy as np

from helpers.network import MLP
from helpers.tests.independent import Reference, reference
from helpers.tests.networks import Case, random_case
from helpers.tests.notebooks.formulas.cells import Cell, cells_of
from helpers.tests.notebooks.formulas.numbers import (
    exact,
    numbers,
    of,
    product,
    row_sums,
    same,
    three_layers,
    two_layers,
)
from helpers.validation import Array

LESSON = "03_delta_recursion"


def napkin() -> dict[str, Any]:
    """Return the names of the cell that writes the napkin's numbers down."""
    return cells_of(LESSON)["napkin-code"].run()


def activations_by_layer(case: Case) -> dict[int, Any]:
    return dict(enumerate(case.network.activations, 1))


def assert_gradients(dW: Mapping[int, Array], db: Mapping[int, Array], right: Reference) -> None:
    assert sorted(dW) == sorted(db) == sorted(right.dW)
    for l in right.dW:
        same(dW[l], right.dW[l])
        same(db[l], right.db[l])


@of(LESSON, "delta-2")
def delta_of_a_linear_output(cell: Cell) -> None:
    case, right = two_layers(), exact(two_layers)
    names = cell.run(X=case.X, A=right.A[2], Y=case.Y, caches=right)
    assert names["m"] == 5
    same(names["delta2"], right.delta[2])
    same(names["dA2"], right.delta[2])
    assert (names["slope"] == 1).all()
    dA2, slope = numbers(2, 5), numbers(2, 5, seed=1)
    expected = [
        [a * s for a, s in zip(*rows, strict=True)] for rows in zip(dA2, slope, strict=True)
    ]
    same(cell.value("delta2", dA2=dA2, slope=slope), expected)


@of(LESSON, "solution-output-delta")
def delta_of_the_output(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    solution = cell.run()["solution"]
    same(solution(right.A[3], case.Y, right.Z[3], case.network.activations[-1]), right.delta[3])


@of(LESSON, "grads-2")
def gradients_of_the_output_layer(cell: Cell) -> None:
    right = exact(two_layers)
    names = cell.run(delta2=right.delta[2], caches=right)
    same(names["dW2"], right.dW[2])
    same(names["db2"], right.db[2])


@of(LESSON, "other-habit")
def one_over_m_in_the_gradient(cell: Cell) -> None:
    case, right = two_layers(), exact(two_layers)
    given = {"A": right.A[2], "Y": case.Y, "m": 5, "caches": right, "dW2": right.dW[2]}
    slope = numbers(2, 5)
    names = cell.run(slope=np.ones((2, 5)), **given)
    assert names["printed"] == [("the same dW[2]:", True)]
    error = right.A[2] - case.Y
    same(cell.value("delta_without", slope=slope, **given), np.multiply(error, slope))


@of(LESSON, "two-listeners-code")
def responsibility_from_two_units(cell: Cell) -> None:
    names = cell.run()
    W, delta = names["W_next"], names["delta_next"]
    assert (W.tolist(), delta.tolist()) == ([[2], [0.5]], [[3], [-2]])
    same(names["printed"][0][1], [[sum(w * d for w, d in zip(W[:, 0], delta[:, 0], strict=True))]])


@of(LESSON, "delta-1")
def delta_of_a_relu_layer(cell: Cell) -> None:
    case, right = two_layers(), exact(two_layers)
    names = cell.run(network=case.network, delta2=right.delta[2], caches=right)
    same(names["handed_back"], product(np.transpose(case.network.W[2]), right.delta[2]))
    same(names["delta1"], right.delta[1])
    at_the_corner = SimpleNamespace(Z={1: np.array([[-1.0, 0.0, 2.0]])})
    assert cell.value("slope", caches=at_the_corner).tolist() == [[False, False, True]]


@of(LESSON, "solution-hidden-delta")
def delta_one_layer_back(cell: Cell) -> None:
    network, right, solution = three_layers().network, exact(three_layers), cell.run()["solution"]
    for l in (3, 2):
        before = network.activations[l - 2]
        same(solution(l, network.W, right.delta, right.Z, before), right.delta[l - 1])


@of(LESSON, "grads-1")
def gradients_of_the_first_layer(cell: Cell) -> None:
    case, right = two_layers(), exact(two_layers)
    names = cell.run(delta1=right.delta[1], X=case.X)
    same(names["dW1"], right.dW[1])
    same(names["db1"], right.db[1])


@of(LESSON, "nudge")
def a_weight_nudged(cell: Cell) -> None:
    names = napkin()
    before = names["network"].theta.copy()
    change = cell.run(**names)["change"]
    same(names["network"].theta, before)
    right = reference(Case(names["network"], names["X"], names["Y"]))
    same(right.loss, 5.0)
    nudged = names["network"].copy()
    nudged.W[1][1, 0] = 2.001
    # the slope is 3; a step of 0.001 along a parabola gives a little more than 0.003
    same(change, reference(Case(nudged, names["X"], names["Y"])).loss - 5, near=1e-8)
    same(change, right.dW[1][1, 0] * 0.001, near=1e-2)


@of(LESSON, "solution-layer-gradients")
def gradients_of_a_layer(cell: Cell) -> None:
    right, solution = exact(three_layers), cell.run()["solution"]
    for l in (1, 2, 3):
        dW, db = solution(l, right.delta, right.A)
        same(dW, right.dW[l])
        same(db, right.db[l])


@of(LESSON, "try-backward-two-layers")
def the_line_that_is_given(cell: Cell) -> None:
    deltas = {1: numbers(3, 5), 2: numbers(2, 5)}
    given = cell.value("db", delta=deltas)
    assert sorted(given) == [1, 2]
    for l, delta in deltas.items():
        same(given[l], row_sums(delta))


@of(LESSON, "solution-backward-two-layers")
def backward_through_two_layers(cell: Cell) -> None:
    for case in (two_layers(), random_case([4, 3, 2], ["tanh", "sigmoid"], 5)):
        right = reference(case)
        solution = cell.run()["solution"]
        dW, db = solution(case.network.W, right.A, right.Z, case.Y, activations_by_layer(case))
        assert_gradients(dW, db, right)


@of(LESSON, "backward-loop")
def backward_through_every_layer(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    caches = SimpleNamespace(A=right.A, Z=right.Z)
    dW, db, delta = cell.run()["backward"](case.network, caches, case.Y)
    assert_gradients(dW, db, right)
    for l in right.delta:
        same(delta[l], right.delta[l])


@of(LESSON, "full-size")
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
    right = reference(Case(names["network"], names["X"], names["Y"]))
    assert_gradients(names["gradient"].dW, names["gradient"].db, right)
    start = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"), seed=3)
    np.testing.assert_array_equal(names["network"].theta, start.theta)


@of(LESSON, "square-code")
def a_transpose_forgotten(cell: Cell) -> None:
    W, delta = numbers(3, 3), numbers(3, 4)
    same(cell.value("right, wrong", W=W, delta=delta)[0], product(np.transpose(W), delta))
    same(cell.value("right, wrong", W=W, delta=delta)[1], product(W, delta))
    names = cell.run()
    draws = np.random.default_rng(0)
    same(names["W"], draws.normal(size=(5, 5)))
    same(names["delta"], draws.normal(size=(5, 300)))
    ((*shapes, said),) = [tuple(map(str, line)) for line in names["printed"]]
    assert (shapes[1:3], said) == (["(5, 300)"] * 2, "False")


@of(LESSON, "solution-backward")
def backward_by_the_learner(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    solution = cell.run()["solution"]
    dW, db = solution(case.network.W, right.A, right.Z, case.Y, activations_by_layer(case))
    assert_gradients(dW, db, right)
