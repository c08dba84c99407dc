"""One step of scikit-learn's MLPRegressor is a step of ours, where the two have common ground.

That ground is one activation for all hidden layers, a linear output, the full batch and plain
gradient descent: no momentum, no penalty. Samples are rows there, so its coefs_[l-1] is our
W[l] turned. Its gradient sums over the outputs and takes the mean over the samples, as ours
does. The loss that it reports takes the mean over the outputs as well: times their number it
is ours.
"""

import importlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from helpers.losses import mean_squared_error
from helpers.tests.networks import Case, random_case

THEIR_NAME = {"relu": "relu", "sigmoid": "logistic", "tanh": "tanh", "linear": "identity"}


@st.composite
def common_ground(draw: st.DrawFn) -> Case:
    sizes = draw(st.lists(st.integers(1, 7), min_size=3, max_size=5))
    names = [draw(st.sampled_from(tuple(THEIR_NAME)))] * (len(sizes) - 2)
    seed = draw(st.integers(0, 2**32 - 1))
    return random_case(sizes, [*names, "linear"], draw(st.integers(1, 40)), seed)


def stepped(case: Case, rate: float) -> Any:
    """Return scikit-learn's network after one step from the weights of ours."""
    # loaded late: that takes two seconds, and each process of pytest reads this file
    neural_network: Any = importlib.import_module("sklearn.neural_network")
    network, rows = case.network, case.X.T
    labels = case.Y.T if len(case.Y) > 1 else case.Y[0]
    theirs = neural_network.MLPRegressor(
        hidden_layer_sizes=network.layer_sizes[1:-1],
        activation=THEIR_NAME[network.activations[0].name],
        solver="sgd",
        alpha=0,
        batch_size=len(rows),
        learning_rate_init=rate,
        momentum=0,
        nesterovs_momentum=False,
    )
    theirs.partial_fit(rows, labels)  # draws weights of its own and takes a step from them
    for l in network.W:
        theirs.coefs_[l - 1][:], theirs.intercepts_[l - 1][:] = network.W[l].T, network.b[l][:, 0]
    return theirs.partial_fit(rows, labels)


@settings(max_examples=15)
@given(case=common_ground())
def test_the_gradient_is_the_step_of_scikit_learn_divided_by_the_rate(case: Case) -> None:
    network, rate = case.network, 1.0
    A, caches = network.forward(case.X)
    gradient, theirs = network.backward(caches, case.Y), stepped(case, rate)
    assert theirs.loss_ * len(case.Y) == pytest.approx(mean_squared_error(A, case.Y), rel=1e-12)
    for l in network.W:
        dW = (network.W[l] - theirs.coefs_[l - 1].T) / rate
        db = (network.b[l][:, 0] - theirs.intercepts_[l - 1]) / rate
        # the subtraction leaves the last digits of θ and of the step behind
        near = 1e-13 * (1 + np.abs(network.theta).max() + np.abs(gradient.vector).max())
        np.testing.assert_allclose(gradient.dW[l], dW, rtol=0, atol=near)
        np.testing.assert_allclose(gradient.db[l][:, 0], db, rtol=0, atol=near)
