"""The stand-up as a run of five timed pages in 15 minutes (R286): day, plan, backlog, promises, people and quality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

import polars as pl

from carecli.boards.board import NONE, Headline, Moment, Movement, StandupBoard, queue_title
from carecli.boards.decisions import decided
from carecli.boards.headlines import BEFORE_DAYS, TREND_DAYS, days_before
from carecli.boards.plan import PlanLine, by_working_hour, plan_headlines, plan_lines
from carecli.boards.slices import Slices, Where, slices
from carecli.boards.standup import standup_board
from carecli.boards.standup_run import PageTable, Row, StandupPage, StandupRun
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.figure import Figure
from carecli.metrics.windows import Window, parse_window, trailing, window_of
from carecli.policy.pack import Pack
from carecli.store.decisions import WrittenDecision
from carecli.store.snapshot import Snapshot

PAGE_SEC = (240, 180, 180, 180, 120)
"""Seconds of each page; together 15:00."""
TITLES = ("Last open day", "Today's plan", "Backlog", "Promises", "People and quality")
MOST = 6
OF_STOCK = {"backlog": "Open now", "stale": "Stale", "unassigned": "Unassigned", "no_reply": "No reply yet"}
NOT_KNOWN_THEN = ("unassigned",)
"""Who had a case a week ago isn't told by every feed: the latest known assignee would make a change that never was."""
OF_CLOCKS = {"at_risk": "At risk now", "breached": "Breached in 28 d", "paused": "Paused now"}
MOST_ROWS = 12


def standup_run(
    snapshot: Snapshot,
    pack: Pack,
    *,
    as_of: int,
    zone: str,
    where: Where | None = None,
    written: Iterable[WrittenDecision] = (),
) -> StandupRun:
    """The run of the local day of `as_of` (epoch seconds). No customer and no agent is named on any page."""
    day_page = standup_board(snapshot, pack, as_of=as_of, zone=zone, where=where)
    facts, asked = build_facts(snapshot, pack, as_of, zone), where or {}
    today = parse_window("today", as_of, zone)
    first = day_page.header.window.first.date()
    day = window_of(first, first, zone, day_page.header.window.name)
    made = (
        _last_day(day_page),
        _plan(facts, today, asked),
        _backlog(facts, today, asked, day_page),
        _promises(facts, today, asked),
        _people(facts, day, asked, day_page),
    )
    return StandupRun(
        header=replace(day_page.header, board="standup"),
        pages=tuple(replace(page, number=number) for number, page in enumerate(made, start=1)),
        closed_days=day_page.closed_days,
        happened=day_page.happened,
        decided=decided(written, first=day.first, today=today.first, as_of=as_of, zone=zone),
    )


def _page(place: int, headlines: Sequence[Headline], talk: Sequence[Movement], table: PageTable | None) -> StandupPage:
    return StandupPage(place, TITLES[place - 1], PAGE_SEC[place - 1], tuple(headlines[:MOST]), tuple(talk), table)


def _last_day(board: StandupBoard) -> StandupPage:
    """What moved, each with the annotations of its time that may explain it."""
    rows = tuple(
        (queue_title(row.queue, row.channel), row.offered, row.service_level, row.asa, row.aht_p50, row.abandonment)
        for row in board.by_queue
    )
    columns = ("Queue", "Offered", "Service level", "ASA", "AHT p50", "Abandoned")
    talk = [replace(each, text=each.text + _explained(each, board.happened)) for each in board.moved]
    return _page(1, board.headlines, talk, PageTable("Queues", columns, rows[:MOST_ROWS]))


def _explained(movement: Movement, happened: Sequence[Moment]) -> str:
    """` (may be: release web 25.5.2)`: what happened on the day to all, or to the very slice."""
    if movement.status == "ok":
        return ""
    scopes = {f"{name}={value}" for name, value in movement.where}
    found = [f"{each.kind} {each.text}" for each in happened if not each.scope or each.scope in scopes]
    return f" (may be: {'; '.join(found[:2])})" if found else ""


def _plan(facts: Facts, today: Window, where: Where) -> StandupPage:
    lines = plan_lines(facts, today, where)
    rows = tuple((line.start, line.forecast, line.offered, line.scheduled) for line in by_working_hour(lines))
    table = PageTable(
        "Today by hour",
        ("From", "Forecast", "Offered so far", "Scheduled"),
        rows,
        "needs forecasts or schedules: import a plan of today",
    )
    return _page(2, plan_headlines(facts, today, where), _off_plan(lines), table)


def _off_plan(lines: Sequence[PlanLine]) -> list[Movement]:
    """Hours that came 20 % or more over the forecast."""
    found = []
    for line in lines:
        offered, forecast = line.offered, line.forecast
        if offered is not None and forecast and line.over and offered * 5 >= forecast * 6:
            text = f"from {line.start}: {offered} offered, {forecast} forecast"
            found.append(Movement("risk", text))
    return found[:MOST]


def _backlog(facts: Facts, today: Window, where: Where, board: StandupBoard) -> StandupPage:
    week_ago = today.dates[0] - timedelta(days=BEFORE_DAYS)
    now = slices(facts, tuple(OF_STOCK), today, (), where)
    then = slices(facts, tuple(OF_STOCK), window_of(week_ago, week_ago, today.zone), (), where)
    turns = slices(facts, ("backlog",), today, ("waiting_on",), where)
    heads = [
        Headline(name, now.figure(key), None if key in NOT_KNOWN_THEN else then.figure(key), window="now")
        for key, name in OF_STOCK.items()
    ]
    heads.append(Headline("Waiting on us", turns.figure("backlog", "us"), None, window="now"))
    columns = ("Queue", *board.bucket_labels, "Total", "Stale", "No reply")
    by_total = sorted(board.backlog, key=lambda row: -(row.total.value or 0))
    rows: tuple[Row, ...] = tuple(
        (row.name or NONE, *row.buckets, row.total, row.stale, row.no_reply) for row in by_total[:MOST_ROWS]
    )
    talk = [each for each in board.moved if each.figure is not None and each.figure.metric == "backlog"]
    return _page(3, heads, talk, PageTable("Open by age", columns, rows, "needs cases"))


def _promises(facts: Facts, today: Window, where: Where) -> StandupPage:
    month, metrics = trailing(today, TREND_DAYS), ("attainment", *OF_CLOCKS)
    found, now = slices(facts, metrics, month, (), where), slices(facts, metrics, today, (), where)
    heads = [Headline("Promises kept, 28 d", found.figure("attainment"), None, window="28d")]
    heads += [
        Headline(name, (found if key == "breached" else now).figure(key), None) for key, name in OF_CLOCKS.items()
    ]
    by_queue = slices(facts, metrics, today, ("queue",), where)
    of_all = by_queue.keys()
    keys = [key for key in of_all if any(by_queue.figure(metric, *key).value for metric in metrics)]
    keys.sort(key=lambda key: -(by_queue.figure("at_risk", *key).value or 0))
    rows: tuple[Row, ...] = tuple(
        (key[0] or NONE, *(by_queue.figure(metric, *key) for metric in metrics)) for key in keys[:MOST_ROWS]
    )
    talk = [
        Movement("risk", f"{key[0] or NONE}: {int(figure.value)} clocks at risk", (), figure)
        for key in keys
        if (figure := by_queue.figure("at_risk", *key)).value
    ]
    columns = ("Queue", "Kept today", "At risk", "Breached today", "Paused")
    return _page(4, heads, talk[:MOST], PageTable("Due today by queue", columns, rows, "needs cases with promises"))


def _people(facts: Facts, day: Window, where: Where, board: StandupBoard) -> StandupPage:
    """In aggregate only: nobody is ranked."""
    month = trailing(day, TREND_DAYS)
    surveys = slices(facts, ("csat", "csat_response_rate"), month, (), where)
    earlier = slices(facts, ("csat", "csat_response_rate"), days_before(month, TREND_DAYS), (), where)
    handled = slices(facts, ("aht",), day, (), where)
    before = slices(facts, ("aht",), days_before(day, BEFORE_DAYS), (), where)
    daily = slices(facts, ("aht",), month, ("day",), where)
    heads = [
        Headline("AHT, all channels", handled.figure("aht"), before.figure("aht"), _by_day(daily, month)),
        Headline("CSAT, 28 d", surveys.figure("csat"), earlier.figure("csat"), window="28d"),
        Headline("Surveys answered, 28 d", surveys.figure("csat_response_rate"), None, window="28d"),
        Headline("QA score, 28 d", _qa_mean(facts, month, where), None, window="28d"),
    ]
    rows = tuple((each.name, each.window or "the day", each.figure, each.figure.n) for each in board.quality)
    return _page(5, heads, (), PageTable("Quality", ("Measure", "Window", "Value", "n"), rows))


def _by_day(daily: Slices, window: Window) -> tuple[float | None, ...]:
    found = (daily.find("aht", day.isoformat()) for day in window.dates)
    return tuple(figure.value if figure is not None else None for figure in found)


def _qa_mean(facts: Facts, window: Window, where: Mapping[str, str | None]) -> Figure:
    """The mean score of the reviews of contacts; those of calibration sessions are none."""

    found = Figure("qa_mean", "QA score", {}, None, "score", 0, window=window.label)
    reviews = facts.snapshot.frames.get("qa_reviews")
    if where:
        return replace(found, note="a review has no queue: ask without a filter")
    if reviews is None or reviews.is_empty():
        return replace(found, note="no data: needs QA reviews")
    known = pl.col("reviewed_at").is_between(window.first, min(window.last, facts.as_of + 1), closed="left")
    kept = known & pl.col("score").is_not_null()
    kept &= pl.col("calibration_id").is_null()
    scores = reviews.filter(kept)["score"].to_list()
    if not scores:
        return replace(found, note="no reviews in 28 days")
    return replace(found, value=sum(scores) / len(scores), n=len(scores))
