"""When a lab works: the newest move wins, a stale answer is dropped, none is forgotten.

The clock of these tests stands still while something is done, and jumps where all would sleep.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

import pytest

from helpers.tests.clock import run
from helpers.widgets import base
from helpers.widgets.base import Lab
from helpers.widgets.controls import int_slider

FRAMES, TICK = 4, base.BREATH / 4


class Counter(Lab):
    """A lab with one slider; an answer takes `FRAMES` frames, and shows how far it is."""

    def __init__(self) -> None:
        self.drawn: list[tuple[int, int]] = []  # of which value, which frame
        self.meanwhile: dict[int, Callable[[], None]] = {}  # what comes in before a frame is drawn
        super().__init__({"value": int_slider("value", 0, 0, 100)}, width=100, height=50)

    def frames(self, state: dict[str, Any]) -> Iterator[None]:
        for frame in range(FRAMES):
            self.come_in(frame)
            self.now = state["value"], frame
            yield
        self.come_in(FRAMES)

    def come_in(self, frame: int) -> None:
        self.meanwhile.pop(frame, lambda: None)()

    def move(self, value: int) -> None:
        self.controls.value.value = value

    def picture(self) -> str:
        self.drawn.append(self.now)
        return "{}: {}".format(*self.now)

    def sharp_picture(self) -> str:
        return f"sharp {self.now[0]}"

    def describe(self) -> str:
        return f"value {self.now[0]}"


@pytest.fixture
def lab() -> Counter:
    made = Counter()
    made.drawn.clear()
    return made


def follow(lab: Counter, moves: Coroutine[Any, Any, None]) -> None:
    """Make moves, and wait until the lab rests."""

    async def both() -> None:
        await moves
        while lab._worker is not None:
            await asyncio.sleep(base.BREATH)
        await asyncio.sleep(2 * base.REST)

    run(both())


def all_frames_of(value: int) -> list[tuple[int, int]]:
    return [(value, frame) for frame in range(FRAMES)]


def test_a_single_move_is_answered_frame_by_frame(lab: Counter) -> None:
    async def moves() -> None:
        lab.move(1)

    follow(lab, moves())
    assert lab.drawn == all_frames_of(1)
    assert lab._picture.value == "sharp 1"


def test_a_stale_answer_is_dropped_after_its_frame(lab: Counter) -> None:
    async def moves() -> None:
        lab.move(1)
        while not lab.drawn:
            await asyncio.sleep(TICK)
        lab.move(2)

    follow(lab, moves())
    assert lab.drawn == [(1, 0), *all_frames_of(2)]


def test_a_move_that_comes_while_a_frame_is_computed_makes_it_stale(lab: Counter) -> None:
    async def moves() -> None:
        lab.meanwhile[1] = lambda: lab.move(2)
        lab.move(1)

    follow(lab, moves())
    assert lab.drawn == [(1, 0), (1, 1), *all_frames_of(2)]


def test_moves_in_quick_succession_are_one(lab: Counter) -> None:
    async def moves() -> None:
        for value in range(1, 11):
            lab.move(value)
            await asyncio.sleep(base.BREATH / 2)

    follow(lab, moves())
    assert lab.drawn == all_frames_of(10)


def test_moves_without_end_are_answered_all_the_same(lab: Counter) -> None:
    async def moves() -> None:
        for value in range(1, 101):
            lab.move(value)
            await asyncio.sleep(base.BREATH / 2)

    follow(lab, moves())
    assert len({value for value, _ in lab.drawn}) > 2
    assert lab.drawn[-FRAMES:] == all_frames_of(100)


@pytest.mark.parametrize("frame", range(FRAMES + 1))
def test_a_move_that_comes_during_the_work_is_never_forgotten(lab: Counter, frame: int) -> None:
    async def moves() -> None:
        lab.meanwhile[frame] = lambda: lab.move(2)
        lab.move(1)

    follow(lab, moves())
    assert lab.drawn[-FRAMES:] == all_frames_of(2)
    assert lab._answered == lab._asked


def test_what_is_answered_is_not_computed_again(lab: Counter) -> None:
    async def moves() -> None:
        lab.move(1)
        while lab.drawn != all_frames_of(1):
            await asyncio.sleep(TICK)
        await asyncio.sleep(2 * base.BREATH)  # for the worker to see that the answer has ended
        assert lab.text == "value 1"
        await asyncio.sleep(base.REST)
        assert lab.text == "value 1"

    follow(lab, moves())
    assert lab.drawn == all_frames_of(1)


def test_asked_for_its_text_a_lab_finishes_at_once(lab: Counter) -> None:
    async def moves() -> None:
        lab.move(1)
        while not lab.drawn:
            await asyncio.sleep(TICK)
        assert lab.text == "value 1"

    follow(lab, moves())
    assert lab.drawn == [(1, 0), *all_frames_of(1)]


def test_it_is_not_drawn_sharply_while_moves_come(lab: Counter) -> None:
    shown: list[str] = []
    lab._picture.observe(lambda change: shown.append(change["new"]), "value")

    async def moves() -> None:
        for value in range(1, 31):
            lab.move(value)
            await asyncio.sleep(1 / 30)

    follow(lab, moves())
    assert [picture for picture in shown if "sharp" in picture] == ["sharp 30"]
    assert shown[-1] == "sharp 30"
