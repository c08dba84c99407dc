"""What the benchmarks of the labs stand on: the row of a table, a kernel, and a client of it."""

import json
import time
from collections.abc import Callable, Iterator
from queue import Empty
from statistics import median
from typing import Any

import numpy as np
from jupyter_client.manager import start_new_kernel

from helpers.labs.training import TrainingLab

TURNS, MOVES, PAUSE, QUIET = 21, 30, 0.033, 0.3
MAKE = """
from {0.__module__} import {0.__name__}
lab = {0.__name__}()
shown = lab.controls.{1}, lab._picture, lab._line
import json; print(json.dumps([widget.comm.comm_id for widget in shown]))
"""
TRAINING = MAKE.format(TrainingLab, "learning_rate")


def row(name: str, values: list[float], *most: float, least: float = 0) -> None:
    """Print median and 90th percentile, held against the targets if there are some."""
    got = median(values), float(np.percentile(values, 90))
    fine = all(g <= m for g, m in zip(got, most, strict=False)) and got[0] >= least
    target = f"≥ {least:g}" if least else ", ".join(f"≤ {m:g}" for m in most)
    verdict = ("met" if fine else "MISSED") if target else ""
    print(f"  {name:50}{got[0]:8.0f}{got[1]:8.0f}   {target:12}{verdict}", flush=True)


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
    """Return what tells whether a message brings a new picture.

    The same picture, drawn sharply once the slider rests, is none.
    """

    def tell(message: Any) -> bool:
        content, data = message["content"], message["content"].get("data", {})
        value = data.get("state", {}).get("value", "srcset")
        return content.get("comm_id") == comms[1] and "srcset" not in str(value)

    return tell


def printed(message: Any) -> bool:
    """Tell whether a message is what a cell printed."""
    return bool(message["msg_type"] == "stream")
