"""Activations: φ and, beside each, its derivative φ′.

A layer computes Z = W A_prev + b and hands on A = φ(Z), element by element. Without φ a
stack of layers is one matrix; with it, the network can bend. The backward pass needs the
slope φ′(Z) of each element and nothing else, so this is all it has to know about one.

φ′ may be handed A = φ(Z) from the forward pass; sigmoid and tanh then cost no second exp.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from helpers.validation import Array, as_floats, check_instance, known_name


def _checked(Z: ArrayLike, beside: Array | None, name: str) -> Array:
    """Return `Z` as an array, and refuse an array beside it that isn't like it."""
    Z = as_floats(Z, "Z")
    if beside is None:
        return Z
    if type(beside) is np.ndarray and beside.shape == Z.shape and beside.dtype == Z.dtype:
        return Z
    check_instance(beside, np.ndarray, name, f"an array like Z, of shape {Z.shape}")
    given = f"{name} is {type(beside).__name__} of {beside.dtype} and shape {beside.shape}"
    raise ValueError(f"{given}; expected ndarray of {Z.dtype} and shape {Z.shape}, like Z.")


def relu(Z: ArrayLike, out: Array | None = None) -> Array:
    """φ(z) = max(z, 0). The result has the shape of `Z`, any one; `out` takes the result."""
    Z = _checked(Z, out, "out")
    # an array of zeros and not 0: NumPy compares array with array more than twice as fast
    return np.maximum(Z, np.zeros(Z.shape, Z.dtype), out=out)


def relu_prime(Z: ArrayLike, A: Array | None = None) -> Array:
    """φ′(z) = 1 where z > 0, else 0. At the kink itself we take φ′(0) = 0."""
    Z = as_floats(Z, "Z")
    return (Z > 0.0).astype(Z.dtype)


# e⁻ᶻ overflows to infinity for very negative z, and 1 / ∞ = 0 is the right answer.
@np.errstate(over="ignore")
def sigmoid(Z: ArrayLike, out: Array | None = None) -> Array:
    """φ(z) = 1 / (1 + e⁻ᶻ), between 0 and 1. Shapes as in `relu`."""
    Z = _checked(Z, out, "out")
    return np.reciprocal(1.0 + np.exp(-Z), out=out)


def sigmoid_prime(Z: ArrayLike, A: Array | None = None) -> Array:
    """φ′(z) = φ(z) (1 − φ(z)), at most 1/4."""
    Z = _checked(Z, A, "A")
    A = sigmoid(Z) if A is None else A
    return A * (1.0 - A)


def tanh(Z: ArrayLike, out: Array | None = None) -> Array:
    """φ(z) = tanh z, between −1 and 1. Shapes as in `relu`."""
    return np.tanh(_checked(Z, out, "out"), out=out)


def tanh_prime(Z: ArrayLike, A: Array | None = None) -> Array:
    """φ′(z) = 1 − φ(z)², at most 1."""
    Z = _checked(Z, A, "A")
    A = tanh(Z) if A is None else A
    return 1.0 - A * A


def linear(Z: ArrayLike, out: Array | None = None) -> Array:
    """φ(z) = z, as a copy. Shapes as in `relu`."""
    return np.positive(_checked(Z, out, "out"), out=out)


def linear_prime(Z: ArrayLike, A: Array | None = None) -> Array:
    """φ′(z) = 1."""
    return np.ones_like(as_floats(Z, "Z"))


@dataclass(frozen=True)
class Activation:
    """An activation: its name, φ and φ′.

    Attributes
    ----------
    name : str
    function : callable
        ``function(Z, out=None)`` is A = φ(Z), of the shape and dtype of Z.
    derivative : callable
        ``derivative(Z, A=None)`` is φ′(Z), of the shape and dtype of Z.
    kink : float, optional
        The z at which φ′ jumps, if it does. At the kink itself φ′ is that of the left side.
    """

    name: str
    function: Callable[..., Array]
    derivative: Callable[..., Array]
    kink: float | None = None


ACTIVATIONS = {
    "relu": Activation("relu", relu, relu_prime, kink=0.0),
    "sigmoid": Activation("sigmoid", sigmoid, sigmoid_prime),
    "tanh": Activation("tanh", tanh, tanh_prime),
    "linear": Activation("linear", linear, linear_prime),
}


def find_activation(name: str) -> Activation:
    """Return the activation called `name`.

    Raises
    ------
    ValueError
        If there is none; the message lists those that exist.
    """
    return ACTIVATIONS[known_name(name, ACTIVATIONS, "activation")]
