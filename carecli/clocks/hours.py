"""Weekly opening hours: `Mon-Fri 09:00-18:00` as data, checked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import time

from carecli.clocks.wall_time import MIDNIGHT

Hours = tuple[tuple[time, time], ...]
"""The open blocks of one weekday in local time; an end of 00:00 means 24:00."""

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LINE = re.compile(r"(?P<first>[A-Z][a-z]{2})(-(?P<last>[A-Z][a-z]{2}))? (?P<blocks>[0-9:, -]+)")
_BLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-(?:(24):(00)|([01]\d|2[0-3]):([0-5]\d))")
EXPECTED = "days and blocks such as 'Mon-Fri 09:00-12:00, 13:00-18:00' (an end of 24:00 is allowed)"


def weekly_hours(lines: Iterable[str]) -> dict[int, Hours]:
    """Hours by weekday (Monday=0) from lines such as `Mon-Fri 09:00-18:00`; ValueError names a line without sense."""
    weekly: dict[int, Hours] = {}
    for line in lines:
        blocks = _blocks(line)
        for weekday in _weekdays(line):
            weekly[weekday] = tuple(sorted((*weekly.get(weekday, ()), *blocks)))
    check_weekly(weekly)
    return weekly


def check_weekly(weekly: Mapping[int, Hours]) -> None:
    """ValueError where hours are missing, unsorted, overlapping or end before they start."""
    if not any(weekly.values()):
        raise ValueError("a calendar needs at least one open block a week")
    for weekday, hours in weekly.items():
        if weekday not in range(7):
            raise ValueError(f"weekday {weekday!r}: Monday is 0 and Sunday is 6")
        _check_day(hours)


def day_length(hours: Hours) -> int:
    """Open seconds of a day by the clock."""
    return sum(_closing_second(closing) - _second_of_day(opening) for opening, closing in hours)


def _check_day(hours: Hours) -> None:
    busy_until = 0
    for opening, closing in hours:
        block = f"{opening:%H:%M}-{closing:%H:%M}"
        if _second_of_day(opening) >= _closing_second(closing):
            raise ValueError(f"{block} does not end after it starts: split it at 24:00")
        if _second_of_day(opening) < busy_until:
            raise ValueError(f"{block} overlaps the block before it")
        busy_until = _closing_second(closing)


def _weekdays(line: str) -> range:
    match = _LINE.fullmatch(line)
    first = match and match["first"]
    last = match and (match["last"] or first)
    if first not in WEEKDAYS or last not in WEEKDAYS or WEEKDAYS.index(first) > WEEKDAYS.index(last):
        raise ValueError(f"{line!r}: expected {EXPECTED}")
    return range(WEEKDAYS.index(first), WEEKDAYS.index(last) + 1)


def _blocks(line: str) -> Hours:
    blocks = line.partition(" ")[2].split(",")
    matches = [_BLOCK.fullmatch(block.strip()) for block in blocks]
    if not all(matches):
        raise ValueError(f"{line!r}: expected {EXPECTED}")
    return tuple(_block(match) for match in matches if match)


def _block(match: re.Match[str]) -> tuple[time, time]:
    closing = MIDNIGHT if match[3] else time(int(match[5]), int(match[6]))
    return time(int(match[1]), int(match[2])), closing


def _second_of_day(clock_time: time) -> int:
    return clock_time.hour * 3600 + clock_time.minute * 60 + clock_time.second


def _closing_second(closing: time) -> int:
    return _second_of_day(closing) or 86_400
