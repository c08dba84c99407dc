"""The shapes of a layer: the learner writes those of W, b and Z."""

from typing import Any

import numpy as np

from helpers.exercises.checking import Exercise, Trial, Unreadable, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.exercises.mistakes import Answer
from helpers.exercises.reading import holds_dots

Shape = tuple[int, ...]
Shapes = tuple[Shape, Shape, Shape]
LARGEST = 1000  # a size above it isn't made into an array


def _layer_shapes(n_in: int, n_out: int, m: int) -> Shapes:
    return (n_out, n_in), (n_out, 1), (n_out, m)


@mistake(
    M.ORIENTATION,
    "Much other code has samples in rows, and it is right there: W has to fit the formula in "
    "which it stands. In this course the samples stand side by side. So what is a column of Z?",
)
def samples_in_rows(n_in: int, n_out: int, m: int) -> Shapes:
    """Your Z has a row for each sample."""
    return (n_in, n_out), (1, n_out), (m, n_out)


@mistake(
    M.ORIENTATION,
    "In this course the samples stand side by side, in A_prev as well. Multiply a W of shape "
    "(n_out, n_in) by it: what comes out?",
)
def z_in_rows(n_in: int, n_out: int, m: int) -> Shapes:
    """In your Z, rows and columns have changed places: it is (m, n_out)."""
    return (n_out, n_in), (n_out, 1), (m, n_out)


@mistake(
    M.ORIENTATION,
    "Row i of Z belongs to unit i of this layer, the one that computes it. How many units are "
    "there: n_in or n_out?",
)
def units_of_the_input(n_in: int, n_out: int, m: int) -> Shapes:
    """Your Z has a row for each input of the layer."""
    return (n_out, n_in), (n_out, 1), (n_in, m)


@mistake(
    M.SAMPLES,
    "W A_prev + b is computed for all samples at once. Where are they in A_prev, and where do "
    "they come out?",
)
def one_sample(n_in: int, n_out: int, m: int) -> Shapes:
    """Your Z has room for one sample."""
    return (n_out, n_in), (n_out, 1), (n_out, 1)


@mistake(
    M.ORIENTATION,
    "W stands left of A_prev, which has n_in rows. Which of W's two sizes meets them in the "
    "product, and which one is left for Z?",
)
def turned_weights(n_in: int, n_out: int, m: int) -> Shapes:
    """W lies the other way round."""
    return (n_in, n_out), (n_out, 1), (n_out, m)


@mistake(
    M.ORIENTATION,
    "The weights are the same for every sample; a new sample brings no new weight. What does a "
    "unit have a weight for?",
)
def weights_for_each_sample(n_in: int, n_out: int, m: int) -> Shapes:
    """W has a column for each sample."""
    return (n_out, m), (n_out, 1), (n_out, m)


@mistake(
    M.ORIENTATION,
    "It may run, and with as many samples as units NumPy adds it to the wrong ones: it lines "
    "shapes up from the right. What shape does a column have?",
)
def flat_bias(n_in: int, n_out: int, m: int) -> Shapes:
    """Your b has one size only, so it is neither a row nor a column."""
    return (n_out, n_in), (n_out,), (n_out, m)


@mistake(
    M.ORIENTATION,
    "In this course the units of a layer are one below the other, in Z. b gives each of them a "
    "number; how does it have to lie?",
)
def row_bias(n_in: int, n_out: int, m: int) -> Shapes:
    """Your b is a row."""
    return (n_out, n_in), (1, n_out), (n_out, m)


@mistake(
    M.SAMPLES,
    "The added array does have that shape once NumPy has repeated b. But which numbers are the "
    "parameters? Does a unit have a different bias for each sample?",
)
def bias_for_each_sample(n_in: int, n_out: int, m: int) -> Shapes:
    """Your b has a column for each sample."""
    return (n_out, n_in), (n_out, m), (n_out, m)


@mistake(
    M.ORIENTATION,
    "b is added to W A_prev. How many rows does that product have?",
)
def bias_of_the_input(n_in: int, n_out: int, m: int) -> Shapes:
    """Your b has a number for each input instead of each unit."""
    return (n_out, n_in), (n_in, 1), (n_out, m)


@mistake(
    M.ORIENTATION,
    "If all units shared one bias, they could only move together. How many does a layer have?",
)
def one_bias(n_in: int, n_out: int, m: int) -> Shapes:
    """Your b is a single number."""
    return (n_out, n_in), (1, 1), (n_out, m)


def _as_arrays(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Make an array of each shape, so that it is spoken of as arrays are."""
    result = answer(*arguments)
    if result is None or result is ...:
        return (result,) * 3
    if not isinstance(result, tuple | list):
        came = type(result).__name__
        raise TypeError(f"It returned one thing, of type {came}; expected 3 shapes: of W, b and Z.")
    if len(result) != 3:
        raise Unreadable(f"Expected 3 shapes, of W, b and Z. Got {len(result)} results.")
    W, b, Z = map(_of_shape, result)
    return Z, W, b


def _of_shape(shape: Any) -> Any:
    if holds_dots(shape):
        return shape
    if isinstance(shape, np.ndarray) and shape.dtype.kind == "f":
        return np.zeros(shape.shape)  # an array came where its shape was asked for
    sizes = np.atleast_1d(np.asarray(shape, dtype=object))  # `(n)` means `(n,)`, as for NumPy
    if sizes.ndim > 1 or not all(isinstance(n, int | np.integer) for n in sizes):
        raise Unreadable(f"{shape!r} isn't a shape; expected a tuple of sizes, like (n_in, 1).")
    if not all(0 <= n <= LARGEST for n in sizes):
        raise Unreadable(f"{shape!r} can't be an array here: a size is below 0 or too large.")
    return np.zeros([int(n) for n in sizes])


def _shape_trials(rng: np.random.Generator) -> list[Trial]:
    draws = [sorted(map(int, rng.permutation(np.arange(2, 12))[:3])) for _ in range(2)]
    sizes = [order for draw in draws for order in (draw, draw[::-1])]  # none is always the largest
    return [Trial(f"a layer from {a} to {b}, {m} samples", (a, b, m)) for a, b, m in sizes]


LAYER_SHAPES = Exercise(
    name="layer_shapes",
    lesson=2,
    title="the shapes of a layer",
    solution=_layer_shapes,
    trials=_shape_trials,
    parts=("Z", "W", "b"),  # Z first: whoever has it in rows has turned all three
    observe=_as_arrays,
    mistakes=(
        samples_in_rows,
        z_in_rows,
        units_of_the_input,
        one_sample,
        turned_weights,
        weights_for_each_sample,
        flat_bias,
        row_bias,
        bias_for_each_sample,
        bias_of_the_input,
        one_bias,
    ),
)
