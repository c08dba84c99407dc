"""The loss, its gradient and the accuracy."""

import math
import re
import warnings
from typing import Any

import numpy as np
import pytest

from helpers.losses import accuracy, mean_squared_error, mean_squared_error_gradient
from helpers.network import MLP
from helpers.training import train

FUNCTIONS = (mean_squared_error, mean_squared_error_gradient, accuracy)


def test_loss_by_hand() -> None:
    A = np.array([[1, 2, 3], [3, 4, 5]])  # two outputs, three samples
    assert mean_squared_error(A, 0 * A) == (1 + 4 + 9 + 9 + 16 + 25) / 2 / 3
    np.testing.assert_allclose(mean_squared_error_gradient(A, 0 * A + 1), (A - 1) / 3)


def test_float32_stays_and_the_arguments_are_not_written_to() -> None:
    A, Y = np.ones((2, 3), np.float32), np.zeros((2, 3), np.float32)
    assert mean_squared_error_gradient(A, Y).dtype == np.float32
    assert A.all()
    assert not Y.any()


def test_accuracy_of_one_output_counts_both_sides_of_a_half() -> None:
    assert accuracy([[0.9, 0.4, 0.6, 0.1]], [[1, 0, 0, 1]]) == 0.5
    assert accuracy([[0.9, 0.8, 0.1]], [[1, 1, 0]]) == 1
    assert accuracy([[0.5]], [[0]]) == 1, "½ itself isn't above ½"


@pytest.mark.parametrize("rows", [1, 3])
def test_a_nan_is_of_no_class(rows: int) -> None:
    numbers = np.repeat(np.eye(rows)[:, :1], 4, axis=1)
    spoiled = numbers.copy()
    spoiled[0, 2] = np.nan
    for A, Y in ((numbers, spoiled), (spoiled, numbers), (spoiled, spoiled)):
        assert math.isnan(accuracy(A, Y))
    assert accuracy(numbers, numbers) == 1


def test_accuracy_of_several_outputs_asks_for_the_largest() -> None:
    A = [[0.2, 0.9, 0.1], [0.3, 0.05, 0.2], [0.1, 0.05, 0.4]]
    Y = [[0, 1, 1], [1, 0, 0], [0, 0, 0]]
    assert accuracy(A, Y) == pytest.approx(2 / 3)
    # three outputs, two samples: classes 0 and 1 where 1 and 0 are right
    assert accuracy([[0.9, 0.2], [0.1, 0.8], [0.0, 0.0]], [[0, 1], [1, 0], [0, 0]]) == 0


def test_where_two_outputs_are_the_largest_no_class_is_named() -> None:
    A = np.array([[0.4, 0.4, 0.0, 0.7], [0.4, 0.2, 0.0, 0.7], [0.1, 0.4, 0.0, 0.1]])
    for right in range(3):
        assert accuracy(A, np.eye(3)[:, [right] * 4]) == 0
    A[0] += 1e-9
    assert accuracy(A, np.eye(3)[:, [0] * 4]) == 1


@pytest.mark.parametrize(
    "Y",
    [
        [[1, 2, 2, 1]],  # two classes, not called 0 and 1
        [[0, 9, 4, 1]],  # ten of them
        [[-1, 1, 1, -1]],
        [[0.1, 0.9, 0.9, 0.1]],  # a regression's, or smoothed
        [[0, 1, 0.5, 1]],
        [[0, 1, 1, 0], [0, 0, 1, 1]],  # of no class, and of two
        [[0, 1, 1, 0], [0, 0, 0, 1]],
        [[0.5, 1, 0, 0], [0.5, 0, 1, 1]],
        [[2, 1, 0, 0], [-1, 0, 1, 1]],
        [[1, 2, 3, 0], [0, 1, 2, 3]],
    ],
)
def test_labels_that_name_no_class_have_no_share_and_no_line_shows_one(Y: Any) -> None:
    assert math.isnan(accuracy(Y, Y))
    X, network = np.ones((2, 4)), MLP([2, len(Y)], ["linear"])
    history = train(network, X, Y, epochs=2, learning_rate=0.1, test=(X, Y), progress=0)
    assert np.isnan([history.train_accuracy, history.test_accuracy]).all()
    assert "accuracy" not in repr(history)
    assert "nan" not in repr(history)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_what_is_no_matrix_or_of_another_shape_is_refused(function: Any) -> None:
    given = (4, 1), (4,), (1, 3), (1, 1), (), (1, 1, 4)
    pairs: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((1, 4), shape) for shape in given]
    for A, Y in (*pairs, ((3,), (3,)), ((0, 3), (0, 3)), ((3, 0), (3, 0)), ((1, 2, 3), (1, 2, 3))):
        said = re.escape(f"A has shape {A} and Y has shape {Y}; expected one shape (k, m)")
        with pytest.raises(ValueError, match=said) as error:
            function(np.zeros(A), np.zeros(Y))
        helped = {(4, 1): " Did you mean Y.T?", (4,): " Did you mean Y.reshape(1, -1)?"}
        helped[1, 1, 4] = helped[4,]
        assert str(error.value).endswith(f"one column per sample.{helped.get(Y, '')}")


def test_labels_of_any_size_are_taken_by_squared_error_without_a_warning() -> None:
    network = MLP([1, 2], ["linear"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        network.backward(network.forward([[1, 2]])[1], [[1e308, -1e308], [1.7e308, 3]])
