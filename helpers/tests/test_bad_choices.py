"""Labs, exercises, questions, puzzles and the bug hunt: a bad argument is named, no more."""

from typing import Any

import numpy as np
import pytest

from helpers.exercises import BugHunt, Puzzle, ask, check, progress
from helpers.exercises.questions import QUESTIONS
from helpers.explorers.activation import ActivationExplorer
from helpers.explorers.backward import BackwardExplorer
from helpers.explorers.forward import ForwardExplorer
from helpers.explorers.gradient_check import GradientCheckExplorer
from helpers.explorers.training import TrainingExplorer

NOTHING_SUCH: list[Any] = ["", None, 3, 2.5, True, np.ones(3), [], {}, 10**400, len]
# a lab takes its time to be made, so there are few
NO_CHOICE: list[Any] = ["", None, 3]
NO_WHOLE: list[Any] = [2.5, "3", 10**9, -1]
NO_NUMBER: list[Any] = ["fast", None, np.nan, 1e300]
LABS: list[tuple[Any, dict[str, tuple[list[Any], str]]]] = [
    (
        ActivationExplorer,
        {
            "z": (NO_NUMBER, "input z is"),
            "activation": ([*NO_CHOICE, "Relu"], "activation .* unknown; there are relu"),
            "depth": ([*NO_WHOLE, 0], "number of layers is"),
            "weight_scale": ([*NO_NUMBER, 0], "weights, times He's is"),
        },
    ),
    (
        ForwardExplorer,
        {
            "layer_1": ([*NO_WHOLE, 0], "units of layer 1 is"),
            "samples": ([*NO_WHOLE, 0], "samples is"),
            "weights": ([*NO_CHOICE, "he"], "weights .* unknown; there are He"),
        },
    ),
    (
        BackwardExplorer,
        {
            "samples": ([*NO_WHOLE, 0], "samples is"),
            "layer_2": (NO_WHOLE, "units of layer 2 is"),
            "sample": ([*NO_WHOLE, 0, 5], "marked sample is"),
            "step": ([*NO_WHOLE, 0, 99], "step is"),
        },
    ),
    (
        GradientCheckExplorer,
        {
            "epsilon": ([*NO_NUMBER, 0, 1], "nudge ε is"),
            "sides": ([*NO_CHOICE, "both"], "difference .* unknown; there are two-sided"),
            "dtype": ([*NO_CHOICE, "float16"], "numbers .* unknown; there are float64"),
        },
    ),
    (
        TrainingExplorer,
        {
            "learning_rate": ([*NO_NUMBER, 0], "learning rate is"),
            "batch_size": ([*NO_CHOICE, "All", 7], "samples a step .* unknown; there are all"),
            "epochs": (NO_WHOLE, "epochs is"),
            "seed": (NO_WHOLE, "seed is"),
        },
    ),
]


@pytest.mark.parametrize(("lab", "instead"), LABS, ids=lambda part: getattr(part, "__name__", ""))
def test_a_lab_names_the_control_that_cannot_start_there(
    lab: Any, instead: dict[str, tuple[list[Any], str]]
) -> None:
    for name, (values, said) in instead.items():
        for value in values:
            with pytest.raises((TypeError, ValueError), match=f"^{said}"):
                lab(**{name: value})


def test_a_near_miss_is_told_the_name_that_was_meant() -> None:
    with pytest.raises(ValueError, match=r"Did you mean 'relu'\?"):
        ActivationExplorer(activation="Relu")
    with pytest.raises(ValueError, match=r"Did you mean 'backward_lines'\?"):
        Puzzle("Backward_line")
    with pytest.raises(ValueError, match=r"Did you mean 'multiplications'\?"):
        ask("multiplication")
    with pytest.raises(ValueError, match=r"Did you mean 'output_delta'\?"):
        check(len, "output_deltas")


@pytest.mark.parametrize("value", NOTHING_SUCH, ids=lambda value: type(value).__name__)
def test_what_is_no_name_is_refused(value: Any) -> None:
    for function, kind in ((Puzzle, "puzzle"), (ask, "question")):
        with pytest.raises(ValueError, match=f"^{kind} .* is unknown; there are"):
            function(value)
    if value is not None:
        with pytest.raises(ValueError, match=r"^exercise .* is unknown; there are"):
            check(len, value)
    if value is not len:
        with pytest.raises(TypeError, match=r"^answer is a .*; expected your function itself"):
            check(value)


@pytest.mark.parametrize("value", [2.5, "3", True, -1, [1], np.ones(1), np.nan])
def test_a_bug_hunt_needs_a_seed(value: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=r"^seed is .*; expected"):
        BugHunt(value)


@pytest.mark.parametrize("order", [None, 3, "01", [99], [-1], [0, 0], [1.5], [None], [True]])
def test_a_refused_order_of_lines_changes_nothing(order: Any) -> None:
    puzzle = Puzzle("step_lines")
    puzzle.order = [4, 1]
    before = puzzle.text
    with pytest.raises((TypeError, ValueError), match=r"^order.* is .*; expected"):
        puzzle.order = order
    assert (puzzle.order, puzzle.text) == ([4, 1], before)


def test_an_answer_that_is_no_number_is_asked_for_again_and_not_noted() -> None:
    name = next(name for name, question in QUESTIONS.items() if question.takes_a_number)
    question, before = ask(name), str(progress())
    answers: list[Any] = [None, "", np.nan, np.inf, [], np.ones(3), True, "1/0", "1e400", "many"]
    for value in answers:
        assert question.answer(value).startswith("Expected a number like")
    assert str(progress()) == before
