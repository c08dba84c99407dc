"""The exercises of lesson 2, and the mistakes that people make in them: the forward pass."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from helpers.activations import Activation
from helpers.exercises.cases import random_cases
from helpers.exercises.checking import (
    Answer,
    Exercise,
    Trial,
    Unreadable,
    mistake,
)
from helpers.exercises.comparing import as_numbers
from helpers.exercises.misconceptions import Misconception as M
from helpers.validation import Array

Shape = tuple[int, ...]
Shapes = tuple[Shape, Shape, Shape]
Layer = tuple[Array, dict[str, Array]]
LARGEST = 1000  # a size above it isn't made into an array

# --- the shapes of a layer


def _layer_shapes(n_in: int, n_out: int, m: int) -> Shapes:
    return (n_out, n_in), (n_out, 1), (n_out, m)


@mistake(
    M.ORIENTATION,
    "Much other code has samples in rows, and it is right there: W has one right orientation for "
    "each habit. In this course the samples stand side by side. So what is a column of Z?",
)
def samples_in_rows(n_in: int, n_out: int, m: int) -> Shapes:
    """Your Z has a row for each sample."""
    return (n_in, n_out), (1, n_out), (m, n_out)


@mistake(
    M.ORIENTATION,
    "W and b are those of this course, where the samples stand side by side. Multiply a W of that "
    "shape by A_prev, which has a column for each sample: what comes out?",
)
def z_in_rows(n_in: int, n_out: int, m: int) -> Shapes:
    """W and b are right, and your Z alone has a row for each sample."""
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
    "shapes up from the right. Which shape is a column?",
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
    "parameters? Does a unit have another bias for each sample?",
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


def _as_arrays(answer: Answer, arguments: tuple[Any, ...]) -> Mapping[str, Any]:
    """Make an array of each shape, so that what is said of it is what one says of arrays."""
    result = answer(*arguments)
    if result is None or result is ...:
        return dict.fromkeys("ZWb", result)
    if not isinstance(result, tuple | list):
        came = type(result).__name__
        raise TypeError(f"It returned one thing, of type {came}; expected 3 shapes: of W, b and Z.")
    if len(result) != 3:
        raise Unreadable(f"Expected 3 shapes, of W, b and Z. Got {len(result)} results.")
    W, b, Z = map(_of_shape, result)
    return {"Z": Z, "W": W, "b": b}


def _of_shape(shape: Any) -> Any:
    if isinstance(shape, str):
        raise Unreadable(f"{shape!r} is a string; expected a tuple of sizes, like (n_in, 1).")
    if isinstance(shape, np.ndarray) and shape.dtype.kind == "f":
        return np.zeros(shape.shape)  # an array came where its shape was asked for
    sizes = np.atleast_1d(np.asarray(shape, dtype=object))  # `(n)` means `(n,)`, as for NumPy
    if sizes.ndim > 1 or not all(isinstance(n, int | np.integer) for n in sizes):
        return shape
    return np.zeros([int(n) for n in sizes]) if all(0 <= n <= LARGEST for n in sizes) else shape


def _shape_trials(rng: np.random.Generator) -> list[Trial]:
    sizes = [tuple(map(int, rng.permutation(np.arange(2, 12))[:3])) for _ in range(4)]
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

# --- the forward pass of one layer


def _layer_forward(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    Z = W @ A_prev + b
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.COST,
    "Where all inputs are 0, your Z is 0 in every unit. Which of the four arguments hasn't come "
    "in?",
)
def without_bias(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """The bias is missing."""
    Z = W @ A_prev
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.SLOPE_PLACE,
    "What you hand on is the weighted sum. Lesson 1: what are many such layers worth, without "
    "something that bends?",
)
def without_activation(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """φ is missing: your A is Z."""
    Z = W @ A_prev + b
    return Z, {"A_prev": A_prev, "Z": Z}


@mistake(
    M.SLOPE_PLACE,
    "An activation is a pair. Forward takes the one, the way back takes the other.",
)
def slope_for_value(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """Your A is the slope φ′(Z) instead of φ(Z)."""
    Z = W @ A_prev + b
    return activation.derivative(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.SLOPE_PLACE,
    "The napkin network had ReLU in its hidden layer. Here a layer may have any φ. Which of the "
    "four arguments says which?",
)
def always_relu(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """Your φ is ReLU, whatever activation is given."""
    Z = W @ A_prev + b
    return np.maximum(Z, 0), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.CACHES,
    "The way back needs φ′ at Z, and from A it can't always be found. Either A was put in by its "
    "name, or φ wrote its values over Z (`out=Z`, `Z[:] = …`) and the cache with it.",
)
def cache_of_values(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """A is right, but what the cache keeps as Z is A, after φ."""
    A = activation.function(W @ A_prev + b)
    return A, {"A_prev": A_prev, "Z": A}


@mistake(
    M.CACHES,
    "dW of this layer will be made of what W was multiplied by. Which A was that: the one that "
    "came in, or the one that goes out?",
)
def cache_of_output(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """The cache keeps this layer's A in the place of A_prev."""
    Z = W @ A_prev + b
    A = activation.function(Z)
    return A, {"A_prev": A, "Z": Z}


@mistake(
    M.CACHES,
    "The way back needs φ′ where φ was taken. Which number was that, and is it what you keep?",
)
def cache_without_bias(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """A is right, but the Z in the cache has no bias in it."""
    Z = W @ A_prev
    return activation.function(Z + b), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.SLOPE_PLACE,
    "Z is the whole sum, with the bias in it, and φ is the last thing that happens. What is in "
    "your parentheses?",
)
def bias_after(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """The bias is added after φ."""
    Z = W @ A_prev
    return activation.function(Z) + b, {"A_prev": A_prev, "Z": Z}


@mistake(
    M.SLOPE_PLACE,
    "The layer before has put its own φ to A_prev already. Whose turn is first here, W's or φ's?",
)
def activation_first(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """φ is applied to A_prev, before W."""
    Z = W @ activation.function(A_prev) + b
    return Z, {"A_prev": A_prev, "Z": Z}


@mistake(
    M.ORIENTATION,
    "b came as a column, (n_out, 1). Which direction of Z are the units, and does b need to be "
    "turned or flattened for it? (With as many samples as units there isn't even an error.)",
)
def bias_as_row(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """The bias is added as a row: to the samples instead of the units."""
    Z = W @ A_prev + b.T
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.ORIENTATION,
    "W has the shape (n_out, n_in), and A_prev has n_in rows. Write the shapes below the product "
    "and see whether the inner ones meet. (With n_out = n_in they meet either way.)",
)
def transposed_weights(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """W is transposed, and shouldn't be."""
    Z = W.T @ A_prev + b
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.ORIENTATION,
    "Row i of W holds the weights of unit i, column k of A_prev the inputs of sample k. Row by "
    "column is what `@` does. Which of the two stands on the left then?",
)
def factors_swapped(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """W and A_prev have changed places."""
    Z = A_prev @ W + b
    return activation.function(Z), {"A_prev": A_prev, "Z": Z}


@mistake(
    M.ORIENTATION,
    "X Wᵀ + b is the formula for samples in rows, and right where they are. Here a column is a "
    "sample: A has the units below each other, like Z in W A_prev + b.",
)
def samples_turned(W: Array, b: Array, A_prev: Array, activation: Activation) -> Layer:
    """Your A has a row for each sample."""
    Z = W @ A_prev + b
    return activation.function(Z).T, {"A_prev": A_prev, "Z": Z}


def _layer_trials(rng: np.random.Generator) -> list[Trial]:
    """Make a trial of each layer of the random networks; the last of these are square."""
    return [
        Trial(
            f"layer {l} of {case.about}",
            (case.W[l], case.b[l], case.A[l - 1], case.network.activations[l - 1]),
        )
        for case in random_cases(rng)
        for l in range(1, case.network.n_layers + 1)
    ]


LAYER_FORWARD = Exercise(
    name="layer_forward",
    lesson=2,
    title="the forward pass of one layer",
    solution=_layer_forward,
    trials=_layer_trials,
    parts=("A", "cache"),
    mistakes=(
        without_bias,
        without_activation,
        slope_for_value,
        always_relu,
        cache_of_values,
        cache_of_output,
        cache_without_bias,
        bias_after,
        activation_first,
        bias_as_row,
        transposed_weights,
        factors_swapped,
        samples_turned,
    ),
)

# --- He initialisation


def _he_weights(draws: Array) -> Array:
    return draws * np.sqrt(2 / draws.shape[1])


@mistake(
    M.ZEROS,
    "2/n_in is the variance, the mean *square* of a weight. If you multiply numbers by 3, what "
    "happens to their mean square?",
)
def variance_for_spread(draws: Array) -> Array:
    """You multiply by the variance, 2/n_in itself."""
    return draws * 2 / draws.shape[1]


@mistake(
    M.ORIENTATION,
    "A unit sums as many products as it has inputs. Which of the two sizes of W is that: the "
    "number of rows or of columns?",
)
def number_of_units(draws: Array) -> Array:
    """You divide by n_out, the number of units, instead of n_in."""
    return draws * np.sqrt(2 / draws.shape[0])


@mistake(
    M.ZEROS,
    "With 1/n_in each Z would keep the mean square of the inputs. And then comes ReLU: what does "
    "it do to it?",
)
def without_two(draws: Array) -> Array:
    """The variance is 1/n_in, half of what ReLU needs."""
    return draws / np.sqrt(draws.shape[1])


@mistake(
    M.ZEROS,
    "The more inputs a unit has, the more products it sums. Have the weights to be larger then, "
    "or smaller?",
)
def upside_down(draws: Array) -> Array:
    """The factor is upside down, √(n_in/2)."""
    return draws * np.sqrt(draws.shape[1] / 2)


@mistake(
    M.ZEROS,
    "The variance as a whole is 2/n_in, and the spread is its root. How far does your root reach?",
)
def root_of_half(draws: Array) -> Array:
    """The root is taken of n_in only, and not of the 2."""
    return draws * 2 / np.sqrt(draws.shape[1])


@mistake(
    M.ZEROS,
    "The variance as a whole is 2/n_in, and the spread is its root. Where does your root end?",
)
def root_of_two(draws: Array) -> Array:
    """The root is taken of the 2 only, and not of n_in."""
    return draws * np.sqrt(2) / draws.shape[1]


@mistake(
    M.ZEROS,
    "That variance, 2/(n_in + n_out), is a known one as well (Glorot's), made for tanh and for "
    "both directions at once. He asks about the forward pass through ReLU: which size counts?",
)
def both_sizes(draws: Array) -> Array:
    """You divide by the sum of both sizes."""
    return draws * np.sqrt(2 / sum(draws.shape))


@mistake(
    M.ZEROS,
    "A sum of n_in products of these has n_in times the mean square of the inputs. What is left "
    "to choose is the factor that makes up for it.",
)
def unscaled(draws: Array) -> Array:
    """These are the draws as they came, with spread 1."""
    return draws.copy()


@mistake(
    M.ZEROS,
    "Small and random does tell the units apart. But what is left of a signal after ten layers "
    "that each make it much smaller? The factor depends on the number of inputs.",
)
def one_hundredth(draws: Array) -> Array:
    """These are the draws times 0.01, whatever the size of the layer."""
    return 0.01 * draws


@mistake(
    M.ZEROS,
    "Then all units of a layer compute the same and get the same gradient, for ever. The biases "
    "may start at zero, not the weights.",
)
def zeros(draws: Array) -> Array:
    """All the weights are zero."""
    return np.zeros_like(draws)


@mistake(
    M.ZEROS,
    "Did you draw numbers of your own? They would do in a network as well, but the check compares "
    "with these. By what does each of them have to be multiplied?",
)
def own_draws(draws: Array) -> Array:
    """Your weights don't follow the draws that were given."""
    return np.random.default_rng(0).normal(0, np.sqrt(2 / draws.shape[1]), draws.shape)


def _with_draws(answer: Answer, arguments: tuple[Any, ...]) -> Mapping[str, Any]:
    """Run the answer; see besides whether its weights are made of the draws, in whatever way."""
    draws = arguments[0].copy()
    W = answer(*arguments)
    return {"whether W follows the draws": _follows(W, draws), "W": W}


def _follows(W: Any, draws: Array) -> bool:
    numbers = as_numbers(W)
    if numbers is None or numbers.shape != draws.shape or not np.isfinite(numbers).all():
        return True  # then the shape or the values tell more
    pairs = (numbers, draws), (np.abs(numbers), np.abs(draws))
    return numbers.std() == 0 or any(
        abs(np.corrcoef(mine.ravel(), given.ravel())[0, 1]) > 0.8 for mine, given in pairs
    )


def _draws_trials(rng: np.random.Generator) -> list[Trial]:
    shapes = [tuple(map(int, rng.permutation(np.arange(5, 20))[:2])) for _ in range(4)]
    return [Trial(f"a layer from {b} to {a}", (rng.normal(size=(a, b)),)) for a, b in shapes]


HE_WEIGHTS = Exercise(
    name="he_weights",
    lesson=2,
    title="He's weights",
    solution=_he_weights,
    trials=_draws_trials,
    parts=("whether W follows the draws", "W"),
    observe=_with_draws,
    mistakes=(
        variance_for_spread,
        number_of_units,
        without_two,
        upside_down,
        root_of_half,
        both_sizes,
        root_of_two,
        unscaled,
        one_hundredth,
        zeros,
        own_draws,
    ),
)
EXERCISES = (LAYER_SHAPES, HE_WEIGHTS, LAYER_FORWARD)
