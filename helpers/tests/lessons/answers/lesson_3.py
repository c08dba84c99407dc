"""RIGHT: exercise → correct answers in several styles. WRONG: (exercise, mistake) → another way."""

from typing import Any

import numpy as np

from helpers.tests.lessons.answers import edited, wrong_ones


def output_delta_in_loops(A: Any, Y: Any, Z: Any, activation: Any) -> Any:
    n, m = A.shape
    delta = np.zeros((n, m))
    for i in range(n):
        for k in range(m):
            delta[i, k] = (A[i, k] - Y[i, k]) * activation.derivative(Z[i : i + 1, k])[0] / m
    return delta


def output_delta_of_z(A: Any, Y: Any, Z: Any, activation: Any) -> Any:
    error = np.divide(activation.function(Z) - Y, Z.shape[-1])
    return np.multiply(error, activation.derivative(Z))


def output_delta_einsum(A: Any, Y: Any, Z: Any, activation: Any) -> Any:
    slopes = activation.derivative(Z.astype(np.float32))
    return np.einsum("ik,ik->ik", (A - Y) / len(A.T), slopes).astype(np.float32)


def hidden_delta_in_loops(l: int, W: Any, delta: Any, Z: Any, activation: Any) -> Any:
    slopes = activation.derivative(Z[l - 1])
    result = np.zeros_like(Z[l - 1])
    for j, k in np.ndindex(result.shape):
        for i in range(len(delta[l])):
            result[j, k] += W[l][i, j] * delta[l][i, k]
        result[j, k] *= slopes[j, k]
    return result


def hidden_delta_into_the_dict(l: int, W: Any, delta: Any, Z: Any, activation: Any) -> Any:
    delta[l - 1] = np.dot(delta[l].T, W[l]).T
    delta[l - 1] *= activation.derivative(Z[l - 1])
    return delta[l - 1]


def layer_gradients_in_loops(l: int, delta: Any, A: Any) -> Any:
    dW, db = np.zeros((len(delta[l]), len(A[l - 1]))), np.zeros((len(delta[l]), 1))
    for k in range(A[0].shape[1]):
        dW += np.outer(delta[l][:, k], A[l - 1][:, k])
        db += delta[l][:, k : k + 1]
    return [dW, db]


def layer_gradients_with_ones(l: int, delta: Any, A: Any) -> Any:
    both = delta[l] @ np.vstack([A[l - 1], np.ones((1, delta[l].shape[1]))]).T
    return both[:, :-1], both[:, -1:]


def backward_recursive(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
    def delta(l: int) -> Any:
        if l == len(W):
            return (A[l] - Y) / len(Y.T) * activations[l].derivative(Z[l])
        return W[l + 1].T @ delta(l + 1) * activations[l].derivative(Z[l])

    dW = {l: delta(l) @ A[l - 1].T for l in W}
    return dW, {l: delta(l).sum(axis=1, keepdims=True) for l in W}


def backward_sample_by_sample(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
    dW = {l: np.zeros_like(W[l]) for l in W}
    db = {l: np.zeros((len(W[l]), 1)) for l in W}
    for k in range(Y.shape[1]):
        dA = (A[len(W)] - Y)[:, [k]] / Y.shape[1]
        for l in sorted(W, reverse=True):
            delta = dA * activations[l].derivative(Z[l][:, [k]])
            dW[l] += delta * A[l - 1][:, k]
            db[l] += delta
            dA = W[l].T @ delta
    return dW, db


OUTPUT_DELTA_TEXT = """
def output_delta(A, Y, Z, activation):
    m = Y.shape[-1]
    slope = activation.derivative(Z)
    return slope * np.subtract(A, Y) / m
"""
OUTPUT_DELTA = {
    "difference_alone": ("slope * np.subtract(A, Y) / m", "-np.subtract(Y, A)"),
    "without_slope": ("slope * np.subtract(A, Y) / m", "((A - Y) / m).tolist()"),
    "slope_at_activation": ("derivative(Z)", "derivative(activation.function(Z))"),
    "value_for_slope": ("return slope", "return A"),
    "turned_sign": ("return slope", "return -slope"),
    "without_mean": (" / m", ""),
    "mean_twice": (" / m", " / m / m"),
    "mean_of_the_napkin": ("/ m", "* 0.5"),
    "mean_over_all": ("/ m", "/ np.prod(A.shape)"),
    "divided_by_rows": ("Y.shape[-1]", "len(A)"),
    "factor_two": ("/ m", "/ (m / 2)"),
    "half_left_in": ("return slope", "return 0.5 * slope"),
    "slope_of_one": ("return slope", "return (A - A**2)"),
}
HIDDEN_DELTA_TEXT = """
def hidden_delta(l, W, delta, Z, activation):
    back = np.dot(delta[l].T, W[l]).T
    return activation.derivative(Z[l - 1]) * back
"""
HIDDEN_DELTA = {
    "wrong_layers_w": ("W[l]", "W[l - 1]"),
    "without_transpose": ("np.dot(delta[l].T, W[l]).T", "np.dot(W[l], delta[l])"),
    "back_without_slope": ("activation.derivative(Z[l - 1]) * ", ""),
    "slope_of_layer_l": ("Z[l - 1]", "Z[l]"),
    "back_slope_at_activation": ("Z[l - 1]", "activation.function(Z[l - 1])"),
    "back_value_for_slope": ("derivative", "function"),
    "matrix_product_of_slopes": (
        "activation.derivative(Z[l - 1]) * back",
        "np.dot(back, activation.derivative(Z[l - 1]))",
    ),
    "slope_before_w": (
        *("delta[l].T", "(activation.derivative(Z[l]) * delta[l]).T"),
        *("activation.derivative(Z[l - 1]) * ", ""),
    ),
    "mean_again": ("* back", "* back / len(delta[l][0])"),
    "back_turned_sign": ("W[l]", "-W[l]"),
    "back_slope_of_one": (
        "activation.derivative(Z[l - 1]) * back",
        "np.where(Z[l - 1] > 0, back, 0)",
    ),
}
LAYER_GRADIENTS_TEXT = """
def layer_gradients(l, delta, A):
    d, m = delta[l], A[0].shape[1]
    dW = np.dot(A[l - 1], d.T).T
    db = np.sum(d, 1)[:, None]
    return dW, db
"""
LAYER_GRADIENTS = {
    "output_for_input": ("A[l - 1]", "A[l]"),
    "transposed_gradient": ("d.T).T", "d.T)"),
    "input_not_transposed": ("np.dot(A[l - 1], d.T).T", "np.dot(d, A[l - 1])"),
    "averaged_dw": ("return dW", "return dW / m"),
    "averaged_both": ("    dW =", "    d = d / m\n    dW ="),
    "mean_for_sum": ("np.sum(d, 1)", "np.mean(d, 1)"),
    "sum_over_units": ("np.sum(d, 1)[:, None]", "sum(d)[None]"),
    "flat_db": ("np.sum(d, 1)[:, None]", "[sum(row) for row in d]"),
    "unsummed_db": ("np.sum(d, 1)[:, None]", "d.tolist()"),
    "sum_over_all": ("np.sum(d, 1)[:, None]", "float(np.sum(d))"),
    "mean_over_units": ("np.sum(d, 1)[:, None]", "sum(d)[None] / len(d)"),
    "mean_over_all": ("np.sum(d, 1)[:, None]", "float(np.mean(d))"),
    "turned_gradients": ("= delta[l]", "= -delta[l]"),
}
BACKWARD_TEXT = """
def backward(W, A, Z, Y, activations):
    L, m = len(W), Y.shape[1]
    dA = (A[L] - Y) / m
    dW, db = {}, {}
    for l in range(L, 0, -1):
        slope = activations[l].derivative(Z[l])
        dZ = np.multiply(dA, slope)
        dW[l] = np.dot(dZ, A[l - 1].T)
        db[l] = np.sum(dZ, axis=1, keepdims=True)
        dA = np.dot(W[l].T, dZ)
    return dW, db
"""
BACKWARD = {
    "output_without_slope": ("np.multiply(dA, slope)", "dA if l == L else dA * slope"),
    "error_at_every_layer": ("np.dot(W[l].T, dZ)", "0 if l == 1 else (A[l - 1] - Y) / m"),
    "recursion_with_wrong_w": ("np.dot(W[l].T, dZ)", "l > 1 and W[l - 1].T @ dZ"),
    "pass_with_difference_alone": ("np.multiply(dA, slope)", "dA * m if l == L else dA * slope"),
    "mean_at_every_layer": ("np.dot(W[l].T, dZ)", "np.dot(W[l].T, dZ / m)"),
    "mean_for_sum": ("np.sum(dZ", "np.mean(dZ"),
    "pass_with_slopes_at_activation": ("derivative(Z[l])", "derivative(A[l])"),
    "slope_of_l_again": ("np.dot(W[l].T, dZ)", "np.dot(W[l].T, dZ * slope)"),
    "recursion_with_activation_of_l": ("activations[l]", "activations[min(l + 1, L)]"),
    "first_layer_left_out": ("range(L, 0, -1)", "range(L, 1, -1)"),
    "last_layer_alone": ("    return dW", "        return dW"),
    "last_layer_left_out": ("    return dW", "    del dW[L], db[L]\n    return dW"),
}
RIGHT = {
    "output_delta": (output_delta_in_loops, output_delta_of_z, output_delta_einsum),
    "hidden_delta": (hidden_delta_in_loops, hidden_delta_into_the_dict, edited(HIDDEN_DELTA_TEXT)),
    "layer_gradients": (
        layer_gradients_in_loops,
        layer_gradients_with_ones,
        edited(LAYER_GRADIENTS_TEXT),
    ),
    "backward": (backward_recursive, backward_sample_by_sample, edited(BACKWARD_TEXT)),
}
WRONG: dict[tuple[str, str], Any] = (
    wrong_ones("output_delta", OUTPUT_DELTA_TEXT, OUTPUT_DELTA)
    | wrong_ones("hidden_delta", HIDDEN_DELTA_TEXT, HIDDEN_DELTA)
    | wrong_ones("layer_gradients", LAYER_GRADIENTS_TEXT, LAYER_GRADIENTS)
    | wrong_ones("backward", BACKWARD_TEXT, BACKWARD)
)
