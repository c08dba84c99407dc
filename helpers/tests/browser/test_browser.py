"""The course as a learner meets it: each lesson in JupyterLab, in a real browser, by keyboard.

Where there is no Chromium these tests are skipped, unless COURSE_BROWSER is ``required``.
"""

import http.client
import re
import shutil
import socket
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect

from helpers.datasets import digits
from helpers.exercises.catalogue import EXERCISES
from helpers.exercises.checking import judge
from helpers.exercises.ordering import PUZZLES
from helpers.exercises.planted import deal
from helpers.exercises.questions import all_questions
from helpers.labs.backward import PLAY_PAUSE
from helpers.labs.digits import DigitsLab
from helpers.labs.training import TrainingLab
from helpers.tests.browser.browser import (
    OUTPUTS,
    TEXTS,
    Lab,
    OpenNotebook,
    Output,
    browse,
    chromium_or_skip,
    copy_notebook,
    open_jupyterlab,
    serve,
)
from helpers.tests.refresh_notebooks import IMAGES, NAMES, NOTEBOOKS
from helpers.texts import in_language

FOLDER = "Mein Kurs – 機械学習"  # blanks and letters as learners have them
THERE_AND_HALF_BACK = ["ArrowRight", "ArrowRight", "ArrowLeft"]
MAYBE_ONE_PIXEL, LINE = 1.0, 20  # pixels
ONE_OF_EACH = {"learning rate", "relu", "Keep this curve"}  # all of a lab stand in one element
ASKED: set[str | None] = set()  # the machines that a page has asked for something
CHINESE = "zh/03_delta_recursion"
WITHOUT_SLOPE = """\
def output_delta(A, Y, Z, activation):
    return (A - Y) / A.shape[1]


check(output_delta)"""
FLAT_LEFT = """\
def leaky_relu_prime(Z, slope):
    return 1.0 * (Z > 0)


check(leaky_relu_prime)"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """JupyterLab in a copy of the course, so that nothing that is run changes the tree."""
    root = tmp_path_factory.mktemp("course") / FOLDER
    shutil.copytree(IMAGES, root / "images")
    (root / "notebooks").mkdir()
    for name in (*NAMES, CHINESE):
        (root / "notebooks" / name).parent.mkdir(exist_ok=True)
        copy_notebook(NOTEBOOKS / f"{name}.ipynb", (root / "notebooks" / name).parent)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSE_PROGRESS", str(root / "progress.json"))
        with serve(root) as about:
            yield about


@pytest.fixture(scope="module")
def page(server: dict[str, Any]) -> Iterator[Page]:
    with browse(chromium_or_skip()) as context:
        context.on("request", lambda request: ASKED.add(urlsplit(request.url).hostname))
        yield open_jupyterlab(context, server)


@pytest.fixture(scope="module", params=NAMES)
def notebook(request: pytest.FixtureRequest, page: Page) -> Iterator[OpenNotebook]:
    """A notebook, opened and run from the top."""
    opened = OpenNotebook(page, f"notebooks/{request.param}.ipynb")
    opened.run_all()
    yield opened
    opened.close()


def only(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("notebook", [name], indirect=True)


def test_it_runs_and_all_of_it_is_there_and_described(notebook: OpenNotebook) -> None:
    notebook.assert_it_looks_right()


def test_nothing_shuts_out_who_sees_little_or_hears_it_read(notebook: OpenNotebook) -> None:
    assert notebook.barriers(OUTPUTS) == []


@only("04_gradient_checking")  # it has every kind of output
def test_on_a_dark_page_all_can_be_read(notebook: OpenNotebook) -> None:
    with notebook.dark():
        assert notebook.page.evaluate("course.glaring()") == []
        assert notebook.barriers(OUTPUTS, runOnly=["color-contrast"]) == []


@only("01_activations")
def test_nothing_in_a_text_does_either(notebook: OpenNotebook) -> None:
    # JupyterLab makes the page of it, in one way for all of them, and all of them take long
    assert notebook.barriers(TEXTS) == []


def test_its_lab_answers_to_the_keyboard_and_nothing_jumps(notebook: OpenNotebook) -> None:
    lab = notebook.lab()
    before = lab.said.inner_text()
    lab.tab_to_slider()
    lab.wait_until_sharp()
    first, *others = lab.places(THERE_AND_HALF_BACK)
    expect(lab.said).not_to_have_text(before)
    expect(lab.said).not_to_contain_text("mistake")
    assert len(others) > len(THERE_AND_HALF_BACK)
    assert first[-1] == 0
    for place in others:
        assert place == pytest.approx(first, abs=MAYBE_ONE_PIXEL)


def test_in_a_low_window_its_lab_is_seen_as_a_whole(notebook: OpenNotebook) -> None:
    """Controls, picture and the first line of what is said."""
    notebook.resize(height=720)
    lab = notebook.lab()
    pane = notebook.page.locator(".jp-WindowedPanel-outer")
    parts = lab.view, lab.said, pane
    view, said, room = (part.evaluate("x => x.getBoundingClientRect().toJSON()") for part in parts)
    notebook.resize()
    assert said["y"] + LINE - view["y"] <= room["height"]


@only("03_delta_recursion")
def test_the_lab_plays_pauses_and_stops(notebook: OpenNotebook) -> None:
    lab = notebook.lab()
    lab.press_player("stop")
    expect(lab.said).to_contain_text("Step 1 of 19: Z[1]")
    lab.press_player("play")
    for said, shown in (("Step 2 of 19: A[1]", "A[1]"), ("Step 3 of 19: Z[2]", "Z[2]")):
        expect(lab.said).to_contain_text(said)
        expect(lab.view.locator(".mod-primary")).to_have_text(shown)
    assert lab.numbers()[0] == "3"
    lab.press_player("pause")
    lab.page.wait_for_timeout(1.5 * PLAY_PAUSE)
    expect(lab.said).to_contain_text("Step 3 of 19: Z[2]")
    lab.press_player("stop")
    expect(lab.said).to_contain_text("Step 1 of 19: Z[1]")
    lab.view.get_by_role("button", name="δ[1]", exact=True).click()
    expect(lab.said).to_contain_text("Step 17 of 19: δ[1]")


@only("05_training")
def test_the_text_is_what_the_lab_says_without_a_browser(notebook: OpenNotebook) -> None:
    lab = notebook.lab()
    lab.tab_to_slider()
    for key in ("Home", "ArrowRight", "Tab", "Tab", "ArrowLeft", "ArrowLeft"):
        lab.page.keyboard.press(key)  # Tab: over the number beside the slider to the next one
    settings = dict(zip(lab.labels(), lab.numbers(), strict=False))
    assert settings["learning rate"] == "0.0013"
    assert settings["epochs"] == "100"
    expect(lab.said).to_have_text(TrainingLab(learning_rate=10**-2.9, epochs=100).text)


@only("05_training")
def test_every_control_works_by_keyboard(notebook: OpenNotebook) -> None:
    lab = notebook.lab()
    epochs = int(lab.numbers()[1])
    # before the sliders: a move may wait in the page for the kernel, and a button overtakes it
    for name, total in (("Start again", epochs), ("Train on", 2 * epochs)):
        lab.press("Enter", name)
        expect(lab.said).to_contain_text(f"After {total} epochs")
    worked = {work_by_keyboard(lab, stop) for stop in lab.tab_stops()}
    sliders = {"learning rate", "epochs", "noise of the data", "seed"}
    sliders |= {f"units of layer {l}" for l in (1, 2, 3)}
    buttons = {"relu", "sigmoid", "tanh", "linear", "all", "150", "50", "30", "10"}
    buttons |= {"moons", "circles", "xor", "spirals"}
    assert worked == sliders | buttons | {"Train on", "Start again", "Keep this curve", ""}


def work_by_keyboard(lab: Lab, stop: Locator) -> str:
    """Work what has the focus, see that it answers and keeps the focus; return its name."""
    slider = lab.view.locator(".widget-slider:focus-within")
    kind, name = stop.get_attribute("class") or "", stop.inner_text()
    if "noUi-handle" in kind:
        number = slider.locator(".widget-readout")
        stop.press("Home")
        before = number.inner_text()
        stop.press("ArrowRight")
        expect(number).not_to_have_text(before)
        name = slider.locator(".widget-label").inner_text()
    elif "widget-toggle-button" in kind:
        stop.press("Space")
        expect(stop).to_have_class(re.compile("mod-active"))
    elif "widget-button" in kind:
        stop.press("Enter")
    else:
        name = ""  # the number beside a slider
    for key in ("ArrowUp", "d", "d") if name in ONE_OF_EACH else ():
        stop.press(key)  # elsewhere they leave, and delete the cell
    expect(stop).to_be_focused()
    return name


@only("05_training")
def test_a_second_view_of_the_lab_follows(notebook: OpenNotebook) -> None:
    second = notebook.second_view()
    lab = notebook.lab()
    lab.tab_to_slider()
    before = second.shown()
    lab.press_slider("ArrowRight")
    second.wait_until_like(lab)
    assert second.shown() != before
    notebook.close_second_view()


@only("06_digits")
def test_a_digit_is_drawn_with_the_mouse_and_shown_as_the_kernel_has_it(
    notebook: OpenNotebook,
) -> None:
    lab, (X, _) = notebook.lab(), digits()[1]
    picture = int(lab.numbers()[0])
    assert lab.ink() == (16 * X[:, picture]).tolist()
    lab.press("Enter", "Clear")
    expect(lab.said).to_contain_text("The paper is blank.")
    lab.draw((1, 0), (6, 0), (3, 7))  # a 7
    drawn = np.array(lab.ink()).reshape(8, 8)
    assert (drawn[0, 1:7] == 16).all() and drawn[7, 3] == 16 and drawn.min() == 0
    expect(lab.said).to_have_text(DigitsLab(picture=picture, drawing=drawn / 16).text)
    assert lab.picture.locator("svg").evaluate("course.inTheWay") == []
    shades = lab.view.get_by_role("gridcell").evaluate_all("squares => squares.map(course.shade)")
    assert shades == [round(255 * (1 - ink / 16)) for ink in drawn.flat]
    lab.press("Space", "Rub out")
    lab.draw((1, 0), (6, 0))
    assert max(lab.ink()[1:7]) == 0
    lab.press("Space", "Rub out", "As written")
    expect(lab.said).to_contain_text(f"Fresh picture {picture}, as it was written")
    assert lab.ink() == (16 * X[:, picture]).tolist()


@only("06_digits")
def test_a_digit_is_drawn_by_keyboard(notebook: OpenNotebook) -> None:
    lab, wanted = notebook.lab(), np.zeros((8, 8), int)
    lab.press("Enter", "Clear")
    expect(lab.said).to_contain_text("The paper is blank.")
    square = next(stop for stop in lab.tab_stops() if stop.get_attribute("role") == "gridcell")
    for key in ("ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight", "Space", "d", "d"):
        square.press(key)  # the first two end at the edge
    wanted[1, 1] = 8
    assert lab.ink() == wanted.ravel().tolist()
    for key in ("Enter", "Shift+ArrowRight", "Shift+ArrowDown", "Space", "ArrowRight", "Space"):
        square.press(key)
    wanted[1, 1:3], wanted[2, 3] = 16, 8  # at the third press of Space on a square, it is white
    assert lab.ink() == wanted.ravel().tolist()
    square.press("Delete")
    wanted[2, 3] = 0
    expect(square).to_have_attribute("aria-label", "row 3, column 4: ink 0 of 16")
    expect(lab.said).to_have_text(
        DigitsLab(picture=int(lab.numbers()[0]), drawing=wanted / 16).text
    )


# Questions, puzzles, the bug hunt and an exercise


@only("01_activations")
def test_a_question_is_answered(notebook: OpenNotebook) -> None:
    asked = all_questions()["greater-or-equal"]
    question = notebook.output(f"ask-{asked.name}")
    wrong = next(answer for answer in asked.replies if answer != asked.right)
    for key, answer, verdict in (("Enter", wrong, "Not so."), ("Space", asked.right, "Right.")):
        question.press(key, answer, "Answer")
        reply = asked.replies[answer].replace("`", "")  # code is set as such
        expect(question.said).to_contain_text(f"{verdict} {reply}")


@only("03_delta_recursion")
def test_a_number_is_answered(notebook: OpenNotebook) -> None:
    asked = all_questions()["bias-sum"]
    question = notebook.output(f"ask-{asked.name}")
    for answer in ("0.5", asked.right):
        next(question.tab_stops()).press("Control+a")
        notebook.page.keyboard.type(answer)
        notebook.page.keyboard.press("Enter")
        expect(question.said).to_contain_text(asked.replies[answer])


def add_lines(puzzle: Output, *lines: str) -> None:
    for line in lines:
        shown = line.strip().replace(" ", "\N{NO-BREAK SPACE}")
        choice = puzzle.view.locator("button", has_text=shown)
        choice.press("Enter")
        expect(choice).to_be_hidden()
        expect(puzzle.view.locator("button:focus")).to_have_count(1)  # it goes on to the next line


@only("05_training")
def test_a_puzzle_is_put_in_order(notebook: OpenNotebook) -> None:
    puzzle, lines = notebook.output("puzzle-step-lines-code"), PUZZLES["step_lines"][1].lines
    add_lines(puzzle, *(lines[name] for name in ("backward", "forward", "loss", "update")))
    puzzle.press("Enter", "Check")
    expect(puzzle.said).to_contain_text("Not yet. backward gets caches that belong")
    puzzle.press("Space", "down")
    expect(puzzle.view.locator("button", has_text="down").nth(1)).to_be_focused()
    puzzle.press("Space", "Check")
    expect(puzzle.said).to_contain_text("Right, in all 6 trials.")


@only("04_gradient_checking")
def test_a_mistake_is_found_in_the_bug_hunt(notebook: OpenNotebook) -> None:
    hunt, bug = notebook.output("bug-hunt"), deal(0)[1].bug
    hunt.press("Enter", "2")
    expect(hunt.said.filter(has_text="Network 2: ")).to_be_attached()
    hunt.press("Enter", bug.where, f"{bug.kind.name}: ", "Answer")
    found = f"Found: {bug.where}, {bug.kind.name}."
    expect(hunt.said.filter(has_text=found)).to_be_visible()


@only("01_activations")
def test_an_exercise_names_the_mistake(notebook: OpenNotebook) -> None:
    exercise = EXERCISES["leaky_relu_prime"]
    answered = notebook.output("try-leaky-relu-prime")
    expect(answered.said).to_contain_text("Not attempted yet.")
    notebook.rewrite("try-leaky-relu-prime", FLAT_LEFT)
    (flat_left,) = (m for m in exercise.mistakes if m.answer.__name__ == "flat_left")
    expect(answered.said).to_contain_text(judge(exercise, flat_left.answer).text)


# Another language


@only(CHINESE)
def test_a_chinese_lesson_is_worked_through(notebook: OpenNotebook) -> None:
    """Its texts, a question, an exercise, the puzzle and the lab; all that is said is Chinese."""
    notebook.assert_it_looks_right()
    words = partial(in_language, spoken="zh")
    verdicts, exercises = words("common/verdicts"), words("lesson_3/exercises")
    asked = words("lesson_3/questions")["question"][0]["replies"]
    for reply in (asked[1], asked[0]):
        next(notebook.output("ask-bias-sum").tab_stops()).press("Control+a")
        notebook.page.keyboard.type(reply["answer"])
        notebook.page.keyboard.press("Enter")
        expect(notebook.output("ask-bias-sum").said).to_contain_text(reply["says"])
    answered, mistake = (
        notebook.output("try-output-delta"),
        exercises["output_delta"]["without_slope"],
    )
    expect(answered.said).to_contain_text(verdicts["not_attempted"])
    notebook.rewrite("try-output-delta", WITHOUT_SLOPE)
    known = verdicts["known"].format(name=mistake["name"], hint=mistake["hint"])
    expect(answered.said).to_contain_text(known)
    right = WITHOUT_SLOPE.replace("[1]", "[1] * activation.derivative(Z)")
    notebook.rewrite("try-output-delta", right)
    expect(answered.said).to_contain_text(verdicts["right"].partition("{")[0])
    puzzle = notebook.output("puzzle-backward-lines-code")
    lines = PUZZLES["backward_lines"][1].lines
    add_lines(puzzle, *(lines[name] for name in ("start", "loop", "dW", "db", "if", "back")))
    puzzle.press("Enter", words("common/puzzles")["check"])
    expect(puzzle.said).to_contain_text(verdicts["right"].partition("{")[0])
    lab, step = notebook.lab(), words("lesson_3/lab")["said"]["step"]
    lab.view.get_by_role("button", name="δ[1]", exact=True).click()
    expect(lab.said).to_contain_text(step.format(now=17, last=19, formula="δ[1]")[:-1])


# The server, and who is asked


@pytest.mark.usefixtures("page")
def test_no_page_asked_another_machine() -> None:
    assert ASKED - {None} == {"localhost"}  # None: the page itself held what it asked for


def status(server: dict[str, Any], path: str) -> tuple[int, str | None]:
    """The status of an answer, and where it leads on to."""
    connection = http.client.HTTPConnection("127.0.0.1", server["port"], timeout=20)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.getheader("Location")
    finally:
        connection.close()


def test_jupyter_asks_for_its_token(server: dict[str, Any]) -> None:
    token = server["token"]
    assert len(token) >= 32
    for path in ("/api/contents", "/api/kernels", "/files/images/draw.py"):
        code, leads_to = status(server, path)
        assert code == 403 or (code == 302 and str(leads_to).startswith("/login"))
        assert status(server, f"{path}?token={token}")[0] == 200
        assert status(server, f"{path}?token={token[::-1]}")[0] != 200
    code, leads_to = status(server, "/lab")
    assert code == 302
    assert str(leads_to).startswith("/login")


def test_jupyter_is_heard_on_loopback_alone(server: dict[str, Any]) -> None:
    # 127.0.0.2 is this machine, too: whoever listens everywhere, listens there
    assert server["hostname"] == "localhost"
    socket.create_connection(("127.0.0.1", server["port"]), 5).close()
    with pytest.raises(OSError):
        socket.create_connection(("127.0.0.2", server["port"]), 5).close()


# Without a browser


@pytest.mark.parametrize(
    ("required", "outcome", "sentence"),
    [
        ("", pytest.skip.Exception, "No Chromium is installed here"),
        ("required", pytest.fail.Exception, "COURSE_BROWSER=required demands it"),
    ],
)
def test_without_chromium_all_this_is_skipped_or_fails(
    required: str,
    outcome: type[BaseException],
    sentence: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("COURSE_BROWSER", required)
    with pytest.raises(outcome, match=sentence):
        chromium_or_skip()
