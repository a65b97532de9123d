"""The language of one-off checks: `queue[Billing voice].asa <= 20s for 3d`.

check   [slice.]... metric sign level [window W] [for TIME [every TIME]]
slice   a channel, or dimension[value]; dimension[] is the slice of rows without a value; `]` is written `]]`
sign    >= > <= <
level   80%, 20s, 4min, 1.5h, 2d, or a bare number: contacts, cases, points, money
window  as --window takes it; with `for` in days only days such as 7d
for     so long it must have held: 3d is each of the last three local days that are over, 15min each interval
every   the length of an interval, a part of a day; 5min unless said
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from carecli.errors import UsageProblem
from carecli.metrics.dictionary import metric_named
from carecli.metrics.dimensions import allowed
from carecli.metrics.measures import Metric
from carecli.metrics.rules.readings import Rhythm
from carecli.policy.alerts import DAY, SECONDS, SHORTEST, SIGNS, Beyond, Level, Limit
from carecli.tables import CHANNELS

EXAMPLES = "voice.service_level >= 80% for 3d, or queue[Billing voice].asa <= 20s"
INTERVAL = 300

_SLICE = re.compile(r"(?P<name>\w+)(?:\[(?P<value>(?:[^\]]|\]\])*)\])?\s*\.\s*")
_METRIC = re.compile(r"(?P<metric>\w+)\s*")
_SIGN = re.compile(r"(?P<sign>>=|<=|≥|≤|>|<)\s*")
_LEVEL = re.compile(r"(?P<number>-?\d{1,15}(?:\.\d{1,9})?)\s*(?P<unit>%|s|min|h|d)?(?=\s|$)\s*")
_WINDOW = re.compile(r"window\s+(?P<window>\S+)\s*")
_LASTING = re.compile(r"(?P<word>for|every)\s+(?P<number>[1-9]\d{0,5})\s*(?P<unit>s|min|h|d|days?)(?=\s|$)\s*")
_DAYS = re.compile(r"([1-9]\d{0,2})d")
_BEYOND: Mapping[str, Beyond] = {**{sign: beyond for beyond, sign in SIGNS.items()}, "≥": "at_least", "≤": "at_most"}


@dataclass(frozen=True)
class Expression:
    """A check as it was written. `window` is None where it names none; `lasting` and `every` are seconds."""

    text: str
    metric: Metric
    limit: Limit
    where: Mapping[str, str | None]
    window: str | None = None
    lasting: int | None = None
    every: int | None = None

    def rhythm(self, window: str | None = None) -> Rhythm | None:
        """How the metric is read; None for a single figure. `window` is that of an expression that names none.

        UsageProblem where its times don't fit together.
        """
        asked = self.window or window
        if self.lasting is None:
            return None
        if self.lasting % DAY == 0 and self.every is None:
            return Rhythm(DAY, self.lasting // DAY, self._days(asked))
        every = self.every or INTERVAL
        if self.window is not None:
            self._refuse("`window` goes with `for` in days", "csat >= 92% window 28d for 3d")
        if every < SHORTEST or DAY % every or self.lasting % every:
            self._refuse(
                "`every` must be a part of a day of a minute or more, and of the time of `for`",
                "abandonment <= 8% for 15min every 5min",
            )
        return Rhythm(every, self.lasting // every)

    def _days(self, asked: str | None) -> int:
        match = _DAYS.fullmatch((asked or "1d").lower())
        if match is None:
            self._refuse(f"with `for` in days the window is days too, not {asked}", "csat >= 92% window 28d for 3d")
        return int(match[1])

    def _refuse(self, what: str, hint: str) -> NoReturn:
        raise UsageProblem(f"{self.text!r}: {what}", hint=hint)


class _Reader:
    """Reads a check from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.place = len(text) - len(text.lstrip())

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        match = pattern.match(self.text, self.place)
        if match is not None:
            self.place = match.end()
        return match

    def need(self, pattern: re.Pattern[str], expected: str) -> re.Match[str]:
        match = self.take(pattern)
        if match is None:
            self.refuse(expected)
        return match

    def refuse(self, expected: str) -> NoReturn:
        found = self.text[self.place :][:40] or "nothing more"
        raise UsageProblem(f"check {self.text!r}: expected {expected}, found {found!r}", hint=EXAMPLES)


def parse(text: str) -> Expression:
    """A check; UsageProblem says what was expected where."""
    reader = _Reader(text)
    slices = []
    while match := reader.take(_SLICE):
        slices.append((match["name"], match["value"]))
    metric = metric_named(reader.need(_METRIC, "a metric")["metric"])
    where = _where(slices, metric)
    sign = reader.need(_SIGN, "one of >= > <= <")["sign"]
    level = reader.need(_LEVEL, "a level such as 80%, 20s, 4min, 1.5h, 2d or 200")
    limit = Limit(_BEYOND[sign], Level(Fraction(level["number"]), level["unit"] or ""))
    window, lasting, every = _clauses(reader)
    if every is not None and lasting is None:
        reader.refuse("`for` beside `every`")
    return Expression(text.strip(), metric, limit, where, window, lasting, every)


def _clauses(reader: _Reader) -> tuple[str | None, int | None, int | None]:
    """Window, `for` and `every`, in any order, each at most once."""
    window: str | None = None
    times: dict[str, int] = {}
    while reader.place < len(reader.text):
        if window is None and (match := reader.take(_WINDOW)):
            window = match["window"]
        elif (match := reader.take(_LASTING)) and match["word"] not in times:
            times[match["word"]] = (
                int(match["number"]) * SECONDS["d" if match["unit"].startswith("d") else match["unit"]]
            )
        else:
            reader.refuse("`window W`, `for TIME` or `every TIME`, each once")
    return window, times.get("for"), times.get("every")


def _where(slices: list[tuple[str, str | None]], metric: Metric) -> dict[str, str | None]:
    where: dict[str, str | None] = {}
    for name, value in slices:
        dimension, wanted = _slice(name, value, metric)
        if dimension in where:
            raise UsageProblem(f"{dimension} is named twice", hint=EXAMPLES)
        where[dimension] = wanted
    return where


def _slice(name: str, value: str | None, metric: Metric) -> tuple[str, str | None]:
    if value is not None:
        if name not in allowed(metric):
            raise UsageProblem(f"{metric.id} has no dimension {name!r}", hint=f"it has {', '.join(allowed(metric))}")
        return name, value.replace("]]", "]") or None
    if name not in CHANNELS:
        raise UsageProblem(
            f"no channel {name!r}", hint=f"{', '.join(CHANNELS)}, or dimension[value] as in queue[Billing]"
        )
    return "channel", name
