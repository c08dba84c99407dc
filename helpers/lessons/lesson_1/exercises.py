"""The exercises of lesson 1, activations: solutions, and numbers to try them on."""

import sys
import warnings
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout, suppress
from functools import partial
from io import StringIO
from typing import Any
from unittest.mock import patch

import numpy as np

from helpers.activations import sigmoid
from helpers.exercises.comparing import agree, as_numbers
from helpers.exercises.exercise import Exercise, Outcome, Trial
from helpers.exercises.mistakes import Answer
from helpers.exercises.running import code_of
from helpers.lessons.lesson_1.watching import watched
from helpers.texts import read, together
from helpers.validation import Array

PRECISION, COARSE = 1e-14, 1e-4  # fourteen decimals, and four
SAID = read("lesson_1/exercises")


def leaky_relu_prime(Z: Array, slope: float) -> Array:
    """Return φ′ of leaky ReLU."""
    return np.where(Z > 0, 1.0, slope)


def stable_sigmoid(Z: Array) -> Array:
    """Return sigmoid of every number; nothing overflows on the way."""
    small = np.exp(-np.abs(Z))
    return np.where(Z > 0, 1.0, small) / (1 + small)


def _sides_in_words(_answer: Answer, trials: Sequence[Trial], outcomes: Sequence[Outcome]) -> str:
    """Say what stands on each side of zero that is wrong."""
    values = [as_numbers(*out.values()) if isinstance(out, Mapping) else None for out in outcomes]
    given = [np.broadcast_arrays(*trial.arguments) for trial in trials]
    rows = [
        np.stack([Z.ravel(), slope.ravel(), D.ravel()])
        for (Z, slope), D in zip(given, values, strict=True)
        if D is not None and D.shape == Z.shape
    ]
    if len(rows) < len(trials):
        return ""
    z, slope, D = np.hstack(rows)
    said, words = [], SAID["leaky_relu_prime"]
    for side, sign, right in (("right", 1, "1"), ("left", -1, "slope"), ("zero", 0, "slope")):
        here = np.sign(z) == sign
        known = _made_of(z[here], slope[here]).items()
        off = np.abs(D[here] - (1 if sign > 0 else slope[here]))
        other = words["example"].format(value=f"{D[here][np.argmax(off)]:.3g}")
        found = next((name for name, value in known if np.allclose(D[here], value)), other)
        said += [words[side].format(value=found)] * (found != right)
    return together(said)


def _made_of(z: Array, slope: Array) -> dict[str, Any]:
    """Return what may stand where a slope should, by its name."""
    numbers = {"1": 1, "0": 0, "−1": -1, "2": 2, "½": 0.5, "0.1": 0.1, "0.01": 0.01}
    with_slope = {"slope": slope, "−slope": -slope, "1 + slope": 1 + slope, "1 − slope": 1 - slope}
    more = {"1/slope": 1 / slope, "slope²": slope**2, "(1 + slope)/2": (1 + slope) / 2}
    return numbers | with_slope | more | {"z": z, "−z": -z, "slope·z": slope * z}


def _leaky_trials(rng: np.random.Generator) -> list[Trial]:
    trials = []
    for slope, shape in ((0.01, (2, 7)), (0.2, (5, 3)), (0.3, (4, 6))):
        Z = rng.normal(size=shape)
        Z[:2, 0] = 1, -1  # both sides, whatever was drawn
        Z[rng.integers(shape[0]), 1] = 0
        Z[rng.integers(shape[0]), 2] = 0
        trials.append(Trial(SAID["leaky_relu_prime"]["trial"], (Z, slope)))
    return trials


def _sigmoid_trials(rng: np.random.Generator) -> list[Trial]:
    """All of them from end to end, and dense where sigmoid changes in its fourteen decimals."""
    signs = np.array([[-1], [1]])
    far, huge = signs * np.geomspace(36, 1e4, 10), signs * 10.0 ** np.linspace(5, 300, 8)
    trials = []
    for number, shape in enumerate(((8, 22), (16, 11), (4, 44))):
        near = np.arange(-35, 35, 0.5) + (number + rng.uniform()) / 6
        near[0] = 0
        Z = rng.permutation(np.concatenate([near, far.ravel(), huge.ravel()])).reshape(shape)
        trials.append(Trial(SAID["stable_sigmoid"]["trial"], (Z,)))
    return trials


def _observe_sigmoid(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Take the values; run it again to see how it comes to them."""
    Z = arguments[0].copy()  # the answer may write to its own
    with np.errstate(all="ignore"):
        value = answer(*arguments)
        # what it has to say, it has said
        with redirect_stdout(StringIO()), warnings.catch_warnings(action="ignore"):
            is_handed_on = _calls(answer, Z.copy(), sigmoid)
            overflows = not is_handed_on and _overflows(answer, Z)
            return _is_cut_off(answer), value, is_handed_on, overflows


def _values(answer: Answer, *zs: float) -> Array:
    """Return its values at some z; NaN if it has none."""
    with suppress(Exception):
        A = as_numbers(answer(np.array([zs])))
        if A is not None and A.shape == (1, len(zs)):
            return A[0]
    return np.full(len(zs), np.nan)


def _where_in_words(_answer: Answer, trials: Sequence[Trial], outcomes: Sequence[Outcome]) -> str:
    """Say on which side of zero the values are wrong, or to how many decimals they are right."""
    said = SAID["stable_sigmoid"]
    z = np.hstack([trial.arguments[0].ravel() for trial in trials])
    values = [as_numbers(out[said["parts"][1]]) for out in outcomes if isinstance(out, Mapping)]
    if [getattr(value, "shape", ()) for value in values] != [t.arguments[0].shape for t in trials]:
        return ""
    A = np.hstack([value.ravel() for value in values if value is not None])
    off = np.abs(A - stable_sigmoid(z))
    if off.max() < COARSE:
        return said["decimals"].format(n=int(-np.log10(2 * off.max())))
    left, right, zero = (not (off[np.sign(z) == sign] <= PRECISION).all() for sign in (-1, 1, 0))
    if left != right:
        return said["left" if left else "right"]
    return said["at_zero"].format(value=f"{A[z == 0][0]:.3g}") if zero else ""


def _is_cut_off(answer: Answer) -> bool:
    """Whether it is right in the middle, and doesn't change where sigmoid still does."""
    zs = -31.0, -30.0, -1.0, 0.0, 1.0, 30.0, 31.0
    A, right = _values(answer, *zs), stable_sigmoid(np.array(zs))
    return agree(A[2:5], right[2:5], PRECISION) and bool(A[0] == A[1] or A[-1] == A[-2])


def _calls(answer: Answer, Z: Array, function: Answer) -> bool:
    """Whether an answer can reach a function, by whichever name."""
    codes, profile = set(), sys.getprofile()
    sys.setprofile(lambda frame, _event, _: codes.add(frame.f_code))
    try:
        answer(Z)
    finally:
        sys.setprofile(profile)
    return code_of(function) in codes


def _overflows(answer: Answer, Z: Array) -> bool:
    """Whether a number becomes infinite or NaN on the way; no warning is needed to see it.

    Arrays are watched. Where numbers leave them, as in a loop, it shows in the value: there 1 / ∞
    is 0 just beyond the limit of `np.exp`, and the right value has not yet reached 0.
    """
    seen: dict[str, bool] = {}
    with (
        suppress(Exception),  # in a watched array something may be missing
        patch.multiple(np, array=partial(np.array, subok=True), asarray=np.asanyarray),
    ):
        answer(watched(Z, seen))
    if any(seen.values()) or "exp" in seen:
        return any(seen.values())
    limit = np.log(np.finfo(float).max)
    within, beyond = _values(answer, 1e-6 - limit, -1e-6 - limit)
    return bool(within > 0 and beyond == 0)


EXERCISES = (
    Exercise.of(leaky_relu_prime, _leaky_trials, explain=_sides_in_words),
    Exercise.of(
        stable_sigmoid,
        _sigmoid_trials,
        observe=_observe_sigmoid,
        tolerance=PRECISION,
        explain=_where_in_words,
    ),
)
