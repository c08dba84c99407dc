"""Arrays by the number of their layer: what a network keeps, and what its passes leave behind.

The parameters are one flat vector θ, and each layer's matrix [W b] is a view of it. A gradient
has the same layout. Caches belong to the parameters that they were made with, and are read-only:
so a backward pass can tell whether they are still true.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from helpers.texts import say
from helpers.validation import Array


class ByLayer(Mapping[int, Array]):
    """Arrays by the number of their layer. Write to the arrays; the layers are what they are."""

    def __init__(self, arrays: Mapping[int, Array]) -> None:
        self._arrays = dict(arrays)

    def __getitem__(self, l: int) -> Array:
        if l not in self._arrays:
            raise KeyError(say("layers.no_layer", l=l, first=min(self), last=max(self)))
        return self._arrays[l]

    def __setitem__(self, l: int, array: Array) -> None:
        if array is not self._arrays.get(l):  # W[l] -= … passes the array that is there
            raise TypeError(say("layers.replaced", l=l))

    def __iter__(self) -> Iterator[int]:
        return iter(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return repr(self._arrays)


@dataclass(frozen=True, eq=False)
class LayeredVector:
    """One flat vector, and every layer's part of it as views: write to one and both change.

    Attributes
    ----------
    vector : ndarray, shape (number of parameters,)
        [W[1] b[1]] row by row, then [W[2] b[2]], and so on.
    layer_sizes : tuple of int
        n_0, n_1, …, n_L.
    matrix, W, b : mapping from l to ndarray
        [W[l] b[l]] of shape (n_l, n_{l-1} + 1), W[l] of shape (n_l, n_{l-1}) and b[l] of
        shape (n_l, 1), for l = 1, …, L.
    """

    vector: Array
    layer_sizes: tuple[int, ...]

    @cached_property
    def matrix(self) -> dict[int, Array]:
        """[W[l] b[l]] for each l."""
        shapes = [(n_out, n_in + 1) for n_in, n_out in pairwise(self.layer_sizes)]
        parts = np.split(self.vector, np.cumsum([rows * columns for rows, columns in shapes]))
        # what is left behind the last layer is empty
        return {l: parts[l - 1].reshape(shape) for l, shape in enumerate(shapes, start=1)}

    @cached_property
    def W(self) -> Mapping[int, Array]:
        """W[l] for each l."""
        return ByLayer({l: matrix[:, :-1] for l, matrix in self.matrix.items()})

    @cached_property
    def b(self) -> Mapping[int, Array]:
        """b[l] for each l."""
        return ByLayer({l: matrix[:, -1:] for l, matrix in self.matrix.items()})

    @np.errstate(over="ignore")
    def norms(self) -> dict[int, float]:
        """Return the length of [W[l] b[l]] as one vector, for l = 1, …, L."""
        return {l: float(np.linalg.norm(matrix)) for l, matrix in self.matrix.items()}

    def __repr__(self) -> str:
        return say("layers.vector", n=self.vector.size, sizes=self.layer_sizes)

    def __reduce__(self) -> tuple[Any, ...]:
        return LayeredVector, (self.vector, self.layer_sizes)  # copies make views of their own


@dataclass(frozen=True, eq=False)
class Gradient:
    """What the backward pass returns: ∂L/∂θ, laid out as θ is, and the δ on the way.

    Attributes
    ----------
    parameters : LayeredVector
        The gradient in the layout of the network's parameters.
    delta : dict from l to ndarray, shape (n_l, m)
        δ[l] = ∂L/∂Z[l], for l = 1, …, L.
    """

    parameters: LayeredVector
    delta: Mapping[int, Array]

    def __repr__(self) -> str:
        return say("layers.gradient", parameters=self.parameters, m=self.delta[1].shape[1])

    @property
    def vector(self) -> Array:
        """∂L/∂θ, of shape (number of parameters,)."""
        return self.parameters.vector

    @property
    def dW(self) -> Mapping[int, Array]:
        """∂L/∂W[l], of shape (n_l, n_{l-1}), for l = 1, …, L."""
        return self.parameters.W

    @property
    def db(self) -> Mapping[int, Array]:
        """∂L/∂b[l], of shape (n_l, 1), for l = 1, …, L."""
        return self.parameters.b

    def norms(self) -> dict[int, float]:
        """Return the length of [dW[l] db[l]] as one vector, for l = 1, …, L."""
        return self.parameters.norms()


class Arrays:
    """What a pass over m samples fills: A[l] above a row of ones, the outputs, and each Z[l]."""

    def __init__(self, layer_sizes: tuple[int, ...], m: int, dtype: np.dtype[Any]) -> None:
        *inner, n_last = layer_sizes
        self.A_with_ones = [np.ones((n + 1, m), dtype) for n in inner]
        self.A = [A_and_ones[:-1] for A_and_ones in self.A_with_ones]
        self.A.append(np.empty((n_last, m), dtype))
        self.Z = {l: np.empty_like(A) for l, A in enumerate(self.A) if l > 0}


@dataclass(frozen=True, eq=False)
class Caches:
    """What the forward pass leaves behind for the backward pass. Nobody can write to it.

    Attributes
    ----------
    A : mapping from l to ndarray, shape (n_l, m)
        A[0] = X and the outputs of every layer, l = 0, …, L. A[l-1] is layer l's A_prev.
    Z : mapping from l to ndarray, shape (n_l, m)
        The pre-activations, l = 1, …, L.
    arrays, network, theta
        What the pass has filled, what the network is but for the values of its parameters, and
        these values then: for `backward`, which refuses caches that are no longer true.
    """

    arrays: Arrays
    network: str
    theta: bytes

    def __post_init__(self) -> None:
        arrays = self.arrays
        for array in (*arrays.A_with_ones, *arrays.A, *arrays.Z.values()):
            array.flags.writeable = False

    def __reduce__(self) -> tuple[Any, ...]:
        return Caches, (self.arrays, self.network, self.theta)  # copies are read-only too

    @cached_property
    def A(self) -> Mapping[int, Array]:
        """A[l] for l = 0, …, L."""
        return ByLayer({l: array.view() for l, array in enumerate(self.arrays.A)})

    @cached_property
    def Z(self) -> Mapping[int, Array]:
        """Z[l] for l = 1, …, L."""
        return ByLayer({l: array.view() for l, array in self.arrays.Z.items()})

    def __repr__(self) -> str:
        return say("layers.caches", m=self.A[0].shape[1], network=self.network)

    @property
    def nbytes(self) -> int:
        """The memory that they take, in bytes."""
        return sum(array.nbytes for arrays in (self.A, self.Z) for array in arrays.values())
