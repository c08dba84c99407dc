"""Other code that gives what a known mistake gives, or nearly: what is said must be true of it.

Each is an exercise, the mistake that is named ('' for none), the answer, and words that would be
untrue of this answer.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

Twin = tuple[str, str, Callable[..., Any], str]


def none_is_returned(theta: Any, gradient: Any, learning_rate: Any) -> None:
    theta = theta - learning_rate * gradient


def stepped_in_place_twice(theta: Any, gradient: Any, learning_rate: Any) -> None:
    theta -= learning_rate * gradient
    theta -= learning_rate * gradient


def whole_numbers(Z: Any, slope: Any) -> Any:
    slopes = np.zeros(Z.shape, dtype=int)
    slopes[Z > 0] = 1
    slopes[Z <= 0] = slope
    return slopes


def passed_back(slope: Any, output: Any, end: int = 0, sign: int = 1) -> Callable[..., Any]:
    """Return a backward pass with these slopes: hidden, and at the output."""

    def answer(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
        L, m = len(W), Y.shape[1]
        dW, db = {}, {}
        delta = (A[L] - Y) / m * output(activations[L], Z[L])
        for l in range(L, end, -1):
            dW[l], db[l] = sign * delta @ A[l - 1].T, delta.sum(axis=1, keepdims=True)
            if l > 1:
                delta = W[l].T @ delta * slope(activations[l - 1], Z[l - 1])
        return dW, db

    return answer


def slope(activation: Any, Z: Any) -> Any:
    return activation.derivative(Z)


def one(activation: Any, Z: Any) -> Any:
    return np.ones_like(Z)


right_pass, pass_of_ones = passed_back(slope, slope), passed_back(one, one)


def squared_mean(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
    return passed_back(slope, lambda activation, Z: slope(activation, Z) / Y.shape[1])(
        W, A, Z, Y, activations
    )


def last_layer_without_a_loop(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
    dW, db = right_pass(W, A, Z, Y, activations)
    return {len(W): dW[len(W)]}, {len(W): db[len(W)]}


def mean_dw_and_flat_db(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
    dW, db = right_pass(W, A, Z, Y, activations)
    return {l: dW[l] / Y.shape[1] for l in dW}, {l: db[l].ravel() for l in db}


def one_index_too_far(network: Any, X: Any, Y: Any, order: Any, size: int, rate: float) -> None:
    for k in range(len(order) + 1):
        _, caches = network.forward(X[:, [order[-1 - k]]])
        network.update(network.backward(caches, Y[:, [order[-1 - k]]]), rate)


def sorted_order(network: Any, X: Any, Y: Any, order: Any, size: int, rate: float) -> None:
    for start in range(0, len(order), size):
        batch = sorted(order)[start : start + size]
        _, caches = network.forward(X[:, batch])
        network.update(network.backward(caches, Y[:, batch]), rate)


def twice_the_rate(network: Any, X: Any, Y: Any, order: Any, size: int, rate: float) -> None:
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        _, caches = network.forward(X[:, batch])
        network.update(network.backward(caches, Y[:, batch]), 2 * rate)


def norm_with_guard(guard: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    def answer(analytic: Any, numerical: Any) -> Any:
        if guard(analytic, numerical):
            return 0.0
        a, n = np.linalg.norm(analytic), np.linalg.norm(numerical)
        return np.linalg.norm(analytic - numerical) / (a + n)

    return answer


def zeros_are_nan(analytic: Any, numerical: Any) -> Any:
    a, n = np.linalg.norm(analytic), np.linalg.norm(numerical)
    return np.nan if a + n == 0 else np.linalg.norm(analytic - numerical) / (a + n)


def flat_outputs(W: Any, b: Any, A_prev: Any, activation: Any) -> Any:
    Z = W @ A_prev + b
    return Z, {"A_prev": A_prev, "Z": activation.function(Z)}


TWINS: list[Twin] = [
    ("leaky_relu_prime", "flat_left", whole_numbers, "plain ReLU is"),
    ("leaky_relu_prime", "one_at_zero", lambda Z, slope: np.maximum(Z >= 0, slope), "comparison"),
    (
        "leaky_relu_prime",
        "zero_at_zero",
        lambda Z, slope: np.where(Z == 0, 0, np.where(Z > 0, 1, slope)),
        "None of your two cases|on neither of your sides",
    ),
    (
        "leaky_relu_prime",
        "comparison_turned",
        lambda Z, slope: np.where(Z >= 0, slope, 1),
        "The comparison is",
    ),
    (
        "leaky_relu_prime",
        "sides_swapped",
        lambda Z, slope: (Z <= 0) + slope * (Z > 0),
        "np.where",
    ),
    ("stable_sigmoid", "turned_around", lambda Z: 1 - (1 + np.tanh(Z / 2)) / 2, "the exponent"),
    ("stable_sigmoid", "without_parentheses", lambda Z: 1 + np.exp(-Z), "order does Python"),
    ("stable_sigmoid", "without_one", np.exp, "denominator is missing"),
    (
        "layer_shapes",
        "z_in_rows",
        lambda n_in, n_out, m: ((n_in, n_out), (n_out, 1), (m, n_out)),
        "W and b are",
    ),
    (
        "layer_shapes",
        "samples_in_rows",
        lambda n_in, n_out, m: ((n_in, n_out), (n_out,), (m, n_out)),
        "b is a row",
    ),
    ("layer_shapes", "", lambda n_in, n_out, m: ((n_out, n_in), None, (n_out, m)), "`return`"),
    ("layer_shapes", "", lambda n_in, n_out, m: ((n_out, n_in), (n_out, 1.0), (n_out, m)), "b has"),
    ("layer_shapes", "", lambda n_in, n_out, m: ((n_out, n_in), (-1, 1), (n_out, m)), "b has"),
    ("he_weights", "zeros", lambda draws: draws * (2 // draws.shape[1]), "draws were"),
    ("he_weights", "both_sizes", lambda draws: draws / np.mean(draws.shape) ** 0.5, "You divide"),
    (
        "he_weights",
        "root_of_half",
        lambda draws: draws * (4 / draws.shape[1]) ** 0.5,
        "of n_in only",
    ),
    ("he_weights", "", lambda draws: np.full_like(draws, 0.3), "whether W"),
    ("layer_forward", "without_activation", flat_outputs, "φ is missing"),
    (
        "output_delta",
        "without_slope",
        lambda A, Y, Z, f: (A - Y) / len(A.T) * one(f, Z),
        "missing\\.",
    ),
    (
        "output_delta",
        "without_mean",
        lambda A, Y, Z, f: (A - Y) / 1 * slope(f, Z),
        "1/m is missing",
    ),
    ("output_delta", "difference_alone", lambda A, Y, Z, f: (A - Y) / 1, "nothing else"),
    (
        "output_delta",
        "half_left_in",
        lambda A, Y, Z, f: 0.5 * (A - Y) / len(A.T) * slope(f, Z),
        "½ of the loss is left",
    ),
    (
        "output_delta",
        "mean_of_the_napkin",
        lambda A, Y, Z, f: (A - Y) / 2 * slope(f, Z),
        "The napkin's cell gave the name m to its two samples, and the notebook still knows it\\. ",
    ),
    (
        "hidden_delta",
        "without_transpose",
        lambda l, W, delta, Z, f: (delta[l].T @ W[l].T).T * slope(f, Z[l - 1]),
        "W isn't transposed",
    ),
    (
        "hidden_delta",
        "back_without_slope",
        lambda l, W, delta, Z, f: W[l].T @ delta[l] * one(f, Z[l - 1]),
        "missing\\.",
    ),
    (
        "layer_gradients",
        "",
        lambda l, delta, A: (-delta[l] @ A[l - 1].T, delta[l].sum(axis=1)),
        "both|db",
    ),
    (
        "layer_gradients",
        "input_not_transposed",
        lambda l, delta, A: ((A[l - 1].T @ delta[l].T).T, delta[l].sum(axis=1, keepdims=True)),
        "A\\[l-1\\] isn't transposed",
    ),
    ("backward", "pass_without_slopes", pass_of_ones, "missing in"),
    ("backward_two_layers", "recursion_without_slope", passed_back(one, slope), "missing on"),
    ("backward", "", passed_back(slope, slope, sign=-1), "every gradient"),
    ("backward", "pass_with_mean_twice", squared_mean, "that makes 1/m². Choose"),
    ("backward", "last_layer_alone", last_layer_without_a_loop, "The function is left|Your loop"),
    ("backward", "pass_with_mean_dw", mean_dw_and_flat_db, "db is right"),
    (
        "numerical_derivative",
        "same_place_twice",
        lambda loss, theta, i, epsilon: 0,
        "Both losses are",
    ),
    (
        "relative_error",
        "equal_lengths",
        norm_with_guard(lambda a, n: set(abs(a)) == set(abs(n))),
        "Eq",
    ),
    ("relative_error", "floor_below", norm_with_guard(np.allclose), "The guard against"),
    ("relative_error", "zeros_divided", zeros_are_nan, "0 is divided by 0"),
    ("update", "nothing_done", lambda theta, gradient, rate: theta, "Nothing is returned"),
    ("update", "nothing_done", none_is_returned, "You return θ"),
    ("update", "without_rate", lambda theta, gradient, rate: theta - 1 * gradient, "missing\\."),
    ("update", "step_twice", lambda theta, gradient, rate: theta - 2 * rate * gradient, "One line"),
    ("update", "step_twice", stepped_in_place_twice, "you return subtracts"),
    ("one_epoch", "", one_index_too_far, "rows, which are features"),
    ("one_epoch", "order_ignored", sorted_order, "is ignored"),
    ("one_epoch", "two_steps", twice_the_rate, "takes its step twice"),
]
