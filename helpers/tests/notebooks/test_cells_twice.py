"""Every code cell of every lesson says the same when it is run once more."""

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
from helpers.tests.notebooks.formulas.cells import cells_of
from helpers.tests.notebooks.test_notebooks import NAMES

# fewer epochs, rounds and points than in the lesson: what differs then differs with few as well
MANY = re.compile(r'(epochs(?:=|": )|range\(|two_moons\()(\d{3,}|(?<=[= ])\d\d)\b')


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
