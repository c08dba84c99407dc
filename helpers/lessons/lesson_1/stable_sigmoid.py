"""A sigmoid for every number: the learner writes one in which nothing overflows."""

import sys
import warnings
from contextlib import redirect_stdout, suppress
from functools import partial
from io import StringIO
from typing import Any
from unittest.mock import patch

import numpy as np

from helpers.activations import find_activation, sigmoid
from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.comparing import agree, as_numbers
from helpers.exercises.misconceptions import Misconception as M
from helpers.exercises.mistakes import Answer
from helpers.exercises.running import code_of
from helpers.lessons.lesson_1.watching import watched
from helpers.validation import Array

PRECISION = 1e-14  # fourteen decimals
CUT, PHI = "whether it is cut off", "φ(Z)"
HANDED, OVER = "whether it is handed on", "whether it overflows"


def _stable_sigmoid(Z: Array) -> Array:
    small = np.exp(-np.abs(Z))
    return np.where(Z > 0, 1.0, small) / (1 + small)


@mistake(
    M.FLOATS,
    "Put a very large z into each piece of your line, and a very negative one. Which piece has no "
    "bound? (`np.where` computes both sides for every z, and chooses afterwards. And an overflow "
    "that is silenced or caught has still happened.) Which power of e never exceeds 1, whatever "
    "the sign of z?",
)
def overflowing(Z: Array) -> Array:
    """The values are right, but on the way to them a number overflows."""
    return 1 / (1 + np.exp(-Z))


@mistake(
    M.FLOATS,
    "The task is to write one. And ours does overflow: its warning is switched off. Which power "
    "of e never exceeds 1, whatever the sign of z?",
)
def handed_on(Z: Array) -> Array:
    """You hand z on to the sigmoid of `helpers`."""
    return find_activation("sigmoid").function(Z)


@mistake(
    M.FLOATS,
    "e^z is infinite there, and neither ∞ / ∞ nor ∞ · 0 is a number. On paper you may divide "
    "numerator and denominator by e^z: which form has no infinity for a large z, and for which z "
    "is yours the better one?",
)
def infinity_by_infinity(Z: Array) -> Array:
    """For large z this is NaN."""
    return np.exp(Z) / (1 + np.exp(Z))


@mistake(
    M.SIGN,
    "Sigmoid goes to 1 for large z. Put z = 10 into your line: where does it go? Which sign, or "
    "which of two cases, sends it there?",
)
def turned_around(Z: Array) -> Array:
    """The curve is mirrored: this is φ(−z), which falls."""
    return _stable_sigmoid(-Z)


@mistake(
    M.FLOATS,
    "1 / e⁻ᶻ is e^z, which grows without bound. What in the formula keeps sigmoid below 1?",
)
def without_one(Z: Array) -> Array:
    """What you compute is e^z: the formula's 1 + is missing."""
    return np.exp(Z)


@mistake(
    M.FLOATS,
    "At z = 0 sigmoid is ½. Yours is 2 there. Is anything divided by your sum? (Python divides "
    "before it adds.)",
)
def without_parentheses(Z: Array) -> Array:
    """What you compute is 1 + e⁻ᶻ: the sum isn't in a denominator."""
    return 1 / 1 + np.exp(-Z)


@mistake(
    M.FLOATS,
    "e^20 is no danger yet, and sigmoid isn't constant at −20. From which z on does `np.exp(z)` "
    "overflow? And from which on is nothing left of sigmoid's change in fourteen decimals?",
)
def cut_off(Z: Array) -> Array:
    """You cut it off: from some z on your value stays the same, and sigmoid's still changes."""
    return _stable_sigmoid(np.clip(Z, -20, 20))


@mistake(
    M.SLOPE_PLACE,
    "φ (1 − φ) is what the way back will ask for. Here the value itself is wanted.",
)
def slope_for_value(Z: Array) -> Array:
    """Your function is sigmoid's slope φ′ instead of its value."""
    A = _stable_sigmoid(Z)
    return A * (1 - A)


@mistake(
    M.FLOATS,
    "e^(−|z|) never overflows, that is the idea. For negative z it is e^z. So what does the "
    "fraction have to be there, if you multiply numerator and denominator of 1 / (1 + e⁻ᶻ) by e^z?",
)
def mirrored_left(Z: Array) -> Array:
    """For negative z you get the value of the positive one, φ(|z|)."""
    return 1 / (1 + np.exp(-np.abs(Z)))


@mistake(
    M.FLOATS,
    "e^(−|z|) never overflows, that is the idea. For positive z it is e⁻ᶻ. Which form of sigmoid "
    "has e⁻ᶻ in it, and what is its numerator?",
)
def mirrored_right(Z: Array) -> Array:
    """For positive z you get the value of the negative one, φ(−|z|)."""
    small = np.exp(-np.abs(Z))
    return small / (1 + small)


@mistake(
    M.FLOATS,
    "tanh is a sigmoid that is stretched, and it doesn't overflow: a good route. It runs from −1 "
    "to 1 instead of 0 to 1, which you saw to. What else is different, at z = 2?",
)
def too_steep(Z: Array) -> Array:
    """The curve is twice as steep: this is φ(2z)."""
    return (1 + np.tanh(Z)) / 2


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


def _is_cut_off(answer: Answer) -> bool:
    """Whether it is right in the middle, and doesn't change where sigmoid still does."""
    zs = -31.0, -30.0, -1.0, 0.0, 1.0, 30.0, 31.0
    A, right = _values(answer, *zs), _stable_sigmoid(np.array(zs))
    return agree(A[2:5], right[2:5], PRECISION) and bool(A[0] == A[1] or A[-1] == A[-2])


def _calls(answer: Answer, Z: Array, function: Answer) -> bool:
    """Whether an answer can reach a function, by whichever name."""
    codes, profile = set(), sys.getprofile()
    sys.setprofile(lambda frame, event, _: codes.add(frame.f_code))
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


def _sigmoid_trials(rng: np.random.Generator) -> list[Trial]:
    """All of them from end to end, and dense where sigmoid changes in its fourteen decimals."""
    signs = np.array([[-1], [1]])
    far, huge = signs * np.geomspace(36, 1e4, 10), signs * 10.0 ** np.linspace(5, 300, 8)
    trials = []
    for number, shape in enumerate(((8, 22), (16, 11), (4, 44))):
        near = np.arange(-35, 35, 0.5) + (number + rng.uniform()) / 6
        near[0] = 0
        Z = rng.permutation(np.concatenate([near, far.ravel(), huge.ravel()])).reshape(shape)
        trials.append(Trial("z from −10,000 to 10,000 and beyond, most of them near 0", (Z,)))
    return trials


STABLE_SIGMOID = Exercise(
    name="stable_sigmoid",
    lesson=1,
    title="a sigmoid for every number",
    solution=_stable_sigmoid,
    trials=_sigmoid_trials,
    parts=(CUT, PHI, HANDED, OVER),
    observe=_observe_sigmoid,
    tolerance=PRECISION,
    mistakes=(
        overflowing,
        handed_on,
        infinity_by_infinity,
        turned_around,
        without_one,
        without_parentheses,
        cut_off,
        slope_for_value,
        mirrored_left,
        mirrored_right,
        too_steep,
    ),
)
