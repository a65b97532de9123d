"""The pages below a number, of the invented care team: a slice, the rows of a figure, one contact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from carecli.boards.around import ContactLine, LegLine, ReviewLine, SurveyLine
from carecli.boards.drill import (
    METRICS,
    ContactBoard,
    RowLine,
    RowsAsked,
    RowsBoard,
    RowsColumn,
    RowsTotals,
    SliceBoard,
    SliceRow,
    Value,
)
from carecli.boards.slice import open_dimensions
from carecli.metrics.dictionary import metric_named
from carecli.metrics.figure import Figure

if TYPE_CHECKING:
    from tests.tui.fake_desk import FakeDesk

PARTS: Mapping[str, tuple[str | None, ...]] = {
    "queue": ("Billing", "Tech support", "Refunds"),
    "channel": ("voice", "chat", "email"),
    "issue_type": ("refund", "invoice", None),
    "tier": ("premium", "standard"),
    "agent": ("u-1", "u-2"),
}
AGENTS = {"u-1": "A. Amari", "u-2": "B. Brandt"}
CASE_COLUMNS = (
    RowsColumn("case", "Case", "text"),
    RowsColumn("when", "Created", "moment"),
    RowsColumn("age", "Age", "duration"),
    RowsColumn("last", "Last act", "duration"),
    RowsColumn("stale", "Stale", "mark"),
    RowsColumn("priority", "Prio", "text"),
    RowsColumn("status", "Status", "text"),
    RowsColumn("turn", "Turn", "text"),
    RowsColumn("queue", "Queue", "text"),
    RowsColumn("agent", "Agent", "agent"),
    RowsColumn("customer", "Customer", "customer"),
    RowsColumn("subject", "Subject", "words"),
)
CALL_COLUMNS = (
    RowsColumn("when", "Arrived", "moment"),
    RowsColumn("case", "Case", "text"),
    RowsColumn("wait", "Wait", "duration"),
    RowsColumn("handle", "Handled", "duration"),
    RowsColumn("outcome", "Outcome", "text"),
    RowsColumn("agent", "Agent", "agent"),
    RowsColumn("customer", "Customer", "customer"),
    RowsColumn("contact", "Contact", "text"),
)


def slice_board(
    desk: FakeDesk, as_of: int | None, where: Mapping[str, str | None], window: str, dimension: str
) -> SliceBoard:
    header = desk.header("slice", as_of, "today")
    parts = open_dimensions(where)
    by = dimension or parts[0]
    named = {value and desk.say(value): desk.say(AGENTS.get(value or "", value or "")) for value in PARTS[by]}
    rows = tuple(
        SliceRow(value, name or None, tuple(_figures(desk, {**where, by: value}, window, 40 - 9 * place)))
        for place, (value, name) in enumerate(() if desk.empty else named.items())
    )
    return SliceBoard(
        header=header,
        where=dict(where),
        names=tuple(AGENTS.get(value or "", value) for value in where.values()),
        dimension=by,
        dimensions=parts,
        total=tuple(_figures(desk, where, window, 212)),
        rows=rows[::-1] if desk.reverse else rows,
        count=len(rows),
    )


def _figures(desk: FakeDesk, by: Mapping[str, str | None], window: str, n: int) -> list[Figure]:
    """A figure of each metric of the page, from one number."""
    told = []
    for metric_id in METRICS:
        metric = metric_named(metric_id)
        if metric.unit == "ratio":
            figure = desk.share(metric_id, metric.title, n - 5, n, by=by, status="ok", target="80 %")
        else:
            value = float(n * 2 if metric.unit == "seconds" else n)
            figure = desk.figure(metric_id, metric.title, value, metric.unit, n, by=by)
        told.append(replace(figure, window=window))
    return told


def rows_board(desk: FakeDesk, as_of: int | None, asked: RowsAsked) -> RowsBoard:
    """Rows 0 to `rows_count` of every figure, of which three of four are in time; filtered and sorted by place."""
    header, figure = desk.header("rows", as_of, "today"), asked.figure
    of_cases = figure.unit == "cases"
    every = [] if desk.empty else [_line(desk, number, of_cases=of_cases) for number in range(desk.rows_count)]
    matching = [line for line in every if all(word in _said(line) for word in asked.words)]
    if asked.descending or desk.reverse:
        matching.reverse()
    if asked.left_out:
        matching.append(replace(_line(desk, 999, of_cases=of_cases), counted=False, adds=desk.say("test"), good=None))
    counted = [line for line in matching if line.counted]
    left_out = {} if desk.empty else {desk.say("test"): 1}
    return RowsBoard(
        header=header,
        figure=replace(figure, value=float(len(every)), n=len(every)) if of_cases else figure,
        names=tuple(figure.by.values()),
        adds_label="Counts",
        sides=None if of_cases else (desk.say("in time"), desk.say("late")),
        columns=CASE_COLUMNS if of_cases else CALL_COLUMNS,
        lines=tuple(matching[asked.first : asked.first + desk.case_count]),
        totals=RowsTotals(len(every), None if of_cases else _good(every), None, left_out),
        matching=RowsTotals(len(counted), None if of_cases else _good(counted), None, left_out),
        asked=asked,
    )


def _good(lines: list[RowLine]) -> int:
    return sum(bool(line.good) for line in lines)


def _said(line: RowLine) -> str:
    return " ".join(str(cell) for cell in line.cells).lower()


def _line(desk: FakeDesk, number: int, *, of_cases: bool) -> RowLine:
    case, say = desk.case_line(number), desk.say
    contact = say(f"c{number:04}")
    good = number % 4 != 3
    if of_cases:
        last = float(case.last_action_sec or 0)
        stale = say("stale") if case.stale else None
        cells: tuple[Value, ...] = (
            *(case.case_id, case.created_at, float(case.age_sec), last, stale, case.priority, case.status),
            *(say("us"), case.queue, case.assignee, say("C-7F3K9QX2"), case.subject),
        )
        return RowLine("cases", number, cells, None, True, None, (case.source, case.case_id), None)
    linked = number % 2 == 0
    cells = (
        *(case.created_at, case.case_id if linked else None, 3.0 + number, 300.0, say("answered")),
        *(case.assignee, say("C-7F3K9QX2"), contact),
    )
    adds = say("in time") if good else say("late")
    of_case = (case.source, case.case_id) if linked else None
    return RowLine("legs", number, cells, adds, True, good, of_case, (say("talkdesk"), contact))


def contact_board(desk: FakeDesk, as_of: int | None, interaction_id: str) -> ContactBoard:
    say, header = desk.say, desk.header("contact", as_of, "one contact")
    at = header.as_of - timedelta(hours=2)
    answered, left = at + timedelta(seconds=12), at + timedelta(minutes=5)
    return ContactBoard(
        header=header,
        contact=contact_line(desk, interaction_id),
        customer=say("C-7F3K9QX2"),
        facts=((say("Outcome"), say("answered")), (say("Agent"), None)),
        times=((say("Arrived"), say("06:45:00")), (say("Talk"), say("4:02"))),
        legs=(LegLine(say("Billing"), say("A. Amari"), at, answered, left, say("answered"), 12.0, 242.0, 0.0, 30.0),),
        surveys=surveys(desk),
        reviews=(),
        cases=(desk.case_line(3), desk.case_line(8)),
        own_case=True,
    )


def contact_line(desk: FakeDesk, interaction_id: str) -> ContactLine:
    say, at = desk.say, desk.at(None) - timedelta(hours=2)
    words = (say("voice"), say("inbound"), say("Billing"), say("answered"), say("A. Amari"))
    return ContactLine(say("talkdesk"), interaction_id, at, *words, 12.0, 272.0)


def surveys(desk: FakeDesk) -> tuple[SurveyLine, ...]:
    say, at = desk.say, desk.at(None) - timedelta(hours=1)
    return (
        SurveyLine(say("csat"), at, at + timedelta(minutes=9), 4.0, 5.0, say("A. Amari")),
        SurveyLine(say("nps_touch"), at, None, None, 10.0, None),
    )


def reviews(desk: FakeDesk) -> tuple[ReviewLine, ...]:
    say, at = desk.say, desk.at(None) - timedelta(hours=1)
    return (ReviewLine(at, say("A. Amari"), say("Q. Quill"), say("random"), 92.0, None),)
