"""What there is to do in the course, and what of it the learner has done."""

from dataclasses import dataclass

from helpers.exercises import bug_kinds
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.ordering import PUZZLES
from helpers.exercises.progress_file import done
from helpers.exercises.questions import all_questions
from helpers.tables import as_html, as_text
from helpers.texts import read


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
        return as_text(*self._table())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return as_html(*self._table())

    def _table(self) -> tuple[list[list[str]], str]:
        words = read("common/progress")
        rows = [
            [str(lesson), kind, title, words["done" if is_done else "open"]]
            for lesson, kind, title, is_done in self.rows
        ]
        number = sum(is_done for *_, is_done in self.rows)
        return [words["header"], *rows], words["summary"].format(done=number, all=len(rows))


def progress() -> Progress:
    """Return what is done and what is open, lesson by lesson; a notebook shows a table."""
    finished, words = set(done()), read("common/progress")
    rows = [
        *((q.lesson, "question", q.title, f"question: {q.name}") for q in all_questions().values()),
        *((e.lesson, "exercise", e.title, f"exercise: {e.name}") for e in EXERCISES.values()),
        *((p.lesson, "puzzle", p.title, f"puzzle: {p.name}") for p, *_ in PUZZLES.values()),
        (bug_kinds.LESSON, "hunt", bug_kinds.TEXTS["title"], "bug hunt"),
    ]
    rows.sort(key=lambda row: row[0])
    return Progress(
        tuple((lesson, words[kind], title, key in finished) for lesson, kind, title, key in rows)
    )
