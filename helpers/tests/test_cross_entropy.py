"""Cross-entropy with softmax and with sigmoid outputs: value, δ, refusals.

Its gradients are held against automatic differentiation in `test_against_autograd`.
"""

import re
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest

from helpers.activations import ACTIVATIONS, REGISTRY, find_activation
from helpers.gradient_check import check_gradient, numerical_gradient
from helpers.losses import LOSSES, cross_entropy, find_loss
from helpers.network import MLP
from helpers.tests.networks import OUTPUTS, Case, random_case, shares
from helpers.training import train
from helpers.validation import Array

SOFTMAX, SIGMOID = find_activation("softmax"), find_activation("sigmoid")
BY_OUTPUTS = pytest.mark.parametrize("outputs", OUTPUTS)
DTYPES = (np.float64, np.float32)


def case_of(outputs: str, seed: int = 0) -> Case:
    return random_case([3, 5, 4], ["tanh", outputs], 9, seed, loss="cross-entropy")


def by_complex_step(Z: Array, Y: Array, outputs: str) -> Array:
    """δ as the imaginary part of a loss written out here, with a step that no digit is lost to."""
    delta = np.empty_like(Z)
    for place in np.ndindex(Z.shape):
        nudged = Z.astype(complex)
        nudged[place] += 1e-20j
        powers = np.exp(nudged)
        A = powers / (powers.sum(axis=0) if outputs == "softmax" else powers + 1)
        of_no = 0 if outputs == "softmax" else (1 - Y) * np.log(1 - A)
        delta[place] = -(Y * np.log(A) + of_no).sum().imag / 1e-20 / Z.shape[1]
    return delta


@BY_OUTPUTS
@pytest.mark.parametrize("k", [1, 3])
def test_the_collapsed_delta_is_that_of_both_slopes(outputs: str, k: int) -> None:
    rng, phi = np.random.default_rng(k), find_activation(outputs)
    Z, Y = rng.normal(size=(k, 6)), shares(rng, outputs, k, 6)
    loss = find_loss("cross-entropy", phi)
    A, collapsed, by_steps = phi.function(Z), *np.empty((2, k, 6))
    loss.output_delta(collapsed, Z, A, Y, phi)
    np.testing.assert_allclose(collapsed, (A - Y) / 6, rtol=1e-14)
    np.testing.assert_allclose(collapsed, by_complex_step(Z, Y, outputs), rtol=1e-12, atol=1e-15)
    # which an activation takes that the loss doesn't know to be the same
    loss.output_delta(by_steps, Z, A, Y, replace(phi, name="twin"))
    np.testing.assert_allclose(by_steps, collapsed, rtol=1e-12, atol=1e-15)


@pytest.mark.filterwarnings("error")
def test_softmax_makes_shares_of_columns_however_large_they_are() -> None:
    Z = np.array([[0.0, 1e4, -1e308, 700], [np.log(3), 0, 1e308, 700], [0, -1e4, 0, 700]])
    exact = np.array([[0.2, 1, 0, 1 / 3], [0.6, 0, 1, 1 / 3], [0.2, 0, 0, 1 / 3]])
    for dtype, near, columns in ((np.float64, 1e-15, [0, 1, 2, 3]), (np.float32, 1e-6, [0, 1, 3])):
        A = SOFTMAX.function(Z[:, columns].astype(dtype))
        assert A.dtype == dtype
        np.testing.assert_allclose(A, exact[:, columns], rtol=near)
    assert SOFTMAX.bounds == (exact.min(), exact.max())
    np.testing.assert_allclose(SOFTMAX.function(Z[:, 0]), exact[:, 0])
    A = np.random.default_rng(0).normal(size=(2, 4))
    stacked = SOFTMAX.function(np.stack([A, 2 * A], axis=1))  # (k, K, m), as the check has it
    np.testing.assert_array_equal(stacked[:, 1], SOFTMAX.function(2 * A))


def test_cross_entropy_by_hand() -> None:
    A, Y = [[0.5, 0.2], [0.25, 0.7], [0.25, 0.1]], [[0, 1], [1, 0], [0, 0]]
    assert cross_entropy(A, Y) == pytest.approx((np.log(4) + np.log(5)) / 2)
    assert cross_entropy([[0.25, 0.2]], [[1, 0]]) == pytest.approx((np.log(4) - np.log(0.8)) / 2)
    assert cross_entropy(Y, Y) == 0


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_share_of_nothing_counts_as_the_least_that_there_is(dtype: Any) -> None:
    least = np.finfo(dtype)
    exact = -(np.log(float(least.tiny)) + np.log(float(least.epsneg) / 2)) / 2
    cost = find_loss("cross-entropy", SIGMOID).value(np.array([[0, 1]], dtype), np.array([[1, 0]]))
    assert cost == pytest.approx(exact, rel=1e-6)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize(("outputs", "dtype"), [*product(OUTPUTS, DTYPES)])
def test_what_is_surely_wrong_costs_much_and_not_infinitely_much(outputs: str, dtype: Any) -> None:
    phi, Y, costs = find_activation(outputs), np.array([[0.0], [1.0]], dtype), []
    loss, far = find_loss("cross-entropy", phi), np.array([1, 5, 14, 80, 1e4])
    for z in far:
        Z = np.array([[z], [-z]], dtype)
        A, delta = phi.function(Z), np.empty((2, 1), dtype)
        loss.output_delta(delta, Z, A, Y, phi)
        np.testing.assert_array_equal(delta, A - Y)
        loss.backward(delta, A, Y)
        assert np.isfinite(delta).all()
        costs.append(float(loss.value(A, Y)))
    exact = np.logaddexp(0, 2 * far) if outputs == "softmax" else 2 * np.logaddexp(0, far)
    near = 2e-2 if dtype == np.float32 else 1e-6
    np.testing.assert_allclose(costs[:3], exact[:3], rtol=near)
    assert sorted(costs) == costs and costs[-1] < 1500


@BY_OUTPUTS
@pytest.mark.parametrize("seed", range(5))
def test_the_check_passes_no_slope_of_each_output_alone(outputs: str, seed: int) -> None:
    case = case_of(outputs, seed)
    network, X, Y = case.network, case.X, case.Y
    assert check_gradient(network, X, Y).passed
    numbers, (_, ours) = numerical_gradient(network, X, Y), case.passes()
    assert np.linalg.norm(numbers.vector - ours.vector) <= 1e-8 * np.linalg.norm(ours.vector)
    # the shortcut: a (1 − a) behind ∂L/∂A, which is right for sigmoid alone
    short = replace(network.activations[-1], backward=SIGMOID.backward)
    network.activations = (network.activations[0], short)
    assert check_gradient(network, X, Y).passed == (outputs == "sigmoid")


def test_each_loss_has_the_outputs_that_it_is_for() -> None:
    allowed = {"squared error": [*ACTIVATIONS], "cross-entropy": ["sigmoid", "softmax"]}
    assert {loss.name for loss in LOSSES} == set(allowed)
    for (name, outputs), phi in product(allowed.items(), REGISTRY.values()):
        if phi.name in outputs:
            loss = MLP([2, 3], [phi.name], loss=name).loss
            assert (loss.name, loss.is_elementwise) == (name, phi.is_elementwise)
            continue
        other = next(other for other, kinds in allowed.items() if phi.name in kinds)
        said = f"loss is {name!r} and the outputs are {phi.name}: it takes .*; expected .*"
        said += f"{', '.join(outputs)} outputs, or loss={other!r}"
        with pytest.raises(ValueError, match=said):
            MLP([2, 3], [phi.name], loss=name)
    said = r"activations\[1\] is 'softmax', which makes shares .* expected it in the last layer"
    with pytest.raises(ValueError, match=said):
        MLP([2, 3, 3, 3], ["relu", "softmax", "softmax"], loss="cross-entropy")


def test_softmax_has_no_slopes_of_single_elements_and_needs_rows() -> None:
    with pytest.raises(TypeError, match="derivative is a matrix per sample"):
        SOFTMAX.derivative([[1.0], [2.0]])
    without_rows: list[Any] = [3.0, np.empty((0, 3)), []]
    for Z in without_rows:
        said = re.escape(f"Z has shape {np.shape(Z)}; expected (k, m)")
        with pytest.raises(ValueError, match=said):
            SOFTMAX.function(Z)


NO_SHARES: list[tuple[str, Any, str]] = [
    ("sigmoid", [[0, 2], [1, 0]], "holds 2; expected numbers from 0 to 1"),
    ("sigmoid", [[0, 1], [-0.1, 0]], "holds -0.1; expected numbers from 0 to 1"),
    ("softmax", [[0, 2], [1, -1]], "holds 2; expected numbers from 0 to 1"),
    ("softmax", [[1, 1], [0, 1]], "[:, 1] sums to 2; expected 1 in each column"),
    ("softmax", [[0.4, 1], [0.5, 0]], "[:, 0] sums to 0.9; expected 1 in each column"),
]


def uses_of(Y: Any, outputs: str) -> list[tuple[str, Any]]:
    """Return what takes labels, with the name by which it calls them."""
    network, X = MLP([1, 2], [outputs], loss="cross-entropy"), [[1, 2]]
    settings: dict[str, Any] = {"epochs": 1, "learning_rate": 1, "test": (X, Y)}
    every = [
        ("Y", lambda: network.backward(network.forward(X)[1], Y)),
        ("Y", lambda: check_gradient(network, X, Y)),
        ("test[1]", lambda: train(network, X, np.eye(2), **settings)),
    ]
    of_softmax = [("A", lambda: cross_entropy(Y, np.eye(2)))]
    of_softmax += [("Y", lambda: cross_entropy(np.eye(2), Y))]
    return every + of_softmax * (outputs == "softmax")


def test_labels_that_are_no_shares_are_refused() -> None:
    for outputs, Y, said in NO_SHARES:
        for name, call in uses_of(Y, outputs):
            with pytest.raises(ValueError, match=f"^{re.escape(name)} ?{re.escape(said)}"):
                call()
