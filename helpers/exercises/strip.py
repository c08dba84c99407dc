"""Copy the notebooks without our solutions: for a class, or for anyone who might be tempted.

    python -m helpers.exercises.strip FOLDER

The copies go to FOLDER/notebooks. Beside them is an empty folder FOLDER/images. (Lesson 5
keeps its pictures in the course's own `images`, wherever it runs.) Nothing else is changed but
the counts of the cells, which run on without a gap, and the words that point to a solution below.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
POINTER = "(A solution is folded below.)"

Notebook = dict[str, Any]


def without_solutions(notebook: Notebook) -> Notebook:
    """Return a notebook without the cells tagged 'solution', its counts 1, 2, … in order.

    Parameters
    ----------
    notebook : dict
        As it is in its file. It isn't changed.
    """
    kept: list[dict[str, Any]] = []
    count = 0
    for cell in notebook["cells"]:
        if "solution" in cell["metadata"].get("tags", []):
            continue
        if cell["cell_type"] == "code" and cell["execution_count"] is not None:
            count += 1
            kept.append(_with_count(cell, count))
        else:
            kept.append({**cell, "source": _without_pointer(cell["source"])})
    return {**notebook, "cells": kept}


def _with_count(cell: dict[str, Any], count: int) -> dict[str, Any]:
    outputs = [
        {**output, "execution_count": count} if "execution_count" in output else output
        for output in cell["outputs"]
    ]
    return {**cell, "execution_count": count, "outputs": outputs}


def _without_pointer(source: list[str]) -> list[str]:
    text = "".join(source)
    if POINTER not in text:
        return source
    return text.replace(POINTER, "").rstrip().splitlines(keepends=True)


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
        raise ValueError(
            f"{folder} is where the notebooks themselves are kept. Name another folder, which "
            f"may be new."
        )
    paths = sorted(notebooks.glob("*.ipynb"))
    copies = {target / path.name: _copy_of(path) for path in paths}
    there = [path for path in copies if path.exists()]
    if there:
        raise FileExistsError(
            f"{there[0]} is there already, and may hold somebody's work. Name another folder, or "
            f"move it away first."
        )
    for name in ("notebooks", "images"):
        (target.parent / name).mkdir(parents=True, exist_ok=True)
    for path, text in copies.items():
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(copies)


def _copy_of(path: Path) -> str:
    notebook = without_solutions(json.loads(path.read_text(encoding="utf-8")))
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Copy the notebooks as the command line says; return 1 if that can't be done."""
    parser = argparse.ArgumentParser(description="Copy the notebooks without the solutions.")
    parser.add_argument("folder", metavar="FOLDER", type=Path, help="for example ../class")
    folder = parser.parse_args(arguments).folder
    try:
        first, *others = strip(folder)
    except (ValueError, OSError) as error:
        reason = getattr(error, "strerror", None)
        print(f"{folder} can't be written to: {reason}." if reason else error)
        return 1
    print(
        f"{1 + len(others)} notebooks without solutions are in {first.parent}. Open the first:\n"
        f'"{sys.executable}" -m jupyterlab --ServerApp.root_dir="{folder.resolve()}" "{first}"'
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
