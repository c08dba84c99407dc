"""What counts as the same, and in which words two values differ."""

import inspect
from collections.abc import Mapping
from itertools import chain
from typing import Any

import numpy as np

from helpers.texts import read, say
from helpers.validation import Array

SAID = read("common/verdicts")
USUAL = 1e-7  # how close counts as right; whoever asks for more wants more digits than float32 has
COARSE = {np.dtype(np.float32): 1e-4}  # the same, in a dtype with fewer digits
DIGITS = 6  # of a number in a sentence


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


def describe_difference(
    part: str, got: Any, expected: Any, tolerance: float = USUAL
) -> tuple[str, list[str]]:
    """Say where two parts differ first, and what else is seen of this difference.

    The first says its kind, shape, NaN, dtype or value. The others say whether the numbers that
    differ are a row, a column, or differ by their sign, and which arrays of a dict are right.
    """
    mine, theirs, said = leaves(part, got), leaves(part, expected), SAID["difference"]
    if isinstance(expected, Mapping):
        keys = list(expected)
        if not isinstance(got, Mapping):
            return said["no_dict"].format(part=part, got=kind_of(got), keys=keys), []
        for key in keys:
            if key not in got:
                return said["no_key"].format(part=part, key=key, keys=keys), []
    right = [n for n in theirs if n in mine and _alike(mine[n], theirs[n], tolerance)]
    wrong = next(name for name in theirs if name not in right)
    found, wanted = mine.get(wrong, got), theirs[wrong]
    more = [SAID["right_already"].format(parts=say("comma").join(right))] if right else []
    seen = [*_pattern(found, wanted, tolerance), *more]
    return _difference(wrong, found, wanted, tolerance), seen


def _difference(name: str, got: Any, expected: Any, tolerance: float) -> str:
    """Say where two arrays differ first."""
    numbers, wanted = as_numbers(got), as_numbers(expected)
    assert wanted is not None
    said = SAID["difference"]
    if inspect.isgenerator(got):
        return said["generator"].format(part=name)
    if numbers is None:
        return said["kind"].format(part=name, got=kind_of(got), expected=kind_of(expected))
    if numbers.shape != wanted.shape:
        return said["shape"].format(part=name, got=numbers.shape, expected=wanted.shape)
    off = _apart(numbers, wanted, _near(got, expected, tolerance))
    place = tuple(int(i) for i in np.argwhere(off)[0]) if wanted.ndim else ()
    where = f"{name}[{', '.join(map(str, place))}]" if place else name
    values = _written_out(numbers[place], wanted[place])
    dtype = np.asarray(got).dtype
    is_rounding = dtype in (np.float16, np.float32) and agree(got, expected, 1e-2)
    return said["rounds" if is_rounding else "value"].format(part=where, dtype=dtype, **values)


def _pattern(got: Any, expected: Any, tolerance: float) -> list[str]:
    """Say what the numbers have in common that differ: a row, a column, a sign."""
    a, b = as_numbers(got), as_numbers(expected)
    if a is None or b is None or a.ndim != 2 or b.ndim != 2:
        return []
    if a.shape != b.shape:
        return [SAID["pattern"]["transposed"]] if _alike(a.T, b, tolerance) else []
    places = np.argwhere(_apart(a, b, _near(got, expected, tolerance)))
    (row, column), (is_row, is_column) = places[0], np.ptp(places, axis=0) == 0
    seen = {"one": is_row and is_column, "row": is_row and len(a) > 1}
    seen |= {"column": is_column and a.shape[1] > 1, "sign": agree(abs(a), abs(b), tolerance)}
    found = [SAID["pattern"][name] for name, is_so in seen.items() if is_so and a.size > 1]
    return [said.format(row=row, column=column) for said in found[:1]]


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


def factor_between(got: Any, expected: Any) -> float:
    """Return the number by which `expected` is multiplied in `got`, to six digits; 0 if none."""
    mine, theirs = leaves("", got), leaves("", expected)
    if not theirs.keys() <= mine.keys():
        return 0.0
    found = {_factor(mine[name], theirs[name]) for name in theirs}
    return found.pop() if len(found) == 1 else 0.0


def _factor(got: Any, expected: Any) -> float:
    a, b = as_numbers(got), as_numbers(expected)
    if a is None or b is None or a.shape != b.shape or not np.isfinite(a).all():
        return 0.0
    length = float(np.vdot(b, b))
    factor = float(np.vdot(a, b)) / length if length else 0.0
    return float(f"{factor:.{DIGITS}g}") if _alike(a, factor * b, 1e-7) else 0.0


def factor_in_words(factors: Array, samples: Array) -> list[str]:
    """Say by what all of the trials are multiplied, or nothing.

    Parameters
    ----------
    factors, samples : ndarray
        Of each trial its factor, and its number m of samples, which may be NaN.
    """
    said = SAID["factor"]
    for form, values in (("{}", factors), ("{} m", factors / samples), ("{}/m", factors * samples)):
        factor, is_one = float(f"{values[0]:.4g}"), np.ptp(values) <= 1e-5 * abs(values[0])
        if not is_one or factor == 0 or (factor == 1 and form == "{}"):
            continue
        number = f"{factor:g}".replace("-", "−")
        words = form.format(number).replace("1 m", "m")
        return [said[{"2": "twice", "0.5": "half"}.get(words, "times")].format(factor=words)]
    return []
