"""The lab of lesson 3: its matrices are those of both passes, at every setting."""

import re
from typing import Any

import numpy as np
import pytest
from matplotlib.colors import to_hex

from helpers.explorers.backward import BackwardExplorer
from helpers.explorers.matrix_tables import COLOUR_MAP, MOST_NUMBERS, _colour
from helpers.explorers.passes import Step
from helpers.losses import mean_squared_error, mean_squared_error_gradient
from helpers.tests.formulas.cells import markdown_of
from helpers.validation import Array

SIZES = [(2, 3, 2, 1), (2, 2, 0, 1), (1, 1, 0, 1), (1, 1, 1, 1), (3, 8, 5, 4), (8, 8, 8, 4)]


def state_of(sizes: tuple[int, ...], samples: int, **others: Any) -> dict[str, Any]:
    names = ("inputs", "layer_1", "layer_2", "outputs")
    return {**dict(zip(names, sizes, strict=True)), "samples": samples, **others}


def expected(lab: BackwardExplorer) -> dict[str, Array]:
    """Everything that a step may show, computed anew."""
    network, Y = lab.network, lab.Y
    A, caches = network.forward(lab.X)
    gradient = network.backward(caches, Y)
    L = network.n_layers
    arrays = {
        "Y": Y,
        "L": np.array([[mean_squared_error(A, Y)]]),
        "1": np.ones((Y.shape[1], 1)),
        f"∂L/∂A[{L}]": mean_squared_error_gradient(A, Y),
        "A[0]": lab.X,
    }
    for l in range(1, L + 1):
        slope = network.activations[l - 1].derivative(caches.Z[l])
        arrays |= {f"A[{l}]": caches.A[l], f"Z[{l}]": caches.Z[l], f"φ′(Z[{l}])": slope}
        arrays |= {f"W[{l}]": network.W[l], f"b[{l}]": network.b[l]}
        arrays |= {f"dW[{l}]": gradient.dW[l], f"db[{l}]": gradient.db[l]}
        arrays |= {f"δ[{l}]": gradient.delta[l]}
        if l > 1:
            arrays[f"∂L/∂A[{l - 1}]"] = network.W[l].T @ gradient.delta[l]
    return arrays | {f"{name}ᵀ": array.T for name, array in arrays.items()}


def worked_out(step: Step) -> list[Array]:
    """What the products, sums and ⊙ of the equations come to, read from left to right."""
    values = []
    for equation in step.equations:
        parts = list(equation)
        value = parts.pop(0).values  # type: ignore[union-attr]
        while (symbol := parts.pop(0)) != "=":
            other = parts.pop(0).values  # type: ignore[union-attr]
            value = {"·": np.matmul, "+": np.add, "⊙": np.multiply}[str(symbol)](value, other)
        values.append(value)
    return values


def shown(picture: str) -> dict[str, Array]:
    """The matrices of the picture by name, read from its tables."""
    tables = {}
    for name, body in re.findall(r"<caption><b>(.+?)</b>.*?<tbody>(.*?)</tbody>", picture):
        rows = re.findall(r"<tr>(.*?)</tr>", body)
        cells = [re.findall(r">(−?[\d.]+)<", re.sub(" aria-hidden.*?</span>", "", r)) for r in rows]
        tables[name] = np.array([[float(c.replace("−", "-")) for c in row] for row in cells])
    return tables


def check(lab: BackwardExplorer) -> None:
    """The state is shown, with its numbers, and nothing that isn't a number."""
    text, picture, state = lab.text, lab._picture.value, lab.state
    assert not re.search(r"\b(nan|inf)\b", text + picture)
    step = lab.steps[state["step"] - 1]
    assert text.startswith(f"Step {state['step']} of {lab.controls.step.max}: {step.formula}, of ")
    assert len(lab.steps) == lab.controls.step.max == lab._play.max
    assert lab._play.value == state["step"]
    assert lab.controls.sample.max == state["samples"]
    arrays = expected(lab)
    for matrices in (lab.operands, lab.result, tables := shown(picture)):
        assert all(values.shape == arrays[name].shape for name, values in matrices.items())
    for name, values in {**lab.operands, **lab.result}.items():
        np.testing.assert_array_equal(values, arrays[name])
        digits = 0.00501 if np.abs(values).max() >= 0.1 else 0.0501 * np.abs(values).max()
        np.testing.assert_allclose(tables[name], values, rtol=0, atol=digits)
    for name, values in lab.result.items():
        assert str(values.shape) in text
        column = re.search(rf"Sample {state['sample']}: \((.*)\)", text)
        if column and name in text:
            numbers = [float(number.replace("−", "-")) for number in column[1].split(", ")]
            np.testing.assert_array_equal(numbers, tables[name][:, state["sample"] - 1])


@pytest.mark.parametrize("sizes", SIZES)
def test_every_step_shows_the_arrays_of_both_passes(sizes: tuple[int, ...]) -> None:
    lab = BackwardExplorer(activation="tanh", output_activation="sigmoid")
    lab.state = state_of(sizes, samples=5)
    made: list[str] = []
    for i, step in enumerate(lab.steps, start=1):
        lab.controls.step.value = i
        check(lab)
        made += lab.result
        if all(isinstance(equation[0], str) for equation in step.equations) or "L" in lab.result:
            continue  # φ, the loss and its error aren't products
        for value, result in zip(worked_out(step), step.results, strict=True):
            np.testing.assert_allclose(value, result.values, rtol=1e-12, atol=1e-14)
    layers = range(1, lab.network.n_layers + 1)
    forward = [f"{name}[{l}]" for l in layers for name in "ZA"]
    back = [f"{name}[{l}]" for l in reversed(layers) for name in ("∂L/∂A", "δ", "dW", "db")]
    assert made == [*forward, "L", *back]


def test_a_step_beyond_the_end_becomes_the_last() -> None:
    lab = BackwardExplorer(step=16, sample=4)
    lab.state = {"layer_2": 0, "samples": 2}
    assert (lab.controls.step.value, lab.controls.sample.value) == (11, 2)
    assert lab.text.startswith("Step 11 of 11: dW[1] = δ[1] A[0]ᵀ")
    lab.controls.layer_2.value = 2
    assert lab.text.startswith("Step 11 of 16: ∂L/∂A[2]")
    check(lab)


def test_the_play_button_moves_the_step() -> None:
    lab = BackwardExplorer()
    lab._play.value = 9
    assert lab.controls.step.value == 9
    check(lab)


def test_matrices_too_large_for_numbers_are_coloured() -> None:
    for samples, heat in ((6, False), (7, True)):
        lab = BackwardExplorer(layer_1=8, samples=samples)
        assert (8 * samples > MOST_NUMBERS) == heat
        assert ('class="heat"' in lab._picture.value) == heat
        assert ("as colours" in lab._picture.value) == heat


def test_small_entries_of_a_heat_map_are_not_all_white() -> None:
    lab = BackwardExplorer(inputs=8, layer_1=8, layer_2=8, samples=8, activation="tanh", step=15)
    small = np.abs(lab.result["δ[1]"]).max() / np.abs(lab.operands["W[2]ᵀ"]).max()
    assert small < 0.3
    red, green, _ = (int(_colour(small)[0][i : i + 2], 16) for i in (1, 3, 5))
    assert green < 200 > red
    assert _colour(0)[0] == to_hex(COLOUR_MAP(0.5))
    assert [_colour(share)[1] for share in (-1, 0.1, 1)] == ["white", "#111", "white"]


def marked_cells(picture: str) -> dict[str, list[tuple[int, int]]]:
    cells = {}
    for name, body in re.findall(r"<caption><b>(.+?)</b>.*?<tbody>(.*?)</tbody>", picture):
        rows = [row.split("<td")[1:] for row in body.split("<tr>")[1:]]
        cells[name] = [
            (i, j) for i, row in enumerate(rows) for j, td in enumerate(row) if "marked-" in td
        ]
    return cells


def test_the_sample_is_marked_in_every_matrix_that_has_samples() -> None:
    lab = BackwardExplorer(step=1, sample=3)
    columns = {n: [(i, 2) for i in range(n)] for n in (1, 2, 3)}
    assert marked_cells(lab._picture.value) == {
        "W[1]": [], "A[0]": columns[2], "b[1]": [], "Z[1]": columns[3],
    }  # fmt: skip
    lab.controls.step.value = 10
    assert marked_cells(lab._picture.value) == {
        "δ[3]": columns[1], "A[2]ᵀ": [(2, 0), (2, 1)], "1": [(2, 0)], "dW[3]": [], "db[3]": [],
    }  # fmt: skip


def test_the_matrices_have_names_and_shapes_for_a_screen_reader() -> None:
    picture = BackwardExplorer(step=12)._picture.value
    assert picture.count("<table") == picture.count("<caption>") == 4
    assert "<b>W[3]ᵀ</b> 2 × 1" in picture
    assert "inner sizes 1 = 1 match; outer sizes 2 × 4 are the result" in picture


def test_the_seed_that_the_lesson_names_shows_rows_that_are_multiples() -> None:
    (seed,) = re.findall(
        r"samples to 1 and the seed to (\d+)", markdown_of("03_delta_recursion")["lab"]
    )
    lab = BackwardExplorer(samples=1, seed=int(seed))
    lab.controls.step.value = 1 + next(i for i, s in enumerate(lab.steps) if "dW[1] =" in s.formula)
    rows = shown(lab._picture.value)["dW[1]"]
    factors = rows[:, 0] / lab.X[0]
    assert len({*factors, 0}) == len(rows) + 1  # each another multiple, and none of them 0
    np.testing.assert_allclose(rows, np.outer(factors, lab.X[:, 0]), atol=0.03)
