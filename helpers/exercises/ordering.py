"""The puzzles on the screen: a learner puts their lines in order, with buttons."""

from collections.abc import Sequence
from html import escape
from importlib import import_module  # noqa: TID251  # of lessons' own modules
from typing import Any

import ipywidgets as widgets
import numpy as np

from helpers.exercises.checking import Exercise, Verdict, judge
from helpers.exercises.program import Program
from helpers.exercises.progress_file import note
from helpers.texts import lessons_with, read
from helpers.validation import check_instance, known_name, whole_number
from helpers.widgets.buttons import button
from helpers.widgets.shown import Shown, live_region

PUZZLES: dict[str, tuple[Exercise, Program]] = {
    exercise.name: (exercise, program)
    for lesson in lessons_with("puzzles.py")
    for exercise, program in import_module(f"helpers.lessons.{lesson}.puzzles").PUZZLES
}
TEXTS = read("common/puzzles")
NO_BREAK = "\N{NO-BREAK SPACE}"
UP, DOWN, OUT = -1, 1, 0


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
        self._names, self._lines = list(self.program.lines), list(self.program.lines.values())
        self._choices = [self._choice(i) for i in range(len(self._lines))]
        self._rows = [_Row(self, place) for place in range(len(self._lines))]
        self._check = button(TEXTS["check"], self.check, button_style="primary")
        self._status = widgets.HTML(layout={"min_height": "8em", "width": "760px"})
        shown = [widgets.HTML(TEXTS["choose"]), *self._choices, widgets.HTML(TEXTS["program"])]
        shown += [_code(self.program.head), *(row.view for row in self._rows)]
        shown += [_code(self.program.tail), self._check, self._status]
        super().__init__(widgets.VBox(shown, layout={"overflow": "hidden"}))
        self.order = []

    def _choice(self, i: int) -> Any:
        line = self._lines[i].replace(" ", NO_BREAK)
        layout = {"width": "600px", "height": "24px", "margin": "1px 2px"}
        made = button(line, self._add, i, tooltip=TEXTS["add"], layout=layout)
        return made.add_class("course-code")

    @property
    def order(self) -> list[int]:
        """The lines that are used, in their order, by their number; 0 is the first of all."""
        return list(self._order)

    @order.setter
    def order(self, order: Sequence[int]) -> None:
        order = order.tolist() if isinstance(order, np.ndarray) else order
        check_instance(order, (list, tuple, range), "order", "a list of the numbers of lines")
        last = len(self._lines) - 1
        numbers = [whole_number(i, f"order[{k}]", 0) for k, i in enumerate(order)]
        if len(set(numbers)) < len(numbers) or max(numbers, default=0) > last:
            raise ValueError(
                f"order is {numbers}; expected numbers of lines, 0 to {last}, each at most once."
            )
        self._order = numbers
        for i, choice in enumerate(self._choices):
            choice.layout.visibility = "hidden" if i in numbers else "visible"
        for place, row in enumerate(self._rows):
            row.show(self._lines[numbers[place]] if place < len(numbers) else "")
        self._say(Verdict("not attempted", TEXTS["not_attempted"]))

    def check(self) -> Verdict:
        """Judge the program; a pass is noted as done."""
        if not self._order:
            return self._say(Verdict("not attempted", TEXTS["no_lines"]))
        verdict = self._judge(self._order)
        if verdict.kind == "right":
            note(f"puzzle: {self.exercise.name}")
            verdict = Verdict("right", " ".join([verdict.text, *self._unneeded()]))
        return self._say(verdict)

    def _judge(self, order: Sequence[int]) -> Verdict:
        names = " ".join(self._names[i] for i in order)
        try:
            return judge(self.exercise, self.program.assemble(names))
        except SyntaxError as error:
            return Verdict("failure", TEXTS["not_python"].format(error=error.msg))

    def _unneeded(self) -> list[str]:
        """Name a line without which the program is right as well."""
        for i in self._order:
            if self._judge([other for other in self._order if other != i]).kind == "right":
                return [TEXTS["unneeded"].format(line=self._lines[i].strip())]
        return []

    def _add(self, i: int) -> None:
        """Put a line below the others; the focus goes to the next line that is left."""
        self.order = [*self._order, i]
        left = [k for k in range(len(self._lines)) if k not in self._order]
        nearest = min(left, key=lambda k: (k < i, abs(k - i)), default=None)
        (self._check if nearest is None else self._choices[nearest]).focus()

    def take_out(self, place: int) -> None:
        """Put the line of a place back among those to choose from."""
        i = self._order[self._place(place)]
        self.order = [other for other in self._order if other != i]
        self._choices[i].focus()

    def move(self, place: int, by: int) -> None:
        """Move the line of a place up (−1) or down (+1); the focus goes with it."""
        place, by = self._place(place), whole_number(by, "by", -1, 1)
        if 0 <= place + by < len(self._order):
            order = self.order
            order.insert(place + by, order.pop(place))
            self.order = order
            self._rows[place + by].buttons[by].focus()

    def _place(self, place: object) -> int:
        number = whole_number(place, "place", 0)
        if number >= len(self._order):
            lines = f"{len(self._order)} lines of your program, counted from 0"
            raise ValueError(f"place is {number}; expected one of the {lines}.")
        return number

    def _say(self, verdict: Verdict) -> Verdict:
        self.verdict = verdict
        self._status.value = live_region(verdict.html, "white-space: pre-wrap")
        return verdict

    @property
    def text(self) -> str:
        """The program, the lines that are left, and the last verdict."""
        numbered = [f"{i}  {line}" for i, line in enumerate(self._lines)]
        used = [numbered[i] for i in self._order] or [TEXTS["none"]]
        left = [line for line in numbered if line not in used] or [TEXTS["none"]]
        lines = [f"{TEXTS['program']}:", *used, f"{TEXTS['choose']}:", *left]
        return "\n".join([self.exercise.title, *lines, self.verdict.text])


class _Row:
    """A place in the program: its line, and the buttons that move it."""

    def __init__(self, puzzle: Puzzle, place: int) -> None:
        size = {"height": "24px", "margin": "0 2px"}
        self.line = widgets.HTML(layout={"width": "600px", **size})
        narrow = {"layout": {"width": "64px", **size}}
        self.buttons = {
            UP: button(TEXTS["up"][0], puzzle.move, place, UP, **narrow),
            DOWN: button(TEXTS["down"][0], puzzle.move, place, DOWN, **narrow),
            OUT: button(TEXTS["out"][0], puzzle.take_out, place, **narrow),
        }
        self.view = widgets.HBox([self.line, *self.buttons.values()])

    def show(self, line: str) -> None:
        self.view.layout.visibility = "visible" if line else "hidden"
        self.line.value = _pre(f"    {line}")
        for name, by in {"up": UP, "down": DOWN, "out": OUT}.items():
            self.buttons[by].tooltip = TEXTS[name][1].format(line=line.strip())


def _pre(code: str) -> str:
    return f'<pre class="course-code">{escape(code)}</pre>'


def _code(text: str) -> Any:
    return widgets.HTML(_pre(text))
