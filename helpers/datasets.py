"""The data of the course: points that no straight line can separate, and real digits.

The points are of two classes. Those of one are as many as those of the other, or one more if
their number is odd, and they come in random order.
"""

import gzip
import reprlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from helpers import validation
from helpers.losses import names_classes
from helpers.texts import say
from helpers.validation import Array, Seed, as_columns, positive_number, random_generator

Points = tuple[Array, Array]
# returns so many points of class 0 or 1, shape (2, n), before the noise
Curve = Callable[[int, int, np.random.Generator], Any]
REACH = 1.5  # of scaled points, and of the circles, the squares and the spirals


def two_moons(n_samples: int = 300, noise: float = 0.15, seed: Seed = 0) -> Points:
    """Return points on two interlocking half circles, with noise, in random order.

    Parameters
    ----------
    n_samples : int
        How many points; if odd, the upper moon gets one more.
    noise : float
        Standard deviation of what is added to both coordinates; the circles' radius is 1.
    seed : int, Generator or None
        Where the noise and the order come from. Weights of the same seed are drawn from
        another stream.

    Returns
    -------
    X : ndarray, shape (2, n_samples)
        The coordinates, one column per point.
    Y : ndarray, shape (1, n_samples)
        0 for the upper moon, 1 for the lower.

    Raises
    ------
    TypeError, ValueError
        If `n_samples` is below 1 or too many for the memory, `noise` is negative, or either
        isn't a number.

    Examples
    --------
    >>> X, Y = two_moons(4, noise=0)
    >>> X.shape, Y.shape
    ((2, 4), (1, 4))
    """

    def moon(n: int, label: int, _: np.random.Generator) -> Any:
        angle = np.linspace(0, np.pi, n)
        upper = np.cos(angle), np.sin(angle)
        return (1 - upper[0], 0.5 - upper[1]) if label else upper

    return _two_classes(moon, n_samples, noise, seed)


def circles(n_samples: int = 300, noise: float = 0.15, seed: Seed = 0) -> Points:
    """Return points on two circles about the origin, with noise, in random order.

    Parameters
    ----------
    n_samples, noise, seed
        As of `two_moons`.

    Returns
    -------
    X : ndarray, shape (2, n_samples)
    Y : ndarray, shape (1, n_samples)
        0 for the outer circle, of radius 1.5; 1 for the inner one, of radius 0.5.

    Raises
    ------
    TypeError, ValueError
        As `two_moons`.

    Examples
    --------
    >>> X, Y = circles(6, noise=0)
    >>> np.linalg.norm(X, axis=0).round(1).tolist() == np.where(Y[0] == 1, 0.5, 1.5).tolist()
    True
    """

    def circle(n: int, label: int, _: np.random.Generator) -> Any:
        angle = 2 * np.pi * np.arange(n) / n
        return (REACH - label) * np.array([np.cos(angle), np.sin(angle)])

    return _two_classes(circle, n_samples, noise, seed)


def xor(n_samples: int = 300, noise: float = 0.15, seed: Seed = 0) -> Points:
    """Return points in four squares about the origin, with noise, in random order.

    Whether one coordinate is positive, exclusive or the other: that is the class.

    Parameters
    ----------
    n_samples, noise, seed
        As of `two_moons`; the seed decides where in the squares the points are, too.

    Returns
    -------
    X : ndarray, shape (2, n_samples)
        Between −1.5 and 1.5, before the noise.
    Y : ndarray, shape (1, n_samples)
        0 where both coordinates had the same sign before the noise, 1 where they didn't.

    Raises
    ------
    TypeError, ValueError
        As `two_moons`.

    Examples
    --------
    >>> X, Y = xor(6, noise=0)
    >>> (X[0] * X[1] < 0).tolist() == (Y[0] == 1).tolist()
    True
    """

    def squares(n: int, label: int, rng: np.random.Generator) -> Any:
        size, side = rng.uniform(0, REACH, (2, n)), rng.choice([-1, 1], n)
        return size * (side, -side if label else side)

    return _two_classes(squares, n_samples, noise, seed)


def spirals(n_samples: int = 300, noise: float = 0.15, seed: Seed = 0) -> Points:
    """Return points on two spirals, each the other one turned half round, with noise.

    Parameters
    ----------
    n_samples, noise, seed
        As of `two_moons`.

    Returns
    -------
    X : ndarray, shape (2, n_samples)
        Before the noise at a distance of 0.2 to 1.5 from the origin, which grows evenly in one
        turn.
    Y : ndarray, shape (1, n_samples)
        0 for the spiral that ends on the right, 1 for the one that ends on the left.

    Raises
    ------
    TypeError, ValueError
        As `two_moons`.

    Examples
    --------
    >>> X, Y = spirals(2, noise=0)
    >>> bool(np.allclose(X[:, 0], -X[:, 1]))
    True
    """

    def spiral(n: int, label: int, _: np.random.Generator) -> Any:
        radius, angle = np.linspace((0.2, 0), (REACH, 2 * np.pi), n).T
        return (1 - 2 * label) * radius * (np.cos(angle), np.sin(angle))

    return _two_classes(spiral, n_samples, noise, seed)


def _two_classes(curve: Curve, n_samples: int, noise: float, seed: Seed) -> Points:
    """Return points of both classes, with noise, shuffled; what was asked for is checked."""
    n_samples = validation.whole_number(n_samples, "n_samples", 1)
    noise = positive_number(noise, "noise", or_zero=True)
    rng = random_generator(seed, "data")
    validation.check_memory(12 * n_samples, "memory.points", n_samples=n_samples)
    sizes = (n_samples + 1) // 2, n_samples // 2
    X = np.hstack([curve(n, label, rng) for label, n in enumerate(sizes)])
    X += noise * rng.normal(size=X.shape)
    Y = np.repeat([[0.0, 1.0]], sizes, axis=1)
    order = rng.permutation(n_samples)
    return X[:, order], Y[:, order]


DATASETS = {"moons": two_moons, "circles": circles, "xor": xor, "spirals": spirals}


def points_of_two_classes(X: ArrayLike, Y: ArrayLike) -> Points:
    """Return points of the plane and their classes, checked.

    Parameters
    ----------
    X : array_like, shape (2, m)
    Y : array_like, shape (1, m)

    Raises
    ------
    TypeError, ValueError
        If the shapes are different, or `Y` isn't 0 or 1 everywhere.

    Examples
    --------
    >>> X, Y = points_of_two_classes([[3, 1], [4, 5]], [[0, 1]])
    >>> X.dtype, Y.shape
    (dtype('float64'), (1, 2))
    """
    X = as_columns(X, "X", 2, float)
    positive_number(np.abs(X).max(), "largest_of_X", or_zero=True)
    Y = as_columns(Y, "Y", 1, float, X.shape[1])
    if not names_classes(Y):
        values = np.unique(Y).tolist()
        raise ValueError(say("datasets.classes", values=reprlib.repr(values), last=values[-1]))
    return X, Y


def scaled(X: Array) -> Array:
    """Return features from −1.5 to 1.5: each row is moved and stretched by itself.

    Parameters
    ----------
    X : ndarray, shape (n, m)
        A row whose numbers are all the same becomes 0.

    Examples
    --------
    >>> scaled(np.array([[1990.0, 2000.0, 2010.0], [7.0, 7.0, 7.0]]))
    array([[-1.5,  0. ,  1.5],
           [ 0. ,  0. ,  0. ]])
    """
    low, high = X.min(axis=1, keepdims=True), X.max(axis=1, keepdims=True)
    half = (high - low) / 2
    return REACH * (X - (low + half)) / np.where(half == 0, 1, half)


def digits(seed: Seed = 0) -> tuple[Points, Points]:
    """Return 1,437 handwritten digits to train on, and 360 others to test with.

    Each is a picture of 8 × 8 pixels, from 0 for white to 1 for black, row by row from the top.
    They are parted at random, so some of both are by the same hand. Source and licence are in
    digits.md beside the file.

    Parameters
    ----------
    seed : int, Generator or None
        Where the order comes from, and so who is in which part.

    Returns
    -------
    training, fresh : pair of ndarray
        X, of shape (64, m), one column per picture, and Y, of shape (10, m), with a 1 in the row
        of the digit and 0 elsewhere.

    Raises
    ------
    TypeError, ValueError
        If `seed` isn't one.

    Examples
    --------
    >>> (X, Y), fresh = digits()
    >>> X.shape, Y.shape
    ((64, 1437), (10, 1437))
    """
    rng = random_generator(seed, "digits")
    with gzip.open(Path(__file__).with_name("digits.csv.gz"), "rt", encoding="ascii") as file:
        rows = np.array([line.split(",") for line in file], int)
    X, classes = rows[:, :-1].T / 16, rows[:, -1]
    Y = np.eye(10)[:, classes]
    training, fresh = np.split(rng.permutation(classes.size), [classes.size * 4 // 5])
    return (X[:, training], Y[:, training]), (X[:, fresh], Y[:, fresh])
