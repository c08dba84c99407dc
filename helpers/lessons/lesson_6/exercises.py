"""The exercises of lesson 6, softmax and cross-entropy: solutions, and numbers to try them on."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from helpers.activations import REGISTRY, Activation
from helpers.exercises.cases import SHAPES, Shape, make_case, with_every_activation
from helpers.exercises.comparing import SAID as VERDICTS
from helpers.exercises.comparing import as_numbers
from helpers.exercises.exercise import Exercise, Outcome, Trial
from helpers.exercises.mistakes import Answer
from helpers.lessons.lesson_3.exercises import hidden_delta, layer_gradients
from helpers.texts import read, say
from helpers.validation import Array

Arrays = Mapping[int, Array]  # by the number of the layer
SAID = read("lesson_6/exercises")
OUTPUTS = ((3, 5), (10, 4), (4, 4))  # classes and samples; as many of both once
LARGE = {  # one column per sample
    "far": [[900.0, -900.0, 900.0], [899.0, -902.0, -900.0]],
    "apart": [[0.0, 800.0, -1500.0], [1.0, 799.0, -1500.5], [-2.0, 802.0, -1502.0]],
}


def one_hot(classes: NDArray[np.intp], k: int) -> Array:
    """Return a column for each sample, with a 1 in the row of its class."""
    return np.eye(k)[:, classes]


def softmax(Z: Array) -> Array:
    """Return shares that sum to 1 in each column; the largest z is brought to 0 first."""
    powers = np.exp(Z - Z.max(axis=0))
    return powers / powers.sum(axis=0)


def softmax_delta(A: Array, Y: Array) -> Array:
    """Return δ of the output."""
    return (A - Y) / A.shape[1]


def digits_backward(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Mapping[int, Activation]
) -> tuple[dict[int, Array], dict[int, Array]]:
    """Return dW and db by layer: lesson 3's pass, from another δ of the output."""
    L, dW, db = len(W), {}, {}
    delta = {L: softmax_delta(A[L], Y)}
    for l in range(L, 0, -1):
        dW[l], db[l] = layer_gradients(l, delta, A)
        if l > 1:
            delta[l - 1] = hidden_delta(l, W, delta, Z, activations[l - 1])
    return dW, db


def _one_hot_trials(rng: np.random.Generator) -> list[Trial]:
    """Make trials in which the last class is there, or isn't: it has a row all the same."""
    about = SAID["one_hot"]["trial"]
    draws = (
        (3, rng.permutation([2, 0, 2, 1, 0, 0, 1])),
        (10, rng.permutation([7, 3, 0, 8, 3, 5])),
        (4, rng.permutation([3, 1, 1, 0])),
    )
    return [Trial(about.format(k=k, m=len(classes)), (classes, k)) for k, classes in draws]


def _ones_in_words(_answer: Answer, trials: Sequence[Trial], outcomes: Sequence[Outcome]) -> str:
    """Say where the 1s of the first wrong column stand, where all is zeros and ones."""
    said = SAID["one_hot"]
    for trial, outcome in zip(trials, outcomes, strict=True):
        right = one_hot(*trial.arguments)
        Y = as_numbers(*outcome.values()) if isinstance(outcome, Mapping) else None
        if Y is None or Y.shape != right.shape:
            return ""
        if not (is_bit := np.isin(Y, (0, 1))).all():
            return said["others"].format(value=f"{Y[~is_bit][0]:.3g}")
        for column, of_class in enumerate(trial.arguments[0]):
            rows = np.flatnonzero(Y[:, column])
            if rows.tolist() != [of_class]:
                way = ("none", "one", "several")[min(len(rows), 2)]
                got = said[way].format(rows=say("comma").join(map(str, rows)))
                return said["is"].format(column=column, expected=of_class, got=got)
    return ""


def _softmax_trials(rng: np.random.Generator) -> list[Trial]:
    draws = {"usual": rng.normal(size=(4, 7)), "square": 3 * rng.normal(size=(5, 5))}
    draws |= {key: np.array(Z) for key, Z in LARGE.items()}
    return [Trial(SAID["softmax"][key], (Z,)) for key, Z in draws.items()]


def _sums_in_words(_answer: Answer, trials: Sequence[Trial], outcomes: Sequence[Outcome]) -> str:
    """Say what the first column sums to that has no shares."""
    for trial, outcome in zip(trials, outcomes, strict=True):
        A = as_numbers(*outcome.values()) if isinstance(outcome, Mapping) else None
        if A is None or A.shape != trial.arguments[0].shape:
            return ""
        sums = A.sum(axis=0)
        for column in np.flatnonzero(~np.isclose(sums, 1))[:1]:
            total = {"column": column, "got": f"{sums[column]:.4g}"}
            return SAID["softmax"]["sums"].format(about=trial.about, **total)
    return ""


def _delta_trials(rng: np.random.Generator) -> list[Trial]:
    about = SAID["softmax_delta"]["trial"]
    return [
        Trial(about.format(k=k, m=m), (softmax(rng.normal(size=(k, m))), _labels(rng, k, m)))
        for k, m in OUTPUTS
    ]


def _labels(rng: np.random.Generator, k: int, m: int) -> Array:
    return one_hot(rng.integers(k, size=m), k)


def _backward_trials(rng: np.random.Generator) -> list[Trial]:
    return [_ending_in_softmax(rng, *shape) for shape in with_every_activation(SHAPES)]


def _ending_in_softmax(rng: np.random.Generator, *shape: *Shape) -> Trial:
    sizes, names, m = shape
    sizes = (*sizes[:-1], sizes[-1] if sizes[-1] > 1 else 3)  # one share alone is always 1
    case, L = make_case(rng, sizes, names, m), len(names)
    names, pairs = (*names[:-1], "softmax"), dict(enumerate(case.network.activations, 1))
    said = {"sizes": "-".join(map(str, sizes)), "activations": ", ".join(names), "m": m}
    A, Y = case.A | {L: softmax(case.Z[L])}, _labels(rng, sizes[-1], m)
    pairs[L] = REGISTRY["softmax"]
    return Trial(VERDICTS["case"].format(**said), (case.W, A, case.Z, Y, pairs))


EXERCISES = (
    Exercise.of(one_hot, _one_hot_trials, explain=_ones_in_words),
    Exercise.of(softmax, _softmax_trials, explain=_sums_in_words),
    Exercise.of(softmax_delta, _delta_trials),
    Exercise.of(digits_backward, _backward_trials),
)
