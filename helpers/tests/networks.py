"""Random networks with data, and activations that misbehave, for the tests."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from hypothesis import strategies as st
from numpy.typing import DTypeLike

from helpers.activations import ACTIVATIONS
from helpers.layers import Caches, Gradient
from helpers.network import MLP
from helpers.validation import Array

EVERY_ACTIVATION = tuple(ACTIVATIONS)
SMOOTH = ("sigmoid", "tanh", "linear")
OUTPUTS = ("softmax", "sigmoid")  # of cross-entropy


@dataclass(frozen=True)
class Case:
    """A network and data that fit it."""

    network: MLP
    X: Array
    Y: Array

    def passes(self) -> tuple[Caches, Gradient]:
        """Return what the forward and the backward pass leave behind."""
        _, caches = self.network.forward(self.X)
        return caches, self.network.backward(caches, self.Y)


def random_case(
    layer_sizes: Sequence[int],
    activations: Sequence[str],
    samples: int,
    seed: int = 0,
    dtype: DTypeLike = np.float64,
    loss: str = "squared error",
) -> Case:
    rng = np.random.default_rng(seed)
    network = MLP(layer_sizes, activations, rng, dtype, loss)
    for b in network.b.values():
        b[:] = rng.normal(0, 0.5, b.shape)
    X = rng.normal(size=(layer_sizes[0], samples)).astype(dtype)
    if loss == "squared error":
        return Case(network, X, rng.normal(size=(layer_sizes[-1], samples)).astype(dtype))
    # no share so near to 1 that 1 − a has few digits left
    Z = network.forward(X)[1].Z[network.n_layers]
    network.parameters.matrix[network.n_layers][:] *= 5 / max(5, np.abs(Z).max())
    return Case(network, X, shares(rng, activations[-1], *Z.shape).astype(dtype))


def shares(rng: np.random.Generator, outputs: str, k: int, m: int) -> Array:
    """Return labels, some of them sure and some in between."""
    Y = rng.dirichlet(np.ones(k), m).T if outputs == "softmax" else rng.random((k, m))
    sure = np.eye(k)[:, rng.integers(0, k, m)] if outputs == "softmax" else Y.round()
    return np.where(rng.random(m) < 0.5, sure, Y)


@st.composite
def cases(
    draw: st.DrawFn,
    activations: Sequence[str] = EVERY_ACTIVATION,
    max_samples: int = 40,
    dtype: DTypeLike = np.float64,
    loss: str = "squared error",
) -> Case:
    """Networks of 1 to 4 layers and 1 to 5 outputs, with biases other than zero."""
    names = draw(st.lists(st.sampled_from(activations), min_size=1, max_size=4))
    widths = st.integers(1, 7)
    inner = draw(st.lists(widths, min_size=len(names), max_size=len(names)))
    if loss == "cross-entropy":
        names[-1] = draw(st.sampled_from(OUTPUTS))
    sizes = [*inner, draw(st.integers(1 + (names[-1] == "softmax"), 5))]
    samples = draw(st.integers(1, max_samples))
    return random_case(sizes, names, samples, draw(st.integers(0, 2**32 - 1)), dtype, loss)
