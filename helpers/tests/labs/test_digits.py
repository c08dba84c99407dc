"""The lab of lesson 6: what it shows of a drawing is so, and a training isn't lost by drawing."""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from helpers.datasets import digits
from helpers.labs import digits as lab_6
from helpers.labs import learning
from helpers.labs.digits import DigitsLab
from helpers.losses import accuracy
from helpers.network import MLP
from helpers.tests.labs import Tested
from helpers.tests.seen import assert_says, is_nearer
from helpers.training import train
from helpers.validation import Array
from helpers.widgets.lab import Request

SIGNS = "0123456789abcdefg"
SHORT: dict[str, Any] = {"epochs": 5, "units": 8}
NUDGE = 1e-6


@pytest.fixture(scope="module")
def lab() -> DigitsLab:
    return DigitsLab(**SHORT)


def drawn(lab: DigitsLab) -> Array:
    """Return the ink of the lab's drawing, row by row."""
    return np.array([[SIGNS.index(sign) / 16] for sign in lab.state["drawing"]])


def asked_of(lab: DigitsLab) -> int:
    asked = lab.state["asked"]
    return int(lab.network.predict(drawn(lab)).argmax()) if asked == "its answer" else int(asked)


def check(lab: DigitsLab) -> None:
    """The text and the picture say what the network makes of the drawing."""
    text, network, asked = lab.text, lab.network, asked_of(lab)
    X = drawn(lab)
    np.testing.assert_array_equal(lab.X, X)
    np.testing.assert_array_equal(lab.A, network.predict(X))
    caches = network.forward(X)[1]
    units = caches.A[1] if network.n_layers > 1 else np.empty((0, 1))
    assert lab.speaks.keys() == {*range(network.n_layers)}
    for l, speaks in lab.speaks.items():
        if l == 0 and (caches.Z[1] == 0).any():
            continue  # on a kink, where a difference says something else
        start = units if l else X
        np.testing.assert_allclose(speaks, nudged(network, l, start, asked), rtol=1e-4, atol=1e-7)
    assert_says(text, " ".join(says(lab, units, asked)))
    picture = read_picture(lab)
    check_squares(picture, lab.speaks[0].reshape(8, 8))
    check_units(picture, units[:, 0], lab.speaks.get(1))
    check_shares(picture, lab.A[:, 0], asked)
    assert picture.legend == {
        f"+ more of it speaks for {asked}": lab_6.FOR,
        f"− more of it speaks against {asked}": lab_6.AGAINST,
    }
    assert "a bar's length: how much of it" in picture.words.values()
    assert picture.alt == (
        f"Left, the squares of the drawing, coloured by whether more ink speaks for {asked} or "
        "against it; in the middle, a bar for each unit of layer 1; right, a bar for the share of "
        "each digit. The line below says what they show."
    )


TESTED = Tested(
    check,
    moved="units",
    # a stroke that grows: a square more in each
    timed={
        "drawing": ["g" * count + "0" * (64 - count) for count in range(1, 65)],
        "units": range(20, 44),
    },
    labels={
        "picture": "fresh picture",
        "asked": "what speaks for",
        "units": "units of layer 1",
        "batch_size": "samples per step",
    },
    few={"epochs": [0, 5], "drawing": ["0" * 64, "g" * 64, "08g4" * 16]},
)


def nudged(network: MLP, l: int, start: Array, asked: int) -> Array:
    """Return −∂L/∂A[l] as two-sided differences of ln of the share that is asked about."""

    def log_share(A: Array) -> Array:
        for layer in range(l + 1, network.n_layers + 1):
            A = network.W[layer] @ A + network.b[layer]
            A = A if layer == network.n_layers else np.maximum(A, 0)
        shifted: Array = A - A.max(axis=0)
        return shifted[asked] - np.log(np.exp(shifted).sum(axis=0))

    nudges = NUDGE * np.eye(len(start))
    slopes: Array = (log_share(start + nudges) - log_share(start - nudges)) / (2 * NUDGE)
    return slopes[:, None]


def says(lab: DigitsLab, units: Array, asked: int) -> list[str]:
    """What the line says, sentence by sentence."""
    state, network, (X, Y) = lab.state, lab.network, lab.fresh
    shares, number = lab.A[:, 0], state["picture"]
    first, second = sorted(range(10), key=lambda digit: -shares[digit])[:2]
    label, ink = int(Y[:, number].argmax()), drawn(lab)[:, 0]
    picture = f"It is no longer fresh picture {number}, which was written as a {label}."
    if np.array_equal(ink, X[:, number]):
        picture = f"Fresh picture {number}, as it was written: a {label}."
    elif not ink.any():
        picture = "The paper is blank."
    on = f"{sum(units[:, 0] > 0)} of {len(units)} units of layer 1 are on."
    right = [100 * accuracy(network.predict(x), y) for x, y in (lab.data, lab.fresh)]
    layers = "relu, softmax" if units.size else "softmax"
    return [
        f"It says {first}, with a share of {shares[first]}; next comes {second}, with "
        f"{shares[second]}. {picture}",
        *[on] * bool(units.size),
        *strongest(lab.speaks[0][:, 0], asked),
        f"MLP {'-'.join(map(str, network.layer_sizes))} ({layers}), {network.theta.size} "
        f"parameters, float64. After {state['epochs']} epochs {right[0]}% of the training digits "
        f"are right, and {right[1]}% of the fresh ones.",
    ]


def strongest(speaks: Array, asked: int) -> list[str]:
    if not speaks.any():
        return [f"No square speaks for {asked} or against it: nothing gets back to them."]
    most, least = (f"row {i // 8 + 1}, column {i % 8 + 1}." for i in np.argsort(-speaks)[[0, -1]])
    said_for = [f"More ink speaks most for {asked} in {most}"] * bool(speaks.max() > 0)
    return said_for + [f"It speaks most against it in {least}"] * bool(speaks.min() < 0)


# The picture


@dataclass(frozen=True)
class Rect:
    """A rectangle, in pixels from the left and from the top."""

    colour: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Picture:
    """What is in the picture: rectangles, and words by where they begin (a sign: its middle)."""

    rects: list[Rect]
    words: dict[tuple[float, float], str]
    titles: dict[str, float]
    legend: dict[str, str]
    alt: str

    def panel(self, title: str) -> list[Rect]:
        """Return the rectangles below a title, up to where the next one begins."""
        left = self.titles[title]
        right = min((x for x in self.titles.values() if x > left), default=np.inf)
        found = [r for r in self.rects if left <= r.x < right]
        return [r for r in found if (r.width, r.height) != (14, 14)]


def rect_of(element: ElementTree.Element) -> Rect:
    x, y, width, height = (float(element.attrib[name]) for name in ("x", "y", "width", "height"))
    return Rect(element.attrib["fill"], x, y, width, height)


def read_picture(lab: DigitsLab) -> Picture:
    (root,) = ElementTree.fromstring(lab._picture.value)  # in what holds it
    rects = [rect_of(element) for element in root.iter("rect")]
    texts = {(float(t.attrib["x"]), float(t.attrib["y"])): t for t in root.iter("text")}
    words = {at: str(text.text) for at, text in texts.items()}
    titles = {words[at]: at[0] for at, text in texts.items() if text.get("class") == "title"}
    legend = {}
    for r in (r for r in rects if (r.width, r.height) == (14, 14)):
        (beside,) = (w for (x, y), w in words.items() if 0 < x - r.x < 30 and 0 < y - r.y < 14)
        legend[beside] = r.colour
    return Picture(rects, words, titles, legend, root.attrib["aria-label"])


def check_squares(picture: Picture, speaks: Array) -> None:
    """A square for each, where it lies in the drawing: its colour, how dark it is, and its sign."""
    squares = sorted(picture.panel("Pixels: what more ink would do"), key=lambda r: (r.y, r.x))
    assert len(squares) == speaks.size
    assert len({(r.x, r.y) for r in squares}) == 64 and len({r.x for r in squares}) == 8
    shares = speaks.ravel() / (np.abs(speaks).max() or 1)
    dark = np.array([3 - sum(to_rgb(r.colour)) for r in squares])
    for sign, colour, other in ((1, lab_6.FOR, lab_6.AGAINST), (-1, lab_6.AGAINST, lab_6.FOR)):
        here = [i for i in np.argsort(sign * shares) if sign * shares[i] > 0]
        assert (np.diff(dark[here]) >= -0.02).all(), "the darker, the more it says"
        for i in here:
            if abs(shares[i]) > 0.1:
                assert is_nearer(squares[i].colour, colour, other)
    for r, share in zip(squares, shares, strict=True):
        inside = [
            w for (x, y), w in picture.words.items() if r.x < x < r.x + 30 and r.y < y < r.y + 30
        ]
        assert inside == (["+" if share > 0 else "−"] if abs(share) >= 0.5 else [])


def check_units(picture: Picture, units: Array, speaks: Array | None) -> None:
    """A bar upwards for each unit, in its order, and the longest is as high as the panel."""
    if speaks is None:
        assert picture.panel("No hidden layer") == []
        return
    bars = picture.panel(f"Layer 1: {sum(units > 0)} of {len(units)} units are on")
    assert [r.x for r in bars] == sorted({r.x for r in bars}) and len(bars) == len(units)
    assert all(r.y + r.height == pytest.approx(264, abs=0.11) for r in bars)
    heights = np.array([r.height for r in bars])
    longest = 236 if units.any() else 0
    np.testing.assert_allclose(heights, longest * units / (units.max() or 1), atol=0.06)
    for r, speak in zip(bars, speaks[:, 0], strict=True):
        assert r.colour == (lab_6.FOR if speak > 0 else lab_6.AGAINST)


def check_shares(picture: Picture, shares: Array, asked: int) -> None:
    """A bar to the right beside each digit, with its share; that of the asked one is violet."""
    bars = picture.panel("The answer")
    left = picture.titles["The answer"]
    for digit, (r, share) in enumerate(zip(bars, shares, strict=True)):
        beside = [(x, w) for (x, y), w in picture.words.items() if x >= left and r.y < y < r.y + 18]
        (_, name), (at, said) = sorted(beside)
        assert (name, said) == (str(digit), f"{share:.2f}") and at > r.x + r.width
        assert r.width == pytest.approx(220 * share, abs=0.06)
        assert r.colour == (lab_6.FOR if digit == asked else lab_6.AGAINST)


# Training and drawing


@pytest.mark.parametrize(("units", "batch_size"), [(8, 32), (0, "all")])
def test_the_network_is_trained_as_the_sliders_say(
    lab: DigitsLab, units: int, batch_size: Any
) -> None:
    lab.state = {"units": units, "batch_size": batch_size, "learning_rate": 10**-0.7, "epochs": 5}
    (X, Y), fresh = digits()
    sizes, names = ((64, 8, 10), ("relu", "softmax")) if units else ((64, 10), ("softmax",))
    network = MLP(sizes, names, 0, loss="cross-entropy")
    size = None if batch_size == "all" else batch_size
    train(network, X, Y, epochs=5, learning_rate=0.2, batch_size=size, progress=0)
    np.testing.assert_allclose(lab.network.theta, network.theta, rtol=1e-9)
    for mine, theirs in zip((*lab.data, *lab.fresh), (X, Y, *fresh), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_drawing_while_it_learns_is_answered_at_once_and_the_training_goes_on(
    lab: DigitsLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lab_6, "SLICE", -1.0)  # a frame at each record
    lab.state = SHORT | {"epochs": 0, "batch_size": 32, "learning_rate": 0.2}
    state = lab.state | {"epochs": 10}
    first = lab.frames(Request(state))
    before = [next(first) for _ in range(3)]
    network, epochs = lab.network, lab.records[-1].epoch
    assert 0 < epochs < 10
    blank = Request(state | {"drawing": "0" * 64})
    at_once, *after = lab.frames(blank)
    assert "The paper is blank." in at_once.words and f"After {epochs} epochs" in at_once.words
    assert f"After {epochs} epochs" in before[-1].words
    assert lab.network is network and "After 10 epochs" in after[-1].words
    assert [record.epoch for record in lab.records] == [*range(11)]
    assert len([*lab.frames(blank)]) == 1
    moved = Request(state | {"learning_rate": 10**-0.7})  # to the slider's place, by JupyterLab
    assert len([*lab.frames(moved)]) == 1 and lab.network is network


def test_a_training_that_ends_early_says_why(
    lab: DigitsLab, monkeypatch: pytest.MonkeyPatch
) -> None:
    def diverges(*_: Any, **__: Any) -> Any:
        raise FloatingPointError("It went too far.")
        yield

    monkeypatch.setattr(learning, "training_steps", diverges)
    lab.state = SHORT | {"units": 9}
    assert lab.text.endswith("It went too far.")


def test_a_fresh_picture_is_drawn_and_can_be_changed_and_taken_again(lab: DigitsLab) -> None:
    lab.state = SHORT | {"picture": 7}
    np.testing.assert_array_equal(lab.X, lab.fresh[0][:, [7]])
    for label, said in (("Clear", "The paper is blank."), ("As written", "as it was written")):
        (button,) = (b for b in lab.buttons.values() if b.description == label)
        button.click()
        assert said in lab.text
    lab.controls.picture.value = 8
    np.testing.assert_array_equal(lab.X, lab.fresh[0][:, [8]])
    assert "Fresh picture 8, as it was written" in lab.text


def test_ink_is_taken_as_numbers_too(lab: DigitsLab) -> None:
    X, _ = lab.fresh
    column = X[:, 3]
    for ink in (column, X[:, [3]], column.reshape(8, 8), [*column], column.astype(np.float32)):
        lab.state = {"picture": 0, "drawing": ink}
        np.testing.assert_array_equal(lab.X, X[:, [3]])
    lab.state = {"drawing": np.linspace(0, 1, 64)}
    np.testing.assert_allclose(lab.X[:, 0], np.linspace(0, 1, 64), atol=1 / 32)
    assert DigitsLab(drawing="g" * 64, **SHORT).X.min() == 1


def test_what_nothing_gets_back_to_is_said(lab: DigitsLab) -> None:
    lab.state = SHORT | {"learning_rate": 10}
    assert "No square speaks for " in lab.text and "0 of 8 units of layer 1 are on." in lab.text
    check(lab)


def test_equal_shares_are_named_in_their_order(lab: DigitsLab) -> None:
    lab.state = SHORT | {"epochs": 0, "drawing": "0" * 64, "asked": "its answer"}
    assert lab.text.startswith("It says 0, with a share of 0.10; next comes 1, with 0.10.")
    check(lab)
