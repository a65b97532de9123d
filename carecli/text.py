"""The only door from data to a screen, a file or SQL text.

`clean` makes any value safe to write to a terminal; the rest says figures in words. It does not escape
markup: whoever draws a `Shown` uses a literal slot (`Content`, `Text`, `markup=False`).
A figure without data (None, NaN, a denominator of 0) is "-", never 0.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fractions import Fraction  # costs 5 ms at run time; any object with its two parts will do


class Shown(str):
    """Text that is safe on a terminal. Made only in this module, so a type checker can ask for it."""

    __slots__ = ()


NO_DATA: Final = Shown("-")
PROVISIONAL: Final = Shown("~")
STATUS: Final[dict[str, tuple[Shown, Shown]]] = {
    "ok": (Shown("●"), Shown("ok")),
    "risk": (Shown("◆"), Shown("risk")),
    "miss": (Shown("▲"), Shown("miss")),
    "below": (Shown("▽"), Shown("below band")),
    "none": (Shown("○"), Shown("no data")),
}
"""Glyph and word of each verdict; the colour is the theme's business."""

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

# Every character of the categories Cc, Cf and Cs but the two joiners, line and paragraph separators, blanks that
# take no room, and non-characters. A test compares the list with unicodedata.
_INVISIBLE: Final = (
    "\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e00ff"
)
_BROKEN: Final = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane << 16 | 0xFFFE)}-{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
_UNSAFE: Final = rf"\x00-\x1f\x7f-\x9f\u2028\u2029{_INVISIBLE}{_BROKEN}"
_JOINERS: Final = "\u200c\u200d"
_MARKS_IN_A_ROW: Final = 4

# Combining marks start at U+0300, so five such characters in a row are worth a second look, no more than that.
_SUSPECT: Final = re.compile(rf"[{_UNSAFE}]|[^\x00-\u02ff]{{{_MARKS_IN_A_ROW + 1}}}")
_UNSAFE_ONE: Final = re.compile(rf"\r\n|[{_UNSAFE}]")
_UNSEEN: Final = re.compile(rf"[{_INVISIBLE}{_JOINERS}\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_LINE_ENDS: Final = frozenset(("\n", "\r", "\r\n", "\x85", "\u2028", "\u2029"))


def clean(value: object, *, limit: int = 200) -> Shown:
    """The value as one line of at most `limit` characters that no terminal acts on. None is empty; idempotent."""
    text = value if isinstance(value, str) else "" if value is None else str(value)
    if len(text) > limit:
        text = text[: limit - 1] + "…"
    ordinary = text.isascii() and text.isprintable()
    if not ordinary and _SUSPECT.search(text):
        text = _few_marks(_UNSAFE_ONE.sub(_replacement, text))
    return text if isinstance(text, Shown) else Shown(text)


def _replacement(match: re.Match[str]) -> str:
    """What is shown in place of an unsafe character."""
    found = match.group()
    if found in _LINE_ENDS:
        return "↵"
    if found == "\t":
        return " "
    if found < " ":
        return chr(0x2400 + ord(found))
    return "\u2421" if found == "\x7f" else "\ufffd"


def _few_marks(text: str) -> str:
    """The text without the fifth and later of marks and joiners in a row: they would draw over other lines."""
    kept: list[str] = []
    row = 0
    for character in text:
        zero_width = character in _JOINERS or unicodedata.category(character) in ("Mn", "Me")
        row = row + 1 if zero_width else 0
        if row <= _MARKS_IN_A_ROW:
            kept.append(character)
    return "".join(kept)


def without_invisible(text: str) -> str:
    """The text without characters that take no room, joiners and variation selectors too: to match, not to show."""
    return text if text.isascii() else _UNSEEN.sub("", text)


def width(text: str) -> int:
    """Terminal cells the text takes (2 for a wide character, 0 for a combining one)."""
    from rich.cells import cell_len

    return cell_len(text)


def _half_up(numerator: int, denominator: int) -> int:
    """The nearest whole number, halves away from zero (requirements C0.1)."""
    nearest = (2 * abs(numerator) + denominator) // (2 * denominator)
    return nearest if numerator >= 0 else -nearest


def _decimal(numerator: int, denominator: int, digits: int) -> str:
    """The exact ratio with so many decimals: "-1,234.50"."""
    scaled = _half_up(numerator * 10**digits, denominator)
    whole, rest = divmod(abs(scaled), 10**digits)
    sign = "-" if scaled < 0 else ""
    return f"{sign}{whole:,}.{rest:0{digits}}" if digits else f"{sign}{whole:,}"


def _units(seconds: float | Fraction, unit: int) -> int:
    """Seconds as the nearest whole number of units; a float is taken at its exact value."""
    numerator, denominator = seconds.as_integer_ratio()
    return _half_up(numerator, denominator * unit)


def duration(seconds: float | Fraction | None) -> Shown:
    """A length of time for a board: "18 s", "1:52" (min:s), "3 h 12" (min), "9 d 4 h"; a rest of 0 is left out."""
    if seconds is None or not math.isfinite(seconds):
        return NO_DATA
    if _units(seconds, 1) < 0:
        return Shown(f"-{duration(-seconds)}")
    if (whole := _units(seconds, 1)) < MINUTE:
        return Shown(f"{whole} s")
    if whole < HOUR:
        return Shown(f"{whole // MINUTE}:{whole % MINUTE:02}")
    if (minutes := _units(seconds, MINUTE)) < DAY // MINUTE:
        return Shown(f"{minutes // 60} h {minutes % 60:02}".removesuffix(" 00"))
    hours = _units(seconds, HOUR)
    return Shown(f"{hours // 24} d {hours % 24} h".removesuffix(" 0 h"))


def clock_duration(seconds: float | Fraction | None) -> Shown:
    """A length of time as a running clock shows it, to the second: "0:18", "12:41", "3:12:05", "-0:30"."""
    if seconds is None or not math.isfinite(seconds):
        return NO_DATA
    whole = _units(seconds, 1)
    minutes, rest = divmod(abs(whole), MINUTE)
    clock = f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
    return Shown(f"-{clock}" if whole < 0 else clock)


def ago(seconds: float | None) -> Shown:
    """An age in its largest whole unit, rounded down: "9 s", "4 min", "31 h", "2 d" (hours up to 2 days)."""
    if seconds is None or not math.isfinite(seconds):
        return NO_DATA
    age = math.floor(abs(seconds))
    sign = "-" if seconds < 0 and age else ""
    if age < MINUTE:
        return Shown(f"{sign}{age} s")
    if age < HOUR:
        return Shown(f"{sign}{age // MINUTE} min")
    return Shown(f"{sign}{age // HOUR} h" if age < 2 * DAY else f"{sign}{age // DAY} d")


def percent(numerator: int, denominator: int, digits: int = 1) -> Shown:
    """A ratio of whole numbers in percent, rounded half up from the exact value: "79.6 %"."""
    if denominator <= 0:
        return NO_DATA
    return Shown(f"{_decimal(100 * numerator, denominator, digits)} %")


def percent_text(numerator: int, denominator: int, *, target: Fraction | None = None, digits: int = 1) -> Shown:
    """`percent`, with as many more digits as keep the text on the target's true side (C0.1): 79.96 % against 80 %.

    The target is a ratio, 80 % is Fraction(4, 5). A ratio that is exactly the target keeps its digits.
    """
    if target is not None and denominator > 0:
        while _hides_verdict(numerator, denominator, target, digits):
            digits += 1
    return percent(numerator, denominator, digits)


def _hides_verdict(numerator: int, denominator: int, target: Fraction, digits: int) -> bool:
    """Whether the rounded percentage meets or crosses a target that the exact ratio misses or passes."""
    exact = numerator * target.denominator - target.numerator * denominator
    scale = 100 * 10**digits
    shown = _half_up(numerator * scale, denominator) * target.denominator - target.numerator * scale
    return exact != 0 and exact * shown <= 0


def count(n: int | None) -> Shown:
    """A whole number with thousands apart: "8,412"."""
    return NO_DATA if n is None else Shown(f"{n:,}")


def signed(value: float | Fraction | None, digits: int = 0, unit: str = "") -> Shown:
    """A change: "+4.1 pp", "-3", "0" where it rounds to nothing. Give a Fraction where halves must be exact."""
    if value is None or not math.isfinite(value):
        return NO_DATA
    text = _decimal(*value.as_integer_ratio(), digits)
    plus = "+" if value > 0 and text.strip("0.") else ""
    return clean(f"{plus}{text} {unit}".rstrip())


def signed_duration(seconds: float | Fraction | None) -> Shown:
    """A change of a length of time: "+12 s", "-1:05", "0 s"."""
    text = duration(seconds)
    changed = seconds is not None and seconds > 0 and text not in ("0 s", NO_DATA)
    return Shown(f"+{text}") if changed else text


_BARS: Final = "▁▂▃▄▅▆▇█"
_MIDDLE_BAR: Final = "▄"


def spark(values: Sequence[float | None], low: float | None = None, high: float | None = None) -> Shown:
    """A line of bars from `low` to `high` (else the series' own range), values outside are cut; no value is a space.

    A series without a range is drawn in the middle: print its low and high beside it.
    """
    known = [value for value in values if value is not None and math.isfinite(value)]
    if not known:
        return Shown(" " * len(values))
    floor = min(known) if low is None else low
    ceiling = max(known) if high is None else high
    return Shown("".join(_bar(value, floor, ceiling) for value in values))


def _bar(value: float | None, floor: float, ceiling: float) -> str:
    if value is None or not math.isfinite(value):
        return " "
    if ceiling <= floor:
        return _MIDDLE_BAR
    share = (min(max(value, floor), ceiling) - floor) / (ceiling - floor)
    return _BARS[min(int(share * len(_BARS)), len(_BARS) - 1)]


_SLUG_BYTES: Final = 120
_UNFIT_FOR_A_NAME: Final = re.compile(r"[^\w.-]+")
_DEVICE_NAME: Final = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|\Z)", re.IGNORECASE)


def slug(name: str) -> Shown:
    """A part of a file name: letters, digits, "-", "_", ".", at most 120 bytes, no dot or dash at either end."""
    text = _UNFIT_FOR_A_NAME.sub("-", unicodedata.normalize("NFKC", name)).strip(".-")
    if _DEVICE_NAME.match(text):
        text = f"_{text}"
    text = text.encode()[:_SLUG_BYTES].decode(errors="ignore").strip(".-")
    return Shown(text or "unnamed")


def json_text(value: object) -> str:
    """JSON as printed: two blanks of indent, other scripts readable, no NaN, a final line end.

    What a terminal might act on (control and bidirectional characters, lone surrogates) is escaped, so nothing is lost.
    """
    import json

    def escaped(match: re.Match[str]) -> str:
        character = match.group()
        return character if character.isprintable() else json.dumps(character)[1:-1]

    return _NOT_PLAIN.sub(escaped, json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)) + "\n"


_NOT_PLAIN = re.compile(r"[^\n\x20-\x7e]")
