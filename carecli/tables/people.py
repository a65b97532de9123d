"""Canonical tables: agents' time, quality reviews and surveys."""

from __future__ import annotations

from carecli.tables.codes import CHANNELS, SAMPLES, SURVEY_KINDS
from carecli.tables.declaring import (
    Table,
    code_column,
    flag_columns,
    key_columns,
    name_columns,
    number_columns,
    time_columns,
)

AGENT_STATES = Table(
    "agent_states",
    "what an agent was doing, from the state feed",
    ("agent_id", "started_at", "state"),
    (
        *name_columns("agent_id: who; state: the source's own word"),
        *time_columns("started_at: from; ended_at: until"),
    ),
    time="started_at",
)

SCHEDULES = Table(
    "schedules",
    "what an agent was planned to do",
    ("agent_id", "started_at", "activity"),
    (
        *name_columns("agent_id: who; activity: what"),
        *time_columns("started_at: from; ended_at: until"),
        *flag_columns("paid: paid time; productive: time for contacts"),
    ),
    time="started_at",
)

QA_REVIEWS = Table(
    "qa_reviews",
    "one review of one contact",
    ("review_id",),
    (
        *key_columns("review_id: its id"),
        *name_columns("agent_id: whose work"),
        *key_columns("interaction_id: the contact; case_id: the case"),
        *name_columns("reviewer_id: who reviewed"),
        *time_columns("reviewed_at: when"),
        *code_column("channel", CHANNELS, "of the contact"),
        *code_column("sample", SAMPLES, "how it was drawn"),
        *number_columns("score: 0 to 100"),
        *key_columns("calibration_id: the session"),
        *time_columns("coaching_due_at: coaching due; coached_at: coaching done"),
    ),
    time="reviewed_at",
)

QA_SECTIONS = Table(
    "qa_sections",
    "the sections of a review",
    ("review_id", "section"),
    (
        *key_columns("review_id: the review"),
        *name_columns("section: rubric section"),
        *number_columns("weight: share; score: 0 to 100"),
    ),
)

SURVEYS = Table(
    "surveys",
    "one survey sent; the only source of CSAT and NPS",
    ("survey_id",),
    (
        *key_columns("survey_id: its id"),
        *code_column("kind", SURVEY_KINDS, "which question"),
        *key_columns("case_id: the case; interaction_id: the contact"),
        *name_columns("customer_id: the customer"),
        *code_column("channel", CHANNELS, "of the contact"),
        *name_columns("queue: of the contact; agent_id: who was rated"),
        *time_columns("sent_at: sent; responded_at: answered, empty where it wasn't"),
        *number_columns("score: the vote; scale_max: the best vote"),
        *name_columns("prompt: which wording was asked, where several are tried (R38)"),
    ),
    time="sent_at",
)
