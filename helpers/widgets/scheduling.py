"""When to work: the newest request is answered, a frame at a time, and the older are dropped.

It knows no widget and no lab. An answer is a generator of frames; between two of them the kernel
is free for others. Once no more requests come, what is shown may be made finer.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any, Generic, TypeVar

BREATH = 0.002  # seconds for the kernel to take a message or two
MOST_BREATHS = 20  # after so many, the newest is answered though more are coming
REST = 0.15  # seconds without a request, before what is shown is made finer

Request = TypeVar("Request")
Frame = TypeVar("Frame")


class Scheduler(Generic[Request, Frame]):
    """Answers requests: later in a running event loop, at once where there is none.

    Parameters
    ----------
    answer : callable
        From a request to its frames.
    show : callable
        Shows a frame.
    rest : callable
        Called once no more requests have come for a while.

    Attributes
    ----------
    lock : RLock
        Hold it, and no frame is computed and no request accepted from elsewhere.
    """

    # Why there is a lock beside asyncio: JupyterLab sends the moves of a slider to a thread of
    # their own (a subshell), with an event loop of its own, while cells run on the main one. A
    # frame may be computed on either, and both touch the same network and figure.

    def __init__(
        self,
        answer: Callable[[Request], Iterator[Frame]],
        show: Callable[[Frame], None],
        rest: Callable[[], None],
    ) -> None:
        self._answer, self._show, self._rest = answer, show, rest
        self.lock = threading.RLock()
        self._request: Any = None
        self._frames: Iterator[Frame] | None = None  # those still to come; None: all are shown
        self._worker: asyncio.Task[None] | None = None

    @property
    def is_idle(self) -> bool:
        """Whether the newest request has been answered."""
        return self._frames is None

    def ask(self, request: Request) -> None:
        """Answer `request` in place of whatever was asked before."""
        with self.lock:
            self._request, self._frames = request, self._answer(request)
            if self._worker is None or self._worker.done():  # by an exception, or its loop's end
                self._start()

    def finish(self) -> None:
        """Answer at once what is still to be answered."""
        with self.lock:
            while not self.is_idle:
                self._step()

    def _start(self) -> None:
        try:
            self._worker = asyncio.get_running_loop().create_task(self._work())
        except RuntimeError:  # no event loop, as in a plain Python session
            self.finish()

    async def _work(self) -> None:
        """Show a frame in each breath, once a breath has brought no newer request; then rest."""
        seen, waited, quiet = self._request, 0, 0
        while self._worker is not None:
            await asyncio.sleep(BREATH)
            if self._request is not seen and waited < MOST_BREATHS:
                seen, waited, quiet = self._request, waited + 1, 0
            elif not self.is_idle:
                self._step()
                waited, quiet = 0, 0
            elif quiet < REST / BREATH:
                waited, quiet = 0, quiet + 1
            else:
                self._end(seen)

    def _step(self) -> None:
        """Show the next frame, unless another request has come while it was computed."""
        with self.lock:
            frames = self._frames
            if frames is None:
                return
            try:
                frame = next(frames, None)
            except Exception:
                self._frames = self._answer(self._request)
                raise  # and again whenever it is asked for
            if frames is not self._frames:
                return
            if frame is None:
                self._frames = None
            else:
                self._show(frame)

    def _end(self, answered: Request) -> None:
        """Rest, unless another request has come at the last moment; the next starts a worker."""
        with self.lock:
            if self._request is answered and self.is_idle:
                self._worker = None
                self._rest()
