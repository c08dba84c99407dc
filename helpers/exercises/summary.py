"""What there is to do in the course, and what of it the learner has done."""

from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.progress_file import Progress, done
from helpers.exercises.questions import all_questions
from helpers.lessons.puzzles import PUZZLES


def progress() -> Progress:
    """Return what is done and what is open, lesson by lesson; a notebook shows a table."""
    finished = set(done())
    rows = [
        *((q.lesson, "question", q.title, f"question: {q.name}") for q in all_questions().values()),
        *((e.lesson, "exercise", e.title, f"exercise: {e.name}") for e in EXERCISES.values()),
        *((p.lesson, "puzzle", p.title, f"puzzle: {p.name}") for p, *_ in PUZZLES.values()),
        (4, "bug hunt", "six broken networks", "bug hunt"),
    ]
    rows.sort(key=lambda row: row[0])
    return Progress(tuple((*row[:3], row[3] in finished) for row in rows))
