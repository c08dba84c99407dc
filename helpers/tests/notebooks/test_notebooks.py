"""The notebooks as they are stored; that they run and still print the same is nbval's part."""

import copy
import os
import re
import shutil
import statistics
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbconvert.filters.markdown_mistune import markdown2html_mistune
from nbformat import NotebookNode
from PIL import Image

from helpers.tests import refresh_notebooks as refresh
from helpers.tests.notebooks import stored_pictures as pictures
from helpers.tests.notebooks.formulas.cells import stored
from helpers.tests.surroundings import FOLDERS, MARK
from helpers.texts import languages

NAMES = refresh.NAMES
REFRESH = "run python -m helpers.tests.refresh_notebooks"
MINE = "{} holds outputs of your own, or isn't stored clean. To store it clean, " + REFRESH
NBVAL_MARK = re.compile(r"\bnbval[-_]|\braises[-_]exception\b", re.IGNORECASE)
EVERY = [*NAMES, *(f"{language}/{name}" for language in languages()[1:] for name in NAMES)]
each_notebook = pytest.mark.parametrize("name", EVERY)


def path_of(name: str) -> Path:
    return refresh.NOTEBOOKS / f"{name}.ipynb"


def cells(name: str, kind: str) -> list[NotebookNode]:
    return [cell for cell in stored(name).cells if cell.cell_type == kind]


def code_lines(cell: NotebookNode) -> int:
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def prose(source: str) -> str:
    """Markdown without its code and its formulas, which may look like links."""
    without_code = re.sub(r"```.*?```|`[^`\n]*`", " ", source, flags=re.DOTALL)
    return re.sub(r"\$\$.*?\$\$|\$[^$\n]*\$", " ", without_code, flags=re.DOTALL)


def images(source: str) -> list[tuple[str, str]]:
    """(alt text, target) of every picture in a markdown cell, of either syntax."""
    found = re.findall(r"!\[([^\]]*)\]\(\s*<?([^)\s>]+)[^)]*\)", source)
    for tag in re.findall(r"<img\b[^>]*>", source):
        alt, target = (re.search(rf'\b{key}="([^"]*)"', tag) for key in ("alt", "src"))
        found.append((alt[1] if alt else "", target[1] if target else ""))
    return found


def links(source: str) -> list[str]:
    found = re.findall(r"\]\(\s*<?(?!attachment:)([^)\s>]+)", source)
    found += re.findall(r"^ {0,3}\[[^\]]+\]:\s*<?([^\s>]+)", source, flags=re.MULTILINE)
    return found + re.findall(r'<a\b[^>]*href="([^"]*)"', source)


def exists(target: str, headings: Iterable[str]) -> bool:
    """Whether a link of a notebook leads somewhere; those to the web aren't followed."""
    file, _, heading = unquote(target).partition("#")
    if not file:
        return heading in [found.replace(" ", "-") for found in headings]
    on_the_web = re.match(r"(https?|mailto):", target)
    return bool(on_the_web) or (refresh.NOTEBOOKS / file).exists()


@each_notebook
def test_it_is_stored_clean(name: str) -> None:
    assert refresh.is_clean(path_of(name).read_bytes().decode("utf-8")), MINE.format(name)
    # nbval compares nothing, without a word, in a cell that has no count: one that is empty
    assert all(cell.source.strip() for cell in cells(name, "code")), "remove the empty cells"
    assert all(re.fullmatch("[a-z0-9-]+", cell.id) for cell in stored(name).cells)


@each_notebook
def test_nbval_compares_every_cell(name: str) -> None:
    for cell in cells(name, "code"):
        tags = " ".join(cell.metadata.get("tags", []))
        assert not NBVAL_MARK.search(f"{tags} {cell.source}"), f"{cell.id} would be skipped"


@each_notebook
def test_pictures_have_alt_text_and_exist(name: str) -> None:
    for cell in cells(name, "markdown"):
        for alt, target in images(prose(cell.source)):
            assert len(alt.strip()) >= 20, f"{cell.id}: say what {target} shows, not {alt!r}"
            # one beside the notebook isn't seen where JupyterLab is started in notebooks/
            assert target.startswith("attachment:"), f"{cell.id}: {target} isn't in the notebook"
            assert unquote(target.removeprefix("attachment:")) in cell.get("attachments", {})


@each_notebook
def test_links_lead_somewhere(name: str) -> None:
    texts = [prose(cell.source) for cell in cells(name, "markdown")]
    headings = [found for text in texts for found in re.findall("^#+ (.*)", text, re.MULTILINE)]
    targets = [target for text in texts for target in links(text)]
    assert [target for target in targets if not exists(target, headings)] == []


@each_notebook
def test_a_table_is_one_without_jupyterlab_too(name: str) -> None:
    """As GitHub's, nbconvert's table ends at a bar in a formula, and is none."""
    blocks = [block for cell in cells(name, "markdown") for block in cell.source.split("\n\n")]
    tables = [block for block in blocks if block.startswith("|")]
    assert [table for table in tables if "<table" not in markdown2html_mistune(table)] == []


@each_notebook
def test_what_answers_a_question_is_hidden_until_its_cell_is_run(name: str) -> None:
    asked = False
    for cell in stored(name).cells:
        if cell.cell_type == "markdown":
            asked = bool(refresh.PREDICT.search(cell.source))
        elif cell.source.startswith("ask("):
            asked = True
        elif not cell.id.startswith(refresh.PLAYED_WITH):
            hidden = cell.metadata.get("jupyter", {}).get("outputs_hidden", False)
            assert hidden == (asked and bool(cell.outputs)), cell.id
            assert not hidden or cell.outputs[0].data == {}, "JupyterLab shows its first line"


@each_notebook
def test_nothing_is_called_easy(name: str) -> None:
    text = "\n".join(cell.source for cell in cells(name, "markdown"))
    assert re.findall(r"\b(?:simply|obviously)\b|显然|只需", text, flags=re.IGNORECASE) == []


def test_code_cells_are_short() -> None:
    lengths = [code_lines(cell) for name in NAMES for cell in cells(name, "code")]
    assert 4 <= statistics.median(lengths) <= 6
    assert statistics.quantiles(lengths, n=10, method="inclusive")[-1] <= 15
    assert max(lengths) <= 25


def test_there_is_about_as_much_prose_as_code() -> None:
    words = {"code": 0, "markdown": 0}
    for name in NAMES:
        for cell in cells(name, "code") + cells(name, "markdown"):
            if cell.id.startswith("back-"):
                continue
            text = prose(cell.source) if cell.cell_type == "markdown" else cell.source
            read = re.sub(r"</?[a-z]+>|\]\([^)]*\)", " ", text)  # without what nobody sees
            words[cell.cell_type] += len(re.findall(r"\w+", read))
    assert 0.5 <= words["markdown"] / words["code"] <= 2.25, words


@each_notebook
def test_a_picture_is_stored_small_where_a_cell_draws_one(name: str) -> None:
    assert path_of(name).stat().st_size <= 250_000
    for cell in cells(name, "code"):
        found = pictures.stored(cell.outputs)
        assert len(found) == ("plots.picture(" in cell.source or cell.id.startswith("lab-")), (
            cell.id
        )
        for picture in found:
            data = b64decode(picture.data["image/png"])
            assert len(data) <= pictures.LARGEST, cell.id
            assert Image.open(BytesIO(data)).mode == "P"


def test_readme_shows_a_lab_that_moves() -> None:
    (name,) = re.findall(
        r"images/[\w-]+\.webp", (refresh.ROOT / "README.md").read_text(encoding="utf-8")
    )
    assert (refresh.ROOT / name).stat().st_size <= 1_000_000
    with Image.open(refresh.ROOT / name) as image:
        assert getattr(image, "n_frames", 1) > 10


# The checks above would notice. A small notebook, executed once:


def png(colour: str, side: int) -> str:
    buffer = BytesIO()
    Image.new("RGB", (side, side), colour).save(buffer, "PNG")
    return b64encode(buffer.getvalue()).decode()


BLUE = png("blue", 16)
SOURCE = f"""\
from IPython.display import HTML, display

print("loss 0.125")
display(HTML("<b>accuracy 0.875</b>"))
display(HTML('<img src="data:image/png;base64,{BLUE}" width="3" alt="epoch 7">'))
0.375"""


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The text of a clean notebook, as refreshing it stores it."""
    v4 = nbformat.v4
    cell = v4.new_code_cell(SOURCE, id="run")  # type: ignore[no-untyped-call]
    path = tmp_path_factory.mktemp("small") / "small.ipynb"
    path.write_text(nbformat.writes(v4.new_notebook(cells=[cell])))  # type: ignore[no-untyped-call]
    assert refresh.refresh(path)
    return path.read_text(encoding="utf-8")


def test_refreshing_keeps_what_nbval_compares(small: str) -> None:
    (cell,) = refresh.read(small).cells
    html = [output.data["text/html"] for output in cell.outputs[1:4:2]]
    assert html == ["<b>accuracy 0.875</b>", "<em>epoch 7</em>"]
    assert cell.outputs[0].text == "loss 0.125\n"
    assert cell.outputs[-1].data == {"text/plain": "0.375"}
    assert cell.outputs[-1].execution_count == cell.execution_count == 1


VIEW = {"model_id": "0", "version_major": 2, "version_minor": 0}
PICTURE = f'<img src="data:image/png;base64,{BLUE}" width="3" alt="epoch 7">'
# what is set to something else in the small notebook
FAULTS: dict[str, tuple[str, Any]] = {
    "no count": ("cells.0.execution_count", None),
    "wrong count": ("cells.0.execution_count", 2),
    "image": ("cells.0.outputs.-1.data.image/png", "AAAA"),
    "image in HTML": ("cells.0.outputs.3.data.text/html", PICTURE),
    "widget": ("cells.0.outputs.1.data.application/vnd\0jupyter\0widget-view+json", VIEW),
    "time": ("cells.0.metadata.execution", {"iopub.status.busy": "2025-01-01T00:00:00Z"}),
    "kernel": ("metadata.language_info.version", "3.12.1"),
    "random id": ("cells.0.id", "0a1b2c3d"),
}


def planted(book: NotebookNode, place: str, value: object) -> NotebookNode:
    """Return the notebook with another value at a place in it."""
    book = copy.deepcopy(book)
    *path, last = (key.replace("\0", ".") for key in place.split("."))
    inner: Any = book
    for key in path:
        inner = inner[int(key)] if isinstance(inner, list) else inner[key]
    inner[last] = value
    return book


def split_stream(book: NotebookNode) -> NotebookNode:
    book = copy.deepcopy(book)
    book.cells[0].outputs.insert(0, copy.deepcopy(book.cells[0].outputs[0]))
    return book


def test_planted_faults_are_noticed(small: str) -> None:
    book = refresh.read(small)
    for faulty in [split_stream(book), *(planted(book, *fault) for fault in FAULTS.values())]:
        text = refresh.to_text(faulty)
        assert not refresh.is_clean(text)
        assert refresh.is_clean(refresh.to_text(refresh.clean(faulty)))
        assert refresh.to_text(faulty) == text, "clean must not change its argument"


def test_other_bytes_of_the_same_notebook_are_noticed(small: str) -> None:
    assert refresh.is_clean(small)
    assert not refresh.is_clean(small.rstrip("\n"))
    assert not refresh.is_clean(small.replace('\n "', '\n  "'))


def test_a_shared_id_is_refused(small: str) -> None:
    book = refresh.read(small)
    book.cells.append(copy.deepcopy(book.cells[0]))
    with pytest.raises(nbformat.ValidationError, match=r"twice: \['run'\]"):
        refresh.to_text(book)


def test_a_notebook_that_fails_is_left_as_it_was(
    small: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def execute(*_: object) -> None:
        raise CellExecutionError("1 / 0: ZeroDivisionError", "ZeroDivisionError", "by zero")

    monkeypatch.setattr(refresh, "execute", execute)
    path = tmp_path / "failing.ipynb"
    path.write_text(small, encoding="utf-8")
    before = path.read_bytes()
    assert refresh.main([str(path)]) == 1
    assert path.read_bytes() == before
    assert "ZeroDivisionError" in capsys.readouterr().out


def changed_notebooks(small: str) -> dict[str, str]:
    bare, count = refresh.read(small), '"execution_count": 1,'
    (picture,) = pictures.stored(bare.cells[0].outputs)
    bare.cells[0].outputs, bare.cells[0].execution_count = [], None
    return {
        "unchanged": small,
        "other_bytes": small.replace(picture.data["image/png"], png("blue", 8)),
        "other_picture": small.replace(picture.data["image/png"], png("orange", 8)),
        "stdout": small.replace('"loss 0.125\\n"', '"loss 0.126\\n"'),
        "html": small.replace('"<b>accuracy 0.875</b>"', '"<b>accuracy 0.876</b>"'),
        "plain": re.sub(r'("text/plain": \[\s*"0.375)', r"\g<1>1", small),
        "alt": small.replace(
            "<em>epoch 7</em>",
            "<em>epoch 8</em>",
        ),
        "no_output": refresh.to_text(bare).replace("null", "1"),
        "no_count": small.replace(count, '"execution_count": null,', 1),
        "neither": refresh.to_text(planted(bare, "cells.0.source", "0.375")),
    }


def hostile(home: Path) -> dict[str, str]:
    """Surroundings in which every kernel prints at its start, if it hears of them."""
    startup = home / ".ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    shout = "get_ipython().events.register('pre_run_cell', lambda info: print('mine'))"
    (startup / "mine.py").write_text(shout)
    fonts = home / ".cache" / "matplotlib"
    shutil.copytree(os.environ["MPLCONFIGDIR"], fonts)  # looking for all fonts takes seconds
    settings = home / "matplotlibrc"
    settings.write_text("no.such.key: 1\nfigure.dpi: many\n")
    kept = {name: v for name, v in os.environ.items() if name not in (*FOLDERS, MARK)}
    return kept | {"HOME": str(home), "MATPLOTLIBRC": str(settings)}


def test_the_first_cell_of_a_lesson_prints_nothing(tmp_path: Path) -> None:
    first = [cells(name, "code")[0].source for name in NAMES]
    labs = [c.source for name in NAMES for c in cells(name, "code") if c.id.startswith("lab-")]
    surroundings = hostile(tmp_path) | {"HOME": str(tmp_path / "matplotlibrc" / "no folder")}
    run = subprocess.run(
        [sys.executable, "-c", "\n".join([*first, *(s.split("\n")[0] for s in labs)])],
        env=surroundings, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (run.stdout, run.stderr) == ("", "")


@pytest.fixture(scope="module")
def nbval_fails(small: str, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Which changed cells nbval rejects when it has this project's own options."""
    changed = changed_notebooks(small)
    book = refresh.read(small)
    book.cells = []  # all of them in one notebook: one kernel
    for name, text in changed.items():
        assert (text == small) == (name == "unchanged"), f"{name} isn't changed"
        book.cells += refresh.read(text).cells
        book.cells[-1].id = name.replace("_", "-")
    path = tmp_path_factory.mktemp("nbval") / "changed.ipynb"
    path.write_text(refresh.to_text(book), encoding="utf-8")
    options = ["-c", "pyproject.toml", "-p", "no:cacheprovider", "-p", "no:hypothesispytest"]
    options += ["-q", "-rf", "--color=no"]
    command = [sys.executable, "-m", "pytest", *options, str(path)]
    surroundings = hostile(tmp_path_factory.mktemp("home"))
    run = subprocess.run(
        command, cwd=refresh.ROOT, env=surroundings, capture_output=True, text=True, check=False
    )
    numbers = re.findall(r"^FAILED .*?::Cell (\d+)", run.stdout, flags=re.MULTILINE)
    failed = {list(changed)[int(number)] for number in numbers}
    summary = f"{len(failed)} failed, {len(changed) - len(failed)} passed"
    assert summary in run.stdout, run.stdout + run.stderr
    return failed


def test_nbval_notices_one_changed_number(nbval_fails: set[str]) -> None:
    noticed = {"stdout", "html", "plain", "alt", "no_output", "no_count"}
    assert noticed | ({"other_picture"} if pictures.IS_NEW else set()) <= nbval_fails


def test_nbval_passes_what_is_the_same(nbval_fails: set[str]) -> None:
    assert not {"unchanged", "other_bytes"} & nbval_fails


def test_nbval_compares_nothing_where_the_count_is_gone(nbval_fails: set[str]) -> None:
    # should it ever: the count needn't be asked for above
    assert "neither" not in nbval_fails
