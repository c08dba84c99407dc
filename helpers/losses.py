"""The loss: how wrong the outputs are, as one number, and how it changes with each output.

It is a mean over the m samples and a sum over the outputs; 1/m enters every gradient here, once.

    squared error             L = 1/(2m) Σ (A − Y)²
    cross-entropy, softmax    L = −1/m Σ Y ⊙ ln A
    cross-entropy, sigmoid    L = −1/m Σ (Y ⊙ ln A + (1 − Y) ⊙ ln(1 − A))

The ½ cancels the 2 that the square brings down. With cross-entropy the loss's slope and the
outputs' collapse to δ[L] = (A[L] − Y)/m. Its logarithms are of nothing below the smallest share
that a float can tell from 0, so a share of 0 costs much and not infinitely much.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from helpers.activations import REGISTRY, Activation
from helpers.texts import say
from helpers.validation import Array, as_floats, known_name, shape_hint

ROUNDING = 1e-5  # of the sum of a sample's shares, in float32


def squared_error(A: Array, Y: Array) -> Array:
    """1/(2m) Σ (a − y)² over outputs and samples; (k, …, m) becomes (…)."""
    error = A - Y
    squares = np.vdot(error, error) if error.ndim == 2 else np.vecdot(error, error).sum(axis=0)
    return squares / (2 * Y.shape[-1])


def squared_error_back(delta: Array, A: Array, Y: Array) -> None:
    """∂L/∂A = (A − Y) / m."""
    np.subtract(A, Y, out=delta)
    delta /= Y.shape[1]


def entropy_of_all(A: Array, Y: Array) -> Array:
    """−1/m Σ y ln a over outputs and samples; (k, …, m) becomes (…)."""
    return -(Y * np.log(_above_zero(A))).sum(axis=(0, -1)) / Y.shape[-1]


def entropy_of_all_back(delta: Array, A: Array, Y: Array) -> None:
    """∂L/∂A = −Y / A / m."""
    np.divide(Y, _above_zero(A), out=delta)
    delta /= -Y.shape[1]


def entropy_of_each(A: Array, Y: Array) -> Array:
    """−1/m Σ (y ln a + (1 − y) ln(1 − a)): each output's share, and what is left for 'no'."""
    return entropy_of_all(A, Y) + entropy_of_all(_left(A), 1 - Y)


def entropy_of_each_back(delta: Array, A: Array, Y: Array) -> None:
    """∂L/∂A = (−Y / A + (1 − Y) / (1 − A)) / m."""
    np.divide(1 - Y, _left(A), out=delta)
    delta -= Y / _above_zero(A)
    delta /= Y.shape[1]


def _above_zero(A: Array) -> Array:
    return np.maximum(A, np.finfo(A.dtype).tiny)


def _left(A: Array) -> Array:
    """1 − a, and where nothing is left half of the least that could be."""
    return np.maximum(1 - A, np.finfo(A.dtype).epsneg / 2)


@dataclass(frozen=True)
class Loss:
    """A loss: its value, the way back through it, and the outputs that it is for.

    Attributes
    ----------
    name : str
    value : callable
        ``value(A, Y)`` is L: outputs and labels of shape (k, …, m), k outputs and m samples,
        give an array of shape (…), which is one number for two matrices.
    backward : callable
        ``backward(delta, A, Y)`` writes ∂L/∂A, which has the mean's 1/m, into `delta`.
    why : str
        Why it isn't for all outputs: the key of a sentence.
    bounds : tuple of float
        Between which values outputs and labels lie.
    is_elementwise : bool
        Whether each output stands for itself; otherwise those of a sample are shares of 1.
    collapses_with : Activation, optional
        With these outputs δ[L] is (A − Y)/m.
    """

    name: str
    value: Callable[[Array, Array], Array]
    backward: Callable[[Array, Array, Array], None]
    why: str
    bounds: tuple[float, float] = (-math.inf, math.inf)
    is_elementwise: bool = True
    collapses_with: Activation | None = None

    def output_delta(self, delta: Array, Z: Array, A: Array, Y: Array, phi: Activation) -> None:
        """Write δ[L] = ∂L/∂A[L] ⊙ φ′(Z[L]) into `delta`; all arrays have the shape (k, m)."""
        if phi == self.collapses_with:
            squared_error_back(delta, A, Y)  # which is (A − Y)/m as well
        else:
            self.backward(delta, A, Y)
            phi.backward(delta, Z, A)

    def suits(self, outputs: Activation) -> bool:
        """Whether outputs of this activation are of the kind that the loss is for."""
        (low, high), (lowest, highest) = self.bounds, outputs.bounds
        return self.is_elementwise == outputs.is_elementwise and low <= lowest <= highest <= high

    def check_labels(self, labels: Array, name: str) -> None:
        """Do nothing if finite labels of shape (k, m) are such as the outputs can be.

        Raises
        ------
        ValueError
            If one is out of bounds, or a sample's shares don't sum to 1.
        """
        low, high = self.bounds
        wrong, loss = labels[(labels < low) | (labels > high)], self.name
        if wrong.size:
            value = wrong[0]
            said = say("losses.no_shares", name=name, value=value, low=low, high=high, loss=loss)
            raise ValueError(said)
        if self.is_elementwise:
            return
        total = labels.sum(axis=0)
        worst = int(np.abs(total - 1).argmax())
        if abs(total[worst] - 1) > ROUNDING:
            raise ValueError(say("losses.no_whole", name=name, column=worst, total=total[worst]))


SIGMOID, SOFTMAX = REGISTRY["sigmoid"], REGISTRY["softmax"]
BY_ITSELF, LOGARITHMS = "losses.by_itself", "losses.logarithms"
LOSSES = (
    Loss("squared error", squared_error, squared_error_back, BY_ITSELF),
    Loss("cross-entropy", entropy_of_each, entropy_of_each_back, LOGARITHMS, (0, 1), True, SIGMOID),
    Loss("cross-entropy", entropy_of_all, entropy_of_all_back, LOGARITHMS, (0, 1), False, SOFTMAX),
)


def find_loss(name: str, outputs: Activation) -> Loss:
    """Return the loss called `name` for these outputs.

    Raises
    ------
    ValueError
        If there is none, or it isn't for these; the message lists those that are.

    Examples
    --------
    >>> find_loss("cross-entropy", REGISTRY["softmax"]).is_elementwise
    False
    """
    known_name(name, dict.fromkeys(loss.name for loss in LOSSES), "loss")
    known = [loss for loss in LOSSES if loss.name == name]
    for loss in known:
        if loss.suits(outputs):
            return loss
    kinds = [phi.name for phi in REGISTRY.values() if any(loss.suits(phi) for loss in known)]
    names = [repr(loss.name) for loss in LOSSES if loss.suits(outputs)]
    given, why = outputs.name, say(known[0].why)
    these, others = say("comma").join(kinds), say("or").join(names)
    said = say("losses.unsuited", name=name, outputs=given, why=why, kinds=these, others=others)
    raise ValueError(said)


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


def cross_entropy(A: ArrayLike, Y: ArrayLike) -> float:
    """Return L = −1/m Σ Y ⊙ ln A, where each column of `A` and of `Y` sums to 1.

    One row alone is the share of 'yes', and what is left of 1 counts for 'no'.

    Parameters
    ----------
    A, Y : array_like, shape (k, m)
        Outputs and what they should be, as shares from 0 to 1.

    Raises
    ------
    TypeError, ValueError
        If the two aren't matrices of one shape, or don't hold such shares.

    Examples
    --------
    >>> cross_entropy([[0.5], [0.25], [0.25]], [[1], [0], [0]])  # ln 2
    0.6931471805599453
    """
    A, Y = _same_shape(A, Y)
    loss = find_loss("cross-entropy", SIGMOID if len(A) == 1 else SOFTMAX)
    loss.check_labels(A, "A")
    loss.check_labels(Y, "Y")
    return float(loss.value(A, Y))


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
    return float(np.mean(((A.max(axis=0) == A) == Y).all(axis=0)))


def names_classes(Y: Array) -> bool:
    """Whether labels of shape (k, m) are 0 or 1 in one row, or one-hot in several."""
    return bool(((Y == 0) | (Y == 1)).all() and (len(Y) == 1 or (Y.sum(axis=0) == 1).all()))


def _same_shape(A: ArrayLike, Y: ArrayLike) -> tuple[Array, Array]:
    given, A, Y = Y, as_floats(A, "A"), as_floats(Y, "Y")
    if A.shape != Y.shape or A.ndim != 2 or not A.size:
        hint = shape_hint(Y, given, "Y", *A.shape) if A.ndim == 2 and A.size else ""
        raise ValueError(say("losses.shapes", A=A.shape, Y=Y.shape, hint=hint))
    return A, Y
