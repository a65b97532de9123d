from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli import privacy
from carecli.sources.canonical import map_record, unmapped_columns
from carecli.sources.catalog import canonical_fingerprint
from carecli.sources.records import BadCell, MapContext, Record, Row
from carecli.tables import TABLES, table_named

KEY = bytes(32)
TEN = 1_741_600_800  # 2025-03-10 10:00:00 UTC
CONTACT = {"interaction_id": "00042", "channel": "Voice", "started_at": "2025-03-10T10:00:00Z"}


def rows_of(table, cells, zone=None, exported_at=None):
    context = MapContext(
        f"canonical.{table}",
        "warehouse",
        zone,
        exported_at,
        lambda raw: privacy.customer_key(KEY, raw),
        lambda text: None if text is None else privacy.redact(text),
    )
    return list(map_record(Record(1, 2, 2, cells, ""), context))


def fault_of(table, cells, **options):
    with pytest.raises(BadCell) as caught:
        rows_of(table, cells, **options)
    return caught.value.code, caught.value.column


def test_an_interaction_in_the_store_s_units():
    cells = CONTACT | {
        "source": "north",
        "direction": "inbound",
        "queue": " Billing ",
        "answered_at": "2025-03-10 11:00:20+01:00",
        "ended_at": str(TEN + 400),
        "queue_time_sec": "20.5",
        "talk_sec": "0:05:00",
        "hold_sec": "-",
        "agent_id": "7",
        "first_contact_flag": "yes",
        "is_test": "0",
        "outcome": "",
    }
    assert rows_of("interactions", cells) == [
        Row(
            "interactions",
            {
                "interaction_id": "00042",
                "channel": "voice",
                "started_at": TEN,
                "direction": "inbound",
                "queue": "Billing",
                "answered_at": TEN + 20,
                "ended_at": TEN + 400,
                "queue_time_ms": 20_500,
                "talk_ms": 300_000,
                "agent_id": "7",
                "first_contact_flag": True,
                "is_test": False,
            },
        )
    ]


def test_scores_become_surveys():
    cells = CONTACT | {"csat_score": "4", "nps_score": "9", "queue": "Billing", "case_id": "c1", "agent_id": "7"}
    _, csat, nps = rows_of("interactions", cells, exported_at=TEN + 1000)
    shared = {
        "case_id": "c1",
        "interaction_id": "00042",
        "channel": "voice",
        "queue": "Billing",
        "agent_id": "7",
        "sent_at": TEN,
        "responded_at": TEN,
    }
    first = {"survey_id": "interaction:00042:csat", "kind": "csat", "score": 4.0, "scale_max": 5.0}
    second = {"survey_id": "interaction:00042:nps", "kind": "nps_touch", "score": 9.0, "scale_max": 10.0}
    assert csat == Row("surveys", shared | first, TEN + 1000)
    assert nps == Row("surveys", shared | second, TEN + 1000)
    ended = rows_of("interactions", cells | {"ended_at": str(TEN + 60)})[1]
    assert ended.values["responded_at"] == ended.values["sent_at"] == TEN + 60


def test_version_and_completeness():
    case = {"case_id": "1", "created_at": str(TEN)}
    assert [(row.version, row.complete) for row in rows_of("cases", case)] == [(0, False)]
    assert rows_of("cases", case, exported_at=TEN + 5)[0].version == TEN + 5
    updated = rows_of("cases", case | {"updated_at": str(TEN + 7), "closed_at": str(TEN + 6)}, exported_at=TEN + 9)[0]
    assert (updated.version, updated.complete) == (TEN + 7, True)
    assert rows_of("customers", {"customer_id": "1"})[0].complete


@pytest.mark.parametrize(
    ("table", "cells", "fault"),
    [
        ("interactions", {"interaction_id": "1", "started_at": str(TEN)}, ("missing-value", "channel")),
        ("interactions", CONTACT | {"interaction_id": ""}, ("missing-id", "interaction_id")),
        ("interactions", CONTACT | {"interaction_id": "1.2E+17"}, ("id-damaged", "interaction_id")),
        ("interactions", CONTACT | {"customer_id": "1.2E+17"}, ("id-damaged", "customer_id")),
        ("interactions", CONTACT | {"ended_at": str(TEN - 1)}, ("times-reversed", "ended_at")),
        ("interactions", CONTACT | {"talk_sec": "-1"}, ("negative-duration", "talk_sec")),
        ("interactions", CONTACT | {"channel": "fax"}, ("unknown-code", "channel")),
        ("interactions", CONTACT | {"started_at": "2025-03-10 10:00"}, ("no-time-zone", "started_at")),
        ("legs", {"interaction_id": "1", "leg_id": "1", "entered_at": "5"}, ("time-out-of-range", "entered_at")),
        ("surveys", {"survey_id": "1", "kind": "csat", "score": "nan"}, ("not-a-number", "score")),
        ("costs", {"month": "2025-03", "amount": "5"}, ("missing-value", "currency")),
    ],
)
def test_what_goes_to_the_quarantine(table, cells, fault):
    assert fault_of(table, cells) == fault


def test_an_end_at_the_start_is_fine():
    assert rows_of("interactions", CONTACT | {"ended_at": str(TEN)})[0].complete


def test_the_file_s_zone():
    cells = CONTACT | {"started_at": "2025-03-30 02:30:00"}
    assert fault_of("interactions", cells, zone=ZoneInfo("Europe/Berlin")) == ("no-such-local-time", "started_at")
    local = rows_of("interactions", CONTACT | {"started_at": "2025-03-10 11:00"}, zone=ZoneInfo("Europe/Berlin"))
    assert local[0].values["started_at"] == TEN


def test_a_first_day_at_work_needs_no_zone():
    assert rows_of("agents", {"agent_id": "1", "hired_on": "2025-03-10"})[0].values["hired_on"] == TEN - 36_000


def test_customers_are_pseudonyms_everywhere():
    pseudonym = privacy.customer_key(KEY, "+49 30 2312 5123")
    contact = rows_of("interactions", CONTACT | {"customer_id": "004930 23125123", "csat_score": "5"})
    assert [row.values["customer_id"] for row in contact] == [pseudonym, pseudonym]
    assert rows_of("customers", {"customer_id": "+493023125123"})[0].values == {"customer_id": pseudonym}
    same = {"kind": "customer", "external_id": "+49 30 23125123", "canonical": "a@example.org"}
    values = rows_of("identities", same)[0].values
    assert values["external_id"] == pseudonym
    assert values["canonical"] == privacy.customer_key(KEY, "A@example.org")
    agent = rows_of("identities", {"kind": "agent", "external_id": "a@example.org", "canonical": "7"})[0].values
    assert agent["external_id"] == "a@example.org"
    event = {"at": str(TEN), "interaction_id": "1", "event": "ENTERQUEUE", "data": "|+49 30 23125123|1"}
    assert rows_of("contact_events", event)[0].values["data"] == f"|{pseudonym}|1"
    assert rows_of("interactions", CONTACT | {"customer_id": "00042"})[0].values["customer_id"] == "00042"


def test_free_text_is_redacted_and_unmapped_columns_are_kept():
    cells = {"case_id": "1", "created_at": str(TEN), "subject": "call me: a@example.org", "sap no": "77", "note": "-"}
    values = rows_of("cases", cells | {"mail": "b@example.org"})[0].values
    assert values["subject"] == "call me: [e-mail]"
    assert json.loads(values["attributes"]) == {"sap no": "77", "mail": "[e-mail]"}
    record = Record(1, 2, 2, {"event_id": "1", "colour": "red", "empty": "", "source": "x"}, "")
    assert list(unmapped_columns(table_named("case_events"), record)) == ["colour"]
    assert list(unmapped_columns(table_named("cases"), record)) == []


def test_keys_that_may_be_empty_are_empty_text():
    event = {"at": str(TEN), "interaction_id": "", "event": "PAUSE"}
    assert rows_of("contact_events", event)[0].values == {
        "at": TEN,
        "event": "PAUSE",
        "interaction_id": "",
        "queue": "",
        "agent_id": "",
        "data": "",
    }
    cost = {"month": "2025-03", "channel": "", "cost_center": "", "currency": "EUR", "amount": "1200"}
    assert rows_of("costs", cost)[0].values["channel"] == ""


def sample(column):
    by_kind = {"time": str(TEN), "duration": "1.5", "whole": "3", "number": "0.5", "flag": "true"}
    return column.codes[0] if column.kind == "code" else by_kind.get(column.kind, f"some {column.name}")


def stored(column):
    by_kind = {"time": TEN, "duration": 1500, "whole": 3, "number": 0.5, "flag": True}
    return by_kind.get(column.kind, sample(column))


@given(data=st.data(), table=st.sampled_from(TABLES))
def test_any_subset_of_columns_in_any_order(data, table):
    needed = {*table.key, *canonical_fingerprint(table)}
    chosen = [column for column in table.columns if column.name in needed or data.draw(st.booleans())]
    ordered = data.draw(st.permutations(chosen))
    row = rows_of(table.name, {column.name: sample(column) for column in ordered})[0]
    expected = {column.stored: stored(column) for column in chosen}
    assert {name: value for name, value in row.values.items() if value != ""} == expected
