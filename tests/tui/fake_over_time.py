"""The invented care team's pages over time: by hour and weekday, and day by day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from carecli.boards.over_time import ArrivalsBoard, HourCell, TrendBoard, TrendDay
from carecli.metrics.figure import Figure

if TYPE_CHECKING:
    from tests.tui.fake_desk import FakeDesk

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
OPEN = range(8, 20)
WINDOW = "2025-04-15..2025-05-12"


def arrivals_board(desk: FakeDesk, as_of: int | None, metric: str, window: str, channel: str | None) -> ArrivalsBoard:
    """Contacts of an hour: its number times the days left of the week; in hour 3 nothing."""
    ratio = metric in ("service_level", "abandonment")

    def cell(number: int, by: dict[str, str | None], hours: int, opened: int) -> HourCell:
        where = by if channel is None else {**by, "channel": channel}
        if ratio:
            made = desk.share(metric, metric.replace("_", " "), min(number, 100), 100, by=where, window=WINDOW)
        else:
            made = desk.figure(metric, "Contacts", number, "contacts", number, by=where, window=WINDOW)
        return HourCell(made, hours, opened)

    def value(hour: int, day: int) -> int:
        return 0 if hour == 3 else hour * (7 - day)

    def opened(hour: int, day: int) -> int:
        return 4 if hour in OPEN and day < 5 else 0

    every = [(hour, day) for hour in range(24) for day in range(7)]

    def summed(places: list[tuple[int, int]], by: dict[str, str | None]) -> HourCell:
        return cell(sum(value(*each) for each in places), by, 4 * len(places), sum(opened(*each) for each in places))

    return ArrivalsBoard(
        header=desk.header("arrivals", as_of, WINDOW),
        metric=metric,
        counts=not ratio,
        weekdays=DAYS,
        rows=tuple(
            tuple(
                cell(value(hour, day), {"weekday": DAYS[day], "hour": f"{hour:02d}"}, 4, opened(hour, day))
                for day in range(7)
            )
            for hour in range(24)
        ),
        by_hour=tuple(
            summed([each for each in every if each[0] == hour], {"hour": f"{hour:02d}"}) for hour in range(24)
        ),
        by_weekday=tuple(
            summed([each for each in every if each[1] == day], {"weekday": DAYS[day]}) for day in range(7)
        ),
        total=summed(every, {}),
        channels=() if channel else ("voice", "chat"),
    )


def trend_board(desk: FakeDesk, as_of: int | None, figure: Figure, days: int) -> TrendBoard:
    """Shares from 70 % on, a percent more each day; every seventh day is closed, the last one provisional."""
    header = desk.header("trend", as_of, f"{days} days")
    shown = []
    for number in range(days):
        day = header.as_of.date() - timedelta(days=days - 1 - number)
        closed = number % 7 == 5
        status = "ok" if 70 + number >= 80 else "miss"
        made = desk.share(
            figure.metric, figure.title, 70 + number % 30, 100, by={**figure.by, "day": day.isoformat()},
            status=status, target="80 % in 20 s", provisional=number == days - 1, window=day.isoformat(),
        )  # fmt: skip
        if closed:
            made = desk.figure(figure.metric, figure.title, None, "ratio", 0, by=figure.by, note="no contacts")
        shown.append(TrendDay(day, made, closed))
    whole = desk.share(figure.metric, figure.title, 80, 100, by=figure.by, target="80 % in 20 s", status="ok")
    return TrendBoard(header, whole, tuple(shown), (0.8,), desk.happened(header.as_of))
