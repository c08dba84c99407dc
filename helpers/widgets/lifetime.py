"""How long what a cell shows lives: until the cell runs again, or nobody has it any more.

Without this it would live as long as the kernel: ipywidgets keeps all widgets, these keep what
they call, and IPython keeps every value that a cell has shown.
"""

import gc
import weakref
from collections.abc import Callable
from typing import Any

import ipywidgets as widgets
from IPython.core.getipython import get_ipython

# cell → which run of it was the last, and what that made
_made: dict[str, tuple[str, list[Any]]] = {}


def keep(shown: Any) -> None:
    """Keep what has a `view` and can `close` until its cell runs again, and close it then.

    Outside a notebook its widgets are closed when it goes.
    """
    weakref.finalize(shown, close_all, shown.view).atexit = False
    cell, run = _running()
    last, made = _made.get(cell, (run, []))
    if last != run:
        for old in made:
            old.close()
        made = []
        gc.collect()  # a figure and its artists hold each other
    if run:
        _made[cell] = run, [*made, shown]


def _running() -> tuple[str, str]:
    """Return which cell runs and which run of it this is; '' twice where there are no cells."""
    request: Any = getattr(get_ipython(), "get_parent", dict)() or {}
    run = request.get("header", {}).get("msg_id", "")
    # not every program that runs notebooks says which cell it is
    cell = request.get("metadata", {}).get("cellId") or request.get("content", {}).get("code")
    return cell or run, run


def weakly(method: Callable[..., None]) -> Callable[..., None]:
    """Return a call of a method that works while its object lives, and doesn't keep it alive."""
    there = weakref.WeakMethod(method)

    def call(*sent: Any) -> None:
        found = there()
        if found:
            found(*sent)

    return call


def close_all(widget: Any) -> None:
    """Close a widget and all that belongs to it: what lies in it, layouts and styles."""
    for name in widget.keys:
        value = getattr(widget, name)
        for part in value if isinstance(value, list | tuple) else [value]:
            if isinstance(part, widgets.Widget):
                close_all(part)
    widget.close()
