"""What the course says in words, from the TOML files of `helpers/lessons`.

Words are data: a sentence changes, or is translated, without a line of Python. Beside the English
texts stand translations, one file for each folder and language: `zh.toml` has the same keys, and
beside each translation the digest of the English that it is of:

    [exercises.output_delta]
    title = ["ccd4", "输出层的 δ"]

What isn't translated, or whose English has changed since, is said in English.
"""

import hashlib
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterable
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from typing import Any

LESSONS = Path(__file__).with_name("lessons")
ENGLISH = "en"
ERRORS = "common/errors"
NO_SPACE = re.compile(r"(?<=[。！？：；，、）”]) |(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff（“])")


def language() -> str:
    """Return the language of the course; the environment variable COURSE_LANGUAGE says it."""
    return os.environ.get("COURSE_LANGUAGE", ENGLISH)


def languages() -> list[str]:
    """Return those that there are: 'en', and each that has a file in the folder `common`.

    Examples
    --------
    >>> languages()
    ['en', 'zh']
    """
    return [ENGLISH, *sorted(path.stem for path in LESSONS.glob("common/??.toml"))]


def folder_of(language: str) -> str:
    """Return the name of the folder for what is in a language; '' for English, which has none."""
    return "" if language == ENGLISH else language


def speak(name: str) -> None:
    """Choose the language of all that the course says; English is what comes without a choice.

    Parameters
    ----------
    name : str
        'en' or 'zh'. Say it before anything else of the course is imported.

    Raises
    ------
    ValueError
        If there is no such language.
    RuntimeError
        If something has been read in another one.

    Examples
    --------
    >>> speak("fr")
    Traceback (most recent call last):
    ValueError: the language is 'fr'; there are en, zh.
    """
    if name not in languages():
        raise ValueError(say("speak.unknown", name=name, names=say("comma").join(languages())))
    if name != language() and read.cache_info().currsize:
        texts = in_language(ERRORS, name)
        raise RuntimeError(_said(texts, "speak.late", name=name, spoken=language()))
    os.environ["COURSE_LANGUAGE"] = name


@cache
def read(name: str) -> dict[str, Any]:
    """Return the texts of a file by their keys; whole sentences, with {names} to be filled in.

    In the language that was chosen, as far as they are translated.

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
    return in_language(name, language())


def say(key: str, /, **values: object) -> str:
    """Return a sentence of `common/errors`, filled in; the file is read when it is needed.

    Parameters
    ----------
    key : str
        The sentence's table and its key in it.
    **values
        What stands in its {names}.

    Examples
    --------
    >>> say("validation.not_whole", name="epochs", value=0.5)
    'epochs is 0.5; expected a whole number.'
    """
    return _said(read(ERRORS), key, **values)


def _said(texts: Any, key: str, /, **values: object) -> str:
    return reduce(getitem, key.split("."), texts).format(**values)


def named(thing: str) -> str:
    """Return the words for a thing, by its key in `common/errors`; what has none stays as it is.

    Examples
    --------
    >>> named("an_mlp"), named("epochs")
    ('an MLP', 'epochs')
    """
    return read(ERRORS)["thing"].get(thing, thing)


@cache  # a picture asks for each of its words
def in_language(name: str, spoken: str) -> dict[str, Any]:
    """Return the texts of a file as `read` does, in this language."""
    folder, file = name.split("/")
    is_translated = spoken != ENGLISH and (LESSONS / folder / f"{spoken}.toml").exists()
    given = load(f"{folder}/{spoken}").get(file, {}) if is_translated else {}
    return _merged(load(name), given)


def digest(english: object) -> str:
    """Return what tells whether a text has changed.

    Examples
    --------
    >>> digest("δ of the output")
    'ccd4'
    """
    return hashlib.sha256(json.dumps(english).encode()).hexdigest()[:4]


def _merged(english: Any, translated: Any) -> Any:
    """Return the texts, each in its translation if there is one, and of this English."""
    if isinstance(english, dict):
        return {key: _merged(text, translated.get(key, {})) for key, text in english.items()}
    if is_table(english):
        others = translated if len(translated) == len(english) else [{}] * len(english)
        return [_merged(*pair) for pair in zip(english, others, strict=True)]
    is_current = isinstance(translated, list) and translated[0] == digest(english)
    return translated[1] if is_current else english


def together(sentences: Iterable[str]) -> str:
    """Return sentences one after the other; no space stands between signs of Chinese.

    Examples
    --------
    >>> together(["Not so.", "Count again."])
    'Not so. Count again.'
    >>> together(["它变成 约 0.1。", "再数一次。"])
    '它变成约 0.1。再数一次。'
    """
    return NO_SPACE.sub("", " ".join(sentences))


def is_table(text: object) -> bool:
    """Whether it is a list of tables, each with keys of its own; any other list is one text."""
    return isinstance(text, list) and isinstance(text[0] if text else None, dict)


def load(name: str) -> dict[str, Any]:
    """Return what stands in a file, translated or not; ValueError if it isn't TOML."""
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
