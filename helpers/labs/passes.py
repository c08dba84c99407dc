"""Both passes of a network as steps, each an equation of matrices with its words."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from helpers.layers import Caches, Gradient
from helpers.losses import mean_squared_error, mean_squared_error_gradient
from helpers.network import MLP
from helpers.validation import Array


@dataclass(frozen=True, eq=False)
class Matrix:
    """A matrix as a step shows it.

    Attributes
    ----------
    name : str
        As in the formulas, for example 'δ[1]'.
    values : ndarray
        Of two axes.
    samples : str
        What a sample is in it: one of its 'columns', one of its 'rows', or '' for neither.
    """

    name: str
    values: Array
    samples: str = "columns"

    @property
    def shape(self) -> str:
        """Rows × columns."""
        rows, columns = self.values.shape
        return f"{rows} × {columns}"

    @property
    def T(self) -> "Matrix":
        """The transpose."""
        return Matrix(f"{self.name}ᵀ", self.values.T, "rows" if self.samples else "")


Equation = tuple[Matrix | str, ...]


@dataclass(frozen=True, eq=False)
class Step:
    """One step of a pass.

    Attributes
    ----------
    formula : str
        With its l in it.
    words : str
        What happens, in a sentence.
    shapes : str
        Why the shapes fit.
    equations : tuple of tuple of Matrix and str
        Matrices and the symbols between; the last matrix of each is its result.
    """

    formula: str
    words: str
    shapes: str
    equations: tuple[Equation, ...]

    @property
    def results(self) -> list[Matrix]:
        """What the step makes."""
        return [matrices(equation)[-1] for equation in self.equations]

    @property
    def operands(self) -> list[Matrix]:
        """What it makes them of."""
        return [matrix for equation in self.equations for matrix in matrices(equation)[:-1]]


def matrices(equation: Equation) -> list[Matrix]:
    """Return an equation without its symbols."""
    return [part for part in equation if isinstance(part, Matrix)]


class Passes:
    """All steps of one forward and one backward pass."""

    def __init__(self, network: MLP, caches: Caches, Y: Array, gradient: Gradient) -> None:
        self.network, self.caches, self.gradient = network, caches, gradient
        self.L, self.m = network.n_layers, Y.shape[1]
        self.Y = Matrix("Y", Y)

    def steps(self) -> Iterator[Step]:
        """Yield the steps in their order."""
        for l in range(1, self.L + 1):
            yield self._sum(l)
            yield self._activate(l)
        yield self._loss()
        yield self._output_error()
        for l in range(self.L, 0, -1):
            yield self._delta(l) if l < self.L else self._output_delta()
            yield self._gradients(l)
            if l > 1:
                yield self._hand_back(l)

    def _A(self, l: int) -> Matrix:
        return Matrix(f"A[{l}]", self.caches.A[l])

    def _Z(self, l: int) -> Matrix:
        return Matrix(f"Z[{l}]", self.caches.Z[l])

    def _W(self, l: int) -> Matrix:
        return Matrix(f"W[{l}]", self.network.W[l], "")

    def _d(self, l: int) -> Matrix:
        return Matrix(f"δ[{l}]", self.gradient.delta[l])

    def _slope(self, l: int) -> Matrix:
        slope = self.network.activations[l - 1].derivative(self.caches.Z[l])
        return Matrix(f"φ′(Z[{l}])", slope)

    def _dA(self, l: int) -> Matrix:
        """∂L/∂A[l], handed back by layer l + 1 or, at the outputs, by the loss."""
        if l == self.L:
            values = mean_squared_error_gradient(self.caches.A[l], self.Y.values)
        else:
            values = self.network.W[l + 1].T @ self.gradient.delta[l + 1]
        return Matrix(f"∂L/∂A[{l}]", values)

    def _sum(self, l: int) -> Step:
        W, A, Z = self._W(l), self._A(l - 1), self._Z(l)
        b = Matrix(f"b[{l}]", self.network.b[l], "")
        return Step(
            f"Z[{l}] = W[{l}] A[{l - 1}] + b[{l}]",
            "Each unit adds up its inputs times its weights, and its bias."
            + (" A[0] is X, the data." if l == 1 else ""),
            f"{_product(W, A)} b[{l}] ({b.shape}) is added to each column.",
            ((W, "·", A, "+", b, "=", Z),),
        )

    def _activate(self, l: int) -> Step:
        name = self.network.activations[l - 1].name
        words = f"φ is {name} here."
        if name == "relu":
            off = int((self.caches.Z[l] <= 0).sum())
            words = f"φ is relu here: it cuts off {off} of {self.caches.Z[l].size} entries to 0."
        return Step(
            f"A[{l}] = φ(Z[{l}])",
            words,
            f"φ works element by element, so the shape stays {self._Z(l).shape}.",
            (("φ of", self._Z(l), "=", self._A(l)),),
        )

    def _loss(self) -> Step:
        A = self._A(self.L)
        loss = Matrix("L", np.array([[mean_squared_error(A.values, self.Y.values)]]), "")
        return Step(
            f"L = Σ (A[{self.L}] − Y)² / (2 · {self.m})",
            "The loss: how wrong the outputs are, as one number. From here it goes back.",
            f"Both are {A.shape}; the sum turns all entries into one number.",
            (("Σ (", A, "−", self.Y, f")² / {2 * self.m} =", loss),),
        )

    def _output_error(self) -> Step:
        A, dA = self._A(self.L), self._dA(self.L)
        return Step(
            f"∂L/∂A[{self.L}] = (A[{self.L}] − Y) / {self.m}",
            "How the loss reacts to each output. The mean's 1/m is in it, once and for all.",
            f"Both are {A.shape}, and so is the result.",
            (("(", A, "−", self.Y, f") / {self.m} =", dA),),
        )

    def _output_delta(self) -> Step:
        dA, slope, delta = self._dA(self.L), self._slope(self.L), self._d(self.L)
        return Step(
            f"δ[{self.L}] = {dA.name} ⊙ {slope.name}",
            f"The start of the recursion: how the loss reacts to Z[{self.L}]." + _closed(slope),
            f"⊙ works element by element: {dA.shape} and {slope.shape} are equal.",
            ((dA, "⊙", slope, "=", delta),),
        )

    def _gradients(self, l: int) -> Step:
        delta, A = self._d(l), self._A(l - 1).T
        ones = Matrix("1", np.ones((self.m, 1)), "rows")
        dW = Matrix(f"dW[{l}]", self.gradient.dW[l], "")
        db = Matrix(f"db[{l}]", self.gradient.db[l], "")
        return Step(
            f"dW[{l}] = δ[{l}] A[{l - 1}]ᵀ and db[{l}] = δ[{l}] 1",
            f"The gradients of layer {l}, summed over the samples. "
            "1 is a column of ones, so db is the row sum.",
            f"{_product(delta, A)} They are those of W[{l}] and b[{l}].",
            ((delta, "·", A, "=", dW), (delta, "·", ones, "=", db)),
        )

    def _hand_back(self, l: int) -> Step:
        W, delta, dA = self._W(l).T, self._d(l), self._dA(l - 1)
        return Step(
            f"{dA.name} = W[{l}]ᵀ δ[{l}]",
            f"Layer {l} hands its responsibility back, through the weights with which it listened.",
            _product(W, delta),
            ((W, "·", delta, "=", dA),),
        )

    def _delta(self, l: int) -> Step:
        W, back, slope = self._W(l + 1).T, self._d(l + 1), self._slope(l)
        return Step(
            f"δ[{l}] = W[{l + 1}]ᵀ δ[{l + 1}] ⊙ φ′(Z[{l}])",
            f"One layer back: what layer {l + 1} handed back, times the slopes of layer {l}."
            + _closed(slope),
            f"{_product(W, back)} ⊙ works element by element: φ′(Z[{l}]) is {slope.shape} too.",
            ((W, "·", back, "⊙", slope, "=", self._d(l)),),
        )


def _product(left: Matrix, right: Matrix) -> str:
    rows, inner = left.values.shape
    inner_too, columns = right.values.shape
    return (
        f"{left.name} ({left.shape}) · {right.name} ({right.shape}): inner sizes "
        f"{inner} = {inner_too} match; outer sizes {rows} × {columns} are the result."
    )


def _closed(slope: Matrix) -> str:
    closed, size = int((slope.values == 0).sum()), slope.values.size
    if closed:
        return f" φ′ is 0 in {closed} of {size} places: nothing gets through there."
    return " φ′ is 1 everywhere: everything gets through." if (slope.values == 1).all() else ""
