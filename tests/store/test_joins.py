"""Joins reported, not assumed: orphans, survey joins, tiers, rounded times and unknown agents, with their counts."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from carecli.store.connection import reading
from carecli.store.identities import Candidate, link_identities, unlink_merge
from carecli.store.joins import JoinReport, UnknownAgents, joins
from tests.store.staging import StagedFile, StagedRow
from tests.store.test_merge import bring, call, ticket

NOON = 1_000_000_020
"""At :00 s."""


def survey(record: int, key: str, **values: Any) -> StagedRow:
    return StagedRow("surveys", {"survey_id": key, "kind": "csat", "sent_at": 1_000_000_000, **values}, record)


def link(column: str, target: str) -> StagedRow:
    return StagedRow("links", {"column": column, "target_source": target}, 1)


def report(store: Path, source: str | None = None) -> JoinReport:
    with reading(store) as connection:  # all of it can be read from a store that can't be written
        return joins(connection, source)


def orphans(store: Path) -> list[tuple[str, str, str, int, int, int]]:
    return [(o.table, o.column, o.source, o.orphans, o.named, o.rows) for o in report(store).orphans]


def calls_of(cases: Sequence[str | None]) -> list[StagedRow]:
    return [call(n, f"c{n:03}", case_id=case, started_at=1_000_000_001 + n) for n, case in enumerate(cases, start=1)]


def test_three_of_300_contacts_name_an_unknown_case(tmp_path: Path) -> None:
    """R309."""
    store = tmp_path / "store.db"
    bring(store, StagedFile("z.tickets", [ticket(1, "1"), ticket(2, "2")]))
    result = bring(store, StagedFile("k.calls", calls_of(["1"] * 290 + ["7", "8", "9"] + ["", None] * 3 + ["2"])))
    assert result.notes == ("orphans: 3 of 300 interactions name a case that isn't there (yet)",)
    (found,) = report(store).orphans
    assert (found.table, found.column, found.source) == ("interactions", "case_id", "desk")
    assert (found.orphans, found.named, found.rows) == (3, 294, 300)
    assert found.ids == ("c291", "c292", "c293")
    assert joins(store).orphans == (found,)
    bring(store, StagedFile("z.tickets", [ticket(1, "7"), ticket(2, "8"), ticket(3, "9")]))
    assert report(store).orphans == ()


def test_ids_are_of_the_linked_source_else_the_own_else_of_the_only_one(tmp_path: Path) -> None:
    """As the metrics join them."""
    store = tmp_path / "store.db"
    bring(store, StagedFile("z.tickets", [ticket(1, "1"), ticket(2, "2")], source="north"))
    bring(store, StagedFile("z.tickets", [ticket(1, "2"), ticket(2, "3")], source="south"), accept=True)
    bring(store, StagedFile("k.calls", calls_of(["1", "2", "3", "4"]), source="phone"))
    assert orphans(store) == [("interactions", "case_id", "phone", 2, 4, 4)]  # 2 could be either's, 4 nobody's
    bring(store, StagedFile("canonical.links", [link("interactions.case_id", "south")], source="phone"))
    assert report(store).orphans[0].ids == ("c001", "c004")
    bring(store, StagedFile("k.calls", calls_of(["1", "3"]), source="north"))
    assert orphans(store)[0] == ("interactions", "case_id", "north", 1, 2, 2)  # it has cases of its own


def test_events_surveys_and_reviews_are_looked_at_too(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("z.tickets", [ticket(1, "1")]))
    bring(store, StagedFile("k.calls", [call(1, "a"), call(2, "b")]))
    event = StagedRow("case_events", {"event_id": "e", "case_id": "9", "at": 1_000_000_000, "kind": "created"}, 1)
    review = {"review_id": "r", "interaction_id": "zz", "case_id": "1", "reviewed_at": 1_000_000_000}
    for rows in ([event], [StagedRow("qa_reviews", review, 1)], [survey(1, "s", case_id="1", interaction_id="y")]):
        file = bring(store, StagedFile("k.more", rows, summary={"derive": None}))
        assert file.notes[0].startswith("orphans: 1 of 1 ")
    assert [(o.table, o.column, o.ids) for o in report(store).orphans] == [
        ("case_events", "case_id", ("e",)),
        ("surveys", "interaction_id", ("s",)),
        ("qa_reviews", "interaction_id", ("r",)),
    ]


def test_no_more_than_500_ids_are_listed(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.calls", calls_of(["x"] * 501)))
    (found,) = report(store).orphans
    assert (found.orphans, len(found.ids), found.ids[-1]) == (501, 500, "c500")


def test_284_of_300_surveys_found_their_case_or_contact(tmp_path: Path) -> None:
    """R318: 94.7 %. One that names both, one of them known, is joined."""
    store = tmp_path / "store.db"
    bring(store, StagedFile("z.tickets", [ticket(1, "1")]))
    bring(store, StagedFile("k.calls", [call(1, "a")]))
    joined = [{"case_id": "1"}] * 200 + [{"interaction_id": "a"}] * 83 + [{"case_id": "9", "interaction_id": "a"}]
    rest: list[dict[str, str]] = [{}] * 10 + [{"case_id": "9"}] * 6
    rows = [survey(n, f"s{n:03}", **values) for n, values in enumerate([*joined, *rest], start=1)]
    bring(store, StagedFile("k.surveys", rows))
    (rate,) = report(store).surveys
    assert (rate.source, rate.joined, rate.rows) == ("desk", 284, 300)
    assert rate.share == pytest.approx(0.9467, abs=0.00005)
    assert rate.missing == tuple(f"s{n:03}" for n in range(285, 301))


def test_974_of_1000_cases_have_a_tier_of_their_own_or_of_their_customer(tmp_path: Path) -> None:
    """R322: 97.4 %, the 26 others listed."""
    store = tmp_path / "store.db"
    said: list[dict[str, Any]] = (
        [{"tier": "gold"}] * 900 + [{"customer_id": "acme"}] * 70 + [{"customer_id": "acme-eu"}] * 4
    )
    none: list[dict[str, Any]] = [{}] * 20 + [{"customer_id": "nobody"}] * 6
    rows = [ticket(n, f"{n:04}", **values) for n, values in enumerate([*said, *none], start=1)]
    bring(store, StagedFile("z.tickets", rows))
    known = [{"customer_id": "acme", "tier": "gold"}, {"customer_id": "nobody", "plan": "basic"}]
    bring(store, StagedFile("c.customers", [StagedRow("customers", v, n) for n, v in enumerate(known)], source="crm"))
    (rate,) = report(store).tiers
    assert rate.joined == 970
    link_identities(store, kind="customer", canonical="acme", ids=[("desk", "acme-eu")], author="lead", now=NOON)
    (rate,) = report(store).tiers
    assert (rate.joined, rate.rows, rate.share) == (974, 1000, 0.974)
    assert rate.missing == tuple(f"{n:04}" for n in range(975, 1001))


@pytest.mark.parametrize(
    ("rows", "off", "rounded"),
    [
        (20, 0, True),
        (19, 0, False),  # too few to tell
        (100, 9, True),  # 191 of 200 times at :00 s = 95.5 %
        (100, 10, False),  # 95.0 % is not more than 95 %
    ],
)
def test_times_rounded_to_the_minute(tmp_path: Path, rows: int, off: int, rounded: bool) -> None:
    """R315. Two times a call; a time that isn't there doesn't count."""
    store = tmp_path / "store.db"
    staged = [
        call(n, str(n), started_at=NOON + 60 * n, ended_at=NOON + 60 * n + (n <= off)) for n in range(1, rows + 1)
    ]
    result = bring(store, StagedFile("k.calls", staged))
    assert result.notes == (("interactions: minute-rounded: SL20 not computable",) if rounded else ())
    found = report(store).minute_rounded
    assert [(f.table, f.source, f.rows, f.times, f.at_zero) for f in found] == (
        [("interactions", "desk", rows, 2 * rows, 2 * rows - off)] if rounded else []
    )


def test_a_sources_own_queue_times_outlive_rounded_stamps(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    staged = [call(n, str(n), started_at=NOON, queue_time_ms=1000 * n) for n in range(1, 31)]
    bring(store, StagedFile("k.calls", staged))
    (found,) = report(store).minute_rounded
    assert (found.own_waits, "the source's own queue times" in found.text) == (30, True)


def agent(record: int, key: str, name: str | None) -> StagedRow:
    return StagedRow("agents", {"agent_id": key, "name": name}, record)


def test_agents_without_a_row_and_those_who_may_be_one(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.calls", [call(1, "a", agent_id="7"), call(2, "b", agent_id="8")], source="phone"))
    state = {"agent_id": "9", "state": "ready", "started_at": 1_000_000_001}
    bring(store, StagedFile("k.states", [StagedRow("agent_states", state, 1)], source="wfm"))
    bring(store, StagedFile("k.agents", [agent(1, "7", "Ann Example")], source="phone"))
    bring(store, StagedFile("k.agents", [agent(1, "a-1", " ann  EXAMPLE"), agent(2, "a-2", "Bob")], source="hr"))
    found = report(store)
    assert found.unknown_agents == (UnknownAgents("phone", 1, ("8",)), UnknownAgents("wfm", 1, ("9",)))
    assert found.candidates == (Candidate("same name", "ann EXAMPLE", (("hr", "a-1"), ("phone", "7"))),)
    assert report(store, "wfm").unknown_agents == (UnknownAgents("wfm", 1, ("9",)),)
    link_identities(store, kind="agent", canonical="Bob", ids=[("phone", "8")], author="lead", now=NOON)
    link_identities(store, kind="agent", canonical="Ann", ids=[("hr", "a-1"), ("phone", "7")], author="lead", now=NOON)
    assert report(store, "phone").unknown_agents == ()
    assert report(store).candidates == ()


def test_an_empty_store_has_nothing_to_report(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.agents", [agent(1, "7", "Ann")]))
    assert report(store) == JoinReport((), (), (), (), (), ())


def ids_shared(store: Path, source: str | None = None) -> list[tuple[str, tuple[tuple[str, str | None], ...]]]:
    found = report(store, source).shared_agents
    assert found.count == len(found.first)
    return [(each.id, each.holders) for each in found.first]


def test_an_agent_id_of_several_sources_is_one_person_or_two(tmp_path: Path) -> None:
    """Figures by agent take them for one until somebody links both (one), or one of them to a name of its own (two)."""
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.calls", [call(1, "a", agent_id="7"), call(2, "b", agent_id="8")], source="talkdesk"))
    bring(store, StagedFile("z.tickets", [ticket(1, "1", assignee_id="7")], source="zendesk"))
    bring(store, StagedFile("k.agents", [agent(1, "7", "Ann"), agent(2, "9", "Bob")], source="zendesk"))
    assert ids_shared(store) == [("7", (("talkdesk", None), ("zendesk", "Ann")))]
    assert ids_shared(store, "zendesk") == ids_shared(store)
    assert ids_shared(store, "hr") == []
    two, _ = link_identities(store, kind="agent", canonical="Cy", ids=[("talkdesk", "7")], author="lead", now=NOON)
    assert ids_shared(store) == []
    unlink_merge(store, two, author="lead", now=NOON)
    half, _ = link_identities(store, kind="agent", canonical="7", ids=[("talkdesk", "7")], author="lead", now=NOON)
    assert len(ids_shared(store)) == 1  # nobody said so of zendesk's
    link_identities(store, kind="agent", canonical="7", ids=[("zendesk", "7")], author="lead", now=NOON)
    assert ids_shared(store) == []
    assert half > two


def test_an_address_is_one_persons_in_every_source(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    for source in ("phone", "chat"):
        rows = [call(1, "a", agent_id="ann@example.org"), call(2, "b", agent_id=""), call(3, "c")]
        bring(store, StagedFile("k.calls", rows, source=source))
    assert ids_shared(store) == []


def test_a_row_without_a_name_gives_none(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.calls", [call(1, "a", agent_id="7")]))
    bring(store, StagedFile("k.agents", [agent(1, "7", None)]))
    assert report(store).unknown_agents == (UnknownAgents("desk", 1, ("7",)),)
