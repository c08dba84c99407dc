"""The lab of lesson 6: draw a digit, and see what a network says of it while you draw."""

from collections.abc import Iterator, Mapping
from html import escape
from itertools import chain
from typing import Any, ClassVar

import ipywidgets as widgets
import matplotlib as mpl
import numpy as np
from matplotlib.colors import to_hex

from helpers.datasets import digits
from helpers.labs.learning import Learning, two_digits
from helpers.losses import accuracy
from helpers.network import MLP
from helpers.texts import read, together
from helpers.validation import Array
from helpers.widgets.buttons import button
from helpers.widgets.controls import choice, int_slider, log_slider
from helpers.widgets.drawing import BLANK, SIDE, as_signs, drawing_field, ink_of, paper
from helpers.widgets.lab import Frame, Lab, Request
from helpers.widgets.lifetime import weakly

TEXTS = read("lesson_6/lab")
DIGITS, FRESH, MOST_UNITS, MOST_EPOCHS, SEED = 10, 360, 64, 100, 0
ANSWER = "its answer"  # the digit that the network says
SETTINGS = "units", "learning_rate", "epochs", "batch_size"  # what a training depends on
SLICE = 0.020  # seconds of training, after which what has been drawn meanwhile is answered
RECORDS = 30  # of a training, at which it can be interrupted

WIDTH, HEIGHT, SQUARE, TOP, BASE = 922, 294, 30, 24, 264  # pixels, and so is what follows
UNITS, SHARES, ROOM = 280, 634, 236  # where two panels begin, and the length of the longest bar
# from −1 to 1 in the colours of lesson 5's weights: orange below 0, violet above
COLOURS = [to_hex(colour) for colour in mpl.colormaps["PuOr"](np.linspace(0, 1, 201))]
AGAINST, FOR = COLOURS[20], COLOURS[180]
STRONG = 0.5  # of the strongest; from here on a sign says what the colour does


class DigitsLab(Learning, Lab):
    """A network that learns the digits, and paper to draw one on.

    Parameters
    ----------
    picture : int
        Which of the fresh pictures is drawn, from 0.
    asked : int or str
        The digit for or against which everything speaks: 0 to 9, or 'its answer'.
    units, learning_rate, epochs, batch_size
        Where the sliders start. A hidden layer of 0 units is left out; `batch_size` is 'all' or
        a number of samples. The learning rate counts as the slider shows it, with two digits.
    drawing : array_like, shape (64,), or str, optional
        Ink from 0 to 1, row by row, in place of the picture; it is rounded to 16ths.

    Attributes
    ----------
    network : MLP
        As it is now; go on with it where the lab leaves off.
    data, fresh : tuple of ndarray
        The digits that it learns, X and Y, and those that it doesn't.
    records : list of Record
        The training so far.
    stopped : str
        Why the training ended early; empty if it didn't.
    X : ndarray, shape (64, 1)
        What is drawn.
    A : ndarray, shape (10, 1)
        What the network says of it.
    speaks : dict from int to ndarray, shape (n_l, 1)
        −∂L/∂A[l] below the outputs, if the digit asked about were right: how the loss falls with
        more of it. ``lab.speaks[0]`` is of the squares.
    """

    recipes: ClassVar = {
        "picture": (int_slider, 0, 0, FRESH - 1),
        "asked": (choice, ANSWER, [ANSWER, *range(DIGITS)], TEXTS["options"]),
        "units": (int_slider, 32, 0, MOST_UNITS),
        "learning_rate": (log_slider, 0.2, -3, 1),
        "epochs": (int_slider, 60, 0, MOST_EPOCHS, 5),
        "batch_size": (choice, 32, ["all", 128, 32, 8], TEXTS["options"]),
        "drawing": (drawing_field, BLANK),
    }

    def __init__(self, **start: Any) -> None:
        self.data, self.fresh = digits()
        controls = self.made(TEXTS["controls"], start)
        if "drawing" not in start:
            controls["drawing"].value = self._written(controls["picture"].value)
        super().__init__(controls, WIDTH, above=[self._above(controls)], line_height="7.5em")
        controls["picture"].observe(weakly(self.take), "value")
        self._settings = dict[str, Any]()
        self.start()

    def _above(self, controls: Mapping[str, Any]) -> Any:
        """Return the paper, and the other controls beside it."""
        *others, drawn = controls.values()
        self.buttons = {
            name: button(label, getattr(self, name), tooltip=TEXTS["tooltips"][name])
            for name, label in TEXTS["buttons"].items()
        }
        left = paper(drawn, buttons=[*self.buttons.values()], **TEXTS["paper"])
        right = widgets.VBox(others, layout={"flex": "1 1 0", "min_width": "0"})
        return widgets.HBox([left, right]).add_class("course-whole-row")

    def _written(self, picture: int) -> str:
        return as_signs(self.fresh[0][:, picture], TEXTS["controls"]["drawing"])

    def take(self, *_: Any) -> None:
        """Draw the fresh picture as it was written."""
        self.controls.drawing.value = self._written(self.controls.picture.value)

    def clear(self) -> None:
        """Begin anew, on white paper."""
        self.controls.drawing.value = BLANK

    def frames(self, request: Request) -> Iterator[Frame]:
        """Say what the network says of the drawing, while it learns and when it has learned.

        A training goes on where another request has interrupted it, unless that has changed what
        it depends on.
        """
        state = request.state
        settings = {name: state[name] for name in SETTINGS}
        settings["learning_rate"] = two_digits(state["learning_rate"])
        if settings == self._settings:
            yield self._frame(state)
        else:
            self._begin(settings)
        for _ in self._slices:
            yield self._frame(state)

    def _begin(self, settings: dict[str, Any]) -> None:
        """Make a new network, and what trains it a slice at a time."""
        hidden = [settings["units"]] if settings["units"] else []
        sizes, names = [SIDE * SIDE, *hidden, DIGITS], ["relu"] * len(hidden) + ["softmax"]
        self.begin(MLP(sizes, names, SEED, loss="cross-entropy"), self.data, self.fresh)
        every = max(1, settings["epochs"] // RECORDS)
        slices = self.train(settings, SLICE, SLICE, record_every=every)
        self._settings, self._slices = settings, chain(slices, [None])  # and one when it is done

    def _frame(self, state: Mapping[str, Any]) -> Frame:
        """Go forward with the drawing, and back to its squares: one more step of the recursion."""
        self.X = ink_of(state["drawing"])
        self.A, caches = self.network.forward(self.X)
        asked = int(self.A.argmax()) if state["asked"] == ANSWER else state["asked"]
        delta = self.network.backward(caches, np.eye(DIGITS)[:, [asked]]).delta
        self.speaks = {l - 1: -self.network.W[l].T @ delta[l] for l in delta}
        units = caches.A[1] if len(delta) > 1 else np.empty((0, 1))
        picture = _picture(self.speaks, units, self.A, asked)
        return Frame(picture, together(self._said(state, units, asked)))

    def _said(self, state: Mapping[str, Any], units: Array, asked: int) -> Iterator[str]:
        """Say the answer, what was drawn, what speaks for it, and how good the network is."""
        texts, (X, Y), picture = TEXTS["said"], self.fresh, state["picture"]
        first, second = np.argsort(-self.A[:, 0], kind="stable")[:2]
        shares = {"share": f"{self.A[first, 0]:.2f}", "other": f"{self.A[second, 0]:.2f}"}
        yield texts["answer"].format(first=first, second=second, **shares)
        is_written = np.array_equal(self.X[:, 0], X[:, picture])
        said = texts["written" if is_written else "changed" if self.X.any() else "blank"]
        yield said.format(picture=picture, label=int(Y[:, picture].argmax()))
        if units.size:
            yield texts["units"].format(active=(units > 0).sum(), units=len(units))
        yield from _strongest(self.speaks[0], asked)
        if self.records:
            right = f"{accuracy(self.network.predict(X), Y):.1%}"
            train, epochs = f"{self.records[-1].train_accuracy:.1%}", self.records[-1].epoch
            shares = {"train": train, "fresh": right}
            yield texts["network"].format(network=self.network, epochs=epochs, **shares)
        if self.stopped:
            yield self.stopped


def _strongest(speaks: Array, asked: int) -> Iterator[str]:
    """Say in which squares more ink speaks most for the digit and against it."""
    texts = TEXTS["said"]
    if not speaks.any():
        yield texts["nothing"].format(asked=asked)
    for key, sign in (("for", 1), ("against", -1)):
        place = int((sign * speaks).argmax())
        if sign * speaks[place, 0] > 0:
            row, column = divmod(place, SIDE)
            yield texts[key].format(asked=asked, row=row + 1, column=column + 1)


# The picture


def _picture(speaks: Mapping[int, Array], units: Array, shares: Array, asked: int) -> str:
    """Draw what the squares say, the units of layer 1 and the ten shares, side by side."""
    titles, alt = TEXTS["titles"], escape(TEXTS["alt"].format(asked=asked))
    active, name = int((units > 0).sum()), "units" if units.size else "no_units"
    columns = {0: "pixels", UNITS: name, SHARES: "shares"}
    parts = [
        _words(x, 14, titles[key].format(active=active, units=len(units)), "title")
        for x, key in columns.items()
    ]
    parts += [*_squares(speaks[0][:, 0]), *_bars_of_shares(shares[:, 0], asked), *_legend(asked)]
    if units.size:
        parts += _bars_of_units(units[:, 0], speaks[1][:, 0])
    return (
        f'<div class="digits-lab"><svg role="img" aria-label="{alt}" class="course-picture" '
        f'width="{WIDTH}" viewBox="0 0 {WIDTH} {HEIGHT}">{"".join(parts)}</svg></div>'
    )


def _words(x: float, y: float, words: str, kind: str = "") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}">{escape(words)}</text>'


def _bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'
    )


def _squares(speaks: Array) -> Iterator[str]:
    """Draw each square, the darker the more it says; the strong ones have a sign besides."""
    largest = float(np.abs(speaks).max()) or 1.0
    for place, share in enumerate(speaks / largest):
        row, column = divmod(place, SIDE)
        x, y = column * SQUARE, TOP + row * SQUARE
        yield _bar(x, y, SQUARE, SQUARE, COLOURS[round(100 * (1 + share))])
        if abs(share) >= STRONG:
            yield _words(x + SQUARE / 2, y + 20, "+" if share > 0 else "−", "sign")


def _bars_of_units(units: Array, speaks: Array) -> Iterator[str]:
    """Draw a bar upwards for each unit that is on, the longest as high as there is room."""
    largest, step = float(units.max()) or 1.0, (SHARES - UNITS - 40) / len(units)
    for i, (unit, speak) in enumerate(zip(units, speaks, strict=True)):
        height = ROOM * unit / largest
        colour = FOR if speak > 0 else AGAINST
        yield _bar(UNITS + i * step, BASE - height, 0.8 * step, height, colour)


def _bars_of_shares(shares: Array, asked: int) -> Iterator[str]:
    """Draw a bar to the right for each digit, and its share as a number."""
    for digit, share in enumerate(shares):
        y, length = TOP + 24 * digit, (ROOM - 16) * share
        yield _words(SHARES, y + 16, str(digit))
        yield _bar(SHARES + 18, y + 2, length, 18, FOR if digit == asked else AGAINST)
        yield _words(SHARES + 26 + length, y + 16, f"{share:.2f}")


def _legend(asked: int) -> Iterator[str]:
    """Draw a square of each colour, and what it says."""
    for x, key, colour in ((0, "for", FOR), (UNITS, "against", AGAINST)):
        yield _bar(x, BASE + 12, 14, 14, colour)
        yield _words(x + 22, BASE + 24, TEXTS["legend"][key].format(asked=asked))
    yield _words(SHARES, BASE + 24, TEXTS["legend"]["lengths"])
