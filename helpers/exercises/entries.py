"""Entries of the lessons' files: what is wrong with one is said, with its file and its name."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module  # noqa: TID251  # of lessons' own modules
from typing import Any, TypeVar

from helpers.texts import lessons_with

T = TypeVar("T")


@contextmanager
def entry(file: str, name: str) -> Iterator[None]:
    """Name the file and the entry in what is raised while something is made of it.

    Raises
    ------
    ValueError
        If a key is missing or unknown, or a value can't be.
    """
    try:
        yield
    except (KeyError, TypeError, ValueError, SyntaxError) as error:
        said = f"{error.args[0]} is missing." if isinstance(error, KeyError) else error
        raise ValueError(f"helpers/lessons/{file}.toml, [{name}]: {said}") from error


def by_name(made: Iterable[tuple[str, str, T]]) -> dict[str, T]:
    """Return what was made of entries by its name; each comes with its file and this name.

    Raises
    ------
    ValueError
        If there are two of one name.
    """
    found: dict[str, T] = {}
    files: dict[str, str] = {}
    for file, name, thing in made:
        with entry(file, name):
            if name in found:
                raise ValueError(f"another one has the same name, in {files[name]}.toml.")
        found[name], files[name] = thing, file
    return found


def of_all_lessons(kind: str) -> Iterator[tuple[str, Any]]:
    """Yield what the lessons' modules of this name hold under it, each with its file of text."""
    for lesson in lessons_with(f"{kind}.py"):
        for made in getattr(import_module(f"helpers.lessons.{lesson}.{kind}"), kind.upper()):
            yield f"{lesson}/{kind}", made
