"""What counts as the same, and in which words two values differ."""

import inspect
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from helpers.texts import read
from helpers.validation import Array

SAID = read("common/verdicts")
USUAL = 1e-7  # how close counts as right; whoever asks for more wants more digits than float32 has
COARSE = {np.dtype(np.float32): 1e-4}  # the same, in a dtype with fewer digits
DIGITS = 6  # of a number in a sentence
Shape = tuple[int, ...]


def leaves(name: str, value: Any) -> dict[str, Any]:
    """Return the arrays of a part by name, 'dW[1]' and 'dW[2]' of dW; it may be one itself."""
    if not isinstance(value, Mapping):
        return {name: value}
    inside = (leaves(f"{name}[{key!r}]", inner).items() for key, inner in value.items())
    return dict(chain.from_iterable(inside))


def agree(mine: Any, theirs: Any, tolerance: float) -> bool:
    """Whether two parts are the same: keys, shape, and values up to `tolerance` of the largest."""
    a, b = leaves("", mine), leaves("", theirs)
    return all(name in a and _alike(a[name], b[name], tolerance) for name in b)


def _alike(mine: Any, theirs: Any, tolerance: float) -> bool:
    a, b = as_numbers(mine), as_numbers(theirs)
    if a is None or b is None or a.shape != b.shape:
        return False
    return not _apart(a, b, _near(mine, theirs, tolerance)).any()


def is_as_it_was(before: Any, after: Any) -> bool:
    """Whether what was given is still the same, bit by bit; a dict may have new keys."""
    if isinstance(before, Mapping):
        return all(key in after and is_as_it_was(before[key], after[key]) for key in before)
    if isinstance(before, tuple):
        return all(map(is_as_it_was, before, after))
    if isinstance(before, np.ndarray):
        same_kind = isinstance(after, np.ndarray) and after.shape == before.shape
        return same_kind and after.tobytes() == before.tobytes()
    theta = getattr(before, "theta", None)  # of a network
    return theta is None or is_as_it_was(theta, after.theta)


def _apart(a: Array, b: Array, near: float) -> Any:
    """Return where two arrays of one shape differ; infinities and NaNs have to be the same."""
    with np.errstate(invalid="ignore"):
        return ~((np.abs(a - b) <= near) | (a == b) | (np.isnan(a) & np.isnan(b)))


def _near(mine: Any, theirs: Any, tolerance: float) -> float:
    """Return how far apart two numbers of these parts may be and still be the same."""
    b = np.asarray(theirs).astype(float)
    scale = float(np.abs(b[np.isfinite(b)]).max(initial=0)) or 1.0
    dtypes = (np.asarray(part).dtype for part in (mine, theirs) if tolerance >= USUAL)
    return max([tolerance, *(COARSE.get(dtype, 0) for dtype in dtypes)]) * scale


def as_numbers(value: Any) -> Array | None:
    """Return `value` as an array of floats, or None if it isn't numbers."""
    try:
        array = np.asarray(value)
    except Exception:  # rows of different lengths, or an object that pretends to be an array
        return None
    return array.astype(float) if array.dtype.kind in "fiub" else None


class Difference(NamedTuple):
    """How two parts differ.

    Attributes
    ----------
    kind : str
        The entry in `common/verdicts` that says it, or 'one_axis', 'more_axes' or 'one_column'.
    said : str
        Where they differ first.
    pattern : list of str
        Which row or column alone is wrong, if one is.
    right : list of str
        The arrays of a dict that are right.
    """

    kind: str
    said: str
    pattern: Sequence[str] = ()
    right: Sequence[str] = ()


def describe_difference(part: str, got: Any, expected: Any, tolerance: float = USUAL) -> Difference:
    """Say where two parts differ first, in kind, shape, NaN, dtype or value."""
    mine, theirs = leaves(part, got), leaves(part, expected)
    keys = list(expected) if isinstance(expected, Mapping) else []
    if keys and not isinstance(got, Mapping):
        return _said("no_dict", part=part, got=kind_of(got), keys=keys)
    for key in keys:
        if key not in got:
            return _said("no_key", part=part, key=key, keys=keys)
    right = [n for n in theirs if n in mine and _alike(mine[n], theirs[n], tolerance)]
    wrong = next(name for name in theirs if name not in right)
    found, wanted = mine.get(wrong, got), theirs[wrong]
    said = _difference(wrong, found, wanted, tolerance)
    return said._replace(pattern=_pattern(found, wanted, tolerance), right=right)


def _said(kind: str, **fields: Any) -> Difference:
    return Difference(
        kind, SAID["difference"].get(kind, SAID["difference"]["shape"]).format(**fields)
    )


def _difference(name: str, got: Any, expected: Any, tolerance: float) -> Difference:
    """Say where two arrays differ first."""
    numbers, wanted = as_numbers(got), as_numbers(expected)
    assert wanted is not None
    if inspect.isgenerator(got):
        return _said("generator", part=name)
    if numbers is None:
        return _said("kind", part=name, got=kind_of(got), expected=kind_of(expected))
    if numbers.shape != wanted.shape:
        kind = _kind_of_shape(numbers.shape, wanted.shape)
        return _said(kind, part=name, got=numbers.shape, expected=wanted.shape)
    off = _apart(numbers, wanted, _near(got, expected, tolerance))
    place = tuple(int(i) for i in np.argwhere(off)[0]) if wanted.ndim else ()
    where = f"{name}[{', '.join(map(str, place))}]" if place else name
    values = _written_out(numbers[place], wanted[place])
    dtype = np.asarray(got).dtype
    is_rounding = dtype in (np.float16, np.float32) and agree(got, expected, 1e-2)
    return _said("rounds" if is_rounding else "value", part=where, dtype=dtype, **values)


def _kind_of_shape(got: Shape, expected: Shape) -> str:
    if not got or not expected:
        return "an_array" if got else "number"
    if len(got) != len(expected):
        return "one_axis" if len(got) < len(expected) else "more_axes"
    return "one_column" if got == (expected[0], 1) else "shape"


def _pattern(got: Any, expected: Any, tolerance: float) -> list[str]:
    """Say which row or column alone is wrong: the last, or another."""
    a, b = as_numbers(got), as_numbers(expected)
    if a is None or b is None or a.ndim != 2 or a.shape != b.shape:
        return []
    places = np.argwhere(_apart(a, b, _near(got, expected, tolerance)))
    said = []
    for way, axis in (("column", 1), ("row", 0)):
        at, last = int(places[0, axis]), a.shape[axis] - 1
        if last and np.ptp(places[:, axis]) == 0:
            said.append(SAID["pattern"][f"last_{way}" if at == last else way].format(at=at))
    return said


def _written_out(got: float, expected: float) -> dict[str, str]:
    """Write two numbers that differ with as many digits as it takes to see this."""
    for digits in range(DIGITS, 18):
        said = {"got": f"{got:.{digits}g}", "expected": f"{expected:.{digits}g}"}
        if said["got"] != said["expected"]:
            break
    return said


def kind_of(value: Any) -> str:
    """Say what a value is, as 'an array of float64, shape (3, 4)' or 'a dict'."""
    said, name = SAID["kind"], type(value).__name__
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        return said["array"].format(dtype=value.dtype, shape=value.shape)
    if isinstance(value, list | tuple):
        return said["sequence"].format(type=name, n=len(value))
    return said["an" if name[0] in "aeio" else "a"].format(type=name)
