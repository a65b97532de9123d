"""The cases behind a number, oldest first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from carecli.boards.board import CaseLine, CasesBoard
from carecli.boards.days import day_label
from carecli.boards.header import header_of, local_time
from carecli.boards.slices import Where
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.frames import frame
from carecli.metrics.states import status_at
from carecli.metrics.windows import Window, parse_window
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot
from carecli.tables import CASE_STATUSES

MOST = 500
Row = Mapping[str, Any]
"""A case under canonical names: codes and names as text, times in epoch seconds, beside `id` and `source`."""


def oldest_first(snapshot: Snapshot, case_ids: Sequence[int], limit: int = MOST) -> list[int]:
    """The store ids to read for a list of cases: the oldest by creation, at most `limit`."""
    cases = frame(snapshot, "cases").filter(pl.col("id").is_in(list(case_ids)))
    return cases.sort("created_at", "id")["id"].head(limit).to_list()


def cases_board(
    snapshot: Snapshot,
    pack: Pack,
    rows: Sequence[Row],
    *,
    as_of: int,
    zone: str,
    count: int | None = None,
    breadcrumb: Sequence[str] = (),
    where: Where | None = None,
) -> CasesBoard:
    """The cases of `rows` as of `as_of` (epoch seconds), oldest first; `count` is how many there are, None for all."""
    today = parse_window("today", as_of, zone)
    facts = build_facts(snapshot, pack, as_of, zone)
    acts = last_acts(facts, today)
    ordered = sorted(rows, key=lambda row: (row["created_at"], row["id"]))[:MOST]
    known = statuses(facts, [row["id"] for row in ordered])
    return CasesBoard(
        header=header_of(
            snapshot,
            pack,
            board="cases",
            title="Cases",
            window=today,
            as_of=as_of,
            where=where or {},
            label=f"now, {day_label(today.dates[0])}",
        ),
        breadcrumb=tuple(breadcrumb),
        count=len(rows) if count is None else count,
        cases=tuple(case_line(snapshot, row, acts, known, as_of, zone) for row in ordered),
    )


def last_acts(facts: Facts, today: Window) -> dict[int, tuple[int, bool]]:
    """For each open case its last act of an agent or the customer (epoch seconds), and whether it is stale (R23)."""
    rows = facts.open_cases(today).select("row", "acted_at", "stale")
    return {row: (acted_at, bool(stale)) for row, acted_at, stale in rows.iter_rows()}


def statuses(facts: Facts, case_ids: Sequence[int]) -> dict[int, str]:
    """The status of cases as of the facts' instant, by store id."""
    asked = pl.DataFrame({"case": list(case_ids)}, schema={"case": pl.Int64})
    known = status_at(facts.timeline, asked.with_columns(pl.lit(facts.as_of, pl.Int64).alias("instant")))
    return {case: CASE_STATUSES[status - 1] for case, status in known.select("case", "status").iter_rows()}


def case_line(
    snapshot: Snapshot,
    row: Row,
    acts: Mapping[int, tuple[int, bool]],
    known: Mapping[int, str],
    as_of: int,
    zone: str,
) -> CaseLine:
    """One case; a case that is not open has no age of its last act and is never stale. `known` has its status then."""
    acted_at, stale = acts.get(row["id"], (None, False))
    return CaseLine(
        row_id=row["id"],
        source=row["source"],
        case_id=row["case_id"],
        subject=row.get("subject"),
        queue=row.get("queue"),
        channel=row.get("channel"),
        status=known.get(row["id"], row.get("status")),
        priority=row.get("priority"),
        assignee=agent_name(snapshot, row.get("assignee_id")),
        created_at=local_time(row["created_at"], zone),
        age_sec=max(0, as_of - row["created_at"]),
        last_action_sec=None if acted_at is None else as_of - acted_at,
        stale=stale,
        url=row.get("url"),
    )


def slice_names(snapshot: Snapshot, where: Mapping[str, str | None]) -> tuple[str | None, ...]:
    """The values of a slice as they are shown: an agent by name."""
    return tuple(agent_name(snapshot, value) if name == "agent" else value for name, value in where.items())


def agent_name(snapshot: Snapshot, agent_id: str | None) -> str | None:
    """The name to show for an agent; the id where none is known."""
    code = snapshot.codes.get(agent_id) if agent_id is not None else None
    return snapshot.agents.get(code, agent_id) if code is not None else agent_id
