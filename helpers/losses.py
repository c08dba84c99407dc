"""The loss: how wrong the outputs are, as one number, and how it changes with each output.

L = 1/(2m) Σ (A − Y)² is a mean over the m samples and a sum over the outputs. The ½ cancels
the 2 that the square brings down, and 1/m enters every gradient here, once.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from helpers.activations import Activation
from helpers.validation import Array, as_floats, known_name, shape_hint


def squared_error(A: Array, Y: Array) -> Array:
    """1/(2m) Σ (a − y)² over outputs and samples; (k, …, m) becomes (…)."""
    error = A - Y
    squares = np.vdot(error, error) if error.ndim == 2 else np.vecdot(error, error).sum(axis=0)
    return squares / (2 * Y.shape[-1])


def squared_error_back(delta: Array, A: Array, Y: Array) -> None:
    """∂L/∂A = (A − Y) / m."""
    np.subtract(A, Y, out=delta)
    delta /= Y.shape[1]


@dataclass(frozen=True)
class Loss:
    """A loss: its value, and the way back through it.

    Attributes
    ----------
    name : str
    value : callable
        ``value(A, Y)`` is L: outputs and labels of shape (k, …, m), k outputs and m samples,
        give an array of shape (…), which is one number for two matrices.
    backward : callable
        ``backward(delta, A, Y)`` writes ∂L/∂A, which has the mean's 1/m, into `delta`.
    """

    name: str
    value: Callable[[Array, Array], Array]
    backward: Callable[[Array, Array, Array], None]

    def output_delta(self, delta: Array, Z: Array, A: Array, Y: Array, phi: Activation) -> None:
        """Write δ[L] = ∂L/∂A[L] ⊙ φ′(Z[L]) into `delta`; all arrays have the shape (k, m)."""
        self.backward(delta, A, Y)
        phi.backward(delta, Z, A)


LOSSES = {"squared error": Loss("squared error", squared_error, squared_error_back)}


def find_loss(name: str) -> Loss:
    """Return the loss called `name`.

    Raises
    ------
    ValueError
        If there is none; the message lists those that exist.

    Examples
    --------
    >>> find_loss("squared error").name
    'squared error'
    """
    return LOSSES[known_name(name, LOSSES, "loss")]


@np.errstate(over="ignore", invalid="ignore")
def mean_squared_error(A: ArrayLike, Y: ArrayLike) -> float:
    """Return L = 1/(2m) Σ (A − Y)²; NaN or infinity in them gives NaN or infinity.

    Parameters
    ----------
    A, Y : array_like, shape (k, m)
        Outputs and what they should be, k per sample.

    Raises
    ------
    TypeError, ValueError
        If the two aren't matrices of one shape.

    Examples
    --------
    >>> mean_squared_error([[1.0, 0.0]], [[0.0, 0.0]])
    0.25
    """
    return float(squared_error(*_same_shape(A, Y)))


@np.errstate(over="ignore", invalid="ignore")
def mean_squared_error_gradient(A: ArrayLike, Y: ArrayLike) -> Array:
    """Return ∂L/∂A = (A − Y) / m, of shape (k, m). Arguments and errors as above.

    Examples
    --------
    >>> mean_squared_error_gradient([[1.0, 0.0]], [[0.0, 0.0]])
    array([[0.5, 0. ]])
    """
    A, Y = _same_shape(A, Y)
    dA = np.empty(A.shape, np.result_type(A, Y))
    squared_error_back(dA, A, Y)
    return dA


def accuracy(A: ArrayLike, Y: ArrayLike) -> float:
    """Return the share of samples whose class is right, between 0 and 1.

    One output says class 1 where it is above ½; with several the largest names the class,
    and where two are the largest none does. The share is NaN where `A` has a NaN, and where
    `Y` names no classes: where it isn't 0 or 1 in one row, or one-hot in several.
    Arguments and errors as above.

    Examples
    --------
    >>> accuracy([[0.9, 0.2]], [[1, 1]])
    0.5
    """
    A, Y = _same_shape(A, Y)
    if np.isnan(A).any() or not names_classes(Y):
        return math.nan
    if Y.shape[0] == 1:
        return float(np.mean((A > 0.5) == (Y == 1)))
    largest = A.max(axis=0)
    return float(np.mean(((largest == A) == Y).all(axis=0)))


def names_classes(Y: Array) -> bool:
    """Whether labels of shape (k, m) are 0 or 1 in one row, or one-hot in several."""
    return bool(((Y == 0) | (Y == 1)).all() and (len(Y) == 1 or (Y.sum(axis=0) == 1).all()))


def _same_shape(A: ArrayLike, Y: ArrayLike) -> tuple[Array, Array]:
    given, A, Y = Y, as_floats(A, "A"), as_floats(Y, "Y")
    if A.shape != Y.shape or A.ndim != 2 or A.size == 0:
        matrix = A.ndim == 2 and A.size and A.shape != Y.shape
        hint = shape_hint(Y, given, "Y", *A.shape) if matrix else ""
        raise ValueError(
            f"A has shape {A.shape} and Y has shape {Y.shape}; expected one shape (k, m), "
            f"one row per output and one column per sample.{hint}"
        )
    return A, Y
