"""Dated windows in which targets change or contacts are left out, and how many cases may carry an exception."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from carecli.policy.bands import ANY, TOTAL, Band, read_band
from carecli.policy.section import Section
from carecli.tables import CHANNELS


@dataclass(frozen=True, slots=True)
class Dates:
    """Local dates, both included; what arrived on one of them is inside (C0.32)."""

    first: date
    last: date

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class ExceptionWindow:
    """A peak period whose contacts are left out of the targets; it is always listed (R104)."""

    dates: Dates
    about: str
    channels: tuple[str, ...]
    """Empty for all."""


@dataclass(frozen=True, slots=True)
class Flex:
    """Another band for a metric on some dates (R51)."""

    dates: Dates
    about: str
    metric: str
    channel: str
    band: Band


@dataclass(frozen=True, slots=True)
class Exceptions:
    """Rules for exceptions on cases, and the dated windows of a pack, by name."""

    weekly_limit: Fraction | None
    """The share of cases that may carry one in a week (R128); None where the document sets none."""
    waived_by_incident: bool
    windows: dict[str, ExceptionWindow]
    flexes: dict[str, Flex]

    def flex(self, metric: str, channel: str | None, day: date) -> Flex | None:
        """The flex that holds on a day; the first named where two do."""
        wanted = (channel or TOTAL, ANY)
        found = (each for each in self.flexes.values() if each.metric == metric and each.channel in wanted)
        return next((each for each in found if day in each.dates), None)

    def excluded(self, channel: str, day: date) -> str | None:
        """The name of the window that leaves out a contact of that day; None where none does."""
        for name, window in self.windows.items():
            if day in window.dates and (not window.channels or channel in window.channels):
                return name
        return None


def read_exceptions(section: Section) -> Exceptions:
    with section:
        return Exceptions(
            section.maybe("weekly_limit", section.ratio),
            bool(section.maybe("waived_by_incident", section.flag)),
            {name: _read_window(each) for name, each in section.optional_section("windows").sections().items()},
            {name: _read_flex(each) for name, each in section.optional_section("flexes").sections().items()},
        )


def _read_window(section: Section) -> ExceptionWindow:
    with section:
        channels = section.maybe("channels", lambda key: section.texts(key, among=CHANNELS)) or ()
        return ExceptionWindow(_read_dates(section), section.text("about"), channels)


def _read_flex(section: Section) -> Flex:
    places: Sequence[str] = (*CHANNELS, ANY, TOTAL)
    with section:
        dates, about, metric = _read_dates(section), section.text("about"), section.text("metric")
        return Flex(dates, about, metric, section.choice("channel", places), read_band(section))


def _read_dates(section: Section) -> Dates:
    first, last = section.date("first"), section.date("last")
    if last < first:
        raise section.problem("last", "a date not before `first`")
    return Dates(first, last)
