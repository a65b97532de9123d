"""What is loaded for a board, and which day a stand-up speaks of."""

from __future__ import annotations

from datetime import date

import pytest

from carecli.boards.days import closed_line, last_open_day
from carecli.boards.needs import metric_needs, needs
from carecli.boards.standup import standup_board
from carecli.clocks.calendar import always
from carecli.metrics.windows import parse_window
from carecli.store.snapshot import Snapshot
from tests.boards.fixture_day import MORNING, fixture_centre, handled
from tests.metrics.build import BERLIN, TALLY, Centre, at, pack_with

BUSINESS = TALLY.calendar_for(None)


def needed(board: str, as_of: str = MORNING, **arguments):
    return needs(board, as_of=at(as_of), zone=BERLIN, pack=TALLY, **arguments)


def cut(snapshot: Snapshot, first: int, last: int) -> Snapshot:
    """The snapshot as a store hands it out for that range: contacts by arrival."""
    frames = dict(snapshot.frames)
    arrivals = frames["interactions"]
    frames["interactions"] = arrivals.filter((arrivals["started_at"] >= first) & (arrivals["started_at"] < last))
    return Snapshot(frames, snapshot.names, snapshot.coverage, snapshot.feeds)


def test_a_standup_needs_the_four_weeks_before_its_day_and_the_no_touch_window():
    needs_of_board = needed("standup")
    assert needs_of_board.first == at("2025-04-08 00:00")
    assert needs_of_board.last == at("2025-05-15 00:00")
    assert {table.name for table in needs_of_board.tables} >= {
        "interactions",
        "legs",
        "cases",
        "surveys",
        "annotations",
    }


def test_on_a_monday_the_four_weeks_end_on_friday():
    assert needed("standup", "2025-05-12 08:45").first == at("2025-04-04 00:00")


def test_a_standup_needs_the_month_to_date():
    """On Friday the 31st the month began 30 days before."""
    assert needed("standup", "2025-01-31 08:45").first == at("2024-12-25 00:00")


def test_a_standup_is_the_same_from_all_data_and_from_what_it_needs():
    centre = fixture_centre()
    for day in ("2025-01-14", "2025-04-07", "2025-04-16", "2025-05-15"):
        for place in range(60):
            handled(centre, 50_000, at(f"{day} 10:00") + place, customer_id=f"c-{place}")
    whole = centre.snapshot()
    range_needed = needed("standup")
    part = cut(whole, range_needed.first, range_needed.last)
    assert part.frames["interactions"].height < whole.frames["interactions"].height
    arguments = {"as_of": at(MORNING), "zone": BERLIN}
    assert standup_board(part, TALLY, **arguments) == standup_board(whole, TALLY, **arguments)


def test_queues_need_their_own_day():
    window = parse_window("2025-05-02", at(MORNING), BERLIN)
    assert needed("queues", window=window).first == at("2025-04-25 00:00")
    assert needed("queues").first == at("2025-05-07 00:00")


@pytest.mark.parametrize("board", ["backlog", "cases", "case"])
def test_a_stock_needs_no_contacts(board):
    assert {table.name for table in needed(board).tables} == {"cases", "case_events", "customers", "links"}


def test_a_metric_needs_what_follows_its_window():
    window = parse_window("2025-05-01..2025-05-02", at(MORNING), BERLIN)
    found = metric_needs(as_of=at(MORNING), zone=BERLIN, pack=TALLY, window=window)
    assert (found.first, found.last) == (at("2025-03-30 00:00"), at("2025-05-15 00:00"))


def test_a_longer_no_touch_window_is_looked_back_for(tmp_path):
    pack = pack_with(tmp_path, "[fcr]\ndays = 40")
    window = parse_window("2025-05-01", at(MORNING), BERLIN)
    assert metric_needs(as_of=at(MORNING), zone=BERLIN, pack=pack, window=window).first == at("2025-03-22 00:00")
    assert needs("queues", as_of=at(MORNING), zone=BERLIN, pack=pack).first == at("2025-04-04 00:00")


def test_the_last_open_day_skips_closed_ones_unless_they_were_busy():
    monday = date(2025, 5, 12)
    assert last_open_day(BUSINESS, monday) == date(2025, 5, 9)
    assert last_open_day(BUSINESS, monday, {date(2025, 5, 10)}) == date(2025, 5, 10)
    assert last_open_day(always(BERLIN), monday) == date(2025, 5, 11)


@pytest.mark.parametrize(
    ("shown", "today", "line"),
    [
        (date(2025, 5, 12), date(2025, 5, 13), None),
        (date(2025, 5, 9), date(2025, 5, 12), "closed: Sat 10, Sun 11 May"),
        (date(2025, 5, 30), date(2025, 6, 2), "closed: Sat 31 May, Sun 1 Jun"),
    ],
)
def test_the_line_of_closed_days(shown, today, line):
    assert closed_line(BUSINESS, shown, today) == line


def test_an_empty_centre_is_a_board_too():
    assert standup_board(Centre().snapshot(), TALLY, as_of=at(MORNING), zone=BERLIN).header.feeds == ()
