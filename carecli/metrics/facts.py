"""The facts of a snapshot, made once and used by every figure."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from carecli.metrics.business import business
from carecli.metrics.business_coverage import with_business
from carecli.metrics.concurrency import with_shares
from carecli.metrics.contacts import contacts
from carecli.metrics.costs import costs
from carecli.metrics.coverage import Coverage
from carecli.metrics.incidents import incidents
from carecli.metrics.legs import legs
from carecli.metrics.open_cases import instants, open_cases
from carecli.metrics.outcomes import outcomes
from carecli.metrics.promises import promises
from carecli.metrics.promises_answers import first_answers
from carecli.metrics.promises_callbacks import callbacks
from carecli.metrics.promises_exceptions import clocked_cases
from carecli.metrics.promises_log import CaseLog, events_in_words, log_of
from carecli.metrics.promises_offers import callback_offers
from carecli.metrics.records import Records, records_of
from carecli.metrics.resolutions import closures, created_cases, resolutions
from carecli.metrics.service_health import service_health
from carecli.metrics.states import states
from carecli.metrics.surveys import surveys
from carecli.metrics.traits import Traits, traits_of
from carecli.metrics.windows import Window
from carecli.policy.pack import Pack
from carecli.policy.precedence import promise_keys
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

    @cached_property
    def coverage(self) -> Coverage:
        return with_business(self.records)

    @cached_property
    def traits(self) -> Traits:
        return traits_of(self.snapshot, self.pack)

    @cached_property
    def timeline(self) -> pl.DataFrame:
        return states(self.records)

    @cached_property
    def contacts(self) -> pl.DataFrame:
        return contacts(self.records, self.timeline)

    @cached_property
    def legs(self) -> pl.DataFrame:
        return with_shares(legs(self.records, self.contacts, self.timeline))

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
    def outcomes(self) -> pl.DataFrame:
        return outcomes(self.records, self.timeline)

    @cached_property
    def service_health(self) -> pl.DataFrame:
        return service_health(self.records)

    @cached_property
    def surveys(self) -> pl.DataFrame:
        return surveys(self.records)

    @cached_property
    def costs(self) -> pl.DataFrame:
        return costs(self.records, self.resolutions, self.contacts, self.legs, self.zone)

    @cached_property
    def business(self) -> pl.DataFrame:
        return business(self.records, self.contacts, self.timeline, self.zone)

    @cached_property
    def incidents(self) -> pl.DataFrame:
        return incidents(self.records)

    @cached_property
    def case_log(self) -> CaseLog:
        """What the events of all cases tell their clocks."""
        return log_of(self.pack, events_in_words(self.records))

    @cached_property
    def promises(self) -> pl.DataFrame:
        """Every clock with a budget; `promises.py` says what its columns mean."""
        return promises(self.records, self.contacts, self.legs, self.case_log)

    @cached_property
    def promise_words(self) -> tuple[str, ...]:
        """The pack keys that the column `promise` of the promises numbers, the first as 1."""
        return promise_keys(self.pack)

    @cached_property
    def first_answers(self) -> pl.DataFrame:
        return first_answers(self.records, self.case_log)

    @cached_property
    def callbacks(self) -> pl.DataFrame:
        return callbacks(self.records)

    @cached_property
    def callback_offers(self) -> pl.DataFrame:
        return callback_offers(self.records, self.legs)

    def open_cases(self, window: Window, *, daily: bool = False) -> pl.DataFrame:
        """The stock of open cases at the end of a window, or of each of its days."""
        key = (window.label, window.zone, daily)
        if key not in self._stocks:
            self._stocks[key] = open_cases(self.records, self.timeline, instants(self.records, window, daily=daily))
        return self._stocks[key]

    def rows(self, name: str, window: Window, *, daily: bool = False) -> pl.DataFrame:
        """The frame of that name; the stock of open cases and the cases with a clock depend on the window."""
        if name == "open_cases":
            return self.open_cases(window, daily=daily)
        if name == "clocked_cases":
            return clocked_cases(self.records, self.promises, self.case_log, window)
        made: pl.DataFrame = getattr(self, name)
        return made


def build_facts(snapshot: Snapshot, pack: Pack, as_of: int, zone: str) -> Facts:
    """Facts as of an instant (epoch seconds, included), with local days of `zone`."""
    return Facts(snapshot, pack, as_of, zone)
