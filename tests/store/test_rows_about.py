"""Rows that speak of a case or a contact: by the ids of the source that is meant, never by a like id of another one."""

from __future__ import annotations

from pathlib import Path

from carecli.store.rows import (
    find_case,
    find_contact,
    ladder_of_case,
    legs_of_contact,
    row_meant,
    rows_about,
    texts_of,
)
from carecli.tables import CASES, INTERACTIONS, SURVEYS
from tests.store.staging import StagedFile, StagedRow
from tests.store.test_merge import bring, call, ticket


def survey(record: int, survey_id: str, **values: object) -> StagedRow:
    return StagedRow(
        "surveys", {"survey_id": survey_id, "kind": "csat", "sent_at": 1_000_000_000 + record, **values}, record
    )


def ids(rows: list[dict[str, object]], key: str) -> list[object]:
    return [row[key] for row in rows]


def test_a_survey_tool_of_its_own_means_the_only_case_of_that_id(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.tickets", [ticket(1, "4711"), ticket(2, "4712")], source="desk"))
    bring(store, StagedFile("k.s", [survey(1, "b", case_id="4711"), survey(0, "a", case_id="4711")], source="votes"))
    (case,) = find_case(store, "4711")
    assert ids(rows_about(store, SURVEYS, CASES, case), "survey_id") == ["a", "b"]
    (other,) = find_case(store, "4712")
    assert rows_about(store, SURVEYS, CASES, other) == []


def test_an_id_that_two_sources_have_is_nobody_s_unless_it_is_the_source_s_own_or_linked(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    for source in ("north", "south"):
        bring(store, StagedFile("k.tickets", [ticket(1, "7")], source=source))
    bring(store, StagedFile("k.s", [survey(1, "own", case_id="7")], source="north"))
    bring(store, StagedFile("k.s", [survey(1, "foreign", case_id="7")], source="votes"))
    (north,), (south,) = find_case(store, "7", "north"), find_case(store, "7", "south")
    assert ids(rows_about(store, SURVEYS, CASES, north), "survey_id") == ["own"]
    assert rows_about(store, SURVEYS, CASES, south) == []
    link = StagedRow("links", {"column": "surveys.case_id", "target_source": "south"}, 1)
    bring(store, StagedFile("canonical.links", [link], source="votes"))
    assert ids(rows_about(store, SURVEYS, CASES, south), "survey_id") == ["foreign"]
    assert ids(rows_about(store, SURVEYS, CASES, north), "survey_id") == ["own"]


def test_a_contact_names_its_case_and_has_its_stays(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.tickets", [ticket(1, "4711", subject="Refund")], source="desk"))
    bring(
        store, StagedFile("k.calls", [call(1, "c-1", case_id="4711"), call(2, "c-2", case_id="nope")], source="phone")
    )
    legs = [
        StagedRow("legs", {"interaction_id": "c-1", "leg_id": str(n), "entered_at": 1_000_000_000 - n}, n)
        for n in (1, 2)
    ]
    bring(store, StagedFile("k.legs", legs, source="phone"))
    (case,), (first,), (second,) = find_case(store, "4711"), find_contact(store, "c-1"), find_contact(store, "c-2")
    assert row_meant(store, INTERACTIONS, CASES, first) == case
    assert row_meant(store, INTERACTIONS, CASES, second) is None
    assert row_meant(store, CASES, INTERACTIONS, case) is None
    assert ids(rows_about(store, INTERACTIONS, CASES, case), "interaction_id") == ["c-1"]
    assert ids(legs_of_contact(store, "phone", "c-1"), "leg_id") == ["2", "1"]
    assert legs_of_contact(store, "desk", "c-1") == []
    assert texts_of(store, "cases", "subject", [case, 999]) == {case: "Refund"}


def test_a_ladder_is_found_by_the_case_or_by_an_incident_about_it(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.tickets", [ticket(1, "4711"), ticket(2, "4712")], source="desk"))
    incident = StagedRow("incidents", {"incident_id": "INC-1", "case_id": "4711", "opened_at": 1_000_000_000}, 1)
    bring(store, StagedFile("k.incidents", [incident], source="pager"))
    steps = [
        StagedRow("ladder_steps", {"incident_id": owner, "step": step, "due_at": due}, place)
        for place, (owner, step, due) in enumerate((("INC-1", "L2", 20), ("4711", "L1", 10), ("4712", "L1", 10)))
    ]
    bring(store, StagedFile("k.steps", steps[1:], source="desk"))
    bring(store, StagedFile("k.steps", steps[:1], source="pager"))
    (case,) = find_case(store, "4711")
    assert ids(ladder_of_case(store, case), "step") == ["L1", "L2"]
