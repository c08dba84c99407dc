"""What learners might write, right and wrong, in styles other than the catalogue's own.

Each lesson has a module: RIGHT, exercise → correct answers in several styles; WRONG, (exercise,
mistake) → another way to make it, and MORE of these.
"""

import inspect
import math
import textwrap
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np

from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.verdict import Verdict

Answer = Callable[..., Any]
Answers = dict[tuple[str, str], Answer]
NAMES = {"np": np, "math": math, "norm": np.linalg.norm}
ARGUMENTS = {
    name: ", ".join(inspect.signature(exercise.solution).parameters)
    for name, exercise in EXERCISES.items()
} | {"relative_error": "a, n"}


def key_of(verdict: Verdict, answer: Answer) -> str:
    """The known mistake that is named; 'seen' where the answer itself was looked at."""
    mistake = verdict.mistake
    return "" if not mistake else "seen" if mistake.answer is answer else mistake.answer.__name__


def edited(text: str, *pieces: str, **more: Any) -> Answer:
    """The function of a text, after edits: each a piece that stands in it, and another for it."""
    names: dict[str, Any] = NAMES | more
    exec(_replaced(text, *pieces), names)
    return list(names.values())[-1]


def written(exercise: str, body: str, *pieces: str, **more: Any) -> Answer:
    """The function of a body, after edits; where there is one line, this is what it returns."""
    body = _replaced(body, *pieces)
    lines = textwrap.indent(body if "\n" in body else f"return {body}", "    ")
    return edited(f"def answer({ARGUMENTS[exercise]}):\n{lines}", **more)


def _replaced(text: str, *pieces: str) -> str:
    for old, new in zip(pieces[::2], pieces[1::2], strict=True):
        assert old in text, f"{old!r} isn't in the text"
        text = text.replace(old, new)
    return text


def wrong_ones(exercise: str, text: str, edits: Mapping[str, tuple[str, ...]]) -> Answers:
    """Wrong answers to an exercise, by the mistake that each makes in a right one."""
    of = edited if text.lstrip().startswith("def") else partial(written, exercise)
    return {(exercise, mistake): of(text, *pieces) for mistake, pieces in edits.items()}


def all_written(exercise: str, bodies: Mapping[str, str], **more: Any) -> Answers:
    """Wrong answers to an exercise, by their mistakes."""
    return {
        (exercise, mistake): written(exercise, body, **more) for mistake, body in bodies.items()
    }
