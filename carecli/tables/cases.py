"""Canonical tables: cases and what happened to them."""

from __future__ import annotations

from carecli.tables.codes import CASE_EVENT_KINDS, CASE_STATUSES, CHANNELS
from carecli.tables.declaring import (
    Table,
    code_column,
    flag_columns,
    key_columns,
    name_columns,
    text_columns,
    time_columns,
    whole_columns,
)

CASES = Table(
    "cases",
    "one matter of a customer, from created to closed",
    ("case_id",),
    (
        *key_columns("case_id: the helpdesk's own id"),
        *name_columns("customer_id: the customer; queue: group or queue now; issue_type: reason code"),
        *code_column("channel", CHANNELS, "how it came"),
        *text_columns("subject: redacted, capped; tags: separated by spaces; url: address in its own system"),
        *text_columns("attributes: unmapped columns as JSON"),
        *time_columns(
            "created_at: opened; first_response_at: first public answer of a person; first_resolved_at: first solve;"
            "last_resolved_at: last solve; reopened_at: last reopening; closed_at: closed for good; merged_at: merged;"
            "deleted_at: deleted; updated_at: the last change; last_action_at: last act of agent or customer"
        ),
        *code_column("status", CASE_STATUSES, "where it stands"),
        *text_columns("status_text: the source's own word"),
        *name_columns("priority: by the pack; severity: by the pack; tier: of the customer"),
        *flag_columns("reopen_flag: reopened at least once"),
        *whole_columns("reopens: how often; escalation_level: highest level reached, 1 = first line"),
        *name_columns("product_area: where; assignee_id: who has it now"),
        *key_columns("merged_into: the case it was merged into; interaction_id: the contact that opened it"),
        *flag_columns("is_test: a test; is_system: made by a system"),
    ),
    time="created_at",
    contributed=True,
)

CASE_EVENTS = Table(
    "case_events",
    "what happened to a case, and what was observed of it at the time of each version seen",
    ("event_id",),
    (
        *key_columns("event_id: the source's own id; case_id: the case"),
        *time_columns("at: when"),
        *code_column("kind", CASE_EVENT_KINDS, "what happened"),
        *text_columns("from_value: before; to_value: after"),
        *name_columns("actor_id: who; reason: why, or the field observed"),
    ),
    time="at",
)
