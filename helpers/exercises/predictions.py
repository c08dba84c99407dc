"""A question in a notebook: answered before the run, with a reply at once."""

from dataclasses import replace
from typing import Any

import ipywidgets as widgets

from helpers.exercises import progress_file as progress
from helpers.exercises.questions import TEXTS, Question, all_questions
from helpers.exercises.verdict import Verdict
from helpers.tables import set_in_html
from helpers.texts import together
from helpers.validation import known_name
from helpers.widgets.buttons import answers, button
from helpers.widgets.controls import up_to
from helpers.widgets.lifetime import weakly
from helpers.widgets.shown import Shown, live_region

PLAIN = TEXTS["plain"]
WIDTH = 920  # of the labs too
CHOICE_WIDTH = "600px"  # so that there is one in a row


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

    Any answer that can be understood is noted, right or wrong.

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
        self._said = self._noted = self._trouble = ""
        self._field = self._number_field() if question.takes_a_number else self._choice()
        self._line = widgets.HTML(layout=up_to(WIDTH, min_height="62px"))  # room for three lines
        head = f"<b>{set_in_html(question.title)}</b><br>{set_in_html(question.text)}"
        asked = widgets.HTML(f'<div class="course-line">{head}</div>', layout=up_to(WIDTH))
        press = button(TEXTS["answer"], self._on_answer, button_style="primary")
        shown = [asked, self._field, press, self._line]
        layout = {"align_items": "flex-start", "overflow": "hidden"}
        super().__init__(widgets.VBox(shown, layout=layout))

    def _number_field(self) -> Any:
        """Return a field that sends its number whole: letter by letter, Enter may overtake it."""
        style = {"description_width": "90px"}
        field = widgets.Text(
            description=TEXTS["number"]["label"], continuous_update=False, style=style
        )
        field.on_msg(weakly(self._on_message))
        field.observe(weakly(self._on_answer), "value")
        return field

    def _choice(self) -> Any:
        options = {option: option for option in self.question.replies}
        field = answers(options, WIDTH, CHOICE_WIDTH).add_class("course-choice")
        field.observe(weakly(self._on_choice), "value")
        return field

    def answer(self, answer: str | float) -> str:
        """Answer, and return what there is to say about it; as often as you like.

        Parameters
        ----------
        answer : str or number
            One of the options, or a number as a person would write it.
        """
        reply = self.question.reply(str(answer))
        if reply.kind != "unclear":
            trouble = self._note(str(answer), reply)
            reply = replace(reply, text=together([reply.text, trouble]).strip())
        self._said, self._line.value = reply.text, live_region(reply.html)
        return reply.text

    def _note(self, answer: str, reply: Verdict) -> str:
        """Note a try: one, if the button sends again what leaving the field has sent."""
        if answer != self._noted:
            key, is_right = f"question: {self.question.name}", reply.kind == "right"
            self._noted, self._trouble = answer, progress.record(key, is_right, reply.named)
        return self._trouble

    @property
    def text(self) -> str:
        """The question with what can be answered, and what has been said about the answer."""
        question = self.question
        options = [PLAIN["option"].format(option=option) for option in question.replies]
        lines = [question.title, question.text]
        lines += [PLAIN["blank"]] if question.takes_a_number else options
        return "\n".join([*lines, self._said or PLAIN["unanswered"]])

    def _on_message(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """Answer when Enter is pressed in the field."""
        if content.get("event") == "submit":
            self._on_answer()

    def _on_answer(self, _change: object = None) -> None:
        self.answer(self._field.value or "")

    def _on_choice(self, _change: object) -> None:
        """Take the reply away: it was to another answer."""
        self._said = self._line.value = ""
