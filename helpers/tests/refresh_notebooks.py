"""Run the notebooks and store them so that a second run stores the same bytes.

    python -m helpers.tests.refresh_notebooks [notebook ...]

Without arguments it takes every notebook in notebooks/, one after the other: they may write
to the same pictures. What nbval compares is kept (text, HTML and the execution counts,
without which it compares nothing); widgets and timestamps aren't stored. Pictures are stored
small, and only where they look other than before. What answers a question is stored hidden. A
drawing that a text shows as `attachment:NAME` is copied from images/ into the notebook, so that
it is there from whichever folder JupyterLab was started.
"""

import argparse
import base64
import copy
import re
import sys
from collections.abc import Sequence
from itertools import chain, count
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from nbformat import NotebookNode
from nbval.plugin import get_sanitize_patterns

from helpers.tests.notebooks.stored_pictures import are_alike, drawn, output_of, stored

ROOT = Path(__file__).parents[2]
NOTEBOOKS = ROOT / "notebooks"
IMAGES = ROOT / "images"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
DRAWING = re.compile(r"\(attachment:([\w.-]+)\)")
SECONDS_A_CELL = 120
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
PREDICT = re.compile(r"\*\*(?:Predict|预测)")
CHOICE = re.compile(r'^speak\("(\w+)"\)', re.M)  # of the language
PLAYED_WITH = ("lab-", "bug-hunt")  # what is to be predicted there isn't what stands at first
# eight hexadecimal digits from nbformat, or a UUID from JupyterLab
RANDOM_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){0,4}([0-9a-f]{8})?")


def clean(notebook: NotebookNode) -> NotebookNode:
    """Return `notebook` as it is stored; cleaning it again changes nothing.

    Parameters
    ----------
    notebook : NotebookNode
        Executed, or the counts that it gets here are untrue. It isn't changed.
    """
    result = copy.deepcopy(notebook)
    result.metadata = METADATA
    result.nbformat, result.nbformat_minor = 4, 5
    patterns = get_sanitize_patterns((ROOT / ".ci" / "nbval.cfg").read_text(encoding="utf-8"))
    _name_cells(result.cells)
    language, number = language_of(notebook), 0
    for cell in result.cells:
        cell.metadata = _kept(cell.metadata)
        if cell.cell_type == "markdown":
            _attach_drawings(cell, language)
        if cell.cell_type == "code":
            number += bool(cell.source.strip())
            cell.execution_count = number if cell.source.strip() else None
            cell.outputs = _clean_outputs(cell.outputs, cell.execution_count, patterns)
            _add_picture_of_lab(cell, language)
    _hide_answers(result.cells)
    return result


def _kept(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return the tags, and whether the code is hidden."""
    hidden = metadata.get("jupyter", {}).get("source_hidden")
    kept = {"tags": metadata.get("tags"), "jupyter": hidden and {"source_hidden": hidden}}
    return {key: value for key, value in kept.items() if value}


def _name_cells(cells: list[NotebookNode]) -> None:
    """Keep the ids that somebody chose; name the other cells after how they begin."""
    taken = {cell.get("id") for cell in cells}
    for cell in cells:
        if not cell.get("id") or RANDOM_ID.fullmatch(cell.id):
            name = "-".join(["cell", *re.findall("[a-z0-9]+", cell.source.lower())[:5]])[:50]
            names = chain([name], (f"{name}-{number}" for number in count(2)))
            cell.id = next(free for free in names if free not in taken)
            taken.add(cell.id)


def _hide_answers(cells: list[NotebookNode]) -> None:
    """Hide what answers a question, up to the next text; JupyterLab shows it when it is run.

    Until then JupyterLab shows the first line of the first output; so the first says nothing.
    """
    asked = False
    for cell in cells:
        if cell.cell_type == "markdown":
            asked = bool(PREDICT.search(cell.source))
        elif cell.source.startswith("ask("):
            asked = True
        elif asked and cell.outputs and not cell.id.startswith(PLAYED_WITH):
            cell.metadata.setdefault("jupyter", {})["outputs_hidden"] = True
            nothing: Any = nbformat.v4.new_output
            cell.outputs.insert(0, nothing("display_data"))


def language_of(notebook: NotebookNode) -> str:
    """Return the language that a cell of it chooses; 'en' if none does."""
    found = (CHOICE.search(cell.source) for cell in notebook.cells if cell.cell_type == "code")
    return next((choice[1] for choice in found if choice), "en")


def image(name: str, language: str) -> Path:
    """Return where a picture in a language is; one without words is that of the English."""
    path = IMAGES / language / name
    return path if path.exists() else IMAGES / name


def _attach_drawings(cell: NotebookNode, language: str) -> None:
    cell.pop("attachments", None)
    names = DRAWING.findall(cell.source)
    if names:
        cell.attachments = {
            name: {"image/png": base64.b64encode(image(name, language).read_bytes()).decode()}
            for name in names
        }


def _clean_outputs(
    outputs: list[NotebookNode], count: int | None, patterns: list[tuple[str, str]]
) -> list[NotebookNode]:
    result: list[NotebookNode] = []
    for output in outputs:
        previous = result[-1] if result else {}
        if output.output_type == "stream":
            if previous.get("output_type") == "stream" and previous["name"] == output.name:
                previous["text"] = _without_pictures(previous["text"] + output.text, patterns)
                continue
            output.text = _without_pictures(output.text, patterns)
        elif stored([output]):
            output.metadata = {}
        elif "data" in output:
            result += drawn([output])
            output.data, output.metadata = _clean_data(output.data, patterns), {}
            if not output.data:
                continue
        if output.output_type == "execute_result":
            output.execution_count = count
        result.append(output)
    return result


def _add_picture_of_lab(cell: NotebookNode, language: str) -> None:
    """Put what a lab looks like above its sentence; `images` has the picture of some."""
    path = image(f"{cell.id}.png", language)
    if cell.id.startswith("lab-") and path.exists():
        others = [output for output in cell.outputs if not stored([output])]
        cell.outputs = [output_of(path.read_bytes()), *others]


def _keep_pictures(notebook: NotebookNode, before: NotebookNode) -> None:
    """Take a stored picture again where the new one looks the same."""
    kept = {cell.id: stored(cell.get("outputs", [])) for cell in before.cells}
    for cell in notebook.cells:
        new = stored(cell.get("outputs", []))
        if new and are_alike(new, kept.get(cell.id, [])):
            old = iter(kept[cell.id])
            cell.outputs = [next(old) if stored([each]) else each for each in cell.outputs]


def _clean_data(data: dict[str, Any], patterns: list[tuple[str, str]]) -> dict[str, str]:
    """Keep what is text: nbval compares every kind of it, and no widget views."""
    return {
        kind: _without_pictures(text, patterns)
        for kind, text in data.items()
        if kind.startswith("text/")
    }


def _without_pictures(text: str, patterns: list[tuple[str, str]]) -> str:
    """Replace what nbval replaces before it compares."""
    for regex, replacement in patterns:
        text = re.sub(regex, replacement, text)
    return text


def to_text(notebook: NotebookNode) -> str:
    """Return what the file of `notebook` holds.

    Raises
    ------
    nbformat.ValidationError
        If it isn't a valid notebook, for example because two cells share an id.
    """
    ids = [cell.id for cell in notebook.cells]
    twice = sorted({id for id in ids if ids.count(id) > 1})
    if twice:
        raise nbformat.ValidationError(f"Give each cell an id of its own; twice: {twice}.")
    nbformat.validate(notebook)
    return f"{nbformat.writes(notebook)}\n"  # type: ignore[no-untyped-call]


def read(text: str) -> NotebookNode:
    """Return the notebook whose file holds `text`; nothing is mended."""
    return nbformat.v4.reads(text)  # type: ignore[no-untyped-call]


def is_clean(text: str) -> bool:
    """Whether `text`, a notebook's file, is byte for byte what `clean` would store."""
    return text == to_text(clean(read(text)))


def execute(notebook: NotebookNode, folder: Path) -> None:
    """Run every cell of `notebook` in place, in a new kernel that works in `folder`.

    Raises
    ------
    CellExecutionError, CellTimeoutError
        If a cell raises, or takes longer than `SECONDS_A_CELL`.
    """
    NotebookClient(
        notebook,
        timeout=SECONDS_A_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(folder)}},
        record_timing=False,
        store_widget_state=False,
    ).execute()


def refresh(path: Path) -> bool:
    """Run the notebook at `path`, store it clean, and return whether its file changed."""
    before = path.read_text(encoding="utf-8")
    notebook = clean(read(before))
    execute(notebook, path.parent)
    notebook = clean(notebook)
    _keep_pictures(notebook, read(before))
    after = to_text(clean(notebook))
    if after != before:
        path.write_text(after, encoding="utf-8", newline="\n")
    return after != before


def main(arguments: Sequence[str] | None = None) -> int:
    """Refresh the notebooks named on the command line; return 1 if one of them failed."""
    parser = argparse.ArgumentParser(description="Run notebooks and store them clean.")
    parser.add_argument("notebook", nargs="*", type=Path, help="default: all in notebooks/")
    failed = False
    for path in parser.parse_args(arguments).notebook or sorted(NOTEBOOKS.rglob("[0-9]*.ipynb")):
        try:
            print(f"{path.name}: {'refreshed' if refresh(path) else 'unchanged'}", flush=True)
        except (CellExecutionError, CellTimeoutError, nbformat.ValidationError, OSError) as error:
            print(f"{path.name}: left as it was. Mend this and run again:\n{error}", flush=True)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
