"""The stand-up's run: pages by number, a clock that stops, decisions typed live; no key gets lost in the boards."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot

from carecli.errors import CareError
from carecli.tui.screens.standup_run import RunClock, StandupApp, StandupRunScreen
from tests.tui.driving import SMALL, WIDE, page, press, settled, type_in
from tests.tui.fake_desk import FakeDesk

Check = Callable[[Pilot[None]], Awaitable[None]]


def run(check: Check, desk: FakeDesk | None = None, *, size: tuple[int, int] = WIDE) -> None:
    async def session() -> None:
        app = StandupApp(desk or FakeDesk(), title="Northwind Care", banner=None, poll_sec=3600)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settled(pilot)
            await check(pilot)

    asyncio.run(session())


def screen(pilot: Pilot[None]) -> StandupRunScreen:
    assert isinstance(pilot.app.screen, StandupRunScreen)
    return pilot.app.screen


class Ticks:
    """Seconds that only a test moves."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_clock_counts_by_page_and_stops():
    now = Ticks()
    clock, seconds = RunClock(now), (240, 180, 180, 180, 120)
    assert clock.left(seconds) == (900, 240)
    now.now += 250
    assert clock.left(seconds) == (650, -10)
    clock.turn_to(1)
    now.now += 30
    clock.toggle()
    now.now += 1000
    assert clock.stopped
    assert clock.left(seconds) == (620, 150)
    clock.toggle()
    now.now += 20
    clock.turn_to(0)
    assert clock.left(seconds) == (600, -10)


def test_r286_numbers_and_arrows_turn_pages():
    async def check(pilot: Pilot[None]) -> None:
        assert "1 Last open day" in page(pilot)
        for key, shown in (("4", 4), ("right", 5), ("n", 1), ("p", 5), ("left", 4), ("1", 1)):
            await press(pilot, key)
            assert screen(pilot).page_number == shown

    run(check)


def test_space_stops_the_clock_and_not_the_data():
    async def check(pilot: Pilot[None]) -> None:
        assert "STOPPED" not in page(pilot)
        await press(pilot, "space")
        assert "STOPPED" in page(pilot)
        assert not screen(pilot).app.paused
        await press(pilot, "space")
        assert "STOPPED" not in page(pilot)

    run(check)


def test_a_decision_is_typed_kept_and_shown():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "d")
        await type_in(pilot, "1 to voice 14/16")
        await press(pilot, "enter")
        assert desk.decisions == ["1 to voice 14/16"]
        assert "1 to voice 14/16" in page(pilot)
        assert screen(pilot).page_number == 1

    run(check, desk)


def test_escape_drops_a_decision():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "d")
        await type_in(pilot, "no")
        await press(pilot, "escape")
        assert desk.decisions == []
        await press(pilot, "2")
        assert screen(pilot).page_number == 2

    run(check, desk)


def test_a_decision_that_cant_be_kept_says_so():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        desk.fail = CareError("the store is in use")
        await press(pilot, "d")
        await type_in(pilot, "x")
        await press(pilot, "enter")
        assert "not kept: the store is in use" in page(pilot)

    run(check, desk)


def test_escape_leaves_for_the_boards_and_one_comes_back():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "3", "escape")
        assert pilot.app.current_mode == "queues"
        await press(pilot, "1")
        assert screen(pilot).page_number == 3

    run(check)


def test_a_small_screen_names_the_page_and_keeps_the_clock():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "5")
        first = next(line for line in page(pilot).splitlines() if "5 People and quality" in line)
        assert "left" in first
        assert "page" in first

    run(check, size=SMALL)
