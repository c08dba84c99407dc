"""Two moons, and the digits."""

import importlib
from typing import Any

import numpy as np
import pytest

from helpers.datasets import digits, two_moons
from helpers.network import MLP
from helpers.training import train


@pytest.mark.parametrize("n", [1, 2, 3, 10, 201])
def test_any_number_of_points_odd_or_even(n: int) -> None:
    X, Y = two_moons(n)
    assert X.shape == (2, n)
    assert Y.shape == (1, n)
    assert X.dtype == Y.dtype == np.float64
    assert np.count_nonzero(Y == 0) == (n + 1) // 2
    assert np.count_nonzero(Y == 1) == n // 2


def test_without_noise_the_points_lie_all_along_the_two_half_circles() -> None:
    X, Y = two_moons(201, noise=0)
    upper, lower = X[:, Y[0] == 0], X[:, Y[0] == 1]
    np.testing.assert_allclose(np.linalg.norm(upper, axis=0), 1, rtol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(lower - [[1], [0.5]], axis=0), 1, rtol=1e-12)
    assert (upper[1] > -1e-12).all()
    assert (lower[1] < 0.5 + 1e-12).all()
    np.testing.assert_allclose([upper[0].min(), upper[0].max()], [-1, 1])
    np.testing.assert_allclose([lower[0].min(), lower[0].max()], [0, 2])


def test_noise_has_the_spread_that_was_asked_for() -> None:
    n, noise = 20_000, 0.3
    shift = two_moons(n, noise)[0] - two_moons(n, 0)[0]
    # a standard deviation from 2n draws is off by about noise / √(4n); six times that
    assert shift.std() == pytest.approx(noise, abs=6 * noise / np.sqrt(4 * n))
    assert shift.mean() == pytest.approx(0, abs=6 * noise / np.sqrt(2 * n))


def test_the_order_is_shuffled() -> None:
    labels = two_moons(100)[1][0]
    changes = np.count_nonzero(np.diff(labels))
    # unshuffled there is 1 change; shuffled about 50, with standard deviation 5
    assert 25 < changes < 75


def test_the_same_seed_gives_the_same_points_and_another_others() -> None:
    first, again, other = (two_moons(50, seed=seed) for seed in (7, 7, 8))
    np.testing.assert_array_equal(first[0], again[0])
    np.testing.assert_array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])
    assert not np.array_equal(first[1], other[1]), "the order too depends on the seed"


def test_a_generator_is_drawn_from_and_no_seed_gives_new_points_each_time() -> None:
    rng = np.random.default_rng(1)
    first, second, again = (two_moons(5, seed=s)[0] for s in (rng, rng, np.random.default_rng(1)))
    assert not np.array_equal(first, second)
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(two_moons(5, seed=None)[0], two_moons(5, seed=None)[0])


@pytest.mark.parametrize("seed", range(10))
def test_weights_of_the_same_seed_share_no_draw_with_the_noise(seed: int) -> None:
    shift = two_moons(50, 1, seed)[0] - two_moons(50, 0, seed)[0]
    weights = MLP([2, 10, 1], ["relu", "relu"], seed).W[1]  # of standard deviation √(2/2)
    gaps = np.abs(np.subtract.outer(shift.ravel(), weights.ravel()))
    assert gaps.min() > 1e-12


def test_the_global_stream_is_neither_used_nor_seeded() -> None:
    np.random.random()  # noqa: NPY002  # a seed(0) of ours would go unseen at the stream's start
    before = np.random.get_state(legacy=False)  # noqa: NPY002
    two_moons(10)
    two_moons(10, seed=None)
    digits()
    after = np.random.get_state(legacy=False)  # noqa: NPY002
    np.testing.assert_equal(after, before)


def test_the_digits_are_those_of_the_source_each_once_and_in_one_part() -> None:
    data: Any = importlib.import_module("sklearn.datasets").load_digits()
    (X, Y), (X_fresh, Y_fresh) = digits()
    assert (X.shape, Y.shape) == ((64, 1437), (10, 1437))
    assert (X_fresh.shape, Y_fresh.shape) == ((64, 360), (10, 360))
    pixels, labels = np.hstack([X, X_fresh]), np.hstack([Y, Y_fresh])
    assert (pixels.min(), pixels.max()) == (0, 1)
    np.testing.assert_array_equal(labels.sum(axis=0), 1)
    found = np.vstack([16 * pixels, labels.argmax(axis=0)]).T
    source = np.column_stack([data.data, data.target])
    np.testing.assert_array_equal(sorted(found.tolist()), sorted(source.tolist()))


def test_the_digits_are_parted_at_random_by_their_seed() -> None:
    first, again, other = (digits(seed)[1] for seed in (3, 3, 4))
    np.testing.assert_array_equal(first[0], again[0])
    assert not np.array_equal(first[0], other[0])
    for _, Y in (first, other):
        assert (Y.sum(axis=1) > 20).all(), "each class is among the fresh"
    np.testing.assert_array_equal(digits()[1][0], digits(0)[1][0])


def test_the_digits_are_learned() -> None:
    (X, Y), fresh = digits()
    network = MLP([64, 32, 10], ["relu", "softmax"], loss="cross-entropy")
    settings: dict[str, Any] = {"learning_rate": 0.2, "batch_size": 32, "progress": 0}
    history = train(network, X, Y, epochs=8, test=fresh, **settings)
    assert history.test_accuracy[-1] > 0.93
    assert history.note == ""
