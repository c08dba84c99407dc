"""What a notebook displays as a widget, and as text to those who can't see it."""

import re
from abc import ABC, abstractmethod
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets

from helpers.tables import wrapped
from helpers.widgets.lifetime import close_all, keep

STYLE_SHEET = Path(__file__).with_name("widgets.css")
KEYS = Path(__file__).with_name("keys.js")
LINE = 72  # characters, as many as a page of A4 shows


@cache
def _style() -> str:
    """Return the style sheet, which once it is on the page keeps the keys of what is around it."""
    css, keys = (path.read_text(encoding="utf-8") for path in (STYLE_SHEET, KEYS))
    return f'<style onload="{escape(keys)}">{css}</style>'


def live_region(said: str, style: str = "") -> str:
    """Return HTML that a screen reader reads out when it changes; `said` is HTML, too."""
    # Better would be one live region whose text changes. But HTML puts its whole content in
    # anew, and no widget of ipywidgets sets a role or an aria attribute on what it keeps.
    more = f' style="{style}"' if style else ""
    # a product, a power of ten, and in Chinese a number with what it counts, are on one line
    said = re.sub(" ([·×]) ", r"&nbsp;\1&nbsp;", said)
    said = re.sub("(?<=[0-9]) (?=[\u4e00-\u9fff])", "&nbsp;", said)
    return f'<div role="status" aria-live="polite" class="course-line"{more}>{said}</div>'


class Shown(ABC):
    """What a notebook displays as a widget, and as text to those who can't see it.

    Parameters
    ----------
    view : Box
        It must not hold the object itself, or neither is ever freed. The course's style sheet
        is put into it.
    """

    def __init__(self, view: Any) -> None:
        style = widgets.HTML(_style(), layout={"display": "none"})
        view.children = (*view.children, style)
        view.add_class("course")
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
        return "\n".join(wrapped(line, LINE) for line in self.text.split("\n"))

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        as_widget = self.view._repr_mimebundle_ or dict  # a closed one has none
        bundle = as_widget(**kwargs)
        data = bundle[0] if isinstance(bundle, tuple) else bundle
        return {**data, "text/plain": repr(self)}
