"""φ and φ′ of each activation, and the registry."""

import math
import warnings
from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import elementwise_grad
from hypothesis import given
from hypothesis import strategies as st

from helpers.activations import ACTIVATIONS, find_activation
from helpers.validation import Array

NAMES = tuple(ACTIVATIONS)
DTYPES = (np.float32, np.float64)
EPS = float(np.finfo(np.float64).eps)
# about 4.5 units in the last place
SIGMOID_ERROR: dict[type[np.floating[Any]], float] = {np.float64: 1e-15, np.float32: 5e-7}


def plain_sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z)) if z >= 0 else math.exp(z) / (1 + math.exp(z))


PLAIN: dict[str, Callable[[float], float]] = {
    "relu": lambda z: z if z > 0 else 0.0,
    "sigmoid": plain_sigmoid,
    "tanh": math.tanh,
    "linear": lambda z: z,
}
sigmoid = find_activation("sigmoid").function
DIFFERENTIABLE: dict[str, Callable[[Any], Any]] = {
    "relu": lambda z: anp.where(z > 0, z, 0),
    "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    "tanh": anp.tanh,
    "linear": lambda z: z,
}


def test_there_are_four_each_under_its_own_name() -> None:
    assert set(NAMES) == set(PLAIN)
    assert all(find_activation(name).name == name for name in NAMES)


def test_an_activation_is_not_changed_by_accident() -> None:
    with pytest.raises(AttributeError):
        find_activation("relu").forward = np.tanh  # type: ignore[misc]


@pytest.mark.parametrize("name", NAMES)
@given(z=st.floats(-50, 50))
def test_values_are_those_of_the_plain_formula(name: str, z: float) -> None:
    value = find_activation(name).function(z)
    assert float(value) == pytest.approx(PLAIN[name](z), rel=1e-15, abs=0)


@pytest.mark.parametrize("dtype", DTYPES)
@given(z=st.floats(-1e4, 1e4, width=32))
def test_sigmoid_is_exact_and_silent_however_large_its_input(
    dtype: type[np.floating[Any]], z: float
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = sigmoid(np.array([z], dtype))
    # below the smallest normal number no relative precision is left
    tiny = float(np.finfo(dtype).tiny)
    assert value.dtype == dtype
    assert float(value[0]) == pytest.approx(plain_sigmoid(z), rel=SIGMOID_ERROR[dtype], abs=tiny)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("z", [-1e4, -800, -745, -710, -89, -88, 0, 37, 710, 1e4])
def test_sigmoid_where_the_exponential_overflows(dtype: type[np.floating[Any]], z: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        value = float(sigmoid(np.array(z, dtype)))
    tiny = float(np.finfo(dtype).tiny)
    assert value == pytest.approx(plain_sigmoid(z), rel=SIGMOID_ERROR[dtype], abs=tiny)


@pytest.mark.parametrize("name", NAMES)
@given(z=st.floats(-30, 30))
def test_derivative_is_that_of_automatic_differentiation(name: str, z: float) -> None:
    expected = elementwise_grad(DIFFERENTIABLE[name])(np.array([z]))
    derivative = find_activation(name).derivative(np.array([z]))
    # φ′ is at most 1, so this is a few units in the last place
    np.testing.assert_allclose(derivative, expected, rtol=0, atol=4 * EPS)


@pytest.mark.parametrize("name", NAMES)
@given(z=st.floats(-5, 5).filter(lambda z: abs(z) > 1e-5))
def test_derivative_is_the_slope(name: str, z: float) -> None:
    step = 1e-6  # keeps clear of the kink; the slope is off by its square and EPS / step
    phi = find_activation(name)
    slope = (phi.function(z + step) - phi.function(z - step)) / (2 * step)
    assert float(phi.derivative(z)) == pytest.approx(float(slope), abs=1e-8)


@pytest.mark.parametrize("name", NAMES)
def test_what_is_known_of_it_is_so(name: str) -> None:
    phi, z = find_activation(name), np.linspace(-40, 40, 8001)
    A, slope = phi.function(z), phi.derivative(z)
    low, high = phi.bounds
    assert low <= A.min() and A.max() <= high
    assert all(math.isinf(end) or min(abs(A - end)) < 1e-12 for end in phi.bounds)
    jumps = z[1:][np.abs(np.diff(slope)) > 0.5]
    assert [round(float(jump), 2) for jump in jumps] == ([] if phi.kink is None else [0.01])


@pytest.mark.parametrize("name", NAMES)
def test_both_ways_fill_the_arrays_that_are_there(name: str) -> None:
    phi, Z = find_activation(name), np.linspace(-2, 2, 6).reshape(2, 3)
    A, delta, dA = Z.copy(), np.linspace(1, 3, 6).reshape(2, 3), np.linspace(1, 3, 6).reshape(2, 3)
    phi.forward(A, A)
    phi.backward(delta, Z, A)
    np.testing.assert_array_equal(A, phi.function(Z))
    np.testing.assert_array_equal(delta, dA * phi.derivative(Z))


def test_relu_at_the_kink_has_slope_zero() -> None:
    relu = find_activation("relu")
    assert relu.derivative([-0.0, 0.0]).tolist() == [0, 0]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("dtype", DTYPES)
def test_dtype_and_shape_stay(name: str, dtype: type[np.floating[Any]]) -> None:
    phi = find_activation(name)
    Z = np.linspace(-2, 2, 6, dtype=dtype).reshape(2, 3)
    A = phi.function(Z)
    for result in (A, phi.derivative(Z)):
        assert (result.dtype, result.shape) == (Z.dtype, Z.shape)


@pytest.mark.parametrize("name", NAMES)
def test_input_stays_and_the_result_is_a_copy(name: str) -> None:
    phi = find_activation(name)
    Z = np.linspace(-2, 2, 5)
    before = Z.copy()
    A = phi.function(Z)
    derivative = phi.derivative(Z)
    np.testing.assert_array_equal(Z, before)
    assert not any(np.shares_memory(Z, result) for result in (A, derivative))
    assert not np.shares_memory(A, derivative)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("Z", [2, -1.5, [1, -2, 3], [[0.5], [-0.5]]])
def test_numbers_and_lists_work(name: str, Z: Any) -> None:
    phi = find_activation(name)
    array: Array = np.array(Z, dtype=float)
    np.testing.assert_array_equal(phi.function(Z), phi.function(array))
    np.testing.assert_array_equal(phi.derivative(Z), phi.derivative(array))


def test_text_and_complex_numbers_are_refused() -> None:
    with pytest.raises(TypeError, match=r"Z holds .*expected real numbers"):
        sigmoid(["1"])
    with pytest.raises(TypeError, match="Z holds complex128; expected real numbers"):
        sigmoid(1j)


@pytest.mark.parametrize(("name", "near"), [("Relu", "relu"), ("sigmoind", "sigmoid")])
def test_an_unknown_name_is_answered_with_the_known_and_the_nearest(name: str, near: str) -> None:
    with pytest.raises(ValueError, match="unknown") as error:
        find_activation(name)
    assert repr(name) in str(error.value)
    assert all(known in str(error.value) for known in NAMES)
    assert f"Did you mean {near!r}?" in str(error.value)


@pytest.mark.parametrize("name", ["softmax", "", None, 1])
def test_an_unknown_name_far_from_all_gets_no_guess(name: Any) -> None:
    with pytest.raises(ValueError, match="unknown") as error:
        find_activation(name)
    assert "Did you mean" not in str(error.value)
