"""Questions, puzzles, the bug hunt and an exercise, in JupyterLab, with nothing but keys.

JupyterLab is started in notebooks/ here, so that a lesson is run that way, too.

Where there is no Chromium these tests are skipped, unless COURSE_BROWSER is ``required``.
"""

from collections.abc import Iterator

import nbformat
import pytest
from playwright.sync_api import expect

from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.checking import judge
from helpers.exercises.ordering import PUZZLES
from helpers.exercises.planted import deal
from helpers.exercises.questions import all_questions
from helpers.tests.browser.browser import (
    OpenNotebook,
    Widgets,
    browse,
    chromium_or_skip,
    copy_notebook,
    open_jupyterlab,
    serve,
)
from helpers.tests.refresh_notebooks import METADATA, NOTEBOOKS, read

LESSON = "01_activations"
IDS = [cell.id for cell in read((NOTEBOOKS / f"{LESSON}.ipynb").read_text("utf-8")).cells]
CHOICE, NUMBER = (all_questions()[name] for name in ("greater-or-equal", "bias-sum"))
STUB = """\
def leaky_relu_prime(Z, slope):
    return ...


check(leaky_relu_prime)"""
CELLS = ["from helpers.exercises import BugHunt, Puzzle, ask, check"]
CELLS += [f'ask("{CHOICE.name}")', f'ask("{NUMBER.name}")', 'Puzzle("step_lines")', "BugHunt()"]
CELLS += [STUB]


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenNotebook]:
    """A notebook of one cell each, run in one kernel."""
    chromium = chromium_or_skip()
    root, progress = tmp_path_factory.mktemp("notebooks"), tmp_path_factory.mktemp("progress")
    copy_notebook(NOTEBOOKS / f"{LESSON}.ipynb", root)
    v4 = nbformat.v4
    cells = [v4.new_code_cell(source) for source in CELLS]  # type: ignore[no-untyped-call]
    written = v4.new_notebook(cells=cells, metadata=METADATA)  # type: ignore[no-untyped-call]
    nbformat.write(written, root / "exercises.ipynb")  # type: ignore[no-untyped-call]
    patch = pytest.MonkeyPatch()
    patch.setenv("COURSE_PROGRESS", str(progress / "progress.json"))
    with serve(root) as address, browse(chromium) as context:
        opened = OpenNotebook(open_jupyterlab(context, address), "exercises.ipynb")
        opened.command("notebook:run-all-cells")
        yield opened
    patch.undo()


def test_a_question_is_answered(notebook: OpenNotebook) -> None:
    question = Widgets(notebook, 1)
    wrong = next(answer for answer in CHOICE.replies if answer != CHOICE.right)
    for key, answer, verdict in (("Enter", wrong, "Not so."), ("Space", CHOICE.right, "Right.")):
        question.start()
        question.press(key, answer, "Answer")
        expect(question.said).to_contain_text(f"{verdict} {CHOICE.replies[answer]}")


def test_a_number_is_answered(notebook: OpenNotebook) -> None:
    question = Widgets(notebook, 2)
    for answer in ("0.5", NUMBER.right):
        question.start()
        notebook.page.keyboard.press("Tab")
        notebook.page.keyboard.press("Control+a")
        notebook.page.keyboard.type(answer)
        notebook.page.keyboard.press("Enter")
        expect(question.said).to_contain_text(NUMBER.replies[answer])


def test_a_puzzle_is_put_in_order(notebook: OpenNotebook) -> None:
    puzzle, lines = Widgets(notebook, 3), PUZZLES["step_lines"][1].lines
    for name in ("backward", "forward", "loss", "update"):
        puzzle.start()
        puzzle.press("Enter", lines[name].replace(" ", "\N{NO-BREAK SPACE}"))
    puzzle.start()
    puzzle.press("Enter", "Check")
    expect(puzzle.said).to_contain_text("Not yet. backward gets caches that belong")
    puzzle.start()
    puzzle.press("Space", "down", "Check")
    expect(puzzle.said).to_contain_text("Right, in all 6 trials.")


def test_a_mistake_is_found_in_the_bug_hunt(notebook: OpenNotebook) -> None:
    hunt, bug = Widgets(notebook, 4), deal(0)[1].bug
    hunt.start()
    hunt.press("Enter", "2")
    expect(hunt.said).to_contain_text("Network 2: ")
    hunt.press("Enter", bug.where, f"{bug.kind.name}: ", "Answer")
    expect(hunt.said).to_contain_text(f"Found: {bug.where}, {bug.kind.name}.")


def test_an_exercise_names_the_mistake(notebook: OpenNotebook) -> None:
    page, cell = notebook.page, Widgets(notebook, 5)
    expect(cell.said).to_contain_text("Not attempted yet.")
    page.locator('[data-windowed-list-index="5"] .cm-content').click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(STUB.replace("...", "1.0 * (Z > 0)"))
    page.keyboard.press("Control+Enter")
    exercise = EXERCISES["leaky_relu_prime"]
    (flat_left,) = (m for m in exercise.mistakes if m.answer.__name__ == "flat_left")
    expect(cell.said).to_contain_text(judge(exercise, flat_left.answer).text)


def test_a_lesson_starts_where_its_folder_is_the_root(notebook: OpenNotebook) -> None:
    notebook.close()
    lesson = OpenNotebook(notebook.page, f"{LESSON}.ipynb")
    for _ in range(IDS.index("imports") + 1):
        lesson.command("notebook:run-cell-and-select-next")
    lesson.assert_it_looks_right()
    lesson.close()
