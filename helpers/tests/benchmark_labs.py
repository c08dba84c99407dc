"""How soon a lab answers a moved slider: python -m helpers.tests.benchmark_labs.

Times are from the slider's message to the picture's message at a kernel's client, and in the
last part from a key press to paint in JupyterLab. The ways to draw take turns, so that whatever
slows the machine slows them all; still, close other programs first.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import unescape
from importlib.util import find_spec
from io import BytesIO
from itertools import islice
from pathlib import Path
from queue import Empty
from statistics import median
from typing import Any

import numpy as np
from jupyter_client.manager import start_new_kernel
from matplotlib.image import imsave
from nbformat import v4 as untyped

from helpers.explorers.base import JPEG
from helpers.explorers.training import GRID, POINTS, TrainingExplorer

v4: Any = untyped
if find_spec("playwright"):
    from helpers.tests import browser

TURNS, DRAGS, MOVES, PAUSE, QUIET = 21, 7, 30, 0.033, 0.3
RATES = [10 ** (k / 10) for k in (*range(-20, 1), *range(-1, -11, -1))]
NUDGES = [rate**3 / 10 for rate in RATES]
TELL = "import json; print(json.dumps([w.comm.comm_id for w in ({})]))"
MAKE = """
from helpers.explorers.{0} import {1}Explorer
lab = {1}Explorer()
slider = lab.controls.{2}
""" + TELL.format("slider, lab._picture, lab._line")
TRAINING = MAKE.format("training", "Training", "learning_rate")
IPYMPL = f"""{TRAINING}
from ipympl.backend_nbagg import Canvas, FigureManager
still = lab._panels.canvas  # the same lab and picture, but shown by ipympl
web = Canvas(still.figure); FigureManager(web, 1); web.syncing_data_url = False
[artist.set_animated(False) for artist in still._moving]
still.frame = lambda alt: web.draw() or ""
{TELL.format("slider, web")}
"""
PLAIN = f"""
import ipywidgets, matplotlib.pyplot as plt
from helpers import datasets, network, plots, training
def plain(rate):
    mlp, data = network.MLP((2, 16, 8, 1), ("relu", "relu", "sigmoid"), 3), datasets.two_moons(300)
    history = training.train(mlp, *data, epochs=500, learning_rate=rate, progress=0)
    figure, axes = plt.subplots(1, 3, figsize=(9.6, 6), layout="constrained")
    plots.plot_boundary(axes[0], mlp, *data)
    plots.plot_loss(axes[1], history)
    plots.plot_gradient_norms(axes[2], history)
    plt.show()
slider = ipywidgets.FloatLogSlider(0.5, min=-3, max=2)
box = ipywidgets.interactive(plain, rate=slider)
{TELL.format("slider,")}
"""

WAYS: dict[str, tuple[str, list[Any]]] = {
    "05, 500 epochs trained": (TRAINING, RATES),
    "  the same with ipympl": (IPYMPL, RATES),
    "  the plain way, interact": (PLAIN, RATES),
    "01, input z": (MAKE.format("activation", "Activation", "z"), [k / 10 for k in range(-15, 16)]),
    "02, units of layer 1": (MAKE.format("forward", "Forward", "layer_1"), list(range(10, 41))),
    "03, step": (MAKE.format("backward", "Backward", "step"), [*range(2, 8), *range(6, 0, -1)]),
    "04, nudge ε": (MAKE.format("gradient_check", "GradientCheck", "epsilon"), NUDGES),
}
if not find_spec("ipympl"):
    del WAYS["  the same with ipympl"]


@dataclass
class Table:
    """What is printed, and which targets were missed."""

    missed: list[str] = field(default_factory=list)

    def row(self, name: str, values: list[float], *most: float, least: float = 0) -> None:
        """Print median and 90th percentile, held against the targets if there are some."""
        got = median(values), float(np.percentile(values, 90))
        fine = all(g <= m for g, m in zip(got, most, strict=False)) and got[0] >= least
        target = f"≥ {least:g}" if least else ", ".join(f"≤ {m:g}" for m in most)
        verdict = ("met" if fine else "MISSED") if target else ""
        print(f"  {name:50}{got[0]:8.0f}{got[1]:8.0f}   {target:12}{verdict}", flush=True)
        self.missed += [] if fine else [name]


class Kernel:
    """A kernel and the client that plays the front end."""

    def __init__(self) -> None:
        self.manager, self.client = start_new_kernel()
        request = self.client.session.msg("create_subshell_request")
        self.client.control_channel.send(request)
        content = self.client.get_control_msg(timeout=10)["content"]
        self.subshell: str | None = content.get("subshell_id")  # none before ipykernel 7

    def stop(self) -> None:
        """End the kernel."""
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    def run(self, code: str) -> str:
        """Run a cell and return what it printed."""
        said: list[str] = []

        def hear(message: Any) -> None:
            content = message["content"]
            assert message["msg_type"] != "error", "\n".join(content["traceback"])
            said.append(content["text"] if message["msg_type"] == "stream" else "")

        self.client.execute_interactive(code, output_hook=hear, timeout=120)
        return "".join(said)

    def tell(self, code: str) -> list[str]:
        """Run a cell that makes a lab; return the ids of its slider, picture and line."""
        return list(json.loads(self.run(code).splitlines()[-1]))

    def move(self, slider: str, value: Any, aside: bool = True) -> float:
        """Move a slider as the front end does, and return when; `aside` as JupyterLab 4.4 does."""
        content = {"comm_id": slider, "data": {"method": "update", "state": {"value": value}}}
        message = self.client.session.msg("comm_msg", content)
        if aside and self.subshell:
            message["header"]["subshell_id"] = self.subshell
        self.client.shell_channel.send(message)
        return time.perf_counter()

    def hear(self, quiet: float, *needed: Callable[[Any], bool]) -> Iterator[tuple[float, Any]]:
        """Give messages and their times, the needed ones and then until none for `quiet` s."""
        while True:
            try:
                message = self.client.get_iopub_msg(timeout=20 if needed else quiet)
            except Empty:
                return
            needed = tuple(need for need in needed if not need(message))
            yield time.perf_counter(), message


def picture(comms: list[str]) -> Callable[[Any], bool]:
    """Return what tells whether a message brings a new picture; that of `interact` has no comm.

    The same picture, drawn sharply once the slider rests, is none.
    """

    def tell(message: Any) -> bool:
        content, data = message["content"], message["content"].get("data", {})
        value = data.get("state", {}).get("value", "srcset")
        new = message.get("buffers") or "srcset" not in str(value)
        mine = content.get("comm_id") == comms[1] if comms[1:] else None
        return message["msg_type"] == "display_data" if mine is None else bool(mine and new)

    return tell


def printed(message: Any) -> bool:
    """Tell whether a message is what a cell printed."""
    return bool(message["msg_type"] == "stream")


def measure_ways(kernel: Kernel, table: Table) -> None:
    """Time every lab and the other ways, in turns."""
    comms = {way: kernel.tell(code) for way, (code, _) in WAYS.items()}
    got: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    for turn in range(TURNS + 1):
        for way, (_, values) in WAYS.items():
            start = kernel.move(comms[way][0], values[turn % len(values)])
            new = picture(comms[way])
            got[way] += [[(t - start) * 1e3 for t, m in kernel.hear(QUIET, new) if new(m)]]
    for way, times in got.items():  # the first turn warms up
        target = (50, 80) if way == next(iter(WAYS)) else ()
        table.row(way, [each[-1] for each in times[1:]], *target)
        if max(map(len, times)) > 1:
            table.row("    its first picture", [each[0] for each in times[1:]])


def drag(kernel: Kernel, comms: list[str], aside: bool) -> tuple[float, ...]:
    """Return the pictures of a drag, the last one's delay in ms, and if it shows the last value."""
    heard: list[tuple[float, Any]] = []
    for rate in RATES[:MOVES]:
        moved = kernel.move(comms[0], rate, aside)
        while (left := moved + PAUSE - time.perf_counter()) > 0:
            heard += [*islice(kernel.hear(left), 1)]
    heard += kernel.hear(3 * QUIET)
    times = [t for t, m in heard if picture(comms)(m)]
    line = [m for _, m in heard if picture(comms[1:])(m)][-1]["content"]["data"]["state"]
    truth = kernel.run(f"print(TrainingExplorer(learning_rate={rate}).text)").strip()
    return len(times), (times[-1] - moved) * 1e3, truth in unescape(line["value"])


def long(kernel: Kernel, comms: list[str], rate: float, aside: bool) -> tuple[float, ...]:
    """Return ms to the first picture, the last, and what another cell prints meanwhile."""
    start = kernel.move(comms[0], rate, aside)
    kernel.client.execute("print('here')")
    heard = list(kernel.hear(QUIET, picture(comms), printed))
    times = [t for t, m in heard if picture(comms)(m)]
    cell = next(t for t, m in heard if printed(m))
    return tuple((t - start) * 1e3 for t in (times[0], times[-1], cell))


def measure_threads(kernel: Kernel, table: Table) -> None:
    """Time drags and long trainings, the slider on a thread of its own and on the cells'."""
    comms = kernel.tell(TRAINING)
    sides = {" (subshell)": True, " (main thread)": False}
    for side, aside in sides.items():
        drags = [drag(kernel, comms, aside) for _ in range(DRAGS)]
        pictures, delays, agree = (list(column) for column in zip(*drags, strict=True))
        table.row(f"30 moves in a second{side}: pictures", pictures, least=14)
        table.row("  from the last move to the last picture", delays, 100)
        table.row("  drags that end with the last value, %", [100 * sum(agree) / DRAGS], least=100)
    kernel.run("lab.state = {'epochs': 2000}")
    for side, aside in sides.items():
        trainings = [long(kernel, comms, rate, aside) for rate in RATES[:TURNS]]
        times = list(zip(*trainings, strict=True))
        table.row(f"2,000 epochs{side}: first picture", list(times[0]), 60)
        table.row("  finished", list(times[1]), 350)
        table.row("  another cell, run meanwhile, has printed", list(times[2]))
        early = [cell < last for _, last, cell in zip(*times, strict=True)]
        table.row("  before the last picture, %", [100 * sum(early) / TURNS], least=100)


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


def measure_browser(table: Table, chromium: str, scratch: Path) -> None:
    """Time key presses in JupyterLab, from the press to the new picture's painting."""
    book: Any = v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": ""}})
    book["cells"] = [v4.new_code_cell(f"{TRAINING}\nlab")]
    (scratch / "lab.ipynb").write_text(json.dumps(book), encoding="utf-8")
    with browser.serve(scratch, scratch) as address, browser.browse(chromium) as context:
        page = browser.open_jupyterlab(context, address)
        notebook = browser.OpenNotebook(page, "lab.ipynb")
        notebook.command("notebook:run-cell")
        measure_presses(table, page)


def measure_presses(table: Table, page: Any) -> None:
    """Time presses one by one, drags, and presses with 2,000 epochs."""
    rate, epochs = (page.locator(".noUi-handle").nth(i) for i in (0, 1))
    rate.focus()
    page.evaluate(f"() => {{ window.pressed = []; window.shown = []; ({WATCH})(); }}")
    presses = [press(page, ["ArrowLeft"]) for _ in range(TURNS)]
    table.row("JupyterLab: key press to paint", [shown[0] - t for t, shown in presses[1:]], 100)
    table.row("  to the last paint", [shown[-1] - t for t, shown in presses[1:]])
    drags = [press(page, [key] * MOVES) for key in ("ArrowRight", "ArrowLeft") * 3]
    table.row("  30 presses in a second: paints", [len(shown) for _, shown in drags], least=14)
    table.row("    from the last press to the last paint", [s[-1] - t for t, s in drags], 100)
    epochs.press("End")
    rate.focus()
    page.wait_for_timeout(2000)
    presses = [press(page, [key]) for key in ("ArrowRight", "ArrowLeft") * 5]
    table.row("  2,000 epochs: first paint", [shown[0] - t for t, shown in presses])
    table.row("    finished", [shown[-1] - t for t, shown in presses])


def profile() -> None:
    """Print what a frame of the training lab costs, in this process, part by part."""
    lab = TrainingExplorer()
    canvas, axes = lab._panels.canvas, lab._panels.boundary
    jpeg: dict[str, Any] = {"format": "jpeg", "pil_kwargs": JPEG}
    p = lab.network.predict(POINTS).reshape(GRID[0].shape)
    parts: dict[str, Callable[[], object]] = {
        "500 epochs of training": lambda: list(lab._steps(lab.state)),
        "prediction grid": lambda: lab.network.predict(POINTS),
        "contour": lambda: axes.contour(*GRID, p, levels=[0.5]).remove(),
        "the moving artists": lambda: [*map(canvas.figure.draw_artist, canvas._moving)],
        "JPEG": lambda: imsave(BytesIO(), canvas._agg.buffer_rgba(), **jpeg),
        "the picture altogether": lab.picture,
        "the text": lab.describe,
    }
    print("What stands in the way: a frame of lab 05, in this process, without messages")
    for name, part in parts.items():
        times = []
        for _ in range(TURNS):
            start = time.perf_counter()
            part()
            times.append((time.perf_counter() - start) * 1e3)
        print(f"  {name:50}{median(times):8.1f}{np.percentile(times, 90):8.1f}")


def main() -> None:
    """Print the table, and what a frame costs if a target was missed."""
    table = Table()
    print(f"{os.cpu_count()} processors, loads {os.getloadavg()}")
    print(f"  {'ms, if it says nothing else':50}{'median':>8}{'90 %':>8}   target")
    for measure in (measure_ways, measure_threads):
        kernel = Kernel()
        try:
            measure(kernel, table)
        finally:
            kernel.stop()
    chromium = browser.find_chromium() if find_spec("playwright") else None
    if chromium:
        with tempfile.TemporaryDirectory() as folder:
            measure_browser(table, chromium, Path(folder))
    else:
        print("  Not measured in JupyterLab: that takes Chromium and `pip install playwright`.")
    if not find_spec("ipympl"):
        print("  Not compared with ipympl: `pip install ipympl`.")
    print(f"loads after it {os.getloadavg()}")
    if table.missed:
        profile()


if __name__ == "__main__":
    main()
