"""Forward, loss, gradients, a step and a training equal automatic differentiation's.

Random networks, float64 to 1e-10 of each array, and in both precisions to the last digit that
rounding leaves: `independent.rounding_of` says how far it can reach. Nothing can be said where
rounding carries a sample across a ReLU's corner, so those networks are left out; they are rare.
"""

from collections.abc import Iterator

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from helpers.losses import mean_squared_error
from helpers.network import MLP
from helpers.tests.independent import clear_of_kinks, reference, rounding_of, trained
from helpers.tests.networks import SMOOTH, Case, cases
from helpers.training import train
from helpers.validation import Array

EITHER_PRECISION = st.one_of(cases(), cases(dtype=np.float32))
EPOCHS = 40


def close(ours: Array, theirs: Array) -> bool:
    return bool(np.linalg.norm(ours - theirs) <= 1e-10 * np.linalg.norm(theirs))


@settings(max_examples=100)
@given(case=cases())
def test_loss_and_every_gradient_equal_those_of_autograd(case: Case) -> None:
    exact, (A, caches) = reference(case), case.network.forward(case.X)
    gradient = case.network.backward(caches, case.Y)
    assert close(np.array(mean_squared_error(A, case.Y)), np.array(exact.loss))
    for l in exact.Z:
        assert close(caches.Z[l], exact.Z[l]), f"Z[{l}]"
        assert close(caches.A[l], exact.A[l]), f"A[{l}]"
        assert close(gradient.dW[l], exact.dW[l]), f"dW[{l}]"
        assert close(gradient.db[l], exact.db[l]), f"db[{l}]"
        assert close(gradient.delta[l], exact.delta[l]), f"δ[{l}]"


@settings(max_examples=60)
@given(case=EITHER_PRECISION)
def test_every_array_is_as_near_as_rounding_lets_it_be(case: Case) -> None:
    exact = reference(case)
    off = rounding_of(case, exact)
    assume(clear_of_kinks(case, exact, off))
    A, caches = case.network.forward(case.X)
    gradient = case.network.backward(caches, case.Y)
    assert abs(mean_squared_error(A, case.Y) - exact.loss) <= off.loss
    for l in exact.Z:
        assert (np.abs(caches.Z[l] - exact.Z[l]) <= off.Z[l]).all(), f"Z[{l}]"
        assert (np.abs(caches.A[l] - exact.A[l]) <= off.A[l]).all(), f"A[{l}]"
        assert (np.abs(gradient.delta[l] - exact.delta[l]) <= off.delta[l]).all(), f"δ[{l}]"
        assert (np.abs(gradient.dW[l] - exact.dW[l]) <= off.dW[l]).all(), f"dW[{l}]"
        assert (np.abs(gradient.db[l] - exact.db[l]) <= off.db[l]).all(), f"db[{l}]"


@settings(max_examples=40)
@given(case=EITHER_PRECISION, rate=st.floats(1e-3, 10))
def test_one_step_goes_where_that_of_autograd_goes(case: Case, rate: float) -> None:
    exact, eps = reference(case), np.finfo(case.network.theta.dtype).eps
    off = rounding_of(case, exact)
    assume(clear_of_kinks(case, exact, off))
    network = case.network.copy()
    network.update(network.backward(network.forward(case.X)[1], case.Y), rate)
    for mine, before, slope, reach in (
        (network.W, case.network.W, exact.dW, off.dW),
        (network.b, case.network.b, exact.db, off.db),
    ):
        for l in mine:
            step = rate * slope[l]
            rounding = rate * reach[l] + eps * (np.abs(before[l]) + 2 * np.abs(step))
            assert (np.abs(mine[l] - (before[l] - step)) <= rounding).all(), f"layer {l}"


def batches(m: int, size: int, seed: int) -> Iterator[NDArray[np.intp]]:
    """Yield the samples of each step: shuffled anew each epoch, the last batch what is left."""
    rng = np.random.default_rng(seed)
    for _ in range(EPOCHS):
        order = rng.permutation(m) if size < m else np.arange(m)
        yield from (order[start : start + size] for start in range(0, m, size))


def assert_trained_alike(case: Case, size: int, seed: int) -> None:
    """Compare the way from start to end, in one batch or in many."""
    network, m, rate = case.network, case.X.shape[1], 0.01
    X, Y = case.X.astype(np.float64), case.Y.astype(np.float64)
    steps = list(batches(m, size, seed))
    theirs = MLP(network.layer_sizes, [phi.name for phi in network.activations])
    for l, (W, b) in enumerate(trained(network, X, Y, rate, steps), 1):
        theirs.W[l][:], theirs.b[l][:] = W, b
    before = network.theta.astype(np.float64)
    order = np.random.default_rng(seed)
    history = train(
        network, X, Y, epochs=EPOCHS, learning_rate=rate, batch_size=size, seed=order, progress=0
    )
    assert history.epoch[-1] == EPOCHS
    apart = np.linalg.norm(network.theta - theirs.theta)
    # each step rounds θ once
    eps = np.finfo(network.theta.dtype).eps
    assert apart <= len(steps) * eps * np.linalg.norm(theirs.theta)
    if network.theta.dtype == np.float64:
        assert apart <= 1e-10 * np.linalg.norm(theirs.theta - before)


@settings(max_examples=8)
@given(case=cases(max_samples=12), parts=st.integers(1, 3), seed=st.integers(0, 1000))
def test_many_epochs_end_where_those_of_autograd_end(case: Case, parts: int, seed: int) -> None:
    assert_trained_alike(case, -(-case.X.shape[1] // parts), seed)


@settings(max_examples=4)
@given(
    # with ReLU, a sample that rounding carries across the corner sets the two apart for good
    case=cases(SMOOTH, max_samples=12, dtype=np.float32),
    parts=st.integers(1, 3),
    seed=st.integers(0, 1000),
)
def test_many_epochs_in_float32_end_there_too(case: Case, parts: int, seed: int) -> None:
    assert_trained_alike(case, -(-case.X.shape[1] // parts), seed)
