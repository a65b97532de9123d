"""Every canonical table, declared once.

The store's DDL, its readable views, the staging area, the polars schemas and the recognition of canonical files all
come from these declarations. Standard library only.
"""

from __future__ import annotations

from carecli.tables.cases import CASE_EVENTS, CASES
from carecli.tables.codes import (
    ANNOTATION_KINDS,
    ATTRIBUTIONS,
    BUSINESS_EVENT_KINDS,
    CASE_EVENT_KINDS,
    CASE_STATUSES,
    CHANNELS,
    DIRECTIONS,
    IDENTITY_KINDS,
    INTERACTION_OUTCOMES,
    LEG_OUTCOMES,
    ORIGINS,
    SAMPLES,
    SURVEY_KINDS,
)
from carecli.tables.contacts import CONTACT_EVENTS, INTERACTIONS, LEGS
from carecli.tables.declaring import (
    EPOCH_YEAR_2000,
    PLANNED_TIMES,
    PLANS,
    SOURCE,
    SQL_TYPES,
    TEN_YEARS_MS,
    Column,
    Kind,
    Table,
)
from carecli.tables.masters import AGENTS, CUSTOMERS, IDENTITIES, LINKS, QUEUES
from carecli.tables.operations import (
    ANNOTATIONS,
    BUSINESS_EVENTS,
    COSTS,
    FORECASTS,
    INCIDENTS,
    INTERVALS,
    LADDER_STEPS,
    SERVICE_HEALTH,
)
from carecli.tables.people import AGENT_STATES, QA_REVIEWS, QA_SECTIONS, SCHEDULES, SURVEYS
from carecli.tables.staging import STAGE_BOOKS, stage_ddl

TABLES: tuple[Table, ...] = (
    INTERACTIONS,
    LEGS,
    CONTACT_EVENTS,
    CASES,
    CASE_EVENTS,
    CUSTOMERS,
    AGENTS,
    QUEUES,
    IDENTITIES,
    LINKS,
    AGENT_STATES,
    SCHEDULES,
    QA_REVIEWS,
    QA_SECTIONS,
    SURVEYS,
    INTERVALS,
    FORECASTS,
    INCIDENTS,
    LADDER_STEPS,
    COSTS,
    BUSINESS_EVENTS,
    SERVICE_HEALTH,
    ANNOTATIONS,
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}


def table_named(name: str) -> Table:
    """The canonical table of that name; KeyError if there is none."""
    return BY_NAME[name]


__all__ = [
    "AGENTS",
    "AGENT_STATES",
    "ANNOTATIONS",
    "ANNOTATION_KINDS",
    "ATTRIBUTIONS",
    "BUSINESS_EVENTS",
    "BUSINESS_EVENT_KINDS",
    "BY_NAME",
    "CASES",
    "CASE_EVENTS",
    "CASE_EVENT_KINDS",
    "CASE_STATUSES",
    "CHANNELS",
    "CONTACT_EVENTS",
    "COSTS",
    "CUSTOMERS",
    "DIRECTIONS",
    "EPOCH_YEAR_2000",
    "FORECASTS",
    "IDENTITIES",
    "IDENTITY_KINDS",
    "INCIDENTS",
    "INTERACTIONS",
    "INTERACTION_OUTCOMES",
    "INTERVALS",
    "LADDER_STEPS",
    "LEGS",
    "LEG_OUTCOMES",
    "LINKS",
    "ORIGINS",
    "PLANNED_TIMES",
    "PLANS",
    "QA_REVIEWS",
    "QA_SECTIONS",
    "QUEUES",
    "SAMPLES",
    "SCHEDULES",
    "SERVICE_HEALTH",
    "SOURCE",
    "SQL_TYPES",
    "STAGE_BOOKS",
    "SURVEYS",
    "SURVEY_KINDS",
    "TABLES",
    "TEN_YEARS_MS",
    "Column",
    "Kind",
    "Table",
    "stage_ddl",
    "table_named",
]
