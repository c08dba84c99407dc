"""An answer in all trials of an exercise, beside what the right one and each known mistake give.

The trials are the same each time, so the same answer gets the same words. What isn't the learner's
is the same each time as well, and computed once.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import lru_cache
from io import StringIO
from itertools import chain
from typing import Any

import numpy as np

from helpers.exercises.comparing import agree, as_numbers, leaves
from helpers.exercises.exercise import Exercise, Outcome, Outcomes, Trial, copied
from helpers.exercises.mistakes import Answer, Mistake
from helpers.exercises.running import STOPPED, Failure, is_stopped, time_limit

Runs = Iterable[Outcome]  # of all trials, perhaps each run when it is asked for
MANY = 20  # more than an answer makes of one size before it comes to its result


@lru_cache(maxsize=32)
def trials_of(exercise: Exercise, seed: int = 0) -> Sequence[Trial]:
    """Return the trials of a seed; learners all get those of seed 0."""
    return exercise.trials(np.random.default_rng([seed, *exercise.name.encode()]))


@lru_cache(maxsize=32)
def right_in(exercise: Exercise, seed: int) -> Outcomes:
    """Return what the right answer gives."""
    return list(outcomes_of(exercise, exercise.solution, seed))


@lru_cache(maxsize=32)
def wrong_in(exercise: Exercise, seed: int) -> Sequence[tuple[Mistake, Outcomes, list[str]]]:
    """Return each known mistake, what it gives, and the parts that it spoils.

    What is made by machine and never gives wrong numbers says nothing: others stop as it does.
    """
    right = right_in(exercise, seed)
    with np.errstate(all="ignore"):
        wrong = [(m, list(outcomes_of(exercise, m.answer, seed))) for m in exercise.mistakes]
    return [
        (mistake, gives, spoiled(exercise, gives, right))
        for mistake, gives in wrong
        if not mistake.is_made or ran_wrong(exercise, gives, right)
    ]


def ran_wrong(exercise: Exercise, gives: Outcomes, right: Outcomes) -> bool:
    """Whether any trial has given wrong numbers; to stop alike doesn't say that it is the same."""
    pairs = zip(gives, right, strict=True)
    return any(not (isinstance(a, Failure) or agrees(exercise, [a], [b])) for a, b in pairs)


def outcomes_of(exercise: Exercise, answer: Answer, seed: int) -> Iterator[Outcome]:
    """Yield what an answer gives in each trial; it runs when the next one is asked for."""
    return (exercise.run(answer, trial) for trial in trials_of(exercise, seed))


@dataclass(frozen=True)
class Tried:
    """What an answer gave in all trials, or up to the one in which it was stopped.

    Attributes
    ----------
    exercise : Exercise
    answer : callable
    seed : int
        Of the trials.
    outcomes : sequence
        Of each trial.
    changed : mapping from str to bool
        The arguments that it has changed though it may not, and if by rounding alone.
    """

    exercise: Exercise
    answer: Answer
    seed: int
    outcomes: Outcomes
    changed: Mapping[str, bool]

    @property
    def trials(self) -> Sequence[Trial]:
        """The trials."""
        return trials_of(self.exercise, self.seed)

    @property
    def right(self) -> Outcomes:
        """What the right answer gives in each."""
        return right_in(self.exercise, self.seed)

    @property
    def spoiled(self) -> list[str]:
        """The parts that aren't right."""
        return spoiled(self.exercise, self.outcomes, self.right)

    @property
    def has_wrong_numbers(self) -> bool:
        """Whether all that came is numbers, and not all of them right."""
        pieces = chain.from_iterable(pieces_of(outcome).values() for outcome in self.outcomes)
        is_numbers = all(as_numbers(piece) is not None for piece in pieces)
        return is_numbers and ran_wrong(self.exercise, self.outcomes, self.right)

    def given(self, number: int) -> dict[str, Any]:
        """Return the arguments of a trial by their names; the first trial is 0."""
        return dict(zip(self.exercise.arguments, self.trials[number].arguments, strict=True))


def try_twice(exercise: Exercise, answer: Answer, seed: int) -> tuple[Tried, Tried | None]:
    """Try the answer, and again if it's wrong, since some never do the same twice."""
    right_in(exercise, seed)  # it takes no time of the learner's
    try:
        with time_limit():
            first = _try_all(exercise, answer, seed)
            if is_stopped(first.outcomes[-1]) or agrees(exercise, first.outcomes, first.right):
                return first, None
            with redirect_stdout(StringIO()):  # whatever it prints has been printed
                return first, _try_all(exercise, answer, seed, left=0.5)
    except KeyboardInterrupt:  # between two trials
        return Tried(exercise, answer, seed, [STOPPED], {}), None


def _try_all(exercise: Exercise, answer: Answer, seed: int, left: float = np.nan) -> Tried:
    outcomes: list[Outcome] = []
    changed: dict[str, bool] = {}
    for trial, right in zip(trials_of(exercise, seed), right_in(exercise, seed), strict=True):
        arguments = copied(trial.arguments)
        _leave_in_memory(left, right)
        outcomes.append(exercise.run_on(answer, arguments))
        for name, is_rounding in exercise.changes(trial.arguments, arguments).items():
            changed[name] = is_rounding and changed.get(name, True)
        if is_stopped(outcomes[-1]):
            break
    return Tried(exercise, answer, seed, outcomes, changed)


def _leave_in_memory(number: float, right: Outcome) -> None:
    """Have `np.empty` find this number, and not what is right, which was there before."""
    shapes = [np.shape(piece) for piece in pieces_of(right).values()]
    arrays = [np.full(shape, number) for shape in shapes * MANY]
    del arrays


def passes(exercise: Exercise, answer: Answer, seed: int = 0) -> bool:
    """Return whether an answer is right; it is tried up to the first trial in which it isn't."""
    return agrees(exercise, outcomes_of(exercise, answer, seed), right_in(exercise, seed))


def agrees(exercise: Exercise, mine: Runs, theirs: Runs, parts: Sequence[str] = ()) -> bool:
    """Whether these parts, or all, are as theirs in every trial; so are failures of one kind."""
    return all(
        isinstance(a, Failure) and isinstance(b, Failure) and a.kind == b.kind
        if isinstance(a, Failure) or isinstance(b, Failure)
        else all(agree(a[p], b[p], exercise.tolerance) for p in parts or exercise.parts)
        for a, b in zip(mine, theirs, strict=True)
    )


def is_same(exercise: Exercise, mine: Outcomes, theirs: Runs, parts: Sequence[str] = ()) -> bool:
    """Whether they agree both ways: where a dict lacks a key, only one way sees it.

    Where no trial has given numbers, the messages have to be the same.
    """
    if all(isinstance(outcome, Failure) for outcome in mine):
        said = [[getattr(outcome, "message", "") for outcome in runs] for runs in (mine, theirs)]
        return said[0] == said[1]
    pairs = (([a], [b]) for a, b in zip(mine, theirs, strict=True))
    return all(agrees(exercise, a, b, parts) and agrees(exercise, b, a, parts) for a, b in pairs)


def spoiled(exercise: Exercise, outcomes: Outcomes, right: Outcomes) -> list[str]:
    """Return the parts that aren't right."""
    return [part for part in exercise.parts if not agrees(exercise, outcomes, right, [part])]


def pieces_of(outcome: Outcome) -> dict[str, Any]:
    """Return the arrays of an outcome by their names; none of a failure."""
    return {} if isinstance(outcome, Failure) else leaves("", outcome)
