"""The formulas of lesson 2: forward, what is cached, He's weights."""

from itertools import product as pairs

import numpy as np

from helpers.network import MLP
from helpers.tests.notebooks.formulas.cells import Cell
from helpers.tests.notebooks.formulas.numbers import exact, layer, numbers, of, same, three_layers
from helpers.validation import Array

LESSON = "02_forward_caching"


def relu(Z: Array) -> Array:
    return np.array([[max(z, 0.0) for z in row] for row in Z])


@of(LESSON, "napkin-run")
def two_layers_forward(cell: Cell) -> None:
    W1, b1, W2, b2, X = numbers(3, 4), numbers(3, 1), numbers(2, 3), numbers(2, 1), numbers(4, 5)
    names = cell.run(W1=W1, b1=b1, W2=W2, b2=b2, X=X)
    Z1 = layer(W1, X, b1)
    same(names["Z1"], Z1)
    same(names["A1"], relu(Z1))
    same(names["Z2"], layer(W2, relu(Z1), b2))
    assert names["A2"] is names["Z2"]


@of(LESSON, "broadcast")
def a_bias_of_either_shape(cell: Cell) -> None:
    W1, X, b1 = numbers(3, 4), numbers(4, 3), numbers(3, 1)
    (_, column), (_, row) = cell.run(W1=W1, X=X, b1=b1)["printed"]
    same(column, layer(W1, X, b1))
    for i, k in pairs(range(3), range(3)):  # each sample gets what was meant for a unit
        same(row[i, k], column[i, k] - b1[i, 0] + b1[k, 0])


@of(LESSON, "rows-code")
def samples_in_rows(cell: Cell) -> None:
    W1, X, b1 = numbers(3, 4), numbers(4, 5), numbers(3, 1)
    names = cell.run(W1=W1, X=X, b1=b1)
    same(names["ours"], layer(W1, X, b1))
    same(names["theirs"], layer(W1, X, b1).transpose())
    assert names["printed"] == [("the same numbers, transposed:", True)]


@of(LESSON, "count")
def number_of_parameters(cell: Cell) -> None:
    network = three_layers().network
    names = cell.run(network=network)
    counts = [(4 * 3, 3), (3 * 5, 5), (5 * 2, 2)]
    assert names["total"] == sum(map(sum, counts)) == network.theta.size
    ends = [f"= {weights} + {biases} = {weights + biases}" for weights, biases in counts]
    *lines, last = names["printed"]
    assert all(line.endswith(end) for (line,), end in zip(lines, ends, strict=True))
    assert [line.split(":")[0] for (line,) in lines] == ["layer 1", "layer 2", "layer 3"]
    assert last == ("together", names["total"])


@of(LESSON, "views")
def a_weight_is_a_part_of_theta(cell: Cell) -> None:
    network = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"), seed=3)
    before = network.theta.copy()
    ((_, rise),) = cell.run(network=network)["printed"]
    same(rise, 1.0)
    np.testing.assert_array_equal(network.theta, before)


@of(LESSON, "solution-he-weights")
def weights_of_he(cell: Cell) -> None:
    draws = numbers(3, 8)
    weights = cell.run()["solution"](draws)
    same(weights, draws / 2)  # √(2/8)
    # with inputs of mean square q, the mean square of z is 2q, of which ReLU leaves the half
    draws, inputs = numbers(400, 300), numbers(300, 50)
    ratio = np.mean((cell.run()["solution"](draws) @ inputs) ** 2) / np.mean(inputs**2)
    same(ratio, 2.0, near=0.05)


@of(LESSON, "he")
def signals_through_ten_layers(cell: Cell) -> None:
    ten_layers = (100,) * 11, ("relu",) * 10
    narrow = MLP((100, *(5,) * 10), ("relu",) * 10, seed=0)  # the same, in less time
    names = cell.run(MLP=lambda *made, seed: narrow.copy() if made == ten_layers else None)
    samples = np.random.default_rng(0).normal(size=(100, 300))
    assert list(names["sizes"]) == [0.5, 1, 2]
    for (factor, sizes), (line,) in zip(names["sizes"].items(), names["printed"], strict=True):
        A, expected = samples, [root_mean_square(samples)]
        for l in range(1, 11):
            A = np.maximum(np.dot(factor * narrow.W[l], A), 0)
            expected.append(root_mean_square(A))
        same(sizes, expected)
        assert f"layer 1 {expected[1]:.2f}, layer 10 {expected[10]:.3g}" in line
        assert line.startswith(f"{factor:3} ×")


def root_mean_square(A: Array) -> float:
    return float(np.vdot(A, A) / A.size) ** 0.5


@of(LESSON, "solution-layer-forward")
def one_layer_forward(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    for l, activation in enumerate(case.network.activations, 1):
        W, b = case.network.W[l], case.network.b[l]
        A, cache = cell.run()["solution"](W, b, right.A[l - 1], activation)
        same(A, right.A[l])
        same(cache["Z"], right.Z[l])
        same(cache["A_prev"], right.A[l - 1])


@of(LESSON, "forward-loop")
def every_layer_forward(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    A, Z = cell.run()["forward"](case.network, case.X)
    assert (sorted(A), sorted(Z)) == ([0, 1, 2, 3], [1, 2, 3])
    for l in Z:
        same(Z[l], right.Z[l])
        same(A[l], right.A[l])
    np.testing.assert_array_equal(A[0], case.X)


@of(LESSON, "forward-compare")
def caches_of_each_layer(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    names = cell.run(network=case.network, X=case.X, forward=lambda *_: (right.A, right.Z))
    sizes = case.network.layer_sizes
    assert names["printed"][0][1] is True
    for l, (line,) in enumerate(names["printed"][1:], 1):
        before, here = (sizes[l - 1], 6), (sizes[l], 6)
        assert line == f"layer {l}: A_prev {before}  Z {here}  A {here}"
    assert len(names["printed"]) == 4


@of(LESSON, "memory")
def bytes_of_the_caches(cell: Cell) -> None:
    network = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"))
    _, caches = network.forward(numbers(2, 300))
    names = cell.run(network=network, caches=caches)
    arrays = [*caches.A.values(), *caches.Z.values()]
    assert names["numbers"] == sum(1 for array in arrays for _ in array.flat)
    size = sum(array.nbytes for array in arrays)
    assert f"{names['numbers']:,} numbers, {size:,} bytes;" in names["printed"][0][0]
