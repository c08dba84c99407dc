"""Tests of the slider labs.

What test_labs and test_bad_choices ask of every lab they find for themselves: a lab is in
helpers/labs, and the test file of its name says in `TESTED` what has to be known of it.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
import pytest

from helpers import labs
from helpers.network import MLP
from helpers.validation import Array
from helpers.widgets.lab import Lab

UNITS = {f"layer_{l}": f"units of layer {l}" for l in (1, 2, 3)}


def as_it_is(patch: pytest.MonkeyPatch) -> None:
    """Change nothing."""


@dataclass(frozen=True)
class Tested:
    """What the tests of all labs have to know of one.

    Attributes
    ----------
    check : callable
        Holds the text and the picture of a lab's present state against the helpers.
    moved : str
        The control that is moved many times.
    labels : mapping from str to str
        What stands beside a control, where that isn't its name.
    few : mapping from str to list
        The values to try of a control that can have too many, or says none; a lab begins at the
        last.
    followers : tuple of str
        Controls whose largest value goes by the others.
    with_less : callable
        Patches away what takes long and isn't looked at.
    timed : mapping from str to list
        The controls whose moves the benchmark times, with the values that it gives them.
    """

    check: Callable[[Any], None]
    moved: str
    labels: dict[str, str]
    few: Mapping[str, list[Any]] = field(default_factory=dict)
    followers: tuple[str, ...] = ()
    with_less: Callable[[pytest.MonkeyPatch], None] = as_it_is
    timed: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    __test__ = False


@cache
def all_labs() -> dict[type[Any], Tested]:
    """Return the labs that helpers has, each with what is known of it."""
    found = {}
    for _, name, _ in iter_modules(labs.__path__):
        module = import_module(f"{labs.__name__}.{name}")
        for kind in filter(inspect.isclass, vars(module).values()):
            if issubclass(kind, Lab) and kind.__module__ == module.__name__:
                found[kind] = import_module(f"{__name__}.test_{name}").TESTED
    return found


def about(number: float) -> str:
    """Return how a lab says a number that it rounds to one digit."""
    return f"about {number}" if number else "0"


def ailing(network: MLP, Z: Mapping[int, Array]) -> tuple[dict[int, int], list[int]]:
    """Return how many units are dead in each hidden layer with any, and which are saturated."""
    dead, saturated = {}, []
    for l, phi in enumerate(network.activations[:-1], start=1):
        if phi.kink is None or phi.derivative(np.array(phi.kink)):
            saturated += [l] * bool(np.mean(np.abs(phi.derivative(Z[l])) < 0.01) > 0.5)
        elif off := sum(1 for row in Z[l] if max(row) <= 0):
            dead[l] = off
    return dead, saturated
