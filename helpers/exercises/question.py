"""A question as data: what is asked, the answers that are expected, and a reply to each."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

from helpers.exercises.misconceptions import Misconception
from helpers.texts import read

TEXTS = read("common/questions")
THOUSANDS = re.compile(r"-?[1-9]\d{0,2}([,\s]\d{3})+")


@dataclass(frozen=True)
class Reply:
    """What there is to say about an answer.

    Attributes
    ----------
    kind : str
        'right', 'wrong', or 'unclear' where the answer couldn't be understood.
    text : str
        Why it is right, or what it would be the answer to.
    """

    kind: str
    text: str

    @property
    def verdict(self) -> str:
        """The kind in words."""
        return TEXTS[self.kind]

    def __str__(self) -> str:
        return f"{self.verdict} {self.text}".strip()


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

    def reply(self, answer: str) -> Reply:
        """Return what there is to say about `answer`."""
        number = read_number(answer)
        for expected, text in self.replies.items():
            same_number = number is not None and number == read_number(expected)
            if answer.strip() == expected or same_number:
                return Reply("right" if expected == self.right else "wrong", text)
        if self.takes_a_number and number is not None:
            return Reply("wrong", self.otherwise)
        why = "no_number" if self.takes_a_number else "no_answer" if answer else "choose"
        return Reply("unclear", TEXTS[why].format(answer=f"{answer!r:.60}"))


def read_number(text: str) -> float | None:
    """Return the number that a person wrote: '9,600', '9600', '9.6e3', '1/4' or '−2'.

    None if it isn't one, or isn't finite.
    """
    plain = text.strip().replace("−", "-")
    if THOUSANDS.fullmatch(plain):
        plain = re.sub(r"[,\s]", "", plain)
    above, stroke, below = plain.partition("/")
    try:
        number = float(above) / (float(below) if stroke else 1)
    except (ValueError, ZeroDivisionError):
        return None
    return number if math.isfinite(number) else None
