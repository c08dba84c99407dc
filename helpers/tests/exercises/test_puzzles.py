"""The puzzles: every order that computes the right thing passes, known wrong ones are named."""

import random
import re
from collections.abc import Iterator
from html import unescape
from itertools import combinations, permutations
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
import pytest

from helpers.exercises import progress_file as progress
from helpers.exercises.checking import Exercise, Outcome, judge, trials_of
from helpers.exercises.misconceptions import Misconception
from helpers.exercises.mistakes import Answer, Mistake
from helpers.exercises.ordering import PUZZLES, Puzzle
from helpers.exercises.program import Program
from helpers.tests.lessons.test_exercises import SEEDS, far_apart, outcomes

RIGHT = {
    "backward_lines": [
        f"start loop delta {' '.join(rest)}" for rest in permutations(["dW", "db", "back"])
    ],
    "step_lines": [
        "forward loss backward update",
        "forward backward loss update",
        "forward backward update loss",
    ],
}
# by how the mistake's name begins; other lines or another order than the catalogue's
WRONG = {
    "On its way back": "start loop delta untransposed db dW",
    "δ is handed on": "start loop delta unchanged dW db",
    "Nothing is handed back": "start loop delta db dW",
    "db isn't summed": "start loop delta back unsummed dW",
    "A line asks for δ[l]": "start loop dW delta db back",
    "The loop asks for dA": "loop delta back db dW",
    "In the end, no parameter": "forward loss backward_alone",
    "The step goes uphill": "forward backward climb loss",
    "backward gets caches": "loss backward forward update",
    "The update takes the gradient": "forward loss update",
    "The weights are updated first": "update forward backward loss",
    "The update is given the loss": "forward backward loss update_loss",
    "The loss judges the outputs": "loss forward backward_alone backward update",
    "The loss is that of the step": "forward backward_alone backward update",
}
MISTAKES = [
    pytest.param(exercise, program, mistake, id=mistake.name)
    for exercise, program in PUZZLES.values()
    for mistake in exercise.mistakes
]
each_puzzle = pytest.mark.parametrize("name", PUZZLES)
each_mistake = pytest.mark.parametrize(("exercise", "program", "mistake"), MISTAKES)


@pytest.fixture(autouse=True)
def own_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))


def numbers(puzzle: Puzzle, order: str) -> list[int]:
    return [list(puzzle.program.lines).index(line) for line in order.split()]


def solved(name: str) -> Puzzle:
    puzzle = Puzzle(name)
    puzzle.order = numbers(puzzle, RIGHT[name][0])
    return puzzle


# --- what is right and what is wrong


@each_puzzle
def test_every_right_order_passes(name: str) -> None:
    puzzle = Puzzle(name)
    for order in RIGHT[name]:
        puzzle.order = numbers(puzzle, order)
        assert re.fullmatch(r"Right, in all \d trials\.", puzzle.check().text), order


@each_puzzle
def test_no_other_order_of_the_right_lines_passes(name: str) -> None:
    exercise, program = PUZZLES[name]
    for lines in permutations(RIGHT[name][0].split()):
        order = " ".join(lines)
        try:
            kind = judge(exercise, program.assemble(order)).kind
        except SyntaxError:
            kind = "not Python"
        assert (kind == "right") == (order in RIGHT[name]), order


def one_by_one(exercise: Exercise, answer: Answer) -> Iterator[Outcome]:
    """Run an answer trial by trial, as far as somebody asks."""
    for trial in trials_of(exercise):
        yield exercise.run(answer, trial)


@each_puzzle
def test_no_other_choice_of_lines_passes(name: str) -> None:
    """A program that passes has all the right lines in it, in a right order."""
    rng, (exercise, program) = random.Random(0), PUZZLES[name]
    right = outcomes(exercise, exercise.solution, 0)
    for _ in range(500):
        lines = rng.sample(list(program.lines), rng.randint(3, 6))
        try:
            answer = program.assemble(" ".join(lines))
        except SyntaxError:
            continue
        if not far_apart(exercise, one_by_one(exercise, answer), right):
            kept = [line for line in lines if line in RIGHT[name][0].split()]
            assert " ".join(kept) in RIGHT[name], lines


@each_puzzle
def test_all_are_told_apart_on_many_random_networks(name: str) -> None:
    exercise, _ = PUZZLES[name]
    answers = {"solution": exercise.solution}
    answers |= {mistake.name: mistake.answer for mistake in exercise.mistakes}
    for seed in range(SEEDS):
        found = {key: outcomes(exercise, answer, seed) for key, answer in answers.items()}
        for one, other in combinations(found, 2):
            assert far_apart(exercise, found[one], found[other]), f"seed {seed}: {one}, {other}"


@each_puzzle
def test_what_is_right_is_right_on_many_random_networks(name: str) -> None:
    exercise, program = PUZZLES[name]
    for seed in range(SEEDS):
        for order in RIGHT[name]:
            assert judge(exercise, program.assemble(order), seed).kind == "right"


@each_mistake
def test_each_mistake_gets_its_own_name(
    exercise: Exercise, program: Program, mistake: Mistake
) -> None:
    (order,) = (order for begin, order in WRONG.items() if mistake.name.startswith(begin))
    for answer in (mistake.answer, program.assemble(order)):
        verdict = judge(exercise, answer)
        assert verdict.mistake is mistake, verdict
        assert mistake.name in verdict.text


@each_mistake
def test_each_mistake_says_what_it_is(
    exercise: Exercise, program: Program, mistake: Mistake
) -> None:
    assert mistake.name.endswith(".")
    assert mistake.hint.endswith((".", "?", ")"))
    assert isinstance(mistake.misconception, Misconception)


@each_puzzle
def test_each_line_is_used_by_an_answer(name: str) -> None:
    _, program = PUZZLES[name]
    used = " ".join([*RIGHT[name], *WRONG.values(), "forward loss backward climb"]).split()
    assert set(program.lines) <= set(used)


@each_puzzle
def test_the_lines_are_shown_in_disorder(name: str) -> None:
    shown = [line for line in PUZZLES[name][1].lines if line in RIGHT[name][0].split()]
    assert " ".join(shown) not in RIGHT[name]
    assert shown[0] != RIGHT[name][0].split()[0]


def test_lines_that_are_no_python_get_words() -> None:
    puzzle = Puzzle("backward_lines")
    for order in ("start delta", "start loop", "loop start delta dW db back"):
        puzzle.order = numbers(puzzle, order)
        verdict = puzzle.check()
        assert verdict.kind == "failure"
        assert verdict.text.startswith("Not yet. Python can't read it: ")
        assert verdict.text.endswith("right under the line that ends with a colon.")


def test_a_failure_names_the_line() -> None:
    puzzle = Puzzle("backward_lines")
    puzzle.order = numbers(puzzle, "loop delta dW db")
    assert "NameError in line 6: `delta[l] = dA * " in puzzle.check().text


def test_a_line_too_many_is_told() -> None:
    puzzle = Puzzle("step_lines")
    puzzle.order = numbers(puzzle, "forward backward_alone loss backward update")
    assert puzzle.check().text == (
        "Right, in all 6 trials. It is right without `network.backward(caches, Y)`, too: it "
        "isn't needed."
    )


@pytest.mark.parametrize(
    ("name", "lesson"), [("backward_lines", "03_delta_recursion"), ("step_lines", "05_training")]
)
def test_the_right_lines_are_those_of_the_lesson(name: str, lesson: str) -> None:
    path = Path(__file__).parents[3] / "notebooks" / f"{lesson}.ipynb"
    text = path.read_text(encoding="utf-8")
    lines = [PUZZLES[name][1].lines[line].strip() for line in RIGHT[name][0].split()]
    assert [line for line in lines if line not in text] == []


# --- how it is done


@each_puzzle
def test_it_begins_without_an_attempt(name: str) -> None:
    puzzle = Puzzle(name)
    lines = list(puzzle.program.lines.values())
    assert puzzle.order == []
    assert repr(puzzle) == repr(Puzzle(name))
    assert repr(puzzle).endswith("\nNot attempted yet.")
    assert all(f"{i}  {line}" in repr(puzzle) for i, line in enumerate(lines))
    assert puzzle.check().kind == "not attempted"


@each_puzzle
def test_a_pass_is_noted_once(name: str) -> None:
    puzzle = Puzzle(name)
    puzzle.order = [0, 1]
    puzzle.check()
    assert progress.done() == []
    puzzle = solved(name)
    assert progress.done() == []
    puzzle.check()
    puzzle.check()
    assert progress.done() == [f"puzzle: {name}"]


def test_a_change_takes_the_verdict_back() -> None:
    puzzle = solved("step_lines")
    assert puzzle.check().kind == "right"
    assert "Right, in all" in puzzle._status.value
    puzzle.order = puzzle.order[::-1]
    assert puzzle.verdict.kind == "not attempted"
    assert "Right" not in puzzle._status.value


@pytest.mark.parametrize(
    ("order", "error", "words"),
    [
        ([0, 0], ValueError, r"order is \[0, 0\]; expected .* each at most once"),
        ([7], ValueError, r"order is \[7\]; expected numbers of lines, 0 to 6"),
        ([-1], ValueError, r"order\[0\] is -1"),
        (["loss"], TypeError, r"order\[0\] is 'loss'"),
    ],
)
def test_a_wrong_order_is_refused(order: Any, error: type[Exception], words: str) -> None:
    puzzle = solved("step_lines")
    before = puzzle.order
    with pytest.raises(error, match=words):
        puzzle.order = order
    assert puzzle.order == before


def test_an_unknown_puzzle_is_refused() -> None:
    with pytest.raises(ValueError, match="puzzle 'backward_line' is unknown; there are backward_l"):
        Puzzle("backward_line")


@pytest.fixture
def focused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What got the focus, by what stands on it."""
    found: list[str] = []
    monkeypatch.setattr(widgets.Button, "focus", lambda self: found.append(self.description))
    return found


def press(puzzle: Puzzle, name: str, line: str) -> None:
    """Press a button of the line, which is where the program has it now."""
    place = puzzle.order.index(numbers(puzzle, line)[0])
    (button,) = (b for b in puzzle._rows[place].buttons.values() if b.description == name)
    assert button.tooltip.endswith(puzzle.program.lines[line].strip())
    button.click()


def add(puzzle: Puzzle, line: str) -> None:
    puzzle._choices[numbers(puzzle, line)[0]].click()


def seen(puzzle: Puzzle) -> tuple[list[str], list[str]]:
    """The lines to choose from and those of the program, as they are on the screen."""
    choices = [c.description for c in puzzle._choices if c.layout.visibility == "visible"]
    rows = [r.line.value for r in puzzle._rows if r.view.layout.visibility == "visible"]
    code = [re.sub("<[^>]*>", "", unescape(row)) for row in rows]
    return [choice.replace("\xa0", " ") for choice in choices], [row[4:] for row in code]


@each_puzzle
def test_it_can_be_solved_with_the_controls(name: str) -> None:
    puzzle, (first, second, *others) = Puzzle(name), RIGHT[name][0].split()
    for line in (second, first, *others):
        add(puzzle, line)
    press(puzzle, "up", first)
    puzzle._check.click()
    assert puzzle.verdict.kind == "right"
    assert "Right, in all" in puzzle._status.value
    choices, program = seen(puzzle)
    lines = puzzle.program.lines
    assert program == [lines[line] for line in (first, second, *others)]
    assert choices == [line for line in lines.values() if line not in program]


def test_lines_are_moved_and_taken_out() -> None:
    puzzle = Puzzle("step_lines")
    for line in ("loss", "climb", "forward"):
        add(puzzle, line)
    press(puzzle, "down", "loss")
    assert puzzle.order == numbers(puzzle, "climb loss forward")
    press(puzzle, "out", "loss")
    assert puzzle.order == numbers(puzzle, "climb forward")
    press(puzzle, "up", "climb")
    press(puzzle, "down", "forward")
    assert puzzle.order == numbers(puzzle, "climb forward")


def test_the_focus_goes_with_the_line(focused: list[str]) -> None:
    puzzle = Puzzle("step_lines")
    for line in ("loss", "climb", "backward", "forward"):
        add(puzzle, line)
    press(puzzle, "up", "climb")
    press(puzzle, "down", "climb")
    press(puzzle, "out", "loss")
    lines = [puzzle.program.lines[n] for n in ("backward_alone", "forward", "update_loss")]
    lines += [lines[-1], "up", "down", puzzle.program.lines["loss"]]
    assert [name.replace("\xa0", " ") for name in focused] == lines
    for line in ("loss", "update", "backward_alone", "update_loss"):
        add(puzzle, line)
    assert focused[-1] == "Check"


def test_the_notebook_gets_widgets_and_text() -> None:
    puzzle = solved("step_lines")
    puzzle.check()
    bundle = puzzle._repr_mimebundle_()
    assert bundle["text/plain"] == repr(puzzle)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert 'role="status"' in puzzle._status.value
    assert repr(puzzle).endswith("Right, in all 6 trials.")


def test_a_trial_leaves_the_next_one_alone() -> None:
    exercise, program = PUZZLES["step_lines"]
    trial = exercise.make_trials()[0]
    before = np.array(trial.arguments[0].theta)
    exercise.run(program.assemble("forward loss backward update"), trial)
    assert np.array_equal(before, trial.arguments[0].theta)
