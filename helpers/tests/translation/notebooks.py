"""Make the notebooks of another language from the English ones, run them, and store them.

    python -m helpers.tests.translation.notebooks [folder of a lesson ...]

The code is that of the English lesson, with one cell more, which chooses the language. The prose is
that of the translation, cell by cell; one that is missing or out of date stays English, and
`python -m helpers.tests.translation.outdated` names it. Run it after every change of an English
notebook or of a translation.
"""

import argparse
import copy
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

from helpers.tests import refresh_notebooks as refresh
from helpers.tests.translation import pieces
from helpers.texts import ENGLISH, folder_of, in_language, languages, lessons_with


def choice(language: str) -> str:
    """Return the code of the cell that chooses the language."""
    comment = in_language("common/language", language)["chosen"]
    return f'from helpers.texts import speak\n\nspeak("{language}")  # {comment}'


def path_of(folder: str, language: str) -> Path:
    """Return where the notebook of a lesson is; each language but English has a folder."""
    return refresh.NOTEBOOKS / folder_of(language) / f"{pieces.notebook_of(folder)}.ipynb"


def made(folder: str, language: str) -> NotebookNode:
    """Return the notebook of a lesson in a language, before it is run."""
    prose = {piece.place.split(": ")[1]: piece for piece in pieces.of_notebook(folder, language)}
    notebook = refresh.read(path_of(folder, ENGLISH).read_text(encoding="utf-8"))
    for cell in notebook.cells:
        if cell.cell_type == "markdown" and prose[cell.id].is_current:
            cell.source = prose[cell.id].translated
        if cell.cell_type == "code":
            cell.outputs = []
    new_cell: Any = nbformat.v4.new_code_cell
    first = [cell.cell_type for cell in notebook.cells].index("code")
    notebook.cells.insert(first, new_cell(choice(language), id="language"))
    return notebook


def with_outputs(notebook: NotebookNode, before: NotebookNode) -> NotebookNode:
    """Return the notebook with what its cells have shown before."""
    result, shown = copy.deepcopy(notebook), {cell.id: cell for cell in before.cells}
    for cell in result.cells:
        if cell.cell_type == "code" and cell.id in shown:
            cell.outputs = shown[cell.id].outputs
    return result


def make(folder: str, language: str) -> bool:
    """Make, run and store the notebook of a lesson; return whether its file changed."""
    path, notebook = path_of(folder, language), made(folder, language)
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if before:
        notebook = with_outputs(notebook, refresh.read(before))
    path.parent.mkdir(exist_ok=True)
    path.write_text(refresh.to_text(refresh.clean(notebook)), encoding="utf-8", newline="\n")
    refresh.refresh(path)
    return path.read_text(encoding="utf-8") != before


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the notebooks of the lessons that the command line names, in every language."""
    parser = argparse.ArgumentParser(description="Make the notebooks of other languages.")
    parser.add_argument("folder", nargs="*", help="default: lesson_1, lesson_2 and so on")
    for folder in parser.parse_args(arguments).folder or lessons_with("lab.toml"):
        for language in languages()[1:]:
            changed = make(folder, language)
            print(f"{folder} {language}: {'made' if changed else 'unchanged'}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
