"""Small snapshots for the tests: rows with names and words, times as local text or seconds after `START`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from carecli.metrics.evaluate import explain, figures
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.frames import TYPES
from carecli.metrics.windows import parse_window
from carecli.policy.pack import Pack, load_pack
from carecli.store.snapshot import COVERAGE_SCHEMA, Feed, Snapshot
from carecli.tables import CHANNELS, table_named

BERLIN = "Europe/Berlin"
TALLY = load_pack("tally", zone=BERLIN)


def at(text: str, zone: str = BERLIN) -> int:
    """Epoch seconds of a local time."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp())


def pack_with(folder: Path, text: str) -> Pack:
    """The tally with some keys of its own."""
    path = folder / "own.toml"
    path.write_text(f'extends = "tally"\nid = "own"\ntitle = "Own"\n{text}\n', encoding="utf-8")
    return load_pack(str(path), zone=BERLIN)


@dataclass
class Centre:
    """Collects rows and makes a snapshot of them; each table and channel with rows is covered from first to last."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    covered: list[dict[str, Any]] = field(default_factory=list)
    feeds: list[Feed] = field(default_factory=list)
    finished_only: bool = False
    next_id: int = 0

    def add(self, table: str, **values: Any) -> int:
        """One row; returns its store id. Strings of time columns are local times."""
        self.next_id += 1
        row = {"id": self.next_id, "source": "demo", **values}
        for key in table_named(table).key:
            row.setdefault(key, f"{table}-{self.next_id}")
        self.rows.setdefault(table, []).append(row)
        return self.next_id

    def contact(self, started_at: Any = "2025-05-13 10:00", **values: Any) -> int:
        """An inbound call, answered unless said otherwise."""
        told = {"channel": "voice", "direction": "inbound", "outcome": "answered", "queue": "Billing", **values}
        return self.add("interactions", started_at=started_at, **told)

    def call(self, wait_ms: int, started_at: Any = "2025-05-13 10:00", length: int = 300, **values: Any) -> int:
        """A call answered after a wait, or abandoned after it."""
        start = at(started_at) if isinstance(started_at, str) else started_at
        answered = values.get("outcome", "answered") == "answered"
        told = {
            "queue_time_ms": wait_ms,
            "answered_at": start + wait_ms // 1000 if answered else None,
            "ended_at": start + (length if answered else wait_ms // 1000),
            **values,
        }
        return self.contact(start, **told)

    def case(self, created_at: Any = "2025-05-12 09:00", **values: Any) -> int:
        told = {"channel": "email", "queue": "Refunds", "status": "open", **values}
        return self.add("cases", created_at=created_at, **told)

    def covers(self, table: str, first: str, last: str, **values: Any) -> None:
        """Coverage beside that of the rows, in local times."""
        self.covered.append({"table": table, "first": at(first), "last": at(last), **values})

    def snapshot(self) -> Snapshot:
        frames = {table: self._frame(table, rows) for table, rows in self.rows.items()}
        coverage = [*self._coverage(), *self.covered]
        names = {"source": "demo", "channel": None, "queue": None, "finished_only": int(self.finished_only)}
        full = [{**names, **row} for row in coverage]
        for row in full:
            row["source"] = self._code(row["source"])
        frame = pl.DataFrame(full, schema=COVERAGE_SCHEMA)
        return Snapshot(frames, {code: name for name, code in self.names.items()}, frame, tuple(self.feeds))

    def facts(self, as_of: str, pack: Pack = TALLY, zone: str = BERLIN) -> Facts:
        return build_facts(self.snapshot(), pack, at(as_of, zone), zone)

    def _frame(self, table: str, rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
        columns = {column.stored: column for column in table_named(table).columns}
        schema = {name: TYPES[column.sql_type] for name, column in columns.items()}
        told = [{name: self._stored(columns.get(name), value) for name, value in row.items()} for row in rows]
        return pl.DataFrame(told, schema={"id": pl.Int64, "source": pl.Int64, **schema})

    def _stored(self, column: Any, value: Any) -> Any:
        if value is None or column is None:
            return self._code(value) if isinstance(value, str) else value
        if column.kind == "name":
            return self._code(value)
        if column.kind == "code":
            return column.codes.index(value) + 1
        if column.kind == "time":
            return at(value) if isinstance(value, str) else value
        return value

    def _code(self, name: str) -> int:
        return self.names.setdefault(name, len(self.names) + 1)

    def _coverage(self) -> list[dict[str, Any]]:
        found = []
        for table, rows in self.rows.items():
            column = table_named(table).time
            times: dict[int | None, list[int]] = {}
            for row in rows if column else ():
                channel = CHANNELS.index(row["channel"]) + 1 if row.get("channel") else None
                if column and (moment := row.get(column)) is not None:
                    times.setdefault(channel, []).append(at(moment) if isinstance(moment, str) else moment)
            for channel, moments in times.items():
                found.append({"table": table, "channel": channel, "first": min(moments), "last": max(moments)})
        return found


def figure(facts: Facts, metric: str, window: str = "today", **arguments: Any) -> Any:
    """The only figure of a metric in a window."""
    (only,) = figures(facts, [metric], window=window_of(facts, window), **arguments)
    return only


def slices(facts: Facts, metric: str, *by: str, window: str = "today", **arguments: Any) -> dict[Any, Any]:
    """The figures of a metric by one dimension's values, or by tuples of several."""
    found = figures(facts, [metric], window=window_of(facts, window), by=by, **arguments)
    return {next(iter(each.by.values())) if len(by) == 1 else tuple(each.by.values()): each for each in found}


def explained(facts: Facts, metric: str, window: str = "today", **arguments: Any) -> Any:
    return explain(facts, metric, window=window_of(facts, window), **arguments)


def window_of(facts: Facts, text: str) -> Any:
    return parse_window(text, facts.as_of, facts.zone)
