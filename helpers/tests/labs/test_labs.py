"""What all labs share: every setting is shown as it is, and the newest move wins."""

import asyncio
import base64
import contextlib
import gc
import random
import re
import tracemalloc
import weakref
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any

import ipywidgets as widgets
import matplotlib as mpl
import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances
from matplotlib.image import imread

from helpers.labs.activation import ActivationLab
from helpers.labs.backward import BackwardLab
from helpers.labs.forward import ForwardLab
from helpers.labs.gradient_check import GradientCheckLab
from helpers.labs.training import TrainingLab
from helpers.tests import clock
from helpers.tests.labs import (
    test_activation,
    test_backward,
    test_forward,
    test_gradient_check,
    test_training,
)
from helpers.validation import Array
from helpers.widgets import lifetime
from helpers.widgets.lab import Lab
from helpers.widgets.scheduling import BREATH, REST

# each with what holds the text and the picture of a state against the helpers
CHECKS: dict[type[Any], Callable[[Any], None]] = {
    ActivationLab: test_activation.check,
    ForwardLab: test_forward.check,
    BackwardLab: test_backward.check,
    GradientCheckLab: test_gradient_check.check,
    TrainingLab: test_training.check,
}
PIXELS = [ActivationLab, GradientCheckLab, TrainingLab]  # the others are drawings
MOVED = {  # the slider that is moved again and again
    ActivationLab: "z",
    ForwardLab: "layer_1",
    BackwardLab: "step",
    GradientCheckLab: "epsilon",
    TrainingLab: "seed",
}
UNITS = {f"layer_{l}": f"units of layer {l}" for l in (1, 2, 3)}
LABELS: dict[type[Any], dict[str, str]] = {  # what stands beside each control
    ActivationLab: {
        "z": "input z", "activation": "activation", "depth": "number of layers",
        "weight_scale": "weights, times He's",
    },
    ForwardLab: {
        "depth": "number of layers", **UNITS, "layer_3": "units of layers 3–7",
        "samples": "samples", "activation": "activation", "weights": "weights",
    },
    BackwardLab: {
        "inputs": "inputs", "layer_1": UNITS["layer_1"], "layer_2": UNITS["layer_2"],
        "outputs": "outputs", "samples": "samples", "activation": "activation",
        "output_activation": "output activation", "seed": "seed", "sample": "marked sample",
        "step": "step",
    },
    GradientCheckLab: {
        "epsilon": "nudge ε", "sides": "difference", "dtype": "numbers",
        "activation": "activation", "training": "network",
    },
    TrainingLab: {
        "learning_rate": "learning rate", "epochs": "epochs", **UNITS, "activation": "activation",
        "batch_size": "samples per step", "noise": "noise of the data", "seed": "seed",
    },
}  # fmt: skip
COMBINATIONS, MOVES, BURST = 30, 400, 25
# where other things than the training are looked at; alone, the slider goes to its ends
QUICK: dict[type[Any], dict[str, Any]] = {TrainingLab: {"epochs": 20}}
SOME_EPOCHS = [0, 10, 20]
# of 255, from the sharp picture; one pixel aside makes 5 and more. Before 3.11, Matplotlib puts
# letters on whole pixels, and twice the pixels put them up to half of one aside.
MOST_DIFFERENCE = 4 if mpl.__version_info__ >= (3, 11) else 5
VISIBLE = 25  # of 255; where a point moves by a pixel, some differ by 100 and more
ADDRESS = re.compile(r"data:image/jpeg;base64,[^\"\s]*")
MOST_BYTES = 100_000  # that 400 moves may leave in memory, about as much as one picture


@pytest.fixture(params=CHECKS)
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


def ends(control: Any) -> list[Any]:
    """Return the least, the present and the greatest value, or all entries of a menu."""
    values = values_of(control)
    return values if hasattr(control, "options") else [values[0], control.value, values[-1]]


def values_of(control: Any) -> list[Any]:
    """Return all values that a control can take."""
    if hasattr(control, "options"):
        return list(control.options)
    count = round((control.max - control.min) / control.step) + 1
    values = [control.min + i * control.step for i in range(count)]
    return [control.base**value for value in values] if hasattr(control, "base") else values


def values_to_combine(lab: Lab) -> dict[str, list[Any]]:
    """Return the values of all controls by name, but for epochs only a few."""
    values = {name: values_of(control) for name, control in vars(lab.controls).items()}
    return values | ({"epochs": SOME_EPOCHS} if "epochs" in values else {})


def check(lab: Lab) -> None:
    shown = lab.text + re.sub(r'"data:[^"]*"', "", lab._picture.value)
    assert not re.search(r"\b(nan|inf|infinity)\b", shown, re.IGNORECASE)
    CHECKS[type(lab)](lab)


def pixels(address: str) -> Array:
    data = base64.b64decode(address.removeprefix("data:image/jpeg;base64,"))
    image: Array = imread(BytesIO(data), format="jpeg").astype(float)
    return image


def shows_the_same(one: str, other: str) -> bool:
    """Whether two pictures look alike: where an array lies in memory moves last bits."""
    words = [ADDRESS.sub("", picture) for picture in (one, other)]
    if words[0] != words[1]:
        return False
    images = [[pixels(found) for found in ADDRESS.findall(picture)] for picture in (one, other)]
    return all(np.abs(a - b).max() < VISIBLE for a, b in zip(*images, strict=True))


def count_answers(lab: Any) -> list[Any]:
    """Return a list that grows by the state of each answer that is begun."""
    frames, begun = lab.frames, []

    def counted(request: Any) -> Any:
        begun.append(dict(request.state))
        yield from frames(request)

    lab._scheduler._answer = counted
    return begun


# Settings


def test_every_control_at_its_ends(kind: Any) -> None:
    lab = kind()
    values = {name: ends(control) for name, control in vars(lab.controls).items()}
    lab.state = QUICK.get(kind, {})
    others = lab.state
    for name, values_of_one in values.items():
        for value in values_of_one:
            lab.state = {name: value}
            assert lab.state[name] == pytest.approx(value)
            check(lab)
        lab.state = others


def test_random_combinations(kind: Any) -> None:
    lab, rng = kind(), random.Random(0)
    values = values_to_combine(lab)
    for _ in range(COMBINATIONS):
        # the ends as often as all between: that is where something breaks
        drawn = {n: rng.choice([v[0], v[-1], *rng.choices(v, k=2)]) for n, v in values.items()}
        # of how many samples and steps there are, the sizes decide
        after = {n: drawn.pop(n) for n in ("sample", "step") if n in drawn}
        lab.state = drawn
        lab.state = {n: min(v, getattr(lab.controls, n).max) for n, v in after.items()}
        check(lab)


def test_a_state_is_one_move_and_read_back(kind: Any) -> None:
    first, second, rng = kind(), kind(), random.Random(1)
    first.state = {n: rng.choice(v) for n, v in values_to_combine(first).items()}
    begun = count_answers(second)
    second.state = first.state
    assert second.state == first.state
    assert begun == [first.state]
    assert second.text == first.text
    fresh = kind(**first.state)  # nothing stays in the picture of what was there before
    assert shows_the_same(second._picture.value, first._picture.value)
    assert shows_the_same(first._picture.value, fresh._picture.value)


def test_the_plain_form_is_the_text(kind: Any) -> None:
    lab = kind()
    bundle = lab._repr_mimebundle_()
    assert bundle["text/plain"] == lab.text == repr(lab)
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_each_control_has_its_own_label(kind: Any) -> None:
    controls = vars(kind(**QUICK.get(kind, {})).controls)
    assert {name: control.description for name, control in controls.items()} == LABELS[kind]


def test_an_unknown_name_is_refused(kind: Any) -> None:
    lab = kind()
    names = re.escape(str(list(lab.state)))
    with pytest.raises(ValueError, match=rf"state has \['rate'\]; expected some of {names}"):
        lab.state = {"rate": 1}


# A storm of moves


async def storm(lab: Lab, name: str, moves: int = MOVES) -> None:
    """Make many moves, in bursts, and wait until the last is answered."""
    control = getattr(lab.controls, name)
    values = values_of(control)
    for i in range(moves):
        control.value = values[i % len(values)]
        if i % BURST == 0:
            await asyncio.sleep(4 * BREATH)  # long enough for an answer to begin
    await until_answered(lab)


async def until_answered(lab: Lab) -> None:
    while not lab._scheduler.is_idle:
        await asyncio.sleep(BREATH)


def test_after_a_storm_of_moves_the_newest_is_shown(kind: Any) -> None:
    quick, name = QUICK.get(kind, {}), MOVED[kind]
    lab = kind(**quick)
    begun = count_answers(lab)
    clock.run(storm(lab, name))
    values = values_of(getattr(lab.controls, name))
    last = values[(MOVES - 1) % len(values)]
    assert lab.state[name] == pytest.approx(last)
    assert 1 <= len(begun) <= MOVES / BURST + 1
    assert begun[-1] == lab.state
    other = kind(**quick, **{name: last})
    assert lab.text == other.text
    assert shows_the_same(lab._picture.value, other._picture.value)


def growth(lab: Lab, name: str) -> int:
    """Return how many bytes a storm leaves in memory, after two small ones that fill caches."""
    sizes, start = [], lab.state
    tracemalloc.start()
    try:
        for moves in (MOVES // 20, MOVES // 20, MOVES):
            clock.run(storm(lab, name, moves))
            lab.state = start
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    return sizes[-1] - sizes[-2]


def test_a_storm_of_moves_leaves_nothing_in_memory(kind: Any) -> None:
    lab = kind(**QUICK.get(kind, {}))
    assert growth(lab, MOVED[kind]) < MOST_BYTES


def test_a_leak_of_pictures_would_be_noticed() -> None:
    lab, hoard = ForwardLab(), []
    lab._picture.observe(lambda change: hoard.append(change["new"]), "value")
    assert growth(lab, "layer_1") > MOST_BYTES


# What a lab hands out, and what it leaves behind


def arrays_of(lab: Any) -> Iterator[Array]:
    """Yield every array that can be reached from a lab's public attributes."""
    names = [name for name in {*dir(lab), *vars(lab)} if name[0] != "_"]
    found = [getattr(lab, name) for name in names if not callable(getattr(lab, name))]
    seen: set[int] = set()
    while found:
        value = found.pop()
        if id(value) in seen or isinstance(value, widgets.Widget):
            continue
        seen.add(id(value))
        if isinstance(value, np.ndarray):
            yield value
        elif isinstance(value, Mapping):
            found += value.values()
        elif isinstance(value, list | tuple):
            found += value
        elif type(value).__module__.startswith("helpers."):
            found += [getattr(value, name) for name in dir(value) if name[0] != "_"]


def test_what_a_lab_hands_out_is_its_own(kind: Any) -> None:
    settings = QUICK.get(kind, {})
    first, other = kind(**settings), kind(**settings)
    text, picture = other.text, other._picture.value
    arrays = [*arrays_of(first)]
    assert arrays
    for array in arrays:
        with contextlib.suppress(ValueError):  # read-only
            array[...] = array * 5 + 1
    other.ask()
    for lab in (other, kind(**settings)):
        assert lab.text == text and shows_the_same(lab._picture.value, picture)


def test_a_lab_that_nobody_has_any_more_is_gone(kind: Any) -> None:
    lab, there = kind(**QUICK.get(kind, {})), len(_instances)
    gone = weakref.ref(lab)
    del lab
    gc.collect()
    assert gone() is None
    made = kind(**QUICK.get(kind, {}))
    assert len(_instances) <= there
    del made


class Cell:
    """Stands in for IPython while a cell runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.run, self.id = 0, ""
        self.outputs: list[Any] = []
        monkeypatch.setattr(lifetime, "get_ipython", lambda: self)
        monkeypatch.setattr(lifetime, "_made", {})

    def get_parent(self) -> dict[str, Any]:
        return {"header": {"msg_id": str(self.run)}, "metadata": {"cellId": self.id}}

    def execute(self, make: Callable[[], Any], id: str = "a") -> Any:
        self.run, self.id = self.run + 1, id
        self.outputs.append(make())  # as Out does
        return self.outputs[-1]


def test_a_cell_that_runs_again_leaves_nothing_behind(
    kind: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    cell, settings = Cell(monkeypatch), QUICK.get(kind, {})
    first = cell.execute(lambda: kind(**settings))
    first._repr_mimebundle_()
    figure = weakref.ref(first._panels.canvas.figure) if kind in PIXELS else None
    gc.collect()
    there = len(_instances)
    cell.execute(lambda: kind(**settings))
    assert len(_instances) == there
    assert first._picture.value == ""
    assert figure is None or figure() is None


def test_an_earlier_lab_goes_on_without_its_widgets(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = Cell(monkeypatch)
    first = cell.execute(ActivationLab)
    beside = cell.execute(ActivationLab, "b")
    both = cell.execute(lambda: [ActivationLab(), ActivationLab(depth=3)])
    assert [lab.view.comm is None for lab in (first, beside, *both)] == [True, False, False, False]
    first.state = {"z": 2.0}
    assert "at z = 2.00" in first.text
    assert first._repr_mimebundle_() == {"text/plain": first.text}


# Rest


def sharp(picture: str) -> bool:
    return "srcset=" in picture


def pictures_of(lab: Lab, name: str, pauses: list[float]) -> list[str]:
    """Move a slider, once before each pause; return the pictures that come."""
    pictures: list[str] = []
    lab._picture.observe(lambda change: pictures.append(change["new"]), "value")

    async def moves() -> None:
        control = getattr(lab.controls, name)
        values = values_of(control)
        for pause, value in zip(pauses, values, strict=False):
            control.value = value
            await until_answered(lab)
            await asyncio.sleep(pause)

    clock.run(moves())
    return pictures


def test_the_picture_is_sharp_at_rest_and_only_then(kind: Any) -> None:
    lab = kind()
    *moved, rested = pictures_of(lab, MOVED[kind], [REST / 3] * 5 + [3 * REST])
    assert not any(map(sharp, moved))
    assert sharp(rested) == (kind in PIXELS)
    lab.finish()
    assert lab._picture.value == rested


@pytest.mark.parametrize("kind", PIXELS, indirect=True)
def test_the_sharp_picture_is_the_same_with_twice_the_pixels(kind: Any) -> None:
    *_, rested = pictures_of(lab := kind(), MOVED[kind], [3 * REST])
    assert re.sub(r'srcset="[^"]*" ', "", rested) == lab._shown.picture
    addresses = re.search(r'src="(\S*)" srcset="(\S*) 2x"', rested)
    assert addresses
    coarse, fine = map(pixels, addresses.groups())
    height, width, _ = coarse.shape
    assert (width, height) == lab._panels.canvas.size
    assert fine.shape == (2 * height, 2 * width, 3)
    halved = fine.reshape(height, 2, width, 2, 3).mean(axis=(1, 3))
    assert np.abs(halved - coarse).mean() < MOST_DIFFERENCE


@pytest.mark.parametrize("kind", PIXELS, indirect=True)
def test_a_new_lab_becomes_sharp(kind: Any) -> None:
    async def make() -> Any:
        lab = kind()
        await asyncio.sleep(3 * REST)
        return lab

    assert sharp(clock.run(make())._picture.value)


def test_a_kept_curve_becomes_sharp() -> None:
    lab = TrainingLab(epochs=50)

    async def keep() -> None:
        lab.keep_curve()
        assert not sharp(lab._picture.value)
        await asyncio.sleep(3 * REST)

    clock.run(keep())
    assert sharp(lab._picture.value)


def test_without_an_event_loop_nothing_comes_later(kind: Any) -> None:
    lab = kind()
    getattr(lab.controls, MOVED[kind]).value = values_of(getattr(lab.controls, MOVED[kind]))[1]
    assert not sharp(lab._picture.value)
