"""Answers to the exercises of lesson 4."""

import math
from typing import Any

import numpy as np

from helpers.tests.lessons.answers import Answer, all_written, written, wrong_ones

THERE_AND_BACK = """
theta[i] += epsilon
up = loss(theta)
theta[i] -= 2 * epsilon
down = loss(theta)
theta[i] += epsilon
return (up - down) / (2 * epsilon)
"""
PUT_BACK = """
value = theta[i]
theta[i] = value + epsilon
up = loss(theta)
theta[i] = value - epsilon
down = loss(theta)
theta[i] = value
return (up - down) / (2 * epsilon)
"""
OF_LISTS = """
up, down = list(theta), list(theta)
up[i] += epsilon
down[i] -= epsilon
return 0.5 * (loss(up) - loss(down)) / epsilon
"""
BY_A_VECTOR = """
e = np.zeros_like(theta)
e[i] = epsilon
up, down = loss(theta + e), loss(theta - e)
return (up - down) / epsilon / 2
"""
ONE_ARRAY_OF_TWO_NAMES = """
plus = minus = theta
plus[i] += epsilon
minus[i] -= epsilon
return (loss(plus) - loss(minus)) / (2 * epsilon)
"""
BACK_TO_IT = "theta[i] += epsilon\nreturn"  # the last step of THERE_AND_BACK


def error_in_loops(analytic: Any, numerical: Any) -> Any:
    distance = math.sqrt(sum((a - n) ** 2 for a, n in zip(analytic, numerical, strict=True)))
    scale = math.sqrt(sum(a**2 for a in analytic)) + math.sqrt(sum(n**2 for n in numerical))
    return 0 if scale == 0 else distance / scale


def error_if_equal(analytic: Any, numerical: Any) -> Any:
    if np.array_equal(analytic, numerical):
        return np.float64(0)
    lengths = [np.sqrt(vector @ vector) for vector in (analytic, numerical)]
    return np.linalg.norm(numerical - analytic) / sum(lengths)


def error_above_a_tiny_floor(a: Any, n: Any) -> Any:
    return np.linalg.norm(a - n) / (np.linalg.norm(a) + np.linalg.norm(n) + 1e-300)


def slow_norm(vector: Any) -> Any:
    return math.sqrt(sum(value**2 for value in vector))


RIGHT: dict[str, tuple[Answer, ...]] = {
    "numerical_derivative": tuple(
        written("numerical_derivative", body) for body in (PUT_BACK, BY_A_VECTOR, OF_LISTS)
    ),
    "relative_error": (error_in_loops, error_if_equal, error_above_a_tiny_floor),
}
WRONG = wrong_ones(
    "numerical_derivative",
    BY_A_VECTOR,
    {
        "put_at_epsilon": (
            "theta + e",
            "theta * (e == 0) + e",
            "theta - e",
            "theta * (e == 0) - e",
        ),
        "half_nudges": (" / 2", "", "= epsilon", "= epsilon / 2"),
        "half_nudges_too_far": ("= epsilon", "= 0.5 * epsilon"),
        "nudged_by_one": ("= epsilon", "= 1"),
        "losses_added": ("up - down", "up + down"),
        "never_negative": ("up - down", "np.ptp([up, down])"),
        "divided_by_epsilon": (" / 2", ""),
        "not_divided": (" / epsilon / 2", ""),
        "multiplied_by_epsilon": ("/ epsilon / 2", "* epsilon * 0.5"),
        "second_divided": ("(up - down)", "up - down"),
        "down_minus_up": ("up - down", "down - up"),
        "own_epsilon": ("e[i] = epsilon", "e[i] = epsilon = 1e-6"),
    },
)
WRONG |= wrong_ones(
    "numerical_derivative",
    THERE_AND_BACK,
    {
        "one_sided": ("-= 2 *", "-=", BACK_TO_IT, "return", "2 * ", ""),
        "one_sided_down": ("theta[i] += epsilon\nup", "up", "-= 2 *", "-=", "2 * ", ""),
        "nudged_back": ("-= 2 *", "-="),  # wrong, too: θ isn't as before
    },
)
WRONG |= all_written(
    "numerical_derivative",
    {
        "same_place_twice": ONE_ARRAY_OF_TWO_NAMES,
        "all_nudged": THERE_AND_BACK.replace("theta[i]", "theta").replace(
            "theta += epsilon\nr", "r"
        ),
    },
)
PLAIN = "norm(a - n) / (norm(a) + norm(n))"
WRONG |= all_written(
    "relative_error",
    {
        "absolute_difference": "np.sqrt(np.sum((n - a) ** 2))",
        "lengths_subtracted": "abs(slow(a) - slow(n)) / (slow(a) + slow(n))",
        "equal_lengths": f"0 if norm(a) == norm(n) else {PLAIN}",
        "gradients_added": "slow(n + a) / (slow(a) + slow(n))",
        "upside_down": "(slow(a) + slow(n)) / slow(n - a)",
        "sums_of_sizes": "np.mean(abs(a - n)) / (np.mean(abs(a)) + np.mean(abs(n)))",
        "largest_of_entries": "max(abs(x - y) / (abs(x) + abs(y)) for x, y in zip(a, n))",
        "larger_of_both": "slow(a - n) / max(slow(a), slow(n))",
        "mean_of_both": "slow(a - n) / np.mean([slow(a), slow(n)])",
        "length_of_the_sum": "slow(a - n) / slow(a + n)",
        "one_length_alone": "slow(n - a) / slow(a)",
        "second_length_added": "slow(a - n) / slow(a) + norm(n)",
        "without_roots": "sum((a - n) ** 2) / sum(a**2 + n**2) if a.any() or n.any() else 0",
        "signed_sums": "(np.sum(a) - np.sum(n)) / np.sum([a, n])",
        "entry_by_entry": "[abs(x - y) / max(abs(x) + abs(y), 1e-300) for x, y in zip(a, n)]",
        "floor_below": "slow(a - n) / (slow(a) + slow(n) + 1e-12)",
        "either_zero": f"0 if norm(a) * norm(n) == 0 else {PLAIN}",
        "zeros_divided": PLAIN,
        "nan_to_zero": "slow(a - n) / (slow(a) + slow(n)) if slow(a) + slow(n) > 0 else 0.0",
    },
    slow=slow_norm,
)
