"""Puzzles: the lines of a program are there, jumbled, and some of them are wrong.

The chosen lines are assembled into a function, which is judged as an exercise is, by value
on random networks. So every order that computes the right thing passes, and wrong orders and
wrong lines that are known are named.

`puzzles.toml` of a lesson has a table for each: title and parts, the code above the gap (`head`),
the `lines` in the order in which they are shown, each under a name, the code below the gap
(`tail`), a right `order`, and the known mistakes, which say an `order` too.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from helpers import losses
from helpers.exercises.entries import entry
from helpers.exercises.exercise import Exercise, Trial
from helpers.exercises.mistakes import Answer, Change, Mistake, compiled, load_mistakes
from helpers.texts import lesson_of, read


@dataclass(frozen=True)
class Program:
    """A function with a gap, and lines for it.

    Attributes
    ----------
    head, tail : str
        The code above the gap and below it; it may use what `helpers.losses` has.
    lines : mapping from str to str
        Lines of the body by a short name, in the jumbled order in which they are shown.
    """

    head: str
    lines: Mapping[str, str]
    tail: str

    @property
    def first(self) -> int:
        """The number of the first line below the head, as messages count them."""
        return self.head.count("\n") + 2

    def assemble(self, order: str) -> Answer:
        """Return the function.

        Parameters
        ----------
        order : str
            The names of the lines, with spaces between.

        Raises
        ------
        SyntaxError
            If the lines in this order aren't Python.
        """
        body = [f"    {self.lines[name]}" for name in order.split()]
        source = "\n".join([self.head, *body, self.tail, ""])
        return compiled(source, f"<puzzle {order}>", dict(vars(losses)))

    def in_order(self, order: str) -> Change:
        """Return what puts the lines in this order."""
        answer = self.assemble(order)
        return Change(around=(lambda _: answer,))


def puzzle(
    name: str, trials: Callable[[np.random.Generator], Sequence[Trial]], **how: Any
) -> tuple[Exercise, Program]:
    """Return a puzzle's program and what it is judged by.

    Parameters
    ----------
    name : str
        The table in puzzles.toml of the lesson in which `trials` is written.
    trials, **how
        As an `Exercise` has them.
    """
    file = f"{lesson_of(trials)}/puzzles"
    with entry(file, name):
        texts = read(file)[name]
        program = Program(texts["head"], dict(texts["lines"]), texts["tail"])
        how |= {"solution": program.assemble(texts["order"]), "trials": trials}

    def mistakes(exercise: Exercise) -> tuple[Mistake, ...]:
        return load_mistakes(file, name, exercise.solution, {"order": program.in_order})

    return Exercise.from_file(file, name, find_mistakes=mistakes, **how), program
