"""The course's mathematics once more, by automatic differentiation.

Nothing here comes from `helpers` but the numbers of a network: autograd is told what the loss
is, and finds the gradients by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad

from helpers.network import MLP
from helpers.tests.networks import Case
from helpers.validation import Array

PHI: dict[str, Callable[[Any], Any]] = {
    "relu": lambda Z: anp.where(Z > 0, Z, 0),
    "sigmoid": lambda Z: 1 / (1 + anp.exp(-Z)),
    "tanh": anp.tanh,
    "linear": lambda Z: Z,
}
OF_OUTPUTS = PHI | {"softmax": lambda Z: anp.exp(Z) / anp.sum(anp.exp(Z), axis=0)}
# −Σ y ln a, written of the pre-activations: Σ ln Σ eᶻ − y z, and ln(1 + eᶻ) − y z
CROSS_ENTROPY: dict[str, Callable[[Any, Any], Any]] = {
    "softmax": lambda Z, Y: anp.sum(anp.log(anp.sum(anp.exp(Z), axis=0))) - anp.sum(Y * Z),
    "sigmoid": lambda Z, Y: anp.sum(anp.log(1 + anp.exp(Z)) - Y * Z),
}
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
            A[l] = OF_OUTPUTS[name](Z[l])
        return A, Z

    def loss_of(layers: list[Layer], shifts: list[Any]) -> Any:
        A, Z = forward(layers, shifts)
        if case.network.loss.name == "squared error":
            return mean_loss(A[len(names)], Y)
        return CROSS_ENTROPY[names[-1]](Z[len(names)], Y) / Y.shape[1]

    # a shift of Z[l] by 0 changes nothing, and the gradient for it is δ[l]
    shifts = [np.zeros((len(b), X.shape[1])) for _, b in layers]
    A, Z = forward(layers, shifts)
    by_parameters, by_shifts = grad(loss_of, (0, 1))(layers, shifts)
    dW, db = ({l: pair[i] for l, pair in enumerate(by_parameters, 1)} for i in (0, 1))
    return Reference(A, Z, float(loss_of(layers, shifts)), dict(enumerate(by_shifts, 1)), dW, db)
