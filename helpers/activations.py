"""Activations: φ and, below each, the way back through it.

A layer computes Z = W A_prev + b and hands on A = φ(Z), element by element. Without φ a
stack of layers is one matrix; with it, the network can bend. On the way back each element of
∂L/∂A is multiplied by the slope φ′ at its Z, and that is ∂L/∂Z.

Softmax is for outputs alone: it makes shares of all outputs of a sample, so its derivative is
a matrix for each.

The functions here write into arrays that are there already, `A` and `delta`, so that training
makes none; `Activation.function` and `Activation.derivative` are what a learner calls.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from helpers.texts import say
from helpers.validation import Array, as_floats, known_name


def relu(Z: Array, A: Array) -> None:
    """φ(z) = max(z, 0)."""
    A.fill(0.0)  # and not the number 0 below, with which NumPy takes twice as long
    np.maximum(Z, A, out=A)


def relu_back(delta: Array, Z: Array, A: Array) -> None:
    """φ′(z) = 1 where z > 0, else 0. At the kink itself we take φ′(0) = 0."""
    delta *= Z > 0.0


def sigmoid(Z: Array, A: Array) -> None:
    """φ(z) = 1 / (1 + e⁻ᶻ), between 0 and 1."""
    np.negative(Z, out=A)
    np.exp(A, out=A)  # overflows to infinity for very negative z, and 1 / ∞ = 0 is right
    A += 1.0
    np.reciprocal(A, out=A)


def sigmoid_back(delta: Array, Z: Array, A: Array) -> None:
    """φ′(z) = φ(z) (1 − φ(z)), at most 1/4."""
    delta *= A * (1.0 - A)


def tanh(Z: Array, A: Array) -> None:
    """φ(z) = tanh z, between −1 and 1."""
    np.tanh(Z, out=A)


def tanh_back(delta: Array, Z: Array, A: Array) -> None:
    """φ′(z) = 1 − φ(z)², at most 1."""
    delta *= 1.0 - A * A


def linear(Z: Array, A: Array) -> None:
    """φ(z) = z."""
    np.copyto(A, Z)


def linear_back(delta: Array, Z: Array, A: Array) -> None:
    """φ′(z) = 1: ∂L/∂Z is ∂L/∂A as it comes."""


def softmax(Z: Array, A: Array) -> None:
    """φ(z)ₖ = e^zₖ / Σ e^z: above 0, and each column sums to 1."""
    np.subtract(Z, Z.max(axis=0), out=A)  # the shares are the same, and no power overflows
    np.exp(A, out=A)
    A /= A.sum(axis=0)


def softmax_back(delta: Array, Z: Array, A: Array) -> None:
    """∂φⱼ/∂zₖ = φⱼ (1 − φₖ) where j is k, else −φⱼ φₖ: δ = a ⊙ (∂L/∂a − aᵀ ∂L/∂a)."""
    delta -= (A * delta).sum(axis=0)
    delta *= A


@dataclass(frozen=True)
class Activation:
    """An activation: φ, φ′, and what else is known of it.

    Attributes
    ----------
    name : str
    forward : callable
        ``forward(Z, A)`` writes φ(Z) into A, which is another array.
    backward : callable
        ``backward(delta, Z, A)`` makes ∂L/∂Z of the ∂L/∂A that is in `delta`, in place.
    kink : float, optional
        The z at which φ′ jumps, if it does. At the kink itself φ′ is that of the left side.
    bounds : tuple of float
        Between which values φ stays.
    is_elementwise : bool
        Whether each output depends on its own z alone. Otherwise the rows of a column are taken
        together.
    """

    name: str
    forward: Callable[[Array, Array], None]
    backward: Callable[[Array, Array, Array], None]
    kink: float | None = None
    bounds: tuple[float, float] = (-math.inf, math.inf)
    is_elementwise: bool = True

    @np.errstate(over="ignore", invalid="ignore")
    def function(self, Z: ArrayLike) -> Array:
        """Return A = φ(Z), of the shape and dtype of `Z`, any one.

        Raises
        ------
        TypeError, ValueError
            If `Z` isn't an array of real numbers; for softmax, if it has no rows.

        Examples
        --------
        >>> find_activation("relu").function([-1.0, 2.0])
        array([0., 2.])
        """
        Z = as_floats(Z, "Z")
        if not (self.is_elementwise or (Z.ndim and Z.size)):
            raise ValueError(say("activations.no_rows", shape=Z.shape, name=self.name))
        A = np.empty_like(Z)
        self.forward(Z, A)
        return A[()]  # a number for a number

    @np.errstate(over="ignore")
    def derivative(self, Z: ArrayLike) -> Array:
        """Return φ′(Z), of the shape and dtype of `Z`, any one. Errors as in `function`.

        And a TypeError where φ isn't applied element by element.

        Examples
        --------
        >>> find_activation("sigmoid").derivative(0.0)
        np.float64(0.25)
        """
        Z = as_floats(Z, "Z")
        if not self.is_elementwise:
            raise TypeError(say("activations.no_slope", name=self.name))
        A, slope = np.empty_like(Z), np.ones_like(Z)
        self.forward(Z, A)
        self.backward(slope, Z, A)
        return slope[()]


REGISTRY = {
    "relu": Activation("relu", relu, relu_back, kink=0.0, bounds=(0, math.inf)),
    "sigmoid": Activation("sigmoid", sigmoid, sigmoid_back, bounds=(0, 1)),
    "tanh": Activation("tanh", tanh, tanh_back, bounds=(-1, 1)),
    "linear": Activation("linear", linear, linear_back),
    "softmax": Activation("softmax", softmax, softmax_back, bounds=(0, 1), is_elementwise=False),
}
# what any layer may have
ACTIVATIONS = {name: phi for name, phi in REGISTRY.items() if phi.is_elementwise}


def find_activation(name: str) -> Activation:
    """Return the activation called `name`.

    Raises
    ------
    ValueError
        If there is none; the message lists those that exist.

    Examples
    --------
    >>> find_activation("tanh").bounds
    (-1, 1)
    """
    return REGISTRY[known_name(name, REGISTRY, "activation")]
