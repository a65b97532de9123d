"""How long each class of data is kept, and the clocks of privacy (C7)."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from carecli.policy.section import Section

CLASSES = ("transcripts", "recordings", "interactions", "aggregates", "audit_log")
_PERIOD = re.compile(r"(?P<count>[1-9]\d{0,3}) (?P<unit>days|months)")


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of calendar time, in whole days or whole months (exactly one is above 0)."""

    days: int = 0
    months: int = 0

    def before(self, day: date) -> date:
        """The date this long before `day`; a month that lacks the day ends on its last."""
        if self.days:
            return day - timedelta(days=self.days)
        year, month = divmod(day.year * 12 + day.month - 1 - self.months, 12)
        return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))

    def __str__(self) -> str:
        return f"{self.days} days" if self.days else f"{self.months} months"


@dataclass(frozen=True, slots=True)
class Retention:
    """Periods by class of data. A class without one is kept: the document sets no end (X13)."""

    keep: Mapping[str, Period]
    erasure_days: int | None
    """Requests for access or erasure are closed in this time (R269)."""

    def cutoff(self, kind: str, as_of: date) -> date | None:
        """Data of a class from before this local date is to go; None where it is kept."""
        period = self.keep.get(kind)
        return None if period is None else period.before(as_of)


def read_retention(section: Section) -> Retention:
    with section:
        return Retention(
            {kind: _read_period(section, kind) for kind in CLASSES if section.has(kind)},
            section.maybe("erasure_days", lambda key: section.whole(key, 1, 365)),
        )


def _read_period(section: Section, key: str) -> Period:
    written = section.raw(key)
    if not isinstance(written, str) or not (match := _PERIOD.fullmatch(written)):
        raise section.problem(key, "a period such as '90 days' or '13 months'")
    count = int(match["count"])
    return Period(days=count) if match["unit"] == "days" else Period(months=count)
