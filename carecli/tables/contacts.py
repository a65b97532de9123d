"""Canonical tables: contacts, their legs, and the raw events legs are derived from."""

from __future__ import annotations

from carecli.tables.codes import CHANNELS, DIRECTIONS, INTERACTION_OUTCOMES, LEG_OUTCOMES, ORIGINS
from carecli.tables.declaring import (
    Table,
    code_column,
    duration_columns,
    flag_columns,
    key_columns,
    name_columns,
    number_columns,
    text_columns,
    time_columns,
    whole_columns,
)

INTERACTIONS = Table(
    "interactions",
    "a customer reaching us, or us reaching a customer, once",
    ("interaction_id",),
    (
        *key_columns("interaction_id: the system's own id of the contact"),
        *code_column("channel", CHANNELS, "how the contact came"),
        *code_column("direction", DIRECTIONS, "who started it; only inbound is a contact"),
        *code_column("origin", ORIGINS, "what made it; a transfer is no new contact"),
        *key_columns("caused_by: the interaction that led to this one"),
        *name_columns("queue: the queue first entered; issue_type: reason code"),
        *time_columns("started_at: arrival; answered_at: first connected to a person; ended_at: the end"),
        *code_column("outcome", INTERACTION_OUTCOMES, "how it ended for the customer"),
        *duration_columns(
            "queue_time_sec: from queued to connected or lost, ringing included;"
            "ring_sec: ringing, a part of the queue time; ivr_sec: in the menu before any queue;"
            "talk_sec: talking; hold_sec: on hold; wrap_sec: after-contact work; handle_time_sec: the source's total"
        ),
        *name_columns("agent_id: who handled it last"),
        *key_columns("case_id: the case it belongs to"),
        *name_columns("customer_id: the customer (telephone numbers and e-mails are keyed hashes)"),
        *flag_columns("first_contact_flag: the source says this was the first contact"),
        *time_columns("resolved_at: when the matter was resolved"),
        *number_columns("csat_score: becomes a survey; nps_score: becomes a survey"),
        *name_columns(
            "disposition: closing code; cost_center: who pays; language: of the contact; entry_point: line or page"
        ),
        *time_columns("callback_offered_at: callback offered; callback_accepted_at: callback accepted"),
        *text_columns(
            "tags: separated by spaces; url: address in its own system; attributes: unmapped columns as JSON"
        ),
        *flag_columns("is_test: a test; is_system: made by a system"),
    ),
    time="started_at",
    contributed=True,
)

LEGS = Table(
    "legs",
    "one stay of an interaction in one queue; offered, answered, service level and agents' time are measured here",
    ("interaction_id", "leg_id"),
    (
        *key_columns("interaction_id: the contact; leg_id: the stay"),
        *whole_columns("seq: 1 for the first"),
        *name_columns("queue: the queue entered; agent_id: who answered"),
        *time_columns("entered_at: queued; answered_at: connected; left_at: end of the stay"),
        *code_column("outcome", LEG_OUTCOMES, "how the stay ended"),
        *duration_columns(
            "queue_time_sec: queued to connected or lost; ring_sec: ringing; talk_sec: talking; hold_sec: on hold;"
            "wrap_sec: after-contact work"
        ),
    ),
    time="entered_at",
)

CONTACT_EVENTS = Table(
    "contact_events",
    "the raw events legs are derived from, whatever file a line came in; missing parts are empty text",
    ("at", "interaction_id", "queue", "agent_id", "event", "data"),
    (
        *time_columns("at: when"),
        *key_columns("interaction_id: the call"),
        *name_columns("queue: where; agent_id: who; event: the source's own word"),
        *key_columns("data: the source's own fields, as they came"),
    ),
    time="at",
)
