"""The exercises of lesson 3, the δ recursion: solutions, and networks to try them on."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from helpers.activations import ACTIVATIONS, Activation
from helpers.exercises.cases import Case, random_cases
from helpers.exercises.exercise import Exercise, Trial
from helpers.validation import Array

Arrays = Mapping[int, Array]  # by the number of the layer


def output_delta(A: Array, Y: Array, Z: Array, activation: Activation) -> Array:
    """Return δ of the output."""
    return (A - Y) / A.shape[1] * activation.derivative(Z)


def hidden_delta(l: int, W: Arrays, delta: Arrays, Z: Arrays, activation: Activation) -> Array:
    """Return δ[l-1] from δ[l]."""
    return W[l].T @ delta[l] * activation.derivative(Z[l - 1])


def layer_gradients(l: int, delta: Arrays, A: Arrays) -> tuple[Array, Array]:
    """Return dW[l] and db[l]."""
    dW = delta[l] @ A[l - 1].T
    db = delta[l].sum(axis=1, keepdims=True)
    return dW, db


def backward(
    W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Mapping[int, Activation]
) -> tuple[dict[int, Array], dict[int, Array]]:
    """Return dW and db by layer, with the three functions above."""
    L, dW, db = len(W), {}, {}
    delta = {L: output_delta(A[L], Y, Z[L], activations[L])}
    for l in range(L, 0, -1):
        dW[l], db[l] = layer_gradients(l, delta, A)
        if l > 1:
            delta[l - 1] = hidden_delta(l, W, delta, Z, activations[l - 1])
    return dW, db


def slope_of(name: str, A: Array) -> Array:
    """Return an activation's slope as a formula in A, which may be another activation's.

    Known mistakes take it.
    """
    slope = np.ones_like(A)
    ACTIVATIONS[name].backward(slope, A, A)  # ReLU is on where A > 0, too
    return slope


def _output_trials(rng: np.random.Generator) -> list[Trial]:
    return [Trial(case.about, _at_output(case)) for case in random_cases(rng)]


def _at_output(case: Case) -> tuple[Any, ...]:
    L = case.network.n_layers
    return case.A[L], case.Y, case.Z[L], case.network.activations[-1]


def _hidden_trials(rng: np.random.Generator) -> list[Trial]:
    """Make a trial of each step back; no δ is there below the layer where it starts."""
    trials = []
    for case in random_cases(rng):
        for l in range(2, case.network.n_layers + 1):
            known = {k: delta for k, delta in case.delta.items() if k >= l}
            given = l, case.W, known, case.Z, case.network.activations[l - 2]
            trials.append(Trial(f"{case.about}, l = {l}", given))
    return trials


def _layer_trials(rng: np.random.Generator) -> list[Trial]:
    return [
        Trial(f"{case.about}, l = {l}", (l, case.delta, case.A))
        for case in random_cases(rng)
        for l in range(1, case.network.n_layers + 1)
    ]


def _pass_of(case: Case) -> Trial:
    activations = dict(enumerate(case.network.activations, 1))
    return Trial(case.about, (case.W, case.A, case.Z, case.Y, activations))


def _backward_trials(rng: np.random.Generator) -> list[Trial]:
    return [_pass_of(case) for case in random_cases(rng)]


EXERCISES = (
    Exercise.of(output_delta, _output_trials),
    Exercise.of(hidden_delta, _hidden_trials),
    Exercise.of(layer_gradients, _layer_trials),
    Exercise.of(backward, _backward_trials),
)
