"""Buttons that call what they are for, and answers to choose from."""

from collections.abc import Callable, Mapping
from typing import Any

import ipywidgets as widgets

from helpers.widgets.controls import LABEL, label_beside, up_to
from helpers.widgets.lifetime import weakly


def button(label: str, press: Callable[..., Any], *values: Any, **looks: Any) -> Any:
    """Return a button.

    Parameters
    ----------
    label : str
    press : method
        Called with `values` while its object lives; the button doesn't keep it alive.
    **looks
        As of a `Button`; a layout may be a dict.
    """
    made, call = widgets.Button(description=label, **looks), weakly(press)
    made.on_click(lambda _: call(*values))
    return made


def answers(options: Mapping[str, Any], width: int, button_width: str, label: str = "") -> Any:
    """Return a button for each option, by its words; none is pressed at first.

    In a menu or among radio buttons the arrow keys would do nothing: JupyterLab captures them.
    """
    style = {"button_width": button_width, "description_width": LABEL}
    looks = {"description": label, "style": style, "layout": up_to(width)}
    return label_beside(widgets.ToggleButtons(options=[*options.items()], value=None, **looks))
