"""The exercises of lesson 5, training: solutions, and what they are tried on."""

from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from helpers.exercises.cases import LARGE, make_case
from helpers.exercises.comparing import as_numbers
from helpers.exercises.exercise import Exercise, Outcome, Trial, copied
from helpers.exercises.mistakes import Answer
from helpers.exercises.running import attempt
from helpers.network import MLP
from helpers.texts import read
from helpers.validation import Array

Order = NDArray[np.intp]
SAID = read("lesson_5/exercises")
EPOCHS = (  # sizes, activations, samples, batch size and rate; the last batch may be smaller
    ((3, 2), ("sigmoid",), 7, 3, 1.4),
    ((2, 4, 1), ("relu", "tanh"), 8, 3, 0.9),
    ((4, 3, 2), ("tanh", "linear"), 6, 2, 0.6),
    ((2, 3), ("linear",), 5, 8, 1.2),  # no batch reaches this size
)


def update(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """Return the new θ."""
    return theta - learning_rate * gradient


def one_epoch(
    network: MLP, X: Array, Y: Array, order: Order, batch_size: int, learning_rate: float
) -> None:
    """Take a step with each batch."""
    for start in range(0, len(order), batch_size):
        batch = order[start : start + batch_size]
        _, caches = network.forward(X[:, batch])
        gradient = network.backward(caches, Y[:, batch]).vector
        network.theta[:] -= learning_rate * gradient


def _observe_update(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Take what is returned, or θ itself from an answer that writes into it."""
    result = answer(*arguments)
    return (arguments[0] if result is None else result,)


def _step_in_words(_answer: Answer, trials: Sequence[Trial], outcomes: Sequence[Outcome]) -> str:
    """Say how θ and its gradient are added in the first trial that is wrong, where they are."""
    said = ""
    for trial, outcome in zip(trials, outcomes, strict=True):
        new = as_numbers(*outcome.values()) if isinstance(outcome, Mapping) else None
        given = np.stack(trial.arguments[:2], axis=1)
        if new is None or new.shape != given.shape[:1]:
            return ""
        a, b = (np.linalg.lstsq(given, new)[0].round(9) + 0.0).tolist()  # no −0
        if not np.allclose(given @ [a, b], new):
            return ""
        if not said and not np.allclose(new, update(*trial.arguments)):
            terms = {"a": f"{a:.3g}", "b": f"{abs(b):.3g}", "sign": "−" if b < 0 else "+"}
            said = SAID["update"]["is"].format(rate=trial.arguments[2], **terms)
    return said


def _update_trials(rng: np.random.Generator) -> list[Trial]:
    return [
        Trial(SAID["update"]["trial"].format(n=n), (*rng.normal(0, size, (2, n)), rate))
        for n, size, rate in ((3, 1, 0.5), (5, 1, 0.1), (8, LARGE, 2.0))
    ]


def _observe_epoch(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Take θ; who returns the dots of the stub and moves nothing hasn't attempted it."""
    theta = arguments[0].theta
    before = theta.copy()
    is_stub = answer(*arguments) is ... and np.array_equal(theta, before)
    return (... if is_stub else theta,)


def _samples_in_words(answer: Answer, trials: Sequence[Trial], _outcomes: Sequence[Outcome]) -> str:
    """Say which samples a step sees, where it isn't those of its batch."""
    for trial in trials:
        seen = _seen(answer, copied(trial.arguments))
        order, batch_size = trial.arguments[3:5]
        starts = range(0, len(order), batch_size)
        asked = [order[start : start + batch_size].tolist() for start in starts]
        for step, (mine, theirs) in enumerate(zip_longest(seen, asked), 1):
            if not seen or (mine and -1 in mine):
                return ""
            if sorted(mine or []) != sorted(theirs or []):
                return _said(trial, step, mine, theirs)
    return ""


def _said(trial: Trial, step: int, mine: list[int] | None, theirs: list[int] | None) -> str:
    way = "no_step" if mine is None else "no_more" if theirs is None else "others"
    got, expected = (", ".join(map(str, samples or [])) for samples in (mine, theirs))
    return SAID["one_epoch"][way].format(about=trial.about, step=step, got=got, expected=expected)


def _seen(answer: Answer, arguments: tuple[Any, ...]) -> list[list[int]]:
    """Return the numbers of the samples in each forward pass; −1 for what isn't one."""
    network, X = arguments[:2]
    forward, samples, seen = network.forward, X.T.copy(), []

    def watched(columns: Array) -> Any:
        found = [np.flatnonzero((samples == column).all(axis=1)) for column in np.array(columns).T]
        seen.append([int(places[0]) if len(places) else -1 for places in found])
        return forward(columns)

    network.forward = watched
    attempt(answer, lambda: answer(*arguments))
    return seen


def _epoch_trials(rng: np.random.Generator) -> list[Trial]:
    trials = []
    for sizes, activations, m, batch_size, rate in EPOCHS:
        case = make_case(rng, sizes, activations, m, labels=1)
        order = np.append(m - 1, rng.permutation(m - 1))  # no row of X or Y has the first number
        about = SAID["one_epoch"]["trial"].format(m=m, batch_size=batch_size)
        trials.append(Trial(about, (case.network, case.X, case.Y, order, batch_size, rate)))
    return trials


EXERCISES = (
    Exercise.of(
        update,
        _update_trials,
        observe=_observe_update,
        may_change=("theta",),
        explain=_step_in_words,
    ),
    Exercise.of(
        one_epoch,
        _epoch_trials,
        observe=_observe_epoch,
        may_change=("network",),
        explain=_samples_in_words,
    ),
)
