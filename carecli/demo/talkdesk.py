"""Talkdesk, report Contacts: one row per contact (leg); a transfer is a new contact of the same interaction."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from carecli.demo.centre import AGENT, COMPANY, QUEUE, phone
from carecli.demo.files import Export, json_text
from carecli.demo.floor import Contact, Leg
from carecli.demo.opening import day_of
from carecli.demo.scenario import Scenario

SHORT_ABANDON_SECONDS = 5
SERVICE_LEVEL_SECONDS = 20
COMPANY_NUMBER = "+493023125999"
NONE = "None"
TEAM_ID = {"North": "60aa01", "South": "60aa02", "Harbour": "60aa03"}


def stamp(at: int | None) -> str:
    """UTC without a mark, as this report writes it."""
    return NONE if at is None else datetime.fromtimestamp(at, UTC).isoformat(" ")[:19]


def yes(truth: bool) -> str:
    return "Yes" if truth else "No"


def _contact_type(contact: Contact, leg: Leg) -> str:
    if contact.direction == "out":
        return "Connected" if leg.outcome == "answered" else "Not Connected"
    if leg.outcome == "abandoned":
        waited = (leg.ended or leg.entered) - leg.entered
        return "Short Abandoned" if waited < SHORT_ABANDON_SECONDS else "Abandoned"
    return leg.outcome.title()


def _waiting(kind: str, leg: Leg) -> dict[str, Any]:
    """The columns on waiting, by what became of it."""
    waited = (leg.answered or leg.ended or leg.entered) - leg.entered
    return {
        "wait_time": waited,
        "time_to_missed": NONE,
        "abandon_time": waited if kind == "Abandoned" else NONE,
        "short_abandon_time": waited if kind == "Short Abandoned" else NONE,
        "time_to_voicemail": 0 if kind == "Voicemail" else NONE,
        "ring_time": leg.ring_seconds,
        "connect_time": 1 if leg.answered else NONE,
    }


def _handling(leg: Leg) -> dict[str, Any]:
    return {
        "answered_at": stamp(leg.answered),
        "connected_at": stamp(leg.answered),
        "talk_time": leg.talk,
        "hard_hold_time": leg.hold,
        "soft_hold_time": 0,
        "hold_time": leg.hold,
        "after_call_work_time": leg.wrap,
        "finished_at": stamp(leg.ended),
        "duration": (leg.ended or leg.entered) - leg.entered,
        "handle_time": leg.talk + leg.hold + leg.wrap,
    }


def _service(kind: str, leg: Leg) -> dict[str, Any]:
    in_time = kind == "Answered" and (leg.answered or 0) - leg.entered <= SERVICE_LEVEL_SECONDS
    return {
        "inside_business_hours": yes(kind != "Voicemail"),
        "inside_service_level": yes(in_time),
        "within_service_level_threshold": yes(in_time),
    }


def _transfers(leg: Leg) -> dict[str, Any]:
    return {
        "transfer_out": yes(leg.transfer_to is not None),
        "transfer_out_type": "blind" if leg.transfer_to else NONE,
        "transfer_in": yes(leg.transferred_in),
        "transfer_in_type": "blind" if leg.transferred_in else NONE,
        "callback": "No",
    }


def _people(contact: Contact, leg: Leg) -> dict[str, Any]:
    agent = AGENT[leg.agent] if leg.agent else None
    groups = QUEUE[leg.queue].external if contact.direction == "in" else NONE
    return {
        "ring_groups": groups,
        "user_name": agent.name if agent else NONE,
        "direct_assignment_user": NONE,
        "team_name": agent.team if agent else NONE,
        "user_id": agent.talkdesk_id if agent else NONE,
        "direct_assignment_ids": NONE,
        "team_id": TEAM_ID[agent.team] if agent else NONE,
        "handling_ring_groups": groups if leg.answered else NONE,
    }


def entry(contact: Contact, leg: Leg) -> dict[str, Any]:
    """One finished leg as the report writes it."""
    kind = _contact_type(contact, leg)
    return {
        "interaction_id": contact.contact_id,
        "contact_id": leg.leg_id,
        "company_number": COMPANY_NUMBER,
        "phone_display_name": COMPANY,
        "contact_person_number": phone(contact.arrival.customer),
        "external_phone_number": NONE,
        "direction": contact.direction.upper(),
        "contact_type": kind,
        "started_at": stamp(leg.entered),
        **_waiting(kind, leg),
        **_handling(leg),
        **_service(kind, leg),
        **_transfers(leg),
        **_people(contact, leg),
    }


def _finished(scenario: Scenario, contacts: list[Contact]) -> Iterator[tuple[int, Contact, Leg]]:
    """Legs that entered within the period and were wrapped up by its end."""
    for contact in contacts:
        for leg in contact.legs:
            own = QUEUE[leg.queue].system == "talkdesk" and leg.entered >= scenario.from_epoch
            if own and leg.ended is not None and leg.ended + leg.wrap <= scenario.end:
                yield leg.entered, contact, leg


def write(scenario: Scenario, contacts: list[Contact], export: Export) -> None:
    """One file a week, Monday to Sunday."""
    weeks: dict[date, list[tuple[Contact, Leg]]] = {}
    for entered, contact, leg in sorted(_finished(scenario, contacts), key=lambda found: found[0]):
        day = day_of(entered)
        weeks.setdefault(day - timedelta(days=day.weekday()), []).append((contact, leg))
    for monday, legs in weeks.items():
        first = max(monday, scenario.start)
        last = min(monday + timedelta(days=6), scenario.last_day)
        text = json_text({"total": len(legs), "entries": [entry(contact, leg) for contact, leg in legs]})
        export.write(f"talkdesk/contacts-{first}_{last}.json", text)
