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

LONGEST = 330  # characters that fit into the three lines that are kept free
QUESTIONS = all_questions()
NUMBER = next(question for question in QUESTIONS.values() if question.takes_a_number)
CHOICE = next(question for question in QUESTIONS.values() if not question.takes_a_number)
each_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


@pytest.fixture(autouse=True)
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep the tests' progress away from the learner's."""
    path = tmp_path / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path


def parts(prediction: Prediction) -> tuple[Any, Any, Any]:
    """Return the field, the button and the line below."""
    _, field, button, line, _style = prediction.view.children
    return field, button, line


def press_enter(field: Any) -> None:
    """Send what the browser sends when Enter is pressed in a field."""
    data = {"method": "custom", "content": {"event": "submit"}}
    field._handle_msg({"content": {"data": data}, "buffers": []})


def all_replies(question: Question) -> list[str]:
    return [*question.replies.values(), *([question.otherwise] if question.otherwise else [])]


@each_question
def test_every_answer_is_told_what_there_is_to_say_about_it(question: Question) -> None:
    prediction = ask(question.name)
    for answer, text in question.replies.items():
        verdict = "Right." if answer == question.right else "Not so."
        assert prediction.answer(answer) == f"{verdict} {text}"
        assert f"{verdict} {text}" in " ".join(prediction.text.split("\n"))
    assert progress.done() == [f"question: {question.name}"]


@each_question
def test_the_notebook_gets_the_question_and_not_the_answer(question: Question) -> None:
    prediction = ask(question.name)
    bundle = prediction._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    plain = bundle["text/plain"]
    assert plain == prediction.text == repr(prediction) == repr(ask(question.name))
    assert " ".join(plain.split("\n")).startswith(f"{question.title} {question.text}")
    assert not [text for text in all_replies(question) if text[:40] in plain]
    offered = set(re.findall(r"^\( \) (.*)$", plain, flags=re.MULTILINE))
    assert offered == (set() if question.takes_a_number else set(question.replies))
    assert max(map(len, plain.split("\n"))) <= 100


def test_nothing_is_chosen_at_first_and_the_button_answers() -> None:
    prediction = Prediction(CHOICE)
    field, button, line = parts(prediction)
    assert isinstance(field, widgets.ToggleButtons)
    assert field.value is None
    button.click()
    assert "Choose one of the answers first." in line.value
    assert progress.done() == []
    for option in CHOICE.replies:
        field.value = option
        button.click()
        assert ("<b>Right.</b>" in line.value) == (option == CHOICE.right)
        assert 'role="status"' in line.value


@pytest.mark.parametrize("answering", ["button", "enter"])
def test_a_number_is_answered_by_the_button_or_by_enter(answering: str) -> None:
    prediction = Prediction(NUMBER)
    field, button, line = parts(prediction)
    for typed, expected in (("", "Expected a number"), ("7", "Not so."), ("9600", "Right.")):
        field.value = typed
        press_enter(field) if answering == "enter" else button.click()
        assert expected in line.value


def test_what_is_typed_is_text_and_not_html() -> None:
    prediction = Prediction(NUMBER)
    prediction.answer("<img src=x>")
    assert "<img" not in parts(prediction)[2].value
    assert "found '<img src=x>'" in prediction.text


def test_trouble_with_the_progress_is_said_beside_the_answer(file: Path) -> None:
    file.mkdir()
    prediction = Prediction(NUMBER)
    assert prediction.answer(9600).endswith(f"({file} isn't a file). All else works.")
    assert "All else works." in parts(prediction)[2].value


def test_only_what_is_understood_is_noted(file: Path) -> None:
    prediction = Prediction(NUMBER)
    prediction.answer("many")
    assert not file.exists()
    prediction.answer(7)
    prediction.answer(9600)
    assert json.loads(file.read_text())["done"] == [f"question: {NUMBER.name}"]


def test_an_unknown_name_is_told_the_nearest() -> None:
    with pytest.raises(ValueError, match="Did you mean 'multiplications'"):
        ask("multiplication")


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("9,600", 9600),
        ("9 600", 9600),
        ("9\u202f600", 9600),
        (" 9600.0 ", 9600),
        ("9.6e3", 9600),
        ("1,234,567", 1234567),
        ("1/4", 0.25),
        (".5", 0.5),
        ("−2", -2),
        ("-1/2", -0.5),
        *(
            (text, None)
            for text in ("", "0,5", "0,250", "9,60", "a", "1/0", "1/", "/2", "1/2/3", "2 5")
        ),
        *((text, None) for text in ("nan", "inf", "1e999", "1e308/1e-308", "-")),
    ],
)
def test_a_number_is_read_as_it_was_meant(text: str, number: float | None) -> None:
    assert read_number(text) == number


@each_question
def test_a_question_is_complete(question: Question) -> None:
    assert QUESTIONS[question.name] is question
    assert re.fullmatch("[a-z-]+", question.name)
    assert question.right in question.replies
    assert len(question.replies) >= 3
    assert len(set(all_replies(question))) == len(all_replies(question))
    assert question.text.endswith("?")
    for text in [question.title, question.text, *all_replies(question)]:
        assert text == text.strip()
        assert not re.search(r"\$|\\|\bsimply\b|\bobviously\b|  ", text)
    for text in all_replies(question):
        assert text[-1] in ".?"
        assert len(text) <= LONGEST
    if question.takes_a_number:
        numbers = [read_number(answer) for answer in question.replies]
        assert None not in numbers
        assert len(set(numbers)) == len(numbers)


def test_each_lesson_has_a_few_and_every_misconception_is_met() -> None:
    lessons = [question.lesson for question in QUESTIONS.values()]
    assert lessons == sorted(lessons)
    assert all(3 <= lessons.count(lesson) <= 6 for lesson in (1, 2, 3, 4, 5))
    met = {question.misconception for question in QUESTIONS.values()}
    assert [belief for belief in Misconception if belief not in met] == []


def test_the_right_answer_has_no_place_of_its_own() -> None:
    places = [
        list(question.replies).index(question.right)
        for question in QUESTIONS.values()
        if not question.takes_a_number
    ]
    assert max(places.count(place) for place in (0, 1, 2)) <= len(places) * 0.6
