"""The puzzles on the screen: a learner puts their lines in order, with buttons."""

from collections.abc import Sequence
from contextlib import suppress
from html import escape
from typing import Any

import ipywidgets as widgets
import numpy as np

from helpers.exercises.checking import judge
from helpers.exercises.entries import by_name, of_all_lessons
from helpers.exercises.exercise import Exercise
from helpers.exercises.mistakes import Answer
from helpers.exercises.program import Program
from helpers.exercises.progress_file import note
from helpers.exercises.trying import passes
from helpers.exercises.verdict import Verdict
from helpers.texts import read, say, together
from helpers.validation import check_instance, known_name, whole_number
from helpers.widgets.buttons import button
from helpers.widgets.controls import up_to
from helpers.widgets.shown import Shown, live_region

PUZZLES: dict[str, tuple[Exercise, Program]] = by_name(
    (file, made[0].name, made) for file, made in of_all_lessons("puzzles")
)
TEXTS = read("common/puzzles")
NO_BREAK = "\N{NO-BREAK SPACE}"
UP, DOWN = -1, 1
WIDTH = 700


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
        self._tail = widgets.HTML(layout={"margin": "0"})
        self._check = button(TEXTS["check"], self.check, button_style="primary")
        self._status = widgets.HTML(layout=up_to(760, min_height="8em"))
        shown = [widgets.HTML(TEXTS["choose"]), *self._choices, widgets.HTML(TEXTS["program"])]
        head = widgets.HTML(_numbered(self.program.head, 1), layout={"margin": "0"})
        shown += [head, *(row.view for row in self._rows), self._tail, self._check, self._status]
        super().__init__(widgets.VBox(shown, layout={"overflow": "hidden"}))
        self.order = []

    def _choice(self, i: int) -> Any:
        line = self._lines[i].replace(" ", NO_BREAK)
        layout = up_to(WIDTH, height="24px", margin="1px 2px", flex="0 0 auto")
        made = button(line, self._add, i, tooltip=TEXTS["add"], layout=layout)
        return made.add_class("course-code")

    @property
    def order(self) -> list[int]:
        """The lines that are used, in their order, by their number; 0 is the first of all."""
        return list(self._order)

    @order.setter
    def order(self, order: Sequence[int]) -> None:
        order = order.tolist() if isinstance(order, np.ndarray) else order
        check_instance(order, (list, tuple, range), "order", "numbers_of_lines")
        last = len(self._lines) - 1
        numbers = [whole_number(i, f"order[{k}]", 0) for k, i in enumerate(order)]
        if len(set(numbers)) < len(numbers) or max(numbers, default=0) > last:
            raise ValueError(say("exercises.numbers", order=numbers, last=last))
        self._order = numbers
        for i, choice in enumerate(self._choices):
            choice.layout.display = "none" if i in numbers else None
        for place, row in enumerate(self._rows):
            row.show(self._lines[numbers[place]] if place < len(numbers) else "")
        self._tail.value = _numbered(self.program.tail, self.program.first + len(numbers))
        self.verdict, self._status.value = Verdict("not attempted", TEXTS["not_attempted"]), ""

    def check(self) -> Verdict:
        """Judge the program; each try is noted."""
        if not self._order:
            return self._say(Verdict("not attempted", TEXTS["no_lines"]))
        try:
            verdict = judge(self.exercise, self._assembled(self._order))
        except SyntaxError as error:
            verdict = Verdict("failure", TEXTS["not_python"].format(error=error.msg))
        note(f"puzzle: {self.exercise.name}", verdict.kind == "right", verdict.named)
        if verdict.kind == "right":
            verdict = Verdict("right", together([verdict.text, *self._unneeded()]))
        return self._say(verdict)

    def _unneeded(self) -> list[str]:
        """Name a line without which the program is right as well."""
        for i in self._order:
            others = [other for other in self._order if other != i]
            with suppress(SyntaxError):
                if passes(self.exercise, self._assembled(others)):
                    return [TEXTS["unneeded"].format(line=self._lines[i].strip())]
        return []

    def _assembled(self, order: Sequence[int]) -> Answer:
        return self.program.assemble(" ".join(self._names[i] for i in order))

    def _add(self, i: int) -> None:
        """Put a line below the others; the focus goes to the next line that is left."""
        self.order = [*self._order, i]
        left = [k for k in range(len(self._lines)) if k not in self._order]
        nearest = min(left, key=lambda k: (k < i, abs(k - i)), default=None)
        (self._check if nearest is None else self._choices[nearest]).focus()

    def _out(self, place: int) -> None:
        """Put the line of a place back among those to choose from."""
        i = self._order[place]
        self.order = [other for other in self._order if other != i]
        self._choices[i].focus()

    def _move(self, place: int, by: int) -> None:
        """Move the line of a place up (−1) or down (+1); the focus goes with it."""
        if 0 <= place + by < len(self._order):
            order = self.order
            order.insert(place + by, order.pop(place))
            self.order = order
            self._rows[place + by].buttons["up" if by == UP else "down"].focus()

    def _say(self, verdict: Verdict) -> Verdict:
        self.verdict = verdict
        self._status.value = live_region(verdict.html)
        return verdict

    @property
    def text(self) -> str:
        """The program, the lines that are left, and the last verdict."""
        used = [f"{n:3}  {self._lines[i]}" for n, i in enumerate(self._order, self.program.first)]
        left = [f"{i}  {line}" for i, line in enumerate(self._lines) if i not in self._order]
        none = [TEXTS["none"]]
        program, choose = (TEXTS["above"].format(title=TEXTS[key]) for key in ("program", "choose"))
        lines = [program, *(used or none), choose, *(left or none)]
        return "\n".join([self.exercise.title, *lines, self.verdict.text])


class _Row:
    """A place in the program: the line with its number, and the buttons that move it."""

    def __init__(self, puzzle: Puzzle, place: int) -> None:
        self.number = puzzle.program.first + place
        self.line = widgets.HTML(layout={"flex": "1 1 0", "min_width": "0"})
        up, down, out = (puzzle._move, place, UP), (puzzle._move, place, DOWN), (puzzle._out, place)
        layout = {"width": "auto", "height": "24px", "margin": "0 2px"}
        self.buttons = {
            name: button(TEXTS[name][0], *call, layout=layout)
            for name, call in (("up", up), ("down", down), ("out", out))
        }
        self.view = widgets.HBox([self.line, *self.buttons.values()], layout=up_to(WIDTH))

    def show(self, line: str) -> None:
        self.view.layout.display = None if line else "none"
        self.line.value = _numbered(f"    {line}", self.number)
        for name, made in self.buttons.items():
            made.tooltip = TEXTS[name][1].format(line=line.strip())


def _numbered(code: str, first: int) -> str:
    """Return lines of code with their numbers, as messages count them."""
    looks = 'class="course-code" style="line-height: 24px; margin: 0"'  # as high as the buttons
    lines = (f"{number:3}  {line}" for number, line in enumerate(code.split("\n"), first))
    return "\n".join(f"<pre {looks}>{escape(line)}</pre>" for line in lines)
