"""What the checks compute with: random arrays, plain loops, and networks with their gradients."""

import math
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from helpers.network import MLP
from helpers.tests.independent import Reference, reference
from helpers.tests.networks import Case, random_case
from helpers.validation import Array


def same(actual: Any, expected: Any, near: float = 1e-10) -> None:
    """Assert one shape and equal numbers, of every layer if there are several."""
    if isinstance(expected, Mapping):
        assert sorted(actual) == sorted(expected)
        for l in expected:
            same(actual[l], expected[l], near)
        return
    assert np.shape(actual) == np.shape(expected), (np.shape(actual), np.shape(expected))
    np.testing.assert_allclose(actual, expected, rtol=near, atol=near * 1e-2)


def numbers(*shape: int, seed: int = 0) -> Array:
    return np.random.default_rng([seed, *shape]).normal(size=shape)


def product(left: Array, right: Array) -> Array:
    """Return Σ_j l_ij r_jk for each i and k."""
    return np.asarray(np.einsum("ij,jk->ik", left, right))


def layer(W: Array, A: Array, b: Array) -> Array:
    """Return z_ik = Σ_j w_ij a_jk + b_i."""
    return np.column_stack([product(W, A[:, [k]]) + b for k in range(A.shape[1])])


def row_sums(delta: Array) -> Array:
    return np.array([[sum(row)] for row in delta.tolist()])


def length(vector: Array) -> float:
    return math.hypot(*np.ravel(vector).tolist())


@cache
def three_layers() -> Case:
    """No two sizes are equal, nor is one the number of samples; no bias is 0."""
    return random_case([4, 3, 5, 2], ["tanh", "relu", "sigmoid"], 6, seed=1)


@cache
def two_layers() -> Case:
    """Return a network like the napkin's, ReLU inside and linear outside, but of other sizes."""
    return random_case([4, 3, 2], ["relu", "linear"], 5, seed=2)


@cache
def exact(make: Callable[[], Case]) -> Reference:
    return reference(make())


def steps(network: MLP, X: Array, Y: Array, rate: float, batches: Any) -> MLP:
    """Return a copy after a step of autograd's on each batch."""
    twin = network.copy()
    for batch in batches:
        slopes = reference(Case(twin, X[:, batch], Y[:, batch]))
        for l in twin.W:
            twin.W[l][:] -= rate * slopes.dW[l]
            twin.b[l][:] -= rate * slopes.db[l]
    return twin
