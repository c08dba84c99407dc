"""The formulas of lesson 1: a layer, the activations and their slopes."""

import math
from itertools import product as product_of_sets
from types import SimpleNamespace

import numpy as np
from autograd import elementwise_grad

from helpers.tests.independent import PHI
from helpers.tests.notebooks.formulas.cells import Cell
from helpers.tests.notebooks.formulas.numbers import layer, numbers, of, product, same

LESSON = "01_activations"
Z = np.array([[-2.5, -0.4, 0.0], [0.3, 1.7, 4.2]])


@of(LESSON, "count-nodes")
def multiplications_of_a_layer(cell: Cell) -> None:
    names = cell.run()
    units, samples, inputs = range(16), range(300), range(2)
    counted = len(list(product_of_sets(units, samples, inputs)))
    assert (names["n_in"], names["n_out"], names["m"]) == (2, 16, 300)
    assert names["multiplications"] == counted == 9600
    assert "9,600 multiplications" in names["printed"][0][0]
    assert f"{counted + counted:,} nodes" in names["printed"][1][0]


@of(LESSON, "one-product-code")
def a_layer(cell: Cell) -> None:
    W, X, b = numbers(3, 4), numbers(4, 5), numbers(3, 1)
    same(cell.value("Z", W=W, X=X, b=b), layer(W, X, b))
    names = cell.run(n_in=2, n_out=16, m=300)
    assert (names["W"].shape, names["X"].shape, names["b"].shape) == ((16, 2), (2, 300), (16, 1))
    same(names["Z"], layer(names["W"], names["X"], names["b"]))
    same(names["W"], np.random.default_rng(1).normal(size=(16, 2)))


@of(LESSON, "collapse")
def three_layers_are_one(cell: Cell) -> None:
    W, X = numbers(6, 3), numbers(3, 5)
    names = cell.run(W=W, X=X, n_out=6, rng=np.random.default_rng(0))
    expected = product(names["W3"], product(names["W2"], product(W, X)))
    assert (names["W2"].shape, names["W3"].shape) == ((8, 6), (1, 8))
    same(names["three_layers"], expected)
    same(names["one_layer"], expected)
    assert names["same"]
    assert names["printed"] == [("one matrix of shape", (1, 3), "gives the same:", True)]


@of(LESSON, "by-hand")
def activations(cell: Cell) -> None:
    names = cell.run()
    same(names["relu"](Z), [[z if z > 0 else 0 for z in row] for row in Z])
    same(names["relu_prime"](Z), [[1 if z > 0 else 0 for z in row] for row in Z])
    same(names["relu_prime"](Z), elementwise_grad(PHI["relu"])(Z))
    same(names["sigmoid"](Z), [[1 / (1 + math.exp(-z)) for z in row] for row in Z])


@of(LESSON, "always-true")
def outputs_of_relu_are_never_negative(cell: Cell) -> None:
    names = cell.run(Z=Z, relu=PHI["relu"])
    (_, same_place), (_, at_least), (_, everywhere) = names["printed"]
    assert same_place is True
    np.testing.assert_array_equal(at_least, [[False, False, True], [True, True, True]])
    assert everywhere.all()


@of(LESSON, "solution-leaky-relu-prime")
def slope_of_leaky_relu(cell: Cell) -> None:
    solution = cell.run()["solution"]
    same(solution(Z, 0.1), [[1 if z > 0 else 0.1 for z in row] for row in Z])
    same(solution(Z, 0.3), elementwise_grad(lambda z: np.where(z > 0, 1, 0.3) * z)(Z))


@of(LESSON, "solution-stable-sigmoid")
def a_sigmoid_for_every_number(cell: Cell) -> None:
    z = np.array([[-700, -30, -2, 0], [0.5, 2, 30, 1e4]])
    with np.errstate(all="raise", under="ignore"):
        values = cell.run()["solution"](z)
    plain = [
        [1 / (1 + math.exp(-x)) if x > 0 else math.exp(x) / (1 + math.exp(x)) for x in row]
        for row in z
    ]
    assert (values > 0).all()
    np.testing.assert_allclose(values, plain, rtol=1e-14)


@of(LESSON, "slope-check-code")
def slope_between_two_points(cell: Cell) -> None:
    # ((z + ε)³ − (z − ε)³) / 2ε is 3z² + ε²
    cube = SimpleNamespace(function=lambda z: z**3, derivative=lambda z: 3 * z**2)
    z, epsilon = np.array([-3.0, 0.5, 2.0]), 0.25
    rise = cell.value("rise", activation=cube, z=z, epsilon=epsilon)
    same(rise, 2 * epsilon * (3 * z**2 + epsilon**2))
    error = cell.value("error", activation=cube, z=z, epsilon=epsilon, rise=-rise)
    same(error, 2 * 27 + epsilon**2)
    names = cell.run()
    assert names["epsilon"] == 1e-5
    same(names["z"], [-3, -0.7, 0.2, 1.9])
    assert [line.split()[-1] for (line,) in names["printed"]] == ["True"] * 4
    wrong = SimpleNamespace(function=cube.function, derivative=lambda z: 3 * z**2 + 1e-7)
    lines = cell.run(ACTIVATIONS={"cube": cube, "wrong": wrong})["printed"]
    assert lines == [
        (f"{'cube':8} slopes agree to 1e-8: True",),
        (f"{'wrong':8} slopes agree to 1e-8: False",),
    ]


def what_is_left() -> dict[str, list[float]]:
    """Return a gradient of 1 after 0 to 10 layers, multiplied by one slope a layer."""
    slopes = {"relu, tanh at best": 1.0, "tanh at z = 1": 1 / math.cosh(1) ** 2}
    slopes["sigmoid at best"] = 0.25
    left = {name: [1.0] for name in slopes}
    for name, slope in slopes.items():
        for _ in range(10):
            left[name].append(left[name][-1] * slope)
    return left


@of(LESSON, "depth-code")
def left_of_a_gradient(cell: Cell) -> None:
    names = cell.run()
    lines = [
        f"{name:18} after 1, 5, 10 layers: {left[1]:.3f}  {left[5]:.6f}  {left[10]:.10f}"
        for name, left in what_is_left().items()
    ]
    assert [line for (line,) in names["printed"]] == lines
    same(names["left"], what_is_left()["sigmoid at best"])


@of(LESSON, "depth-picture")
def left_of_a_gradient_drawn(cell: Cell) -> None:
    ax = cell.run(layers=np.arange(11))["ax"]
    drawn = {line.get_label(): line.get_ydata() for line in ax.lines}
    assert set(drawn) == set(what_is_left())
    for name, left in what_is_left().items():
        same(drawn[name], left)
