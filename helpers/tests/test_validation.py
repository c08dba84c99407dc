"""What the checks of the input say: the argument, what came, what was expected.

One example each stands in the functions' docstrings; here are the rest, at their edges.
"""

import os
import re
from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest

from helpers.validation import (
    as_columns,
    as_floats,
    check_instance,
    check_memory,
    known_name,
    positive_number,
    random_generator,
    whole_number,
)


def test_floats_pass_without_a_copy_and_the_rest_become_float64_or_what_is_asked_for() -> None:
    for dtype in (np.float32, np.float64):
        array = np.ones((2, 3), dtype)
        assert as_floats(array, "X") is as_floats(array, "X", dtype) is array
        assert as_columns(array, "X", 2, dtype) is as_columns(array, "X", 2, dtype, 3) is array
        for values in ([1, 2], [True, False], np.array([1, 2], np.uint8), np.ones(2)):
            np.testing.assert_array_equal(as_floats(values, "X", dtype), np.array(values, dtype))
            assert as_floats(values, "X", dtype).dtype == dtype
            assert as_floats(values, "X").dtype == np.float64


NO_SAMPLE = " It holds no sample: was it taken from beyond the last one?"
# what came, the rows and columns that were expected, and the likely cause; what else is proposed
# for shapes, `test_bad_input` tries
SHAPES: list[tuple[tuple[int, ...], int, int | None, str]] = [
    ((5, 2), 2, None, "\nDid you mean X.T?"),
    ((2, 0), 2, None, NO_SAMPLE),
    ((0,), 2, None, NO_SAMPLE),
    *((shape, 2, 5, "") for shape in ((3, 2), (2, 4))),  # no likely cause, no guess
    *((shape, 2, None, "") for shape in ((3, 5), (5,), (6,), (2, 3, 5))),
    ((), 1, None, ""),
]


def test_another_shape_is_refused_with_the_likely_cause() -> None:
    for shape, rows, columns, hint in SHAPES:
        wanted = f"({rows}, {columns or 'm'}): {'1 row' if rows == 1 else f'{rows} rows'}"
        said = f"X has shape {shape}; expected {wanted} and one column per sample.{hint}"
        with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
            as_columns(np.ones(shape), "X", rows, np.float64, columns)


def test_class_numbers_from_0_and_from_1_are_recognised_and_nothing_else() -> None:
    for numbers, code in (
        ([2, 0, 1, 1], "np.eye(3)[:, np.array(Y, int).ravel()]"),
        ([3, 1, 2, 2], "np.eye(3)[:, np.array(Y, int).ravel() - 1]"),
        ([3, 0, 1, 1], ""),
        ([0.5, 0, 1, 2], ""),
    ):
        said = "\nIt seems to hold class numbers; the network has one output per class."
        said = f"{said}\nDid you mean {code}?" if code else ""
        with pytest.raises(ValueError, match=f"one column per sample.{re.escape(said)}$"):
            as_columns(np.array(numbers), "Y", 3, np.float64, 4)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_value_that_is_not_finite_is_located_and_large_ones_pass_silently(bad: float) -> None:
    X = np.ones((2, 3))
    X[1, 2] = bad
    with pytest.raises(ValueError, match=rf"^X\[1, 2\] is {bad}; expected finite numbers that f"):
        as_columns(X, "X", 2, np.float64)
    for dtype in (np.float32, np.float64):
        large = np.full((2, 3), np.finfo(dtype).max, dtype)
        assert as_columns(large, "X", 2, dtype) is large  # though squares overflow


def test_numbers_pass_up_to_their_bounds() -> None:
    for value in (3, np.int64(4), 10**9, 10**12):
        number = whole_number(value, "epochs", 3)
        assert (type(number), number) == (int, value)
    for real in (1, 0.5, np.float32(0.5), np.int64(2), Fraction(1, 2), 1e300, 5e-324):
        result = positive_number(real, "noise")
        assert (type(result), result) == (float, float(real))
    assert positive_number(0, "noise", or_zero=True) == 0


NAMES = ["relu", "tanh"]
LEAST = {False: "more than 0", True: "0 or more"}
REFUSED: list[tuple[Callable[..., object], tuple[Any, ...], str]] = [
    (whole_number, (9, "epochs", 3, 8), "epochs is 9; expected at most 8."),
    (whole_number, (10**13, "epochs", 3), "epochs is 10000000000000; expected at most 1,000,0"),
    (whole_number, (True, "epochs", 0), "epochs is True; expected a whole number."),
    (whole_number, (1.0, "epochs", 0), "epochs is 1.0; expected a whole number."),
    (positive_number, ("1", "noise"), "noise is '1'; expected a number."),
    (positive_number, (True, "noise"), "noise is True; expected a number."),
    (known_name, ("TAHN", NAMES, "φ"), "φ 'TAHN' is unknown; there are relu, tanh.\nDid you mean"),
    (known_name, (3, NAMES, "φ"), "φ 3 is unknown; there are relu, tanh."),
    (check_instance, (3, (str, list), "x", "path"), "x is of type int; expected a path."),
]


def test_a_value_out_of_bounds_is_answered_word_for_word() -> None:
    for function, arguments, said in REFUSED:
        with pytest.raises((TypeError, ValueError), match=f"^{re.escape(said)}"):
            function(*arguments)
    for bad, (or_zero, least) in product((-1, -1e-9, np.nan, np.inf, 1.1e300), LEAST.items()):
        said = f"noise is {bad}; expected a number, {least}, up to 1e+300."
        with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
            positive_number(bad, "noise", or_zero=or_zero)


def test_a_seed_gives_one_stream_for_each_purpose_and_none_a_new_one_each_time() -> None:
    def draw(seed: Any, purpose: str) -> set[float]:
        return set(random_generator(seed, purpose).normal(size=4))

    for seed in (0, 1, 2**70):
        assert draw(seed, "data") == draw(seed, "data")
        assert not draw(seed, "data") & draw(seed, "weights")
    rng = np.random.default_rng(0)
    assert random_generator(rng, "data") is rng
    assert not draw(None, "data") & draw(None, "data")


def test_four_fifths_of_the_memory_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = {"SC_PAGE_SIZE": 1000, "SC_PHYS_PAGES": 10**6}
    monkeypatch.setattr(os, "sysconf", pages.__getitem__, raising=False)
    check_memory(10**8, "memory.pass", m=3000)  # fits
    said = "X has so many samples that a pass of 3,000 at once takes 1 GB of memory; expected at "
    said += "most 1 GB, four fifths of what this machine has. Take fewer at a time, as `predict` "
    with pytest.raises(ValueError, match=f"^{said}does.$"):
        check_memory(10**8 + 1, "memory.pass", m=3000)
    monkeypatch.delattr(os, "sysconf")  # as on Windows
    check_memory(2**30, "memory.points", n_samples=1)  # fits into 16 GB
    with pytest.raises(ValueError, match="expected at most 14 GB"):
        check_memory(2**31, "memory.points", n_samples=1)
