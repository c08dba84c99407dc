"""When to work: the newest request is answered, a frame at a time, and the older are dropped.

It knows no widget and no lab. An answer is a generator of frames; between two of them the kernel
is free for others. Once no more requests come, what is shown may be made finer.
"""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

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
    fail : callable
        Told the exception that ended an answer in the event loop; it is raised all the same.

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
        fail: Callable[[Exception], None],
    ) -> None:
        self._answer, self._show, self._rest, self._fail = answer, show, rest, fail
        self.lock = threading.RLock()
        self._request: Request | None = None
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
            if self._worker is None and not self._start():
                self.finish()

    def finish(self) -> None:
        """Answer at once what is still to be answered."""
        with self.lock:
            while self._frames is not None:
                self._step()

    def _start(self) -> bool:
        """Start a worker, and return whether there is an event loop for it."""
        try:
            self._worker = asyncio.get_running_loop().create_task(self._work())
        except RuntimeError:  # as in a plain Python session
            return False
        return True

    async def _work(self) -> None:
        begun: Iterator[Frame] | None = None
        try:
            while (frames := self._take_up()) is not None:
                if frames is not begun:
                    begun = await self._let_requests_arrive()
                self._step()
                await asyncio.sleep(BREATH)
            await self._rest_later()
        except Exception as error:
            self._fail(error)
            raise
        finally:
            with self.lock:
                if self._worker is asyncio.current_task():
                    self._worker = None

    def _take_up(self) -> Iterator[Frame] | None:
        """Return the frames to come; if there are none, the next request starts a new worker."""
        with self.lock:
            if self._frames is None:
                self._worker = None
            return self._frames

    async def _let_requests_arrive(self) -> Iterator[Frame] | None:
        """Wait until none is in the queue, so that only the newest is answered; return its."""
        for _ in range(MOST_BREATHS):
            newest = self._frames
            await asyncio.sleep(BREATH)
            if self._frames is newest:
                break
        return self._frames

    def _step(self) -> None:
        """Show the next frame, unless another request has come while it was computed."""
        with self.lock:
            frames = self._frames
            if frames is None:
                return
            try:
                frame = next(frames, None)
            except Exception:
                self._frames = self._answer(self._request)  # type: ignore[arg-type]
                raise  # and again whenever it is asked for
            if frames is not self._frames:
                return
            if frame is None:
                self._frames = None
            else:
                self._show(frame)

    async def _rest_later(self) -> None:
        """Make what is shown finer, unless another request comes meanwhile."""
        request = self._request
        await asyncio.sleep(REST)
        with self.lock:
            if self._request is request and self.is_idle:
                self._rest()
