"""Each formula in the notebooks is right, and its check finds each small mistake in it."""

import ast
import re
import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from helpers.tests.formulas import lesson_1, lesson_2, lesson_3, lesson_4, lesson_5
from helpers.tests.formulas.cells import Cell, cells_of, markdown_of
from helpers.tests.formulas.key_ideas import CHECKS, pieces
from helpers.tests.formulas.numbers import FORMULAS, Check
from helpers.tests.independent import reference
from helpers.tests.networks import Case
from helpers.tests.test_notebooks import NAMES

LESSONS = [lesson_1, lesson_2, lesson_3, lesson_4, lesson_5]
# cells that compute and hold no formula
NO_FORMULA = {
    ("01_activations", "overflow"): "shows an exponential that is too large",
    ("02_forward_caching", "stale"): "changes a weight and takes it back",
    ("04_gradient_checking", "wrong-training"): "chooses which steps are printed",
    ("04_gradient_checking", "nan-trap"): "shows that NaN is neither above nor below",
    ("05_training", "save"): "joins a path",
    ("05_training", "seeds"): "asks whether all scores are above a bound",
}
# what isn't a mistake, as the line then reads
AS_RIGHT = {
    # at 0 both forms of sigmoid are ½
    "    return np.where(Z >= 0, 1, small) / (1 + small)",
}
each_formula = pytest.mark.parametrize(("notebook", "id"), FORMULAS)
each_idea = pytest.mark.parametrize("key", CHECKS, ids=lambda key: f"{key[0]}-{key[1]}-{key[2]}")


def passes(check: Check, cell: Cell) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            check(cell)
        except Exception:
            return False
    return True


def assert_mistakes_are_found(check: Check, cell: Cell) -> None:
    rewritten = replace(cell, source=ast.unparse(ast.parse(cell.source)))
    assert passes(check, rewritten), "the check must not hang on how the cell is laid out"
    unseen = [faulty.source for faulty in cell.faults() if passes(check, faulty)]
    assert [source for source in unseen if not AS_RIGHT & set(source.splitlines())] == []


# The cells


def test_every_cell_that_computes_has_a_check() -> None:
    assert [lesson.LESSON for lesson in LESSONS] == NAMES
    computing = {
        (name, id) for name in NAMES for id, cell in cells_of(name).items() if cell.computes
    }
    known = FORMULAS.keys() | NO_FORMULA.keys()
    assert computing - known == set(), "give these cells a check in helpers/tests/formulas"
    assert known - computing == set(), "these cells are gone or compute nothing any more"


@each_formula
def test_the_formula_is_right(notebook: str, id: str) -> None:
    FORMULAS[notebook, id](cells_of(notebook)[id])


@each_formula
def test_a_small_mistake_in_the_formula_is_found(notebook: str, id: str) -> None:
    cell = cells_of(notebook)[id]
    assert list(cell.faults())
    assert_mistakes_are_found(FORMULAS[notebook, id], cell)


# The tables of key ideas


def test_every_piece_of_code_among_the_key_ideas_has_a_check() -> None:
    assert pieces().keys() - CHECKS.keys() == set(), "give these a check in key_ideas.py"
    assert CHECKS.keys() - pieces().keys() == set(), "these are in no table any more"


@each_idea
def test_the_code_among_the_key_ideas_is_right(key: tuple[str, str, int]) -> None:
    CHECKS[key](pieces()[key])
    assert_mistakes_are_found(CHECKS[key], pieces()[key])


# The numbers in formulas


def matrices(text: str) -> list[list[list[float]]]:
    r"""Return the entries of each \begin{bmatrix} in a text."""
    found = re.findall(r"\\begin{bmatrix}(.*?)\\end{bmatrix}", text)
    return [[[float(x) for x in row.split("&")] for row in body.split(r"\\")] for body in found]


def test_the_matrices_in_the_formulas_are_those_of_the_napkin() -> None:
    names = cells_of("03_delta_recursion")["napkin-code"].run()
    W, right = names["network"].W, reference(Case(names["network"], names["X"], names["Y"]))
    error, delta = right.A[2] - names["Y"], right.delta
    slope = (right.Z[1] > 0).astype(float)
    expected: dict[str, list[Any]] = {
        "napkin-predict": [names["X"][:, :1]],
        "question": [error, error / 2, delta[2]],
        "step-2": [delta[2], right.A[1].T, right.dW[2]],
        "recursion-formula": [W[2].T, delta[2], slope],
    }
    texts = {id: text for name in NAMES for id, text in markdown_of(name).items()}
    written = {id: found for id, text in texts.items() if (found := matrices(text))}
    assert written == {
        id: [np.asarray(a).tolist() for a in arrays] for id, arrays in expected.items()
    }
