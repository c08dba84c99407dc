"""The course as a learner meets it: each notebook in JupyterLab, in a real browser.

Where there is no Chromium these tests are skipped, unless COURSE_BROWSER is ``required``.
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from helpers.labs.backward import PLAY_PAUSE
from helpers.labs.training import TrainingLab
from helpers.tests.browser.browser import (
    Lab,
    OpenNotebook,
    browse,
    chromium_or_skip,
    copy_notebook,
    open_jupyterlab,
    serve,
)
from helpers.tests.refresh_notebooks import IMAGES, NAMES, NOTEBOOKS

FOLDER = "Mein Kurs – 機械学習"  # blanks and letters as learners have them
THERE_AND_HALF_BACK = ["ArrowRight", "ArrowRight", "ArrowLeft"]
MAYBE_ONE_PIXEL = 1.0
SAID_AFTER = {"Train on": "After 100 epochs", "Start again": "After 50 epochs"}  # 50 are asked for
ASKED: set[str | None] = set()  # the machines that a page has asked for something


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """JupyterLab in a copy of the course, so that nothing that is run changes the tree."""
    chromium, root = chromium_or_skip(), tmp_path_factory.mktemp("course") / FOLDER
    shutil.copytree(IMAGES, root / "images")
    (root / "notebooks").mkdir()
    for name in NAMES:
        copy_notebook(NOTEBOOKS / f"{name}.ipynb", root / "notebooks")
    with serve(root) as address, browse(chromium) as context:
        context.on("request", lambda request: ASKED.add(urlsplit(request.url).hostname))
        yield open_jupyterlab(context, address)


@pytest.fixture(scope="module", params=NAMES)
def notebook(request: pytest.FixtureRequest, page: Page) -> Iterator[OpenNotebook]:
    """A notebook, opened and run from the top."""
    opened = OpenNotebook(page, f"notebooks/{request.param}.ipynb")
    opened.command("notebook:run-all-cells")
    yield opened
    opened.close()


def only(name: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("notebook", [name], indirect=True)


def test_it_runs_and_all_of_it_is_there_and_described(notebook: OpenNotebook) -> None:
    notebook.assert_it_looks_right()


def test_its_lab_answers_to_the_keyboard_and_nothing_jumps(notebook: OpenNotebook) -> None:
    assert_it_answers(notebook.lab())


def assert_it_answers(lab: Lab) -> None:
    before = lab.text.inner_text()
    lab.tab_to_slider()
    lab.wait_until_sharp()
    first, *others = lab.places(THERE_AND_HALF_BACK)
    expect(lab.text).not_to_have_text(before)
    expect(lab.text).not_to_contain_text("mistake")
    assert len(others) > len(THERE_AND_HALF_BACK)
    assert first[-1] == 0
    for place in others:
        assert place == pytest.approx(first, abs=MAYBE_ONE_PIXEL)


@only("02_forward_caching")
def test_it_runs_again_in_a_new_kernel(notebook: OpenNotebook) -> None:
    counts = [output.get("execution_count") for output in notebook.outputs()]
    notebook.restart_and_run_all()
    outputs = notebook.outputs()
    assert [output.get("execution_count") for output in outputs] == counts
    assert not [output for output in outputs if output["output_type"] == "error"]
    assert_it_answers(notebook.lab())


@only("03_delta_recursion")
def test_the_lab_plays_pauses_and_stops(notebook: OpenNotebook) -> None:
    lab = notebook.lab()
    lab.press_player("stop")
    expect(lab.text).to_contain_text("Step 1 of 19: Z[1]")
    lab.press_player("play")
    for said, shown in (("Step 2 of 19: A[1]", "A[1]"), ("Step 3 of 19: Z[2]", "Z[2]")):
        expect(lab.text).to_contain_text(said)
        expect(lab.view.locator(".mod-primary")).to_have_text(shown)
    assert lab.numbers()[0] == "3"
    lab.press_player("pause")
    lab.page.wait_for_timeout(1.5 * PLAY_PAUSE)
    expect(lab.text).to_contain_text("Step 3 of 19: Z[2]")
    lab.press_player("stop")
    expect(lab.text).to_contain_text("Step 1 of 19: Z[1]")


@only("05_training")
def test_the_text_is_what_the_lab_says_without_a_browser(notebook: OpenNotebook) -> None:
    lab = notebook.lab()
    lab.tab_to_slider()
    for key in ("Home", "ArrowRight", "Tab", "Tab", "ArrowLeft", "ArrowLeft"):
        lab.page.keyboard.press(key)  # Tab: over the number beside the slider to the next one
    settings = dict(zip(lab.labels(), lab.numbers(), strict=False))
    assert settings["learning rate"] == "0.0013"
    assert settings["epochs"] == "400"
    expect(lab.text).to_have_text(TrainingLab(learning_rate=10**-2.9, epochs=400).text)


@only("05_training")
def test_every_control_works_by_keyboard(notebook: OpenNotebook) -> None:
    lab = notebook.lab()
    worked = {work_by_keyboard(lab, stop) for stop in lab.tab_stops()}
    sliders = {"learning rate", "epochs", "noise of the data", "seed"}
    sliders |= {f"units of layer {l}" for l in (1, 2, 3)}
    buttons = {"relu", "sigmoid", "tanh", "linear", "all", "150", "50", "30", "10"}
    assert worked == sliders | buttons | {"Train on", "Start again", "Keep this curve", ""}


def work_by_keyboard(lab: Lab, stop: Locator) -> str:
    """Work what has the focus, see that it answers and keeps the focus; return its name."""
    slider = lab.view.locator(".widget-slider:focus-within")
    kind, name = stop.get_attribute("class") or "", stop.inner_text()
    if "noUi-handle" in kind:
        number = slider.locator(".widget-readout")
        stop.press("Home")
        for key in ("ArrowUp", "ArrowDown", "ArrowRight"):
            before = number.inner_text()
            stop.press(key)
            expect(number).not_to_have_text(before)
        name = slider.locator(".widget-label").inner_text()
    elif "widget-toggle-button" in kind:
        stop.press("Space")
        expect(stop).to_have_class(re.compile("mod-active"))
    elif "widget-button" in kind:
        stop.press("Enter")
        if name in SAID_AFTER:
            expect(lab.text).to_contain_text(SAID_AFTER[name])
    else:
        name = ""  # the number beside a slider
    for key in ("ArrowUp", "d", "d") if name else ():  # elsewhere they leave, and delete the cell
        stop.press(key)
    expect(stop).to_be_focused()
    return name


@only("05_training")
def test_a_second_view_of_the_lab_follows(notebook: OpenNotebook) -> None:
    second = notebook.second_view()
    lab = notebook.lab()
    lab.tab_to_slider()
    before = second.shown()
    lab.press("ArrowRight")
    second.wait_until_like(lab)
    assert second.shown() != before
    notebook.close_second_view()


@pytest.mark.usefixtures("page")
def test_no_page_asked_another_machine() -> None:
    assert ASKED - {None} == {"127.0.0.1"}  # None: the page itself held what it asked for


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
