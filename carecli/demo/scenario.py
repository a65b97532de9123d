"""What is simulated: the period, the seed, and the planted events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from random import Random

from carecli.demo.opening import OpenTime, day_of, days, epoch, opening

WARM_UP_DAYS = 9
"""Live channels run this long before the period, so that repeat contacts are in balance when it begins."""
TICKET_WARM_UP_DAYS = 49
"""Cases start this long before the period, so that the first day already has an aged backlog."""
STUCK_REFUND_DAYS = (16, 7)
"""Refund cases created between so many days before the end are likely to hang at the payment provider."""


@dataclass(frozen=True)
class Scenario:
    """`start` is the first local day, `end` the instant (epoch seconds) at which everybody exports."""

    seed: int
    start: date
    end: int

    @classmethod
    def of(cls, seed: int, start: date, end: datetime) -> Scenario:
        if end.tzinfo is None:
            raise ValueError("end must carry a time zone")
        return cls(seed, start, int(end.timestamp()))

    def stream(self, name: str) -> Random:
        """Random numbers of one subsystem; the others' draws never shift them."""
        return Random(f"{self.seed}:{name}")

    @cached_property
    def last_day(self) -> date:
        return day_of(self.end)

    @cached_property
    def from_epoch(self) -> int:
        return epoch(self.start)

    @cached_property
    def live_days(self) -> list[date]:
        return days(self.start - timedelta(days=WARM_UP_DAYS), self.last_day)

    @cached_property
    def ticket_days(self) -> list[date]:
        return days(self.start - timedelta(days=TICKET_WARM_UP_DAYS), self.last_day)

    @cached_property
    def open_time(self) -> OpenTime:
        """Open time over the period, the warm-up before it and two quarters after it."""
        first = self.start - timedelta(days=TICKET_WARM_UP_DAYS + 7)
        return OpenTime(first, self.last_day + timedelta(days=183))

    @cached_property
    def incident_day(self) -> date:
        """The last open Monday that was over before the end."""
        day = self.last_day - timedelta(days=1)
        while day.weekday() != 0 or opening(day) is None:
            day -= timedelta(days=1)
        return day

    @cached_property
    def incident(self) -> tuple[int, int]:
        """Billing voice has more calls between these instants."""
        return epoch(self.incident_day, 14), epoch(self.incident_day, 16, 30)

    @cached_property
    def absence_day(self) -> date:
        """The open weekday, 13 days before the incident or a little earlier, on which two Tech agents are missing."""
        day = self.incident_day - timedelta(days=13)
        while day.weekday() > 4 or opening(day) is None:
            day -= timedelta(days=1)
        return day

    @cached_property
    def stuck_refunds(self) -> tuple[int, int]:
        early, late = STUCK_REFUND_DAYS
        return self.end - early * 86400, self.end - late * 86400
