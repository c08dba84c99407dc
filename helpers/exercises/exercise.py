"""An exercise: its right answer, the wrong ones that are known, and what answers are tried on."""

import copy
import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from helpers.activations import ACTIVATIONS
from helpers.exercises import comparing, reading
from helpers.exercises.comparing import SAID, agree
from helpers.exercises.entries import entry
from helpers.exercises.mistakes import Answer, Mistake, mistakes_of
from helpers.exercises.running import Failure, attempt
from helpers.texts import lesson_of, number_of, read, say

Outcome = Mapping[str, Any] | Failure  # what one run gave, by the name of each part
Outcomes = Sequence[Outcome]  # of all trials
ROUNDING = 1e-12  # by which adding and subtracting again may change a number


class Unreadable(Exception):
    """What a function returned can't be compared; the words, which are for the learner, say why."""


@dataclass(frozen=True)
class Trial:
    """One set of arguments for the learner's function.

    Attributes
    ----------
    about : str
        What it is, in words.
    arguments : tuple
        Copied for each run, so that a function may write to them.
    """

    about: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Exercise:
    """A task, its right answer, and the wrong ones that are known.

    Attributes
    ----------
    name : str
        Of the learner's function.
    lesson : int
    title : str
    solution : callable
        The right answer.
    trials : callable
        ``trials(rng)`` gives the trials, from a Generator.
    find_mistakes : callable
        ``find_mistakes(exercise)`` gives the wrong answers that are known: `mistakes` has them,
        once somebody asks for them.
    parts : tuple of str
        What the function returns, in order; each is compared on its own.
    observe : callable, optional
        ``observe(answer, arguments)`` runs the answer and gives the parts in their order, where
        more counts than what the function returns.
    tolerance : float
        How close counts as right, relative to the largest number of a part.
    may_change : tuple of str
        The arguments that an answer may write into; the others stay as they are.
    explain : callable, optional
        ``explain(answer, trials, outcomes)`` says what a wrong answer does that isn't known by
        name, or nothing.
    """

    name: str
    lesson: int
    title: str
    solution: Answer
    trials: Callable[[np.random.Generator], Sequence[Trial]]
    find_mistakes: Callable[["Exercise"], tuple[Mistake, ...]]
    parts: tuple[str, ...] = (SAID["result"],)
    observe: Callable[[Answer, tuple[Any, ...]], tuple[Any, ...]] | None = None
    tolerance: float = 1e-7
    may_change: tuple[str, ...] = ()
    explain: Callable[[Answer, Sequence[Trial], Outcomes], str] | None = None

    @classmethod
    def of(
        cls, solution: Answer, trials: Callable[[np.random.Generator], Sequence[Trial]], **how: Any
    ) -> "Exercise":
        """Return an exercise whose words and mistakes are in exercises.toml beside its solution.

        Parameters
        ----------
        solution, trials : callable
            The solution's name is that of the exercise, and of the table in the file.
        **how
            `observe`, `tolerance`, `may_change` and `explain`, where they aren't the usual ones.
        """
        file = f"{lesson_of(solution)}/exercises"
        how |= {"solution": solution, "trials": trials}
        how["find_mistakes"] = lambda exercise: mistakes_of(exercise.solution)
        return cls.from_file(file, solution.__name__, **how)

    @classmethod
    def from_file(cls, file: str, name: str, **how: Any) -> "Exercise":
        """Return an exercise whose title and parts a file says.

        Parameters
        ----------
        file : str
            'lesson_3/exercises' or 'lesson_3/puzzles'.
        name : str
            The table in it.
        **how
            What else an `Exercise` has.

        Raises
        ------
        ValueError
            If the file doesn't say them; the message names it and the table.
        """
        with entry(file, name):
            words = read(file)[name]
            said = {"title": words["title"], "parts": tuple(words["parts"])}
        return cls(name=name, lesson=number_of(file.partition("/")[0]), **said, **how)

    @cached_property
    def mistakes(self) -> tuple[Mistake, ...]:
        """The wrong answers that are known; to make them all takes longer than a right answer."""
        return self.find_mistakes(self)

    def run(self, answer: Answer, trial: Trial) -> Outcome:
        """Run an answer on a copy of the trial's arguments."""
        return self.run_on(answer, copied(trial.arguments))

    def run_on(self, answer: Answer, arguments: tuple[Any, ...]) -> Outcome:
        """Run an answer on arguments that it may spoil."""
        return attempt(answer, lambda: self._parts_of(answer, arguments))

    def changes(self, before: tuple[Any, ...], after: tuple[Any, ...]) -> dict[str, bool]:
        """Return which arguments a run has changed though it may not, and if by rounding alone."""
        return {
            name: agree(new, old, ROUNDING)
            for name, old, new in zip(self.arguments, before, after, strict=True)
            if name not in self.may_change and not comparing.is_as_it_was(old, new)
        }

    @property
    def arguments(self) -> Iterable[str]:
        """The names of the solution's arguments."""
        return inspect.signature(self.solution).parameters

    def _parts_of(self, answer: Answer, arguments: tuple[Any, ...]) -> Mapping[str, Any]:
        if self.observe:
            return dict(zip(self.parts, self.observe(answer, arguments), strict=True))
        result, n = answer(*arguments), len(self.parts)
        if n == 1 or result is None or reading.holds_dots(result):
            return dict.fromkeys(self.parts, result)
        if isinstance(result, tuple | list) and len(result) == n:
            return dict(zip(self.parts, result, strict=True))
        said = {"parts": say("comma").join(self.parts), "kind": comparing.kind_of(result)}
        raise Unreadable(SAID["difference"]["results"].format(n=n, **said))


def copied(value: Any) -> Any:
    """Return what an answer may write into; activations, which can't be written to, as they are."""
    return copy.deepcopy(value, {id(known): known for known in ACTIVATIONS.values()})
