"""φ and φ′ of each activation, against its formula in complex numbers.

The imaginary part of f(z + ih), divided by h, is f′(z) up to h², and no difference is taken that
could lose digits: h may be as small as 1e-20. Our functions refuse complex numbers, on purpose.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from helpers.activations import ACTIVATIONS, REGISTRY, find_activation
from helpers.validation import Array

H = 1e-20
Complex = NDArray[np.complexfloating[Any, Any]]
DTYPES = (np.float32, np.float64)
EPS = float(np.finfo(np.float64).eps)
# about 4.5 units in the last place
SIGMOID_ERROR: dict[type[np.floating[Any]], float] = {np.float64: 1e-15, np.float32: 5e-7}
SMALL = np.geomspace(1e-300, 1, 100)
GRID = np.concatenate([-SMALL, [-0.0, 0.0], SMALL, np.linspace(-50, 50, 2001)])
MATRIX = np.linspace(-2, 2, 6).reshape(2, 3)


def sigmoid(z: Complex) -> Complex:
    """Use the form that can't overflow on either side of zero."""
    small = np.exp(np.where(z.real > 0, -z, z))
    return np.where(z.real > 0, 1, small) / (1 + small)


FORMULAS: dict[str, Callable[[Complex], Complex]] = {
    "relu": lambda z: np.where(z.real > 0, z, 0),
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "linear": lambda z: z,
}
# φ′ = φ (1 − φ) and 1 − φ² lose the digits that 1 − φ loses, as lesson 1 tells of z = 40:
# between these it keeps enough for 1e-14
PRECISE = {"sigmoid": (-650.0, 3.0), "tanh": (-1.5, 1.5)}


@pytest.mark.parametrize("name", FORMULAS)
def test_values_and_slopes_are_those_of_the_formula(name: str) -> None:
    phi, by_step = find_activation(name), FORMULAS[name](GRID + 1j * H)
    A, slope = phi.function(GRID), phi.derivative(GRID)
    assert phi.name == name
    np.testing.assert_allclose(A, by_step.real, rtol=1e-15, atol=0)
    # φ′ is at most 1, so this is a few units in the last place
    np.testing.assert_allclose(slope, by_step.imag / H, rtol=0, atol=4 * EPS)
    z = np.concatenate([np.linspace(*PRECISE.get(name, (-1e4, 1e4)), 500), -SMALL, SMALL])
    exact = FORMULAS[name](z + 1j * H).imag / H
    np.testing.assert_allclose(phi.derivative(z), exact, rtol=1e-14, atol=0)
    low, high = phi.bounds
    assert low <= A.min() and A.max() <= high
    assert all(math.isinf(end) or min(abs(A - end)) < 1e-12 for end in phi.bounds)
    before, after = phi.derivative([-1e-9, 1e-9])
    assert (abs(after - before) > 0.5) == (phi.kink == 0)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("dtype", DTYPES)
def test_sigmoid_is_exact_and_silent_however_large_its_input(dtype: Any) -> None:
    ends = np.array([-1e4, -800, -745, -710, -104, -89, -88, 88, 104, 710, 1e4])
    Z = np.concatenate([GRID, ends, np.linspace(-1e3, 1e3, 501)]).astype(dtype)
    phi, exact = find_activation("sigmoid"), sigmoid(Z.astype(complex)).real
    A, slope = phi.function(Z), phi.derivative(Z)
    np.testing.assert_array_equal(slope, A * (1 - A))
    # below the smallest normal number no relative precision is left
    tiny = float(np.finfo(dtype).tiny)
    np.testing.assert_allclose(A.astype(float), exact, rtol=SIGMOID_ERROR[dtype], atol=tiny)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_all_ways_keep_dtype_and_input_and_the_way_back_is_a_product(name: str) -> None:
    phi = find_activation(name)
    for dtype in DTYPES:
        Z: Array = MATRIX.astype(dtype)
        A, delta, slope = np.full_like(Z, 9), Z + 4, phi.derivative(Z)
        phi.forward(Z, A)
        phi.backward(delta, Z, A)
        np.testing.assert_array_equal(A, phi.function(Z), strict=True)
        np.testing.assert_array_equal(delta, (Z + 4) * slope, strict=True)
        np.testing.assert_array_equal(Z, MATRIX.astype(dtype))
        assert not any(np.shares_memory(Z, found) for found in (slope, phi.function(Z)))


def test_all_but_softmax_are_for_any_layer() -> None:
    assert set(FORMULAS) == set(ACTIVATIONS) == set(REGISTRY) - {"softmax"}
