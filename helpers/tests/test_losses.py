"""What is asked of outputs and labels, and the accuracy; the losses are proved where δ is."""

import math
import re
from typing import Any

import numpy as np
import pytest

from helpers.losses import accuracy, mean_squared_error
from helpers.network import MLP
from helpers.training import train

NAN = math.nan
SHARES: list[tuple[Any, Any, float]] = [  # outputs, labels, and the accuracy
    ([[0.9, 0.4, 0.6, 0.1]], [[1, 0, 0, 1]], 1 / 2),
    ([[0.5]], [[0]], 1),  # ½ itself isn't above ½
    ([[0.2, 0.9, 0.1], [0.3, 0.05, 0.2], [0.1, 0.05, 0.4]], np.eye(3)[:, [1, 0, 0]], 2 / 3),
    ([[0.9, 0.2], [0.1, 0.8], [0.0, 0.0]], np.eye(3)[:, [1, 0]], 0),
    # where two are the largest, none names the class
    *(([[0.4, 0.4], [0.4, 0.2], [0.1, 0.4]], np.eye(3)[:, [right] * 2], 0) for right in range(3)),
    ([[0.4 + 1e-9], [0.4], [0.1]], [[1], [0], [0]], 1),
    ([[NAN, 1]], [[1, 1]], NAN),
    ([[1, 1]], [[NAN, 1]], NAN),
    ([[NAN, 1], [0, 0]], [[1, 1], [0, 0]], NAN),
    ([[1, 1], [0, 0]], [[1, NAN], [0, 0]], NAN),
]
NO_CLASSES: list[Any] = [
    [[1, 2, 2, 1]],  # two classes, not called 0 and 1
    [[-1, 1, 1, -1]],
    [[0, 1, 0.5, 1]],  # a regression's, or smoothed
    [[0, 1, 1, 0], [0, 0, 1, 1]],  # of no class, and of two
    [[0, 1, 1, 0], [0, 0, 0, 1]],
    [[1, 1, 1, 0], [0, 0, 1, 1]],
    [[0.5, 1, 0, 0], [0.5, 0, 1, 1]],
    [[2, 1, 0, 0], [-1, 0, 1, 1]],
]


def test_the_accuracy_is_the_share_of_right_classes_where_there_are_some() -> None:
    for A, Y, share in [*SHARES, *((Y, Y, NAN) for Y in NO_CLASSES)]:
        assert accuracy(A, Y) == pytest.approx(share, nan_ok=True), (A, Y)


def test_no_line_shows_the_accuracy_where_labels_name_no_class() -> None:
    for Y in NO_CLASSES:
        X, network = np.ones((2, 4)), MLP([2, len(Y)], ["linear"])
        history = train(network, X, Y, epochs=2, learning_rate=0.1, test=(X, Y), progress=0)
        assert np.isnan([history.train_accuracy, history.test_accuracy]).all()
        assert not re.search("accuracy|nan", repr(history))


def test_what_is_no_matrix_or_of_another_shape_is_refused_with_the_likely_cause() -> None:
    hints = {(4, 1): "\nDid you mean Y.T?", (4,): "\nDid you mean Y.reshape(1, -1)?"}
    hints |= {(1, 1, 4): hints[4,], (1, 3): "", (): ""}
    pairs: list[tuple[tuple[int, ...], tuple[int, ...]]] = [((1, 4), shape) for shape in hints]
    for A, Y in (*pairs, ((3,), (3,)), ((0, 3), (0, 3)), ((3, 0), (3, 0)), ((1, 2, 3), (1, 2, 3))):
        said = f"A has shape {A} and Y has shape {Y}; expected one shape (k, m), one row per "
        said += f"output and one column per sample.{hints.get(Y, '')}"
        with pytest.raises(ValueError, match=f"^{re.escape(said)}$"):
            mean_squared_error(np.zeros(A), np.zeros(Y))
