"""RIGHT: exercise → correct answers in several styles. WRONG: (exercise, mistake) → another way."""

import math
from typing import Any

import numpy as np


def derivative_in_place(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    value = theta[i]
    theta[i] = value + epsilon
    up = loss(theta)
    theta[i] = value - epsilon
    down = loss(theta)
    theta[i] = value
    return (up - down) / (2 * epsilon)


def derivative_there_and_back(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    theta[i] += epsilon
    up = loss(theta)
    theta[i] -= 2 * epsilon
    slope = (up - loss(theta)) / epsilon / 2
    theta[i] += epsilon
    return slope


def derivative_down_and_up(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    theta[i] -= epsilon
    down = loss(theta)
    theta[i] += epsilon
    theta[i] += epsilon
    up = loss(theta)
    theta[i] -= epsilon
    return (up - down) / (2 * epsilon)


def derivative_of_a_copy_and_itself(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    up = theta.copy()
    up[i] += epsilon
    theta[i] -= epsilon
    down = loss(theta)
    theta[i] += epsilon
    return (loss(up) - down) / (2 * epsilon)


def derivative_left_nudged(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    theta[i] += epsilon
    up = loss(theta)
    theta[i] -= 2 * epsilon
    return (up - loss(theta)) / (2 * epsilon)


def derivative_by_a_unit_vector(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    e = np.eye(len(theta))[i]
    return np.diff([loss(theta - epsilon * e), loss(theta + epsilon * e)])[0] / (2 * epsilon)


def derivative_of_lists(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    up, down = list(theta), list(theta)
    up[i] += epsilon
    down[i] -= epsilon
    return 0.5 * (loss(up) - loss(down)) / epsilon


def error_in_loops(analytic: Any, numerical: Any) -> Any:
    distance = math.sqrt(sum((a - n) ** 2 for a, n in zip(analytic, numerical, strict=True)))
    scale = math.sqrt(sum(a**2 for a in analytic)) + math.sqrt(sum(n**2 for n in numerical))
    return 0 if scale == 0 else distance / scale


def error_of_means(analytic: Any, numerical: Any) -> Any:
    if not analytic.any() and not numerical.any():
        return 0.0
    analytic -= numerical
    distance = np.sqrt(np.mean(analytic**2))
    analytic += numerical
    return distance / (np.sqrt(np.mean(analytic**2)) + np.sqrt(np.mean(numerical**2)))


def error_in_place(analytic: Any, numerical: Any) -> Any:
    scale = np.linalg.norm(analytic) + np.linalg.norm(numerical)
    analytic -= numerical
    return np.linalg.norm(analytic) / scale if scale != 0 else 0.0


def error_if_equal(analytic: Any, numerical: Any) -> Any:
    if np.array_equal(analytic, numerical):
        return np.float64(0)
    lengths = [np.sqrt(vector @ vector) for vector in (analytic, numerical)]
    return np.linalg.norm(numerical - analytic) / sum(lengths)


def error_above_a_tiny_floor(analytic: Any, numerical: Any) -> Any:
    norm = np.linalg.norm
    return norm(analytic - numerical) / (norm(analytic) + norm(numerical) + 1e-300)


RIGHT = {
    "numerical_derivative": (
        derivative_in_place,
        derivative_by_a_unit_vector,
        derivative_of_lists,
    ),
    "relative_error": (error_in_loops, error_if_equal, error_above_a_tiny_floor),
}
WRITING = {
    ("numerical_derivative", "theta"): (
        derivative_there_and_back,
        derivative_down_and_up,
        derivative_of_a_copy_and_itself,
        derivative_left_nudged,
    ),
    ("relative_error", "analytic"): (error_of_means, error_in_place),
}


def one_sided(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    before = loss(theta)
    theta[i] += epsilon
    after = loss(theta)
    theta[i] -= epsilon
    return (after - before) / epsilon


def nudged_back(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    theta[i] += epsilon
    up = loss(theta)
    theta[i] -= epsilon
    down = loss(theta)
    theta[i] += epsilon  # wrong, too: θ isn't as before
    return (up - down) / (2 * epsilon)


def same_place_twice(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    plus = minus = theta
    plus[i] += epsilon
    minus[i] -= epsilon
    return (loss(plus) - loss(minus)) / (2 * epsilon)


def all_nudged(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    theta += epsilon
    up = loss(theta)
    theta -= 2 * epsilon
    down = loss(theta)
    return (up - down) / (2 * epsilon)


def up_and_down(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    e = np.zeros_like(theta)
    e[i] = epsilon
    return np.array([loss(theta + e), loss(theta - e)])


def one_sided_down(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    before = loss(theta)
    theta[i] -= epsilon
    after = loss(theta)
    theta[i] += epsilon
    return (before - after) / epsilon


def put_at_epsilon(loss: Any, theta: Any, i: Any, epsilon: Any) -> Any:
    up, down = theta.copy(), theta.copy()
    up[i], down[i] = epsilon, -epsilon
    return (loss(up) - loss(down)) / (2 * epsilon)


def norm(vector: Any) -> Any:
    return math.sqrt(sum(value**2 for value in vector))


def plain(analytic: Any, numerical: Any) -> Any:
    return np.linalg.norm(analytic - numerical) / (
        np.linalg.norm(analytic) + np.linalg.norm(numerical)
    )


def nan_to_zero(analytic: Any, numerical: Any) -> Any:
    scale = norm(analytic) + norm(numerical)
    return norm(analytic - numerical) / scale if scale > 0 else 0.0


def equal_lengths(analytic: Any, numerical: Any) -> Any:
    if np.linalg.norm(analytic) == np.linalg.norm(numerical):
        return 0
    return plain(analytic, numerical)


def either_zero(analytic: Any, numerical: Any) -> Any:
    if np.linalg.norm(analytic) * np.linalg.norm(numerical) == 0:
        return 0
    return plain(analytic, numerical)


WRONG = {
    ("numerical_derivative", "one_sided"): one_sided,
    ("numerical_derivative", "nudged_back"): nudged_back,
    ("numerical_derivative", "one_sided_down"): one_sided_down,
    ("numerical_derivative", "put_at_epsilon"): put_at_epsilon,
    ("numerical_derivative", "half_nudges"): lambda loss, theta, i, epsilon: (
        -np.diff(up_and_down(loss, theta, i, epsilon / 2))[0] / epsilon
    ),
    ("numerical_derivative", "half_nudges_too_far"): lambda loss, theta, i, epsilon: (
        np.subtract(*up_and_down(loss, theta, i, 0.5 * epsilon)) / epsilon / 2
    ),
    ("numerical_derivative", "nudged_by_one"): lambda loss, theta, i, epsilon: (
        np.subtract(*up_and_down(loss, theta, i, 1)) / epsilon / 2
    ),
    ("numerical_derivative", "losses_added"): lambda loss, theta, i, epsilon: (
        np.sum(up_and_down(loss, theta, i, epsilon)) / epsilon / 2
    ),
    ("numerical_derivative", "never_negative"): lambda loss, theta, i, epsilon: (
        np.ptp(up_and_down(loss, theta, i, epsilon)) / epsilon / 2
    ),
    ("numerical_derivative", "divided_by_epsilon"): lambda loss, theta, i, epsilon: (
        -np.diff(up_and_down(loss, theta, i, epsilon))[0] / epsilon
    ),
    ("numerical_derivative", "not_divided"): lambda loss, theta, i, epsilon: np.subtract(
        *up_and_down(loss, theta, i, epsilon)
    ),
    ("numerical_derivative", "multiplied_by_epsilon"): lambda loss, theta, i, epsilon: (
        np.subtract(*up_and_down(loss, theta, i, epsilon)) * epsilon * 0.5
    ),
    ("numerical_derivative", "second_divided"): lambda loss, theta, i, epsilon: (
        up_and_down(loss, theta, i, epsilon) @ [1, -1 / (2 * epsilon)]
    ),
    ("numerical_derivative", "down_minus_up"): lambda loss, theta, i, epsilon: np.diff(
        up_and_down(loss, theta, i, epsilon) / (2 * epsilon)
    )[0],
    ("numerical_derivative", "same_place_twice"): same_place_twice,
    ("numerical_derivative", "all_nudged"): all_nudged,
    ("numerical_derivative", "own_epsilon"): lambda loss, theta, i, epsilon: derivative_of_lists(
        loss, theta, i, 1e-6
    ),
    ("relative_error", "absolute_difference"): lambda a, n: np.sqrt(np.sum((n - a) ** 2)),
    ("relative_error", "lengths_subtracted"): lambda a, n: (
        abs(norm(a) - norm(n)) / (norm(a) + norm(n))
    ),
    ("relative_error", "lengths_subtracted_with_sign"): lambda a, n: (
        (norm(a) - norm(n)) / (norm(a) + norm(n))
    ),
    ("relative_error", "equal_lengths"): equal_lengths,
    ("relative_error", "gradients_added"): lambda a, n: norm(n + a) / (norm(a) + norm(n)),
    ("relative_error", "upside_down"): lambda a, n: (norm(a) + norm(n)) / norm(n - a),
    ("relative_error", "sums_of_sizes"): lambda a, n: (
        np.mean(abs(a - n)) / (np.mean(abs(a)) + np.mean(abs(n)))
    ),
    ("relative_error", "largest_sizes"): lambda a, n: max(abs(a - n)) / (max(abs(a)) + max(abs(n))),
    ("relative_error", "largest_of_entries"): lambda a, n: max(
        abs(x - y) / (abs(x) + abs(y)) for x, y in zip(a, n, strict=True)
    ),
    ("relative_error", "mean_of_entries"): lambda a, n: np.mean(
        np.abs(n - a) / (np.abs(a) + np.abs(n))
    ),
    ("relative_error", "larger_of_both"): lambda a, n: norm(a - n) / max(norm(a), norm(n)),
    ("relative_error", "mean_of_both"): lambda a, n: norm(a - n) / np.mean([norm(a), norm(n)]),
    ("relative_error", "length_of_the_sum"): lambda a, n: norm(a - n) / norm(a + n),
    ("relative_error", "numerical_alone"): lambda a, n: norm(n - a) / norm(n),
    ("relative_error", "analytic_alone"): lambda a, n: norm(n - a) / norm(a),
    ("relative_error", "second_length_added"): lambda a, n: (
        norm(a - n) / norm(a) + np.linalg.norm(n)
    ),
    ("relative_error", "without_roots"): lambda a, n: (
        np.sum((a - n) ** 2) / np.sum(a**2 + n**2) if a.any() or n.any() else 0
    ),
    ("relative_error", "signed_sums"): lambda a, n: (np.sum(a) - np.sum(n)) / np.sum([a, n]),
    ("relative_error", "entry_by_entry"): lambda a, n: [
        abs(x - y) / max(abs(x) + abs(y), 1e-300) for x, y in zip(a, n, strict=True)
    ],
    ("relative_error", "floor_below"): lambda a, n: norm(a - n) / (norm(a) + norm(n) + 1e-12),
    ("relative_error", "either_zero"): either_zero,
    ("relative_error", "zeros_divided"): plain,
    ("relative_error", "nan_to_zero"): nan_to_zero,
}
