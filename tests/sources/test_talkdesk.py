from __future__ import annotations

import json
import random
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from vendor_records import at, csv_records, json_records, map_all, map_one, of_table, told

from carecli.sources.catalog import load_catalog
from carecli.sources.derivations import DERIVATIONS
from carecli.sources.derive_legs import combine_legs
from carecli.sources.entry import normalise
from carecli.sources.records import BadCell, Row

REPORTING, API = "talkdesk.reporting_calls", "talkdesk.explore_calls_api"
EXPLORE, CONTACTS = "talkdesk.explore_calls", "talkdesk.contacts"

FILES = {
    REPORTING: csv_records("talkdesk/reporting_calls.csv"),
    API: json_records("talkdesk/explore_calls_api.json", "entries"),
    EXPLORE: csv_records("talkdesk/explore_calls.csv"),
    CONTACTS: json_records("talkdesk/contacts.json", "entries"),
}


def legs_of(kind: str) -> dict[str, dict[str, Any]]:
    return {row.values["leg_id"]: told(row) for row in of_table(map_all(kind, FILES[kind]), "legs")}


def parts_of(kind: str) -> dict[str | None, dict[str, Any]]:
    return {row.part: told(row) for row in of_table(map_all(kind, FILES[kind]), "interactions")}


def combined(rows: Iterable[Row], interaction_id: str) -> dict[str, Any]:
    """The interaction as the store derives it from everything it holds under the id."""
    held = [row for row in rows if row.values.get("interaction_id") == interaction_id]
    legs = [row.values for row in of_table(held, "legs")]
    parts = [row.values for row in of_table(held, "interactions")]
    (whole,) = DERIVATIONS["legs"](interaction_id, {"legs": legs, "parts": parts})
    return told(whole)


@pytest.mark.parametrize("kind", FILES)
def test_each_fixture_fits_its_own_entry_and_no_other(kind: str) -> None:
    names = frozenset(normalise(name) for name in FILES[kind][0])
    assert [entry.kind for entry in load_catalog().values() if entry.matches(names)] == [kind]


def test_an_answered_call_of_the_reporting_api() -> None:
    leg, part, *_ = map_one(REPORTING, FILES[REPORTING][0], exported_at=1642600000)
    assert (leg.table, leg.version, leg.complete, leg.part) == ("legs", 1642600000, True, None)
    assert told(leg) == {
        "interaction_id": "CA01",
        "leg_id": "CA01",
        "queue": "billing",
        "agent_id": "ada@muster.example",
        "entered_at": at("2022-01-19 09:59:42"),
        "answered_at": at("2022-01-19 10:00:00"),
        "left_at": at("2022-01-19 10:04:12"),
        "outcome": "answered",
        "queue_time_ms": 18000,
        "talk_ms": 240000,
        "hold_ms": 12000,
    }
    assert (part.table, part.part) == ("interactions", "CA01")
    attributes = json.loads(part.values.pop("attributes"))
    assert attributes == {
        "agent_speed_to_answer_time": "18",
        "hangup": "agent",
        "is_call_forwarding": "false",
        "is_external_transfer": "false",
        "is_if_no_answer": "false",
        "is_in_business_hours": "true",
        "ivr_options": "1",
        "total_time": "270",
    }
    assert told(part) == {
        "interaction_id": "CA01",
        "channel": "voice",
        "direction": "inbound",
        "origin": "customer",
        "queue": "billing",
        "agent_id": "ada@muster.example",
        "started_at": at("2022-01-19 09:59:42"),
        "answered_at": at("2022-01-19 10:00:00"),
        "ended_at": at("2022-01-19 10:04:12"),
        "outcome": "answered",
        "queue_time_ms": 18000,
        "talk_ms": 240000,
        "hold_ms": 12000,
        "customer_id": "C-0201",
        "disposition": "billing question",
        "entry_point": "Main line",
    }


def test_no_name_number_note_or_recording_is_kept() -> None:
    for kind, records in FILES.items():
        kept = json.dumps([row.values for row in map_all(kind, records) if row.table != "agents"])
        for private in ("15550100", "her bill", "rec.example"):
            assert private not in kept
        if kind != EXPLORE:
            assert "Muster" not in kept


def test_unknown_columns_are_kept() -> None:
    new = {"mood": "fine", "queue_position": "3", "campaign": "spring; anna@example.org"}
    part = map_one(REPORTING, FILES[REPORTING][1] | new)[1]
    kept = json.loads(part.values["attributes"])
    assert {name: kept.get(name) for name in new} == {
        "mood": "fine",
        "queue_position": "3",
        "campaign": "spring; [e-mail]",
    }


@pytest.mark.parametrize(
    ("word", "direction", "outcome"),
    [
        ("inbound", "inbound", "answered"),
        ("Short Abandoned", "inbound", "abandoned"),
        ("abandoned", "inbound", "abandoned"),
        ("missed", "inbound", "missed"),
        ("voicemail", "inbound", "voicemail"),
        ("outbound", "outbound", "answered"),
        ("outbound_missed", "outbound", "missed"),
    ],
)
def test_types_of_calls(word: str, direction: str, outcome: str) -> None:
    leg, part, *_ = map_one(REPORTING, FILES[REPORTING][0] | {"type": word})
    assert (part.values["direction"], leg.values["outcome"], part.values["outcome"]) == (direction, outcome, outcome)
    assert (leg.values["answered_at"] is None) == (outcome != "answered")
    assert (leg.values["agent_id"] is None) == (outcome != "answered")


def test_an_abandoned_call_waited_as_long_as_it_says() -> None:
    assert legs_of(REPORTING)["CA02"]["queue_time_ms"] == 4000
    assert legs_of(API)["CA13"]["queue_time_ms"] == 44000
    assert "answered_at" not in legs_of(REPORTING)["CA02"]


def test_a_transfer_within_one_record_makes_two_legs() -> None:
    legs = legs_of(REPORTING)
    assert legs["CA03"] == {
        "interaction_id": "CA03",
        "leg_id": "CA03",
        "seq": 1,
        "queue": "billing",
        "agent_id": "ada@muster.example",
        "entered_at": at("2022-01-19 10:20:00"),
        "answered_at": at("2022-01-19 10:20:10"),
        "outcome": "transferred",
        "queue_time_ms": 10000,
    }
    assert legs["CA03:2"] == {
        "interaction_id": "CA03",
        "leg_id": "CA03:2",
        "seq": 2,
        "queue": "refunds",
        "agent_id": "ben@muster.example",
        "entered_at": at("2022-01-19 10:20:10"),
        "left_at": at("2022-01-19 10:30:00"),
        "outcome": "answered",
        "talk_ms": 560000,
        "hold_ms": 30000,
    }
    whole = combined(map_all(REPORTING, FILES[REPORTING]), "CA03")
    assert (whole["origin"], whole["queue"], whole["agent_id"]) == ("customer", "billing", "ben@muster.example")
    assert (whole["queue_time_ms"], whole["talk_ms"], whole["outcome"]) == (10000, 560000, "answered")
    assert whole["ended_at"] == at("2022-01-19 10:30:00")


def test_a_record_made_by_a_transfer_is_no_new_contact() -> None:
    leg_id = f"CA04:{at('2022-01-19 10:40:00')}"
    assert parts_of(REPORTING)[leg_id]["origin"] == "transfer"
    assert legs_of(REPORTING)[leg_id]["outcome"] == "answered"


def test_callbacks_voicemail_and_withheld_numbers() -> None:
    parts = parts_of(REPORTING)
    assert (parts["CA05"]["direction"], parts["CA05"]["origin"]) == ("outbound", "callback")
    assert parts["CA06"]["outcome"] == "voicemail"
    assert "customer_id" not in parts["CA06"]


def test_explore_api_rows_of_one_call_are_its_legs() -> None:
    rows = map_all(API, FILES[API])
    legs = legs_of(API)
    assert [legs[name]["interaction_id"] for name in ("CA11", "CA12", "CA13")] == ["5f00aa", "5f00aa", "5f00bb"]
    assert parts_of(API)["CA12"]["origin"] == "transfer"
    whole = combined(rows, "5f00aa")
    whole.pop("attributes")
    assert whole == {
        "interaction_id": "5f00aa",
        "channel": "voice",
        "direction": "inbound",
        "origin": "customer",
        "queue": "billing",
        "agent_id": "u-2",
        "customer_id": "C-0211",
        "disposition": "refund",
        "entry_point": "Main line",
        "started_at": at("2025-10-09 16:59:52"),
        "answered_at": at("2025-10-09 17:00:20"),
        "ended_at": at("2025-10-09 17:09:10"),
        "outcome": "answered",
        "queue_time_ms": 28000,
        "ring_ms": 13000,
        "talk_ms": 500000,
        "hold_ms": 20000,
    }
    abandoned = combined(rows, "5f00bb")
    assert (abandoned["outcome"], abandoned["origin"]) == ("abandoned", "callback")
    assert "agent_id" not in abandoned


def test_explore_calls_count_in_fractions_of_a_day_or_in_seconds() -> None:
    legs = legs_of(EXPLORE)
    assert (legs["e-1"]["talk_ms"], legs["e-1"]["queue_time_ms"], legs["e-1"]["hold_ms"]) == (6000, 12000, 0)
    assert legs["e-1"]["answered_at"] == at("2025-03-03 09:00:12")
    assert (legs["e-2:2"]["talk_ms"], legs["e-2:2"]["hold_ms"]) == (500000, 60000)
    later = legs[f"e-2:{at('2025-03-03 09:20:00')}"]
    assert (later["talk_ms"], later["queue_time_ms"], later["agent_id"]) == (100000, 20000, "Ben Muster")
    assert combined(map_all(EXPLORE, FILES[EXPLORE]), "e-2")["talk_ms"] == 600000


def test_a_transferred_contact() -> None:
    leg, part, *_ = map_one(CONTACTS, FILES[CONTACTS][0])
    assert told(leg) == {
        "interaction_id": "i-1",
        "leg_id": "c-1",
        "queue": "billing",
        "agent_id": "u-1",
        "entered_at": at("2022-01-19 09:59:42"),
        "answered_at": at("2022-01-19 10:00:03"),
        "left_at": at("2022-01-19 10:03:38"),
        "outcome": "transferred",
        "queue_time_ms": 21000,
        "ring_ms": 6000,
        "talk_ms": 200000,
        "hold_ms": 15000,
        "wrap_ms": 30000,
    }
    attributes = json.loads(part.values.pop("attributes"))
    assert attributes == {
        "handling_ring_groups": "billing",
        "inside_business_hours": "Yes",
        "inside_service_level": "No",
        "transfer_out": "Yes",
        "transfer_out_type": "blind",
        "within_service_level_threshold": "No",
    }
    assert told(part)["outcome"] == "answered"
    assert (part.part, part.values["handle_time_ms"]) == ("c-1", 245000)


def test_contacts_of_one_interaction_are_one_contact() -> None:
    whole = combined(map_all(CONTACTS, FILES[CONTACTS]), "i-1")
    whole.pop("attributes")
    assert whole == {
        "interaction_id": "i-1",
        "channel": "voice",
        "direction": "inbound",
        "origin": "customer",
        "queue": "billing",
        "agent_id": "u-2",
        "customer_id": "C-0231",
        "entry_point": "Main line",
        "started_at": at("2022-01-19 09:59:42"),
        "answered_at": at("2022-01-19 10:00:03"),
        "ended_at": at("2022-01-19 10:05:27"),
        "outcome": "answered",
        "queue_time_ms": 21000,
        "ring_ms": 15000,
        "talk_ms": 300000,
        "hold_ms": 15000,
        "wrap_ms": 50000,
        "handle_time_ms": 365000,
    }


def test_ten_contacts_two_of_one_interaction_are_nine_interactions() -> None:
    """R341."""
    first, second = FILES[CONTACTS][:2]
    others = [first | {"interaction_id": f"i-{number}", "contact_id": f"c-{number}"} for number in range(10, 18)]
    rows = map_all(CONTACTS, [first, second, *others])
    legs = {(row.values["interaction_id"], row.values["leg_id"]) for row in of_table(rows, "legs")}
    assert len(legs) == 10
    assert len({row.values["interaction_id"] for row in rows if row.table != "agents"}) == 9


def test_agents_have_their_names_and_the_team_where_it_is_surely_theirs() -> None:
    def agents(kind: str) -> list[dict[str, Any]]:
        return [told(row) for row in of_table(map_all(kind, FILES[kind][:2]), "agents")]

    assert agents(CONTACTS) == [
        {"agent_id": "u-1", "name": "Ada Muster", "team": "North"},
        {"agent_id": "u-2", "name": "Ben Muster", "team": "North"},
    ]
    assert agents(API) == [{"agent_id": "u-1", "name": "Ada Muster"}, {"agent_id": "u-2", "name": "Ben Muster"}]
    assert agents(EXPLORE) == []


def test_the_word_none_is_missing_and_a_short_abandon_has_its_own_wait() -> None:
    leg, part, *_ = map_one(CONTACTS, FILES[CONTACTS][2])
    assert (leg.values["outcome"], leg.values["queue_time_ms"], leg.values["talk_ms"]) == ("abandoned", 3000, None)
    assert (leg.values["agent_id"], part.values["customer_id"]) == (None, "C-0232")


def test_a_contact_still_going_on() -> None:
    leg, part, *_ = map_one(CONTACTS, FILES[CONTACTS][3])
    assert not leg.complete
    assert not part.complete
    assert (leg.values["outcome"], leg.values["left_at"], part.values["origin"]) == (None, None, "callback")
    whole = combined([leg, part], "i-3")
    assert "outcome" not in whole
    assert "ended_at" not in whole


@pytest.mark.parametrize(
    ("word", "column", "outcome"),
    [
        ("Missed", "time_to_missed", "missed"),
        ("Abandoned", "abandon_time", "abandoned"),
        ("Voicemail", "time_to_voicemail", "voicemail"),
        ("NOT CONNECTED", "time_to_missed", "missed"),
    ],
)
def test_contact_types_and_their_waits(word: str, column: str, outcome: str) -> None:
    leg = map_one(CONTACTS, FILES[CONTACTS][0] | {"contact_type": word, column: "33"})[0]
    assert (leg.values["outcome"], leg.values["queue_time_ms"], leg.values["answered_at"]) == (outcome, 33000, None)


def test_an_outbound_contact_is_answered_when_connected() -> None:
    changes = {"contact_type": "Connected", "direction": "OUT", "answered_at": "None", "transfer_out": "No"}
    leg, part, *_ = map_one(CONTACTS, FILES[CONTACTS][0] | changes)
    assert leg.values["answered_at"] == at("2022-01-19 10:00:03")
    assert (part.values["direction"], part.values["origin"]) == ("outbound", None)


@pytest.mark.parametrize(
    ("kind", "change", "code", "column"),
    [
        (REPORTING, {"type": "ghost"}, "unknown-code", "type"),
        (REPORTING, {"type": ""}, "missing-cell", "type"),
        (REPORTING, {"start_at": ""}, "missing-time", "start_at"),
        (REPORTING, {"end_at": "2022-01-19 09:59:41"}, "times-reversed", "end_at"),
        (REPORTING, {"callsid": "1.23E+17"}, "id-damaged", "callsid"),
        (REPORTING, {"talk_time": "-5"}, "negative-duration", "talk_time"),
        (API, {"is_transfer": "perhaps"}, "not-a-flag", "is_transfer"),
        (EXPLORE, {"waiting_time": "soon"}, "not-a-number", "waiting_time"),
        (CONTACTS, {"interaction_id": "None"}, "missing-id", "interaction_id"),
        (CONTACTS, {"started_at": "19/01/2022 09:59"}, "not-a-time", "started_at"),
        (CONTACTS, {"finished_at": "2022-01-19 09:59:41"}, "times-reversed", "finished_at"),
        (CONTACTS, {"answered_at": "2022-01-19 09:59:41"}, "times-reversed", "answered_at"),
        (CONTACTS, {"ring_groups": '["billing"'}, "not-a-list", "ring_groups"),
        (CONTACTS, {"direction": "SIDEWAYS"}, "unknown-code", "direction"),
    ],
)
def test_what_is_not_understood_names_its_column(kind: str, change: dict[str, str], code: str, column: str) -> None:
    with pytest.raises(BadCell) as caught:
        map_one(kind, FILES[kind][0] | change)
    assert (caught.value.code, caught.value.column) == (code, column)


def test_ring_groups_in_every_spelling() -> None:
    spellings = ["sales, billing", "sales;billing", '["sales","billing"]', ["sales", "billing"]]
    queues = {map_one(CONTACTS, FILES[CONTACTS][0] | {"ring_groups": cell})[0].values["queue"] for cell in spellings}
    assert queues == {"sales"}


@given(st.randoms(use_true_random=False))
def test_the_order_of_legs_and_parts_does_not_matter(dice: random.Random) -> None:
    rows = map_all(CONTACTS, FILES[CONTACTS][:2]) + map_all(API, FILES[API][:2])
    legs = [row.values for row in of_table(rows, "legs")]
    parts = [row.values for row in of_table(rows, "interactions")]
    shuffled = combine_legs(dice.sample(legs, 4), dice.sample(parts, 4))
    assert shuffled == combine_legs(legs, parts)


@pytest.mark.parametrize(
    ("outcomes", "whole"),
    [
        (["missed", "answered"], "answered"),
        (["transferred", "abandoned"], "answered"),
        (["timed_out", "abandoned"], "abandoned"),
        (["abandoned_ringing"], "abandoned"),
        (["timed_out", "overflowed"], "missed"),
        (["missed", "voicemail"], "voicemail"),
        (["timed_out", None], None),
    ],
)
def test_the_outcome_of_the_whole(outcomes: list[str | None], whole: str | None) -> None:
    legs = [{"leg_id": str(number), "entered_at": number, "outcome": word} for number, word in enumerate(outcomes)]
    assert combine_legs(legs, [])["outcome"] == whole


def test_an_outbound_call_stays_one_when_it_is_transferred() -> None:
    parts = [
        {"started_at": 1, "direction": "outbound", "origin": None},
        {"started_at": 2, "direction": "inbound", "origin": "transfer"},
    ]
    legs = [{"leg_id": "a", "entered_at": 1, "outcome": "answered"}]
    whole = combine_legs(legs, parts)
    assert (whole["direction"], whole["origin"]) == ("outbound", None)
