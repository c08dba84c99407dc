"""What there is to do in the course, and what of it the learner has done."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from textwrap import fill

from helpers.exercises import bug_kinds
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.ordering import PUZZLES
from helpers.exercises.progress_file import done
from helpers.exercises.questions import all_questions
from helpers.tables import as_html
from helpers.texts import read

WIDTH = 96  # of the text


@dataclass(frozen=True)
class Progress:
    """What is done and what is open; a notebook shows it as a table.

    Attributes
    ----------
    rows : tuple of (int, str, str, bool)
        Lesson, kind ('exercises' or 'questions'), title, and whether it is done.
    """

    rows: tuple[tuple[int, str, str, bool], ...]

    def __str__(self) -> str:
        lines = (f"{lesson:8}{number:12}{titles}" for lesson, number, titles in self._table())
        filled = (fill(line, WIDTH, subsequent_indent=" " * 20) for line in lines)
        return "\n".join([*filled, self._sum()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        table = as_html(list(self._table()), self._sum())
        return table.replace("<td>", '<td style="text-align: left">')  # JupyterLab's is right

    def _table(self) -> Iterator[tuple[str, str, str]]:
        """Yield the header, and for each lesson what is done, and then what is open."""
        words = read("common/progress")
        yield tuple(words["header"])
        for lesson, wanted in product(sorted({lesson for lesson, *_ in self.rows}), (True, False)):
            titles: dict[str, list[str]] = {}
            for of, kind, title, is_done in self.rows:
                if (of, is_done) == (lesson, wanted):
                    titles.setdefault(kind, []).append(title)
            number = words["done" if wanted else "open"].format(n=sum(map(len, titles.values())))
            of_kind = [f"{kind}: {words['between'].join(some)}" for kind, some in titles.items()]
            if titles:
                yield str(lesson), number, words["between_kinds"].join(of_kind)

    def _sum(self) -> str:
        number = sum(is_done for *_, is_done in self.rows)
        return str(read("common/progress")["summary"]).format(done=number, all=len(self.rows))


def progress() -> Progress:
    """Return what is done and what is open, lesson by lesson; a notebook shows a table."""
    finished, words = set(done()), read("common/progress")
    rows = [
        *((q.lesson, "question", q.title, f"question: {q.name}") for q in all_questions().values()),
        *((e.lesson, "exercise", e.title, f"exercise: {e.name}") for e in EXERCISES.values()),
        *((p.lesson, "puzzle", p.title, f"puzzle: {p.name}") for p, *_ in PUZZLES.values()),
        (bug_kinds.LESSON, "hunt", bug_kinds.TEXTS["title"], "bug hunt"),
    ]
    return Progress(
        tuple((lesson, words[kind], title, key in finished) for lesson, kind, title, key in rows)
    )
