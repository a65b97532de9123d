"""The big numbers of a stand-up: four to six, each with its change and its trend."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from carecli.boards.board import Headline
from carecli.boards.priorities import pack_priority
from carecli.boards.slices import Slices, Where, slices
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.windows import Window, trailing, window_of
from carecli.tables import CHANNELS

MOST = 6
TREND_DAYS = 28
BEFORE_DAYS = 7
OF_CHANNEL = ("service_level", "asa", "aht_p50", "abandonment")
COMPANIONS = ("aht", "aht_p90")
NAMES = {"service_level": "Service level", "asa": "ASA", "aht_p50": "AHT p50", "abandonment": "Abandonment"}
TOP_PRIORITIES = ("P1", "P2")


def trend_slices(facts: Facts, day: Window, where: Where) -> Slices:
    """The days of a trend by channel and day."""
    return slices(facts, ("offered", *OF_CHANNEL, "csat"), trailing(day, TREND_DAYS), ("channel", "day"), where)


def headlines(facts: Facts, day: Window, today: Window, trends: Slices, where: Where) -> tuple[Headline, ...]:
    """Voice first where there is any, then the service level of other channels, then the backlog of now."""
    of_day = slices(facts, (*OF_CHANNEL, *COMPANIONS), day, ("channel",), where)
    before = slices(facts, OF_CHANNEL, days_before(day, BEFORE_DAYS), ("channel",), where)
    shown = _shown(_present(trends), facts.pack.service_level)[: MOST - 1]
    of_channels = [_of_channel(metric, channel, day, of_day, before, trends) for metric, channel in shown]
    remembered = [replace(head, was=shown_before(facts, head.figure)) for head in of_channels]
    return (*(remembered if not where else of_channels), _backlog(facts, today, where))


def core_figures(facts: Facts, day: Window) -> tuple[Figure, ...]:
    """The figures of a day that are remembered as they were shown: the headlines of each channel (R30)."""
    of_day = slices(facts, OF_CHANNEL, day, ("channel",), {})
    return tuple(of_day.figure(metric, *key) for metric in OF_CHANNEL for key in of_day.keys(metric))


def shown_before(facts: Facts, figure: Figure) -> Figure | None:
    """What was last shown of a figure while it could still change; None where it still can, or was the same."""
    pack = f"{facts.pack.id} {facts.pack.version}"
    key = (figure.window, facts.zone, pack, figure.metric, slice_text(figure))
    for told in () if figure.provisional or figure.value is None else facts.snapshot.reported:
        if (told.day, told.zone, told.pack, told.metric, told.slice) == key and told.value != figure.value:
            return replace(
                figure,
                value=told.value,
                numerator=told.numerator,
                denominator=told.denominator,
                n=told.n,
                provisional=True,
                status=None,
            )
    return None


def slice_text(figure: Figure) -> str:
    """`channel=voice`: the slice as it is kept beside a remembered figure."""
    return ",".join(f"{dimension}={value}" for dimension, value in figure.by.items())


def days_before(day: Window, count: int) -> Window:
    """The complete days before a window."""
    first = day.dates[0]
    return window_of(first - timedelta(days=count), first - timedelta(days=1), day.zone, f"{count}d before")


def trend(slices_by_day: Slices, metric: str, channel: str | None, window: Window) -> tuple[float | None, ...]:
    """One value a day, oldest first; None where a day has none."""
    found = (slices_by_day.find(metric, channel, day.isoformat()) for day in window.dates)
    return tuple(figure.value if figure is not None else None for figure in found)


def _present(trends: Slices) -> list[str]:
    """The channels that had contacts in the days of the trend, in canonical order."""
    had = {key[0] for key in trends.keys("offered")}
    return [channel for channel in CHANNELS if channel in had]


def _shown(present: Sequence[str], promised: Collection[str]) -> list[tuple[str, str]]:
    """Metric and channel of each headline; voice too where nothing was imported: the page then says what it needs."""
    voice = [(metric, "voice") for metric in OF_CHANNEL] if "voice" in present or not present else []
    return voice + [("service_level", channel) for channel in present if channel in promised and channel != "voice"]


def _of_channel(metric: str, channel: str, day: Window, of_day: Slices, before: Slices, trends: Slices) -> Headline:
    return Headline(
        name=f"{NAMES[metric]} {channel}",
        figure=of_day.figure(metric, channel),
        before=before.figure(metric, channel),
        trend=trend(trends, metric, channel, trailing(day, TREND_DAYS)),
        companions=tuple(_handle_times(of_day, channel)) if metric == "aht_p50" else (),
    )


def _handle_times(of_day: Slices, channel: str) -> Iterable[Figure]:
    """p90 and mean stand beside the median (R32)."""
    yield replace(of_day.figure("aht_p90", channel), title="p90")
    yield replace(of_day.figure("aht", channel), title="mean")


def _backlog(facts: Facts, today: Window, where: Where) -> Headline:
    """Open cases now; the change is on the closing a week ago, the trend that of the closings since."""
    week_ago = today.dates[0] - timedelta(days=BEFORE_DAYS)
    daily = slices(facts, ("backlog",), trailing(today, TREND_DAYS), ("day",), where)
    return Headline(
        name="Backlog, open now",
        figure=slices(facts, ("backlog",), today, (), where).figure("backlog"),
        before=slices(facts, ("backlog",), window_of(week_ago, week_ago, today.zone), (), where).figure("backlog"),
        trend=tuple(_stock(daily, each) for each in trailing(today, TREND_DAYS).dates),
        companions=(*_urgent(facts, today, where), slices(facts, ("stale",), today, (), where).figure("stale")),
        window="now",
    )


def _stock(daily: Slices, day: object) -> float | None:
    figure = daily.find("backlog", str(day))
    return figure.value if figure is not None else None


def _urgent(facts: Facts, today: Window, where: Where) -> Iterable[Figure]:
    """Open cases of the two top priorities (R78), where the data has priorities at all."""
    by_priority = slices(facts, ("backlog",), today, ("priority",), where)
    words = [key[0] for key in by_priority.keys("backlog")]
    for priority in TOP_PRIORITIES if any(map(pack_priority, words)) else ():
        found = [by_priority.figure("backlog", word) for word in words if pack_priority(word) == priority]
        total = sum(figure.value or 0 for figure in found)
        some = found[0] if len(found) == 1 else by_priority.figure("backlog", priority)
        yield replace(some, title=f"open {priority}", value=float(total), n=int(total))
