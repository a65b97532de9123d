"""JSON: which kind it is by its keys and its wrapper, and where in it the records are."""

from __future__ import annotations

import json

import pytest

from carecli.sources import documents, structured
from tests.sources.kinds import catalog

CONVERSATIONS = """
container = ["json", "ndjson"]
records = ["data.payload"]
fingerprint = ["id", "statistics.time_to_admin_reply"]
"""
EVENTS = """
container = ["json", "ndjson"]
records = ["items"]
fingerprint = ["id", "events.previous_value"]
"""
LIST = """
container = ["json"]
records = ["rows"]
fingerprint = ["id", "name"]
"""
BY_ID = """
container = ["json"]
records = ["activities"]
by_id = true
fingerprint = ["id_with_timestamps"]
"""


def test_records_in_a_wrapper_in_a_wrapper(reading):
    kinds = catalog(conversations=CONVERSATIONS)
    records = [{"id": 1, "statistics": None}, {"id": 2, "statistics": {"time_to_admin_reply": None}}]
    text = json.dumps({"data": {"meta": {"all": 2}, "payload": records}})
    got = reading(text, catalog=kinds)
    assert (got.feed.entry.kind, [record.cells["id"] for record in got.records]) == ("acme.conversations", ["1", "2"])
    assert [record.cells["id"] for record in reading(text, catalog=kinds, kind="acme.conversations").records] == [
        "1",
        "2",
    ]
    bare = reading(json.dumps(records[1:]), catalog=kinds)
    assert bare.feed.entry.kind == "acme.conversations"
    empty = reading('{"data": {"payload": []}}', catalog=kinds)
    assert (empty.feed.entry.kind, empty.items) == ("acme.conversations", [])


def test_keys_inside_records_tell_kinds_apart(reading):
    kinds = catalog(conversations=CONVERSATIONS, events=EVENTS)
    event = {"id": 1, "events": [{"x": 1}, {"previous_value": "open"}]}
    assert reading(json.dumps([event]), catalog=kinds).feed.entry.kind == "acme.events"
    assert reading(json.dumps(event) + "\n" + json.dumps(event) + "\n", catalog=kinds).feed.entry.kind == "acme.events"
    assert reading(json.dumps([{"id": 1, "events": [{"x": 1}]}]), catalog=kinds).code[1] == "unknown-kind"
    both = event | {"statistics": {"time_to_admin_reply": 5}}
    assert reading(json.dumps([both]), catalog=kinds).code[1] == "ambiguous-kind"


def test_a_wrapper_of_very_many_lists_costs_no_more_than_one_of_some(reading, monkeypatch):
    looked_at = []
    match_at = documents._match_at
    monkeypatch.setattr(
        documents, "_match_at", lambda *given, **more: looked_at.append(given[1]) or match_at(*given, **more)
    )
    text = "{" + ", ".join(f'"k{number}": [{{"a": 1}}]' for number in range(1000)) + "}"
    assert reading(text).code[1] == "too-many-keys"
    assert len(set(looked_at)) <= documents.MOST_HOLDERS + 1 < 1000


def test_a_key_with_a_dot_in_it_counts_as_it_is(reading):
    got = reading(json.dumps([{"id": 1, "events.previous_value": 2}]), catalog=catalog(events=EVENTS))
    assert got.feed.entry.kind == "acme.events"


def test_what_the_wrapper_says_tells_kinds_apart(reading):
    calls = LIST + '[wrapper]\ntype = "calls"\n"meta.version" = "2"\n'
    kinds = catalog(calls=calls, any=LIST)
    rows = [{"id": 1, "name": "x"}]

    def kind(wrapper):
        return reading(json.dumps(wrapper), catalog=kinds).feed.entry.kind

    assert kind({"type": "calls", "meta": {"version": 2}, "rows": rows}) == "acme.calls"
    assert kind({"type": "calls", "meta": {"version": 3}, "rows": rows}) == "acme.any"
    assert kind({"type": "calls", "rows": rows}) == "acme.any"
    assert kind(rows) == "acme.any"
    alone = reading(json.dumps(rows), catalog=catalog(calls=calls))
    assert alone.code[1] == "unknown-kind"
    assert alone.verdict.hint.startswith("nearest is acme.calls; if it is one, say --as acme.calls")
    assert len(reading(json.dumps(rows), catalog=catalog(calls=calls), kind="acme.calls").records) == 1


def test_the_name_of_the_wrappers_key_decides_between_equals(reading):
    kinds = catalog(rows=LIST, people=LIST.replace("rows", "people"))
    person = {"id": 1, "name": "x"}
    assert reading(json.dumps({"count": 1, "people": [person]}), catalog=kinds).feed.entry.kind == "acme.people"
    assert reading(json.dumps({"count": 1, "others": [person]}), catalog=kinds).code[1] == "ambiguous-kind"
    mine = catalog(mine=LIST.replace("rows", "x") + 'source_of_knowledge = "user mapping"\n')
    got = reading(json.dumps({"people": [person]}), catalog={**kinds, **mine})
    assert got.feed.entry.kind == "acme.mine"


def test_records_by_their_ids(reading):
    kinds = catalog(activities=BY_ID)
    named = {f"a{n}": {"id_with_timestamps": f"a{n}", "n": n} for n in range(600)}
    got = reading(json.dumps({"activities": named}), catalog=kinds)
    assert got.code is None
    assert got.records[-1].cells == {"@": "a599", "id_with_timestamps": "a599", "n": "599"}
    assert [record.number for record in got.records] == list(range(1, 601))
    assert reading(json.dumps({"activities": list(named.values())}), catalog=kinds).records[0].cells["n"] == "0"
    assert reading('{"activities": {}}', catalog=kinds).items == []
    broken = reading('{"activities": {"a": {"id_with_timestamps": "a"}, "b": 7}}', catalog=kinds)
    assert broken.bad == [("not-an-object", 2, 2)]
    assert reading('{"activities": {"a": {"id_with_timestamps": "a"}', catalog=kinds).code[:2] == ("held", "cut-off")


def test_a_document_that_is_records_by_their_ids(reading):
    kinds = catalog(activities=BY_ID.replace('records = ["activities"]\n', ""))
    got = reading('{"x": {"id_with_timestamps": "1"}, "y": {"id_with_timestamps": "2"}}', catalog=kinds)
    assert [record.cells["@"] for record in got.records] == ["x", "y"]
    many = reading(json.dumps({f"a{n}": {"id_with_timestamps": n} for n in range(600)}), catalog=kinds)
    assert len(many.records) == 600


@pytest.mark.parametrize("name", ["Etc/UTC", "Europe\\/Berlin"])
def test_the_zone_in_a_wrapper(reading, name):
    kinds = catalog(rows=LIST + 'zone = "wrapper:meta.time_zone"\n')
    text = f'{{"meta": {{"time_zone": "{name}"}}, "rows": [{{"id": 1, "name": "x"}}]}}'
    assert reading(text, catalog=kinds).feed.zone == name.replace("\\", "")
    assert reading('{"rows": [{"id": 1, "name": "x"}]}', catalog=kinds).feed.zone is None


def test_a_large_wrapper_is_never_parsed_as_one_record(reading, monkeypatch):
    parsed = []
    record_of = structured.record_of
    monkeypatch.setattr(structured, "record_of", lambda text, *rest: parsed.append(len(text)) or record_of(text, *rest))
    rows = [{"id": n, "name": "x" * 1000} for n in range(1500)]
    got = reading(json.dumps({"rows": rows}), catalog=catalog(rows=LIST, activities=BY_ID))
    assert len(got.records) == 1500
    assert max(parsed) < 2000
