"""Known mistakes as data: each way of saying the code, and what is said of an entry that is wrong.

The tables stand where a lesson's exercises.toml would, and this module where its exercises.py is.
"""

import inspect
import tomllib
from typing import Any

import pytest

from helpers.exercises import mistakes
from helpers.exercises.misconceptions import BELIEFS
from helpers.exercises.mistakes import Mistake, mistakes_of
from helpers.exercises.running import attempt


def half(x: float) -> float:
    """Divide by two."""
    return x / 2


def quarter(x: float) -> float:
    """Divide by four."""
    return half(half(x))


def half_more(x: float) -> float:
    """Add its half to a number."""
    return x + x / 2


ENTRY = """
name = "It is the third part."
belief = "mean factor"
hint = "How many parts are there?"
"""
GOOD = f"""
[half]
title = "one half"
[half.third]
{ENTRY}edit = ["x / 2", "x / 3"]
[half.nothing]
name = "It is 0."
belief = "falling loss"
hint = "Is it?"
code = "y = 0 * x\\nreturn y"
[quarter.ninth]
lift = "half.third"
hint = "Parts of parts."
[half_more]
same = ["lesson_3 half third"]
"""


def known(monkeypatch: pytest.MonkeyPatch, table: str, solution: Any = half) -> tuple[Mistake, ...]:
    monkeypatch.setattr(mistakes, "read", lambda file: tomllib.loads(table))
    mistakes_of.cache_clear()
    return mistakes_of(solution)


def test_code_is_an_edit_of_the_solution_or_lines_in_its_place(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    third, nothing = known(monkeypatch, GOOD)
    assert (third.answer(3.0), nothing.answer(3.0)) == (1.0, 0.0)
    assert [m.answer.__name__ for m in (third, nothing)] == ["third", "nothing"]
    assert third.name == "It is the third part."
    assert third.hint == "How many parts are there?"
    assert third.misconception == BELIEFS["mean factor"]
    assert nothing.misconception == BELIEFS["falling loss"]
    assert "y = 0 * x" in inspect.getsource(nothing.answer)
    assert attempt(nothing.answer, lambda: nothing.answer(None)).place == "line 2: `y = 0 * x`"


def test_a_mistake_that_another_exercise_has_too_is_said_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (third,) = known(monkeypatch, GOOD, half_more)
    assert (third.name, third.answer(3.0)) == ("It is the third part.", 4.0)
    unknown = GOOD.replace("half third", "half fourth")
    with pytest.raises(ValueError, match=r"\[half_more\]: fourth is missing"):
        known(monkeypatch, unknown, half_more)


def test_a_mistake_of_a_part_is_lifted_with_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    (ninth,) = known(monkeypatch, GOOD, quarter)
    assert ninth.answer(9.0) == 1.0
    assert quarter(4.0) == 1.0
    assert (ninth.name, ninth.hint) == ("It is the third part.", "Parts of parts.")
    assert ninth.misconception == BELIEFS["mean factor"]


EDIT = 'edit = ["x / 2", "x"]'
BAD = {
    "the belief 'sing' is unknown.*sign": ENTRY.replace("mean factor", "sing") + EDIT,
    "argument: 'hint'": ENTRY.replace("hint", "#") + EDIT,
    "by one of .*. Got hin and edit": ENTRY + "hin = 'Is it?'\n" + EDIT,
    "by one of code, edit, lift. Got none": ENTRY,
    "Got edit and code": ENTRY + EDIT + "\ncode = 'return x'",
    "'x / 3' stands 0 times": ENTRY + "edit = ['x / 3', 'x']",
    "'r' stands 2 times": ENTRY + "edit = ['r', 'y']",
    "invalid syntax": ENTRY + "code = 'return x +'",
    "another one has the same name": ENTRY + EDIT + f"\n[half.twin]\n{ENTRY}{EDIT}",
    "the exercise 'hafl' is unknown": "lift = 'hafl.third'",
    "the mistake 'thrid' is unknown": "lift = 'half.thrid'",
}


@pytest.mark.parametrize("said", BAD)
def test_an_entry_that_is_wrong_is_named(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    place = "It is the third part." if "same name" in said else "half.third"
    with pytest.raises(ValueError, match=rf"exercises\.toml, \[{place}\]: .*{said}"):
        known(monkeypatch, f"[half.third]\n{BAD[said]}")
