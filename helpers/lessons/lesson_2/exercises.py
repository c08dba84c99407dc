"""The exercises of lesson 2, the forward pass: solutions, and layers to try them on."""

from typing import Any

import numpy as np

from helpers.activations import Activation
from helpers.exercises.cases import random_cases
from helpers.exercises.checking import Exercise, Trial, Unreadable
from helpers.exercises.comparing import as_numbers
from helpers.exercises.mistakes import Answer
from helpers.exercises.reading import holds_dots
from helpers.texts import read
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
    draws = [sorted(map(int, rng.permutation(np.arange(5, 20))[:2])) for _ in range(2)]
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
    Exercise.of(layer_shapes, _shape_trials, observe=_as_arrays),
    Exercise.of(he_weights, _draws_trials, observe=_with_draws),
    Exercise.of(layer_forward, _layer_trials),
)
