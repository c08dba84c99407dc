"""What the course says in words, from the TOML files of `helpers/lessons`.

Words are data: a sentence changes, or is translated, without a line of Python.
"""

import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

LESSONS = Path(__file__).with_name("lessons")


@cache
def read(name: str) -> dict[str, Any]:
    """Return the texts of a file by their keys; whole sentences, with {names} to be filled in.

    Parameters
    ----------
    name : str
        The lesson's folder and what the texts are of: 'lesson_5/lab', 'common/verdicts'.

    Raises
    ------
    ValueError
        If the file isn't TOML; the message names it and the line.

    Examples
    --------
    >>> read("lesson_3/exercises")["output_delta"]["title"]
    'δ of the output'
    """
    path = LESSONS / f"{name}.toml"
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"helpers/lessons/{name}.toml isn't TOML: {error}") from error


def lessons_with(file: str) -> list[str]:
    """Return the folders of the lessons that have a file of this name, in the lessons' order."""
    return sorted((path.parent.name for path in LESSONS.glob(f"lesson_*/{file}")), key=number_of)


def lesson_of(function: Callable[..., object]) -> str:
    """Return the folder of the lesson in which a function is written."""
    return function.__module__.split(".")[-2]


def number_of(lesson: str) -> int:
    """Return the number of a lesson's folder.

    Examples
    --------
    >>> number_of("lesson_3")
    3
    """
    return int(lesson.removeprefix("lesson_"))
