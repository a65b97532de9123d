"""The queues board: its rows, who waits, the curve, past days."""

from __future__ import annotations

import pytest

from carecli.boards.board import queue_title
from carecli.boards.queues import queues_board
from carecli.metrics.windows import parse_window
from tests.boards.fixture_day import fixture_centre, handled
from tests.metrics.build import BERLIN, TALLY, Centre, at

NOON = "2025-05-13 12:00"


def queues(centre: Centre, as_of: str = NOON, window: str | None = None, **arguments):
    asked = None if window is None else parse_window(window, at(as_of), BERLIN)
    return queues_board(centre.snapshot(), TALLY, as_of=at(as_of), zone=BERLIN, window=asked, **arguments)


def test_rows_go_by_channel_then_name_the_unnamed_last():
    centre = Centre()
    for queue, channel in (
        ("Tech", "chat"),
        ("Tech", "voice"),
        (None, "voice"),
        ("Billing", "voice"),
        ("Billing", "chat"),
    ):
        handled(centre, 5_000, at("2025-05-13 10:00"), queue=queue, channel=channel)
    assert [(row.queue, row.channel) for row in queues(centre).rows] == [
        ("Billing", "voice"),
        ("Tech", "voice"),
        (None, "voice"),
        ("Billing", "chat"),
        ("Tech", "chat"),
    ]


def test_a_row_has_the_numbers_of_its_queue():
    centre = Centre()
    handled(centre, 10_000, at("2025-05-13 10:00"))
    handled(centre, 40_000, at("2025-05-13 10:10"))
    centre.call(30_000, at("2025-05-13 10:20"), outcome="abandoned")
    (row,) = queues(centre).rows
    assert [(figure.metric, figure.value) for figure in row.figures] == [
        ("waiting", 0),
        ("longest_wait", None),
        ("offered", 3),
        ("answered", 2),
        ("service_level", 0.5),
        ("asa", 25.0),
        ("aht_p50", 390.0),
        ("aht_p90", 390.0),
        ("abandonment", 1 / 3),
    ]
    assert row.service_level.target == "80 % in 20 s"
    assert all(figure.provisional for figure in row.figures if figure.value)


def test_who_waits_and_how_long_up_to_the_newest_moment_of_the_feed():
    centre = Centre()
    handled(centre, 5_000, at("2025-05-13 11:50"))
    for arrived in ("2025-05-13 11:51", "2025-05-13 11:54"):
        centre.contact(arrived, outcome=None)
    centre.covers("interactions", "2025-05-13 09:00", "2025-05-13 11:55")
    (row,) = queues(centre).rows
    assert (row.waiting.value, row.longest_wait.value) == (2, 240)


def test_a_feed_of_finished_contacts_has_nobody_waiting():
    centre = Centre(finished_only=True)
    handled(centre, 5_000, at("2025-05-13 11:50"))
    centre.contact("2025-05-13 11:51", outcome=None)
    (row,) = queues(centre).rows
    assert (row.waiting.value, row.longest_wait.value) == (0, None)


def test_the_curve_has_every_half_hour_and_adds_up():
    centre = Centre()
    handled(centre, 5_000, at("2025-05-13 09:29"))
    handled(centre, 5_000, at("2025-05-13 09:30"))
    centre.call(9_000, at("2025-05-13 10:59"), outcome="abandoned")
    handled(centre, 5_000, at("2025-05-13 11:00"), queue="Tech")
    billing, tech = queues(centre).rows
    curve = [(f"{start:%H:%M}", offered, answered) for start, offered, answered in billing.offered_by_interval]
    assert curve == [("09:00", 1, 1), ("09:30", 1, 1), ("10:00", 0, 0), ("10:30", 1, 0), ("11:00", 0, 0)]
    assert [offered for _, offered, _ in tech.offered_by_interval] == [0, 0, 0, 0, 1]


def test_the_curve_of_a_day_whose_clocks_change_has_no_gap():
    """On 30 March 2025 it is 03:00 in Berlin half an hour after 01:30."""
    centre = Centre()
    handled(centre, 5_000, at("2025-03-30 01:10"))
    handled(centre, 5_000, at("2025-03-30 03:40"))
    (row,) = queues(centre, "2025-03-30 12:00").rows
    starts = [f"{start:%H:%M%z}" for start, _, _ in row.offered_by_interval]
    assert starts == ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]


@pytest.mark.parametrize(
    ("queue", "channel", "title"),
    [
        ("Billing", "voice", "Billing voice"),
        ("Billing voice", "voice", "Billing voice"),
        ("Invoice", "voice", "Invoice voice"),
        ("", "voice", " voice"),
        (None, "chat", "(none) chat"),
        ("Billing", None, "Billing"),
    ],
)
def test_a_queue_says_its_channel_once(queue, channel, title):
    assert queue_title(queue, channel) == title


def test_a_slice_without_an_offered_contact_is_no_row():
    centre = Centre()
    handled(centre, 5_000, at("2025-05-13 10:00"))
    centre.contact("2025-05-13 10:05", queue=None, direction="outbound")
    assert [row.queue for row in queues(centre).rows] == ["Billing"]


def test_a_past_day_says_that_waiting_is_of_now():
    board = queues(fixture_centre(), "2025-05-14 08:45", "2025-05-13")
    row = board.rows[0]
    assert (row.offered.value, row.offered.provisional) == (500, False)
    assert (row.waiting.value, row.waiting.note) == (None, "known only of now")
    assert board.header.window.label == "Tue 13 May 2025"
    assert [each.text for each in board.happened] == ["web 25.5.2 checkout"]


def test_without_data_it_says_what_is_needed():
    board = queues(Centre())
    assert (board.rows, board.header.notes) == ((), ("no data: needs interactions",))


def test_where_narrows_the_rows():
    centre = Centre()
    for queue in ("Billing", "Tech"):
        handled(centre, 5_000, at("2025-05-13 10:00"), queue=queue)
    board = queues(centre, where={"queue": "Tech"})
    assert [row.queue for row in board.rows] == ["Tech"]
    assert board.header.where == (("queue", "Tech"),)
