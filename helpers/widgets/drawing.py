"""Paper to draw on: 8 × 8 squares, a control like a slider, whose value is the ink in each."""

import reprlib
from contextlib import suppress
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as widgets
import numpy as np
from numpy.typing import ArrayLike

from helpers.texts import say
from helpers.validation import Array, as_floats

SCRIPT = Path(__file__).with_suffix(".js")
SIDE, FULL = 8, 16  # squares in a row, and the most that a square's ink can be
SIGNS = "0123456789abcdefg"  # for the ink of a square, from none to full
BLANK = SIGNS[0] * SIDE * SIDE
SHAPES = (SIDE * SIDE,), (SIDE * SIDE, 1), (SIDE, SIDE)  # of a picture as an array


def drawing_field(label: str, ink: ArrayLike | str) -> Any:
    """Return what is drawn as a control; `paper` makes squares of it, without that it is a field.

    Its value is a text: a sign for each square, row by row, from 0 for white to g.
    Arguments and errors are those of `as_signs`.
    """
    looks = {"description": label, "tooltip": label}
    return widgets.Text(as_signs(ink, label), continuous_update=False, **looks)


def as_signs(ink: ArrayLike | str, label: str) -> str:
    """Return ink as the text for it, rounded to 16ths.

    Parameters
    ----------
    ink : array_like, shape (64,), (64, 1) or (8, 8), or str
        From 0 to 1 in each square, or such a text already.
    label : str
        What the drawing is called, for the message.

    Raises
    ------
    ValueError
        If it is neither.

    Examples
    --------
    >>> as_signs([1.0, 0.5] + [0.0] * 62, "drawing")[:4]
    'g800'
    """
    shares: Array = np.empty(0)
    if isinstance(ink, str):
        shares = np.array([SIGNS.find(sign) for sign in ink]) / FULL
    else:
        with suppress(TypeError, ValueError):
            shares = as_floats(ink, label)
    if shares.shape in SHAPES and ((shares >= 0) & (shares <= 1)).all():
        return "".join(SIGNS[round(FULL * share)] for share in shares.flat)
    given, first, last = reprlib.repr(ink), SIGNS[0], SIGNS[-1]
    raise ValueError(
        say("labs.drawing", name=label, value=given, n=SIDE * SIDE, first=first, last=last)
    )


def ink_of(text: str) -> Array:
    """Return the ink of a drawing's value as a column of features, of shape (64, 1).

    Examples
    --------
    >>> ink_of("g8" + "0" * 62)[:3, 0]
    array([1. , 0.5, 0. ])
    """
    return np.array([[SIGNS.index(sign)] for sign in text]) / FULL


def paper(drawn: Any, buttons: list[Any], square: str, rub_out: str, tooltip: str) -> Any:
    """Return squares to draw on, with buttons below: these, and one to rub out while it is pressed.

    Parameters
    ----------
    drawn : Text
        From `drawing_field`.
    buttons : list of Button
    square : str
        What a square is called, with ``{row}`` and ``{column}`` from 1 and ``{ink}``.
    rub_out, tooltip : str
        What stands on the button, and what it says that it does.
    """
    script = escape(SCRIPT.read_text(encoding="utf-8"))
    style = f'<style data-square="{escape(square)}" onload="{script}">/* a paper */</style>'
    rubber = widgets.ToggleButton(description=rub_out, tooltip=tooltip)
    row = widgets.HBox([*buttons, rubber])
    return widgets.VBox([drawn, widgets.HTML(style), row]).add_class("course-drawing")
