"""Copy the notebooks without our solutions: for a class, or for anyone who might be tempted.

    python -m helpers.exercises.strip FOLDER

The copies go to FOLDER/notebooks. (Lesson 5 keeps its pictures in the course's own `images`,
wherever it runs.) Nothing is changed but the counts of the cells, which run on without a gap,
and the words that point to a solution below.
"""

import argparse
import copy
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.preprocessors import TagRemovePreprocessor
from nbformat import NotebookNode

from helpers.texts import read

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TEXTS = read("common/strip")
POINTER: str = TEXTS["pointer"]


def without_solutions(notebook: NotebookNode) -> NotebookNode:
    """Return a notebook without the cells tagged 'solution', its counts 1, 2, … in order.

    Parameters
    ----------
    notebook : NotebookNode
        As it is in its file. It isn't changed.
    """
    remover: Any = TagRemovePreprocessor
    result, _ = remover(remove_cell_tags={"solution"}).preprocess(copy.deepcopy(notebook), {})
    numbers = count(1)
    for cell in result.cells:
        if POINTER in cell.source:
            cell.source = cell.source.replace(POINTER, "").rstrip()
        if cell.get("execution_count"):
            _set_count(cell, next(numbers))
    return result


def _set_count(cell: NotebookNode, number: int) -> None:
    for counted in (cell, *cell.outputs):
        if "execution_count" in counted:
            counted.execution_count = number


def strip(folder: Path, notebooks: Path = NOTEBOOKS) -> list[Path]:
    """Write the copies and return where they are.

    Parameters
    ----------
    folder : Path
        A folder, which is made if there is none.
    notebooks : Path
        Where the notebooks are.

    Raises
    ------
    ValueError
        If `folder` lies where the notebooks themselves are.
    FileExistsError
        If a notebook is there already. Then none is written.
    OSError
        If the folder can't be written to.
    """
    target = folder.resolve() / "notebooks"
    if target.is_relative_to(notebooks.resolve()):
        raise ValueError(TEXTS["notebooks_here"].format(folder=folder))
    copies = {target / path.name: _copy_of(path) for path in sorted(notebooks.glob("*.ipynb"))}
    there = [path for path in copies if path.exists()]
    if there:
        raise FileExistsError(TEXTS["there"].format(path=there[0]))
    target.mkdir(parents=True, exist_ok=True)
    for path, text in copies.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(copies)


def _copy_of(path: Path) -> str:
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)  # type: ignore[no-untyped-call]
    return f"{nbformat.writes(without_solutions(notebook))}\n"  # type: ignore[no-untyped-call]


def main(arguments: Sequence[str] | None = None) -> int:
    """Copy the notebooks as the command line says; return 1 if that can't be done."""
    parser = argparse.ArgumentParser(description=TEXTS["what"])
    parser.add_argument("folder", metavar="FOLDER", type=Path, help=TEXTS["example"])
    folder = parser.parse_args(arguments).folder
    try:
        copies = strip(folder)
    except (ValueError, OSError) as error:
        reason = getattr(error, "strerror", None)
        print(TEXTS["unwritten"].format(folder=folder, reason=reason) if reason else error)
        return 1
    where = {"folder": copies[0].parent, "root": folder.resolve(), "first": copies[0]}
    print(TEXTS["written"].format(number=len(copies), python=sys.executable, **where))
    return 0


if __name__ == "__main__":
    sys.exit(main())
