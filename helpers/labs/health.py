"""What ails a layer: units that are off for every sample, and slopes that are almost flat."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from helpers.activations import Activation
from helpers.layers import Caches
from helpers.network import MLP

ALMOST_FLAT = 0.01


@dataclass(frozen=True)
class Health:
    """How a hidden layer is doing.

    Attributes
    ----------
    layer, units : int
    dead : int
        How many units are off for every sample; 0 where φ is no switch.
    saturated : bool
        Whether most slopes are below 0.01; never where φ is a switch.
    """

    layer: int
    units: int
    dead: int
    saturated: bool


def is_switch(activation: Activation) -> bool:
    """Whether φ is flat on one side of a kink, so that a unit is either on or off, as ReLU's."""
    kink = activation.kink
    return kink is not None and not activation.derivative(np.array(kink))


def health_of_hidden_layers(network: MLP, caches: Caches) -> Iterator[Health]:
    """Yield how each hidden layer of `network` is doing, for the samples of `caches`."""
    for l, activation in enumerate(network.activations[:-1], start=1):
        slopes = activation.derivative(caches.Z[l])
        off, flat = (slopes == 0).all(axis=1), np.abs(slopes) < ALMOST_FLAT
        switch = is_switch(activation)
        dead = int(off.sum()) if switch else 0
        yield Health(l, len(slopes), dead, not switch and bool(flat.mean() > 0.5))
