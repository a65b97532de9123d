"""The first screen: answers as they stand, a sentence for what makes no sense, nothing written on leaving."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from carecli.policy.first_choices import FirstChoices
from carecli.tui.screens.first_start import FirstStartApp

Check = Callable[[Pilot[FirstChoices], FirstStartApp], Awaitable[None]]


def first_start(check: Check, size: tuple[int, int] = (80, 24)) -> FirstChoices | None:
    """What the app returns."""
    app = FirstStartApp(FirstChoices("Europe/Berlin", "tally"))

    async def session() -> None:
        async with app.run_test(size=size) as pilot:
            await check(pilot, app)
            await pilot.pause()

    asyncio.run(session())
    return app.return_value


def page(app: FirstStartApp) -> str:
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
def test_answers_are_returned(size: tuple[int, int]) -> None:
    async def check(pilot: Pilot[FirstChoices], app: FirstStartApp) -> None:
        for words in ("Time zone", "Mon-Fri 09:00-18:00", "Exports", "ctrl+s done"):
            assert words in page(app)
        app.query_one("#country", Input).value = "de-be"
        app.query_one("#queue", Input).focus()
        await pilot.press("R", "e", "f", "ctrl+s")

    choices = first_start(check, size)
    assert choices == FirstChoices("Europe/Berlin", "tally", "Mon-Fri 09:00-18:00", "de", "be", where={"queue": "Ref"})


def test_nonsense_is_said_and_stays_to_be_mended() -> None:
    async def check(pilot: Pilot[FirstChoices], app: FirstStartApp) -> None:
        zone = app.query_one("#zone", Input)
        zone.value = "Mars/[b]Base"
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert "no such time zone: 'Mars/[b]Base'" in page(app)
        zone.value = "UTC"
        await pilot.press("ctrl+s")

    choices = first_start(check)
    assert choices is not None
    assert choices.zone == "UTC"


def test_escape_leaves_without_answers() -> None:
    async def check(pilot: Pilot[FirstChoices], app: FirstStartApp) -> None:
        await pilot.press("escape")

    assert first_start(check) is None


def test_enter_goes_from_line_to_line_and_ends() -> None:
    async def check(pilot: Pilot[FirstChoices], app: FirstStartApp) -> None:
        app.query_one("#zone", Input).focus()
        await pilot.press(*["enter"] * 6)

    assert first_start(check) is not None
