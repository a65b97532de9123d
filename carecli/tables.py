"""Every canonical table, declared once.

The store's DDL, its readable views, the staging area, the polars schemas, the recognition of canonical files and the
documentation all come from these declarations. Standard library only.

How a column is kept (`Kind`):

| kind | in a canonical file | in the store |
|---|---|---|
| key | text | TEXT, as it came: `00042` stays `00042` |
| text | text | TEXT |
| name | text from a small set (queue, agent, ...) | INTEGER, a code of the table `names` |
| code | one of a fixed set | INTEGER, 1-based place in `codes` |
| time | ISO 8601 or epoch seconds | INTEGER, epoch seconds UTC |
| duration | `..._sec`, decimals allowed | INTEGER milliseconds, column `..._ms` |
| whole | whole number | INTEGER |
| number | number | REAL |
| flag | true/false | INTEGER 0 or 1 |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["key", "text", "name", "code", "time", "duration", "whole", "number", "flag"]

SQL_TYPES: dict[Kind, str] = {
    "key": "TEXT",
    "text": "TEXT",
    "name": "INTEGER",
    "code": "INTEGER",
    "time": "INTEGER",
    "duration": "INTEGER",
    "whole": "INTEGER",
    "number": "REAL",
    "flag": "INTEGER",
}

CHANNELS = ("voice", "chat", "email", "social", "sms", "in_app", "whatsapp")
DIRECTIONS = ("inbound", "outbound", "internal")
ORIGINS = ("customer", "transfer", "callback", "campaign")
INTERACTION_OUTCOMES = ("answered", "abandoned", "missed", "voicemail")
LEG_OUTCOMES = (
    "answered",
    "abandoned",
    "abandoned_ringing",
    "timed_out",
    "overflowed",
    "transferred",
    "callback_taken",
    "voicemail",
    "missed",
)
CASE_STATUSES = ("new", "open", "waiting_customer", "waiting_third_party", "solved", "closed")
CASE_EVENT_KINDS = (
    "created",
    "assigned",
    "status",
    "priority",
    "escalated",
    "public_reply",
    "customer_reply",
    "internal_note",
    "reopened",
    "closed",
    "paused",
    "resumed",
    "exception",
    "observed",
)
SURVEY_KINDS = ("csat", "nps_touch", "nps_relationship", "ces")
SAMPLES = ("random", "targeted")
IDENTITY_KINDS = ("agent", "customer", "queue", "team")
ATTRIBUTIONS = ("queued", "ended")
ANNOTATION_KINDS = ("release", "incident", "campaign", "holiday")

EPOCH_YEAR_2000 = 946_684_800
TEN_YEARS_MS = 10 * 366 * 86_400_000

PLANS = ("schedules", "forecasts")
PLANNED_TIMES = ("due_at", "coaching_due_at", "until", "since", "hired_on")


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `name` is what a canonical file's header carries, `stored` what the store calls it."""

    name: str
    kind: Kind
    meaning: str
    codes: tuple[str, ...] = ()

    @property
    def stored(self) -> str:
        """Durations are kept in milliseconds and say so: `queue_time_sec` is stored as `queue_time_ms`."""
        return self.name.removesuffix("_sec") + "_ms" if self.kind == "duration" else self.name

    @property
    def sql_type(self) -> str:
        return SQL_TYPES[self.kind]


SOURCE = Column("source", "name", "the account a row came from; every key starts with it")


@dataclass(frozen=True, slots=True)
class Table:
    """One canonical table. `key` names the columns that, after `source`, identify a row; they are never null."""

    name: str
    meaning: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    time: str | None = None
    """The column by which a window is cut and coverage is measured; None for master data."""
    contributed: bool = False
    """True where several kinds of file speak of one row, each with a part of it."""

    @property
    def row_table(self) -> str:
        """The physical table; `name` itself is the readable view."""
        return f"row_{self.name}"

    @property
    def parts_table(self) -> str:
        """Where the parts of rows made of several contributions are kept."""
        return f"part_{self.name}"

    @property
    def stage_table(self) -> str:
        return f"stage_{self.name}"

    def column(self, name: str) -> Column:
        """The column of that canonical name; KeyError if there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(f"{self.name} has no column {name}")

    def has(self, name: str) -> bool:
        return any(column.name == name for column in self.columns)

    @property
    def moments(self) -> tuple[str, ...]:
        """The stored time columns that say what has happened; of plans (schedules, forecasts) none but `time`."""
        if self.name in PLANS:
            return (self.time,) if self.time else ()
        return tuple(c.stored for c in self.columns if c.kind == "time" and c.name not in PLANNED_TIMES)

    @property
    def values(self) -> tuple[Column, ...]:
        """The columns outside the key."""
        return tuple(column for column in self.columns if column.name not in self.key)


def _columns(kind: Kind, spec: str) -> Iterator[Column]:
    """`name: meaning; name: meaning` -> columns of one kind."""
    for entry in spec.split(";"):
        name, _, meaning = entry.strip().partition(":")
        if not (name.isidentifier() and meaning):
            raise ValueError(f"not a column with its meaning: {entry!r}")
        yield Column(name.strip(), kind, meaning.strip())


def _key(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("key", spec))


def _text(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("text", spec))


def _name(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("name", spec))


def _time(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("time", spec))


def _duration(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("duration", spec))


def _whole(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("whole", spec))


def _number(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("number", spec))


def _flag(spec: str) -> tuple[Column, ...]:
    return tuple(_columns("flag", spec))


def _code(name: str, codes: tuple[str, ...], meaning: str) -> tuple[Column, ...]:
    return (Column(name, "code", meaning, codes),)


INTERACTIONS = Table(
    "interactions",
    "a customer reaching us, or us reaching a customer, once",
    ("interaction_id",),
    (
        *_key("interaction_id: the system's own id of the contact"),
        *_code("channel", CHANNELS, "how the contact came"),
        *_code("direction", DIRECTIONS, "who started it; only inbound is a contact"),
        *_code("origin", ORIGINS, "what made it; a transfer is no new contact"),
        *_key("caused_by: the interaction that led to this one"),
        *_name("queue: the queue first entered; issue_type: reason code"),
        *_time("started_at: arrival; answered_at: first connected to a person; ended_at: the end"),
        *_code("outcome", INTERACTION_OUTCOMES, "how it ended for the customer"),
        *_duration(
            "queue_time_sec: from queued to connected or lost, ringing included;"
            "ring_sec: ringing, a part of the queue time; ivr_sec: in the menu before any queue;"
            "talk_sec: talking; hold_sec: on hold; wrap_sec: after-contact work; handle_time_sec: the source's total"
        ),
        *_name("agent_id: who handled it last"),
        *_key("case_id: the case it belongs to"),
        *_name("customer_id: the customer (telephone numbers and e-mails are keyed hashes)"),
        *_flag("first_contact_flag: the source says this was the first contact"),
        *_time("resolved_at: when the matter was resolved"),
        *_number("csat_score: becomes a survey; nps_score: becomes a survey"),
        *_name("disposition: closing code; cost_center: who pays; language: of the contact; entry_point: line or page"),
        *_time("callback_offered_at: callback offered; callback_accepted_at: callback accepted"),
        *_text("tags: separated by spaces; url: address in its own system; attributes: unmapped columns as JSON"),
        *_flag("is_test: a test; is_system: made by a system"),
    ),
    time="started_at",
    contributed=True,
)

LEGS = Table(
    "legs",
    "one stay of an interaction in one queue; offered, answered, service level and agents' time are measured here",
    ("interaction_id", "leg_id"),
    (
        *_key("interaction_id: the contact; leg_id: the stay"),
        *_whole("seq: 1 for the first"),
        *_name("queue: the queue entered; agent_id: who answered"),
        *_time("entered_at: queued; answered_at: connected; left_at: end of the stay"),
        *_code("outcome", LEG_OUTCOMES, "how the stay ended"),
        *_duration(
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
        *_time("at: when"),
        *_key("interaction_id: the call"),
        *_name("queue: where; agent_id: who; event: the source's own word"),
        *_key("data: the source's own fields, as they came"),
    ),
    time="at",
)

CASES = Table(
    "cases",
    "one matter of a customer, from created to closed",
    ("case_id",),
    (
        *_key("case_id: the helpdesk's own id"),
        *_name("customer_id: the customer; queue: group or queue now; issue_type: reason code"),
        *_code("channel", CHANNELS, "how it came"),
        *_text("subject: redacted, capped; tags: separated by spaces; url: address in its own system"),
        *_text("attributes: unmapped columns as JSON"),
        *_time(
            "created_at: opened; first_response_at: first public answer of a person; first_resolved_at: first solve;"
            "last_resolved_at: last solve; reopened_at: last reopening; closed_at: closed for good; merged_at: merged;"
            "deleted_at: deleted; updated_at: the last change; last_action_at: last act of agent or customer"
        ),
        *_code("status", CASE_STATUSES, "where it stands"),
        *_text("status_text: the source's own word"),
        *_name("priority: by the pack; severity: by the pack; tier: of the customer"),
        *_flag("reopen_flag: reopened at least once"),
        *_whole("reopens: how often; escalation_level: highest level reached, 1 = first line"),
        *_name("product_area: where; assignee_id: who has it now"),
        *_key("merged_into: the case it was merged into; interaction_id: the contact that opened it"),
        *_flag("is_test: a test; is_system: made by a system"),
    ),
    time="created_at",
    contributed=True,
)

CASE_EVENTS = Table(
    "case_events",
    "what happened to a case, and what was observed of it at the time of each version seen",
    ("event_id",),
    (
        *_key("event_id: the source's own id; case_id: the case"),
        *_time("at: when"),
        *_code("kind", CASE_EVENT_KINDS, "what happened"),
        *_text("from_value: before; to_value: after"),
        *_name("actor_id: who; reason: why, or the field observed"),
    ),
    time="at",
)

CUSTOMERS = Table(
    "customers",
    "customers and their plans",
    ("customer_id",),
    (
        *_name("customer_id: as in the contacts; plan: product plan; tier: service tier"),
        *_text("mrr: monthly revenue, decimal text"),
        *_name("currency: of mrr; region: where; lifecycle_stage: stage; segment: segment"),
    ),
)

AGENTS = Table(
    "agents",
    "people who answer; their names live here alone",
    ("agent_id",),
    (
        *_name("agent_id: as in the contacts"),
        *_text("name: to show"),
        *_name("team: team; role: role"),
        *_time("hired_on: first day"),
        *_name("location: where"),
    ),
)

QUEUES = Table(
    "queues",
    "queues, groups and lines",
    ("queue_id",),
    (
        *_name("queue_id: as in the contacts"),
        *_text("name: to show"),
        *_name("queue: canonical queue; zone: IANA zone; calendar: of the pack"),
        *_code("channel", CHANNELS, "its channel"),
        *_name("team: who answers"),
    ),
)

IDENTITIES = Table(
    "identities",
    "one person, queue or team under its ids in several systems; applied when frames are read",
    ("kind", "external_id"),
    (
        *_code("kind", IDENTITY_KINDS, "of what"),
        *_name("external_id: the id in `source`; canonical: the name shared by all"),
        *_time("since: valid from; until: valid until"),
        *_text("by: who said so"),
    ),
)

LINKS = Table(
    "links",
    "a column of one source holds ids of another",
    ("column", "target_source"),
    (*_key("column: table.column; target_source: whose ids they are"),),
)

AGENT_STATES = Table(
    "agent_states",
    "what an agent was doing, from the state feed",
    ("agent_id", "started_at", "state"),
    (
        *_name("agent_id: who; state: the source's own word"),
        *_time("started_at: from; ended_at: until"),
    ),
    time="started_at",
)

SCHEDULES = Table(
    "schedules",
    "what an agent was planned to do",
    ("agent_id", "started_at", "activity"),
    (
        *_name("agent_id: who; activity: what"),
        *_time("started_at: from; ended_at: until"),
        *_flag("paid: paid time; productive: time for contacts"),
    ),
    time="started_at",
)

QA_REVIEWS = Table(
    "qa_reviews",
    "one review of one contact",
    ("review_id",),
    (
        *_key("review_id: its id"),
        *_name("agent_id: whose work"),
        *_key("interaction_id: the contact; case_id: the case"),
        *_name("reviewer_id: who reviewed"),
        *_time("reviewed_at: when"),
        *_code("channel", CHANNELS, "of the contact"),
        *_code("sample", SAMPLES, "how it was drawn"),
        *_number("score: 0 to 100"),
        *_key("calibration_id: the session"),
        *_time("coaching_due_at: coaching due; coached_at: coaching done"),
    ),
    time="reviewed_at",
)

QA_SECTIONS = Table(
    "qa_sections",
    "the sections of a review",
    ("review_id", "section"),
    (
        *_key("review_id: the review"),
        *_name("section: rubric section"),
        *_number("weight: share; score: 0 to 100"),
    ),
)

SURVEYS = Table(
    "surveys",
    "one survey sent; the only source of CSAT and NPS",
    ("survey_id",),
    (
        *_key("survey_id: its id"),
        *_code("kind", SURVEY_KINDS, "which question"),
        *_key("case_id: the case; interaction_id: the contact"),
        *_name("customer_id: the customer"),
        *_code("channel", CHANNELS, "of the contact"),
        *_name("queue: of the contact; agent_id: who was rated"),
        *_time("sent_at: sent; responded_at: answered, empty where it wasn't"),
        *_number("score: the vote; scale_max: the best vote"),
    ),
    time="sent_at",
)

INTERVALS = Table(
    "intervals",
    "the vendor's own figures by interval, for reconciliation",
    ("queue", "channel", "interval_start", "minutes", "attribution"),
    (
        *_name("queue: which"),
        *_code("channel", CHANNELS, "which"),
        *_time("interval_start: from"),
        *_whole("minutes: length"),
        *_code("attribution", ATTRIBUTIONS, "by which moment a contact was counted"),
        *_whole(
            "offered: offered; answered: answered; abandoned: abandoned; abandoned_short: short ones;"
            "abandoned_within_sl: within the threshold; flow_out: flowed out; callback: callbacks; within_sl: in time"
        ),
        *_duration("threshold_sec: of the service level; wait_sum_sec: waits of answered"),
        *_whole("wait_n: how many waits"),
        *_duration("handle_sum_sec: handle time"),
        *_whole("handle_n: how many handled"),
        *_number("service_level: the vendor's own, 0 to 1"),
        *_duration("asa_sec: the vendor's own; aht_sec: the vendor's own"),
    ),
    time="interval_start",
)

FORECASTS = Table(
    "forecasts",
    "contacts and handle time expected",
    ("queue", "channel", "interval_start", "minutes"),
    (
        *_name("queue: which"),
        *_code("channel", CHANNELS, "which"),
        *_time("interval_start: from"),
        *_whole("minutes: length"),
        *_number("contacts: expected"),
        *_duration("aht_sec: expected"),
    ),
    time="interval_start",
)

INCIDENTS = Table(
    "incidents",
    "incidents and their moments",
    ("incident_id",),
    (
        *_key("incident_id: its id; case_id: the case"),
        *_name("severity: by the pack"),
        *_time(
            "opened_at: opened; declared_at: declared; aware_at: known; acknowledged_at: acknowledged;"
            "contained_at: contained; resolved_at: resolved"
        ),
        *_text("root_cause: cause"),
        *_whole("affected_accounts: how many"),
    ),
    time="opened_at",
)

LADDER_STEPS = Table(
    "ladder_steps",
    "steps of an escalation ladder that were taken",
    ("incident_id", "step"),
    (
        *_key("incident_id: the incident or case"),
        *_name("step: of the pack's ladder; owner_id: who"),
        *_time("due_at: due; done_at: done"),
    ),
)

COSTS = Table(
    "costs",
    "loaded cost by month",
    ("month", "channel", "cost_center", "currency"),
    (
        *_key("month: 2025-05; channel: empty = shared; cost_center: who pays"),
        *_whole("amount: minor units"),
        *_key("currency: never mixed"),
    ),
)

ANNOTATIONS = Table(
    "annotations",
    "what happened outside the queues: releases, incidents, campaigns, holidays",
    ("at", "kind", "scope", "text"),
    (
        *_time("at: from; until: until"),
        *_code("kind", ANNOTATION_KINDS, "what"),
        *_key("scope: empty = all, or dimension=value; text: in words"),
    ),
    time="at",
)

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
    ANNOTATIONS,
)

BY_NAME: dict[str, Table] = {table.name: table for table in TABLES}


def table_named(name: str) -> Table:
    """The canonical table of that name; KeyError if there is none."""
    return BY_NAME[name]


STAGE_SYSTEM_COLUMNS = "record INTEGER NOT NULL, leading INTEGER NOT NULL, part TEXT, source INTEGER NOT NULL, "
STAGE_VERSION_COLUMNS = "version INTEGER NOT NULL, complete INTEGER NOT NULL, hash INTEGER NOT NULL"


def stage_ddl(table: Table) -> str:
    """The staging table that a parsing child fills; names are codes of the stage's own `names` table."""
    columns = ", ".join(f'"{column.stored}" {column.sql_type}' for column in table.columns)
    return f"CREATE TABLE {table.stage_table} ({STAGE_SYSTEM_COLUMNS}{STAGE_VERSION_COLUMNS}, {columns}) STRICT"


STAGE_BOOKS = (
    "CREATE TABLE names (code INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TABLE quarantine (record INTEGER NOT NULL, line INTEGER NOT NULL, last_line INTEGER NOT NULL, "
    "column_name TEXT, code TEXT NOT NULL, found TEXT, expected TEXT, raw TEXT) STRICT",
    "CREATE TABLE ignored (reason TEXT PRIMARY KEY, count INTEGER NOT NULL) STRICT",
    "CREATE TABLE summary (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
)
"""What a parsing child writes beside the staged rows; `summary` values are JSON."""
