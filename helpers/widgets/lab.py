"""What every lab shares: controls, a picture, a line of text, and how it answers.

A lab is a generator from a request to frames. A `Request` is a value: what the controls say, and
which button was pressed if it was one. A `Frame` is a picture and the words for it. So a lab is

    class MyLab(Lab):
        recipes = {"size": (int_slider, 3, 1, 9)}  # it starts at 3, or MyLab(size=4) at 4

        def __init__(self, **start: Any) -> None:
            super().__init__(self.made({"size": "size of the drawing"}, start), 920)
            self.start()  # the last line: here the first request is answered

        def frames(self, request: Request) -> Iterator[Frame]:
            drawing = draw(request.state["size"])
            yield Frame(drawing, "A drawing of this size.")

It may compute as long as it likes; at each `yield` the kernel is free for others, and there the
answer ends if something newer has been asked. Nothing in a lab says that something is pending:
`frames` goes by its request alone, and what is set on the lab (`self.network`, …) is for the
learner. A button calls `ask` with its name as the action; one that goes on from what is shown
does that within `settled`. Where Matplotlib draws the picture, `CanvasLab` keeps the figure.
"""

from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from html import escape
from inspect import Parameter, Signature
from types import MappingProxyType, SimpleNamespace
from typing import Any, ClassVar, Generic, Protocol, TypeVar

import ipywidgets as widgets

from helpers.texts import read, say
from helpers.validation import check_instance
from helpers.widgets.canvas import Canvas
from helpers.widgets.controls import checked, up_to
from helpers.widgets.lifetime import weakly
from helpers.widgets.scheduling import Scheduler
from helpers.widgets.shown import Shown, live_region


@dataclass(frozen=True)
class Request:
    """What is asked of a lab.

    Attributes
    ----------
    state : mapping from str to object
        The values of the controls by name.
    action : str
        The name of the button that was pressed; '' if a control was moved.
    """

    state: Mapping[str, Any]
    action: str = ""


@dataclass(frozen=True)
class Frame:
    """What a lab shows.

    Attributes
    ----------
    picture : str
        HTML of the lab's size.
    words : str
        What it shows, with its numbers, for those who don't see it.
    """

    picture: str
    words: str


class Lab(Shown):
    """A lab.

    Parameters
    ----------
    controls : mapping from str to Widget
        Each with a `value` and a description that says what it is.
    width : int
        Of the picture, in pixels, where there is room. What is shown says its own height, which
        never changes, so the page never jumps.
    above : sequence of Widget, optional
        What stands above the picture; by default the controls in their order.
    below : sequence of Widget, optional
        What stands between the picture and the line of text.
    line_height : str
        Room for the longest line of text.

    Attributes
    ----------
    recipes : mapping from str to tuple
        For each control what makes it, where it starts, and what else that takes. A lab of a class
        that has them is told by name where to start elsewhere.
    controls : SimpleNamespace
        The controls by name: ``lab.controls.epochs.value = 100`` is a move like any other.
    view : VBox
        What a notebook displays.
    """

    recipes: ClassVar[Mapping[str, tuple[Any, ...]]] = {}
    __signature__: ClassVar[Signature]

    def __init_subclass__(cls, **more: Any) -> None:
        super().__init_subclass__(**more)
        if cls.recipes:
            by_name, starts = Parameter.KEYWORD_ONLY, cls.recipes.items()
            cls.__signature__ = Signature(
                [Parameter(name, by_name, default=first) for name, (_, first, *_) in starts]
            )

    @classmethod
    def made(cls, labels: Mapping[str, str], start: Mapping[str, Any]) -> dict[str, Any]:
        """Return the controls of this class by name.

        Parameters
        ----------
        labels : mapping from str to str
        start : mapping from str to object
            Where those start that start elsewhere.

        Raises
        ------
        TypeError, ValueError
            If there is no such control, or it can't start there.
        """
        cls.__signature__.bind(**start)
        return {
            name: make(labels[name], start.get(name, first), *more)
            for name, (make, first, *more) in cls.recipes.items()
        }

    def __init__(
        self,
        controls: Mapping[str, Any],
        width: int,
        above: Sequence[Any] = (),
        below: Sequence[Any] = (),
        line_height: str = "6.5em",
    ) -> None:
        self.controls = SimpleNamespace(**controls)
        self._picture = widgets.HTML(layout=up_to(width, flex="0 0 auto"))
        self._line = widgets.HTML(layout=up_to(width, min_height=line_height))
        self._shown = Frame("", "")
        self._held = self._closed = False
        self._scheduler = Scheduler(self._answer, self._show, self._sharpen)
        for control in controls.values():
            control.observe(weakly(self._on_move), "value")
        top = widgets.Box(list(above or controls.values()), layout=up_to(width))
        top.add_class("course-controls")
        layout = widgets.Layout(align_items="flex-start", overflow="hidden")
        super().__init__(widgets.VBox([top, self._picture, *below, self._line], layout=layout))

    @abstractmethod
    def frames(self, request: Request) -> Iterator[Frame]:
        """Answer a request: compute, and yield whenever there is something new to show."""

    def start(self) -> None:
        """Answer the first request, for the controls as they are."""
        self.ask()
        self.finish()

    def ask(self, action: str = "") -> None:
        """Ask for the present state to be answered, as after a press of the button `action`."""
        self._scheduler.ask(Request(MappingProxyType(self.state), action))

    def finish(self) -> None:
        """Do at once all that is still to be done."""
        self._scheduler.finish()

    @contextmanager
    def settled(self) -> Iterator[None]:
        """Finish, and let nothing else be asked meanwhile."""
        with self._scheduler.lock:
            self.finish()
            yield

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        data = super()._repr_mimebundle_(**kwargs)
        has_sliders = any(hasattr(control, "max") for control in vars(self.controls).values())
        run = f"\n{read('common/lab')['run']}" if has_sliders else ""
        return {**data, "text/plain": data["text/plain"] + run}

    @property
    def text(self) -> str:
        """What the picture shows, for the controls as they are now."""
        self.finish()
        return self._shown.words

    @property
    def state(self) -> dict[str, Any]:
        """The controls' values by name. Set some or all of them, and the lab follows."""
        return {name: control.value for name, control in vars(self.controls).items()}

    @state.setter
    def state(self, values: Mapping[str, Any]) -> None:
        check_instance(values, Mapping, "state", "dict_of_controls")
        unknown = [name for name in values if name not in vars(self.controls)]
        if unknown:
            raise ValueError(say("labs.state", unknown=unknown, known=list(self.state)))
        with self._scheduler.lock:
            before, self._held = self.state, True  # all of them are one move
            try:
                self._set(values)
            except Exception:
                self._set(before)
                raise
            finally:
                self._held = False
            if self.state != before:
                self.ask()
            self.finish()

    def _set(self, values: Mapping[str, Any]) -> None:
        for name, control in vars(self.controls).items():
            if name in values:
                control.value = checked(control, values[name])

    def _on_move(self, change: Any) -> None:
        try:
            checked(change.owner, change.new)
        except (TypeError, ValueError):
            change.owner.value = change.old
            raise
        if not self._held:
            self.ask(self.asked_by_a_move())

    def asked_by_a_move(self) -> str:
        """Return the action that a move of a control stands for."""
        return ""

    def close(self) -> None:
        """Take the widgets away; the lab goes on without them."""
        with self._scheduler.lock:
            self._closed, self._picture.value = True, ""
        super().close()

    def _answer(self, request: Request) -> Iterator[Frame]:
        try:
            yield from self.frames(request)
        except Exception as error:
            self._line.value = escape(read("common/lab")["mistake"].format(error=repr(error)))
            raise

    def _show(self, frame: Frame) -> None:
        self._shown = frame
        if not self._closed:
            self._picture.value = frame.picture
            self._line.value = live_region(escape(frame.words))

    def sharp_picture(self) -> str:
        """Return the picture once the controls rest, as sharp as it can be."""
        return self._shown.picture

    def _sharpen(self) -> None:
        if not self._closed:
            self._picture.value = self.sharp_picture()


class HasCanvas(Protocol):
    """What draws a lab's picture: panels of a figure, with what moves in them."""

    canvas: Canvas


Panels = TypeVar("Panels", bound=HasCanvas)


class CanvasLab(Lab, Generic[Panels]):
    """A lab whose picture Matplotlib draws, in one figure that is kept.

    Parameters
    ----------
    make_panels : callable
        Makes the figure, with `canvas` as its attribute.
    controls, width, **more
        As of a lab; by default the picture is as wide as the figure.
    """

    def __init__(
        self,
        make_panels: Callable[[], Panels],
        controls: Mapping[str, Any],
        width: int | None = None,
        **more: Any,
    ) -> None:
        self._make_panels = make_panels
        super().__init__(controls, width or self._panels.canvas.size[0], **more)

    @cached_property
    def _panels(self) -> Panels:
        return self._make_panels()

    def sharp_picture(self) -> str:
        """Return the picture, with one of twice the pixels beside it."""
        return self._panels.canvas.sharpen(super().sharp_picture())

    def close(self) -> None:
        """Take the widgets away and let go of the figure; if need be it is made anew."""
        super().close()
        vars(self).pop("_panels", None)
