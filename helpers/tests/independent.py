"""The course's mathematics once more, by automatic differentiation, and how far rounding reaches.

Nothing here comes from `helpers` but the numbers of a network: autograd is told what the loss
is, and finds the gradients by itself.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from numpy.typing import NDArray

from helpers.network import MLP
from helpers.tests.networks import Case
from helpers.validation import Array

PHI: dict[str, Callable[[Any], Any]] = {
    "relu": lambda Z: anp.where(Z > 0, Z, 0),
    "sigmoid": lambda Z: 1 / (1 + anp.exp(-Z)),
    "tanh": anp.tanh,
    "linear": lambda Z: Z,
}
# the largest |φ″|, which says how far φ′ moves with z; ReLU's away from the kink
LARGEST_BEND = {"relu": 0.0, "sigmoid": 0.1, "tanh": 0.77, "linear": 0.0}
Layer = tuple[Any, Any]
ByLayer = Mapping[int, Array]


def layers_of(network: MLP) -> list[Layer]:
    """W and b of each layer as copies in float64."""
    double = np.float64
    return [(network.W[l].astype(double), network.b[l].astype(double)) for l in network.W]


def names_of(network: MLP) -> list[str]:
    return [activation.name for activation in network.activations]


def mean_loss(A: Any, Y: Array) -> Any:
    return anp.sum((A - Y) ** 2) / 2 / Y.shape[1]


@dataclass(frozen=True)
class Reference:
    """What autograd and plain products make of a network: as in the notation, by layer."""

    A: ByLayer
    Z: ByLayer
    loss: float
    delta: ByLayer
    dW: ByLayer
    db: ByLayer


def reference(case: Case) -> Reference:
    """Return it in float64, whatever the network's own dtype."""
    layers, names = layers_of(case.network), names_of(case.network)
    X, Y = case.X.astype(np.float64), case.Y.astype(np.float64)

    def forward(layers: list[Layer], shifts: list[Any]) -> tuple[dict[int, Any], dict[int, Any]]:
        A, Z = {0: X}, {}
        for l, (name, (W, b), shift) in enumerate(zip(names, layers, shifts, strict=True), 1):
            Z[l] = W @ A[l - 1] + b + shift
            A[l] = PHI[name](Z[l])
        return A, Z

    def loss_of(layers: list[Layer], shifts: list[Any]) -> Any:
        return mean_loss(forward(layers, shifts)[0][len(names)], Y)

    # a shift of Z[l] by 0 changes nothing, and the gradient for it is δ[l]
    shifts = [np.zeros((len(b), X.shape[1])) for _, b in layers]
    A, Z = forward(layers, shifts)
    by_parameters, by_shifts = grad(loss_of, (0, 1))(layers, shifts)
    dW, db = ({l: pair[i] for l, pair in enumerate(by_parameters, 1)} for i in (0, 1))
    return Reference(
        A, Z, float(mean_loss(A[len(names)], Y)), dict(enumerate(by_shifts, 1)), dW, db
    )


def trained(
    network: MLP, X: Array, Y: Array, learning_rate: float, batches: Iterable[NDArray[np.intp]]
) -> list[Layer]:
    """Return the layers after one step of gradient descent on the samples of each batch."""
    names = names_of(network)

    def loss_of(layers: list[Layer], batch: NDArray[np.intp]) -> Any:
        A = X[:, batch]
        for name, (W, b) in zip(names, layers, strict=True):
            A = PHI[name](W @ A + b)
        return mean_loss(A, Y[:, batch])

    layers, slopes = layers_of(network), grad(loss_of)
    for batch in batches:
        steps = slopes(layers, batch)
        layers = [
            (W - learning_rate * dW, b - learning_rate * db)
            for (W, b), (dW, db) in zip(layers, steps, strict=True)
        ]
    return layers


@dataclass
class Rounding:
    """How far the float arithmetic of one forward and backward pass can be off, to first order."""

    loss: float = 0.0
    A: dict[int, Array] = field(default_factory=dict)
    Z: dict[int, Array] = field(default_factory=dict)
    delta: dict[int, Array] = field(default_factory=dict)
    dW: dict[int, Array] = field(default_factory=dict)
    db: dict[int, Array] = field(default_factory=dict)


def rounding_of(case: Case, exact: Reference) -> Rounding:
    """Carry the error of each operation on: eps of its result, and of a sum eps a term."""
    names, m = names_of(case.network), case.X.shape[1]
    eps, off, L = float(np.finfo(case.network.theta.dtype).eps), Rounding(), len(names)
    size: dict[int, Any] = {l: np.abs(a) for l, a in exact.A.items()}
    off.A[0] = 0 * size[0]
    for l, (W, b) in enumerate(layers_of(case.network), 1):
        terms = np.abs(W) @ size[l - 1] + np.abs(b)
        off.Z[l] = np.abs(W) @ off.A[l - 1] + (W.shape[1] + 2) * eps * terms
        off.A[l] = off.Z[l] + 5 * eps * size[l]  # no slope is above 1
    error = np.abs(exact.A[L] - case.Y) / m
    off_error = off.A[L] / m + 2 * eps * error
    off.loss = float(((error + off.A[L] / m) * off.A[L]).sum())
    off.loss += (error.size + 3) * eps * exact.loss
    for l, (W, _) in reversed(list(enumerate(layers_of(case.network), 1))):
        off_slope = LARGEST_BEND[names[l - 1]] * off.Z[l] + 5 * eps
        off.delta[l] = off_error + error * off_slope + eps * error
        size_delta = np.abs(exact.delta[l])
        off.dW[l] = (off.delta[l] + (m + 1) * eps * size_delta) @ size[l - 1].T
        off.dW[l] += size_delta @ off.A[l - 1].T
        off.db[l] = (off.delta[l] + (m + 1) * eps * size_delta).sum(axis=1, keepdims=True)
        error = np.abs(W.T @ exact.delta[l])
        off_error = np.abs(W.T) @ (off.delta[l] + (len(W) + 1) * eps * size_delta)
    return off


def clear_of_kinks(case: Case, exact: Reference, off: Rounding) -> bool:
    """Whether no sample is so near to a ReLU's corner that rounding may carry it across."""
    names = enumerate(names_of(case.network), 1)
    return all((np.abs(exact.Z[l]) > 2 * off.Z[l]).all() for l, name in names if name == "relu")
