"""Every core metric is what the rows that `explain` lists make it: value, numerator, denominator, n."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest

from tests.oracle import cases, legs
from tests.oracle.conftest import NOW, Ask
from tests.oracle.opening_hours import local_day, moment
from tests.oracle.recompute import AGAIN, Again, Known
from tests.oracle.views import Row, Views

MATURE = "2025-04-29..2025-05-05"
NOON = "2025-05-12T12:00"
EARLIER = "2025-05-08T16:30"

ASKED = [
    ("volume", "7d", NOW, ()),
    ("volume", "2025-05-12", NOON, ("channel=voice",)),
    ("volume", "7d", NOW, ("queue=Refunds email",)),
    ("service_level", "7d", NOW, ()),
    ("service_level", "2025-05-12", NOW, ("queue=Billing voice",)),
    ("service_level", "7d", NOW, ("channel=email",)),
    ("service_level", "2025-05-08", EARLIER, ("channel=chat",)),
    ("asa", "7d", NOW, ("channel=voice",)),
    ("asa", "7d", NOW, ("channel=email", "queue=Tier 2")),
    ("asa", "2025-05-12", NOON, ("channel=chat",)),
    ("aht", "7d", NOW, ()),
    ("aht", "7d", NOW, ("queue=Moves voice",)),
    ("aht", "7d", NOW, ("channel=chat",)),
    ("aht_p50", "7d", NOW, ("channel=voice",)),
    ("aht_p50", "2025-05-12", NOW, ("queue=Billing chat",)),
    ("aht_p90", "7d", NOW, ("channel=voice",)),
    ("abandonment", "7d", NOW, ("channel=voice",)),
    ("abandonment", "2025-05-12", NOON, ("queue=Moves voice",)),
    ("abandonment", "7d", NOW, ("channel=chat",)),
    ("fcr", MATURE, NOW, ()),
    ("fcr", MATURE, NOW, ("channel=voice",)),
    ("fcr", MATURE, NOW, ("queue=Account email",)),
    ("csat", "7d", NOW, ()),
    ("csat", MATURE, NOW, ("channel=email",)),
    ("reopen_rate", MATURE, NOW, ()),
    ("reopen_rate", MATURE, NOW, ("channel=email",)),
    ("escalation_rate", "7d", NOW, ()),
    ("escalation_rate", MATURE, NOW, ("queue=Tier 2",)),
    ("backlog", "today", NOW, ()),
    ("backlog", "today", EARLIER, ("queue=Refunds email",)),
    ("stale", "today", NOW, ()),
    ("stale", "today", EARLIER, ("channel=email",)),
]


def reckoned(told: dict[str, Any], views: Views, ask: Ask, metric: str, window: str, as_of: str) -> Again:
    """The figure again from the listed rows."""
    handled = views.listed(ask("explain", "aht", window=window, as_of=as_of)["rows"]) if metric == "aht" else []
    contacts: list[Row] = []
    if metric == "fcr":
        since = f"2025-04-28..{local_day(moment(as_of))}"
        contacts = views.listed(ask("explain", "volume", window=since, as_of=as_of)["rows"])
    return AGAIN[metric](views.listed(told["rows"]), Known(views, moment(as_of), handled, contacts))


@pytest.mark.parametrize(("metric", "window", "as_of", "where"), ASKED)
def test_listed_rows_make_the_figure(ask: Ask, views: Views, metric, window, as_of, where):
    told = ask("explain", metric, window=window, as_of=as_of, where=where)
    again = reckoned(told, views, ask, metric, window, as_of)
    assert told["n"] > 0
    assert told["value"] == pytest.approx(float(again.value), rel=1e-12)
    assert told["n"] == len(views.listed(told["rows"]))
    wanted = (None, None) if again.numerator is None else (float(again.numerator), float(again.denominator or 0))
    assert (told["numerator"], told["denominator"]) == wanted
    assert ids(views.listed(told["numerator_rows"])) == ids(again.numerator_rows)


@pytest.mark.parametrize(("metric", "window", "as_of", "where"), ASKED)
def test_lists_are_whole_and_hashed(ask: Ask, metric, window, as_of, where):
    told = ask("explain", metric, window=window, as_of=as_of, where=where)
    for listed in (told["rows"], told["numerator_rows"], *told["exclusions"].values()):
        assert listed["count"] == len(listed["ids"]) == len({*listed["ids"]})
        assert listed["sha256"] == hashlib.sha256("\n".join(listed["ids"]).encode()).hexdigest()
        assert listed["next"] is None
    assert {*told["numerator_rows"]["ids"]} <= {*told["rows"]["ids"]}
    assert {reason: listed["count"] for reason, listed in told["exclusions"].items()} == told["excluded"]


def test_every_core_metric_is_asked_in_several_slices():
    asked = [metric for metric, *_ in ASKED]
    assert {*asked} == {*AGAIN}
    assert all(asked.count(metric) > 1 for metric in AGAIN if metric != "aht_p90")


@pytest.mark.parametrize("as_of", [NOW, EARLIER])
def test_backlog_and_stale_are_the_very_cases_a_search_finds(ask: Ask, views: Views, as_of):
    instant = moment(as_of)
    open_now = [case for case in views.all("cases") if cases.is_open(case, views, instant)]
    stale = [case for case in open_now if cases.is_stale(case, views, instant)]
    assert ids(views.listed(ask("explain", "backlog", window="today", as_of=as_of)["rows"])) == ids(open_now)
    assert ids(views.listed(ask("explain", "stale", window="today", as_of=as_of)["rows"])) == ids(stale)


def test_the_backlog_of_a_past_day_is_taken_when_the_queue_closed(ask: Ask, views: Views):
    """R21: at 18:00 local of a weekday; of a Saturday, when it didn't open, still at Friday's 18:00."""
    for day, closing in (("2025-05-08", "2025-05-08T18:00"), ("2025-05-10", "2025-05-09T18:00")):
        open_then = [case for case in views.all("cases") if cases.is_open(case, views, moment(closing))]
        assert ids(views.listed(ask("explain", "backlog", window=day)["rows"])) == ids(open_then)


def test_contacts_are_what_the_design_calls_contacts(ask: Ask, views: Views):
    """Inbound contacts, cases of channels where nobody waits on the line, customers' messages after a resolution."""
    told = ask("explain", "volume")
    first, last, now = moment("2025-05-07T00:00"), moment("2025-05-14T00:00"), moment(NOW)
    listed = views.listed(told["rows"])
    inbound = [
        row
        for row in views.all("interactions")
        if row["direction"] == "inbound" and row["origin"] != "transfer" and first <= row["started_at"] < last
    ]
    assert ids(row for row in listed if row["table"] == "interactions") == ids(
        row for row in inbound if row["started_at"] <= now
    )
    for row in listed:
        if row["table"] == "cases":
            assert row["channel"] in ("email", "social")
            assert first <= row["created_at"] < last
        if row["table"] == "case_events":
            assert _is_a_message_after_a_resolution(row, views)


def _is_a_message_after_a_resolution(event: Row, views: Views) -> bool:
    case = views.rows["cases"][f"{event['source']}/{event['case_id']}"]
    by_the_customer = event["kind"] == "customer_reply" or event["actor_id"] == case["customer_id"]
    solved = cases.STATUSES.index("solved")
    resolved_before = any(at < event["at"] and place >= solved for at, place in cases.history(case, views))
    return by_the_customer and resolved_before


@pytest.mark.parametrize(("queue", "as_of"), [("Billing voice", NOW), ("Moves voice", "2025-05-12T15:50")])
def test_a_voice_day_is_found_without_the_product(ask: Ask, views: Views, queue, as_of):
    """Offered, answered, service level, ASA and abandonment of one queue and day, by a search of our own."""
    instant = moment(as_of)
    stays = [leg for leg in views.all("legs") if _on_the_day(leg, views, queue, "2025-05-12", instant)]
    answered = [leg for leg in stays if legs.outcome(leg, instant) == "answered"]
    lost = [leg for leg in stays if legs.outcome(leg, instant) in legs.ABANDONED]
    timed = [leg for leg in answered if _length_ms(leg, views) >= 3000]
    found = {
        "offered": ([*answered, *lost], [*answered, *lost]),
        "answered": (answered, answered),
        "service_level": (answered, [leg for leg in answered if legs.within(leg, views, instant)]),
        "abandonment": ([*answered, *lost], lost),
        "asa": (timed, [leg for leg in timed if legs.wait_ms(leg, views)]),
    }
    for metric, (counted, numerator) in found.items():
        told = ask("explain", metric, window="2025-05-12", as_of=as_of, where=("channel=voice", f"queue={queue}"))
        assert ids(views.listed(told["rows"])) == ids(counted), metric
        assert ids(views.listed(told["numerator_rows"])) == ids(numerator), metric
    assert len(answered) > 20
    assert lost


def _on_the_day(leg: Row, views: Views, queue: str, day: str, as_of: int) -> bool:
    contact = views.contact_of(leg)
    here = contact["channel"] == "voice" and contact["direction"] == "inbound" and views.queue(leg) == queue
    return here and local_day(leg["entered_at"]) == day and leg["entered_at"] <= as_of


def _length_ms(leg: Row, views: Views) -> int:
    contact = views.contact_of(leg)
    length: int = (contact["ended_at"] - contact["started_at"]) * 1000
    return length


def ids(rows: Any) -> list[tuple[str, int]]:
    """Rows as a set that a difference can be read from."""
    return sorted((row["table"], row["id"]) for row in rows)
