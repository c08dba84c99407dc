"""What the learner has done so far, in one small file on their own machine.

The file is `matrix-backpropagation-progress.json` in the learner's home, or where the environment
variable COURSE_PROGRESS says. Of each exercise, puzzle and question it holds how often it was
tried, which mistakes were named, and whether it is right, and nothing else:

    {"exercise: bias_gradient": {"tries": 2, "right": true,
                                 "mistakes": {"bias sum: The sum is missing.": 1}}}

It may be deleted at any time.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path

from helpers.texts import read

NAME = "matrix-backpropagation-progress.json"
PATIENCE = 2  # seconds
KEPT_BY_THE_BROWSER = "/drive"  # all else in there is lost when the page is loaded again


@dataclass(frozen=True)
class Record:
    """What was done of one exercise, puzzle or question.

    Attributes
    ----------
    tries : int
        Up to the first right answer.
    right : bool
        Whether there was one.
    mistakes : mapping from str to int
        How often each was named, as 'belief: its name'.
    """

    tries: int = 0
    right: bool = False
    mistakes: Mapping[str, int] = field(default_factory=dict)

    def after(self, right: bool, mistake: str) -> "Record":
        """Return what it is after one more try; what has been right once stays as it is."""
        if self.right:
            return self
        named = {mistake: self.mistakes.get(mistake, 0) + 1} if mistake else {}
        return Record(self.tries + 1, right, {**self.mistakes, **named})

    @property
    def is_sound(self) -> bool:
        """Whether everything is of its kind, as in what was read it may not be."""
        numbers = [self.tries, *self.mistakes.values()]
        return type(self.right) is bool and all(type(n) is int and n > 0 for n in numbers)


Records = dict[str, Record]  # by 'exercise: name', 'question: name', 'puzzle: name' or 'bug hunt'


def progress_file() -> Path:
    """Return where the progress is kept."""
    given, is_in_browser = os.environ.get("COURSE_PROGRESS"), sys.platform == "emscripten"
    home = KEPT_BY_THE_BROWSER if is_in_browser else os.path.expanduser("~")
    return Path(given or Path(home, NAME))


def records() -> Records:
    """Return what was done, in the order in which it was begun.

    Never raises: what can't be read or understood is said in print, and counts as nothing done.
    """
    found, trouble = _visit("unread")
    if trouble:
        print(trouble)
    return found


def note(name: str, right: bool, mistake: str = "") -> None:
    """Note a try, as `record` does. If it can't be written, that is said in print."""
    trouble = record(name, right, mistake)
    if trouble:
        print(trouble)


def record(name: str, right: bool, mistake: str = "") -> str:
    """Note a try; return what went wrong in noting it, '' if nothing did.

    Parameters
    ----------
    name : str
        'exercise: hidden_delta', for example.
    right : bool
        Whether the answer was.
    mistake : str, optional
        The one that was named, as 'belief: its name'.
    """
    return _visit(
        "unkept", lambda old: old | {name: old.get(name, Record()).after(right, mistake)}
    )[1]


def _visit(if_not: str, change: Callable[[Records], Records] = dict) -> tuple[Records, str]:
    """Return what was done before, and what there is to say; write what is changed."""
    path = progress_file()
    try:
        with _alone(path):
            found, trouble = _records_in(path)
            changed = change(found)
            if changed != found:
                _write(path, changed)
            return found, trouble
    except OSError as error:
        reason = {"reason": error.strerror, "path": path}
        return {}, read("common/progress")[if_not].format(**reason)


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


def _write(path: Path, changed: Records) -> None:
    new = path.with_name(f"{path.name}.new")
    entries = {name: asdict(record) for name, record in changed.items()}
    new.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")
    new.replace(path)  # at once, so that nobody ever finds half a file


def _records_in(path: Path) -> tuple[Records, str]:
    """Return what is in the file; what isn't a progress file is set aside, and that is said."""
    if not path.exists():
        return {}, ""
    if not path.is_file():
        raise OSError(0, read("common/progress")["no_file"])
    try:
        return read_records(path), ""
    except ValueError:
        return {}, _set_aside(path)


def read_records(path: Path) -> Records:
    """Return what is in a progress file.

    Raises
    ------
    ValueError
        If it isn't one.
    OSError
        If it can't be read.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8-sig"))  # editors may add a mark
        found = {name: Record(**entry) for name, entry in entries.items()}
        is_sound = all(record.is_sound for record in found.values())
    except (ValueError, TypeError, AttributeError, RecursionError):
        is_sound = False
    if not is_sound:
        raise ValueError(read("common/progress")["no_progress"].format(name=path.name))
    return found


def _set_aside(path: Path) -> str:
    """Move the file to the first name that is free."""
    names = (path.with_name(f"{path.name}.broken{n or ''}") for n in count())
    aside = next(name for name in names if not name.exists())
    path.replace(aside)
    return read("common/progress")["set_aside"].format(name=path.name, aside=aside.name)
