"""What the exports in tests/vendors/genesys don't show."""

from __future__ import annotations

from typing import Any

import pytest
from vendor_records import at, map_one, of_table, told

from carecli.sources.records import BadCell, Ignored, Row

KIND = "genesys.conversation_details"


def stamp(clock: str) -> str:
    return f"2025-03-10T{clock}.000Z"


def segment(kind: str, start: str, end: str | None = None, **more: str) -> dict[str, Any]:
    ended = {} if end is None else {"segmentEnd": stamp(end)}
    return {"segmentType": kind, "segmentStart": stamp(start), **ended, **more}


def took_part(purpose: str, *segments: dict[str, Any], metrics: Any = (), user: str = "", **session: Any) -> Any:
    person = {"userId": user, "participantName": f"Agent {user}"} if user else {}
    measured = [{"name": name, "value": value} for name, value in dict(metrics).items()]
    session = {"mediaType": "voice", **session, "segments": list(segments), "metrics": measured}
    return {"purpose": purpose, **person, "sessions": [session]}


def conversation(*participants: Any, **more: Any) -> dict[str, Any]:
    whole = {"conversationId": "c", "conversationStart": stamp("09:00:00"), "conversationEnd": stamp("09:10:00")}
    return {**whole, "originatingDirection": "inbound", "participants": list(participants), **more}


def contact(*participants: Any, **more: Any) -> dict[str, Any]:
    return told(map_one(KIND, conversation(*participants, **more))[0])


def legs(*participants: Any) -> list[dict[str, Any]]:
    return [told(row) for row in of_table(map_one(KIND, conversation(*participants)), "legs")]


CUSTOMER = took_part("customer", segment("interact", "09:00:00", "09:10:00"), ani="tel:+4930231250101")
QUEUED = took_part("acd", segment("interact", "09:00:10", "09:01:00", queueId="q"), metrics={"tAcd": "50000"})
ANSWERED = took_part(
    "agent",
    segment("interact", "09:01:00", "09:05:00", queueId="q", disconnectType="peer"),
    metrics={"tTalkComplete": "240000"},
    user="u-1",
)


def test_a_transfer_straight_to_an_agent_is_no_stay_in_a_queue():
    second = took_part(
        "user", segment("interact", "09:05:00", "09:10:00"), metrics={"tTalkComplete": "300000"}, user="u-2"
    )
    assert [(leg["agent_id"], leg["talk_ms"]) for leg in legs(CUSTOMER, QUEUED, ANSWERED, second)] == [("u-1", 240000)]
    whole = contact(CUSTOMER, QUEUED, ANSWERED, second)
    assert (whole["agent_id"], whole["talk_ms"], whole["queue"]) == ("u-2", 540000, "q")


def test_an_agent_of_another_queue_answers_no_stay_in_this_one():
    elsewhere = took_part("agent", segment("interact", "09:01:00", "09:05:00", queueId="other"), user="u-1")
    assert "agent_id" not in legs(CUSTOMER, QUEUED, elsewhere)[0]


def test_who_listens_in_answers_nothing():
    listening = took_part("user", segment("monitoring", "09:00:30", "09:05:00"), user="u-9")
    whole = contact(CUSTOMER, QUEUED, ANSWERED, listening)
    assert (whole["answered_at"], whole["agent_id"]) == (at("2025-03-10 09:01:00"), "u-1")


def test_a_talk_that_still_goes_on():
    talking = took_part("agent", segment("interact", "09:01:00", queueId="q"), user="u-1")
    rows = map_one(KIND, conversation(CUSTOMER, QUEUED, talking, conversationEnd=None))
    assert [row.complete for row in rows[:2]] == [False, False]
    assert [rows[1].values[name] for name in ("outcome", "left_at")] == ["answered", None]


@pytest.mark.parametrize(
    ("metrics", "disconnect", "leg", "whole"),
    [
        ({"tShortAbandon": "3000"}, "client", "abandoned", "abandoned"),
        ({"tVoicemail": "20000"}, "transfer", "voicemail", "voicemail"),
        ({"tFlowOut": "50000"}, "transfer", "overflowed", "missed"),
        ({}, "timeout", "timed_out", "missed"),
        ({}, "forwardTransfer", "overflowed", "missed"),
        ({}, "error", None, None),
    ],
)
def test_how_a_stay_ends_that_nobody_answered(metrics, disconnect, leg, whole):
    queued = took_part(
        "acd", segment("interact", "09:00:10", "09:01:00", queueId="q", disconnectType=disconnect), metrics=metrics
    )
    assert legs(CUSTOMER, queued)[0].get("outcome") == leg
    assert contact(CUSTOMER, queued).get("outcome") == whole


def test_the_wait_is_told_by_whichever_metric_there_is():
    queued = took_part("acd", segment("interact", "09:00:10", "09:01:00", queueId="q"), metrics={"tAbandon": "49500"})
    assert legs(CUSTOMER, queued)[0]["queue_time_ms"] == 49500


def test_calls_that_reach_nobody():
    rang = took_part("user", segment("alert", "09:00:00", "09:00:20"), user="u-1")
    dialled = took_part("agent", segment("dialing", "09:00:00", "09:00:20"), user="u-1")
    called = took_part("external", dnis="tel:+4930231250102")
    assert contact(CUSTOMER, rang)["outcome"] == "missed"
    out = contact(dialled, called, originatingDirection="outbound")
    assert (out["outcome"], out["direction"], out["customer_id"]) == ("missed", "outbound", "C-0102")
    recorded = took_part("voicemail", segment("voicemail", "09:00:20", "09:01:00"))
    assert contact(CUSTOMER, rang, recorded)["outcome"] == "voicemail"


def test_a_conversation_among_agents_is_internal():
    one, two = (took_part("user", segment("interact", "09:00:00", "09:01:00"), user=user) for user in ("u-1", "u-2"))
    assert contact(one, two, originatingDirection="outbound")["direction"] == "internal"


@pytest.mark.parametrize(
    ("session", "channel", "origin"),
    [
        ({"mediaType": "callback"}, "voice", "callback"),
        ({"mediaType": "email"}, "email", "customer"),
        ({"mediaType": "message", "messageType": "whatsapp"}, "whatsapp", "customer"),
        ({"mediaType": "message", "messageType": "facebook"}, "social", "customer"),
        ({"mediaType": "message", "messageType": "webmessaging"}, "chat", "customer"),
        ({"mediaType": "screenshare"}, None, "customer"),
        ({"mediaType": "voice", "outboundCampaignId": "k"}, "voice", "campaign"),
    ],
)
def test_media(session, channel, origin):
    whole = contact(took_part("customer", segment("interact", "09:00:00", "09:01:00"), **session))
    assert (whole.get("channel"), whole["origin"]) == (channel, origin)


@pytest.mark.parametrize(
    ("session", "customer"),
    [
        ({"ani": "sip:+4930231250103@sip.example"}, "C-0103"),
        ({"ani": "sip:anonymous@anonymous.invalid"}, "x-7"),
        ({"addressFrom": "opaque-1"}, "opaque-1"),
        ({}, "x-7"),
    ],
)
def test_who_the_customer_is(session, customer):
    caller = took_part("customer", segment("interact", "09:00:00", "09:01:00"), **session) | {
        "externalContactId": "x-7"
    }
    assert contact(caller)["customer_id"] == customer


def test_neither_notes_nor_customers_names_nor_attributes_are_kept():
    caller = CUSTOMER | {"participantName": "Customer One", "attributes": {"name": "Customer One"}}
    noted = took_part("agent", segment("wrapup", "09:05:00", "09:05:10", wrapUpNote="Customer One"), user="u-1")
    rows = map_one(KIND, conversation(caller, QUEUED, ANSWERED, noted, externalTag="crm-1"))
    assert "Customer One" not in repr([row.values for row in rows])
    assert '"externalTag": "crm-1"' in rows[0].values["attributes"]


@pytest.mark.parametrize(
    ("participant", "code"),
    [
        (took_part("acd", segment("interact", "09:01:00", "09:00:00", queueId="q")), "times-reversed"),
        (took_part("acd", {"segmentType": "interact"}), "missing-value"),
        (took_part("acd", segment("interact", "09:01:00"), metrics={"tAcd": "-1"}), "negative-duration"),
        (took_part("acd", segment("interact", "09:01:00"), metrics={"tAcd": "soon"}), "not-a-number"),
        (took_part("customer", mediaType={}), "nested-value"),
    ],
)
def test_what_is_not_understood(participant, code):
    with pytest.raises(BadCell) as caught:
        contact(participant)
    assert caught.value.code == code


@pytest.mark.parametrize("participants", [None, {}, "acd", [None, 1, []], [{"sessions": {}}], [{"sessions": [None]}]])
def test_a_conversation_of_no_shape_is_a_contact_of_which_nothing_is_known(participants):
    rows = map_one(KIND, conversation() | {"participants": participants})
    assert [row.table for row in rows] == ["interactions"]


def evaluation(**more: Any) -> dict[str, Any]:
    return {"id": "e", "status": "FINISHED", "changedDate": stamp("10:00:00"), **more}


def of_evaluation(**more: Any) -> list[Row]:
    return map_one("genesys.evaluations", evaluation(**more))


def test_an_evaluation_without_its_form_names_its_groups_by_id():
    scored = {"questionGroupId": "g-1", "totalScore": "3", "maxTotalScore": "4", "markedNA": False}
    review, section = of_evaluation(answers={"questionGroupScores": [scored]})
    assert review.values["reviewed_at"] == at("2025-03-10 10:00:00")
    assert told(section) == {"review_id": "e", "section": "g-1", "score": 75}


@pytest.mark.parametrize("status", ["INREVIEW", "RETRACTED", "pending", None])
def test_only_finished_evaluations_are_reviews(status):
    with pytest.raises(Ignored):
        of_evaluation(status=status)


@pytest.mark.parametrize(
    ("actual", "code"),
    [
        ({"actualActivityCategory": "Meal", "startOffsetSeconds": "60", "endOffsetSeconds": "30"}, "times-reversed"),
        ({"actualActivityCategory": "Meal", "startOffsetSeconds": "60"}, "missing-value"),
        ({"startOffsetSeconds": "60", "endOffsetSeconds": "90"}, "missing-value"),
    ],
)
def test_activities_that_are_not_understood(actual, code):
    with pytest.raises(BadCell) as caught:
        map_one("genesys.wfm_adherence", {"userId": "u", "startDate": stamp("00:00:00"), "actuals": [actual]})
    assert caught.value.code == code
