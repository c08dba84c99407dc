"""What the checks of the input say: the argument, what came, what was expected."""

import warnings
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers.datasets import two_moons
from helpers.gradient_check import check_gradient
from helpers.network import MLP
from helpers.training import train
from helpers.validation import (
    Array,
    as_columns,
    as_floats,
    known_name,
    positive_number,
    random_generator,
    whole_number,
)


def test_floats_pass_without_a_copy() -> None:
    for dtype in (np.float32, np.float64):
        array = np.ones(3, dtype)
        assert as_floats(array, "X") is array
        assert as_floats(array, "X", dtype) is array


@pytest.mark.parametrize("values", [[1, 2], [True, False], np.array([1, 2], np.uint8)])
def test_whole_numbers_and_booleans_become_float64(values: Any) -> None:
    floats = as_floats(values, "X")
    assert floats.dtype == np.float64
    np.testing.assert_array_equal(floats, np.array(values, float))


def test_the_dtype_asked_for_is_given() -> None:
    assert as_floats([1, 2], "X", np.float32).dtype == np.float32
    assert as_floats(np.ones(2), "X", np.float32).dtype == np.float32


@pytest.mark.parametrize("values", ["text", [["a"]], [1j], [None], [{}]])
def test_what_is_no_real_number_is_refused(values: Any) -> None:
    with pytest.raises(TypeError, match=r"^X holds .*; expected real numbers\."):
        as_floats(values, "X")


@given(rows=st.integers(1, 5), m=st.integers(1, 9))
def test_a_column_a_sample_passes(rows: int, m: int) -> None:
    X = np.ones((rows, m))
    assert as_columns(X, "X", rows, np.float64) is X
    assert as_columns(X, "X", rows, np.float64, m) is X


@pytest.mark.parametrize(
    ("shape", "rows", "columns", "said"),
    [
        ((5, 2), 2, None, ["X has shape (5, 2)", "expected (2, m)", "Did you mean X.T?"]),
        ((5, 1), 1, 5, ["X has shape (5, 1)", "expected (1, 5)", "1 row and", "X.T?"]),
        ((5,), 1, 5, ["X has shape (5,)", "expected (1, 5)", "X.reshape(1, -1)?"]),
        ((2, 0), 2, None, ["X has shape (2, 0)", "It holds no sample"]),
    ],
)
def test_another_shape_is_refused_with_the_likely_cause(
    shape: tuple[int, ...], rows: int, columns: int | None, said: list[str]
) -> None:
    with pytest.raises(ValueError, match="one column per sample") as error:
        as_columns(np.ones(shape), "X", rows, np.float64, columns)
    assert [part for part in said if part not in str(error.value)] == []


@pytest.mark.parametrize(
    ("shape", "rows", "columns"),
    [
        ((3, 5), 2, None),
        ((3, 2), 2, 5),  # neither it nor its transpose fits
        ((2, 4), 2, 5),
        ((5,), 2, None),
        ((2, 0), 2, None),
        ((0,), 2, None),
        ((), 1, None),
        ((6,), 2, None),
        ((2, 3, 5), 2, None),
    ],
)
def test_another_shape_without_a_likely_cause_gets_no_guess(
    shape: tuple[int, ...], rows: int, columns: int | None
) -> None:
    with pytest.raises(ValueError, match="one column per sample") as error:
        as_columns(np.ones(shape), "Y", rows, np.float64, columns)
    expected = f"({rows}, {'m' if columns is None else columns})"
    assert f"Y has shape {shape}; expected {expected}" in str(error.value)
    assert "Did you mean" not in str(error.value)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_refused_and_located(bad: float) -> None:
    X = np.ones((2, 3))
    X[1, 2] = bad
    with pytest.raises(ValueError, match=rf"^X\[1, 2\] is {bad}; expected finite numbers"):
        as_columns(X, "X", 2, np.float64)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_finite_values_whose_squares_overflow_pass_silently(dtype: type[np.floating[Any]]) -> None:
    X = np.full((2, 3), np.finfo(dtype).max, dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert as_columns(X, "X", 2, dtype) is X


@given(value=st.integers(3, 10**9))
def test_a_whole_number_passes(value: int) -> None:
    assert whole_number(value, "epochs", 3) == value
    result = whole_number(np.int64(value), "epochs", 3)
    assert (type(result), result) == (int, value)


@pytest.mark.parametrize("value", [1.0, "1", None, True, [1]])
def test_no_whole_number_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=r"^epochs is .*; expected a whole number"):
        whole_number(value, "epochs", 0)


def test_too_small_a_whole_number_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^epochs is 2; expected at least 3\.$"):
        whole_number(2, "epochs", 3)


@pytest.mark.parametrize("value", [1, 0.5, np.float32(0.5), np.int64(2), Fraction(1, 2)])
def test_a_positive_number_passes_as_a_float(value: Any) -> None:
    result = positive_number(value, "noise")
    assert (type(result), result) == (float, float(value))


@pytest.mark.parametrize("value", ["1", None, True, [1.0], 1j])
def test_no_number_is_refused(value: Any) -> None:
    with pytest.raises(TypeError, match=r"^noise is .*; expected a number"):
        positive_number(value, "noise")


@pytest.mark.parametrize("value", [-1, -1e-9, np.nan, np.inf])
def test_negative_nan_and_infinite_numbers_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match=f"^noise is {value}; .*more than 0"):
        positive_number(value, "noise")
    with pytest.raises(ValueError, match=f"^noise is {value}; .*0 or more"):
        positive_number(value, "noise", or_zero=True)


def test_zero_passes_only_where_it_may() -> None:
    assert positive_number(0, "noise", or_zero=True) == 0
    with pytest.raises(ValueError, match="more than 0"):
        positive_number(0, "noise")


def test_a_name_is_looked_up() -> None:
    options = ["relu", "tanh"]
    assert known_name("relu", options, "activation") == "relu"
    with pytest.raises(ValueError, match=r"^activation 'TANH' is unknown; there are relu, tanh"):
        known_name("TANH", options, "activation")
    with pytest.raises(ValueError, match=r"Did you mean 'tanh'\?$"):
        known_name("tahn", options, "activation")


@given(seed=st.integers(0, 2**70))
def test_a_seed_gives_one_stream_for_each_purpose(seed: int) -> None:
    def draw(purpose: str) -> list[float]:
        return random_generator(seed, purpose).normal(size=4).tolist()

    assert draw("data") == draw("data")
    assert not set(draw("data")) & set(draw("weights"))


def test_a_generator_is_handed_on_and_none_is_new_each_time() -> None:
    rng = np.random.default_rng(0)
    assert random_generator(rng, "data") is rng
    assert random_generator(None, "data").random() != random_generator(None, "data").random()


@pytest.mark.parametrize("seed", [-1, 1.5, "1", True])
def test_a_bad_seed_is_refused(seed: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^seed is "):
        random_generator(seed, "data")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda network, X, Y: network.backward(network.forward(X), Y), "A, caches = "),
        (lambda network, X, Y: network.update(network.theta, 0.1), "the Gradient that backward"),
        (lambda network, X, Y: network.W.__setitem__(1, X), r"write into it: \[…\]\[1\]\[:\]"),
        (lambda network, X, Y: network.W[0], "no layer 0; there are 1 to 2"),
        (lambda network, X, Y: MLP(X[0, 0], ["relu"]), r"expected sizes like \(2, 16, 8, 1\)"),
        (lambda network, X, Y: network.forward(None), "X holds NoneType"),
        (lambda network, X, Y: network.forward([[1, 2], [3]]), "are its rows equally long"),
        (lambda network, X, Y: check_gradient(network, X, Y, 1e-6), "Did you mean epsilon"),
        (
            lambda network, X, Y: train(network, X, Y, epochs=1, learning_rate=1, test=X),
            r"expected a pair \(X_test, Y_test\)",
        ),
    ],
)
def test_a_call_that_learners_get_wrong_is_answered(
    call: Callable[[MLP, Array, Array], object], said: str
) -> None:
    X, Y = two_moons(6)
    with pytest.raises((TypeError, ValueError, KeyError), match=said):
        call(MLP([2, 3, 1], ["relu", "sigmoid"]), X, Y)
