"""Incidents: time between them and causes that come again (R66, R67)."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from carecli.policy.goals import goals_of
from carecli.render.values import value_text
from tests.metrics.build import Centre, explained, figure, slices
from tests.policy.packs import PRESTIGE

EVENING = "2025-05-13 18:00"


def centre_with(*opened: tuple[str, str | None], **values: Any) -> Centre:
    centre = Centre()
    centre.covers("incidents", "2024-10-01 00:00", EVENING)
    for when, cause in opened:
        centre.add("incidents", opened_at=when, root_cause=cause, **values)
    return centre


def test_r66_mean_time_between_incidents() -> None:
    centre = centre_with(*((f"2025-0{month}-13 10:00", None) for month in (3, 4, 5) for _ in range(2)))
    found = figure(centre.facts(EVENING), "mtbi", "90d")
    assert (found.value, found.unit, found.n, found.numerator, found.denominator) == (15.0, "days", 6, 90, 6)
    assert value_text(found) == "15.0 d"


def test_r66_without_incidents_it_is_more_than_the_window() -> None:
    facts = centre_with(("2024-11-01 10:00", None)).facts(EVENING)
    found = figure(facts, "mtbi", "90d")
    assert (found.value, found.n, found.note) == (None, 0, ">90 d")
    assert figure(facts, "incidents", "90d").value == 0
    assert figure(Centre().facts(EVENING), "mtbi", "90d").note == "no data: needs incidents"


def test_days_that_have_not_begun_are_no_time_between_incidents() -> None:
    facts = centre_with(("2025-05-02 10:00", None), ("2025-05-20 10:00", None)).facts(EVENING)
    found = figure(facts, "mtbi", "2025-05")
    assert (found.value, found.n) == (13.0, 1)


def test_an_incident_has_the_dimensions_of_its_case() -> None:
    centre = Centre()
    centre.covers("incidents", "2025-05-01 00:00", EVENING)
    centre.case("2025-05-12 09:00", case_id="7", queue="Refunds", tier="elite", is_test=0)
    centre.case("2025-05-12 09:00", case_id="8", is_test=1)
    for case_id in ("7", "7", "8", None):
        centre.add("incidents", opened_at="2025-05-12 10:00", case_id=case_id)
    facts = centre.facts(EVENING)
    found = figure(facts, "incidents", "mtd")
    assert (found.value, dict(found.excluded)) == (3, {"test": 1})
    assert {tier: each.value for tier, each in slices(facts, "incidents", "tier", window="mtd").items()} == {
        "elite": 2,
        None: 1,
    }
    assert slices(facts, "mtbi", "queue", window="mtd")["Refunds"].value == 6.5
    assert slices(facts, "mtbi", "weekday", window="mtd")["Mon"].note == "not by weekday: not all its rows have one"


def test_where_no_incident_names_a_queue_a_queues_time_between_is_unknown() -> None:
    centre = centre_with(("2025-05-02 10:00", None))
    centre.call(1_000, queue="Billing")
    found = figure(centre.facts(EVENING), "mtbi", "90d", where={"queue": "Billing"})
    assert (found.value, found.note) == (None, "not by queue: not all its feeds name one")


def causes(repeated: int, single: int, month: int) -> list[tuple[str, str]]:
    twice = [(f"2025-{month:02d}-0{day} 10:00", f"cause {place}") for place in range(repeated) for day in (2, 3)]
    return [*twice, *((f"2025-{month:02d}-05 10:00", f"once {place}") for place in range(single))]


@pytest.mark.parametrize(("now", "verdict"), [(8, "ok"), (9, "miss")])
def test_r67_repeat_root_causes_fall_by_a_fifth(now: int, verdict: str) -> None:
    facts = centre_with(*causes(10, 3, 2), *causes(now, 5, 4)).facts("2025-07-01 09:00")
    before, after = (figure(facts, "repeat_root_causes", window) for window in ("2025-01-01..2025-03-31",
                                                                                "2025-04-01..2025-06-30"))  # fmt: skip
    assert (before.value, after.value, after.unit) == (10, now, "causes")
    fall = 1 - Fraction(int(after.value), int(before.value))
    (goal,) = goals_of(PRESTIGE.programme.goals, "repeat_root_causes", {})
    assert (fall, goal.band.verdict(fall)) == (Fraction(10 - now, 10), verdict)


def test_a_cause_that_came_once_in_the_window_is_not_repeated_by_one_before_it() -> None:
    facts = centre_with(("2025-03-31 10:00", "disk"), ("2025-04-01 10:00", "disk")).facts(EVENING)
    assert figure(facts, "repeat_root_causes", "2025-04").value == 0
    assert figure(facts, "repeat_root_causes", "2025-03-31..2025-04-01").value == 1


def test_an_incident_is_known_from_the_moment_it_is_opened() -> None:
    centre = centre_with((EVENING, None), ("2025-05-13 18:01", None))
    assert figure(centre.facts(EVENING), "incidents").value == 1


def test_a_test_repeats_no_cause() -> None:
    centre = centre_with(("2025-05-02 10:00", "disk"), ("2025-05-03 10:00", "disk"), ("2025-05-04 10:00", "net"))
    centre.case("2025-05-01 09:00", case_id="8", is_test=1)
    for opened in ("2025-05-01 10:00", "2025-05-05 10:00"):
        centre.add("incidents", opened_at=opened, root_cause="net", case_id="8")
    assert figure(centre.facts(EVENING), "repeat_root_causes", "mtd").value == 1


def test_causes_compare_without_case_and_punctuation_and_count_once() -> None:
    told = (("2025-05-02 10:00", "Full disk"), ("2025-05-03 10:00", "full-disk"), ("2025-05-04 10:00", " Full  disk."),
            ("2025-05-05 10:00", "network"), ("2025-05-06 10:00", " "), ("2025-05-07 10:00", None))  # fmt: skip
    centre = centre_with(*told)
    found = explained(centre.facts(EVENING), "repeat_root_causes", "mtd")
    ids = [row["id"] for row in centre.rows["incidents"]]
    assert found.figure.value == 1
    assert found.rows == {"incidents": [ids[1]]}
    assert found.excluded_rows == {"no root cause": {"incidents": ids[4:]}}
