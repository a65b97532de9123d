"""Every file keeps to its vendor's form."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise

from carecli.demo import SAMPLE_END, SAMPLE_SEED, SAMPLE_START
from carecli.demo.write import live_events
from tests.demo.reading import at, text_of

CONTACTS = (
    "interaction_id,contact_id,company_number,phone_display_name,contact_person_number,external_phone_number,direction,"
    "contact_type,started_at,wait_time,time_to_missed,abandon_time,short_abandon_time,time_to_voicemail,ring_time,"
    "connect_time,answered_at,connected_at,talk_time,hard_hold_time,soft_hold_time,hold_time,after_call_work_time,"
    "finished_at,duration,handle_time,inside_business_hours,inside_service_level,within_service_level_threshold,"
    "transfer_out,transfer_out_type,transfer_in,transfer_in_type,callback,ring_groups,user_name,direct_assignment_user,"
    "team_name,user_id,direct_assignment_ids,team_id,handling_ring_groups"
)
AFTER_CONNECT = {"COMPLETECALLER", "COMPLETEAGENT", "BLINDTRANSFER"}


def test_contacts_have_the_reports_fields_in_its_order(exports):
    assert {",".join(leg) for leg in exports.legs} == {CONTACTS}
    assert {leg["contact_type"] for leg in exports.legs} == {
        *("Answered", "Abandoned", "Short Abandoned", "Voicemail", "Connected", "Not Connected")
    }


def test_a_contacts_times_and_seconds_agree(exports):
    for leg in exports.legs:
        length = timedelta(seconds=leg["duration"])
        assert at(leg["finished_at"]) - at(leg["started_at"]) == length
        assert leg["handle_time"] == leg["talk_time"] + leg["hold_time"] + leg["after_call_work_time"]
        if leg["answered_at"] == "None":
            assert leg["handle_time"] == 0
            continue
        assert at(leg["answered_at"]) - at(leg["started_at"]) == timedelta(seconds=leg["wait_time"])
        assert leg["duration"] == leg["wait_time"] + leg["talk_time"] + leg["hold_time"]
        assert leg["ring_time"] <= leg["wait_time"]


def test_weekly_files_hold_their_week(exports):
    for path in exports.folder.glob("talkdesk/*"):
        first, last = path.name.removeprefix("contacts-").removesuffix(".json.gz").split("_")
        body = json.loads(text_of(path))
        assert body["total"] == len(body["entries"])
        assert all(first <= str(at(leg["started_at"]).date()) <= last for leg in body["entries"])


def test_one_agent_has_one_call_at_a_time(exports):
    calls = defaultdict(list)
    for leg in exports.legs:
        if leg["answered_at"] != "None":
            end = at(leg["finished_at"]) + timedelta(seconds=leg["after_call_work_time"])
            calls[leg["user_id"]].append((at(leg["answered_at"]), end))
    for spans in calls.values():
        spans.sort()
        assert all(before[1] <= after[0] for before, after in pairwise(spans))


def test_states_of_an_agent_follow_each_other(exports):
    spans, still_on = defaultdict(list), 0
    for row in exports.table("people/agent_states*"):
        still_on += not row["ended_at"]
        spans[row["agent_id"]].append((at(row["started_at"]), at(row["ended_at"]) if row["ended_at"] else SAMPLE_END))
    for own in spans.values():
        assert all(start < end for start, end in own)
        assert all(before[1] <= after[0] for before, after in pairwise(own))
    assert 5 < still_on < 20


def test_queue_log_calls_go_their_way(exports):
    events = defaultdict(list)
    for log in exports.logs:
        for _, call, _, _, event, *data in log:
            if call != "NONE":
                events[call].append((event, data))
    for told in events.values():
        names = [name for name, _ in told if name != "RINGNOANSWER"]
        assert names[0] == "ENTERQUEUE"
        assert names[1:] in ([], ["ABANDON"], ["CONNECT"]) or (names[1] == "CONNECT" and names[2] in AFTER_CONNECT)
        assert len(names) <= 3
    seen = Counter(line[4] for log in exports.logs for line in log)
    wanted = {"RINGNOANSWER", "BLINDTRANSFER", "PAUSE", "UNPAUSE", "PAUSEALL", "ADDMEMBER", "REMOVEMEMBER"}
    assert {*wanted, "CONFIGRELOAD", "ABANDON", "COMPLETEAGENT"} <= seen.keys()


def test_calls_span_every_rotation(exports):
    assert len(exports.logs) == 5
    calls = [{line[1] for line in log} - {"NONE"} for log in exports.logs]
    assert all(before & after for before, after in pairwise(calls))


def test_whoever_connects_is_a_member_then(exports):
    members: set[str] = set()
    for log in exports.logs:
        for _, _, _, agent, event, *_ in log:
            if event == "ADDMEMBER":
                members.add(agent)
            elif event == "REMOVEMEMBER":
                members.discard(agent)
            elif event in ("CONNECT", "RINGNOANSWER"):
                assert agent in members


def test_zendesk_pages(exports):
    paths = sorted(exports.folder.glob("zendesk/tickets-*"), key=lambda path: path.name)
    pages = [json.loads(text_of(path)) for path in paths]
    assert [page["end_of_stream"] for page in pages] == [False] * (len(pages) - 1) + [True]
    for page, following in pairwise(pages):
        assert page["count"] == len(page["tickets"])
        assert page["tickets"][-3:] == following["tickets"][:3]
        assert page["next_page"].endswith(f"start_time={page['end_time']}")
    assert pages[-1]["end_time"] == int(SAMPLE_END.timestamp())


def test_audits_lead_to_the_ticket_as_it_stands(exports):
    fields: dict[int, dict[str, str]] = defaultdict(dict)
    for audit in exports.audits:
        for event in audit["events"]:
            if event["type"] == "Change":
                assert fields[audit["ticket_id"]].get(event["field_name"]) == event["previous_value"] or (
                    event["field_name"] == "tags"
                )
            if event["type"] in ("Create", "Change"):
                fields[audit["ticket_id"]][event["field_name"]] = event["value"]
    for ticket in exports.tickets.values():
        if ticket["status"] != "deleted":
            told = fields[ticket["id"]]
            assert (told["status"], told["priority"]) == (ticket["status"], ticket["priority"])
            assert told["group_id"] == str(ticket["group_id"])
            assert told.get("assignee_id") == (str(ticket["assignee_id"]) if ticket["assignee_id"] else None)


def test_planted_oddities(exports):
    tickets = exports.tickets.values()
    deleted = {t["id"] for t in tickets if t["status"] == "deleted"}
    assert deleted
    assert all(exports.tickets[number]["subject"] == "SCRUBBED" for number in deleted)
    assert not deleted & {row["ticket_id"] for row in exports.metrics + exports.audits}
    merged = [t for t in tickets if "closed_by_merge" in t["tags"]]
    assert len(merged) > 2
    assert {t["status"] for t in merged} == {"closed"}
    subjects = {t["subject"] for t in tickets}
    assert "[/b] invoice [red]" in subjects
    assert any(not subject.isascii() for subject in subjects)
    assert any(event.get("deleted") for event in exports.metric_events)
    votes = Counter(row["ticket_id"] for row in exports.ratings)
    assert any(count > 1 for count in votes.values())
    acknowledged = [a for a in exports.audits if any(e["type"] == "Notification" for e in a["events"])]
    assert len(acknowledged) > 4000


def test_breaches_come_before_a_late_reply(exports):
    clocks = defaultdict(dict)
    for event in exports.metric_events:
        if not event.get("deleted"):
            clocks[event["ticket_id"]][event["type"]] = at(event["time"])
    late = [clock for clock in clocks.values() if "breach" in clock]
    assert 0.05 < len(late) / len(clocks) < 0.25
    assert all(clock["breach"] < clock.get("fulfill", SAMPLE_END) for clock in late)


def test_annotations(exports):
    rows = exports.table("annotations.csv")
    kinds = Counter(row["kind"] for row in rows)
    assert kinds == {"holiday": 3, "campaign": 1, "release": 1, "incident": 1}
    release = next(row for row in rows if row["kind"] == "release")
    assert release["at"] == "2025-05-12T14:02:00+02:00"


def test_the_day_goes_on_after_the_end(exports):
    told = list(live_events(SAMPLE_SEED, SAMPLE_START, SAMPLE_END))
    times = [when for when, _, _ in told]
    assert SAMPLE_END < times[0] < SAMPLE_END + timedelta(minutes=15)
    assert times == sorted(times)
    assert times[-1].date() == SAMPLE_END.date()
    assert {name for _, name, _ in told} == {"live/queue_log"}
    assert {text.split("|")[2] for _, _, text in told} == {"billing", "tech-support", "moves", "outage"}
    assert all(text.endswith("\n") and text.split("|")[0] == str(int(when.timestamp())) for when, _, text in told)
    outage = [line for log in exports.logs for line in log]
    going_on = {text.split("|")[1] for _, _, text in told} & {line[1] for line in outage}
    finished = {line[1] for line in outage if line[4] in AFTER_CONNECT | {"ABANDON"}}
    assert not going_on & finished
