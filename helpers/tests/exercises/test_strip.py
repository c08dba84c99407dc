"""The copy without solutions: nothing else is gone, and whoever puts a solution in passes."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.strip import POINTER, main, strip, without_solutions
from helpers.tests import refresh_notebooks as refresh

ROOT = Path(__file__).parents[3]
PATHS = sorted((ROOT / "notebooks").glob("*.ipynb"))
RUN = ROOT / "notebooks" / "03_delta_recursion.ipynb"  # in a kernel; the others are checked here
Answer = Callable[..., Any]

IMPORTS = """\
import numpy as np

from helpers.exercises import check"""
TASK = f"""\
### Exercise: δ of the output

Write $\\delta[L]$.

{POINTER}"""
STUB = '''\
def output_delta(A, Y, Z, activation):
    """Return δ[L], of shape (k, m)."""
    return ...


check(output_delta)'''
SOLUTION = """\
# One solution
def solution(A, Y, Z, activation):
    error = np.subtract(A, Y)
    return error / A.shape[1] * activation.derivative(Z)


check(solution, of="output_delta")"""
FOLDED = {"source_hidden": True, "outputs_hidden": True}


def tiny_notebook() -> NotebookNode:
    """A lesson of one exercise."""
    v4: Any = nbformat.v4
    cells = [
        v4.new_code_cell(IMPORTS, id="imports"),
        v4.new_markdown_cell(TASK, id="exercise-output-delta"),
        v4.new_code_cell(STUB, id="try-output-delta", metadata={"tags": ["exercise"]}),
        v4.new_code_cell(
            SOLUTION, id="solution-delta", metadata={"tags": ["solution"], "jupyter": FOLDED}
        ),
        v4.new_code_cell("np.arange(3) + 0.5", id="end"),
    ]
    return v4.new_notebook(cells=cells)


@pytest.fixture(autouse=True)
def own_progress(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny notebook, executed and stored clean, in a folder `notebooks`."""
    path = tmp_path_factory.mktemp("course") / "notebooks" / "01_tiny.ipynb"
    path.parent.mkdir()
    notebook = tiny_notebook()
    run_here(notebook)
    path.write_text(refresh.to_text(refresh.clean(notebook)), encoding="utf-8")
    return path


def run_here(notebook: NotebookNode) -> None:
    """Run the cells without a kernel, which takes longer; that it's the same is nbval's to say."""
    space: dict[str, Any] = {}
    for number, cell in enumerate((c for c in notebook.cells if c.cell_type == "code"), 1):
        cell.execution_count = number
        if not isinstance(ast.parse(cell.source).body[-1], ast.Expr):
            exec(cell.source, space)
            continue
        value = verdict_of(cell.source, space)
        data = {"text/plain": repr(value)}
        if hasattr(value, "_repr_html_"):
            data["text/html"] = value._repr_html_()
        new_output: Any = nbformat.v4.new_output
        cell.outputs = [new_output("execute_result", data, execution_count=number)]


def tags(cell: Any) -> list[str]:
    found: list[str] = cell["metadata"].get("tags", [])
    return found


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def without_counts(cell: Any) -> str:
    text = json.dumps(cell, ensure_ascii=False)
    return re.sub(r'"execution_count": \d+', "", text)


# --- what the copy is


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_only_solutions_are_gone(path: Path, tmp_path: Path) -> None:
    (copy,) = (copy for copy in strip(tmp_path / "class") if copy.name == path.name)
    before, after = read(path), read(copy)
    left = [cell for cell in before.pop("cells") if "solution" not in tags(cell)]
    found = after.pop("cells")
    assert after == before
    for cell, other in zip(left, found, strict=True):
        if POINTER in "".join(cell["source"]):
            assert "".join(cell["source"]) == "".join(other["source"]) + f"\n\n{POINTER}"
        else:
            assert without_counts(cell) == without_counts(other)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_every_solution_is_pointed_to(path: Path) -> None:
    cells = read(path)["cells"]
    solutions = [cell for cell in cells if "solution" in tags(cell)]
    assert sum(POINTER in "".join(cell["source"]) for cell in cells) == len(solutions) > 0


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_copy_is_stored_clean(path: Path, tmp_path: Path) -> None:
    (copy,) = (copy for copy in strip(tmp_path / "class") if copy.name == path.name)
    assert refresh.is_clean(copy.read_bytes().decode("utf-8"))
    counts = [c["execution_count"] for c in read(copy)["cells"] if c["cell_type"] == "code"]
    assert counts == list(range(1, len(counts) + 1))


def test_the_tiny_copy_is_clean_and_without_its_solution(tiny: Path, tmp_path: Path) -> None:
    assert "Right, in all" in tiny.read_text(encoding="utf-8")
    (copy,) = strip(tmp_path, tiny.parent)
    text = copy.read_bytes().decode("utf-8")
    assert refresh.is_clean(text)
    for gone in ("solution", "Right", "error", POINTER):
        assert gone not in text
    cells = read(copy)["cells"]
    assert [cell["id"] for cell in cells] == [
        "imports",
        "exercise-output-delta",
        "try-output-delta",
        "end",
    ]
    assert cells[-1]["execution_count"] == cells[-1]["outputs"][0]["execution_count"] == 3


def test_the_notebook_itself_isn_t_changed(tiny: Path) -> None:
    notebook = read(tiny)
    before = json.dumps(notebook)
    without_solutions(notebook)
    assert json.dumps(notebook) == before


# --- where it goes


def test_no_work_is_overwritten(tmp_path: Path) -> None:
    copies = strip(tmp_path / "class")
    for path in copies[:-1]:
        path.unlink()
    copies[-1].write_text("my own work", encoding="utf-8")
    with pytest.raises(FileExistsError, match=rf"{copies[-1].name} is there already, and may"):
        strip(tmp_path / "class")
    assert [path.name for path in copies[-1].parent.iterdir()] == [copies[-1].name]
    assert copies[-1].read_text(encoding="utf-8") == "my own work"


@pytest.mark.parametrize("folder", [".", "notebooks", "notebooks/mine", "images/.."])
def test_the_notebooks_themselves_are_left_alone(folder: str) -> None:
    before = sorted((ROOT / "notebooks").rglob("*.ipynb"))  # JupyterLab keeps some of its own
    with pytest.raises(ValueError, match="is where the notebooks themselves are kept"):
        strip(ROOT / folder)
    assert sorted((ROOT / "notebooks").rglob("*.ipynb")) == before


def test_there_is_a_folder_for_pictures(tmp_path: Path) -> None:
    copies = strip(tmp_path / "a" / "class")
    images = copies[0].parent / ".." / "images"
    assert images.is_dir()
    assert list(images.iterdir()) == []


def test_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "my class"
    assert main([str(folder)]) == 0
    said = capsys.readouterr().out
    assert said.startswith(f"5 notebooks without solutions are in {folder / 'notebooks'}. Open")
    command = said.splitlines()[1]
    assert f'--ServerApp.root_dir="{folder}" "{folder / "notebooks" / PATHS[0].name}"' in command
    assert Path(command.split('"')[1]).exists()
    assert main([str(folder)]) == 1
    assert "is there already" in capsys.readouterr().out
    assert main([str(ROOT)]) == 1
    assert "Name another folder" in capsys.readouterr().out
    (tmp_path / "file").write_text("", encoding="utf-8")
    assert main([str(tmp_path / "file")]) == 1
    assert "file can't be written to: Not a directory." in capsys.readouterr().out


def test_it_is_a_module_that_runs(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "helpers.exercises.strip", str(tmp_path / "class")]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.startswith("5 notebooks without solutions are in ")
    assert run.stderr == ""


# --- who puts a solution into a stub passes, and who puts a mistake in is told


def exercises_of(path: Path) -> Iterator[tuple[str, Any, Any]]:
    """Yield the name, the stub's cell and the solution's cell of each exercise."""
    cells = [cell for cell in read(path)["cells"] if cell["cell_type"] == "code"]
    for stub, solution in pairwise(cells):
        if "exercise" in tags(stub):
            assert "solution" in tags(solution), f"{stub['id']} has no solution below"
            yield name_of(stub), stub, solution


def name_of(stub: Any) -> str:
    return ast.unparse(ast.parse("".join(stub["source"])).body[-1])[len("check(") : -1]


def filled_in(name: str, solution: Any) -> str:
    """The solution as a learner would have written it."""
    source = "".join(solution["source"])
    source = source.replace(f'check(solution, of="{name}")', f"check({name})")
    return re.sub(r"\bsolution\b", name, source)


def verdict_of(source: str, space: dict[str, Any]) -> Any:
    """Run a cell and return the value of its last line, as a notebook does."""
    *body, last = ast.parse(source).body
    assert isinstance(last, ast.Expr)
    exec(compile(ast.Module(body, []), "<cell>", "exec"), space)
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), space)


def imports_of(path: Path) -> dict[str, Any]:
    """What the cell of imports defines; an exercise needs nothing else."""
    space: dict[str, Any] = {}
    (cell,) = (cell for cell in read(path)["cells"] if cell["id"] == "imports")
    exec("".join(cell["source"]), space)
    return space


def check_exercises(path: Path) -> None:
    """Do each exercise of a notebook as a learner would: not at all, right, and wrong."""
    for name, stub, solution in exercises_of(path):
        space = imports_of(path)
        assert verdict_of("".join(stub["source"]), space).kind == "not attempted"
        verdict = verdict_of(filled_in(name, solution), space)
        assert verdict.kind == "right", f"{name}: {verdict}"
        assert verdict_of("".join(solution["source"]), space).kind == "right"
        for mistake in EXERCISES[name].mistakes:
            space[name] = renamed(mistake.answer, name)
            assert verdict_of(f"check({name})", space).mistake is mistake


def renamed(answer: Answer, name: str) -> Answer:
    def own(*arguments: Any) -> Any:
        return answer(*arguments)

    own.__name__ = name
    return own


def test_the_exercise_of_the_tiny_notebook(tiny: Path, own_progress: Path) -> None:
    check_exercises(tiny)
    assert read(own_progress) == {"done": ["exercise: output_delta"]}


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_the_exercises_of_each_notebook(path: Path) -> None:
    check_exercises(path)


def test_a_wrong_solution_is_noticed(tiny: Path, tmp_path: Path) -> None:
    path = tmp_path / "wrong.ipynb"
    text = tiny.read_text(encoding="utf-8")
    path.write_text(text.replace("error / A", "-error / A"), encoding="utf-8")
    with pytest.raises(AssertionError, match="output_delta: Not yet"):
        check_exercises(path)


def run_with_solutions(path: Path, folder: Path) -> dict[str, str]:
    """Put the solutions into the stubs of the copy, run it, and return what the checks say."""
    solutions = {stub["id"]: filled_in(name, cell) for name, stub, cell in exercises_of(path)}
    (copy,) = (copy for copy in strip(folder, path.parent) if copy.name == path.name)
    notebook = refresh.read(copy.read_text(encoding="utf-8"))
    for cell in notebook.cells:
        cell.source = solutions.get(cell.id, cell.source)
    refresh.execute(notebook, copy.parent)
    return {
        cell.id: cell.outputs[-1].data["text/plain"]
        for cell in notebook.cells
        if cell.id in solutions
    }


def test_the_copy_runs_with_solutions_put_in(tmp_path: Path) -> None:
    said = run_with_solutions(RUN, tmp_path)
    assert all(text.startswith("Right, in all ") for text in said.values())
    assert len(said) == len(list(exercises_of(RUN)))


def test_the_copy_passes_nbval_as_it_is(tiny: Path, tmp_path: Path) -> None:
    (copy,) = strip(tmp_path, tiny.parent)
    notebook = refresh.read(copy.read_text(encoding="utf-8"))
    faulty = json.loads(json.dumps(notebook.cells[2]).replace("Not attempted", "Attempted"))
    from_dict: Any = nbformat.from_dict
    notebook.cells.append(from_dict(faulty | {"id": "faulty"}))
    copy.write_text(refresh.to_text(notebook), encoding="utf-8")
    options = ["-c", "pyproject.toml", "-p", "no:cacheprovider", "-q", "--color=no"]
    command = [sys.executable, "-m", "pytest", *options, str(copy.parent)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    run = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert "1 failed, 3 passed" in run.stdout, run.stdout + run.stderr
