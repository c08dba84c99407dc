"""The file of a lesson's questions: what is wrong with it is said, and where."""

from typing import Any

import pytest

from helpers.exercises.questions import all_questions, questions_of

REPLIES = [{"answer": "½", "says": "So it is."}, {"answer": "1/4", "says": "No.", "right": True}]
ENTRY = {"name": "a", "title": "A", "text": "What?", "belief": "bias sum", "replies": REPLIES}


def with_replies(*more: dict[str, Any]) -> dict[str, Any]:
    return ENTRY | {"replies": [*REPLIES, *more]}


@pytest.mark.parametrize(
    ("entries", "words"),
    [
        ([{key: ENTRY[key] for key in ENTRY if key != "title"}], "'a': the question has no title"),
        (
            [{key: ENTRY[key] for key in ENTRY if key != "name"}],
            "question 1: the question has no name",
        ),
        ([ENTRY | {"otherwize": "No."}], "'a': .*'otherwize' is unknown.*Did you mean 'otherwise'"),
        ([ENTRY | {"belief": "bias sums"}], "'a': .*'bias sums' is unknown.*'bias sum'"),
        ([with_replies({"answer": "1"})], "'a': a reply has no says"),
        ([with_replies({"answer": "1", "says": "", "right": True})], "'a': .*'1/4', '1'"),
        ([ENTRY | {"replies": REPLIES[:1]}], r"'a': the right answers are \[\]"),
        ([with_replies({"answer": "½", "says": "Again."})], "'a': the answers .*'½', '½'.* alike"),
        ([with_replies({"answer": "0.25", "says": "."})], "'a': the answers .*'1/4', '0.25'"),
        ([ENTRY, ENTRY], "'a': there is another one of this name"),
    ],
)
def test_a_question_that_is_none_is_named_with_its_file(
    entries: list[dict[str, Any]], words: str
) -> None:
    with pytest.raises(ValueError, match=f"^helpers/lessons/lesson_7/questions.toml, .*{words}"):
        questions_of("lesson_7", {"question": entries})
    with pytest.raises(ValueError, match=r"^helpers/lessons/lesson_7/questions.toml.*'questions'"):
        questions_of("lesson_7", {"questions": entries})


def test_the_order_is_that_of_the_lessons_and_of_their_files() -> None:
    (question,) = questions_of("lesson_7", {"question": [ENTRY]})
    assert (question.lesson, question.right, list(question.replies)) == (7, "1/4", ["½", "1/4"])
    lessons = [question.lesson for question in all_questions().values()]
    assert lessons == sorted(lessons) and set(lessons) == {1, 2, 3, 4, 5}
