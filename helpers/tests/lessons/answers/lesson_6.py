"""RIGHT: exercise → correct answers in several styles. WRONG: (exercise, mistake) → another way."""

from typing import Any

import numpy as np

from helpers.tests.lessons.answers import all_written, edited, wrong_ones


def one_hot_by_entry(classes: Any, k: Any) -> Any:
    Y = np.zeros((k, len(classes)))
    for j, c in enumerate(classes):
        Y[c, j] = 1
    return Y


def one_hot_by_places(classes: Any, k: Any) -> Any:
    Y = np.zeros((k, classes.size), dtype=int)
    Y[classes, np.arange(classes.size)] = 1
    return Y


def one_hot_by_comparing(classes: Any, k: Any) -> Any:
    return np.arange(k)[:, None] == classes


def one_hot_as_lists(classes: Any, k: Any) -> Any:
    return [[float(c == i) for c in classes] for i in range(k)]


def softmax_by_column(Z: Any) -> Any:
    columns = [np.exp(z - max(z)) for z in Z.T]
    return np.stack([powers / sum(powers) for powers in columns], axis=1)


def softmax_by_logarithms(Z: Any) -> Any:
    Z = Z - np.max(Z, axis=0, keepdims=True)
    return np.exp(Z - np.log(np.exp(Z).sum(axis=0)))


def softmax_by_differences(Z: Any) -> Any:
    with np.errstate(over="ignore"):
        return 1 / np.exp(Z[None] - Z[:, None]).sum(axis=1)


def delta_by_jacobians(A: Any, Y: Any) -> Any:
    n, m = A.shape
    columns = [(np.diag(a) - np.outer(a, a)) @ (-y / a) / m for a, y in zip(A.T, Y.T, strict=True)]
    return np.reshape(columns, (m, n)).T


def delta_of_the_right_class(A: Any, Y: Any) -> Any:
    delta = A.copy()
    delta[Y.argmax(axis=0), np.arange(A.shape[1])] -= 1
    return delta / len(A.T)


def delta_in_single_precision(A: Any, Y: Any) -> Any:
    return np.subtract(A, Y, dtype=np.float32) / np.float32(Y.shape[-1])


BACKWARD_TEXT = """
def digits_backward(W, A, Z, Y, activations):
    L, m, dW, db = max(W), Y.shape[1], {}, {}
    dZ = (A[L] - Y) / m
    for l in range(L, 0, -1):
        dW[l] = np.dot(dZ, A[l - 1].T)
        db[l] = np.sum(dZ, axis=1, keepdims=True)
        back = np.dot(W[l].T, dZ)
        dZ = back * activations[l - 1].derivative(Z[l - 1]) if l > 1 else None
    return dW, db
"""


def backward_by_recursion(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
    def delta(l: int) -> Any:
        if l == len(W):
            return (A[l] - Y) / len(Y.T)
        return W[l + 1].T @ delta(l + 1) * activations[l].derivative(Z[l])

    dW = {l: delta(l) @ A[l - 1].T for l in W}
    return dW, {l: delta(l).sum(axis=1, keepdims=True) for l in W}


def backward_as_lesson_3_loops(W: Any, A: Any, Z: Any, Y: Any, activations: Any) -> Any:
    dW, db, dA = {}, {}, A[len(W)] - Y
    for l in range(len(W), 0, -1):
        slope = 1 / Y.shape[1] if l == len(W) else activations[l].derivative(Z[l])
        delta = dA * slope
        dW[l], db[l] = delta @ A[l - 1].T, delta.sum(axis=1)[:, None]
        dA = W[l].T @ delta
    return dW, db


ONE_HOT_TEXT = """
def one_hot(classes, k):
    Y = np.zeros((k, len(classes)))
    for j in range(len(classes)):
        Y[classes[j], j] = 1
    return Y
"""
ONE_HOT = {
    "samples_in_rows": ("return Y", "return Y.T"),
    "classes_that_occur": ("np.zeros((k,", "np.zeros((max(classes) + 1,"),
    "numbers_alone": ("return Y", "return [[float(c) for c in classes]]"),
    "numbers_in_place": ("= 1", "= classes[j]"),
    "next_row": ("[classes[j], j]", "[(classes[j] + 1) % k, j]"),
    "upside_down": ("return Y", "return Y[::-1]"),
    "turned_over": ("np.zeros", "np.ones", "= 1", "= 0"),
    "minus_one": ("np.zeros", "-np.ones"),
    "by_place": ("[classes[j], j]", "[j % k, j]"),
    "row_by_row": ("[classes[j], j]", "[classes[j]]"),
    "one_row_more": ("(k,", "(k + 1,"),
}
SOFTMAX_TEXT = """
def softmax(Z):
    with np.errstate(all="ignore"):
        powers = np.exp(np.subtract(Z, np.max(Z, axis=0)))
        total = np.sum(powers, axis=0)
        return np.divide(powers, total)
"""
SHIFTED = "np.subtract(Z, np.max(Z, axis=0))"
SOFTMAX = {
    "overflow": (SHIFTED, "Z"),
    "largest_of_all": ("np.max(Z, axis=0)", "np.max(Z)"),
    "another_shift": ("np.max(Z, axis=0)", "np.median(Z, axis=0)"),
    "largest_in_size": ("np.max(Z, axis=0)", "np.max(abs(Z), axis=0)"),
    "cut_off": (SHIFTED, "np.minimum(np.maximum(Z, -600), 600)"),
    "across": ("np.sum(powers, axis=0)", "np.sum(powers, axis=1)[:, None]"),
    "over_everything": ("np.sum(powers, axis=0)", "np.sum(powers)"),
    "powers_alone": ("np.sum(powers, axis=0)", "1"),
    "averaged": ("np.sum(", "np.mean("),
    "turned_sign": (SHIFTED, "np.subtract(np.min(Z, axis=0), Z)"),
    "power_of_two": ("np.exp(", "np.exp2("),
    "largest_divided": (SHIFTED, "np.divide(Z, np.max(Z, axis=0))"),
    "shifted_apart": ("np.max(Z, axis=0)", "np.max(Z, axis=1)[:, None]"),
    "half_shifted": ("np.sum(powers, axis=0)", "sum(np.exp(Z))"),
}
SOFTMAX_BODIES = {
    "sigmoids": "(1 + np.tanh(Z / 2)) / 2",
    "without_powers": "Z / np.sum(Z, axis=0, keepdims=True)",
    "hard": "np.eye(len(Z))[:, Z.argmax(axis=0)]",
    "logarithm": "Z - Z.max(axis=0) - np.log(np.sum(np.exp(Z - Z.max(axis=0)), axis=0))",
}
DELTA = {
    "without_mean": "np.subtract(A, Y)",
    "only_y_divided": "A - Y / len(A.T)",
    "turned_sign": "-(A - Y) / len(A.T)",
    "with_slope": "(A - Y) * (A - A**2) / len(A.T)",
    "shortcut": "np.where(Y == 1, A - 1, 0) / len(A.T)",
    "loss_alone": "np.where(Y == 1, -1 / A, 0) / len(A.T)",
    "of_sigmoids": "((1 - Y) / (1 - A) - Y / A) / len(A.T)",
    "squared_difference": "np.square(A - Y) / len(A.T)",
    "the_loss_itself": "-np.log(A[Y == 1]).mean()",
    "softmax_again": "(np.exp(A) / sum(np.exp(A)) - Y) / len(A.T)",
}
BACKWARD = {
    "old_line": ("(A[L] - Y) / m", "(A[L] - Y) / m * activations[L].derivative(Z[L])"),
    "before_the_softmax": ("(A[L] - Y)", "(Z[L] - Y)"),
    "delta_everywhere": (" * activations[l - 1].derivative(Z[l - 1]) if l > 1 else None", ""),
    "first_pair_everywhere": ("activations[l - 1]", "activations[1]"),
    "mean_again": ("A[l - 1].T)", "A[l - 1].T) / m", "keepdims=True)", "keepdims=True) / m"),
}
RIGHT = {
    "one_hot": (one_hot_by_entry, one_hot_by_places, one_hot_by_comparing, one_hot_as_lists),
    "softmax": (softmax_by_column, softmax_by_logarithms, softmax_by_differences),
    "softmax_delta": (delta_by_jacobians, delta_of_the_right_class, delta_in_single_precision),
    "digits_backward": (
        backward_by_recursion,
        backward_as_lesson_3_loops,
        edited(BACKWARD_TEXT),
    ),
}
WRONG = {
    **wrong_ones("one_hot", ONE_HOT_TEXT, ONE_HOT),
    **wrong_ones("softmax", SOFTMAX_TEXT, SOFTMAX),
    **all_written("softmax", SOFTMAX_BODIES),
    **all_written("softmax_delta", DELTA),
    **wrong_ones("digits_backward", BACKWARD_TEXT, BACKWARD),
}
