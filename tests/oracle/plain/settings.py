"""A care programme as plain values, read from its TOML file and those it extends with nothing of the product."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.oracle.plain.hours import Hours, hours_of

POLICY = Path(__file__).parents[3] / "carecli" / "policy"
UNITS = {"s": 1, "min": 60, "h": 3600}
DAY = 86_400


def _values(path):
    """A file with what it extends underneath: tables key by key, anything else replaced."""
    own = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=str)
    base = own.pop("extends", None)
    return own if base is None else _merged(_values(_file(base)), own)


def _file(name):
    return POLICY / "definitions.toml" if name == "definitions" else POLICY / "packs" / f"{name}.toml"


def _merged(base, own):
    merged = dict(base)
    for key, value in own.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        merged[key] = _merged(base[key], value) if both else value
    return {key: value for key, value in merged.items() if not (value is False and isinstance(base.get(key), dict))}


def seconds(text):
    """`4 h` in seconds."""
    number, unit = text.split()
    return Fraction(number) * UNITS[unit]


class Settings:
    """`settings["reopen"]["days"]` is a value as it is written; the methods say what several of them mean together."""

    def __init__(self, pack, zone):
        path = pack if isinstance(pack, Path) else _file(pack)
        self.pack, self.values, self.zone = pack, _values(path), zone
        self.calendars = {name: hours_of(told, zone) for name, told in self.values["calendars"].items()}
        self.always = Hours(zone, {day: [(0, 1440)] for day in range(7)})

    def __getitem__(self, key):
        return self.values[key]

    def milliseconds(self, table, key):
        return int(seconds(self.values[table][key]) * 1000)

    def repeat_seconds(self):
        return self.values["outcomes"]["repeat_days"] * DAY

    def class_of(self, dimension, issue_type):
        """The class of an issue type, whose names compare without case and punctuation; None where it has none."""
        for value, types in self.values["classes"][dimension].items():
            if issue_type is not None and _bare(issue_type) in map(_bare, types):
                return value
        return None

    def level(self, channel):
        """The service level promised in a channel, None where none is."""
        return self.values["service_level"].get(channel)

    def opening_hours(self, queue):
        queues = self.values["queues"]
        return self.calendars[queues["calendars"].get(queue, queues["default_calendar"])]

    def clock_hours(self, clock, queue):
        """The hours a clock runs in: `elapsed`, `coverage` or `business`."""
        business = self.values["clocks"]["business_calendar"]
        if clock == "elapsed":
            return self.always
        return self.opening_hours(queue) if clock == "coverage" or business == "queue" else self.calendars[business]

    def no_touch_end(self, start, queue):
        """The last moment of the no-touch window: X times 24 hours, or X business days."""
        days = self.values["fcr"]["days"]
        if self.values["fcr"]["unit"] == "days":
            return start + days * DAY
        hours = self.clock_hours("business", queue)
        if self.values["clocks"]["business_days"] == "end-of-day":
            return hours.close_of_open_day(start, days)
        return hours.due(start, days * hours.open_day())


def _bare(name):
    return re.sub(r"[^0-9a-z]+", "-", name.casefold()).strip("-")


def instant(day, clock_time, zone):
    """Epoch seconds of a local time."""
    return int(datetime.combine(day, clock_time, ZoneInfo(zone)).timestamp())


def local(at, zone):
    return datetime.fromtimestamp(at, ZoneInfo(zone))


def midnights(first: date, last: date, zone):
    """The two ends of a window of local dates, both included."""
    return instant(first, time(), zone), instant(last + timedelta(days=1), time(), zone)
