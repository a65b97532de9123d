"""Quality of the last weeks, and the day's volume: what a single day is too short for (R287, R291)."""

from __future__ import annotations

from dataclasses import replace

from carecli.boards.board import Headline
from carecli.boards.slices import Where, slices
from carecli.metrics.facts import Facts
from carecli.metrics.windows import Window, trailing, window_of

MONTH_DAYS, WEEK_DAYS = 28, 7
RATES = {"fcr": "FCR", "csat": "CSAT", "reopen_rate": "Reopen rate", "escalation_rate": "Escalation rate"}
KNOWN_AT_ONCE = ("csat", "escalation_rate")
"""The others judge a case only after some days, so in the last seven there is nothing to count."""


def quality(facts: Facts, day: Window, where: Where) -> tuple[Headline, ...]:
    """Each rate over 28 days, with 7 days and month to date beside it; then the day's contacts, new and follow-up."""
    month = slices(facts, tuple(RATES), trailing(day, MONTH_DAYS), (), where)
    beside = {
        "7d": slices(facts, tuple(RATES), trailing(day, WEEK_DAYS), (), where),
        "MTD": slices(facts, tuple(RATES), _month_to_date(day), (), where),
    }
    rates = (
        Headline(
            name=name,
            figure=month.figure(rate),
            before=None,
            companions=tuple(
                replace(found.figure(rate), title=title)
                for title, found in beside.items()
                if rate in KNOWN_AT_ONCE or title != "7d"
            ),
            window=f"{MONTH_DAYS}d",
        )
        for rate, name in RATES.items()
    )
    return (*rates, *_volume(facts, day, where))


def _volume(facts: Facts, day: Window, where: Where) -> tuple[Headline, ...]:
    volume = slices(facts, ("volume", "volume_new", "volume_follow_up"), day, (), where)
    names = {"volume": "Contacts", "volume_new": "New contacts", "volume_follow_up": "Follow-up contacts"}
    return tuple(Headline(name=name, figure=volume.figure(metric), before=None) for metric, name in names.items())


def _month_to_date(day: Window) -> Window:
    last = day.dates[-1]
    return window_of(last.replace(day=1), last, day.zone, "mtd")
