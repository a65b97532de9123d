"""What other departments' files say agrees with the systems' own exports, and is believable: from the files alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise
from statistics import mean, median
from zoneinfo import ZoneInfo

import pytest

from carecli.demo import SAMPLE_END, SAMPLE_SEED, SAMPLE_START, SAMPLE_ZONE, costs
from carecli.demo.files import Export
from carecli.demo.scenario import Scenario
from tests.demo.reading import at

BERLIN = ZoneInfo(SAMPLE_ZONE)
MOMENTS = ("opened_at", "aware_at", "acknowledged_at", "declared_at", "contained_at", "resolved_at")
LIVE = {"Billing voice": "billing", "Tech support voice": "tech-support", "Moves voice": "moves"}


@pytest.fixture(scope="session")
def events(exports):
    return exports.table("business/business_events*")


@pytest.fixture(scope="session")
def notes(exports):
    return exports.table("calls/notes*")


@pytest.fixture(scope="session")
def profiles(exports):
    return {row["customer_id"]: row for row in exports.table("customers/*")}


@pytest.fixture(scope="session")
def reasons(exports, notes):
    """Reason codes of calls, chats and cases, one a contact."""
    rows = [*notes, *exports.chats, *exports.table("cases/reasons*")]
    return [row["issue_type"] for row in rows if row["issue_type"]]


def local_day(text):
    return at(text).astimezone(BERLIN).date()


# Reasons


def test_thirty_codes_some_of_them_common(reasons):
    found = Counter(reasons)
    assert len(found) == 30
    assert {"warranty", "account_inquiry", "other"} <= found.keys()
    assert 0.02 < found["other"] / len(reasons) < 0.06
    assert max(found.values()) > 3 * median(found.values())


def test_a_matter_keeps_its_code_over_calls_and_chats(exports, notes):
    numbers = {leg["interaction_id"]: leg["contact_person_number"] for leg in exports.legs}
    matters = defaultdict(set)
    for row in notes:
        if row["source"] == "talkdesk" and row["issue_type"]:
            matters[numbers[row["interaction_id"]]].add(row["issue_type"])
    for chat in exports.chats:
        matters[chat["customer_id"]].add(chat["issue_type"])
    assert mean(len(codes) for codes in matters.values()) < 1.05


def test_notes_are_of_calls_the_switches_know(exports, notes):
    began = {}
    for leg in exports.inbound:
        began[leg["interaction_id"]] = min(at(leg["started_at"]), began.get(leg["interaction_id"], SAMPLE_END))
    logged = {line[1]: int(line[0]) for log in exports.logs for line in log if line[4] == "ENTERQUEUE"}
    for row in notes:
        own = row["source"] == "talkdesk"
        known = began[row["interaction_id"]].timestamp() if own else logged[row["interaction_id"]]
        assert at(row["started_at"]).timestamp() == known
    answered = {leg["interaction_id"] for leg in exports.inbound if leg["contact_type"] == "Answered"}
    coded = {row["interaction_id"] for row in notes if row["issue_type"]}
    assert len(answered - coded) < 0.02 * len(answered)


def test_reasons_are_of_cases_the_helpdesk_knows(exports):
    rows = exports.table("cases/reasons*")
    assert {int(row["case_id"]) for row in rows} == {row["ticket_id"] for row in exports.metrics}
    assert all(at(row["created_at"]) == at(exports.tickets[int(row["case_id"])]["created_at"]) for row in rows)


# Customers


def test_almost_every_customer_has_a_tier(exports, profiles):
    seen = [leg["contact_person_number"] for leg in exports.inbound] + [chat["customer_id"] for chat in exports.chats]
    seen += [str(ticket["requester_id"]) for ticket in exports.tickets.values()]
    assert 0.95 < mean(name in profiles for name in seen) < 0.99
    tiers = Counter(profiles[name]["tier"] for name in seen if name in profiles)
    assert [tier for tier, _ in tiers.most_common()] == ["standard", "basic", "premium", "enterprise"]
    assert 0.03 < tiers["enterprise"] / tiers.total() < 0.07


def test_firms_pay_more(profiles):
    rows = profiles.values()
    assert {row["segment"] for row in rows if row["tier"] == "enterprise"} == {"b2b"}
    assert {row["segment"] for row in rows} == {"b2b", "b2c"}
    assert {row["currency"] for row in rows} == {"EUR"}
    assert len({row["region"] for row in rows}) == 4
    by_tier = {tier: [float(r["mrr"]) for r in rows if r["tier"] == tier] for tier in ("basic", "enterprise")}
    assert mean(by_tier["basic"]) < 50 < 1000 < mean(by_tier["enterprise"])


# Cases


def test_acknowledgements_come_at_once_but_for_the_jam(exports):
    rows = [row for row in exports.table("cases/events*") if row["reason"] == "automation"]
    waits = {}
    for row in rows:
        created = at(exports.tickets[int(row["case_id"])]["created_at"])
        waits[row["case_id"]] = (created, at(row["at"]) - created)
    assert len(waits) == len(rows) > 3500
    late = [created for created, wait in waits.values() if wait > timedelta(hours=1)]
    assert 5 <= len(late) <= 40
    assert {created.astimezone(BERLIN).date() for created in late} == {date(2025, 4, 23)}
    assert all(timedelta() < wait < timedelta(hours=4) for _, wait in waits.values())
    assert mean(wait < timedelta(minutes=2) for _, wait in waits.values()) > 0.99


def test_exceptions_and_workarounds(exports):
    rows = exports.table("cases/events*")
    excepted = [row for row in rows if row["kind"] == "exception"]
    assert 0.025 < len(excepted) / len(exports.metrics) < 0.05
    (incident,) = [row for row in exports.table("incidents/incidents.csv") if row["case_id"]]
    assert incident["incident_id"] == "INC-311"
    by_incident = {row["case_id"] for row in excepted if row["reason"] == "INC-311"}
    assert incident["case_id"] in by_incident
    around = [row for row in rows if row["reason"] == "workaround"]
    urgent = {str(t["id"]) for t in exports.tickets.values() if t["priority"] == "urgent"}
    assert {row["case_id"] for row in around} <= urgent
    assert len(around) > 0.6 * len(urgent)


# Surveys


def test_surveys_of_calls_and_chats(exports):
    rows = exports.table("surveys/*")
    assert {row["kind"] for row in rows} == {"csat", "nps_touch", "nps_relationship"}
    known = {leg["interaction_id"] for leg in exports.legs} | {chat["interaction_id"] for chat in exports.chats}
    known |= {line[1] for log in exports.logs for line in log}
    assert {row["interaction_id"] for row in rows if row["interaction_id"]} <= known
    for channel, low, high in (("voice", 0.13, 0.21), ("chat", 0.25, 0.38)):
        asked = [row for row in rows if row["channel"] == channel]
        assert len(asked) > 400
        assert low < mean(bool(row["responded_at"]) for row in asked) < high
    answered = [row for row in rows if row["responded_at"]]
    assert all(at(row["sent_at"]) < at(row["responded_at"]) for row in answered)
    assert all(bool(row["score"]) == bool(row["responded_at"]) for row in rows)
    votes = [int(row["score"]) for row in answered if row["kind"] == "csat"]
    assert 0.88 < mean(vote >= 4 for vote in votes) < 0.96


def test_the_wording_depends_on_the_channel(exports):
    """Planted for R38: Pearson's chi-square over channel and wording, without a continuity correction."""
    asked = [row for row in exports.table("surveys/*") if row["kind"] == "csat"]
    mix = {name: Counter(row["prompt"] for row in asked if row["channel"] == name) for name in ("voice", "chat")}
    total = sum((counts for counts in mix.values()), Counter())
    expected = {(name, word): mix[name].total() * total[word] / total.total() for name in mix for word in "AB"}
    assert sum((mix[name][word] - e) ** 2 / e for (name, word), e in expected.items()) > 6.63
    assert 0.44 < mix["voice"]["A"] / mix["voice"].total() < 0.56


# Callbacks


def test_callbacks_follow_accepted_offers(exports, notes):
    accepted = {row["interaction_id"]: at(row["callback_accepted_at"]) for row in notes if row["callback_accepted_at"]}
    offered = {row["interaction_id"]: at(row["callback_offered_at"]) for row in notes if row["callback_offered_at"]}
    assert len(offered) > 60
    assert all(offered[call] <= when for call, when in accepted.items())
    made = exports.table("calls/callbacks*")
    waits = [at(row["started_at"]) - accepted[row["caused_by"]] for row in made]
    assert len(waits) > 15
    assert 0.6 < mean(wait <= timedelta(minutes=5) for wait in waits) < 1
    assert {row["direction"] for row in made} == {"outbound"}


# Incidents


def test_incidents_and_their_moments(exports):
    rows = exports.table("incidents/incidents.csv")
    assert len({row["incident_id"] for row in rows}) == len(rows) == 13
    for row in rows:
        times = [at(row[name]) for name in MOMENTS if row[name]]
        assert times == sorted(times)
    recent = [row for row in rows if SAMPLE_END - at(row["opened_at"]) <= timedelta(days=90)]
    assert 5 <= len(recent) <= 10
    assert max(Counter(row["root_cause"] for row in recent).values()) >= 2
    assert [row["incident_id"] for row in rows if not row["resolved_at"]] == ["INC-312"]
    severities = {row["incident_id"]: row["severity"] for row in rows}
    steps = exports.table("incidents/ladder_steps.csv")
    assert {severities[step["incident_id"]] for step in steps} == {"SEV1", "SEV2"}


# Money and the business


def test_costs_are_of_whole_months(exports):
    rows = exports.table("business/costs.csv")
    assert {row["month"] for row in rows} == {"2025-02", "2025-03", "2025-04"}
    for month in ("2025-02", "2025-03", "2025-04"):
        own = [row for row in rows if row["month"] == month]
        assert {row["channel"] for row in own} == {"voice", "chat", "email", "social", ""}
        assert 80_000_00 < sum(int(row["amount"]) for row in own) < 100_000_00
    assert {row["currency"] for row in rows} == {"USD"}


def test_costs_of_a_longer_run_begin_with_its_first_month(tmp_path):
    costs.write(Scenario.of(SAMPLE_SEED, date(2024, 11, 20), SAMPLE_END), Export(tmp_path, compress=False))
    months = {line.split(",")[1] for line in (tmp_path / "business/costs.csv").read_text().splitlines()[1:]}
    assert sorted(months) == ["2024-11", "2024-12", "2025-01", "2025-02", "2025-03", "2025-04"]


def counted(rows, *kinds):
    return sum(int(row["count"] or 1) for row in rows if row["kind"] in kinds)


def test_business_events_are_unique_and_in_order(events):
    assert len({row["business_event_id"] for row in events}) == len(events)
    times = [at(row["at"]) for row in events]
    assert times == sorted(times)
    assert {row["kind"] for row in events} == {
        *("order", "refund", "chargeback", "self_service", "subscriber", "churn", "save", "expansion")
    }


def test_rates_of_the_business(events, exports):
    ours = [row for row in events if local_day(row["at"]) >= SAMPLE_START]
    orders = counted(ours, "order")
    assert 0.03 < counted(ours, "refund") / orders < 0.06
    assert 0.0005 < counted(ours, "chargeback") / orders < 0.004
    contacts = len(exports.chats) + len({leg["interaction_id"] for leg in exports.inbound}) + len(exports.tickets)
    itself = counted(ours, "self_service")
    assert 0.2 < itself / (itself + contacts) < 0.35


def test_subscribers_grow_and_some_leave(events):
    held = [(local_day(row["at"]), int(row["count"])) for row in events if row["kind"] == "subscriber"]
    assert all(day.day == 1 for day, _ in held)
    assert len(held) == 25
    assert all(before[1] < after[1] for before, after in pairwise(held))
    years = (counted([row for row in events if at(row["at"]).year == year], "churn") for year in (2023, 2024))
    assert all(years)


def test_some_left_after_contact(events, exports):
    wrote = defaultdict(list)
    for ticket in exports.tickets.values():
        wrote[str(ticket["requester_id"])].append(at(ticket["created_at"]))
    left = [row for row in events if row["kind"] == "churn" and row["customer_id"]]
    month = timedelta(days=30)
    after = [any(timedelta() <= at(row["at"]) - t <= month for t in wrote[row["customer_id"]]) for row in left]
    assert 0.1 < mean(after) < 0.25
    assert len(left) > 500


def test_what_service_saved_names_its_case(events, exports):
    gained = [row for row in events if row["kind"] in ("save", "expansion")]
    assert len(gained) > 100
    for row in gained:
        ticket = exports.tickets[int(row["case_id"])]
        assert str(ticket["requester_id"]) == row["customer_id"]
        assert int(row["amount"]) > 0
        assert row["currency"] == "EUR"


# Forecasts


def test_the_forecast_of_an_ordinary_week_is_near(exports):
    planned, came = Counter(), Counter()
    for row in exports.table("people/forecasts*"):
        if date(2025, 5, 5) <= local_day(row["interval_start"]) <= date(2025, 5, 10):
            planned[row["queue"]] += float(row["contacts"])
    groups = {group: queue for queue, group in LIVE.items()}
    for leg in exports.inbound:
        if date(2025, 5, 5) <= local_day(leg["started_at"]) <= date(2025, 5, 10) and leg["contact_type"] != "Voicemail":
            came[groups[leg["ring_groups"]]] += 1
    for queue in LIVE:
        assert abs(planned[queue] / came[queue] - 1) < 0.2


def test_the_forecast_reaches_beyond_the_end(exports):
    rows = exports.table("people/forecasts*")
    assert {row["minutes"] for row in rows} == {"30"}
    assert min(local_day(row["interval_start"]) for row in rows) == date(2025, 5, 5)
    assert max(local_day(row["interval_start"]) for row in rows) == date(2025, 5, 17)
    assert max(at(row["interval_start"]) for row in rows) > SAMPLE_END
    keys = Counter((row["queue"], row["channel"], row["interval_start"]) for row in rows)
    assert max(keys.values()) == 1
    assert datetime.fromisoformat(rows[0]["interval_start"]).utcoffset() is not None
