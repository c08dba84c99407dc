"""He's weights: the learner scales draws of spread 1, so that ReLU keeps the signal's size."""

from typing import Any

import numpy as np

from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.comparing import as_numbers
from helpers.exercises.misconceptions import Misconception as M
from helpers.exercises.mistakes import Answer
from helpers.validation import Array


def _he_weights(draws: Array) -> Array:
    return draws * np.sqrt(2 / draws.shape[1])


@mistake(
    M.ZEROS,
    "The variance is the mean square of a weight. If you multiply numbers by 3, what happens to "
    "their mean square?",
)
def variance_for_spread(draws: Array) -> Array:
    """Your factor is 2/n_in, which is the variance itself."""
    return draws * 2 / draws.shape[1]


@mistake(
    M.ORIENTATION,
    "A unit sums as many products as it has inputs. Which of the two sizes of W is that: the "
    "number of rows or of columns?",
)
def number_of_units(draws: Array) -> Array:
    """Your factor is √(2/n_out): the number of units stands where that of the inputs should."""
    return draws * np.sqrt(2 / draws.shape[0])


@mistake(
    M.ZEROS,
    "With 1/n_in each Z would keep the mean square of the inputs. And then comes ReLU: what does "
    "it do to it?",
)
def without_two(draws: Array) -> Array:
    """Your factor is 1/√n_in, and so the variance is half of what ReLU needs."""
    return draws / np.sqrt(draws.shape[1])


@mistake(
    M.ZEROS,
    "The more inputs a unit has, the more products it sums. Must the weights be larger then, or "
    "smaller?",
)
def upside_down(draws: Array) -> Array:
    """Your factor is √(n_in/2), upside down."""
    return draws * np.sqrt(draws.shape[1] / 2)


@mistake(
    M.ZEROS,
    "The variance as a whole is 2/n_in, and the spread is its root. What is missing under yours?",
)
def root_of_half(draws: Array) -> Array:
    """Your factor is 2/√n_in: the 2 isn't under the root."""
    return draws * 2 / np.sqrt(draws.shape[1])


@mistake(
    M.ZEROS,
    "The variance as a whole is 2/n_in, and the spread is its root. Where does your root end?",
)
def root_of_two(draws: Array) -> Array:
    """Your factor is √2/n_in: n_in isn't under the root."""
    return draws * np.sqrt(2) / draws.shape[1]


@mistake(
    M.ZEROS,
    "That one is well known too (Glorot's), made for tanh and for "
    "both directions at once. He asks about the forward pass through ReLU: which size counts?",
)
def both_sizes(draws: Array) -> Array:
    """Your factor is √(2/(n_in + n_out)), with both sizes in it."""
    return draws * np.sqrt(2 / sum(draws.shape))


@mistake(
    M.ZEROS,
    "A sum of n_in products of these has n_in times the mean square of the inputs. What is left "
    "to choose is the factor that makes up for it.",
)
def unscaled(draws: Array) -> Array:
    """Your factor is 1: these are the draws as they came."""
    return draws.copy()


@mistake(
    M.ZEROS,
    "Small and random does tell the units apart. But what is left of a signal after ten layers "
    "that each make it much smaller? The factor depends on the number of inputs.",
)
def one_hundredth(draws: Array) -> Array:
    """Your factor is 0.01, whatever the size of the layer."""
    return 0.01 * draws


@mistake(
    M.ZEROS,
    "Then all units of a layer compute the same and get the same gradient, for ever. The biases "
    "may start at zero, not the weights. (In whole numbers, `2 // n_in` is 0 for every n_in above "
    "2.)",
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


def _draws_trials(rng: np.random.Generator) -> list[Trial]:
    draws = [sorted(map(int, rng.permutation(np.arange(5, 20))[:2])) for _ in range(2)]
    shapes = [order for draw in draws for order in (draw, draw[::-1])]  # both wide and tall
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
