"""The backward pass, any line of which can be replaced by a wrong one."""

from collections.abc import Callable
from typing import Any

from helpers.activations import Activation
from helpers.lessons.lesson_3.by_layer import Activations, Arrays, Gradients
from helpers.validation import Array

Slope = Callable[[Activation, Array, Array], Array]  # from A and Z of a layer to φ′
Start = Callable[[Array, Array, int], Array]  # from the error, the slope and m to δ[L]
Back = Callable[[Arrays, int, Array, Array], Array]  # from W, l, δ[l] and the slope to δ[l-1]
Weight = Callable[[Array, Arrays, int], Array]  # from δ, A and l to dW[l]
Bias = Callable[[Array], Any]  # from δ to db, which in a mistake may be a number


def passes(
    W: Arrays,
    A: Arrays,
    Z: Arrays,
    Y: Array,
    activations: Activations,
    *,
    slope: Slope = lambda activation, A, Z: activation.derivative(Z),
    start: Start = lambda error, slope, m: error / m * slope,
    back: Back = lambda W, l, delta, slope: W[l].T @ delta * slope,
    weight: Weight = lambda delta, A, l: delta @ A[l - 1].T,
    bias: Bias = lambda delta: delta.sum(axis=1, keepdims=True),
    last: int = 1,
) -> Gradients:
    """Return dW and db by layer; the keywords are the lines that a mistake replaces."""
    L = len(W)
    slopes = {l: slope(activations[l], A[l], Z[l]) for l in W}
    delta = start(A[L] - Y, slopes[L], Y.shape[1])
    dW, db = {}, {}
    for l in range(L, last - 1, -1):
        dW[l], db[l] = weight(delta, A, l), bias(delta)
        if l > 1:
            delta = back(W, l, delta, slopes[l - 1])
    return dW, db
