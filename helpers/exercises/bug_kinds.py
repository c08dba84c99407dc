"""The mistakes of the bug hunt: the lines that can have each, and the mark that it leaves.

They stand in a lesson's hunt.toml, which says how. The backward pass has nine lines there: δ[l],
dW[l] and db[l] of three layers. A bug is one of them, its place, and what is there instead, its
kind.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import CodeType
from typing import Any

import numpy as np

from helpers.exercises.entries import by_name, entry
from helpers.exercises.misconceptions import Misconception, belief_named
from helpers.gradient_check import ArrayCheck
from helpers.layers import Arrays, Caches, Gradient
from helpers.network import MLP
from helpers.texts import lessons_with, number_of, read
from helpers.validation import Array, known_name

LEARNING_RATE = 1.0  # of the hunt's trainings; an update that comes too early has it too
CHECKED = 20  # samples in a report
(FOLDER,) = lessons_with("hunt.toml")
LESSON = number_of(FOLDER)
TEXTS = read(f"{FOLDER}/hunt")
PLACES: Mapping[str, str] = TEXTS["lines"]  # every line of the backward pass, as it should be
DELTA = tuple(place for place in PLACES if place.startswith("δ"))


def scene(
    network: MLP, arrays: Arrays | Caches, Y: Array, gradient: Gradient, l: int
) -> dict[str, Any]:
    """Return what the lines of layer `l` have before them, by the names that hunt.toml explains.

    That is all of the forward pass, and δ of the layers above.
    """
    names: dict[str, Any] = {"W": network.W, "Z": arrays.Z, "A": arrays.A, "l": l}
    names |= {"delta": gradient.delta, "dW": gradient.dW, "learning_rate": LEARNING_RATE}
    if l == network.n_layers:
        blame = (arrays.A[l] - Y) / Y.shape[1]
    else:
        blame = network.W[l + 1].T @ gradient.delta[l + 1]
    return names | {"m": Y.shape[1], "blame": blame, "slope": network.activations[l - 1].derivative}


@dataclass(frozen=True)
class Kind:
    """A mistake, whichever line it is in, as an entry of hunt.toml says it.

    Attributes
    ----------
    key : str
        What finds it, the same in all languages.
    name, formula : str
        What it is called, and what it looks like.
    belief : str
        The one behind it.
    places : sequence of str
        The lines that can have it.
    factor, code : str
        By what it multiplies such a line, or else what this line gives.
    mark, condition : str
        What it leaves in a report, in words and in Python.
    elsewhere : str
        Why the other lines can't have it.
    """

    key: str
    name: str
    formula: str
    belief: str
    places: Sequence[str]
    mark: str
    factor: str = ""
    code: str = ""
    condition: str = ""
    elsewhere: str = ""

    def __post_init__(self) -> None:
        belief_named(self.belief)
        for place in self.places:
            known_name(place, PLACES, "the place")
        for text in (self.code, self.condition) if self.code else (self.factor,):
            _code(text)

    @property
    def misconception(self) -> Misconception:
        """The belief behind it."""
        return belief_named(self.belief)

    def wrong(self, names: Mapping[str, Any]) -> Array:
        """Return what a line with this mistake gives, from its `scene`."""
        return np.asarray(eval(_code(self.code or f"({self.factor}) * right"), dict(names)))

    def shows(self, arrays: Sequence[ArrayCheck]) -> bool:
        """Whether the arrays that differ in a report bear its mark."""
        return bool(eval(_code(self.condition or f"factor == {self.factor}"), _readings(arrays)))


@cache
def _code(text: str) -> CodeType:
    return compile(text, "<hunt.toml>", "eval")


def _readings(arrays: Sequence[ArrayCheck]) -> dict[str, Any]:
    ratios = np.array([array.analytic / array.numerical for array in arrays])
    factor = next((f for f in FACTORS if (abs(ratios - f) <= 1e-6 + 1e-3 * abs(f)).all()), None)
    largest = max(float(f"{array.relative_error:.1g}") for array in arrays)
    return {"ratios": ratios, "factor": factor, "largest": largest, "m": CHECKED}


def kinds_in(entries: Iterable[Mapping[str, Any]]) -> dict[str, Kind]:
    """Return the kinds of mistakes by their keys.

    Raises
    ------
    ValueError
        If an entry can't be read; the message names the file and the entry.
    """
    return by_name(_kinds(entries))


def _kinds(entries: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str, Kind]]:
    file = f"{FOLDER}/hunt"
    for given in entries:
        with entry(file, given["key"]):
            kind = Kind(**given)
        yield file, kind.key, kind


KINDS = kinds_in(TEXTS["kind"])
FACTORS = [eval(kind["factor"], {"m": CHECKED}) for kind in TEXTS["kind"] if "factor" in kind]
