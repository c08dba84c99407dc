"""Loss and gradients equal those of automatic differentiation, on random networks."""

from collections.abc import Callable
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import grad
from hypothesis import given, settings

from helpers.losses import mean_squared_error
from helpers.tests.networks import Case, cases
from helpers.validation import Array

PHI: dict[str, Callable[[Any], Any]] = {
    "relu": lambda Z: anp.where(Z > 0, Z, 0),
    "sigmoid": lambda Z: 1 / (1 + anp.exp(-Z)),
    "tanh": anp.tanh,
    "linear": lambda Z: Z,
}
Layer = tuple[Any, Any, Any]


def close(ours: Array, theirs: Array) -> bool:
    return bool(np.linalg.norm(ours - theirs) <= 1e-10 * np.linalg.norm(theirs))


@settings(max_examples=250)
@given(case=cases())
def test_loss_and_every_gradient_equal_those_of_autograd(case: Case) -> None:
    network, X, Y = case.network, case.X, case.Y
    names = [activation.name for activation in network.activations]

    def loss_of(layers: list[Layer]) -> Any:
        A = X
        for name, (W, b, shift) in zip(names, layers, strict=True):
            A = PHI[name](W @ A + b + shift)
        return anp.sum((A - Y) ** 2) / 2 / X.shape[1]

    # a shift of Z[l] by 0 changes nothing, and the gradient for it is δ[l]
    layers = [
        (network.W[l].copy(), network.b[l].copy(), np.zeros((size, X.shape[1])))
        for l, size in enumerate(network.layer_sizes[1:], start=1)
    ]
    A, caches = network.forward(X)
    gradient = network.backward(caches, Y)

    assert close(np.array(mean_squared_error(A, Y)), np.array(loss_of(layers)))
    for l, (dW, db, delta) in enumerate(grad(loss_of)(layers), start=1):
        assert close(gradient.dW[l], dW), f"dW[{l}]"
        assert close(gradient.db[l], db), f"db[{l}]"
        assert close(gradient.delta[l], delta), f"δ[{l}]"
