"""What is said in words stands in the files of texts, so that it can be said in another language.

The code is read for words that are left in it, and for the keys by which it finds sentences.
"""

import ast
import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from string import Formatter

from helpers.tables import RIGHT, as_text
from helpers.tests.translation.pieces import leaves
from helpers.texts import ERRORS, read

HELPERS = Path(__file__).parents[1]
PROSE = re.compile(r"[A-Za-z’']{2,} [a-z]{2,}")
WORD = re.compile(r"[A-Za-z]{3,}")
MARKUP = re.compile(r"<style.*?</style>|<[^<>]*>|/\*.*?\*/|[a-z-]+: [^;.]*;|{}")
# what only the author of a lesson's files sees
AUTHORS = {"entries", "mistakes", "planted", "questions", "bug_kinds"}
NOT_SHOWN = {
    "kinds of verdicts": {"not attempted", "known mistake"},
    "verdicts of a gradient check": {"not finite", "lost in rounding"},
    "values of controls": {"half of He", "its answer"},
    "what a button asks for": {"train on", "show again", "a move, then train on"},
    "keys of progress": {"bug hunt"},
    "names in code": {"squared error"},
    "what random numbers are for": {"samples and errors", "lab data"},
    "places in Matplotlib's words": {"upper left", "upper center", "center left"},
    "and lower ones": {"lower left", "lower center", "lower right"},
    "Python's words": {"positional argument", "'ellipsis'|type ellipsis"},
    "an author's": {
        "helpers/lessons/{}.toml isn't TOML: {}",
        "{} in helpers/lessons/{}/pictures.toml",
    },
}
# functions that take a key, the place of it, and what they fill in besides
TAKE_KEYS = {"say": (0, set()), "_said": (1, set()), "check_memory": (1, {"needed", "there"})}
# functions that take a thing, and the place of it
TAKE_THINGS = {"check_instance": 3, "known_name": 2, "positive_number": 1}
Call = tuple[str, list[ast.expr], set[str]]


@cache
def modules() -> dict[str, ast.Module]:
    """The code of all that speaks to a learner, by the path of the file."""
    paths = [path.relative_to(HELPERS) for path in HELPERS.rglob("*.py")]
    return {
        path.as_posix(): ast.parse((HELPERS / path).read_text(encoding="utf-8"))
        for path in paths
        if path.parts[0] != "tests"
    }


def text_of(node: ast.AST) -> str:
    """A string as it is written, with {} for what is filled in; '' for anything else."""
    if isinstance(node, ast.JoinedStr):
        return "".join(text_of(part) or "{}" for part in node.values)
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return str(node.value) if is_text else ""  # type: ignore[attr-defined]


def strings(node: ast.AST, but: Collection[str] = ()) -> Iterator[str]:
    """Yield what is written in a piece of code, but for docstrings, keys and calls of these."""
    if isinstance(node, ast.Expr) and text_of(node.value):
        return
    if isinstance(node, ast.Call) and name_of(node) in but:
        return
    if text_of(node):
        yield text_of(node)
    for child in ast.iter_child_nodes(node):
        is_key = isinstance(node, ast.Subscript) and child is node.slice
        if not is_key and not (isinstance(node, ast.JoinedStr) and text_of(child)):
            yield from strings(child, but)


def left_in(tree: ast.AST) -> set[str]:
    """What is prose, of two words or more, and what is raised or printed and has a word."""
    prose = {text for text in strings(tree) if PROSE.search(MARKUP.sub("", text))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Raise) or (isinstance(node, ast.Call) and name_of(node) == "print"):
            told = strings(node, but={*TAKE_KEYS, "read"})
            prose |= {text for text in told if WORD.search(MARKUP.sub("", text))}
    return prose


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def calls() -> Iterator[Call]:
    """Yield each call of the course's code: the function's name, and what it is given."""
    for tree in modules().values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                yield name_of(node), node.args, {key.arg or "" for key in node.keywords}


def constants(node: ast.AST) -> set[str]:
    return {text_of(part) for part in ast.walk(node)} - {""}


@cache
def sentences() -> dict[str, set[str]]:
    """What each sentence is filled with, by its key; those of things are not among them."""
    flat: dict[str, str] = {}
    for key, text in read(ERRORS).items():
        flat |= {key: text} if isinstance(text, str) else {f"{key}.{k}": s for k, s in text.items()}
    fields = {key: [field for _, field, *_ in Formatter().parse(s)] for key, s in flat.items()}
    return {
        key: {re.split(r"[.\[]", field)[0] for field in found if field}
        for key, found in fields.items()
        if not key.startswith("thing.")
    }


def test_no_words_that_a_learner_reads_are_left_in_python() -> None:
    told = [left_in(tree) for path, tree in modules().items() if Path(path).stem not in AUTHORS]
    assert set().union(*told) == set().union(*NOT_SHOWN.values())


def test_words_are_found_wherever_they_stand() -> None:
    for code, found in (
        ('raise ValueError(f"{x} differs")', "{} differs"),
        ('raise ValueError(say("a.b") + " sadly")', " sadly"),
        ('raise KeyError(read("a")["two words"])', ""),
        ("def f():\n    'A docstring.'\n    return f'<b>{x} is high</b>'", "<b>{} is high</b>"),
        ("style = f'<td style=\"text-align: left\">{x}'", ""),
        ("print('done')", "done"),
    ):
        assert left_in(ast.parse(code)) == {found} - {""}


def test_each_sentence_is_said_with_what_it_takes_and_none_is_left_over() -> None:
    taken = sentences()
    filled: set[str] = set()
    for name, arguments, given in calls():
        place, more = TAKE_KEYS.get(name, (99, set()))
        for key in constants(arguments[place]) if place < len(arguments) else ():
            assert (key, taken.get(key)) == (key, given | more)
            filled.add(key)
    alone = {text for tree in modules().values() for text in strings(tree) if text in taken}
    assert {key for key in alone - filled if taken[key]} == set()
    assert alone == set(taken)
    to_translate = {".".join(map(str, keys)) for keys, _ in leaves(read(ERRORS))}
    assert {key for key in to_translate if not key.startswith("thing.")} == set(taken)


def test_each_thing_has_its_words_and_is_met() -> None:
    there, met = set(read(ERRORS)["thing"]), set()
    for name, arguments, _ in calls():
        if name in TAKE_THINGS and len(arguments) > TAKE_THINGS[name]:
            things = constants(arguments[TAKE_THINGS[name]])
            assert name != "check_instance" or things <= there
            met |= things
    assert there <= met


def test_columns_line_up_where_letters_are_twice_as_wide() -> None:
    rows = [["数组", "判定"], ["dW[1]", "一致"], ["db[1]", "不同"]]
    assert as_text(rows, looks={"一致": RIGHT}) == "数组   判定\ndW[1]  ✓ 一致\ndb[1]  不同"
