"""From a local date and time of day to the instant, and back."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)


def instant(day: date, clock_time: time, zone: ZoneInfo) -> int:
    """Epoch seconds of a local time; where it occurs twice the first, where it is skipped the moment of the change."""
    local = datetime.combine(day, clock_time)
    epoch = int(local.replace(tzinfo=zone).timestamp())
    if wall_time(epoch, zone) == local:
        return epoch
    return _clock_change(int(local.replace(tzinfo=zone, fold=1).timestamp()), epoch, zone)


def end_of_day(day: date, zone: ZoneInfo) -> int:
    """Epoch seconds of 24:00 local."""
    return instant(day + timedelta(days=1), MIDNIGHT, zone)


def wall_time(epoch: int, zone: ZoneInfo) -> datetime:
    """The local date and time of an instant, without zone."""
    return datetime.fromtimestamp(epoch, zone).replace(tzinfo=None, fold=0)


def local_date(epoch: int, zone: ZoneInfo) -> date:
    """The local date of an instant."""
    return datetime.fromtimestamp(epoch, zone).date()


def _clock_change(before: int, after: int, zone: ZoneInfo) -> int:
    """The first second of the new offset; `before` still has the old one, `after` the new one."""
    old = datetime.fromtimestamp(before, zone).utcoffset()
    while after - before > 1:
        middle = (before + after) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
