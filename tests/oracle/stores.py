"""Small random stores, and the same rows for the oracle: ties, blanks, clock changes, references that lead nowhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import strategies as st

from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.windows import Window as OurWindow
from carecli.metrics.windows import window_of
from carecli.policy.pack import load_pack
from carecli.store.snapshot import Feed
from carecli.tables import BUSINESS_EVENT_KINDS, CASE_EVENT_KINDS, CASE_STATUSES, CHANNELS, INTERACTION_OUTCOMES, LEG_OUTCOMES, SURVEY_KINDS
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
TIMES_OF_DAY = (0, 8 * HOUR, 9 * HOUR, 10 * HOUR + 5, 12 * HOUR, 13 * HOUR, 16 * HOUR, 18 * HOUR, 23 * HOUR + 1800)
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


def blank(strategy):
    """Mostly a value, sometimes none."""
    return st.one_of(strategy, strategy, st.none())


def words(*told):
    return st.sampled_from(told)


moments = st.builds(
    lambda day, second, jitter: START + day * DAY + second + jitter,
    st.integers(0, DAYS - 1),
    st.sampled_from(TIMES_OF_DAY),
    st.sampled_from((0, 0, 0, -1, 1)),
)
later = st.sampled_from(WAITS)
durations = blank(st.sampled_from(MILLISECONDS))
sources = words("phone", "desk", "desk", "chatter")
queues = blank(words("Billing", "Refunds", "Late"))
issues = blank(words("Login", "Refund"))
agents = blank(words("ann", "bob"))
customers = blank(words("c1", "c2", "c3"))
channels = blank(words(*CHANNELS_USED))
rarely = st.sampled_from((None, None, None, None, 0, 0, 1))
contact_ids = words(*(f"i{number}" for number in range(8)))
case_ids = words(*(f"k{number}" for number in range(6)))
parts = {name: durations for name in ("talk_ms", "hold_ms", "wrap_ms")}

interactions = st.fixed_dictionaries(
    {
        "source": sources,
        "interaction_id": contact_ids,
        "channel": channels,
        "direction": words("inbound", "inbound", "inbound", None, "outbound"),
        "origin": words(None, None, None, "transfer"),
        "queue": queues,
        "issue_type": issues,
        "started_at": moments,
        "answered": blank(later),
        "ended": blank(later),
        "resolved": st.none() | later,
        "outcome": words("answered", "answered", None, *INTERACTION_OUTCOMES),
        "queue_time_ms": durations,
        "ivr_ms": durations,
        "handle_time_ms": durations,
        "agent_id": agents,
        "case_id": st.none() | case_ids,
        "customer_id": customers,
        "is_test": rarely,
        "is_system": rarely,
        **parts,
    }
)

legs = st.fixed_dictionaries(
    {
        "source": sources,
        "interaction_id": contact_ids,
        "queue": queues,
        "agent_id": agents,
        "entered_at": moments,
        "answered": blank(later),
        "left": blank(later),
        "outcome": words("answered", "answered", None, *LEG_OUTCOMES),
        "queue_time_ms": durations,
        **parts,
    }
)

cases = st.fixed_dictionaries(
    {
        "source": sources,
        "case_id": case_ids,
        "customer_id": customers,
        "queue": queues,
        "issue_type": issues,
        "channel": channels,
        "created_at": moments,
        "first_response": blank(later),
        "first_resolved": blank(later),
        "last_resolved": st.none() | later,
        "reopened": st.none() | later,
        "closed": st.none() | later,
        "merged": words(None, None, None, 0, HOUR, 3 * DAY),
        "deleted": words(None, None, None, 0, HOUR, 3 * DAY),
        "updated": st.none() | later,
        "last_action": st.none() | later,
        "status": blank(words(*CASE_STATUSES)),
        "priority": blank(words("P1", "P2")),
        "tier": st.none() | words("elite", "premium"),
        "reopen_flag": rarely,
        "reopens": words(None, None, 0, 1, 2),
        "assignee_id": agents,
        "escalation_level": words(None, None, 1, 2, 3),
        "interaction_id": st.none() | contact_ids,
        "is_test": rarely,
        "is_system": rarely,
    }
)

statuses = words(None, "odd", *CASE_STATUSES)
case_events = st.fixed_dictionaries(
    {
        "source": sources,
        "case_id": case_ids,
        "at": moments,
        "kind": words("customer_reply", "public_reply", "status", "status", *CASE_EVENT_KINDS),
        "from_value": statuses,
        "to_value": statuses,
        "actor_id": blank(words("c1", "c2", "ann")),
        "reason": words(None, "status", "automation"),
    }
)

surveys = st.fixed_dictionaries(
    {
        "source": sources,
        "kind": words("csat", "csat", *SURVEY_KINDS),
        "case_id": st.none() | case_ids,
        "interaction_id": st.none() | contact_ids,
        "customer_id": customers,
        "channel": st.none() | channels,
        "queue": st.none() | queues,
        "agent_id": st.none() | agents,
        "sent_at": blank(moments),
        "responded": blank(later),
        "score": blank(st.sampled_from((0, 1, 3, 4, 5, 6, 7, 8, 9, 10))),
        "scale_max": blank(st.sampled_from((5, 10, 11))),
    }
)

covered = st.fixed_dictionaries(
    {
        "table": words("interactions", "interactions", "legs", "cases", "surveys", "business_events", "incidents"),
        "source": sources,
        "channel": words(None, None, *(CHANNELS.index(name) + 1 for name in CHANNELS_USED)),
        "queue": words(None, None, None, "Billing", "Late"),
        "first": moments,
        "last": later,
        "finished_only": words(0, 0, 1),
    }
)

business_events = st.fixed_dictionaries(
    {
        "source": sources,
        "at": moments,
        "kind": words(*BUSINESS_EVENT_KINDS),
        "customer_id": customers,
        "issue_type": issues,
        "case_id": st.none() | case_ids,
        "count": words(None, None, 1, 3),
        "amount": words(None, 0, 1_999, 250_000),
        "currency": words("EUR", "EUR", "EUR", " eur", "USD", None),
    }
)

costs = st.fixed_dictionaries(
    {
        "source": sources,
        "month": words("2025-03", "2025-03", "2025-03-01", "2025-04", "March"),
        "channel": words("", "", "voice", "Email", "fax"),
        "cost_center": words("a", "b"),
        "amount": words(None, 1, 100_001, 420_000, -7),
        "currency": words("EUR", "EUR", "EUR", "eur ", "USD", ""),
    }
)

incidents = st.fixed_dictionaries(
    {
        "source": sources,
        "case_id": st.none() | case_ids,
        "opened_at": blank(moments),
        "root_cause": words(None, " ", "Disk full", "disk-full", "Deploy"),
    }
)

TABLES = {
    "interactions": (interactions, ("source", "interaction_id"), 9),
    "legs": (legs, (), 8),
    "cases": (cases, ("source", "case_id"), 7),
    "case_events": (case_events, (), 9),
    "surveys": (surveys, (), 7),
    "business_events": (business_events, (), 9),
    "costs": (costs, ("source", "month", "channel", "cost_center", "currency"), 4),
    "incidents": (incidents, (), 4),
}
BEGINS = {"interactions": "started_at", "legs": "entered_at", "cases": "created_at", "surveys": "sent_at"}


@st.composite
def centres(draw):
    """Rows of every table; a moment such as `ended` is told in seconds after the row begins."""
    centre = Centre(finished_only=draw(st.booleans()))
    for table, (rows, key, size) in TABLES.items():
        unique = (lambda row, key=key: tuple(row[name] for name in key)) if key else None
        for row in draw(st.lists(rows, max_size=size, unique_by=unique)):
            centre.add(table, **_with_moments(row, BEGINS.get(table)))
    for customer in ("c1", "c2"):
        traits = {"region": draw(words(None, "north", "south")), "segment": draw(words(None, "smb"))}
        centre.add("customers", customer_id=customer, tier=draw(words(None, "elite", "standard")), **traits)
    centre.add("queues", queue_id="q1", queue=draw(words("Billing", "Late")), channel=draw(channels))
    if draw(st.booleans()):
        column = draw(words("cases.interaction_id", "interactions.case_id", "surveys.case_id"))
        centre.add("links", source=draw(sources), column=column, target_source=draw(sources))
    for source in draw(st.sets(sources, max_size=2)):
        centre.feeds.append(_feed(source, draw(moments)))
    for told in draw(st.lists(covered, max_size=4)):
        queue = told["queue"] and centre._code(told["queue"])
        centre.covered.append({**told, "queue": queue, "last": told["first"] + told["last"]})
    if draw(st.booleans()):
        centre.covers("interactions", "2025-02-27 00:00", "2025-04-30 00:00")
    return centre


def _feed(source, watermark):
    return Feed(source, "calls", ("interactions", "legs"), START, watermark, watermark, 1)


def _with_moments(row, begins):
    start = row.get(begins) if begins else None
    told = {}
    for name, value in row.items():
        moment = name in ("answered", "ended", "resolved", "left", "responded", "first_response", "first_resolved",
                          "last_resolved", "reopened", "closed", "merged", "deleted", "updated", "last_action")  # fmt: skip
        if not moment:
            told[name] = value
        elif value is not None:
            told[f"{name}_at"] = (START + DAY if start is None else start) + value
    return told


@st.composite
def questions(draw):
    """A store under one of the packs, as of a moment inside, and a window of its days."""
    centre, zone, pack = draw(centres()), draw(words(*ZONES)), draw(words(*PACKS))
    as_of = draw(moments | st.just(START + 40 * DAY))
    begin = draw(st.integers(0, DAYS))
    end = min(DAYS + 1, begin + draw(words(0, 0, 2, DAYS)))
    days = tuple(FIRST + timedelta(days=day) for day in (draw(words(0, begin)), end))
    first, last = draw(words(days, days, days, (date(2025, 3, 1), date(2025, 3, 31))))
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
