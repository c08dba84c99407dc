"""The wrong answers that the check knows by name, as a lesson's TOML file says them.

    [hidden_delta.back_without_slope]
    name = "The slope φ′ is missing, or it is 1 for every z."
    belief = "slope place"
    hint = "That is how the loss reacts to A[l-1]. …"
    code = "return W[l].T @ delta[l]"

The belief is a `Misconception`. The wrong code is said in one of these ways:

code    the lines of the function, with the arguments of the solution and the names of its module
edit    pairs: a piece that stands once in the solution's source, and what is there instead of it
lift    "hidden_delta.back_without_slope": the solution with this wrong function in place of the
        right one that it calls, or several of them. What isn't said of it is said as it is there.
order   the lines of a puzzle
"""

import inspect
import linecache
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from types import FunctionType
from typing import Any

from helpers.exercises.entries import by_name, entry
from helpers.exercises.misconceptions import Misconception, belief_named
from helpers.texts import lesson_of, read
from helpers.validation import known_name

Answer = Callable[..., Any]
Maker = Callable[[Any], Answer]  # from what an entry says of its code to the function


@dataclass(frozen=True)
class Mistake:
    """A wrong answer that the check knows by name.

    Attributes
    ----------
    name : str
        What is wrong, as a sentence: 'The slope φ′(Z) is missing.'
    hint : str
        A thought that leads on, and doesn't give the line away.
    misconception : Misconception
        What somebody who writes this believes.
    answer : callable
        The function as they would write it; its `__name__` is the entry's key.
    """

    name: str
    hint: str
    misconception: Misconception
    answer: Answer


@cache
def mistakes_of(solution: Answer, exercise: str) -> tuple[Mistake, ...]:
    """Return the known mistakes of an exercise, from exercises.toml in its solution's folder."""
    file = f"{lesson_of(solution)}/exercises"
    makers: dict[str, Maker] = {
        "code": partial(_with_body, solution),
        "edit": partial(_edited, solution),
        "lift": partial(_lifted, solution),
    }
    return load_mistakes(file, exercise, makers)


def load_mistakes(file: str, exercise: str, makers: Mapping[str, Maker]) -> tuple[Mistake, ...]:
    """Return the known mistakes that a table of a file holds.

    Parameters
    ----------
    file : str
        As `helpers.texts.read` knows it: 'lesson_3/exercises'.
    exercise : str
        The table; each table within it is a mistake, under its key.
    makers : mapping from str to callable
        What makes a function of an entry's code, by the key that holds the code.

    Raises
    ------
    ValueError
        If an entry can't be read: a key that is unknown or missing, an unknown belief, code that
        isn't Python, an edit that doesn't match once, or two mistakes with one name. The message
        names the file and the entry.
    """
    return tuple(by_name(_mistakes(file, exercise, makers)).values())


def _mistakes(
    file: str, exercise: str, makers: Mapping[str, Maker]
) -> Iterator[tuple[str, str, Mistake]]:
    for key, given in read(file)[exercise].items():
        if isinstance(given, Mapping):  # the others are of the exercise itself
            with entry(file, f"{exercise}.{key}"):
                mistake = _mistake(key, makers, **_with_lifted_words(file, given))
            yield file, mistake.name, mistake


def _mistake(
    key: str, makers: Mapping[str, Maker], *, name: str, belief: str, hint: str, **code: Any
) -> Mistake:
    if len(code) != 1 or not makers.keys() >= code.keys():
        got = " and ".join(code) or "none of them"
        raise ValueError(f"the code is said by one of {', '.join(makers)}. Got {got}.")
    ((way, said),) = code.items()
    answer = makers[way](said)
    answer.__name__ = key
    return Mistake(name, hint, belief_named(belief), answer)


def _with_lifted_words(file: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry with the words of the mistake that it lifts, where it has none itself."""
    if "lift" not in given:
        return dict(given)
    exercise, key = given["lift"].split()[0].split(".")
    mistakes = read(file)[known_name(exercise, read(file), "the exercise")]
    below = mistakes[known_name(key, mistakes, "the mistake")]
    return {word: below[word] for word in ("name", "belief", "hint")} | dict(given)


def compiled(source: str, place: str, names: dict[str, Any]) -> Answer:
    """Return the one function of a source text.

    Parameters
    ----------
    source : str
    place : str
        What stands in tracebacks in place of the file's name; `inspect` finds the source by it.
    names : dict
        What the function finds outside itself.
    """
    linecache.cache[place] = len(source), None, source.splitlines(True), place
    space: dict[str, Any] = {}
    exec(compile(source, place, "exec"), names, space)
    (function,) = space.values()
    return function


def _with_body(solution: Answer, body: str) -> Answer:
    arguments = ", ".join(inspect.signature(solution).parameters)
    source = f"def {solution.__name__}({arguments}):\n{textwrap.indent(body, '    ')}\n"
    return compiled(source, f"<{solution.__name__}: {body}>", solution.__globals__)


def _edited(solution: Answer, edit: Sequence[str]) -> Answer:
    source = textwrap.dedent(inspect.getsource(solution))
    for old, new in zip(edit[::2], edit[1::2], strict=True):
        if (times := source.count(old)) != 1:
            raise ValueError(f"{old!r} stands {times} times in the solution; expected once.")
        source = source.replace(old, new)
    return compiled(source, f"<{solution.__name__}: {' '.join(edit)}>", solution.__globals__)


def _lifted(solution: Answer, lift: str) -> Answer:
    names = dict(solution.__globals__)
    for place in lift.split():
        exercise, key = place.split(".")
        mistakes = mistakes_of(names[exercise], exercise)
        (names[exercise],) = (m.answer for m in mistakes if m.answer.__name__ == key)
    return FunctionType(solution.__code__, names)
