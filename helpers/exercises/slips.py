"""Slips that can be made in any exercise, as they are seen in what comes out.

A result is twice what it should be, or transposed, or one number stands where an array is asked
for. What is said of it is true of the numbers, whatever was written.
"""

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from helpers.exercises.comparing import agree, as_numbers, describe_difference, leaves
from helpers.exercises.misconceptions import belief_named
from helpers.exercises.mistakes import Mistake
from helpers.exercises.running import Failure
from helpers.exercises.trying import Tried
from helpers.exercises.wording import DESCRIBED, samples
from helpers.texts import read, together
from helpers.validation import Array

SAID = read("common/slips")
CHANGES: dict[str, Callable[[Any], Any]] = {  # what a slip makes of what is right
    "turned": lambda value: -value,
    "twice": lambda value: 2 * value,
    "half": lambda value: value / 2,
    "unsigned": np.abs,
    "squared": lambda value: value**2,
    "transposed": np.transpose,
    "zeros": np.zeros_like,
}


def slip_in(tried: Tried) -> Mistake | None:
    """Return what is seen of the first result that is wrong; None if nothing is."""
    part, parts = tried.spoiled[0], tried.exercise.parts
    key, what = _seen(tried, part)
    if not key:
        return None
    words, is_alone = SAID["slip"][key], len(parts) == 1 or DESCRIBED.search(part)
    said = {"part": SAID["it"] if is_alone else part, "factor": what}
    name = together([words.get("name", what).format(**said)])
    return Mistake(name, words["hint"], belief_named(words["belief"]), tried.answer)


def _seen(tried: Tried, part: str) -> tuple[str, str]:
    """Return the slip that all arrays of a part show, in every trial, and what fills its name."""
    arrays, tolerance = _beside(tried, part), tried.exercise.tolerance
    for key, change in CHANGES.items() if arrays else ():
        if all(agree(got, change(right), tolerance) for got, right, _ in arrays):
            return key, ""
    factors = np.array([(_factor(got, right), m) for got, right, m in arrays])
    if arrays and (factor := factor_in_words(*factors.T)):
        return "multiplied", factor
    wrong = [pair[:2] for pair in arrays if not agree(*pair[:2], tolerance)]
    differences = (describe_difference("", *pair, tolerance) for pair in wrong)
    shown = [{(each.kind, ""), *(("edge", said) for said in each.pattern)} for each in differences]
    common = set.intersection(*shown or [set()])
    return min((slip for slip in common if slip[0] in SAID["slip"]), default=("", ""))


def _beside(tried: Tried, part: str) -> list[tuple[Any, Any, float]]:
    """Return each array beside the right one, and its trial's m; none if not all are numbers.

    Those that are 0, and should be, are left out.
    """
    found = []
    for number, (mine, theirs) in enumerate(zip(tried.outcomes, tried.right, strict=True)):
        if isinstance(mine, Failure) or isinstance(theirs, Failure):
            return []
        got, m = leaves("", mine[part]), samples(tried.given(number))
        for name, right in leaves("", theirs[part]).items():
            if as_numbers(got.get(name)) is None:
                return []
            found.append((np.asarray(got[name]), as_numbers(right), m))
    return [(got, right, m) for got, right, m in found if np.any(got) or np.any(right)]


def _factor(got: Any, right: Any) -> float:
    """Return the number by which an array is multiplied, or NaN."""
    if got.shape != right.shape or not np.isfinite(got).all() or not right.any():
        return np.nan
    factor = float(np.vdot(got, right) / np.vdot(right, right))
    return factor if agree(got, factor * right, 1e-7) else np.nan


def factor_in_words(factors: Array, samples: Array) -> str:
    """Return the factor of all arrays, a number or one with m in it; '' if there is none.

    Parameters
    ----------
    factors, samples : ndarray
        Of each array its factor, and the number m of samples; either may be NaN.
    """
    for form, values in (("{}", factors), ("{}·m", factors / samples), ("{}/m", factors * samples)):
        number = f"{values[0]:.4g}".replace("-", "−")
        if np.ptp(values) <= 1e-5 * abs(values[0]):
            return "" if form.format(number) == "1" else re.sub(r"\b1·", "", form.format(number))
    return ""
