"""Both passes of a network as steps, each an equation of matrices with its words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Any

import numpy as np

from helpers.labs.health import is_switch
from helpers.layers import Caches, Gradient
from helpers.network import MLP
from helpers.texts import read, together
from helpers.validation import Array

NO_DOT = "} · {", "} {"  # between matrices in a line of text


class Matrix:
    """A matrix as a step shows it. In a text it is its name, and has numbers: ``{A.shape}``.

    Attributes
    ----------
    name : str
        As in the formulas, for example 'δ[1]'.
    values : ndarray
        Of two axes.
    samples : str
        What a sample is in it: one of its 'columns', one of its 'rows', or '' for neither.
    rows, columns, size, zeros : int
        How many there are, of entries and of those that are 0, too.
    shape : str
        Rows × columns, in one line.
    """

    def __init__(self, name: str, values: Array, samples: str = "columns") -> None:
        self.name, self.values, self.samples = name, values, samples
        self.rows, self.columns = values.shape
        self.size, self.zeros = values.size, int((values == 0).sum())
        self.shape = f"{self.rows}\xa0×\xa0{self.columns}"

    def __str__(self) -> str:
        return self.name

    @property
    def T(self) -> "Matrix":
        """The transpose."""
        return Matrix(f"{self.name}ᵀ", self.values.T, "rows" if self.samples else "")


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a pass.

    Attributes
    ----------
    formula : str
        With its l in it.
    words : str
        What happens, and why the shapes fit.
    terms : list of tuple
        The same as the formula: each matrix with the symbols before it and after it, beginning
        with the step's result.
    """

    formula: str
    words: str
    terms: list[tuple[str, Matrix, str]]

    @property
    def matrices(self) -> list[Matrix]:
        """The equation without its symbols: what the step makes, and what it makes it of."""
        return [matrix for _, matrix, _ in self.terms]

    @property
    def result(self) -> Matrix:
        """What the step makes."""
        return self.matrices[0]


class Passes:
    """All steps of one forward and one backward pass, and the matrices in them.

    Attributes
    ----------
    by_layer : dict from str to dict from int to Matrix
        By the name that stands before [l], as in ``passes.by_layer["δ"][1]``.
    """

    def __init__(self, network: MLP, caches: Caches, Y: Array, gradient: Gradient) -> None:
        self.activations, self.texts = network.activations, read("lesson_3/lab")["steps"]
        A, Z, m, L = caches.A, caches.Z, Y.shape[1], network.n_layers
        slopes = {l: f.derivative(Z[l]) for l, f in enumerate(self.activations, start=1)}
        handed_back: dict[int, Array] = {
            l - 1: network.W[l].T @ gradient.delta[l] for l in range(2, L + 1)
        }
        handed_back[L] = np.empty_like(Y)
        network.loss.backward(handed_back[L], A[L], Y)
        self.by_layer = {
            "A": _named("A[{}]", A),
            "Z": _named("Z[{}]", Z),
            "W": _named("W[{}]", network.W, ""),
            "b": _named("b[{}]", network.b, ""),
            "slope": _named("φ′(Z[{}])", slopes),
            "dA": _named("∂L/∂A[{}]", handed_back),
            "δ": _named("δ[{}]", gradient.delta),
            "dW": _named("dW[{}]", gradient.dW, ""),
            "db": _named("db[{}]", gradient.db, ""),
        }
        loss = np.array([[network.loss.value(A[L], Y)]])
        self.others = {"Y": Matrix("Y", Y), "L": Matrix("L", loss, ""), "m": m}
        self.others["ones"] = Matrix("1", np.ones((m, 1)), "rows")

    def steps(self) -> Iterator[Step]:
        """Yield the steps in their order."""
        L = len(self.activations)
        for l, activation in enumerate(self.activations, start=1):
            yield self._step("sum", l, "words", *["data"] * (l == 1))
            yield self._step("activation", l, "switch" if is_switch(activation) else "words")
        yield self._step("loss", L)
        yield self._step("output_error", L)
        for l in range(L, 0, -1):
            yield self._step("delta" if l < L else "output_delta", l, "words", *self._passed(l))
            yield self._step("weights", l)
            yield self._step("biases", l)
            if l > 1:
                yield self._step("hand_back", l)

    def _passed(self, l: int) -> Iterator[str]:
        """Yield the name of what is said of the slopes of layer l, if there is something to say."""
        slope = self.by_layer["slope"][l]
        if slope.zeros:
            yield "closed"
        elif (slope.values == 1).all():
            yield "open"

    def _step(self, kind: str, l: int, *words: str) -> Step:
        """Return a step with the texts of its kind, those called `words` among them."""
        texts, given = self.texts["any"] | self.texts[kind], self._given(l)
        terms = _terms(texts["equation"], given)
        left, right, *_ = [matrix for _, matrix, _ in terms[1:]] * 2
        given["product"] = texts["product"].format(left=left, right=right)
        said = together(texts[name] for name in (*(words or ["words"]), "shapes"))
        formula = texts["equation"].replace(*NO_DOT).format(**given)
        return Step(formula, said.format(**given), terms)

    def _given(self, l: int) -> dict[str, Any]:
        """Return what the texts of a step of layer l may name: ``{W[l+1].T}``, ``{m}``."""
        places = {"l-1": l - 1, "l": l, "l+1": l + 1}
        of_layers = {
            name: {place: by_layer.get(number) for place, number in places.items()}
            for name, by_layer in self.by_layer.items()
        }
        name = self.activations[l - 1].name
        return {**self.others, **of_layers, "l": l, "next": l + 1, "name": name}


def _named(name: str, arrays: Mapping[int, Array], samples: str = "columns") -> dict[int, Matrix]:
    return {l: Matrix(name.format(l), values, samples) for l, values in arrays.items()}


def _terms(template: str, given: Mapping[str, Any]) -> list[tuple[str, Matrix, str]]:
    """Return each matrix that a template names, with what stands before it, and after the last."""
    terms, before = list[tuple[str, Matrix, str]](), ""
    for text, field, *_ in Formatter().parse(template):
        value = Formatter().get_field(field, (), given)[0] if field else ""
        if isinstance(value, Matrix):
            terms.append(((before + text).strip(), value, ""))
            before = ""
        else:
            before += f"{text}{value}"
    *others, (symbol, matrix, _) = terms
    return [*others, (symbol, matrix, before.strip())]
