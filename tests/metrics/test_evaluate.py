"""Slices, filters and explanations come from the same rows (R40, design section 4)."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.errors import UsageProblem
from carecli.metrics.dictionary import METRICS
from carecli.metrics.dimensions import allowed
from carecli.metrics.evaluate import explain, figures
from carecli.tables import BUSINESS_EVENT_KINDS, CHANNELS
from tests.metrics.build import Centre, at, explained, figure, slices, window_of

EVENING = "2025-05-13 18:00"
WEEK = "2025-05-07..2025-05-13"


@st.composite
def centres(draw: st.DrawFn) -> Centre:
    """Contacts, cases and answers with many gaps, in one week."""
    centre = Centre()
    moments = st.integers(at("2025-05-07 00:00"), at("2025-05-13 17:00"))
    maybe = st.sampled_from
    for _ in range(draw(st.integers(0, 12))):
        start, wait = draw(moments), draw(st.integers(0, 60_000))
        centre.contact(
            start,
            channel=draw(maybe(["voice", "chat", "email"])),
            queue=draw(maybe(["Billing", "Moves", None])),
            issue_type=draw(maybe(["refund", None])),
            agent_id=draw(maybe(["A1", "A2", None])),
            customer_id=draw(maybe(["P1", "P2", None])),
            direction=draw(maybe(["inbound", "inbound", "outbound", None])),
            outcome=draw(maybe(["answered", "answered", "abandoned", "missed", None])),
            queue_time_ms=draw(maybe([wait, None])),
            answered_at=start + wait // 1000,
            ended_at=draw(maybe([start + 300, start + wait // 1000, None])),
            talk_ms=draw(maybe([None, 60_000, 200_000])),
            case_id=draw(maybe([None, "1", "2"])),
            is_test=draw(maybe([0, 0, 1])),
        )
    for number in range(draw(st.integers(0, 5))):
        created = draw(moments)
        centre.case(
            created,
            case_id=str(number),
            queue=draw(maybe(["Refunds", "Billing", None])),
            channel=draw(maybe(["email", "voice", None])),
            priority=draw(maybe(["P1", None])),
            status=draw(maybe(["open", "waiting_customer", "solved"])),
            first_response_at=draw(maybe([None, created + 600])),
            first_resolved_at=draw(maybe([None, created + 7200])),
            escalation_level=draw(maybe([None, 1, 2])),
            reopen_flag=draw(maybe([None, 0, 1])),
            merged_at=draw(maybe([None, None, created + 60])),
        )
        for _ in range(draw(st.integers(0, 2))):
            answer = {"responded_at": draw(maybe([None, created + 9000])), "score": float(draw(st.integers(1, 5)))}
            centre.add("surveys", kind="csat", case_id=str(number), sent_at=created, scale_max=5.0, **answer)
    for table in ("interactions", "cases", "surveys"):
        centre.covers(table, "2025-04-01 00:00", EVENING)
    return centre


def pairs_of(ids: dict[str, list[int]]) -> Counter[tuple[str, int]]:
    return Counter((table, row) for table, rows in ids.items() for row in rows)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    centre=centres(),
    data=st.data(),
    by=st.sampled_from([("channel",), ("queue",), ("agent", "issue_type"), ("tier", "source")]),
)
def test_slices_partition_the_rows_and_never_change_the_total(centre, data, by):
    facts = centre.facts("2025-05-30 18:00")
    window = window_of(facts, WEEK)
    some = st.lists(st.sampled_from(sorted(METRICS)), min_size=3, max_size=3, unique=True)
    for metric in (METRICS[metric_id] for metric_id in data.draw(some)):
        total = explain(facts, metric.id, window=window)
        cells = figures(facts, [metric.id], window=window, by=by)
        parts = [explain(facts, metric.id, window=window, where=cell.by) for cell in cells]
        for cell, part in zip(cells, parts, strict=True):
            assert replace(part.figure, by=cell.by) == cell
        if total.figure.note == "known only of now":
            continue
        assert sum((pairs_of(part.rows) for part in parts), Counter()) == pairs_of(total.rows)
        assert sum((pairs_of(part.numerator_rows) for part in parts), Counter()) == pairs_of(total.numerator_rows)
        assert sum(cell.n for cell in cells) == total.figure.n
        if metric.shape == "count" and total.figure.value is not None:
            assert sum(cell.value for cell in cells) == total.figure.value


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(centre=centres())
def test_counted_and_excluded_are_all_rows_of_the_metric(centre):
    facts = centre.facts("2025-05-30 18:00")
    window = window_of(facts, WEEK)
    for metric_id in ("volume", "asa", "csat", "csat_response_rate", "fcr", "reopen_rate", "escalation_rate", "aht"):
        explanation = explain(facts, metric_id, window=window)
        excluded = {reason: sum(map(len, ids.values())) for reason, ids in explanation.excluded_rows.items()}
        assert excluded == explanation.figure.excluded
        assert sum(map(len, explanation.rows.values())) == explanation.figure.n
        every = [pairs_of(explanation.rows), *map(pairs_of, explanation.excluded_rows.values())]
        assert max(sum(every, Counter()).values(), default=1) == 1
    volume = explain(facts, "volume", window=window).figure
    assert (
        volume.n + sum(volume.excluded.values())
        == facts.contacts.filter((facts.contacts["at"] >= window.first) & (facts.contacts["at"] < window.last)).height
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(centre=centres(), data=st.data())
def test_without_one_row_of_the_numerator_the_value_is_another(centre, data):
    """Taken out of its frame, a row of the numerator takes away exactly itself."""
    facts = centre.facts("2025-05-30 18:00")
    metric_id = data.draw(st.sampled_from(["volume", "service_level", "abandonment", "fcr", "escalation_rate"]))
    before = explain(facts, metric_id, window=window_of(facts, WEEK))
    ids = [pair for pair in pairs_of(before.numerator_rows) if pair[0] != "case_events"]
    if not ids:
        return
    table, row = data.draw(st.sampled_from(sorted(ids)))
    name = METRICS[metric_id].table
    made = facts.rows(name, window_of(facts, WEEK))
    left = made.filter(~((made["row"] == row) & (made["table"] == ["interactions", "legs", "cases"].index(table))))
    object.__setattr__(facts, name, left)
    after = explain(facts, metric_id, window=window_of(facts, WEEK)).figure
    assert sum(map(len, before.numerator_rows.values())) == round(after.numerator or after.value or 0) + 1
    assert after.n == before.figure.n - 1


def test_two_dimensions_at_once_with_an_interval():
    centre = Centre()
    for minute, queue in ((0, "Billing"), (29, "Billing"), (30, "Moves")):
        centre.call(10_000, f"2025-05-13 10:{minute:02d}", queue=queue)
    facts = centre.facts(EVENING)
    found = slices(facts, "offered", "interval", "queue")
    assert {key: each.value for key, each in found.items()} == {
        ("2025-05-13T10:00:00+02:00", "Billing"): 2,
        ("2025-05-13T10:30:00+02:00", "Moves"): 1,
    }
    where = {"interval": "2025-05-13T10:00:00+02:00"}
    assert figure(facts, "offered", where=where).value == 2


@pytest.mark.parametrize(
    ("zone", "day", "hour", "weekday", "interval"),
    [
        ("Europe/Berlin", "2025-05-14", "00", "Wed", "2025-05-14T00:00:00+02:00"),
        ("America/New_York", "2025-05-13", "18", "Tue", "2025-05-13T18:00:00-04:00"),
        ("Asia/Kathmandu", "2025-05-14", "03", "Wed", "2025-05-14T03:30:00+05:45"),
    ],
)
def test_dimensions_of_time_are_local(zone, day, hour, weekday, interval):
    centre = Centre()
    centre.call(10_000, at("2025-05-13 22:05", "UTC"))
    facts = centre.facts("2025-05-14 20:00", zone=zone)
    for name, word in (("day", day), ("hour", hour), ("weekday", weekday), ("interval", interval)):
        assert list(slices(facts, "offered", name, window="2d")) == [word]
        assert figure(facts, "offered", "2d", where={name: word}).value == 1


def test_the_hour_that_comes_twice_is_two_intervals():
    centre = Centre()
    for utc in ("2025-10-26 00:30", "2025-10-26 01:30"):
        centre.call(10_000, at(utc, "UTC"))
    facts = centre.facts("2025-10-26 20:00")
    assert list(slices(facts, "offered", "interval")) == ["2025-10-26T02:30:00+02:00", "2025-10-26T02:30:00+01:00"]
    assert slices(facts, "offered", "hour")["02"].value == 2


def test_a_value_that_does_not_exist_is_said():
    centre = Centre()
    centre.call(10_000, queue="Billing", issue_type="refund")
    facts = centre.facts(EVENING)
    missing = figure(facts, "service_level", where={"queue": "Biling"})
    assert (missing.value, missing.n, missing.note) == (None, 0, "no such queue: Biling")
    assert figure(facts, "service_level", where={"queue": "refund"}).note == "no such queue: refund"
    assert figure(facts, "volume", where={"channel": "fax"}).note == "no such channel: fax"
    assert explained(facts, "service_level", where={"queue": "Biling"}).rows == {}


def test_a_queue_of_cases_only_exists_for_calls_too():
    centre = Centre()
    centre.call(10_000, queue="Billing")
    centre.case("2025-05-13 09:00", queue="Refunds", channel=None)
    level = figure(centre.facts(EVENING), "abandonment", where={"queue": "Refunds"})
    assert (level.value, level.note) == (None, "no offered contacts")


def test_a_filter_can_ask_for_rows_without_a_value():
    centre = Centre()
    centre.call(10_000, queue=None)
    centre.call(10_000, queue="Billing")
    facts = centre.facts(EVENING)
    assert figure(facts, "volume", where={"queue": None}).value == 1
    assert list(slices(facts, "volume", "queue")) == ["Billing", None]


def test_channels_come_in_their_own_order_and_names_in_that_of_words():
    centre = Centre()
    for channel, queue in (("chat", "b"), ("voice", "c"), ("email", "a")):
        centre.call(10_000, channel=channel, queue=queue)
    facts = centre.facts(EVENING)
    assert list(slices(facts, "volume", "channel")) == ["voice", "chat", "email"]
    assert list(slices(facts, "volume", "queue")) == ["a", "b", "c"]


def test_unknown_metrics_and_dimensions_are_refused():
    facts = Centre().facts(EVENING)
    with pytest.raises(UsageProblem, match="unknown metric 'asaa'"):
        figure(facts, "asaa")
    with pytest.raises(UsageProblem, match="volume has no dimension 'age'"):
        slices(facts, "volume", "age")
    with pytest.raises(UsageProblem, match="csat has no dimension 'shoe size'"):
        figure(facts, "csat", where={"shoe size": "44"})
    with pytest.raises(UsageProblem, match="day 'Tuesday'"):
        figure(facts, "volume", where={"day": "Tuesday"})


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.id)
def test_r1_every_metric_is_described_and_has_every_dimension_it_says(metric):
    assert metric.owner
    assert metric.formula
    assert metric.sources
    assert metric.requirement
    assert metric.needs
    centre = Centre()
    centre.call(10_000, channel=CHANNELS[0])
    centre.case("2025-05-13 10:00")
    centre.add("surveys", kind="csat", sent_at="2025-05-13 10:00")
    centre.add("incidents", opened_at="2025-05-13 10:00", root_cause="disk")
    for kind in BUSINESS_EVENT_KINDS:
        centre.add("business_events", kind=kind, at="2025-05-13 10:00", case_id="7", amount=100, currency="USD")
    facts = centre.facts(EVENING)
    for name in allowed(metric):
        cells = figures(facts, [metric.id], window=window_of(facts, "today"), by=(name,))
        assert all(name in cell.by or (cell.value is None and cell.note) for cell in cells)


def test_verdicts_are_exact():
    """79.96 % rounds to 80.0 % and is still no 80 %."""
    centre = Centre()
    for place in range(2500):
        centre.call(10_000 if place < 1999 else 60_000)
    level = figure(centre.facts(EVENING), "service_level")
    assert Fraction(level.numerator / level.denominator) != Fraction(4, 5)
    assert level.status == "risk"


def test_an_explanation_says_how_and_from_what():
    centre = Centre()
    inside, late, lost = centre.call(10_000), centre.call(60_000), centre.call(60_000, outcome="abandoned")
    test = centre.call(10_000, is_test=1)
    explanation = explained(centre.facts(EVENING), "service_level")
    assert explanation.rows == {"interactions": [inside, late]}
    assert explanation.numerator_rows == {"interactions": [inside]}
    assert explanation.excluded_rows == {"test": {"interactions": [test]}}
    assert explanation.window == "2025-05-13 Europe/Berlin"
    assert explanation.pack_key == "service_level"
    assert "threshold" in explanation.formula
    assert explained(centre.facts(EVENING), "abandonment").numerator_rows == {"interactions": [lost]}
