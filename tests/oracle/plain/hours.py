"""Opening hours, reckoned day by day and second by second."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


class Hours:
    """`weekly` maps Monday=0 to blocks of minutes of the day; 1440 is 24:00."""

    def __init__(self, zone, weekly, closed=()):
        self.zone, self.weekly, self.closed = ZoneInfo(zone), weekly, frozenset(closed)

    def blocks(self, day):
        """The open blocks of a local date, [open, close) in epoch seconds."""
        told = () if day in self.closed else self.weekly.get(day.weekday(), ())
        return [(self._instant(day, opening), self._instant(day, closing)) for opening, closing in told]

    def open_seconds(self, start, end):
        """Open time from `start` to `end`; below 0 the other way round."""
        if end < start:
            return -self.open_seconds(end, start)
        day, last, total = self.day(start), self.day(end), 0
        while day <= last:
            total += sum(max(0, min(end, closing) - max(start, opening)) for opening, closing in self.blocks(day))
            day += timedelta(days=1)
        return total

    def is_open(self, at):
        return any(opening <= at < closing for opening, closing in self.blocks(self.day(at)))

    def due(self, start, budget):
        """The first moment with that much open time behind it."""
        day, left = self.day(start), budget
        while True:
            for opening, closing in self.blocks(day):
                begin = max(start, opening)
                if begin < closing:
                    if left <= closing - begin:
                        return begin + left
                    left -= closing - begin
            day += timedelta(days=1)

    def close_of_open_day(self, start, count):
        """When the `count`-th open day after that of `start` closes."""
        day = self.day(start)
        while count:
            day += timedelta(days=1)
            count -= bool(self.blocks(day))
        return self.blocks(day)[-1][1]

    def last_close(self, end):
        """The last closing up to a moment; None where there was none for a month."""
        day = self.day(end)
        for _ in range(31):
            closings = [closing for _, closing in self.blocks(day) if closing <= end]
            if closings:
                return max(closings)
            day -= timedelta(days=1)
        return None

    def open_day(self):
        """Seconds of an open day by the clock, which are the same on every open day."""
        days = (blocks for blocks in self.weekly.values() if blocks)
        (minutes,) = {sum(closing - opening for opening, closing in blocks) for blocks in days}
        return minutes * 60

    def day(self, at):
        return datetime.fromtimestamp(at, self.zone).date()

    def _instant(self, day, minute):
        local = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
        return int(local.replace(tzinfo=self.zone).timestamp())


def hours_of(told, zone):
    """A calendar of a pack: `hours = ["Mon-Fri 09:00-12:00, 13:00-18:00"]`, `closed` dates."""
    weekly = {}
    for line in told["hours"]:
        days, blocks = line.split(" ", 1)
        first, _, last = days.partition("-")
        for day in range(WEEKDAYS.index(first), WEEKDAYS.index(last or first) + 1):
            weekly[day] = [tuple(map(_minute, block.strip().split("-"))) for block in blocks.split(",")]
    return Hours(told.get("zone", zone), weekly, told.get("closed", ()))


def _minute(clock_time):
    hour, minute = clock_time.split(":")
    return int(hour) * 60 + int(minute)
