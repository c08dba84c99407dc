"""φ and φ′ of each activation, and the registry."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad

from helpers.activations import ACTIVATIONS, find_activation
from helpers.validation import Array

NAMES = tuple(ACTIVATIONS)
DTYPES = (np.float32, np.float64)
EPS = float(np.finfo(np.float64).eps)
# about 4.5 units in the last place
SIGMOID_ERROR: dict[type[np.floating[Any]], float] = {np.float64: 1e-15, np.float32: 5e-7}
SMALL = np.geomspace(1e-300, 1, 100)
GRID = np.concatenate([-SMALL, SMALL, np.linspace(-50, 50, 2001)])  # with 0
MATRIX = np.linspace(-2, 2, 6).reshape(2, 3)


def plain_sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


PLAIN: dict[str, Callable[[float], float]] = {
    "relu": lambda z: z if z > 0 else 0.0,
    "sigmoid": plain_sigmoid,
    "tanh": math.tanh,
    "linear": lambda z: z,
}
DIFFERENTIABLE: dict[str, Callable[[Any], Any]] = {
    "relu": lambda z: anp.where(z > 0, z, 0),
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "linear": lambda z: z,
}


def test_four_are_applied_element_by_element_each_under_its_own_name() -> None:
    assert set(NAMES) == set(PLAIN)
    assert all(find_activation(name).name == name for name in NAMES)


def test_an_activation_is_not_changed_by_accident() -> None:
    with pytest.raises(AttributeError):
        find_activation("relu").forward = np.tanh  # type: ignore[misc]


@pytest.mark.parametrize("name", NAMES)
def test_values_and_slopes_are_those_of_the_plain_formula(name: str) -> None:
    phi = find_activation(name)
    A, slope = phi.function(GRID), phi.derivative(GRID)
    np.testing.assert_allclose(A, [PLAIN[name](z) for z in GRID.tolist()], rtol=1e-15, atol=0)
    # φ′ is at most 1, so this is a few units in the last place
    exact = elementwise_grad(DIFFERENTIABLE[name])(GRID)
    np.testing.assert_allclose(slope, exact, rtol=0, atol=4 * EPS)
    low, high = phi.bounds
    assert low <= A.min()
    assert A.max() <= high
    assert all(math.isinf(end) or min(abs(A - end)) < 1e-12 for end in phi.bounds)
    before, after = phi.derivative([-1e-9, 1e-9])
    assert (abs(after - before) > 0.5) == (phi.kink == 0)


@pytest.mark.parametrize("dtype", DTYPES)
def test_sigmoid_is_exact_and_silent_however_large_its_input(
    dtype: type[np.floating[Any]],
) -> None:
    ends = np.array([-1e4, -800, -745, -710, -104, -89, -88, 88, 104, 710, 1e4])
    Z = np.concatenate([GRID, ends, np.linspace(-1e3, 1e3, 501)]).astype(dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        A = find_activation("sigmoid").function(Z)
    # below the smallest normal number no relative precision is left
    tiny = float(np.finfo(dtype).tiny)
    exact = [plain_sigmoid(z) for z in Z.tolist()]
    np.testing.assert_allclose(A.astype(float), exact, rtol=SIGMOID_ERROR[dtype], atol=tiny)


@pytest.mark.parametrize("name", NAMES)
def test_both_ways_fill_the_arrays_that_are_there(name: str) -> None:
    phi, A, delta, dA = find_activation(name), MATRIX + 9, MATRIX + 4, MATRIX + 4
    phi.forward(MATRIX, A)
    phi.backward(delta, MATRIX, A)
    np.testing.assert_array_equal(A, phi.function(MATRIX))
    np.testing.assert_array_equal(delta, dA * phi.derivative(MATRIX))


def test_relu_at_the_kink_has_slope_zero() -> None:
    assert find_activation("relu").derivative([-0.0, 0.0]).tolist() == [0, 0]


@pytest.mark.parametrize("name", NAMES)
def test_dtype_shape_and_input_stay_and_numbers_and_lists_work(name: str) -> None:
    for way in (find_activation(name).function, find_activation(name).derivative):
        for dtype in DTYPES:
            Z = MATRIX.astype(dtype)
            result = way(Z)
            assert (result.dtype, result.shape) == (Z.dtype, Z.shape)
            assert not np.shares_memory(Z, result)
            np.testing.assert_array_equal(Z, MATRIX.astype(dtype))
        given: list[Any] = [2, -1.5, [1, -2, 3], [[0.5], [-0.5]]]
        for values in given:
            array: Array = np.array(values, dtype=float)
            np.testing.assert_array_equal(way(values), way(array))


@pytest.mark.parametrize(
    ("name", "near"),
    [("Relu", "relu"), ("sigmoind", "sigmoid"), ("maxout", ""), ("", ""), (None, ""), (1, "")],
)
def test_an_unknown_name_is_answered_with_the_known_and_the_nearest(name: Any, near: str) -> None:
    with pytest.raises(ValueError, match="unknown") as error:
        find_activation(name)
    assert repr(name) in str(error.value)
    assert all(known in str(error.value) for known in NAMES)
    assert str(error.value).partition(" Did you mean ")[2] == (f"{near!r}?" if near else "")
