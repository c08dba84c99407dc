"""RIGHT: exercise → correct answers in several styles. WRONG: (exercise, mistake) → another way."""

import math
import warnings
from typing import Any

import numpy as np

from helpers.activations import find_activation


def leaky_slope_in_loops(Z: Any, slope: Any) -> Any:
    return [[1 if z > 0 else slope for z in row] for row in Z]


def leaky_slope_in_place(Z: Any, slope: Any) -> Any:
    on = Z > 0
    Z[on] = 1
    Z[~on] = slope
    return Z


def leaky_slope_by_arithmetic(Z: Any, slope: Any) -> Any:
    return ((Z > 0) + slope * (Z <= 0)).astype(np.float32)


def leaky_slope_as_maximum(Z: Any, slope: Any) -> Any:
    return np.maximum(Z > 0, slope)


def sigmoid_in_loops(Z: Any) -> Any:
    def one(z: float) -> float:
        if z >= 0:
            return 1 / (1 + math.exp(-z))
        return math.exp(z) / (1 + math.exp(z))

    return [[one(z) for z in row] for row in Z]


def sigmoid_by_masks(Z: Any) -> Any:
    A, right = np.empty_like(Z), Z >= 0
    A[right] = 1 / (1 + np.exp(-Z[right]))
    power = np.exp(Z[~right])
    A[~right] = power / (1 + power)
    return A


def sigmoid_by_tanh(Z: Any) -> Any:
    return (1 + np.tanh(Z / 2)) / 2


def sigmoid_clipped(Z: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(Z, -500, 500)))


def sigmoid_deaf_to_warnings(Z: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (1 + np.exp(-Z)) ** -1


def sigmoid_careful_twice(Z: Any) -> Any:
    with np.errstate(over="ignore"):
        return sigmoid_by_masks(Z)


def sigmoid_by_logaddexp(Z: Any) -> Any:
    return np.exp(-np.logaddexp(0, -Z))


def sigmoid_with_a_warning_of_another_kind(Z: Any) -> Any:
    warnings.warn("old", DeprecationWarning, stacklevel=2)
    return sigmoid_by_masks(Z)


WRITING = {("leaky_relu_prime", "Z"): (leaky_slope_in_place,)}
RIGHT = {
    "leaky_relu_prime": (
        leaky_slope_in_loops,
        leaky_slope_by_arithmetic,
        leaky_slope_as_maximum,
    ),
    "stable_sigmoid": (
        sigmoid_in_loops,
        sigmoid_by_masks,
        sigmoid_by_tanh,
        sigmoid_clipped,
        sigmoid_careful_twice,
        sigmoid_by_logaddexp,
        sigmoid_with_a_warning_of_another_kind,
    ),
}
WRONG = {
    ("leaky_relu_prime", "one_at_zero"): lambda Z, slope: slope + (1 - slope) * (Z >= 0),
    ("leaky_relu_prime", "flat_left"): lambda Z, slope: (Z > 0).astype(int),
    ("leaky_relu_prime", "value_for_slope"): lambda Z, slope: np.maximum(Z, slope * Z),
    ("leaky_relu_prime", "undifferentiated_left"): lambda Z, slope: [
        [1 if z > 0 else slope * z for z in row] for row in Z
    ],
    ("leaky_relu_prime", "undifferentiated_right"): lambda Z, slope: Z * (Z > 0) + slope * (Z <= 0),
    ("leaky_relu_prime", "sides_swapped"): lambda Z, slope: (Z <= 0) + slope * (Z > 0),
    ("leaky_relu_prime", "comparison_turned"): lambda Z, slope: np.where(Z >= 0, slope, 1),
    ("leaky_relu_prime", "zero_at_zero"): lambda Z, slope: (
        np.where(Z > 0, 1, slope) * np.abs(np.sign(Z))
    ),
    ("leaky_relu_prime", "falling_left"): lambda Z, slope: (Z > 0) - slope * (Z <= 0),
    ("leaky_relu_prime", "added_on_both_sides"): lambda Z, slope: np.heaviside(Z, 0) + slope,
    ("leaky_relu_prime", "fixed_slope"): lambda Z, slope: (Z > 0) + (Z <= 0) / 10,
    ("stable_sigmoid", "overflowing"): lambda Z: np.where(
        Z >= 0, 1 / (1 + np.exp(-Z)), np.exp(Z) / (1 + np.exp(Z))
    ),
    ("stable_sigmoid", "handed_on"): lambda Z: np.array(
        [[find_activation("sigmoid").function(z) for z in row] for row in Z]
    ),
    ("stable_sigmoid", "infinity_by_infinity"): lambda Z: [
        np.exp(row) / (np.exp(row) + 1) for row in Z
    ],
    ("stable_sigmoid", "turned_around"): lambda Z: 1 / (1 + np.exp(Z)),
    ("stable_sigmoid", "without_one"): lambda Z: 1 / np.exp(-Z),
    ("stable_sigmoid", "without_parentheses"): lambda Z: np.exp(-Z) + 1,
    ("stable_sigmoid", "cut_off"): lambda Z: 1 / (1 + np.exp(np.minimum(-Z, 20))),
    ("stable_sigmoid", "slope_for_value"): lambda Z: (1 - np.tanh(Z / 2) ** 2) / 4,
    ("stable_sigmoid", "mirrored_left"): lambda Z: sigmoid_by_tanh(abs(Z)),
    ("stable_sigmoid", "mirrored_right"): lambda Z: sigmoid_by_tanh(-abs(Z)),
    ("stable_sigmoid", "too_steep"): lambda Z: 0.5 - np.tanh(-Z) / 2,
}
