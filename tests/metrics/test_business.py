"""Business metrics from business events: rates, deflection, churn, revenue, the join to orders (R54-R58, R69, R79)."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.metrics.dictionary import METRICS
from carecli.metrics.dimensions import allowed
from carecli.metrics.evaluate import explain, figures
from carecli.metrics.known_orders import order_join
from carecli.policy.goals import goals_of
from carecli.render.values import value_text
from carecli.text import percent
from tests.metrics.build import Centre, at, explained, figure, pack_with, slices, window_of
from tests.policy.packs import LIGHTCURVE, PRESTIGE

LATER = "2025-06-02 08:00"
MAY = "2025-05"
KINDS = ("order", "refund", "chargeback", "self_service", "save", "expansion", "churn", "subscriber")
OURS = ("contact_rate", "deflection", "refund_rate", "chargeback_rate", "churn_rate", "churn_after_contact",
        "service_revenue", "saves", "upsell")  # fmt: skip


def event(centre: Centre, kind: str, when: str = "2025-05-13 10:00", **values: Any) -> int:
    return centre.add("business_events", kind=kind, at=when, **values)


def month() -> Centre:
    """Contacts and events that cover May."""
    centre = Centre()
    for table in ("interactions", "cases", "business_events"):
        centre.covers(table, "2025-05-01 00:00", "2025-06-01 12:00")
    return centre


def value(centre: Centre, metric: str, window: str = MAY, as_of: str = LATER, **more: Any) -> Any:
    return figure(centre.facts(as_of), metric, window, **more)


def assisted(centre: Centre, count: int) -> None:
    for place in range(count):
        centre.contact(at("2025-05-13 08:00") + place)


def test_r54_contacts_per_hundred_orders() -> None:
    centre = month()
    assisted(centre, 1_020)
    for day in range(1, 18):
        event(centre, "order", f"2025-05-{day:02d} 00:00", count=2_000)
    found = value(centre, "contact_rate")
    assert (found.value, found.numerator, found.denominator, found.n) == (3.0, 1_020, 34_000, 17)
    assert value_text(found) == "3.0 per 100"


def test_r54_contacts_per_hundred_subscribers_where_the_pack_says_so(tmp_path: Path) -> None:
    centre = month()
    assisted(centre, 30)
    event(centre, "order")
    event(centre, "subscriber", "2025-05-01 00:00", count=1_000)
    facts = centre.facts(LATER, pack_with(tmp_path, '[business]\ncontacts_per = "subscriber"'))
    assert figure(facts, "contact_rate", MAY).value == 3.0


def test_r54_deflection() -> None:
    centre = month()
    assisted(centre, 1_020)
    event(centre, "self_service", count=100)
    event(centre, "self_service", count=79)
    event(centre, "self_service")
    found = value(centre, "deflection")
    assert (found.value, found.numerator, found.denominator) == (0.15, 180, 1_200)


def test_r90_deflection_before_and_after() -> None:
    centre = month()
    centre.covers("interactions", "2025-04-01 00:00", "2025-05-01 00:00")
    centre.covers("business_events", "2025-04-01 00:00", "2025-05-01 00:00")
    for place in range(173):
        centre.contact(at(f"2025-0{4 if place < 88 else 5}-13 08:00") + place)
    event(centre, "self_service", "2025-04-10 10:00", count=12)
    event(centre, "self_service", count=15)
    now, before = (value(centre, "deflection", window).value for window in (MAY, "2025-04"))
    assert (now, before) == (0.15, 0.12)


def test_r56_refunds_and_chargebacks_by_orders() -> None:
    centre = month()
    event(centre, "order", count=2_100)
    event(centre, "refund", count=80)
    for _ in range(4):
        event(centre, "refund")
    event(centre, "chargeback", count=6)
    refunds, chargebacks = value(centre, "refund_rate"), value(centre, "chargeback_rate")
    assert (refunds.numerator, refunds.denominator, value_text(refunds)) == (84, 2_100, "4.0 %")
    assert percent(int(chargebacks.numerator), int(chargebacks.denominator), 2) == "0.29 %"


def test_a_kind_of_event_no_feed_has_is_no_zero() -> None:
    centre = month()
    event(centre, "order", count=100)
    assert value(centre, "refund_rate").note == "no data: needs business_events (refund)"
    event(centre, "refund", "2025-04-30 12:00")
    assert value(centre, "refund_rate").value == 0
    assert value(centre, "deflection").note == "no data: needs business_events (self_service)"
    assert value(Centre(), "contact_rate").note == "no data: needs business_events (order)"


def test_what_is_only_known_later_is_not_known_yet() -> None:
    centre = month()
    event(centre, "order", "2025-05-02 10:00", count=10)
    event(centre, "refund", "2025-05-02 11:00")
    event(centre, "refund", "2025-05-20 10:00")
    event(centre, "chargeback", "2025-05-20 10:00")
    early = "2025-05-13 18:00"
    event(centre, "self_service", early)
    assert value(centre, "deflection", "2025-05-01..2025-05-13", early).value == 1
    assert value(centre, "refund_rate", "2025-05-01..2025-05-13", early).value == 0.1
    assert value(centre, "chargeback_rate", "mtd", early).note == "no data: needs business_events (chargeback)"


def test_days_a_feed_does_not_cover_are_said_of_each_feed() -> None:
    centre = Centre()
    centre.covers("interactions", "2025-05-01 00:00", LATER)
    event(centre, "order", "2025-05-12 10:00", count=50)
    event(centre, "order", "2025-05-13 10:00", count=50)
    centre.contact("2025-05-13 10:00")
    found = value(centre, "contact_rate")
    assert (found.value, found.note) == (1.0, "business_events (order) covers 2 of 31 days")


def left(centre: Centre, customer: str, opened: timedelta | None, solved: timedelta | None = None, **case: Any) -> None:
    """A customer that left on 20 May 12:00; the ticket's creation and resolution are so long before."""
    gone = datetime.fromisoformat("2025-05-20 12:00")
    event(centre, "churn", f"{gone:%Y-%m-%d %H:%M}", customer_id=customer)
    if opened is not None:
        stamp = None if solved is None else at(f"{gone - solved:%Y-%m-%d %H:%M:%S}")
        told = {"status": "open" if solved is None else "solved", "first_resolved_at": stamp, **case}
        centre.case(at(f"{gone - opened:%Y-%m-%d %H:%M:%S}"), customer_id=customer, **told)


DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


@pytest.mark.parametrize(
    ("opened", "solved", "after"),
    [
        (3 * DAY, None, 1),
        (30 * DAY, 30 * DAY - 60 * SECOND, 1),
        (30 * DAY, 30 * DAY, 1),
        (30 * DAY + SECOND, None, 1),
        (60 * DAY, 30 * DAY - SECOND, 1),
        (60 * DAY, 30 * DAY, 0),
        (60 * DAY, 31 * DAY, 0),
        (0 * DAY, None, 1),
        (-SECOND, None, 0),
        (None, None, 0),
    ],
)
def test_r79_a_ticket_open_or_created_in_the_thirty_days_before(opened: Any, solved: Any, after: int) -> None:
    centre = month()
    left(centre, "C1", opened, solved)
    assert value(centre, "churn_after_contact").value == after


def test_r79_five_of_forty() -> None:
    centre = month()
    for place in range(40):
        left(centre, f"C{place}", 3 * DAY if place < 5 else None)
    found = value(centre, "churn_after_contact")
    assert (found.value, found.title, found.note) == (
        0.125,
        "Churned after support contact",
        "after, which is not because of",
    )
    assert "caused" not in f"{found.title} {found.note} {METRICS['churn_after_contact'].formula}"


def test_r79_a_ticket_that_was_opened_again_counts_and_tests_and_others_do_not() -> None:
    centre = month()
    left(centre, "again", 60 * DAY, 50 * DAY, reopened_at="2025-05-10 10:00")
    left(centre, "test", 3 * DAY, is_test=1)
    left(centre, "deleted", 3 * DAY, deleted_at="2025-05-18 10:00")
    left(centre, "merged", 60 * DAY, merged_at="2025-04-01 10:00")
    left(centre, "none", None)
    centre.case("2025-05-18 10:00", customer_id="somebody else")
    told = explained(centre.facts(LATER), "churn_after_contact", MAY)
    first, *_ = [row["id"] for row in centre.rows["business_events"]]
    assert (told.figure.value, told.numerator_rows) == (0.2, {"business_events": [first]})


@pytest.mark.parametrize(("reopened", "after"), [("2025-05-20 12:00", 1), ("2025-05-20 12:01", 0)])
def test_r79_opened_again_as_late_as_the_customer_left(reopened: str, after: int) -> None:
    centre = month()
    left(centre, "C1", 60 * DAY, 50 * DAY, reopened_at=reopened)
    assert value(centre, "churn_after_contact").value == after


@pytest.mark.parametrize(("merged", "after"), [("2025-04-20 12:00:00", 0), ("2025-04-20 12:00:01", 1)])
def test_r79_a_ticket_is_open_until_it_is_merged(merged: str, after: int) -> None:
    centre = month()
    left(centre, "C1", 60 * DAY, merged_at=merged)
    assert value(centre, "churn_after_contact").value == after


def test_r79_how_many_days_is_a_key_and_a_customer_without_name_is_left_out(tmp_path: Path) -> None:
    centre = month()
    left(centre, "C1", 8 * DAY, 7 * DAY + SECOND)
    event(centre, "churn", count=3)
    facts = centre.facts(LATER, pack_with(tmp_path, "[business]\nchurn_days = 7"))
    found = figure(facts, "churn_after_contact", MAY)
    assert (found.value, dict(found.excluded)) == (0, {"no customer named": 1})
    assert value(centre, "churn_after_contact").value == 1


def test_churn_by_the_subscribers_counted_at_the_windows_start() -> None:
    centre = month()
    centre.covers("business_events", "2025-04-01 00:00", "2025-05-01 00:00")
    event(centre, "subscriber", "2025-04-01 08:00", count=900)
    may = [
        event(centre, "subscriber", "2025-05-01 08:00", count=600),
        event(centre, "subscriber", "2025-05-01 09:00", count=400),
    ]
    event(centre, "subscriber", "2025-05-15 08:00", count=5_000)
    leaving = event(centre, "churn", "2025-05-13 10:00", count=20)
    told = explained(centre.facts(LATER), "churn_rate", MAY)
    assert (told.figure.value, told.figure.denominator) == (0.02, 1_000)
    assert told.rows == {"business_events": may}
    assert told.numerator_rows == {"business_events": [leaving]}
    assert value(centre, "churn_rate", "2025-05-02..2025-05-31").denominator == 1_000
    assert value(centre, "churn_rate", "2025-05-15..2025-05-31").denominator == 5_000
    assert value(centre, "churn_rate", "2025-04-10..2025-05-31").denominator == 900
    assert value(centre, "churn_rate", "2025-05-13..2025-05-14").value == 0.02


def test_without_a_count_by_the_windows_first_day_there_is_no_churn_rate() -> None:
    centre = month()
    event(centre, "subscriber", "2025-05-02 00:00", count=100)
    event(centre, "churn")
    assert value(centre, "churn_rate").note.startswith("no subscribers counted by the window's first day")
    assert value(centre, "churn_rate", "2025-05-02..2025-05-31").value == 0.01


def test_every_source_counts_its_own_subscribers() -> None:
    centre = month()
    event(centre, "subscriber", "2025-05-01 00:00", count=100, source="shop")
    event(centre, "subscriber", "2025-04-20 00:00", count=300, source="club")
    event(centre, "churn", count=4, source="club")
    centre.covers("business_events", "2025-04-01 00:00", LATER, source="club")
    assert value(centre, "churn_rate").denominator == 400


@pytest.mark.parametrize(
    ("pack", "before", "now", "verdict"),
    [(LIGHTCURVE, 140, 128, "ok"), (LIGHTCURVE, 140, 131, "miss"), (LIGHTCURVE, 140, 114, "ok"),
     (PRESTIGE, 140, 115, "ok"), (PRESTIGE, 140, 121, "miss")],
)  # fmt: skip
def test_r80_r355_a_year_of_less_churn(pack: Any, before: int, now: int, verdict: str) -> None:
    centre = Centre()
    centre.covers("business_events", "2023-01-01 00:00", "2025-01-01 12:00")
    for year, count in ((2023, before), (2024, now)):
        event(centre, "subscriber", f"{year}-01-01 00:00", count=1_000)
        event(centre, "churn", f"{year}-06-01 00:00", count=count)
    facts = centre.facts("2025-01-02 08:00", pack)
    found = [figure(facts, "churn_rate", f"{year}-01-01..{year}-12-31") for year in (2023, 2024)]
    old, new = (Fraction(int(each.numerator), int(each.denominator)) for each in found)
    (goal,) = goals_of(pack.programme.goals, "churn_rate", {})
    assert goal.band.verdict(old - new) == verdict


def earned(centre: Centre) -> None:
    centre.case("2025-05-10 09:00", case_id="7", customer_id="C1", tier="elite")
    for _ in range(3):
        event(centre, "save", amount=29_900, currency="usd", case_id="7")
    event(centre, "expansion", amount=250_000, currency="USD", case_id="unheard of", customer_id="C2")
    centre.add("customers", customer_id="C2", tier="premium")


def test_r69_saves_and_expansions_by_tier() -> None:
    centre = month()
    earned(centre)
    facts = centre.facts(LATER)
    both, saves, upsell = (figure(facts, name, MAY) for name in ("service_revenue", "saves", "upsell"))
    assert (both.value, saves.value, upsell.value) == (3_397.0, 897.0, 2_500.0)
    assert (both.currency, both.n, value_text(both)) == ("USD", 4, "3,397.00 USD")
    by_tier = slices(facts, "service_revenue", "tier", window=MAY)
    assert {tier: each.value for tier, each in by_tier.items()} == {"elite": 897.0, "premium": 2_500.0}


def test_r69_what_names_no_case_or_no_amount_is_left_out_and_counted() -> None:
    centre = month()
    earned(centre)
    event(centre, "save", amount=1_000, currency="USD")
    event(centre, "save", case_id="7")
    found = value(centre, "saves")
    assert (found.value, dict(found.excluded)) == (897.0, {"no case named": 1, "without an amount": 1})


def test_amounts_of_two_currencies_make_no_sum() -> None:
    centre = month()
    earned(centre)
    event(centre, "save", amount=100, currency="EUR", case_id="7")
    found = value(centre, "saves")
    assert (found.value, found.note) == (None, "several currencies: EUR and USD")
    assert value(centre, "upsell").value == 2_500.0


def test_r355_upsell_rises() -> None:
    centre = Centre()
    centre.covers("business_events", "2023-01-01 00:00", "2025-01-01 12:00")
    for year, amount in ((2023, 100_000), (2024, 106_000)):
        event(centre, "expansion", f"{year}-06-01 00:00", amount=amount, currency="USD", case_id="7")
    facts = centre.facts("2025-01-02 08:00", PRESTIGE)
    old, new = (Fraction(figure(facts, "upsell", f"{year}-01-01..{year}-12-31").value) for year in (2023, 2024))
    (goal,) = goals_of(PRESTIGE.programme.goals, "upsell", {})
    assert goal.band.verdict(new / old - 1) == "ok"


def test_slices_have_a_value_only_where_both_kinds_of_rows_name_them() -> None:
    centre = month()
    centre.contact(issue_type="refund")
    event(centre, "order", count=50)
    by_reason = slices(centre.facts(LATER), "contact_rate", "issue_type", window=MAY)
    assert {(each.value, each.note) for each in by_reason.values()} == {
        (None, "not by issue_type: not all its feeds name one")
    }
    assert value(centre, "contact_rate", where={"issue_type": "refund"}).value is None
    event(centre, "order", count=50, issue_type="refund")
    by_reason = slices(centre.facts(LATER), "contact_rate", "issue_type", window=MAY)
    assert {reason: each.value for reason, each in by_reason.items()} == {"refund": 2.0, None: 0.0}
    assert value(centre, "contact_rate", where={"channel": "voice"}).note == "not by channel: not all its rows have one"


def test_r58_contacts_of_customers_with_an_order() -> None:
    centre = month()
    for place in range(1_000):
        centre.contact(at("2025-05-13 08:00") + place, customer_id=f"C{place % 97}" if place < 970 else "stranger")
    for place in range(97):
        event(centre, "subscriber" if place % 2 else "order", "2025-04-20 08:00", customer_id=f"C{place}")
    event(centre, "refund", customer_id="stranger")
    facts = centre.facts(LATER)
    found = order_join(facts, window_of(facts, MAY))
    assert (found.contacts, found.matched, found.share_unmatched) == (1_000, 970, Fraction(3, 100))
    assert found.line == "3.0 % of 1,000 contacts are of no customer with an order or subscription"
    assert found.unmatched == {"interactions": [row["id"] for row in centre.rows["interactions"][970:]]}


def test_r58_a_contact_without_a_customer_joins_nothing() -> None:
    centre = month()
    for started in ("2025-04-30 23:59:59", "2025-05-01 00:00", "2025-05-31 23:59:59", "2025-06-01 00:00"):
        centre.contact(started)
    facts = centre.facts(LATER)
    found = order_join(facts, window_of(facts, MAY))
    assert (found.contacts, found.share_unmatched) == (2, 1)
    assert order_join(facts, window_of(facts, "2025-05-02")).line == "no contacts to join to orders or subscriptions"


@st.composite
def businesses(draw: st.DrawFn) -> Centre:
    centre = month()
    moments = st.integers(at("2025-04-20 00:00"), at("2025-05-31 17:00"))
    maybe = st.sampled_from
    customer = maybe(["C1", "C2", None])
    centre.add("customers", customer_id="C1", tier="elite", region="EU")
    for _ in range(draw(st.integers(0, 6))):
        centre.contact(draw(moments), customer_id=draw(customer), issue_type=draw(maybe(["refund", None])))
    for number in range(draw(st.integers(0, 3))):
        centre.case(draw(moments), case_id=str(number), customer_id=draw(customer), tier=draw(maybe(["premium", None])))
    for _ in range(draw(st.integers(0, 14))):
        centre.add(
            "business_events",
            kind=draw(maybe(KINDS)),
            at=draw(moments),
            count=draw(maybe([None, 0, 1, 30])),
            customer_id=draw(customer),
            issue_type=draw(maybe(["refund", "moving", None])),
            case_id=draw(maybe(["0", "1", "9", None])),
            amount=draw(maybe([None, 0, 1_250])),
            currency=draw(maybe(["USD", "USD", "EUR", None])),
            source=draw(maybe(["shop", "demo"])),
        )
    return centre


def listed(ids: Any) -> Counter[tuple[str, int]]:
    return Counter((table, row) for table, rows in ids.items() for row in rows)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(centre=businesses(), data=st.data())
def test_slices_partition_both_kinds_of_rows(centre: Centre, data: st.DataObject) -> None:
    facts = centre.facts(LATER)
    window = window_of(facts, MAY)
    metric = METRICS[data.draw(st.sampled_from(OURS))]
    by = data.draw(st.sampled_from([*((name,) for name in allowed(metric)), ("tier", "issue_type"), ("channel",)]))
    total = explain(facts, metric.id, window=window)
    cells = figures(facts, [metric.id], window=window, by=by)
    parts = [explain(facts, metric.id, window=window, where=cell.by) for cell in cells]
    assert sum((listed(part.rows) for part in parts), Counter()) == listed(total.rows)
    assert sum((listed(part.numerator_rows) for part in parts), Counter()) == listed(total.numerator_rows)
    assert [part.figure.value for part in parts] == [cell.value for cell in cells]
    if metric.unit == "ratio" and all(cell.value is not None for cell in cells) and cells:
        assert sum(cell.numerator for cell in cells) == total.figure.numerator
        assert sum(cell.denominator for cell in cells) == total.figure.denominator
