"""Driving the app in tests: wait for workers and messages, never for time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from textual.pilot import Pilot
from textual.strip import Strip

from carecli.tui.app import CareApp
from carecli.tui.screens.board_screen import BoardScreen
from carecli.tui.widgets.board_table import BoardTable
from tests.tui.fake_desk import FakeDesk

SMALL, WIDE, LARGE = (80, 24), (120, 40), (200, 60)
_MOVES = frozenset("hjklgGJKsS")
Size = tuple[int, int]
Check = Callable[[Pilot[None]], Awaitable[None]]


def drive(check: Check, desk: FakeDesk | None = None, *, size: Size = SMALL, banner: str | None = None) -> None:
    """Run the app without a terminal, with notices on; nothing is polled unless the test asks."""

    async def session() -> None:
        app = CareApp(desk or FakeDesk(), title="Northwind Care", banner=banner, poll_sec=3600)
        async with app.run_test(size=size, notifications=True) as pilot:
            await settled(pilot)
            await check(pilot)

    asyncio.run(session())


async def settled(pilot: Pilot[None]) -> None:
    """Until no worker runs and no message waits; a worker's message may start the next one."""
    while True:
        await pilot.pause()
        if not any(worker.is_running for worker in pilot.app.workers):
            break
        await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys in order; after those that may load or open something wait until all is quiet."""
    waiting: list[str] = []
    for key in keys:
        waiting.append(key)
        if key not in _MOVES:
            await pilot.press(*waiting)
            await settled(pilot)
            waiting.clear()
    if waiting:
        await pilot.press(*waiting)
        await settled(pilot)


async def polled(pilot: Pilot[None]) -> None:
    """Look for new data, as the app does every few seconds."""
    care(pilot).poll()
    await settled(pilot)


async def type_in(pilot: Pilot[None], text: str) -> None:
    """Type a text, a blank is the space key."""
    await pilot.press(*("space" if character == " " else character for character in text))
    await settled(pilot)


def care(pilot: Pilot[None]) -> CareApp:
    assert isinstance(pilot.app, CareApp)
    return pilot.app


def board_screen(pilot: Pilot[None]) -> BoardScreen:
    assert isinstance(pilot.app.screen, BoardScreen)
    return pilot.app.screen


def table(pilot: Pilot[None]) -> BoardTable:
    """The table of the screen on top."""
    return pilot.app.screen.query(BoardTable).first()


def strips(pilot: Pilot[None]) -> list[Strip]:
    """What the screen on top draws, line by line."""
    return pilot.app.screen._compositor.render_strips()


def page(pilot: Pilot[None]) -> str:
    """The screen on top as text."""
    return "\n".join(strip.text for strip in strips(pilot))
