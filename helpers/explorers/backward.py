"""The lab of lesson 3: step through both passes, with every matrix and its numbers."""

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from math import ceil, log10
from typing import Any

import ipywidgets as widgets
import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_hex

from helpers.activations import ACTIVATIONS
from helpers.explorers.base import Explorer, choice, int_slider
from helpers.losses import mean_squared_error, mean_squared_error_gradient
from helpers.network import MLP, Caches, Gradient
from helpers.plots import BLUE
from helpers.validation import Array, random_generator

WIDTH, HEIGHT = 920, 514
MOST_NUMBERS = 48  # a matrix of more is drawn as a heat map
PLAY_PAUSE = 2000  # milliseconds that a step stays while playing
SCALE = (-1, -0.25, -0.04, 0, 0.04, 0.25, 1)  # shares of the greatest entry
COLOUR_MAP = mpl.colormaps["PuOr"]


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
        return [_matrices(equation)[-1] for equation in self.equations]

    @property
    def operands(self) -> list[Matrix]:
        """What it makes them of."""
        return [matrix for equation in self.equations for matrix in _matrices(equation)[:-1]]


def _matrices(equation: Equation) -> list[Matrix]:
    return [part for part in equation if isinstance(part, Matrix)]


class BackwardExplorer(Explorer):
    """Both passes of a small network, a step at a time; the steps can be played.

    Parameters
    ----------
    inputs, layer_1, layer_2, outputs, samples, activation, output_activation, seed, sample, step
        Where the controls start. `layer_2` of 0 units is left away; `activation` is that of the
        hidden layers; `sample` is the one with a border around it, and `step` where to begin,
        both counted from 1.

    Attributes
    ----------
    network : MLP
        With weights and biases of one decimal, so that its products can be worked by hand.
    X, Y : ndarray, shapes (inputs, samples) and (outputs, samples)
        Whole numbers, and labels of 0 or 1.
    caches : Caches
        Of `network.forward`.
    gradient : Gradient
        Of `network.backward`.
    steps : list of Step
        All of them.
    operands, result : dict from str to ndarray
        The matrices of this step by name, for example ``lab.result["δ[1]"]``.
    """

    def __init__(
        self,
        inputs: int = 2,
        layer_1: int = 3,
        layer_2: int = 2,
        outputs: int = 1,
        samples: int = 4,
        activation: str = "relu",
        output_activation: str = "linear",
        seed: int = 3,
        sample: int = 1,
        step: int = 1,
    ) -> None:
        last = _count_steps(layer_2)
        controls = {  # sizes first: a state that is set in this order finds room for its step
            "inputs": int_slider("inputs", inputs, 1, 8),
            "layer_1": int_slider("units of layer 1", layer_1, 1, 8),
            "layer_2": int_slider("units of layer 2", layer_2, 0, 8),
            "outputs": int_slider("outputs", outputs, 1, 4),
            "samples": int_slider("samples", samples, 1, 8),
            "activation": choice("activation", activation, ACTIVATIONS),
            "output_activation": choice("output activation", output_activation, ACTIVATIONS),
            "seed": int_slider("seed", seed, 0, 20),
            "sample": int_slider("marked sample", sample, 1, samples),
            "step": int_slider("step", step, 1, last),
        }
        self._play = widgets.Play(
            value=controls["step"].value, min=1, max=last, interval=PLAY_PAUSE
        )
        self._play.tooltip = "step through both passes"
        widgets.link((self._play, "value"), (controls["step"], "value"))
        # before the base listens: it then finds the greatest step and sample as they must be
        controls["layer_2"].observe(self._follow_depth, "value")
        controls["samples"].observe(self._follow_samples, "value")
        super().__init__(controls, WIDTH, HEIGHT)

    def arrange(self, controls: dict[str, Any]) -> list[Any]:
        """Put the step slider first, over the whole width, with the play button beside it."""
        step = controls["step"]
        step.layout.width, step.layout.flex = "auto", "1 1 auto"
        step.style.description_width = "initial"
        whole = widgets.HBox([self._play, step], layout=widgets.Layout(width="100%"))
        return [whole, *(control for name, control in controls.items() if name != "step")]

    def _follow_depth(self, change: Any) -> None:
        self._play.max = self.controls.step.max = _count_steps(change["new"])

    def _follow_samples(self, change: Any) -> None:
        self.controls.sample.max = change["new"]

    def frames(self, state: dict[str, Any]) -> Iterator[None]:
        """Run both passes."""
        sizes = [state[name] for name in ("inputs", "layer_1", "layer_2", "outputs")]
        sizes = [size for size in sizes if size]
        names = [state["activation"]] * (len(sizes) - 2) + [state["output_activation"]]
        self.network = MLP(sizes, names, state["seed"])
        rng = random_generator(state["seed"], "lab data")
        self.X = rng.integers(-2, 3, (sizes[0], state["samples"])).astype(float)
        self.Y = rng.integers(0, 2, (sizes[-1], state["samples"])).astype(float)
        for b in self.network.b.values():
            b[:] = rng.normal(0, 0.5, b.shape)
        self.network.theta[:] = np.round(self.network.theta, 1)
        _, self.caches = self.network.forward(self.X)
        self.gradient = self.network.backward(self.caches, self.Y)
        self.steps = list(_Passes(self.network, self.caches, self.Y, self.gradient).steps())
        self._now = self.steps[state["step"] - 1]
        self.operands = {matrix.name: matrix.values for matrix in self._now.operands}
        self.result = {matrix.name: matrix.values for matrix in self._now.results}
        yield

    def picture(self) -> str:
        """Return the step's equations, with all the steps in a row above."""
        step, state = self._now, self.state
        large = [m.values for m in (*step.operands, *step.results) if m.values.size > MOST_NUMBERS]
        limit = max((float(np.abs(values).max()) for values in large), default=0.0) or 1.0
        size = _size(step.equations)
        rows = "".join(
            f'<div class="equation {size}">{_draw(equation, state["sample"], limit)}</div>'
            for equation in step.equations
        )
        return (
            f'{STYLE_SHEET}<div class="backward-lab" style="{SIZE}">{self._trail()}'
            f'<p class="formula">{escape(step.formula)}</p><p>{escape(step.words)}</p>'
            f'<p>{escape(step.shapes)}</p><div class="equations">{rows}</div>'
            f"{_scale(limit) if large else ''}</div>"
        )

    def _trail(self) -> str:
        """Name what each step makes, the forward pass in a row and the backward pass in another."""
        now, turn = self.state["step"] - 1, 2 * self.network.n_layers + 1
        chips = [", ".join(matrix.name for matrix in step.results) for step in self.steps]
        spans = [
            f'<span class="now" aria-current="step">{chip}</span>'
            if i == now
            else f"<span>{chip}</span>"
            for i, chip in enumerate(chips)
        ]
        return (
            f'<p class="trail"><b>forward →</b> {"".join(spans[:turn])}</p>'
            f'<p class="trail"><b>back →</b> {"".join(spans[turn:])}</p>'
        )

    def describe(self) -> str:
        """Say the step with its formula, shape and meaning, and its numbers for the sample."""
        step, state = self._now, self.state
        shapes = " and ".join(str(matrix.values.shape) for matrix in step.results)
        of = "of shape" if len(step.results) == 1 else "of shapes"
        first = f"Step {state['step']} of {len(self.steps)}: {step.formula}, {of} {shapes}."
        return " ".join([first, step.words, _said(step.results, state["sample"])])


def _count_steps(layer_2: int) -> int:
    """Return 2 steps forward and 3 back for each layer, and one for the loss."""
    return 5 * (3 if layer_2 else 2) + 1


class _Passes:
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
        slope = self.network.activations[l - 1].derivative(self.caches.Z[l], self.caches.A[l])
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
            f"Both are {A.shape}; the sum makes one number of all entries.",
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
            f"⊙ goes element by element: {dA.shape} and {slope.shape} are equal.",
            ((dA, "⊙", slope, "=", delta),),
        )

    def _gradients(self, l: int) -> Step:
        delta, A = self._d(l), self._A(l - 1).T
        ones = Matrix("1", np.ones((self.m, 1)), "rows")
        dW = Matrix(f"dW[{l}]", self.gradient.dW[l], "")
        db = Matrix(f"db[{l}]", self.gradient.db[l], "")
        return Step(
            f"dW[{l}] = δ[{l}] A[{l - 1}]ᵀ and db[{l}] = δ[{l}] 1",
            f"The gradients of layer {l}, summed over the {self.m} samples. "
            "1 is a column of ones, so db is the row sum.",
            f"{_product(delta, A)} They are those of W[{l}] and b[{l}].",
            ((delta, "·", A, "=", dW), (delta, "·", ones, "=", db)),
        )

    def _hand_back(self, l: int) -> Step:
        W, delta, dA = self._W(l).T, self._d(l), self._dA(l - 1)
        return Step(
            f"{dA.name} = W[{l}]ᵀ δ[{l}]",
            f"Layer {l} hands its responsibility back, by the weights with which it listened.",
            _product(W, delta),
            ((W, "·", delta, "=", dA),),
        )

    def _delta(self, l: int) -> Step:
        W, back, slope = self._W(l + 1).T, self._d(l + 1), self._slope(l)
        return Step(
            f"δ[{l}] = W[{l + 1}]ᵀ δ[{l + 1}] ⊙ φ′(Z[{l}])",
            f"One layer back: what layer {l + 1} handed back, times the slopes of layer {l}."
            + _closed(slope),
            f"{_product(W, back)} ⊙ goes element by element: φ′(Z[{l}]) is {slope.shape} too.",
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
    return " φ′ is 1 everywhere: all gets through." if (slope.values == 1).all() else ""


# Numbers


def _decimals(values: Array) -> int:
    """Return 2, or as many as the largest entry needs to show two digits."""
    largest = float(np.abs(values).max())
    return 2 if largest >= 0.1 or largest == 0 else min(8, ceil(-log10(largest)) + 1)


def _number(value: Any, decimals: int) -> str:
    # rounded twice, so that 0.125 reads the same whatever its last bit is
    text = f"{round(float(value), decimals + 4):.{decimals}f}"
    return text.lstrip("-") if float(text) == 0 else text.replace("-", "−")


def _said(results: list[Matrix], sample: int) -> str:
    """Say the numbers of the marked sample, or of a result that has no samples if it's small."""
    result, decimals = results[0], _decimals(results[0].values)
    if result.values.size == 1:
        return f"{result.name} is {_number(result.values[0, 0], decimals)}."
    if not result.samples:
        return f"The largest entry of {result.name} is {_largest(result.values, decimals)}."
    column = ", ".join(_number(value, decimals) for value in result.values[:, sample - 1])
    return f"Sample {sample}: ({column})."


def _largest(values: Array, decimals: int) -> str:
    return _number(values.flat[int(np.abs(values).round(9).argmax())], decimals)


# HTML


def _size(equations: tuple[Equation, ...]) -> str:
    """Return how large the numbers may be: 'large', 'roomy', '' or 'compact'."""
    shapes = [[matrix.values.shape for matrix in _matrices(equation)] for equation in equations]
    rows = sum(max(rows for rows, _ in row) for row in shapes)
    columns = max(sum(columns for _, columns in row) for row in shapes)
    if rows <= 4 and columns <= 11:
        return "large"
    if rows <= 8 and columns <= 13:
        return "roomy"
    return "compact" if rows > 10 or columns > 18 else ""


def _draw(equation: Equation, sample: int, limit: float) -> str:
    """Set matrices in a row, each with the symbol before it, so that no line ends in one."""
    html, symbol = "", ""
    for part in equation:
        if isinstance(part, str):
            symbol = f'<span class="symbol">{escape(part)}</span>'
        else:
            html += f'<div class="part">{symbol}{_table(part, sample, limit)}</div>'
            symbol = ""
    return html


def _table(matrix: Matrix, sample: int, limit: float) -> str:
    large, decimals = matrix.values.size > MOST_NUMBERS, _decimals(matrix.values)
    rows = ""
    for i, row in enumerate(matrix.values, start=1):
        rows += "<tr>"
        for j, value in enumerate(row, start=1):
            marked = matrix.samples and {"columns": j, "rows": i}[matrix.samples] == sample
            kind = f' class="marked-{matrix.samples}"' if marked else ""
            number = _number(value, decimals)
            rows += f"<td{kind}{_coloured(value, number, limit) if large else f'>{number}'}</td>"
        rows += "</tr>"
    heat = ' class="heat"' if large else ""
    caption = f"<caption><b>{escape(matrix.name)}</b> {matrix.shape}</caption>"
    return f"<table{heat}>{caption}<tbody>{rows}</tbody></table>"


def _coloured(value: float, number: str, limit: float) -> str:
    """Colour a cell by its value; a minus marks what is negative, and the number is hidden."""
    colour, ink = _colour(value / limit)
    sign = '<span aria-hidden="true">−</span>' if value < 0 else ""
    return (
        f' title="{number}" style="background: {colour}; color: {ink}">{sign}'
        f'<span class="hidden">{number}</span>'
    )


def _colour(share: float) -> tuple[str, str]:
    """Return the colour of a share between −1 and 1, and that of what is written on it.

    It goes by the root of the share, so that matrices of small entries aren't all white.
    """
    strength = float(np.sign(share) * np.sqrt(abs(share)))
    return to_hex(COLOUR_MAP((strength + 1) / 2)), "white" if abs(strength) > 0.7 else "#111"


def _scale(limit: float) -> str:
    decimals = _decimals(np.array([limit])) + 1
    cells = ""
    for share in SCALE:
        colour, ink = _colour(share)
        number = _number(share * limit, decimals)
        cells += f'<span style="background: {colour}; color: {ink}">{number}</span>'
    return (
        f"<p>Matrices of more than {MOST_NUMBERS} entries as colours: "
        f'<span class="scale">{cells}</span> A cell with − is negative.</p>'
    )


SIZE = f"width: {WIDTH}px; height: {HEIGHT}px; --mark: {BLUE}"
STYLE_SHEET = """<style>
.backward-lab { box-sizing: border-box; position: relative; overflow: auto;
  display: flex; flex-direction: column;
  padding: 8px 14px; background: white; color: #111; border: 1px solid #ccc;
  font: 14px/1.4 sans-serif; white-space: normal; }
.backward-lab p { margin: 4px 0; }
.backward-lab .formula { font-size: 20px; margin: 8px 0 4px; }
.backward-lab .trail b { display: inline-block; width: 80px; font-size: 12px; }
.backward-lab .trail span { display: inline-block; margin: 1px 2px; padding: 0 6px;
  border: 1px solid #bbb; border-radius: 9px; font-size: 12px; color: #333; }
.backward-lab .trail .now { background: var(--mark); border-color: var(--mark); color: white;
  font-weight: bold; }
.backward-lab .equations { display: flex; flex-wrap: wrap; column-gap: 40px;
  flex: 1 0 auto; align-content: center; }
.backward-lab .equation { display: flex; flex-wrap: wrap; align-items: center;
  gap: 4px 8px; margin: 6px 0; }
.backward-lab .part { display: flex; align-items: center; gap: 8px; }
.backward-lab .symbol { font-size: 20px; font-weight: bold; padding-top: 20px;
  white-space: nowrap; }
.backward-lab table { border-collapse: separate; border-spacing: 0; margin: 0;
  border: solid #111; border-width: 0 2px; }
.backward-lab caption { caption-side: top; padding: 0 0 2px; text-align: center;
  color: #111; font-size: 13px; white-space: nowrap; }
.backward-lab tbody { background: white; }
.backward-lab td { border: 0; padding: 2px 5px; text-align: right; font-size: 13px;
  line-height: 18px; font-variant-numeric: tabular-nums; color: #111; }
.backward-lab .roomy td { font-size: 16px; line-height: 24px; padding: 2px 8px; }
.backward-lab .large td { font-size: 19px; line-height: 30px; padding: 3px 7px; }
.backward-lab .large caption { font-size: 15px; }
.backward-lab .compact td { font-size: 11px; line-height: 14px; padding: 0 4px; }
.backward-lab .heat td, .backward-lab .compact .heat td { width: 18px; min-width: 18px;
  height: 17px; padding: 0; text-align: center; line-height: 17px; font-size: 13px; }
.backward-lab .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
.backward-lab td { --left: inset 2px 0 var(--mark);
  --right: inset -2px 0 var(--mark); --top: inset 0 2px var(--mark);
  --bottom: inset 0 -2px var(--mark); }
.backward-lab .marked-columns { box-shadow: var(--left), var(--right); }
.backward-lab .marked-rows { box-shadow: var(--top), var(--bottom); }
.backward-lab tr:first-child .marked-columns { box-shadow: var(--left), var(--right), var(--top); }
.backward-lab tr:last-child .marked-columns {
  box-shadow: var(--left), var(--right), var(--bottom); }
.backward-lab tr:only-child .marked-columns { box-shadow: inset 0 0 0 2px var(--mark); }
.backward-lab .marked-rows:first-child { box-shadow: var(--top), var(--bottom), var(--left); }
.backward-lab .marked-rows:last-child { box-shadow: var(--top), var(--bottom), var(--right); }
.backward-lab .marked-rows:only-child { box-shadow: inset 0 0 0 2px var(--mark); }
.backward-lab .scale { display: inline-block; border: 1px solid #888; margin: 0 6px; }
.backward-lab .scale span { display: inline-block; min-width: 34px; padding: 0 4px;
  text-align: center; font-size: 12px; line-height: 17px; }
</style>"""
