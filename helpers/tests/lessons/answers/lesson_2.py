"""Answers to the exercises of lesson 2."""

from typing import Any

import numpy as np

from helpers.tests.lessons.answers import Answer, all_written, written, wrong_ones

SHAPES_OF_ARRAYS = """
W, b = np.zeros((n_out, n_in)), np.zeros((n_out, 1))
return W.shape, b.shape, (W @ np.zeros((n_in, m)) + b).shape
"""
ARRAYS_FOR_SHAPES = """
W, b, A_prev = np.ones((n_out, n_in)), np.ones((n_out, 1)), np.ones((n_in, m))
return W, b, W @ A_prev + b
"""
FORWARD = """
Z = np.dot(W, A_prev) + b
A = activation.function(Z)
return [A, dict(A_prev=A_prev, Z=Z)]
"""
FORWARD_IN_ROWS = """
Z = (A_prev.T @ W.T + b.T).T
A = activation.function(Z)
return [A, {"A_prev": A_prev.tolist(), "Z": Z.tolist(), "A": A}]
"""
FORWARD_EINSUM = """
Z = np.einsum("ij,jk->ik", W, A_prev).astype(np.float32)
Z += b
return activation.function(Z), dict(A_prev=A_prev, Z=Z)
"""
FORWARD_WITH_ONES = """
Z = np.hstack([W, b]) @ np.vstack([A_prev, np.ones(A_prev.shape[1])])
A = activation.function(Z.copy())
return A, {"A_prev": A_prev.copy(), "Z": Z}
"""
HE_IN_SINGLE_PRECISION = """
_, n_in = draws.shape
return np.float32(np.sqrt(2)) * draws.astype(np.float32) * np.float32(n_in**-0.5)
"""


def forward_in_loops(W: Any, b: Any, A_prev: Any, activation: Any) -> Any:
    Z = np.zeros((len(W), A_prev.shape[1]))
    for i in range(len(W)):
        for k in range(A_prev.shape[1]):
            Z[i, k] = b[i, 0] + sum(w * a for w, a in zip(W[i], A_prev[:, k], strict=True))
    return activation.function(Z), {"Z": Z, "A_prev": A_prev}


RIGHT: dict[str, tuple[Answer, ...]] = {
    "layer_shapes": (
        written("layer_shapes", "[[n_out, n_in], [n_out, 1], [n_out, m]]"),
        written("layer_shapes", SHAPES_OF_ARRAYS),
        written("layer_shapes", "tuple(np.array([[n_out, n_in], [n_out, 1], [n_out, m]]))"),
        written("layer_shapes", ARRAYS_FOR_SHAPES),
    ),
    "layer_forward": (
        forward_in_loops,
        written("layer_forward", FORWARD),
        written("layer_forward", FORWARD_IN_ROWS),
        written("layer_forward", FORWARD_EINSUM),
        written("layer_forward", FORWARD_WITH_ONES),
    ),
    "he_weights": (
        written("he_weights", "[[w * (2 / len(row)) ** 0.5 for w in row] for row in draws]"),
        written("he_weights", "np.einsum('ij,->ij', draws, np.sqrt(2 / len(draws[0])))"),
        written("he_weights", HE_IN_SINGLE_PRECISION),
    ),
}
WRONG = all_written(
    "layer_shapes",
    {
        "samples_in_rows": "(n_in, n_out), (n_out,), (np.ones((m, 1)) @ np.ones((1, n_out))).shape",
        "z_in_rows": "(n_out, n_in), np.zeros((n_out, 1)).shape, np.zeros((n_out, m)).T.shape",
        "units_of_the_input": "[n_in, n_out], [n_in, 1], [n_in, m]",
        "one_sample": "[(n_out, n_in), *[(n_out, 1)] * 2]",
        "turned_weights": "np.zeros((n_out, n_in)).T.shape, [n_out, 1], [n_out, m]",
        "weights_for_each_sample": "[n_out, m], [n_out, 1], [n_out, m]",
        "flat_bias": "(n_out, n_in), n_out, (n_out, m)",
        "row_bias": "[n_out, n_in], np.zeros((n_out, 1)).T.shape, [n_out, m]",
        "bias_for_each_sample": "[n_out, n_in], *[[n_out, m]] * 2",
        "bias_of_the_input": "[[n_out, n_in], [n_in, 1], [n_out, m]]",
        "one_bias": "[[n_out, n_in], [1, 1], [n_out, m]]",
    },
)
WRONG |= all_written(
    "he_weights",
    {
        "variance_for_spread": "draws / (len(draws.T) / 2)",
        "number_of_units": "draws * (2 / len(draws)) ** 0.5",
        "without_two": "draws * draws.shape[1] ** -0.5",
        "upside_down": "draws / np.sqrt(2 / draws.shape[1])",
        "root_of_half": "draws / np.sqrt(draws.shape[1]) * 2",
        "both_sizes": "draws / np.sqrt(np.mean(draws.shape))",
        "root_of_two": "draws / (len(draws.T) / np.sqrt(2))",
        "own_draws": "np.random.default_rng(1).normal(size=draws.shape)",
        "unscaled": "draws.tolist()",
        "one_hundredth": "draws / 100",
        "zeros": "[[0 for _ in row] for row in draws]",
    },
)
WRONG |= wrong_ones(
    "layer_forward",
    FORWARD,
    {
        "without_bias": (" + b", ""),
        "without_activation": ("activation.function(Z)", "Z"),
        "slope_for_value": ("function", "derivative"),
        "always_the_same": ("activation.function(Z)", "Z.clip(0)"),
        "cache_of_values": ("A = ", "A = Z[:] = "),
        "cache_of_output": ("A = ", "A = A_prev = "),
        "cache_without_bias": (" + b", "", "(Z)", "(Z + b)"),
        "bias_after": (" + b", "", "(Z)", "(Z) + b"),
        "activation_first": (
            "activation.function(Z)",
            "Z",
            "A_prev)",
            "activation.function(A_prev))",
        ),
        "bias_as_row": ("+ b", "+ b.ravel()"),
        "transposed_weights": ("W,", "W.T,"),
        "factors_swapped": ("W, A_prev", "A_prev, W"),
        "samples_turned": ("np.dot(W, A_prev) + b", "A_prev.T @ W.T + b.T"),
    },
)
