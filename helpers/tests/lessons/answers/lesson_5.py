"""RIGHT: exercise → correct answers in several styles. WRONG: (exercise, mistake) → another way."""

from typing import Any

import numpy as np

from helpers.tests.lessons.answers import edited, wrong_ones


def update_in_place(theta: Any, gradient: Any, learning_rate: Any) -> Any:
    theta -= learning_rate * gradient


def update_by_entry(theta: Any, gradient: Any, learning_rate: Any) -> Any:
    for i in range(len(theta)):
        theta[i] = theta[i] - learning_rate * gradient[i]
    return theta


def update_as_a_list(theta: Any, gradient: Any, learning_rate: Any) -> Any:
    return [t - learning_rate * g for t, g in zip(theta, gradient, strict=True)]


def epoch_of_two_lists(network: Any, X: Any, Y: Any, order: Any, size: Any, rate: Any) -> Any:
    X, Y = X[:, order], Y[:, order]
    for start in range(0, X.shape[1], size):
        part = slice(start, start + size)
        caches = network.forward(X[:, part])[1]
        network.update(network.backward(caches, Y[:, part]), rate)
    return network


def epoch_while_some_are_left(
    network: Any, X: Any, Y: Any, order: Any, size: Any, rate: Any
) -> Any:
    left = list(order)
    while left:
        batch, left = left[:size], left[size:]
        _, caches = network.forward(X.T[batch].T)
        network.theta[:] -= rate * network.backward(caches, Y.T[batch].T).vector


def epoch_by_layer(network: Any, X: Any, Y: Any, order: Any, size: Any, rate: Any) -> Any:
    for batch in np.split(order, range(size, len(order), size)):
        gradient = network.backward(network.forward(X[:, batch])[1], Y[:, batch])
        for l in network.W:
            network.W[l][:] -= rate * gradient.dW[l]
            network.b[l][:] -= rate * gradient.db[l]


UPDATE_TEXT = """
def update(theta, gradient, learning_rate):
    step = np.multiply(gradient, learning_rate)
    return np.subtract(theta, step)
"""
UPDATE = {
    "nothing_done": ("np.subtract(theta, step)", "theta.copy()"),
    "uphill": ("step)", "-1 * step)"),
    "without_rate": ("step)", "gradient).tolist()"),
    "rate_alone": ("np.subtract(theta, step)", "[value - learning_rate for value in theta]"),
    "divided_by_rate": (
        "np.subtract(theta, step)",
        "(learning_rate * theta - gradient) / learning_rate",
    ),
    "step_alone": ("np.subtract(theta, step)", "list(step)"),
    "gradient_alone": ("np.subtract(theta, step)", "step / learning_rate"),
    "change_alone": ("return", "return -theta +"),
    "sign_alone": ("step)", "step / abs(gradient))"),
    "unit_length": ("step)", "step / np.sqrt(gradient @ gradient))"),
    "rate_times_all": ("np.subtract(theta, step)", "learning_rate * theta - step"),
    "step_twice": ("return", "theta -= step\n    return"),
}
EPOCH_TEXT = """
def one_epoch(network, X, Y, order, size, rate):
    start, n, total = 0, len(order), 0
    while start < n:
        batch = order[start : start + size]
        gradient = network.backward(network.forward(X[:, batch])[1], Y[:, batch])
        network.update(gradient, rate)
        start += size
"""
SUMMED = ("network.update(gradient, rate)", "total = total + gradient.vector")
ONE_EPOCH = {
    "never_updated": ("    start, n", "    network = network.copy()\n    start, n"),
    "first_alone": ("start += size", "return"),
    "one_too_many": ("start + size", "start + size + 1"),
    "two_steps": ("start += size", "start += size\n        network.update(gradient, rate)"),
    "last_dropped": ("start < n", "start + size <= n"),
    "last_missing": ("start < n", "start + size < n"),
    "last_alone": (
        *("        network.update", "        start += size\n    network.update"),
        *("rate)\n        start += size", "rate)"),
    ),
    "rows_taken": ("X[:, batch]", "X[batch, :]", "Y[:, batch]", "Y[batch, :]"),
    "order_ignored": ("order[start", "range(n)[start"),
    "labels_unordered": ("Y[:, batch]", "Y[:, start : start + size]"),
    "samples_unordered": ("X[:, batch]", "X[:, start : start + size]"),
    "first_again": ("start : start + size", "0:size"),
    "all_again": ("[start : start + size]", ""),
    "all_at_once": ("[start : start + size]", "", "start += size", "break"),
    "one_by_one": ("start + size", "start + 1", "+= size", "+= 1"),
    "overlapping": ("+= size", "+= 1"),
    "spread_evenly": (
        *("total = 0, len(order), 0", "some = 0, len(order), -(-len(order) // size)"),
        *("while start < n", "for i in range(some)"),
        *("size]", "n // some + (i < n % some)]", "+= size", "+= len(batch)"),
    ),
    "gradients_first": (*SUMMED, "+= size", "+= size\n    network.theta[:] -= rate * total"),
    "gradients_averaged": (
        *SUMMED,
        *("+= size", "+= size\n    network.theta[:] -= rate * total / -(-n // size)"),
    ),
    "divided_again": (", rate)\n", ", rate / batch.size)\n"),
    "divided_by_batch_size": (", rate)\n", ", rate / size)\n"),
    "divided_by_samples": (", rate)\n", ", rate / X.shape[1])\n"),
    "epoch_uphill": (
        "network.update(gradient, rate)",
        "network.theta[:] += rate * gradient.vector",
    ),
}
RIGHT = {
    "update": (update_in_place, update_by_entry, update_as_a_list, edited(UPDATE_TEXT)),
    "one_epoch": (
        epoch_of_two_lists,
        epoch_while_some_are_left,
        epoch_by_layer,
        edited(EPOCH_TEXT),
    ),
}
WRONG = wrong_ones("update", UPDATE_TEXT, UPDATE) | wrong_ones("one_epoch", EPOCH_TEXT, ONE_EPOCH)
