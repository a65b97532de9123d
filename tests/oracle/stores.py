"""Small random stores, and the same rows for the oracle: ties, blanks, clock changes, references that lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
from hypothesis import strategies as st

from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.windows import Window as OurWindow
from carecli.metrics.windows import window_of
from carecli.policy.pack import load_pack
from carecli.store.snapshot import Feed
from carecli.tables import (
    BUSINESS_EVENT_KINDS,
    CASE_EVENT_KINDS,
    CASE_STATUSES,
    CHANNELS,
    INTERACTION_OUTCOMES,
    LEG_OUTCOMES,
    SURVEY_KINDS,
)
from tests.metrics.build import Centre, at
from tests.oracle.plain.metrics import Facts as PlainFacts
from tests.oracle.plain.metrics import Window
from tests.oracle.plain.settings import Settings

PACKS = ("tally", "prestige", *sorted(Path(__file__).parent.joinpath("packs").glob("*.toml")))
ZONES = ("Europe/Berlin", "Australia/Lord_Howe")
"""Their clocks change on 30 March and, by half an hour, on 6 April 2025."""

FIRST = date(2025, 3, 26)
DAYS = 13
HOUR, DAY = 3600, 86_400
START = at(f"{FIRST} 00:00")
DAYS_USED = (0, 1, 4, 5, 7, 8, 11)
"""A few, so that rows meet: weekend and clock changes among them, some of them a week apart."""
TIMES_OF_DAY = (0, 9 * HOUR, 10 * HOUR + 5, 18 * HOUR, 23 * HOUR + 1800)
WAITS = (0, 1, 2, 3, 4, 5, 10, 19, 20, 21, 59, 60, 120, 121, HOUR, 4 * HOUR, 9 * HOUR, DAY, 3 * DAY, 7 * DAY)
MILLISECONDS = (0, 1, 2_999, 3_000, 4_999, 5_000, 19_999, 20_000, 20_001, 60_000, 120_000, 400_000)
CHANNELS_USED = ("voice", "chat", "email", "social")


@dataclass(frozen=True)
class Asked:
    """A store, the pack (by name or path), and as of when which local dates are asked for, both included."""

    centre: Centre
    pack: Any
    zone: str
    as_of: int
    first: date
    last: date


@dataclass(frozen=True)
class World:
    """The same rows as our facts and as the plain ones, and the window that is asked for."""

    ours: Facts
    plain: PlainFacts
    window: OurWindow
    plain_window: Window


# What a column may hold, one value as likely as another; a callable makes one.


def moment(rng):
    """About the edges of opening hours and days, sometimes a second off."""
    return START + rng.choice(DAYS_USED) * DAY + rng.choice(TIMES_OF_DAY) + rng.choice((*[0] * 10, -1, 1))


def some(*values):
    """Mostly a value, in one of three cases none."""
    return (*values, *values, *[None] * len(values))


SOURCES = ("phone", "desk", "desk", "chatter")
QUEUES, ISSUES = some("Billing", "Refunds", "Late"), some("Login", "Refund")
AGENTS, CUSTOMERS = some("ann", "bob"), (*some("c1", "c2", "c3"), "c1", "c2")
CHANNELS_OR_NONE, DURATIONS, LATER = some(*CHANNELS_USED), some(*MILLISECONDS), some(*WAITS)
SELDOM = (*[None] * 8, *[0] * 8, 1)
CONTACT_IDS = tuple(f"i{number}" for number in range(8))
CASE_IDS = tuple(f"k{number}" for number in range(6))
PARTS = dict.fromkeys(("talk_ms", "hold_ms", "wrap_ms"), DURATIONS)
STATUSES = (None, "odd", *CASE_STATUSES)

ROWS = {
    "interactions": {
        "source": SOURCES,
        "interaction_id": CONTACT_IDS,
        "channel": CHANNELS_OR_NONE,
        "direction": ("inbound", "inbound", "inbound", "inbound", None, "outbound"),
        "origin": (*[None] * 6, "transfer"),
        "queue": QUEUES,
        "issue_type": ISSUES,
        "started_at": moment,
        "answered": LATER,
        "ended": LATER,
        "resolved": (*LATER, *[None] * 40),
        "outcome": (*["answered"] * 4, None, None, *INTERACTION_OUTCOMES),
        "queue_time_ms": DURATIONS,
        "ivr_ms": DURATIONS,
        "handle_time_ms": DURATIONS,
        "agent_id": AGENTS,
        "case_id": (*CASE_IDS, *[None] * 12),
        "customer_id": CUSTOMERS,
        "is_test": SELDOM,
        "is_system": SELDOM,
        **PARTS,
    },
    "legs": {
        "source": SOURCES,
        "interaction_id": CONTACT_IDS,
        "queue": QUEUES,
        "agent_id": AGENTS,
        "entered_at": moment,
        "answered": LATER,
        "left": LATER,
        "outcome": (*["answered"] * 5, None, None, *LEG_OUTCOMES),
        "queue_time_ms": DURATIONS,
        **PARTS,
    },
    "cases": {
        "source": SOURCES,
        "case_id": CASE_IDS,
        "customer_id": CUSTOMERS,
        "queue": QUEUES,
        "issue_type": ISSUES,
        "channel": CHANNELS_OR_NONE,
        "created_at": moment,
        "first_response": LATER,
        "first_resolved": LATER,
        "last_resolved": (*LATER, *[None] * 40),
        "reopened": (*LATER, *[None] * 40),
        "closed": (*LATER, *[None] * 40),
        "merged": (*[None] * 12, 0, HOUR, 3 * DAY),
        "deleted": (*[None] * 12, 0, HOUR, 3 * DAY),
        "updated": LATER,
        "last_action": (*LATER, *[None] * 40),
        "status": some(*CASE_STATUSES),
        "priority": some("P1", "P2"),
        "tier": some("elite", "premium"),
        "reopen_flag": SELDOM,
        "reopens": (None, None, 0, 1, 2),
        "assignee_id": AGENTS,
        "escalation_level": (None, None, 1, 2, 3),
        "interaction_id": (*CONTACT_IDS, *[None] * 24),
        "is_test": SELDOM,
        "is_system": SELDOM,
    },
    "case_events": {
        "source": SOURCES,
        "case_id": CASE_IDS,
        "at": moment,
        "kind": (*["customer_reply", "public_reply", "assigned", "status"] * 4, *CASE_EVENT_KINDS),
        "from_value": STATUSES,
        "to_value": STATUSES,
        "actor_id": some("c1", "c2", "ann"),
        "reason": (None, None, "status", "automation", "group"),
    },
    "surveys": {
        "source": SOURCES,
        "kind": ("csat", "csat", *SURVEY_KINDS),
        "case_id": some(*CASE_IDS),
        "interaction_id": (*CONTACT_IDS, *[None] * 8),
        "customer_id": CUSTOMERS,
        "channel": (None, *CHANNELS_OR_NONE),
        "queue": (None, *QUEUES),
        "agent_id": (None, *AGENTS),
        "sent_at": (moment, moment, moment, None),
        "responded": LATER,
        "score": (None, 0, 1, 3, 4, 5, 6, 7, 8, 9, 10),
        "scale_max": (None, 5, 5, 5, 10, 10, 11),
    },
    "business_events": {
        "source": SOURCES,
        "at": moment,
        "kind": BUSINESS_EVENT_KINDS,
        "customer_id": CUSTOMERS,
        "issue_type": ISSUES,
        "case_id": some(*CASE_IDS),
        "count": (None, None, 1, 3),
        "amount": (None, 0, 1_999, 250_000),
        "currency": (*["EUR"] * 12, " eur", "USD", None),
    },
    "costs": {
        "source": SOURCES,
        "month": (*["2025-03"] * 6, "2025-03-01", "2025-04", "March"),
        "channel": ("", "", "voice", "Email", "fax"),
        "cost_center": ("a", "b"),
        "amount": (None, 1, 100_001, 420_000, -7),
        "currency": (*["EUR"] * 12, "eur ", "USD", ""),
    },
    "incidents": {
        "source": SOURCES,
        "case_id": some(*CASE_IDS),
        "opened_at": (moment, moment, moment, None),
        "root_cause": (None, " ", "Disk full", "disk-full", "Deploy", "Deploy"),
    },
    "service_health": {
        "source": SOURCES,
        "service": ("web", "app"),
        "interval_start": moment,
        "minutes": (None, 5, 30),
        "requests": (None, 0, 10, 1_000),
        "errors": (None, 0, 1, 30),
    },
    "covered": {
        "table": ("interactions", "interactions", "legs", "cases", "surveys", "business_events", "incidents"),
        "source": SOURCES,
        "channel": (None, None, *(CHANNELS.index(name) + 1 for name in CHANNELS_USED)),
        "queue": (None, None, None, "Billing", "Late"),
        "first": moment,
        "last": WAITS,
        "finished_only": (0, 0, 1),
    },
}
UNIQUE = {
    "interactions": ("source", "interaction_id"),
    "cases": ("source", "case_id"),
    "costs": ("source", "month", "channel", "cost_center", "currency"),
}
AT_MOST = {"interactions": 14, "legs": 10, "cases": 12, "case_events": 20, "surveys": 14, "business_events": 16,
           "costs": 4, "incidents": 5, "service_health": 5, "covered": 6}  # fmt: skip
rngs = st.binary(min_size=8, max_size=8).map(Random)
SECONDS_LATER = (
    *("answered", "ended", "resolved", "left", "responded", "first_response", "first_resolved", "last_resolved"),
    *("reopened", "closed", "merged", "deleted", "updated", "last_action"),
)
"""Columns whose moment is told in seconds after the row begins."""
BEGINS = {"interactions": "started_at", "legs": "entered_at", "cases": "created_at", "surveys": "sent_at"}


@st.composite
def centres(draw):
    """What the rows say comes from a seed, which is far quicker than a choice for every column."""
    rng, parts = draw(rngs), draw(st.sampled_from((1, 2, 4, 4, 4, 4)))
    centre = Centre(finished_only=draw(st.booleans()))
    for table, at_most in AT_MOST.items():
        told = _rows(rng, table, at_most)[: at_most * parts // 4]
        for number, row in enumerate(told if table != "covered" else (), start=1):
            centre.add(table, id=number, **_with_moments(row, BEGINS.get(table)))
    for row in told:
        queue = row["queue"] and centre._code(row["queue"])
        centre.covered.append({**row, "queue": queue, "last": row["first"] + row["last"]})
    for customer in ("c1", "c2"):
        traits = {"region": rng.choice((None, "north", "south")), "segment": rng.choice((None, "smb"))}
        centre.add("customers", customer_id=customer, tier=rng.choice((None, "elite", "standard")), **traits)
    centre.add("queues", queue_id="q1", queue=rng.choice(("Billing", "Late")), channel=rng.choice(CHANNELS_OR_NONE))
    if draw(st.booleans()):
        column = rng.choice(("cases.interaction_id", "interactions.case_id", "surveys.case_id"))
        centre.add("links", source=rng.choice(SOURCES), column=column, target_source=rng.choice(SOURCES))
    for source in rng.sample(("phone", "desk", "chatter"), draw(st.integers(0, 2))):
        centre.feeds.append(_feed(source, moment(rng)))
    if draw(st.booleans()):
        for table in ("interactions", "business_events"):
            centre.covers(table, "2025-02-27 00:00", "2025-04-30 00:00", source=rng.choice(SOURCES))
    return centre


def _rows(rng, table, count):
    """Of several with the same key the first."""
    rows = [{name: _one(rng, values) for name, values in ROWS[table].items()} for _ in range(count)]
    for row in rows[::2] if table == "legs" else ():
        row.update(dict.fromkeys(PARTS))  # so that the contact's own parts may be lent
    keys = [tuple(row[name] for name in UNIQUE.get(table, ())) or place for place, row in enumerate(rows)]
    return [row for place, row in enumerate(rows) if keys[place] not in keys[:place]]


def _one(rng, values):
    value = values if callable(values) else rng.choice(values)
    return value(rng) if callable(value) else value


def _feed(source, watermark):
    return Feed(source, "calls", ("interactions", "legs"), START, watermark, watermark, 1)


def _with_moments(row, begins):
    start = row.get(begins) if begins else None
    told = {}
    for name, value in row.items():
        if name not in SECONDS_LATER:
            told[name] = value
        elif value is not None:
            told[f"{name}_at"] = (START + DAY if start is None else start) + value
    return told


@st.composite
def questions(draw):
    """A store under one of the packs, as of a moment inside or after it, and a window of its days."""
    centre, zone, pack = draw(centres()), draw(st.sampled_from(ZONES)), draw(st.sampled_from(PACKS))
    rng = draw(rngs)
    begin = rng.randrange(DAYS)
    ends = rng.choice((0, 0, begin)), begin + rng.choice((0, 2, DAYS, DAYS, DAYS))
    days = tuple(FIRST + timedelta(days=day) for day in ends)
    first, last = rng.choice((days, days, days, (date(2025, 3, 1), date(2025, 3, 31))))
    as_of = rng.choice((moment(rng), *[moment(rng) + DAYS * DAY] * 2))
    return Asked(centre, pack, zone, as_of, first, last)


def world_of(asked: Asked) -> World:
    """Both worlds of a store."""
    snapshot, as_of, zone = asked.centre.snapshot(), asked.as_of, asked.zone
    coverage = [
        {
            **row,
            "source": snapshot.name(row["source"]),
            "queue": snapshot.name(row["queue"]),
            "channel": None if row["channel"] is None else CHANNELS[row["channel"] - 1],
        }
        for row in snapshot.coverage.iter_rows(named=True)
    ]
    newest = {}
    for feed in asked.centre.feeds:
        for table in feed.tables:
            newest.setdefault((table, feed.source), []).append(feed.watermark)
    rows = asked.centre.rows
    return World(
        build_facts(snapshot, _pack(str(asked.pack), zone), as_of, zone),
        PlainFacts(rows, _settings(asked.pack, zone), as_of, zone, coverage, newest, _place_of_ties),
        window_of(asked.first, asked.last, zone),
        Window(asked.first, asked.last, zone),
    )


_pack = lru_cache(lambda name, zone: load_pack(name, zone=zone))
_settings = lru_cache(Settings)


def _place_of_ties(key: str) -> int:
    """Of contacts of one second, which comes first: any order will do, and this is the product's."""
    return int(pl.Series([key]).hash()[0])
