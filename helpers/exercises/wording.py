"""The words for an answer: a known mistake, or the first difference and what is seen of it."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, starmap
from typing import Any

import numpy as np

from helpers.activations import Activation
from helpers.exercises import comparing, reading
from helpers.exercises.comparing import SAID, agree
from helpers.exercises.exercise import Exercise, Unreadable
from helpers.exercises.mistakes import Answer, Mistake
from helpers.exercises.running import Failure
from helpers.exercises.trying import Tried, agrees
from helpers.exercises.verdict import Verdict
from helpers.texts import say

WITH_SAMPLES = ("Y", "Z", "A", "A_prev", "delta")  # arguments that have a column for each sample
DESCRIBED = re.compile(r" |[\u3400-\u9fff]")  # in a part that is described, and has no name
LONGEST = 80  # characters of an argument that are worth showing


def recognised(tried: Tried, mistake: Mistake) -> Verdict:
    """Name a known mistake, and say what is right already."""
    return named(mistake, *_right_already(tried), *outside(tried.answer))


def named(found: Mistake, *notes: str) -> Verdict:
    """Name a mistake and give its hint, with more lines below."""
    said = SAID["known"].format(name=found.name, hint=found.hint)
    text, belief = "\n".join([said, *notes]), found.misconception
    return Verdict("known mistake", text, found, f"{belief.key}: {found.name}")


def first_difference(tried: Tried, slip: Mistake | None = None) -> Verdict:
    """Say where a wrong answer differs first, and all that is seen of it: by name if it has one."""
    exercise, pairs = tried.exercise, list(zip(tried.outcomes, tried.right, strict=True))
    is_right = [agrees(exercise, [got], [expected]) for got, expected in pairs]
    number = is_right.index(False)
    got, expected = pairs[number]
    notes = [*_notes(tried), _given(tried, number)]
    if isinstance(got, Failure):
        return Verdict("failure", "\n".join([_failed(got), *_of_call(got, tried, number), *notes]))
    assert not isinstance(expected, Failure)
    part = next(p for p in exercise.parts if not agree(got[p], expected[p], exercise.tolerance))
    seen = comparing.describe_difference(part, got[part], expected[part], exercise.tolerance)
    said = _without_return(exercise, part, got) or seen.said
    lines = [*seen.pattern, *_already(seen.right), *_right_already(tried), *notes]
    if slip:
        return named(slip, said, *(line for line in lines if line != slip.name))
    return Verdict("difference", "\n".join([SAID["not_yet"].format(said=said), *lines]))


def _failed(failure: Failure) -> str:
    if failure.kind == Unreadable.__name__:
        return SAID["not_yet"].format(said=failure.message)
    return SAID["failure"]["stopped"].format(failure=failure)


def outside(answer: Answer) -> list[str]:
    """Say which data an answer takes from the notebook."""
    return [SAID["outside"].format(name=name) for name in reading.data_from_outside(answer)]


def _notes(tried: Tried) -> list[str]:
    """Return what else is seen of an answer that is no known mistake."""
    notes = outside(tried.answer)
    if reading.returns_in_a_loop(tried.answer):
        notes.append(SAID["in_a_loop"])
    if tried.changed:
        notes.append(SAID["also_written"].format(names=in_a_row(tried.changed)))
    return notes


def in_a_row(changed: Iterable[str]) -> str:
    """Return names of arguments, with 'and' between them."""
    return SAID["and"].join(f"`{name}`" for name in changed)


def _without_return(exercise: Exercise, part: str, got: Mapping[str, Any]) -> str:
    """Say so if nothing came."""
    is_all = exercise.observe or all(value is None for value in got.values())
    return SAID["difference"]["none"].format(part=part) if got[part] is None and is_all else ""


def _right_already(tried: Tried) -> list[str]:
    right = [part for part in tried.exercise.parts if part not in tried.spoiled]
    return _already([part for part in right if not DESCRIBED.search(part)])


def _already(right: Sequence[str]) -> list[str]:
    """Say which arrays are right."""
    return [SAID["right_already"].format(parts=say("comma").join(right))] if right else []


def _of_call(failure: Failure, tried: Tried, number: int) -> list[str]:
    """Say what an answer is given, where it stops because it has expected something else."""
    given = tried.given(number)
    if failure.kind == "KeyError":
        dicts = {name: value for name, value in given.items() if isinstance(value, Mapping)}
        has = [
            SAID["keys_of"].format(name=name, keys=say("comma").join(map(repr, keys)))
            for name, keys in dicts.items()
        ]
        return [SAID["keys"].format(keys=say("semicolon").join(has))] if has else []
    is_of_call = "positional argument" in failure.message and not failure.place
    names = say("comma").join(map("`{}`".format, given))
    return [SAID["called"].format(names=names)] * is_of_call


def samples(given: Mapping[str, Any]) -> float:
    """Return the number of samples, or NaN where there are none."""
    named = (comparing.leaves(name, given[name]) for name in WITH_SAMPLES if name in given)
    arrays = list(chain.from_iterable(leaves.values() for leaves in named))
    return arrays[0].shape[1] if arrays else math.nan


def _given(tried: Tried, number: int) -> str:
    arguments = (
        say("comma").join(filter(None, starmap(_argument, comparing.leaves(name, value).items())))
        for name, value in tried.given(number).items()
    )
    return SAID["given"]["trial"].format(
        number=number + 1,
        n=len(tried.trials),
        about=tried.trials[number].about,
        arguments=say("semicolon").join(filter(None, arguments)),
    )


def _argument(name: str, value: Any) -> str:
    said = SAID["given"]
    if isinstance(value, np.ndarray):
        return said["array"].format(name=name, shape=value.shape)
    if isinstance(value, Activation):
        return said["activation"].format(name=name, value=value.name)
    is_long = len(repr(value)) > LONGEST or "\n" in repr(value)
    return "" if callable(value) or is_long else said["value"].format(name=name, value=repr(value))
