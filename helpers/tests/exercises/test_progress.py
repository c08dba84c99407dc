"""The file of progress: whatever is wrong with it is a word, and never an exception."""

import json
import os
import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from pathlib import Path

import pytest

from helpers.exercises import progress_file as progress
from helpers.exercises.summary import Progress
from helpers.exercises.summary import progress as table_of_all

BROKEN = {
    "junk": b"\x89PNG\r\n\x1a\n\x00\xff",
    "empty": b"",
    "half": b'{"done": ["a"',
    "list": b'["a"]',
    "number": b"1e999",
    "null": b"null",
    "other": b'{"names": ["a"]}',
    "text": b'{"done": "abc"}',
    "dict": b'{"done": {"a": 1}}',
    "mixed": b'{"done": ["a", 1]}',
    "deep": b"[" * 100_000,
    "digits": b'{"done": [' + b"9" * 5000 + b"]}",
}
Said = pytest.CaptureFixture[str]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "progress.json"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    return path


def refuse(*arguments: object, **settings: object) -> None:
    raise PermissionError(13, "Permission denied")


def test_a_name_is_noted_once_and_in_order(file: Path, capsys: Said) -> None:
    assert progress.done() == []
    for name in ("b", "a", "δ", "b"):
        progress.note(name)
    assert progress.done() == ["b", "a", "δ"]
    assert json.loads(file.read_text(encoding="utf-8")) == {"done": ["b", "a", "δ"]}
    assert list(file.parent.iterdir()) == [file]
    assert capsys.readouterr().out == ""


def test_kernels_that_note_at_once_lose_nothing(file: Path, capsys: Said) -> None:
    """Threads meet at the file as kernels do; a kernel would take seconds to start."""
    names = [f"{kernel} {i}" for i in range(30) for kernel in "ab"]
    with ThreadPoolExecutor(2) as kernels:
        list(kernels.map(progress.note, names))
    assert sorted(progress.done()) == sorted(names)
    assert list(file.parent.iterdir()) == [file]
    assert capsys.readouterr().out == ""


def test_a_lock_that_a_dead_kernel_left_is_broken(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    file.with_name("progress.json.lock").touch()
    progress.note("a")
    assert progress.done() == ["a"]
    assert list(file.parent.iterdir()) == [file]


def test_without_the_variable_it_is_in_the_courses_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    for environment in ({}, {"COURSE_PROGRESS": ""}):
        monkeypatch.setattr(os, "environ", environment)
        assert progress.progress_file() == Path(__file__).parents[3] / "progress.json"


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_or_foreign_file_is_kept_aside(file: Path, content: bytes, capsys: Said) -> None:
    aside = file.with_name("progress.json.broken")
    for broken, kept in ((content, aside), (b"again", aside.with_name(f"{aside.name}1"))):
        file.write_bytes(broken)
        assert progress.done() == []
        assert capsys.readouterr().out == (
            f"progress.json wasn't a progress file: it is kept as {kept.name}; a new one begins.\n"
        )
        assert kept.read_bytes() == broken
        progress.note("a")
        assert progress.done() == ["a"]
        assert capsys.readouterr().out == ""
    assert aside.read_bytes() == content


def test_what_an_editor_did_to_it_does_no_harm(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + b'{"done": ["a", "a"], "note": "mine"}\r\n')
    assert progress.done() == ["a"]
    file.write_text(r'{"done": ["\ud800"]}')  # half a character can be read, but not encoded
    progress.note("a")
    assert progress.done() == ["\ud800", "a"]


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("missing/here.json", "No such file or directory"),
        ("file/here.json", "Not a directory"),
        ("folder", "not a file"),
        pytest.param(
            "/dev/null", "not a file", marks=pytest.mark.skipif(os.name == "nt", reason="has none")
        ),
    ],
)
def test_a_place_that_cant_be_is_a_word(
    tmp_path: Path, place: str, reason: str, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.iterdir())
    path = tmp_path / place
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    progress.note("a")
    said = f"Your progress can't be kept ({reason}: {path}). All else works.\n"
    assert capsys.readouterr().out == said
    assert progress.done() == []
    assert capsys.readouterr().out in ("", said.replace("kept", "read"))
    assert sorted(tmp_path.iterdir()) == before
    assert Path("/dev/null").exists() == (os.name != "nt")


@pytest.mark.parametrize(
    ("method", "content"),
    [("read_text", ""), ("write_text", ""), ("replace", ""), ("replace", "junk")],
)
def test_what_is_refused_is_a_word_and_changes_nothing(
    file: Path, method: str, content: str, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    progress.note("a")
    if content:
        file.write_text(content)
    before = file.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, method, refuse)
        progress.note("b")
        said = f"Your progress can't be kept (Permission denied: {file}). All else works.\n"
        assert capsys.readouterr().out == said
        if method == "read_text":
            assert progress.done() == []
            assert capsys.readouterr().out == said.replace("kept", "read")
    assert file.read_bytes() == before


def test_the_table_says_lesson_by_lesson_what_is_done_and_then_what_is_open() -> None:
    rows = [(1, "questions", "A < B?", True), (2, "exercises", "Backward", False)]
    rows += [(2, "puzzle", "Lines", False), (2, "exercises", "Forward", False)]
    table = Progress((*rows, (2, "puzzle", "Last", True), (1, "exercises", "Slope", True)))
    expected = [
        ["lesson", "", ""],
        ["1", "✓\xa02\xa0done", "questions: A < B?; exercises: Slope"],
        ["2", "✓\xa01\xa0done", "puzzle: Last"],
        ["2", "○\xa03\xa0open", "exercises: Backward · Forward; puzzle: Lines"],
    ]
    lines = [f"{lesson:8}{number:12}{titles}".rstrip() for lesson, number, titles in expected]
    assert str(table).splitlines() == [*lines, "3 of 6 done"] == repr(table).splitlines()
    html = table._repr_html_()
    assert html.startswith("<table><tr><th>lesson</th>") and html.endswith("<p>3 of 6 done</p>")
    cells = [re.findall("<td.*?>(.*?)</td>", unescape(row)) for row in html.split("</tr>")[1:-1]]
    assert cells == expected[1:]


def test_the_table_has_all_that_there_is_to_do(file: Path) -> None:
    """What is noted of each kind is what the table looks for, and stands in its lesson."""
    rows = table_of_all().rows
    assert not any(is_done for *_, is_done in rows)
    for key in ("question: bias-sum", "exercise: hidden_delta", "puzzle: step_lines", "bug hunt"):
        progress.note(key)
    assert [row[:3] for row in table_of_all().rows if row[3]] == [
        (3, "questions", "The gradient of a bias"),
        (3, "exercises", "δ one layer back"),
        (5, "puzzle", "The lines of one training step"),
        (4, "bug hunt", "six broken networks"),
    ]
    lines = str(table_of_all()).splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 96, "it doesn't fit on a screen"
