"""What a person reads off a figure, and how a sentence is held against numbers.

Nothing here knows a picture by the names in its code: a panel is found by its title, a curve by
its line in the legend, a number in a sentence by the words around it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from html import unescape
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.image import AxesImage
from matplotlib.lines import Line2D
from numpy.testing import assert_allclose

from helpers.style import BLUE, ORANGE
from helpers.validation import Array

LOWERED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
VIOLET = "#5E3C99"  # what speaks for; orange speaks against
NUMBER = re.compile(r"(about )?(?<![\w.])([-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-−+]?\d+)?)")


@dataclass(frozen=True)
class Look:
    """How a line looks, which is how it is found in the legend."""

    colour: str
    dash: str
    marker: str


CIRCLE = Look(to_hex(BLUE), "None", "o")  # a point of class 0
TRIANGLE = Look(to_hex(ORANGE), "None", "^")  # and one of class 1


def look(line: Line2D) -> Look:
    return Look(to_hex(line.get_color()), str(line.get_linestyle()), str(line.get_marker()))


# Axes


def reads(ax: Axes) -> str:
    """Return the words around the axes, with what is said by scale and direction.

    An example is 'Training loss: loss (log) over epoch'.
    """
    sides = {"x": (ax.get_xlabel(), ax.get_xscale(), ax.xaxis_inverted())}
    sides["y"] = (ax.get_ylabel(), ax.get_yscale(), ax.yaxis_inverted())
    named = {
        side: label + " (log)" * (scale == "log") + " (turned)" * bool(turned)
        for side, (label, scale, turned) in sides.items()
    }
    return f"{ax.get_title().strip()}: {named['y']} over {named['x']}"


def figure_of(lab: Any) -> Figure:
    """Return the picture of a lab, in which nothing that it shows rests while the lab moves on."""
    figure: Figure = lab._panels.canvas.figure
    for ax in figure.axes:
        shown = [] if hasattr(ax, "_colorbar") else [*ax.lines, *ax.collections, *ax.images]
        assert all(artist.get_animated() for artist in shown)
    return figure


def alt_of(lab: Any) -> str:
    """Return what is said of the picture to those who don't see it."""
    found = re.search(r' alt="([^"]*)"', lab._picture.value)
    assert found
    return unescape(found[1])


def panel(figure: Figure, title: str) -> Axes:
    """Return the axes with a title."""
    (found,) = (ax for ax in figure.axes if ax.get_title().strip() == title)
    return found


def place(figure: Figure, ax: Axes) -> str:
    """Say where in the figure the middle of the axes lies: 'left', 'right', 'above', 'below'."""
    box = ax.get_position()
    x, y = (box.x0 + box.x1) / 2 - 0.5, (box.y0 + box.y1) / 2 - 0.5
    if box.width < 0.6 and abs(x) > 0.1:
        return "left" if x < 0 else "right"
    return "below" if y < 0 else "above"


def points(line: Line2D) -> Array:
    """Return where a line goes, (2, n)."""
    return np.array(line.get_data(), dtype=float)


def drawn(ax: Axes) -> list[Line2D]:
    """Return the lines that there is something of to see."""
    return [line for line in ax.lines if line.get_visible() and points(line).size]


def in_legend(ax: Axes) -> dict[str, Look]:
    """Return how each name in the legend looks there; what is pale isn't there."""
    legend = ax.get_legend()
    assert legend is not None, f"{ax.get_title()!r} has no legend"
    handles: list[Any] = [handle for handle in legend.legend_handles if handle]
    names = [text.get_text() for text in legend.get_texts() if text.get_alpha() != 0]
    looks = [look(handle) for handle in handles if handle.get_alpha() != 0]
    assert len(set(looks)) == len(set(names)) == len(names), "two of the legend look alike"
    return dict(zip(names, looks, strict=True))


def curves(ax: Axes) -> dict[str, Array]:
    """Return what the legend names, by name: the points of the one line that looks like it.

    It may leave the frame above and below, but not at a side.
    """
    found = {}
    for name, like in in_legend(ax).items():
        lines = [line for line in drawn(ax) if look(line) == like]
        assert len(lines) <= 1, f"{len(lines)} lines look like {name!r}"
        found[name] = points(lines[0]) if lines else np.empty((2, 0))
        low, high = sorted(ax.get_xlim())
        assert ((found[name][0] >= low) & (found[name][0] <= high)).all(), f"{name!r} goes on"
    return found


def assert_curves(ax: Axes, said: str, expected: dict[str, Any]) -> None:
    """The axes read so; the legend names these lines and no others, and each is right.

    Lines have a colour each, and four neighbours are told apart without it.
    """
    assert reads(ax) == said
    looks = list(in_legend(ax).values())
    assert len({look.colour for look in looks}) == len(looks)
    assert len({(look.dash, look.marker) for look in looks[:4]}) == min(4, len(looks))
    found = curves(ax)
    assert found.keys() == expected.keys()
    for name, (x, y) in expected.items():
        assert_allclose(found[name], [x, y], rtol=1e-12, atol=1e-12, err_msg=name)


def without_name(ax: Axes) -> dict[Look, Array]:
    """Return the lines that the legend doesn't name, if there is one."""
    named = in_legend(ax).values() if ax.get_legend() else ()
    return {look(line): points(line) for line in drawn(ax) if look(line) not in named}


def assert_points(ax: Axes, title: str, X: Array, Y: Array) -> None:
    """Points of the plane are where they are, and marked by their class."""
    assert reads(ax) == f"{title}: $x_2$ over $x_1$"
    found = without_name(ax)
    for like, of_class in ((CIRCLE, Y[0] == 0), (TRIANGLE, Y[0] == 1)):
        assert_allclose(found[like], X[:, of_class])


def assert_coloured(image: AxesImage, x: Array, said: float) -> None:
    """The plane has the colour of the class that the network says there."""
    if abs(said - 0.5) > 0.1:
        assert is_nearer(colour_at(image, *x), BLUE, ORANGE) == (said < 0.5)


def assert_plane(ax: Axes, title: str, X: Array, Y: Array, network: Any = None) -> None:
    """Points are marked by their class, and lie over what the network, if any, says of them."""
    assert_points(ax, title, X, Y)
    for image in ax.images:
        (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
        for x in np.array([[left, bottom], [right, bottom], [left, top], *X.T]) * 0.99:
            said = network.predict(x[:, None]).item()
            assert abs(value_at(image, *x) - said) < 0.03
            assert_coloured(image, x, said)
        assert image.get_clim() == (0, 1)
    assert len(ax.images) == (network is not None)


def tick_words(ax: Axes) -> dict[float, str]:
    """Return the words beside the y axis, each with its height."""
    labels = [text.get_text() for text in ax.get_yticklabels()]
    return dict(zip(map(float, ax.get_yticks()), labels, strict=True))


# Images


def value_at(image: AxesImage, x: float, y: float) -> float:
    """Return the entry that lies over a point of the axes."""
    left, right, bottom, top = image.get_extent()
    first, last = (bottom, top) if image.origin == "lower" else (top, bottom)
    values = np.asarray(image.get_array())
    row = int((y - first) / (last - first) * values.shape[0])
    return float(values[row, int((x - left) / (right - left) * values.shape[1])])


def colour_at(image: AxesImage, x: float, y: float) -> Array:
    return np.array(image.to_rgba(np.array([value_at(image, x, y)]))[0, :3])


def luminance(colour: str) -> float:
    """As WCAG defines it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


def is_nearer(colour: Any, one: Any, other: Any) -> bool:
    """Whether a colour is nearer to one than to the other."""
    apart = [np.linalg.norm(np.array(to_rgb(colour)) - to_rgb(c)) for c in (one, other)]
    return bool(apart[0] < apart[1])


def assert_one_scale(images: Iterable[AxesImage], limit: float, label: str) -> None:
    """All have the colours of one bar, which goes from −limit to limit and says what it is of."""
    images = list(images)
    bars: list[Any] = [image.colorbar for image in images if image.colorbar]
    (bar,) = bars
    scales = {(image.get_cmap().name, *map(float, image.get_clim())) for image in images}
    assert scales == {(bar.cmap.name, -limit, limit)}
    assert (bar.vmin, bar.vmax) == (-limit, limit)
    assert bar.ax.get_ylabel() == label
    assert [is_nearer(bar.cmap(end)[:3], VIOLET, ORANGE) for end in (0.1, 0.9)] == [False, True]


# Sentences


def assert_says(said: str, expected: str) -> None:
    """The words are equal, and each number said is the expected one, rounded as it is said."""
    said, expected = as_code(said), as_code(expected)
    words = [NUMBER.sub(r"\1#", text) for text in (said, expected)]
    assert words[0] == words[1], "\n".join(words)
    numbers = zip(NUMBER.findall(said), NUMBER.findall(expected), strict=True)
    for (rough, written), (_, exact) in numbers:
        assert abs(as_float(written) - as_float(exact)) <= 0.501 * last_digit(
            written, bool(rough)
        ), f"{written} is said, {exact} is so: {said}"


def as_code(text: str) -> str:
    """Return a text with powers of ten as code has them: 3e-7 for 3 · 10⁻⁷, and for 3e-07."""
    text = re.sub(r"(?<!· )(?<!\S)10(?=[⁻⁰¹²³⁴⁵⁶⁷⁸⁹])", "1 · 10", text)
    text = re.sub(r" · 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda found: "e" + found[1].translate(LOWERED), text)
    return re.sub(r"(?<=\d)e([-+]?)0+(?=\d)", r"e\1", text)


def as_float(written: str) -> float:
    return float(written.replace(",", "").replace("−", "-"))


def last_digit(written: str, rough: bool = False) -> float:
    """Return what one more in the last digit is: 0.01 for 3.14, 1e-7 for 2e-07.

    In a rough number the zeros at the end aren't digits: about 6000 is 5,500 to 6,500.
    """
    mantissa, _, power = written.replace("−", "-").replace(",", "").partition("e")
    digits = mantissa.rstrip("0") if rough and "." not in mantissa else mantissa
    zeros = len(mantissa) - len(digits)
    return float(10.0 ** (int(power or 0) + zeros - len(mantissa.partition(".")[2])))
