"""What every lab shares: controls, a picture, a line of text, and the decision when to work.

A lab computes in `frames`, a generator that yields whenever there is something new to show, and
shows in `picture` and `describe`. The base decides when. The newest move wins: work begun for an
older one is dropped after its first frame, and between two frames the kernel is free for others.
Once the controls rest, the same picture comes with twice the pixels, for displays that have them.
"""

import asyncio
import base64
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from io import BytesIO
from numbers import Real
from types import SimpleNamespace
from typing import Any

import ipywidgets as widgets
import matplotlib as mpl
import matplotlib.image
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from helpers.plots import BLUE, SCREEN_DPI
from helpers.validation import known_name, whole_number

BREATH = 0.002  # seconds for the kernel to take a message or two
REST = 0.15  # seconds without a move, before the picture is drawn sharply
# on a dark page, the pressed one of several buttons is hardly lighter than the others
PRESSED = f"<style>.widget-toggle-buttons .mod-active {{ box-shadow: inset 0 -3px {BLUE} }}</style>"
LINE = "line-height: 1.4; font-size: 14px"
# hinted, text would be wider or narrower at twice the pixels
AS_WIDE: dict[Any, Any] = {"text.hinting": "none"}
JPEG = {"quality": 92, "subsampling": 0}  # a quarter of PNG's time, and as sharp at this size


class Canvas:
    """A figure whose static part is drawn once; labels and moving artists are drawn over it.

    Parameters
    ----------
    figure : Figure
        With all that doesn't move: axes of fixed limits, ticks, labels.

    Attributes
    ----------
    size : tuple of int
        Width and height in pixels, on a display of one pixel a point.
    """

    def __init__(self, figure: Figure) -> None:
        self.figure = figure
        figure.set_dpi(SCREEN_DPI)
        self._agg: Any = FigureCanvasAgg(figure)
        self.size: tuple[int, int] = self._agg.get_width_height()
        self._moving: list[Artist] = []
        self._labels: list[Artist] = []
        self._static: dict[int, Any] = {}
        self._labelled: dict[int, Any] = {}
        self._alt = self._source = ""

    def add(self, *artists: Artist) -> None:
        """Take artists as moving ones: drawn anew for each frame, in this order."""
        for artist in artists:
            artist.set_animated(True)
        self._moving += artists

    def add_labels(self, *artists: Artist) -> None:
        """Take artists that seldom change: drawn anew after `relabel`."""
        for artist in artists:
            artist.set_animated(True)
        self._labels += artists

    def relabel(self) -> None:
        """Draw the labels anew before the next frame, as after one has come or gone."""
        self._labelled.clear()

    def reset(self) -> None:
        """Draw the static part anew before the next frame, as after a change of limits."""
        self._static.clear()
        self._labelled.clear()

    def frame(self, alt: str) -> str:
        """Draw a frame and return it as an ``<img>`` with its alt text."""
        self._alt, self._source = alt, self._draw(1)
        return self._image()

    def sharp_frame(self) -> str:
        """Return the last frame, with another of twice the pixels for displays that have them."""
        return self._image(f'srcset="{self._draw(2)} 2x" ')

    def _image(self, more: str = "") -> str:
        width, height = self.size
        size = f'width="{width}" height="{height}"'
        return f'<img src="{self._source}" {more}{size} alt="{escape(self._alt)}">'

    def _draw(self, scale: int) -> str:
        """Return the figure as it is now, as an address that holds the whole image."""
        self.figure.set_dpi(scale * SCREEN_DPI)
        if scale not in self._labelled:
            with mpl.rc_context(AS_WIDE):
                self._labelled[scale] = self._draw_what_rests(scale)
        self._agg.restore_region(self._labelled[scale])
        for artist in self._moving:
            self.figure.draw_artist(artist)
        buffer = BytesIO()
        matplotlib.image.imsave(buffer, self._agg.buffer_rgba(), format="jpeg", pil_kwargs=JPEG)
        return f"data:image/jpeg;base64,{base64.b64encode(buffer.getvalue()).decode()}"

    def _draw_what_rests(self, scale: int) -> Any:
        if scale not in self._static:
            shown = [artist for artist in self._moving if artist.get_visible()]
            for artist in shown:  # of those that move, Matplotlib before 3.11 draws the images
                artist.set_visible(False)
            self._agg.draw()
            for artist in shown:
                artist.set_visible(True)
            self._static[scale] = self._agg.copy_from_bbox(self.figure.bbox)
            self.figure.set_layout_engine("none")  # nothing moves from its place after this
        self._agg.restore_region(self._static[scale])
        for label in self._labels:
            self.figure.draw_artist(label)
        return self._agg.copy_from_bbox(self.figure.bbox)


def live_region(said: str, style: str = LINE) -> str:
    """Return HTML that a screen reader reads out when it changes; `said` is HTML, too."""
    # Better would be one live region whose text changes. But HTML puts its whole content in
    # anew, and no widget of ipywidgets sets a role or an aria attribute on what it keeps.
    return f'<div role="status" aria-live="polite" style="{style}">{said}</div>'


class Shown(ABC):
    """What a notebook displays as a widget, and as text to those who can't see it.

    Attributes
    ----------
    view : Widget
    """

    view: Any

    @property
    @abstractmethod
    def text(self) -> str:
        """What the widget shows, in words."""

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        bundle = self.view._repr_mimebundle_(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/plain": self.text}


class Explorer(Shown):
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
    """

    def __init__(self, controls: Mapping[str, Any], width: int, height: int) -> None:
        self.controls = SimpleNamespace(**controls)
        size = widgets.Layout(width=f"{width}px", height=f"{height}px", flex="0 0 auto")
        self._picture, self._line = widgets.HTML(layout=size), widgets.HTML()
        self._line.layout = widgets.Layout(width=f"{width}px", min_height="6.5em")
        grid = widgets.Layout(flex_flow="row wrap", width=f"{width}px")
        above = widgets.Box(self.arrange(dict(controls)), layout=grid)
        style = widgets.HTML(PRESSED, layout=widgets.Layout(display="none"))
        self.view = widgets.VBox(
            [above, self._picture, self._line, style],
            layout=widgets.Layout(align_items="flex-start", overflow="hidden"),
        )
        self._asked, self._answered = 1, 0
        self._turn, self._held = object(), False
        self._worker: asyncio.Task[None] | None = None
        self._lock = threading.RLock()
        for control in controls.values():
            control.observe(self._on_move, "value")
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
        unknown = sorted(set(values) - set(vars(self.controls)))
        if unknown:
            raise ValueError(f"state has {unknown}; expected some of {list(self.state)}.")
        with self._lock:
            self._held = True  # all of them are one move
            try:
                for name, control in vars(self.controls).items():
                    control.value = values.get(name, control.value)
            finally:
                self._held = False
                self.finish()

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

    def refresh(self) -> None:
        """Ask for the present state to be computed again."""
        self._on_move(None)

    def redraw(self) -> None:
        """Show what has been computed once more."""
        with self._lock:
            self.finish()
            self._show()
            self._start()

    def _on_move(self, change: object) -> None:
        with self._lock:
            self._asked += 1
            if not self._start() and not self._held:
                self.finish()

    def _start(self) -> bool:
        """Start a worker, unless there is one: it will see what is newer. Return if that went."""
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
            if self._answered == self._asked:
                self._worker = None
            return self._worker is not None

    async def _rest(self) -> None:
        """Show the picture sharply, unless another has come meanwhile or is about to."""
        shown = self._picture.value
        await asyncio.sleep(REST)
        with self._lock:
            if self._picture.value is shown and self._answered == self._asked:
                self._picture.value = self.sharp_picture()

    async def _let_moves_arrive(self) -> None:
        """Wait until no move is in the queue, so that none is answered but the newest."""
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
        """Compute and show the state of now; stop after a frame if that has become old."""
        asked = self._asked
        turn = self._turn = object()
        for _ in self.frames(self.state):
            self._show()
            yield
            if self._asked != asked or self._turn is not turn:
                return
        self._answered = asked

    def _show(self) -> None:
        self._picture.value = self.picture()
        self._line.value = live_region(escape(self.describe()))


def int_slider(label: str, value: int, least: int, most: int, step: int = 1) -> Any:
    """Return a slider for whole numbers; a value beyond its ends is a ValueError."""
    value = whole_number(value, label, least, most)
    return widgets.IntSlider(value, least, most, step, **_looks(label))


def float_slider(label: str, value: float, least: float, most: float, step: float) -> Any:
    """Return a slider for numbers; a value beyond its ends is a ValueError."""
    value = _between(value, label, least, most)
    return widgets.FloatSlider(
        value, min=least, max=most, step=step, readout_format=".2f", **_looks(label)
    )


def log_slider(label: str, value: float, least: float, most: float, steps: int = 10) -> Any:
    """Return a slider that moves in powers of ten, `steps` moves for each.

    Parameters
    ----------
    least, most : float
        Exponents: −3 is 0.001.

    Raises
    ------
    TypeError, ValueError
        If `value` is no number, or beyond the slider's ends.
    """
    value = _between(value, label, 10**least, 10**most)
    return widgets.FloatLogSlider(
        value,
        min=least,
        max=most,
        step=1 / steps,
        readout_format=".2r",
        **_looks(label),
    )


def choice(label: str, value: Any, options: Iterable[Any]) -> Any:
    """Return a row of buttons, one of which is pressed; a value without one is a ValueError.

    In a menu the arrow keys would do nothing: JupyterLab goes to the next cell instead.
    """
    by_name = {str(option): option for option in options}
    name = known_name(str(value) if type(value) is int else value, by_name, label)
    looks = _looks(label)
    looks["style"]["button_width"] = "auto"
    buttons = widgets.ToggleButtons(
        value=by_name[name],
        options=list(by_name.values()),
        tooltips=[f"{label}: {option}" for option in by_name],
        **looks,
    )
    # the label beside the buttons, as beside a slider; without these it is above them
    return buttons.add_class("jupyter-widgets").add_class("widget-inline-hbox")


def _between(value: Any, label: str, least: float, most: float) -> float:
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{label} is {value!r:.40}; expected a number.")
    number = float(value)
    if not least <= number <= most:
        raise ValueError(f"{label} is {value}; expected {least:g} to {most:g}.")
    return number


def _looks(label: str) -> dict[str, Any]:
    return {
        "description": label,
        "style": {"description_width": "130px"},
        "layout": widgets.Layout(width="46%"),
        "tooltip": label,  # without one, JupyterLab's is the word 'null'
    }


def about(number: float) -> str:
    """Return a number to one digit, which is the same on every machine."""
    return f"about {one_digit(number)}" if number else "0"


def one_digit(number: float) -> str:
    """Return a number rounded to one digit, as short as it goes: 0.02, 3e-07."""
    return f"{float(f'{number:.0e}'):g}"


def with_minus(number: float, form: str) -> str:
    """Return a number in a format, with a minus sign that is as wide as a plus."""
    return f"{number:{form}}".replace("-", "−")
