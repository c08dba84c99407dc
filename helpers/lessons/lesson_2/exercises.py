"""The exercises of lesson 2, the forward pass: solutions, and layers to try them on."""

from collections.abc import Mapping, Sequence
from itertools import combinations_with_replacement
from typing import Any

import numpy as np

from helpers.activations import Activation
from helpers.exercises.cases import random_cases
from helpers.exercises.comparing import as_numbers
from helpers.exercises.exercise import Exercise, Outcome, Trial, Unreadable
from helpers.exercises.mistakes import Answer
from helpers.exercises.reading import holds_dots
from helpers.lessons.lesson_2.factors import factor_in_words
from helpers.texts import read, together
from helpers.validation import Array

Shape = tuple[int, ...]
LARGEST = 1000  # a size above it isn't made into an array
SAID = read("lesson_2/exercises")


def layer_shapes(n_in: int, n_out: int, m: int) -> tuple[Shape, Shape, Shape]:
    """Return the shapes of W, b and Z."""
    return (n_out, n_in), (n_out, 1), (n_out, m)


def he_weights(draws: Array) -> Array:
    """Return He's weights from draws of spread 1, so that ReLU keeps the signal's size."""
    return draws * np.sqrt(2 / draws.shape[1])


def layer_forward(
    W: Array, b: Array, A_prev: Array, activation: Activation
) -> tuple[Array, dict[str, Array]]:
    """Return A, and the cache that the way back needs."""
    Z = W @ A_prev + b
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


def _shape_trials(rng: np.random.Generator) -> list[Trial]:
    draws = [sorted(map(int, rng.permutation(np.arange(2, 12))[:3])) for _ in range(2)]
    sizes = [order for draw in draws for order in (draw, draw[::-1])]  # none is always the largest
    about = SAID["layer_shapes"]["trial"]
    return [Trial(about.format(n_in=a, n_out=b, m=m), (a, b, m)) for a, b, m in sizes]


def _draws_trials(rng: np.random.Generator) -> list[Trial]:
    draws = [sorted(map(int, rng.permutation(np.arange(5, 20))[:2])) for _ in range(3)]
    shapes = [order for draw in draws for order in (draw, draw[::-1])]  # both wide and tall
    about = SAID["he_weights"]["trial"]
    return [
        Trial(about.format(n_in=n_in, n_out=n_out), (rng.normal(size=(n_out, n_in)),))
        for n_out, n_in in shapes
    ]


def _layer_trials(rng: np.random.Generator) -> list[Trial]:
    """Make a trial of each layer of the random networks; the last of these are square."""
    return [
        Trial(
            SAID["layer_forward"]["trial"].format(l=l, case=case.about),
            (case.W[l], case.b[l], case.A[l - 1], case.network.activations[l - 1]),
        )
        for case in random_cases(rng)
        for l in range(1, case.network.n_layers + 1)
    ]


def _as_arrays(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Make an array of each shape, so that it is spoken of as arrays are.

    Z comes first: whoever has it in rows has turned all three.
    """
    result, said = answer(*arguments), SAID["layer_shapes"]
    if result is None or result is ...:
        return (result,) * 3
    if not isinstance(result, tuple | list):
        raise TypeError(said["one_thing"].format(type=type(result).__name__))
    if len(result) != 3:
        raise Unreadable(said["not_three"].format(n=len(result)))
    W, b, Z = map(_of_shape, result)
    return Z, W, b


def _of_shape(shape: Any) -> Any:
    if holds_dots(shape):
        return shape
    if isinstance(shape, np.ndarray) and shape.dtype.kind == "f":
        return np.zeros(shape.shape)  # an array came where its shape was asked for
    sizes = np.atleast_1d(np.asarray(shape, dtype=object))  # `(n)` means `(n,)`, as for NumPy
    if sizes.ndim > 1 or not all(isinstance(n, int | np.integer) for n in sizes):
        raise Unreadable(SAID["layer_shapes"]["no_shape"].format(got=shape))
    if not all(0 <= n <= LARGEST for n in sizes):
        raise Unreadable(SAID["layer_shapes"]["no_array"].format(got=shape))
    return np.zeros([int(n) for n in sizes])


def _shapes_in_words(_answer: Answer, trials: Sequence[Trial], outcomes: Sequence[Outcome]) -> str:
    """Say the shapes that are wrong in n_in, n_out and m, where they are made of these."""
    said = []
    for part, right in (("W", "(n_out, n_in)"), ("b", "(n_out, 1)"), ("Z", "(n_out, m)")):
        shapes = [out[part].shape for out in outcomes if isinstance(out, Mapping)]
        if len(shapes) < len(trials) or len({len(shape) for shape in shapes}) > 1:
            return ""
        sizes = [_size(axis, trials) for axis in zip(*shapes, strict=True)]
        shape = f"({', '.join(sizes)}{',' * (len(sizes) == 1)})"
        if not all(sizes):
            return ""
        said += [SAID["layer_shapes"]["is"].format(part=part, shape=shape)] * (shape != right)
    return together(said)


def _size(axis: Sequence[int], trials: Sequence[Trial]) -> str:
    """Return what is as long as one axis in every trial."""
    given = [_sizes(*trial.arguments) for trial in trials]
    return next((name for name in given[0] if [all_[name] for all_ in given] == list(axis)), "")


def _sizes(n_in: int, n_out: int, m: int) -> dict[str, int]:
    plain = {"n_out": n_out, "n_in": n_in, "m": m, "1": 1}
    more = {f"{name} + 1": size + 1 for name, size in plain.items()}
    pairs = list(combinations_with_replacement(plain.items(), 2))
    more |= {f"{a} + {b}": x + y for (a, x), (b, y) in pairs}
    return plain | more | {f"{a} · {b}": x * y for (a, x), (b, y) in pairs}


def _factor_in_words(_answer: Answer, trials: Sequence[Trial], outcomes: Sequence[Outcome]) -> str:
    """Say by what the draws are multiplied, where it is made of n_in and n_out."""
    factors = []
    for trial, out in zip(trials, outcomes, strict=True):
        draws = trial.arguments[0]
        W = as_numbers(out["W"]) if isinstance(out, Mapping) else None
        if W is None or W.shape != draws.shape or not np.isfinite(W).all():
            return ""
        factors.append(W[0, 0] / draws[0, 0])
        if not np.allclose(W, factors[-1] * draws):
            return SAID["he_weights"]["no_factor"]
    if min(factors) <= 0:
        return ""
    n_out, n_in = np.array([trial.arguments[0].shape for trial in trials]).T
    factor = factor_in_words(np.array(factors), {"n_in": n_in, "n_out": n_out})
    return SAID["he_weights"]["is"].format(factor=factor) if factor else ""


def _with_draws(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Run the answer; see besides whether its weights are made of the draws, in whatever way."""
    draws = arguments[0].copy()
    W = answer(*arguments)
    follows = _follows(W, draws)
    return follows, W if follows else draws


def _follows(W: Any, draws: Array) -> bool:
    numbers = as_numbers(W)
    if numbers is None or numbers.shape != draws.shape or not np.isfinite(numbers).all():
        return True  # then the shape or the values tell more
    pairs = (numbers, draws), (np.abs(numbers), np.abs(draws))
    return np.ptp(numbers) == 0 or any(
        abs(np.corrcoef(mine.ravel(), given.ravel())[0, 1]) > 0.8 for mine, given in pairs
    )


EXERCISES = (
    Exercise.of(layer_shapes, _shape_trials, observe=_as_arrays, explain=_shapes_in_words),
    Exercise.of(he_weights, _draws_trials, observe=_with_draws, explain=_factor_in_words),
    Exercise.of(layer_forward, _layer_trials),
)
