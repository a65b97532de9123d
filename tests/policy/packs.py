"""The five packs, and how the tests ask them."""

from __future__ import annotations

from datetime import date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from carecli.policy.goals import goals_of
from carecli.policy.pack import Pack, available_packs, load_pack

BERLIN = ZoneInfo("Europe/Berlin")
PACKS = {name: load_pack(name, zone="Europe/Berlin") for name in available_packs()}
CARE, PRESTIGE, TALLY, LIGHTCURVE, STRATEGY = (
    PACKS[name] for name in ("care-package", "prestige", "tally", "lightcurve", "service-strategy")
)
MINUTE, HOUR = 60, 3600


def at(day: int, clock_time: str, month: int = 3) -> int:
    """A local time of 2025; 7 and 14 March are Fridays, 11 March a Tuesday, 4 July a Friday."""
    return int(datetime.combine(date(2025, month, day), time.fromisoformat(clock_time), BERLIN).timestamp())


def verdicts(pack: Pack, metric: str, value: Fraction, **where: str) -> list[str]:
    """How the goals of a slice judge a value."""
    return [goal.band.verdict(value) for goal in goals_of(pack.programme.goals, metric, where)]
