"""Copy the notebooks without our solutions: for a class, or for anyone who might be tempted.

    python -m helpers.exercises.strip FOLDER

The copies go to FOLDER/notebooks, and there lesson 5 keeps its pictures, too. Nothing is
changed but the counts of the cells, which run on without a gap, and the words that point to a
solution.
"""

import argparse
import copy
import json
import re
import sys
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from helpers.texts import read

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TEXTS = read("common/strip")
POINTER = re.compile(TEXTS["pointer"])
Notebook = dict[str, Any]


def without_solutions(notebook: Notebook) -> Notebook:
    """Return a notebook without the cells tagged 'solution', its counts 1, 2, … in order.

    Parameters
    ----------
    notebook : dict
        As it is in its file. It isn't changed.
    """
    cells, numbers = copy.deepcopy(notebook["cells"]), count(1)
    cells = [cell for cell in cells if "solution" not in cell["metadata"].get("tags", ())]
    for cell in cells:
        text = POINTER.sub("", "".join(cell["source"]))
        cell["source"] = text.splitlines(keepends=True)
        if cell.get("execution_count"):
            _set_count(cell, next(numbers))
    return notebook | {"cells": cells}


def _set_count(cell: dict[str, Any], number: int) -> None:
    for counted in (cell, *cell["outputs"]):
        if "execution_count" in counted:
            counted["execution_count"] = number


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
    notebook = without_solutions(json.loads(path.read_text(encoding="utf-8")))
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


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
