"""What the code cells compute, ask and draw, and that each says the same when it is run once more.

What a cell prints is compared with a run by nbval, and the solutions are judged like a learner's
answer. A cell that computes in silence, or draws, has a check beside what its lesson claims.
"""

import ast
import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers import plots
from helpers.plots import Picture
from helpers.tests.notebooks.claims import checks
from helpers.tests.notebooks.formulas.cells import NUMBER, cells_of, output_of
from helpers.tests.refresh_notebooks import NAMES
from helpers.texts import lessons_with, read

# fewer epochs, rounds and points than in the lesson: what differs then differs with few as well
MANY = re.compile(r'(epochs(?:=|": )|range\(|two_moons\()(\d{3,}|(?<=[= ])\d\d)\b')
# what a line asks for beside the numbers that it names
NOT_NAMED = {1e-7: "the rule that the text above it gives", 1e-6: "the tolerance"}


def cells_with(pattern: str) -> list[tuple[str, str, str]]:
    """Return what a pattern finds in code, after the notebook's name and the cell's."""
    return [
        (notebook, id, found)
        for notebook in NAMES
        for id, cell in cells_of(notebook).items()
        for found in re.findall(pattern, cell.source)
    ]


def test_every_cell_that_computes_in_silence_or_draws_has_a_check() -> None:
    computing = {
        (name, id)
        for name in NAMES
        for id, cell in cells_of(name).items()
        if cell.computes and not output_of(name, id)
        if not id.startswith("solution-")  # which is judged, as an answer is
    }
    drawing = {(name, id) for name, id, _ in cells_with(r"new_figure|plots\.picture")}
    assert (computing | drawing) - checks().keys() == set()


@pytest.mark.parametrize(("notebook", "id"), checks())
def test_what_a_cell_computes_or_draws_is_right(notebook: str, id: str) -> None:
    checks()[notebook, id](cells_of(notebook)[id])


def verdicts(source: str) -> Iterator[tuple[str, list[float]]]:
    """Yield the words of each line that asks something, and the numbers that it compares with."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "print":
            nodes = list(ast.walk(call))
            words = [node.value for node in nodes if isinstance(node, ast.Constant)]
            asked = [node for node in nodes if isinstance(node, ast.Compare)]
            bounds = [bound for node in asked for bound in (node.left, *node.comparators)]
            numbers = [float(str(b.value)) for b in bounds if isinstance(b, ast.Constant)]
            yield " ".join(word for word in words if isinstance(word, str)), numbers


def test_a_line_that_asks_something_names_the_numbers() -> None:
    asked = [pair for name in NAMES for c in cells_of(name).values() for pair in verdicts(c.source)]
    assert sum(bool(numbers) for _, numbers in asked) > 8
    for text, numbers in asked:
        named = {float(found.replace(",", "")) for found in NUMBER.findall(text)}
        assert {*numbers} <= named | NOT_NAMED.keys(), text


def test_every_sentence_is_that_of_one_picture_in_its_lesson() -> None:
    lessons = lessons_with("pictures.toml")
    written = [(lesson, name) for lesson in lessons for name in read(f"{lesson}/pictures")]
    pictures = cells_with(r'plots\.picture\(\w+, "(.*)"\)')
    shown = [(f"lesson_{int(notebook[:2])}", name) for notebook, _, name in pictures]
    assert sorted(shown) == sorted(written)
    assert len({name for _, name in written}) == len(written), "two lessons use one name"


# Twice


def said(source: str, names: dict[str, Any]) -> str:
    """Return what a cell prints, and the value that it shows."""
    tree = ast.parse(MANY.sub(r"\g<1>10", source))
    last: Any = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(tree, "<cell>", "exec"), names)
        value = eval(compile(ast.Expression(last.value), "<cell>", "eval"), names) if last else None
    return printed.getvalue() + (drawn(value) if isinstance(value, Picture) else repr(value))


def drawn(picture: Picture) -> str:
    """Return the data of a picture's lines."""
    lines: list[Any] = [line for ax in picture.figure.axes for line in ax.lines]
    return picture.alt + str([line.get_xydata().tolist() for line in lines])


def different(notebook: str) -> Iterator[str]:
    names: dict[str, Any] = {"__name__": "__main__"}
    for id, cell in cells_of(notebook).items():
        if not id.startswith("lab-") and said(cell.source, names) != said(cell.source, names):
            yield id


@pytest.mark.parametrize("notebook", NAMES)
def test_a_cell_says_the_same_twice(
    notebook: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "progress.json"))
    monkeypatch.setattr(plots, "keep_pictures", lambda *_: None)
    assert list(different(notebook)) == []
