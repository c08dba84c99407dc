"""How soon a lab answers a moved slider: python -m helpers.tests.labs.benchmark_labs.

Times are from the slider's message to the picture's message at a kernel's client, and in the
last part from a key press to paint in JupyterLab. A target holds for a move's last picture;
where a training was shown before its end, its first is said too. The labs take turns, so that
whatever slows the machine slows them all; still, close other programs first.
"""

import os
import tempfile
import time
from html import unescape
from importlib.util import find_spec
from itertools import islice, product
from pathlib import Path
from typing import Any

from helpers.tests.labs import all_labs
from helpers.tests.labs import lab_timing as timing

if find_spec("playwright"):
    from helpers.tests.browser import benchmark_browser, browser

DRAGS = 7
WAYS = {
    f"{kind.__name__}, {name}": (timing.MAKE.format(kind, name), list(values))
    for kind, tested in all_labs().items()
    for name, values in tested.timed.items()
}
LAB_5 = "TrainingLab, learning_rate"
RATES = WAYS[LAB_5][1]
DRAGGED = {way: WAYS[way] for way in (LAB_5, "DigitsLab, drawing")}


def measure_ways(kernel: timing.Kernel) -> None:
    """Time every lab, in turns."""
    comms = {way: kernel.tell(code) for way, (code, _) in WAYS.items()}
    got: dict[str, list[list[float]]] = {way: [] for way in WAYS}
    for turn in range(timing.TURNS + 1):
        for way, (_, values) in WAYS.items():
            start = kernel.move(comms[way][0], values[turn % len(values)])
            new = timing.picture(comms[way])
            got[way] += [[(t - start) * 1e3 for t, m in kernel.hear(timing.QUIET, new) if new(m)]]
    for way, times in got.items():  # the first turn warms up
        timing.row(way, [each[-1] for each in times[1:]], *([42, 60] if way == LAB_5 else []))
        if max(map(len, times)) > 1:
            timing.row("    its first picture", [each[0] for each in times[1:]])


def drag(kernel: timing.Kernel, code: str, values: list[Any], aside: bool) -> tuple[float, ...]:
    """Return the pictures of a drag, the last one's delay in ms, and if it shows the last value."""
    comms, heard = kernel.tell(code), list[tuple[float, Any]]()
    for value in values[: timing.MOVES]:
        moved = kernel.move(comms[0], value, aside)
        while (left := moved + timing.PAUSE - time.perf_counter()) > 0:
            heard += [*islice(kernel.hear(left), 1)]
    heard += kernel.hear(3 * timing.QUIET)
    times = [t for t, m in heard if timing.picture(comms)(m)]
    line = [m for _, m in heard if timing.picture(comms[1:])(m)][-1]["content"]["data"]["state"]
    truth = kernel.run("print(type(lab)(**lab.state).text)").strip()
    return len(times), (times[-1] - moved) * 1e3, truth in unescape(line["value"])


def long(kernel: timing.Kernel, comms: list[str], rate: float, aside: bool) -> tuple[float, ...]:
    """Return ms to the first picture, the last, and what another cell prints meanwhile."""
    start = kernel.move(comms[0], rate, aside)
    kernel.client.execute("print('here')")
    heard = list(kernel.hear(timing.QUIET, timing.picture(comms), timing.printed))
    times = [t for t, m in heard if timing.picture(comms)(m)]
    cell = next(t for t, m in heard if timing.printed(m))
    return tuple((t - start) * 1e3 for t in (times[0], times[-1], cell))


def measure_threads(kernel: timing.Kernel) -> None:
    """Time drags and long trainings, the slider on a thread of its own and on the cells'."""
    sides = {" (subshell)": True, " (main thread)": False}
    for (name, (code, values)), (side, aside) in product(DRAGGED.items(), sides.items()):
        drags = [drag(kernel, code, values, aside) for _ in range(DRAGS)]
        pictures, delays, agree = (list(column) for column in zip(*drags, strict=True))
        timing.row(f"{name}{side}: pictures", pictures, least=14)
        timing.row("  from the last move to the last picture", delays, 100)
        timing.row("  drags that end with the last value, %", [100 * sum(agree) / DRAGS], least=100)
    comms = kernel.tell(timing.TRAINING)
    kernel.run("lab.state = {'epochs': 2000}")
    for side, aside in sides.items():
        trainings = [long(kernel, comms, rate, aside) for rate in RATES[: timing.TURNS]]
        times = list(zip(*trainings, strict=True))
        timing.row(f"2,000 epochs{side}: first picture", list(times[0]), 60)
        timing.row("  finished", list(times[1]), 350)
        timing.row("  another cell, run meanwhile, has printed", list(times[2]))
        early = [cell < last for _, last, cell in zip(*times, strict=True)]
        timing.row("  before the last picture, %", [100 * sum(early) / timing.TURNS], least=100)


def main() -> None:
    """Print the table."""
    print(f"{os.cpu_count()} processors, loads {os.getloadavg()}")
    print(f"  {'ms, if it says nothing else':50}{'median':>8}{'90%':>8}   target")
    for measure in (measure_ways, measure_threads):
        kernel = timing.Kernel()
        try:
            measure(kernel)
        finally:
            kernel.stop()
    chromium = browser.find_chromium() if find_spec("playwright") else None
    if chromium:
        with tempfile.TemporaryDirectory() as folder:
            benchmark_browser.measure(chromium, Path(folder))
    else:
        print("  Not measured in JupyterLab: that takes Chromium and `pip install playwright`.")
    print(f"loads after it {os.getloadavg()}")


if __name__ == "__main__":
    main()
