"""A wall: boards in turn, without tabs and keys, and on after a failure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, time

import pytest
from textual.pilot import Pilot

from carecli.boards.playlist import Showing
from carecli.errors import CareError
from carecli.tui.screens.wall import WallApp
from tests.tui.driving import LARGE, SMALL, page, press, settled
from tests.tui.fake_desk import NOW, FakeDesk

Check = Callable[[Pilot[None]], Awaitable[None]]
PLAYLIST = (
    Showing("queues"),
    Showing("standup", 3),
    Showing("scorecard", begins=time(20), ends=time(6)),
    Showing("backlog", where={"queue": "Billing"}),
)


def run(
    check: Check,
    desk: FakeDesk,
    *,
    size: tuple[int, int] = SMALL,
    asked: list[dict[str, str]] | None = None,
    playlist: Sequence[Showing] = PLAYLIST,
    now: datetime = NOW,
) -> None:
    def desk_of(where: Mapping[str, str]) -> FakeDesk:
        if asked is not None:
            asked.append(dict(where))
        return desk

    async def session() -> None:
        app = WallApp(playlist, desk_of, lambda: now, poll_sec=3600)
        async with app.run_test(size=size) as pilot:
            await settled(pilot)
            await check(pilot)

    asyncio.run(session())


@pytest.mark.parametrize("size", [SMALL, LARGE, (40, 12)])
def test_boards_come_in_turn_without_chrome(size):
    desk, asked = FakeDesk(), []

    async def check(pilot: Pilot[None]) -> None:
        for _ in range(3):
            assert "? keys" not in page(pilot)
            assert "2 Queues" not in page(pilot)
            assert "as of" in page(pilot)
            await press(pilot, "n")

    run(check, desk, size=size, asked=asked)
    assert [call for call, _ in desk.calls] == ["queues", "standup_run", "backlog", "queues"]
    assert asked == [{}, {}, {"queue": "Billing"}, {}]


def test_screens_dont_pile_up():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, *"nnnnnnnn")
        assert len(pilot.app.screen_stack) == 2

    run(check, FakeDesk())


def test_a_board_that_fails_says_so_and_the_next_turn_is_well():
    desk = FakeDesk()
    desk.fail = CareError("the store is in use")

    async def check(pilot: Pilot[None]) -> None:
        assert "the store is in use" in page(pilot)
        desk.fail = None
        await press(pilot, "n")
        assert "the store is in use" not in page(pilot)
        assert "Open by age" in page(pilot)

    run(check, desk)


def test_where_nothing_is_due_the_board_stays():
    desk = FakeDesk()
    late = (Showing("backlog", begins=time(20), ends=time(21)),)

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "n")
        assert [call for call, _ in desk.calls] == ["backlog"]

    run(check, desk, playlist=late)


def test_a_number_doesnt_open_a_board():
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "5")
        assert pilot.app.current_mode == "wall"

    run(check, FakeDesk())
