"""Copy the notebooks without our solutions: for a class, or for anyone who might be tempted.

    python -m helpers.exercises.strip FOLDER [--without-outputs]

The copies go to FOLDER/notebooks, those in another language to a folder in it, and there lesson 5
keeps its pictures, too. Nothing else is changed but the words that point to a solution. Without
outputs, nothing shows before its cell is run.
"""

import argparse
import copy
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.texts import folder_of, in_language, language, languages, read

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
TEXTS = read("common/strip")
POINTER = re.compile("|".join(in_language("common/strip", l)["pointer"] for l in languages()))
Notebook = dict[str, Any]


def without_solutions(notebook: Notebook, outputs: bool = True) -> Notebook:
    """Return a notebook without the cells tagged 'solution'.

    Parameters
    ----------
    notebook : dict
        As it is in its file. It isn't changed.
    outputs : bool
        Whether it keeps what its cells have printed and shown, and their counts.
    """
    cells = copy.deepcopy(notebook["cells"])
    cells = [cell for cell in cells if "solution" not in cell["metadata"].get("tags", ())]
    for cell in cells:
        text = POINTER.sub("", "".join(cell["source"]))
        cell["source"] = text.splitlines(keepends=True)
        if cell["cell_type"] == "code" and not outputs:
            cell.update(execution_count=None, outputs=[])
    return notebook | {"cells": cells}


def strip(folder: Path, notebooks: Path = NOTEBOOKS, outputs: bool = True) -> list[Path]:
    """Write the copies and return where they are.

    Parameters
    ----------
    folder : Path
        A folder, which is made if there is none.
    notebooks : Path
        Where the notebooks are; in it, those of each language but English have a folder.
    outputs : bool
        Whether the copies keep their outputs.

    Raises
    ------
    ValueError
        If `folder` lies where the notebooks themselves are.
    FileExistsError
        If a notebook is there already. Then none is written.
    OSError
        If the folder can't be written to, or there are no notebooks, as in an installed package.
    """
    target = folder.resolve() / "notebooks"
    if target.is_relative_to(notebooks.resolve(strict=True)):
        raise ValueError(TEXTS["notebooks_here"].format(folder=folder))
    places = [notebooks / folder_of(name) for name in languages()]
    paths = [path for place in places for path in sorted(place.glob("*.ipynb"))]
    copies = {target / path.relative_to(notebooks): _copy_of(path, outputs) for path in paths}
    there = [path for path in copies if path.exists()]
    if there:
        raise FileExistsError(TEXTS["there"].format(path=there[0]))
    for path, text in copies.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return list(copies)


def _copy_of(path: Path, outputs: bool) -> str:
    notebook = without_solutions(json.loads(path.read_text(encoding="utf-8")), outputs)
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Copy the notebooks as the command line says; return 1 if that can't be done."""
    parser = argparse.ArgumentParser(description=TEXTS["what"])
    parser.add_argument("folder", metavar="FOLDER", type=Path, help=TEXTS["example"])
    parser.add_argument("--without-outputs", action="store_true", help=TEXTS["without_outputs"])
    given = parser.parse_args(arguments)
    try:
        copies = strip(given.folder, outputs=not given.without_outputs)
    except (ValueError, OSError) as error:
        system = {name: getattr(error, name, None) for name in ("filename", "strerror")}
        print(TEXTS["trouble"].format(**system) if system["strerror"] else error)
        return 1
    first = next((path for path in copies if path.parent.name == language()), copies[0])
    where = {"folder": copies[0].parent, "root": given.folder.resolve(), "first": first}
    call = "& " * (os.name == "nt")  # PowerShell takes what is in quotes for a text
    print(TEXTS["written"].format(number=len(copies), call=call, python=sys.executable, **where))
    return 0


if __name__ == "__main__":
    sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # of a letter it lacks
    sys.exit(main())
