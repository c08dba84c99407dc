"""What all labs share: every setting is shown as it is, and a lab leaves nothing behind."""

import asyncio
import base64
import contextlib
import gc
import random
import re
import tracemalloc
import weakref
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from io import BytesIO
from itertools import combinations
from typing import Any
from unittest.mock import patch

import ipywidgets as widgets
import matplotlib as mpl
import numpy as np
import pytest
from ipywidgets.widgets.widget import _instances
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from helpers.labs.activation import ActivationLab
from helpers.labs.backward import BackwardLab
from helpers.tests import clock
from helpers.tests.labs import all_labs
from helpers.tests.notebooks.formulas.cells import cells_of, markdown_of
from helpers.tests.refresh_notebooks import NAMES
from helpers.validation import Array
from helpers.widgets import lifetime
from helpers.widgets.controls import checked, options_of
from helpers.widgets.lab import CanvasLab, Lab
from helpers.widgets.scheduling import BREATH, REST
from helpers.widgets.shown import LINE

LABS = all_labs()
MOVES, BURST = 50, 25
# of 255, from the sharp picture; one pixel aside makes 5 and more. Before 3.11, Matplotlib puts
# letters on whole pixels, and twice the pixels put them up to half of one aside.
MOST_DIFFERENCE = 4 if mpl.__version_info__ >= (3, 11) else 7
VISIBLE = 25  # of 255; where a point moves by a pixel, some differ by 100 and more
ADDRESS = re.compile(r"data:image/jpeg;base64,[^\"\s]*")
NARROW, SMALLEST = 582, 9  # pixels: a picture beside JupyterLab's files at 1024, its letters
# what a task sets a control to, or how many it asks for
SET = r"\b(seed|noise|samples|epochs|learning rate|picture|units of layer \d)\*?(?: back)?(?: to)?"
ASKED = re.compile(rf"{SET} ([\d,.]*\d)\b|\b(\d[\d,]*) (units|layers|epochs|samples)\b")
MOST_BYTES = 50_000  # that the moves may leave in memory; one picture is as much


def make(kind: Any, **settings: Any) -> Any:
    few = {name: values[-1] for name, values in LABS[kind].few.items()}
    return kind(**few | settings)


shared = cache(make)  # a lab takes a second to make, and goes from any state to any other


@pytest.fixture(scope="module", autouse=True)
def less_to_do() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for tested in LABS.values():
            tested.with_less(patch)
        yield


@pytest.fixture(params=LABS)
def kind(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def lab(kind: Any) -> Any:
    return shared(kind)


def values_of(control: Any) -> list[Any]:
    """Return all values that a control can take."""
    if hasattr(control, "options"):
        return options_of(control)
    count = round((control.max - control.min) / control.step) + 1
    values = [control.min + i * control.step for i in range(count)]
    return [control.base**value for value in values] if hasattr(control, "base") else values


def values_to_combine(lab: Lab) -> dict[str, list[Any]]:
    """Return the values to try of all controls, by name."""
    few = LABS[type(lab)].few
    return {name: few.get(name) or values_of(it) for name, it in vars(lab.controls).items()}


def states(lab: Lab) -> Iterator[dict[str, Any]]:
    """Yield a state for each end of each slider and each button, the rest drawn at random."""
    rng, all_values = random.Random(0), values_to_combine(lab)
    for name, values in all_values.items():
        is_slider = hasattr(getattr(lab.controls, name), "max")
        for value in (values[0], values[-1]) if is_slider else values:
            # the ends as often as all between: that is where something breaks
            drawn = {
                n: rng.choice([v[0], v[-1], *rng.choices(v, k=2)]) for n, v in all_values.items()
            }
            yield drawn | {name: value}


def set_state(lab: Lab, state: Mapping[str, Any]) -> dict[str, Any]:
    """Set it, sizes first: they decide of how many samples, steps and weights there are."""
    after = {name: state[name] for name in LABS[type(lab)].followers}
    lab.state = {name: value for name, value in state.items() if name not in after}
    for name, value in after.items():
        after[name] = min(value, getattr(lab.controls, name).max)
        lab.state = {name: after[name]}
    return {**state, **after}


def pixels(address: str) -> Array:
    data = base64.b64decode(address.removeprefix("data:image/jpeg;base64,"))
    image: Array = imread(BytesIO(data), format="jpeg").astype(float)
    return image


def shows_the_same(one: str, other: str) -> bool:
    """Whether two pictures look alike: where an array lies in memory moves last bits."""
    words = [ADDRESS.sub("", picture) for picture in (one, other)]
    images = [[pixels(found) for found in ADDRESS.findall(picture)] for picture in (one, other)]
    return words[0] == words[1] and all(
        np.abs(a - b).max() < VISIBLE for a, b in zip(*images, strict=True)
    )


# Settings


def test_every_control_at_its_ends_and_the_others_anywhere(lab: Any) -> None:
    # kinds of points one after the other: between two of them all that rests is drawn anew
    for state in sorted(states(lab), key=lambda state: str(state.get("data"))):
        expected = set_state(lab, state)
        assert lab.state == pytest.approx(expected)
        shown = lab.text + ADDRESS.sub("", lab._picture.value)
        assert not re.search(r"\b(nan|inf|infinity)\b", shown, re.IGNORECASE)
        LABS[type(lab)].check(lab)


def test_the_plain_form_is_the_text(lab: Any) -> None:
    bundle = lab._repr_mimebundle_()
    plain = bundle["text/plain"]
    assert plain == f"{lab!r}\n(Run the cell to move the sliders.)"
    assert plain.split() == f"{lab.text} (Run the cell to move the sliders.)".split()
    assert max(map(len, plain.split("\n"))) <= LINE
    assert "application/vnd.jupyter.widget-view+json" in bundle


def test_its_arrays_have_the_shapes_that_its_docstring_says(lab: Any) -> None:
    for name, said in re.findall(r"^ *(\w+) : ndarray, shape (\([^,]+,\))", lab.__doc__, re.M):
        assert getattr(lab, name).shape == eval(said, {**lab.state}), name


def test_each_control_says_what_it_is(kind: Any, lab: Any) -> None:
    controls = vars(lab.controls)
    labels = {name: name.replace("_", " ") for name in controls} | LABS[kind].labels
    assert {name: control.description for name, control in controls.items()} == labels
    for control in controls.values():
        assert control.tooltip == control.description
        if hasattr(control, "options"):
            names = [str(option) for option in options_of(control)]
            assert [*control._options_labels] == names
            assert [*control.tooltips] == [f"{control.description}: {name}" for name in names]


def test_its_tasks_ask_for_what_its_controls_can_be_set_to(kind: Any, lab: Any) -> None:
    cell = "lab-" + kind.__module__.rpartition(".")[2].replace("_", "-")
    lesson = next(name for name in NAMES if cell in cells_of(name))
    for name, number, many, what in ASKED.findall(markdown_of(lesson)["lab"]):
        value, named = float((number or many).replace(",", "")), (name or what).rstrip("s")
        control = next(c for c in vars(lab.controls).values() if named in c.description)
        checked(control, int(value) if value.is_integer() else value)


def test_no_word_of_a_picture_is_cut_small_or_lies_on_another(kind: Any, lab: Any) -> None:
    if not issubclass(kind, CanvasLab):
        return
    for end in (0, -1):
        lab.state = {name: values[end] for name, values in values_to_combine(lab).items()}
        figure = lab._panels.canvas.figure
        scale = NARROW / figure.get_figwidth() / 72
        sizes = {text.get_text(): scale * text.get_fontsize() for text in words_of(figure)}
        assert {text: size for text, size in sizes.items() if size < SMALLEST} == {}
        found = [(text.get_text(), text.get_window_extent()) for text in words_of(figure)]
        corners = [(text, box.get_points()) for text, box in found]
        size, room = figure.bbox.size, 3  # of letters that go below the line, which few do
        cut = [text for text, at in corners if at.min() < -room or (at > size + room).any()]
        assert cut == []
        both = [(a, b) for (a, box), (b, other) in combinations(found, 2) if box.overlaps(other)]
        assert both == []


def words_of(figure: Figure) -> Iterator[Text]:
    """Yield what is written in a figure and seen."""
    for ax in filter(Axes.get_visible, figure.axes):
        legend = ax.get_legend()
        texts = [ax.title, ax.xaxis.label, ax.yaxis.label, *ax.texts]
        texts += legend.get_texts() if legend else []
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            ticks = [tick for tick in axis.get_major_ticks() if low <= tick.get_loc() <= high]
            texts += [label for tick in ticks for label in (tick.label1, tick.label2)]
        for text in texts:
            if text.get_text().strip() and text.get_visible() and text.get_alpha() != 0:
                yield text


def test_an_unknown_name_is_refused(lab: Any) -> None:
    names = re.escape(str(list(lab.state)))
    with pytest.raises(ValueError, match=rf"state has \['rate'\]; expected some of {names}"):
        lab.state = {"rate": 1}
    for state in (None, 3, "z", ["z"], np.ones(2)):
        with pytest.raises(TypeError, match=r"^state is of type .*; expected a dict"):
            lab.state = state


@pytest.mark.parametrize(("name", "bad"), [("z", np.nan), ("activation", None)])
def test_a_control_keeps_nothing_that_was_refused(name: str, bad: Any) -> None:
    lab = shared(ActivationLab)
    before, shown = lab.state, lab.text
    with pytest.raises((TypeError, ValueError)):
        getattr(lab.controls, name).value = bad
    assert (lab.state, lab.text) == (before, shown)


def test_a_mistake_of_a_lab_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    lab = make(BackwardLab)
    monkeypatch.setattr(lab, "frames", lambda request: iter([1 // 0]))
    with pytest.raises(ZeroDivisionError):
        lab.controls.seed.value = 4
    assert "This lab made a mistake, not you: ZeroDivisionError(" in lab._line.value


# A storm of moves


async def storm(lab: Lab, name: str) -> None:
    """Make many moves, in bursts, and wait until the last is answered."""
    control = getattr(lab.controls, name)
    values = values_of(control)
    for i in range(MOVES):
        control.value = values[i % len(values)]
        if i % BURST == 0:
            await asyncio.sleep(4 * BREATH)  # long enough for an answer to begin
    await until_answered(lab)


async def until_answered(lab: Lab) -> None:
    while not lab._scheduler.is_idle:
        await asyncio.sleep(BREATH)


def test_after_a_storm_of_moves_the_newest_is_shown_and_nothing_is_left_in_memory(
    kind: Any, lab: Any
) -> None:
    sizes = []
    start = set_state(lab, {n: v[:2][-1] for n, v in values_to_combine(lab).items()})
    tracemalloc.start()
    try:
        for _ in range(2):  # the first fills caches
            with patch.object(lab, "frames", side_effect=lab.frames) as answers:
                clock.run(storm(lab, LABS[kind].moved))
            assert answers.call_count <= MOVES / BURST + 2
            last, words, picture = lab.state, lab._shown.words, lab._picture.value
            lab.state = start
            gc.collect()
            sizes.append(tracemalloc.get_traced_memory()[0])
    finally:
        tracemalloc.stop()
    values = values_of(getattr(lab.controls, LABS[kind].moved))
    assert last == pytest.approx(start | {LABS[kind].moved: values[(MOVES - 1) % len(values)]})
    assert sizes[1] - sizes[0] < MOST_BYTES
    lab.state = last
    assert words == lab.text
    assert shows_the_same(picture, lab._picture.value)


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

    def forget(self) -> None:
        self.outputs.clear()
        lifetime._made.clear()


def test_a_state_is_one_move_and_a_lab_leaves_nothing_behind(
    kind: Any, lab: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    gc.collect()
    before, cell = len(_instances), Cell(monkeypatch)
    values = {name: each[-1] for name, each in values_to_combine(lab).items()}
    set_state(lab, {name: each[0] for name, each in values_to_combine(lab).items()})

    def at_its_end() -> Any:
        followers = LABS[kind].followers
        made = make(kind, **{n: value for n, value in values.items() if n not in followers})
        set_state(made, values)
        return made

    first = cell.execute(at_its_end)
    text, picture = first.text, first._picture.value
    figure = weakref.ref(first._panels.canvas.figure) if issubclass(kind, CanvasLab) else None
    arrays = [*arrays_of(first)]
    assert arrays
    for array in arrays:  # what a lab hands out is its own
        with contextlib.suppress(ValueError):  # read-only
            array[...] = array * 5 + 1
    gc.collect()
    there = len(_instances)
    second = cell.execute(at_its_end)
    assert len(_instances) == there
    assert first._picture.value == ""
    assert figure is None or figure() is None
    with patch.object(lab, "frames", side_effect=lab.frames) as answers:
        lab.state = second.state
    assert [call.args[0].state for call in answers.call_args_list] == [second.state] == [lab.state]
    # nothing stays in the picture of what was there before
    for one in (second, lab):
        assert one.text == text
        assert shows_the_same(one._picture.value, picture)
    gone = weakref.ref(second)
    cell.forget()
    del first, second, one  # nobody has them any more
    gc.collect()
    assert gone() is None
    assert len(_instances) == before


def test_an_earlier_lab_goes_on_without_its_widgets(monkeypatch: pytest.MonkeyPatch) -> None:
    cell = Cell(monkeypatch)
    first = cell.execute(BackwardLab)
    beside = cell.execute(BackwardLab, "b")
    both = cell.execute(lambda: [BackwardLab(), BackwardLab(step=3)])
    assert [lab.view.comm is None for lab in (first, beside, *both)] == [True, False, False, False]
    first.state = {"step": 2}
    assert first.text.startswith("Step 2 of ")
    (plain,) = first._repr_mimebundle_().values()
    assert " ".join(plain.split("\n")).startswith(first.text)


# Rest


def pictures_of(lab: Any, values: list[Any]) -> list[str]:
    """Start a lab and move its slider, with short pauses and a long one; return the pictures."""
    pictures: list[str] = []
    lab._picture.observe(lambda change: pictures.append(change["new"]), "value")

    async def moves() -> None:
        lab.start()
        for value in values:
            await asyncio.sleep(REST / 3)
            getattr(lab.controls, LABS[type(lab)].moved).value = value
            await until_answered(lab)
        await asyncio.sleep(3 * REST)

    clock.run(moves())
    lab._picture.unobserve_all("value")
    return pictures


def test_the_picture_is_sharp_at_rest_and_only_then(kind: Any, lab: Any) -> None:
    *moved, rested = pictures_of(lab, values_of(getattr(lab.controls, LABS[kind].moved))[2:4])
    assert not any("srcset=" in picture for picture in moved)
    assert ("srcset=" in rested) == issubclass(kind, CanvasLab)
    assert re.sub(r'srcset="[^"]*" ', "", rested) == lab._shown.picture
    lab.finish()
    assert lab._picture.value == rested
    for address in re.findall(r'srcset="(\S*) 2x"', rested):
        fine, coarse = pixels(address), pixels(ADDRESS.findall(rested)[0])
        height, width, _ = coarse.shape
        assert (width, height) == lab._panels.canvas.size
        assert fine.shape == (2 * height, 2 * width, 3)
        halved = fine.reshape(height, 2, width, 2, 3).mean(axis=(1, 3))
        before = pixels(ADDRESS.findall(moved[0])[0])
        assert np.abs(halved - coarse).mean() < np.abs(halved - before).mean()
        assert np.abs(halved - coarse).mean() < MOST_DIFFERENCE
