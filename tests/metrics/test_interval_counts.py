"""Our counts in the vendor's intervals, by hand: the moment that decides, the threshold, the ways to count."""

from __future__ import annotations

import pytest

from carecli.metrics.interval_counts import Counting, own_counts, vendor_intervals, with_thresholds
from carecli.metrics.windows import parse_window
from tests.metrics.build import Centre, at

NOON = at("2025-05-13 12:00")


def interval(centre, start="2025-05-13 12:00", **values):
    told = {"queue": "Billing", "channel": "voice", "minutes": 30, "attribution": "queued", **values}
    return centre.add("intervals", interval_start=start, **told)


def counted(centre, counting=None, window="today"):
    """Our counts by interval, in order; the fields that are not 0."""
    facts = centre.facts("2025-05-13 20:00")
    span = parse_window(window, facts.as_of, facts.zone)
    intervals = with_thresholds(vendor_intervals(facts.snapshot, span, facts.as_of), facts)
    own = own_counts(facts, intervals, counting or Counting())
    return [{name: n for name, n in row.items() if n != 0 and name != "interval"} for row in own.iter_rows(named=True)]


def test_two_answered_and_one_lost():
    centre = Centre()
    interval(centre)
    centre.call(12_000, NOON + 60, talk_ms=100_000, hold_ms=5_000)
    centre.call(25_000, NOON + 90, talk_ms=200_000)
    centre.call(2_000, NOON + 100, outcome="abandoned")
    assert counted(centre) == [
        {
            "offered": 3,
            "answered": 2,
            "abandoned": 1,
            "abandoned_short": 1,
            "answered_in": 1,
            "abandoned_in": 1,
            "wait_ms": 37_000,
            "wait_n": 2,
            "handle_ms": 305_000,
            "handle_n": 2,
        }
    ]


def test_an_interval_is_half_open_and_of_its_own_length():
    centre = Centre()
    interval(centre, minutes=15)
    interval(centre, "2025-05-13 12:15", minutes=15)
    for second in (0, 15 * 60 - 1, 15 * 60, 30 * 60):
        centre.call(1_000, NOON + second)
    assert [row["offered"] for row in counted(centre)] == [2, 1]


def test_other_queues_channels_tests_and_outbound_calls_have_no_part():
    centre = Centre()
    interval(centre)
    centre.call(1_000, NOON + 1)
    centre.call(1_000, NOON + 1, queue="Orders")
    centre.call(1_000, NOON + 1, channel="chat")
    centre.call(1_000, NOON + 1, is_test=1)
    centre.call(1_000, NOON + 1, direction="outbound")
    assert counted(centre)[0]["offered"] == 1


def test_the_moment_that_decides():
    """Queued at 12:25, answered at 12:31, over at 13:01."""
    centre = Centre()
    for start in ("2025-05-13 12:00", "2025-05-13 12:30", "2025-05-13 13:00"):
        interval(centre, start)
    centre.call(6 * 60_000, NOON + 25 * 60, length=36 * 60)
    by = {name: counted(centre, Counting(attribution=name)) for name in ("queued", "ended", "event")}
    assert [row.get("offered", 0) for row in by["queued"]] == [1, 0, 0]
    assert [row.get("answered", 0) for row in by["queued"]] == [1, 0, 0]
    assert [row.get("answered", 0) for row in by["ended"]] == [0, 0, 1]
    assert [row.get("offered", 0) for row in by["ended"]] == [0, 0, 1]
    assert [row.get("offered", 0) for row in by["event"]] == [1, 0, 0]
    assert [row.get("answered", 0) for row in by["event"]] == [0, 1, 0]


def test_each_interval_is_counted_by_its_own_attribution():
    centre = Centre()
    interval(centre, queue="Billing", attribution="queued")
    interval(centre, queue="Orders", attribution="ended")
    centre.call(1_000, NOON + 60, length=3_600)
    centre.call(1_000, NOON + 60, length=3_600, queue="Orders")
    assert [row.get("offered", 0) for row in counted(centre)] == [1, 0]


@pytest.mark.parametrize(("edge", "expected"), [("within", 2), ("under", 1)])
def test_at_the_threshold_exactly(edge, expected):
    centre = Centre()
    interval(centre, threshold_ms=30_000)
    for wait in (29_999, 30_000, 30_001):
        centre.call(wait, NOON + 60)
    assert counted(centre, Counting(edge=edge))[0]["answered_in"] == expected


def test_the_pack_s_threshold_where_the_vendor_tells_none():
    centre = Centre()
    interval(centre)
    for wait in (20_000, 20_001):
        centre.call(wait, NOON + 60)
    assert counted(centre)[0]["answered_in"] == 1


def test_in_a_channel_without_a_threshold_in_time_is_unknown():
    centre = Centre()
    interval(centre, channel="sms")
    centre.contact(NOON + 1, channel="sms", answered_at=NOON + 5)
    (row,) = counted(centre)
    assert row["answered_in"] is None
    assert row["offered"] == 1


def test_a_shift_puts_contacts_later():
    centre = Centre()
    interval(centre, "2025-05-13 13:00")
    centre.call(1_000, NOON + 60)
    assert counted(centre) == [{}]
    assert counted(centre, Counting(shift_sec=3_600))[0]["offered"] == 1


def test_without_short_abandons_and_without_short_calls():
    centre = Centre()
    interval(centre)
    centre.call(2_000, NOON + 1, outcome="abandoned")
    centre.call(9_000, NOON + 1, outcome="abandoned")
    centre.call(1_000, NOON + 1, length=2)
    (row,) = counted(centre, Counting(short_abandons=False))
    assert (row["offered"], row["abandoned"]) == (2, 1)
    assert "wait_n" not in counted(centre, Counting(short_calls=False))[0]
    assert counted(centre, Counting(short_calls=False))[0]["answered"] == 1


def test_missed_calls_are_lost_unless_only_hanging_up_is():
    centre = Centre()
    interval(centre)
    centre.call(9_000, NOON + 1, outcome="missed")
    centre.call(9_000, NOON + 1, outcome="abandoned")
    assert counted(centre)[0]["abandoned"] == 2
    assert counted(centre, Counting(lost_only=True))[0]["abandoned"] == 1


def transferred(centre):
    """One call: Billing for 10 s and talk, then Orders for 20 s and talk."""
    interval(centre)
    interval(centre, queue="Orders")
    centre.contact(NOON + 60, interaction_id="a", answered_at=NOON + 70, ended_at=NOON + 400)
    first = {"interaction_id": "a", "outcome": "answered", "queue": "Billing", "talk_ms": 60_000}
    centre.add("legs", entered_at=NOON + 60, answered_at=NOON + 70, left_at=NOON + 130, queue_time_ms=10_000, **first)
    second = {"interaction_id": "a", "outcome": "answered", "queue": "Orders", "talk_ms": 250_000}
    centre.add(
        "legs", entered_at=NOON + 130, answered_at=NOON + 150, left_at=NOON + 400, queue_time_ms=20_000, **second
    )


def test_a_transferred_call_counts_in_both_queues_or_once():
    centre = Centre()
    transferred(centre)
    assert [row["offered"] for row in counted(centre)] == [1, 1]
    once = counted(centre, Counting(per_contact=True))
    assert [row.get("offered", 0) for row in once] == [1, 0]
    assert (once[0]["wait_ms"], once[0]["handle_ms"]) == (10_000, 310_000)


def test_a_contact_that_overflowed_waits_until_somebody_answers():
    centre = Centre()
    interval(centre)
    centre.contact(NOON + 60, interaction_id="a", answered_at=NOON + 150, ended_at=NOON + 400)
    first = {"interaction_id": "a", "outcome": "overflowed", "queue": "Billing"}
    centre.add("legs", entered_at=NOON + 60, left_at=NOON + 120, queue_time_ms=60_000, **first)
    second = {"interaction_id": "a", "outcome": "answered", "queue": "Orders"}
    centre.add(
        "legs", entered_at=NOON + 120, answered_at=NOON + 150, left_at=NOON + 400, queue_time_ms=30_000, **second
    )
    assert counted(centre) == [{"flow_out": 1}]
    assert counted(centre, Counting(flow_outs=True))[0]["offered"] == 1
    (once,) = counted(centre, Counting(per_contact=True))
    assert (once["offered"], once["answered"], once["wait_ms"]) == (1, 1, 90_000)


def test_a_contact_made_by_a_transfer_is_none_of_its_own():
    centre = Centre()
    interval(centre)
    centre.call(1_000, NOON + 1)
    centre.call(1_000, NOON + 1, origin="transfer")
    assert counted(centre)[0]["offered"] == 2
    assert counted(centre, Counting(per_contact=True))[0]["offered"] == 1


def test_a_callback_taken_in_time():
    centre = Centre()
    interval(centre)
    centre.contact(NOON + 60, interaction_id="a", outcome=None, ended_at=NOON + 75)
    taken = {"interaction_id": "a", "outcome": "callback_taken", "queue": "Billing"}
    centre.add("legs", entered_at=NOON + 60, left_at=NOON + 75, queue_time_ms=15_000, **taken)
    assert counted(centre) == [{"callback": 1, "callback_in": 1}]


def test_intervals_of_another_system_are_compared_with_all_contacts():
    centre = Centre()
    interval(centre, source="wfm")
    interval(centre, source="demo")
    centre.call(1_000, NOON + 1)
    assert [row["offered"] for row in counted(centre)] == [1, 1]


def test_only_contacts_of_the_interval_s_own_system_where_it_has_some():
    centre = Centre()
    interval(centre)
    centre.call(1_000, NOON + 1)
    centre.call(1_000, NOON + 1, source="other")
    assert counted(centre)[0]["offered"] == 1


def test_contacts_without_a_queue_meet_intervals_without_one():
    centre = Centre()
    interval(centre, queue=None)
    centre.call(1_000, NOON + 1, queue=None)
    assert counted(centre)[0]["offered"] == 1


def test_the_vendor_s_sums_come_from_its_means_where_it_tells_only_these():
    centre = Centre()
    interval(centre, answered=8, asa_ms=21_000, aht_ms=300_000, callback=0)
    interval(centre, "2025-05-13 12:30", answered=0, callback=2)
    interval(centre, "2025-05-13 13:00", answered=5, wait_sum_ms=900, wait_n=6, handle_sum_ms=500, handle_n=4)
    interval(centre, "2025-05-13 13:30", asa_ms=21_000)
    facts = centre.facts("2025-05-13 20:00")
    rows = vendor_intervals(facts.snapshot, parse_window("today", facts.as_of, facts.zone), facts.as_of)
    told = rows.select("wait_ms", "wait_n", "handle_ms", "handle_n", "callback_in").rows()
    assert told == [
        (168_000, 8, 2_400_000, 8, 0),
        (0, 0, 0, 0, None),
        (900, 6, 500, 4, None),
        (None, None, None, None, None),
    ]


def test_intervals_that_begin_after_as_of_are_not_known_yet():
    centre = Centre()
    interval(centre, "2025-05-13 19:30")
    interval(centre, "2025-05-13 20:30")
    interval(centre, "2025-05-14 00:00")
    facts = centre.facts("2025-05-13 20:00")
    assert vendor_intervals(facts.snapshot, parse_window("today", facts.as_of, facts.zone), facts.as_of).height == 1
