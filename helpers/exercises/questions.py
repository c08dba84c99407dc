"""The questions of the course, from the lessons' folders.

`questions.toml` of a lesson has a table for each question:

name, title, text   what `ask` finds it by, and what is asked
belief              what it cures: a name of `Misconception`, 'bias sum' for BIAS_SUM
replies             the answers in the order in which they are offered, each with what there is to
                    say about it; one of them is `right`
otherwise           what there is to say about any other number; only where a number is asked for
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from helpers.exercises.mistakes import BELIEFS
from helpers.exercises.question import Question, read_number
from helpers.texts import lessons_with, number_of, read
from helpers.validation import known_name

Keys = Sequence[str]
FILE = "questions.toml"
NEEDED = ("name", "title", "text", "belief", "replies")


@cache
def all_questions() -> dict[str, Question]:
    """Return every question by its name, in the order of the lessons; read when first asked for.

    Raises
    ------
    ValueError
        If a file isn't TOML, or an entry of it isn't a question; the message names both.
    """
    found = (questions_of(lesson, read(f"{lesson}/questions")) for lesson in lessons_with(FILE))
    return {question.name: question for question in chain(*found)}


def questions_of(lesson: str, texts: Mapping[str, Any]) -> list[Question]:
    """Return the questions of a lesson's file; the lesson is its folder's name.

    Raises
    ------
    ValueError
        If a key is missing or unknown, the belief is unknown, not one answer is right, or two
        answers or two names are alike; the message names the file and the question.
    """
    file, found = f"helpers/lessons/{lesson}/{FILE}", dict[str, Question]()
    _check_keys(file, texts, ("question",))
    for number, entry in enumerate(texts["question"], 1):
        name = entry.get("name", number)
        try:
            if name in found:
                raise ValueError("there is another one of this name")
            found[name] = _question(number_of(lesson), entry)
        except ValueError as error:
            raise ValueError(f"{file}, question {name!r}: {error}") from error
    return list(found.values())


def _question(lesson: int, entry: Mapping[str, Any]) -> Question:
    _check_keys("the question", entry, NEEDED, ("otherwise",))
    replies = entry["replies"]
    for reply in replies:
        _check_keys("a reply", reply, ("answer", "says"), ("right",))
    return Question(
        **{key: entry[key] for key in ("name", "title", "text")},
        lesson=lesson,
        right=_right(replies),
        replies={reply["answer"]: reply["says"] for reply in replies},
        misconception=BELIEFS[known_name(entry["belief"], BELIEFS, "belief")],
        otherwise=entry.get("otherwise", ""),
    )


def _check_keys(what: str, entry: Mapping[str, Any], needed: Keys, allowed: Keys = ()) -> None:
    for key in entry:
        known_name(key, (*needed, *allowed), f"{what}: the key")
    missing = [key for key in needed if key not in entry]
    if missing:
        raise ValueError(f"{what} has no {missing[0]}.")


def _right(replies: Sequence[Mapping[str, Any]]) -> str:
    """Return the right answer; no two answers may be alike, as words or as numbers."""
    answers = [reply["answer"] for reply in replies]
    right = [reply["answer"] for reply in replies if reply.get("right")]
    if len(right) != 1:
        raise ValueError(f"the right answers are {right}; expected one of {answers}.")
    read_as = [number if (number := read_number(a)) is not None else a for a in answers]
    alike = [a for a, meant in zip(answers, read_as, strict=True) if read_as.count(meant) > 1]
    if alike:
        raise ValueError(f"the answers {alike} are alike; expected answers that all differ.")
    return right[0]
