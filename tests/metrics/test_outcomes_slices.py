"""Region, segment and classes of issues as dimensions of every metric, any two at once (R40, R68, R81)."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.errors import UsageProblem
from carecli.metrics.dictionary import METRICS
from carecli.metrics.dimensions import DIMENSIONS, allowed
from carecli.metrics.evaluate import explain, figures
from carecli.metrics.facts import Facts
from carecli.metrics.measures import Metric
from carecli.policy.pack import Pack, load_pack
from tests.metrics.build import BERLIN, Centre, at, explained, figure, pack_with, slices, window_of
from tests.policy.packs import STRATEGY, verdicts

EVENING = "2025-05-13 18:00"
DAY = "2025-05-13"
CLASSED = """
csat.minimum_n = 1
nps.minimum_n = 1
[classes.journey]
warranty = ["Claim"]
account_inquiry = ["Balance"]
[classes.complexity]
complex = ["Claim", "Outage"]
[classes.issue_class]
routine = ["Balance", "Outage"]
[classes.verification]
multi_step = ["Balance"]
"""
EVERY = ("channel", "queue", "issue_type", "tier", "region", "agent", "priority")
"""What R40 and the issue name: any two of them at once."""


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return pack_with(tmp_path, CLASSED)


def test_r68_a_dimension_of_the_customer_keeps_those_without_a_value():
    """300 contacts: 120 + 100 + 60 by region and 20 of no known region."""
    centre = Centre()
    sizes = {"north": 120, "south": 100, "west": 60, None: 20}
    for region, size in sizes.items():
        centre.add("customers", customer_id=f"P-{region}", region=region, segment="b2b" if region else None)
        for number in range(size):
            centre.contact(customer_id=f"P-{region}" if number % 2 or region else None)
    facts = centre.facts(EVENING)
    assert {name: each.value for name, each in slices(facts, "volume", "region").items()} == sizes
    assert {name: each.value for name, each in slices(facts, "volume", "segment").items()} == {"b2b": 280, None: 20}
    assert figure(facts, "volume", where={"region": "north", "segment": "b2b"}).value == 120
    assert figure(facts, "volume", where={"region": None}).value == 20
    assert figure(facts, "volume", where={"region": "b2b"}).note == "no such region: b2b"


def test_a_customer_of_two_systems_has_what_either_says():
    centre = Centre()
    centre.add("customers", customer_id="P1", source="billing", segment="b2c")
    centre.add("customers", customer_id="P1", source="desk", region="north", segment="b2b")
    centre.contact(customer_id="P1")
    facts = centre.facts(EVENING)
    assert list(slices(facts, "volume", "region", "segment")) == [("north", "b2c")]


def test_r81_csat_by_segment():
    centre = Centre()
    for segment in ("b2b", "b2c"):
        centre.add("customers", customer_id=segment, segment=segment)
        for number in range(100):
            told = {"responded_at": f"{DAY} 10:00", "sent_at": f"{DAY} 09:00", "scale_max": 5.0, "channel": "email"}
            centre.add("surveys", kind="csat", customer_id=segment, score=5.0 if number < 78 else 2.0, **told)
    by_segment = slices(centre.facts(EVENING, STRATEGY), "csat", "segment")
    judged = {name: verdicts(STRATEGY, "csat", each.value, segment=name) for name, each in by_segment.items()}
    assert judged == {"b2b": ["ok"], "b2c": ["miss"]}


def test_classes_come_from_the_reason_whatever_it_is_spelt_like(pack):
    centre = Centre()
    for name in ("Claim", "CLAIM", "claim.", "Balance", "Other", None):
        centre.contact(issue_type=name)
    facts = centre.facts(EVENING, pack)
    by_journey = slices(facts, "volume", "journey")
    assert {name: each.value for name, each in by_journey.items()} == {"account_inquiry": 1, "warranty": 3, None: 2}
    both = slices(facts, "volume", "complexity", "issue_class")
    assert {name: each.value for name, each in both.items()} == {
        ("complex", None): 3, (None, "routine"): 1, (None, None): 2,
    }  # fmt: skip
    assert figure(facts, "volume", where={"journey": "warranty"}).value == 3
    assert figure(facts, "volume", where={"journey": "repair"}).note == "no such journey: repair"


def test_without_classes_in_the_pack_every_row_has_none():
    centre = Centre()
    centre.contact(issue_type="Claim")
    assert list(slices(centre.facts(EVENING), "volume", "journey")) == [None]


def test_r40_an_average_of_slices_is_not_the_total():
    centre = Centre()
    for region, in_time, all_ in (("north", 90, 100), ("south", 450, 900)):
        centre.add("customers", customer_id=region, region=region)
        for number in range(all_):
            centre.call(10_000 if number < in_time else 60_000, customer_id=region)
    facts = centre.facts(EVENING)
    by_region = slices(facts, "service_level", "region")
    assert {name: each.value for name, each in by_region.items()} == {"north": 0.90, "south": 0.50}
    assert figure(facts, "service_level").value == 0.54


def test_handoffs_are_a_dimension_of_outcomes_only():
    facts = Centre().facts(EVENING)
    with pytest.raises(UsageProblem, match="volume has no dimension 'handoffs'"):
        figures(facts, ["volume"], window=window_of(facts, "today"), by=("handoffs",))


def test_every_metric_of_rows_has_the_dimensions_of_its_rows():
    for metric in METRICS.values():
        if not metric.only_by:
            assert set(EVERY) <= set(allowed(metric)) <= set(DIMENSIONS), metric.id


# Slices are a partition: of every metric, by any two dimensions


def name_or_none(*names: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([*names, None])


@st.composite
def centres(draw: Any) -> Centre:
    """A little of everything, with every dimension sometimes missing."""
    centre = Centre()
    for customer in ("P1", "P2", "P3"):
        told = {"region": name_or_none("north", "south"), "segment": name_or_none("b2b"), "tier": name_or_none("gold")}
        centre.add("customers", customer_id=customer, **{name: draw(each) for name, each in told.items()})
    day = at(f"{DAY} 00:00")
    for number in range(draw(st.integers(1, 6))):
        start = day - 86_400 * draw(st.integers(0, 2)) + draw(st.integers(8, 16)) * 3600
        centre.call(
            draw(st.sampled_from([1_000, 30_000])),
            start,
            channel=draw(st.sampled_from(["voice", "chat"])),
            outcome=draw(st.sampled_from(["answered", "answered", "abandoned"])),
            queue=draw(name_or_none("Billing", "Moves")),
            customer_id=draw(name_or_none("P1", "P2")),
            issue_type=draw(name_or_none("Claim", "Balance")),
            agent_id=draw(name_or_none("A", "B")),
            talk_ms=60_000,
            case_id=draw(name_or_none("1")),
            is_test=int(number == 4),
        )
    for number in range(draw(st.integers(1, 6))):
        created = day - 86_400 * draw(st.integers(0, 4)) + draw(st.integers(8, 16)) * 3600
        case_id = str(number)
        resolved = draw(st.sampled_from([None, created + 7_200, created + 200_000]))
        centre.case(
            created,
            case_id=case_id,
            channel=draw(name_or_none("email", "social")),
            queue=draw(name_or_none("Billing", "Refunds")),
            customer_id=draw(name_or_none("P1", "P2", "P3")),
            issue_type=draw(name_or_none("Claim", "Outage")),
            assignee_id=draw(name_or_none("A")),
            priority=draw(name_or_none("P1")),
            status="solved" if resolved else "open",
            first_response_at=draw(st.sampled_from([None, created + 600])),
            first_resolved_at=resolved,
            escalation_level=draw(st.sampled_from([None, 1, 2])),
            merged_at=created + 60 if number == 5 else None,
        )
        for place, agent in enumerate(draw(st.lists(st.sampled_from("AB"), max_size=3))):
            centre.add("case_events", case_id=case_id, at=created + place, kind="assigned", to_value=agent)
        for kind in draw(st.lists(st.sampled_from(["csat", "nps_touch"]), max_size=2)):
            told = {"sent_at": created, "responded_at": draw(st.sampled_from([None, created + 9_000]))}
            centre.add("surveys", kind=kind, case_id=case_id, score=4.0, scale_max=5.0, **told)
    for table in ("interactions", "cases", "surveys"):
        centre.covers(table, "2025-04-01 00:00", EVENING)
    return centre


def parts(facts: Facts, metric: Metric, by: tuple[str, ...]) -> Any:
    """What a whole and its slices share: n, exclusions, the parts of a ratio, and counts, each summed."""
    found = figures(facts, [metric.id], window=window_of(facts, "7d"), by=by)
    excluded = sum((Counter(each.excluded) for each in found), Counter[str]())
    told = [sum(getattr(each, part) or 0 for each in found) for part in ("numerator", "denominator")]
    count = sum(each.value or 0 for each in found) if metric.shape == "count" else 0
    return sum(each.n for each in found), excluded, [round(each, 3) for each in (*told, count)]


def pairs(metric: Metric) -> list[tuple[str, ...]]:
    """Any two dimensions; a stock of each day is no part of the stock of now."""
    names = [name for name in metric.only_by or allowed(metric) if (metric.table, name) != ("open_cases", "day")]
    return list(combinations(names, min(2, len(names))))


@pytest.fixture(scope="module")
def classed(tmp_path_factory: pytest.TempPathFactory) -> Pack:
    path = tmp_path_factory.mktemp("pack") / "own.toml"
    path.write_text(f'extends = "care-package"\n{CLASSED}', encoding="utf-8")
    return load_pack(str(path), zone=BERLIN)


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(centre=centres(), chosen=st.integers(0, 10_000))
def test_r40_slices_of_any_two_dimensions_sum_to_the_total_in_every_metric(classed, centre, chosen):
    facts = centre.facts(EVENING, classed)
    for place, metric in enumerate(METRICS.values()):
        by = pairs(metric)[(chosen + place) % len(pairs(metric))]
        total = parts(facts, metric, ())
        if total[0] or total[1]:
            assert parts(facts, metric, by) == total, (metric.id, by)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(centre=centres(), data=st.data())
def test_r40_rows_of_any_two_dimensions_partition_those_of_the_total(classed, centre, data):
    facts = centre.facts(EVENING, classed)
    window = window_of(facts, "7d")
    metric = METRICS[data.draw(st.sampled_from([name for name, each in METRICS.items() if not each.only_by]))]
    by = data.draw(st.sampled_from(pairs(metric)))
    total = explain(facts, metric.id, window=window)
    told = [explain(facts, metric.id, window=window, where=each.by)
            for each in figures(facts, [metric.id], window=window, by=by) if each.by]  # fmt: skip
    if not told:
        assert not total.rows
        return
    for whole, slices_ in (
        (total.rows, [each.rows for each in told]),
        (total.numerator_rows, [each.numerator_rows for each in told]),
        *((total.excluded_rows.get(reason, {}), [each.excluded_rows.get(reason, {}) for each in told])
          for reason in {*total.excluded_rows, *(reason for each in told for reason in each.excluded_rows)}),
    ):  # fmt: skip
        every = sorted((table, row) for each in slices_ for table, rows in each.items() for row in rows)
        assert every == sorted((table, row) for table, rows in whole.items() for row in rows), (metric.id, by)


def test_one_row_is_in_one_slice(pack):
    centre = Centre()
    centre.add("customers", customer_id="P1", region="north")
    row = centre.contact(customer_id="P1", issue_type="Claim")
    centre.contact()
    facts = centre.facts(EVENING, pack)
    told = explained(facts, "volume", where={"region": "north", "journey": "warranty"})
    assert told.rows == {"interactions": [row]}
    assert explained(facts, "volume", where={"region": "north", "journey": None}).rows == {}
