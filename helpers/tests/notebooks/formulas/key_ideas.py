"""The code column of the tables of key ideas: each piece of code, evaluated."""

import ast
import math
import re
from collections.abc import Callable
from functools import cache
from types import SimpleNamespace
from typing import Any

import numpy as np

from helpers.activations import find_activation
from helpers.gradient_check import DEFAULTS, check_gradient
from helpers.losses import mean_squared_error
from helpers.tests.notebooks.formulas.cells import Cell, markdown_of
from helpers.tests.notebooks.formulas.numbers import (
    Check,
    exact,
    layer,
    length,
    numbers,
    row_sums,
    same,
    steps,
    three_layers,
)
from helpers.tests.notebooks.test_notebooks import NAMES
from helpers.tests.refresh_notebooks import ROOT

ONE, TWO, THREE, FOUR, FIVE = NAMES
README = "README"
CHECKS: dict[tuple[str, str, int], Check] = {}
Z = np.array([[-2.5, -0.4, 0.0], [0.3, 1.7, 4.2]])


@cache
def pieces() -> dict[tuple[str, str, int], Cell]:
    """Return each piece of code by its place, the concept in its row, and its number there."""
    texts = {README: (ROOT / "README.md").read_text(encoding="utf-8")}
    texts |= {name: "\n\n".join(markdown_of(name).values()) for name in NAMES}
    found = {}
    for place, text in texts.items():
        table = text.split("## Key ideas", 1)[1].split("\n\n|", 1)[1].split("\n\n", 1)[0]
        for row in table.splitlines()[2:]:
            concept, _, code = row.removeprefix("| ").removesuffix("|").split(" | ")
            for i, source in enumerate(re.findall("`([^`]+)`", code)):
                found[place, concept, i] = Cell(place, f"{concept}, {i}", source)
    return found


def idea(concept: str, *places: str, i: int = 0) -> Callable[[Check], Check]:
    """Enter a check under the piece of code that it is of, in each table that has it."""

    def enter(check: Check) -> Check:
        CHECKS.update({(place, concept, i): check for place in places})
        return check

    return enter


def result(cell: Cell, **given: Any) -> Any:
    """Return the value of an expression; of a statement, all names that there are then."""
    names: dict[str, Any] = {"np": np, **given}
    if isinstance(ast.parse(cell.source).body[0], ast.Expr):
        return eval(cell.source, names)
    exec(cell.source, names)
    return names


@idea("a layer for all samples", ONE)
def one_layer(cell: Cell) -> None:
    W, X, b = numbers(3, 4), numbers(4, 5), numbers(3, 1)
    same(result(cell, W=W, X=X, b=b)["Z"], layer(W, X, b))


@idea("ReLU", ONE)
def relu(cell: Cell) -> None:
    same(result(cell, Z=Z), [[z if z > 0 else 0 for z in row] for row in Z])


@idea("ReLU", ONE, i=1)
def relu_prime(cell: Cell) -> None:
    assert result(cell, Z=Z).tolist() == [[False, False, False], [True, True, True]]


@idea("sigmoid", ONE)
def sigmoid(cell: Cell) -> None:
    same(result(cell, Z=Z), [[1 / (1 + math.exp(-z)) for z in row] for row in Z])


@idea("sigmoid", ONE, i=1)
def sigmoid_prime(cell: Cell) -> None:
    slopes = [[1 / (2 + math.exp(z) + math.exp(-z)) for z in row] for row in Z]
    same(result(cell, A=find_activation("sigmoid").function(Z)), slopes)


@idea("tanh", ONE)
def tanh(cell: Cell) -> None:
    same(result(cell, Z=Z), [[math.tanh(z) for z in row] for row in Z])


@idea("tanh", ONE, i=1)
def tanh_prime(cell: Cell) -> None:
    same(result(cell, A=np.tanh(Z)), [[1 / math.cosh(z) ** 2 for z in row] for row in Z])


@idea("activations by name", ONE)
def by_name(cell: Cell) -> None:
    phi = result(cell, find_activation=find_activation)
    same(phi.function(Z), np.where(Z > 0, Z, 0))
    same(phi.derivative(Z), np.where(Z > 0, 1, 0))


@idea("forward pass", TWO)
def into_a_dict(cell: Cell) -> None:
    network, right = three_layers().network, exact(three_layers)
    for l in (1, 2, 3):
        names = result(cell, W=network.W, b=network.b, A=right.A, Z={}, l=l)
        same(names["Z"][l], right.Z[l])


@idea("a layer for all samples", README, FIVE)
def layer_l(cell: Cell) -> None:
    network, right = three_layers().network, exact(three_layers)
    for l in (1, 2, 3):
        same(result(cell, W=network.W, b=network.b, A=right.A, l=l), right.Z[l])


@idea("activation", README, FIVE)
def activation_of_layer_l(cell: Cell) -> None:
    network, right = three_layers().network, exact(three_layers)
    for l, activation in enumerate(network.activations, 1):
        same(result(cell, activation=activation, Z=right.Z, l=l), right.A[l])


@idea("one bias for all samples", TWO)
def shape_of_a_bias(cell: Cell) -> None:
    shapes = [(3, 1), (3,), (1, 3), (3, 2)]
    is_so = [result(cell, b=np.zeros(shape), n=3) for shape in shapes]
    assert is_so == [True, False, False, False]


@idea("He initialisation", README, TWO, FIVE)
def weights_of_he(cell: Cell) -> None:
    rng = SimpleNamespace(normal=lambda mean, spread, shape: (mean, spread, shape))
    mean, spread, shape = result(cell, rng=rng, n_in=8, shape=(3, 8))
    assert (mean, spread, shape) == (0, 0.5, (3, 8))


@idea("counting parameters", TWO)
def number_of_parameters(cell: Cell) -> None:
    assert result(cell, network=three_layers().network) == 3 * (4 + 1) + 5 * (3 + 1) + 2 * (5 + 1)


@idea("caches", README, TWO)
def caches(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    names = result(cell, network=case.network, X=case.X)
    same(names["A"], right.A[3])
    for l in (1, 2, 3):
        same(names["caches"].A[l - 1], right.A[l - 1])
        same(names["caches"].Z[l], right.Z[l])
        same(names["caches"].A[l], right.A[l])


@idea("the loss", README, FIVE)
def loss(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    value = result(cell, mean_squared_error=mean_squared_error, A=right.A[3], Y=case.Y)
    same(value, right.loss)


@idea("δ of the output", README, THREE, FIVE)
def delta_of_the_output(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    given = {"A": right.A[3], "Y": case.Y, "Z": right.Z, "m": 6, "L": 3}
    same(result(cell, activation=case.network.activations[-1], **given), right.delta[3])


@idea("δ one layer back", README, THREE, FIVE)
def delta_one_layer_back(cell: Cell) -> None:
    network, right = three_layers().network, exact(three_layers)
    for l in (3, 2):
        given = {"W": network.W, "delta": right.delta, "Z": right.Z, "l": l}
        same(result(cell, activation=network.activations[l - 2], **given), right.delta[l - 1])


@idea("weight gradient", THREE)
@idea("gradients", FIVE)
def weight_gradient(cell: Cell) -> None:
    right = exact(three_layers)
    for l in (1, 2, 3):
        same(result(cell, delta=right.delta, A=right.A, l=l), right.dW[l])


@idea("bias gradient", THREE)
def bias_gradient(cell: Cell) -> None:
    right = exact(three_layers)
    for l in (1, 2, 3):
        same(result(cell, delta=right.delta, l=l), row_sums(right.delta[l]))
        same(result(cell, delta=right.delta, l=l), right.db[l])


@idea("gradients", README)
def gradients(cell: Cell) -> None:
    case, right = three_layers(), exact(three_layers)
    _, kept = case.network.forward(case.X)
    gradient = result(cell, network=case.network, caches=kept, Y=case.Y)["gradient"]
    for l in (1, 2, 3):
        same(gradient.dW[l], right.dW[l])
        same(gradient.db[l], right.db[l])


@idea("two-sided difference", FOUR)
def difference(cell: Cell) -> None:
    # of z³ between z − ε and z + ε it is 3z² + ε²
    z, epsilon = 2.0, 0.2
    slope = result(cell, up=(z + epsilon) ** 3, down=(z - epsilon) ** 3, epsilon=epsilon)
    same(slope, 3 * z**2 + epsilon**2)


@idea("relative error", FOUR)
def relative_error(cell: Cell) -> None:
    a, n = np.array([3.0, 4.0]), np.array([5.0, 12.0])
    same(result(cell, a=a, n=n, norm=length), 68**0.5 / (5 + 13))


@idea("gradient check", README, FIVE)
@idea("reading it", FOUR)
def report(cell: Cell) -> None:
    case = three_layers()
    given = {"check_gradient": check_gradient, "X": case.X, "Y": case.Y}
    assert result(cell, network=case.network, **given).passed


@idea("choosing ε", FOUR)
def usual_epsilon(cell: Cell) -> None:
    assert result(cell)["epsilon"] == DEFAULTS["float64", True][0]


@idea("the cost", FOUR)
def forward_passes(cell: Cell) -> None:
    network = three_layers().network
    assert result(cell, network=network) == sum(2 for _ in network.theta)


@idea("update", README, FIVE)
def update(cell: Cell) -> None:
    case = three_layers()
    network = case.network.copy()
    gradient = network.backward(network.forward(case.X)[1], case.Y)
    result(cell, network=network, gradient=gradient, learning_rate=0.3)
    same(network.theta, steps(case.network, case.X, case.Y, 0.3, [np.arange(6)]).theta)
