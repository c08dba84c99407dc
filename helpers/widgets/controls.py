"""The controls of the labs, sliders and rows of buttons, and the width of what holds them."""

import reprlib
from collections.abc import Iterable, Mapping
from numbers import Real
from typing import Any

import ipywidgets as widgets
from traitlets import Unicode

from helpers.texts import say
from helpers.validation import known_name, whole_number
from helpers.widgets.drawing import as_signs

LAST_DIGITS = 1e-12
LABEL = "130px"  # the width of what a control is called


def up_to(width: int, **more: str) -> Any:
    """Return a layout of so many pixels, or of as many as the window and the margins leave."""
    return widgets.Layout(width=f"{width}px", max_width="calc(100% - 4px)", **more)


def int_slider(label: str, value: int, least: int, most: int, step: int = 1) -> Any:
    """Return a slider for whole numbers; a value beyond its ends is a ValueError."""
    slider = widgets.IntSlider(least, least, most, step, **_looks(label))
    return _starting_at(value, slider)


def float_slider(label: str, value: float, least: float, most: float, step: float) -> Any:
    """Return a slider for numbers; a value beyond its ends is a ValueError."""
    slider = widgets.FloatSlider(
        least, min=least, max=most, step=step, readout_format=".2f", **_looks(label)
    )
    return _starting_at(value, slider)


class _LogSlider(widgets.FloatLogSlider):  # type: ignore[misc]
    # JupyterLab can leave out a number's last zeros (d3's ~), which ipywidgets doesn't know
    readout_format = Unicode().tag(sync=True)


def log_slider(label: str, value: float, least: float, most: float, number: str = ".2r") -> Any:
    """Return a slider that moves in powers of ten, ten moves for each.

    Parameters
    ----------
    least, most : float
        Exponents: −3 is 0.001.
    number : str
        How its number is written, as d3 has it: '.2r' is 0.0010, and '.1~e' is 1e-3.

    Raises
    ------
    TypeError, ValueError
        If `value` isn't a number, or is beyond the slider's ends.
    """
    slider = _LogSlider(
        10.0**least, min=least, max=most, step=0.1, readout_format=number, **_looks(label)
    )
    return _starting_at(value, slider)


def choice(
    label: str, value: Any, options: Iterable[Any], words: Mapping[str, str] | None = None
) -> Any:
    """Return a row of buttons, one of which is pressed; a value without one is a ValueError.

    In a menu the arrow keys would do nothing: JupyterLab goes to the next cell instead.

    Parameters
    ----------
    label : str
    value : object
        The option that is pressed at first.
    options : iterable
        What can be chosen, by its name in code.
    words : mapping from str to str, optional
        What stands on the buttons of those that have other words than their name.
    """
    names = list(options)
    shown = [(words or {}).get(str(name), str(name)) for name in names]
    looks, tooltips = _looks(label), [f"{label}: {word}" for word in shown]
    looks["style"]["button_width"] = "auto"
    pairs = list(zip(shown, names, strict=True))
    buttons = widgets.ToggleButtons(options=pairs, tooltips=tooltips, **looks)
    return _starting_at(value, label_beside(buttons))


def label_beside(buttons: Any) -> Any:
    """Return a row of buttons with its label beside it, as beside a slider, and not above."""
    return buttons.add_class("jupyter-widgets").add_class("widget-inline-hbox")


def options_of(buttons: Any) -> list[Any]:
    """Return what a row of buttons can be set to."""
    return [option[1] if isinstance(option, tuple) else option for option in buttons.options]


def _starting_at(value: Any, control: Any) -> Any:
    control.value = checked(control, value)
    return control


def checked(control: Any, value: Any) -> Any:
    """Return `value` as the control takes it.

    Raises
    ------
    TypeError, ValueError
        If it isn't one of the control's options, isn't a number, is beyond the slider's ends, or
        isn't a drawing.
    """
    label = control.description
    if isinstance(control, widgets.Text):
        return as_signs(value, label)
    if isinstance(control, widgets.ToggleButtons):
        by_name = {str(option): option for option in options_of(control)}
        return by_name[known_name(str(value) if type(value) is int else value, by_name, label)]
    if isinstance(control, widgets.IntSlider):
        return whole_number(value, label, control.min, control.max)
    ends = control.min, control.max
    if isinstance(control, widgets.FloatLogSlider):
        ends = control.base**control.min, control.base**control.max
    return _between(value, label, *ends)


def _between(value: Any, label: str, least: float, most: float) -> float:
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(say("validation.no_number", name=label, value=reprlib.repr(value)))
    number: Any = value
    # what is beyond an end only by its last digit, as 0.1 + 58 * 0.05 is beyond 3, is the end
    if not least - abs(least) * LAST_DIGITS <= number <= most + abs(most) * LAST_DIGITS:
        given = reprlib.repr(value)
        raise ValueError(say("labs.ends", name=label, value=given, least=least, most=most))
    return min(max(float(number), least), most)


def _looks(label: str) -> dict[str, Any]:
    return {
        "description": label,
        "style": {"description_width": LABEL},
        "layout": {"width": "auto"},
        "tooltip": label,  # without one, JupyterLab's is the word 'null'
    }
