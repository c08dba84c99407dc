"""RIGHT: exercise → correct answers in several styles. WRONG: (exercise, mistake) → another way."""

from typing import Any

import numpy as np


def output_delta_in_loops(A: Any, Y: Any, Z: Any, activation: Any) -> Any:
    n, m = A.shape
    delta = np.zeros((n, m))
    for i in range(n):
        for k in range(m):
            delta[i, k] = (A[i, k] - Y[i, k]) * activation.derivative(Z[i : i + 1, k])[0] / m
    return delta


def output_delta_in_place(A: Any, Y: Any, Z: Any, activation: Any) -> Any:
    A -= Y
    A /= A.shape[1]
    A *= activation.derivative(Z)
    return A


def output_delta_of_z(A: Any, Y: Any, Z: Any, activation: Any) -> Any:
    error = np.divide(activation.function(Z) - Y, Z.shape[-1])
    return np.multiply(error, activation.derivative(Z, A))


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


def hidden_delta_einsum(l: int, W: Any, delta: Any, Z: Any, activation: Any) -> Any:
    slopes = activation.derivative(Z[l - 1])
    return np.einsum("ij,ik,jk->jk", W[l], delta[l], slopes)


def hidden_delta_into_the_dict(l: int, W: Any, delta: Any, Z: Any, activation: Any) -> Any:
    delta[l - 1] = np.dot(delta[l].T, W[l]).T
    delta[l - 1] *= activation.derivative(Z[l - 1])
    return delta[l - 1]


def hidden_delta_in_place(l: int, W: Any, delta: Any, Z: Any, activation: Any) -> Any:
    delta[l] = W[l].T @ delta[l] * activation.derivative(Z[l - 1])
    return delta[l]


def layer_gradients_in_loops(l: int, delta: Any, A: Any) -> Any:
    dW, db = np.zeros((len(delta[l]), len(A[l - 1]))), np.zeros((len(delta[l]), 1))
    for k in range(A[0].shape[1]):
        dW += np.outer(delta[l][:, k], A[l - 1][:, k])
        db += delta[l][:, k : k + 1]
    return [dW, db]


def layer_gradients_einsum(l: int, delta: Any, A: Any) -> Any:
    return np.einsum("ik,jk->ij", delta[l], A[l - 1]), np.einsum("ik->i", delta[l])[:, None]


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


def backward_einsum(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
    dW, db, L = {}, {}, max(W)
    error = np.subtract(A[L], Y) / np.shape(Y)[1]
    for l in reversed(range(1, L + 1)):
        error *= activations[l].derivative(Z[l])
        dW[l] = np.einsum("ik,jk->ij", error, A[l - 1])
        db[l] = np.einsum("ik->i", error).reshape(-1, 1)
        error = np.einsum("ij,ik->jk", W[l], error)
    return dW, db


def spoiled(line: str, wrong: str) -> Any:
    """The backward pass as many write it, one line of it exchanged."""
    lines = BACKWARD_TEXT.replace(line, wrong)
    assert lines != BACKWARD_TEXT
    names: dict[str, Any] = {"np": np}
    exec(lines, names)
    return names["backward"]


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
SPOILED = {
    "output_without_slope": ("np.multiply(dA, slope)", "dA if l == L else dA * slope"),
    "recursion_without_slope": ("np.multiply(dA, slope)", "dA * slope if l == L else dA"),
    "error_at_every_layer": ("np.dot(W[l].T, dZ)", "0 if l == 1 else (A[l - 1] - Y) / m"),
    "recursion_with_wrong_w": ("np.dot(W[l].T, dZ)", "l > 1 and W[l - 1].T @ dZ"),
    "recursion_without_transpose": ("np.dot(W[l].T, dZ)", "l > 1 and np.dot(W[l], dZ)"),
    "pass_without_mean": ("(A[L] - Y) / m", "-(Y - A[L])"),
    "pass_with_mean_of_the_napkin": ("(A[L] - Y) / m", "(A[L] - Y) / 2"),
    "pass_with_difference_alone": ("np.multiply(dA, slope)", "dA * m if l == L else dA * slope"),
    "pass_with_mean_twice": ("(A[L] - Y) / m", "(A[L] - Y) / m / m"),
    "mean_at_every_layer": ("np.dot(W[l].T, dZ)", "np.dot(W[l].T, dZ / m)"),
    "pass_with_factor_two": ("(A[L] - Y) / m", "(A[L] - Y) / (m / 2)"),
    "pass_with_turned_sign": ("(A[L] - Y) / m", "(Y - A[L]) / m"),
    "pass_with_mean_db": ("np.sum(dZ", "np.mean(dZ"),
    "pass_with_unsummed_db": ("np.sum(dZ, axis=1, keepdims=True)", "1 * dZ"),
    "pass_with_flat_db": (", keepdims=True", ""),
    "pass_without_slopes": ("np.multiply(dA, slope)", "1 * dA"),
    "pass_with_slopes_at_activation": ("derivative(Z[l])", "derivative(A[l])"),
    "output_slope_at_activation": ("derivative(Z[l])", "derivative(A[l] if l == L else Z[l])"),
    "recursion_with_slope_at_activation": ("derivative(Z[l])", "derivative([A, Z][l == L][l])"),
    "recursion_with_activation_of_l": ("activations[l]", "activations[min(l + 1, L)]"),
    "pass_with_values_for_slopes": ("derivative", "function"),
    "pass_with_mean_dw": ("np.dot(dZ, A[l - 1].T)", "np.dot(dZ / m, A[l - 1].T)"),
    "pass_with_half": ("(A[L] - Y) / m", "0.5 * (A[L] - Y) / m"),
    "pass_with_mean_over_all": ("(A[L] - Y) / m", "(A[L] - Y) / Y.size"),
    "pass_divided_by_rows": ("Y.shape[1]", "len(Y)"),
    "pass_with_output_for_input": ("np.dot(dZ, A[l - 1].T)", "np.dot(dZ, A[l].T)"),
    "pass_with_transposed_dw": ("np.dot(dZ, A[l - 1].T)", "np.dot(dZ, A[l - 1].T).T"),
    "pass_with_db_over_units": ("axis=1", "axis=0"),
    "pass_with_one_db": ("np.sum(dZ, axis=1, keepdims=True)", "np.sum(dZ)"),
    "first_layer_left_out": ("range(L, 0, -1)", "range(L, 1, -1)"),
    "last_layer_alone": ("    return dW", "        return dW"),
    "last_layer_left_out": ("    return dW", "    del dW[L], db[L]\n    return dW"),
}
OF_ANY_DEPTH = {"first_layer_left_out", "last_layer_alone", "last_layer_left_out"}


def backward_that_steps(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
    dW, db = backward_einsum(W, A, Z, Y, activations)
    for l in W:
        W[l] -= 0.5 * dW[l]
    return dW, db


def backward_with_slopes_over_z(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
    for l in Z:
        Z[l] = activations[l].derivative(Z[l])
    delta, dW, db = (A[len(W)] - Y) / Y.shape[1], {}, {}
    for l in range(len(W), 0, -1):
        delta = delta * Z[l]
        dW[l], db[l] = delta @ A[l - 1].T, delta.sum(axis=1, keepdims=True)
        delta = W[l].T @ delta
    return dW, db


WRITING = {
    ("output_delta", "A"): (output_delta_in_place,),
    ("hidden_delta", "delta"): (hidden_delta_in_place,),
    ("backward", "W"): (backward_that_steps,),
    ("backward_two_layers", "W"): (backward_that_steps,),
    ("backward", "Z"): (backward_with_slopes_over_z,),
}
RIGHT = {
    "output_delta": (output_delta_in_loops, output_delta_of_z, output_delta_einsum),
    "hidden_delta": (hidden_delta_in_loops, hidden_delta_einsum, hidden_delta_into_the_dict),
    "layer_gradients": (
        layer_gradients_in_loops,
        layer_gradients_einsum,
        layer_gradients_with_ones,
    ),
    "backward": (backward_recursive, backward_sample_by_sample, backward_einsum),
    "backward_two_layers": (backward_recursive, backward_sample_by_sample, backward_einsum),
}
WRONG: dict[tuple[str, str], Any] = {
    ("output_delta", "difference_alone"): lambda A, Y, Z, activation: -np.subtract(Y, A),
    ("output_delta", "without_slope"): lambda A, Y, Z, activation: [
        [(a - y) / len(row) for a, y in zip(row, labels, strict=True)]
        for row, labels in zip(A, Y, strict=True)
    ],
    ("output_delta", "slope_at_activation"): lambda A, Y, Z, activation: (
        activation.derivative(activation.function(Z)) * (A - Y) / len(Y[0])
    ),
    ("output_delta", "value_for_slope"): lambda A, Y, Z, activation: A * (A - Y) / Y.shape[-1],
    ("output_delta", "turned_sign"): lambda A, Y, Z, activation: (
        -activation.derivative(Z) * (A - Y) / Y.shape[-1]
    ),
    ("output_delta", "without_mean"): lambda A, Y, Z, activation: (
        activation.derivative(Z) * np.subtract(A, Y)
    ),
    ("output_delta", "mean_twice"): lambda A, Y, Z, activation: (
        activation.derivative(Z) / A.shape[1] * (A - Y) / A.shape[1]
    ),
    ("output_delta", "mean_of_the_napkin"): lambda A, Y, Z, activation: (
        0.5 * activation.derivative(Z) * (A - Y)
    ),
    ("output_delta", "mean_over_all"): lambda A, Y, Z, activation: (
        activation.derivative(Z) * (A - Y) / np.prod(A.shape)
    ),
    ("output_delta", "divided_by_rows"): lambda A, Y, Z, activation: (
        activation.derivative(Z) * (A - Y) / len(A)
    ),
    ("output_delta", "factor_two"): lambda A, Y, Z, activation: (
        activation.derivative(Z) * (A - Y) / (Y.shape[1] / 2)
    ),
    ("output_delta", "half_left_in"): lambda A, Y, Z, activation: (
        0.5 * activation.derivative(Z) * (A - Y) / Y.shape[1]
    ),
    ("output_delta", "slope_of_sigmoid"): lambda A, Y, Z, activation: (
        (A - A**2) * (A - Y) / Y.shape[1]
    ),
}
WRONG |= {
    ("hidden_delta", "wrong_layers_w"): lambda l, W, delta, Z, activation: (
        activation.derivative(Z[l - 1]) * np.dot(W[l - 1].T, delta[l])
    ),
    ("hidden_delta", "without_transpose"): lambda l, W, delta, Z, activation: (
        activation.derivative(Z[l - 1]) * np.dot(W[l], delta[l])
    ),
    ("hidden_delta", "back_without_slope"): lambda l, W, delta, Z, activation: (
        (delta[l].T @ W[l]).T
    ),
    ("hidden_delta", "slope_of_layer_l"): lambda l, W, delta, Z, activation: (
        activation.derivative(Z[l]) * (delta[l].T @ W[l]).T
    ),
    ("hidden_delta", "back_slope_at_activation"): lambda l, W, delta, Z, activation: (
        activation.derivative(activation.function(Z[l - 1])) * (delta[l].T @ W[l]).T
    ),
    ("hidden_delta", "back_value_for_slope"): lambda l, W, delta, Z, activation: (
        activation.function(Z[l - 1]) * (delta[l].T @ W[l]).T
    ),
    ("hidden_delta", "matrix_product_of_slopes"): lambda l, W, delta, Z, activation: np.dot(
        np.dot(W[l].T, delta[l]), activation.derivative(Z[l - 1])
    ),
    ("hidden_delta", "slope_before_w"): lambda l, W, delta, Z, activation: (
        ((activation.derivative(Z[l]) * delta[l]).T @ W[l]).T
    ),
    ("hidden_delta", "mean_again"): lambda l, W, delta, Z, activation: (
        activation.derivative(Z[l - 1]) * (delta[l].T @ W[l]).T / len(delta[l][0])
    ),
    ("hidden_delta", "back_turned_sign"): lambda l, W, delta, Z, activation: (
        activation.derivative(Z[l - 1]) * (W[l].T @ -delta[l])
    ),
    ("hidden_delta", "back_slope_of_relu"): lambda l, W, delta, Z, activation: np.where(
        Z[l - 1] > 0, (delta[l].T @ W[l]).T, 0
    ),
    ("layer_gradients", "output_for_input"): lambda l, delta, A: (
        (A[l] @ delta[l].T).T,
        delta[l].sum(1)[:, None],
    ),
    ("layer_gradients", "transposed_gradient"): lambda l, delta, A: (
        np.einsum("jk,ik->ji", A[l - 1], delta[l]),
        delta[l].sum(1)[:, None],
    ),
    ("layer_gradients", "input_not_transposed"): lambda l, delta, A: (
        np.dot(delta[l], A[l - 1]),
        delta[l].sum(1)[:, None],
    ),
    ("layer_gradients", "averaged_dw"): lambda l, delta, A: (
        np.einsum("ik,jk->ij", delta[l], A[l - 1]) / len(A[0].T),
        delta[l].sum(1)[:, None],
    ),
    ("layer_gradients", "averaged_both"): lambda l, delta, A: (
        (delta[l] / len(A[0].T)) @ A[l - 1].T,
        (delta[l] / len(A[0].T)).sum(1)[:, None],
    ),
    ("layer_gradients", "mean_for_sum"): lambda l, delta, A: (
        (A[l - 1] @ delta[l].T).T,
        delta[l].sum(1)[:, None] / len(A[0].T),
    ),
    ("layer_gradients", "sum_over_units"): lambda l, delta, A: (
        (A[l - 1] @ delta[l].T).T,
        sum(delta[l])[None],
    ),
    ("layer_gradients", "flat_db"): lambda l, delta, A: (
        (A[l - 1] @ delta[l].T).T,
        [sum(row) for row in delta[l]],
    ),
    ("layer_gradients", "unsummed_db"): lambda l, delta, A: (
        (A[l - 1] @ delta[l].T).T,
        delta[l].tolist(),
    ),
    ("layer_gradients", "sum_over_all"): lambda l, delta, A: (
        (A[l - 1] @ delta[l].T).T,
        float(np.sum(delta[l])),
    ),
    ("layer_gradients", "turned_gradients"): lambda l, delta, A: (
        -(A[l - 1] @ delta[l].T).T,
        -np.sum(delta[l], 1)[:, None],
    ),
}
for mistake, lines in SPOILED.items():
    WRONG[("backward", mistake)] = spoiled(*lines)
    if mistake not in OF_ANY_DEPTH:
        WRONG[("backward_two_layers", mistake)] = spoiled(*lines)
