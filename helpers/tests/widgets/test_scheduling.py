"""When work is done: the newest request wins, a stale answer is dropped, none is forgotten.

The clock of these tests stands still while something is done, and jumps where all would sleep.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Sequence
from typing import Any

import pytest

from helpers.tests.clock import run
from helpers.widgets.scheduling import BREATH, MOST_BREATHS, REST, Scheduler

FRAMES, TICK = 4, BREATH / 4
Shown = tuple[int, int] | str  # of which request, which frame; or that it rests


class Desk:
    """Answers numbers, each in `FRAMES` frames, and notes what is shown."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self.meanwhile: dict[int, Callable[[], None]] = {}  # what comes while a frame is computed
        rest = lambda: self.shown.append("rest")  # noqa: E731
        self.scheduler = Scheduler(self.answer, self.shown.append, rest)

    def answer(self, number: int) -> Iterator[Shown]:
        for frame in range(FRAMES + 1):
            self.meanwhile.pop(frame, lambda: None)()
            if frame < FRAMES:
                yield number, frame

    def ask(self, number: int) -> None:
        self.scheduler.ask(number)

    async def until_something_is_shown(self) -> None:
        while not self.shown:
            await asyncio.sleep(TICK)

    def follow(self, requests: Coroutine[Any, Any, None]) -> list[Shown]:
        """Let requests come, wait until all rests, and return what was shown."""

        async def both() -> None:
            await requests
            async with asyncio.timeout(60):  # of this clock
                while not self.scheduler.is_idle:
                    await asyncio.sleep(BREATH)
            await asyncio.sleep(2 * REST)

        run(both())
        return self.shown


@pytest.fixture
def desk() -> Desk:
    return Desk()


def all_of(number: int) -> list[Shown]:
    return [(number, frame) for frame in range(FRAMES)]


def test_a_request_is_answered_frame_by_frame(desk: Desk) -> None:
    async def requests() -> None:
        desk.ask(1)

    assert desk.follow(requests()) == [*all_of(1), "rest"]


def test_without_an_event_loop_it_is_answered_at_once_and_nothing_comes_later(desk: Desk) -> None:
    desk.ask(1)
    assert desk.shown == all_of(1)
    assert desk.scheduler.is_idle


def test_a_stale_answer_is_dropped_after_its_frame(desk: Desk) -> None:
    async def requests() -> None:
        desk.ask(1)
        await desk.until_something_is_shown()
        desk.ask(2)

    assert desk.follow(requests()) == [(1, 0), *all_of(2), "rest"]


@pytest.mark.parametrize("numbers", ["123456789", "987654321", ["1000"] * 9])
def test_requests_in_quick_succession_are_one(desk: Desk, numbers: Sequence[str]) -> None:
    async def requests() -> None:
        for number in numbers:
            desk.ask(int(number))
            await asyncio.sleep(BREATH / 2)

    assert desk.follow(requests()) == [*all_of(int(numbers[-1])), "rest"]


def test_it_rests_after_as_long_a_pause_as_is_said(desk: Desk) -> None:
    async def requests() -> None:
        desk.ask(1)
        for number in (FRAMES, FRAMES + 1):
            while len(desk.shown) < number:
                await asyncio.sleep(TICK)
            times.append(asyncio.get_running_loop().time())

    times: list[float] = []
    desk.follow(requests())
    # one breath more finds that nothing is left to show, and one that it has been quiet
    assert times[1] - times[0] == pytest.approx(REST + 2 * BREATH, abs=TICK)


def test_requests_without_end_are_answered_all_the_same(desk: Desk) -> None:
    async def requests() -> None:
        for number in range(1, 101):
            desk.ask(number)
            await asyncio.sleep(BREATH / 2)

    shown = desk.follow(requests())
    answered = 2 * (MOST_BREATHS + 1)  # as two come in a breath
    assert shown == [(answered, 0), (2 * answered, 0), *all_of(100), "rest"]


def test_a_request_that_comes_at_the_last_moment_is_answered_before_it_rests(desk: Desk) -> None:
    async def requests() -> None:
        desk.ask(1)
        desk.scheduler._end(1)

    assert desk.follow(requests()) == [*all_of(1), "rest"]


@pytest.mark.parametrize("frame", range(FRAMES + 1))
def test_a_request_that_comes_during_the_work_takes_over(desk: Desk, frame: int) -> None:
    async def requests() -> None:
        desk.meanwhile[frame] = lambda: desk.ask(2)
        desk.ask(1)

    assert desk.follow(requests()) == [*all_of(1)[:frame], *all_of(2), "rest"]


@pytest.mark.parametrize("after", range(FRAMES + 1))
def test_what_is_to_be_finished_goes_on_from_where_it_is(desk: Desk, after: int) -> None:
    async def requests() -> None:
        desk.ask(1)
        while len(desk.shown) < after:
            await asyncio.sleep(TICK)
        desk.scheduler.finish()
        assert desk.shown == all_of(1) and desk.scheduler.is_idle
        await asyncio.sleep(REST / 2)
        desk.scheduler.finish()

    assert desk.follow(requests()) == [*all_of(1), "rest"]


def test_requests_that_are_finished_at_once_rest_once(desk: Desk) -> None:
    async def requests() -> None:
        for number in range(3):
            desk.ask(number)
            desk.scheduler.finish()

    assert desk.follow(requests()) == [*all_of(0), *all_of(1), *all_of(2), "rest"]


def test_it_does_not_rest_while_requests_come(desk: Desk) -> None:
    async def requests() -> None:
        for number in range(1, 31):
            desk.ask(number)
            await asyncio.sleep(1 / 30)

    shown = desk.follow(requests())
    assert shown[shown.index("rest") - 1 :] == [(30, FRAMES - 1), "rest"]


def test_a_failed_answer_fails_again_until_another_is_asked(desk: Desk) -> None:
    def fail() -> None:
        raise ValueError("no")

    async def requests() -> None:
        desk.meanwhile[1] = fail
        desk.ask(1)
        with pytest.raises(ValueError, match="no"):
            await desk.scheduler._worker  # type: ignore[misc]
        assert desk.shown == [(1, 0)]
        desk.meanwhile[0] = fail
        with pytest.raises(ValueError, match="no"):
            desk.scheduler.finish()
        desk.ask(2)

    assert desk.follow(requests()) == [(1, 0), *all_of(2), "rest"]


def test_after_its_event_loop_has_ended_it_answers_at_once(desk: Desk) -> None:
    async def requests() -> None:
        desk.ask(1)
        await desk.until_something_is_shown()

    run(requests())
    desk.ask(2)
    assert desk.shown == [(1, 0), *all_of(2)]
