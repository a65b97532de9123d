"""The data board: ages at `as_of`, rates with their parts, what counts once, and null with a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from carecli.boards.data import DataBoard, data_board, link_command
from carecli.metrics.windows import parse_window
from carecli.store.books import Books, FeedReach
from carecli.store.joins import JoinReport
from tests.metrics.build import BERLIN, TALLY, Centre, at
from tests.render.sample_data_board import books, centre, sample_data_board

EMPTY = Books((), (), 0, (), (), (), JoinReport((), (), (), (), (), ()))


def built(made: Centre, held: Books, as_of: str = "2025-05-14 08:45", **where: str) -> DataBoard:
    now = at(as_of)
    window = parse_window("28d", now, BERLIN)
    return data_board(made.snapshot(), held, TALLY, as_of=now, zone=BERLIN, window=window, where=where)


def test_feeds_the_oldest_first_those_without_a_period_last():
    feeds = sample_data_board().feeds
    assert [(feed.source, feed.age_sec) for feed in feeds] == [("talkdesk", 52_980), ("zendesk", 60), ("hr", None)]
    assert [feed.finished_only for feed in feeds] == [True, False, None]
    assert [feed.note for feed in feeds] == [None, None, "its files tell no period"]
    assert feeds[0].watermark == datetime(2025, 5, 13, 18, 2, tzinfo=ZoneInfo(BERLIN))


def test_a_feed_ahead_of_as_of_is_0_seconds_old():
    reach = FeedReach("wfm", "k.plan", ("schedules",), 1, at("2025-05-01 00:00"), at("2025-05-20 00:00"), None)
    (feed,) = built(Centre(), replace(EMPTY, feeds=(reach,))).feeds
    assert feed.age_sec == 0


@pytest.mark.parametrize(
    ("metric", "value", "parts"),
    [
        ("survey_join_rate", 284 / 300, (284, 300)),  # R318: 94.7 %
        ("tier_present", 0.974, (974, 1000)),  # R322: 97.4 %
        ("orphans", 0.01, (3, 300)),  # R309
        ("minute_rounded", 0.955, (191, 200)),  # R315
        ("quarantined", 12 / 1204, (12, 1204)),
    ],
)
def test_rates_are_figures_with_their_parts(metric, value, parts):
    (figure,) = [figure for figure in sample_data_board().figures if figure.metric == metric]
    assert figure.value == pytest.approx(value)
    assert (figure.numerator, figure.denominator, figure.n) == (*parts, parts[1])


def test_the_check_says_what_follows_and_lists_the_rows():
    checks = {check.figure.metric: check for check in sample_data_board().checks}
    assert checks["minute_rounded"].says == "minute-rounded: SL20 not computable"
    assert len(checks["tier_present"].keys) == 26
    assert checks["orphans"].keys == ("c291", "c292", "c293")


def test_a_call_and_its_ticket_are_one_contact():
    """Three calls and four cases: two are tickets of a call, one came by telephone, one by e-mail counts."""
    suppressed = {figure.by["reason"]: figure.value for figure in sample_data_board().suppressed}
    assert suppressed == {"case of a contact": 2, "case in a channel with its own feed": 1}
    outside = built(centre(), books(), "2025-07-14 08:45").suppressed
    assert [(figure.value, figure.note) for figure in outside] == [(None, "not covered")] * 2


def test_no_data_is_null_with_a_reason():
    board = built(Centre(), EMPTY)
    assert [(figure.metric, figure.value, figure.note) for figure in board.figures] == [
        ("survey_join_rate", None, "no data: needs surveys"),
        ("tier_present", None, "no data: needs cases"),
        ("contacts_suppressed", None, "no data: needs interactions"),
        ("contacts_suppressed", None, "no data: needs interactions"),
    ]
    assert board.header.notes == ("nothing was imported yet",)
    assert built(Centre(), EMPTY, source="zendsk").header.notes == ("nothing was imported from zendsk",)


def test_the_link_command_is_safe_to_paste():
    assert link_command([("desk", "7"), ("phone", "a; rm b")], "Ann O'Neil") == (
        """carecli identity link --to 'Ann O'"'"'Neil' desk:7 'phone:a; rm b'"""
    )
