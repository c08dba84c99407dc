"""The course in places unlike ours: letters of other alphabets, and where nothing can be written.

The browser tests open the notebooks in such a folder, too.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from helpers import plots
from helpers.tests import refresh_notebooks as refresh

ROOT = Path(__file__).parents[2]
FOLDER = "Mein Kurs – 機械学習"
WORK = """
import os
from pathlib import Path

import helpers
from helpers.exercises.progress_file import note
from helpers.plots import keep_pictures, new_figure

course = Path(helpers.__file__).parents[1]
figure, _ = new_figure(1, 1)
for _ in range(2):  # the second time reads what the first wrote
    note("a")
keep_pictures({"one": figure})
print("then it can't be written:")
for folder in (course / "images", course):
    folder.chmod(0o555)
if os.geteuid() == 0:
    os.seteuid(65534)  # nobody: root may write everywhere
note("b")
keep_pictures({"two": figure})
"""


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="Windows has other rules for folders.")
def test_letters_are_read_and_what_cannot_be_written_is_said() -> None:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        course = Path(folder) / FOLDER
        no_tests = shutil.ignore_patterns("tests", "__pycache__")
        shutil.copytree(ROOT / "helpers", course / "helpers", ignore=no_tests)
        (course / "images").mkdir()
        (course / "images" / "draw.py").touch()
        environment = os.environ | {"PYTHONPATH": str(course), "LC_ALL": "C"}
        environment.pop("COURSE_PROGRESS", None)
        line = [sys.executable, "-B", "-c", WORK]
        ran = subprocess.run(
            line, cwd=course, env=environment, capture_output=True, encoding="utf-8", check=False
        )
        assert ran.stderr == ""
        done = json.loads((course / "progress.json").read_text(encoding="utf-8"))["done"]
        pictures = [path.name for path in (course / "images").glob("*.png")]
        said = ran.stdout.splitlines()
        course.chmod(0o755)
        (course / "images").chmod(0o755)  # so that they can be removed
    assert (done, pictures) == (["a"], ["one.png"])
    assert said == [
        "then it can't be written:",
        f"Your progress can't be kept (Permission denied: {course / 'progress.json'})."
        " All else works.",
        f"The pictures can't be kept (Permission denied: {course / 'images' / 'two.png'})."
        " All else works.",
    ]


def test_lesson_5_keeps_its_pictures_in_the_course_and_writes_over_no_stranger_s(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (refresh.NOTEBOOKS / "05_training.ipynb").read_text(encoding="utf-8")
    (cell,) = (cell for cell in refresh.read(text).cells if cell.id == "save")
    line, figure = cell.source.splitlines()[-1], plots.new_figure(1, 1)[0]
    course, stranger = tmp_path / "course", tmp_path / "stranger" / "images"
    for folder in (course / "images", stranger, stranger.parent / "notebooks"):
        folder.mkdir(parents=True)
    (stranger / "loss.png").touch()
    monkeypatch.chdir(stranger.parent / "notebooks")
    monkeypatch.setattr(plots, "COURSE", course)
    exec(line, {"plots": plots, "figures": {"loss": figure}})
    assert capsys.readouterr().out == (
        f"The pictures can't be kept (the course's images aren't in {course}). All else works.\n"
    )
    (course / "images" / "draw.py").touch()
    exec(line, {"plots": plots, "figures": {"loss": figure}})
    assert capsys.readouterr().out == ""
    assert (course / "images" / "loss.png").stat().st_size > 0
    assert (stranger / "loss.png").stat().st_size == 0
