"""The course in places unlike ours: letters of other alphabets, and where nothing can be written.

The browser tests open the notebooks in such a folder, too.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from matplotlib.image import imread

from helpers import plots
from helpers.tests.notebooks.formulas.cells import cells_of

ROOT = Path(__file__).parents[2]
FOLDER = "Mein Kurs – 機械学習"
WORK = """
import os
from pathlib import Path
from helpers.exercises.progress_file import note
from helpers.plots import COURSE, keep_pictures, new_figure

figure, _ = new_figure(1, 1, rows=0)
keep_pictures({"one": figure})
for _ in range(2):  # the second time reads what the first wrote
    note("a", right=False)
for folder in (COURSE / "images", COURSE):
    folder.chmod(0o555)
if os.geteuid() == 0:
    os.chown(Path.home(), 65534, -1)
    os.seteuid(65534)  # nobody: root may write everywhere
print("then the course can't be written to:")
note("a", right=False)
keep_pictures({"two": figure})
Path.home().chmod(0o555)
note("b", right=True)
"""


@pytest.fixture
def course() -> Iterator[Path]:
    """A copy that everybody can reach."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        course = Path(folder) / FOLDER
        no_tests = shutil.ignore_patterns("tests", "__pycache__")
        shutil.copytree(ROOT / "helpers", course / "helpers", ignore=no_tests)
        (course / "images").mkdir()
        yield course
        for closed in (course, course / "images"):
            closed.chmod(0o755)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has other rules for folders.")
def test_letters_are_read_and_what_cannot_be_written_is_said(course: Path) -> None:
    home = course.parent / "Größe"
    home.mkdir()
    home.chmod(0o777)
    environment = os.environ | {"PYTHONPATH": str(course), "LC_ALL": "C", "HOME": str(home)}
    environment.pop("COURSE_PROGRESS", None)
    line = [sys.executable, "-B", "-c", WORK]
    ran = subprocess.run(
        line, cwd=course, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert ran.stderr == ""
    (kept,) = home.iterdir()
    assert json.loads(kept.read_text(encoding="utf-8"))["a"]["tries"] == 3
    assert [path.name for path in course.glob("images/*.png")] == ["one.png"]
    denied = "can't be kept (Permission denied: {}). All else works."
    assert ran.stdout.splitlines() == [
        "then the course can't be written to:",
        f"The pictures {denied.format(course / 'images' / 'two.png')}",
        f"Your progress {denied.format(kept)}",
    ]


def test_lesson_5_keeps_its_pictures_in_the_course_or_where_its_copy_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    course, copied = tmp_path / "course", tmp_path / "course" / "class" / "notebooks"
    for folder in (course / "notebooks", copied):
        folder.mkdir(parents=True)
    monkeypatch.setattr(plots, "COURSE", course)
    line = cells_of("05_training")["save"].source.splitlines()[-1]
    names = {"plots": plots, "figures": {"loss": plots.new_figure(1, 1, rows=0)[0]}}
    for folder, images in ((copied, copied), (course, course), (course / "notebooks", course)):
        monkeypatch.chdir(folder)
        exec(line, names)
        (path,) = tmp_path.rglob("*.png")
        assert path == images / "images" / "loss.png"
        assert imread(path).shape[:2] == (192, 192), "twice the pixels"
        path.unlink()
    assert capsys.readouterr().out == ""
