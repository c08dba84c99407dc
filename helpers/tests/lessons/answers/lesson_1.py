"""Answers to the exercises of lesson 1."""

import functools
import math
import warnings
from typing import Any

import numpy as np

from helpers.activations import ACTIVATIONS, find_activation
from helpers.tests.lessons.answers import all_written, written

sigmoid = find_activation("sigmoid").function


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


def sigmoid_deaf_to_warnings(Z: Any) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return (1 + np.exp(-Z)) ** -1


def sigmoid_after_seterr(Z: Any) -> Any:
    old = np.seterr(all="ignore")
    A = np.exp(-np.log(1 + np.exp(-Z)))
    np.seterr(**old)
    return A


@np.errstate(all="ignore")
def sigmoid_of_both_sides(Z: Any) -> Any:
    return np.where(Z >= 0, 1 / (1 + np.exp(-Z)), np.exp(Z) / (1 + np.exp(Z)))


def sigmoid_that_catches(Z: Any) -> Any:
    def one(z: float) -> float:
        try:
            return 1 / (1 + math.exp(-z))
        except OverflowError:
            return 0

    return [[one(z) for z in row] for row in Z]


def sigmoid_number_by_number(Z: Any) -> Any:
    A = np.zeros(Z.shape)
    for place in np.ndindex(Z.shape):
        A[place] = 1 / (1 + np.exp(-Z[place]))
    return A


def sigmoid_by_pieces(Z: Any) -> Any:
    return np.piecewise(
        Z, [Z < 0], [lambda z: np.exp(z) / (1 + np.exp(z)), lambda z: 1 / (1 + np.exp(-z))]
    )


def sigmoid_that_is_0_in_time(Z: Any) -> Any:
    return np.array([0 if z < -709 else 1 / (1 + math.exp(-z)) for z in Z.flat]).reshape(Z.shape)


def sigmoid_to_the_limit(Z: Any) -> Any:
    limit = np.log(np.finfo(float).max)
    return np.where(-limit > Z, 0, 1 / (1 + np.exp(-np.maximum(Z, -limit))))


def sigmoid_where_it_is_asked(Z: Any) -> Any:
    power = np.exp(-Z, where=Z > 0, out=np.full_like(Z, np.inf))
    return np.where(Z > 0, 1 / (1 + power), sigmoid_by_tanh(Z))


def cut(left: float, right: float) -> Any:
    return lambda Z: sigmoid_by_tanh(np.clip(Z, left, right))


def sigmoid_careful_twice(Z: Any) -> Any:
    with np.errstate(over="ignore"):
        return sigmoid_by_masks(Z)


RIGHT = {
    "leaky_relu_prime": (
        written("leaky_relu_prime", "[[1 if z > 0 else slope for z in row] for row in Z]"),
        written("leaky_relu_prime", "((Z > 0) + slope * (Z <= 0)).astype(np.float32)"),
        written("leaky_relu_prime", "np.maximum(Z > 0, slope)"),
    ),
    "stable_sigmoid": (
        sigmoid_in_loops,
        sigmoid_by_masks,
        sigmoid_by_tanh,
        lambda Z: 1 / (1 + np.exp(-np.clip(Z, -500, 500))),
        sigmoid_careful_twice,
        lambda Z: np.exp(-np.logaddexp(0, -Z)),
        sigmoid_by_pieces,
        sigmoid_that_is_0_in_time,
        sigmoid_to_the_limit,
        sigmoid_where_it_is_asked,
        np.vectorize(lambda z: 0.5 + 0.5 * math.tanh(z / 2)),
    ),
}
WRONG = all_written(
    "leaky_relu_prime",
    {
        "one_at_zero": "slope + (1 - slope) * (Z >= 0)",
        "flat_left": "(Z > 0).astype(int)",
        "value_for_slope": "np.maximum(Z, slope * Z)",
        "undifferentiated_left": "[[1 if z > 0 else slope * z for z in row] for row in Z]",
        "sides_swapped": "(Z <= 0) + slope * (Z > 0)",
        "comparison_turned": "np.where(Z >= 0, slope, 1)",
        "zero_at_zero": "np.where(Z > 0, 1, slope) * np.abs(np.sign(Z))",
        "fixed_slope": "(Z > 0) + (Z <= 0) / 10",
    },
) | all_written(
    "stable_sigmoid",
    {
        "overflowing": "np.where(Z >= 0, 1 / (1 + np.exp(-Z)), np.exp(Z) / (1 + np.exp(Z)))",
        "handed_on": "np.array([[find('sigmoid').function(z) for z in row] for row in Z])",
        "infinity_by_infinity": "[np.exp(row) / (np.exp(row) + 1) for row in Z]",
        "turned_around": "1 / (1 + np.exp(Z))",
        "cut_off": "1 / (1 + np.exp(np.minimum(-Z, 20)))",
        "slope_for_value": "(1 - np.tanh(Z / 2) ** 2) / 4",
        "mirrored_left": "(1 + np.tanh(abs(Z) / 2)) / 2",
        "mirrored_right": "(1 + np.tanh(-abs(Z) / 2)) / 2",
        "too_steep": "0.5 - np.tanh(-Z) / 2",
    },
    find=find_activation,
)
MORE = {
    ("stable_sigmoid", "overflowing"): (
        sigmoid_deaf_to_warnings,
        sigmoid_after_seterr,
        sigmoid_of_both_sides,
        lambda Z: sigmoid_of_both_sides(np.asarray(Z, dtype=float)),
        lambda Z: sigmoid_of_both_sides(np.where(Z == 0, 0, Z)),
        sigmoid_that_catches,
        sigmoid_number_by_number,
        np.vectorize(lambda z: 1 / (1 + np.exp(-z))),
        lambda Z: 1 / (1 + np.exp(-Z.astype(np.longdouble))),
    ),
    ("stable_sigmoid", "handed_on"): (
        sigmoid,
        functools.partial(sigmoid),
        lambda Z: 1 - ACTIVATIONS["sigmoid"].function(np.clip(-Z, -500, 500)),
    ),
    ("stable_sigmoid", "cut_off"): (
        *(cut(left, right) for c in (10, 20, 29) for left, right in ((-c, c), (-c, 99), (-99, c))),
        lambda Z: np.where(Z > 20, 1, sigmoid_by_tanh(Z)),
        lambda Z: np.where(Z < -29, 0, sigmoid_by_masks(Z)),
        lambda Z: np.clip(sigmoid_by_masks(Z), 1e-12, 1),
    ),
}
