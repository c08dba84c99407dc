"""What the learner has done so far, in one small file on their own machine.

The file is `progress.json` in the course's folder, or where the environment variable
COURSE_PROGRESS says. It holds names of exercises and questions and nothing else, and may be
deleted at any time.
"""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from helpers.texts import read

PATIENCE = 2  # seconds
COURSE = Path(__file__).parents[2]


def progress_file() -> Path:
    """Return where the progress is kept."""
    return Path(os.environ.get("COURSE_PROGRESS") or COURSE / "progress.json")


def done() -> list[str]:
    """Return the names of what is done, in the order in which it was.

    Never raises: what can't be read or understood is said in print, and nothing counts as done.
    """
    names, trouble = _visit("unread")
    if trouble:
        print(trouble)
    return names


def note(name: str) -> None:
    """Note an exercise or question as done, once. If it can't be written, that is said in print."""
    trouble = record(name)
    if trouble:
        print(trouble)


def record(name: str) -> str:
    """Note an exercise or question as done, once; return what went wrong, '' if nothing did."""
    return _visit("unkept", name)[1]


def _visit(if_not: str, *new: str) -> tuple[list[str], str]:
    """Return what was done before, and what there is to say; add what is new."""
    path = progress_file()
    try:
        with _alone(path):
            names, trouble = _names_in(path)
            if not set(new) <= set(names):
                _write(path, [*names, *new])
            return names, trouble
    except OSError as error:
        reason = {"reason": error.strerror, "path": path}
        return [], read("common/progress")[if_not].format(**reason)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Wait until no other kernel reads or writes the file, and let none begin meanwhile.

    Windows replaces no file that somebody has open, so whoever reads is alone, too.
    """
    lock, deadline = path.with_name(f"{path.name}.lock"), time.monotonic() + PATIENCE
    # where nothing can be written, nobody waits; where there is still a lock, its kernel is gone
    while os.access(path.parent, os.W_OK) and time.monotonic() < deadline:
        with suppress(FileExistsError, PermissionError):  # Windows refuses what is being deleted
            lock.open("x").close()
            break
        time.sleep(0.01)
    try:
        yield
    finally:
        with suppress(OSError):
            lock.unlink()


def _write(path: Path, names: list[str]) -> None:
    new = path.with_name(f"{path.name}.new")
    new.write_text(json.dumps({"done": names}, indent=2) + "\n", encoding="utf-8")
    new.replace(path)  # at once, so that nobody ever finds half a file


def _names_in(path: Path) -> tuple[list[str], str]:
    """Return the names in the file; what isn't a progress file is set aside, and that is said."""
    if not path.exists():
        return [], ""
    if not path.is_file():
        raise OSError(0, read("common/progress")["no_file"])
    try:
        names = json.loads(path.read_text(encoding="utf-8-sig"))["done"]  # editors may add a mark
        if not all(isinstance(name, str) for name in names) or not isinstance(names, list):
            raise ValueError("no list of names under 'done'")
    except (ValueError, LookupError, TypeError, RecursionError):
        return [], _set_aside(path)
    return list(dict.fromkeys(names)), ""


def _set_aside(path: Path) -> str:
    """Move the file to the first name that is free."""
    names = (path.with_name(f"{path.name}.broken{n or ''}") for n in count())
    aside = next(name for name in names if not name.exists())
    path.replace(aside)
    return read("common/progress")["set_aside"].format(name=path.name, aside=aside.name)
