"""The formulas of lesson 5: the update, the loop, and what is read off a trained network."""

import builtins
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from helpers.network import MLP
from helpers.tests.independent import reference
from helpers.tests.networks import Case, random_case
from helpers.tests.notebooks.formulas.cells import Cell, Names
from helpers.tests.notebooks.formulas.numbers import length, numbers, of, same, steps

LESSON = "05_training"


def few_rounds(*bounds: int) -> Sequence[int]:
    """Return 5 numbers instead of 2,000, those at which the loop prints among them."""
    return [0, 1, 399, 400, 1999] if bounds == (2000,) else builtins.range(*bounds)


def moons_like() -> Case:
    return random_case([2, 16, 8, 1], ["relu", "relu", "sigmoid"], 7)


def all_samples(rounds: int) -> list[NDArray[np.intp]]:
    return [np.arange(7)] * rounds


@of(LESSON, "before")
def weights_and_biases_counted(cell: Cell) -> None:
    case = moons_like()
    names = cell.run(X=case.X, Y=case.Y > 0)
    assert names["weights"] == sum(1 for W in names["network"].W.values() for _ in W.flat)
    biases = sum(1 for b in names["network"].b.values() for _ in b.flat)
    expected = f"{names['weights']} random weights and {biases} biases that are 0"
    assert names["printed"] == [(expected,)]
    start = MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"), seed=3)
    np.testing.assert_array_equal(names["network"].theta, start.theta)


@of(LESSON, "solution-update")
def one_step_downhill(cell: Cell) -> None:
    theta, gradient = numbers(2, 6)
    expected = [t - 0.3 * g for t, g in zip(theta, gradient, strict=True)]
    same(cell.run()["solution"](theta.copy(), gradient, 0.3), expected)


@of(LESSON, "loop-code")
def the_loop(cell: Cell) -> None:
    case = moons_like()
    names = cell.run(untrained=case.network, X=case.X, Y=case.Y, range=few_rounds)
    before = steps(case.network, case.X, case.Y, 0.5, all_samples(4))
    after = steps(case.network, case.X, case.Y, 0.5, all_samples(5))
    same(names["network"].theta, after.theta)
    same(names["loss"], reference(Case(before, case.X, case.Y)).loss)
    start = reference(Case(case.network, case.X, case.Y)).loss
    lines = [line for (line,) in names["printed"]]
    assert lines[0].startswith(f"epoch    0   loss {start:.4f}   accuracy ")
    assert [line.split()[1] for line in lines] == ["0", "400", "1999"]


@of(LESSON, "plus-code")
def the_loop_uphill(cell: Cell) -> None:
    case = moons_like()
    names = cell.run(untrained=case.network, X=case.X, Y=case.Y, range=few_rounds)
    climbed = steps(case.network, case.X, case.Y, -0.5, all_samples(5))
    same(names["climber"].theta, climbed.theta)
    loss = reference(Case(climbed, case.X, case.Y)).loss
    assert names["printed"][0][0].startswith(f"loss {loss:.2f}, accuracy ")


@of(LESSON, "vanishing")
def lengths_of_the_gradients_of_eight_layers(cell: Cell) -> None:
    case = moons_like()
    names = cell.run(X=case.X, Y=case.Y)
    for name, line in zip(("relu", "sigmoid"), names["ax"].lines, strict=True):
        deep = MLP((2, *(16,) * 7, 1), (name,) * 7 + ("sigmoid",), seed=3)
        right = reference(Case(deep, case.X, case.Y))
        expected = [length(np.hstack([right.dW[l], right.db[l]])) for l in range(1, 9)]
        same(names["norms"][name], expected)
        same(line.get_xydata(), np.array(list(enumerate(expected, 1))))
    assert names["ax"].get_ylabel() == "norm of [dW db]"


@of(LESSON, "vanishing-numbers")
def last_gradient_by_the_first(cell: Cell) -> None:
    asked: Names = {}

    def check_gradient(*_: object, epsilon: float) -> Any:
        return SimpleNamespace(passed=asked.setdefault("epsilon", epsilon))

    def train(*_: object, **settings: Any) -> Any:
        asked.update(settings)
        return SimpleNamespace(train_accuracy=[0.1, 0.2, 0.75])

    deep = SimpleNamespace(copy=lambda: None)  # only a copy is trained
    given = {"deep": deep, "X": None, "Y": None, "train": train, "check_gradient": check_gradient}
    names = cell.run(norms={"relu": [2.0, 5.0, 6.0], "sigmoid": [0.5, 7.0, 20.0]}, **given)
    (relu,), (sigmoid,), (_, passed), (accuracy,) = names["printed"]
    assert (relu.split()[0], relu.split()[-1]) == ("relu", "3")
    assert (sigmoid.split()[0], sigmoid.split()[-1]) == ("sigmoid", "40")
    assert (passed, accuracy.split()[-1]) == (1e-4, "0.75")
    assert (asked["epochs"], asked["learning_rate"], asked["progress"]) == (1000, 0.5, 0)


@of(LESSON, "moved")
def weights_that_moved(cell: Cell) -> None:
    case = moons_like()
    before, after = case.network.copy(), case.network.copy()
    before.b[2][:3] = -100
    sizes = {1: 0.3, 2: 0.6, 3: 1.2}
    for l, size in sizes.items():
        after.W[l][:] += size * before.W[l]
    right = reference(Case(before, case.X, case.Y))
    off = [all(z <= 0 for z in row) for row in right.Z[2]]
    dead = np.flatnonzero(off)
    after.W[2][dead] = before.W[2][dead] - 5e-4
    sizes[2] = length(after.W[2] - before.W[2]) / length(before.W[2])
    names = cell.run(untrained=before, network=after, X=case.X)
    for l in sizes:
        same(names["moved"][l], after.W[l] - before.W[l])
    assert names["off"].tolist() == off
    *changes, (_, units), (_, stayed) = names["printed"]
    lines = [f"W[{l}] changed by {size:.2f} of its length" for l, size in sizes.items()]
    assert [line for (line,) in changes] == lines
    for off_by, less in ((5e-4, True), (-5e-4, True), (2e-3, False), (-2e-3, False)):
        after.W[2][dead] = before.W[2][dead] - off_by
        again = cell.run(untrained=before, network=after, X=case.X)["printed"]
        assert (bool(again[-1][1]), bool(stayed)) == (less, True)
    assert units.tolist() == [i for i, is_off in enumerate(off) if is_off]
    at_the_corner = SimpleNamespace(Z={2: np.array([[-1.0, 0.0], [-1.0, 1.0]])})
    assert cell.value("off", caches=at_the_corner).tolist() == [True, False]


@of(LESSON, "rate-dead")
def units_that_are_off(cell: Cell) -> None:
    at_the_corner = SimpleNamespace(Z={2: np.array([[-1.0, 0.0], [-1.0, 1.0]])})
    assert cell.value("off", caches=at_the_corner).tolist() == [True, False]
    case = moons_like()
    case.network.b[2][:3] = -100
    names = cell.run(untrained=case.network, X=case.X, Y=case.Y, train=lambda *_, **__: None)
    off = [all(z <= 0 for z in row) for row in reference(case).Z[2]]
    assert names["printed"][0][0].startswith(f"rate 100: {sum(off)} of 8 units")


@of(LESSON, "solution-one-epoch")
def one_epoch(cell: Cell) -> None:
    case, order = moons_like(), np.random.default_rng(0).permutation(7)
    network = case.network.copy()
    cell.run()["solution"](network, case.X, case.Y, order, 3, 0.2)
    batches = [order[:3], order[3:6], order[6:]]
    same(network.theta, steps(case.network, case.X, case.Y, 0.2, batches).theta)
