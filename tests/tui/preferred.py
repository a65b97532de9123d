"""Driving the app with preferences of its user."""

from __future__ import annotations

import asyncio

from carecli.tui.app import CareApp
from carecli.tui.preferences import Preferences
from tests.tui.driving import WIDE, Check, settled
from tests.tui.fake_desk import FakeDesk


def drive_with(check: Check, preferences: Preferences, desk: FakeDesk | None = None) -> None:
    """Run the app at 120x40 as its user set it."""

    async def session() -> None:
        shown = desk or FakeDesk()
        app = CareApp(shown, title="Northwind Care", banner=None, poll_sec=3600, preferences=preferences)
        async with app.run_test(size=WIDE, notifications=True) as pilot:
            await settled(pilot)
            await check(pilot)

    asyncio.run(session())
