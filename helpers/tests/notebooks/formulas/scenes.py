"""Numbers for the names in a formula: of networks, an activation, weights, two gradients.

A scene computes nothing by a formula of the course that autograd or a loop can tell as well.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import autograd.numpy as anp
import numpy as np
from autograd import elementwise_grad, grad

from helpers.exercises.bug_kinds import CHECKED
from helpers.gradient_check import DEFAULTS
from helpers.network import MLP
from helpers.tests.independent import PHI, Reference, layers_of, mean_loss, names_of, reference
from helpers.tests.networks import Case, random_case
from helpers.tests.notebooks.claims import of_lessons
from helpers.tests.notebooks.formulas.cells import cells_of
from helpers.tests.notebooks.formulas.notation import known, value
from helpers.tests.notebooks.formulas.numbers import (
    length,
    numbers,
    row_sums,
    steps,
    three_layers,
    two_layers,
)
from helpers.validation import Array

Names = dict[str, Any]
EPSILON = 1e-4
LEAK = 0.1


@dataclass(frozen=True)
class Scene:
    """Numbers for the names in a formula, and how nearly its sides must be equal."""

    names: Names
    near: float = 1e-9


def of_layers(case: Case) -> Scene:
    """Return the names of a network of several layers, and of what autograd makes of it."""
    network, X, Y, right = case.network, case.X, case.Y, reference(case)
    m, last, rate = Y.shape[1], network.n_layers, 0.3
    gradient = [np.hstack([right.dW[l], right.db[l]]).ravel() for l in right.dW]
    names: Names = {"W": network.W, "b": network.b, "X": X, "Y": Y, "A": right.A, "Z": right.Z}
    names |= {"m": m, "last": last, "n": dict(enumerate(network.layer_sizes))}
    names |= {"L": right.loss, "delta": right.delta, "dW": right.dW, "db": right.db}
    names |= {"dZ": right.delta, "dA": {l: grad(loss_after(l, case))(right.A[l]) for l in right.A}}
    names |= {"theta": network.theta, "dtheta": np.concatenate(gradient), "eta": rate}
    names |= {"new_theta": steps(network, X, Y, rate, [np.arange(m)]).theta}
    names |= {"ones": np.ones((m, 1)), "unit": np.eye(network.theta.size), "varepsilon": EPSILON}
    return Scene(names | functions_of_layers(case, right))


def functions_of_layers(case: Case, right: Reference) -> Names:
    network, activations = case.network, dict(enumerate(names_of(case.network), 1))

    def layer_of(array: Array) -> str:
        """Return the activation of the layer whose Z, or A, it is."""
        (l,) = (l for l in right.Z for kept in (right.Z, right.A) if np.array_equal(kept[l], array))
        return activations[l]

    def loss(theta: Array) -> float:
        twin = network.copy()
        twin.theta[:] = theta
        return reference(Case(twin, case.X, case.Y)).loss

    return {
        "L_of": loss,
        "varphi_of": lambda Z: PHI[layer_of(Z)](Z),
        "varphiprime_of": lambda Z: slope_of(layer_of(Z))(Z),
        "varphi_by_of": lambda l, Z: PHI[activations[int(l)]](Z),
    }


def loss_after(l: int, case: Case) -> Callable[[Any], Any]:
    """Return the loss as a function of A[l]."""
    above = list(zip(layers_of(case.network), names_of(case.network), strict=True))[l:]

    def loss(A: Any) -> Any:
        for (W, b), name in above:
            A = PHI[name](W @ A + b)
        return mean_loss(A, case.Y)

    return loss


def slope_of(name: str) -> Callable[[Any], Any]:
    return slope_at(PHI[name])


def other_habit() -> Scene:
    """Return a layer whose δ lacks 1/m, and what its weights are after a step."""
    case, right, l = three_layers(), reference(three_layers()), 2
    network, m = case.network, 6
    after = steps(network, case.X, case.Y, 0.3, [np.arange(m)]).W[l]
    names: Names = {"delta": m * right.delta[l], "A": right.A[l - 1], "dW": right.dW[l], "m": m}
    names |= {"ones": np.ones((m, 1)), "row_sums": row_sums(m * right.delta[l])}
    return Scene(names | {"W": network.W[l], "eta": 0.3, "after": after})


def linear_output() -> Scene:
    """Return the last layer of a network like the napkin's, of which A is the output."""
    case, right = two_layers(), reference(two_layers())
    A, m = right.A[2], case.Y.shape[1]
    names: Names = {"A": A, "Y": case.Y, "m": m, "L": right.loss, "delta": right.delta}
    return Scene(names | {"dA": grad(lambda A: mean_loss(A, case.Y))(A)})


def napkin() -> Scene:
    """Return the network whose numbers lesson 3 works with."""
    names = cells_of("03_delta_recursion")["napkin-code"].run()
    return of_layers(Case(names["network"], names["X"], names["Y"]))


def of_activation(name: str) -> Scene:
    """Return an activation at some points, its slope, and what one layer makes of it."""
    z, of = np.array([-2.5, -0.3, 0.4, 1.7]), PHI.get(name, leaky)
    slope = slope_of(name) if name in PHI else leaky_slope
    W, X, b = numbers(16, 2), numbers(2, 300), numbers(16, 1)
    Z = W @ X + b
    names: Names = {"z": z, "varphi": of(z), "varphi_of": of, "a": of(z), "slope": LEAK}
    names |= {"varphiprime": slope(z), "varphiprime_of": slope, "varepsilon": EPSILON}
    names |= {"W": W, "X": X, "b": b, "Z": Z, "A": of(Z), "Aprev": X}
    names |= {"nin": 2, "nout": 16, "m": 300}
    return Scene(names)


def leaky(z: Array) -> Array:
    return np.where(np.greater(z, 0), z, LEAK * z)


def leaky_slope(z: Array) -> Array:
    return np.where(np.greater(z, 0), 1, LEAK)


def one_sample() -> Scene:
    W, x, b = numbers(3, 4), numbers(4), numbers(3, 1)
    return Scene({"W": W, "x": x, "b": b, "z": W @ x + b[:, 0], "A": numbers(4, 5)})


def taylor() -> Scene:
    """Return L(θ) = exp(θ/2), whose every derivative is half of the one before."""
    names: Names = {"theta": 0.4, "varepsilon": 1e-2, "dots": 0.0, "O_of": lambda size: size}
    for n in range(4):
        names["L" + "prime" * n + "_of"] = lambda theta, share=0.5**n: share * np.exp(theta / 2)
    return Scene(names)


def fresh_weights() -> Scene:
    """Return many weights as they are at the start, and what they make of random inputs."""
    network, X = MLP((400, 500), ("relu",), seed=0), numbers(400, 300) + 0.5
    s, q = network.W[1].std(), np.mean(X**2)
    names: Names = {"W": network.W[1], "b": network.b[1], "s": s, "q": q, "nin": 400}
    names |= {"z": network.W[1] @ X, "mean_square_of": lambda z: np.mean(z**2)}
    return Scene(names, near=0.03)


def two_gradients() -> Scene:
    n, a = numbers(2, 7)
    epsilon, tolerance = DEFAULTS["float64", True]

    def error(a: Array, n: Array) -> float:
        return length(a - n) / (length(a) + length(n))

    names: Names = {"a": a, "n": n, "c": 0.3, "m": CHECKED, "error": error}
    return Scene(names | {"varepsilon": epsilon, "tolerance": tolerance})


def slope_at(function: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda x: value(elementwise_grad(function)(np.asarray(x, dtype=float)))


def three_functions() -> Scene:
    """Return functions that stand in one another, their slopes, and that of the whole."""
    functions = {"f": anp.sin, "g": anp.tanh, "h": anp.exp}
    x, y = 0.7, anp.sin(anp.tanh(anp.exp(0.7)))
    names: Names = {f"{name}_of": of for name, of in functions.items()}
    names |= {f"{name}prime_of": slope_at(of) for name, of in functions.items()}
    whole = grad(lambda x: anp.sin(anp.tanh(anp.exp(x))))
    return Scene(names | {"x": x, "y": y, "dydx": whole(x)})


def two_listeners() -> Scene:
    """Return how a loss reacts to one number that goes into several, and to each of those."""
    w, a = numbers(4), 0.7

    def loss(z: Any) -> Any:
        return anp.sum(anp.tanh(z) ** 2)

    names: Names = {"a": a, "dzda": w, "dz": grad(loss)(w * a)}
    return Scene(names | {"da": grad(lambda a: loss(w * a))(a)})


MADE: dict[str, Callable[[], Scene]] = {
    "three layers": lambda: of_layers(three_layers()),
    "two layers": lambda: of_layers(random_case([4, 3, 2], ["tanh", "sigmoid"], 5)),
    "one sample": one_sample,
    "other habit": other_habit,
    "linear output": linear_output,
    "Taylor": taylor,
    "fresh weights": fresh_weights,
    "two gradients": two_gradients,
    "three functions": three_functions,
    "two listeners": two_listeners,
}
OF_NUMBERS: dict[str, Callable[[], Scene]] = {
    "napkin": napkin,
    "2-2-1": lambda: of_layers(random_case([2, 2, 1], ["tanh", "sigmoid"], 5)),
}


def general() -> list[str]:
    """Return the names of the scenes, those of the lessons too, that are of no numbers of one."""
    return [*MADE, *of_lessons("SCENES")]


@cache
def scenes() -> dict[str, Scene]:
    """Return all of them by name; that of an activation has its name."""
    made = {n: make() for n, make in {**MADE, **of_lessons("SCENES"), **OF_NUMBERS}.items()}
    made |= {name: of_activation(name) for name in (*PHI, "leaky")}
    return {name: replace(scene, names=known(scene.names)) for name, scene in made.items()}
