"""The clocks of a case page: nights, holidays and maintenance on the tape, and what moved the due time, in words."""

from __future__ import annotations

import pytest

from carecli.boards.case import case_board
from carecli.policy.pack import load_pack
from carecli.render.clock_words import move_words
from carecli.render.text import render_text
from carecli.tui.widgets.clock_tape import clock_lines
from tests.boards.test_cases import clock, readable
from tests.metrics.build import BERLIN, Centre, at

NIGHT = 'queues.default_calendar = "always"\ncalendars.always.night = { from = "20:00", to = "08:00", factor = 1.3 }\n'
CLOSED = (
    "calendars.business.maintenance = [{ from = 2025-03-17T09:30:00, to = 2025-03-17T10:00:00, pause = true }]\n"
    "calendars.business.closed = [2025-03-14]\n"
)


@pytest.fixture
def page(tmp_path):
    """The page of one case of high priority (P2: 1 h, 1 business day) under a pack of these keys."""

    def build(keys: str, created: str, as_of: str, *events: dict[str, object], **stamps: str):
        path = tmp_path / "northwind.toml"
        path.write_text(f'extends = "tally"\n{keys}', encoding="utf-8")
        centre = Centre()
        centre.case(created, priority="high", **stamps)
        told = [{"from_value": None, "to_value": None, "reason": None, **each, "at": at(each["at"])} for each in events]
        pack, (row,) = load_pack(str(path), zone=BERLIN), readable(centre, [1])
        return case_board(centre.snapshot(), pack, row, told, as_of=at(as_of), zone=BERLIN)

    return build


def _hours(tape):
    return [(piece["state"], f"{piece['from']:%d %H:%M}", f"{piece['to']:%d %H:%M}") for piece in tape]


def test_r95_the_first_response_of_a_night_has_longer_and_the_resolution_has_not(page):
    board = page(NIGHT, "2025-03-18 06:50", "2025-03-18 08:30")
    answer, resolve = clock(board, "first_response"), clock(board, "resolution")
    assert (answer["target_sec"], answer["at_night"], answer["left_sec"]) == (4680, True, -1320)
    assert f"{answer['due_at']:%H:%M}" == "08:08"
    assert _hours(answer["tape"]) == [("night", "18 06:50", "18 08:00"), ("running", "18 08:00", "18 08:30")]
    assert [move_words(move) for move in answer["moves"]] == [
        "due Tue 18 Mar 07:50 -> Tue 18 Mar 08:08: started at night"
    ]
    assert (resolve["target_sec"], resolve["at_night"], resolve["moves"]) == (9 * 3600, False, [])
    shown = render_text(board, width=100, color=False)
    assert "used 1 h 40 of 1 h 18 (night)  late 22:00" in shown
    assert "N" * 10 in shown
    assert "due Tue 18 Mar 07:50 -> Tue 18 Mar 08:08: started at night" in shown


def test_r102_r119_r126_everything_that_moved_a_due_time_is_told(page):
    """Nine hours from Thursday 12:00: Friday is closed, Monday has half an hour of maintenance, an hour of waiting."""
    waiting = {"at": "2025-03-17 11:00", "kind": "status", "from_value": "open", "to_value": "waiting_customer"}
    back = {"at": "2025-03-17 12:00", "kind": "status", "from_value": "waiting_customer", "to_value": "open"}
    board = page(CLOSED, "2025-03-13 12:00", "2025-03-17 12:30", waiting, back)
    resolve = clock(board, "resolution")
    words = [
        "due Fri 14 Mar 12:00 -> Mon 17 Mar 12:00: holiday Fri 14 Mar",
        "due Mon 17 Mar 12:00 -> Mon 17 Mar 12:30: scheduled maintenance, Mon 17 Mar 09:30",
        "due Mon 17 Mar 12:30 -> Mon 17 Mar 13:30: awaiting customer, Mon 17 Mar 11:00",
    ]
    assert [move_words(move) for move in resolve["moves"]] == words
    assert f"{resolve['due_at']:%a %H:%M}" == "Mon 13:30"
    assert {state for state, *_ in _hours(resolve["tape"])} == {"running", "closed", "holiday", "paused"}
    page_text, app = render_text(board, width=120, color=False), "\n".join(map(str, clock_lines(resolve, 60)))
    for line in words:
        assert line in page_text
        assert line in app


def test_r127_an_open_pause_leaves_the_due_time_open(page):
    waiting = {"at": "2025-03-18 11:00", "kind": "status", "from_value": "open", "to_value": "waiting_customer"}
    resolve = clock(page("", "2025-03-18 10:00", "2025-03-18 12:00", waiting), "resolution")
    assert resolve["due_at"] is None
    assert [move_words(move) for move in resolve["moves"]] == [
        "due Wed 19 Mar 10:00 -> open: awaiting customer, Tue 18 Mar 11:00"
    ]


@pytest.mark.parametrize("stated", [None, "2025-03-18 10:01"])
def test_r110_an_automatic_acknowledgement_does_not_stop_the_first_response(page, stated):
    """Automatic after a minute, a person after 61: a miss of 60 minutes, even if a source calls the first an answer."""
    replies = [
        {"at": "2025-03-18 10:01", "kind": "public_reply", "reason": "automation"},
        {"at": "2025-03-18 11:01", "kind": "public_reply"},
    ]
    stamps = {} if stated is None else {"first_response_at": stated}
    answer = clock(page("", "2025-03-18 10:00", "2025-03-18 12:00", *replies, **stamps), "first_response")
    assert (answer["state"], answer["elapsed_sec"]) == ("missed", 61 * 60)
