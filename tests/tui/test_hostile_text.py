"""Exported text can't break the app: any payload in any slot of any board is shown literally or not at all."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from textual.pilot import Pilot

from carecli.errors import CareError
from carecli.text import clean
from carecli.tui import crash
from carecli.tui.messages import BoardFailed
from tests.tui.driving import LARGE, WIDE, board_screen, care, drive, page, press, strips, type_in
from tests.tui.fake_desk import FakeDesk

MARKUP = (
    "[red]X[/]", "[/nope]", "[/", "[1] [A-2]", "([sys:LOCK=SAFE])", "[@click=app.quit]X[/]", "[link=file:///x]X[/link]",
    "[[b]]", "[", "]", "\\[b]", "[bold", "$error", "[b]$name[/b]", ":smile:", "{0}%s", "<b>&amp;", "`x` *y*",
)  # fmt: skip
CONTROL = (
    "\x1b[31mred", "\x1b]52;c;QUFB\x1b\\", "\x1b]8;;http://x\x1b\\x", "\x1b[2J", "\x1b]0;title\x07", "\x9b31m",
    "\x9d0;t\x9c",    "\x00nul", "\x7fdel", "\x0eso", "\x1bPdcs\x1b\\", "\x1b[c", "bell\x07", "a\rb\x08c\x0b\x0c",
    "tab\tnew\nline\u2028s\x85t",
)  # fmt: skip
UNICODE = (
    "\u202eoverride", "\u2066isolate\u2069", "zero\u200bwidth\ufeff", "tag\U000e0041", "\ud800lone", "\ufffe",
    "e" + "\u0301" * 40, "漢字カタカナ", "👩\u200d👩\u200d👧 flag 🇩🇪", "می\u200cخواهم", "", " ", "W" * 5000,
    "漢" * 3000,
)  # fmt: skip
PAYLOADS = (*MARKUP, *CONTROL, *UNICODE)
BIDI = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


COCKTAILS = (
    "[/nope][b] \x1b[31m\x9b2J[@click=app.quit]X \u202e\x00\x1b]52;c;QUFB\x1b\\ 漢 [red]",
    "\x1b]8;;x\x1b\\ [1][A-2] ([sys:LOCK]) \u2066\u200b\ud800 [link=x]y \x7f\n\t" + "W" * 3000,
)
"""Many payloads in one text, so that every slot gets each of them."""


WAYS = (
    *(["1", "1", "r"], ["e"], ["escape", "2", "2", "r"], ["enter"], ["l", "enter"], ["x"], ["enter"], ["escape", "c"]),
    *(["3", "3", "r"], ["enter"]),
)
"""Over every screen: stand-up, explain, queues, slice, rows, case, contact, backlog, cases."""


def foreign(pilot: Pilot[None]) -> list[str]:
    """Characters on the screen that a terminal would act on."""
    return [
        f"{ord(character):x}"
        for strip in strips(pilot)
        for character in strip.text
        if unicodedata.category(character) in ("Cc", "Cs") or character in BIDI
    ]


def look(pilot: Pilot[None], payload: str, seen: str) -> None:
    """As much of the payload as a narrow column shows stands there as it is; nothing reaches the terminal's ear."""
    assert foreign(pilot) == [], seen
    assert clean(payload)[:6].strip() in page(pilot), seen


def test_payloads_in_every_slot_of_every_screen():
    """All texts are equal, so are all names and keys."""
    desk = FakeDesk()
    desk.notes = ("a note",)

    async def check(pilot: Pilot[None]) -> None:
        app = care(pilot)
        for payload in COCKTAILS:
            desk.say = lambda text, payload=payload: payload
            app.owner, app.banner = clean(payload), payload
            for keys in WAYS:
                await press(pilot, *keys)
                look(pilot, payload, f"{keys} {payload!r}")

    drive(check, desk, banner="a banner")


def test_each_payload_is_shown_literally_in_tables_banners_and_notices():
    desk = FakeDesk()
    desk.case_count = desk.rows_count = len(PAYLOADS)
    desk.case_line = lambda number: replace(FakeDesk().case_line(0), subject=PAYLOADS[number], case_id=f"Z{number}")

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "3", "enter")
        assert foreign(pilot) == []
        assert [payload for payload in PAYLOADS if clean(payload)[:24].strip() not in page(pilot)] == []
        for payload in (*MARKUP[:8], *CONTROL[:3], *UNICODE[:2]):
            care(pilot).clear_notifications()
            care(pilot).say(payload)
            board_screen(pilot).post_message(BoardFailed(crash.reason(CareError(payload)), 0))
            await pilot.pause()
            look(pilot, payload, repr(payload))
            assert page(pilot).count(clean(payload)[:6]) >= 2

    drive(check, desk, size=LARGE)


def test_a_queue_name_is_literal_in_the_palette():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        desk.say = lambda text: f"[/q][@click=app.quit]\x1b[2J{text}"
        await press(pilot, "2", "colon")
        await type_in(pilot, "queue")
        assert foreign(pilot) == []
        assert "queue [/q][@click=app.quit]␛[2JBilling" in page(pilot)

    drive(check, desk, size=WIDE)
