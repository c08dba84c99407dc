"""The slope of leaky ReLU: the learner writes φ′, 1 right of zero and the given slope elsewhere."""

import numpy as np

from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.validation import Array


def _leaky_relu_prime(Z: Array, slope: float) -> Array:
    return np.where(Z > 0, 1.0, slope)


@mistake(
    M.KINK,
    "A few of the z are exactly 0. On which of the two sides does the task put them, and on which "
    "does yours?",
)
def one_at_zero(Z: Array, slope: float) -> Array:
    """All is right except at the kink: at z = 0 you have 1."""
    return np.where(Z >= 0, 1.0, slope)


@mistake(
    M.SLOPE_PLACE,
    "Leaky ReLU isn't flat on the left: its value there is slope·z. If z grows by 1, how much does "
    "that grow? (An array of whole numbers would round it down to 0.)",
)
def flat_left(Z: Array, slope: float) -> Array:
    """Left of zero you have 0, which is the slope of the plain ReLU."""
    return np.where(Z > 0, 1.0, 0.0)


@mistake(
    M.SLOPE_PLACE,
    "An activation is a pair, the function and its slope. Which of the two is asked for, and what "
    "is it on each side?",
)
def value_for_slope(Z: Array, slope: float) -> Array:
    """Your function is leaky ReLU itself, φ, and not its slope φ′."""
    return np.where(Z > 0, Z, slope * Z)


@mistake(
    M.SLOPE_PLACE,
    "slope·z is the value of the function on the left. Differentiate it with respect to z: what "
    "remains?",
)
def undifferentiated_left(Z: Array, slope: float) -> Array:
    """Left of zero you have slope·z, which still contains z."""
    return np.where(Z > 0, 1.0, slope * Z)


@mistake(
    M.SLOPE_PLACE,
    "z is the value of the function on the right. How much does it grow if z grows by 1?",
)
def undifferentiated_right(Z: Array, slope: float) -> Array:
    """Right of zero you have z itself."""
    return np.where(Z > 0, Z, slope)


@mistake(
    M.SIGN,
    "Try one number by hand, z = 2. Is φ steep there or nearly flat? And which of the two slopes "
    "does yours give it?",
)
def sides_swapped(Z: Array, slope: float) -> Array:
    """The two sides have changed places: you have the small slope right of zero, 1 elsewhere."""
    return np.where(Z > 0, slope, 1.0)


@mistake(
    M.SIGN,
    "Read your line aloud for z = 2. Which of the two slopes comes out, and which does the curve "
    "have? Then do the same for z = −2.",
)
def comparison_turned(Z: Array, slope: float) -> Array:
    """The two sides have changed places, except for z = 0: you have 1 only to the left of it."""
    return np.where(Z < 0, 1.0, slope)


@mistake(
    M.KINK,
    "A few of the z are exactly 0. Is either of your cases true for them? And which of the two "
    "sides does the task put them on?",
)
def zero_at_zero(Z: Array, slope: float) -> Array:
    """All is right except at the kink: at z = 0 you have 0, the slope of neither side."""
    return (Z > 0) + slope * (Z < 0)


@mistake(
    M.SIGN,
    "With z from −2 to −1, does slope·z rise or fall? (It is negative, but that is another "
    "matter: a slope asks about the change.)",
)
def falling_left(Z: Array, slope: float) -> Array:
    """Left of zero the sign is turned: you have −slope."""
    return np.where(Z > 0, 1.0, -slope)


@mistake(
    M.SLOPE_PLACE,
    "Each z is on one side only, and gets the number of that side. What does yours give at "
    "z = 2, where the curve is z itself?",
)
def added_on_both_sides(Z: Array, slope: float) -> Array:
    """The small slope is added on the right as well, which gives 1 + slope there."""
    return (Z > 0) + slope


@mistake(
    M.SLOPE_PLACE,
    "0.1 was an example. The function has two arguments; which of them haven't you used?",
)
def fixed_slope(Z: Array, slope: float) -> Array:
    """Left of zero you have 0.1, whatever slope is given."""
    return np.where(Z > 0, 1.0, 0.1)


def _leaky_trials(rng: np.random.Generator) -> list[Trial]:
    trials = []
    for slope, shape in ((0.01, (2, 7)), (0.2, (5, 3)), (0.3, (4, 6))):
        Z = rng.normal(size=shape)
        Z[:2, 0] = 1, -1  # both sides, whatever was drawn
        Z[rng.integers(shape[0]), 1] = 0
        Z[rng.integers(shape[0]), 2] = 0
        trials.append(Trial("random numbers, two of them exactly 0", (Z, slope)))
    return trials


LEAKY_RELU_PRIME = Exercise(
    name="leaky_relu_prime",
    lesson=1,
    title="the slope of leaky ReLU",
    solution=_leaky_relu_prime,
    trials=_leaky_trials,
    parts=("φ′(Z)",),
    mistakes=(
        one_at_zero,
        flat_left,
        value_for_slope,
        undifferentiated_left,
        undifferentiated_right,
        sides_swapped,
        comparison_turned,
        zero_at_zero,
        falling_left,
        added_on_both_sides,
        fixed_slope,
    ),
)
