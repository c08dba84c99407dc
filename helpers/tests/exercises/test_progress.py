"""The file of progress: whatever is wrong with it is a word, and never an exception."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.exercises import progress_file as progress

BROKEN = {
    "junk": b"\x89PNG\r\n\x1a\n\x00\xff",
    "empty": b"",
    "half": b'{"done": ["a"',
    "list": b'["a"]',
    "number": b"1e999",
    "null": b"null",
    "other": b'{"names": ["a"]}',
    "text": b'{"done": "abc"}',
    "mixed": b'{"done": ["a", 1]}',
    "deep": b"[" * 100_000,
    "digits": b'{"done": [' + b"9" * 5000 + b"]}",
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path


def refuse(*arguments: object, **settings: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_name_is_noted_once_and_in_order(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert progress.done() == []
    for name in ("b", "a", "δ", "b"):
        progress.note(name)
    assert progress.done() == ["b", "a", "δ"]
    assert json.loads(file.read_text(encoding="utf-8")) == {"done": ["b", "a", "δ"]}
    assert list(file.parent.iterdir()) == [file]
    assert capsys.readouterr().out == ""


NOTE_THIRTY = """
import sys
from helpers.exercises import progress_file
for i in range(30):
    progress_file.note(f"{sys.argv[1]} {i}")
"""


def test_kernels_that_note_at_once_lose_nothing(file: Path) -> None:
    command = [sys.executable, "-c", NOTE_THIRTY]
    kernels = [
        subprocess.Popen([*command, name], stdout=subprocess.PIPE, text=True) for name in "ab"
    ]
    assert [kernel.communicate()[0] for kernel in kernels] == [""] * len(kernels)
    names = progress.done()
    assert sorted(names) == sorted(f"{name} {i}" for name in "ab" for i in range(30))
    assert list(file.parent.iterdir()) == [file]


def test_a_lock_that_a_dead_kernel_left_is_broken(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    file.with_name("progress.json.lock").touch()
    progress.note("a")
    assert progress.done() == ["a"]
    assert list(file.parent.iterdir()) == [file]


def test_without_the_variable_it_is_in_the_courses_folder(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for value in (None, ""):
        if value is None:
            monkeypatch.delenv("COURSE_PROGRESS", raising=False)
        else:
            monkeypatch.setenv("COURSE_PROGRESS", value)
        assert progress.progress_file() == Path(__file__).parents[3] / "progress.json"


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_or_foreign_file_is_kept_aside(
    file: Path, content: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_bytes(content)
    assert progress.done() == []
    assert "kept as progress.json.broken" in capsys.readouterr().out
    assert file.with_name("progress.json.broken").read_bytes() == content
    progress.note("a")
    assert progress.done() == ["a"]
    assert capsys.readouterr().out == ""


def test_an_earlier_broken_file_is_never_overwritten(
    file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    aside = file.with_name("progress.json.broken")
    aside.write_text("first")
    file.write_text("second")
    progress.note("a")
    assert "Move it away" in capsys.readouterr().out
    assert (aside.read_text(), file.read_text()) == ("first", "second")


def test_what_an_editor_did_to_it_does_no_harm(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + b'{"done": ["a", "a"], "note": "mine"}\r\n')
    assert progress.done() == ["a"]
    file.write_text(r'{"done": ["\ud800"]}')  # half a character can be read, but not encoded
    progress.note("a")
    assert progress.done() == ["\ud800", "a"]


def test_a_folder_in_its_place_is_a_word(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file.mkdir()
    assert progress.done() == []
    progress.note("a")
    assert capsys.readouterr().out.count("isn't a file") == 2
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.skipif(os.name == "nt", reason="has no /dev/null")
def test_a_device_is_left_alone(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COURSE_PROGRESS", "/dev/null")
    progress.note("a")
    assert progress.done() == []
    assert Path("/dev/null").exists()
    assert "isn't a file" in capsys.readouterr().out


@pytest.mark.parametrize("folder", ["missing", "progress.json"], ids=["no folder", "a file"])
def test_a_place_that_cant_be_is_a_word(
    file: Path, folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.touch()
    monkeypatch.setenv("COURSE_PROGRESS", str(file.parent / folder / "here.json"))
    progress.note("a")
    assert progress.done() == []
    assert "All else works." in capsys.readouterr().out


def test_a_file_that_cant_be_read_isnt_overwritten(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    progress.note("a")
    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_text", refuse)
        assert progress.done() == []
        progress.note("b")
    assert capsys.readouterr().out.count("can't be read (Permission denied") == 2
    assert progress.done() == ["a"]


@pytest.mark.parametrize("method", ["write_text", "replace"])
def test_a_folder_that_is_read_only_is_a_word(
    file: Path, method: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    progress.note("a")
    with monkeypatch.context() as patch:
        patch.setattr(Path, method, refuse)
        progress.note("a")  # is there already
        assert capsys.readouterr().out == ""
        progress.note("b")
    assert "can't be kept (Permission denied" in capsys.readouterr().out
    assert progress.done() == ["a"]


def test_a_broken_file_in_a_read_only_folder_is_left_alone(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text("junk")
    monkeypatch.setattr(Path, "replace", refuse)
    progress.note("a")
    assert "it stays as it is" in capsys.readouterr().out
    assert file.read_text() == "junk"


def test_the_table_says_what_is_done_and_what_is_open() -> None:
    rows = ((1, "question", "A < B?", True), (2, "exercise", "Backward", False))
    table = progress.Progress(rows)
    assert str(table).splitlines() == [
        "1  done  question  A < B?",
        "2  open  exercise  Backward",
        "1 of 2 done",
    ]
    assert repr(table) == str(table)
    html = table._repr_html_()
    assert "<td>A &lt; B?</td><td>done</td>" in html
    assert html.endswith("<p>1 of 2 done</p>")
