"""The puzzles on the screen: a learner puts their lines in order, with buttons."""

from collections.abc import Sequence
from html import escape
from importlib import import_module
from typing import Any

import ipywidgets as widgets
import numpy as np

from helpers.exercises.checking import Exercise, Verdict, judge
from helpers.exercises.program import Program
from helpers.exercises.progress_file import note
from helpers.texts import lessons_with
from helpers.validation import check_instance, known_name, whole_number
from helpers.widgets.lifetime import weakly
from helpers.widgets.shown import Shown, live_region

PUZZLES: dict[str, tuple[Exercise, Program]] = {
    exercise.name: (exercise, program)
    for lesson in lessons_with("puzzles.py")
    for exercise, program in import_module(f"helpers.lessons.{lesson}.puzzles").PUZZLES
}
NO_BREAK, LINE_WIDTH, ROW_HEIGHT = "\N{NO-BREAK SPACE}", "600px", "24px"
CODE_FONT = "font-family: var(--jp-code-font-family, monospace); font-size: 13px"
LOOKS = f"<style>.puzzle-line {{ {CODE_FONT}; text-align: left; line-height: 24px }}</style>"
NO_LINES = "Not attempted yet."
NOT_PYTHON = (
    "Not yet. Python can't read it: {}. The indented lines belong together, right under the line "
    "that ends with a colon."
)


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
        Of the last check; each change to the program clears it.
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
        self._check.on_click(weakly(self._on_check))
        self._status = widgets.HTML(layout=widgets.Layout(min_height="8em", width="760px"))
        super().__init__(self._arrange())
        self.order = []

    def _make_choice(self, i: int) -> Any:
        layout = widgets.Layout(width=LINE_WIDTH, height=ROW_HEIGHT, margin="1px 2px")
        line = self._line(i).replace(" ", NO_BREAK)
        choice = widgets.Button(description=line, tooltip="Add", layout=layout)
        choice.add_class("puzzle-line")
        add = weakly(self._add)
        choice.on_click(lambda _: add(i))
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
        order = order.tolist() if isinstance(order, np.ndarray) else order
        check_instance(order, (list, tuple, range), "order", "a list of the numbers of lines")
        last = len(self._names) - 1
        numbers = [whole_number(i, f"order[{k}]", 0) for k, i in enumerate(order)]
        if len(set(numbers)) < len(numbers) or max(numbers, default=0) > last:
            raise ValueError(
                f"order is {numbers}; expected numbers of lines, 0 to {last}, each at most once."
            )
        self._order = numbers
        for i, choice in enumerate(self._choices):
            choice.layout.visibility = "hidden" if i in numbers else "visible"
        for place, row in enumerate(self._rows):
            row.show(self._line(numbers[place]) if place < len(numbers) else None)
        self._show(Verdict("not attempted", NO_LINES))

    def _on_check(self, button: object) -> None:
        self.check()

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
                return f" It is right without `{self._line(i).strip()}`, too: it isn't needed."
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
        """Put the line of a place back among those to choose from."""
        i = self._order[self._place(place)]
        self.order = [other for other in self._order if other != i]
        self._choices[i].focus()

    def _place(self, place: object) -> int:
        number = whole_number(place, "place", 0)
        if number >= len(self._order):
            lines = f"{len(self._order)} lines of your program, counted from 0"
            raise ValueError(f"place is {number}; expected one of the {lines}.")
        return number

    def move(self, place: int, by: int) -> None:
        """Move the line of a place up (−1) or down (+1); the focus goes with it."""
        place, by = self._place(place), whole_number(by, "by", -1, 1)
        if 0 <= place + by < len(self._order):
            order = self.order
            order.insert(place + by, order.pop(place))
            self.order = order
            self._rows[place + by].buttons[by].focus()

    def _show(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self._status.value = live_region(verdict.html, "white-space: pre-wrap")

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
        move, take_out = weakly(puzzle.move), weakly(puzzle.take_out)
        self.buttons[-1].on_click(lambda _: move(place, -1))
        self.buttons[1].on_click(lambda _: move(place, 1))
        self.buttons[0].on_click(lambda _: take_out(place))
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
