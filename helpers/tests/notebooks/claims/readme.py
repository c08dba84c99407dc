"""What README and TEACHING say."""

import re
import tomllib
from collections.abc import Iterator

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
TITLE = "# Matrix backpropagation, a course in notebooks"
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
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest = project["requires-python"].removeprefix(">=")
    return f"""
    {TITLE} :: {in_words(len(NAMES)).capitalize()} notebooks take you from one activation to a
        trained network, in NumPy that you can read:
    {TITLE} :: | before | after {epochs:,} steps |
    {TITLE} :: {winds} and {every} lies on its own side.
    {TITLE} :: and a machine with Python {oldest} or newer.
    The lessons :: You answer questions before you run a cell, write the mathematics yourself, put
        lines in order, and find the mistake in each of {in_words(len(deal(0)))} broken networks.
    """


def counted(name: str) -> float:
    """Return the minutes of a lesson by its words without the hints, and by what there is to do."""
    cells = [cell for cell in stored(name).cells if "solution" not in cell.metadata.get("tags", [])]
    text = " ".join(cell.source for cell in cells if cell.cell_type == "markdown")
    minutes = len(re.sub("(?s)<details>.*?</details>", "", text).split()) / WORDS
    for source in (cell.source for cell in cells if cell.cell_type == "code"):
        minutes += next(
            (m for start, (m, _) in MINUTES.items() if re.search(start, source, re.M)), 0.5
        )
    return minutes


@claim("README")
def minutes() -> Iterator[Said]:
    total, rule = 0, ", ".join(f"{in_words(m)} for {what}" for m, what in MINUTES.values())
    for number, name in enumerate(NAMES, 1):
        title = markdown_of(name)["title"]
        said = re.search(r"takes about (\d+) minutes", title)
        assert said
        assert abs(int(said[1]) - counted(name)) <= 5, f"{name} takes about {counted(name):.0f}"
        total += int(said[1])
        called = title.splitlines()[0].removeprefix(f"# {number} ").partition(":")[0]
        row = f"| [{number} {called}](notebooks/{name}.ipynb) | "
        question = TEXT.partition(row)[2].partition(" |")[0]
        yield "The lessons", f"{row}{question} | {said[1]} |"
    halves = round(total / 30)
    hours = in_words(halves // 2) + " and a half" * (halves % 2)
    yield "The lessons", f"together they take about {hours} hours, exercises included"
    yield "The lessons", f"a minute for {WORDS} words or two cells, {rule}"


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
