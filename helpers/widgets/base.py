"""What every lab shares: controls, a picture, a line of text, and the decision when to work.

A lab computes in `frames`, a generator that yields whenever there is something new to show, and
shows in `picture` and `describe`. The base decides when. The newest move wins: work begun for an
older one is dropped after its first frame, and between two frames the kernel is free for others.
Once the controls rest, the same picture comes with twice the pixels, for displays that have them.
"""

import asyncio
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from html import escape
from types import SimpleNamespace
from typing import Any

import ipywidgets as widgets

from helpers.plots import BLUE
from helpers.validation import check_instance
from helpers.widgets.controls import checked, up_to
from helpers.widgets.lifetime import close_all, keep, weakly

BREATH = 0.002  # seconds for the kernel to take a message or two
REST = 0.15  # seconds without a move, before the picture is drawn sharply
# on a dark page, the pressed one of several buttons is hardly lighter than the others
PRESSED = f"<style>.widget-toggle-buttons .mod-active {{ box-shadow: inset 0 -3px {BLUE} }}</style>"
LINE = "line-height: 1.4; font-size: 14px"


def live_region(said: str, style: str = LINE) -> str:
    """Return HTML that a screen reader reads out when it changes; `said` is HTML, too."""
    # Better would be one live region whose text changes. But HTML puts its whole content in
    # anew, and no widget of ipywidgets sets a role or an aria attribute on what it keeps.
    return f'<div role="status" aria-live="polite" style="{style}">{said}</div>'


class Shown(ABC):
    """What a notebook displays as a widget, and as text to those who can't see it.

    Parameters
    ----------
    view : Widget
        It must not hold the object itself, or neither is ever freed.
    """

    def __init__(self, view: Any) -> None:
        self.view = view
        keep(self)

    def close(self) -> None:
        """Take the widgets away; the object goes on without them."""
        close_all(self.view)

    @property
    @abstractmethod
    def text(self) -> str:
        """What the widget shows, in words."""

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        as_widget = self.view._repr_mimebundle_ or dict  # a closed one has none
        bundle = as_widget(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/plain": self.text}


class Lab(Shown):
    """A lab.

    Parameters
    ----------
    controls : mapping from str to Widget
        Each with a `value` and a description that says what it is.
    width, height : int
        Of the picture, in pixels; it never changes, so the page never jumps.

    Attributes
    ----------
    controls : SimpleNamespace
        The controls by name: ``lab.controls.epochs.value = 100`` is a move like any other.
    view : VBox
        What a notebook displays.
    request : object
        What is asked of the lab besides the state, None after a move.
    """

    def __init__(self, controls: Mapping[str, Any], width: int, height: int) -> None:
        self.controls = SimpleNamespace(**controls)
        size = up_to(width, height=f"{height}px", flex="0 0 auto")
        self._picture = widgets.HTML(layout=size)
        self._line = widgets.HTML(layout=up_to(width, min_height="6.5em"))
        grid = up_to(width, flex_flow="row wrap")
        above = widgets.Box(self.arrange(dict(controls)), layout=grid)
        style = widgets.HTML(PRESSED, layout=widgets.Layout(display="none"))
        view = widgets.VBox(
            [above, self._picture, self._line, style],
            layout=widgets.Layout(align_items="flex-start", overflow="hidden"),
        )
        self.request: Any = None
        self._asked, self._answered = 1, 0
        self._turn, self._held, self._closed = object(), False, False
        self._worker: asyncio.Task[None] | None = None
        self._lock = threading.RLock()
        for control in controls.values():
            control.observe(weakly(self._on_move), "value")
        super().__init__(view)
        self.finish()
        self._start()

    def arrange(self, controls: dict[str, Any]) -> list[Any]:
        """Return the widgets above the picture, by default the controls in their order."""
        return list(controls.values())

    @abstractmethod
    def frames(self, state: dict[str, Any]) -> Iterator[None]:
        """Compute for `state`; yield at each point where a picture is worth showing."""

    @abstractmethod
    def picture(self) -> str:
        """Return the picture of what has been computed, as HTML of the lab's size."""

    def sharp_picture(self) -> str:
        """Return the picture once the controls rest, as sharp as it can be."""
        return self.picture()

    @abstractmethod
    def describe(self) -> str:
        """Say in plain words what the picture shows, with its numbers."""

    @property
    def state(self) -> dict[str, Any]:
        """The controls' values by name. Set some or all of them, and the lab follows."""
        return {name: control.value for name, control in vars(self.controls).items()}

    @state.setter
    def state(self, values: Mapping[str, Any]) -> None:
        check_instance(values, Mapping, "state", "a dict of names of controls and their values")
        unknown = [name for name in values if name not in vars(self.controls)]
        if unknown:
            raise ValueError(f"state has {unknown}; expected some of {list(self.state)}.")
        with self._lock:
            before, self._held = self.state, True  # all of them are one move
            try:
                self._set(values)
            except Exception:
                self._set(before)
                raise
            finally:
                self._held = False
            if self.state != before:
                self.refresh()
            self.finish()

    def _set(self, values: Mapping[str, Any]) -> None:
        for name, control in vars(self.controls).items():
            if name in values:
                control.value = checked(control, values[name])

    @property
    def text(self) -> str:
        """What the picture shows, for the controls as they are now."""
        self.finish()
        return self.describe()

    def finish(self) -> None:
        """Do at once all that is still to be done."""
        with self._lock:
            while self._answered != self._asked:
                for _ in self._answer():
                    pass

    def refresh(self, request: Any = None) -> None:
        """Ask for the present state to be computed again."""
        with self._lock:
            self.request = request
            self._asked += 1
            if not self._start():
                self.finish()

    def redraw(self) -> None:
        """Show what has been computed once more."""
        with self._lock:
            self.finish()
            self._show()
            self._start()

    def _on_move(self, change: Any) -> None:
        try:
            checked(change.owner, change.new)
        except (TypeError, ValueError):
            change.owner.value = change.old
            raise
        if not self._held:
            self.refresh()

    def close(self) -> None:
        """Take the widgets away, and what the picture is drawn with."""
        with self._lock:
            self._closed, self._turn, self._picture.value = True, object(), ""
        super().close()
        vars(self).pop("_panels", None)

    def _start(self) -> bool:
        """Start a worker, unless there is one: it will see what is newer. Return if that worked."""
        if self._worker is None:
            try:
                self._worker = asyncio.get_running_loop().create_task(self._work())
            except RuntimeError:  # no event loop, as in a plain Python session
                return False
        return True

    async def _work(self) -> None:
        try:
            while self._is_behind():
                await self._let_moves_arrive()
                answer = self._answer()
                while self._step(answer):
                    await asyncio.sleep(BREATH)
            await self._rest()
        except Exception as error:
            self._line.value = escape(f"This lab made a mistake, not you: {error!r}")
            raise
        finally:
            with self._lock:
                if self._worker is asyncio.current_task():
                    self._worker = None

    def _is_behind(self) -> bool:
        """Whether there is something to answer; if not, the next move starts a new worker."""
        with self._lock:
            if self._answered == self._asked or self._closed:
                self._worker = None
            return self._worker is not None

    async def _rest(self) -> None:
        """Show the picture sharply, unless another has come meanwhile or is about to."""
        shown = self._picture.value
        await asyncio.sleep(REST)
        with self._lock:
            is_newest = self._picture.value is shown and self._answered == self._asked
            if is_newest and not self._closed:
                self._picture.value = self.sharp_picture()

    async def _let_moves_arrive(self) -> None:
        """Wait until no move is in the queue, so that only the newest is answered."""
        asked = -1
        for _ in range(20):
            if asked == self._asked:
                return
            asked = self._asked
            await asyncio.sleep(BREATH)

    def _step(self, answer: Iterator[None]) -> bool:
        with self._lock:
            return next(answer, self) is None

    def _answer(self) -> Iterator[None]:
        """Compute and show the current state; stop after a frame if it is current no longer."""
        asked = self._asked
        turn = self._turn = object()
        for _ in self.frames(self.state):
            self._show()
            yield
            if self._asked != asked or self._turn is not turn:
                return
        self._answered = asked

    def _show(self) -> None:
        if self._closed:
            return
        self._picture.value = self.picture()
        self._line.value = live_region(escape(self.describe()))
