"""The store as its readable views show it, read with the standard library alone, and how its rows belong together."""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from datetime import datetime
from pathlib import Path
from typing import Any

Row = dict[str, Any]
KEYS = {
    "interactions": ("interaction_id",),
    "legs": ("interaction_id", "leg_id"),
    "cases": ("case_id",),
    "case_events": ("event_id",),
    "surveys": ("survey_id",),
}


class Views:
    """Rows by table and natural id (`source/key`), as `explain` names them; each row knows its `table`.

    Times are epoch seconds, durations whole milliseconds.
    """

    def __init__(self, store: Path) -> None:
        connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
        try:
            self.rows = {table: _by_id(connection, table, keys) for table, keys in KEYS.items()}
            self._canonical = _canonical(connection)
        finally:
            connection.close()
        self._owner = {(row["source"], row["interaction_id"]): row for row in self.all("interactions")}
        self._events = defaultdict(list)
        for event in sorted(self.all("case_events"), key=lambda event: (event["at"], event["id"])):
            self._events[event["source"], event["case_id"]].append(event)
        self._opened = self._cases_by_contact()

    def all(self, table: str) -> list[Row]:
        return list(self.rows[table].values())

    def listed(self, told: Row) -> list[Row]:
        """The rows of an `ids` list of `explain`, of one table or of several."""
        parts = told.get("parts", [told] if told["table"] else [])
        return [self.rows[part["table"]][each] for part in parts for each in part["ids"]]

    def queue(self, row: Row) -> str | None:
        return self._canonical.get(("queue", row["source"], row["queue"]), row["queue"])

    def customer(self, row: Row) -> str | None:
        return self._canonical.get(("customer", row["source"], row["customer_id"]), row["customer_id"])

    def contact_of(self, leg: Row) -> Row:
        """The interaction that a leg is a part of."""
        return self._owner[leg["source"], leg["interaction_id"]]

    def events(self, case: Row) -> list[Row]:
        """In order of time."""
        return self._events[case["source"], case["case_id"]]

    def case_of(self, row: Row) -> Row | None:
        """The case a row belongs to: itself, the one it names, or the one that names it as its first contact."""
        if row["table"] == "cases":
            return row
        named = self.rows["cases"].get(f"{row['source']}/{row['case_id']}") if row["case_id"] else None
        contact = row.get("interaction_id")
        return named or (self._opened.get((row["source"], contact)) if contact else None)

    def _cases_by_contact(self) -> dict[tuple[str, str], Row]:
        """A helpdesk without calls of its own speaks of the only call of that id in any system."""
        ids = Counter(row["interaction_id"] for row in self.all("interactions"))
        holders = {row["interaction_id"]: row["source"] for row in self.all("interactions")}
        return {
            (holders[case["interaction_id"]], case["interaction_id"]): case
            for case in self.all("cases")
            if ids[case["interaction_id"]] == 1
        }


def _by_id(connection: sqlite3.Connection, table: str, keys: tuple[str, ...]) -> dict[str, Row]:
    cursor = connection.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in cursor.description]
    rows = [{"table": table, **dict(map(_plain, names, values))} for values in cursor]
    return {"/".join((row["source"], *(row[key] for key in keys))): row for row in rows}


def _plain(name: str, value: Any) -> tuple[str, Any]:
    if value is not None and (name == "at" or name.endswith("_at")):
        return name, int(datetime.fromisoformat(value).timestamp())
    if value is not None and name.endswith("_sec"):
        return name.removesuffix("_sec") + "_ms", round(value * 1000)
    return (name.removesuffix("_sec") + "_ms", None) if name.endswith("_sec") else (name, value)


def _canonical(connection: sqlite3.Connection) -> dict[tuple[str, str, str], str]:
    """(kind, source, id) -> the name shared by all systems."""
    names = {
        ("queue", source, queue_id): queue
        for source, queue_id, queue in connection.execute("SELECT source, queue_id, queue FROM queues")
    }
    identities = connection.execute("SELECT kind, source, external_id, canonical FROM identities")
    return names | {(kind, source, external): canonical for kind, source, external, canonical in identities}
