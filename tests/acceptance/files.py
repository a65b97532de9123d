"""Small made-up exports: calls of a telephone system, and rows of a warehouse query."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

NONE = "None"
"""How Talkdesk writes that there is nothing."""


def talkdesk_call(interaction_id: str, started: str, caller: str, **more: Any) -> dict[str, Any]:
    """An answered call as Talkdesk's report *Contacts* has it; `started` is UTC, `2025-05-12 10:00:00`."""
    empty = ("external_phone_number", "time_to_missed", "abandon_time", "short_abandon_time", "time_to_voicemail",
             "transfer_out_type", "transfer_in_type", "direct_assignment_user", "direct_assignment_ids",
             "handling_ring_groups")  # fmt: skip
    day = started[:10]
    told = {
        "interaction_id": interaction_id, "contact_id": f"leg-{interaction_id}", "company_number": "+15550100100",
        "phone_display_name": "Main line", "contact_person_number": caller, "direction": "IN",
        "contact_type": "Answered", "started_at": started, "wait_time": 10, "ring_time": 6, "connect_time": 1,
        "answered_at": f"{day} 10:00:10", "connected_at": f"{day} 10:00:10", "talk_time": 200, "hard_hold_time": 0,
        "soft_hold_time": 0, "hold_time": 0, "after_call_work_time": 30, "finished_at": f"{day} 10:03:30",
        "duration": 210, "handle_time": 230, "inside_business_hours": "Yes", "inside_service_level": "Yes",
        "within_service_level_threshold": "Yes", "transfer_out": "No", "transfer_in": "No", "callback": "No",
        "ring_groups": "billing", "user_name": "Ada Muster", "team_name": "North", "user_id": "u-1", "team_id": "t-1",
    }  # fmt: skip
    return dict.fromkeys(empty, NONE) | told | more


def talkdesk_file(path: Path, *calls: dict[str, Any]) -> Path:
    path.write_text(json.dumps({"total": len(calls), "entries": calls}), encoding="utf-8")
    return path


HEADER = "interaction_id,channel,direction,queue,started_at,answered_at,ended_at,outcome,queue_time_sec,customer_id"


def contacts_file(path: Path, *lines: str) -> Path:
    """Interactions under canonical names."""
    path.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return path


def chats(ids: Sequence[str], day: str = "2025-05-12", customer: str = "") -> list[str]:
    """Answered chats, one a minute."""
    return [
        f"{each},chat,inbound,Desk,{day}T10:{minute:02}:00Z,{day}T10:{minute:02}:05Z,{day}T10:{minute:02}:50Z,"
        f"answered,5,{customer}"
        for minute, each in enumerate(ids)
    ]
