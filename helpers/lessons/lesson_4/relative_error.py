"""An error that can't be fooled: the learner writes how far apart two gradients are."""

from typing import Any

import numpy as np

from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.comparing import as_numbers
from helpers.exercises.misconceptions import Misconception as M
from helpers.exercises.mistakes import Answer
from helpers.gradient_check import relative_error
from helpers.validation import Array


def _length(vector: Array) -> float:
    return float(np.linalg.norm(vector))


def _share(part: float, whole: float) -> float:
    """Return part / whole, and 0 of nothing."""
    return part / whole if whole else 0.0


@mistake(
    M.EPSILON,
    "A distance of 0.001 is nothing between gradients of 100, and everything between gradients of "
    "0.001. What does the formula set it against?",
)
def absolute_difference(analytic: Array, numerical: Array) -> float:
    """It is the distance between the two, not divided by their size."""
    return _length(analytic - numerical)


@mistake(
    M.EPSILON,
    "Two arrows can be equally long and point opposite ways. What would yours say of them? "
    "Subtract first, or take the length first?",
)
def lengths_subtracted(analytic: Array, numerical: Array) -> float:
    """In the numerator, the lengths are subtracted instead of the gradients."""
    a, n = _length(analytic), _length(numerical)
    return _share(abs(a - n), a + n)


@mistake(
    M.SIGN,
    "An error has no direction, and yours is negative where the analytic gradient is the shorter "
    "one. And two arrows can be equally long and point opposite ways: subtract first, or take "
    "the length first?",
)
def lengths_subtracted_with_sign(analytic: Array, numerical: Array) -> float:
    """The numerator is ‖a‖ − ‖n‖, which can be negative."""
    a, n = _length(analytic), _length(numerical)
    return _share(a - n, a + n)


@mistake(
    M.SIGN,
    "The formula is right. But two arrows can be equally long and point opposite ways. What does "
    "your guard compare? Of which length alone can there be only one arrow?",
)
def equal_lengths(analytic: Array, numerical: Array) -> float:
    """A gradient with its sign turned gets 0, as if it were right; its error is 1."""
    same = _length(analytic) == _length(numerical)
    return 0.0 if same else relative_error(analytic, numerical)


@mistake(
    M.SIGN,
    "If the two gradients are equal, their distance is 0. What is your numerator then?",
)
def gradients_added(analytic: Array, numerical: Array) -> float:
    """In the numerator, the gradients are added instead of subtracted."""
    return _share(_length(analytic + numerical), _length(analytic) + _length(numerical))


@mistake(
    M.EPSILON,
    "The less two gradients differ, the smaller the error should be. What does yours do?",
)
def upside_down(analytic: Array, numerical: Array) -> float:
    """The fraction is upside down."""
    return _share(_length(analytic) + _length(numerical), _length(analytic - numerical))


@mistake(
    M.EPSILON,
    "A fair measure, and used elsewhere. Here ‖v‖ is the length of an arrow, as Pythagoras has "
    "it: what happens to the entries before they are added, and after?",
)
def sums_of_sizes(analytic: Array, numerical: Array) -> float:
    """Your ‖v‖ is the sum (or the mean) of the entries' sizes."""
    total = float(np.abs(analytic).sum() + np.abs(numerical).sum())
    return _share(float(np.abs(analytic - numerical).sum()), total)


@mistake(
    M.EPSILON,
    "A fair measure, and used elsewhere. Here ‖v‖ is the length of an arrow, to which all of its "
    "entries contribute. Which ones count in yours?",
)
def largest_sizes(analytic: Array, numerical: Array) -> float:
    """Your ‖v‖ is the size of the largest entry."""
    total = float(np.abs(analytic).max() + np.abs(numerical).max())
    return _share(float(np.abs(analytic - numerical).max()), total)


def _error_of_entries(analytic: Array, numerical: Array) -> Array:
    below = np.abs(analytic) + np.abs(numerical)
    return np.abs(analytic - numerical) / np.where(below == 0, 1, below)


@mistake(
    M.EPSILON,
    "An entry that hardly matters can have a large error of its own. The formula divides once, "
    "and two lengths: which comes first, the length or the quotient?",
)
def largest_of_entries(analytic: Array, numerical: Array) -> float:
    """Each entry has an error of its own, and the largest of them comes out."""
    return float(_error_of_entries(analytic, numerical).max())


@mistake(
    M.EPSILON,
    "So a tiny entry weighs as much as a large one. The formula divides once, and two lengths: "
    "which comes first, the length or the quotient?",
)
def mean_of_entries(analytic: Array, numerical: Array) -> float:
    """Each entry has an error of its own, and their mean comes out."""
    return float(_error_of_entries(analytic, numerical).mean())


@mistake(
    M.EPSILON,
    "A fair measure, and used elsewhere; its largest value is 2. What does the formula do with "
    "the two lengths?",
)
def larger_of_both(analytic: Array, numerical: Array) -> float:
    """The denominator is the larger of the two lengths, not their sum."""
    larger = max(_length(analytic), _length(numerical))
    return _share(_length(analytic - numerical), larger)


@mistake(
    M.MEAN_FACTOR,
    "A fair measure, and used elsewhere; its largest value is 2. Is there a 2 in the formula?",
)
def mean_of_both(analytic: Array, numerical: Array) -> float:
    """It is twice as large, as if the denominator were the mean of the two lengths."""
    return _share(2 * _length(analytic - numerical), _length(analytic) + _length(numerical))


@mistake(
    M.SIGN,
    "If the signs are turned, a + n is nearly 0, and you divide by it. Are two lengths added "
    "in the denominator, or two gradients?",
)
def length_of_the_sum(analytic: Array, numerical: Array) -> float:
    """The denominator is ‖a + n‖ instead of ‖a‖ + ‖n‖."""
    return _share(_length(analytic - numerical), _length(analytic + numerical))


@mistake(
    M.EPSILON,
    "Then the error of a and n isn't that of n and a, and it has no largest value. Whose size is "
    "forgotten in the denominator?",
)
def numerical_alone(analytic: Array, numerical: Array) -> float:
    """The denominator is the numerical gradient's length alone."""
    return _share(_length(analytic - numerical), _length(numerical))


@mistake(
    M.EPSILON,
    "Then a gradient that is far too large makes its own error small. Whose size is forgotten "
    "in the denominator?",
)
def analytic_alone(analytic: Array, numerical: Array) -> float:
    """The denominator is the analytic gradient's length alone."""
    return _share(_length(analytic - numerical), _length(analytic))


@mistake(
    M.FLOATS,
    "Python divides before it adds. Where does the fraction bar end, on paper, and where in yours?",
)
def second_length_added(analytic: Array, numerical: Array) -> float:
    """Only the first length is in the denominator; the second is added to the quotient."""
    return _share(_length(analytic - numerical), _length(analytic)) + _length(numerical)


@mistake(
    M.EPSILON,
    "The sum of the squares is the length squared. A gradient that is 1 % too large would read "
    "about 0.00005 with yours. What is still to be done to get a length?",
)
def without_roots(analytic: Array, numerical: Array) -> float:
    """The lengths are squared: their roots are missing."""
    a, n = _length(analytic) ** 2, _length(numerical) ** 2
    return _share(_length(analytic - numerical) ** 2, a + n)


@mistake(
    M.SIGN,
    "In such a sum, an entry that is too large and one that is too small cancel. What does a "
    "length do with the signs?",
)
def signed_sums(analytic: Array, numerical: Array) -> float:
    """The entries are added up with their signs, where lengths are asked for."""
    return _share(float(np.sum(analytic - numerical)), float(np.sum(analytic + numerical)))


@mistake(
    M.EPSILON,
    "Your line has an error for each entry. What makes one number of an array, its length?",
)
def entry_by_entry(analytic: Array, numerical: Array) -> Array:
    """It is an array, an error for each entry."""
    return np.abs(analytic - numerical) / (np.abs(analytic) + np.abs(numerical))


@mistake(
    M.FLOATS,
    "Does a small number of yours outweigh them, in a guard against 0? (`np.isclose(scale, 0)` "
    "has one in it, too.) For which single value do you need a guard at all?",
)
def floor_below(analytic: Array, numerical: Array) -> float:
    """Two tiny gradients come out as equal, however much they differ."""
    scale = max(1e-8, _length(analytic) + _length(numerical))
    return _share(_length(analytic - numerical), scale)


@mistake(
    M.FLOATS,
    "Zeros beside numbers is what a forgotten backward step looks like. Only in one case is there "
    "nothing to compare: which?",
)
def either_zero(analytic: Array, numerical: Array) -> float:
    """If one gradient is zero and the other isn't, it says 0: they agree."""
    both = bool(np.any(analytic)) and bool(np.any(numerical))
    return relative_error(analytic, numerical) if both else 0.0


@mistake(
    M.FLOATS,
    "The formula is right. Two gradients that are zero are equal. Which error should that be, "
    "and is 0 divided by 0 in yours?",
)
def zeros_divided(analytic: Array, numerical: Array) -> float:
    """If both gradients are zero, NaN comes out."""
    scale = np.linalg.norm(analytic) + np.linalg.norm(numerical)
    return float(np.linalg.norm(analytic - numerical) / scale)


@mistake(
    M.FLOATS,
    "The formula is right. NaN is neither greater than 0 nor equal to it. Which way does it go in "
    "your function, and what would a check say of the gradient then?",
)
def nan_to_zero(analytic: Array, numerical: Array) -> float:
    """A gradient with a NaN in it comes out as 0, the best of all errors."""
    error = relative_error(analytic, numerical)
    return 0.0 if np.isnan(error) else error


ERRORS = ("The error", "The error if one gradient is zero", "The error if both are zero")
OPPOSITE = "The error of a gradient with its sign turned"
OF_NAN = "The error with a NaN in a gradient"
PARTS = (ERRORS[0], OPPOSITE, *ERRORS[1:], OF_NAN)


def _part(analytic: Array, numerical: Array) -> str:
    """Return which part a trial shows."""
    if np.isnan([analytic, numerical]).any():
        return OF_NAN
    zeros = sum(not np.any(gradient) for gradient in (analytic, numerical))
    return OPPOSITE if not zeros and np.array_equal(analytic, -numerical) else ERRORS[zeros]


def _observe_error(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Treat each kind of trial as a part of its own, so that one slip doesn't hide another."""
    part = _part(*arguments)  # before the answer may write into them
    try:
        with np.errstate(divide="ignore", invalid="ignore"):  # the verdict has better words
            error = answer(*arguments)
    except ZeroDivisionError:
        error = np.nan  # as NumPy's numbers would have it
    if error is None or error is ...:
        return (error,) * len(PARTS)
    if as_numbers(error) is not None:
        # two small gradients are 'equal' below any floor; 1.0 makes a number of a bool
        error = np.round(1.0 * np.asarray(error), 12)
    return tuple(error if name == part else 0.0 for name in PARTS)


def _error_trials(rng: np.random.Generator) -> list[Trial]:
    """Gradients that are large, so that a floor shows with the small ones alone."""
    a, n = 1e3 * rng.normal(size=(2, 6))
    a *= 0.8 * np.linalg.norm(n) / np.linalg.norm(a)  # the analytic one is the shorter one here
    near = 1.01 * n + rng.normal(size=6)
    near[np.argmin(np.abs(n))] *= -1
    holed = a.copy()
    holed[rng.integers(6)] = np.nan
    zero = np.zeros(6)
    pairs = {
        "two gradients that have nothing in common": (a, n),
        "a gradient that is 1 % off, and its smallest entry has the wrong sign": (near, n),
        "a gradient that is three times too large": (3 * n, n),
        "a gradient with its sign turned": (-n, n),
        "two gradients of about 1e-30 that have nothing in common": (1e-33 * a, 1e-33 * n),
        "a gradient of zeros, where there should be numbers": (zero, n),
        "numbers, where the gradient should be zero": (a, zero),
        "two gradients of zeros": (zero, zero),
        "a gradient with one NaN in it": (holed, n),
        "a numerical gradient with one NaN in it": (n, holed),
    }
    return [Trial(about, pair) for about, pair in pairs.items()]


RELATIVE_ERROR = Exercise(
    name="relative_error",
    lesson=4,
    title="an error that can't be fooled",
    solution=relative_error,
    trials=_error_trials,
    parts=PARTS,
    observe=_observe_error,
    mistakes=(
        absolute_difference,
        lengths_subtracted,
        lengths_subtracted_with_sign,
        equal_lengths,
        gradients_added,
        upside_down,
        sums_of_sizes,
        largest_sizes,
        largest_of_entries,
        mean_of_entries,
        larger_of_both,
        mean_of_both,
        length_of_the_sum,
        numerical_alone,
        analytic_alone,
        second_length_added,
        without_roots,
        signed_sums,
        entry_by_entry,
        floor_below,
        either_zero,
        zeros_divided,
        nan_to_zero,
    ),
)
