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
    days: int
    """The days of the window that have begun."""


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
        begun = [day for day in dates if day <= self.today]
        covered, partly = self._covered(self.metric.needs, begun, channel, queue)
        reason = self._never_imported(channel, queue)
        if reason is None and self.metric.months:
            reason, partly = self._no_months(channel, queue, dates), None
        elif reason is None:
            beside, partly_beside = self._covered(self.metric.beside, begun, channel, queue)
            reason = self._not_covered(bool(begun), covered, beside)
            partly = self._both(partly, partly_beside)
        return Known(reason, partly, self._provisional(channel, dates[-1]), covered, len(begun))

    def _covered(
        self, needs: Sequence[str], begun: Sequence[date], channel: int | None, queue: int | None
    ) -> tuple[int, str | None]:
        """How many of the days are covered, and a note where not all are; of a stock its last day alone counts."""
        coverage = self.facts.coverage
        if not needs:
            return len(begun), None
        if self.metric.time is None:
            covered = sum(coverage.begun(needs, day, channel, queue) for day in begun[-1:])
            wanted = 1
        else:
            covered, wanted = coverage.days_covered(needs, begun, channel, queue), len(begun)
        return covered, f"covers {covered} of {wanted} days" if covered < wanted else None

    def _both(self, partly: str | None, beside: str | None) -> str | None:
        """What part is known of each kind of rows; the first is named only where there are two."""
        if not self.metric.beside:
            return partly
        feeds = ((self.metric.needs[0], partly), (self.metric.beside[0], beside))
        return "; ".join(f"{feed} {note}" for feed, note in feeds if note) or None

    def _never_imported(self, channel: int | None, queue: int | None) -> str | None:
        for needs in (self.metric.needs, self.metric.beside):
            if needs and not self.facts.coverage.imported(needs, channel, queue):
                return f"no data: needs {needs[0]}"
        return None

    def _not_covered(self, begun: bool, covered: int, beside: int) -> str | None:
        if not begun:
            return "not begun"
        if self.metric.window == "now":
            now = self.window.first <= self.facts.as_of < self.window.last
            return None if now else "known only of now"
        if not covered:
            return "not covered"
        return None if beside else f"{self.metric.beside[0]} not covered"

    def _no_months(self, channel: int | None, queue: int | None, dates: Sequence[date]) -> str | None:
        """Why a metric of whole months has no value: half of a month's costs is no cost of half a month."""
        following = dates[-1] + timedelta(days=1)
        if dates[0].day != 1 or following.day != 1:
            return "only of whole months"
        if following > self.today:
            return f"{dates[-1]:%Y-%m} is not over"
        coverage = self.facts.coverage
        for first in (day for day in dates if day.day == 1):
            if not coverage.covers(self.metric.needs, first, channel, queue):
                return f"no {self.metric.needs[0]} of {first:%Y-%m}"
        opened = coverage.calendar.open_days(dates[0], dates[-1])
        known = coverage.days_covered(self.metric.beside, opened, channel, queue)
        beside = self.metric.beside[0]
        return f"{beside} cover {known} of {len(opened)} open days" if known < len(opened) else None

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
