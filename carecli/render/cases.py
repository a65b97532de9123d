"""Cases as text: the list behind a number, and one case with its clocks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.board import CaseBoard, CaseLine, CasesBoard, LadderStep
from carecli.render.clock_words import TAPE_LEGEND, TAPE_SIGNS, move_words
from carecli.render.grid import QUIET, STYLES, Column, grids, text
from carecli.render.page import foot, head, section
from carecli.render.tables import more
from carecli.render.values import short_moment_text
from carecli.text import NO_DATA, STATUS, clean, duration

CASE_COLUMNS = ("Queue", "Status", "Priority", "Assignee", "Subject", "Channel", "Source")
CLOCK_STATUS = {"met": "ok", "missed": "miss", "due": "risk"}
TAPE_CELLS = 60
BESIDE_TAPE = 38
"""Cells that the moments at both ends of a tape take."""


def cases_parts(board: CasesBoard, width: int) -> Iterable[RenderableType]:
    """The cases, oldest first, under the path that led to them."""
    yield from head(board.header, width)
    yield text(" › ".join(clean(step) for step in board.breadcrumb), limit=1000)
    yield text(more(len(board.cases), board.count, "cases"), "bold")
    columns = [
        Column("Case", key=True),
        *map(Column, ("Age", "Last act")),
        *(Column(title, right=False) for title in CASE_COLUMNS),
    ]
    if board.cases:
        yield from grids(columns, [_case_cells(case) for case in board.cases], width)
    yield from foot(board.header, (), width)


def _case_cells(case: CaseLine) -> list[Text]:
    stale = " stale" if case.stale else ""
    named = (case.queue, case.status, case.priority, case.assignee)
    return [
        text(case.case_id),
        Text(duration(case.age_sec)),
        text(f"{duration(case.last_action_sec)}{stale}", STYLES["risk"] if case.stale else ""),
        *(text(NO_DATA if value is None else value, limit=24) for value in named),
        text(case.subject, limit=60),
        *(text(NO_DATA if value is None else value, limit=24) for value in (case.channel, case.source)),
    ]


def case_parts(board: CaseBoard, width: int) -> Iterable[RenderableType]:
    """What it is, its clocks with the tape, its ladder, what happened."""
    yield from head(board.header, width)
    yield text(f"{board.case.source} {board.case.case_id}  {board.case.subject or ''}", "bold", limit=400)
    if board.case.url:
        yield text(board.case.url, QUIET, limit=400)
    for label, value in board.facts:
        yield Text.assemble((f"{clean(label)}: ", QUIET), clean(NO_DATA if value is None else value, limit=400))
    yield section("Clocks")
    for clock in board.clocks:
        yield from _clock(clock, width)
    if not board.clocks:
        yield Text("no clock applies", QUIET)
    yield from _ladder(board.ladder, width)
    yield section("Timeline")
    yield from _timeline(board)
    yield from foot(board.header, (), width)


def _clock(clock: Mapping[str, Any], width: int) -> Iterable[Text]:
    status = CLOCK_STATUS.get(clock["state"], "")
    mark = f"{STATUS[status][0]} " if status else ""
    left = clock["left_sec"]
    room = f"late {duration(-left)}" if left < 0 else f"left {duration(left)}"
    due = short_moment_text(clock["due_at"]) if clock["due_at"] else "open: paused"
    night = " (night)" if clock.get("at_night") else ""
    used = f"used {duration(clock['elapsed_sec'])} of {duration(clock['target_sec'])}{night}"
    name = clean(clock["clock"].replace("_", " "))
    state = (clean(f"{mark}{clock['state']}"), STYLES.get(status, ""))
    yield Text.assemble((f"{name}  ", "bold"), state, clean(f"  due {due}  {used}  {room}"))
    yield from _tape(clock["tape"], min(TAPE_CELLS, max(8, width - BESIDE_TAPE)))
    for move in clock.get("moves", ()):
        yield text(f"  {move_words(move)}", QUIET, limit=400)


def _tape(tape: Sequence[Mapping[str, Any]], cells: int) -> Iterable[Text]:
    """The tape as a bar, and each pause in words."""
    if not tape:
        return
    bar = "".join(TAPE_SIGNS[state] for state in _samples(tape, cells))
    begin, end = short_moment_text(tape[0]["from"]), short_moment_text(tape[-1]["to"])
    yield Text(f"  {begin} {bar} {end}", overflow="fold")
    yield Text(f"  {TAPE_LEGEND}", QUIET)
    for piece in tape:
        if piece["state"] == "paused":
            span = f"{short_moment_text(piece['from'])} to {short_moment_text(piece['to'])}"
            yield text(f"  paused {span}: {piece['reason']}", QUIET, limit=400)


def _samples(tape: Sequence[Mapping[str, Any]], cells: int) -> Iterable[str]:
    """The state in the middle of each of `cells` equal stretches of the tape."""
    begin: datetime = tape[0]["from"]
    seconds = (tape[-1]["to"] - begin).total_seconds()
    cells = min(cells, max(1, int(seconds)))
    for cell in range(cells):
        at = (cell + 0.5) * seconds / cells
        yield next(piece["state"] for piece in tape if at < (piece["to"] - begin).total_seconds())


def _ladder(steps: Sequence[LadderStep], width: int) -> Iterable[RenderableType]:
    if not steps:
        return
    yield section("Ladder")
    columns = [
        Column("Step", key=True),
        *(Column(title, right=False) for title in ("Owner", "Due", "Done")),
        Column("Late"),
    ]
    rows = [
        [
            text(step.step),
            text(step.owner or NO_DATA),
            _moment(step.due_at),
            _moment(step.done_at),
            _late(step.late_sec),
        ]
        for step in steps
    ]
    yield from grids(columns, rows, width)


def _moment(at: datetime | None) -> Text:
    return Text(short_moment_text(at) if at else NO_DATA)


def _late(seconds: int | None) -> Text:
    return Text(duration(seconds) if seconds and seconds > 0 else "", STYLES["miss"])


def _timeline(board: CaseBoard) -> Iterable[Text]:
    for event in board.events:
        change = " -> ".join(str(clean(value)) for value in (event.from_value, event.to_value) if value)
        by = f" by {clean(event.actor)}" if event.actor else ""
        why = f" ({clean(event.reason)})" if event.reason else ""
        words = f"{event.kind.replace('_', ' ')} {change}".rstrip()
        yield text(f"{short_moment_text(event.at)}  {words}{by}{why}", limit=600)
    if not board.events:
        yield Text("no events: needs case events", QUIET)
