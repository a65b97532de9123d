from __future__ import annotations

import gzip
import json
from dataclasses import replace

import pytest

from carecli.sources.catalog import entry_named
from carecli.sources.limits import Limits

QUEUE_LINE = "1741600800|1741600800.1|support|NONE|ENTERQUEUE||+49302312|1\n"

OBJECT = {"incident_id": "INC-1", "opened_at": 1741600800, "n": 9007199254740993, "x": 1.10}


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (json.dumps(OBJECT), 1),
        (json.dumps(OBJECT) + "\n", 1),
        (json.dumps([OBJECT]), 1),
        (json.dumps({"incidents": [OBJECT], "end_time": 5}), 1),
        (json.dumps({"count": 1, "data": [OBJECT]}, indent=2), 1),
        ("\ufeff" + json.dumps({"incidents": OBJECT}), 1),
    ],
    ids=["object", "line", "array", "wrapper", "other-wrapper", "single"],
)
def test_wrappings_of_one_object(reading, text, line):
    got = reading(text)
    assert got.code is None
    assert [record.cells for record in got.records] == [
        {"incident_id": "INC-1", "opened_at": "1741600800", "n": "9007199254740993", "x": "1.1"}
    ]
    assert got.records[0].line == line


def test_lines_of_json(reading):
    good = json.dumps(OBJECT)
    text = "\n".join([good, "", '{"incident_id": tru}', good + good, '{"a":1,"a":2}', '{"a": NaN}', '["x"]', good])
    got = reading(text + "\n")
    assert got.code is None
    assert got.bad == [
        ("bad-json", 3, 3),
        ("duplicate-key", 5, 5),
        ("not-a-number", 6, 6),
        ("not-an-object", 7, 7),
    ]
    assert got.skipped == [("blank", 2)]
    assert [(record.number, record.line) for record in got.records] == [(1, 1), (4, 4), (5, 4), (9, 8)]


def test_a_line_of_objects_and_something_else_is_bad(reading):
    good = json.dumps(OBJECT)
    got = reading("\n".join([good, good + "," + good, good + good + "]", good]) + "\n")
    assert got.bad == [("bad-json", 2, 2), ("bad-json", 3, 3)]


def test_marks_between_lines_of_json(reading):
    good = json.dumps(OBJECT)
    assert reading(f"{good}\n\ufeff{good}\n").ids == ["INC-1", "INC-1"]


def test_the_first_line_may_be_the_bad_one(reading):
    got = reading('{"incident_id": tru}\n' + (json.dumps(OBJECT) + "\n") * 3)
    assert got.bad == [("bad-json", 1, 1)]
    assert len(got.records) == 3


def test_late_keys_surrogates_and_depth(reading):
    lines = [json.dumps(OBJECT)] * 150 + [json.dumps(OBJECT | {"late": "yes"})]
    lines.append(json.dumps(OBJECT | {"x": "\ud800"}))
    lines.append('{"incident_id": "i", "x": ' + "[" * 32 + "]" * 32 + "}")
    lines.append('{"incident_id": "i", "x": ' + "[" * 31 + "]" * 31 + "}")
    lines.append(json.dumps({f"k{n}": n for n in range(501)}))
    got = reading("\n".join(lines) + "\n")
    assert got.bad == [("lone-surrogate", 152, 152), ("too-deep", 153, 153), ("too-many-keys", 155, 155)]
    assert got.records[150].cells["late"] == "yes"
    assert got.records[-1].line == 154


def test_objects_one_after_the_other(reading):
    got = reading(json.dumps(OBJECT) * 2 + "\n" + json.dumps(OBJECT, indent=1) + "\n")
    assert [(record.line, record.last_line) for record in got.records] == [(1, 1), (1, 1), (2, 7)]


def test_a_broken_element_costs_only_itself(reading):
    good = json.dumps(OBJECT)
    got = reading(f'{{"incidents": [{good}, {{"a": tru}}, 7, {good}], "count": 4}}')
    assert got.bad == [("bad-json", 2, 2), ("not-an-object", 3, 3)]
    assert [record.number for record in got.records] == [1, 4]


def test_brackets_in_strings_are_text(reading):
    got = reading(json.dumps({"incidents": [OBJECT | {"x": '}]"\\'}, OBJECT | {"x": "[{" * 40}]}))
    assert [record.cells["x"] for record in got.records] == ['}]"\\', "[{" * 40]


@pytest.mark.parametrize(
    ("text", "state", "code"),
    [
        ('{"incidents": [{"incident_id": "1"', "held", "cut-off"),
        ('[{"incident_id": "1", "opened_at": 5},', "held", "cut-off"),
        ('[{"incident_id": "1"}] tail', "rejected", "bad-json"),
        ('{"incidents": [], "incidents": []}', "rejected", "bad-json"),
        ('{"incidents": [] "count": 1}', "rejected", "bad-json"),
        ('{"incident_id": "1", "opened_at": 5}\n{"incident_id": "2', "held", "cut-off"),
        ('{"incident_id": "1", "opened_at": 5}\n\0\0\0', "held", "nul-padding"),
        ('[{"incident_id": "1", "opened_at": 5}]\0\0', "held", "nul-padding"),
    ],
)
def test_json_that_ends_badly(reading, text, state, code):
    assert reading(text).code[:2] == (state, code)


def test_a_document_too_large(reading):
    text = json.dumps({"incidents": [OBJECT] * 1000})
    assert reading(text, limits=Limits(document=10_000)).code == ("rejected", "too-large", None)


def test_an_empty_page_is_known_by_its_wrapper(reading):
    got = reading('{"contact_events": [], "end_time": 1741600800}')
    assert (got.feed.entry.kind, got.items) == ("canonical.contact_events", [])


def test_a_log_and_where_it_ended(reading):
    text = QUEUE_LINE + "\n" + QUEUE_LINE.replace("support", "caf\xe9")
    got = reading(text.encode("latin-1"))
    assert got.feed.entry.kind == "asterisk.queue_log"
    assert [record.line for record in got.records] == [1, 3]
    assert "caf\ufffd" in got.records[1].cells["line"]
    assert got.feed.notes == ["some lines are not UTF-8; what could not be read is marked"]
    assert (got.feed.position.offset, got.feed.position.line) == (len(text), 3)


CDR_LINE = (
    '"","+49305550101","100","in","""One"" <1>","PJSIP/t-01","PJSIP/201-02","Dial","PJSIP/201,20",'
    '"2025-03-10 09:00:00","2025-03-10 09:00:08","2025-03-10 09:05:08",308,300,"ANSWERED","DOCUMENTATION",'
    '"1741593600.1","","","1741593600.1",1\n'
)


def test_a_log_of_call_records_is_read_on(reading):
    unfinished = CDR_LINE + "\n" + CDR_LINE + CDR_LINE[:70]
    got = reading(unfinished, following=True)
    assert got.feed.entry.kind == "asterisk.cdr"
    assert [record.line for record in got.records] == [1, 3]
    assert got.records[0].cells["clid"] == '"One" <1>'
    assert (got.feed.position.offset, got.feed.position.line) == (2 * len(CDR_LINE) + 1, 3)
    broken = unfinished[:-70] + '"a"b,\n' + CDR_LINE
    more = reading(broken, from_offset=got.feed.position.offset, first_line=4, kind="asterisk.cdr")
    assert [record.line for record in more.records] == [5]
    assert more.bad == [("bad-quote", 4, 4)]
    assert (more.feed.position.offset, more.feed.position.line) == (len(broken), 5)


def test_a_stream_of_events_is_read_on(reading, tmp_path):
    entry = replace(entry_named("canonical.case_events"), follow=True)
    catalog = {entry.kind: entry}
    line = '{"event_id": "%d", "case_id": "c", "at": 1741600800, "kind": "closed"}\n'
    whole = (line % 1) + (line % 2)
    got = reading(whole + '{"event_id": "3"', following=True, catalog=catalog)
    assert (len(got.records), got.feed.position.offset, got.feed.position.line) == (2, len(whole), 2)
    more = reading(
        whole + "nonsense\n" + (line % 3), from_offset=len(whole), first_line=3, catalog=catalog, kind=entry.kind
    )
    assert ([record.cells["event_id"] for record in more.records], more.bad) == (["3"], [("bad-json", 3, 3)])
    assert reading(whole, following=True).feed.position is None


def test_a_log_is_read_on(reading):
    unfinished = QUEUE_LINE * 2 + QUEUE_LINE[:20]
    got = reading(unfinished, following=True)
    assert len(got.records) == 2
    assert (got.feed.position.offset, got.feed.position.line) == (2 * len(QUEUE_LINE), 2)
    more = reading(QUEUE_LINE * 5, from_offset=got.feed.position.offset, first_line=3)
    assert [record.line for record in more.records] == [3, 4, 5]
    once = reading(unfinished)
    assert len(once.records) == 3
    assert (once.feed.position.offset, once.feed.position.line) == (2 * len(QUEUE_LINE), 2)
    assert reading(QUEUE_LINE, from_offset=500).code[1] == "file-shrunk"
    assert reading(gzip.compress(QUEUE_LINE.encode(), mtime=0)).feed.position is None
