"""The controls of the labs, sliders and rows of buttons, and how wide what they lie in is."""

from collections.abc import Iterable
from numbers import Real
from typing import Any

import ipywidgets as widgets

from helpers.validation import known_name, whole_number


def up_to(width: int, **more: str) -> Any:
    """Return a layout of so many pixels, or of as many as the window and the margins leave."""
    return widgets.Layout(width=f"{width}px", max_width="calc(100% - 4px)", **more)


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
