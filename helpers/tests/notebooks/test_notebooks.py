"""The notebooks as they are stored; that they run and still print the same is nbval's part."""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterable
from importlib import import_module
from io import BytesIO
from pathlib import Path
from unittest.mock import Mock
from urllib.parse import unquote

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
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
PAGE = 76  # characters that are printed, on A4 with margins of 1 cm
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


def links(source: str) -> list[str]:
    return re.findall(r"\]\(\s*<?(?!attachment:)([^)\s>]+)", source)


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
    for cell in cells(name, "code"):
        folded = cell.id.startswith(("solution-", "backward-loop"))
        assert cell.metadata.get("jupyter", {}).get("source_hidden", False) == folded, cell.id


@each_notebook
def test_nbval_compares_every_cell(name: str) -> None:
    for cell in cells(name, "code"):
        tags = " ".join(cell.metadata.get("tags", []))
        assert not NBVAL_MARK.search(f"{tags} {cell.source}"), f"{cell.id} would be skipped"


@each_notebook
def test_pictures_have_alt_text_and_exist(name: str) -> None:
    for cell in cells(name, "markdown"):
        # of several ways of writing a picture or a link, the tests know one
        assert not re.search(r"<(?:img|a)\b|(?m:^ {0,3}\[[^\]]+\]:)", prose(cell.source)), cell.id
        for alt, target in re.findall(r"!\[([^\]]*)\]\(([^)]+)\)", prose(cell.source)):
            assert len(alt.strip()) >= 20, f"{cell.id}: say what {target} shows, not {alt!r}"
            # one beside the notebook isn't seen where JupyterLab is started in notebooks/
            assert target.removeprefix("attachment:") in cell.get("attachments", {}), cell.id


@each_notebook
def test_links_lead_somewhere(name: str) -> None:
    texts = [prose(cell.source) for cell in cells(name, "markdown")]
    headings = [found for text in texts for found in re.findall("^#+ (.*)", text, re.MULTILINE)]
    targets = [target for text in texts for target in links(text)]
    assert [target for target in targets if not exists(target, headings)] == []
    for text in texts:  # a task leads to its solution, and a solution back to its task
        title = re.findall(r"^###-\w+[:：]-?(.*)", text.replace(" ", "-"), re.MULTILINE)
        ends = [re.split("[:：]-?", unquote(target), maxsplit=1) for target in links(text)]
        assert title == [] or {end[1] for end in ends if end[1:]} <= {*title}
        opened = re.findall(r"\[\D*(\d)[^]]*\]\(0(\d)_", text)
        assert [pair for pair in opened if len({*pair}) > 1] == [], "another lesson than it says"


@each_notebook
def test_a_table_is_one_without_jupyterlab_too(name: str) -> None:
    """As GitHub's, nbconvert's table ends at a bar in a formula, and is none."""
    # half a second, which other processes that collect this file don't need
    html_of = import_module("nbconvert.filters.markdown_mistune").markdown2html_mistune
    blocks = [block for cell in cells(name, "markdown") for block in cell.source.split("\n\n")]
    tables = [block for block in blocks if block.startswith("|")]
    assert [table for table in tables if "<table" not in html_of(table)] == []


@each_notebook
def test_nothing_is_called_easy(name: str) -> None:
    text = "\n".join(cell.source for cell in cells(name, "markdown"))
    assert re.findall(r"\b(?:simply|obviously)\b|显然|只需", text, flags=re.IGNORECASE) == []


def test_code_cells_are_short() -> None:
    lengths = [code_lines(cell) for name in NAMES for cell in cells(name, "code")]
    assert 4 <= statistics.median(lengths) <= 6
    assert statistics.quantiles(lengths, n=10, method="inclusive")[-1] <= 15
    assert max(lengths) <= 25


def test_a_printed_line_fits_on_a_page() -> None:
    """A browser breaks a longer one, which in Chinese it may, in the middle of a word."""
    outputs = [o for name in NAMES for cell in cells(name, "code") for o in cell.outputs]
    lines = [line for output in outputs for line in output.get("text", "").split("\n")]
    assert [line for line in lines if len(line) > PAGE] == []


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


@pytest.mark.parametrize("page", ["README.md", "README.zh.md"])
def test_readme_shows_a_lab_that_moves(page: str) -> None:
    text = (refresh.ROOT / page).read_text(encoding="utf-8")
    (name,) = re.findall(r"\((images/[\w/-]+\.webp)\)", text)
    assert (refresh.ROOT / name).stat().st_size <= 1_000_000
    with Image.open(refresh.ROOT / name) as image:
        assert getattr(image, "n_frames", 1) > 10


# The checks above would notice. A small notebook, executed once:


def png(colour: str, side: int) -> str:
    buffer = BytesIO()
    Image.new("RGB", (side, side), colour).save(buffer, "PNG")
    return b64encode(buffer.getvalue()).decode()


BLUE = png("blue", 16)
VIEW = "application/vnd.jupyter.widget-view+json"
STREAM = {"name": "stdout", "output_type": "stream", "text": []}
PICTURE = f'<img src="data:image/png;base64,{BLUE}" width="3" alt="epoch 7">'
SOURCE = f"""\
from IPython.display import HTML, display

print("loss 0.125")
display(HTML("<b>accuracy 0.875</b>"))
display(HTML('{PICTURE}'))
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


# what is added to the small notebook, or stands in place of something in it
FAULTS = [
    ('"execution_count": 1,', '"execution_count": null,'),
    ('"execution_count": 1,', '"execution_count": 2,'),
    ('"text/plain": [', '"image/png": "AAAA", "text/plain": ['),
    ("<em>epoch 7</em>", json.dumps(PICTURE)[1:-1]),
    ('"text/html": [', f'"{VIEW}": {{"model_id": "0"}}, "text/html": ['),
    ('"metadata": {}', '"metadata": {"execution": {"iopub.status.busy": "2025-01-01T00:00:00Z"}}'),
    ('"name": "python"\n', '"name": "python", "version": "3.12.1"\n'),
    ('"id": "run"', '"id": "0a1b2c3d"'),
    ('"outputs": [', f'"outputs": [{json.dumps(STREAM)},'),
]


@pytest.mark.parametrize(("part", "instead"), FAULTS)
def test_what_isnt_stored_so_is_noticed(part: str, instead: str, small: str) -> None:
    faulty = refresh.read(small.replace(part, instead))
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
    book.cells *= 2
    with pytest.raises(nbformat.ValidationError, match=r"twice: \['run'\]"):
        refresh.to_text(book)


def test_a_notebook_that_fails_is_left_as_it_was(
    small: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    failing = Mock(side_effect=CellExecutionError("1 / 0", "ZeroDivisionError", "by zero"))
    monkeypatch.setattr(refresh, "execute", failing)
    path = tmp_path / "failing.ipynb"
    path.write_text(small, encoding="utf-8")
    before = path.read_bytes()
    assert refresh.main([str(path)]) == 1
    assert path.read_bytes() == before
    assert "1 / 0" in capsys.readouterr().out


def changed_notebooks(small: str) -> dict[str, str]:
    bare, count = refresh.read(small), '"execution_count": 1,'
    (picture,) = pictures.stored(bare.cells[0].outputs)
    bare.cells[0].outputs, bare.cells[0].execution_count = [], None
    no_output = refresh.to_text(bare).replace("null", "1")
    bare.cells[0].source = "0.375"
    return {
        "unchanged": small,
        "other_bytes": small.replace(picture.data["image/png"], png("blue", 8)),
        "other_picture": small.replace(picture.data["image/png"], png("orange", 8)),
        "stdout": small.replace('"loss 0.125\\n"', '"loss 0.126\\n"'),
        "html": small.replace('"<b>accuracy 0.875</b>"', '"<b>accuracy 0.876</b>"'),
        "plain": re.sub(r'("text/plain": \[\s*"0.375)', r"\g<1>1", small),
        "alt": small.replace("<em>epoch 7</em>", "<em>epoch 8</em>"),
        "no_output": no_output,
        "no_count": small.replace(count, '"execution_count": null,', 1),
        "neither": refresh.to_text(bare),
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
    return kept | {"HOME": str(home), "USERPROFILE": str(home), "MATPLOTLIBRC": str(settings)}


def test_the_first_cell_of_a_lesson_prints_nothing(tmp_path: Path) -> None:
    first = [cells(name, "code")[0].source for name in NAMES]
    labs = [c.source for name in NAMES for c in cells(name, "code") if c.id.startswith("lab-")]
    surroundings = hostile(tmp_path) | {"HOME": str(tmp_path / "matplotlibrc" / "no folder")}
    run = subprocess.run(
        [sys.executable, "-c", "\n".join([*first, *(s.split("\n")[0] for s in labs)])],
        env=surroundings, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert (run.stdout, run.stderr) == ("", "")


def test_nbval_notices_one_changed_number(small: str, tmp_path: Path) -> None:
    """With this project's own options, and nothing where the count is gone: it isn't asked for."""
    changed = changed_notebooks(small)
    book = refresh.read(small)
    book.cells = []  # all of them in one notebook: one kernel
    for name, text in changed.items():
        assert (text == small) == (name == "unchanged"), f"{name} isn't changed"
        book.cells += refresh.read(text).cells
        book.cells[-1].id = name.replace("_", "-")
    path = tmp_path / "changed.ipynb"
    path.write_text(refresh.to_text(book), encoding="utf-8")
    options = "-c pyproject.toml -p no:cacheprovider -p no:hypothesispytest -q -rf --color=no"
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options.split(), str(path)],
        cwd=refresh.ROOT, env=hostile(tmp_path), capture_output=True, text=True, check=False,
    )  # fmt: skip
    numbers = re.findall(r"^FAILED .*?::Cell (\d+)", run.stdout, flags=re.MULTILINE)
    noticed = {"stdout", "html", "plain", "alt", "no_output", "no_count"}
    noticed |= {"other_picture"} if pictures.IS_NEW else set()
    assert {list(changed)[int(number)] for number in numbers} == noticed, run.stdout + run.stderr
    assert f"{len(noticed)} failed, {len(changed) - len(noticed)} passed" in run.stdout
