r"""The notation of the course, in LaTeX or in plain text, turned into Python that computes it.

`W[l]` is the array of layer l, `W[l]_{ij}` its entry, counted from 1. Two matrices side by side
are their matrix product, `\odot` goes element by element, and a shape under a symbol is asserted.
`\varphi(z)` is a call, and `\varphi (1 - \varphi)`, with a space, a product.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from typing import Any

import numpy as np

Names = Mapping[str, Any]
PLAIN = {"ᵀ": r"^{\mathsf T}", "⊙": r"\odot ", "−": "-", "·": r"\cdot ", "Σ": r"\sum ", "²": "^2"}
PLAIN |= {"∂": r"\partial ", "′": "'", "φ": r"\varphi", "ε": r"\varepsilon ", "δ": r"\delta"}
PLAIN |= {"θ": r"\theta ", "η": r"\eta ", "←": r"\leftarrow ", "½": r"\frac{1}{2}"}
PLAIN |= {"⁻ᶻ": "^{-z}", "_prev": "prev", "learning rate": r"\eta "}
NAME = r"\\?[A-Za-z]+(?:\[[^\]]*\])?"


def matrix(found: re.Match[str]) -> str:
    rows = [f"[{row.replace('&', ',')}]" for row in found[1].split(r"\\")]
    return f" matrix_of([{', '.join(rows)}]) "


def primed(found: re.Match[str]) -> str:
    """Return `varphi`, `varphiprime`, `Lprimeprime`: a function or a derivative of it."""
    return f" {found[1]}{'prime' * len(found[2])}"


def entry(found: re.Match[str]) -> str:
    return f" entry_of({found[1]}, {', '.join(found[2] or found[3])})"


REWRITTEN: list[tuple[str, str | Callable[[re.Match[str]], str]]] = [
    (r"\\begin\{bmatrix\}(.*?)\\end\{bmatrix\}", matrix),
    (r"\\begin\{cases\}(.*?)&(.*?)\\\\(.*?)&.*?\\end\{cases\}", r" cases_of(\2, \1, \3) "),
    (r"& *&.*?(?=\\\\|\\end)", ""),
    (r"_\{?\\text\{(\w+)\}\}?", r"\1 "),
    (r"\\text\{(slope)\}", r" \1 "),
    (r"\\text\{of the shape of \} *(\S+): *(\(.*?\))", r" shape_of(\1) = \2 "),
    (r"\\text\{mean square of \} *(\w)", r" mean_square_of(\1) "),
    (r"\\text\{[^}]*\}|\\(?:begin|end)\{aligned\}|\\to\b|\\[,;]|&|\n", " "),
    (r"(?<=\d)(?:\{,\}|,)(?=\d{3}\b)", ""),
    (r"\bn_(in|out)\b", r"n\1"),
    (r"\\mathcal +|\\big[lr]", ""),
    (r"\\operatorname\{diag\}\(", " diag_of("),
    (r"\\frac\{\\partial a_(\w)\}\{\\partial z_(\w)\}", r" entry_of(dadz, \1, \2)"),
    (r"\\?\bln +(\w)", r" ln_of(\1)"),
    (r"\\?\bln *(?=\()", " ln_of"),
    (r"\\[td]frac", r"\\frac"),
    (r"\\frac(\w)(\w)", r"\\frac{\1}{\2}"),
    (r"\\frac\{\\partial L\}\{\\partial +((?:[^{}]|\{[^{}]*\})*)\}", r"\\partial L/\\partial \1"),
    (r"\\frac\{d(\w)\}\{d(\w)\}", r" d\1d\2 "),
    (r"\\frac\{\\partial z_i\}\{\\partial a\}", " entry_of(dzda, i) "),
    (r"\\partial L */ *\\partial +\\?|\bd *\\(?=theta)", "d"),
    (r"\\theta +\\leftarrow", "new_theta ="),
    (r"([\[_]\{?)L\b", r"\1last "),
    (r"\\varphi_(?:(\w)|\{([^}]*)\})\(", r" varphi_by_of(\1\2, "),
    (r"\\?(varphi|max|N|\b[LOfgh])('*)\(", lambda found: f"{primed(found)}_of("),
    (r"\\(varphi)('+)", lambda found: f"{primed(found)} "),
    (r"\\?tanh (\w)", r"tanh_of(\1)"),
    (r"\\mathbf 1", " ones "),
    (r"\\lVert(.*?)\\rVert", r"norm_of(\1)"),
    (r"\|([^|]*)\||\\lvert(.*?)\\rvert", r"abs_of(\1\2)"),
    (r"\\sum(?:_(\w))?(?![a-z])", r" Σ\1 "),
    (r"\bn_(?:\{([^}]*)\}|(last|\w))", lambda found: f"n[{found[1] or found[2]}]"),
    (r"\be_i\b", " entry_of(unit, i) "),
    (rf"({NAME})_(?:\{{(\w+)\}}|(\w)(?!\w))", entry),
    (r"\^\{\\mathsf T\}", ".T"),
    (r"\^(?:\{([^{}]*)\}|(\w))", lambda found: f"**({found[1] or found[2]})"),
]
BRACES = [
    (r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))"),
    (r"\\underset\{([^{}]*)\}\{([^{}]*)\}", r" shaped_of(\2, \1) "),
]
TOKEN = re.compile(r"\d+(?:\.\d+)?|\.T|\w+|\*\*|\S")
SEPARATOR = re.compile(r"\\q?quad|\\Longrightarrow|\\\\|[;:]|\band\b|\.$")


def statements(formula: str) -> list[str]:
    """Return what a formula says, one thing after the other, in names and signs of Python."""
    formula = re.sub(r"(?<=δ\[[\dl]\]) 1\b", r"\\mathbf 1", formula)  # no number in plain text
    for sign, command in PLAIN.items():
        formula = formula.replace(sign, command)
    for pattern, replacement in REWRITTEN:
        formula = re.sub(pattern, replacement, formula, flags=re.DOTALL)
    for _ in range(3):  # as deep as they stand in one another
        for pattern, replacement in BRACES:
            formula = re.sub(pattern, replacement, formula)
    parts = [part for text in SEPARATOR.split(formula.strip()) for part in at_commas(text)]
    return [part.strip() for part in parts if part.strip()]


def at_commas(text: str) -> list[str]:
    """Split where a comma stands outside of all brackets."""
    depth, parts = 0, [""]
    for sign in text:
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return parts


def python(text: str) -> str:
    """Return an expression with its products written out."""
    text = text.replace(r"\odot", " * ").replace(r"\cdot", " @ ").replace("\\", "")
    return joined(iter(TOKEN.findall(text)))


def joined(tokens: Iterator[str]) -> str:
    written, before = "", ""
    for token in tokens:
        starts, ends = re.match(r"[\w(]", token), re.search(r"[\w)\]]$", before)
        if starts and ends and not before.endswith("_of"):
            written += " @ "
        if token[0] == "Σ":
            return written + summed(token[1:] or "every", list(tokens))
        written += f"number_of({token})" if token[0].isdigit() else token
        before = token
    return written


def summed(index: str, tokens: list[str]) -> str:
    """Return a sum over one term, which ends at the next + or − outside of brackets."""
    end = depth = 0
    while end < len(tokens) and (depth or tokens[end] not in "+-)]"):
        depth += (tokens[end] in "([") - (tokens[end] in ")]")
        end += 1
    term, rest = joined(iter(tokens[:end])), joined(iter(tokens[end:]))
    return f"sum_of(lambda {index}: {term}){rest}"


# What the names of the translation mean


class Value(np.ndarray[Any, Any]):
    """A number, a vector or a matrix, with the products of the notation."""

    def __matmul__(self, other: Any) -> Any:
        """Multiply matrices as such, and everything else as numbers."""
        both = self.ndim == np.ndim(other) == 2
        return value(np.matmul(self, other) if both else np.multiply(self, other))

    def __mul__(self, other: Any) -> Any:
        """Multiply two arrays of one shape element by element, as ⊙ does."""
        assert self.shape == np.shape(other), f"⊙ of {self.shape} and {np.shape(other)}"
        return value(np.multiply(self, other))


class ByLayer(dict[int, Any]):
    """What there is of each layer."""

    def __getitem__(self, l: Any) -> Any:
        """Return that of layer l."""
        return super().__getitem__(int(l))


def value(number: Any) -> Value:
    return np.asarray(number, dtype=float).view(Value)


def entry_at(of: Any, *at: Any) -> Value:
    if any(i < 1 for i in at):
        raise IndexError("rows and columns count from 1")
    assert np.ndim(of), "a number has no entries"
    rows, column = tuple(int(i) - 1 for i in at), () if np.shape(of)[1:] != (1,) else (0,)
    return value(of[(*rows, *column)[: np.ndim(of)]])


def shaped(array: Any, shape: tuple[Any, ...]) -> Any:
    assert np.shape(array) == tuple(map(int, shape)), f"{np.shape(array)} is not {shape}"
    return array


def sum_over(term: Callable[[Any], Any]) -> Value:
    """Sum over an index as far as there are entries, or over all entries."""
    if term.__code__.co_varnames[0] == "every":
        return value(np.sum(term(None)))
    total: Any = 0
    for i in count(1):
        try:
            total = total + term(value(i))
        except LookupError:
            if i == 1:  # there is no such layer
                raise
            return value(total)
    raise AssertionError


MEANINGS: dict[str, Any] = {
    "number_of": value,
    "matrix_of": value,
    "cases_of": lambda condition, this, other: value(np.where(condition, this, other)),
    "entry_of": entry_at,
    "shape_of": np.shape,
    "shaped_of": shaped,
    "sum_of": sum_over,
    "norm_of": lambda vector: value(np.linalg.norm(vector)),
    "abs_of": np.abs,
    "max_of": np.maximum,
    "tanh_of": np.tanh,
    "ln_of": np.errstate(invalid="ignore")(np.log),  # of a number in another scene
    "diag_of": lambda column: value(np.diagflat(column)),
    "N_of": lambda mean, variance: (mean, variance),
    "np": np,
    "infty": value(np.inf),
    "e": value(np.e),
}


def known(names: Names) -> dict[str, Any]:
    """Return these names, and those that a translation has anyhow."""

    def as_value(given: Any) -> Any:
        if isinstance(given, Mapping):
            return ByLayer({l: value(array) for l, array in given.items()})
        return given if callable(given) else value(given)

    return MEANINGS | {name: as_value(given) for name, given in names.items()}
