"""The stand-up: its day, its numbers (R286), its changes and trends, quality, backlog and what happened."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import pytest

from carecli.boards.board import Headline, StandupBoard
from carecli.boards.standup import standup_board
from tests.boards.fixture_day import calls_of_tuesday, feed, fixture_centre, handled, standup
from tests.metrics.build import BERLIN, TALLY, Centre, at, pack_with


def headline(board: StandupBoard, name: str) -> Headline:
    (found,) = [each for each in (*board.headlines, *board.quality) if each.name == name]
    return found


@pytest.fixture(scope="module")
def board():
    return standup(fixture_centre())


def test_r286_the_numbers_of_the_fixture_day(board):
    assert (board.header.window.name, board.header.window.label) == ("yesterday", "Tue 13 May 2025")
    values = [(each.name, each.figure.value, each.figure.n, each.figure.status) for each in board.headlines[:4]]
    assert values == [
        ("Service level voice", 0.85, 460, "ok"),
        ("ASA voice", 20.0, 460, "ok"),
        ("AHT p50 voice", 390.0, 460, None),
        ("Abandonment voice", 0.08, 500, "risk"),
    ]
    p90, mean = headline(board, "AHT p50 voice").companions
    assert [(each.metric, each.value, each.status) for each in (p90, mean)] == [
        ("aht_p90", 390.0, None),
        ("aht", 390.0, "ok"),
    ]
    assert headline(board, "Abandonment voice").figure.note == "5.7 % without 12 short (<3 s)"


def test_a_change_is_against_the_seven_days_before(board):
    level = headline(board, "Service level voice")
    assert (level.before.numerator, level.before.denominator) == (80, 100)
    assert headline(board, "ASA voice").before.value == (80 * 10 + 20 * 40) / 100


def test_the_seven_days_before_are_whole_and_are_seven():
    centre = Centre()
    for moment, wait in (
        ("2025-05-05 23:59", 1),
        ("2025-05-06 00:00", 2),
        ("2025-05-12 23:59", 4),
        ("2025-05-13 00:00", 8),
    ):
        handled(centre, wait * 1000, at(moment))
    asa = headline(standup(centre), "ASA voice")
    assert (asa.before.value, asa.figure.value) == ((2 + 4) / 2, 8)


def test_a_trend_has_28_days_and_ends_with_the_day_shown(board):
    trend = headline(board, "Service level voice").trend
    assert len(trend) == 28
    assert trend[-2:] == (0.80, 0.85)
    assert set(trend[:-2]) == {None}


def test_four_to_six_headlines_the_backlog_last(board):
    assert 4 <= len(board.headlines) <= 6
    assert board.headlines[-1].name == "Backlog, open now"


def test_every_metric_and_slice_stands_once_in_the_figures(board):
    counted = Counter((figure.metric, tuple(sorted(figure.by.items(), key=str))) for figure in board.figures)
    assert {key: times for key, times in counted.items() if times > 1} == {}


def test_on_a_monday_it_speaks_of_friday_and_names_the_closed_days():
    centre = Centre()
    handled(centre, 5_000, at("2025-05-09 10:00"))
    board = standup(centre, "2025-05-12 08:45")
    assert (board.header.window.name, board.header.window.label) == ("last open day", "Fri 9 May 2025")
    assert board.closed_days == "closed: Sat 10, Sun 11 May"
    assert headline(board, "Service level voice").figure.n == 1


def test_a_closed_day_with_calls_is_shown_but_one_with_mails_alone_is_not():
    centre = Centre()
    centre.case("2025-05-11 10:00")
    handled(centre, 5_000, at("2025-05-10 10:00"))
    board = standup(centre, "2025-05-12 08:45")
    assert board.header.window.label == "Sat 10 May 2025"
    assert board.closed_days == "closed: Sun 11 May"


def test_a_holiday_is_named(tmp_path):
    pack = pack_with(tmp_path, "[calendars.business]\nclosed = [2025-05-01]")
    centre = Centre()
    handled(centre, 5_000, at("2025-04-30 10:00"))
    board = standup(centre, "2025-05-05 08:00", pack)
    assert board.header.window.label == "Fri 2 May 2025"
    assert standup(centre, "2025-05-02 08:00", pack).closed_days == "closed: Thu 1 (holiday) May"


def test_it_says_where_the_data_ends():
    centre = fixture_centre()
    assert standup(centre, "2025-05-15 08:45").header.data_ends is None
    board = standup(centre, "2025-05-16 08:45")
    assert board.header.data_ends.isoformat() == "2025-05-14T08:41:00+02:00"


def test_an_empty_store_says_what_is_needed():
    board = standup(Centre())
    assert headline(board, "Service level voice").figure.note == "no data: needs interactions"
    assert headline(board, "Backlog, open now").figure.note == "no data: needs cases"
    assert (board.by_queue, board.backlog, board.moved, board.happened) == ((), (), (), ())
    assert [figure for figure in board.figures if figure.value is not None] == []


def test_r78_open_backlog_and_the_urgent_ones():
    centre = Centre()
    priorities = ["urgent"] + ["high"] * 6 + ["normal"] * 205
    for priority in priorities:
        centre.case("2025-05-13 10:00", priority=priority)
    backlog = headline(standup(centre), "Backlog, open now")
    assert backlog.figure.value == 212
    assert [(each.title, each.value) for each in backlog.companions[:2]] == [("open P1", 1), ("open P2", 6)]


def test_priorities_in_several_words_add_up():
    centre = Centre()
    for priority in ("urgent", "P1", "p1", "normal"):
        centre.case("2025-05-13 10:00", priority=priority)
    p1, p2, *_ = headline(standup(centre), "Backlog, open now").companions
    assert (p1.value, p2.value) == (3, 0)


def test_without_known_priorities_none_are_counted():
    centre = Centre()
    centre.case("2025-05-13 10:00", priority="whenever")
    assert [each.title for each in headline(standup(centre), "Backlog, open now").companions] == ["Stale cases"]


def test_the_backlog_is_of_now_with_its_closings_as_trend(board):
    backlog = headline(board, "Backlog, open now")
    assert (backlog.figure.value, backlog.before.value) == (4, 1)
    assert backlog.trend[-1] == 4
    assert [row.name for row in board.backlog] == ["Account", "Refunds"]
    assert [figure.value for figure in board.backlog[1].buckets] == [1, 1, 1, 0]


def test_a_desk_without_telephone_starts_with_the_channels_it_has():
    centre = Centre()
    centre.case("2025-05-13 10:00", first_response_at="2025-05-13 11:00")
    assert [each.name for each in standup(centre).headlines] == ["Service level email", "Backlog, open now"]


def test_quality_is_over_28_days_with_the_month_and_the_week_beside(board):
    assert [(each.name, each.window) for each in board.quality] == [
        ("FCR", "28d"),
        ("CSAT", "28d"),
        ("Reopen rate", "28d"),
        ("Escalation rate", "28d"),
        ("Contacts", ""),
        ("New contacts", ""),
        ("Follow-up contacts", ""),
    ]
    assert [each.title for each in headline(board, "CSAT").companions] == ["7d", "MTD"]
    assert [each.title for each in headline(board, "FCR").companions] == ["MTD"]
    assert headline(board, "Contacts").figure.value == 501


def test_quality_windows_hold_what_they_say():
    centre = Centre()
    fixture = {"2025-04-16": 40, "2025-05-01": 30, "2025-05-07": 35}
    for day, votes in fixture.items():
        for place in range(votes):
            moment = f"{day} 10:00"
            centre.add(
                "surveys", kind="csat", sent_at=moment, responded_at=moment, score=5 if place else 1, scale_max=5
            )
    csat = headline(standup(centre), "CSAT")
    week, month = csat.companions
    assert (csat.figure.n, week.n, month.n) == (105, 35, 65)
    assert csat.figure.value == 102 / 105


def test_what_happened_overlaps_the_day_or_today():
    centre = Centre()
    handled(centre, 5_000, at("2025-05-13 10:00"))
    for begin, until, text in (
        ("2025-05-12 08:00", "2025-05-12 20:00", "over before"),
        ("2025-05-12 08:00", "2025-05-13 00:00", "until its first moment"),
        ("2025-05-13 14:02", None, "a moment"),
        ("2025-05-14 18:00", None, "later today"),
        ("2025-05-15 00:00", None, "tomorrow"),
    ):
        centre.add("annotations", at=begin, until=until, kind="incident", scope="queue=Billing", text=text)
    happened = standup(centre).happened
    assert [each.text for each in happened] == ["a moment", "later today"]
    assert (happened[0].kind, happened[0].scope, happened[0].until) == ("incident", "queue=Billing", None)


def test_where_narrows_every_part():
    board = standup_board(
        fixture_centre().snapshot(), TALLY, as_of=at("2025-05-14 08:45"), zone=BERLIN, where={"queue": "Refunds"}
    )
    assert board.header.where == (("queue", "Refunds"),)
    assert headline(board, "Backlog, open now").figure.value == 3
    assert [row.name for row in board.backlog] == ["Refunds"]
    assert board.by_queue == ()
    assert headline(board, "Contacts").figure.value == 1


def test_an_unknown_queue_is_said():
    board = standup_board(
        fixture_centre().snapshot(), TALLY, as_of=at("2025-05-14 08:45"), zone=BERLIN, where={"queue": "Nobody"}
    )
    assert headline(board, "Backlog, open now").figure.note == "no such queue: Nobody"
    assert [figure.value for figure in board.figures if figure.value is not None] == []


def test_feeds_are_listed_oldest_first_and_never_from_the_future():
    centre = fixture_centre()
    centre.feeds.append(feed("ahead", ("surveys",), "2025-05-14 09:00"))
    ages = [each.age_sec for each in standup(centre).header.feeds]
    assert ages == [660, 240, 0]
    assert all(older >= newer for older, newer in pairwise(ages))


def test_the_same_snapshot_gives_the_same_board():
    centre = Centre()
    calls_of_tuesday(centre)
    first, second = standup(centre), standup(centre)
    assert first == second
    assert replace(first, closed_days="x") != second
