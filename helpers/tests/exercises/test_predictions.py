"""The questions: they can be answered, and what is said about each answer is true."""

import json
import re
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from helpers.exercises import progress_file as progress
from helpers.exercises.misconceptions import Misconception
from helpers.exercises.predictions import Prediction, ask
from helpers.exercises.question import Question, read_number
from helpers.exercises.questions import all_questions
from helpers.widgets.shown import STYLE_SHEET

QUESTIONS = all_questions()
LONGEST = 330  # characters that fit into the three lines that are kept free
NUMBER = next(question for question in QUESTIONS.values() if question.takes_a_number)
CHOICE = next(question for question in QUESTIONS.values() if not question.takes_a_number)
each_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the tests' progress away from the learner's."""
    path = tmp_path / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path


def press(prediction: Prediction) -> str:
    """Press the button and return what is said."""
    shown = prediction.view.children
    (button,) = (part for part in shown if isinstance(part, widgets.Button))
    assert button.description == "Answer"
    button.click()
    return str(prediction._line.value)


def press_enter(prediction: Prediction) -> str:
    """Send what the browser sends when Enter is pressed in a field, and return what is said."""
    data = {"method": "custom", "content": {"event": "submit"}}
    prediction._field._handle_msg({"content": {"data": data}, "buffers": []})
    return str(prediction._line.value)


def all_replies(question: Question) -> list[str]:
    return [*question.replies.values(), *([question.otherwise] if question.otherwise else [])]


@each_question
def test_a_question_is_asked_and_every_answer_gets_its_reply(question: Question) -> None:
    prediction = ask(question.name)
    plain = prediction._repr_mimebundle_()["text/plain"]
    assert "application/vnd.jupyter.widget-view+json" in prediction._repr_mimebundle_()
    assert plain == prediction.text == repr(prediction)
    assert " ".join(plain.split("\n")).startswith(f"{question.title} {question.text}")
    assert not [text for text in all_replies(question) if text[:40] in plain]
    offered = re.findall(r"^\( \) (.*)$", plain, flags=re.MULTILINE)
    assert offered == ([] if question.takes_a_number else list(question.replies))
    assert max(map(len, plain.split("\n"))) <= 100
    for answer, text in question.replies.items():
        verdict = "Right." if answer == question.right else "Not so."
        assert prediction.answer(answer) == f"{verdict} {text}"
        assert f"{verdict} {text}" in " ".join(prediction.text.split("\n"))
    assert progress.done() == [f"question: {question.name}"]


@each_question
def test_a_question_is_complete(question: Question) -> None:
    assert re.fullmatch("[a-z-]+", question.name)
    assert len(question.replies) >= 3
    assert len(set(all_replies(question))) == len(all_replies(question))
    assert question.text.endswith("?")
    for text in [question.title, question.text, *all_replies(question)]:
        assert text == text.strip()
        assert not re.search(r"\$|\\|\bsimply\b|\bobviously\b|  ", text)
    for text in all_replies(question):
        assert text[-1] in ".?"
        assert len(text) <= LONGEST
    assert not question.takes_a_number or None not in map(read_number, question.replies)


def test_each_lesson_has_a_few_and_every_misconception_is_met() -> None:
    lessons = [question.lesson for question in QUESTIONS.values()]
    assert all(3 <= lessons.count(lesson) <= 6 for lesson in (1, 2, 3, 4, 5))
    assert {question.misconception for question in QUESTIONS.values()} == set(Misconception)
    choices = [question for question in QUESTIONS.values() if not question.takes_a_number]
    places = [list(question.replies).index(question.right) for question in choices]
    assert max(places.count(place) for place in (0, 1, 2)) <= len(places) * 0.6


def test_nothing_is_chosen_at_first_and_the_button_answers() -> None:
    prediction = Prediction(CHOICE)
    assert isinstance(prediction._field, widgets.ToggleButtons)
    assert prediction._field.value is None
    assert "Choose one of the answers first." in press(prediction)
    assert progress.done() == []
    looks = dict(
        re.findall(r"\.course-reply\.(\w+) \{ border-color: (.*?),", STYLE_SHEET.read_text())
    )
    for option in CHOICE.replies:
        prediction._field.value = option
        said, is_right = press(prediction), option == CHOICE.right
        assert f"<b>{'Right.' if is_right else 'Not so.'}</b>" in said
        assert 'role="status"' in said
        (look,) = re.findall(r'class="course-reply (\w+)"', said)
        assert looks[look] == f"var(--jp-{'success' if is_right else 'warn'}-color1"
    word_for_word = "Expected one of the answers, word for word; found 'yes'."
    assert prediction.answer("yes") == word_for_word


@pytest.mark.parametrize("press", [press, press_enter])
def test_a_number_is_answered_by_the_button_or_by_enter(press: Any, file: Path) -> None:
    prediction = Prediction(NUMBER)
    key = [f"question: {NUMBER.name}"]
    asked = "Expected a number like 1200, 0.25 or 1/4; found "
    said = {"": f"{asked}&#x27;&#x27;.", "<img>": f"{asked}&#x27;&lt;img&gt;&#x27;."}
    for typed, expected in (*said.items(), ("7", "Not so."), (NUMBER.right, "Right.")):
        prediction._field.value = typed
        assert expected in press(prediction)
        assert progress.done() == ([] if typed in said else key)
    assert json.loads(file.read_text())["done"] == key


def test_trouble_with_the_progress_is_said_beside_the_answer(file: Path) -> None:
    file.mkdir()
    prediction = Prediction(NUMBER)
    assert prediction.answer(9600).endswith(f"(not a file: {file}). All else works.")
    assert "All else works." in prediction._line.value


def test_a_number_is_read_as_it_was_meant() -> None:
    numbers: dict[str, float] = {"9,600": 9600, "9 600": 9600, "9\u202f600": 9600}
    numbers |= {" 9600.0 ": 9600, "9.6e3": 9600}
    numbers |= {"1,234,567": 1234567, "1/4": 0.25, ".5": 0.5, "−2": -2, "-1/2": -0.5}
    for text, number in numbers.items():
        assert read_number(text) == number, text
    none = ["", "0,5", "0,250", "9,60", "a", "1/0", "1/", "/2", "1/2/3", "2 5", "nan", "inf", "-"]
    for text in (*none, "1e999", "1e308/1e-308"):
        assert read_number(text) is None, text
