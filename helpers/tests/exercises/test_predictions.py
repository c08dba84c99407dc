"""The questions: they can be answered, and what is said about each answer is true."""

import re
from html import unescape
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
import pytest
from matplotlib.colors import to_rgb

from helpers.exercises import progress_file as progress
from helpers.exercises.misconceptions import BELIEFS
from helpers.exercises.predictions import Prediction, ask
from helpers.exercises.questions import Question, all_questions, read_number
from helpers.exercises.verdict import Verdict
from helpers.tables import NOT_YET, OPEN, RIGHT
from helpers.tests.seen import contrast
from helpers.widgets.shown import LINE, STYLE_SHEET, live_region

QUESTIONS = all_questions()
LONGEST = 330  # characters that fit into the three lines that are kept free
NUMBER = next(question for question in QUESTIONS.values() if question.takes_a_number)
CHOICE = next(question for question in QUESTIONS.values() if not question.takes_a_number)
each_question = pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)


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
    assert plain == repr(prediction)
    assert " ".join(plain.split("\n")).startswith(f"{question.title} {question.text}")
    assert not [text for text in all_replies(question) if text[:40] in plain]
    offered = re.findall(r"^\( \) (.*)$", prediction.text, flags=re.MULTILINE)
    assert offered == ([] if question.takes_a_number else list(question.replies))
    assert max(map(len, plain.split("\n"))) <= LINE
    wrong = [answer for answer in question.replies if answer != question.right]
    for answer, text in ((a, question.replies[a]) for a in (*wrong, wrong[0], question.right)):
        verdict = "Right." if answer == question.right else "Not so."
        assert prediction.answer(answer) == f"{verdict} {text}"
        assert f"{verdict} {text}" in " ".join(prediction.text.split("\n"))
    named = {f"{question.misconception.key}: {answer}": 1 for answer in wrong}
    named[f"{question.misconception.key}: {wrong[0]}"] = 2
    noted = progress.Record(len(wrong) + 2, True, named)
    assert progress.records() == {f"question: {question.name}": noted}


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
    assert {question.misconception for question in QUESTIONS.values()} == set(BELIEFS.values())
    choices = [question for question in QUESTIONS.values() if not question.takes_a_number]
    places = [list(question.replies).index(question.right) for question in choices]
    assert max(places.count(place) for place in (0, 1, 2)) <= len(places) * 0.6


def test_nothing_is_chosen_at_first_and_the_button_answers() -> None:
    prediction = Prediction(CHOICE)
    assert isinstance(prediction._field, widgets.ToggleButtons)
    assert prediction._field.value is None
    assert "Choose one of the answers first." in press(prediction)
    assert progress.records() == {}
    for option in CHOICE.replies:
        prediction._field.value = option
        assert prediction._line.value == "" and "(Run the cell to answer.)" in prediction.text
        said = press(prediction)
        assert said == live_region(CHOICE.reply(option).html)
        assert ("Right." if option == CHOICE.right else "Not so.") in said
    for answer in ("yes", 2):
        offered = ", ".join(map(repr, CHOICE.replies))
        assert prediction.answer(answer) == (
            f"Not understood. Expected one of the answers, word for word: {offered}. "
            f"Found {str(answer)!r}."
        )


@pytest.mark.parametrize("press", [press, press_enter])
def test_a_number_is_answered_by_the_button_or_by_enter(press: Any) -> None:
    prediction = Prediction(NUMBER)
    said = {
        " ": "Type a number first, like 1200, 0.25 or 1/4.",
        "<img>": "; found &#x27;&lt;img&gt;",
    }
    for typed, expected in (*said.items(), ("7", "Not so."), (NUMBER.right, "Right.")):
        prediction._field.value = typed
        assert expected in press(prediction)
        assert bool(progress.records()) == (typed not in said)
    # a number that nobody expects is wrong, and shows no belief
    assert [*progress.records().values()] == [progress.Record(2, True)]


def test_trouble_with_the_progress_is_said_beside_the_answer(file: Path) -> None:
    file.mkdir()
    prediction = Prediction(NUMBER)
    assert prediction.answer(9600).endswith(f"(not a file: {file}). All else works.")
    assert "All else works." in prediction._line.value


def test_a_number_is_read_as_it_was_meant() -> None:
    numbers: dict[str, float] = {"9,600": 9600, "9 600": 9600, "9\u202f600": 9600}
    numbers |= {" 9600.0 ": 9600, "9.6e3": 9600, "9'600": 9600, "9.600": 9.6}
    numbers |= {"1,234,567": 1234567, "1/4": 0.25, ".5": 0.5, "−2": -2, "-1/2": -0.5}
    for text, number in numbers.items():
        assert read_number(text) == number, text
    none = ["", "0,5", "0,250", "9,60", "a", "1/0", "1/", "/2", "1/2/3", "2 5", "nan", "inf", "-"]
    for text in (*none, "1e999", "1e308/1e-308"):
        assert read_number(text) is None, text


def test_how_a_number_was_read_is_said_where_it_can_be_read_in_two_ways() -> None:
    (asked,) = (q for q in QUESTIONS.values() if q.right == "9,600")
    read = {
        "9.600": "9.6",
        "9'600": "9,600",
        "9’600": "9,600",
        "1.234.567": "",
        "9,600": "",
        "9.6": "",
    }
    for typed, number in read.items():
        words = f"(Your number was read as {number}: a point stands before decimals, a comma may"
        assert (words in asked.reply(typed).text) == bool(number), typed
    assert asked.reply("9'600").kind == "right" and asked.reply("9.600").kind == "wrong"


LOOKS = {"right": RIGHT, "not attempted": OPEN, "unclear": OPEN}
FIRST_WORDS = (
    ("right", "Right, in all 7 trials.", " It is right without `x`, too."),
    ("right", "solution: Right, in all 7 trials.", ""),
    ("right", "Found: δ[2], sign turned.", " The right line is"),
    ("wrong", "Not so.", " It is 0.25. Why?"),
    ("known mistake", "Not yet.", " The sign is turned."),
    ("failure", "Your function stopped:", " ValueError in line 2: `x = 1. / 0`\n1: no. 2: yes."),
    ("failure", "Interrupted", "\nStopped: by you."),
    ("unclear", "Not understood.", " Expected a number like 0.25; found 'a. b'."),
    ("not attempted", "Not attempted yet.", ""),
    ("known mistake", "还不对。", "少了斜率 φ′。"),
    ("right", "our_x: 正确，7 次试验全部通过。", ""),
    ("failure", "你的函数停止了：", "第 2 行 ValueError。"),
)


@pytest.mark.parametrize(("kind", "first", "rest"), FIRST_WORDS)
def test_a_verdict_has_a_bar_and_a_mark_and_its_first_words_stand_out(
    kind: str, first: str, rest: str
) -> None:
    verdict, look = Verdict(kind, first + rest), LOOKS.get(kind, NOT_YET)
    assert repr(verdict) == first + rest
    assert f"border-left: 4px solid {look.colour};" in verdict.html
    (style, badge) = re.findall(
        r'<b style="(.*?)"><span aria-hidden="true">(.*)</b>', verdict.html
    )[0]
    assert f"background: {look.colour}; color: {look.words};" in style
    assert badge == f"{look.mark}</span> {first}"
    shown = unescape(re.sub("<[^>]*>", "", verdict._repr_html_()))
    assert shown == f"{look.mark} {first}{rest}".replace("`", "")


def test_a_verdict_is_a_status_with_its_code_and_indices() -> None:
    shown = Verdict(
        "difference", "Is `a < b_1` so? One ` is left: n_{l-1}, n_l, n_in."
    )._repr_html_()
    assert 'role="status"' in shown
    assert "Is <code>a &lt; b_1</code> so? One ` is left:" in shown
    assert "n<sub>l-1</sub>, n<sub>l</sub>, n_in." in shown


def test_looks_are_told_apart_without_colour_and_are_legible_in_light_and_dark() -> None:
    assert len({look.mark for look in (RIGHT, NOT_YET, OPEN)}) == 3
    for look in (RIGHT, NOT_YET, OPEN):
        assert contrast(look.words, look.colour) >= 4.5
        assert min(contrast(look.colour, page) for page in ("#ffffff", "#111111")) >= 3
    right, not_yet = (to_rgb(look.colour) for look in (RIGHT, NOT_YET))
    assert np.argmax(right) == 1 and np.argmax(not_yet) == 0, "green, and orange"


def test_what_is_chosen_or_has_the_focus_is_seen() -> None:
    css = STYLE_SHEET.read_text(encoding="utf-8")
    rules = re.findall(r"(?:mod-active|focus-visible) \{(.*?)\}", css, flags=re.DOTALL)
    assert len(rules) == 4 and all("var(--chosen)" in rule for rule in rules)
    assert contrast(re.findall("--chosen: (#[0-9A-F]{6});", css)[0], "#ffffff") >= 3
