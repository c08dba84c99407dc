"""What the course says in formulas, and whether it is true.

A formula with an = in it is true of the numbers of one of the `scenes`, or it is wrong. One
without says nothing alone; what some of these are stands in `STANDS_FOR`.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product as combinations
from typing import Any

import numpy as np

from helpers.tests.independent import PHI
from helpers.tests.notebooks.formulas.cells import markdown_of
from helpers.tests.notebooks.formulas.notation import python, statements
from helpers.tests.notebooks.formulas.scenes import Scene, general, scenes
from helpers.tests.notebooks.formulas.stands_for import STANDS_FOR
from helpers.tests.notebooks.test_notebooks import NAMES
from helpers.tests.refresh_notebooks import ROOT

IN_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
MATHS = re.compile(r"\$\$(.+?)\$\$|\$(.+?)\$", re.DOTALL)
IF_ELSE = re.compile(r"\$([^$=]*=)?([^$=]+)\$ if \$([^$]+)\$,? else \$([^$]+)\$")
SETTING = re.compile(r"(?:z|a|p|y|varepsilon) = -?number_of.*")
RELATION = re.compile(r"=|\\approx|\\sim")
# what a formula may fail with that isn't right, or is of another scene
WRONG = (ArithmeticError, AssertionError, AttributeError, NameError, TypeError, ValueError)
Sides = tuple[str, ...]  # of one = in Python


# The formulas of the course


@dataclass(frozen=True)
class Piece:
    """A piece of maths.

    Attributes
    ----------
    place : str
        The cell, as '03 question', or README.
    formula : str
    activation : str
        Whose φ it speaks of.
    """

    place: str
    formula: str
    activation: str = "tanh"


ACTIVATION_OF = {
    "01 exercise-leaky-relu-prime": "leaky",
    "01 exercise-stable-sigmoid": "sigmoid",
    "01 registry": "sigmoid",
    "01 slope-place": "sigmoid",
    "01 pictures-explain": "relu",
    "04 kink-explain": "relu",
    "06 shares": "sigmoid",
}


@cache
def pieces() -> list[Piece]:
    """Return every piece of maths of the notebooks and of README."""
    texts = {f"{name[:2]} {id}": text for name in NAMES for id, text in markdown_of(name).items()}
    texts["README"] = (ROOT / "README.md").read_text(encoding="utf-8")
    return [piece for place, text in texts.items() for piece in pieces_of(place, text)]


def pieces_of(place: str, text: str) -> Iterator[Piece]:
    """Yield the maths of a text; a cell below a formula in a table's head is equal to that."""
    text = IF_ELSE.sub(r"$\1 \\begin{cases} \2 & \3 \\\\ \4 & \\end{cases}$", text)
    usual = ACTIVATION_OF.get(place, "tanh")
    for block in IN_CODE.sub("", text).split("\n\n"):
        if not block.startswith("|"):
            yield from (Piece(place, one or two, usual) for one, two in MATHS.findall(block))
            continue
        head, _, *rows = (line.strip("|").split(" | ") for line in block.splitlines())
        for first, *row in rows:
            name = first.strip().lower()
            for above, entry in zip(head, (first, *row), strict=False):
                equal_to = "".join(f"{formula} = " for _, formula in MATHS.findall(above))
                for _, formula in MATHS.findall(entry):
                    yield Piece(place, equal_to + formula, name if name in PHI else usual)


# What they claim


def sides_of(statement: str) -> Sides:
    """Return what it says to be equal, in Python."""
    return tuple(python(side) for side in RELATION.split(statement) if side.strip())


@cache
def stand_for() -> dict[Sides, str]:
    return {sides_of(statements(formula)[0]): what for formula, what in STANDS_FOR.items()}


def claims_of(piece: Piece) -> Iterator[Sides]:
    """Yield what has to be equal: not in a symbol, nor in a number for one to think of."""
    for sides in map(sides_of, statements(piece.formula)):
        if sides in stand_for():
            yield (*sides, stand_for()[sides])
        elif len(sides) > 1 and not SETTING.fullmatch(" = ".join(sides)):
            yield sides
            if len(in_letters := tuple(side for side in sides if not has_numbers(side))) > 1:
                yield in_letters  # and not with the numbers of one network alone


def has_numbers(side: str) -> bool:
    """Whether it is a number or has a matrix of numbers."""
    return "matrix_of" in side or not re.search(r"[A-Za-z]", side.replace("number_of", ""))


def untrue(piece: Piece) -> list[Sides]:
    """Return those of its claims that don't hold."""
    return [sides for sides in claims_of(piece) if not holds(sides, piece.activation)]


# Whether a claim holds


def holds(sides: Sides, activation: str = "tanh") -> bool:
    """Whether all sides are equal in a scene that has the names."""
    fitting = (scenes()[name] for name in fit(sides, activation))
    return len(sides) > 1 and any(is_true(sides, scene) for scene in fitting)


def fit(sides: Sides, activation: str) -> list[str]:
    """Return the scenes that a formula may be about."""
    text, found = " ".join(sides), [activation, *general()]
    if "[number_of(" in text:  # layers by their numbers are those of two
        found.remove("three layers")
    if all(map(has_numbers, sides)):
        return ["napkin"]
    if any(map(has_numbers, sides)):
        return ["napkin", *found]
    return [*found, "2-2-1"] if "shaped_of" in text and not re.search(r"\bl\b", text) else found


def is_true(sides: Sides, scene: Scene) -> bool:
    """Whether all sides are equal, for every l, i, j and k that there are."""
    free = sorted(set(re.findall(r"\b[lijk]\b", " ".join(sides))))
    found = []
    for at in combinations(range(1, 7), repeat=len(free)):
        try:
            found.append(are_equal(sides, scene, dict(zip(free, at, strict=True))))
        except LookupError:  # there is no such layer, row or column
            continue
        except WRONG:
            return False
    return bool(found) and all(found)


def are_equal(sides: Sides, scene: Scene, at: Mapping[str, int]) -> bool:
    names = {**scene.names, **at}
    near = nearness(sides, names) or scene.near
    first, *others = (eval(side, names) for side in sides)
    return all(agree(first, other, near) for other in others)


def nearness(sides: Sides, names: dict[str, Any]) -> float:
    """Return how far the sides may be apart where a difference is one, or … stands for a rest."""
    if "dots" in sides[-1]:
        last_term = re.split("[+-]", sides[-1])[-2]
        return 0.05 * abs(float(eval(last_term, names)))
    return 1e-6 if "varepsilon" in "".join(sides) else 0.0


def agree(left: Any, right: Any, near: float) -> bool:
    if isinstance(right, tuple) and isinstance(left, np.ndarray):  # a normal distribution
        left = (np.mean(left), np.var(left))
    if np.shape(left) != np.shape(right) and np.ndim(right) > 0:
        return False
    left, right = np.asarray(left, dtype=float), np.asarray(right, dtype=float)
    return bool(np.allclose(left, right, rtol=near, atol=near * 1e-2))
