"""The facts of a snapshot, made once and used by every figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from carecli.metrics.contacts import contacts
from carecli.metrics.coverage import Coverage
from carecli.metrics.legs import legs
from carecli.metrics.open_cases import instants, open_cases
from carecli.metrics.records import Records, records_of
from carecli.metrics.resolutions import closures, created_cases, resolutions
from carecli.metrics.states import states
from carecli.metrics.surveys import surveys
from carecli.metrics.windows import Window
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot


@dataclass(frozen=True, eq=False)
class Facts:
    """Frames of facts as of an instant, each made when it is first asked for.

    Every frame has `table` (a place in `contacts.TABLES`), `row` (the store id), integer dimensions and 0/1 flags.
    """

    snapshot: Snapshot
    pack: Pack
    as_of: int
    zone: str
    _stocks: dict[tuple[str, str, bool], pl.DataFrame] = field(default_factory=dict, repr=False)

    @cached_property
    def records(self) -> Records:
        return records_of(self.snapshot, self.pack, self.as_of, self.zone)

    @property
    def coverage(self) -> Coverage:
        return self.records.coverage

    @cached_property
    def timeline(self) -> pl.DataFrame:
        return states(self.records)

    @cached_property
    def contacts(self) -> pl.DataFrame:
        return contacts(self.records, self.timeline)

    @cached_property
    def legs(self) -> pl.DataFrame:
        return legs(self.records, self.contacts, self.timeline)

    @cached_property
    def resolutions(self) -> pl.DataFrame:
        return resolutions(self.records, self.contacts)

    @cached_property
    def closures(self) -> pl.DataFrame:
        return closures(self.records)

    @cached_property
    def cases(self) -> pl.DataFrame:
        return created_cases(self.records)

    @cached_property
    def surveys(self) -> pl.DataFrame:
        return surveys(self.records)

    def open_cases(self, window: Window, *, daily: bool = False) -> pl.DataFrame:
        """The stock of open cases at the end of a window, or of each of its days."""
        key = (window.label, window.zone, daily)
        if key not in self._stocks:
            self._stocks[key] = open_cases(self.records, self.timeline, instants(self.records, window, daily=daily))
        return self._stocks[key]

    def rows(self, name: str, window: Window, *, daily: bool = False) -> pl.DataFrame:
        """The frame of that name; only the stock of open cases depends on the window."""
        if name == "open_cases":
            return self.open_cases(window, daily=daily)
        made: pl.DataFrame = getattr(self, name)
        return made


def build_facts(snapshot: Snapshot, pack: Pack, as_of: int, zone: str) -> Facts:
    """Facts as of an instant (epoch seconds, included), with local days of `zone`."""
    return Facts(snapshot, pack, as_of, zone)
