"""How soon a lab answers a moved slider: python -m helpers.tests.labs.benchmark_labs.

Times are from the slider's message to the picture's message at a kernel's client, and in the
last part from a key press to paint in JupyterLab. The ways to draw take turns, so that whatever
slows the machine slows them all; still, close other programs first.
"""

import os
import tempfile
import time
from collections.abc import Callable
from html import unescape
from importlib.util import find_spec
from io import BytesIO
from itertools import islice, product
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from matplotlib.image import imsave

from helpers.labs.training import GRID, TrainingLab, over_the_plane
from helpers.tests.labs.lab_timing import (
    KEY_TO_PAINT,
    MAKE,
    MOVES,
    PAUSE,
    QUIET,
    TELL,
    TRAINING,
    TURNS,
    Kernel,
    Table,
    picture,
    printed,
)
from helpers.widgets.canvas import JPEG

if find_spec("playwright"):
    from helpers.tests.browser import benchmark_browser, browser

DRAGS = 7
RATES = [10 ** (k / 10) for k in (*range(-20, 1), *range(-1, -11, -1))]
NUDGES = [rate**3 / 10 for rate in RATES]
IPYMPL = f"""{TRAINING}
from ipympl.backend_nbagg import Canvas, FigureManager
still = lab._panels.canvas  # the same lab and picture, but shown by ipympl
web = Canvas(still.figure); FigureManager(web, 1); web.syncing_data_url = False
[artist.set_animated(False) for artist in still._moving + still._labels]
still.frame, still.sharpen = lambda alt: web.draw() or "", str
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

LAB_5 = "05, 500 epochs trained"
WAYS: dict[str, tuple[str, list[Any]]] = {
    LAB_5: (TRAINING, RATES),
    "  the same with ipympl": (IPYMPL, RATES),
    "  the plain way, interact": (PLAIN, RATES),
    "01, input z": (MAKE.format("activation", "Activation", "z"), [k / 10 for k in range(-15, 16)]),
    "02, units of layer 1": (MAKE.format("forward", "Forward", "layer_1"), list(range(10, 41))),
    "03, step": (MAKE.format("backward", "Backward", "step"), [*range(2, 8), *range(6, 0, -1)]),
    "04, nudge ε": (MAKE.format("gradient_check", "GradientCheck", "epsilon"), NUDGES),
}
if not find_spec("ipympl"):
    del WAYS["  the same with ipympl"]


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
        target = (50, 80) if way == LAB_5 else ()
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
    truth = kernel.run(f"print(TrainingLab(learning_rate={rate}).text)").strip()
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


def parts_of_a_frame() -> dict[str, list[float]]:
    """Return what a frame of the training lab costs in this process, in ms, part by part."""
    lab = TrainingLab()
    canvas, axes = lab._panels.canvas, lab._panels.boundary
    jpeg: dict[str, Any] = {"format": "jpeg", "pil_kwargs": JPEG}
    Z, _ = over_the_plane(lab.network)
    parts: dict[str, Callable[[], object]] = {
        "training, 500 epochs": lambda: list(lab._steps(lab.state)),
        "picture and text": lab._frame,
        "  of that, the map's numbers": lambda: over_the_plane(lab.network),
        "  of that, the boundary": lambda: axes.contour(*GRID, Z, levels=[0]).remove(),
        "  of that, drawing": lambda: [*map(canvas.figure.draw_artist, canvas._moving)],
        "  of that, encoding as JPEG": lambda: imsave(BytesIO(), canvas._agg.buffer_rgba(), **jpeg),
    }
    times: dict[str, list[float]] = {name: [] for name in parts}
    for _, (name, part) in product(range(TURNS), parts.items()):
        start = time.perf_counter()
        part()
        times[name].append((time.perf_counter() - start) * 1e3)
    return times


def profile(table: Table) -> None:
    """Print where the time from a key to a painted picture goes, part by part."""
    print(
        f"Out of reach: {', '.join(map(str.strip, table.missed))}. What stands in the way, in ms:"
    )
    times = parts_of_a_frame()
    for name, each in times.items():
        print(f"  {name:50}{median(each):8.1f}{np.percentile(each, 90):8.1f}")
    in_kernel, medians = table.medians[LAB_5], table.medians
    computed = sum(median(each) for name, each in times.items() if not name.startswith(" "))
    print(f"  {'messages, and waiting for further moves':50}{in_kernel - computed:8.1f}")
    if KEY_TO_PAINT in medians:
        print(f"  {'browser, and the server before it':50}{medians[KEY_TO_PAINT] - in_kernel:8.1f}")


def main() -> None:
    """Print the table, and where the time goes if a target was missed."""
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
            benchmark_browser.measure(table, chromium, Path(folder))
    else:
        print("  Not measured in JupyterLab: that takes Chromium and `pip install playwright`.")
    if not find_spec("ipympl"):
        print("  Not compared with ipympl: `pip install ipympl`.")
    print(f"loads after it {os.getloadavg()}")
    if table.missed:
        profile(table)


if __name__ == "__main__":
    main()
