from __future__ import annotations

import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendor_records import FIXTURES, map_one

from carecli.sources.catalog import entry_named
from carecli.sources.derivations import DERIVATIONS
from carecli.sources.derive_queue_log import derive_legs, first_caller
from carecli.sources.records import BadCell, Ignored, Row

KIND = "asterisk.queue_log"
CALL = "1747036990.11"


def line(text: str) -> dict[str, str]:
    return {"line": text}


def event(text: str) -> dict[str, Any]:
    (row,) = map_one(KIND, line(text))
    return row.values


def log_of_fixture() -> list[dict[str, Any]]:
    events = []
    for text in (FIXTURES / "asterisk/queue_log").read_text().splitlines():
        try:
            events.append(event(text))
        except Ignored:
            continue
    return events


def events_of(call: str) -> list[dict[str, Any]]:
    return [one for one in log_of_fixture() if one["interaction_id"] == call]


def leg(queue: str, entered_at: int, seq: int, **values: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(
        ("agent_id", "answered_at", "left_at", "outcome", "queue_time_ms", "ring_ms", "talk_ms", "hold_ms", "wrap_ms")
    )
    place = {"leg_id": f"{queue}:{entered_at}:{seq}", "seq": seq, "queue": queue, "entered_at": entered_at}
    return place | nothing | values


def test_the_first_line_of_a_log_is_recognised() -> None:
    pattern = entry_named(KIND).pattern or ""
    assert all(re.match(pattern, text) for text in (FIXTURES / "asterisk/queue_log").read_text().splitlines())
    assert not re.match(pattern, "time|callid|queuename|agent|event|data1")


def test_a_line_becomes_one_event() -> None:
    (row,) = map_one(KIND, line("1747037081|1747036990.11|outage|SIP/211|COMPLETEAGENT|21|60|1"))
    assert row == Row(
        "contact_events",
        {
            "at": 1747037081,
            "interaction_id": "1747036990.11",
            "queue": "outage",
            "agent_id": "SIP/211",
            "event": "COMPLETEAGENT",
            "data": "21|60|1",
        },
    )


def test_missing_parts_are_empty_text_never_none() -> None:
    assert event("1747036820|NONE|NONE|SIP/211|PAUSEALL|Lunch") == {
        "at": 1747036820,
        "interaction_id": "",
        "queue": "",
        "agent_id": "SIP/211",
        "event": "PAUSEALL",
        "data": "Lunch",
    }
    assert event("1747036810|MANAGER|outage|NONE|REMOVEMEMBER|")["data"] == ""
    assert event("1747036810|REALTIME|outage|NONE|REMOVEMEMBER")["interaction_id"] == ""


@pytest.mark.parametrize(
    ("data", "kept"),
    [
        ("|+493023125001|1|Renate Beispiel", "|C-5001|1"),
        ("|0049 30 23125001|1", "|C-5001|1"),
        ("|493023125001|1|", "|C-5001|1"),
        ("|03023125001|1", "|C-5001|1"),
        ("|anonymous|1", "||1"),
        ("|201|1|Front desk", "|201|1"),
        ("http://crm/?mail=anna@example.org|+493023125001|1", "http://crm/?mail=[e-mail]|C-5001|1"),
        ("|+493023125001", "|C-5001"),
        ("", "|"),
    ],
)
def test_the_caller_is_a_key_and_has_no_name(data: str, kept: str) -> None:
    assert event(f"1747037000|1747036990.11|outage|NONE|ENTERQUEUE|{data}")["data"] == kept


def test_a_transfer_to_an_outside_number_keeps_no_number() -> None:
    blind = event("1747037081|1747036990.11|outage|SIP/211|BLINDTRANSFER|03023125077|trunk|21|60|1")
    assert blind["data"] == "C-5077|trunk|21|60|1"
    rang = event("1747037081|1747036990.11|outage|SIP/211|RINGNOANSWER|12000000")
    assert rang["data"] == "12000000"


@pytest.mark.parametrize("word", ["QUEUESTART", "CONFIGRELOAD", "PENALTY", "RINGINUSE"])
def test_lines_of_configuration_are_ignored(word: str) -> None:
    with pytest.raises(Ignored, match="configuration line"):
        map_one(KIND, line(f"1747036800|NONE|NONE|NONE|{word}|"))


@pytest.mark.parametrize(
    ("text", "code", "column"),
    [
        ("1747036800|NONE|outage", "missing-cell", "agent"),
        ("not a line at all", "missing-cell", "callid"),
        ("|NONE|outage|NONE|ABANDON|1|1|7", "missing-time", "time"),
        ("May 12|NONE|outage|NONE|ABANDON|1|1|7", "not-a-time", "time"),
        ("17470368|NONE|outage|NONE|ABANDON|1|1|7", "time-out-of-range", "time"),
        ("1747036800|1.2|outage|NONE|abandon|1|1|7", "not-an-event", "event"),
        ("1747036800|1.2|outage|NONE|ABANDON|1|\0|7", "nul-byte", "data"),
    ],
)
def test_malformed_lines_name_their_column(text: str, code: str, column: str) -> None:
    with pytest.raises(BadCell) as caught:
        map_one(KIND, line(text))
    assert (caught.value.code, caught.value.column) == (code, column)


def test_a_blind_transfer_into_another_queue_makes_a_second_leg() -> None:
    assert derive_legs(events_of(CALL)) == [
        leg(
            "outage",
            1747037000,
            1,
            agent_id="SIP/211",
            answered_at=1747037021,
            left_at=1747037081,
            outcome="transferred",
            queue_time_ms=21000,
            ring_ms=4000,
            talk_ms=60000,
        ),
        leg(
            "repairs",
            1747037081,
            2,
            agent_id="SIP/214",
            answered_at=1747037090,
            left_at=1747037190,
            outcome="answered",
            queue_time_ms=9000,
            ring_ms=2000,
            talk_ms=100000,
        ),
    ]


@pytest.mark.parametrize(
    ("ending", "outcome", "waited_ms"),
    [
        ("ABANDON|1|1|7", "abandoned", 7000),
        ("EXITWITHTIMEOUT|1|1|7", "timed_out", 7000),
        ("EXITEMPTY|1|1|7", "timed_out", 7000),
        ("EXITWITHKEY|2|1|1|7", "overflowed", 7000),
        ("WITHDRAW|1|1|7|timeout", "abandoned", 7000),
        ("SYSCOMPAT|", "missed", 8000),
        ("ABANDON|", "abandoned", 8000),
    ],
)
def test_ways_out_without_an_answer(ending: str, outcome: str, waited_ms: int) -> None:
    """The log's own wait counts; only where there is none, the difference of the stamps (8 s) does."""
    legs = derive_legs(
        [event("1747037100|1.2|outage|NONE|ENTERQUEUE||201|1"), event(f"1747037108|1.2|outage|SIP/1|{ending}")]
    )
    expected = {"left_at": 1747037108, "outcome": outcome, "queue_time_ms": waited_ms}
    assert legs == [leg("outage", 1747037100, 1, **expected)]


def test_waiting_and_talking_callers_have_no_end_yet() -> None:
    waiting = event("1747037400|1.2|outage|NONE|ENTERQUEUE||201|2")
    assert derive_legs([waiting]) == [leg("outage", 1747037400, 1)]
    connected = event("1747037405|1.2|outage|SIP/1|CONNECT|5|1.3|2")
    talking = {"agent_id": "SIP/1", "answered_at": 1747037405, "outcome": "answered"}
    assert derive_legs([waiting, connected]) == [
        leg("outage", 1747037400, 1, **talking, queue_time_ms=5000, ring_ms=2000)
    ]


@pytest.mark.parametrize(
    "ending",
    [
        "ATTENDEDTRANSFER|BRIDGE|a1b2c3|5|30|1",
        "ATTENDEDTRANSFER|LINK|SIP/9-01|SIP/8-02|5|30|1",
        "ATTENDEDTRANSFER|APP|5|30|1",
        "BLINDTRANSFER|7010|from-queue|5|30|1",
        "TRANSFER|7010|from-queue|5|30|1",
        "TRANSFER|7010|from-queue|5|30",
    ],
)
def test_transfers_tell_wait_and_talk_after_their_target(ending: str) -> None:
    """Even without the CONNECT line, which may lie in another file."""
    legs = derive_legs(
        [event("1747037100|1.2|outage|NONE|ENTERQUEUE||201|1"), event(f"1747037135|1.2|outage|SIP/1|{ending}")]
    )
    assert legs == [
        leg(
            "outage",
            1747037100,
            1,
            agent_id="SIP/1",
            answered_at=1747037105,
            left_at=1747037135,
            outcome="transferred",
            queue_time_ms=5000,
            talk_ms=30000,
        )
    ]


def test_a_completion_after_an_attended_transfer_is_no_second_leg() -> None:
    events = [
        event("1747037100|1.2|outage|NONE|ENTERQUEUE||201|1"),
        event("1747037105|1.2|outage|SIP/1|CONNECT|5|1.3|2"),
        event("1747037135|1.2|outage|SIP/1|ATTENDEDTRANSFER|BRIDGE|a1|5|30|1"),
        event("1747037136|1.2|outage|SIP/1|COMPLETEAGENT|5|31|1"),
    ]
    (one,) = derive_legs(events)
    assert (one["outcome"], one["left_at"], one["talk_ms"]) == ("transferred", 1747037135, 30000)


def test_coming_back_to_the_same_queue_in_the_same_second() -> None:
    events = [
        event("1747037100|1.2|outage|NONE|ENTERQUEUE||201|1"),
        event("1747037160|1.2|outage|NONE|EXITWITHTIMEOUT|1|1|60"),
        event("1747037160|1.2|outage|NONE|ENTERQUEUE||201|1"),
        event("1747037165|1.2|outage|NONE|ABANDON|1|1|5"),
    ]
    legs = derive_legs(events)
    assert [(one["leg_id"], one["outcome"], one["queue_time_ms"]) for one in legs] == [
        ("outage:1747037100:1", "timed_out", 60000),
        ("outage:1747037160:2", "abandoned", 5000),
    ]


def test_all_within_one_second() -> None:
    events = [
        event("1747037100|1.2|outage|SIP/1|COMPLETECALLER|0|0|1"),
        event("1747037100|1.2|outage|SIP/1|CONNECT|0|1.3|0"),
        event("1747037100|1.2|outage|NONE|ENTERQUEUE||201|1"),
    ]
    (one,) = derive_legs(events)
    assert (one["outcome"], one["queue_time_ms"], one["talk_ms"]) == ("answered", 0, 0)


def test_a_call_over_a_rotation_is_corrected_when_the_other_file_comes() -> None:
    """The newer file says: waited 21 s, talked 60 s; the older one, that the caller came a second earlier."""
    newer = [event("1747037081|1.2|outage|SIP/1|COMPLETEAGENT|21|60|1")]
    older = [
        event("1747036999|1.2|outage|NONE|ENTERQUEUE||201|1"),
        event("1747037021|1.2|outage|SIP/1|CONNECT|21|1.3|4"),
    ]
    (guessed,) = derive_legs(newer)
    assert (guessed["entered_at"], guessed["answered_at"], guessed["ring_ms"]) == (1747037000, 1747037021, None)
    (exact,) = derive_legs(newer + older)
    assert (exact["entered_at"], exact["answered_at"], exact["ring_ms"]) == (1747036999, 1747037021, 4000)
    (connect_only,) = derive_legs([older[1]])
    assert (connect_only["entered_at"], connect_only["left_at"]) == (1747037000, None)
    (lost,) = derive_legs([event("1747037107|1.2|outage|NONE|ABANDON|1|1|7")])
    assert (lost["entered_at"], lost["outcome"]) == (1747037100, "abandoned")


def test_a_lost_ending_is_closed_by_the_next_entry() -> None:
    events = [
        event("1747037100|1.2|outage|NONE|ENTERQUEUE||201|1"),
        event("1747037300|1.2|outage|NONE|ENTERQUEUE||201|1"),
    ]
    first, second = derive_legs(events)
    assert (first["left_at"], first["outcome"]) == (1747037300, None)
    assert second["left_at"] is None


def test_broken_numbers_tell_nothing() -> None:
    events = [
        event("1747037100|1.2|outage|NONE|ENTERQUEUE||201|1"),
        event("1747037105|1.2|outage|SIP/1|CONNECT|x|1.3|-2"),
    ]
    (one,) = derive_legs(events)
    assert (one["queue_time_ms"], one["ring_ms"]) == (5000, None)


@given(st.randoms(use_true_random=False))
def test_the_order_of_events_does_not_matter(dice: random.Random) -> None:
    for call in (CALL, "1747037199.30"):
        events = events_of(call)
        shuffled = dice.sample(events, len(events))
        assert derive_legs(shuffled) == derive_legs(events)
        assert DERIVATIONS["queue_log"](call, {"contact_events": shuffled}) == DERIVATIONS["queue_log"](
            call, {"contact_events": events}
        )


def test_a_call_is_one_interaction_with_its_caller() -> None:
    rows = DERIVATIONS["queue_log"](CALL, {"contact_events": events_of(CALL)})
    assert [(row.table, row.values["interaction_id"]) for row in rows] == [
        ("legs", CALL),
        ("legs", CALL),
        ("interactions", CALL),
    ]
    whole = {name: value for name, value in rows[-1].values.items() if value is not None}
    assert whole == {
        "interaction_id": CALL,
        "channel": "voice",
        "direction": "inbound",
        "origin": "customer",
        "customer_id": "C-5001",
        "queue": "outage",
        "started_at": 1747037000,
        "answered_at": 1747037021,
        "ended_at": 1747037190,
        "outcome": "answered",
        "agent_id": "SIP/214",
        "queue_time_ms": 21000,
        "ring_ms": 6000,
        "talk_ms": 160000,
    }
    assert rows[-1].complete


def test_a_waiting_call_is_incomplete() -> None:
    call = "1747037399.50"
    *legs, whole = DERIVATIONS["queue_log"](call, {"contact_events": events_of(call)})
    assert [row.complete for row in (*legs, whole)] == [False, False]
    assert whole.values["ended_at"] is None
    assert whole.values["outcome"] is None


def test_lines_of_no_call_derive_nothing() -> None:
    assert DERIVATIONS["queue_log"]("", {"contact_events": events_of("")}) == []
    did = [event("1747037000|1747036990.11|NONE|NONE|DID|493023125999")]
    assert did[0]["data"] == "C-5999"
    assert DERIVATIONS["queue_log"](CALL, {"contact_events": did}) == []
    assert first_caller(did) is None
