"""What an epoch is made of: batches, and the step that each takes."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from helpers.network import MLP
from helpers.validation import Array

Order = NDArray[np.intp]


def batches_of(order: Order, batch_size: int) -> Iterator[Order]:
    """Yield the numbers of each batch's samples, in their order."""
    for start in range(0, len(order), batch_size):
        yield order[start : start + batch_size]


def gradient_of(network: MLP, X: Array, Y: Array) -> Array:
    """Return the gradient of a batch, at the network's current parameters."""
    _, caches = network.forward(X)
    return network.backward(caches, Y).vector


def step(network: MLP, X: Array, Y: Array, learning_rate: float) -> None:
    """Move the parameters by the gradient of one batch."""
    network.theta[:] -= learning_rate * gradient_of(network, X, Y)
