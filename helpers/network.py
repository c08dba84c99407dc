"""The network: parameters, the forward pass with its caches, the backward pass, the update.

Columns are samples and layers count from 1. With n_l units in layer l and m samples:

    forward    Z[l] = W[l] A[l-1] + b[l]                A[l] = φ(Z[l])
    backward   δ[L] = ∂L/∂A[L] ⊙ φ′(Z[L])               δ[l-1] = W[l]ᵀ δ[l] ⊙ φ′(Z[l-1])
               dW[l] = δ[l] A[l-1]ᵀ                     db[l] = δ[l] 1
    update     θ ← θ − learning rate · dθ

All parameters are one flat vector θ. Each layer's matrix [W b] is a view of it, and a row of
ones under A[l-1] makes one product of W[l] A[l-1] + b[l], and one of dW[l] and db[l].

`fill_forward` and `fill_backward` are the mathematics: they check nothing and make no arrays.
The public methods check what they are given and call them, and so does training.
"""

import copy
import reprlib
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from helpers import validation
from helpers.activations import find_activation
from helpers.layers import Arrays, Caches, Gradient, LayeredVector
from helpers.losses import find_loss
from helpers.texts import say
from helpers.validation import Array, Seed

NUMBERS_AT_ONCE = 250_000  # in the caches of a pass that goes in pieces, which are soon had again


class MLP:
    """A multi-layer perceptron.

    Parameters
    ----------
    layer_sizes : sequence of int
        n_0 features, then the units of each layer; the last are the outputs.
    activations : sequence of str
        One name per layer, so one fewer than there are sizes.
    seed : int, Generator or None
        Where the initial weights come from.
    dtype : float64 or float32
        Of the parameters and of all that is computed with them.
    loss : str
        What the gradient is of: 'squared error', or 'cross-entropy' with sigmoid or softmax
        outputs.

    Attributes
    ----------
    layer_sizes : tuple of int
    activations : tuple of Activation
    loss : Loss
    theta : ndarray, shape (n_parameters,)
        Every parameter. `W[l]` and `b[l]` are views of it.

    Raises
    ------
    TypeError, ValueError
        If a size isn't a whole number above 0, or a name is unknown, or their counts differ,
        or an activation isn't for its layer or the loss.

    Examples
    --------
    >>> network = MLP((2, 3, 1), ("relu", "sigmoid"))
    >>> A, caches = network.forward([[0.0, 1.0], [1.0, 0.0]])
    >>> gradient = network.backward(caches, [[0.0, 1.0]])
    >>> network.update(gradient, learning_rate=0.5)
    """

    def __init__(
        self,
        layer_sizes: Sequence[int],
        activations: Sequence[str],
        seed: Seed = 0,
        dtype: DTypeLike = np.float64,
        loss: str = "squared error",
    ) -> None:
        self.layer_sizes = sizes = validation.sizes_of_layers(layer_sizes)
        if not isinstance(activations, list | tuple) or not 1 <= len(activations) == len(sizes) - 1:
            given, n = reprlib.repr(activations), len(sizes) - 1
            raise ValueError(say("network.activations", activations=given, n=n, sizes=sizes))
        validation.check_dtype(dtype)
        self.activations = tuple(find_activation(name) for name in activations)
        for i, phi in enumerate(self.activations[:-1]):
            if not phi.is_elementwise:
                raise ValueError(say("network.inside", i=i, name=phi.name))
        self.loss = find_loss(loss, self.activations[-1])
        numbers = sum(n_out * (n_in + 1) for n_in, n_out in pairwise(sizes))
        # θ, its gradient, the step, and the copy by which caches know θ
        validation.check_memory(4 * numbers, "memory.network", sizes=sizes, n_parameters=numbers)
        self.parameters = LayeredVector(np.zeros(numbers, dtype), sizes)
        layers = f"{'-'.join(map(str, sizes))} ({', '.join(activations)})"
        self._described = say("network.described", layers=layers, n=numbers, dtype=self.theta.dtype)
        self._draw_weights(validation.random_generator(seed, "weights"))

    def _draw_weights(self, rng: np.random.Generator) -> None:
        """He initialisation: W ~ N(0, 2/n_in) keeps the size of ReLU's outputs; b stays 0."""
        for W in self.W.values():
            W[:] = rng.normal(0, np.sqrt(2 / W.shape[1]), W.shape)

    def __repr__(self) -> str:
        return self._described

    @property
    def theta(self) -> Array:
        """θ, every parameter, of shape (n_parameters,)."""
        return self.parameters.vector

    @theta.setter
    def theta(self, theta: Array) -> None:
        if theta is not self.theta:  # θ -= … passes the vector that is there
            raise AttributeError(say("network.theta_replaced"))

    @property
    def W(self) -> Mapping[int, Array]:
        """W[l], of shape (n_l, n_{l-1}), for l = 1, …, L; views of `theta`."""
        return self.parameters.W

    @property
    def b(self) -> Mapping[int, Array]:
        """b[l], of shape (n_l, 1), for l = 1, …, L; views of `theta`."""
        return self.parameters.b

    @property
    def n_layers(self) -> int:
        """L, the number of layers; the input isn't one."""
        return len(self.activations)

    @property
    def has_kinks(self) -> bool:
        """Whether the slope of one of the activations jumps."""
        return any(activation.kink is not None for activation in self.activations)

    def copy(self) -> Self:
        """Return a separate network with the same parameters."""
        return copy.deepcopy(self)

    __copy__ = copy  # a copy that shared θ would be trained along with the network

    def forward(self, X: ArrayLike) -> tuple[Array, Caches]:
        """Compute the outputs and keep what the backward pass needs.

        Parameters
        ----------
        X : array_like, shape (n_0, m)
            One column per sample.

        Returns
        -------
        A : ndarray, shape (n_L, m)
            The outputs A[L].
        caches : Caches
            Every A[l] and Z[l].

        Raises
        ------
        TypeError, ValueError
            If `X` isn't a finite matrix of n_0 rows or has too many samples for the memory.
        """
        X = validation.as_columns(X, "X", self.layer_sizes[0], self.theta.dtype)
        self.refuse_too_many(X.shape[1])
        caches = Caches(self.filled(X), self._described, self.theta.tobytes())
        return caches.A[self.n_layers], caches

    def new_arrays(self, m: int) -> Arrays:
        """Return arrays for passes over m samples, to be filled again and again."""
        return Arrays(self.layer_sizes, m, self.theta.dtype)

    @np.errstate(over="ignore", invalid="ignore")
    def filled(self, X: Array) -> Arrays:
        """Return what `forward` keeps, for features that have been checked."""
        arrays = self.new_arrays(X.shape[1])
        arrays.A[0][:] = X
        self.fill_forward(arrays)
        return arrays

    def fill_forward(self, arrays: Arrays) -> Array:
        """Do the forward pass in `arrays`, from the A[0] that is there; return the outputs."""
        A, Z, matrix = arrays.A, arrays.Z, self.parameters.matrix
        for l, activation in enumerate(self.activations, start=1):
            # (n_l, m) = (n_l, n_{l-1} + 1) · (n_{l-1} + 1, m)
            np.dot(matrix[l], arrays.A_with_ones[l - 1], out=Z[l])
            activation.forward(Z[l], A[l])
        return A[-1]

    def backward(self, caches: Caches, Y: ArrayLike) -> Gradient:
        """Compute the gradient of the loss for every parameter.

        Parameters
        ----------
        caches : Caches
            From `forward`, with the parameters as they are now.
        Y : array_like, shape (n_L, m)
            What the outputs should have been.

        Returns
        -------
        Gradient
            dW[l] and db[l] as views of one vector, and δ[l]; the mean's 1/m is in δ[L],
            so in all of them.

        Raises
        ------
        TypeError, ValueError
            If `Y` isn't a finite matrix of that shape, or holds no shares where the loss takes
            some, or the caches belong to other parameters or another network.
        """
        validation.check_instance(caches, Caches, "caches", "caches")
        if caches.network != self._described:
            raise ValueError(say("network.foreign_caches", caches=caches.network, network=self))
        if caches.theta != self.theta.tobytes():
            raise ValueError(say("network.old_caches"))
        m = caches.A[0].shape[1]
        Y = self.labels(Y, "Y", m)
        gradient = self.new_gradient(m)
        with np.errstate(over="ignore", invalid="ignore"):
            self.fill_backward(gradient, caches.arrays, Y)
        return gradient

    def new_gradient(self, m: int) -> Gradient:
        """Return a gradient for passes over m samples, to be filled again and again."""
        sizes, dtype = self.layer_sizes, self.theta.dtype
        delta = {l: np.empty((n, m), dtype) for l, n in enumerate(sizes[1:], start=1)}
        return Gradient(LayeredVector(np.empty_like(self.theta), sizes), delta)

    def fill_backward(self, gradient: Gradient, arrays: Arrays, Y: Array) -> None:
        """Do the backward pass into `gradient`, from what `fill_forward` left in `arrays`."""
        A, Z, W, L = arrays.A, arrays.Z, self.W, self.n_layers
        delta, matrix = gradient.delta, gradient.parameters.matrix
        self.loss.output_delta(delta[L], Z[L], A[L], Y, self.activations[-1])
        for l in range(L, 0, -1):
            # [dW db] (n_l, n_{l-1} + 1) = (n_l, m) · (m, n_{l-1} + 1)
            np.dot(delta[l], arrays.A_with_ones[l - 1].T, out=matrix[l])
            if l > 1:
                # (n_{l-1}, m) = (n_{l-1}, n_l) · (n_l, m), and then ⊙ φ′(Z[l-1]) in place
                np.dot(W[l].T, delta[l], out=delta[l - 1])
                self.activations[l - 2].backward(delta[l - 1], Z[l - 1], A[l - 1])

    @np.errstate(over="ignore", invalid="ignore")
    def update(self, gradient: Gradient, learning_rate: float) -> None:
        """Take one step of gradient descent, θ ← θ − learning rate · dθ, in place.

        Raises
        ------
        TypeError, ValueError
            If the learning rate isn't a finite number above 0, or the gradient belongs to
            another network, or the step isn't finite.
        """
        learning_rate = validation.positive_number(learning_rate, "learning_rate")
        self.refuse_foreign(gradient)
        self.step(learning_rate * gradient.vector, learning_rate)

    def step(self, step: Array, learning_rate: float) -> None:
        """Go back by `step`, learning rate · dθ; arguments have been checked, as in `update`."""
        if not validation.all_finite(step):
            kept = step.dtype
            raise ValueError(say("network.large_step", learning_rate=learning_rate, dtype=kept))
        np.subtract(self.theta, step, out=self.theta)

    def refuse_foreign(self, gradient: Gradient) -> None:
        """Raise TypeError or ValueError if it isn't a gradient of a network of these sizes."""
        validation.check_instance(gradient, Gradient, "gradient", "gradient")
        sizes = gradient.parameters.layer_sizes
        if sizes != self.layer_sizes:
            expected = self.layer_sizes
            raise ValueError(say("network.foreign_gradient", sizes=sizes, expected=expected))

    def predict(self, X: ArrayLike) -> Array:
        """Return the outputs, of shape (n_L, m), for any m. Errors as in `forward`."""
        X = validation.as_columns(X, "X", self.layer_sizes[0], self.theta.dtype)
        return self.outputs(X)

    def outputs(self, X: Array) -> Array:
        """Return what `predict` does, for features that have been checked; in pieces."""
        size = max(1, NUMBERS_AT_ONCE // sum(self.layer_sizes))
        starts = range(0, X.shape[1], size)
        return np.hstack([self.filled(X[:, i : i + size]).A[-1] for i in starts])

    def labels(self, Y: ArrayLike, name: str, m: int) -> Array:
        """Return labels for m samples as a matrix that outputs and loss may be compared with."""
        Y = validation.as_columns(Y, name, self.layer_sizes[-1], self.theta.dtype, m)
        self.loss.check_labels(Y, name)
        return Y

    def refuse_too_many(self, m: int) -> None:
        """Raise ValueError if the memory isn't enough to take m samples through at once."""
        # A, Z and δ of each layer, and what backward holds besides
        numbers = 3 * m * (sum(self.layer_sizes) + max(self.layer_sizes))
        validation.check_memory(numbers, "memory.pass", m=m)


def samples_for(
    network: MLP, X: ArrayLike, Y: ArrayLike, names: tuple[str, str] = ("X", "Y")
) -> tuple[Array, Array]:
    """Return features and labels as finite matrices that fit the network.

    They are copies where they share memory with θ, which training moves.

    Raises
    ------
    TypeError, ValueError
        If `network` isn't one, or they don't fit it or each other; the message has their names.

    Examples
    --------
    >>> samples_for(MLP((2, 1), ["linear"]), [[1], [2]], [[3]])
    (array([[1.],
           [2.]]), array([[3.]]))
    """
    validation.check_instance(network, MLP, "network", "an_mlp")
    X = validation.as_columns(X, names[0], network.layer_sizes[0], network.theta.dtype)
    Y = network.labels(Y, names[1], X.shape[1])
    X, Y = (a.copy() if np.may_share_memory(a, network.theta) else a for a in (X, Y))
    return X, Y
