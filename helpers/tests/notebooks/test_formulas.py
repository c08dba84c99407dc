"""Each formula in the notebooks is right, and its check finds each small mistake in it."""

import ast
import re
import warnings
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from helpers.tests.notebooks.formulas import lesson_1, lesson_2, lesson_3, lesson_4, lesson_5
from helpers.tests.notebooks.formulas.cells import Cell, cells_of
from helpers.tests.notebooks.formulas.claims import (
    Sides,
    claims_of,
    reasons,
    sides_of,
    stands_for,
    untrue,
)
from helpers.tests.notebooks.formulas.claims import pieces as maths
from helpers.tests.notebooks.formulas.key_ideas import CHECKS, pieces
from helpers.tests.notebooks.formulas.notation import statements
from helpers.tests.notebooks.formulas.numbers import FORMULAS, Check
from helpers.tests.notebooks.formulas.stands_for import REASONS, ROWS, STANDS_FOR
from helpers.tests.notebooks.test_notebooks import NAMES

LESSONS = [lesson_1, lesson_2, lesson_3, lesson_4, lesson_5]
# cells that compute and hold no formula
NO_FORMULA = {
    ("01_activations", "overflow"): "shows an exponential that is too large",
    ("02_forward_caching", "stale"): "changes a weight and takes it back",
    ("04_gradient_checking", "wrong-training"): "chooses which steps are printed",
    ("04_gradient_checking", "nan-trap"): "shows that NaN is neither above nor below",
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
    assert passes(check, rewritten), "the check must not depend on how the cell is laid out"
    unseen = [faulty.source for faulty in cell.faults() if passes(check, faulty)]
    assert [source for source in unseen if not AS_RIGHT & set(source.splitlines())] == []


# The cells


def test_every_cell_that_computes_has_a_check() -> None:
    assert [lesson.LESSON for lesson in LESSONS] == NAMES
    computing = {
        (name, id) for name in NAMES for id, cell in cells_of(name).items() if cell.computes
    }
    known = FORMULAS.keys() | NO_FORMULA.keys()
    assert computing - known == set(), "give these cells a check in formulas"
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


# The maths between dollars


def test_every_formula_is_true() -> None:
    with np.errstate(over="ignore"):  # lesson 1 speaks of e to the 1000
        wrong = {piece.formula: sides for piece in maths() if (sides := untrue(piece))}
    assert wrong == {}, "false, or without an =, and then to be explained in stands_for.py"


def test_nothing_is_explained_that_is_written_nowhere() -> None:
    written: dict[str, set[Sides]] = defaultdict(set)
    for piece in maths():
        written[piece.place] |= set(map(sides_of, statements(piece.formula)))
    for place in STANDS_FOR.keys() | REASONS.keys():
        assert stands_for(place).keys() | reasons(place).keys() <= written[place], place


def test_a_formula_among_the_key_ideas_is_of_its_row() -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for piece in (piece for piece in maths() if piece.concept):
        for sides in claims_of(piece):
            known = ROWS.get(piece.concept, set())
            found[piece.concept] |= {sides[0], sides[-1]} & known or set(sides)
    assert found == ROWS


MISTAKES = {
    "no transpose": (r"\^\{\\mathsf T\}", ""),
    "a transpose": (r"(?<=W\[l\])(?= A)", r"^{\\mathsf T}"),
    "no ⊙": (r"\\odot", ""),
    "the layer itself": (r"\[l-1\]", "[l]"),
    "m in place of 1/m": (r"\\frac1m|\\frac\{1\}\{2m\}", "m"),
    "φ in place of φ′": ("(?<=varphi)'", ""),
    "no square": (r"\^2|(?<=2)\\varepsilon", ""),
    "another sign": (r"[+-](?= \S+[^\]]*$)", r"\\cdot"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_small_mistake_in_the_maths_is_found(mistake: str) -> None:
    pattern, instead = MISTAKES[mistake]
    pieces = [piece for piece in maths() if piece.place == "README"]
    planted = [replace(piece, formula=re.sub(pattern, instead, piece.formula)) for piece in pieces]
    wrong = [new for old, new in zip(pieces, planted, strict=True) if new != old]
    assert wrong
    assert [piece.formula for piece in wrong if not piece.is_symbol and not untrue(piece)] == []
