"""What README says."""

import ast
import re
import tomllib
from collections.abc import Iterator

from helpers.exercises.bug_kinds import KINDS
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.misconceptions import Misconception
from helpers.exercises.planted import deal
from helpers.exercises.questions import all_questions
from helpers.lessons.puzzles import PUZZLES
from helpers.tests.notebooks.claims import Said, claim, in_words
from helpers.tests.notebooks.formulas.cells import cells_of, markdown_of, numbers_printed
from helpers.tests.refresh_notebooks import NOTEBOOKS, ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
SECTIONS = re.split(r"^## ", TEXT, flags=re.MULTILINE)
PLACES = {("README", section.partition("\n")[0]): section for section in SECTIONS}
TITLE = "# Matrix backpropagation, a course in notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
HUNT = 4  # the lesson of the bug hunt


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


@claim("README")
def minutes() -> Iterator[Said]:
    total = 0
    for number, name in enumerate(NAMES, 1):
        title = markdown_of(name)["title"]
        said = re.search(r"takes about (\d+) minutes", title)
        assert said
        total += int(said[1])
        called = title.splitlines()[0].removeprefix(f"# {number} ").partition(":")[0]
        row = f"| [{number} {called}](notebooks/{name}.ipynb) | "
        question = TEXT.partition(row)[2].partition(" |")[0]
        yield "The lessons", f"{row}{question} | {said[1]} |"
    halves = round(total / 30)
    hours = in_words(halves // 2) + " and a half" * (halves % 2)
    yield "The lessons", f"together they take about {hours} hours, exercises included"


def meetings() -> Iterator[tuple[Misconception, int]]:
    """Yield the belief and the lesson of each question, known mistake and bug."""
    for question in all_questions().values():
        yield question.misconception, question.lesson
    for exercise in (*EXERCISES.values(), *(puzzle for puzzle, _ in PUZZLES.values())):
        for mistake in exercise.mistakes:
            yield mistake.misconception, exercise.lesson
    for kind in KINDS.values():
        yield kind.misconception, HUNT


@claim("README")
def where_each_belief_is_met() -> Iterator[Said]:
    for belief in Misconception:
        lessons = sorted({lesson for met, lesson in meetings() if met is belief})
        yield "For teachers", f"| {belief} | {', '.join(map(str, lessons))} |"


@claim("README")
def how_the_tests_are_run() -> str:
    noxfile = ast.parse((ROOT / ".ci" / "noxfile.py").read_text(encoding="utf-8"))
    sessions = [
        node.name
        for node in noxfile.body
        if isinstance(node, ast.FunctionDef) and "nox.session" in ast.unparse(node)
    ]
    named = f"`--session {sessions[0]}`, `{sessions[1]}` or `{sessions[2]}` runs"
    return f"""
    Changing something :: {named} one of the {in_words(len(sessions))}
    """


def here(section: str, *texts: str) -> list[tuple[Said, str]]:
    return [(("README", section), text) for text in texts]


UNPROVED: dict[str, list[tuple[Said, str]]] = {
    "says what there is, or what to do": [
        *here(TITLE, "every matrix with its shape, every gradient checked, every picture of a"),
        *here(TITLE, "learning rate, layer sizes, ε and more, on the same network"),
        *here("Start", "this opens JupyterLab on the first lesson"),
        *here("Start", "Stop it with Ctrl-C; the same line starts it again."),
        *here("Start", "it runs the tests, every notebook included"),
        *here("The lessons", "You can open any of them first"),
        *here("The lessons", "How does a network that only multiplies and adds learn"),
        *here("The lessons", "you are told which mistake it is, not only that there is one"),
        *here("For teachers", "| 1 | one array for a whole layer;", "| 2 | the forward pass,"),
        *here("For teachers", "| 3 | δ, its recursion,", "| 4 | the gradient check,"),
        *here("For teachers", "| 5 | the loop,", "The minutes are in the table above."),
        *here("For teachers", "and hints, checks and labs are as before"),
        *here("Changing something", "the tests, all notebooks, ruff and mypy"),
        *here("Changing something", "or the look of all pictures in `helpers/course.mplstyle`"),
        *here("Changing something", '`-m pip install --editable ".[versions]"` once'),
        *here(
            "Changing something", "with the newest on every Python, and with pre-releases, which"
        ),
        *here("Changing something", "and with pre-releases, which only warn"),
        *here("Changing something", '`-m pip install --editable ".[mutation]"` once'),
        *here("Changing something", "or one module's name after it", "those that no test notices"),
        *here("Changing something", "after you have worked in them, `refresh_notebooks` stores"),
        *here("Changing something", "They compare every number that a notebook prints"),
        *here("Changing something", "(the last digits of a gradient check, times)"),
        *here("Changing something", "a test makes sure that the two agree"),
    ],
    "measured once, on a machine of ours": [
        *here("Start", "The first time, it takes about a minute to install"),
        *here("Start", "(some 400 MB) and nothing elsewhere, and prints nothing meanwhile"),
        *here("Changing something", "makes 1,300 copies that are wrong in one place"),
        *here("Changing something", "about half an hour on two cores"),
    ],
    "describes a picture, as a cell of lesson 5 does": [
        *here(TITLE, "is a bent line that has nothing to do with the two moons of points"),
    ],
    "notation, and formulas that have tests of their own": [
        *here("Key ideas", "Columns are samples, layers count from 1, and $m$ is the number of"),
        *here("Key ideas", "$L$ alone is the loss; as an index it is the last layer."),
        *here("Key ideas", "| a layer for all samples |", "of every layer |"),
    ],
}
