"""Running what a learner wrote, so that nothing in it can do harm.

An exception, an endless loop or a call of exit() ends the run and nothing else: it becomes a
`Failure`, which says what happened and in which line.
"""

import functools
import inspect
import linecache
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from types import CodeType, FrameType, TracebackType
from typing import Any

from helpers.texts import read

TIME_LIMIT = 5.0  # seconds for one check, all of it; a right answer takes thousandths
PAUSE, SHORTEST_PAUSE = 0.2, 0.001  # seconds before an interrupt is repeated, and how they shrink
PATIENCE = 2.0  # seconds of interrupts in vain before it is said
SAID = read("common/verdicts")


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
        place = SAID["failure"]["in_place"].format(kind=self.kind, place=self.place)
        said = [place if self.place else self.kind, self.message]
        return "\n".join([*filter(None, said), *plain_words(f"{self.kind}: {self.message}")])


def plain_words(message: str) -> list[str]:
    """Return what there is to say to who hasn't met this message of Python or NumPy before."""
    found = [(re.search(plain["match"], message), plain["says"]) for plain in SAID["plain"]]
    return [says.format(*match.groups()) for match, says in found if match]


STOPPED = Failure("Interrupted", SAID["failure"]["interrupted"].format(seconds=TIME_LIMIT), "")


def is_stopped(outcome: object) -> bool:
    """Whether a run was interrupted, by the learner or as it took too long."""
    return isinstance(outcome, Failure) and outcome.kind == STOPPED.kind


@dataclass(eq=False)
class Limit:
    """A time limit.

    Attributes
    ----------
    passed : bool
        Whether the time is up.
    ended : Event
        Set when the block is left, or when the interrupt is heard: then no more is sent.
    """

    passed: bool = False
    ended: threading.Event = field(default_factory=threading.Event)


_in_force: ContextVar[Limit | None] = ContextVar("limit", default=None)


def attempt(answer: Callable[..., Any], call: Callable[[], Any]) -> Any:
    """Return what `call` returns, or a `Failure` that names the line of `answer`."""
    limit = _in_force.get()
    try:
        result = call()
    except KeyboardInterrupt as error:
        if limit:
            limit.ended.set()  # first of all: it must not be repeated
        return replace(STOPPED, place=_place(answer, error.__traceback__))
    except BaseException as error:  # sys.exit() raises one that isn't an Exception
        result = Failure(type(error).__name__, _message(error), _place(answer, error.__traceback__))
    return STOPPED if limit and limit.passed else result  # it has caught the interrupt itself


def code_of(answer: Callable[..., Any]) -> CodeType | None:
    """Return the code that the learner wrote, even where it is wrapped or a class's call."""
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
            said = SAID["failure"]["line_with_text" if line else "line"]
            place = said.format(number=number, text=line)
        traceback = traceback.tb_next
    return place


@contextmanager
def time_limit(seconds: float = TIME_LIMIT) -> Iterator[None]:
    """Interrupt the block, as Ctrl-C would, if it takes longer; in the main thread only.

    A bare ``except:`` may swallow the interrupt. So it is repeated, sooner each time, until one
    comes between two rounds of the loop. A loop that hardly leaves its ``try:`` goes on all the
    same, and so does one long computation of NumPy: this is said while it runs. Where no thread
    can start, as in a browser, the time is looked at before each line, and the interrupt, which
    comes once, can be swallowed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    limit = Limit()

    def interrupt(_signal: int, frame: FrameType | None) -> None:
        is_ours = limit.passed and not _is_in_an_answer(frame)  # and there nobody would hear it
        if not limit.ended.is_set() and not is_ours:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)
    in_force = _in_force.set(limit)
    try:
        with _watched(seconds, limit):
            yield
    finally:
        time.sleep(0)  # an interrupt on its way arrives here, and not at the handler from before
        _in_force.reset(in_force)
        signal.signal(signal.SIGINT, before)


@contextmanager
def _watched(seconds: float, limit: Limit) -> Iterator[None]:
    """Keep watch over the block, in a thread or, where none can start, line by line."""
    watch = threading.Thread(target=_interrupt_until_heard, args=(seconds, limit), daemon=True)
    tracer = sys.gettrace()
    with suppress(RuntimeError):  # "can't start new thread"
        watch.start()
    if not watch.ident:
        sys.settrace(_interrupting_after(seconds, limit))
    try:
        yield
    finally:
        limit.ended.set()
        if watch.ident:
            watch.join()
        else:
            sys.settrace(tracer)


def _is_in_an_answer(frame: FrameType | None) -> bool:
    """Whether `attempt` is running something in this frame, and not at work itself."""
    while frame is not None:
        frame = frame.f_back
        if frame is not None and frame.f_code is attempt.__code__:
            return True
    return False


def _interrupting_after(seconds: float, limit: Limit) -> Any:
    """Return a tracer that looks at the time before each line of what `attempt` runs."""
    deadline = time.monotonic() + seconds

    def trace(frame: FrameType, _event: str, _value: object) -> Any:
        if time.monotonic() > deadline and _is_in_an_answer(frame):
            limit.passed = True
            raise KeyboardInterrupt
        return trace

    return trace


def _interrupt_until_heard(seconds: float, limit: Limit) -> None:
    wait, pause, said = seconds, PAUSE, False
    while not limit.ended.wait(wait):
        now = time.monotonic()
        if not limit.passed:
            limit.passed, since = True, now
        if now - since > PATIENCE and not said:
            print(SAID["failure"]["unstoppable"])
            said = True
        _interrupt_main()
        wait, pause = pause, max(pause / 2, SHORTEST_PAUSE)


def _interrupt_main() -> None:
    """Send Ctrl-C's signal to the main thread itself, which wakes it from a sleep, too."""
    main = threading.main_thread().ident
    if hasattr(signal, "pthread_kill") and main is not None:
        signal.pthread_kill(main, signal.SIGINT)
    else:  # Windows, where any thread's signal wakes the main one
        signal.raise_signal(signal.SIGINT)
