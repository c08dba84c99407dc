"""The questions of the course, from the lessons' folders.

`questions.toml` of a lesson has a table for each question:

name, title, text   what `ask` finds it by, and what is asked
belief              what it cures: its key in common/beliefs.toml, like 'bias sum'
replies             the answers in the order in which they are offered, each with what there is to
                    say about it; one of them is `right`
otherwise           what there is to say about any other number; only where a number is asked for
"""

import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from helpers.exercises.entries import by_name, entry
from helpers.exercises.misconceptions import Misconception, belief_named
from helpers.exercises.verdict import Verdict
from helpers.texts import lessons_with, number_of, read, say, together

TEXTS = read("common/questions")
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}([,'’\s]\d{3})+")
TWO_WAYS = re.compile(r"[-−]?[1-9]\d{0,2}([.'’]\d{3})+")  # a point or a stroke may mean thousands


@dataclass(frozen=True)
class Reply:
    """An answer that is expected, and what there is to say about it."""

    answer: str
    says: str
    right: bool = False


@dataclass(frozen=True)
class Question:
    """A question that is answered before the run.

    Attributes
    ----------
    name : str
        What `ask` finds it by.
    lesson : int
    title, text : str
    right : str
        The right one of `replies`.
    replies : mapping from str to str
        What there is to say about each answer, in the order in which they are offered. If a
        number is asked for, these are the right one and those that a known slip leads to.
    misconception : Misconception
        What it cures.
    otherwise : str
        What there is to say about any other number; empty unless a number is asked for.
    """

    name: str
    lesson: int
    title: str
    text: str
    right: str
    replies: Mapping[str, str]
    misconception: Misconception
    otherwise: str = ""

    @property
    def takes_a_number(self) -> bool:
        """Whether a number is asked for, and not a choice."""
        return bool(self.otherwise)

    def reply(self, answer: str) -> Verdict:
        """Return what there is to say about `answer`."""
        number, words = read_number(answer), answer.strip()
        same = (e for e in self.replies if words == e or number == read_number(e) is not None)
        expected = next(same, None)
        if expected == self.right:
            return _said("right", self.replies[expected], answer)
        if expected is not None:
            named = f"{self.misconception.key}: {expected}"
            return _said("wrong", self.replies[expected], answer, named)
        if self.takes_a_number and number is not None:
            return _said("wrong", self.otherwise, answer)
        asked = TEXTS["number" if self.takes_a_number else "choice"]
        offered = say("comma").join(map(repr, self.replies))
        said = asked["not_understood"] if words else asked["nothing"]
        return Verdict("unclear", said.format(answer=f"{answer!r:.60}", offered=offered))


def _said(kind: str, text: str, answer: str, named: str = "") -> Verdict:
    number = read_number(answer)
    if number is not None and TWO_WAYS.fullmatch(answer.strip()):
        read_as = TEXTS["read_as"].format(number=f"{number:,}".removesuffix(".0"))
        text = together([text, read_as])
    return Verdict(kind, together([TEXTS[kind], text]), named=named)


def read_number(text: str) -> float | None:
    """Return the number that a person wrote: '9,600', '9600', '9.6e3', '1/4' or '−2'.

    None if it isn't one, or isn't finite.
    """
    plain = text.strip().replace("−", "-")
    if THOUSANDS.fullmatch(plain):
        plain = re.sub(r"[,'’\s]", "", plain)
    above, stroke, below = plain.partition("/")
    try:
        number = float(above) / (float(below) if stroke else 1)
    except (ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None


@cache
def all_questions() -> dict[str, Question]:
    """Return every question by its name, in the order of the lessons; read when first asked for.

    Raises
    ------
    ValueError
        If a file isn't TOML, or an entry of it isn't a question; the message names both.
    """
    lessons = lessons_with("questions.toml")
    made = (questions_of(lesson, read(f"{lesson}/questions")) for lesson in lessons)
    return by_name(chain.from_iterable(made))


def questions_of(lesson: str, texts: Mapping[str, Any]) -> Iterator[tuple[str, str, Question]]:
    """Yield the questions of a lesson's file, each with the file and its name.

    Raises
    ------
    ValueError
        If a key is missing or unknown, the belief is unknown, not one answer is right, or two
        answers are alike; the message names the file and the question.
    """
    file, number = f"{lesson}/questions", number_of(lesson)
    with entry(file, "question"):
        entries = texts["question"]
    for place, given in enumerate(entries, 1):
        with entry(file, given.get("name", f"question {place}")):
            question = _question(number, **given)
        yield file, question.name, question


def _question(
    lesson: int, *, name: str, title: str, text: str, belief: str, replies: Any, otherwise: str = ""
) -> Question:
    answers = [Reply(**reply) for reply in replies]
    said = {reply.answer: reply.says for reply in answers}
    right, cures = _right(answers), belief_named(belief)
    return Question(name, lesson, title, text, right, said, cures, otherwise)


def _right(replies: Sequence[Reply]) -> str:
    """Return the right answer; no two answers may be alike, as words or as numbers."""
    answers = [reply.answer for reply in replies]
    right = [reply.answer for reply in replies if reply.right]
    if len(right) != 1:
        raise ValueError(f"the right answers are {right}; expected one of {answers}.")
    read_as = [number if (number := read_number(a)) is not None else a for a in answers]
    alike = [a for a, meant in zip(answers, read_as, strict=True) if read_as.count(meant) > 1]
    if alike:
        raise ValueError(f"the answers {alike} are alike; expected answers that all differ.")
    return right[0]
