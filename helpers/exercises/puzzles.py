"""Puzzles: the lines of a program are there, in disorder, and some of them are wrong.

The chosen lines are put together to a function, and that is judged as an exercise is, by value
on random networks. So every order that computes the right thing passes, and wrong orders and
wrong lines that are known are named.
"""

import linecache
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np

from helpers.exercises.cases import random_cases
from helpers.exercises.checking import Answer, Exercise, Mistake, Trial, Verdict, judge
from helpers.exercises.misconceptions import Misconception as M
from helpers.exercises.progress_file import note
from helpers.explorers.base import LINE, Shown, live_region
from helpers.losses import mean_squared_error, mean_squared_error_gradient
from helpers.network import MLP
from helpers.validation import Array, an_instance, known_name, whole_number

NAMES = {
    "mean_squared_error": mean_squared_error,
    "mean_squared_error_gradient": mean_squared_error_gradient,
}
NO_BREAK, LINE_WIDTH, ROW_HEIGHT = "\N{NO-BREAK SPACE}", "600px", "24px"
CODE_FONT = "font-family: var(--jp-code-font-family, monospace); font-size: 13px"
LOOKS = f"<style>.puzzle-line {{ {CODE_FONT}; text-align: left; line-height: 24px }}</style>"
NO_LINES = "Not attempted yet."
NOT_PYTHON = (
    "Not yet. Python can't read it: {}. The indented lines belong together, right under the line "
    "that ends with a colon."
)


@dataclass(frozen=True)
class Program:
    """A function with a gap, and lines for it.

    Attributes
    ----------
    head, tail : str
        The code above the gap and below it.
    lines : mapping from str to str
        Lines of the body by a short name, in the disorder in which they are shown.
    """

    head: str
    lines: Mapping[str, str]
    tail: str

    def source(self, order: Sequence[str]) -> str:
        """Return the function with the lines of these names in its gap."""
        body = [f"    {self.lines[name]}" for name in order]
        return "\n".join([self.head, *body, self.tail, ""])

    def assemble(self, order: str) -> Answer:
        """Return the function.

        Parameters
        ----------
        order : str
            The names of the lines, with spaces between.

        Raises
        ------
        SyntaxError
            If the lines in this order aren't Python.
        """
        source = self.source(order.split())
        name, space = f"<puzzle {order}>", dict[str, Any](NAMES)
        linecache.cache[name] = len(source), None, source.splitlines(True), name
        exec(compile(source, name, "exec"), space)
        function = self.head.partition("(")[0].removeprefix("def ")
        answer: Answer = space[function]
        return answer


# --- lesson 3: the backward loop

BACKWARD = Program(
    head="""\
def backward(network, X, Y):
    _, caches = network.forward(X)
    A, Z, L = caches.A, caches.Z, network.n_layers
    dW, db, delta = {}, {}, {}""",
    lines={
        "dW": "    dW[l] = delta[l] @ A[l - 1].T",
        "unchanged": "    dA = delta[l]",
        "loop": "for l in range(L, 0, -1):",
        "unsummed": "    db[l] = delta[l]",
        "back": "    dA = network.W[l].T @ delta[l]",
        "delta": "    delta[l] = dA * network.activations[l - 1].derivative(Z[l])",
        "untransposed": "    dA = network.W[l] @ delta[l]",
        "start": "dA = mean_squared_error_gradient(A[L], Y)",
        "db": "    db[l] = delta[l].sum(axis=1, keepdims=True)",
    },
    tail="    return dW, db, delta",
)


def _backward_trials(rng: np.random.Generator) -> list[Trial]:
    return [Trial(case.about, (case.network, case.X, case.Y)) for case in random_cases(rng)]


BACKWARD_LINES = Exercise(
    name="backward_lines",
    lesson=3,
    title="The lines of the backward loop",
    solution=BACKWARD.assemble("start loop delta dW db back"),
    trials=_backward_trials,
    parts=("dW", "db", "delta"),
    mistakes=(
        Mistake(
            "On its way back, δ meets W without the transpose.",
            "W[l] has a row for each unit of layer l and a column for each of layer l−1. Going "
            "back, which of the two does the product have to sum over? (In a square network the "
            "shapes don't tell.)",
            M.WHICH_W,
            BACKWARD.assemble("start loop delta dW db untransposed"),
        ),
        Mistake(
            "δ is handed on as it is.",
            "A unit hands its blame back to its inputs in proportion to something. Which array "
            "holds that, and in which of your lines does it stand?",
            M.SAME_DELTA,
            BACKWARD.assemble("start loop delta dW db unchanged"),
        ),
        Mistake(
            "Nothing is handed back: dA is in each layer what it was at the output.",
            "The loop goes to the next layer with the same dA. A round of it should leave the "
            "dA that the next round needs.",
            M.SAME_DELTA,
            BACKWARD.assemble("start loop delta dW db"),
        ),
        Mistake(
            "db isn't summed over the samples.",
            "A layer has one bias for each unit, and all samples share it. Which shape has b[l], "
            "and which has your db[l]?",
            M.BIAS_SUM,
            BACKWARD.assemble("start loop delta dW unsummed back"),
        ),
        Mistake(
            "A line asks for δ[l] before a line has made it.",
            "dW, db and the way back all start from δ of this layer. What must come first in the "
            "loop?",
            M.CACHES,
            BACKWARD.assemble("start loop back delta dW db"),
        ),
        Mistake(
            "The loop asks for dA before there is one.",
            "δ of a layer needs to know how the loss reacts to this layer's outputs. For the last "
            "layer, who says so? That line runs once, before the first round.",
            M.CACHES,
            BACKWARD.assemble("loop delta dW db back start"),
        ),
    ),
)

# --- lesson 5: one step of training

STEP = Program(
    head="""\
def step(network, X, Y, learning_rate, previous):
    A, caches, loss, gradient = previous  # they are still there from the step before""",
    lines={
        "update": "network.update(gradient, learning_rate)",
        "loss": "loss = mean_squared_error(A, Y)",
        "backward_alone": "network.backward(caches, Y)",
        "climb": "network.theta[:] += learning_rate * gradient.vector",
        "forward": "A, caches = network.forward(X)",
        "update_loss": "network.update(loss, learning_rate)",
        "backward": "gradient = network.backward(caches, Y)",
    },
    tail="    return loss",
)


def _step_trials(rng: np.random.Generator) -> list[Trial]:
    """Two batches for each network: one for the step before, one for this step."""
    trials = []
    for case in random_cases(rng):
        before = rng.normal(size=case.X.shape), rng.normal(size=case.Y.shape)
        rate = round(rng.uniform(0.4, 0.8), 2)
        trials.append(Trial(case.about, (case.network, case.X, case.Y, rate, before)))
    return trials


def _observe_step(
    step: Answer, arguments: tuple[MLP, Array, Array, float, tuple[Array, Array]]
) -> dict[str, Any]:
    """Take one right step on the batch before, and then the step that is judged."""
    network, X, Y, rate, (X_before, Y_before) = arguments
    A, caches = network.forward(X_before)
    gradient = network.backward(caches, Y_before)
    previous = A, caches, mean_squared_error(A, Y_before), gradient
    network.update(gradient, rate)
    loss = step(network, X, Y, rate, previous)
    return {"the loss": loss, "θ": network.theta}


STEP_LINES = Exercise(
    name="step_lines",
    lesson=5,
    title="The lines of one training step",
    solution=STEP.assemble("forward loss backward update"),
    trials=_step_trials,
    observe=_observe_step,
    parts=("the loss", "θ"),
    mistakes=(
        Mistake(
            "No parameter has moved.",
            "backward computes the gradient and changes nothing. Go through your lines: which of "
            "them moves θ, and does it stay moved?",
            M.UPDATE,
            STEP.assemble("forward loss backward"),
        ),
        Mistake(
            "The step goes uphill.",
            "The gradient points to where the loss rises fastest. Which way should the "
            "parameters go?",
            M.SIGN,
            STEP.assemble("forward loss backward climb"),
        ),
        Mistake(
            "backward gets caches that belong to other weights, and the network refuses them.",
            "Which line makes the caches that backward gets? Between the two, or since the step "
            "before, has an update moved the weights?",
            M.CACHES,
            STEP.assemble("forward loss update backward"),
        ),
        Mistake(
            "The update takes the gradient of the step before.",
            "There is a gradient left over from another batch. Does a line of yours, before the "
            "update, put the new one in its place?",
            M.CACHES,
            STEP.assemble("forward loss backward_alone update"),
        ),
        Mistake(
            "The weights are updated first, with the gradient of the step before.",
            "The new gradient comes too late for this step. What must be known before the "
            "weights may move?",
            M.CACHES,
            STEP.assemble("update forward loss backward"),
        ),
        Mistake(
            "The update is given the loss.",
            "The loss is one number and says how wrong the outputs are. Which way should each "
            "of the parameters go? That takes a number for each.",
            M.UPDATE,
            STEP.assemble("forward loss backward update_loss"),
        ),
        Mistake(
            "The loss judges the outputs of the step before.",
            "Which A did that line get? Look for the line that makes the new one.",
            M.SAMPLES,
            STEP.assemble("loss forward backward update"),
        ),
        Mistake(
            "The loss is that of the step before: no line computes it anew.",
            "Who trains wants to know how wrong the outputs are now. Which line says so?",
            M.SAMPLES,
            STEP.assemble("forward backward update"),
        ),
    ),
)
PUZZLES = {
    puzzle.name: (puzzle, program)
    for puzzle, program in ((BACKWARD_LINES, BACKWARD), (STEP_LINES, STEP))
}


class Puzzle(Shown):
    """A puzzle with its controls, all of them buttons: a key does what a click does.

    Parameters
    ----------
    name : str
        'backward_lines' or 'step_lines'.

    Attributes
    ----------
    exercise : Exercise
        What the program is judged by.
    program : Program
    verdict : Verdict
        Of the last check; each change of the program takes it back.
    view : VBox
        What a notebook displays.

    Raises
    ------
    ValueError
        If there is no such puzzle.
    """

    def __init__(self, name: str) -> None:
        self.exercise, self.program = PUZZLES[known_name(name, PUZZLES, "puzzle")]
        self._names = list(self.program.lines)
        self._order: list[int] = []
        places = range(len(self._names))
        self._choices = [self._make_choice(i) for i in places]
        self._rows = [_Row(self, place) for place in places]
        self._check = widgets.Button(description="Check", button_style="primary")
        self._check.on_click(lambda _: self.check())
        self._status = widgets.HTML(layout=widgets.Layout(min_height="8em", width="760px"))
        self.view = self._arrange()
        self.order = []

    def _make_choice(self, i: int) -> Any:
        choice = widgets.Button(description=self._line(i).replace(" ", NO_BREAK), tooltip="Add")
        choice.layout = widgets.Layout(width=LINE_WIDTH, height=ROW_HEIGHT, margin="1px 2px")
        choice.add_class("puzzle-line")
        choice.on_click(lambda _: self._add(i))
        return choice

    def _arrange(self) -> Any:
        rows = [row.view for row in self._rows]
        return widgets.VBox(
            [
                widgets.HTML(f"{LOOKS}Lines to choose from"),
                *self._choices,
                widgets.HTML("Your program"),
                _code(self.program.head),
                *rows,
                _code(self.program.tail),
                self._check,
                self._status,
            ],
            layout=widgets.Layout(overflow="hidden"),
        )

    @property
    def order(self) -> list[int]:
        """The lines that are used, in their order, by their number; 0 is the first of all."""
        return list(self._order)

    @order.setter
    def order(self, order: Sequence[int]) -> None:
        an_instance(order, Iterable, "order", "a list of the numbers of lines")
        last = len(self._names) - 1
        numbers = [whole_number(i, f"order[{k}]", 0) for k, i in enumerate(order)]
        if len(set(numbers)) < len(numbers) or max(numbers, default=0) > last:
            raise ValueError(
                f"order is {numbers}; expected numbers of lines, 0 to {last}, each once at most."
            )
        self._order = numbers
        for i, choice in enumerate(self._choices):
            choice.layout.visibility = "hidden" if i in numbers else "visible"
        for place, row in enumerate(self._rows):
            row.show(self._line(numbers[place]) if place < len(numbers) else None)
        self._show(Verdict("not attempted", NO_LINES))

    def check(self) -> Verdict:
        """Judge the program; a pass is noted as done."""
        if not self._order:
            self._show(Verdict("not attempted", f"{NO_LINES} Add lines to the program first."))
            return self.verdict
        verdict = self._judge(self._order)
        if verdict.kind == "right":
            note(f"puzzle: {self.exercise.name}")
            verdict = Verdict("right", verdict.text + self._unneeded())
        self._show(verdict)
        return verdict

    def _judge(self, order: Sequence[int]) -> Verdict:
        names = " ".join(self._names[i] for i in order)
        try:
            return judge(self.exercise, self.program.assemble(names))
        except SyntaxError as error:
            return Verdict("failure", NOT_PYTHON.format(error.msg))

    def _unneeded(self) -> str:
        """Name a line without which the program is right as well."""
        for i in self._order:
            if self._judge([other for other in self._order if other != i]).kind == "right":
                return f" It is right without `{self._line(i).strip()}`, too: that isn't needed."
        return ""

    def _line(self, i: int) -> str:
        return self.program.lines[self._names[i]]

    def _add(self, i: int) -> None:
        """Put a line below the others; the focus goes to the next line that is left."""
        self.order = [*self._order, i]
        left = [k for k in range(len(self._names)) if k not in self._order]
        nearest = min(left, key=lambda k: (k < i, abs(k - i)), default=None)
        (self._check if nearest is None else self._choices[nearest]).focus()

    def take_out(self, place: int) -> None:
        """Put the line of a place back to those to choose from."""
        i = self._order[place]
        self.order = [other for other in self._order if other != i]
        self._choices[i].focus()

    def move(self, place: int, by: int) -> None:
        """Move the line of a place up (−1) or down (+1); the focus goes with it."""
        if 0 <= place + by < len(self._order):
            order = self.order
            order.insert(place + by, order.pop(place))
            self.order = order
            self._rows[place + by].buttons[by].focus()

    def _show(self, verdict: Verdict) -> None:
        self.verdict = verdict
        style = f"{LINE}; white-space: pre-wrap"
        self._status.value = live_region(verdict.html, style)

    @property
    def text(self) -> str:
        """The program, the lines that are left, and the last verdict."""
        used = [f"{i}  {self._line(i)}" for i in self._order]
        left = [f"{i}  {self._line(i)}" for i in range(len(self._names)) if i not in self._order]
        lines = ["Your program:", *(used or ["none"]), "Lines to choose from:", *(left or ["none"])]
        return "\n".join([self.exercise.title, *lines, self.verdict.text])


class _Row:
    """A place in the program: its line, and the buttons that move it."""

    def __init__(self, puzzle: Puzzle, place: int) -> None:
        size = {"height": ROW_HEIGHT, "margin": "0 2px"}
        self.line = widgets.HTML(layout=widgets.Layout(width=LINE_WIDTH, **size))
        self.buttons = {
            by: widgets.Button(description=name, layout=widgets.Layout(width="64px", **size))
            for by, name in {-1: "up", 1: "down", 0: "out"}.items()
        }
        self.buttons[-1].on_click(lambda _: puzzle.move(place, -1))
        self.buttons[1].on_click(lambda _: puzzle.move(place, 1))
        self.buttons[0].on_click(lambda _: puzzle.take_out(place))
        self.view = widgets.HBox([self.line, *self.buttons.values()])

    def show(self, line: str | None) -> None:
        self.view.layout.visibility = "visible" if line else "hidden"
        self.line.value = _pre(f"    {line}") if line else ""
        for button, name in zip(
            self.buttons.values(), ("Move up", "Move down", "Take out"), strict=True
        ):
            button.tooltip = f"{name}: {line.strip()}" if line else name


def _pre(code: str) -> str:
    return f'<pre style="{CODE_FONT}; line-height: 24px; margin: 0">{escape(code)}</pre>'


def _code(text: str) -> Any:
    return widgets.HTML(_pre(text))
