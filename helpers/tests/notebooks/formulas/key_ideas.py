"""The code column of the tables of key ideas: each piece of code, evaluated beside its formula."""

import ast
import re
from types import SimpleNamespace
from typing import Any

import numpy as np

from helpers.activations import find_activation
from helpers.gradient_check import DEFAULTS, check_gradient
from helpers.losses import cross_entropy, mean_squared_error
from helpers.tests.independent import PHI
from helpers.tests.notebooks.formulas.cells import markdown_of
from helpers.tests.notebooks.formulas.claims import agree
from helpers.tests.notebooks.formulas.numbers import length, row_sums, three_layers
from helpers.tests.notebooks.formulas.scenes import scenes
from helpers.tests.refresh_notebooks import NAMES, ROOT

# what each piece of code in a row is, with `it` for its value, in the names of a scene
VALUES = {
    "a layer for all samples": ["same(it, Z_here)"],
    "ReLU": ["same(it, varphi_of(Z))", "same(it, varphiprime_of(Z))"],
    "sigmoid": ["same(it, varphi_of(Z))", "same(it, varphiprime_of(Z))"],
    "tanh": ["same(it, varphi_of(Z))", "same(it, varphiprime_of(Z))"],
    "activations by name": ["it is find_activation('relu')"],
    "forward pass": ["same(it, Z_here)"],
    "activation": ["same(it, A_here)"],
    "one bias for all samples": ["it == (b.shape == (16, 1))"],
    "He initialisation": ["it == (0, np.sqrt(2 / n_in), shape)"],
    "counting parameters": ["it == theta.size"],
    "caches": [
        "same(it[0], A[last]) and same(it[1].A[l - 1], A[l - 1]) and same(it[1].Z[l], Z[l])"
    ],
    "the loss": ["same(it, L_of(theta))"],
    "δ of the output": ["same(it, delta[last])"],
    "δ one layer back": ["same(it, delta[l - 1])"],
    "gradients": ["same(getattr(it, 'dW', {l: it})[l], dW[l])"],
    "weight gradient": ["same(it, dW[l])"],
    "bias gradient": ["same(it, db[l])"],
    "gradient check": ["it.passed"],
    "two-sided difference": ["same(it, 12.04)"],  # of z³ it is 3z² + ε²
    "relative error": ["same(it, norm(a - n) / (norm(a) + norm(n)))"],
    "reading it": ["it.passed"],
    "choosing ε": ["it == usual"],
    "the cost": ["it == sum(2 for _ in theta)"],
    "update": ["same(network.theta, new_theta)"],
    "one-hot labels": ["same(it, Y)"],
    "softmax": ["same(it / row_sums(it.T).T, A)"],
    "cross-entropy": ["same(it, L)"],
    "δ of softmax and cross-entropy": ["same(it, delta)"],
}
OF_SHARES = {"one-hot labels", "softmax", "cross-entropy", "δ of softmax and cross-entropy"}
OF_THE_OUTPUT = {"the loss", "δ of the output"}  # their A is A[L]


def pieces() -> list[tuple[str, str, int, str]]:
    """Return the place, concept, number and text of each piece of code in a table."""
    texts = {"README": (ROOT / "README.md").read_text(encoding="utf-8")}
    texts |= {name: "\n\n".join(markdown_of(name).values()) for name in NAMES}
    found = []
    for place, text in texts.items():
        table = text.split("## Key ideas", 1)[1].split("\n\n|", 1)[1].split("\n\n", 1)[0]
        for row in table.splitlines()[2:]:
            concept, _, code = row.removeprefix("| ").removesuffix("|").split(" | ")
            codes = enumerate(re.findall("`([^`]+)`", code))
            found += [(place, concept, i, source) for i, source in codes]
    return found


def is_right(concept: str, i: int, code: str) -> bool:
    """Whether the code gives what its row is about, in every layer."""
    return all(eval(VALUES[concept][i], with_value(code, concept, l)) for l in (2, 3))


def with_value(code: str, concept: str, l: int) -> dict[str, Any]:
    """Return the names of a scene, and the value of the code as `it`."""
    names = names_of(concept, code, l)
    (line,) = ast.parse(code).body
    assert isinstance(line, ast.Expr | ast.Assign)
    its = {"A": names["A"][3], "L": 3} if concept in OF_THE_OUTPUT else {}
    return names | {"it": eval(ast.unparse(line.value), names | its)}


def names_of(concept: str, code: str, l: int) -> dict[str, Any]:
    if concept in OF_SHARES:
        names = dict(scenes()["shares"].names)
        names |= {"k": int(names["k"]), "classes": np.array(names["classes"], int)}
        return names | {"same": same, "row_sums": row_sums, "cross_entropy": cross_entropy}
    case = three_layers()
    network = case.network.copy()
    _, caches = network.forward(case.X)
    scene = scenes()["three layers"].names
    names = scene | {"l": l, "Z_here": scene["Z"][l], "A_here": scene["A"][l], "network": network}
    if concept.lower() in PHI or "X + b" in code or "b.shape" in code:
        names = dict(scenes()[concept.lower() if concept.lower() in PHI else "tanh"].names)
        names |= {"l": l, "Z_here": names["Z"], "n": 16}
    if concept.lower() in PHI:  # with a sample on the kink
        Z = np.append(names["z"], 0.0)
        names |= {"Z": Z, "A": names["varphi_of"](Z)}
    slopes = {"function": names["varphi_of"], "derivative": names["varphiprime_of"]}
    gradients = {"caches": caches, "gradient": network.backward(caches, case.Y)}
    rng = SimpleNamespace(normal=lambda mean, spread, shape: (mean, spread, shape))
    numbers = {"n_in": 8, "shape": (3, 8), "up": 2.2**3, "down": 1.8**3, "epsilon": 0.2}
    functions: dict[str, Any] = {"find_activation": find_activation, "norm": length, "rng": rng}
    functions |= {"check_gradient": check_gradient, "mean_squared_error": mean_squared_error}
    two = scenes()["two gradients"].names
    names |= numbers | functions | gradients | {"activation": SimpleNamespace(**slopes)}
    names |= {"usual": DEFAULTS["float64", True][0], "learning_rate": 0.3, "same": same}
    return names | {"a": two["a"], "n": names.get("n") if "b.shape" in code else two["n"]}


def same(it: Any, other: Any) -> bool:
    return agree(it, other, 1e-9)
