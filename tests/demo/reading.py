"""Reads the written files back, by nothing but their formats."""

from __future__ import annotations

import csv
import gzip
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any


def text_of(path: Path) -> str:
    """A file's text, unpacked where it is packed."""
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")


def at(text: str) -> datetime:
    """A time of any of these files: ISO with offset or Z, or Talkdesk's UTC without a mark."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@dataclass
class Exports:
    folder: Path

    def _json(self, pattern: str, wrapper: str) -> list[dict[str, Any]]:
        paths = sorted(self.folder.glob(pattern), key=lambda path: (len(path.name), path.name))
        return [row for path in paths for row in json.loads(text_of(path))[wrapper]]

    def table(self, pattern: str) -> list[dict[str, str]]:
        paths = sorted(self.folder.glob(pattern))
        return [row for path in paths for row in csv.DictReader(io.StringIO(text_of(path)))]

    @cached_property
    def legs(self) -> list[dict[str, Any]]:
        return self._json("talkdesk/*", "entries")

    @cached_property
    def inbound(self) -> list[dict[str, Any]]:
        return [leg for leg in self.legs if leg["direction"] == "IN"]

    @cached_property
    def ticket_records(self) -> list[dict[str, Any]]:
        return self._json("zendesk/tickets-*", "tickets")

    @cached_property
    def tickets(self) -> dict[int, dict[str, Any]]:
        return {record["id"]: record for record in self.ticket_records}

    @cached_property
    def metrics(self) -> list[dict[str, Any]]:
        return self._json("zendesk/ticket_metrics-*", "ticket_metrics")

    @cached_property
    def metric_events(self) -> list[dict[str, Any]]:
        return self._json("zendesk/ticket_metric_events-*", "ticket_metric_events")

    @cached_property
    def audits(self) -> list[dict[str, Any]]:
        return self._json("zendesk/ticket_audits-*", "audits")

    @cached_property
    def ratings(self) -> list[dict[str, Any]]:
        return self._json("zendesk/satisfaction_ratings-*", "satisfaction_ratings")

    @cached_property
    def chats(self) -> list[dict[str, str]]:
        return self.table("chat/*")

    @cached_property
    def logs(self) -> list[list[list[str]]]:
        """The queue_log files, the oldest first, as lists of fields."""
        paths = sorted(self.folder.glob("asterisk/*"), key=lambda path: path.name, reverse=True)
        return [[line.split("|") for line in text_of(path).splitlines()] for path in paths]
