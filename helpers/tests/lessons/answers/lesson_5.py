"""RIGHT: exercise → correct answers in several styles. WRONG: (exercise, mistake) → another way."""

from typing import Any

import numpy as np


def update_in_place(theta: Any, gradient: Any, learning_rate: Any) -> Any:
    theta -= learning_rate * gradient


def update_by_entry(theta: Any, gradient: Any, learning_rate: Any) -> Any:
    for i in range(len(theta)):
        theta[i] = theta[i] - learning_rate * gradient[i]
    return theta


def update_as_a_list(theta: Any, gradient: Any, learning_rate: Any) -> Any:
    return [t - learning_rate * g for t, g in zip(theta, gradient, strict=True)]


def update_over_the_gradient(theta: Any, gradient: Any, learning_rate: Any) -> Any:
    gradient *= -learning_rate
    gradient += theta
    return gradient.astype(np.float32)


def epoch_of_two_lists(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    X, Y = X[:, order], Y[:, order]
    for start in range(0, X.shape[1], batch_size):
        part = slice(start, start + batch_size)
        caches = network.forward(X[:, part])[1]
        network.update(network.backward(caches, Y[:, part]), learning_rate)
    return network


def epoch_while_some_are_left(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    left = list(order)
    while left:
        batch, left = left[:batch_size], left[batch_size:]
        _, caches = network.forward(X.T[batch].T)
        network.theta[:] -= learning_rate * network.backward(caches, Y.T[batch].T).vector


def epoch_by_layer(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    for batch in np.split(order, range(batch_size, len(order), batch_size)):
        gradient = network.backward(network.forward(X[:, batch])[1], Y[:, batch])
        for l in network.W:
            network.W[l][:] -= learning_rate * gradient.dW[l]
            network.b[l][:] -= learning_rate * gradient.db[l]


def epoch_that_sorts_for_itself(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    epoch_by_layer(network, X, Y, order, batch_size, learning_rate)
    order.sort()


RIGHT = {
    "update": (update_in_place, update_by_entry, update_as_a_list),
    "one_epoch": (epoch_of_two_lists, epoch_while_some_are_left, epoch_by_layer),
}
WRITING = {
    ("update", "gradient"): (update_over_the_gradient,),
    ("one_epoch", "order"): (epoch_that_sorts_for_itself,),
}


def step_twice(theta: Any, gradient: Any, learning_rate: Any) -> Any:
    theta -= learning_rate * gradient
    return theta - learning_rate * gradient


def epoch(samples: Any, labels: Any, rate: Any = lambda batch: 1) -> Any:
    """Make an epoch that takes other samples or labels: ``samples(order, k, start, stop)``."""

    def answer(network: Any, X: Any, Y: Any, order: Any, k: Any, learning_rate: Any) -> None:
        for start in range(0, len(order), k):
            mine = samples(order, k, start, min(start + k, len(order)))
            theirs = labels(order, k, start, min(start + k, len(order)))
            gradient = network.backward(network.forward(X[:, mine])[1], Y[:, theirs])
            network.theta[:] -= learning_rate * rate(mine) * gradient.vector

    return answer


def ordered(order: Any, k: Any, start: Any, stop: Any) -> Any:
    return order[start:stop]


def as_they_lie(order: Any, k: Any, start: Any, stop: Any) -> Any:
    return slice(start, stop)


def trained_copy(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    network = network.copy()
    epoch_of_two_lists(network, X, Y, order, batch_size, learning_rate)
    return network


def two_steps(network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any) -> Any:
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        gradient = network.backward(network.forward(X[:, batch])[1], Y[:, batch])
        network.update(gradient, learning_rate)
        network.theta[:] -= learning_rate * gradient.vector


def last_dropped(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    for number in range(len(order) // batch_size):
        batch = order[number * batch_size : (number + 1) * batch_size]
        _, caches = network.forward(X[:, batch])
        network.update(network.backward(caches, Y[:, batch]), learning_rate)


def last_missing(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    for start in range(0, len(order) - batch_size, batch_size):
        batch = order[start : start + batch_size]
        _, caches = network.forward(X[:, batch])
        network.update(network.backward(caches, Y[:, batch]), learning_rate)


def last_alone(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        _, caches = network.forward(X[:, batch])
        gradient = network.backward(caches, Y[:, batch])
    network.update(gradient, learning_rate)


def rows_taken(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        _, caches = network.forward(X[batch, :])
        network.update(network.backward(caches, Y[batch, :]), learning_rate)


def all_at_once(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    _, caches = network.forward(X[:, order])
    network.update(network.backward(caches, Y[:, order]), learning_rate)


def one_by_one(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    for k in order:
        gradient = network.backward(network.forward(X[:, k : k + 1])[1], Y[:, k : k + 1])
        network.update(gradient, learning_rate)


def spread_evenly(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    n_batches = -(-len(order) // batch_size)
    size, larger = divmod(len(order), n_batches)
    start = 0
    for i in range(n_batches):
        batch = order[start : start + size + (i < larger)]
        start += len(batch)
        network.update(
            network.backward(network.forward(X[:, batch])[1], Y[:, batch]), learning_rate
        )


def overlapping(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    for start, _ in enumerate(order):
        batch = order[start:][:batch_size]
        gradient = network.backward(network.forward(X[:, batch])[1], Y[:, batch])
        network.update(gradient, learning_rate)


def gradients_first(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    gradients = []
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        gradients.append(network.backward(network.forward(X[:, batch])[1], Y[:, batch]))
    for gradient in gradients:
        network.update(gradient, learning_rate)


def gradients_averaged(
    network: Any, X: Any, Y: Any, order: Any, batch_size: Any, learning_rate: Any
) -> Any:
    total, count = np.zeros_like(network.theta), 0
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        total += network.backward(network.forward(X[:, batch])[1], Y[:, batch]).vector
        count += 1
    network.theta[:] -= learning_rate * total / count


WRONG = {
    ("update", "nothing_done"): lambda theta, gradient, learning_rate: theta.copy(),
    ("update", "uphill"): lambda theta, gradient, learning_rate: (
        theta - -1 * np.multiply(gradient, learning_rate)
    ),
    ("update", "without_rate"): lambda theta, gradient, learning_rate: [
        t - g for t, g in zip(theta, gradient, strict=True)
    ],
    ("update", "rate_alone"): lambda theta, gradient, learning_rate: [
        value - learning_rate for value in theta
    ],
    ("update", "divided_by_rate"): lambda theta, gradient, learning_rate: (
        (learning_rate * theta - gradient) / learning_rate
    ),
    ("update", "step_alone"): lambda theta, gradient, learning_rate: [
        learning_rate * g for g in gradient
    ],
    ("update", "change_alone"): lambda theta, gradient, learning_rate: (
        theta - learning_rate * gradient - theta
    ),
    ("update", "sign_alone"): lambda theta, gradient, learning_rate: (
        theta - learning_rate * gradient / abs(gradient)
    ),
    ("update", "unit_length"): lambda theta, gradient, learning_rate: (
        theta - learning_rate * gradient / np.sqrt(gradient @ gradient)
    ),
    ("update", "rate_times_all"): lambda theta, gradient, learning_rate: (
        learning_rate * theta - learning_rate * gradient
    ),
    ("update", "step_twice"): step_twice,
    ("one_epoch", "never_updated"): trained_copy,
    ("one_epoch", "first_alone"): lambda network, X, Y, order, k, learning_rate: epoch_of_two_lists(
        network, X, Y, order[:k], k, learning_rate
    ),
    ("one_epoch", "one_too_many"): epoch(
        *2 * (lambda order, k, start, stop: order[start : stop + 1],)
    ),
    ("one_epoch", "two_steps"): two_steps,
    ("one_epoch", "last_dropped"): last_dropped,
    ("one_epoch", "last_missing"): last_missing,
    ("one_epoch", "last_alone"): last_alone,
    ("one_epoch", "rows_taken"): rows_taken,
    ("one_epoch", "order_ignored"): epoch(as_they_lie, as_they_lie),
    ("one_epoch", "labels_unordered"): epoch(ordered, as_they_lie),
    ("one_epoch", "samples_unordered"): epoch(as_they_lie, ordered),
    ("one_epoch", "first_again"): epoch(*2 * (lambda order, k, start, stop: order[0:k],)),
    ("one_epoch", "all_again"): epoch(*2 * (lambda order, k, start, stop: order,)),
    ("one_epoch", "all_at_once"): all_at_once,
    ("one_epoch", "one_by_one"): one_by_one,
    ("one_epoch", "overlapping"): overlapping,
    ("one_epoch", "spread_evenly"): spread_evenly,
    ("one_epoch", "gradients_first"): gradients_first,
    ("one_epoch", "gradients_averaged"): gradients_averaged,
    ("one_epoch", "divided_again"): epoch(ordered, ordered, lambda batch: 1 / batch.size),
    ("one_epoch", "divided_by_batch_size"): lambda network, X, Y, order, k, learning_rate: (
        epoch_of_two_lists(network, X, Y, order, k, learning_rate / k)
    ),
    ("one_epoch", "divided_by_samples"): lambda network, X, Y, order, k, learning_rate: (
        epoch_of_two_lists(network, X, Y, order, k, learning_rate / X.shape[1])
    ),
    ("one_epoch", "epoch_uphill"): epoch(ordered, ordered, lambda batch: -1),
}
