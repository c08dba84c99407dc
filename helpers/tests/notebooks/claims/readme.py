"""What README, TEACHING and CHANGELOG say."""

import re
import tomllib
from collections.abc import Iterator

import numpy as np
from nbformat import NotebookNode

from helpers.exercises.bug_kinds import KINDS
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.misconceptions import BELIEFS, Misconception
from helpers.exercises.ordering import PUZZLES
from helpers.exercises.planted import deal
from helpers.exercises.questions import all_questions
from helpers.tests.notebooks.claims import Said, claim, in_words
from helpers.tests.notebooks.formulas.cells import cells_of, markdown_of, numbers_printed, stored
from helpers.tests.refresh_notebooks import NAMES, ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TITLE = "# Matrix backpropagation, a course in notebooks"
SESSION = 90  # minutes
OPTIONAL = "## Further, if you like"  # opens what is
HUNT = 4  # the lesson of the bug hunt
WORDS = 100  # that are read in a minute, formulas and predictions included
# what a cell that is more than run and looked at takes, in minutes
MINUTES = {r"^ask\(": (1, "a question"), r"^(?:check|Puzzle)\(": (8, "an exercise or a puzzle")}
MINUTES |= {r"Lab\(\)$": (10, "a lab"), r"^BugHunt\(": (20, "the bug hunt")}


@claim("README")
def the_course() -> str:
    epochs = int(cells_of("05_training")["loop-code"].source.split("range(")[1].split(")")[0])
    every = "every point" if numbers_printed("05_training", "loop-code")[-1][-1] == 1 else "a point"
    winds = "After training, the boundary winds between the two moons"
    oldest = PROJECT["requires-python"].removeprefix(">=")
    return f"""
    {TITLE} :: {in_words(len(NAMES)).capitalize()} notebooks take you from one activation to a
        trained network, in NumPy that you can read:
    {TITLE} :: | before | after {epochs:,} steps |
    {TITLE} :: {winds} and {every} lies on its own side.
    {TITLE} :: and a machine with Python {oldest} or newer.
    The lessons :: You answer questions before you run a cell, write the mathematics yourself, put
        lines in order, and find the mistake in each of {in_words(len(deal(0)))} broken networks.
    """


def minutes_of(cell: NotebookNode) -> float:
    """Return the minutes that a cell takes, by its words without the hints or by what it asks."""
    if cell.cell_type == "markdown":
        return len(re.sub("(?s)<details>.*?</details>", "", cell.source).split()) / WORDS
    kinds = (m for start, (m, _) in MINUTES.items() if re.search(start, cell.source, re.M))
    return next(kinds, 0.5)


def counted(name: str) -> list[float]:
    """Return the minutes of a lesson up to what is optional, and those of that."""
    cells = [cell for cell in stored(name).cells if "solution" not in cell.metadata.get("tags", [])]
    is_further = [cell.source.startswith(OPTIONAL) for cell in cells]
    first = [*is_further, True].index(True)
    return [sum(map(minutes_of, part)) for part in (cells[:first], cells[first:])]


def minutes_said(name: str) -> list[int]:
    """Return the minutes that a lesson says it takes, and those of what is optional."""
    found = re.findall(r"takes (?:about )?(\d+) (?:minutes|more)", markdown_of(name)["title"])
    return [*map(int, found), 0][:2]


@claim("README")
def minutes() -> Iterator[Said]:
    for number, name in enumerate(NAMES, 1):
        assert np.allclose(minutes_said(name), counted(name), rtol=0, atol=5), counted(name)
        road, more = minutes_said(name)
        called = markdown_of(name)["title"].splitlines()[0].removeprefix(f"# {number} ")
        row = f"| [{number} {called.partition(':')[0]}](notebooks/{name}.ipynb) | "
        question = TEXT.partition(row)[2].partition(" |")[0]
        further = f", and {more} more if you like" if more else ""
        yield "The lessons", f"{row}{question} | {road}{further} |"
    halves = round(sum(minutes_said(name)[0] for name in NAMES) / 30)
    hours = in_words(halves // 2) + " and a half" * (halves % 2)
    yield "The lessons", f"together they take about {hours} hours, exercises included"
    rule = ", ".join(f"{in_words(m)} for {what}" for m, what in MINUTES.values())
    yield "The lessons", f"a minute for {WORDS} words or two cells, {rule}"


@claim("CHANGELOG")
def what_is_new() -> str:
    (oldest,) = re.findall(r"matplotlib>=([\d.]+)", " ".join(PROJECT["dependencies"]))
    return f"Unreleased :: Matplotlib {oldest} is new enough."


@claim("TEACHING")
def sessions() -> Iterator[Said]:
    numbered = enumerate(NAMES, 1)
    long = " and ".join(str(n) for n, name in numbered if minutes_said(name)[0] >= SESSION)
    yield "Sessions", f"is a session of {SESSION} minutes, but for lessons {long}, which fill two"


def meetings() -> Iterator[tuple[Misconception, int]]:
    """Yield the belief and the lesson of each question, known mistake and bug."""
    for question in all_questions().values():
        yield question.misconception, question.lesson
    for exercise in (*EXERCISES.values(), *(puzzle for puzzle, _ in PUZZLES.values())):
        for mistake in exercise.mistakes:
            if not mistake.is_made:
                yield mistake.misconception, exercise.lesson
    for kind in KINDS.values():
        yield kind.misconception, HUNT


@claim("TEACHING")
def where_each_belief_is_met() -> Iterator[Said]:
    for belief in BELIEFS.values():
        lessons = sorted({lesson for met, lesson in meetings() if met is belief})
        yield "Beliefs to expect", f"| {belief} | {', '.join(map(str, lessons))} |"
