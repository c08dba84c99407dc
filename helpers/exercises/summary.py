"""What there is to do in the course, and what of it the learner has done.

A question that was answered wrongly is tried, as an exercise is whose answer isn't right yet.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from helpers.exercises import bug_kinds
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.ordering import PUZZLES
from helpers.exercises.progress_file import Record, progress_file, records
from helpers.exercises.questions import all_questions
from helpers.tables import as_html, padded, wrapped
from helpers.texts import read

WIDTH = 96  # of the text
STATES = ("right", "tried", "open")


@dataclass(frozen=True)
class Task:
    """What there is to do.

    Attributes
    ----------
    key : str
        As the progress file has it.
    lesson : int
    kind, title : str
        In words.
    """

    key: str
    lesson: int
    kind: str
    title: str


@dataclass(frozen=True)
class Progress:
    """What is right, what is tried and what is open; a notebook shows it as a table.

    Attributes
    ----------
    rows : tuple of (Task, str)
        Each task, and its state.
    """

    rows: tuple[tuple[Task, str], ...]

    def __str__(self) -> str:
        lines = (f"{padded(row[0], 8)}{padded(row[1], 12)}{row[2]}" for row in self._table())
        filled = (wrapped(line, WIDTH, indent=20) for line in lines)
        return "\n".join([*filled, self._sum()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return as_html(list(self._table()), self._sum())

    def _table(self) -> Iterator[tuple[str, str, str]]:
        """Yield the header, and for each lesson what is right, what is tried, and what is open."""
        words, lessons = read("common/progress"), sorted({task.lesson for task, _ in self.rows})
        yield tuple(words["header"])
        for lesson, wanted in product(lessons, STATES):
            titles: dict[str, list[str]] = {}
            for task, state in self.rows:
                if (task.lesson, state) == (lesson, wanted):
                    titles.setdefault(task.kind, []).append(task.title)
            number = words[wanted].format(n=sum(map(len, titles.values())))
            of_kind = [
                words["of_kind"].format(kind=kind, titles=words["between"].join(some))
                for kind, some in titles.items()
            ]
            if titles:
                yield str(lesson), number, words["between_kinds"].join(of_kind)

    def _sum(self) -> str:
        numbers = Counter(state for _, state in self.rows)
        said = {state: numbers[state] for state in STATES} | {"all": len(self.rows)}
        return str(read("common/progress")["summary"]).format(**said, path=progress_file())


def tasks() -> Iterator[Task]:
    """Yield all that there is to do."""
    words = read("common/progress")
    kinds: dict[str, Iterable[Any]] = {"question": all_questions().values()}
    kinds |= {"exercise": EXERCISES.values(), "puzzle": [puzzle for puzzle, _ in PUZZLES.values()]}
    for kind, of_kind in kinds.items():
        for task in of_kind:
            yield Task(f"{kind}: {task.name}", task.lesson, words[kind], task.title)
    yield Task("bug hunt", bug_kinds.LESSON, words["hunt"], bug_kinds.TEXTS["title"])


def progress() -> Progress:
    """Return what is right, tried and open, lesson by lesson; a notebook shows a table."""
    found = records()
    return Progress(tuple((task, _state(found.get(task.key))) for task in tasks()))


def _state(record: Record | None) -> str:
    return "open" if record is None else "right" if record.right else "tried"
