"""The check: what the learner wrote runs beside what is right, and beside each known mistake.

The learner's function is compared by value, on random networks made for it, so every correct
way of writing it passes. If it is wrong, it is compared with what each known mistake would have
given: the one that agrees in every trial is named. Otherwise the first difference is shown. The
trials are the same each time, so the same answer gets the same words.
"""

import copy
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any

import numpy as np

from helpers.activations import Activation
from helpers.exercises.comparing import (
    agree,
    describe_difference,
    factor_between,
    is_as_it_was,
    kind_of,
)
from helpers.exercises.misconceptions import Misconception
from helpers.exercises.reading import data_from_outside, has_dots, holds_dots, is_empty
from helpers.exercises.running import STOPPED, Failure, attempt, time_limit

Answer = Callable[..., Any]
Outcome = Mapping[str, Any] | Failure  # what one run gave, by the name of each part
NOT_ATTEMPTED = "Not attempted yet. Put your own lines where the dots are, and run the cell again."
WRITTEN = (
    "The numbers are right, but your function has changed {}, which it was given.",
    "What is written into an argument is written into the caller's array, and the caller may "
    "still need it. Work on a copy, or give what you compute a name of its own.",
)
ROUNDED = (
    "The numbers are right, but your function has left rounding in {}, which it was given.",
    "In floats, adding a number and subtracting it again may leave another last digit. How do you "
    "get back the very value that was there?",
)
ALSO_WRITTEN = "It also changes {}, which it was given."
OUTSIDE = "It takes {} from the notebook; its arguments are other data."
DOTS = re.compile("'ellipsis'|type ellipsis")  # Python's words and NumPy's for them
CODE = re.compile("`([^`\n]+)`")
ROUNDING = 1e-12  # by which adding and subtracting again may change a number
LONGEST = 80  # characters of an argument that are worth showing


class Unreadable(Exception):
    """What a function returned can't be compared; the words, which are for the learner, say why."""


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
        What one believes who writes this.
    answer : callable
        The function as he would write it.
    """

    name: str
    hint: str
    misconception: Misconception
    answer: Answer


def mistake(misconception: Misconception, hint: str) -> Callable[[Answer], Mistake]:
    """Make a function that is wrong into a `Mistake`; its docstring is the mistake's name."""

    def of(answer: Answer) -> Mistake:
        return Mistake(inspect.getdoc(answer) or "", hint, misconception, answer)

    return of


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


@dataclass(frozen=True)
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
    mistakes : tuple of Mistake
    parts : tuple of str
        What the function returns, in order; each is compared by itself.
    observe : callable, optional
        ``observe(answer, arguments)`` runs the answer and gives its parts by name, where more
        counts than what the function returns.
    tolerance : float
        How near is right, relative to the largest number of a part.
    may_change : tuple of str
        The arguments that an answer may write into; the others stay as they are.
    """

    name: str
    lesson: int
    title: str
    solution: Answer
    trials: Callable[[np.random.Generator], Sequence[Trial]]
    mistakes: tuple[Mistake, ...]
    parts: tuple[str, ...] = ("the result",)
    observe: Callable[[Answer, tuple[Any, ...]], Mapping[str, Any]] | None = None
    tolerance: float = 1e-7
    may_change: tuple[str, ...] = ()

    def make_trials(self, seed: int = 0) -> Sequence[Trial]:
        """Return the trials of a seed; learners all get those of seed 0."""
        return self.trials(np.random.default_rng([seed, *self.name.encode()]))

    def run(self, answer: Answer, trial: Trial) -> Outcome:
        """Run an answer on a copy of the trial's arguments."""
        return self.run_on(answer, copy.deepcopy(trial.arguments))

    def run_on(self, answer: Answer, arguments: tuple[Any, ...]) -> Outcome:
        """Run an answer on arguments that it may spoil."""
        observe = self.observe or self._name_parts
        outcome: Outcome = attempt(answer, lambda: observe(answer, arguments))
        return outcome

    def changes(self, before: tuple[Any, ...], after: tuple[Any, ...]) -> dict[str, bool]:
        """Return which arguments a run has changed though it mustn't, and if by rounding alone."""
        names = inspect.signature(self.solution).parameters
        return {
            name: agree(new, old, ROUNDING)
            for name, old, new in zip(names, before, after, strict=True)
            if name not in self.may_change and not is_as_it_was(old, new)
        }

    def _name_parts(self, answer: Answer, arguments: tuple[Any, ...]) -> Mapping[str, Any]:
        result = answer(*arguments)
        if len(self.parts) == 1:
            return {self.parts[0]: result}
        if not isinstance(result, tuple | list) or len(result) != len(self.parts):
            return dict.fromkeys(self.parts, result)
        return dict(zip(self.parts, result, strict=True))


@dataclass(frozen=True)
class Verdict:
    """What the check says of an answer.

    Attributes
    ----------
    kind : str
        'not attempted', 'right', 'known mistake', 'difference' or 'failure'.
    text : str
        For the learner.
    mistake : Mistake, optional
        The one that was recognised.
    """

    kind: str
    text: str
    mistake: Mistake | None = None

    def __repr__(self) -> str:
        return self.text

    @property
    def html(self) -> str:
        """The text, with what stands between backticks as code."""
        return CODE.sub(r"<code>\1</code>", escape(self.text))

    def _repr_html_(self) -> str:
        return f'<div role="status" style="white-space: pre-wrap">{self.html}</div>'


def judge(exercise: Exercise, answer: Answer, seed: int = 0) -> Verdict:
    """Say of an answer what it is.

    Parameters
    ----------
    exercise : Exercise
    answer : callable
        With the arguments of `exercise.solution`.
    seed : int
        Of the trials.
    """
    trials = trials_of(exercise, seed)
    theirs, changed = _run_in_time(exercise, answer, trials)
    if _interrupted(theirs[-1]):
        return Verdict("failure", str(theirs[-1]))
    if _is_stub(answer, theirs):
        return Verdict("not attempted", NOT_ATTEMPTED)
    right = _right(exercise, seed)
    if _agree(theirs, right, exercise.parts, exercise.tolerance):
        if changed:
            return _written(answer, changed)
        return Verdict("right", f"Right, in all {len(trials)} trials.")
    known = _known_mistake(exercise, _wrong(exercise, seed), theirs, right)
    return known or _first_difference(exercise, answer, trials, theirs, right, changed)


def _written(answer: Answer, changed: Mapping[str, bool]) -> Verdict:
    """Say that the numbers are right, and what was given isn't what it was."""
    words, hint = ROUNDED if all(changed.values()) else WRITTEN
    found = Mistake(words.format(_names(changed)), hint, Misconception.CACHES, answer)
    return Verdict("known mistake", f"Not yet. {found.name} {found.hint}", found)


def _names(changed: Iterable[str]) -> str:
    return " and ".join(f"`{name}`" for name in changed)


# Learners try more than once, and all that isn't theirs is the same each time


@lru_cache(maxsize=32)
def trials_of(exercise: Exercise, seed: int = 0) -> Sequence[Trial]:
    """Return the trials of a seed, made once."""
    return exercise.make_trials(seed)


@lru_cache(maxsize=32)
def _right(exercise: Exercise, seed: int) -> Sequence[Outcome]:
    return [exercise.run(exercise.solution, trial) for trial in trials_of(exercise, seed)]


@lru_cache(maxsize=32)
def _wrong(exercise: Exercise, seed: int) -> Sequence[tuple[Mistake, Sequence[Outcome]]]:
    trials = trials_of(exercise, seed)
    with np.errstate(all="ignore"):
        return [
            (mistake, [exercise.run(mistake.answer, trial) for trial in trials])
            for mistake in exercise.mistakes
        ]


def _run_in_time(
    exercise: Exercise, answer: Answer, trials: Sequence[Trial]
) -> tuple[list[Outcome], dict[str, bool]]:
    """Run the answer in all trials, or up to the one in which it is interrupted.

    Besides, see which of its arguments it has changed.
    """
    outcomes: list[Outcome] = []
    changed: dict[str, bool] = {}
    try:
        with time_limit():
            for trial in trials:
                arguments = copy.deepcopy(trial.arguments)
                outcomes.append(exercise.run_on(answer, arguments))
                for name, is_rounding in exercise.changes(trial.arguments, arguments).items():
                    changed[name] = is_rounding and changed.get(name, True)
                if _interrupted(outcomes[-1]):
                    break
    except KeyboardInterrupt:  # between two trials
        outcomes.append(STOPPED)
    return outcomes, changed


def _interrupted(outcome: Outcome) -> bool:
    return isinstance(outcome, Failure) and outcome.kind == "Interrupted"


def _is_stub(answer: Answer, outcomes: Iterable[Outcome]) -> bool:
    """Whether the dots of the stub are still there, or nothing is."""
    first = next(iter(outcomes))
    if isinstance(first, Failure):
        return bool(DOTS.search(first.message)) or has_dots(answer)
    return any(holds_dots(value) for value in first.values()) or is_empty(answer)


def _agree(
    mine: Sequence[Outcome], theirs: Sequence[Outcome], parts: Sequence[str], tolerance: float
) -> bool:
    """Whether two answers give the same in every trial; failures of one kind are the same."""
    return all(
        a.kind == b.kind
        if isinstance(a, Failure) and isinstance(b, Failure)
        else not isinstance(a, Failure)
        and not isinstance(b, Failure)
        and all(agree(a[part], b[part], tolerance) for part in parts)
        for a, b in zip(mine, theirs, strict=True)
    )


def _known_mistake(
    exercise: Exercise,
    wrong: Sequence[tuple[Mistake, Sequence[Outcome]]],
    theirs: Sequence[Outcome],
    right: Sequence[Outcome],
) -> Verdict | None:
    """Find the mistake that gives the same in all parts, or else in the first wrong part.

    In the second case it may spoil no part that is right here: its name would say too much.
    """

    def spoiled(outcomes: Sequence[Outcome]) -> list[str]:
        return [p for p in exercise.parts if not _agree(outcomes, right, [p], exercise.tolerance)]

    mine = spoiled(theirs)
    for parts in (exercise.parts, mine[:1]):
        for mistake, outcomes in wrong:
            if _same(theirs, outcomes, parts, exercise.tolerance):
                its = spoiled(outcomes)
                if its and (parts is exercise.parts or set(its) <= set(mine)):
                    words = f"Not yet. {mistake.name} {mistake.hint}"
                    return Verdict("known mistake", words, mistake)
    return None


def _same(
    mine: Sequence[Outcome], theirs: Sequence[Outcome], parts: Sequence[str], tolerance: float
) -> bool:
    """Whether they agree both ways: where a dict has a key too few, only one way sees it."""
    return _agree(mine, theirs, parts, tolerance) and _agree(theirs, mine, parts, tolerance)


def _first_difference(
    exercise: Exercise,
    answer: Answer,
    trials: Sequence[Trial],
    theirs: Sequence[Outcome],
    right: Sequence[Outcome],
    changed: Mapping[str, bool],
) -> Verdict:
    outside = [OUTSIDE.format(name) for name in data_from_outside(answer)]
    outside += [ALSO_WRITTEN.format(_names(changed))] if changed else []
    for number, (trial, got, expected) in enumerate(zip(trials, theirs, right, strict=True), 1):
        given = f"Trial {number} of {len(trials)}: {trial.about}. {_given(exercise, trial)}"
        if isinstance(got, Failure):
            unread = got.kind == Unreadable.__name__
            said = f"Not yet. {got.message}" if unread else f"Your function stopped: {got}"
            return Verdict("failure", "\n".join([said, *outside, given]))
        assert not isinstance(expected, Failure)
        for part in exercise.parts:
            if not agree(got[part], expected[part], exercise.tolerance):
                said = _not_parts(exercise, part, got) or describe_difference(
                    part, got[part], expected[part], exercise.tolerance
                )
                factor = _common_factor(part, theirs, right)
                lines = [f"Not yet. {said}", *factor, *outside, given]
                return Verdict("difference", "\n".join(lines))
    raise AssertionError("the outcomes don't differ")


def _not_parts(exercise: Exercise, part: str, got: Mapping[str, Any]) -> str:
    """Say so if nothing came, or one result where several are expected."""
    one, *others = got.values()
    is_one = not exercise.observe and all(other is one for other in others)
    if got[part] is None and (exercise.observe or is_one):
        return f"{part} is None. Does the function end with `return`?"
    if not others or not is_one:
        return ""
    wanted = ", ".join(exercise.parts)
    return f"Expected {len(exercise.parts)} results, in this order: {wanted}. Got {kind_of(one)}."


def _common_factor(part: str, theirs: Sequence[Outcome], right: Sequence[Outcome]) -> list[str]:
    """Say so if the part is right but for one factor, the same in every trial."""
    factors = set()
    for got, expected in zip(theirs, right, strict=True):
        if isinstance(got, Failure) or isinstance(expected, Failure):
            return []
        factors.add(factor_between(got[part], expected[part]))
    factor = factors.pop()
    one = not factors and factor not in (0, 1)
    return [f"It is {factor:g} times that, everywhere."] if one else []


def _given(exercise: Exercise, trial: Trial) -> str:
    names = inspect.signature(exercise.solution).parameters
    said = [_argument(*pair) for pair in zip(names, trial.arguments, strict=True)]
    return f"Given: {'; '.join(filter(None, said))}."


def _argument(name: str, value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{name} of shape {value.shape}"
    if isinstance(value, Mapping):
        return ", ".join(_argument(f"{name}[{key}]", inner) for key, inner in value.items())
    if isinstance(value, Activation):
        return f"{name} {value.name}"
    said = repr(value)
    is_long = len(said) > LONGEST or "\n" in said
    return "" if callable(value) or is_long else f"{name} = {said}"
