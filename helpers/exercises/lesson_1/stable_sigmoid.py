"""A sigmoid for every number: the learner writes one in which nothing overflows."""

import copy
import warnings
from collections.abc import Mapping
from contextlib import redirect_stdout
from io import StringIO
from typing import Any
from unittest.mock import patch

import numpy as np

from helpers.exercises.checking import Answer, Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.validation import Array


def _stable_sigmoid(Z: Array) -> Array:
    small = np.exp(-np.abs(Z))
    return np.where(Z > 0, 1.0, small) / (1 + small)


@mistake(
    M.FLOATS,
    "Somewhere you take e to a large positive power. (`np.where` doesn't help by itself: it "
    "computes both of its sides for every z, and chooses after.) Which power of e never exceeds "
    "1, whatever the sign of z?",
)
def overflowing(Z: Array) -> Array:
    """The values are right, but far from zero NumPy warns on the way to them."""
    return 1 / (1 + np.exp(-Z))


@mistake(
    M.FLOATS,
    "The warning would have told you of it. Which power of e never exceeds 1, whatever the sign "
    "of z? With that one there is nothing to silence.",
)
def silenced(Z: Array) -> Array:
    """The values are right, but a number still overflows: the warning of it is switched off."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-Z))


@mistake(
    M.FLOATS,
    "e^z is infinite there, and ∞ / ∞ is not a number. On paper you may divide by e^z above and "
    "below: which form has no infinity for a large z, and for which z is yours the better one?",
)
def infinity_by_infinity(Z: Array) -> Array:
    """For large z this is NaN."""
    return np.exp(Z) / (1 + np.exp(Z))


@mistake(
    M.SIGN,
    "Sigmoid goes to 1 for large z. Put z = 10 into your line: where does it go? Look at the sign "
    "of the exponent or, if you have two cases, at which is which.",
)
def turned_around(Z: Array) -> Array:
    """The curve is mirrored: this is φ(−z), which falls."""
    return _stable_sigmoid(-Z)


@mistake(
    M.FLOATS,
    "1 / e⁻ᶻ is e^z, which grows without end. What in the formula keeps sigmoid below 1?",
)
def without_one(Z: Array) -> Array:
    """The 1 below the line is missing."""
    return np.exp(Z)


@mistake(
    M.FLOATS,
    "At z = 0 sigmoid is ½. Yours is 2 there. In which order does Python divide and add?",
)
def without_parentheses(Z: Array) -> Array:
    """What you compute is 1 + e⁻ᶻ: the sum isn't below the line."""
    return 1 / 1 + np.exp(-Z)


@mistake(
    M.FLOATS,
    "e^20 is no danger yet, and sigmoid isn't constant at −20. From which z on does `np.exp(z)` "
    "overflow?",
)
def cut_off_at_20(Z: Array) -> Array:
    """You cut z off at −20, and sigmoid goes on falling to the left of that."""
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
    "fraction have to be there, if you multiply 1 / (1 + e⁻ᶻ) by e^z above and below?",
)
def mirrored_left(Z: Array) -> Array:
    """For negative z you get the value of the positive one, φ(|z|)."""
    return 1 / (1 + np.exp(-np.abs(Z)))


@mistake(
    M.FLOATS,
    "e^(−|z|) never overflows, that is the idea. For positive z it is e⁻ᶻ. Which form of sigmoid "
    "has e⁻ᶻ in it, and what stands above the line there?",
)
def mirrored_right(Z: Array) -> Array:
    """For positive z you get the value of the negative one, φ(−|z|)."""
    small = np.exp(-np.abs(Z))
    return small / (1 + small)


@mistake(
    M.FLOATS,
    "tanh is a sigmoid that is stretched, and it doesn't overflow: a good road. It runs from −1 "
    "to 1 instead of 0 to 1, which you saw to. What else is different, at z = 2?",
)
def too_steep(Z: Array) -> Array:
    """The curve is twice as steep: this is φ(2z)."""
    return (1 + np.tanh(Z)) / 2


def _watch_warnings(answer: Answer, arguments: tuple[Any, ...]) -> Mapping[str, Any]:
    """Run the answer as NumPy comes from the box, and see whether it warns, or was silenced."""
    again = copy.deepcopy(arguments)  # the answer may write to its own
    numpy_warns = np.errstate(over="warn", divide="warn", invalid="warn", under="ignore")
    with warnings.catch_warnings(record=True) as caught, numpy_warns:
        warnings.simplefilter("always")
        value = answer(*arguments)
    warned = any(issubclass(warning.category, RuntimeWarning) for warning in caught)
    unheard = not warned and _overflows(answer, again)
    return {"φ(Z)": value, "whether NumPy warns": warned, "whether it is silenced": unheard}


def _overflows(answer: Answer, arguments: tuple[Any, ...]) -> bool:
    """Run the answer with NumPy's silence taken from it, and see whether a number overflows."""
    heard: list[str] = []
    errstate = np.errstate

    def never_silent(**kinds: Any) -> Any:
        return errstate(**{kind: how for kind, how in kinds.items() if how != "ignore"})

    with (
        # a call goes past the filters of warnings, which the answer may have set as well
        errstate(all="ignore", over="call", call=lambda kind, _: heard.append(kind)),
        patch.multiple(np, errstate=never_silent, seterr=lambda *_, **__: {}),
        # whatever else it has to say, it has said the first time
        warnings.catch_warnings(action="ignore"),
        redirect_stdout(StringIO()),
    ):
        answer(*arguments)
    return bool(heard)


def _sigmoid_trials(rng: np.random.Generator) -> list[Trial]:
    near = rng.uniform(-4, 4, (3, 5))
    near[1, 1] = 0
    # An e⁻²⁰ is seen beside e⁻¹⁶ and not beside 1, so the far left has a trial of its own. Both
    # signs are in each of the others, so that whoever overflows does it in both.
    left = np.concatenate([[-16.0], rng.uniform(-60, -22, 7)]).reshape(2, 4)
    signs = np.array([[-1], [1]])
    far = signs * rng.uniform(750, 1e4, (2, 6))
    far[:, 0] = -1e4, 1e4
    huge = signs * 10.0 ** rng.uniform(5, 300, (2, 3))
    return [
        Trial("z between −4 and 4", (near,)),
        Trial("z between −60 and −16", (left,)),
        Trial("z from −10,000 to 10,000, all far from zero", (far,)),
        Trial("z that are huge, of both signs", (huge,)),
    ]


STABLE_SIGMOID = Exercise(
    name="stable_sigmoid",
    lesson=1,
    title="a sigmoid for every number",
    solution=_stable_sigmoid,
    trials=_sigmoid_trials,
    parts=("φ(Z)", "whether NumPy warns", "whether it is silenced"),
    observe=_watch_warnings,
    mistakes=(
        overflowing,
        silenced,
        infinity_by_infinity,
        turned_around,
        without_one,
        without_parentheses,
        cut_off_at_20,
        slope_for_value,
        mirrored_left,
        mirrored_right,
        too_steep,
    ),
)
