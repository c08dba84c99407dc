"""The names of mistakes, as learners have met them in one language, in another.

A name that was noted is found in the files of the lessons; what stands at its place there is it in
the language that was chosen.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from helpers.texts import LESSONS, in_language, language, languages, read

FILES = "exercises", "puzzles", "questions", "slips", "verdicts"
# where names stand in them, or what is filled in there
KEYS = {"name", "answer", "parts", "lifted", "it", "two"}
KEYS |= {"is", "no_step", "no_more", "others", "no_factor", "sums"}  # what is explained
KEYS |= {"left", "right", "at_zero", "decimals"}
KEYS |= {"row", "last_row", "column", "last_column"}  # what is seen of a difference
FIELD = re.compile(r"\{(\w+)[^}]*\}")
# what may be filled in: other names, or what has no end of a sentence in it
NAMES, ANYTHING, PART = {"first", "second", "name"}, ".+", "(?:(?!\\. |。).)+"
Sentences = dict[str, str]  # in the language that was chosen, by what they are in any


def in_own_words(name: str) -> str:
    """Return the name of a mistake in the language that was chosen; as it is, if it isn't found.

    Parameters
    ----------
    name : str
        In any language, with what has been filled in.

    Examples
    --------
    >>> in_own_words("db has the opposite sign of what it should have, everywhere.")
    'db has the opposite sign of what it should have, everywhere.'
    """
    if name in _sentences():
        return _sentences()[name]
    for pattern, ours in _patterns():
        if found := pattern.fullmatch(name):
            parts = {key: in_own_words(part) for key, part in found.groupdict().items()}
            return _filled(ours, parts)
    return name


@cache
def _sentences() -> Sentences:
    paths = sorted(path for path in LESSONS.glob("*/*.toml") if path.stem in FILES)
    files = [f"{path.parent.name}/{path.stem}" for path in paths]
    return {
        theirs: ours
        for spoken in (*languages(), language())  # if it is in two, our own counts
        for file in files
        for theirs, ours in _pairs(in_language(file, spoken), read(file))
    }


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return what finds sentences in which something is filled in."""
    sentences = _sentences().items()
    return [(_pattern(theirs), ours) for theirs, ours in sentences if FIELD.search(theirs)]


def _pattern(sentence: str) -> re.Pattern[str]:
    """Return what matches a sentence, whatever is filled in, by the names of its fields."""
    text = ""
    for i, piece in enumerate(FIELD.split(sentence)):
        field = f"(?P<{piece}>{ANYTHING if piece in NAMES else PART})"
        text += field if i % 2 else re.escape(piece)
    return re.compile(text)


def _filled(sentence: str, parts: Mapping[str, str]) -> str:
    return FIELD.sub(lambda field: parts[field[1]], sentence)


def _pairs(theirs: Any, ours: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """Yield each name in a file with the one that stands at its place in another language."""
    if isinstance(theirs, Mapping):
        for name in theirs:
            yield from _pairs(theirs[name], ours[name], name)
    elif isinstance(theirs, list):
        for one, other in zip(theirs, ours, strict=True):
            yield from _pairs(one, other, key)
    elif isinstance(theirs, str) and key in KEYS:
        yield theirs, ours
