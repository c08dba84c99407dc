"""One step downhill: the learner writes the new θ."""

from typing import Any

import numpy as np

from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.exercises.mistakes import Answer
from helpers.validation import Array


def _update(theta: Array, gradient: Array, learning_rate: float) -> Array:
    return theta - learning_rate * gradient


@mistake(
    M.UPDATE,
    "Is a step taken, and does it leave the function? A line like `theta = …` makes a new array, "
    "and the name outside still means the old one: return the new one, or write into the old one.",
)
def nothing_done(theta: Array, gradient: Array, learning_rate: float) -> None:
    """After the call, θ is as it was."""
    theta = theta - learning_rate * gradient


@mistake(
    M.SIGN,
    "The gradient points to where the loss rises fastest. Where do we want to go?",
)
def uphill(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The step goes up the slope instead of down."""
    return theta + learning_rate * gradient


@mistake(
    M.LARGER,
    "A gradient says which way is down, and only for places close by. What decides how far you go?",
)
def without_rate(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The learning rate is missing, or it is 1 whatever is given."""
    return theta - gradient


@mistake(
    M.UPDATE,
    "Then all parameters move alike, whatever the loss says of each. Who knows which way is "
    "downhill?",
)
def rate_alone(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The gradient is missing: every parameter goes down by the learning rate."""
    return theta - learning_rate


@mistake(
    M.LARGER,
    "With a smaller learning rate, should the step be shorter or longer? And with yours?",
)
def divided_by_rate(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The gradient is divided by the learning rate."""
    return theta - gradient / learning_rate


@mistake(
    M.UPDATE,
    "Backpropagation has made the gradient, and you have said how far to go. But where is θ after "
    "the step?",
)
def step_alone(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """What comes out is η dθ, what the step subtracts, and not the new θ."""
    return learning_rate * gradient


@mistake(
    M.UPDATE,
    "That is how θ changes. Where does it start from?",
)
def change_alone(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """What comes out is −η dθ, the change, and not the new θ."""
    return -learning_rate * gradient


@mistake(
    M.LARGER,
    "Then each parameter moves equally far, even where the loss hardly reacts to it. Near the "
    "bottom the gradient is small: should the steps be?",
)
def sign_alone(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """Only the gradient's signs are used, not its size."""
    return theta - learning_rate * np.sign(gradient)


@mistake(
    M.LARGER,
    "Then every step is equally long. Near the bottom the gradient is small: should the step be?",
)
def unit_length(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The gradient is divided by its length."""
    return theta - learning_rate * gradient / np.linalg.norm(gradient)


@mistake(
    M.LARGER,
    "If the gradient is 0, θ should stay where it is. Where does yours go? Only one of the two "
    "belongs to the step.",
)
def rate_times_all(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The learning rate multiplies θ, too."""
    return learning_rate * (theta - gradient)


@mistake(
    M.UPDATE,
    "Is there a 2 in it? Or does one line write into `theta`, and does another subtract again? "
    "One step is enough.",
)
def step_twice(theta: Array, gradient: Array, learning_rate: float) -> Array:
    """The step is twice as long as it should be."""
    return theta - 2 * learning_rate * gradient


def _observe_update(answer: Answer, arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Take what is returned, or θ itself from an answer that writes into it."""
    result = answer(*arguments)
    return (arguments[0] if result is None else result,)


def _update_trials(rng: np.random.Generator) -> list[Trial]:
    return [
        Trial(f"{n} parameters", (*rng.normal(size=(2, n)), rate))
        for n, rate in ((3, 0.5), (5, 0.1), (8, 2.0))
    ]


UPDATE = Exercise(
    name="update",
    lesson=5,
    title="one step downhill",
    solution=_update,
    trials=_update_trials,
    parts=("The new θ",),
    observe=_observe_update,
    may_change=("theta",),
    mistakes=(
        nothing_done,
        uphill,
        without_rate,
        rate_alone,
        divided_by_rate,
        step_alone,
        change_alone,
        sign_alone,
        unit_length,
        rate_times_all,
        step_twice,
    ),
)
