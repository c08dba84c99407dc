"""Each formula in the notebooks is right, in the tables of key ideas and between dollars."""

import re

import numpy as np
import pytest

from helpers.tests.notebooks.formulas.claims import Piece, Sides, sides_of, stand_for, untrue
from helpers.tests.notebooks.formulas.claims import pieces as maths
from helpers.tests.notebooks.formulas.key_ideas import is_right, pieces
from helpers.tests.notebooks.formulas.notation import statements

OF_NAMES = re.compile(r"[A-Za-z].*\)/")  # a name in a numerator

# The tables of key ideas


@pytest.mark.parametrize(("place", "concept", "i", "code"), pieces())
def test_the_code_among_the_key_ideas_is_right(place: str, concept: str, i: int, code: str) -> None:
    assert is_right(concept, i, code)


# The maths between dollars


def test_every_formula_is_true() -> None:
    with np.errstate(over="ignore"):  # lesson 1 speaks of e to the 1000
        wrong = {piece.formula: sides for piece in maths() if (sides := untrue(piece))}
    assert wrong == {}, "these are false"


def written() -> set[Sides]:
    """Return what each formula says to be equal; one side alone, if it says nothing."""
    return {sides_of(part) for piece in maths() for part in statements(piece.formula)}


def test_nothing_is_explained_that_is_written_nowhere() -> None:
    assert stand_for().keys() <= written()


def test_a_fraction_of_names_without_an_equal_sign_stands_for_something() -> None:
    alone = [sides for sides in written() if len(sides) == 1]
    fractions = {sides for sides in alone if OF_NAMES.search(sides[0].replace("number_of", ""))}
    assert fractions <= stand_for().keys()


# one thing of a formula in the course in place of another
FALSE = [
    r"\delta[l-1] = W[l] \delta[l] \odot \varphi'(Z[l-1])",
    r"\delta[l-1] = W[l]^{\mathsf T} \delta[l] \varphi'(Z[l-1])",
    r"\delta[L] = m (A[L] - Y) \odot \varphi'(Z[L])",
    r"\delta[L] = \frac1m (A[L] - Y) \odot \varphi(Z[L])",
    r"dW[l] = \delta[l] A[l]^{\mathsf T}",
    r"Z[l] = W[l]^{\mathsf T} A[l-1] + b[l]",
    r"L = \frac{1}{2m}\sum (A[L] - Y)",
    r"\theta \leftarrow \theta + \eta \, d\theta",
]


@pytest.mark.parametrize("formula", FALSE)
def test_a_formula_that_is_false_is_found(formula: str) -> None:
    assert untrue(Piece("README", formula))
