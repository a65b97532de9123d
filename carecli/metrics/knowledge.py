"""Whether a number can be known in a window at all, and whether it can still change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from carecli.clocks.wall_time import instant, local_date
from carecli.metrics.coverage import ASYNCHRONOUS
from carecli.metrics.facts import Facts
from carecli.metrics.measures import Metric
from carecli.metrics.windows import Window

OF_CASES = ("cases", "case_events")


@dataclass(frozen=True, slots=True)
class Known:
    """`reason` says why nothing is known, `partly` what part is; `covered` counts days."""

    reason: str | None
    partly: str | None
    provisional: bool
    covered: int


@dataclass(frozen=True)
class Knowledge:
    """What is known of a metric in a window, by channel, queue (codes) and day."""

    facts: Facts
    metric: Metric
    window: Window
    _held: dict[tuple[int | None, int | None, date | None], Known] = field(default_factory=dict, repr=False)

    @cached_property
    def today(self) -> date:
        """The local day of `as_of`."""
        return local_date(self.facts.as_of, ZoneInfo(self.window.zone))

    def of(self, channel: int | None, queue: int | None, day: date | None = None) -> Known:
        """None of a channel or queue is all of them; a day narrows the window to it."""
        key = (channel, queue if self.facts.coverage.by_queue else None, day)
        if key not in self._held:
            self._held[key] = self._of(*key[:2], self.window.dates if day is None else (day,))
        return self._held[key]

    def _of(self, channel: int | None, queue: int | None, dates: Sequence[date]) -> Known:
        coverage, needs = self.facts.coverage, self.metric.needs
        begun = [day for day in dates if day <= self.today]
        if self.metric.time is None:
            covered = sum(coverage.begun(needs, day, channel, queue) for day in begun[-1:])
            wanted = 1
        else:
            covered, wanted = coverage.days_covered(needs, begun, channel, queue), len(begun)
        partly = f"covers {covered} of {wanted} days" if covered < wanted else None
        reason = self._nothing_known(coverage.imported(needs, channel, queue), bool(begun), covered)
        return Known(reason, partly, self._provisional(channel, dates[-1]), covered)

    def _nothing_known(self, imported: bool, begun: bool, covered: int) -> str | None:
        if not imported:
            return f"no data: needs {self.metric.needs[0]}"
        if not begun:
            return "not begun"
        if self.metric.table == "legs" and self.metric.time is None:
            now = self.window.first <= self.facts.as_of < self.window.last
            return None if now else "known only of now"
        return None if covered else "not covered"

    def _provisional(self, channel: int | None, last: date) -> bool:
        """True until the last day is stabilised: the pack's settling time of the next day has come (C0.10), and every
        feed that the metric is made of reaches past the day's end.
        """
        zone = ZoneInfo(self.window.zone)
        following = last + timedelta(days=1)
        settled = instant(following, self.facts.pack.settling, zone)
        end = instant(following, self.facts.pack.settling.min, zone)
        return self.facts.as_of < settled or any(mark < end for mark in self._watermarks(channel))

    def _watermarks(self, channel: int | None) -> list[int]:
        live = self.metric.table == "legs" and channel is not None and channel not in ASYNCHRONOUS
        tables = {table for table in self.metric.sources if not (live and table in OF_CASES)}
        return [feed.watermark for feed in self.facts.snapshot.feeds if tables & set(feed.tables)]
