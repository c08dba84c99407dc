"""An event loop whose clock jumps to the next thing to do, so that no test waits.

What waits for something has to sleep a little each time: in `asyncio.sleep(0)` no time passes.
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any


class _Jump(selectors.DefaultSelector):
    """Waits for nothing; notes how long it would have."""

    now = 0.0

    def select(self, timeout: float | None = None) -> Any:
        self.now += timeout or 0
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._clock = _Jump()
        super().__init__(self._clock)

    def time(self) -> float:
        return self._clock.now


def run(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Do what `asyncio.run` does, without ever sleeping."""
    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(coroutine)
