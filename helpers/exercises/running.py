"""Running what a learner wrote, so that nothing in it can do harm.

An exception, an endless loop or a call of exit() ends the run and nothing else: it becomes a
`Failure`, which says what happened and in which line.
"""

import functools
import inspect
import linecache
import threading
from _thread import interrupt_main
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import CodeType, TracebackType
from typing import Any

TIME_LIMIT = 10.0  # seconds for all trials of one check; a right answer takes thousandths


@dataclass(frozen=True)
class Failure:
    """How a run ended early.

    Attributes
    ----------
    kind : str
        The exception's class, for example 'ValueError'.
    message : str
        What it says.
    place : str
        'line 3: `return W @ delta`', or empty if the exception comes from outside.
    """

    kind: str
    message: str
    place: str

    def __str__(self) -> str:
        where = f" in {self.place}" if self.place else ""
        return f"{self.kind}{where}" + (f"\n{self.message}" if self.message else "")


def attempt(answer: Callable[..., Any], call: Callable[[], Any]) -> Any:
    """Return what `call` returns, or a `Failure` that names the line of `answer`."""
    try:
        return call()
    except KeyboardInterrupt as error:
        place = _place(answer, error.__traceback__)
        message = (
            f"Stopped: by you, or after {TIME_LIMIT:g} seconds. Is there a loop that never ends?"
        )
        return Failure("Interrupted", message, place)
    except BaseException as error:  # sys.exit() raises one that isn't an Exception
        return Failure(type(error).__name__, _message(error), _place(answer, error.__traceback__))


def code_of(answer: Callable[..., Any]) -> CodeType | None:
    """Return the code that the learner wrote, also where it is wrapped, or a class's call."""
    while isinstance(answer, functools.partial):
        answer = answer.func
    own: Any = inspect.unwrap(answer)
    return getattr(own, "__code__", None) or getattr(own.__call__, "__code__", None)


def _message(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # the learner may write exceptions, too
        return ""


def _place(answer: Callable[..., Any], traceback: TracebackType | None) -> str:
    """Return the last line that is in the learner's own cell."""
    code = code_of(answer)
    place = ""
    while traceback is not None and code is not None:
        frame, number = traceback.tb_frame, traceback.tb_lineno
        if frame.f_code.co_filename == code.co_filename:
            line = linecache.getline(code.co_filename, number, frame.f_globals).strip()
            place = f"line {number}" + (f": `{line}`" if line else "")
        traceback = traceback.tb_next
    return place


@contextmanager
def time_limit(seconds: float = TIME_LIMIT) -> Iterator[None]:
    """Interrupt the block, as Ctrl-C would, if it takes longer; in the main thread only."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    lock, running = threading.Lock(), True

    def stop() -> None:
        with lock:
            if running:
                interrupt_main()

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        with lock:
            running = False
        timer.cancel()
