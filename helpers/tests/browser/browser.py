"""What the browser tests stand on: JupyterLab on loopback, Debian's Chromium, and a notebook."""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
LEAST_ALT = 20  # characters
MANY = re.compile(r"(epochs=|range\()(\d{3,})\b")
SECOND = 1000  # of Playwright's milliseconds
PATIENCE, AT_ONCE = 180 * SECOND, 30 * SECOND
# Kernels that start at the same time in several processes can be given one port, and the later
# one dies; a file has a name of its own. Its path must be short: the system allows 100 letters.
HAS_SOCKET_FILES = os.name == "posix"
BY_FILE = ["--KernelManager.transport=ipc"] if HAS_SOCKET_FILES else []
SHORT = "/tmp" if HAS_SOCKET_FILES else None
LABS = {"lab-activation", "lab-forward", "lab-backward", "lab-gradient-check", "lab-training"}
ENABLED = ".slider:not([disabled]) .noUi-handle"
QUIET = {"fetchNews": "false", "checkForUpdates": False}
NOTIFICATION = "lab/user-settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings"
# the open notebook, in JupyterLab's own words
NOTEBOOK = "[...jupyterapp.shell.widgets('main')].find(widget => widget.context?.sessionContext)"
OPEN = "path => jupyterapp.commands.execute('docmanager:open', {path}).then(() => null)"
IS_OPEN = f"{NOTEBOOK}?.context.isReady && {NOTEBOOK}.context.sessionContext.session?.kernel"
# what isn't on the screen may have no place on the page: JupyterLab itself has to scroll first
SCROLL_TO = f"place => {NOTEBOOK}.content.scrollToItem(place).then(() => null)"
CLOSE = f"{NOTEBOOK}.context.sessionContext.shutdown().then(() => {NOTEBOOK}.dispose())"
# whatever a cell draws is drawn only while it is on the screen, so all of them have to pass
# what is wrong with what is seen, and all images
SCROLL_THROUGH = """
async () => {
  // FUNCTIONS
  const pane = document.querySelector('.jp-WindowedPanel-outer');
  const found = {};
  for (let top = 0; ; top += pane.clientHeight) {
    pane.scrollTop = top;
    for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
    await images_and_errors(pane, found);
    cut_off(pane, found);
    if (top + pane.clientHeight >= pane.scrollHeight) break;
  }
  return Object.values(found);
}
"""
IMAGES_AND_ERRORS = """
const images_and_errors = async (pane, found) => {
  const images = [...pane.querySelectorAll('img')];
  await Promise.all(images.map(image => image.decode().catch(() => null)));
  for (const image of images)
    found[image.src] = {
      alt: image.alt, width: image.naturalWidth, source: image.src.slice(0, 80),
    };
  for (const error of pane.querySelectorAll('[data-mime-type*="error"], .jupyter-widgets-error'))
    found[error.textContent] = {error: error.textContent};
}
"""
# what lies to the right of its output's edge, where nobody can scroll to it
CUT_OFF = """
const cut_off = (pane, found) => {
  const scrolls = (element, output) =>
    element !== output && (['auto', 'scroll'].includes(getComputedStyle(element).overflowX)
      || scrolls(element.parentElement, output));
  for (const output of pane.querySelectorAll('.jp-OutputArea-output')) {
    const edge = output.getBoundingClientRect().right + 1;
    for (const element of output.querySelectorAll('*'))
      if (element.getBoundingClientRect().right > edge && !scrolls(element, output))
        found[element.outerHTML.slice(0, 120)] = {cut_off: element.outerHTML.slice(0, 120)};
  }
}
"""
SCROLL_THROUGH = SCROLL_THROUGH.replace("// FUNCTIONS", IMAGES_AND_ERRORS + CUT_OFF)
GO_THERE = """
async view => {
  let last, top;
  do {
    last = top;
    view.scrollIntoView({block: 'start'});
    for (let frame = 0; frame < 6; frame++) await new Promise(requestAnimationFrame);
    top = view.getBoundingClientRect().top;
  } while (last !== top);
}
"""
# a picture at rest has another of twice the pixels besides; it counts as the same
SHOWN = """picture => picture.innerHTML.replace(/srcset="[^"]*" /, '')"""
IS_ANOTHER = f"([picture, before]) => ({SHOWN})(picture) !== before"
IS_SHARP = "picture => !picture.querySelector('img:not([srcset])')"
ARE_ALIKE = """
views => ['img', '[role=status]'].every(
  part => new Set(views.map(view => view.querySelector(part).outerHTML)).size === 1)
"""
WATCH = """
picture => {
  const pane = picture.closest('.jp-WindowedPanel-outer');
  const places = window.places = [];
  const look = () => {
    if (window.places !== places) return;
    const {x, y, width, height} = picture.getBoundingClientRect();
    const image = picture.querySelector('img');
    const blank = image && !(image.complete && image.naturalWidth);
    places.push([x, y, width, height, pane.scrollTop, Number(blank)]);
    requestAnimationFrame(look);
  };
  look();
}
"""
END_WATCH = "() => { const places = window.places; window.places = null; return places }"


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
    """Copy a lesson, with 40 rounds where it trains for hundreds: nbval runs all of them.

    It keeps no pictures either: they would go to the course's own folder.
    """
    text = MANY.sub(r"\g<1>40", path.read_text(encoding="utf-8"))
    text = text.replace("plots.keep_pictures(figures)", "_ = figures")
    (folder / path.name).write_text(text, encoding="utf-8")


@contextmanager
def serve(root: Path) -> Iterator[str]:
    """Serve JupyterLab with `root` as its root; yield the address, with its token."""
    token = secrets.token_hex(16)
    options = ["--ServerApp.ip=127.0.0.1", f"--IdentityProvider.token={token}", *BY_FILE]
    options += [f"--ServerApp.root_dir={root}", "--LabApp.expose_app_in_browser=True"]
    with tempfile.TemporaryDirectory(dir=SHORT, ignore_cleanup_errors=True) as scratch:
        settings = Path(scratch) / "config" / NOTIFICATION
        settings.parent.mkdir(parents=True)
        settings.write_text(json.dumps(QUIET), encoding="utf-8")
        with run_jupyterlab(options, root, Path(scratch)) as port:
            yield f"http://127.0.0.1:{port}/lab?reset&token={token}"


@contextmanager
def run_jupyterlab(options: Iterable[str], folder: Path, scratch: Path) -> Iterator[int]:
    """Run JupyterLab in `folder`; it keeps its own files in `scratch`. Yield the port."""
    port = free_port()
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0", *options]
    places = {"JUPYTER_CONFIG_DIR": scratch / "config", "JUPYTER_RUNTIME_DIR": scratch / "runtime"}
    environment = os.environ | {name: str(path) for name, path in places.items()}
    log = scratch / "server.log"
    with log.open("w") as file:
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=file, stderr=file)
    try:
        wait_for(server, f"http://127.0.0.1:{port}/api", log)
        yield port
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


def wait_for(server: subprocess.Popen[bytes], address: str, log: Path) -> None:
    deadline = time.monotonic() + 180
    while True:
        try:
            urllib.request.urlopen(address, timeout=5).close()
            return
        except (urllib.error.URLError, OSError) as error:
            late = time.monotonic() > deadline
            if late or server.poll() is not None:
                raise RuntimeError(f"JupyterLab doesn't start: {log.read_text()}") from error
            time.sleep(0.1)


@contextmanager
def browse(executable: str) -> Iterator[BrowserContext]:
    """Start Chromium without a window; yield what pages are opened in."""
    flags = ["--disable-gpu", "--disable-quic", "--disable-background-networking"]
    flags += ["--no-first-run", "--disable-component-update", "--disable-sync"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=flags)
        try:
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.set_default_timeout(PATIENCE)
            expect.set_options(timeout=AT_ONCE)
            yield context
        finally:
            browser.close()


def open_jupyterlab(context: BrowserContext, address: str) -> Page:
    """Open JupyterLab in a page, as wide as can be."""
    page = context.new_page()
    page.goto(address)
    page.wait_for_function("window.jupyterapp")
    page.evaluate("jupyterapp.restored.then(() => null)")
    page.evaluate("jupyterapp.commands.execute('application:toggle-left-area').then(() => null)")
    return page


class OpenNotebook:
    """A notebook in JupyterLab, as a person has it before him."""

    def __init__(self, page: Page, path: str) -> None:
        self.page = page
        page.evaluate(OPEN, path)
        page.wait_for_function(IS_OPEN)

    def command(self, name: str) -> None:
        """Do what the menu entry or the key of this command does, and wait until it is done."""
        self.page.evaluate("name => jupyterapp.commands.execute(name).then(() => null)", name)

    def outputs(self) -> list[dict[str, Any]]:
        """Return what all cells have put out, on the screen or not."""
        cells = f"{NOTEBOOK}.content.model.sharedModel.toJSON().cells"
        every: list[dict[str, Any]] = self.page.evaluate(f"{cells}.flatMap(c => c.outputs ?? [])")
        return every

    def assert_it_looks_right(self) -> None:
        """No cell has an error, each image is there and described, and nothing is cut off.

        The file browser is open meanwhile, so that the window is narrow.
        """
        outputs = self.outputs()
        assert outputs
        bad = [o for o in outputs if o["output_type"] == "error" or o.get("name") == "stderr"]
        assert not bad
        self.command("application:toggle-left-area")
        seen: list[dict[str, Any]] = self.page.evaluate(SCROLL_THROUGH)
        self.command("application:toggle-left-area")
        images = [thing for thing in seen if "alt" in thing]
        assert images
        assert [thing for thing in seen if "alt" not in thing] == []
        assert not [image for image in images if image["width"] == 0]
        assert not [image for image in images if len(image["alt"]) < LEAST_ALT]

    def restart_and_run_all(self) -> None:
        """Restart the kernel, say yes when asked, and wait until all cells have run."""
        restart = "jupyterapp.commands.execute('notebook:restart-run-all')"
        self.page.evaluate(f"() => {{ window.restarted = {restart} }}")
        self.page.locator(".jp-Dialog .jp-mod-accept").click()
        self.page.evaluate("window.restarted.then(() => null)")

    def second_view(self) -> "Lab":
        """Choose 'Create New View for Cell Output' in the menu of the lab's output."""
        self.lab().text.click(button="right")
        self.page.get_by_text("Create New View for Cell Output", exact=True).click()
        return Lab(self.page.locator(".jp-LinkedOutputView .widget-vbox").first)

    def close_second_view(self) -> None:
        """Click on the cross of its tab."""
        tab = self.page.locator(".lm-TabBar-tab", has_text="Output View")
        tab.locator(".lm-TabBar-tabCloseIcon").click()

    def close(self) -> None:
        """End the kernel, and close the notebook without saving it."""
        self.page.evaluate(CLOSE)

    def lab(self) -> "Lab":
        """Go to the notebook's lab."""
        names: list[str] = self.page.evaluate(f"{NOTEBOOK}.content.widgets.map(c => c.model.id)")
        (place,) = (i for i, name in enumerate(names) if name in LABS)
        self.page.evaluate(SCROLL_TO, place)
        cell = self.page.locator(f'.jp-NotebookPanel [data-windowed-list-index="{place}"]')
        return Lab(cell.locator(".widget-vbox").first)


class Lab:
    """A lab as it is seen: controls, a picture and a line of text."""

    def __init__(self, view: Locator) -> None:
        self.view, self.page = view, view.page
        self.picture = view.locator(":scope > .widget-html").first
        self.text = view.get_by_role("status")
        self.picture.locator("img, svg, table").first.wait_for(timeout=AT_ONCE, state="attached")
        view.evaluate(GO_THERE)

    def tab_to_slider(self) -> None:
        """Press Tab until the lab's first slider that is enabled has the focus."""
        self.view.evaluate("view => { view.tabIndex = -1; view.focus() }")
        for _ in range(10):
            self.page.keyboard.press("Tab")
            if self.view.locator(f"{ENABLED}:focus").count():
                return
        raise AssertionError("Tab doesn't lead to a slider.")

    def press(self, key: str) -> None:
        """Press a key that moves a slider, and wait until the picture is another."""
        before = self.shown()
        self.page.keyboard.press(key)
        arguments = [self.picture.element_handle(), before]
        self.page.wait_for_function(IS_ANOTHER, arg=arguments, timeout=AT_ONCE)

    def shown(self) -> str:
        """Return the picture as HTML, the same whether it is sharp already or not."""
        html: str = self.picture.evaluate(SHOWN)
        return html

    def wait_until_sharp(self) -> None:
        """Wait until the picture has twice the pixels; a drawing of lines and text always has."""
        handle = self.picture.element_handle()
        self.page.wait_for_function(IS_SHARP, arg=handle, timeout=AT_ONCE)

    def press_player(self, name: str) -> None:
        """Press Space on a button of the player: 'play', which is 'pause' too, or 'stop'."""
        place = {"play": 0, "pause": 0, "stop": 1}[name]
        self.view.locator(".widget-play button").nth(place).press("Space")

    def tab_stops(self) -> Iterator[Locator]:
        """Press Tab again and again; yield what has the focus, until that leaves the lab."""
        self.view.evaluate("view => { view.tabIndex = -1; view.focus() }")
        focused = self.view.locator(":focus")
        self.page.keyboard.press("Tab")
        while focused.count():
            yield focused
            self.page.keyboard.press("Tab")

    def wait_until_like(self, other: "Lab") -> None:
        """Wait until both show the same picture and say the same."""
        views = [lab.view.element_handle() for lab in (self, other)]
        self.page.wait_for_function(ARE_ALIKE, arg=views, timeout=AT_ONCE)

    def places(self, keys: Iterable[str]) -> list[list[float]]:
        """Press keys and let the lab rest; return where the picture was in every frame.

        That is x, y, width, height, the scroll offset, and 1 if the picture was blank, else 0.
        """
        self.picture.evaluate(WATCH)
        for key in keys:
            self.press(key)
        self.wait_until_sharp()
        places: list[list[float]] = self.page.evaluate(END_WATCH)
        return places

    def labels(self) -> list[str]:
        """Return what the sliders are called."""
        return self.view.locator(".widget-slider .widget-label").all_inner_texts()

    def numbers(self) -> list[str]:
        """Return what stands beside the sliders."""
        return self.view.locator(".widget-slider .widget-readout").all_inner_texts()


class Widgets:
    """A cell's controls, worked by keyboard alone: Tab leads to a button, and a key presses it."""

    def __init__(self, notebook: OpenNotebook, cell: int) -> None:
        self.page = notebook.page
        self.view = self.page.locator(f'[data-windowed-list-index="{cell}"] .jp-OutputArea')
        self.said = self.view.get_by_role("status")

    def start(self) -> None:
        """Put the focus right before the first control."""
        self.view.first.evaluate(GO_THERE)
        self.view.first.evaluate("view => { view.tabIndex = -1; view.focus() }")

    def tab_to(self, name: str) -> None:
        """Press Tab until what has the focus is called so."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            if self.view.locator(":focus", has_text=name).count():
                return
        raise AssertionError(f"Tab doesn't lead to {name!r}.")

    def press(self, key: str, *names: str) -> None:
        """Go to each of these buttons in turn, and press the key there."""
        for name in names:
            self.tab_to(name)
            self.page.keyboard.press(key)
