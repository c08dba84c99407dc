"""The slope along one parameter: the learner nudges it both ways and divides."""

from collections.abc import Callable
from functools import reduce

import numpy as np

from helpers.exercises.cases import Case, make_case
from helpers.exercises.checking import Exercise, Trial, mistake
from helpers.exercises.misconceptions import Misconception as M
from helpers.losses import mean_squared_error
from helpers.validation import Array

Loss = Callable[[Array], float]
SMALLEST_SLOPE = 0.01  # of a trial


def _nudged(theta: Array, i: int, step: float) -> Array:
    """Return a copy of θ whose entry i is moved by `step`."""
    nudged = theta.copy()
    nudged[i] += step
    return nudged


def _rise(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    return loss(_nudged(theta, i, epsilon)) - loss(_nudged(theta, i, -epsilon))


def _numerical_derivative(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    return _rise(loss, theta, i, epsilon) / (2 * epsilon)


@mistake(
    M.EPSILON,
    "You compare the loss after a nudge with the loss at θ itself. The formula never asks for the "
    "loss at θ: at which two places does it ask?",
)
def one_sided(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """The difference is one-sided: up, and no step down."""
    return (loss(_nudged(theta, i, epsilon)) - loss(theta)) / epsilon


@mistake(
    M.EPSILON,
    "You compare the loss at θ itself with the loss after a nudge down. The formula never asks "
    "for the loss at θ: at which two places does it ask?",
)
def one_sided_down(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """The difference is one-sided: down, and no step up."""
    return (loss(theta) - loss(_nudged(theta, i, -epsilon))) / epsilon


@mistake(
    M.EPSILON,
    "Your quotient is a good one, for half of the ε that is given. How far from θᵢ does the "
    "formula go to each side?",
)
def half_nudges(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """You nudge by ε/2, and divide by ε."""
    return _numerical_derivative(loss, theta, i, epsilon / 2)


@mistake(
    M.EPSILON,
    "How far apart are your two places? And how far apart are those of the formula, whose "
    "denominator is yours?",
)
def half_nudges_too_far(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """You nudge by ε/2, and divide by 2ε."""
    return _rise(loss, theta, i, epsilon / 2) / (2 * epsilon)


@mistake(
    M.EPSILON,
    "eᵢ alone says which entry is meant, and has length 1. How far along it does the formula go?",
)
def nudged_by_one(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """You nudge by 1, not by ε."""
    return _rise(loss, theta, i, 1) / (2 * epsilon)


def _placed(theta: Array, i: int, value: float) -> Array:
    return _nudged(theta, i, value - theta[i])


@mistake(
    M.EPSILON,
    "The slope is asked for at θᵢ, and your two places are left and right of 0. What becomes of "
    "the number that `theta[i]` had?",
)
def put_at_epsilon(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """θᵢ is set to ε and −ε instead of being moved by them."""
    rise = loss(_placed(theta, i, epsilon)) - loss(_placed(theta, i, -epsilon))
    return rise / (2 * epsilon)


@mistake(
    M.SIGN,
    "A slope asks how much the loss changes between the two places. Where the curve is flat, "
    "both losses are equal: what should come out, and what does from yours?",
)
def losses_added(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """The two losses are added, not subtracted."""
    total = loss(_nudged(theta, i, epsilon)) + loss(_nudged(theta, i, -epsilon))
    return total / (2 * epsilon)


@mistake(
    M.SIGN,
    "A loss may fall when a parameter grows. What sign does the slope have then, "
    "and can yours have it?",
)
def never_negative(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """Its sign is gone: this is the size of the slope."""
    return abs(_numerical_derivative(loss, theta, i, epsilon))


@mistake(
    M.CACHES,
    "Is there a nudge down? If you nudge `theta[i]` itself, it isn't where it was after the first "
    "nudge: from there, how far down must the second go to arrive at θᵢ − ε?",
)
def nudged_back(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """The second loss is taken at θ itself, and not at θᵢ − ε."""
    return (loss(_nudged(theta, i, epsilon)) - loss(theta)) / (2 * epsilon)


@mistake(
    M.EPSILON,
    "One nudge goes up and one goes down. How far apart are the two places where you ask for the "
    "loss?",
)
def divided_by_epsilon(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """The difference is divided by ε instead of 2ε."""
    return _rise(loss, theta, i, epsilon) / epsilon


@mistake(
    M.EPSILON,
    "That is how much the loss rises. A slope is the rise for each unit that you walk: how far "
    "did you walk?",
)
def not_divided(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """The difference isn't divided by anything."""
    return _rise(loss, theta, i, epsilon)


@mistake(
    M.FLOATS,
    "Python works from left to right: `a / 2 * b` is a half of a, times b. What did you want "
    "in the denominator?",
)
def multiplied_by_epsilon(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """The difference is halved and then multiplied by ε."""
    return _rise(loss, theta, i, epsilon) / 2 * epsilon


@mistake(
    M.FLOATS,
    "Python divides before it subtracts. What is meant to be the numerator, all of it?",
)
def second_divided(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """Only the second loss is divided."""
    return loss(_nudged(theta, i, epsilon)) - loss(_nudged(theta, i, -epsilon)) / (2 * epsilon)


@mistake(
    M.SIGN,
    "If the loss is higher after the nudge up, the slope is positive. Which of your two losses "
    "comes first?",
)
def down_minus_up(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """The sign is turned."""
    return -_rise(loss, theta, i, epsilon) / (2 * epsilon)


@mistake(
    M.CACHES,
    "Look at the two θs that `loss` is given, if it is called. Does one go up and the other down? "
    "And are they two arrays? (`plus = theta` is a second name, not a second array.)",
)
def same_place_twice(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """Your slope is always 0, as if both losses were taken at the same θ."""
    return 0.0


@mistake(
    M.EPSILON,
    "`theta + epsilon` adds to every entry. Which entry does eᵢ pick, and what becomes of the "
    "others?",
)
def all_nudged(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """All of θ is nudged, not θᵢ alone."""
    return (loss(theta + epsilon) - loss(theta - epsilon)) / (2 * epsilon)


@mistake(
    M.EPSILON,
    "Your line may well be right for a small ε. But whoever calls the function chooses ε, and here "
    "it is large. Where does `epsilon` come into yours?",
)
def own_epsilon(loss: Loss, theta: Array, i: int, epsilon: float) -> float:
    """The nudges aren't those of the ε that is given."""
    return _numerical_derivative(loss, theta, i, 1e-5)


def _loss_of(case: Case) -> Loss:
    network, size = case.network, case.network.theta.size

    def loss(theta: Array) -> float:
        if np.shape(theta) != (size,):
            raise ValueError(
                f"theta has shape {np.shape(theta)}; expected ({size},): the loss needs every "
                f"parameter, the nudged one included."
            )
        network.theta[:] = theta
        return mean_squared_error(network.predict(case.X), case.Y)

    return loss


def _rounding_stays(value: float, epsilon: float) -> bool:
    """Whether another number is left, whichever way ε is added and subtracted again."""
    return all(
        reduce(lambda number, step: number + step * epsilon, steps, value) != value
        for steps in ((1, -2, 1), (-1, 2, -1), (1, -1, -1, 1), (-1, 1, 1, -1), (1, -1), (-1, 1))
    )


def _parameter(rng: np.random.Generator, epsilon: float) -> float:
    """Draw a number that only somebody who has kept it can put back."""
    value = 0.0
    while not _rounding_stays(value, epsilon):
        value = rng.normal(0, epsilon / 2)
    return value


def _nudge_trials(rng: np.random.Generator) -> list[Trial]:
    """Nudges so large that one-sided and two-sided are far apart; first, last and another i.

    The slopes have both signs, and each can be seen beside the loss.
    """
    trials = []
    for sizes, epsilon, place, sign in (
        ((3, 2), 0.5, 0.0, 1),
        ((2, 4, 1), 0.3, 1.0, -1),
        ((4, 3, 2), 0.7, 0.4, 1),
    ):
        slope = 0.0
        while sign * slope < SMALLEST_SLOPE:
            case = make_case(rng, sizes, ("tanh", "sigmoid")[-len(sizes) + 1 :], m=5)
            theta = case.network.theta.copy()
            i = round(place * (theta.size - 1))
            theta[i] = _parameter(rng, epsilon)
            given = _loss_of(case), theta, i, epsilon
            slope = _numerical_derivative(*given)
        trials.append(Trial(f"the loss of {case.about}", given))
    return trials


NUMERICAL_DERIVATIVE = Exercise(
    name="numerical_derivative",
    lesson=4,
    title="the slope along one parameter",
    solution=_numerical_derivative,
    trials=_nudge_trials,
    parts=("The slope",),
    mistakes=(
        one_sided,
        one_sided_down,
        nudged_back,
        half_nudges,
        half_nudges_too_far,
        nudged_by_one,
        put_at_epsilon,
        losses_added,
        never_negative,
        divided_by_epsilon,
        not_divided,
        multiplied_by_epsilon,
        second_divided,
        down_minus_up,
        same_place_twice,
        all_nudged,
        own_epsilon,
    ),
)
