"""A question in a notebook: answered before the run, with a reply at once."""

from html import escape
from textwrap import fill
from typing import Any

import ipywidgets as widgets

from helpers.exercises import progress_file as progress
from helpers.exercises.question import Question, Reply
from helpers.exercises.questions import all_questions
from helpers.validation import known_name
from helpers.widgets.controls import up_to
from helpers.widgets.lifetime import weakly
from helpers.widgets.shown import Shown, live_region

WIDTH = 920  # of the labs too
CHOICE_WIDTH = "600px"  # so that there is one in a row
LOOKS = "<style>.question-choice button { text-align: left }</style>"
COLOURS = {
    "Right.": "var(--jp-success-color1, green)",
    "Not so.": "var(--jp-warn-color1, darkorange)",
    "": "var(--jp-border-color1, gray)",
}


def ask(name: str) -> "Prediction":
    """Ask the question of this name; a notebook shows it with what it takes to answer.

    Raises
    ------
    TypeError, ValueError
        If there is none; the message names the nearest.
    """
    questions = all_questions()
    return Prediction(questions[known_name(name, questions, "question")])


class Prediction(Shown):
    """A question that waits for an answer, and says what there is to say about it.

    Any answer that can be understood is noted as done, right or wrong: it has been thought of.

    Parameters
    ----------
    question : Question

    Attributes
    ----------
    question : Question
    view : VBox
        What a notebook displays.
    """

    def __init__(self, question: Question) -> None:
        self.question = question
        self._said = ""
        self._field = _number_field() if question.takes_a_number else _choice(question)
        if question.takes_a_number:
            self._field.on_msg(weakly(self._on_message))
            self._field.observe(weakly(self._on_answer), "value")
        button = widgets.Button(description="Answer")
        button.on_click(weakly(self._on_answer))
        head = f"<b>{escape(question.title)}</b><br>{escape(question.text)}"
        asked = widgets.HTML(f'{LOOKS}<div class="course-line">{head}</div>', layout=_layout())
        self._line = widgets.HTML(layout=_layout(min_height="62px"))  # room for three lines
        view = widgets.VBox(
            [asked, self._field, button, self._line],
            layout=widgets.Layout(align_items="flex-start", overflow="hidden"),
        )
        super().__init__(view)

    def answer(self, answer: str | float) -> str:
        """Answer, and return what there is to say about it; as often as you like.

        Parameters
        ----------
        answer : str or number
            One of the options, or a number as a person would write it.
        """
        reply = self.question.reply(str(answer))
        trouble = progress.record(f"question: {self.question.name}") if reply.verdict else ""
        self._said = f"{reply} {trouble}".strip()
        self._show(reply, trouble)
        return self._said

    @property
    def text(self) -> str:
        """The question with what can be answered, and what has been said about the answer."""
        question = self.question
        options = [f"( ) {option}" for option in question.replies]
        lines = [question.title, fill(question.text, 96)]
        lines += ["Answer: ____ (a number)"] if question.takes_a_number else options
        return "\n".join([*lines, fill(self._said or "(Run the cell to answer.)", 96)])

    def _on_message(self, widget: object, content: dict[str, Any], buffers: object) -> None:
        """Answer when Enter is pressed in the field."""
        if content.get("event") == "submit":
            self._on_answer(widget)

    def _on_answer(self, widget: object) -> None:
        self.answer(self._field.value or "")

    def _show(self, reply: Reply, trouble: str) -> None:
        style = f"border-left: 4px solid {COLOURS[reply.verdict]}; padding-left: 10px"
        said = f"<b>{reply.verdict}</b> {escape(f'{reply.text} {trouble}')}"
        self._line.value = live_region(said, style)


def _layout(**more: str) -> Any:
    return up_to(WIDTH, **more)


def _number_field() -> Any:
    """Return a field that sends its number whole: letter by letter, Enter may overtake it."""
    style = {"description_width": "90px"}
    return widgets.Text(description="Your number", continuous_update=False, style=style)


def _choice(question: Question) -> Any:
    """Return a button for each answer: in radio buttons, JupyterLab captures the arrow keys."""
    options, style = list(question.replies), {"button_width": CHOICE_WIDTH}
    choice = widgets.ToggleButtons(options=options, value=None, style=style, layout=_layout())
    choice.add_class("question-choice")
    return choice
