"""Bands that judge a figure, with exact fractions (C0.1-C0.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from carecli.policy.amounts import Amount
from carecli.policy.section import Section

Verdict = Literal["ok", "risk", "miss", "below"]
"""`below` is under a two-sided band: neutral, neither good nor bad (C0.3)."""

ANY, TOTAL = "any", "total"


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Higher is better: from `goal` on ok, from `risk_low` on at risk. `top` only completes the printed range."""

    goal: Amount
    risk_low: Amount | None = None
    top: Amount | None = None

    def verdict(self, value: Fraction) -> Verdict:
        if value >= self.goal.value:
            return "ok"
        return "risk" if self.risk_low is not None and value >= self.risk_low.value else "miss"

    def __str__(self) -> str:
        return f">={self.goal}" if self.top is None else f"{self.goal.shown_number}-{self.top}"


@dataclass(frozen=True, slots=True)
class AtMost:
    """Lower is better: up to `ok` ok, up to `risk` at risk, above a miss. `under` leaves the upper limit itself out."""

    ok: Amount
    risk: Amount
    under: bool = False

    def verdict(self, value: Fraction) -> Verdict:
        if value > self.risk.value or (self.under and value == self.risk.value):
            return "miss"
        return "ok" if value <= self.ok.value else "risk"

    def __str__(self) -> str:
        sign = "<" if self.under else "<="
        return f"{sign}{self.ok}" if self.ok == self.risk else f"{sign}{self.ok.shown_number}-{self.risk}"


@dataclass(frozen=True, slots=True)
class Between:
    """Two-sided: under `low` is `below`, above `high` a miss; both ends are in the band."""

    low: Amount
    high: Amount

    def verdict(self, value: Fraction) -> Verdict:
        if value < self.low.value:
            return "below"
        return "ok" if value <= self.high.value else "miss"

    def __str__(self) -> str:
        return f"{self.low.shown_number}-{self.high}"


Band = AtLeast | AtMost | Between


def read_bands(section: Section) -> dict[str, dict[str, Band]]:
    """Bands by metric, then by channel, `any` or `total`."""
    return {
        metric: {channel: read_band(band) for channel, band in channels.sections().items()}
        for metric, channels in section.sections().items()
    }


def band_of(bands: Mapping[str, Mapping[str, Band]], metric: str, channel: str | None) -> Band | None:
    """The band of a metric in a channel (None = all channels together); None where there is none."""
    by_channel = bands.get(metric, {})
    return by_channel.get(channel or TOTAL) or by_channel.get(ANY)


def read_band(section: Section) -> Band:
    """`between`, `at_most`, `under` or `at_least`, whichever is there."""
    with section:
        if section.has("between"):
            return Between(*section.ends("between"))
        if section.has("at_most"):
            return AtMost(*section.ends("at_most"))
        if section.has("under"):
            return _read_under(section)
        goal = section.amount("at_least")
        risk_low, top = (section.amount(key) if section.has(key) else None for key in ("risk_low", "top"))
        rising = [each for each in (risk_low, goal, top) if each is not None]
        if len({each.unit for each in rising}) > 1 or sorted(rising, key=lambda each: each.number) != rising:
            raise section.problem("at_least", "risk_low, at_least and top of one unit, rising")
        return AtLeast(goal, risk_low, top)


def _read_under(section: Section) -> AtMost:
    limits = section.amounts("under")
    if len(limits) > 2:
        raise section.problem("under", "one limit, or a goal and a limit")
    return AtMost(limits[0], limits[-1], under=True)
