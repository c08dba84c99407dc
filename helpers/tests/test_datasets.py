"""The points of two classes, and the digits."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from helpers.datasets import DATASETS, circles, digits, scaled, spirals, two_moons, xor
from helpers.network import MLP
from helpers.validation import Array


@pytest.fixture(params=DATASETS.values(), ids=list(DATASETS))
def points(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.mark.parametrize("n", [1, 2, 3, 10, 201])
def test_any_number_of_points_odd_or_even(points: Any, n: int) -> None:
    X, Y = points(n)
    assert X.shape == (2, n)
    assert Y.shape == (1, n)
    assert X.dtype == Y.dtype == np.float64
    assert np.count_nonzero(Y == 0) == (n + 1) // 2
    assert np.count_nonzero(Y == 1) == n // 2


def by_class(points: Any, n: int = 201) -> tuple[Array, Array]:
    """Return the points of either class, without noise."""
    X, Y = points(n, noise=0)
    return X[:, Y[0] == 0], X[:, Y[0] == 1]


def test_without_noise_the_points_lie_all_along_the_two_half_circles() -> None:
    upper, lower = by_class(two_moons)
    np.testing.assert_allclose(np.linalg.norm(upper, axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(lower - [[1], [0.5]], axis=0), 1, rtol=1e-12)
    assert (upper[1] > -1e-12).all()
    assert (lower[1] < 0.5 + 1e-12).all()
    np.testing.assert_allclose([upper[0].min(), upper[0].max()], [-1, 1])
    np.testing.assert_allclose([lower[0].min(), lower[0].max()], [0, 2])
    assert "0 for the upper moon, 1 for the lower." in str(two_moons.__doc__)


def test_without_noise_the_points_lie_all_along_the_two_circles() -> None:
    for found, radius in zip(by_class(circles), (1.5, 0.5), strict=True):
        np.testing.assert_allclose(np.linalg.norm(found, axis=0), radius, rtol=1e-12)
        gaps = np.diff(np.sort(np.arctan2(*found)))
        np.testing.assert_allclose(gaps, 2 * np.pi / found.shape[1])
    assert "outer circle, of radius 1.5; 1 for the inner one, of radius 0.5" in str(circles.__doc__)


def test_without_noise_the_points_lie_in_the_squares_of_their_class() -> None:
    for label, found in enumerate(by_class(xor, 4001)):
        assert ((found[0] * found[1] < 0) == label).all()
        for signs in ((1, 1 - 2 * label), (-1, 2 * label - 1)):
            inside = np.sign(found) == np.array([signs]).T
            square = np.abs(found[:, inside.all(axis=0)])
            assert square.shape[1] > 800, "about 1,000 are in each"
            assert square.max() <= 1.5
            np.testing.assert_allclose(square.mean(axis=1), 0.75, atol=0.1)  # 6 deviations


def test_without_noise_each_spiral_is_the_other_one_turned_half_round() -> None:
    first, second = by_class(spirals, 200)
    for found, end in ((first, 0), (-second, 0)):
        by_distance = found[:, np.argsort(np.linalg.norm(found, axis=0))]
        radius = np.linalg.norm(by_distance, axis=0)
        angle = np.unwrap(np.arctan2(*by_distance[::-1]))
        np.testing.assert_allclose(radius, np.linspace(0.2, 1.5, 100))
        np.testing.assert_allclose(angle - angle[-1], np.linspace(-2 * np.pi, end, 100), atol=1e-9)
        np.testing.assert_allclose(by_distance[:, -1], [1.5, 0], atol=1e-12)
    assert "on the right, 1 for the one that ends on the left" in str(spirals.__doc__)


def test_noise_has_the_spread_that_was_asked_for(points: Any) -> None:
    n, noise = 20_000, 0.3
    shift = points(n, noise)[0] - points(n, 0)[0]
    # a standard deviation from 2n draws is off by about noise / √(4n); six times that
    assert shift.std() == pytest.approx(noise, abs=6 * noise / np.sqrt(4 * n))
    assert shift.mean() == pytest.approx(0, abs=6 * noise / np.sqrt(2 * n))


def test_the_order_is_shuffled(points: Any) -> None:
    labels = points(100)[1][0]
    changes = np.count_nonzero(np.diff(labels))
    # unshuffled there is 1 change; shuffled about 50, with standard deviation 5
    assert 25 < changes < 75


def test_a_seed_gives_the_same_points_each_time_and_none_or_a_generator_others(points: Any) -> None:
    (X, Y), again, other = (points(50, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal((*X, *Y), (*again[0], *again[1]))
    assert not np.array_equal(X, other[0])
    assert not np.array_equal(Y, other[1]), "the order too depends on the seed"
    rng = np.random.default_rng(1)
    first, second, fresh = (points(5, seed=s)[0] for s in (rng, rng, np.random.default_rng(1)))
    np.testing.assert_array_equal(first, fresh)
    for one, another in ((first, second), (points(5, seed=None)[0], points(5, seed=None)[0])):
        assert not np.array_equal(one, another)


def test_weights_of_the_same_seed_share_no_draw_with_the_noise(points: Any) -> None:
    shift = points(50, 1, seed=3)[0] - points(50, 0, seed=3)[0]
    weights = MLP([2, 10, 1], ["relu", "relu"], seed=3).W[1]  # of standard deviation √(2/2)
    gaps = np.abs(np.subtract.outer(shift.ravel(), weights.ravel()))
    assert gaps.min() > 1e-12


def test_scaled_rows_reach_from_end_to_end_in_their_order() -> None:
    X = np.random.default_rng(0).normal(size=(3, 40)) * [[5e6], [1e-201], [0]]
    X += [[1e9], [-3e-200], [7.0]]
    found = scaled(X)
    for row, before in zip(found[:2], X, strict=False):
        assert (row.min(), row.max()) == pytest.approx((-1.5, 1.5))
        np.testing.assert_allclose(np.corrcoef(row, before / np.abs(before).max()), 1)
    assert (found[2] == 0).all()


def test_the_digits_are_those_of_the_source_each_once_and_in_one_part() -> None:
    spec = find_spec("sklearn")  # to import it takes seconds
    assert spec and spec.origin
    file = Path(spec.origin).with_name("datasets") / "data" / "digits.csv.gz"
    source = np.loadtxt(file, delimiter=",")
    (X, Y), (X_fresh, Y_fresh) = digits()
    assert (X.shape, Y.shape) == ((64, 1437), (10, 1437))
    assert (X_fresh.shape, Y_fresh.shape) == ((64, 360), (10, 360))
    pixels, labels = np.hstack([X, X_fresh]), np.hstack([Y, Y_fresh])
    assert (pixels.min(), pixels.max()) == (0, 1)
    assert not pixels[0].any() and "from 0 for white to 1" in str(digits.__doc__), "its corner"
    np.testing.assert_array_equal(labels.sum(axis=0), 1)
    found = np.vstack([16 * pixels, labels.argmax(axis=0)]).T
    np.testing.assert_array_equal(sorted(found.tolist()), sorted(source.tolist()))


def test_the_digits_are_parted_at_random_by_their_seed() -> None:
    first, again, other = (digits(seed)[1] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])
    for _, Y in (first, other):
        assert (Y.sum(axis=1) > 20).all(), "each class is among the fresh"
    np.testing.assert_array_equal(digits()[1][0], digits(0)[1][0])
