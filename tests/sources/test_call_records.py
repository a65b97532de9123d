"""What the exports in `tests/vendors` don't show of the telephone systems' records."""

from __future__ import annotations

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from vendor_records import at, context, told

from carecli.sources.catalog import entry_named, load_catalog, transform_of
from carecli.sources.derive_legs import combine_legs
from carecli.sources.headers import find_header
from carecli.sources.recognise import match_line
from carecli.sources.records import BadCell, Ignored, Record

BERLIN = ZoneInfo("Europe/Berlin")


def rows(kind, cells, zone=BERLIN):
    return list(transform_of(entry_named(kind))(Record(1, 1, 1, cells, ""), replace(context(kind), zone=zone)))


def first(kind, cells, zone=BERLIN):
    return told(rows(kind, cells, zone)[0])


def cdr(*tail, **changes):
    """A row of Master.csv by place, as the reader names it."""
    columns = entry_named("asterisk.cdr").columns
    start = {"start": "2025-03-10 09:00:00", "answer": "2025-03-10 09:00:05", "end": "2025-03-10 09:01:00"}
    told = {"src": "+49305550101", "dstchannel": "PJSIP/201-00000002", "lastapp": "Dial", "lastdata": "PJSIP/201"}
    cells = dict.fromkeys(columns[:16], "") | start | told | {"disposition": "ANSWERED", "billsec": "55"} | changes
    return cells | dict(zip(columns[16:], tail, strict=False))


@pytest.mark.parametrize(
    ("tail", "call", "leg"),
    [
        (("1741593600.1",), "1741593600.1", "1741593600.1 2025-03-10 09:00:00 PJSIP/201"),
        (("1741593600.1", "note"), "1741593600.1", "1741593600.1 2025-03-10 09:00:00 PJSIP/201"),
        (("", "1741593600.1", "7"), "1741593600.1", "1741593600.1/7"),
        (("pbx-1741593601.2", "", "1741593600.1", "7"), "1741593600.1", "pbx-1741593601.2/7"),
        (("1741593601.2", "note", "", "1741593600.1", "7"), "1741593600.1", "1741593601.2/7"),
    ],
)
def test_the_columns_at_the_end_are_found_whichever_are_written(tail, call, leg):
    made = first("asterisk.cdr", cdr(*tail))
    assert (made["interaction_id"], made["leg_id"]) == (call, leg)


def test_a_userfield_alone_is_no_id():
    with pytest.raises(BadCell, match="missing-id"):
        rows("asterisk.cdr", cdr("campaign 7"))


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({}, "answered"),
        ({"dstchannel": "", "lastapp": "VoiceMail"}, "voicemail"),
        ({"dstchannel": "", "lastapp": "Playback"}, "missed"),
        ({"disposition": "CANCEL"}, "missed"),
    ],
)
def test_an_application_that_answers_is_nobody(changes, outcome):
    leg = first("asterisk.cdr", cdr("1741593600.1", **changes))
    assert leg["outcome"] == outcome
    assert ("agent_id" in leg, "answered_at" in leg) == (outcome == "answered", outcome == "answered")


def test_a_channel_that_names_a_number_is_no_agent():
    leg, call = rows("asterisk.cdr", cdr("1741593600.1", dstchannel="Local/+12025550101@out-00000009;1", src="201"))
    assert "agent_id" not in told(leg)
    assert "customer_id" not in told(call)


@pytest.mark.parametrize("kind", ["asterisk.cdr", "fusionpbx.cdr_export"])
def test_a_call_ends_in_the_second_of_two_equal_hours(kind):
    start, end = at("2025-10-26 00:59:50"), at("2025-10-26 01:00:10")
    stamps = {"start": "2025-10-26 02:59:50", "answer": "", "end": "2025-10-26 02:00:10"}
    pbx = {"xml_cdr_uuid": "c1", "start_epoch": str(start), "end_stamp": stamps["end"], "direction": "inbound"}
    cells = cdr("1741593600.1", **stamps) if kind == "asterisk.cdr" else pbx
    call = first(kind, cells)
    assert (call.get("entered_at", call.get("started_at")), call.get("left_at", call.get("ended_at"))) == (start, end)


def test_files_without_a_header_are_told_by_their_first_line():
    master = '"","1","2","c","""A"" <1>","x-1","y-1","Dial","y,20","2025-03-10 09:00:00",{},"2025-03-10 09:00:20",20,0,'
    end = '"NO ANSWER","DOCUMENTATION","1741593600.1",""\n'
    custom = '"""A"" <1>","1","2","c","x-1","y-1","Dial","y,20","2025-03-10 09:00:00","{0}","{0}","20","0","ANSWERED",'
    lines = {
        master.format("") + end: "asterisk.cdr",
        master.format('"2025-03-10 09:00:05"') + end: "asterisk.cdr",
        custom.format("2025-03-10 09:00:05") + '"DOCUMENTATION","","1741593600.1","",1\n': "asterisk.cdr_custom",
        '"a","b","c","d","2025-03-10 09:00:00","e","f"\n': None,
    }
    catalog = load_catalog()
    found = {line: match_line(line, "csv", catalog) for line in lines}
    assert {line: entry.kind if entry else None for line, entry in found.items()} == lines
    assert find_header([next(iter(lines))], None, catalog).fewest == 17


def test_freeswitch_keeps_no_dialled_number_as_a_queue():
    cells = {"uuid": "u1", "start_stamp": "2025-03-10 09:00:00", "destination_number": "+12025550101"}
    assert "queue" not in first("freeswitch.cdr_csv", cells | {"caller_id_number": "1001"})
    assert first("freeswitch.cdr_csv", cells | {"destination_number": "0042"})["queue"] == "0042"


def pbx(**changes):
    return {"xml_cdr_uuid": "c1", "start_epoch": "1741593600", "direction": "inbound", "extension": "201"} | changes


def test_fusionpbx_without_the_right_to_see_the_status():
    call = first("fusionpbx.cdr_export", pbx(hangup_cause="NO_ANSWER"))
    assert (call.get("outcome"), call["disposition"]) == (None, "NO_ANSWER")


def test_fusionpbx_an_unanswered_call_has_an_agent_only_where_the_agent_made_it():
    missed = first("fusionpbx.cdr_export", pbx(status="no_answer"))
    outbound = pbx(status="no_answer", direction="outbound", destination_number="+12025550101")
    called = first("fusionpbx.cdr_export", outbound)
    assert (missed.get("agent_id"), called["agent_id"], called["customer_id"]) == (None, "201", "C-0101")
    assert "queue" not in called
    with pytest.raises(Ignored, match="second leg"):
        rows("fusionpbx.cdr_export", pbx(leg="b"))


def aircall(**changes):
    given = {"line": "Support", "datetime (utc)": "2025-03-10 09:00:00", "direction": "inbound", "answered": "No"}
    return given | {"from": "+49 30 5550 101", "to": "+49 30 5550 100", "duration (total)": "20"} | changes


def test_an_id_made_of_numbers_shows_none_of_them():
    one, other = (first("aircall.calls_csv", aircall(**{"from": number})) for number in ("+4930111", "+4930222222"))
    assert one["interaction_id"] != other["interaction_id"]
    assert len(one["interaction_id"]) == 20
    assert first("aircall.calls_csv", aircall(**{"from": "+4930111"})) == one


def test_a_tag_of_two_words_stays_one():
    call = first("aircall.calls_csv", aircall(tags="billing issue, vip"))
    assert (call["tags"], call["disposition"]) == ("billing_issue vip", "billing_issue")


def dialpad(**changes):
    given = {"call_id": "11", "target_kind": "CallCenter", "name": "Support", "timezone": "America/New_York"}
    return given | {"date_started": "2025-03-10 09:00:00", "date_ended": "2025-03-10 09:05:00"} | changes


def test_dialpad_times_are_in_the_zone_of_the_record():
    assert first("dialpad.records", dialpad())["started_at"] == at("2025-03-10 13:00:00")
    with pytest.raises(BadCell, match="unknown-zone"):
        rows("dialpad.records", dialpad(timezone="Mars/Base"))


def test_dialpad_a_user_who_took_the_call_is_a_part_of_it_whichever_row_came_first():
    whole = rows("dialpad.records", dialpad(date_queued="2025-03-10 09:00:10", date_connected="2025-03-10 09:01:00"))
    taken = {"call_id": "12", "entry_point_call_id": "11", "target_kind": "UserProfile", "name": "Agent One"}
    taken |= {"date_connected": "2025-03-10 09:01:00", "email": "one@example.com"}
    part, agent = rows("dialpad.records", dialpad(**taken))
    assert (part.part, agent.values) == ("12", {"agent_id": "one@example.com", "name": "Agent One"})
    parts = [row.values | {"part": row.part} for row in (*whole, part)]
    for order in (parts, parts[::-1]):
        call = combine_legs([], order)
        assert (call["agent_id"], call["queue"], call["queue_time_ms"]) == ("one@example.com", "Support", 50_000)
        assert (call["talk_ms"], call["outcome"]) == (240_000, "answered")
    with pytest.raises(Ignored, match="rang, not answered"):
        rows("dialpad.records", dialpad(**taken | {"date_connected": ""}))
    with pytest.raises(Ignored, match="neither a call centre nor a user"):
        rows("dialpad.records", dialpad(target_kind="Office"))


def test_dialpad_a_call_straight_to_a_user_is_a_contact_without_a_queue():
    own = dialpad(target_kind="UserProfile", target_id="8001", date_connected="2025-03-10 09:00:30")
    call, agent = rows("dialpad.records", own)
    assert (call.values["queue"], call.values["agent_id"], agent.values["agent_id"]) == (None, "8001", "8001")


@pytest.mark.parametrize(
    ("result", "outcome"), [("Call accepted", "answered"), ("Abandoned", "abandoned"), ("In Progress", None)]
)
def test_ringcentral_words(result, outcome):
    cells = {"sessionId": "1", "type": "Voice", "startTime": "2025-03-10T09:00:00.000Z", "result": result}
    assert first("ringcentral.call_log", cells | {"legs": "not a list", "to": None}).get("outcome") == outcome
