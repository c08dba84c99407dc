"""Each formula in the notebooks is right, in the tables of key ideas and between dollars."""

import re
from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from helpers.tests.notebooks.formulas.claims import (
    claims_of,
    sides_of,
    stand_for,
    untrue,
)
from helpers.tests.notebooks.formulas.claims import pieces as maths
from helpers.tests.notebooks.formulas.key_ideas import is_right, pieces
from helpers.tests.notebooks.formulas.notation import statements
from helpers.tests.notebooks.formulas.stands_for import ROWS

# The tables of key ideas


@pytest.mark.parametrize(("place", "concept", "i", "code"), pieces())
def test_the_code_among_the_key_ideas_is_right(place: str, concept: str, i: int, code: str) -> None:
    assert is_right(concept, i, code)


# The maths between dollars


def test_every_formula_is_true() -> None:
    with np.errstate(over="ignore"):  # lesson 1 speaks of e to the 1000
        wrong = {piece.formula: sides for piece in maths() if (sides := untrue(piece))}
    assert wrong == {}, "these are false"


def test_nothing_is_explained_that_is_written_nowhere() -> None:
    written = {sides_of(part) for piece in maths() for part in statements(piece.formula)}
    assert stand_for().keys() <= written


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
    assert [piece.formula for piece in wrong if "=" in piece.formula and not untrue(piece)] == []
