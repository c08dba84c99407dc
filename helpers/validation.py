"""What the public functions ask of their input, and what a learner reads if it isn't so.

Every message names the argument, what came, what was expected and the likely cause.
"""

import difflib
import math
from collections.abc import Collection
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

Array = NDArray[np.floating[Any]]


def as_floats(values: ArrayLike, name: str, dtype: DTypeLike | None = None) -> Array:
    """Return `values` as a floating-point array.

    Parameters
    ----------
    values : array_like, any shape
        Real numbers; booleans and integers count as such.
    name : str
        The argument's name, for the message.
    dtype : dtype, optional
        The result's dtype. Without it floats keep theirs and the rest become float64.

    Returns
    -------
    ndarray, shape of `values`
        Not a copy where `values` already fits.

    Raises
    ------
    TypeError
        If `values` holds anything but real numbers.
    """
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise ValueError(f"{name} can't be an array: are its rows equally long?") from error
    if array.dtype.kind == "f" and (dtype is None or array.dtype == dtype):
        return array
    if array.dtype.kind not in "fiub":
        what = type(array.flat[0]).__name__ if array.size else array.dtype
        raise TypeError(f"{name} holds {what}; expected real numbers.")
    return array.astype(dtype or np.float64)


def as_columns(
    values: ArrayLike, name: str, rows: int, dtype: DTypeLike, columns: int | None = None
) -> Array:
    """Return `values` as a finite matrix with a column a sample.

    Parameters
    ----------
    values : array_like, shape (rows, m)
        Features or labels.
    name : str
        The argument's name, for the message.
    rows : int
        How many rows the network expects.
    dtype : dtype
        The result's dtype.
    columns : int, optional
        How many samples there must be; any number above 0 without it.

    Returns
    -------
    ndarray, shape (rows, m)

    Raises
    ------
    TypeError
        If `values` holds anything but real numbers.
    ValueError
        If the shape is another one, or a value is NaN or infinite.
    """
    array = as_floats(values, name, dtype)
    samples = array.shape[-1] if columns is None and array.ndim == 2 else columns
    if array.shape != (rows, samples) or array.size == 0:
        raise ValueError(_shape_message(array, name, rows, columns))
    if not math.isfinite(np.vdot(array, array)) and not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(
            f"{name}[{row}, {column}] is {array[row, column]}; expected finite numbers. "
            f"Clean the data before you pass it in."
        )
    return array


def _shape_message(array: Array, name: str, rows: int, columns: int | None) -> str:
    expected = f"({rows}, {'m' if columns is None else columns})"
    message = (
        f"{name} has shape {array.shape}; expected {expected}: "
        f"{rows} row{'s' * (rows != 1)} and a column a sample."
    )
    if array.ndim == 2 and array.shape[1] == rows and columns in (None, array.shape[0]):
        return f"{message} Did you mean {name}.T?"
    if array.ndim == 1 and array.size and array.size == rows * (columns or array.size // rows):
        return f"{message} Did you mean {name}.reshape({rows}, -1)?"
    return message


def whole_number(value: object, name: str, least: int) -> int:
    """Return `value` as an int of at least `least`.

    Raises
    ------
    TypeError
        If `value` isn't a whole number.
    ValueError
        If it is smaller than `least`.
    """
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}; expected a whole number.")
    if value < least:
        raise ValueError(f"{name} is {value}; expected at least {least}.")
    return int(value)


def positive_number(value: object, name: str, *, or_zero: bool = False) -> float:
    """Return `value` as a finite float above zero, or at least zero with `or_zero`.

    Raises
    ------
    TypeError
        If `value` isn't a real number.
    ValueError
        If it is negative, zero without `or_zero`, NaN or infinite.
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{name} is {value!r}; expected a number.")
    number = float(value)
    if 0 < number < math.inf or (or_zero and number == 0):
        return number
    least = "0 or more" if or_zero else "more than 0"
    raise ValueError(f"{name} is {value}; expected a finite number, {least}.")


def known_name(name: object, options: Collection[str], what: str) -> str:
    """Return `name` if it is one of `options`.

    Raises
    ------
    ValueError
        If it isn't; the message lists the options and the nearest of them.
    """
    if isinstance(name, str) and name in options:
        return name
    near = difflib.get_close_matches(str(name).lower(), options, n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise ValueError(f"{what} {name!r} is unknown; there are {', '.join(options)}.{hint}")


def random_generator(seed: object, purpose: str) -> np.random.Generator:
    """Return a random generator of its own for one purpose.

    Data and weights made from the same seed must not share their random numbers,
    so the purpose is mixed into the seed.

    Parameters
    ----------
    seed : int, Generator or None
        A whole number of at least 0, a generator to draw from, or None for a new
        stream at each call.
    purpose : str
        What is drawn, for example 'weights'.

    Raises
    ------
    TypeError, ValueError
        If `seed` is anything else.
    """
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is None:
        return np.random.default_rng()
    return np.random.default_rng([whole_number(seed, "seed", 0), *purpose.encode()])
