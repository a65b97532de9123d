"""Alert rules of a pack: a figure that stays beyond a level for a time (R57, R168, R307)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal

from carecli.policy.amounts import amount, decimal_text
from carecli.policy.section import Section

Beyond = Literal["above", "at_least", "below", "at_most"]
"""`above` and `below` leave the level itself out (C0.2)."""

SIGNS: Mapping[Beyond, str] = {"above": ">", "at_least": ">=", "below": "<", "at_most": "<="}
UPWARD: tuple[Beyond, ...] = ("above", "at_least")
DAY = 86_400
SECONDS: Mapping[str, int] = {"s": 1, "min": 60, "h": 3600, "d": DAY}
SHORTEST = 60
_DAYS = re.compile(r"([1-9]\d{0,2}) ?d(?:ays?)?")
_CLEARS: Mapping[bool, Beyond] = {True: "below", False: "above"}


@dataclass(frozen=True, slots=True)
class Level:
    """A level as it is written. `unit` is `%`, a unit of time, `points`, a currency, or empty for a bare number."""

    number: Fraction
    unit: str = ""

    @property
    def size(self) -> Fraction:
        """The number in the smallest unit of its kind: seconds of a time, the share of a percentage."""
        return self.number / 100 if self.unit == "%" else self.number * SECONDS.get(self.unit, 1)

    def __str__(self) -> str:
        return f"{decimal_text(self.number)} {self.unit}".rstrip()


@dataclass(frozen=True, slots=True)
class Limit:
    """One side of a level: `above 8 %`."""

    beyond: Beyond
    level: Level

    def __str__(self) -> str:
        return f"{SIGNS[self.beyond]} {self.level}"


@dataclass(frozen=True, slots=True)
class Alert:
    """An alarm's condition, and when it begins and ends. Times are seconds.

    A figure is read every `every` seconds; with `window_days` it is read once a day over so many local days, without
    them over the `every` seconds themselves. The alarm begins at the end of the reading that completes `sustained`.
    """

    metric: str
    limit: Limit
    sustained: int
    every: int
    window_days: int | None = None
    where: Mapping[str, str] = field(default_factory=dict)
    clear: Limit | None = None
    """Where a reading is calm again; None where any reading is that isn't beyond the limit."""
    clears_after: int = 1
    """So many calm readings in a row end the alarm."""
    minimum_n: int = 0
    """A reading that rests on fewer rows says nothing."""

    @property
    def level(self) -> Fraction:
        return self.limit.level.number

    @property
    def above(self) -> bool:
        """Whether only a figure above the level counts, the level itself not."""
        return self.limit.beyond == "above"

    @property
    def in_a_row(self) -> int:
        return self.sustained // self.every


def read_alert(section: Section) -> Alert:
    """One table of `[alerts]`. PackError for a level, a rhythm or an end that makes no sense."""
    with section:
        metric, limit, where = section.text("metric"), _read_limit(section), _read_where(section)
        clear = _read_clear(section, limit)
        clears_after = section.maybe("clears_after", lambda key: section.whole(key, 1, 1000)) or 1
        minimum_n = section.maybe("minimum_n", section.whole) or 0
        sustained, every, window_days = _read_rhythm(section)
        return Alert(metric, limit, sustained, every, window_days, where, clear, clears_after, minimum_n)


def _read_limit(section: Section) -> Limit:
    found = [word for word in SIGNS if section.has(word)]
    if len(found) != 1:
        raise section.problem(found[-1] if found else "above", f"one of {', '.join(SIGNS)}")
    return Limit(found[0], _read_level(section, found[0]))


def _read_level(section: Section, key: str) -> Level:
    """A bare number, or an amount with a unit."""
    value: Any = section.raw(key)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return Level(Fraction(value))
    try:
        found = amount(value)
    except ValueError:
        raise section.problem(key, "a number, or an amount such as '20 s', '2 days' or '4 USD'") from None
    return Level(found.number, "d" if found.unit in ("day", "days") else found.unit)


def _read_clear(section: Section, limit: Limit) -> Limit | None:
    """Hysteresis: a level on the calm side of the limit; the limit's own is allowed."""
    beyond = _CLEARS[limit.beyond in UPWARD]
    key = f"clears_{beyond}"
    if not section.has(key):
        return None
    level = _read_level(section, key)
    calm_side = level.size <= limit.level.size if beyond == "below" else level.size >= limit.level.size
    kinds = {each.unit in SECONDS or each.unit for each in (level, limit.level)}
    if not calm_side or len(kinds) > 1:
        raise section.problem(key, f"a level of the same unit, {limit.level} or further {beyond}")
    return Limit(beyond, level)


def _read_rhythm(section: Section) -> tuple[int, int, int | None]:
    """`sustained`, `every`, and the days of the window of a rule that is judged once a day."""
    if section.has("window") or section.has("for"):
        window, lasting = (section.maybe(key, lambda each: _days(section, each)) or 1 for key in ("window", "for"))
        return lasting * DAY, DAY, window
    sustained, every = (int(section.seconds(key).value) for key in ("sustained", "every"))
    if every < 1 or not sustained or sustained % every:
        raise section.problem("sustained", "a whole number of `every`")
    if every < SHORTEST or DAY % every:
        raise section.problem("every", "a part of a day of 1 min or more, such as '5 min'")
    return sustained, every, None


def _days(section: Section, key: str) -> int:
    """`7d` or `7 days`."""
    match = _DAYS.fullmatch(section.text(key))
    if match is None:
        raise section.problem(key, "days such as '7d' or '7 days'")
    return int(match[1])


def _read_where(section: Section) -> dict[str, str]:
    """Dimension to value; the empty text asks for the rows without one."""
    part = section.optional_section("where")
    for key, value in part.values.items():
        if not isinstance(value, str):
            raise part.problem(key, "text")
    return dict(part.values)
