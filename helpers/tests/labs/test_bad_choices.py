"""Labs, exercises, questions, puzzles and the bug hunt: a bad argument is named, no more."""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from helpers.exercises import BugHunt, Puzzle, ask, check, progress
from helpers.exercises.questions import all_questions
from helpers.labs.activation import ActivationLab
from helpers.labs.backward import BackwardLab
from helpers.labs.forward import ForwardLab
from helpers.labs.gradient_check import GradientCheckLab
from helpers.labs.training import TrainingLab

NOTHING_SUCH: list[Any] = ["", None, 3, 2.5, True, np.ones(3), [], {}, 10**400, len]
NO_NUMBER: list[Any] = ["", "3", None, np.nan, True, np.ones(3), np.array(4), [], {}, len, 1j]
NO_NUMBER += [10**400, -(10**9), 1e300]
LABS: list[Any] = [ActivationLab, ForwardLab, BackwardLab, GradientCheckLab]
LABS += [TrainingLab]


def bad_for(control: Any) -> Iterator[Any]:
    """Yield what the control must refuse."""
    if hasattr(control, "options"):
        yield from (["relU", *NOTHING_SUCH] if control.description else NOTHING_SUCH)
        return
    yield from NO_NUMBER
    least, most = control.min, control.max
    if hasattr(control, "base"):
        least, most = control.base**least, control.base**most
    yield from (least - 1, most + 1)
    if isinstance(least, int):
        yield from (2.5, np.float64(2))


def refused(error: pytest.ExceptionInfo[Exception], name: str) -> bool:
    """Whether the message names the argument, and says what was expected."""
    return bool(
        re.match(rf"{re.escape(name)}\b.* (is|unknown).*(expected|there are) ", str(error.value))
    )


@pytest.mark.parametrize("kind", LABS, ids=lambda kind: kind.__name__)
def test_every_control_of_a_lab_refuses_by_name(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    lab = kind()
    shown, state = lab._picture.value, lab.state
    values: dict[str, Any] = {}
    monkeypatch.setattr(kind, "frames", lambda *_: pytest.fail("something is computed"))
    for name, control in vars(lab.controls).items():
        for value in bad_for(control):
            with pytest.raises((TypeError, ValueError)) as error:
                kind(**{name: value})
            assert refused(error, control.description), (name, value)
            # with a good value before it, for all or nothing
            with pytest.raises((TypeError, ValueError)) as error:
                lab.state = values | {name: value}
            assert refused(error, control.description), (name, value)
            assert (lab.state, lab._picture.value) == (state, shown)
        values = {name: control.options[-1] if hasattr(control, "options") else other(control)}


def other(control: Any) -> Any:
    """Return another value than the present one that the slider can take."""
    base = getattr(control, "base", None)
    ends = [base**end if base else end for end in (control.min, control.max)]
    return next(end for end in ends if end != control.value)


def test_a_control_keeps_nothing_that_was_refused() -> None:
    lab = ActivationLab()
    before, shown = lab.state, lab.text
    for name, value in (("z", np.nan), ("weight_scale", np.nan), ("activation", None)):
        with pytest.raises((TypeError, ValueError)):
            getattr(lab.controls, name).value = value
        assert (lab.state, lab.text) == (before, shown)
    lab.controls.z.value = 2.0
    assert "at z = 2.00" in lab.text


@pytest.mark.parametrize("state", [None, 3, "z", ["z"], np.ones(2)], ids=lambda s: type(s).__name__)
def test_a_state_is_a_dict(state: Any) -> None:
    with pytest.raises(TypeError, match=r"^state is of type .*; expected a dict"):
        ActivationLab().state = state


def test_a_near_miss_is_told_the_name_that_was_meant() -> None:
    with pytest.raises(ValueError, match=r"Did you mean 'relu'\?"):
        ActivationLab(activation="Relu")
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


@pytest.mark.parametrize("place", [*NO_NUMBER, 2, -2, 2.5], ids=repr)
def test_a_refused_place_changes_nothing(place: Any) -> None:
    puzzle = Puzzle("step_lines")
    puzzle.order = [4, 1]
    calls: list[Any] = [(puzzle.take_out, (place,), "place"), (puzzle.move, (place, 1), "place")]
    for method, arguments, name in [*calls, (puzzle.move, (0, place), "by")]:
        with pytest.raises((TypeError, ValueError)) as error:
            method(*arguments)
        assert refused(error, name)
    assert puzzle.order == [4, 1]


@pytest.mark.parametrize(
    "order", [np.array(4), "", {}, None, 3, "01", [99], [-1], [0, 0], [1.5], [None], [True]]
)
def test_a_refused_order_of_lines_changes_nothing(order: Any) -> None:
    puzzle = Puzzle("step_lines")
    puzzle.order = [4, 1]
    before = puzzle.text
    with pytest.raises((TypeError, ValueError), match=r"^order.* is .*; expected"):
        puzzle.order = order
    assert (puzzle.order, puzzle.text) == ([4, 1], before)


def test_an_answer_that_is_no_number_is_asked_for_again_and_not_noted() -> None:
    name = next(name for name, question in all_questions().items() if question.takes_a_number)
    question, before = ask(name), str(progress())
    answers: list[Any] = ["", None, np.nan, np.inf, [], np.ones(3), True, "1/0", "1e400", "many"]
    for value in answers:
        assert question.answer(value).startswith("Expected a number like")
    choice = ask("plus")
    for value in answers[1:]:
        assert choice.answer(value).startswith("Expected one of the answers")
    assert str(progress()) == before
