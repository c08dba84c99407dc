"""The files of the lessons: what is wrong with an entry is said, and where."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from helpers.exercises import entries, exercise, program
from helpers.exercises.entries import by_name
from helpers.exercises.exercise import Exercise
from helpers.exercises.program import puzzle
from helpers.exercises.questions import all_questions, questions_of
from helpers.texts import lessons_with, number_of

REPLIES = [{"answer": "½", "says": "So it is."}, {"answer": "1/4", "says": "No.", "right": True}]
ENTRY = {"name": "a", "title": "A", "text": "What?", "belief": "bias sum", "replies": REPLIES}


def without(key: str) -> dict[str, Any]:
    return {other: ENTRY[other] for other in ENTRY if other != key}


def with_replies(*more: dict[str, Any]) -> dict[str, Any]:
    return ENTRY | {"replies": [*REPLIES, *more]}


BAD: list[tuple[dict[str, Any], str]] = [
    (without("title"), "[a]: .*'title'"),
    (without("name"), "[question 1]: .*'name'"),
    (ENTRY | {"otherwize": "No."}, "[a]: .*'otherwize'"),
    (ENTRY | {"belief": "bias sums"}, "[a]: .*'bias sums' is unknown.*\nDid you mean 'bias sum'"),
    (with_replies({"answer": "1"}), "[a]: .*'says'"),
    (with_replies({"answer": "1", "says": "", "right": True}), "[a]: .*'1/4', '1'"),
    (ENTRY | {"replies": REPLIES[:1]}, r"[a]: the right answers are \[\]"),
    (with_replies({"answer": "½", "says": "Again."}), "[a]: the answers .*'½', '½'.* alike"),
    (with_replies({"answer": "0.25", "says": "."}), "[a]: the answers .*'1/4', '0.25'"),
]


def assert_named(made: Callable[[], Any], place: str, said: str = "") -> None:
    pattern = re.escape(f"helpers/lessons/{place}").replace(r"\.\*", ".*")
    with pytest.raises(ValueError, match=f"^{pattern}.*{said}"):
        made()


@pytest.mark.parametrize(("given", "said"), BAD, ids=[said for _, said in BAD])
def test_a_question_that_is_none_is_named_with_its_file(given: dict[str, Any], said: str) -> None:
    place, _, words = said.partition(": ")
    file = f"lesson_7/questions.toml, {place}: "
    assert_named(lambda: list(questions_of("lesson_7", {"question": [given]})), file, words)


def test_what_a_file_lacks_is_named_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def trials(rng: object) -> list[Any]:
        return []

    trials.__module__ = half.__module__ = "helpers.lessons.lesson_7.exercises"
    words: dict[str, Any] = {"title": "Half", "head": "def half(x):", "lines": {}, "tail": ""}
    for module in (exercise, program):
        monkeypatch.setattr(module, "read", lambda file: {"half": words, "named": {"parts": []}})
    for name, key in (("half", "parts"), ("named", "title"), ("other", "other")):
        said = f"lesson_7/exercises.toml, [{name}]: {key} is missing."
        monkeypatch.setattr(half, "__name__", name)
        assert_named(lambda: Exercise.of(half, trials), said)
    assert_named(lambda: puzzle("half", trials), "lesson_7/puzzles.toml, [half]: order is missing.")
    missing = "lesson_7/questions.toml, [question]: question is missing."
    assert_named(lambda: list(questions_of("lesson_7", {"questions": []})), missing)


def half(x: float) -> float:
    return x / 2


def test_one_name_in_two_lessons_is_refused() -> None:
    twice = [(f"lesson_{n}/questions", "a", n) for n in (3, 7)]
    said = "lesson_7/questions.toml, [a]: another one has the same name, in lesson_3/questions.toml"
    assert_named(lambda: by_name(twice), said)


def test_what_lessons_hold_comes_with_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    found = list(entries.of_all_lessons("puzzles"))
    assert [(file, made[0].name) for file, made in found] == [
        ("lesson_3/puzzles", "backward_lines"),
        ("lesson_5/puzzles", "step_lines"),
    ]


def test_the_order_is_that_of_the_lessons_and_of_their_files() -> None:
    ((file, name, question),) = questions_of("lesson_7", {"question": [ENTRY]})
    assert (file, name, question.lesson) == ("lesson_7/questions", "a", 7)
    assert (question.right, list(question.replies)) == ("1/4", ["½", "1/4"])
    lessons = [question.lesson for question in all_questions().values()]
    with_questions = [number_of(lesson) for lesson in lessons_with("questions.toml")]
    assert list(dict.fromkeys(lessons)) == with_questions and max(with_questions) > 1
