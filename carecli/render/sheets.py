"""Every board as sheets, in the order of its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from carecli.boards.board import (
    NONE,
    BacklogBoard,
    BacklogRow,
    CaseBoard,
    CasesBoard,
    Headline,
    Moment,
    QueueRow,
    QueuesBoard,
    StandupBoard,
    queue_title,
)
from carecli.boards.data import Check, DataBoard
from carecli.boards.over_time import ArrivalsBoard, TrendBoard
from carecli.boards.scorecard import ScorecardBoard
from carecli.boards.scorecard_packs import PacksBoard
from carecli.boards.sla import SlaBoard
from carecli.render.heat import arrivals_sheets
from carecli.render.scorecard_sheets import packs_sheets, scorecard_sheets
from carecli.render.sheet import Cell, Sheet, cell_text, sheet
from carecli.render.sla import sla_sheets
from carecli.render.trend import trend_sheets
from carecli.render.values import change_text, status_text
from carecli.text import STATUS, ago, count, duration

QUEUE = ("Queue", "Waiting", "Longest wait", "Offered", "Answered", "Service level", "ASA", "AHT p50", "AHT p90",
         "Abandoned")  # fmt: skip
HEADLINE = ("Measure", "Window", "Value", "Status", "Target", "Change", "n", "Beside it", "Note")
FLOW = ("Total", "Stale", "In 7 d", "Out 7 d", "On us", "On the customer", "On a third party", "Unassigned",
        "No reply yet", "Oldest")  # fmt: skip
CASE = ("Case", "Source", "Age", "Last act", "Stale", "Priority", "Status", "Queue", "Channel", "Assignee", "Subject")
FILE = ("File", "State", "Kind", "Source", "Rows", "New", "Changed", "Unchanged", "Stale", "Quarantined", "Ignored")
CHECK = ("Check", "Source", "In", "Share")


def sheets_of(board: object) -> tuple[Sheet, ...]:
    """The parts of a board that have rows. TypeError for what is no board."""
    match board:
        case StandupBoard():
            made = _standup(board)
        case QueuesBoard():
            made = iter((_queues(board.rows), _happened(board.happened)))
        case BacklogBoard():
            name = board.dimension.replace("_", " ").capitalize()
            made = iter((_backlog(board.rows, board.total, board.bucket_labels, name),))
        case CasesBoard():
            made = iter((_cases(board),))
        case CaseBoard():
            made = _case(board)
        case DataBoard():
            made = _data(board)
        case ScorecardBoard():
            made = scorecard_sheets(board)
        case SlaBoard():
            made = sla_sheets(board)
        case ArrivalsBoard():
            made = iter(arrivals_sheets(board))
        case TrendBoard():
            made = iter(trend_sheets(board))
        case PacksBoard():
            made = packs_sheets(board)
        case _:
            raise TypeError(f"{type(board).__name__} is no board")
    return tuple(each for each in made if each.rows)


def _standup(board: StandupBoard) -> Iterator[Sheet]:
    yield sheet("headlines", "Headlines", HEADLINE, [_headline(each) for each in board.headlines])
    moved = [(" ".join(STATUS.get(each.status, STATUS["none"])), each.text) for each in board.moved]
    yield sheet("moved", "What moved", ("Status", "What"), moved, "against the same weekday of the four weeks before")
    yield _happened(board.happened)
    yield sheet("quality", "Quality", HEADLINE, [_headline(each) for each in board.quality])
    yield _queues(board.by_queue)
    yield _backlog(board.backlog, None, board.bucket_labels, "Queue")


def _headline(headline: Headline) -> tuple[Cell, ...]:
    figure = headline.figure
    beside = ", ".join(f"{each.title} {cell_text(each)}" for each in headline.companions)
    change = change_text(figure, headline.before)
    window = headline.window or figure.window
    return (headline.name, window, figure, status_text(figure), figure.target, change, figure.n, beside, figure.note)


def _queues(rows: Sequence[QueueRow]) -> Sheet:
    return sheet("queues", "Queues", QUEUE, [(queue_title(row.queue, row.channel), *row.figures) for row in rows])


def _happened(moments: Sequence[Moment]) -> Sheet:
    rows = [(each.at, each.until, each.kind, each.scope, each.text) for each in moments]
    return sheet("happened", "What happened", ("At", "Until", "Kind", "Scope", "Text"), rows)


def _backlog(rows: Sequence[BacklogRow], total: BacklogRow | None, labels: Sequence[str], name: str) -> Sheet:
    lines = [_open_cases(row, NONE) for row in rows] + ([_open_cases(total, "total")] if total and rows else [])
    return sheet("backlog", "Open cases by age", (name, *labels, *FLOW), lines)


def _open_cases(row: BacklogRow, unnamed: str) -> tuple[Cell, ...]:
    flow = (row.total, row.stale, row.created_7d, row.resolved_7d, *row.waiting_on, row.unassigned, row.no_reply)
    return (unnamed if row.name is None else row.name, *row.buckets, *flow, duration(row.oldest_sec))


def _cases(board: CasesBoard) -> Sheet:
    rows = [
        (
            case.case_id,
            case.source,
            duration(case.age_sec),
            duration(case.last_action_sec),
            "stale" if case.stale else "",
            *(case.priority, case.status, case.queue, case.channel, case.assignee, case.subject),
        )
        for case in board.cases
    ]
    return sheet("cases", f"{count(len(rows))} of {count(board.count)} cases", CASE, rows)


def _case(board: CaseBoard) -> Iterator[Sheet]:
    yield sheet("facts", f"Case {board.case.case_id}", ("What", "Value"), board.facts)
    clocks = [
        (each["clock"], each["state"], each["due_at"], duration(each["elapsed_sec"]), duration(each["left_sec"]))
        for each in board.clocks
    ]
    yield sheet("clocks", "Clocks", ("Clock", "State", "Due", "Used", "Left"), clocks)
    steps = [(each.step, each.owner, each.due_at, each.done_at, duration(each.late_sec)) for each in board.ladder]
    yield sheet("ladder", "Ladder", ("Step", "Owner", "Due", "Done", "Late by"), steps)
    events = [
        (each.at, each.kind.replace("_", " "), each.from_value, each.to_value, each.actor, each.reason)
        for each in board.events
    ]
    yield sheet("timeline", "Timeline", ("At", "What", "From", "To", "By", "Reason"), events)


def _data(board: DataBoard) -> Iterator[Sheet]:
    feeds = [
        (each.source, each.kind, each.first, each.watermark, ago(each.age_sec), each.files, each.note)
        for each in board.feeds
    ]
    yield sheet("feeds", "Feeds", ("Source", "Kind", "From", "Newest", "Age", "Files", "Note"), feeds)
    files = [
        (
            *(PurePath(each.file.path).name, each.file.state, each.file.kind, each.file.source, each.file.rows),
            *(each.file.new, each.file.changed, each.file.unchanged, each.file.stale),
            *(each.file.quarantined, each.file.ignored),
        )
        for each in board.files
    ]
    yield sheet("files", f"The last {count(len(files))} of {count(board.files_in_all)} files", FILE, files)
    refused = [
        (PurePath(each.refusal.path).name, each.refusal.state, each.last_at, each.refusal.message or each.refusal.code)
        for each in board.refused
    ]
    yield sheet("refused", "Held or rejected", ("File", "State", "At", "Why"), refused)
    bad = [(each.kind, each.column, each.code, each.records, each.found, each.expected) for each in board.bad_places]
    yield sheet("quarantine", "Quarantine", ("Kind", "Column", "Why", "Rows", "Found", "Expected"), bad)
    checks = [*board.quarantined, *board.checks]
    yield sheet("checks", "Joins and quarantine", CHECK, [_check(each) for each in checks])
    once = [(figure.title, figure) for figure in board.suppressed]
    yield sheet("counted-once", "Counted once", ("What", "Cases"), once)


def _check(check: Check) -> tuple[Cell, ...]:
    figure = check.figure
    place = ".".join(filter(None, (figure.by.get("table"), figure.by.get("column"))))
    return (figure.title, figure.by.get("source"), place, figure)
