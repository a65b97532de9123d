"""Canonical tables: customers, agents, queues, and what unites their ids in several systems."""

from __future__ import annotations

from carecli.tables.codes import CHANNELS, IDENTITY_KINDS
from carecli.tables.declaring import Table, code_column, key_columns, name_columns, text_columns, time_columns

CUSTOMERS = Table(
    "customers",
    "customers and their plans",
    ("customer_id",),
    (
        *name_columns("customer_id: as in the contacts; plan: product plan; tier: service tier"),
        *text_columns("mrr: monthly revenue, decimal text"),
        *name_columns("currency: of mrr; region: where; lifecycle_stage: stage; segment: segment"),
    ),
)

AGENTS = Table(
    "agents",
    "people who answer; their names live here alone",
    ("agent_id",),
    (
        *name_columns("agent_id: as in the contacts"),
        *text_columns("name: to show"),
        *name_columns("team: team; role: role"),
        *time_columns("hired_on: first day"),
        *name_columns("location: where"),
    ),
)

QUEUES = Table(
    "queues",
    "queues, groups and lines",
    ("queue_id",),
    (
        *name_columns("queue_id: as in the contacts"),
        *text_columns("name: to show"),
        *name_columns("queue: canonical queue; zone: IANA zone; calendar: of the pack"),
        *code_column("channel", CHANNELS, "its channel"),
        *name_columns("team: who answers"),
    ),
)

IDENTITIES = Table(
    "identities",
    "one person, queue or team under its ids in several systems; applied when frames are read",
    ("kind", "external_id"),
    (
        *code_column("kind", IDENTITY_KINDS, "of what"),
        *name_columns("external_id: the id in `source`; canonical: the name shared by all"),
        *time_columns("since: valid from; until: valid until"),
        *text_columns("by: who said so"),
    ),
)

LINKS = Table(
    "links",
    "a column of one source holds ids of another",
    ("column", "target_source"),
    (*key_columns("column: table.column; target_source: whose ids they are"),),
)
