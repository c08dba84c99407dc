"""Random networks with data, and activations that misbehave, for the tests."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import count

import numpy as np
from hypothesis import strategies as st
from numpy.typing import DTypeLike

from helpers.activations import ACTIVATIONS
from helpers.network import MLP
from helpers.validation import Array

EVERY_ACTIVATION = tuple(ACTIVATIONS)
SMOOTH = ("sigmoid", "tanh", "linear")


@dataclass(frozen=True)
class Case:
    """A network and data that fit it."""

    network: MLP
    X: Array
    Y: Array


def random_case(
    layer_sizes: Sequence[int],
    activations: Sequence[str],
    samples: int,
    seed: int = 0,
    dtype: DTypeLike = np.float64,
) -> Case:
    rng = np.random.default_rng(seed)
    network = MLP(layer_sizes, activations, rng, dtype)
    for b in network.b.values():
        b[:] = rng.normal(0, 0.5, b.shape)
    X = rng.normal(size=(layer_sizes[0], samples)).astype(dtype)
    Y = rng.normal(size=(layer_sizes[-1], samples)).astype(dtype)
    return Case(network, X, Y)


@st.composite
def cases(
    draw: st.DrawFn,
    activations: Sequence[str] = EVERY_ACTIVATION,
    max_samples: int = 40,
    dtype: DTypeLike = np.float64,
) -> Case:
    """Networks of 1 to 4 layers and 1 to 5 outputs, with biases other than zero."""
    names = draw(st.lists(st.sampled_from(activations), min_size=1, max_size=4))
    widths = st.integers(1, 7)
    inner = draw(st.lists(widths, min_size=len(names), max_size=len(names)))
    sizes = [*inner, draw(st.integers(1, 5))]
    samples = draw(st.integers(1, max_samples))
    return random_case(sizes, names, samples, draw(st.integers(0, 2**32 - 1)), dtype)


def interrupt_at(network: MLP, call: int) -> None:
    """Let the `call`-th use of the first layer's φ raise KeyboardInterrupt, as Ctrl-C would."""
    first, *rest = network.activations
    calls = count(1)

    def forward(Z: Array, A: Array) -> None:
        if next(calls) == call:
            raise KeyboardInterrupt
        first.forward(Z, A)

    network.activations = (replace(first, forward=forward), *rest)
