"""Each belief that the course is to cure is met, and the README says in which lessons."""

import re
from collections.abc import Iterator
from pathlib import Path

from helpers.exercises.bug_kinds import KINDS
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.misconceptions import Misconception
from helpers.exercises.puzzles import PUZZLES
from helpers.exercises.questions import QUESTIONS

README = Path(__file__).parents[2] / "README.md"
ROW = re.compile(r"\| (.+) \| ([1-5](?:, [1-5])*) \|")
HUNT = 4  # the lesson of the bug hunt


def meetings() -> Iterator[tuple[Misconception, int]]:
    """Yield the belief and the lesson of each question, known mistake and bug."""
    for question in QUESTIONS.values():
        yield question.misconception, question.lesson
    for exercise in (*EXERCISES.values(), *(puzzle for puzzle, _ in PUZZLES.values())):
        for mistake in exercise.mistakes:
            yield mistake.misconception, exercise.lesson
    for kind in KINDS.values():
        yield kind.misconception, HUNT


def told() -> dict[str, list[int]]:
    """What the README says: the lessons that meet each belief."""
    _, table = README.read_text(encoding="utf-8").split("| belief | lessons |\n|---|---|\n")
    rows = table.partition("\n\n")[0].splitlines()
    matches = [ROW.fullmatch(row) for row in rows]
    assert None not in matches, rows
    return {match[1]: [int(n) for n in match[2].split(", ")] for match in matches if match}


def test_every_belief_is_met_where_the_readme_says() -> None:
    met = {belief: sorted({n for b, n in meetings() if b is belief}) for belief in Misconception}
    assert all(met.values())
    assert told() == {str(belief): lessons for belief, lessons in met.items()}
