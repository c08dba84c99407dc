"""What the public functions ask of their input, and what a learner reads if they don't get it.

Every message names the argument, what came, what was expected and the likely cause.
"""

import difflib
import math
import os
import reprlib
from collections.abc import Collection
from contextlib import suppress
from numbers import Integral, Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from helpers.texts import named, say

Array = NDArray[np.floating[Any]]
Seed = int | np.random.Generator | None
KEPT = np.dtype(np.float64), np.dtype(np.float32)
MOST, LARGEST = 10**12, 1e300  # of what is counted, and of a setting


def as_floats(values: ArrayLike, name: str, dtype: DTypeLike | None = None) -> Array:
    """Return `values` as a floating-point array.

    Parameters
    ----------
    values : array_like, any shape
        Real numbers; booleans and integers count as such.
    name : str
        The argument's name, for the message.
    dtype : dtype, optional
        The result's dtype. Without it float32 stays and the rest become float64.

    Returns
    -------
    ndarray, shape of `values`
        Not a copy where `values` already fits.

    Raises
    ------
    TypeError
        If `values` holds anything but real numbers.
    ValueError
        If it can't be an array, or hides some of its numbers behind a mask.

    Examples
    --------
    >>> as_floats([1, True], "X")
    array([1., 1.])
    >>> as_floats(1j, "X")
    Traceback (most recent call last):
    TypeError: X holds complex128; expected real numbers.
    """
    kept = KEPT if dtype is None else (dtype,)
    if type(values) is np.ndarray and values.dtype in kept:
        return values
    if isinstance(values, np.ma.MaskedArray) and np.any(values.mask):
        raise ValueError(say("validation.masked", name=name))
    try:
        array = np.asarray(values)
    except Exception as error:  # of any kind, from objects that make their own arrays
        raise ValueError(say("validation.no_array", name=name, error=error)) from error
    if array.dtype.kind not in "fiub":
        strange = (type(value).__name__ for value in array.flat if not isinstance(value, Real))
        what = next(strange, say("validation.of_dtype", dtype=array.dtype)).removesuffix("_")
        hint = _cure(array, name)
        raise TypeError(say("validation.no_numbers", name=name, what=what, hint=hint))
    with np.errstate(over="ignore"):
        return array.astype(array.dtype if array.dtype in kept else kept[0], copy=False)


def _cure(array: NDArray[Any], name: str) -> str:
    """Say how objects, text or dates may become numbers."""
    if array.ndim == 0 or array.dtype.kind not in "OUSMm":
        return ""
    with suppress(Exception):  # of many kinds, from objects of many kinds
        if array.dtype.kind in "OUS" and all_finite(np.array(array, float)):
            return say("hint.floats", name=name)
    return say("hint.no_numbers")


def as_columns(
    values: ArrayLike, name: str, rows: int, dtype: DTypeLike, columns: int | None = None
) -> Array:
    """Return `values` as a finite matrix with one column per sample.

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
        If the shape is a different one, or a value is NaN or infinite.

    Examples
    --------
    >>> as_columns([[1, 2, 3]], "X", rows=1, dtype="float64")
    array([[1., 2., 3.]])
    >>> as_columns([[1], [2], [3]], "X", rows=1, dtype="float64")
    Traceback (most recent call last):
    ValueError: X has shape (3, 1); expected (1, m): 1 row and one column per sample.
    Did you mean np.array(X).T?
    """
    array = as_floats(values, name, dtype)
    samples = array.shape[-1] if columns is None and array.ndim == 2 else columns
    if array.shape != (rows, samples) or array.size == 0:
        raise ValueError(_shape_message(array, values, name, rows, columns))
    if not all_finite(array):
        row, column = np.argwhere(~np.isfinite(array))[0]
        value, kept = np.asarray(values)[row, column], array.dtype
        raise ValueError(
            say("validation.not_finite", name=name, row=row, column=column, value=value, dtype=kept)
        )
    return array


def all_finite(array: Array) -> bool:
    """Whether all numbers are finite.

    Examples
    --------
    >>> all_finite(np.array([1e300, -1e300])), all_finite(np.array([1.0, np.nan]))
    (True, False)
    """
    # one sum of squares is quicker than a look at each; where it overflows, each is looked at
    return math.isfinite(np.vdot(array, array)) or bool(np.isfinite(array).all())


def _shape_message(
    array: Array, values: ArrayLike, name: str, rows: int, columns: int | None
) -> str:
    hint, shape, m = say("validation.no_sample"), array.shape, columns or "m"
    if array.size:
        hint = shape_hint(array, values, name, rows, columns or array.size // rows)
    if rows == 1:
        return say("validation.row", name=name, shape=shape, rows=1, columns=m, hint=hint)
    return say("validation.rows", name=name, shape=shape, rows=rows, columns=m, hint=hint)


def shape_hint(array: Array, values: ArrayLike, name: str, rows: int, m: int) -> str:
    """Return a line, 'Did you mean …?', with code that makes (rows, m) of `values`, or nothing.

    Parameters
    ----------
    array : ndarray, any shape
        What `values` holds.
    values : array_like
        As it came: lists and frames can't do all that arrays can.
    name : str
        The argument's name.
    rows, m : int
        The shape that was expected.

    Examples
    --------
    >>> shape_hint(np.ones((5, 2)), np.ones((5, 2)), "X", rows=2, m=5).strip()
    'Did you mean X.T?'
    """
    as_array = name if isinstance(values, np.ndarray) else f"np.array({name})"
    if array.size == m != rows * m and array.size == max(array.shape, default=0):
        return _one_hot_hint(array, name, rows)
    if array.size != rows * m or array.ndim == 0:
        return ""
    if array.T.shape == (rows, m):
        return say("hint.transposed", name=as_array)
    if array.ndim > 2 and len(array) == m:  # images, one after the other
        return say("hint.images", name=as_array, m=m)
    if array.shape[-1] == m or m == 1:
        return say("hint.reshaped", name=as_array, rows=rows)
    return ""


def _one_hot_hint(array: Array, name: str, rows: int) -> str:
    """Return the line that makes one row per class of class numbers, from 0 or from 1."""
    first = int(array.max() == rows)
    if not np.isin(array, np.arange(first, rows + first)).all():
        return ""
    numbers = f"np.array({name}, int).ravel()" + " - 1" * first
    return say("hint.one_hot", rows=rows, numbers=numbers)


def check_instance(value: object, kind: type | tuple[type, ...], name: str, expected: str) -> None:
    """Do nothing if `value` is of this kind; what was expected is a thing, as `named` takes it.

    Raises
    ------
    TypeError
        If it isn't; the message names the argument, its type, and what was expected.

    Examples
    --------
    >>> check_instance([0.1], dict, "errors", "dict_of_errors")
    Traceback (most recent call last):
    TypeError: errors is of type list; expected a dict of names and errors.
    """
    if not isinstance(value, kind):
        given = type(value).__name__
        raise TypeError(say("validation.type", name=name, type=given, expected=named(expected)))


def whole_number(value: object, name: str, least: int, most: float = MOST) -> int:
    """Return `value` as an int from `least` to `most`.

    Raises
    ------
    TypeError
        If `value` isn't a whole number.
    ValueError
        If it is smaller or larger.

    Examples
    --------
    >>> whole_number(np.int64(3), "epochs", least=0)
    3
    >>> whole_number(-1, "epochs", least=0)
    Traceback (most recent call last):
    ValueError: epochs is -1; expected at least 0.
    """
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(say("validation.not_whole", name=name, value=reprlib.repr(value)))
    number, given = int(value), reprlib.repr(int(value))
    if number < least:
        raise ValueError(say("validation.at_least", name=name, value=given, least=least))
    if number > most:
        raise ValueError(say("validation.at_most", name=name, value=given, most=most))
    return number


def check_dtype(dtype: object) -> None:
    """Raise ValueError if `dtype` is anything but float64 or float32.

    Examples
    --------
    >>> check_dtype(np.float16)
    Traceback (most recent call last):
    ValueError: dtype is float16; expected float64 or float32.
    """
    with suppress(Exception):  # of many kinds, as `dtype` may be anything
        if np.dtype(dtype) in KEPT:  # type: ignore[call-overload]
            return
    given = getattr(dtype, "__name__", None) or reprlib.repr(dtype)
    raise ValueError(say("validation.dtype", dtype=given))


def sizes_of_layers(values: object) -> tuple[int, ...]:
    """Return the units of each layer as a tuple.

    Raises
    ------
    TypeError, ValueError
        If `values` isn't a list or tuple of whole numbers above 0.

    Examples
    --------
    >>> sizes_of_layers([2, 0, 1])
    Traceback (most recent call last):
    ValueError: layer_sizes[1] is 0; expected at least 1.
    """
    if not isinstance(values, list | tuple | range):
        raise TypeError(say("validation.sizes", sizes=reprlib.repr(values)))
    return tuple(whole_number(n, f"layer_sizes[{i}]", 1) for i, n in enumerate(values))


def positive_number(value: object, name: str, *, or_zero: bool = False) -> float:
    """Return `value` as a finite float above zero, or at least zero with `or_zero`.

    Raises
    ------
    TypeError
        If `value` isn't a real number.
    ValueError
        If it is negative, zero without `or_zero`, NaN, or above 1e300: products would overflow.

    Examples
    --------
    >>> positive_number(2, "learning_rate")
    2.0
    >>> positive_number(0, "learning_rate")
    Traceback (most recent call last):
    ValueError: learning_rate is 0; expected a number, more than 0, up to 1e+300.
    """
    if not isinstance(value, Real) or isinstance(value, bool):
        given = reprlib.repr(value)
        raise TypeError(say("validation.no_number", name=named(name), value=given))
    with suppress(OverflowError):  # whole numbers and fractions have no largest
        number = float(value)
        if 0 < number <= LARGEST or (or_zero and number == 0):
            return number
    name, given = named(name), value if isinstance(value, float) else reprlib.repr(value)
    if or_zero:
        raise ValueError(say("validation.or_zero", name=name, value=given, most=LARGEST))
    raise ValueError(say("validation.above_zero", name=name, value=given, most=LARGEST))


def known_name(name: object, options: Collection[str], what: str) -> str:
    """Return `name` if it is one of `options`.

    Raises
    ------
    ValueError
        If it isn't; the message lists the options and the nearest of them.

    Examples
    --------
    >>> known_name("Relu", ["relu", "tanh"], "activation")
    Traceback (most recent call last):
    ValueError: activation 'Relu' is unknown; there are relu, tanh.
    Did you mean 'relu'?
    """
    if isinstance(name, str) and name in options:
        return name
    given = reprlib.repr(name)
    near = difflib.get_close_matches(name.lower() if isinstance(name, str) else "", options, n=1)
    hint = say("hint.near", near=near[0]) if near else ""
    what, there = named(what), say("comma").join(options)
    raise ValueError(say("validation.unknown", what=what, name=given, options=there, hint=hint))


def random_generator(seed: object, purpose: str) -> np.random.Generator:
    """Return a separate random generator for one purpose.

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

    Examples
    --------
    >>> data, weights = (random_generator(0, purpose).random() for purpose in ("data", "weights"))
    >>> data == random_generator(0, "data").random() != weights
    True
    """
    if isinstance(seed, np.random.Generator):
        return seed
    if seed is None:
        return np.random.default_rng()
    return np.random.default_rng([whole_number(seed, "seed", 0, math.inf), *purpose.encode()])


def check_memory(numbers: int, key: str, /, **values: object) -> None:
    """Do nothing if this many numbers of 8 bytes fit into this machine's memory.

    The system grants more memory than there is and kills the process that uses it, so
    waiting for a MemoryError is no check. If they don't, the sentence of this key says so.

    Raises
    ------
    ValueError
        If they take more than four fifths of it.

    Examples
    --------
    >>> check_memory(10**18, "memory.points", n_samples=10**17)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: n_samples is ...; making them takes 8,000,000,000 GB of memory; expected at most ...
    """
    there = _memory_there()
    if 8 * numbers > 0.8 * there:
        raise ValueError(say(key, needed=numbers / 1.25e8, there=there / 1.25e9, **values))


def _memory_there() -> int:
    """Return the bytes that the machine has; 16 GB where it doesn't say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 2**34
