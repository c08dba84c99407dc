"""The check: what the learner wrote runs beside the right answer, and beside each known mistake.

The learner's function is compared by value, on random networks made for it, so every correct
way of writing it passes. If it is wrong, it is compared with what each known mistake would have
given: the one that agrees in every trial is named. Otherwise the first difference is shown. The
trials are the same each time, so the same answer gets the same words.
"""

import copy
import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from functools import lru_cache
from html import escape
from io import StringIO
from itertools import permutations
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
from helpers.exercises.mistakes import Answer, Mistake, mistakes_of
from helpers.exercises.reading import (
    data_from_outside,
    has_dots,
    holds_dots,
    is_empty,
    returns_in_a_loop,
)
from helpers.exercises.running import STOPPED, Failure, attempt, time_limit
from helpers.texts import read

Outcome = Mapping[str, Any] | Failure  # what one run gave, by the name of each part
NOT_ATTEMPTED = "Not attempted yet. Put your own lines where the dots are, and run the cell again."
UNSTEADY = (
    "Not yet. Run twice on the same arguments, it gives two different results. Does it draw "
    "random numbers of its own, or keep something from one call to the next? All that it needs "
    "is among its arguments."
)
REORDERED = "Not yet. The results are right, but not in the order that is asked for."
IN_A_LOOP = "A `return` stands inside a loop of yours: how many times does the loop run?"
WRITTEN = (
    "The numbers are right, but your function has changed {}, which it was given.",
    "What is written into an argument is written into the caller's array, and the caller may "
    "still need it. Work on a copy, or give what you compute a name of its own.",
)
ROUNDED = (
    "The numbers are right, but your function has left rounding in {}, which it was given.",
    "In floats, adding a number and subtracting it again may change the last digit. How do you "
    "get back the very value that was there?",
)
ALSO_WRITTEN = "It also changes {}, which it was given."
OUTSIDE = "It takes {} from the notebook; its arguments hold other data."
DOTS = re.compile("'ellipsis'|type ellipsis")  # Python's words and NumPy's for them
CODE = re.compile("`([^`\n]+)`")
ROUNDING = 1e-12  # by which adding and subtracting again may change a number
LONGEST = 80  # characters of an argument that are worth showing


class Unreadable(Exception):
    """What a function returned can't be compared; the words, which are for the learner, say why."""


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
        What the function returns, in order; each is compared on its own.
    observe : callable, optional
        ``observe(answer, arguments)`` runs the answer and gives the parts in their order, where
        more counts than what the function returns.
    tolerance : float
        How close counts as right, relative to the largest number of a part.
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
    observe: Callable[[Answer, tuple[Any, ...]], tuple[Any, ...]] | None = None
    tolerance: float = 1e-7
    may_change: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        solution: Answer,
        trials: Callable[[np.random.Generator], Sequence[Trial]],
        name: str = "",
        also: tuple[Mistake, ...] = (),
        **how: Any,
    ) -> "Exercise":
        """Return an exercise whose words and mistakes are in exercises.toml beside its solution.

        Parameters
        ----------
        solution, trials : callable
        name : str
            The table in the file; as the solution, if it isn't given.
        also : tuple of Mistake
            Those of another exercise that can be made in this one, too.
        **how
            `observe`, `tolerance` and `may_change`, where they aren't the usual ones.
        """
        name, folder = name or solution.__name__, solution.__module__.split(".")[-2]
        words = read(f"{folder}/exercises")[name]
        return cls(
            name=name,
            lesson=int(folder.removeprefix("lesson_")),
            title=words["title"],
            solution=solution,
            trials=trials,
            mistakes=(*also, *mistakes_of(solution, name)),
            parts=tuple(words["parts"]),
            **how,
        )

    def make_trials(self, seed: int = 0) -> Sequence[Trial]:
        """Return the trials of a seed; learners all get those of seed 0."""
        return self.trials(np.random.default_rng([seed, *self.name.encode()]))

    def run(self, answer: Answer, trial: Trial) -> Outcome:
        """Run an answer on a copy of the trial's arguments."""
        return self.run_on(answer, copy.deepcopy(trial.arguments))

    def run_on(self, answer: Answer, arguments: tuple[Any, ...]) -> Outcome:
        """Run an answer on arguments that it may spoil."""
        outcome: Outcome = attempt(answer, lambda: self._name_parts(answer, arguments))
        return outcome

    def changes(self, before: tuple[Any, ...], after: tuple[Any, ...]) -> dict[str, bool]:
        """Return which arguments a run has changed though it may not, and if by rounding alone."""
        names = inspect.signature(self.solution).parameters
        return {
            name: agree(new, old, ROUNDING)
            for name, old, new in zip(names, before, after, strict=True)
            if name not in self.may_change and not is_as_it_was(old, new)
        }

    def _name_parts(self, answer: Answer, arguments: tuple[Any, ...]) -> Mapping[str, Any]:
        if self.observe:
            return dict(zip(self.parts, self.observe(answer, arguments), strict=True))
        result = answer(*arguments)
        if len(self.parts) == 1:
            return {self.parts[0]: result}
        if result is None or holds_dots(result):
            return dict.fromkeys(self.parts, result)
        if not isinstance(result, tuple | list) or len(result) != len(self.parts):
            wanted = f"{len(self.parts)} results, in this order: {', '.join(self.parts)}"
            raise Unreadable(f"Expected {wanted}. Got {kind_of(result)}.")
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


@dataclass(frozen=True)
class Run:
    """What an answer gave in all trials.

    Attributes
    ----------
    outcomes : list
        Of each trial.
    changed : dict from str to bool
        The arguments that it has changed though it may not, and if by rounding alone.
    """

    outcomes: list[Outcome]
    changed: dict[str, bool]


def judge(exercise: Exercise, answer: Answer, seed: int = 0) -> Verdict:
    """Judge an answer.

    Parameters
    ----------
    exercise : Exercise
    answer : callable
        With the arguments of `exercise.solution`.
    seed : int
        Of the trials.
    """
    first, again = _run_in_time(exercise, answer, seed)
    if _interrupted(again.outcomes[-1]):
        return Verdict("failure", str(again.outcomes[-1]))
    if _is_stub(answer, first.outcomes):
        return Verdict("not attempted", NOT_ATTEMPTED)
    verdict = _say(exercise, answer, seed, first)
    if again is first:
        return verdict
    if _same(first.outcomes, again.outcomes, exercise.parts, exercise.tolerance):
        return verdict
    then = _say(exercise, answer, seed, again)
    is_steady = verdict.text == then.text or verdict.kind == then.kind == "failure"
    return verdict if is_steady else Verdict("difference", "\n".join([UNSTEADY, *_outside(answer)]))


def _say(exercise: Exercise, answer: Answer, seed: int, run: Run) -> Verdict:
    """Judge one run in all trials."""
    trials, right = trials_of(exercise, seed), _right(exercise, seed)
    if _agree(run.outcomes, right, exercise.parts, exercise.tolerance):
        said = Verdict("right", f"Right, in all {len(trials)} trials.")
        return _written(answer, run.changed) if run.changed else said
    if _in_another_order(exercise, run.outcomes, right):
        return Verdict("difference", REORDERED)
    known = _known_mistake(exercise, seed, run.outcomes)
    if known is None:
        return _first_difference(exercise, answer, trials, run, right)
    return replace(known, text="\n".join([known.text, *_outside(answer)]))


def _outside(answer: Answer) -> list[str]:
    return [OUTSIDE.format(name) for name in data_from_outside(answer)]


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
def _wrong(exercise: Exercise, seed: int) -> Sequence[tuple[Mistake, Sequence[Outcome], set[str]]]:
    """Return each known mistake, what it gives, and the parts that it spoils."""
    trials, right = trials_of(exercise, seed), _right(exercise, seed)
    with np.errstate(all="ignore"):
        found = [
            (mistake, [exercise.run(mistake.answer, trial) for trial in trials])
            for mistake in exercise.mistakes
        ]
    return [(*pair, set(_spoiled(exercise, pair[1], right))) for pair in found]


def _spoiled(
    exercise: Exercise, outcomes: Sequence[Outcome], right: Sequence[Outcome]
) -> list[str]:
    return [p for p in exercise.parts if not _agree(outcomes, right, [p], exercise.tolerance)]


def _run_in_time(exercise: Exercise, answer: Answer, seed: int) -> tuple[Run, Run]:
    """Run the answer in all trials, and again if it isn't right: some never do the same twice."""
    trials, right = trials_of(exercise, seed), _right(exercise, seed)
    try:
        with time_limit():
            first = _run_all(exercise, answer, trials)
            if _interrupted(first.outcomes[-1]):
                return first, first
            if _agree(first.outcomes, right, exercise.parts, exercise.tolerance):
                return first, first
            with redirect_stdout(StringIO()):  # whatever it prints has been printed
                return first, _run_all(exercise, answer, trials)
    except KeyboardInterrupt:  # between two trials
        return Run([STOPPED], {}), Run([STOPPED], {})


def _run_all(exercise: Exercise, answer: Answer, trials: Sequence[Trial]) -> Run:
    """Run the answer in all trials, or up to the one in which it is stopped."""
    run = Run([], {})
    for trial in trials:
        arguments = copy.deepcopy(trial.arguments)
        run.outcomes.append(exercise.run_on(answer, arguments))
        for name, is_rounding in exercise.changes(trial.arguments, arguments).items():
            run.changed[name] = is_rounding and run.changed.get(name, True)
        if _interrupted(run.outcomes[-1]):
            break
    return run


def _interrupted(outcome: Outcome) -> bool:
    return isinstance(outcome, Failure) and outcome.kind == "Interrupted"


def _is_stub(answer: Answer, outcomes: Iterable[Outcome]) -> bool:
    """Whether the dots of the stub are still there, or the function is empty."""
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


def _known_mistake(exercise: Exercise, seed: int, theirs: Sequence[Outcome]) -> Verdict | None:
    """Find the mistake that gives the same in all parts, or else in those that it spoils.

    In the second case other parts are wrong as well, but none before: so its name is true of the
    first part that is wrong. Where `observe` takes one result apart, this part is enough.
    """
    wrong, mine = _wrong(exercise, seed), _spoiled(exercise, theirs, _right(exercise, seed))
    for is_whole in (True, False):
        for mistake, outcomes, its in wrong:
            parts = exercise.parts if is_whole else mine[:1] if exercise.observe else list(its)
            is_within = is_whole or (mine[0] in its and its <= set(mine))
            if its and is_within and _same(theirs, outcomes, parts, exercise.tolerance):
                words = f"Not yet. {mistake.name} {mistake.hint}"
                return Verdict("known mistake", words, mistake)
    return None


def _same(
    mine: Sequence[Outcome], theirs: Sequence[Outcome], parts: Sequence[str], tolerance: float
) -> bool:
    """Whether they agree both ways: where a dict lacks a key, only one way sees it.

    Where no trial has given numbers, the messages have to be the same.
    """
    if all(isinstance(outcome, Failure) for outcome in mine):
        said = [[getattr(outcome, "message", None) for outcome in all_] for all_ in (mine, theirs)]
        return said[0] == said[1]
    return _agree(mine, theirs, parts, tolerance) and _agree(theirs, mine, parts, tolerance)


def _in_another_order(
    exercise: Exercise, theirs: Sequence[Outcome], right: Sequence[Outcome]
) -> bool:
    """Whether the results are the right ones, but not in the order that is asked for."""
    results = [list(outcome.values()) for outcome in theirs if not isinstance(outcome, Failure)]
    if len(results) < len(theirs):
        return False
    for order in permutations(exercise.parts):
        named = [dict(zip(order, values, strict=True)) for values in results]
        if _agree(named, right, order, exercise.tolerance):
            return True
    return False


def _first_difference(
    exercise: Exercise,
    answer: Answer,
    trials: Sequence[Trial],
    run: Run,
    right: Sequence[Outcome],
) -> Verdict:
    outside = [*_outside(answer), *[IN_A_LOOP] * returns_in_a_loop(answer)]
    outside += [ALSO_WRITTEN.format(_names(run.changed))] if run.changed else []
    for number, (trial, got, expected) in enumerate(
        zip(trials, run.outcomes, right, strict=True), 1
    ):
        given = f"Trial {number} of {len(trials)}: {trial.about}. {_given(exercise, trial)}"
        if isinstance(got, Failure):
            unread = got.kind == Unreadable.__name__
            said = f"Not yet. {got.message}" if unread else f"Your function stopped: {got}"
            return Verdict("failure", "\n".join([said, *outside, given]))
        assert not isinstance(expected, Failure)
        for part in exercise.parts:
            if not agree(got[part], expected[part], exercise.tolerance):
                said = _without_return(exercise, part, got) or describe_difference(
                    part, got[part], expected[part], exercise.tolerance
                )
                factor = _common_factor(part, run.outcomes, right)
                lines = [f"Not yet. {said}", *factor, *outside, given]
                return Verdict("difference", "\n".join(lines))
    raise AssertionError("the outcomes don't differ")


def _without_return(exercise: Exercise, part: str, got: Mapping[str, Any]) -> str:
    """Say so if nothing came."""
    is_all = exercise.observe or all(value is None for value in got.values())
    is_none = got[part] is None and is_all
    return f"{part} is None. Does the function end with `return`?" if is_none else ""


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
