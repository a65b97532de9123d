"""Points in time as the systems write them: other spellings are turned into ISO 8601, which `cells.as_time` reads.

A date such as `03/04/2025` means nothing by itself: whether the day or the month comes first is decided for the whole
file, by a date that proves it (`evidence`) or by the user, and never guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from carecli.sources.cells import as_present, as_time
from carecli.sources.records import BadCell, Order

_MONTHS_BY_LANGUAGE = (
    "jan feb mar apr may jun jul aug sep oct nov dec",
    "ene feb mar abr may jun jul ago sep oct nov dic",
    "jan feb mär apr mai jun jul aug sep okt nov dez",
    "jan fév mar avr mai jui jul aoû sep oct nov déc",
    "jan fev mar abr mai jun jul ago set out nov dez",
    "gen feb mar apr mag giu lug ago set ott nov dic",
    "jan feb mrt apr mei jun jul aug sep okt nov dec",
)
MONTHS = {name: place for names in _MONTHS_BY_LANGUAGE for place, name in enumerate(names.split(), start=1)}
MONTHS |= {"january": 1, "february": 2, "march": 3, "april": 4, "june": 6, "july": 7, "august": 8, "september": 9}
MONTHS |= {"october": 10, "november": 11, "december": 12, "sept": 9, "janv": 1, "févr": 2, "mars": 3, "avril": 4}
MONTHS |= {"juin": 6, "juil": 7, "août": 8, "märz": 3, "juni": 6, "juli": 7}

_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,9})?)?"
_HALF = r"(?:\s?(?P<half>[AaPp])\.?\s?[Mm]\.?)?"
_OFFSET = r"(?:\s?(?P<offset>Z|UTC|GMT|[+-]\d\d:?\d\d))?"
_TIME = rf"(?:(?:,?\s+|T){_CLOCK}{_HALF}{_OFFSET})?"
_WEEKDAY = r"(?:[^\W\d]{2,12}\.?,?\s+)?"

NUMERIC = re.compile(rf"(?P<first>\d{{1,2}})([/.-])(?P<next>\d{{1,2}})\2(?P<year>\d{{4}}|\d\d){_TIME}")
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})([/.-])(?P<month>\d{{1,2}})\2(?P<day>\d{{1,2}}){_TIME}")
_DAY_MONTH = re.compile(
    rf"{_WEEKDAY}(?P<day>\d{{1,2}})[\s./-]+(?P<month>[^\W\d]{{3,10}})\.?[\s./-]+(?P<year>\d{{4}}|\d\d){_TIME}"
)
_MONTH_DAY = re.compile(rf"{_WEEKDAY}(?P<month>[^\W\d]{{3,10}})\.?\s+(?P<day>\d{{1,2}}),?\s+(?P<year>\d{{4}}){_TIME}")
_COMPACT = {
    "yyyymmdd": re.compile(rf"(?P<year>\d{{4}})(?P<month>\d\d)(?P<day>\d\d){_TIME}"),
    "mmddyyyy": re.compile(rf"(?P<month>\d\d)(?P<day>\d\d)(?P<year>\d{{4}}){_TIME}"),
    "ddmmyyyy": re.compile(rf"(?P<day>\d\d)(?P<month>\d\d)(?P<year>\d{{4}}){_TIME}"),
    "yymmdd": re.compile(rf"(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d){_TIME}"),
}
_SPELLINGS = (_YEAR_FIRST, _DAY_MONTH, _MONTH_DAY)
_EXPECTED = "a date and time, such as 2025-03-10 09:00"


def as_moment(
    cell: object, column: str, zone: ZoneInfo | None, order: Order | None = None, compact: str | None = None
) -> int | None:
    """Epoch seconds of a point in time in any spelling of this module or of `cells.as_time`; None where it is missing.

    `order` is the file's order of numeric dates; `compact` names the form of dates without separators. Raises
    `BadCell`: `ambiguous-date` where the order matters and isn't known.
    """
    text = as_present(cell, column)
    if text is None:
        return None
    spelling = _COMPACT[compact].fullmatch(text) if compact else None
    if spelling is None and _is_plain(text):
        return as_time(text, column, zone)
    if spelling is None and (numeric := NUMERIC.fullmatch(text)):
        return as_time(_numeric_iso(numeric, text, column, order), column, zone)
    spelling = spelling or next((found for form in _SPELLINGS if (found := form.fullmatch(text))), None)
    if spelling is None:
        raise BadCell("not-a-time", column, text, _EXPECTED)
    month = spelling["month"].casefold().rstrip(".")
    number = int(month) if month.isdecimal() else MONTHS.get(month) or MONTHS.get(month[:3])
    if number is None:
        raise BadCell("not-a-time", column, text, _EXPECTED)
    return as_time(_iso(spelling, spelling["year"], number, int(spelling["day"])), column, zone)


def _is_plain(text: str) -> bool:
    """ISO 8601 or epoch, whose reader is fast; a time of day in halves, or with an hour of one digit, isn't."""
    return (text[4:5] == "-" and text[12:13] != ":" and text[-1:] not in "mM.") or text.replace(".", "", 1).isdecimal()


def _numeric_iso(match: re.Match[str], text: str, column: str, order: Order | None) -> str:
    first, then = int(match["first"]), int(match["next"])
    proven = _proven(match)
    if order is None and first != then and proven is None:
        expected = "a date whose order the file proves; say it with --dates dmy or --dates mdy"
        raise BadCell("ambiguous-date", column, text, expected)
    day, month = (first, then) if (order or proven or "dmy") == "dmy" else (then, first)
    return _iso(match, match["year"], month, day)


def _iso(match: re.Match[str], year: str, month: int, day: int) -> str:
    century = "20" if len(year) == 2 else ""
    date = f"{century}{year}-{month:02d}-{day:02d}"
    if match["hour"] is None:
        return date
    hour = int(match["hour"])
    if half := match["half"]:
        hour = _of_halves(hour, afternoon=half in "pP")
    offset = match["offset"] or ""
    return f"{date} {hour:02d}:{match['minute']}:{match['second'] or '00'}{'Z' if offset in ('UTC', 'GMT') else offset}"


def _of_halves(hour: int, *, afternoon: bool) -> int:
    """The hour of the day; 24 or more, which no clock shows, where it contradicts its half. `13:05 PM` does not."""
    if hour > 12:
        return hour if afternoon else hour + 24
    return hour % 12 + (12 if afternoon else 0)


def _proven(match: re.Match[str]) -> Order | None:
    first, then = int(match["first"]), int(match["next"])
    if first > 12 >= then:
        return "dmy"
    if then > 12 >= first:
        return "mdy"
    return "dmy" if "." in match[0][:6] else None


def evidence(cells: Iterable[object]) -> Order | None:
    """The order that one of the cells proves: a day above 12, or dots, which nobody writes with the month first."""
    for cell in cells:
        if isinstance(cell, str) and 6 <= len(cell) <= 40 and (match := NUMERIC.fullmatch(cell.strip())):
            proven = _proven(match)
            if proven is not None:
                return proven
    return None
