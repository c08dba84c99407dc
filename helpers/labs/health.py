"""What ails a layer: units that are off for every sample, and slopes that are almost flat."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from helpers.layers import Caches
from helpers.network import MLP


@dataclass(frozen=True)
class Health:
    """How a hidden layer is doing.

    Attributes
    ----------
    layer, units : int
    dead : int
        How many units of a ReLU layer are off for every sample; 0 for other activations.
    saturated : bool
        Whether most slopes are below 0.01; never for ReLU.
    """

    layer: int
    units: int
    dead: int
    saturated: bool


def health_of_hidden_layers(network: MLP, caches: Caches) -> Iterator[Health]:
    """Yield how each hidden layer of `network` is doing, for the samples of `caches`."""
    for l, activation in enumerate(network.activations[:-1], start=1):
        slopes = activation.derivative(caches.Z[l])
        if activation.name == "relu":
            yield Health(l, len(slopes), int((slopes == 0).all(axis=1).sum()), False)
        else:
            yield Health(l, len(slopes), 0, bool(np.mean(slopes < 0.01) > 0.5))
