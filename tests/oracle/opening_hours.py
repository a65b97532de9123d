"""Monday to Friday 09:00-18:00 in Berlin, reckoned day by day."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
SATURDAY = 5


def moment(text: str) -> int:
    """Epoch seconds of a time in Berlin such as `2025-05-13T08:45`."""
    return int(datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp())


def local_day(at: int) -> str:
    return datetime.fromtimestamp(at, BERLIN).date().isoformat()


def open_milliseconds(start: int, end: int) -> int:
    """Open time between two instants."""
    day, last, total = datetime.fromtimestamp(start, BERLIN).date(), datetime.fromtimestamp(end, BERLIN).date(), 0
    while day <= last:
        if day.weekday() < SATURDAY:
            opens, closes = (int(datetime.combine(day, time(hour), BERLIN).timestamp()) for hour in (9, 18))
            total += max(0, min(end, closes) - max(start, opens))
        day += timedelta(days=1)
    return total * 1000
