"""The backward pass of two layers: the learner fills in δ and dW of both."""

from typing import Any

import numpy as np

from helpers.exercises.cases import Case, make_case
from helpers.exercises.checking import Exercise, Trial
from helpers.exercises.lesson_3.by_layer import Activations, Arrays, Gradients
from helpers.exercises.lesson_3.exchangeable_lines import passes
from helpers.exercises.lesson_3.mistakes_in_delta import (
    error_at_every_layer,
    mean_at_every_layer,
    output_slope_at_activation,
    output_without_slope,
    pass_divided_by_rows,
    pass_with_difference_alone,
    pass_with_factor_two,
    pass_with_half,
    pass_with_mean_of_the_napkin,
    pass_with_mean_over_all,
    pass_with_mean_twice,
    pass_with_slopes_at_activation,
    pass_with_turned_sign,
    pass_with_values_for_slopes,
    pass_without_mean,
    pass_without_slopes,
    recursion_with_activation_of_l,
    recursion_with_slope_at_activation,
    recursion_with_wrong_w,
    recursion_without_slope,
    recursion_without_transpose,
)
from helpers.exercises.lesson_3.mistakes_in_gradients import (
    pass_with_db_over_units,
    pass_with_flat_db,
    pass_with_mean_db,
    pass_with_mean_dw,
    pass_with_one_db,
    pass_with_output_for_input,
    pass_with_transposed_dw,
    pass_with_unsummed_db,
)
from helpers.validation import Array


def backward(W: Arrays, A: Arrays, Z: Arrays, Y: Array, activations: Activations) -> Gradients:
    """Return dW and db by layer, as they should be."""
    return passes(W, A, Z, Y, activations)


def backward_arguments(case: Case) -> tuple[Any, ...]:
    """Return the arguments of a backward pass of the case's network."""
    return case.W, case.A, case.Z, case.Y, dict(enumerate(case.network.activations, 1))


def _two_layer_trials(rng: np.random.Generator) -> list[Trial]:
    shapes = [((5, 3, 2), 7), ((2, 6, 4), 3), ((3, 3, 3), 5), ((4, 4, 4), 4)]
    names = ("sigmoid", "tanh")
    return [
        Trial(case.about, backward_arguments(case))
        for case in (make_case(rng, sizes, names, m) for sizes, m in shapes)
    ]


BACKWARD_MISTAKES = (
    output_without_slope,
    recursion_without_slope,
    error_at_every_layer,
    recursion_with_wrong_w,
    recursion_without_transpose,
    pass_without_mean,
    pass_with_mean_of_the_napkin,
    pass_with_difference_alone,
    pass_with_mean_twice,
    mean_at_every_layer,
    pass_with_factor_two,
    pass_with_turned_sign,
    pass_with_mean_db,
    pass_with_unsummed_db,
    pass_with_flat_db,
    pass_without_slopes,
    pass_with_slopes_at_activation,
    output_slope_at_activation,
    recursion_with_slope_at_activation,
    recursion_with_activation_of_l,
    pass_with_values_for_slopes,
    pass_with_mean_dw,
    pass_with_half,
    pass_with_mean_over_all,
    pass_divided_by_rows,
    pass_with_output_for_input,
    pass_with_transposed_dw,
    pass_with_db_over_units,
    pass_with_one_db,
)
BACKWARD_TWO_LAYERS = Exercise(
    name="backward_two_layers",
    lesson=3,
    title="the backward pass of two layers",
    solution=backward,
    trials=_two_layer_trials,
    parts=("dW", "db"),
    mistakes=BACKWARD_MISTAKES,
)
