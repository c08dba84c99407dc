"""The puzzles: every order that computes the right thing passes, known wrong ones are named."""

import random
import re
from contextlib import suppress
from html import unescape
from itertools import permutations
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import pytest

from helpers.exercises import progress_file as progress
from helpers.exercises.checking import judge
from helpers.exercises.ordering import PUZZLES, Puzzle
from helpers.exercises.trying import passes
from helpers.widgets.shown import live_region

RIGHT = {
    "backward_lines": [
        f"start loop {' '.join(rest)}" for rest in permutations(["dW", "db", "if back"])
    ],
    "step_lines": [
        "forward loss backward update",
        "forward backward loss update",
        "forward backward update loss",
    ],
}
# by the mistake's key; other lines or another order than the catalogue's
WRONG = {
    "untransposed": "start loop if untransposed db dW",
    "unchanged": "start loop if unchanged dW db",
    "nothing_handed_back": "start loop db dW",
    "unsummed": "start loop if back unsummed dW",
    "started_too_late": "loop if back db dW",
    "nothing_moved": "forward loss backward_alone",
    "uphill": "forward backward climb loss",
    "stale_caches": "loss backward forward update",
    "old_gradient": "forward loss update",
    "updated_first": "update forward backward loss",
    "given_the_loss": "forward backward loss update_loss",
    "old_outputs": "loss forward backward_alone backward update",
    "old_loss": "forward backward_alone backward update",
}
NOTEBOOKS = Path(__file__).parents[3] / "notebooks"
each_puzzle = pytest.mark.parametrize("name", PUZZLES)
MADE: dict[str, Puzzle] = {}


def numbers(puzzle: Puzzle, order: str) -> list[int]:
    return [list(puzzle.program.lines).index(line) for line in order.split()]


def with_order(name: str, order: str) -> Puzzle:
    """Return the one puzzle of this name, which is made once, with these lines."""
    puzzle = MADE[name] = MADE.get(name) or Puzzle(name)
    puzzle.order = numbers(puzzle, order)
    return puzzle


# What is right and what is wrong


@each_puzzle
def test_every_right_order_passes(name: str) -> None:
    exercise, program = PUZZLES[name]
    for order in RIGHT[name]:
        assert judge(exercise, program.assemble(order)).kind == "right", order
    assert re.fullmatch(r"Right, in all \d trials\.", with_order(name, order).check().text)


@each_puzzle
def test_no_other_order_and_no_other_choice_of_lines_passes(name: str) -> None:
    """A program that passes has all the right lines in it, in a right order."""
    rng, (exercise, program) = random.Random(0), PUZZLES[name]
    lines = RIGHT[name][0].split()
    tried = [list(order) for order in permutations(lines)]
    tried += [rng.sample(list(program.lines), rng.randint(3, 6)) for _ in range(300)]
    for order in tried:
        with suppress(SyntaxError):
            kept = " ".join(line for line in order if line in lines)
            assert kept in RIGHT[name] or not passes(exercise, program.assemble(" ".join(order)))


@each_puzzle
def test_each_mistake_gets_its_own_name_and_each_line_is_used(name: str) -> None:
    exercise, program = PUZZLES[name]
    used = " ".join(RIGHT[name]).split()
    for mistake in exercise.mistakes:
        order = WRONG[mistake.answer.__name__]
        used += order.split()
        for answer in (mistake.answer, program.assemble(order)):
            verdict = judge(exercise, answer)
            assert verdict.mistake is mistake, verdict
            assert verdict.text.split("\n")[0] == f"Not yet. {mistake.name} {mistake.hint}"
    assert set(program.lines) == set(used)


@each_puzzle
def test_the_lines_are_the_lesson_s_and_shown_in_disorder(name: str) -> None:
    (exercise, program), right = PUZZLES[name], RIGHT[name][0].split()
    shown = [line for line in program.lines if line in right]
    assert " ".join(shown) not in RIGHT[name]
    assert shown[0] != right[0]
    (lesson,) = NOTEBOOKS.glob(f"0{exercise.lesson}_*.ipynb")
    text = lesson.read_text(encoding="utf-8")
    assert [line for line in right if program.lines[line].strip() not in text] == []


NOT_PYTHON = r"Not yet\. Python can't read it: .* right under the line that ends with a colon\."
UNNEEDED = "It is right without `network.backward(caches, Y)`, too: it isn't needed."


@pytest.mark.parametrize(
    ("order", "kind", "words"),
    [
        ("start dW", "failure", NOT_PYTHON),
        ("start loop", "failure", NOT_PYTHON),
        ("loop start dW db if back", "failure", NOT_PYTHON),
        ("start loop if dW back db", "failure", NOT_PYTHON.replace(".*", r".* on line 10\..*", 1)),
        (
            "forward backward_alone loss backward update",
            "right",
            rf"Right, in all 6 trials\. {re.escape(UNNEEDED)}",
        ),
    ],
)
def test_what_else_there_is_to_say(order: str, kind: str, words: str) -> None:
    verdict = with_order("step_lines" if "forward" in order else "backward_lines", order).check()
    assert verdict.kind == kind
    assert re.fullmatch(words, verdict.text)


# How it is done


@each_puzzle
def test_it_begins_without_an_attempt_and_a_pass_is_noted_once(name: str) -> None:
    puzzle = with_order(name, "")
    assert puzzle.order == []
    assert repr(puzzle).endswith("\nNot attempted yet.")
    lines = enumerate(puzzle.program.lines.values())
    assert all(f"\n{i}  {line}\n" in repr(puzzle) for i, line in lines)
    assert puzzle.check().kind == "not attempted"
    assert progress.records() == {}
    puzzle.order = [0, 1]
    puzzle.check()
    puzzle = with_order(name, RIGHT[name][0])
    puzzle.check()
    puzzle.check()
    (noted,) = progress.records().items()
    assert (noted[0], noted[1].tries, noted[1].right) == (f"puzzle: {name}", 2, True)


def test_a_change_takes_the_verdict_back() -> None:
    puzzle = with_order("step_lines", RIGHT["step_lines"][0])
    assert puzzle.check() is puzzle.verdict
    bundle = puzzle._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"].endswith("Right, in all 6 trials.")
    assert puzzle._status.value == live_region(puzzle.verdict.html)
    puzzle.order = puzzle.order[::-1]
    assert puzzle.verdict.kind == "not attempted"
    assert puzzle._status.value == ""


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
    puzzle = with_order("step_lines", "forward loss")
    with pytest.raises(error, match=words):
        puzzle.order = order
    assert puzzle.order == numbers(puzzle, "forward loss")


@pytest.fixture
def focused(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What got the focus, by what it does."""
    found: list[str] = []
    monkeypatch.setattr(
        widgets.Button, "focus", lambda self: found.append(f"{self.description} {self.tooltip}")
    )
    return found


TOOLTIPS = {"up": "Move up", "down": "Move down", "out": "Take out"}


def press(puzzle: Puzzle, name: str, line: str) -> None:
    """Press a button of the line, which is where the program has it now."""
    place = puzzle.order.index(numbers(puzzle, line)[0])
    (button,) = (b for b in puzzle._rows[place].buttons.values() if b.description == name)
    assert button.tooltip == f"{TOOLTIPS[name]}: {puzzle.program.lines[line].strip()}"
    assert puzzle._rows[place].view.children[0] is puzzle._rows[place].line
    button.click()


def add(puzzle: Puzzle, *lines: str) -> None:
    for number in numbers(puzzle, " ".join(lines)):
        assert puzzle._choices[number].tooltip == "Add"
        puzzle._choices[number].click()


def assert_seen(puzzle: Puzzle, order: str) -> None:
    """The rest is there to choose from; the function is numbered as messages count its lines."""
    names, lines, program = order.split(), puzzle.program.lines, puzzle.program
    left = [choice.description for choice in puzzle._choices if choice.layout.display is None]
    assert [line.replace("\xa0", " ") for line in left] == [
        line for name, line in lines.items() if name not in names
    ]
    there = [part for part in puzzle.view.children if part.layout.display is None]
    shown = [
        part.value for part in map(first_part, there) if "course-code" in getattr(part, "value", "")
    ]
    expected = [program.head, *(f"    {lines[name]}" for name in names), program.tail]
    numbered = enumerate("\n".join(expected).split("\n"), 1)
    code = re.sub("<[^>]*>", "", unescape("\n".join(shown)))
    assert code == "\n".join(f"{number:3}  {line}" for number, line in numbered)


def first_part(widget: Any) -> Any:
    return getattr(widget, "children", [widget])[0]


@each_puzzle
def test_it_can_be_solved_with_the_controls(name: str) -> None:
    puzzle, (first, second, *others) = with_order(name, ""), RIGHT[name][0].split()
    assert_seen(puzzle, "")
    add(puzzle, second, first, *others)
    assert_seen(puzzle, " ".join([second, first, *others]))
    press(puzzle, "up", first)
    puzzle._check.click()
    assert "Right, in all" in puzzle._status.value
    assert_seen(puzzle, RIGHT[name][0])
    said = [shown.value for shown in puzzle.view.children if isinstance(shown, widgets.HTML)]
    assert said[:2] == ["Lines to choose from", "Your program"]


def test_lines_are_moved_and_taken_out_and_the_focus_goes_with_them(focused: list[str]) -> None:
    puzzle = with_order("step_lines", "")
    add(puzzle, "loss", "climb", "backward", "forward")
    for name, line, order in (
        ("up", "climb", "climb loss backward forward"),
        ("down", "climb", "loss climb backward forward"),
        ("up", "loss", "loss climb backward forward"),
        ("down", "forward", "loss climb backward forward"),
        ("out", "loss", "climb backward forward"),
    ):
        press(puzzle, name, line)
        assert puzzle.order == numbers(puzzle, order)
    lines = puzzle.program.lines
    expected = [f"{lines[n]} Add" for n in ("backward_alone", "forward", "update_loss")]
    expected += [expected[-1], f"up Move up: {lines['climb']}", f"down Move down: {lines['climb']}"]
    expected += [f"{lines['loss']} Add"]
    assert [name.replace("\xa0", " ") for name in focused] == expected
    add(puzzle, "loss", "update", "backward_alone", "update_loss")
    assert focused[-1].startswith("Check")
