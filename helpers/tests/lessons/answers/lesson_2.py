"""RIGHT: exercise → correct answers in several styles. WRONG: (exercise, mistake) → another way."""

from typing import Any

import numpy as np


def shapes_as_lists(n_in: int, n_out: int, m: int) -> Any:
    return [[n_out, n_in], [n_out, 1], [n_out, m]]


def shapes_of_arrays(n_in: int, n_out: int, m: int) -> Any:
    W, b = np.zeros((n_out, n_in)), np.zeros((n_out, 1))
    return W.shape, b.shape, (W @ np.zeros((n_in, m)) + b).shape


def shapes_as_rows_of_an_array(n_in: int, n_out: int, m: int) -> Any:
    return tuple(np.array([[n_out, n_in], [n_out, 1], [n_out, m]]))


def forward_in_loops(W: Any, b: Any, A_prev: Any, activation: Any) -> Any:
    Z = np.zeros((len(W), A_prev.shape[1]))
    for i in range(len(W)):
        for k in range(A_prev.shape[1]):
            Z[i, k] = b[i, 0] + sum(w * a for w, a in zip(W[i], A_prev[:, k], strict=True))
    return activation.function(Z), {"Z": Z, "A_prev": A_prev}


def forward_in_rows(W: Any, b: Any, A_prev: Any, activation: Any) -> Any:
    Z = (A_prev.T @ W.T + b.T).T
    A = activation.function(Z)
    return [A, {"A_prev": A_prev.tolist(), "Z": Z.tolist(), "A": A}]


def forward_einsum(W: Any, b: Any, A_prev: Any, activation: Any) -> Any:
    Z = np.einsum("ij,jk->ik", W, A_prev).astype(np.float32)
    Z += b
    return activation.function(Z), dict(A_prev=A_prev, Z=Z)


def forward_with_ones(W: Any, b: Any, A_prev: Any, activation: Any) -> Any:
    Z = np.hstack([W, b]) @ np.vstack([A_prev, np.ones(A_prev.shape[1])])
    A = activation.function(Z.copy(), out=np.empty_like(Z))
    return A, {"A_prev": A_prev.copy(), "Z": Z}


def he_in_loops(draws: Any) -> Any:
    return [[w * (2 / len(row)) ** 0.5 for w in row] for row in draws]


def he_in_place(draws: Any) -> Any:
    draws /= np.sqrt(draws.shape[1] / 2)
    return draws


def he_by_einsum(draws: Any) -> Any:
    return np.einsum("ij,->ij", draws, np.sqrt(2 / len(draws[0])))


def forward_that_wipes_its_input(W: Any, b: Any, A_prev: Any, activation: Any) -> Any:
    Z, kept = W @ A_prev + b, A_prev.copy()
    A_prev[:] = 0
    return activation.function(Z), {"A_prev": kept, "Z": Z}


def he_in_single_precision(draws: Any) -> Any:
    _, n_in = draws.shape
    return np.float32(np.sqrt(2)) * draws.astype(np.float32) * np.float32(n_in**-0.5)


def arrays_for_shapes(n_in: int, n_out: int, m: int) -> Any:
    W, b, A_prev = np.ones((n_out, n_in)), np.ones((n_out, 1)), np.ones((n_in, m))
    return W, b, W @ A_prev + b


RIGHT = {
    "layer_shapes": (
        shapes_as_lists,
        shapes_of_arrays,
        shapes_as_rows_of_an_array,
        arrays_for_shapes,
    ),
    "layer_forward": (forward_in_loops, forward_in_rows, forward_einsum, forward_with_ones),
    "he_weights": (he_in_loops, he_by_einsum, he_in_single_precision),
}
WRITING = {
    ("he_weights", "draws"): (he_in_place,),
    ("layer_forward", "A_prev"): (forward_that_wipes_its_input,),
}


def over_z(W: Any, b: Any, A_prev: Any, activation: Any) -> Any:
    Z = W @ A_prev + b
    cache = {"A_prev": A_prev, "Z": Z}
    return activation.function(Z, out=Z), cache


def over_a_prev(W: Any, b: Any, A_prev: Any, activation: Any) -> Any:
    Z = W @ A_prev + b
    A_prev = activation.function(Z)
    return A_prev, dict(A_prev=A_prev, Z=Z)


WRONG = {
    ("layer_shapes", "samples_in_rows"): lambda n_in, n_out, m: (
        np.zeros((n_in, n_out)).shape,
        (n_out,),
        (np.zeros((m, n_in)) @ np.zeros((n_in, n_out))).shape,
    ),
    ("layer_shapes", "z_in_rows"): lambda n_in, n_out, m: (
        np.zeros((n_out, n_in)).shape,
        np.zeros((n_out, 1)).shape,
        np.zeros((n_out, m)).T.shape,
    ),
    ("layer_shapes", "units_of_the_input"): lambda n_in, n_out, m: (
        [n_in, n_out],
        [n_in, 1],
        [n_in, m],
    ),
    ("layer_shapes", "one_sample"): lambda n_in, n_out, m: [(n_out, n_in), *[(n_out, 1)] * 2],
    ("layer_shapes", "turned_weights"): lambda n_in, n_out, m: (
        np.zeros((n_out, n_in)).T.shape,
        [n_out, 1],
        [n_out, m],
    ),
    ("layer_shapes", "weights_for_each_sample"): lambda n_in, n_out, m: (
        [n_out, m],
        [n_out, 1],
        [n_out, m],
    ),
    ("layer_shapes", "flat_bias"): lambda n_in, n_out, m: ((n_out, n_in), n_out, (n_out, m)),
    ("layer_shapes", "row_bias"): lambda n_in, n_out, m: (
        [n_out, n_in],
        np.zeros((n_out, 1)).T.shape,
        [n_out, m],
    ),
    ("layer_shapes", "bias_for_each_sample"): lambda n_in, n_out, m: (
        [n_out, n_in],
        *[[n_out, m]] * 2,
    ),
    ("layer_shapes", "bias_of_the_input"): lambda n_in, n_out, m: [
        [n_out, n_in],
        [n_in, 1],
        [n_out, m],
    ],
    ("layer_shapes", "one_bias"): lambda n_in, n_out, m: [[n_out, n_in], [1, 1], [n_out, m]],
    ("layer_forward", "without_bias"): lambda W, b, A_prev, activation: (
        activation.function(np.dot(W, A_prev)),
        {"Z": np.dot(W, A_prev), "A_prev": A_prev},
    ),
    ("layer_forward", "without_activation"): lambda W, b, A_prev, activation: (
        b + np.dot(W, A_prev),
        {"Z": b + np.dot(W, A_prev), "A_prev": A_prev},
    ),
    ("layer_forward", "slope_for_value"): lambda W, b, A_prev, activation: (
        activation.derivative(b + np.dot(W, A_prev)),
        {"Z": b + np.dot(W, A_prev), "A_prev": A_prev},
    ),
    ("layer_forward", "always_relu"): lambda W, b, A_prev, activation: (
        (b + np.dot(W, A_prev)).clip(0),
        {"Z": b + np.dot(W, A_prev), "A_prev": A_prev},
    ),
    ("layer_forward", "cache_of_values"): over_z,
    ("layer_forward", "cache_of_output"): over_a_prev,
    ("layer_forward", "cache_without_bias"): lambda W, b, A_prev, activation: (
        activation.function(np.dot(W, A_prev) + b),
        dict(Z=np.dot(W, A_prev), A_prev=A_prev),
    ),
    ("layer_forward", "bias_after"): lambda W, b, A_prev, activation: (
        b + activation.function(np.dot(W, A_prev)),
        {"Z": np.dot(W, A_prev), "A_prev": A_prev},
    ),
    ("layer_forward", "activation_first"): lambda W, b, A_prev, activation: (
        b + np.dot(W, activation.function(A_prev)),
        {"Z": b + np.dot(W, activation.function(A_prev)), "A_prev": A_prev},
    ),
    ("layer_forward", "bias_as_row"): lambda W, b, A_prev, activation: (
        activation.function(np.dot(W, A_prev) + b.ravel()),
        {"Z": np.dot(W, A_prev) + b.ravel(), "A_prev": A_prev},
    ),
    ("layer_forward", "transposed_weights"): lambda W, b, A_prev, activation: (
        activation.function(np.dot(W.T, A_prev) + b),
        {"Z": np.dot(W.T, A_prev) + b, "A_prev": A_prev},
    ),
    ("layer_forward", "factors_swapped"): lambda W, b, A_prev, activation: (
        activation.function(np.dot(A_prev, W) + b),
        {"Z": np.dot(A_prev, W) + b, "A_prev": A_prev},
    ),
    ("layer_forward", "samples_turned"): lambda W, b, A_prev, activation: (
        activation.function(A_prev.T @ W.T + b.T),
        {"Z": A_prev.T @ W.T + b.T, "A_prev": A_prev},
    ),
    ("he_weights", "variance_for_spread"): lambda draws: draws / (len(draws.T) / 2),
    ("he_weights", "number_of_units"): lambda draws: draws * (2 / len(draws)) ** 0.5,
    ("he_weights", "without_two"): lambda draws: draws * draws.shape[1] ** -0.5,
    ("he_weights", "upside_down"): lambda draws: draws / np.sqrt(2 / draws.shape[1]),
    ("he_weights", "root_of_half"): lambda draws: draws / np.sqrt(draws.shape[1]) * 2,
    ("he_weights", "both_sizes"): lambda draws: draws / np.sqrt(np.mean(draws.shape)),
    ("he_weights", "root_of_two"): lambda draws: draws / (len(draws.T) / np.sqrt(2)),
    ("he_weights", "own_draws"): lambda draws: np.random.default_rng(1).normal(size=draws.shape),
    ("he_weights", "unscaled"): lambda draws: draws.tolist(),
    ("he_weights", "one_hundredth"): lambda draws: draws / 100,
    ("he_weights", "zeros"): lambda draws: [[0 for _ in row] for row in draws],
}
