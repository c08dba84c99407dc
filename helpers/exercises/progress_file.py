"""What the learner has done so far, in one small file on their own machine.

The file is `progress.json` in the course's folder, or where the environment variable
COURSE_PROGRESS says. It holds names of exercises and questions and nothing else, and may be
deleted at any time.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path

PATIENCE = 2  # seconds
COURSE = Path(__file__).parents[2]


def progress_file() -> Path:
    """Return where the progress is kept."""
    return Path(os.environ.get("COURSE_PROGRESS") or COURSE / "progress.json")


def done() -> list[str]:
    """Return the names of what is done, in the order in which it was.

    Never raises: what can't be read or understood is said in print, and nothing counts as done.
    """
    names, trouble = _read()
    if trouble:
        print(trouble)
    return names or []


def note(name: str) -> None:
    """Note an exercise or question as done, once. If it can't be written, that is said in print."""
    trouble = record(name)
    if trouble:
        print(trouble)


def record(name: str) -> str:
    """Note an exercise or question as done, once; return what went wrong, '' if nothing did."""
    names, trouble = _read()
    if names is None or name in names:
        return trouble
    path = progress_file()
    try:
        with _alone(path):
            names, trouble_since = _read()  # another kernel may have noted something meanwhile
            if names is not None and name not in names:
                _write(path, [*names, name])
    except OSError as error:
        return f"Your progress can't be kept ({error.strerror}: {path}). All else works."
    return trouble or trouble_since


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other kernel is noting something, and let none begin meanwhile."""
    lock, deadline = path.with_name(f"{path.name}.lock"), time.monotonic() + PATIENCE
    while True:
        try:
            lock.open("x").close()
            break
        except FileExistsError:
            if time.monotonic() > deadline:  # whoever made it is gone
                break
            time.sleep(0.01)
    try:
        yield
    finally:
        lock.unlink(missing_ok=True)


def _write(path: Path, names: list[str]) -> None:
    new = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        new.write_text(json.dumps({"done": names}, indent=2) + "\n", encoding="utf-8")
        new.replace(path)  # at once, so that nobody ever finds half a file
    finally:
        new.unlink(missing_ok=True)


def _read() -> tuple[list[str] | None, str]:
    """Return what is done, None if that can't be known, and what there is to say about it."""
    path = progress_file()
    try:
        if path.exists() and not path.is_file():
            return None, f"Your progress can't be kept ({path} isn't a file). All else works."
        content = json.loads(path.read_text(encoding="utf-8-sig"))  # editors may add a mark
        return _names_in(content), ""
    except FileNotFoundError:
        return [], ""
    except OSError as error:
        return None, f"Your progress can't be read ({error.strerror}: {path}). All else works."
    except (ValueError, RecursionError):
        return _set_aside(path)


def _names_in(content: object) -> list[str]:
    names = content.get("done") if isinstance(content, dict) else None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ValueError("no list of names under 'done'")
    return list(dict.fromkeys(names))


def _set_aside(path: Path) -> tuple[list[str] | None, str]:
    aside = path.with_name(f"{path.name}.broken")
    try:
        if aside.exists():
            raise FileExistsError
        path.replace(aside)
    except OSError:
        return (
            None,
            f"{path} isn't a progress file of this course; it stays as it is. Move it away.",
        )
    return [], f"{path.name} wasn't a progress file: it is kept as {aside.name}; a new one begins."


@dataclass(frozen=True)
class Progress:
    """What is done and what is open; a notebook shows it as a table.

    Attributes
    ----------
    rows : tuple of (int, str, str, bool)
        Lesson, kind ('exercise' or 'question'), title, and whether it is done.
    """

    rows: tuple[tuple[int, str, str, bool], ...]

    def __str__(self) -> str:
        lines = [
            f"{lesson}  {'done' if ok else 'open'}  {kind:9} {title}"
            for lesson, kind, title, ok in self.rows
        ]
        return "\n".join([*lines, self._summary()])

    __repr__ = __str__

    def _summary(self) -> str:
        return f"{sum(ok for *_, ok in self.rows)} of {len(self.rows)} done"

    def _repr_html_(self) -> str:
        def line(tag: str, *cells: object) -> str:
            inner = "".join(f"<{tag}>{escape(str(cell))}</{tag}>" for cell in cells)
            return f"<tr>{inner}</tr>"

        body = "".join(
            line("td", lesson, kind, title, "done" if ok else "open")
            for lesson, kind, title, ok in self.rows
        )
        head = line("th", "lesson", "kind", "title", "")
        return f"<table>{head}{body}</table><p>{self._summary()}</p>"
