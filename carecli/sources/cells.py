"""One cell to one value in the store's units, or `BadCell` with a reason.

Every parser takes a cell as it came (text, or a JSON scalar whose number was kept as text) and its column's name for
the message. None means that the cell says nothing. A unit belongs to a column and is never guessed from a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC as UTC_OFFSET
from datetime import datetime, timedelta, timezone
from decimal import ROUND_HALF_UP, Decimal
from math import floor, isfinite
from zoneinfo import ZoneInfo

from carecli.sources.records import BadCell
from carecli.tables import EPOCH_YEAR_2000, TEN_YEARS_MS

UTC = ZoneInfo("UTC")
EPOCH_YEAR_2100 = 4_102_444_800
LONGEST_CELL_BYTES = 64 * 1024
LARGEST_WHOLE = 2**63 - 1

MISSING = frozenset({"", "-", "--", "none", "null", "nan%", "infinity%"})
"""Words that mean "nothing here", in lower case; never 0."""
_LONGEST_MISSING = max(map(len, MISSING))

UNITS: Mapping[str, int] = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000, "day-fraction": 86_400_000}
"""Milliseconds in one unit of a duration column."""

_FLAGS = {"true": True, "yes": True, "1": True, "t": True, "false": False, "no": False, "0": False, "f": False}
_NUMBER = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)
_WHOLE = re.compile(r"([+-]?\d{1,40})(?:\.0*)?", re.ASCII)
_CLOCK = re.compile(r"(-?)(?:(\d{1,5}) days?,? )?(\d{1,9}):([0-5]\d):([0-5]\d(?:[.,]\d{1,9})?)", re.ASCII)
_DAMAGED = re.compile(r"\d(?:[.,]\d+)?[eE]\+\d+", re.ASCII)
_EPOCH = re.compile(r"\d{1,20}(?:\.\d{1,9})?", re.ASCII)
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?)?"
    r" ?(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?",
    re.ASCII,
)


def is_missing(cell: object) -> bool:
    """Whether the cell says nothing: empty, or one of the words of `MISSING`."""
    return cell is None or (isinstance(cell, str) and cell.strip().lower() in MISSING)


def as_text(cell: object, column: str) -> str | None:
    """Text without blanks around it; only an empty cell is None, for `-` and `None` may be somebody's words."""
    text = cell.strip() if isinstance(cell, str) else _scalar_text(cell, column)
    if not text.isascii() or len(text) > LONGEST_CELL_BYTES:
        _check_length(text, column)
    if "\0" in text:
        raise BadCell("nul-byte", column, text[:80], "text without NUL")
    return text or None


def _scalar_text(cell: object, column: str) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, int | float):
        return str(cell)
    raise BadCell("nested-value", column, type(cell).__name__, "one value")


def _check_length(text: str, column: str) -> None:
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError:
        raise BadCell("lone-surrogate", column, ascii(text[:80]), "valid Unicode") from None
    if size > LONGEST_CELL_BYTES:
        raise BadCell("cell-too-long", column, f"{size} bytes", f"at most {LONGEST_CELL_BYTES} bytes")


def as_present(cell: object, column: str) -> str | None:
    """As `as_text`, and the words of `MISSING` are None too."""
    text = as_text(cell, column)
    return None if text is None or (len(text) <= _LONGEST_MISSING and text.lower() in MISSING) else text


def as_optional_id(cell: object, column: str) -> str | None:
    """An id as it came (`00042` stays), or None; what a spreadsheet made of a long id is refused."""
    text = as_present(cell, column)
    if text is not None and "+" in text and _DAMAGED.fullmatch(text):
        raise BadCell("id-damaged", column, text, "the id in full: a spreadsheet has rounded it")
    return text


def as_id(cell: object, column: str) -> str:
    """An id that must be there."""
    text = as_optional_id(cell, column)
    if text is None:
        raise BadCell("missing-id", column, cell, "an id")
    return text


def as_number(cell: object, column: str) -> float | None:
    """A finite number."""
    text = as_present(cell, column)
    return None if text is None else float(_number_text(text, column))


def _number_text(text: str, column: str) -> str:
    if not _NUMBER.fullmatch(text):
        if "," in text and _NUMBER.fullmatch(text.replace(",", "")):
            raise BadCell("ambiguous-decimal", column, text, "a number without thousands separators, with a point")
        raise BadCell("not-a-number", column, text, "a number")
    if not isfinite(float(text)):
        raise BadCell("not-a-number", column, text, "a finite number")
    return text


def as_whole(cell: object, column: str) -> int | None:
    """A whole number of 64 bits; `12.0` counts as 12."""
    text = as_present(cell, column)
    if text is None:
        return None
    match = _WHOLE.fullmatch(text)
    if not match:
        raise BadCell("not-a-whole-number", column, text, "a whole number")
    whole = int(match[1])
    if abs(whole) > LARGEST_WHOLE:
        raise BadCell("whole-out-of-range", column, text, "a whole number of 64 bits")
    return whole


def as_flag(cell: object, column: str) -> bool | None:
    """true/false, yes/no, 1/0, t/f in any case."""
    text = as_present(cell, column)
    if text is None:
        return None
    flag = _FLAGS.get(text.lower())
    if flag is None:
        raise BadCell("not-a-flag", column, text, "true or false")
    return flag


def as_code(cell: object, column: str, codes: Sequence[str]) -> str | None:
    """One of `codes`, whatever its case; blanks and hyphens count as underscores."""
    text = as_present(cell, column)
    if text is None:
        return None
    code = text.lower().replace(" ", "_").replace("-", "_")
    if code not in codes:
        raise BadCell("unknown-code", column, text, f"one of {', '.join(codes)}")
    return code


def as_duration_ms(cell: object, column: str, unit: str = "s") -> int | None:
    """Milliseconds, half up, of a decimal number in `unit` (a key of `UNITS`) or of `h:mm:ss`; 0 to ten years."""
    text = as_present(cell, column)
    if text is None:
        return None
    if ":" in text:
        milliseconds = _clock_ms(text, column)
    elif text.isdecimal() and text.isascii() and len(text) < 15:
        milliseconds = int(text) * UNITS[unit]
    else:
        exact = Decimal(_number_text(text, column)) * UNITS[unit]
        milliseconds = int(exact.to_integral_value(ROUND_HALF_UP))
    if milliseconds < 0:
        raise BadCell("negative-duration", column, text, "a duration of 0 or more")
    if milliseconds > TEN_YEARS_MS:
        raise BadCell("duration-out-of-range", column, text, "a duration of at most ten years")
    return milliseconds


def _clock_ms(text: str, column: str) -> int:
    match = _CLOCK.fullmatch(text)
    if not match:
        raise BadCell("not-a-duration", column, text, "h:mm:ss or a number")
    sign, days, hours, minutes, seconds = match.groups()
    whole_ms = (int(days or 0) * 24 + int(hours)) * 3_600_000 + int(minutes) * 60_000
    parts_ms = int((Decimal(seconds.replace(",", ".")) * 1000).to_integral_value(ROUND_HALF_UP))
    return -(whole_ms + parts_ms) if sign else whole_ms + parts_ms


def as_time(cell: object, column: str, zone: ZoneInfo | None) -> int | None:
    """Epoch seconds, rounded down, of ISO 8601 text or of epoch seconds, milliseconds or microseconds.

    `zone` is the zone of local times; None refuses them. A local time that never was (a clock change) is refused, of
    one that was twice the earlier is taken. A date alone is its first moment. Years 2000 to 2099.
    """
    text = as_present(cell, column)
    if text is None:
        return None
    if text[4:5] == "-":
        seconds = _iso_seconds(text, column, zone)
    elif _EPOCH.fullmatch(text):
        seconds = _epoch_seconds(text)
    else:
        raise BadCell("not-a-time", column, text, "YYYY-MM-DD HH:MM:SS with an offset, or epoch seconds")
    if not EPOCH_YEAR_2000 <= seconds < EPOCH_YEAR_2100:
        raise BadCell("time-out-of-range", column, text, "a time in the years 2000 to 2099")
    return seconds


def as_day(cell: object, column: str) -> int | None:
    """Epoch seconds of a date at midnight UTC; for dates that belong to no zone, such as a first day at work."""
    return as_time(cell, column, UTC)


def _epoch_seconds(text: str) -> int:
    whole = int(text.partition(".")[0])
    if whole > 100_000_000_000_000:
        return whole // 1_000_000
    return whole // 1_000 if whole > 100_000_000_000 else whole


def _iso_seconds(text: str, column: str, zone: ZoneInfo | None) -> int:
    try:
        moment = _iso_moment(text)
        if moment.tzinfo is not None:
            return floor(moment.timestamp())
    except (ValueError, OverflowError):
        raise BadCell("not-a-time", column, text, "YYYY-MM-DD HH:MM:SS with an offset, or epoch seconds") from None
    if zone is None:
        raise BadCell("no-time-zone", column, text, "an offset or Z; or say the file's zone with --tz")
    return _local_seconds(moment.replace(microsecond=0), text, column, zone)


def _iso_moment(text: str) -> datetime:
    """`datetime.fromisoformat` does the usual spellings fast, but takes a few that are no timestamps."""
    if text[5:6] in ("0", "1") and text[10:11] in ("T", " ") and text[13:14] == ":":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    match = _ISO.fullmatch(text)
    if not match:
        raise ValueError(text)
    year, month, day, hour, minute, second, offset = match.groups()
    zone = _offset(offset) if offset else None
    return datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0), tzinfo=zone)


def _offset(text: str) -> timezone:
    if text[0] not in "+-":
        return UTC_OFFSET
    digits = text[1:].replace(":", "")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-span if text[0] == "-" else span)


def _local_seconds(local: datetime, text: str, column: str, zone: ZoneInfo) -> int:
    if not 1999 <= local.year <= 2100:
        raise BadCell("time-out-of-range", column, text, "a time in the years 2000 to 2099")
    aware = local.replace(tzinfo=zone)
    if zone is UTC:
        return int(aware.timestamp())
    instant = aware.astimezone(UTC_OFFSET)
    if instant.astimezone(zone).replace(tzinfo=None) != local:
        raise BadCell("no-such-local-time", column, text, f"a time that was on the clocks of {zone.key}")
    return int(instant.timestamp())
