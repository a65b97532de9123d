from __future__ import annotations

import tomllib

import pytest

from carecli.sources.entry import parse_entry
from carecli.sources.proposing import UNMAPPABLE, as_toml, propose
from carecli.sources.shapes import SampledColumn
from carecli.tables import TABLES

TICKETS = {
    "Ticket No": ["T-1", "T-2", "T-3"],
    "Raised on": ["03/04/2025 10:00", "13/04/2025 09:12", "14/04/2025 11:00"],
    "Closed": ["", "13/04/2025 10:00", ""],
    "State": ["Open", "Resolved", "Limbo"],
    "Requester": ["a@example.org", "b@example.org", "a@example.org"],
    "Dept": ["Billing", "Tech", "Billing"],
    "Comment": ["call me +49 30 5550 101", "", ""],
    "Budget": ["1", "2", "3"],
}
CALLS = {
    "CallRef": ["1001", "1002", "1003"],
    "Start (UTC)": ["2025-03-10 10:00:00", "2025-03-10 10:05:00", "2025-03-10 10:06:00"],
    "End (UTC)": ["2025-03-10 10:04:00", "2025-03-10 10:07:00", "2025-03-10 10:09:10"],
    "Wait secs": ["12", "40", "3"],
    "Talk (min)": ["3.5", "", "2.1"],
    "ACW": ["17", "12", "0"],
    "Result": ["Answered", "Lost", "Answered"],
    "Hunt group": ["Sales", "Sales", "Tech"],
    "Agent": ["Ann", "", "Bob"],
    "Caller": ["+49 30 5550 101", "+49 30 5550 102", "+1 202 555 0101"],
}
SAMPLES = {
    "key": ["a1", "a2", "a3"],
    "name": ["Ann", "Bob", "Ann"],
    "text": ["x y", "z", "w"],
    "time": ["2025-03-10T10:00:00Z", "2025-03-10T10:05:00Z", "2025-03-10T11:00:00Z"],
    "duration": ["12.5", "40", "0"],
    "whole": ["30", "30", "12"],
    "number": ["1.5", "2", "0.25"],
    "flag": ["true", "false", "true"],
}


def columns(sheet):
    return [SampledColumn(name, cells) for name, cells in sheet.items()]


def proposed(sheet, kind="acme.sheet", container="csv", table=None):
    text = as_toml(propose(columns(sheet), table), columns(sheet), kind, container)
    return text, parse_entry(text, "proposed.toml")


def found(entry):
    return {name: column.names[0] for name, column in entry.rows[0].columns.items() if column.names}


def test_tickets():
    text, entry = proposed(TICKETS)
    assert entry.tables == ("cases",)
    assert found(entry) == {
        "case_id": "ticket no",
        "customer_id": "requester",
        "queue": "dept",
        "created_at": "raised on",
        "closed_at": "closed",
        "status": "state",
    }
    assert (entry.zone, entry.dates, entry.private) == ("ask", "numeric", ("comment",))
    assert dict(entry.rows[0].columns["status"].codes) == {"open": "open", "resolved": "solved"}
    assert "not decided: Limbo" in text
    assert "# Budget: 1 | 2 | 3" in text


def test_calls():
    text, entry = proposed(CALLS)
    assert entry.tables == ("interactions",)
    assert entry.zone == "utc"
    units = {name: column.unit for name, column in entry.rows[0].columns.items() if name.endswith("_sec")}
    assert units == {"queue_time_sec": "s", "talk_sec": "min", "wrap_sec": "s"}
    assert "CHECK the unit: 17 | 12 | 0" in text
    assert found(entry)["interaction_id"] == "callref"
    assert entry.rows[0].columns["customer_id"].treat == "telephone"
    assert entry.rows[0].complete == "ended_at"


def test_decimal_commas_and_dotted_dates():
    sheet = CALLS | {
        "Talk (min)": ["3,5", "", "2,25"],
        "Start (UTC)": ["3.3.2025 10:00", "4.3.2025 9:05", "5.3.2025 9:00"],
    }
    _, entry = proposed(sheet | {"End (UTC)": ["3.3.2025 10:04", "4.3.2025 9:07", "5.3.2025 9:09"]})
    assert (entry.dates, entry.zone) == ("numeric", "utc")
    assert entry.rows[0].columns["talk_sec"].decimal == ","


def test_local_times_ask_for_their_zone():
    _, entry = proposed({"Call Id": ["1", "2"], "Started": ["3.3.2025 10:00", "4.3.2025 10:00"]}, table="interactions")
    assert entry.zone == "ask"
    _, entry = proposed({"Call Id": ["1", "2"], "Started": ["1741600000", "1741600100.5"]}, table="interactions")
    assert entry.zone == "offset"


def test_nothing_private_is_shown():
    text, _ = proposed(TICKETS | {"Phone": ["+49 30 5550 199", "", ""]})
    assert "5550" not in text
    assert "@example" not in text


@pytest.mark.parametrize("table", [table for table in TABLES if table.name not in UNMAPPABLE], ids=lambda one: one.name)
def test_a_table_under_its_own_names_is_recognised(table):
    sheet = {
        column.name: list(column.codes[:2] or SAMPLES[column.kind]) + list(column.codes[:1]) for column in table.columns
    }
    _, entry = proposed(sheet)
    assert entry.tables == (table.name,)
    assert found(entry) == {column.name: column.name for column in table.columns}


def test_what_no_column_looks_like_is_marked():
    text, entry = proposed({"When": ["2025-03-10T10:00:00Z"], "Wait": ["7"]}, table="interactions")
    assert "# CHECK: interaction_id is needed" in text
    assert entry.rows[0].columns["started_at"].names == ("when",)


def test_a_time_is_never_proposed_for_what_is_none():
    _, entry = proposed(
        {"Call Id": ["1", "2"], "Start": ["soon", "later"], "Date": ["2025-03-10", "2025-03-11"]}, table="interactions"
    )
    assert entry.rows[0].columns["started_at"].names == ("date",)


def test_hostile_names_stay_inside_their_quotes():
    name = 'a"]\nkind = "evil.kind" # \x1b[31m'
    text, _ = proposed({"Call Id": ["1", "2"], "Start": ["2025-03-10", "2025-03-11"], name: ["x\ny", 'q"\x07']})
    assert tomllib.loads(text)["kind"] == "acme.sheet"
    assert "\x1b" not in text
    assert "\x07" not in text
