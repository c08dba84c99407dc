"""The data of the course: two moons, which no straight line can separate, and real digits."""

import gzip
from pathlib import Path

import numpy as np

from helpers.validation import Array, check_memory, positive_number, random_generator, whole_number


def two_moons(
    n_samples: int = 300, noise: float = 0.15, seed: int | np.random.Generator | None = 0
) -> tuple[Array, Array]:
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
    n_samples = whole_number(n_samples, "n_samples", 1)
    noise = positive_number(noise, "noise", or_zero=True)
    rng = random_generator(seed, "data")
    check_memory(12 * n_samples, f"n_samples is {n_samples:,}; making them")
    upper, lower = (np.linspace(0, np.pi, n) for n in ((n_samples + 1) // 2, n_samples // 2))
    X = np.hstack([[np.cos(upper), np.sin(upper)], [1 - np.cos(lower), 0.5 - np.sin(lower)]])
    X += noise * rng.normal(size=X.shape)
    Y = np.repeat([[0.0, 1.0]], [upper.size, lower.size], axis=1)
    order = rng.permutation(n_samples)
    return X[:, order], Y[:, order]


def digits(
    seed: int | np.random.Generator | None = 0,
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
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
    with gzip.open(Path(__file__).with_name("digits.csv.gz"), "rt", encoding="ascii") as file:
        rows = np.array([line.split(",") for line in file], int)
    X, classes = rows[:, :-1].T / 16, rows[:, -1]
    order = random_generator(seed, "digits").permutation(classes.size)
    Y = np.eye(10)[:, classes]
    training, fresh = np.split(order, [classes.size * 4 // 5])
    return (X[:, training], Y[:, training]), (X[:, fresh], Y[:, fresh])
