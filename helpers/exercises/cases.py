"""Random networks on which the mistakes show.

No two sizes are equal, so that shapes tell rows from columns; the biases aren't zero, no sample
stands on a kink, and every layer with a kink has units on either side of it. Square networks come
as well: there the shapes don't show a forgotten transpose. And each registered activation appears
in every layer, counted from the first and from the last, so that none can be taken for granted.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from helpers.activations import ACTIVATIONS, Activation
from helpers.exercises.comparing import SAID
from helpers.network import MLP
from helpers.validation import Array

NEAREST_KINK = 1e-3
LARGE = 100  # the size of labels, for gradients that people clip: who does isn't right
Shape = tuple[tuple[int, ...], tuple[str, ...], int]  # sizes, activations and samples
SHAPES: tuple[Shape, ...] = (  # one to four layers, and two networks that are square
    ((7, 4), ("relu",), 3),
    ((2, 5, 1), ("tanh", "sigmoid"), 6),
    ((5, 3, 6, 2), ("relu", "linear", "sigmoid"), 8),
    ((4, 6, 2, 5, 3), ("sigmoid", "tanh", "relu", "linear"), 7),
    ((3, 3, 3, 3), ("linear", "sigmoid", "tanh"), 5),
    ((4, 4, 4, 4), ("sigmoid", "relu", "linear"), 4),
)


@dataclass(frozen=True)
class Case:
    """A network, data that fit it, and both passes.

    Attributes
    ----------
    about : str
        The network and the number of samples, in words.
    network : MLP
    X, Y : ndarray, shapes (n_0, m) and (n_L, m)
    W, b, A, Z, delta : dict from int to ndarray
        By layer, copied from the network and from both passes; A[0] is X.
    """

    about: str
    network: MLP
    X: Array
    Y: Array
    W: dict[int, Array]
    b: dict[int, Array]
    A: dict[int, Array]
    Z: dict[int, Array]
    delta: dict[int, Array]


def make_case(
    rng: np.random.Generator,
    layer_sizes: Sequence[int],
    activations: Sequence[str],
    m: int,
    labels: float = LARGE,
) -> Case:
    """Return a case of that shape and size of labels, with units on either side of each kink."""
    while True:
        network = MLP(layer_sizes, activations, rng)
        for b in network.b.values():
            b[:] = rng.normal(0, 0.5, b.shape)
        X = rng.normal(size=(layer_sizes[0], m))
        Y = rng.normal(0, labels, (layer_sizes[-1], m))
        _, caches = network.forward(X)
        if all(map(_shows_its_kink, network.activations, caches.Z.values())):
            break
    sizes = "-".join(map(str, layer_sizes))
    about = SAID["case"].format(sizes=sizes, activations=", ".join(activations), m=m)
    delta = network.backward(caches, Y).delta
    arrays = (network.W, network.b, caches.A, caches.Z, delta)
    by_layer = ({l: np.array(array) for l, array in some.items()} for some in arrays)
    return Case(about, network, X, Y, *by_layer)


def _shows_its_kink(activation: Activation, Z: Array) -> bool:
    """Whether Z lies on both sides of the kink, if there is one, and not too close to it."""
    if activation.kink is None:
        return True
    beyond = Z - activation.kink
    return bool(np.abs(beyond).min() > NEAREST_KINK and 0.2 < np.mean(beyond > 0) < 0.8)


def with_every_activation(shapes: Sequence[Shape]) -> list[Shape]:
    """Return the shapes, and for each activation that is in none the deepest with it alone."""
    missing = ACTIVATIONS.keys() - {name for _, activations, _ in shapes for name in activations}
    sizes, activations, m = max(shapes, key=lambda shape: len(shape[0]))
    return [*shapes, *((sizes, (name,) * len(activations), m) for name in sorted(missing))]


def random_cases(rng: np.random.Generator) -> list[Case]:
    """Return a case of each of the shapes."""
    return [make_case(rng, *shape) for shape in with_every_activation(SHAPES)]
