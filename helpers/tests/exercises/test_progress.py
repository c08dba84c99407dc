"""The file of progress: whatever is wrong with it is a word, and never an exception."""

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from html import unescape
from pathlib import Path

import pytest

from helpers import texts
from helpers.exercises import names as known_names
from helpers.exercises import progress_file as progress
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.gather import main
from helpers.exercises.misconceptions import BELIEFS
from helpers.exercises.names import in_own_words
from helpers.exercises.ordering import PUZZLES
from helpers.exercises.progress_file import Record
from helpers.exercises.questions import all_questions
from helpers.exercises.summary import Progress, Task, tasks
from helpers.exercises.summary import progress as table_of_all

BROKEN = {
    "junk": b"\x89PNG\r\n\x1a\n\x00\xff",
    "empty": b"",
    "half": b'{"a": {"tries": 1',
    "list": b'["a"]',
    "number": b"1e999",
    "null": b"null",
    "names": b'{"done": ["a"]}',
    "text": b'{"a": "abc"}',
    "other": b'{"a": {"tries": 1, "names": 1}}',
    "share": b'{"a": {"tries": 1.5}}',
    "negative": b'{"a": {"tries": -1}}',
    "word": b'{"a": {"tries": 1, "right": "yes"}}',
    "mistakes": b'{"a": {"tries": 1, "mistakes": ["b"]}}',
    "counts": b'{"a": {"tries": 1, "mistakes": {"b": "twice"}}}',
    "deep": b"[" * 100_000,
    "digits": b'{"a": {"tries": ' + b"9" * 5000 + b"}}",
}
Said = pytest.CaptureFixture[str]


def refuse(*arguments: object, **settings: object) -> None:
    raise PermissionError(13, "Permission denied")


def names() -> list[str]:
    return list(progress.records())


def test_tries_and_mistakes_are_counted_up_to_the_first_right_answer(
    file: Path, capsys: Said
) -> None:
    assert progress.records() == {}
    tries = [("b", False, "sign: no"), ("δ", True, ""), ("b", False, "sign: no"), ("b", False, "")]
    for name, right, mistake in [*tries, ("b", True, ""), ("b", False, "late"), ("b", True, "")]:
        progress.note(name, right, mistake)
    assert progress.records() == {"b": Record(4, True, {"sign: no": 2}), "δ": Record(1, True)}
    entry = {"tries": 4, "right": True, "mistakes": {"sign: no": 2}}
    assert json.loads(file.read_text(encoding="utf-8"))["b"] == entry
    assert list(file.parent.iterdir()) == [file]
    assert capsys.readouterr().out == ""


@pytest.mark.skipif("config.option.as_in_a_browser", reason="starts threads")
def test_kernels_that_note_at_once_lose_nothing(file: Path, capsys: Said) -> None:
    """Threads meet at the file as kernels do; a kernel would take seconds to start."""
    noted = [f"{kernel} {i}" for i in range(30) for kernel in "ab"]
    with ThreadPoolExecutor(2) as kernels:
        list(kernels.map(lambda name: progress.note(name, True), noted))
    assert sorted(names()) == sorted(noted)
    assert list(file.parent.iterdir()) == [file]
    assert capsys.readouterr().out == ""


def test_a_lock_that_a_dead_kernel_left_is_broken(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 0.05)
    file.with_name("progress.json.lock").touch()
    progress.note("a", True)
    assert names() == ["a"]
    assert list(file.parent.iterdir()) == [file]


def test_without_the_variable_it_is_in_the_learner_s_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for given in ({}, {"COURSE_PROGRESS": ""}):
        monkeypatch.setattr(
            os, "environ", {"HOME": str(tmp_path), "USERPROFILE": str(tmp_path)} | given
        )
        assert progress.progress_file() == tmp_path / progress.NAME
    monkeypatch.setattr(sys, "platform", "emscripten")  # where the browser keeps what it keeps
    assert progress.progress_file() == Path("/drive", progress.NAME)


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_a_broken_or_foreign_file_is_kept_aside(file: Path, content: bytes, capsys: Said) -> None:
    aside = file.with_name("progress.json.broken")
    for broken, kept in ((content, aside), (b"again", aside.with_name(f"{aside.name}1"))):
        file.write_bytes(broken)
        assert names() == []
        assert capsys.readouterr().out == (
            f"progress.json wasn't a progress file: it is kept as {kept.name}; a new one begins.\n"
        )
        assert kept.read_bytes() == broken
        progress.note("a", True)
        assert names() == ["a"]
        assert capsys.readouterr().out == ""
    assert aside.read_bytes() == content


def test_what_an_editor_did_to_it_does_no_harm(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + b'{"a": {"tries": 2}}\r\n')
    assert progress.records() == {"a": Record(2)}
    file.write_text(r'{"\ud800": {"tries": 1}}')  # half a character can be read, but not encoded
    progress.note("a", True)
    assert names() == ["\ud800", "a"]


def refusal(path: Path) -> str:
    """What the system says to who writes there: each has words of its own."""
    with pytest.raises(OSError) as refused:
        path.write_text("")
    return str(refused.value.strerror)


PLACES = ["missing/here.json", "file/here.json", "folder", *["/dev/null"] * (os.name != "nt")]


@pytest.mark.parametrize("place", PLACES)
def test_a_place_that_cant_be_is_a_word(
    tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch, capsys: Said
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "folder").mkdir()
    before = sorted(tmp_path.iterdir())
    path = tmp_path / place
    reason = refusal(path) if place.endswith(".json") else "not a file"
    monkeypatch.setenv("COURSE_PROGRESS", str(path))
    progress.note("a", True)
    said = f"Your progress can't be kept ({reason}: {path}). All else works.\n"
    assert capsys.readouterr().out == said
    assert names() == []
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
    progress.note("a", True)
    if content:
        file.write_text(content)
    before = file.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, method, refuse)
        progress.note("b", True)
        said = f"Your progress can't be kept (Permission denied: {file}). All else works.\n"
        assert capsys.readouterr().out == said
        if method == "read_text":
            assert names() == []
            assert capsys.readouterr().out == said.replace("kept", "read")
    assert file.read_bytes() == before


def test_the_table_says_lesson_by_lesson_what_is_right_tried_and_open(file: Path) -> None:
    rows = [(1, "questions", "A < B?", "right"), (2, "exercises", "Backward", "open")]
    rows += [(2, "puzzle", "Lines", "open"), (2, "exercises", "Forward", "tried")]
    rows += [(2, "puzzle", "Last", "right"), (1, "exercises", "Slope", "right")]
    table = Progress(tuple((Task("", *row), state) for *row, state in rows))  # type: ignore[arg-type]
    expected = [
        ["lesson", "", ""],
        ["1", "✓\xa02\xa0right", "questions: A < B?; exercises: Slope"],
        ["2", "✓\xa01\xa0right", "puzzle: Last"],
        ["2", "△\xa01\xa0tried", "exercises: Forward"],
        ["2", "○\xa02\xa0open", "exercises: Backward; puzzle: Lines"],
    ]
    lines = [f"{lesson:8}{number:12}{titles}".rstrip() for lesson, number, titles in expected]
    summary = f"3 of 6 are right, 1 more tried. This is kept in {file}."
    assert str(table).splitlines() == [*lines, summary] == repr(table).splitlines()
    html = table._repr_html_()
    assert "<tr><th>lesson</th>" in html and html.endswith(f"</table><p>{summary}</p>")
    cells = [re.findall("<td.*?>(.*?)</td>", unescape(row)) for row in html.split("</tr>")[1:-1]]
    assert cells == expected[1:]


def test_the_table_has_all_that_there_is_to_do(file: Path) -> None:
    """What is noted of each kind is what the table looks for, and stands in its lesson."""
    assert {state for _, state in table_of_all().rows} == {"open"}
    keys = {"question: bias-sum": 3, "exercise: hidden_delta": 3, "bug hunt": 4}
    for key in keys | {"puzzle: step_lines": 5}:
        progress.note(key, True)
    progress.note("exercise: backward", False)
    found = {
        task.key: (task.lesson, state) for task, state in table_of_all().rows if state != "open"
    }
    right = {key: (lesson, "right") for key, lesson in (keys | {"puzzle: step_lines": 5}).items()}
    assert found == right | {"exercise: backward": (3, "tried")}
    *lines, _ = str(table_of_all()).splitlines()
    assert len(lines) <= 40 and max(map(len, lines)) <= 96, "it doesn't fit on a screen"


def test_a_class_is_gathered_in_one_table_and_by_belief(tmp_path: Path, capsys: Said) -> None:
    delta, sign, at_a = "exercise: hidden_delta", "sign: A minus.", "slope place: It is at A."
    slope = {"slope place: It is missing.": 2, at_a: 1}
    handed_in: dict[str, progress.Records] = {
        "anna": {delta: Record(4, True, slope), "question: bias-sum": Record(1, False, {sign: 1})},
        "class 2/ben": {delta: Record(1, False, {at_a: 1})},
        "=carla": {"elsewhere": Record(9, True), "bug hunt": Record(2, False, {"new: belief": 1})},
    }
    (tmp_path / "class 2").mkdir()
    for name, records in handed_in.items():
        entries = {key: asdict(record) for key, record in records.items()}
        (tmp_path / f"{name}.json").write_text(json.dumps(entries), encoding="utf-8")
    (tmp_path / "notes.json").write_text("[]", encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    first, *others = capsys.readouterr().out.splitlines()
    assert [re.split("  +", line) for line in (first, *others[:-2])] == [
        ["belief", "learners", "named to most of them as"],
        [BELIEFS["slope place"].sentence, "2 of 3", "It is at A."],
        [BELIEFS["sign"].sentence, "1 of 3", "A minus."],
    ]
    table = tmp_path / "class.csv"
    assert others[-2:] == [
        f"3 progress files; what each learner tried is in {table}.",
        "Not progress files: notes.",
    ]
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = [tuple(row) for row in csv.reader(file)]
    said = "; ".join(f"{n} × {mistake}" for mistake, n in slope.items())
    title = {task.key: task.title for task in tasks()}
    assert rows == [
        ("file", "lesson", "kind", "task", "tries", "right", "mistakes"),
        ("./=carla", "4", "bug hunt", title["bug hunt"], "2", "no", "1 × new: belief"),
        ("anna", "3", "questions", title["question: bias-sum"], "1", "no", f"1 × {sign}"),
        ("anna", "3", "exercises", title[delta], "4", "yes", said),
        ("class 2/ben", "3", "exercises", title[delta], "1", "no", f"1 × {at_a}"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir())[-1] == "notes.json"  # it stays as it is


# Learners of several languages


@pytest.fixture
def speak(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """What chooses a language for names that are looked up from then on."""
    cached = texts.read, known_names._sentences, known_names._patterns

    def choose(language: str) -> None:
        monkeypatch.setenv("COURSE_LANGUAGE", language)
        for function in cached:
            function.cache_clear()

    yield choose
    for function in cached:
        function.cache_clear()


def named_in_english() -> list[str]:
    """Return all that a progress file can name; of a sentence that is filled in, one example."""
    of = {name: texts.load(name) for name in ("common/verdicts", "common/slips")}
    exercises = *EXERCISES.values(), *(puzzle for puzzle, _ in PUZZLES.values())
    said = [mistake.name for exercise in exercises for mistake in exercise.mistakes]
    said += [of["common/slips"]["two"].format(first=said[0], second=said[-1])]
    fields, slips = {"part": "dW", "factor": "1/m", "at": 3}, of["common/slips"]["slip"].values()
    said += [words["name"].format(**fields) for words in slips if "name" in words]
    said += [words.format(**fields) for words in of["common/verdicts"]["pattern"].values()]
    said += [
        of["common/verdicts"][key]["name"].format(names="`W`") for key in ("written", "rounded")
    ]
    said += [texts.load("lesson_2/exercises")["he_weights"]["is"].format(factor="√2/n_in^0.25")]
    return said + [answer for question in all_questions().values() for answer in question.replies]


@pytest.mark.parametrize("language", texts.languages()[1:])
def test_a_mistake_is_named_in_the_language_of_who_reads(
    language: str, speak: Callable[[str], None]
) -> None:
    english = named_in_english()  # first of all: what an exercise has read, it keeps
    speak(language)
    translated = [in_own_words(name) for name in english]
    same = {name for name, other in zip(english, translated, strict=True) if name == other}
    assert [name for name in same if re.search("[a-z]{4}", re.sub("`.*?`", "", name))] == []
    assert [in_own_words(name) for name in translated] == translated
    unknown = [f"{english[0]} And more.", "", "{name}", "Your W is (n). Your b is (m)."]
    assert [in_own_words(name) for name in unknown] == unknown
    speak(texts.ENGLISH)
    assert [in_own_words(name) for name in translated] == english


def test_a_class_of_two_languages_is_gathered_as_one(
    tmp_path: Path, speak: Callable[[str], None], capsys: Said
) -> None:
    belief, name = "slope place", EXERCISES["hidden_delta"].mistakes[0].name
    speak("zh")
    chinese = in_own_words(name)
    speak(texts.ENGLISH)
    for learner, said in {"anna": [name, chinese], "bo": [name], "li": [chinese]}.items():
        record = Record(len(said), False, {f"{belief}: {mistake}": 1 for mistake in said})
        entry = json.dumps({"exercise: hidden_delta": asdict(record)})
        (tmp_path / f"{learner}.json").write_text(entry, encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    _, line, *_ = capsys.readouterr().out.splitlines()
    assert re.split("  +", line) == [str(BELIEFS[belief]), "3 of 3", name]
    with (tmp_path / "class.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[-1] for row in csv.reader(file)][1:] == [
            f"{n} × {belief}: {name}" for n in (2, 1, 1)
        ]
    (tmp_path / "ñ.json").write_text("[]")
    command = [sys.executable, "-m", "helpers.exercises.gather", str(tmp_path)]
    in_chinese = os.environ | {"COURSE_LANGUAGE": "zh", "PYTHONIOENCODING": "gb2312"}  # has no ñ
    ran = subprocess.run(command, env=in_chinese, capture_output=True, check=True)
    _, line, *_, others = ran.stdout.decode("gb2312").splitlines()
    words = texts.in_language("common/beliefs", "zh")[belief], "3 人中 3 人", chinese
    assert tuple(re.split("  +", line)) == words
    assert others.endswith("：?。")


def test_what_cant_be_gathered_is_a_word(tmp_path: Path, capsys: Said) -> None:
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().out.startswith(f"No progress file is in {tmp_path}. ")
    (tmp_path / "anna.json").write_text("{}")
    (tmp_path / "class.csv").mkdir()
    assert main([str(tmp_path)]) == 1
    table = tmp_path / "class.csv"
    assert capsys.readouterr().out == f"{table}: {refusal(table)}.\n"
