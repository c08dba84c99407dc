"""As in a browser, where Python is WebAssembly: no thread can start, and NumPy never warns."""

import threading
from typing import Any, NoReturn

import numpy as np
import pytest


class Silence(np.errstate):
    """What is asked of floating-point errors isn't heard: the processor there has no flags."""

    def __init__(self, **asked: Any) -> None:
        super().__init__(all="ignore")


def start(thread: threading.Thread) -> NoReturn:
    raise RuntimeError("can't start new thread")


def as_in_a_browser(patch: pytest.MonkeyPatch) -> None:
    """Let this process be as one there."""
    patch.setattr(threading.Thread, "start", start)
    patch.setattr(np, "errstate", Silence)
