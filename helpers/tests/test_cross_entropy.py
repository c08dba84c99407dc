"""Cross-entropy with softmax and with sigmoid outputs: value, gradient, refusals, training.

The gradients are held against automatic differentiation and against the complex step, each with
the loss written of the pre-activations: ln Σ eᶻ − Σ y z, and ln(1 + eᶻ) − y z.
"""

import re
import warnings
from dataclasses import replace
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import grad
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.activations import ACTIVATIONS, REGISTRY, find_activation
from helpers.gradient_check import check_gradient, numerical_gradient
from helpers.losses import LOSSES, accuracy, cross_entropy, find_loss
from helpers.network import MLP
from helpers.tests.independent import PHI, layers_of, names_of
from helpers.tests.networks import EVERY_ACTIVATION, Case
from helpers.training import train
from helpers.validation import Array

SOFTMAX, SIGMOID = find_activation("softmax"), find_activation("sigmoid")
OUTPUTS = ("softmax", "sigmoid")
H = 1e-20


def shares(rng: np.random.Generator, outputs: str, k: int, m: int) -> Array:
    """Return labels, some of them sure and some in between."""
    Y = rng.dirichlet(np.ones(k), m).T if outputs == "softmax" else rng.random((k, m))
    sure = np.eye(k)[:, rng.integers(0, k, m)] if outputs == "softmax" else Y.round()
    return np.where(rng.random(m) < 0.5, sure, Y)


def case_of(sizes: list[int], names: list[str], m: int, seed: int = 0, dtype: Any = float) -> Case:
    rng = np.random.default_rng(seed)
    network = MLP(sizes, names, rng, dtype, loss="cross-entropy")
    for b in network.b.values():
        b[:] = rng.normal(0, 0.5, b.shape)
    X = rng.normal(size=(sizes[0], m)).astype(dtype)
    # no share so near to 1 that 1 − a has few digits left
    network.parameters.matrix[len(names)][:] *= 5 / max(
        5, np.abs(network.forward(X)[1].Z[len(names)]).max()
    )
    return Case(network, X, shares(rng, names[-1], sizes[-1], m).astype(dtype))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    names = draw(st.lists(st.sampled_from(EVERY_ACTIVATION), max_size=3))
    sizes = draw(st.lists(st.integers(1, 7), min_size=len(names) + 1, max_size=len(names) + 1))
    outputs, k = draw(st.sampled_from(OUTPUTS)), draw(st.integers(2, 5))
    seed, m = draw(st.integers(0, 2**32 - 1)), draw(st.integers(1, 30))
    return case_of([*sizes, k], [*names, outputs], m, seed)


def loss_of_z(np_: Any, Z: Any, Y: Array, outputs: str) -> Any:
    """Return the loss of the outputs' pre-activations, with one or the other kind of NumPy."""
    if outputs == "softmax":
        return np_.sum(np_.log(np_.sum(np_.exp(Z), axis=0)) - np_.sum(Y * Z, axis=0)) / Y.shape[1]
    return np_.sum(np_.log(1 + np_.exp(Z)) - Y * Z) / Y.shape[1]


def assert_near(ours: Array, theirs: Array, precision: float) -> None:
    assert np.linalg.norm(ours - theirs) <= precision * np.linalg.norm(theirs)


@settings(max_examples=100)
@given(case=cases())
def test_loss_and_every_gradient_equal_those_of_autograd(case: Case) -> None:
    network, L, names = case.network, case.network.n_layers, names_of(case.network)
    shifts = [np.zeros((n, case.X.shape[1])) for n in network.layer_sizes[1:]]

    def loss_of(layers: Any, shifts: Any) -> Any:
        A = Z = case.X
        for name, (W, b), shift in zip(names, layers, shifts, strict=True):
            Z = W @ A + b + shift
            A = Z if name == "softmax" else PHI[name](Z)  # softmax, the last, is in the loss
        return loss_of_z(anp, Z, case.Y, names[-1])

    slopes, deltas = grad(loss_of, (0, 1))(layers_of(network), shifts)
    A, caches = network.forward(case.X)
    gradient = network.backward(caches, case.Y)
    value = network.loss.value(A, case.Y)
    assert value == pytest.approx(loss_of(layers_of(network), shifts), rel=1e-10, abs=1e-12)
    for l in range(1, L + 1):
        assert_near(gradient.dW[l], slopes[l - 1][0], 1e-10)
        assert_near(gradient.db[l], slopes[l - 1][1], 1e-10)
        assert_near(gradient.delta[l], deltas[l - 1], 1e-10)


@pytest.mark.parametrize("outputs", OUTPUTS)
@pytest.mark.parametrize("seed", range(5))
def test_every_gradient_is_that_of_a_complex_step(outputs: str, seed: int) -> None:
    case = case_of([3, 5, 4], ["tanh", outputs], 7, seed)
    by_step = np.empty_like(case.network.theta)
    for i in range(len(by_step)):
        theta = case.network.theta.astype(complex)
        theta[i] += 1j * H
        first, last = theta[:20].reshape(5, 4), theta[20:].reshape(4, 6)
        A = np.tanh(first[:, :-1] @ case.X + first[:, -1:])
        by_step[i] = loss_of_z(np, last[:, :-1] @ A + last[:, -1:], case.Y, outputs).imag / H
    gradient = case.network.backward(case.network.forward(case.X)[1], case.Y)
    assert_near(gradient.vector, by_step, 1e-13)


@pytest.mark.parametrize("outputs", OUTPUTS)
@pytest.mark.parametrize("k", [1, 3])
def test_the_collapsed_delta_is_that_of_the_whole_jacobian(outputs: str, k: int) -> None:
    rng, phi = np.random.default_rng(k), find_activation(outputs)
    Z, Y, loss = (
        rng.normal(size=(k, 6)),
        shares(rng, outputs, k, 6),
        find_loss("cross-entropy", phi),
    )
    A, collapsed, by_steps, dA = phi.function(Z), *np.empty((3, k, 6))
    loss.output_delta(collapsed, Z, A, Y, phi)
    np.testing.assert_allclose(collapsed, (A - Y) / 6, rtol=1e-14)
    loss.backward(dA, A, Y)
    jacobians = [np.diag(a) - np.outer(a, a) for a in A.T]
    if outputs == "sigmoid":
        jacobians = [np.diag(a * (1 - a)) for a in A.T]
    whole = np.transpose([J @ g for J, g in zip(jacobians, dA.T, strict=True)])
    np.testing.assert_allclose(whole, collapsed, rtol=1e-12, atol=1e-15)
    # and so is the way through φ for an activation that the loss doesn't know to be the same
    loss.output_delta(by_steps, Z, A, Y, replace(phi, name="twin"))
    np.testing.assert_allclose(by_steps, collapsed, rtol=1e-12, atol=1e-15)


def test_softmax_makes_shares_of_columns_however_large_they_are() -> None:
    Z = np.array([[0.0, 1e4, -1e308, 700], [np.log(3), 0, 1e308, 700], [0, -1e4, 0, 700]])
    exact = [[0.2, 1, 0, 1 / 3], [0.6, 0, 1, 1 / 3], [0.2, 0, 0, 1 / 3]]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for dtype, places in ((np.float64, 15), (np.float32, 6)):
            A = SOFTMAX.function(Z[:, [0, 1, 3]].astype(dtype))
            assert A.dtype == dtype
            np.testing.assert_almost_equal(A, np.array(exact)[:, [0, 1, 3]], places)
        np.testing.assert_allclose(SOFTMAX.function(Z), exact, rtol=1e-15)
        np.testing.assert_allclose(SOFTMAX.function(Z[:, 0]), [0.2, 0.6, 0.2])
    rng = np.random.default_rng(0)
    A, z = rng.normal(size=(2, 4)), rng.normal(size=4)
    np.testing.assert_allclose(SOFTMAX.function(z + 7), SOFTMAX.function(z))
    stacked = SOFTMAX.function(np.stack([A, 2 * A], axis=1))  # (k, K, m), as the check has it
    np.testing.assert_array_equal(stacked[:, 1], SOFTMAX.function(2 * A))


def test_cross_entropy_by_hand() -> None:
    A, Y = [[0.5, 0.2], [0.25, 0.7], [0.25, 0.1]], [[0, 1], [1, 0], [0, 0]]
    assert cross_entropy(A, Y) == pytest.approx((np.log(4) + np.log(5)) / 2)
    assert cross_entropy([[0.25, 0.2]], [[1, 0]]) == pytest.approx((np.log(4) - np.log(0.8)) / 2)
    assert cross_entropy([[0.5]], [[0.25]]) == pytest.approx(np.log(2))
    each = find_loss("cross-entropy", SIGMOID)
    rows = [cross_entropy([a], [y]) for a, y in zip(A, Y, strict=True)]
    assert each.value(np.array(A), np.array(Y)) == pytest.approx(sum(rows))
    assert cross_entropy(Y, Y) == 0


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_share_of_nothing_counts_as_the_least_that_there_is(dtype: Any) -> None:
    least = np.finfo(dtype)
    exact = -(np.log(float(least.tiny)) + np.log(float(least.epsneg) / 2)) / 2
    cost = find_loss("cross-entropy", SIGMOID).value(np.array([[0, 1]], dtype), np.array([[1, 0]]))
    assert cost == pytest.approx(exact, rel=1e-6)


@pytest.mark.parametrize("outputs", OUTPUTS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_what_is_surely_wrong_costs_much_and_not_infinitely_much(outputs: str, dtype: Any) -> None:
    phi, Y = find_activation(outputs), np.array([[0.0], [1.0]], dtype)
    loss, costs = find_loss("cross-entropy", phi), []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for z in (1, 5, 14, 80, 1e4):
            Z = np.array([[z], [-z]], dtype)
            A, delta = phi.function(Z), np.empty((2, 1), dtype)
            loss.output_delta(delta, Z, A, Y, phi)
            np.testing.assert_array_equal(delta, A - Y)
            loss.backward(delta, A, Y)
            assert np.isfinite(delta).all()
            costs.append(float(loss.value(A, Y)))
    np.testing.assert_allclose(
        costs[:3],
        [
            2 * z + 2 * np.log1p(np.exp(-z))
            if outputs == "sigmoid"
            else 2 * z + np.log1p(np.exp(-2 * z))
            for z in (1, 5, 14)
        ],
        rtol=2e-2 if dtype == np.float32 else 1e-6,
    )
    assert sorted(costs) == costs
    assert costs[-1] < 1500


@pytest.mark.parametrize("outputs", OUTPUTS)
def test_the_check_passes_what_is_right_and_not_a_slope_of_each_output_alone(outputs: str) -> None:
    for seed in range(5):
        case = case_of([3, 5, 4], ["tanh", outputs], 9, seed)
        assert check_gradient(case.network, case.X, case.Y).passed
        numbers = numerical_gradient(case.network, case.X, case.Y).vector
        assert_near(
            numbers, case.network.backward(case.network.forward(case.X)[1], case.Y).vector, 1e-7
        )
        # the shortcut: a (1 − a) behind ∂L/∂A, which is right for sigmoid alone
        short = replace(case.network.activations[-1], backward=SIGMOID.backward)
        case.network.activations = (case.network.activations[0], short)
        assert check_gradient(case.network, case.X, case.Y).passed == (outputs == "sigmoid")


def test_a_network_that_is_surely_wrong_passes_its_check() -> None:
    case = case_of([3, 5, 4], ["tanh", "softmax"], 9)
    case.network.W[2][:] *= 30
    case.Y[:] = np.eye(4)[:, case.network.predict(case.X).argmin(axis=0)]
    assert case.network.predict(case.X).min() < 1e-6
    assert check_gradient(case.network, case.X, case.Y).passed


def test_each_loss_has_the_outputs_that_it_is_for() -> None:
    allowed = {
        "squared error": set(ACTIVATIONS),
        "cross-entropy": {"sigmoid", "softmax"},
    }
    assert {loss.name for loss in LOSSES} == set(allowed)
    for name, outputs in allowed.items():
        for phi in REGISTRY.values():
            if phi.name in outputs:
                loss = MLP([2, 3], [phi.name], loss=name).loss
                assert (loss.name, loss.is_elementwise) == (name, phi.is_elementwise)
                continue
            said = f"loss is {name!r} and the outputs are {phi.name}: it takes .*; expected "
            others = [other for other, kinds in allowed.items() if phi.name in kinds]
            said += (
                f".*{', '.join(k for k in REGISTRY if k in outputs)} outputs, or loss={others[0]!r}"
            )
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
    assert set(ACTIVATIONS) == set(REGISTRY) - {"softmax"}


@pytest.mark.parametrize(
    ("outputs", "Y", "said"),
    [
        ("sigmoid", [[0, 2], [1, 0]], "holds 2; expected numbers from 0 to 1"),
        ("sigmoid", [[0, 1], [-0.1, 0]], "holds -0.1; expected numbers from 0 to 1"),
        ("softmax", [[0, 2], [1, -1]], "holds 2; expected numbers from 0 to 1"),
        ("softmax", [[1, 1], [0, 1]], "[:, 1] sums to 2; expected 1 in each column"),
        ("softmax", [[0.4, 1], [0.5, 0]], "[:, 0] sums to 0.9; expected 1 in each column"),
    ],
)
def test_labels_that_are_no_shares_are_refused(outputs: str, Y: Any, said: str) -> None:
    network = MLP([1, 2], [outputs], loss="cross-entropy")
    X, shown = [[1, 2]], re.escape(said)
    with pytest.raises(ValueError, match=f"^Y ?{shown}"):
        network.backward(network.forward(X)[1], Y)
    with pytest.raises(ValueError, match=f"^Y ?{shown}"):
        check_gradient(network, X, Y)
    good = [[1, 0], [0, 1]]
    with pytest.raises(ValueError, match=rf"^test\[1\] ?{shown}"):
        train(network, X, good, epochs=1, learning_rate=1, test=(X, Y))
    if outputs == "softmax":
        for A, B, name in ((Y, good, "A"), (good, Y, "Y")):
            with pytest.raises(ValueError, match=f"^{name} ?{shown}"):
                cross_entropy(A, B)


@pytest.mark.parametrize("outputs", OUTPUTS)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_training_goes_downhill_and_stays_in_its_dtype(outputs: str, dtype: Any) -> None:
    rng = np.random.default_rng(0)
    X, classes = rng.normal(size=(2, 90)), np.arange(90) % 3
    X += 3 * np.array([[0, 1, -1], [1, -1, -1]])[:, classes]
    network = MLP([2, 6, 3], ["relu", outputs], dtype=dtype, loss="cross-entropy")
    Y = np.eye(3)[:, classes]
    history = train(network, X, Y, epochs=80, learning_rate=0.3, record_every=1, progress=0)
    assert (np.diff(history.loss[:20]) < 0).all()
    assert history.train_accuracy[-1] == accuracy(network.predict(X), Y) > 0.97
    assert history.loss[-1] == pytest.approx(
        float(network.loss.value(network.predict(X), Y.astype(dtype)))
    )
    assert network.theta.dtype == dtype
