"""How soon a lab answers a key in JupyterLab; a part of benchmark_labs."""

import json
import time
from pathlib import Path
from typing import Any

from nbformat import v4 as untyped

from helpers.tests.browser import browser
from helpers.tests.labs.lab_timing import MOVES, PAUSE, QUIET, TRAINING, TURNS, row

v4: Any = untyped
WATCH = """() => {
  let old = null;
  const look = () => {
    const image = document.querySelector('.jp-OutputArea-output img[alt]');
    if (image?.src !== old && image?.complete && image.naturalWidth) {
      old = image.src;  // not the image: the same comes again, sharp, once the slider rests
      requestAnimationFrame(() => shown.push(performance.now()));  // by then it has been painted
    }
    requestAnimationFrame(look);
  };
  addEventListener('keydown', event => pressed.push(event.timeStamp), true);
  look();
}"""


def press(page: Any, keys: list[str]) -> tuple[float, list[float]]:
    """Press keys as in a drag; return when the last one came, and when pictures were painted."""
    page.evaluate("() => { window.pressed = []; window.shown = []; }")
    for key in keys:
        start = time.perf_counter()
        page.keyboard.press(key)
        time.sleep(max(0, start + PAUSE - time.perf_counter()))
    page.wait_for_function("shown.length > 0")
    page.wait_for_timeout(2 * QUIET * 1e3)
    pressed, shown = page.evaluate("() => [pressed, shown]")
    assert len(pressed) == len(keys)
    return pressed[-1], shown


def measure(chromium: str, scratch: Path) -> None:
    """Time key presses in JupyterLab, from the press to the new picture's painting."""
    book: Any = v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": ""}})
    book["cells"] = [v4.new_code_cell(f"{TRAINING}\nlab")]
    (scratch / "lab.ipynb").write_text(json.dumps(book), encoding="utf-8")
    with browser.serve(scratch) as server, browser.browse(chromium) as context:
        page = browser.open_jupyterlab(context, server)
        notebook = browser.OpenNotebook(page, "lab.ipynb")
        notebook.run_all()
        measure_presses(page)


def measure_presses(page: Any) -> None:
    """Time presses one by one, drags, and presses with 2,000 epochs."""
    rate, epochs = (page.locator(".noUi-handle").nth(i) for i in (0, 1))
    rate.focus()
    page.evaluate(f"() => {{ window.pressed = []; window.shown = []; ({WATCH})(); }}")
    presses = [press(page, ["ArrowLeft"]) for _ in range(TURNS)]
    row("JupyterLab: key press to paint", [shown[0] - t for t, shown in presses[1:]], 90)
    row("  to the last paint", [shown[-1] - t for t, shown in presses[1:]])
    drags = [press(page, [key] * MOVES) for key in ("ArrowRight", "ArrowLeft") * 3]
    row("  30 presses in a second: paints", [len(shown) for _, shown in drags], least=14)
    row("    from the last press to the last paint", [s[-1] - t for t, s in drags], 110)
    epochs.press("End")
    rate.focus()
    page.wait_for_timeout(2000)
    presses = [press(page, [key]) for key in ("ArrowRight", "ArrowLeft") * 5]
    row("  2,000 epochs: first paint", [shown[0] - t for t, shown in presses])
    row("    finished", [shown[-1] - t for t, shown in presses])
