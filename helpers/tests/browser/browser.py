"""What the browser tests stand on: JupyterLab on loopback, Debian's Chromium, and a notebook."""

import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parents[3]
NAMES = ("chromium", "chromium-browser", "google-chrome")
LEAST_ALT = 20  # characters
MANY = re.compile(r'(epochs(?:=|\\": )(?=\d\d)|range\((?=\d{3}))\d+\b')
SECOND = 1000  # of Playwright's milliseconds
PATIENCE, AT_ONCE = 180 * SECOND, 30 * SECOND
# Kernels that start at the same time in several processes can be given one port, and the later
# one dies; a file has a name of its own. Its path must be short: the system allows 100 letters.
HAS_SOCKET_FILES = os.name == "posix"
BY_FILE = ["--KernelManager.transport=ipc"] if HAS_SOCKET_FILES else []
SHORT = "/tmp" if HAS_SOCKET_FILES else None
OUTPUTS, TEXTS = ".jp-NotebookPanel .jp-OutputArea-output", ".jp-RenderedMarkdown"
# plain sliders and players of ipywidgets have no names either, and take none
NAMELESS = [[".noUi-handle"], [".widget-play"]]
# how a link in a text looks is JupyterLab's
NO_LINKS = {"resultTypes": ["violations"], "rules": {"link-in-text-block": {"enabled": False}}}
SIZE: Any = {"width": 1280, "height": 900}
QUIET = {"fetchNews": "false", "checkForUpdates": False}
RUN, WIDE_OR_NARROW = "name => course.run(name)", "application:toggle-left-area"
THEME = "theme => course.run('apputils:change-theme', {theme})"
NOTIFICATION = "lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"


def find_chromium() -> str | None:
    """Return the path of a Chromium of this machine, if it has one."""
    return next(filter(None, map(shutil.which, NAMES)), None)


def chromium_or_skip() -> str:
    """Return its path; without it tests are skipped, or fail if COURSE_BROWSER is required."""
    path = find_chromium()
    if path is None:
        sentence = "No Chromium is installed here, so that nothing is tested in a browser."
        if os.environ.get("COURSE_BROWSER") == "required":
            pytest.fail(f"{sentence} COURSE_BROWSER=required demands it.")
        pytest.skip(sentence)
    return path


def copy_notebook(path: Path, folder: Path) -> None:
    """Copy a lesson, with less to compute where it isn't seen: nbval runs all of it.

    It trains for ten rounds where it does for more, and keeps no files of its pictures.
    """
    text = MANY.sub(r"\g<1>10", path.read_text(encoding="utf-8"))
    text = text.replace("TrainingLab()", "TrainingLab(epochs=200)")
    text = text.replace("plots.keep_pictures(figures)", "")
    (folder / path.name).write_text(text, encoding="utf-8")


def start_options() -> list[str]:
    """What the README's own command gives to JupyterLab, without the lesson that it opens."""
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    block = lines[lines.index("<!-- start command -->") :]
    command = next(line for line in block if line.startswith("python3 -m venv"))
    program, lab, *options, lesson = shlex.split(command.split("&&")[-1])
    assert (program, lab, Path(lesson).suffix) == (".venv/bin/jupyter", "lab", ".ipynb")
    return options


@contextmanager
def serve(folder: Path) -> Iterator[dict[str, Any]]:
    """Serve JupyterLab in `folder` as README starts it; yield what it says of itself."""
    options = [*start_options(), "--no-browser", "--allow-root", "--ServerApp.port_retries=0"]
    options += [f"--ServerApp.port={free_port()}", "--LabApp.expose_app_in_browser=True", *BY_FILE]
    with tempfile.TemporaryDirectory(dir=SHORT, ignore_cleanup_errors=True) as scratch:
        places = {name: Path(scratch) / name for name in ("CONFIG_DIR", "RUNTIME_DIR")}
        settings = places["CONFIG_DIR"] / NOTIFICATION
        settings.parent.mkdir(parents=True)
        settings.write_text(json.dumps(QUIET), encoding="utf-8")
        surroundings = {k: v for k, v in os.environ.items() if not k.startswith("JUPYTER_")}
        surroundings |= {f"JUPYTER_{name}": str(path) for name, path in places.items()}
        log = Path(scratch) / "server.log"
        with log.open("w") as file:
            line = [sys.executable, "-m", "jupyterlab", *options]
            server = subprocess.Popen(line, cwd=folder, env=surroundings, stdout=file, stderr=file)
        try:
            yield wait_for(server, places["RUNTIME_DIR"], log)
        finally:
            server.terminate()
            with suppress(subprocess.TimeoutExpired):
                server.wait(20)
            server.kill()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def wait_for(server: subprocess.Popen[bytes], runtime: Path, log: Path) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE / SECOND
    while server.poll() is None and time.monotonic() < deadline:
        for about in runtime.glob("jpserver-*.json"):
            with suppress(ValueError):  # half of it is written
                written: dict[str, Any] = json.loads(about.read_text(encoding="utf-8"))
                return written
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab doesn't start: {log.read_text()}")


@contextmanager
def browse(executable: str) -> Iterator[BrowserContext]:
    """Start Chromium without a window; yield what pages are opened in."""
    flags = ["--disable-gpu", "--disable-quic", "--disable-background-networking"]
    flags += ["--no-first-run", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        try:
            context = browser.new_context(viewport=SIZE)
            context.add_init_script(path=Path(__file__).with_name("page.js"))
            context.set_default_timeout(PATIENCE)
            expect.set_options(timeout=AT_ONCE)
            yield context
        finally:
            browser.close()


def open_jupyterlab(context: BrowserContext, server: dict[str, Any]) -> Page:
    """Open JupyterLab in a page, as wide as can be."""
    page = context.new_page()
    page.goto(f"{server['url']}lab?reset&token={server['token']}")
    page.wait_for_function("window.jupyterapp")
    page.evaluate("jupyterapp.restored.then(() => null)")
    page.evaluate(RUN, WIDE_OR_NARROW)
    return page


class OpenNotebook:
    """A notebook in JupyterLab, as a person has it before him."""

    def __init__(self, page: Page, path: str) -> None:
        self.page, self._devtools = page, page.context.new_cdp_session(page)
        page.evaluate("path => course.open(path)", path)
        page.wait_for_function("course.isOpen()")

    def resize(self, **size: int) -> None:
        """Give the page another size, and not the window, all of which would be drawn anew.

        A screenshot gives it the window's again.
        """
        screen = {"deviceScaleFactor": 1, "mobile": False}
        self._devtools.send("Emulation.setDeviceMetricsOverride", SIZE | size | screen)

    def run_all(self) -> None:
        """Do what the menu entry does, and wait until it is done."""
        self.page.evaluate(RUN, "notebook:run-all-cells")

    def assert_it_looks_right(self) -> None:
        """No cell has an error, images are there and described, nothing is cut off or too small.

        The window is narrow meanwhile, and the file browser open.
        """
        outputs: list[dict[str, Any]] = self.page.evaluate("course.outputs()")
        assert outputs
        bad = [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
        assert not bad
        self.page.evaluate(RUN, WIDE_OR_NARROW)
        self.resize(width=1024)
        seen: list[dict[str, Any]] = self.page.evaluate("course.look()")
        self.resize()
        self.page.evaluate(RUN, WIDE_OR_NARROW)
        images = [thing for thing in seen if "alt" in thing]
        assert images
        wrong = [thing for thing in seen if "alt" not in thing]
        assert not wrong, wrong
        assert all(image["width"] and len(image["alt"]) >= LEAST_ALT for image in images)

    @contextmanager
    def dark(self) -> Iterator[None]:
        """Have JupyterLab dark for a while."""
        self.page.evaluate(THEME, "JupyterLab Dark")
        self.page.wait_for_function("document.body.dataset.jpThemeLight === 'false'")
        yield
        self.page.evaluate(THEME, "JupyterLab Light")

    def barriers(self, part: str, **options: Any) -> list[str]:
        """Return what is a serious barrier to some in a part of it; axe-core's words for it.

        It sees no colours of what isn't on the screen: so the window is as high as the notebook,
        and what lies in a body without a height isn't cut off.
        """
        axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
        self.page.evaluate("course.addAll()")
        self.resize(height=self.page.evaluate("course.height()"))
        self.page.evaluate("document.body.style.overflow = 'visible'")
        where = {"include": [[part]], "exclude": NAMELESS}
        found = axe.run(self.page, where, NO_LINKS | options).response
        self.resize()
        serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
        return [f"{v['id']}: {node['html']}" for v in serious for node in v["nodes"]]

    def cell(self, name: str) -> Locator:
        """Go to the cell whose id begins so."""
        place = self.page.evaluate("name => course.find(name)", name)
        return self.page.locator(f'.jp-NotebookPanel [data-windowed-list-index="{place}"]')

    def rewrite(self, name: str, code: str) -> None:
        """Put other code into the cell whose id begins so, and run it."""
        self.cell(name).locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Control+Enter")

    def output(self, name: str) -> "Output":
        """Go to what a cell has put out."""
        return Output(self.cell(name).locator(".jp-OutputArea").first)

    def lab(self) -> "Lab":
        """Go to the notebook's lab."""
        return Lab(self.cell("lab-").locator(".widget-vbox").first)

    def second_view(self) -> "Lab":
        """Choose 'Create New View for Cell Output' in the menu of the lab's output."""
        self.lab().said.click(button="right")
        self.page.get_by_text("Create New View for Cell Output", exact=True).click()
        return Lab(self.page.locator(".jp-LinkedOutputView .widget-vbox").first)

    def close_second_view(self) -> None:
        """Click on the cross of its tab."""
        tab = self.page.locator(".lm-TabBar-tab", has_text="Output View")
        tab.locator(".lm-TabBar-tabCloseIcon").click()

    def close(self) -> None:
        """End the kernel, and close the notebook without saving it."""
        self.page.evaluate("course.close()")


class Output:
    """What a cell has put out, worked by keyboard alone: Tab leads to each control."""

    def __init__(self, view: Locator) -> None:
        self.view, self.page = view, view.page
        self.said = view.get_by_role("status")
        view.evaluate("course.goTo")

    def tab_stops(self) -> Iterator[Locator]:
        """Press Tab again and again; yield what has the focus, until that leaves the output."""
        self.view.evaluate("course.focusBefore")
        focused = self.view.locator(":focus")
        self.page.keyboard.press("Tab")
        while focused.count():
            yield focused
            self.page.keyboard.press("Tab")

    def press(self, key: str, *names: str) -> None:
        """Press the key on each of these buttons in turn, to which Tab leads."""
        for name in names:
            button = self.view.locator("button:enabled", has_text=name).first
            button.press(key)
            expect(self.view.locator("button[tabindex='-1']")).to_have_count(0)


class Lab(Output):
    """A lab as it is seen: controls, a picture and a line of text."""

    def __init__(self, view: Locator) -> None:
        self.picture = view.locator(":scope > .widget-html").first
        self.picture.locator("img, svg, table").first.wait_for(timeout=AT_ONCE, state="attached")
        super().__init__(view)

    def tab_to_slider(self) -> None:
        """Press Tab until the lab's first slider that is enabled has the focus."""
        slider = self.page.locator(".slider:not([disabled]) .noUi-handle")
        assert any(stop.and_(slider).count() for stop in self.tab_stops())

    def press_slider(self, key: str) -> None:
        """Press a key that moves a slider, and wait until the picture is another."""
        before = self.shown()
        self.page.keyboard.press(key)
        self._wait("course.isAnother", [self.picture.element_handle(), before])

    def shown(self) -> str:
        """Return the picture as HTML, the same whether it is sharp already or not."""
        html: str = self.picture.evaluate("course.shown")
        return html

    def wait_until_sharp(self) -> None:
        """Wait until the picture has twice the pixels; a drawing of lines and text always has."""
        self._wait("course.isSharp", self.picture.element_handle())

    def wait_until_like(self, other: "Lab") -> None:
        """Wait until both show the same picture and say the same."""
        self._wait("course.areAlike", [lab.view.element_handle() for lab in (self, other)])

    def _wait(self, function: str, argument: Any) -> None:
        self.page.wait_for_function(f"x => {function}(x)", arg=argument, timeout=AT_ONCE)

    def press_player(self, name: str) -> None:
        """Press Space on a button of the player: 'play', which is 'pause' too, or 'stop'."""
        place = {"play": 0, "pause": 0, "stop": 1}[name]
        self.view.locator(".widget-play button").nth(place).press("Space")

    def places(self, keys: Iterable[str]) -> list[list[float]]:
        """Press keys and let the lab rest; return where the picture was in every frame.

        That is x, y, width, height, the scroll offset, and 1 if the picture was blank, else 0.
        """
        self.picture.evaluate("course.watch")
        for key in keys:
            self.press_slider(key)
        self.wait_until_sharp()
        places: list[list[float]] = self.page.evaluate("course.watched()")
        return places

    def ink(self) -> list[int]:
        """Return the ink of each square of a drawing as its label says it, row by row."""
        squares = self.view.get_by_role("gridcell")
        labels: list[str] = squares.evaluate_all("all => all.map(square => square.ariaLabel)")
        places = [f"row {i // 8 + 1}, column {i % 8 + 1}: ink " for i in range(64)]
        assert [label[: len(place)] for label, place in zip(labels, places, strict=True)] == places
        return [int(label.split()[-3]) for label in labels]

    def draw(self, *squares: tuple[float, float]) -> None:
        """Draw a stroke with the mouse, from square to square, counted across and down from 0."""
        box = self.view.get_by_role("grid").bounding_box()
        assert box
        side = box["width"] / 8
        points = [(box["x"] + side * (x + 0.5), box["y"] + side * (y + 0.5)) for x, y in squares]
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*point)
        self.page.mouse.up()

    def labels(self) -> list[str]:
        """Return what the sliders are called."""
        return self.view.locator(".widget-slider .widget-label").all_inner_texts()

    def numbers(self) -> list[str]:
        """Return what stands beside the sliders."""
        return self.view.locator(".widget-slider .widget-readout").all_inner_texts()
