"""One small store in which every metric has rows that count, rows in the numerator and rows beside it."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.metrics.build import Centre, at
from tests.oracle.stores import Asked

HOUR, DAY = 3600, 86_400
AS_OF = at("2025-05-01 12:00")
FEEDS = (("phone", "interactions"), ("desk", "cases"), ("desk", "surveys"), ("shop", "business_events"),
         ("desk", "incidents"))  # fmt: skip
PACK = Path(__file__).parent / "packs" / "loose.toml"


def small_store() -> Centre:
    centre = Centre()
    _calls(centre)
    _cases(centre)
    _answers(centre)
    _business(centre)
    for source, table in FEEDS:
        centre.covers(table, "2025-04-01 00:00", "2025-05-01 12:00", source=source)
    return centre


def asked() -> Asked:
    """A month that is over, and those who wait on the day after it."""
    return Asked(small_store(), PACK, "Europe/Berlin", AS_OF, date(2025, 4, 1), date(2025, 4, 30))


def _calls(centre: Centre) -> None:
    """Calls of several customers, some of them twice; one in four is abandoned, two wait now."""
    for number in range(12):
        begin = at("2025-04-01 09:00") + number * 5 * HOUR
        lost = number % 4 == 3
        centre.call(
            (number * 7 + 3) * 1000,
            begin,
            length=200 + 31 * number,
            source="phone",
            interaction_id=f"call-{number}",
            queue=("Billing", "Late")[number % 2],
            outcome="abandoned" if lost else "answered",
            talk_ms=None if lost else 90_000 + 7_000 * number,
            hold_ms=None if lost else 1_000 + 900 * number,
            wrap_ms=None if lost else 20_000 + 300 * number,
            agent_id=("ann", "bob", "eve")[number % 3],
            customer_id=f"c{number % 5}",
            issue_type=("Login", "Refund")[number % 2],
        )
    for seconds in (40, 95):
        centre.contact(AS_OF - seconds, source="phone", interaction_id=f"waits-{seconds}", outcome=None)
    centre.call(4_000, AS_OF - 2 * DAY, source="phone", interaction_id="test", is_test=1)


def _cases(centre: Centre) -> None:
    """E-mail cases: resolved early or late, reopened in time or not, escalated or not; the last ones are open."""
    for number in range(10):
        created = at("2025-04-01 10:00") + number * 9 * HOUR
        resolved = None if number > 6 else created + (number + 1) * 3 * HOUR
        late = None if number in (8, 9) else created + 1800 * (number + 1)
        centre.case(
            created,
            source="desk",
            case_id=f"case-{number}",
            queue=("Refunds", "Late")[number % 2],
            customer_id=f"d{number % 4}",
            issue_type=("Login", "Refund", None)[number % 3],
            first_response_at=late,
            first_resolved_at=resolved,
            status="open" if resolved is None else "solved",
            status_text="",
            reopened_at=resolved + 2 * DAY * number if resolved and number in (1, 2, 5) else None,
            updated_at=AS_OF - (HOUR if number == 7 else number * DAY),
            escalation_level=1 + number % 3,
            assignee_id=None if number == 7 else "ann",
            tier=("elite", "premium")[number % 2],
        )
    told = {"source": "desk", "case_id": "case-3", "kind": "customer_reply"}
    centre.add("case_events", at=at("2025-04-04 11:00"), **told)
    for number in (1, 2, 5):
        for hour, agent in enumerate(("ann", "bob", "eve")[: 1 + number % 3], start=1):
            told = {"source": "desk", "case_id": f"case-{number}", "kind": "assigned", "to_value": agent}
            centre.add("case_events", at=at("2025-04-01 10:00") + number * 9 * HOUR + hour * HOUR, **told)


def _answers(centre: Centre) -> None:
    """Surveys of three kinds after cases and calls; some late, one unanswered, one answered twice."""
    for number, kind in enumerate(("csat", "nps_touch", "nps_relationship") * 4):
        sent = at("2025-04-03 09:00") + number * 2 * HOUR
        centre.add(
            "surveys",
            source="desk",
            survey_id=f"survey-{number}",
            kind=kind,
            case_id=f"case-{number % 7}" if number % 2 else None,
            sent_at=sent,
            responded_at=None if number == 9 else sent + HOUR,
            score=(5, 10, 3)[number // 3 % 3] if kind == "csat" else (10, 9, 2, 7)[number // 3],
            scale_max=5 if kind == "csat" else 10,
            customer_id=f"d{number % 4}",
        )


def _business(centre: Centre) -> None:
    """Orders and what came of them, subscribers, customers that left, costs of the month, incidents."""
    shop = {"source": "shop", "currency": "EUR"}
    for number, kind in enumerate((*["order"] * 5, "refund", "refund", "chargeback", *["self_service"] * 2)):
        centre.add("business_events", at=at("2025-04-02 12:00") + number * DAY, kind=kind, customer_id="c1", **shop)
    centre.add("business_events", at=at("2025-04-01 08:00"), kind="subscriber", count=50, **shop)
    for number, kind in enumerate(("save", "expansion", "expansion", "save")):
        told = {"amount": 10_000 + 1_234 * number, "case_id": f"case-{number}", **shop}
        centre.add("business_events", at=at("2025-04-09 12:00") + number * DAY, kind=kind, **told)
    for customer in ("d1", "d2", "z9"):
        centre.add("business_events", at=at("2025-04-11 12:00"), kind="churn", customer_id=customer, **shop)
    for channel, amount in (("voice", 90_000), ("email", 45_500), ("", 10_001)):
        centre.add(
            "costs", source="books", month="2025-04", channel=channel, cost_center="", currency="EUR", amount=amount
        )
    for number, cause in enumerate(("Disk full", "disk-full", "Deploy", None, "Deploy")):
        centre.add("incidents", source="desk", opened_at=at("2025-04-03 03:00") + number * 3 * DAY, root_cause=cause)
    for number in range(4):
        begin = at("2025-04-05 10:00") + number * 1800
        told = {"service": "web", "minutes": 30, "requests": 1_000, "errors": 3 + number}
        centre.add("service_health", source="watch", interval_start=begin, **told)
