from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from carecli.errors import UsageProblem
from carecli.sources.catalog import catalog_with, load_catalog, transform_of
from carecli.sources.entry import parse_entry
from carecli.sources.records import BadCell, Ignored, MapContext, Record

HEAD = """
kind = "acme.calls"
system = "acme"
title = "Acme calls"
grade = "A"
container = ["csv", "json"]
fingerprint = ["Call Id"]
"""
CASES = (
    HEAD
    + """
zone = "ask"
private = ["Caller Name"]
[[ignore]]
when = [{ column = "State", is = ["Spam"] }]
reason = "spam"
[[rows]]
table = "cases"
version = "Changed"
complete = "closed_at"
[rows.columns]
case_id = { from = "Call Id", prefix = "AC-" }
customer_id = "Mail"
created_at = "Opened"
first_response_at = { after = "created_at", from = "First reply (min)", unit = "min", thousands = "," }
closed_at = "Closed"
updated_at = "Changed"
status = { from = "State", codes = { Open = "open", Done = "closed" }, other = "" }
status_text = "State"
tags = { from = ["Tag A", "Tag B"], join = " " }
queue = { from = ["Team", "Group"], missing = ["n/a"] }
subject = "Subject"
"""
)


def rows(text, cells, **context):
    entry = parse_entry(text, "test.toml")
    known = {"kind": entry.kind, "source": "acme", "zone": ZoneInfo("Europe/Berlin"), "exported_at": None}
    known |= {"customer_key": lambda raw: raw and f"key({raw})", "redact": lambda raw: raw and raw.replace("4111", "*")}
    record = Record(1, 2, 2, cells, "raw")
    return list(transform_of(entry)(record, MapContext(**(known | context))))


def cells(**changes):
    given = {"call id": "0007", "mail": "a@example.com", "opened": "2025-03-10 09:00", "first reply (min)": "1,090.5"}
    given |= {"state": "Done", "tag a": "vip", "tag b": "late", "team": "N/A", "group": "Billing", "caller name": "Eve"}
    return given | {"subject": "card 4111", "budget": "12", "changed": "2025-03-12 10:00"} | changes


def test_a_record_becomes_a_case():
    case, *observed = rows(CASES, cells())
    assert case.table == "cases"
    assert json.loads(case.values.pop("attributes")) == {"budget": "12"}
    assert case.values == {
        "case_id": "AC-0007",
        "customer_id": "key(a@example.com)",
        "created_at": 1741593600,
        "first_response_at": 1741593600 + 1090 * 60 + 30,
        "updated_at": 1741770000,
        "status": "closed",
        "status_text": "Done",
        "tags": "vip late",
        "queue": "Billing",
        "subject": "card *",
    }
    assert (case.version, case.complete) == (1741770000, False)
    assert [row.values["reason"] for row in observed] == ["status", "queue"]


def test_unknown_words_are_nothing_where_the_map_says_so():
    case = rows(CASES, cells(state="Odd"))[0]
    assert ("status" in case.values, case.values["status_text"]) == (False, "Odd")


def test_ignored_with_its_reason():
    with pytest.raises(Ignored, match="spam"):
        rows(CASES, cells(state="SPAM"))


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"call id": ""}, "missing-id", "call id"),
        ({"call id": "1.03E+13"}, "id-damaged", "call id"),
        ({"opened": "-"}, "missing-value", "opened"),
        ({"opened": "2025-03-30 02:30"}, "no-such-local-time", "opened"),
        ({"first reply (min)": "soon"}, "not-a-number", "first reply (min)"),
    ],
)
def test_bad_cells_name_the_source_column(changes, code, column):
    with pytest.raises(BadCell) as bad:
        rows(CASES, cells(**changes))
    assert (bad.value.code, bad.value.column) == (code, column)


NESTED = (
    HEAD
    + """
zone = "column:tz"
[[rows]]
table = "interactions"
complete = "ended_at"
[rows.columns]
interaction_id = "Call Id"
channel = { const = "voice" }
started_at = "start"
ended_at = { from = "end", rolls_over = "started_at" }
talk_sec = { from = "talk.ms", unit = "ms" }
[[rows]]
table = "legs"
each = "parts[].legs"
when = [{ column = "kind", is_not = ["bot"] }, { column = "at", present = true }]
[rows.columns]
interaction_id = "$.Call Id"
leg_id = { from = ["^.id", "#"], join = "-" }
entered_at = "at"
queue = "@"
ring_sec = { from = "ring", unit = "m:ss" }
"""
).replace('["csv", "json"]', '["json"]')


def test_lists_in_a_record():
    record = {
        "Call Id": "c1",
        "tz": "America/New_York",
        "start": "2025-03-10 23:59:00",
        "end": "2025-03-10 00:01:00",
        "talk": {"ms": "61500"},
        "parts": [
            {
                "id": "p1",
                "legs": {"Sales": {"at": "2025-03-10 23:59:01", "ring": "1:05"}, "Bot": {"kind": "Bot", "at": "x"}},
            },
            {"id": "p2", "legs": [{"at": "2025-03-10 23:59:30"}, {"at": None}]},
            {"id": "p3"},
        ],
    }
    call, first, second = rows(NESTED, record, zone=None)
    assert call.values["ended_at"] - call.values["started_at"] == 120
    assert (call.values["talk_ms"], call.complete) == (61500, True)
    assert first.values == {
        "interaction_id": "c1",
        "leg_id": "p1-1",
        "entered_at": 1741665541,
        "queue": "Sales",
        "ring_ms": 65000,
    }
    assert second.values == {"interaction_id": "c1", "leg_id": "p2-1", "entered_at": 1741665570}


@pytest.mark.parametrize(("cell", "minutes"), [("1.090,5", 1090.5), ("7", 7), ("0,25", 0.25)])
def test_decimal_comma(cell, minutes):
    text = CASES.replace('thousands = ","', 'thousands = ".", decimal = ","')
    values = rows(text, cells(**{"first reply (min)": cell}))[0].values
    assert values["first_response_at"] - values["created_at"] == minutes * 60


def test_a_row_is_complete_when_its_end_is_there():
    assert rows(CASES, cells(closed="2025-03-12 10:00"))[0].complete
    assert not rows(CASES, cells(closed="-"))[0].complete


def test_a_record_names_its_own_zone():
    with pytest.raises(BadCell) as bad:
        rows(NESTED, {"Call Id": "c1", "tz": "Mars/Base", "start": "2025-03-10 10:00"}, zone=None)
    assert (bad.value.code, bad.value.column) == ("unknown-zone", "tz")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("status = {", "statuss = {"), "cases has no column 'statuss'"),
        (('Open = "open"', 'Open = "opened"'), "status: opened is none of new, open"),
        (('case_id = { from = "Call Id", prefix = "AC-" }\n', ""), "cases needs 'case_id'"),
        (('unit = "min"', 'unit = "minutes"'), "unit 'minutes' must be one of ms, s, min"),
        (('table = "cases"', 'table = "tickets"'), "'tickets' is no canonical table"),
        (('after = "created_at"', 'after = "resolved_at"'), "'resolved_at' is no time column that this map fills"),
        (('is = ["Spam"]', 'equals = ["Spam"]'), "unknown key 'equals'"),
        (('closed_at = "Closed"', "closed_at = 3"), 'closed_at: must be "Column name" or a table'),
        (('subject = "Subject"', 'subject = { from = "Subject", match = "(" }'), "is no regular expression"),
        (('subject = "Subject"', 'subject = { unit = "s" }'), "needs either from or const"),
        (('complete = "closed_at"', 'complete = "ended_at"'), "complete names 'ended_at'"),
        (('zone = "ask"', 'zone = "berlin"'), "zone 'berlin' must be one of"),
        (('zone = "ask"', 'zone = "ask"\ntransform = "a:b"'), "either rows or a transform"),
    ],
)
def test_a_wrong_map_says_where(change, message):
    assert change[0] in CASES
    with pytest.raises(UsageProblem) as problem:
        parse_entry(CASES.replace(*change), "test.toml")
    assert message in str(problem.value)
    assert str(problem.value).startswith("test.toml")


def test_user_mappings_go_before_the_catalog(tmp_path):
    (tmp_path / "acme.toml").write_text(CASES)
    catalog = catalog_with(tmp_path)
    assert next(iter(catalog)) == "acme.calls"
    assert len(catalog) == len(load_catalog()) + 1
    (tmp_path / "acme.toml").write_text(
        CASES[: CASES.index("[[ignore")].replace('"ask"', '"ask"\ntransform = "os:system"')
    )
    with pytest.raises(UsageProblem, match="can't name a transform"):
        catalog_with(tmp_path)


ANSWERS = (
    HEAD.replace("acme.calls", "acme.answers")
    + """
zone = "utc"
[[rows]]
table = "surveys"
[rows.columns]
survey_id = { from = "Call Id", prefix = "csat:", suffix = ":1" }
kind = { const = "csat" }
sent_at = "Sent"
"""
)


def test_a_survey_need_not_say_when_it_was_sent():
    told = rows(ANSWERS, {"call id": "7", "sent": ""})[0].values
    assert told == {"survey_id": "csat:7:1", "kind": "csat"}
    parse_entry(ANSWERS.replace('sent_at = "Sent"\n', ""), "test.toml")


def test_an_id_that_is_missing_has_no_prefix_and_no_suffix():
    with pytest.raises(BadCell, match="missing-id"):
        rows(ANSWERS, {"call id": "-"})


NIGHTS = (
    HEAD.replace("acme.calls", "acme.shifts")
    + """
zone = "ask"
[[rows]]
table = "schedules"
[rows.columns]
agent_id = "Call Id"
activity = { const = "night" }
started_at = { from = ["Day", "From"], join = " ", format = "mmddyyyy" }
ended_at = { from = ["Day", "To"], join = " ", format = "mmddyyyy", rolls_over = "started_at" }
"""
)


@pytest.mark.parametrize(("day", "hours"), [("03102025", 8), ("03292025", 7), ("10252025", 9)])
def test_the_next_day_begins_when_the_clocks_say_so(day, hours):
    shift = rows(NIGHTS, {"call id": "7", "day": day, "from": "22:00", "to": "06:00"})[0].values
    assert shift["ended_at"] - shift["started_at"] == hours * 3600


def test_the_user_says_another_order_than_the_vendors():
    day = {"call id": "7", "day": "10032025", "from": "22:00", "to": "23:00"}
    october, march = (rows(NIGHTS, day, order=order)[0].values["started_at"] for order in ("mdy", "dmy"))
    assert (october, march) == (1759521600, 1741640400)
    slashed = NIGHTS.replace('"mmddyyyy"', '"m/d/y"')
    day["day"] = "10/3/2025"
    orders = (None, "mdy", "dmy")
    assert [rows(slashed, day, order=order)[0].values["started_at"] for order in orders] == [october, october, march]


CHOSEN = (
    HEAD.replace("acme.calls", "acme.tickets")
    + """
zone = "utc"
any_of = ["Reply (min)", "Kind of Call"]
kept = ["Came By"]
[[rows]]
table = "cases"
[rows.columns]
case_id = "Call Id"
created_at = "Opened"
last_resolved_at = { from = "Solved", when = [{ column = "Marks", matches = "^(?!.*merged)" }] }
status = { const = "closed", when = [{ column = "Solved", present = true }] }
channel = { from = "Came By", codes = { Mail = "email" }, other = "" }
tags = "tags[].name"
"""
)


def test_a_column_may_have_a_condition_of_its_own():
    ticket = {"call id": "7", "opened": "2025-03-10 09:00", "solved": "2025-03-10 10:00", "came by": "Mail"}
    told = rows(CHOSEN, ticket)[0].values
    assert (told["last_resolved_at"], told["status"]) == (1741597200, "closed")
    assert "last_resolved_at" not in rows(CHOSEN, ticket | {"marks": "vip merged"})[0].values
    assert "status" not in rows(CHOSEN, ticket | {"solved": ""})[0].values


def test_a_word_without_a_place_stays_in_the_attributes():
    told = rows(CHOSEN, {"call id": "7", "opened": "2025-03-10 09:00", "came by": "Pigeon"})[0].values
    assert "channel" not in told
    assert json.loads(told["attributes"]) == {"came by": "Pigeon"}


def test_the_names_of_a_list_of_objects_are_joined():
    marks = [{"id": 1, "name": "vip"}, {"id": 2}, "odd", {"name": "late"}]
    told = rows(CHOSEN, {"call id": "7", "opened": "2025-03-10 09:00", "tags": marks})[0].values
    assert told["tags"] == "vip late"
    assert "tags" not in rows(CHOSEN, {"call id": "7", "opened": "2025-03-10 09:00", "tags": []})[0].values


def test_one_of_the_columns_that_a_user_chooses_is_enough():
    entry = parse_entry(CHOSEN, "test.toml")
    assert entry.matches(frozenset({"call id", "kind of call", "more"}))
    assert not entry.matches(frozenset({"call id", "more"}))
    assert not entry.matches(frozenset({"kind of call"}))
