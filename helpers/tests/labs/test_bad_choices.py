"""Labs, exercises, questions, puzzles and the bug hunt: a bad argument is named, no more."""

import re
from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest

from helpers.exercises import BugHunt, Puzzle, ask, check, progress
from helpers.exercises.questions import all_questions
from helpers.labs.activation import ActivationLab
from helpers.tests.labs import all_labs
from helpers.tests.labs.test_labs import values_to_combine
from helpers.widgets.controls import options_of
from helpers.widgets.lab import Frame

NOTHING_SUCH: list[Any] = ["", None, 3, 2.5, True, np.ones(3), [], {}, 10**400, len]
NO_NUMBER: list[Any] = ["", "3", None, np.nan, True, np.ones(3), np.array(4), [], {}, len, 1j]
NO_NUMBER += [10**400, -(10**9), 1e300]
NO_DRAWING = ["0" * 63, "h" * 64, "G" * 64, np.zeros(63), np.zeros((4, 16))]
NO_DRAWING += [np.full(64, ink) for ink in (np.nan, -0.01, 1.01)]


def bad_for(control: Any) -> Iterator[Any]:
    """Yield what the control must refuse."""
    if hasattr(control, "options"):
        options = [option for option in options_of(control) if isinstance(option, int)]
        values = ["relU", *NOTHING_SUCH] if control.description else NOTHING_SUCH
        yield from (value for value in values if type(value) is not int or value not in options)
        return
    yield from NO_NUMBER
    if not hasattr(control, "min"):
        yield from NO_DRAWING
        return
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


@pytest.mark.parametrize("kind", all_labs(), ids=lambda kind: kind.__name__)
def test_every_control_of_a_lab_refuses_by_name(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kind, "frames", lambda *_: iter([Frame("a picture", "words")]))
    lab = kind()
    shown, state = lab._picture.value, lab.state
    others: dict[str, Any] = {}
    monkeypatch.setattr(kind, "frames", lambda *_: pytest.fail("something is computed"))
    for name, control in vars(lab.controls).items():
        values = list(bad_for(control))
        # a good value before it, for all or nothing; a new lab takes long, so only one of them
        calls = [partial(setattr, lab, "state", others | {name: value}) for value in values]
        for call in calls + [partial(kind, **{name: value}) for value in values[-1:]]:
            with pytest.raises((TypeError, ValueError)) as error:
                call()
            assert refused(error, control.description), call
            assert (lab.state, lab._picture.value) == (state, shown)
        ends = values_to_combine(lab)[name]
        good = next(end for end in (ends[-1], ends[0]) if end != state[name])
        is_follower = name in all_labs()[kind].followers
        others = {} if is_follower else {name: good}  # another end than theirs


def test_a_name_that_does_not_exist_is_refused() -> None:
    calls: list[Any] = [(Puzzle, "puzzle"), (ask, "question")]
    calls += [(lambda value: check(len, value), "exercise")]
    for (function, kind), value in product(calls, NOTHING_SUCH):
        if (kind, value is None) != ("exercise", True):  # named after the function, then
            with pytest.raises(ValueError, match=f"^{kind} .* is unknown; there are"):
                function(value)
    near: list[Any] = [(lambda name: ActivationLab(activation=name), "Relu", "relu")]
    near += [(Puzzle, "Backward_line", "backward_lines")]
    near += [(ask, "multiplication", "multiplications")]
    near += [(lambda name: check(len, name), "output_deltas", "output_delta")]
    for function, name, meant in near:
        with pytest.raises(ValueError, match=rf"Did you mean '{meant}'\?"):
            function(name)


def test_an_argument_of_the_wrong_kind_is_refused() -> None:
    for value in NOTHING_SUCH:
        if value is not len:
            with pytest.raises(TypeError, match=r"^answer is a .*; expected your function itself"):
                check(value)
    for seed in (2.5, "3", True, -1, [1], np.ones(1), np.nan):
        with pytest.raises((TypeError, ValueError), match=r"^seed is .*; expected"):
            BugHunt(seed)  # type: ignore[arg-type]


def test_a_refused_order_changes_nothing_in_a_puzzle() -> None:
    puzzle = Puzzle("step_lines")
    puzzle.order = [4, 1]
    before = puzzle.text
    orders: list[Any] = [np.array(4), "", {}, None, 3, "01", [99], [-1], [0, 0], [1.5], [None]]
    for order in (*orders, [True]):
        with pytest.raises((TypeError, ValueError), match=r"^order.* is .*; expected"):
            puzzle.order = order
        assert (puzzle.order, puzzle.text) == ([4, 1], before)


def test_an_answer_that_is_no_number_is_asked_for_again_and_not_noted() -> None:
    name = next(name for name, question in all_questions().items() if question.takes_a_number)
    question, before = ask(name), str(progress())
    answers: list[Any] = ["", None, np.nan, np.inf, [], np.ones(3), True, "1/0", "1e400", "many"]
    for value in answers:
        assert "number" in question.answer(value) and "like 1200, 0.25 or 1/4" in question.text
    choice = ask("plus")
    for value in answers[1:]:
        assert choice.answer(value).startswith("Not understood. Expected one of the answers")
    assert str(progress()) == before
