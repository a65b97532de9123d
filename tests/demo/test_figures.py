"""The sample's figures are believable, computed here from the written files alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime, timedelta
from statistics import mean
from zoneinfo import ZoneInfo

from carecli.demo import SAMPLE_END, SAMPLE_START, SAMPLE_ZONE
from carecli.demo.centre import AGENTS
from carecli.demo.opening import OpenTime
from carecli.demo.people import agent_ids
from tests.demo.reading import at

BERLIN = ZoneInfo(SAMPLE_ZONE)
INCIDENT = (datetime(2025, 5, 12, 14, 0, tzinfo=BERLIN), datetime(2025, 5, 12, 16, 30, tzinfo=BERLIN))
ABSENCE = (datetime(2025, 4, 29, 13, 0, tzinfo=BERLIN), datetime(2025, 4, 29, 18, 0, tzinfo=BERLIN))
OPEN = ("new", "open", "pending", "hold")


def answered(legs):
    return [leg for leg in legs if leg["contact_type"] == "Answered"]


def abandoned(legs):
    return [leg for leg in legs if leg["contact_type"] in ("Abandoned", "Short Abandoned")]


def service_level(legs):
    return mean(leg["wait_time"] <= 20 for leg in answered(legs))


def abandonment(legs):
    return len(abandoned(legs)) / (len(abandoned(legs)) + len(answered(legs)))


def within(legs, span, group):
    return [leg for leg in legs if leg["ring_groups"] == group and span[0] <= at(leg["started_at"]) < span[1]]


def test_about_twelve_thousand_contacts_a_month(exports):
    calls = len({leg["interaction_id"] for leg in exports.inbound})
    outage = sum(line[4] == "ENTERQUEUE" for log in exports.logs for line in log)
    written = sum(
        t["via"]["channel"] != "voice" and at(t["created_at"]).astimezone(BERLIN).date() >= SAMPLE_START
        for t in exports.tickets.values()
    )
    assert 11_000 < (calls + outage + len(exports.chats) + written) * 30 / 35 < 13_000


def test_voice(exports):
    legs = exports.inbound
    assert 0.78 <= service_level(legs) <= 0.86
    assert 15 <= mean(leg["wait_time"] for leg in answered(legs)) <= 35
    assert 0.03 <= abandonment(legs) <= 0.07
    assert 5 <= mean(leg["handle_time"] for leg in answered(legs)) / 60 <= 7


def test_ordinary_days_are_alike(exports):
    days = defaultdict(list)
    for leg in exports.inbound:
        days[at(leg["started_at"]).astimezone(BERLIN).date()].append(leg)
    levels = sorted(service_level(legs) for legs in days.values() if len(legs) > 80)
    assert len(levels) >= 24
    middle = levels[len(levels) // 5 : -len(levels) // 5]
    assert all(0.77 <= level <= 0.91 for level in middle)


def test_chat(exports):
    done = [chat for chat in exports.chats if chat["outcome"] == "answered"]
    handled = [sum(int(chat[part]) for part in ("talk_sec", "hold_sec", "wrap_sec")) for chat in done]
    assert 7 <= mean(handled) / 60 <= 10
    assert mean(int(chat["queue_time_sec"]) <= 120 for chat in done) > 0.85
    assert len(done) / len(exports.chats) > 0.92


def test_transfers_make_a_second_leg(exports):
    sent = [leg for leg in exports.inbound if leg["transfer_out"] == "Yes"]
    assert 0.05 <= len(sent) / len(answered(exports.inbound)) <= 0.08
    arrived = Counter(leg["interaction_id"] for leg in exports.inbound if leg["transfer_in"] == "Yes")
    missing = [leg for leg in sent if leg["interaction_id"] not in arrived]
    assert len(missing) <= 1  # still waiting at the moment of the export
    assert max(arrived.values()) == 1


def test_first_contact_resolution(exports):
    """Answered callers who don't reach the same queue again within 7 days; the last 7 days aren't mature."""
    calls = defaultdict(list)
    for leg in exports.inbound:
        if leg["transfer_in"] == "No":
            calls[leg["contact_person_number"], leg["ring_groups"]].append(leg)
    mature, week = SAMPLE_END - timedelta(days=7), timedelta(days=7)
    once = []
    for legs in calls.values():
        times = [at(leg["started_at"]) for leg in legs]
        for leg, time in zip(legs, times, strict=True):
            if leg["contact_type"] == "Answered" and time < mature:
                once.append(not any(time < later <= time + week for later in times))
    assert 0.72 <= mean(once) <= 0.86


def test_cases_resolved_without_another_word_of_the_customer(exports):
    words, solved = Counter(), set()
    for audit in exports.audits:
        for event in audit["events"]:
            by_requester = audit["author_id"] == exports.tickets[audit["ticket_id"]]["requester_id"]
            words[audit["ticket_id"]] += event["type"] == "Comment" and by_requester
            if event.get("field_name") == "status" and event["value"] == "solved":
                solved.add(audit["ticket_id"])
    assert 0.72 <= mean(words[ticket] <= 1 for ticket in solved) <= 0.82


def test_csat_and_response_rate(exports):
    votes = {row["ticket_id"]: row["score"] for row in exports.ratings}
    given = [vote for vote in votes.values() if vote != "offered"]
    assert 0.17 <= len(given) / len(votes) <= 0.23
    assert 0.88 <= mean(vote == "good" for vote in given) <= 0.93


def test_reopens_and_escalations(exports):
    solved = [row for row in exports.metrics if row["first_resolution_time_in_minutes"]]
    assert 0.04 <= mean(row["reopens"] > 0 for row in solved) <= 0.065
    to_tier2 = {
        audit["ticket_id"]
        for audit in exports.audits
        for event in audit["events"]
        if event["type"] == "Change" and event["field_name"] == "group_id"
    }
    assert 0.08 <= len(to_tier2) / len(exports.metrics) <= 0.12


def test_backlog(exports):
    ages = [SAMPLE_END - at(t["created_at"]) for t in exports.tickets.values() if t["status"] in OPEN]
    assert 230 <= len(ages) <= 450
    assert 30 <= sum(age >= timedelta(days=7) for age in ages) <= 60
    assert {t["status"] for t in exports.tickets.values()} == {*OPEN, "solved", "closed", "deleted"}


def test_replies_within_four_open_hours(exports):
    email = {t["id"] for t in exports.tickets.values() if t["via"]["channel"] in ("email", "web")}
    replies = [
        r["reply_time_in_minutes"]["business"]
        for r in exports.metrics
        if r["ticket_id"] in email and r["reply_time_in_minutes"]
    ]
    assert 0.85 <= mean(minutes <= 240 for minutes in replies) <= 0.90


def test_business_minutes_agree_with_the_opening_hours(exports):
    hours = OpenTime(SAMPLE_START - timedelta(days=90), SAMPLE_END.date())
    first = {}
    for audit in exports.audits:
        for event in audit["events"]:
            ticket = exports.tickets[audit["ticket_id"]]
            person = audit["author_id"] not in (-1, ticket["requester_id"])
            if event["type"] == "Comment" and event["public"] and person:
                first.setdefault(ticket["id"], at(audit["created_at"]))
    checked = 0
    for row in exports.metrics:
        created = int(at(row["created_at"]).timestamp())
        if (reply := first.get(row["ticket_id"])) is None:
            assert row["reply_time_in_minutes"] is None
            continue
        assert row["reply_time_in_minutes"]["business"] == hours.between(created, int(reply.timestamp())) // 60
        checked += 1
    assert checked > 4000


def test_some_calls_open_a_case_and_most_do_not(exports):
    calls = {leg["interaction_id"] for leg in exports.legs}
    opened = [t for t in exports.tickets.values() if t["via"]["channel"] == "voice"]
    joined = sum(t["external_id"] in calls for t in opened)
    assert all(t["via"]["source"]["rel"] == "inbound" for t in opened)
    assert joined > 0.95 * len(opened)
    assert 0.04 <= joined / len(calls) <= 0.10


def test_the_incident(exports):
    during = within(exports.inbound, INCIDENT, "billing")
    before = [within(exports.inbound, [t - timedelta(days=d) for t in INCIDENT], "billing") for d in (7, 14, 28)]
    assert len(during) > 1.3 * mean(len(legs) for legs in before)
    assert service_level(during) < 0.5 < 0.7 < min(service_level(legs) for legs in before)
    assert abandonment(during) > 0.15


def test_the_bad_afternoon(exports):
    during = within(exports.inbound, ABSENCE, "tech-support")
    others = [within(exports.inbound, [t + timedelta(days=d) for t in ABSENCE], "tech-support") for d in (-14, 7)]
    assert service_level(during) < 0.6
    assert min(service_level(legs) for legs in others) > service_level(during) + 0.15


def test_the_harsh_grader(exports):
    scores = defaultdict(list)
    for review in exports.table("quality/*"):
        if review["sample"] == "random":
            scores[review["reviewer_id"]].append(float(review["score"]))
    means = sorted(mean(values) for values in scores.values())
    assert len(means) == 4
    assert 7.5 <= mean(means[1:]) - means[0] <= 10.5
    assert means[-1] - means[1] < 2.5


def test_refunds_grow_old(exports):
    group = next(row["queue_id"] for row in exports.table("people/queues.csv") if row["name"] == "Refunds email")
    status = defaultdict(list)
    for audit in exports.audits:
        for event in audit["events"]:
            if event.get("field_name") == "status":
                status[audit["ticket_id"]].append((at(audit["created_at"]), event["value"]))

    def old(moment):
        count = 0
        for ticket in exports.tickets.values():
            if str(ticket["group_id"]) == group and at(ticket["created_at"]) <= moment - timedelta(days=7):
                then = [value for time, value in status[ticket["id"]] if time <= moment]
                count += bool(then) and then[-1] in OPEN
        return count

    assert old(SAMPLE_END) >= 20
    assert old(SAMPLE_END) >= 1.7 * old(SAMPLE_END - timedelta(days=7))


def test_everybody_is_known_in_every_system(exports):
    names = {(row["source"], row["agent_id"]): row["name"] for row in exports.table("people/agents.csv")}
    same = {(row["source"], row["external_id"]): row["canonical"] for row in exports.table("people/identities.csv")}
    seen = {("talkdesk", leg["user_id"]) for leg in exports.legs} - {("talkdesk", "None")}
    seen |= {("chat", chat["agent_id"]) for chat in exports.chats if chat["agent_id"]}
    seen |= {("zendesk", str(t["assignee_id"])) for t in exports.tickets.values() if t["assignee_id"]}
    seen |= {("asterisk", line[3]) for log in exports.logs for line in log if line[3] != "NONE"}
    seen |= {("people", row["agent_id"]) for row in exports.table("people/agent_states*")}
    assert seen <= names.keys()
    assert seen <= same.keys()
    for agent in AGENTS:
        assert {same[one] for one in agent_ids(agent)} == {agent.key}
        assert {names[one] for one in agent_ids(agent)} == {agent.name}
