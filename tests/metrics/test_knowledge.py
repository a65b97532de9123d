"""What is known: coverage, zero days, provisional days (C0.9, C0.10, R30)."""

from __future__ import annotations

import pytest

from carecli.store.snapshot import Feed
from tests.metrics.build import Centre, at, figure, slices, window_of

EVENING = "2025-05-13 18:00"


def test_what_was_never_imported_is_named():
    facts = Centre().facts(EVENING)
    assert figure(facts, "service_level").note == "no data: needs interactions"
    assert figure(facts, "backlog").note == "no data: needs cases"
    csat = figure(facts, "csat")
    assert (csat.value, csat.n, csat.status, csat.note) == (None, 0, None, "no data: needs surveys")


def test_inside_coverage_a_count_is_zero_and_a_ratio_has_no_value():
    centre = Centre()
    centre.covers("interactions", "2025-05-01 00:00", EVENING)
    centre.covers("cases", "2025-05-01 00:00", EVENING)
    facts = centre.facts(EVENING)
    assert figure(facts, "volume").value == 0
    assert figure(facts, "backlog").value == 0
    rate = figure(facts, "abandonment")
    assert (rate.value, rate.n, rate.note) == (None, 0, "no offered contacts")
    assert figure(facts, "fcr").note == "no resolved cases"


def test_outside_coverage_nothing_is_known():
    centre = Centre()
    centre.covers("interactions", "2025-05-01 00:00", EVENING)
    facts = centre.facts(EVENING)
    assert figure(facts, "volume", "2025-04").note == "not covered"
    assert figure(facts, "volume", "2025-05-20").note == "not begun"
    partly = figure(facts, "volume", "28d")
    assert (partly.value, partly.note) == (0, "covers 13 of 28 days")


def test_a_month_that_is_not_over_is_covered_by_its_days_so_far():
    centre = Centre()
    centre.covers("interactions", "2025-05-01 00:00", EVENING)
    assert figure(centre.facts(EVENING), "volume", "2025-05").note is None


def test_a_feed_of_one_channel_says_nothing_of_another():
    centre = Centre()
    centre.call(10_000)
    centre.call(10_000, "2025-05-12 10:00", channel="chat")
    facts = centre.facts(EVENING)
    assert figure(facts, "volume", where={"channel": "chat"}).note == "not covered"
    assert figure(facts, "volume", where={"channel": "sms"}).note == "no data: needs interactions"
    by_channel = slices(facts, "service_level", "channel", window="2025-05-12..2025-05-13")
    notes = {name: each.note for name, each in by_channel.items()}
    assert notes == {"voice": "of answered; covers 1 of 2 days", "chat": "of answered; covers 1 of 2 days"}


def test_a_feed_of_one_queue_says_nothing_of_another():
    centre = Centre()
    centre.call(10_000, queue="Billing")
    centre.call(10_000, queue="Moves")
    frames = centre.snapshot()
    centre.covered.append(
        {"table": "surveys", "first": at(EVENING), "last": at(EVENING), "queue": frames.codes["Moves"]}
    )
    facts = centre.facts(EVENING)
    assert figure(facts, "csat", where={"queue": "Moves"}).note == "no answers"
    assert figure(facts, "csat", where={"queue": "Billing"}).note == "no data: needs surveys"


def test_by_day_each_day_speaks_for_itself():
    centre = Centre()
    centre.call(10_000, "2025-05-12 10:00")
    centre.call(10_000, "2025-05-13 10:00")
    facts = centre.facts("2025-05-13 18:00")
    days = slices(facts, "volume", "day", window="2025-05-10..2025-05-13")
    assert {day: each.note for day, each in days.items()} == {"2025-05-12": None, "2025-05-13": None}
    assert {day: each.provisional for day, each in days.items()} == {"2025-05-12": False, "2025-05-13": True}
    assert figure(facts, "volume", "2025-05-10..2025-05-13").note == "covers 2 of 4 days"


@pytest.mark.parametrize(
    ("as_of", "watermark", "provisional"),
    [
        ("2025-05-13 18:00", "2025-05-13 17:59", True),
        ("2025-05-14 05:59", "2025-05-14 05:59", True),
        ("2025-05-14 06:00", "2025-05-14 00:00", False),
        ("2025-05-14 06:00", "2025-05-13 23:59", True),
    ],
)
def test_r30_a_day_is_provisional_until_it_is_stabilised(as_of, watermark, provisional):
    centre = Centre()
    centre.call(10_000, "2025-05-13 10:00")
    centre.feeds = [
        Feed("demo", "phones", ("interactions",), at("2025-05-01 00:00"), at(watermark), at(watermark), 1),
        Feed("demo", "desk", ("cases",), at("2025-05-01 00:00"), at("2025-05-02 00:00"), at(watermark), 1),
    ]
    level = figure(centre.facts(as_of), "service_level", "2025-05-13")
    assert (level.value, level.provisional) == (1.0, provisional)


def test_r30_an_earlier_as_of_gives_what_was_known_of_the_events_then():
    centre = Centre()
    centre.call(10_000, "2025-05-13 10:00")
    centre.call(60_000, "2025-05-13 16:00")
    assert figure(centre.facts("2025-05-13 12:00"), "service_level").value == 1.0
    assert figure(centre.facts("2025-05-13 18:00"), "service_level").value == 0.5


def test_windows_can_be_anywhere():
    facts = Centre().facts(EVENING)
    assert window_of(facts, "7d").label == "2025-05-07..2025-05-13"


@pytest.mark.parametrize(
    ("friday_too", "week", "saturday"), [(True, None, None), (False, "covers 3 of 6 days", "not covered")]
)
def test_closed_days_between_two_files_are_covered_and_open_ones_are_not(friday_too, week, saturday):
    """9 May is a Friday; the tally's week is Monday to Friday."""
    centre = Centre()
    centre.covers("interactions", "2025-05-08 00:00", "2025-05-09 18:00" if friday_too else "2025-05-08 18:00")
    centre.covers("interactions", "2025-05-12 08:00", EVENING)
    facts = centre.facts(EVENING)
    assert figure(facts, "volume", "2025-05-08..2025-05-13").note == week
    assert figure(facts, "volume", "2025-05-10").note == saturday
