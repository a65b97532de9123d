"""Down to the rows and back: slices by dimension, filter and order over all rows, one case, one contact, addresses.

Starting the app costs half a second, so one session checks several things in a row.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from carecli.boards.drill import RowsAsked
from carecli.errors import CareError
from carecli.tui.screens.backlog import BacklogScreen
from carecli.tui.screens.case import CaseScreen
from carecli.tui.screens.contact import ContactScreen
from carecli.tui.screens.explain import ExplainScreen
from carecli.tui.screens.rows import RowsScreen
from carecli.tui.screens.slice import SliceScreen
from carecli.tui.widgets.figure_strip import FigureStrip
from carecli.tui.widgets.heat_map import HeatMap
from tests.tui.driving import LARGE, SMALL, WIDE, board_screen, care, drive, page, polled, press, table, type_in
from tests.tui.fake_desk import NOW, FakeDesk

LIVE = int(NOW.timestamp())


def asked(pilot: Pilot[None]) -> RowsAsked:
    """What the rows on top were last asked for."""
    screen = pilot.app.screen
    assert isinstance(screen, RowsScreen)
    return screen.asked


def crumbs(pilot: Pilot[None]) -> str:
    return " › ".join(board_screen(pilot).crumbs())


def ids(pilot: Pilot[None]) -> list[str]:
    """The keys of the rows shown."""
    return [line.key for line in table(pilot).shown]


def test_a_slice_goes_by_each_dimension_and_a_step_deeper_on_a_name():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "j", "enter")
        assert crumbs(pilot) == "Queues › Billing › chat › by issue type"
        text = page(pilot)
        for words in ("Service level", "CSAT 28d", "● 97.6 %", "By issue type   b: by tier, agent", "refund"):
            assert words in text
        await press(pilot, "b", "b")
        assert desk.calls[-1] == ("slice", (LIVE, {"queue": "Billing", "channel": "chat"}, "", "agent"))
        assert "A. Amari" in page(pilot)  # the name that is known, not the id
        await press(pilot, "j", "enter")
        assert desk.calls[-1][1] == (LIVE, {"queue": "Billing", "channel": "chat", "agent": "u-2"}, "", "")
        assert crumbs(pilot) == "Queues › Billing › chat › B. Brandt › by issue type"
        await press(pilot, "escape")
        assert (table(pilot).cursor_row, board_screen(pilot).crumbs()[-1]) == (1, "by agent")
        await press(pilot, "l", "l", "l", "enter")  # a number: its rows
        assert isinstance(pilot.app.screen, RowsScreen)
        assert desk.calls[-1] == (
            "rows",
            (LIVE, "service_level", {"queue": "Billing", "channel": "chat", "agent": "u-2"}),
        )
        await press(pilot, "escape")
        assert (table(pilot).cursor_row, table(pilot).cursor_column) == (1, 3)
        await press(pilot, "tab")
        strip = pilot.app.screen.query_one(FigureStrip)
        assert strip.has_focus
        await press(pilot, "l", "l")
        assert strip.figure is not None
        assert strip.figure.metric == "aht_p50"
        assert "Handle time p50" in page(pilot)
        await press(pilot, "enter")
        assert desk.calls[-1] == ("rows", (LIVE, "aht_p50", {"queue": "Billing", "channel": "chat"}))
        await press(pilot, "escape", "e")
        assert isinstance(pilot.app.screen, ExplainScreen)
        await press(pilot, "R")  # from where a number comes from to its rows
        assert isinstance(pilot.app.screen, RowsScreen)
        assert desk.calls[-1][1] == (LIVE, "aht_p50", {"queue": "Billing", "channel": "chat"})
        await press(pilot, "e", "R")  # over those rows it only closes
        assert isinstance(pilot.app.screen, RowsScreen)
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, SliceScreen)

    drive(check, desk, size=WIDE)


def test_where_nothing_is_left_to_part_a_name_opens_its_rows_and_capital_r_the_rows_of_any_number():
    desk = FakeDesk()
    slice_of = desk.slice
    desk.slice = lambda *told: replace(slice_of(*told), dimensions=("issue_type",))

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "enter", "j")
        assert "invoice: enter opens its rows" in page(pilot)
        for key in ("enter", "R"):
            await press(pilot, key)
            assert desk.calls[-1] == (
                "rows",
                (LIVE, "offered", {"queue": "Billing", "channel": "voice", "issue_type": "invoice"}),
            )
            await press(pilot, "escape")
        await press(pilot, "escape", "R")
        assert desk.calls[-1] == ("rows", (LIVE, "service_level", {"queue": "Billing", "channel": "voice"}))
        assert crumbs(pilot) == "Queues › Billing › voice › Service level › 40 of 129 rows"
        await press(pilot, "1", "R")  # a tile of the stand-up
        assert desk.calls[-1] == ("rows", (LIVE, "service_level", {"channel": "voice"}))
        await press(pilot, "escape", "2", "2", "home", "R")
        assert "no number under the cursor" in page(pilot)

    drive(check, desk)


def test_filter_order_and_pages_are_asked_of_all_rows_and_stay_when_one_comes_back():
    desk = FakeDesk()
    desk.rows_count, desk.case_count = 1200, 500

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "R")
        assert crumbs(pilot).endswith("500 of 1,200 rows")
        assert "1,200 rows: 900 in time, 300 late   on this page 1 to 500   left out 1: 1 test (x lists" in page(pilot)
        assert len(ids(pilot)) == 500
        await press(pilot, "n", "n")
        assert (asked(pilot).first, ids(pilot)[0], len(ids(pilot))) == (1000, "legs 1000", 200)
        assert crumbs(pilot).endswith("1,001 to 1,200 of 1,200 rows")
        await press(pilot, "n")
        assert "no more rows that way" in page(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "c0007")  # on the first page, though the third is shown
        assert (asked(pilot).words, asked(pilot).first, ids(pilot)) == (("c0007",), 0, ["legs 7"])
        assert "1 of 1,200 rows with /c0007: 0 in time, 1 late" in page(pilot)
        await press(pilot, "backspace", "backspace", "enter")
        assert (asked(pilot).words, crumbs(pilot).endswith("100 rows")) == (("c00",), True)
        await press(pilot, "s")
        assert (asked(pilot).sort, asked(pilot).descending) == ("when", False)
        assert "Arrived ↑" in page(pilot)
        await press(pilot, "S")
        await press(pilot, "g", "j", "j")
        assert (asked(pilot).descending, ids(pilot)[0]) == (True, "legs 99")
        await press(pilot, "c")
        assert desk.calls[-1] == ("contact", (None, "talkdesk", "c0097"))
        assert isinstance(pilot.app.screen, ContactScreen)
        await press(pilot, "escape")
        assert table(pilot).cursor_row == 2
        assert (asked(pilot).words, asked(pilot).sort, asked(pilot).descending) == (("c00",), "when", True)
        assert "/c00" in page(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "zz")
        assert "0 of 1,200 rows with /zz" in page(pilot)
        await press(pilot, "escape")  # clears the filter
        assert (asked(pilot).words, crumbs(pilot).endswith("500 of 1,200 rows")) == ((), True)

    drive(check, desk, size=WIDE)


def test_rows_left_out_are_listed_with_their_reason_and_the_number_does_not_move_under_the_reader():
    desk = FakeDesk()
    desk.rows_count = 6

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "R", "x")
        assert asked(pilot).left_out
        assert "○ left out: test" in page(pilot)
        assert crumbs(pilot).endswith("7 rows")
        assert [call for call in desk.calls if call[0] == "rows"][-1][1][0] == LIVE
        await press(pilot, "x")
        assert "left out: test" not in page(pilot)
        assert "● in time" in page(pilot)
        assert "▲ late" in page(pilot)
        desk.stamp, desk.rows_count = 2, 9
        await polled(pilot)  # new data is read at once, as of now
        assert [call for call in desk.calls if call[0] == "rows"][-1][1][0] is None
        assert crumbs(pilot).endswith("9 rows")
        await press(pilot, "y")
        assert care(pilot).clipboard.split("\t")[1] == "● in time"
        desk.fail = CareError("the store is in use")
        await press(pilot, "x")
        assert "▲ the store is in use" in page(pilot)
        assert len(ids(pilot)) == 9

    drive(check, desk, size=WIDE)


def test_a_row_opens_its_case_else_its_contact_and_both_lead_on():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "R", "j", "enter")  # the second row has no case
        assert isinstance(pilot.app.screen, ContactScreen)
        text = page(pilot)
        for words in (
            "inbound voice in Billing",
            "Stays in queues",
            "csat  4 of 5",
            "Z-48203 (its case)",
            "C-7F3K9QX2",
        ):
            assert words in text
        await press(pilot, "j", "enter")
        assert desk.calls[-1] == ("case", (None, "zendesk", "Z-48208"))
        assert isinstance(pilot.app.screen, CaseScreen)
        assert "contact c0001 › case Z-48208" in page(pilot)
        await press(pilot, "tab")
        assert "Contacts" in page(pilot)
        await press(pilot, "enter")
        assert desk.calls[-1] == ("contact", (None, "talkdesk", "c0007"))
        await press(pilot, "escape", "tab")
        text = page(pilot)
        for words in ("92 of 100", "reviewed by Q. Quill", "The customer's other open cases", "no answer"):
            assert words in text
        await press(pilot, "enter")
        assert desk.calls[-1] == ("case", (None, "zendesk", "Z-48205"))
        await press(pilot, "escape", "escape", "escape")
        assert table(pilot).cursor_row == 1
        await press(pilot, "k", "enter")
        assert desk.calls[-1] == ("case", (None, "zendesk", "Z-48200"))

    drive(check, desk, size=WIDE)


def test_an_address_is_copied_and_opened_only_where_the_settings_say_with_what_and_never_over_ssh(
    monkeypatch: pytest.MonkeyPatch,
):
    desk, started = FakeDesk(), []
    for name in ("SSH_CONNECTION", "SSH_TTY", "SSH_CLIENT"):
        monkeypatch.delitem(os.environ, name, raising=False)

    def start(command: list[str], **options: Any) -> None:
        assert options["start_new_session"]
        assert not options.get("shell")
        started.append(command)

    monkeypatch.setattr(subprocess, "Popen", start)

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "R", "o")
        assert desk.calls[-1] == ("address", ("zendesk", "Z-48200", None))
        assert "no address known: name a template of zendesk" in page(pilot)
        desk.web_address = "https://desk.example/tickets/Z-48201?a=b&c=d"
        await press(pilot, "j", "o")
        assert desk.calls[-1] == ("address", ("talkdesk", None, "c0001"))
        assert care(pilot).clipboard == desk.web_address
        assert started == []
        desk.open_with = "open-url --new 'a tab'"
        await press(pilot, "o")
        assert started == [["open-url", "--new", "a tab", desk.web_address]]
        monkeypatch.setitem(os.environ, "SSH_CONNECTION", "far away")
        care(pilot).copy_to_clipboard("")
        await press(pilot, "k", "enter", "o")
        assert (len(started), care(pilot).clipboard) == (1, desk.web_address)
        assert desk.calls[-1] == ("address", ("zendesk", "Z-48200", None))
        monkeypatch.delitem(os.environ, "SSH_CONNECTION")
        desk.open_with = "no 'closing quote"
        care(pilot).clear_notifications()
        await press(pilot, "o")
        assert "open_with can't be started" in page(pilot)

    drive(check, desk, size=WIDE)


def test_whose_turn_it_is_stands_on_the_backlog_at_every_width_and_each_number_opens_its_rows():
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        for size, turns in ((SMALL, "us 129  customer 129  3rd party 129"), (WIDE, "on us 129   on the customer 129")):
            await pilot.resize_terminal(*size)
            await press(pilot, "3", "3")
            text = page(pilot)
            assert turns in text
            assert "unassigned 55" in text
            assert "no reply yet 77" in text
        assert pilot.app.screen.query_one(HeatMap).headings[4:] == (
            *("total", "on us", "on cust", "on 3rd", "nobody", "no reply", "stale", "oldest"),
        )
        await press(pilot, "t")
        assert pilot.app.screen.query_one(HeatMap).headings[4:] == ("total", "stale", "in 7 d", "out 7 d", "oldest")
        await press(pilot, "t", *("l" * 8), "enter")
        assert desk.calls[-1] == ("rows", (LIVE, "unassigned", {"queue": "Billing"}))
        await press(pilot, "escape")
        assert isinstance(pilot.app.screen, BacklogScreen)
        await pilot.resize_terminal(*LARGE)
        await press(pilot, "t")
        assert "both stand side by side already" in page(pilot)
        headings = pilot.app.screen.query_one(HeatMap).headings
        assert {"on us", "no reply", "in 7 d", "out 7 d"} <= {*headings}

    drive(check, desk)
