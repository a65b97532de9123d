"""Canonical tables: intervals, forecasts, incidents, costs and annotations."""

from __future__ import annotations

from carecli.tables.codes import ANNOTATION_KINDS, ATTRIBUTIONS, BUSINESS_EVENT_KINDS, CHANNELS
from carecli.tables.declaring import (
    Table,
    code_column,
    duration_columns,
    key_columns,
    name_columns,
    number_columns,
    text_columns,
    time_columns,
    whole_columns,
)

INTERVALS = Table(
    "intervals",
    "the vendor's own figures by interval, for reconciliation",
    ("queue", "channel", "interval_start", "minutes", "attribution"),
    (
        *name_columns("queue: which"),
        *code_column("channel", CHANNELS, "which"),
        *time_columns("interval_start: from"),
        *whole_columns("minutes: length"),
        *code_column("attribution", ATTRIBUTIONS, "by which moment a contact was counted"),
        *whole_columns(
            "offered: offered; answered: answered; abandoned: abandoned; abandoned_short: short ones;"
            "abandoned_within_sl: within the threshold; flow_out: flowed out; callback: callbacks; within_sl: in time"
        ),
        *duration_columns("threshold_sec: of the service level; wait_sum_sec: waits of answered"),
        *whole_columns("wait_n: how many waits"),
        *duration_columns("handle_sum_sec: handle time"),
        *whole_columns("handle_n: how many handled"),
        *number_columns("service_level: the vendor's own, 0 to 1"),
        *duration_columns("asa_sec: the vendor's own; aht_sec: the vendor's own"),
    ),
    time="interval_start",
)

FORECASTS = Table(
    "forecasts",
    "contacts and handle time expected",
    ("queue", "channel", "interval_start", "minutes"),
    (
        *name_columns("queue: which"),
        *code_column("channel", CHANNELS, "which"),
        *time_columns("interval_start: from"),
        *whole_columns("minutes: length"),
        *number_columns("contacts: expected"),
        *duration_columns("aht_sec: expected"),
    ),
    time="interval_start",
)

INCIDENTS = Table(
    "incidents",
    "incidents and their moments",
    ("incident_id",),
    (
        *key_columns("incident_id: its id; case_id: the case"),
        *name_columns("severity: by the pack"),
        *time_columns(
            "opened_at: opened; declared_at: declared; aware_at: known; acknowledged_at: acknowledged;"
            "contained_at: contained; resolved_at: resolved"
        ),
        *text_columns("root_cause: cause"),
        *whole_columns("affected_accounts: how many"),
    ),
    time="opened_at",
    contributed=True,
)

LADDER_STEPS = Table(
    "ladder_steps",
    "steps of an escalation ladder that were taken",
    ("incident_id", "step"),
    (
        *key_columns("incident_id: the incident or case"),
        *name_columns("step: of the pack's ladder; owner_id: who"),
        *time_columns("due_at: due; done_at: done"),
    ),
)

COSTS = Table(
    "costs",
    "loaded cost by month",
    ("month", "channel", "cost_center", "currency"),
    (
        *key_columns("month: 2025-05; channel: empty = shared; cost_center: who pays"),
        *whole_columns("amount: minor units"),
        *key_columns("currency: never mixed"),
    ),
)

BUSINESS_EVENTS = Table(
    "business_events",
    "what the business counts beside the contacts: orders, refunds, customers that left (R54, R56, R69, R79)",
    ("business_event_id",),
    (
        *key_columns("business_event_id: its id"),
        *time_columns("at: when, or the day a count was taken"),
        *code_column("kind", BUSINESS_EVENT_KINDS, "what"),
        *name_columns("customer_id: the customer; issue_type: what it was about"),
        *key_columns("case_id: the case it came from"),
        *whole_columns("count: how many a row stands for, 1 where empty; amount: minor units"),
        *name_columns("currency: of the amount"),
    ),
    time="at",
)

SERVICE_HEALTH = Table(
    "service_health",
    "what a monitoring system counts of the product by interval: requests, and how many failed (R168)",
    ("service", "interval_start", "minutes"),
    (
        *name_columns("service: which"),
        *time_columns("interval_start: from"),
        *whole_columns("minutes: length; requests: all; errors: failed ones"),
    ),
    time="interval_start",
)

ANNOTATIONS = Table(
    "annotations",
    "what happened outside the queues: releases, incidents, campaigns, holidays",
    ("at", "kind", "scope", "text"),
    (
        *time_columns("at: from; until: until"),
        *code_column("kind", ANNOTATION_KINDS, "what"),
        *key_columns("scope: empty = all, or dimension=value; text: in words"),
    ),
    time="at",
)
