"""One figure in words: its value, status, target and change. Every rendering prints a figure this way."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from carecli.boards.board import Moment
from carecli.metrics.figure import Figure
from carecli.text import (
    NO_DATA,
    PROVISIONAL,
    STATUS,
    Shown,
    clean,
    count,
    duration,
    percent,
    percent_text,
    signed,
    signed_duration,
)

SHORT_NOTE = re.compile(r"n=\d+ \(<\d+\)|^>\d+ d\b")
"""A note that stands in place of its value: `n=29 (<30)` (R31), `>90 d` between incidents (R66)."""

_PERCENT_RANGE = re.compile(r"(?:(\d+(?:\.\d+)?)-)?(\d+(?:\.\d+)?) %")
_MONEY_RANGE = re.compile(r"(?:(\d+(?:\.\d+)?)-)?(\d+(?:\.\d+)?) [A-Z]{3}\b")
_MOST_DIGITS = 6


def value_text(figure: Figure) -> Shown:
    """The value in its unit; `n=29 (<30)` where n is too small, `-` where there is no data."""
    if figure.value is None:
        short = SHORT_NOTE.search(figure.note or "")
        return clean(short.group()) if short else clean(NO_DATA)
    match figure.unit:
        case "ratio":
            return _ratio_text(figure, figure.value)
        case "seconds":
            return duration(figure.value)
        case "points":
            return signed(figure.value)
        case "money":
            return money_text(figure, figure.value)
    return _number_text(figure.value, figure.unit, figure.currency)


def money_text(figure: Figure, value: float) -> Shown:
    """Half up to cents, with as many more digits as keep it on the true side of every bound of its target (C0.1)."""
    exact = _exact_number(figure, value)
    targets = [Fraction(number) for pair in _MONEY_RANGE.findall(figure.target or "") for number in pair if number]
    digits = 2
    while digits < _MOST_DIGITS and any(_hides(exact, target, digits) for target in targets):
        digits += 1
    return _money(exact, digits, figure.currency)


def _money(exact: Fraction, digits: int, currency: str | None) -> Shown:
    rounded = _half_up(exact, digits)
    amount = Decimal(rounded.numerator) / Decimal(rounded.denominator)
    return clean(f"{amount:,.{digits}f} {currency or ''}".rstrip())


def _half_up(exact: Fraction, digits: int) -> Fraction:
    """Rounded to so many digits, halves away from zero."""
    size = 10**digits
    whole = int(abs(exact) * size + Fraction(1, 2))
    return Fraction(whole if exact >= 0 else -whole, size)


def _hides(exact: Fraction, target: Fraction, digits: int) -> bool:
    """Whether rounding puts it on the bound, or across it."""
    return exact != target and (exact - target) * (_half_up(exact, digits) - target) <= 0


def _exact_number(figure: Figure, value: float) -> Fraction:
    """A ratio as its parts make it, anything else as the shortest decimal that is its float."""
    if figure.numerator is None or not figure.denominator:
        return Fraction(Decimal(repr(value)))
    numerator, denominator = (Fraction(Decimal(repr(part))) for part in (figure.numerator, figure.denominator))
    return numerator / denominator


def _number_text(value: float, unit: str, currency: str | None) -> Shown:
    """Money and votes with two digits, days and numbers a hundred with one (R66, R54), what is counted without."""
    match unit:
        case "money":
            return _money(Fraction(Decimal(repr(value))), 2, currency)
        case "score":
            return clean(f"{value:.2f}")
        case "days":
            return clean(f"{value:.1f} d")
        case "per_100":
            return clean(f"{value:,.1f} per 100")
    return count(round(value))


def _ratio_text(figure: Figure, value: float) -> Shown:
    """In per cent, with as many digits as keep it on the true side of every bound of its target (C0.1)."""
    numerator, denominator = _exact(figure, value)
    texts = [percent_text(numerator, denominator, target=bound) for bound in bounds(figure.target)]
    return max(texts, key=len, default=percent(numerator, denominator))


def _exact(figure: Figure, value: float) -> tuple[int, int]:
    parts = (figure.numerator, figure.denominator)
    if all(part is not None and float(part).is_integer() for part in parts) and figure.denominator:
        return int(figure.numerator or 0), int(figure.denominator)
    exact = Fraction(value)
    return exact.numerator, exact.denominator


def bounds(target: str | None) -> list[Fraction]:
    """The shares that a target in words names: `80 % in 20 s` -> 4/5; `<=5-8 %` -> 1/20 and 2/25."""
    found = (number for pair in _PERCENT_RANGE.findall(target or "") for number in pair if number)
    return [Fraction(number) / 100 for number in found]


def status_text(figure: Figure) -> Shown:
    """Glyph and word: `● ok`; empty where the figure has no target, `○ no data` where it has no value."""
    name = "none" if figure.value is None else figure.status
    return clean(" ".join(STATUS[name])) if name else clean("")


def glyph(figure: Figure) -> Shown:
    """The status as one character; a space where there is none to give."""
    return clean(STATUS[figure.status][0] if figure.status and figure.value is not None else " ")


def marked_value(figure: Figure) -> Shown:
    """`▲ 71.4 % ~`: status glyph, value, and a mark where it is provisional."""
    mark = f" {PROVISIONAL}" if figure.provisional and figure.value is not None else ""
    return clean(f"{glyph(figure)} {value_text(figure)}{mark}".strip())


def change_text(figure: Figure, before: Figure | None) -> Shown:
    """The change on the days before: `+4.1 pp`, `-3 s`, `+18`; empty where either is unknown."""
    if before is None or figure.value is None or before.value is None or figure.currency != before.currency:
        return clean("")
    match figure.unit:
        case "ratio":
            return signed(100 * (_fraction(figure) - _fraction(before)), 1, "pp")
        case "seconds":
            return signed_duration(_fraction(figure) - _fraction(before))
        case "money" | "score":
            return signed(_fraction(figure) - _fraction(before), 2, figure.currency or "")
        case "days" | "per_100":
            unit = "d" if figure.unit == "days" else ""
            return signed(_fraction(figure) - _fraction(before), 1, unit)
    return signed(_fraction(figure) - _fraction(before))


def _fraction(figure: Figure) -> Fraction:
    assert figure.value is not None
    return Fraction(*_exact(figure, figure.value)) if figure.unit == "ratio" else Fraction(figure.value)


def plain_value(value: float | None, unit: str) -> Shown:
    """A value without a figure around it, such as one day of a trend."""
    if value is None:
        return clean(NO_DATA)
    if unit == "ratio":
        return percent(*value.as_integer_ratio())
    return duration(value) if unit == "seconds" else _number_text(value, unit, None)


def day_text(at: datetime) -> Shown:
    """`Tue 13 May 2025`, in English whatever the system's locale."""
    return clean(f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {at.year}")


def moment_text(at: datetime) -> Shown:
    """`Tue 13 May 2025 08:45`; the zone is that of the datetime and is printed once a page."""
    return clean(f"{day_text(at)} {time_text(at)}")


def short_moment_text(at: datetime) -> Shown:
    """`Tue 13 May 08:45`."""
    return clean(f"{_DAYS[at.weekday()]} {at.day} {_MONTHS[at.month - 1]} {time_text(at)}")


def time_text(at: datetime) -> Shown:
    """`08:45`."""
    return clean(f"{at.hour:02}:{at.minute:02}")


_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def scope_words(moment: Moment) -> Shown:
    """What an annotation is about: the value of its dimension, `Billing` of `queue=Billing`."""
    return clean(moment.scope.partition("=")[2] or moment.scope)
