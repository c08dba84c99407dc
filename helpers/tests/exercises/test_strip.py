"""The copy without solutions: nothing else is gone, and whoever puts a solution in passes."""

import ast
import json
import os
import re
import runpy
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from helpers.exercises.strip import main, strip, without_solutions
from helpers.tests import refresh_notebooks as refresh

ROOT = Path(__file__).parents[3]
NOTEBOOKS = ROOT / "notebooks"
PATHS = sorted(NOTEBOOKS.glob("*.ipynb"))
TRANSLATED = sorted(NOTEBOOKS.glob("[a-z][a-z]/*.ipynb"))
each_notebook = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
# how a task points to its solution, and what else only solutions have, by the notebooks' folder
POINTERS = {
    "notebooks": (r"\n\n\(\[A solution\]\(#Solution:.*\) is at the end of .*\.\)$", "Solution"),
    "zh": (r"\n\n（\[题解\]\(#题解：.*\)在本课末尾。）$", "# ?题解"),
}


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> dict[Path, Path]:
    folder = tmp_path_factory.mktemp("course") / "a" / "class"
    return {path.relative_to(folder / "notebooks"): path for path in strip(folder)}


def read(path: Path) -> Any:
    return refresh.read(path.read_bytes().decode("utf-8"))


def is_solution(cell: Any) -> bool:
    return "solution" in cell.metadata.get("tags", [])


# What the copy is


@pytest.mark.parametrize("path", [*PATHS, *TRANSLATED], ids=lambda path: str(path)[-25:-6])
def test_only_solutions_are_gone(path: Path, copies: dict[Path, Path]) -> None:
    copied, (pointer, title) = copies[path.relative_to(NOTEBOOKS)], POINTERS[path.parent.name]
    before, after = read(path), read(copied)
    cells, found = before.pop("cells"), after.pop("cells")
    assert after == before
    left, pointers = [cell for cell in cells if not is_solution(cell)], 0
    for cell, other in zip(left, found, strict=True):
        cell.source, found_here = re.subn(pointer, "", cell.source)
        pointers += found_here
        assert cell == other
        assert not re.search(title, other.source)
    assert pointers == sum(is_solution(cell) and cell.cell_type == "code" for cell in cells) > 0
    assert len({refresh.is_clean(place.read_bytes().decode()) for place in (copied, path)}) == 1


def test_without_outputs_nothing_else_is_gone(
    tmp_path: Path, copies: dict[Path, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path), "--without-outputs"]) == 0
    assert "notebooks without solutions are in" in capsys.readouterr().out
    for place, path in copies.items():
        with_outputs = read(path)
        for cell in with_outputs.cells:
            if cell.cell_type == "code":
                cell.outputs, cell.execution_count = [], None
        assert read(tmp_path / "notebooks" / place) == with_outputs


@each_notebook
def test_no_cell_needs_what_a_solution_defines(path: Path) -> None:
    for cell in read(path).cells:
        tree = ast.parse(cell.source if cell.cell_type == "code" else "")
        if is_solution(cell):
            defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
            ours = cell.id.replace("solution-", "our_").replace("-", "_")
            assert (defined, len(tree.body)) == ([ours], 1) or cell.cell_type == "markdown"
        else:
            names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
            assert not any(name.startswith("our_") for name in names)


def test_the_notebook_itself_isn_t_changed() -> None:
    notebook = read(PATHS[0])
    before = json.dumps(notebook)
    without_solutions(notebook)
    assert json.dumps(notebook) == before


# Where it goes


def test_the_command_writes_the_copies_and_says_how_to_open_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the English ones come those of all languages; the first of the teacher's is opened."""
    folder = tmp_path / "my class"
    monkeypatch.setattr(sys, "argv", ["strip", str(folder)])
    with monkeypatch.context() as patch, pytest.raises(SystemExit, match=r"^0$"):
        patch.delitem(sys.modules, "helpers.exercises.strip")
        runpy.run_module("helpers.exercises.strip", run_name="__main__")
    copies = [folder / path.relative_to(ROOT) for path in (*PATHS, *TRANSLATED)]
    assert sorted(path for path in folder.rglob("*") if path.is_file()) == sorted(copies)
    python = "& " * (os.name == "nt") + f'"{sys.executable}"'
    assert capsys.readouterr().out.splitlines() == [
        f"{len(copies)} notebooks without solutions are in {folder / 'notebooks'}. Open the first:",
        f'{python} -m jupyterlab --ServerApp.root_dir="{folder}" "{copies[0]}"',
    ]
    monkeypatch.setattr("helpers.exercises.strip.language", lambda: "zh")
    assert main([str(tmp_path / "zh")]) == 0
    opened = capsys.readouterr().out.splitlines()[-1]
    assert not TRANSLATED or opened.endswith(f'{Path("notebooks", "zh", PATHS[0].name)}"')


def test_no_work_and_no_notebook_is_overwritten(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work, file = tmp_path / "class" / "notebooks" / PATHS[-1].name, tmp_path / "file"
    work.parent.mkdir(parents=True)
    work.write_text("my own work", encoding="utf-8")
    file.touch()
    refused = {tmp_path / "class": f"{work.name} is there already, and may"}
    with pytest.raises(OSError) as system:  # which says it in its own words
        (file / "notebooks").mkdir(parents=True)
    refused[file] = f"{system.value.filename}: {system.value.strerror}."
    for place in (".", "notebooks", "notebooks/mine", "images/.."):
        refused[ROOT / place] = "is where the notebooks themselves are kept. Name another folder"
    before = sorted((ROOT / "notebooks").rglob("*.ipynb"))  # JupyterLab keeps some of its own
    for folder, words in refused.items():
        assert main([str(folder)]) == 1
        assert words in capsys.readouterr().out
    assert sorted((ROOT / "notebooks").rglob("*.ipynb")) == before
    assert list(work.parent.iterdir()) == [work]
    assert work.read_text(encoding="utf-8") == "my own work"
    with pytest.raises(FileNotFoundError):  # as in an installed package
        strip(tmp_path / "new", notebooks=tmp_path / "nowhere")


# Who puts a solution into a stub passes


def exercises_of(path: Path) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the stub and the solution of each exercise."""
    cells = {cell.id: cell for cell in read(path).cells}
    for id, stub in cells.items():
        if "exercise" in stub.metadata.get("tags", []):
            solution = cells[id.replace("try-", "solution-")]
            assert is_solution(solution)
            name = ast.unparse(ast.parse(stub.source).body[-1])[len("check(") : -1]
            yield name, stub.source, f'{solution.source}\n\n\ncheck(our_{name}, of="{name}")'


def verdict_of(source: str, space: dict[str, Any]) -> Any:
    """Run a cell and return the value of its last line, as a notebook does."""
    *body, last = ast.parse(source).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(body, []), "<cell>", "exec"), space)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), space)


@each_notebook
def test_the_exercises_of_each_notebook(path: Path) -> None:
    """Nothing is attempted in the stub, the solution is right, and right in the stub's place."""
    for name, stub, solution in exercises_of(path):
        filled_in = solution.replace(f'check(our_{name}, of="{name}")', f"check({name})")
        filled_in = filled_in.replace(f"our_{name}", name)
        space: dict[str, Any] = {}  # an exercise needs the imports, and nothing else
        (imports,) = (cell for cell in read(path).cells if cell.id == "imports")
        exec(imports.source, space)
        assert verdict_of(stub, space).kind == "not attempted"
        for source in (filled_in, solution):
            verdict = verdict_of(source, space)
            assert verdict.kind == "right", f"{name}: {verdict}"
