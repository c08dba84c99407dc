"""The wrong answers that the check knows by name, as a lesson's TOML file says them.

    [hidden_delta.back_without_slope]
    name = "The slope φ′ is missing, or it is 1 for every z."
    belief = "slope place"
    hint = "That is how the loss reacts to A[l-1]. …"
    code = "return W[l].T @ delta[l]"

The belief is a key of common/beliefs.toml. The wrong code is said in one of these ways, or by a
list of several that deserve the same words:

code    the lines of the function, with the arguments of the solution and the names of its module;
        under its own name it finds the right answer
edit    pairs: a piece that stands once in the solution's lines, and what is there instead of it
lift    "hidden_delta.back_without_slope": the solution with this wrong function in place of the
        right one that it calls, or several of them. What isn't said of it is said as it is there.
order   the lines of a puzzle

Where {activation} stands in the name, there is such a mistake for each activation. And where an
exercise calls the solutions of others, what is wrong in them can be `lifts`: a list of exercises,
and `lifted` how the names of the first ones' mistakes are said here. What can be wrong in another
exercise in the same words and by the same edits is said there alone: `same` has its lesson, its
name and the keys.
"""

import ast
import inspect
import linecache
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import chain, groupby, pairwise, product, zip_longest
from types import FunctionType
from typing import Any

from helpers.activations import ACTIVATIONS
from helpers.exercises.entries import by_name, entry
from helpers.exercises.misconceptions import Misconception, belief_named
from helpers.texts import lesson_of, read
from helpers.validation import known_name

Answer = Callable[..., Any]
Makers = Mapping[str, Callable[[Any], "Change"]]  # by the key of an entry's code
EACH = "{activation}"


@dataclass(frozen=True, eq=False)
class Change:
    """How a wrong answer is made of the right one.

    Attributes
    ----------
    edits : tuple of (str, str)
        Pieces of its source, and what is there instead of them.
    parts : mapping from str to Change
        Of the functions that it calls, by their names.
    around : tuple of callable
        Each makes an answer of the one before.
    """

    edits: tuple[tuple[str, str], ...] = ()
    parts: Mapping[str, "Change"] = field(default_factory=dict)
    around: tuple[Callable[[Answer], Answer], ...] = ()

    @property
    def size(self) -> int:
        """How much is changed."""
        return len(self.edits) + len(self.around) + sum(part.size for part in self.parts.values())


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
    change : Change
        What it is of the right answer.
    is_made : bool
        By machine, and so perhaps the same as another.
    """

    name: str
    hint: str
    misconception: Misconception
    answer: Answer
    change: Change = field(default_factory=Change)
    is_made: bool = False


@cache
def mistakes_of(solution: Answer) -> tuple[Mistake, ...]:
    """Return the known mistakes of an exercise, from exercises.toml in its solution's folder."""
    file, exercise = f"{lesson_of(solution)}/exercises", solution.__name__
    makers: Makers = {
        "code": partial(_with_body, solution),
        "edit": lambda edit: Change(tuple(zip(edit[::2], edit[1::2], strict=True))),
        "lift": partial(_lifted, solution),
    }
    own = load_mistakes(file, exercise, solution, makers)
    return (*own, *_all_lifted(solution, read(file)[exercise]))


def load_mistakes(
    file: str, exercise: str, solution: Answer, makers: Makers
) -> tuple[Mistake, ...]:
    """Return the known mistakes that a table of a file holds.

    Parameters
    ----------
    file : str
        As `helpers.texts.read` knows it: 'lesson_3/exercises'.
    exercise : str
        The table; each table within it is a mistake, under its key.
    solution : callable
        The right answer.
    makers : mapping from str to callable
        What makes a change of an entry's code, by the key that holds the code.

    Raises
    ------
    ValueError
        If an entry can't be read: a key that is unknown or missing, an unknown belief, code that
        isn't Python, an edit that doesn't match once, or two mistakes with one name. The message
        names the file and the entry.
    """
    return tuple(chain(*by_name(_mistakes(file, exercise, solution, makers)).values()))


def _mistakes(
    file: str, exercise: str, solution: Answer, makers: Makers
) -> Iterator[tuple[str, str, list[Mistake]]]:
    for key, given in chain(_own(file, exercise), _same(file, exercise)):
        with entry(file, f"{exercise}.{key}"):
            words = _with_lifted_words(file, given)
            mistakes = list(_of_entry(key, solution, makers, **words))
        for name, ways in groupby(mistakes, lambda mistake: mistake.name):
            yield file, name, list(ways)


def _own(file: str, exercise: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the tables within an exercise's own; what else is there is of the exercise itself."""
    tables = read(file)[exercise].items()
    return ((key, given) for key, given in tables if isinstance(given, Mapping))


def _same(file: str, exercise: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield what can be wrong in another exercise as well."""
    for said in read(file)[exercise].get("same", ()):
        with entry(file, exercise):
            lesson, other, *keys = said.split()
            theirs = read(f"{lesson}/exercises")[other]
            yield from [(key, theirs[key]) for key in keys]


def _of_entry(
    key: str, solution: Answer, makers: Makers, *, name: str, belief: str, hint: str, **code: Any
) -> Iterator[Mistake]:
    """Yield the mistake of an entry, once for each activation and for each way of making it."""
    if len(code) != 1 or not makers.keys() >= code.keys():
        got = " and ".join(code) or "none of them"
        raise ValueError(f"the code is said by one of {', '.join(makers)}. Got {got}.")
    ((way, said),) = code.items()
    ways = said if isinstance(said[0] if way == "edit" else said, list) else [said]
    for activation, one in product(ACTIVATIONS if EACH in name else [""], ways):
        change = makers[way](_filled(one, activation))
        words = name.replace(EACH, activation), hint, belief_named(belief)
        yield Mistake(*words, made(solution, change, key), change, EACH in name)


def _filled(said: Any, activation: str) -> Any:
    if isinstance(said, str):
        return said.replace(EACH, activation)
    return [_filled(inner, activation) for inner in said]


def _with_lifted_words(file: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entry with the words of the mistake that it lifts, where it has none itself."""
    if "lift" not in given:
        return dict(given)
    exercise, key = given["lift"].split()[0].split(".")
    mistakes = read(file)[known_name(exercise, read(file), "the exercise")]
    below = mistakes[known_name(key, mistakes, "the mistake")]
    return {word: below[word] for word in ("name", "belief", "hint")} | dict(given)


# --- what is made of the right answer


def made(solution: Answer, change: Change, name: str) -> Answer:
    """Return the wrong answer under a name."""
    names = {"ACTIVATIONS": ACTIVATIONS} | solution.__globals__
    names |= {part: made(names[part], inner, part) for part, inner in change.parts.items()}
    answer: Answer = FunctionType(solution.__code__, names)
    if change.edits:
        said = " ".join(sum(change.edits, ()))
        answer = compiled(_edited(solution, change.edits), f"<{solution.__name__}: {said}>", names)
    for wrong in change.around:
        answer = wrong(answer)
    answer.__name__ = name
    return answer


def both(solution: Answer, one: Change, other: Change) -> Change | None:
    """Return two changes at once, or None where they would meet in one place."""
    edits = one.edits + other.edits
    if one.edits and other.edits and _meet(_source(solution)[1], [old for old, _ in edits]):
        return None
    parts = {**one.parts, **other.parts}
    for name in one.parts.keys() & other.parts.keys():
        inner = both(solution.__globals__[name], one.parts[name], other.parts[name])
        if inner is None:
            return None
        parts[name] = inner
    return Change(edits, parts, one.around + other.around)


def _meet(source: str, pieces: Sequence[str]) -> bool:
    places = sorted((source.index(piece), len(piece)) for piece in pieces)
    return any(a + n > b for (a, n), (b, _) in pairwise(places))


@cache
def _source(solution: Answer) -> tuple[str, str]:
    """Return a function's text up to its docstring, and what follows."""
    source = textwrap.dedent(inspect.getsource(solution))
    (function,) = ast.parse(source).body
    assert isinstance(function, ast.FunctionDef)
    lines, start = source.splitlines(keepends=True), function.body[1].lineno - 1
    return "".join(lines[:start]), "".join(lines[start:])


def _edited(solution: Answer, edits: Sequence[tuple[str, str]]) -> str:
    head, right = _source(solution)
    body = right
    for old, new in sorted(edits, key=lambda edit: -right.find(edit[0])):
        if (times := right.count(old)) != 1:
            raise ValueError(f"{old!r} stands {times} times in the solution; expected once.")
        place = right.index(old)
        body = body[:place] + new + body[place + len(old) :]
    return head + body


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


def _with_body(solution: Answer, body: str) -> Change:
    arguments = ", ".join(inspect.signature(solution).parameters)
    source = f"def {solution.__name__}({arguments}):\n{textwrap.indent(body, '    ')}\n"
    place = f"<{solution.__name__}: {body}>"

    def around(right: Answer) -> Answer:
        return compiled(source, place, solution.__globals__ | {solution.__name__: right})

    return Change(around=(around,))


def _lifted(solution: Answer, lift: str) -> Change:
    parts = {}
    for place in lift.split():
        exercise, key = place.split(".")
        mistakes = mistakes_of(solution.__globals__[exercise])
        parts[exercise] = next(m.change for m in mistakes if m.answer.__name__ == key)
    return Change(parts=parts)


def _all_lifted(solution: Answer, entries: Mapping[str, Any]) -> Iterator[Mistake]:
    """Yield what can be wrong in the functions that a solution calls, and isn't said of it."""
    said = {given.get("lift") for given in entries.values() if isinstance(given, Mapping)}
    lifts, lifted = entries.get("lifts", ()), entries.get("lifted", ())
    for exercise, name in zip_longest(lifts, lifted, fillvalue="{name}"):
        for mistake in mistakes_of(solution.__globals__[exercise]):
            if f"{exercise}.{mistake.answer.__name__}" not in said:
                change = Change(parts={exercise: mistake.change})
                answer = made(solution, change, mistake.answer.__name__)
                words = name.format(name=mistake.name)
                yield replace(mistake, name=words, answer=answer, change=change, is_made=True)
