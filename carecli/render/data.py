"""The data board: as text, and its own part of the JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import PurePath

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.board import NONE
from carecli.boards.data import Check, DataBoard, FeedShown, FileShown, RefusalShown, link_command
from carecli.metrics.figure import Figure
from carecli.render.grid import QUIET, STYLES, Column, figure_cell, grids, text
from carecli.render.page import foot, head, section
from carecli.render.values import day_text, marked_value, short_moment_text
from carecli.text import NO_DATA, STATUS, ago, clean, count

FATES = ("new", "changed", "unchanged", "stale", "quarantined", "ignored")
MOST_LINES = 20
"""Of any list on the page; JSON has them all."""
MOST_KEYS = 5
UNKNOWN_KIND = "unknown kind"
LONG = 1000
"""Characters of a line that holds a path or a command."""

FEED_COLUMNS = (
    Column("Feed", key=True),
    Column("From", right=False),
    Column("To", right=False),
    *map(Column, ("Age", "Files")),
    Column("Holds", right=False),
)
FILE_COLUMNS = (
    Column("File", key=True),
    Column("State", right=False),
    Column("Kind", right=False),
    *map(Column, ("Rows", "New", "Changed", "Same", "Stale", "Bad", "Ignored", "Removed")),
    Column("Assumed", right=False),
)
SHARES = tuple(map(Column, ("Share", "Rows", "Of")))
BAD_COLUMNS = (Column("Kind", key=True), *SHARES)
CHECK_COLUMNS = (Column("Check", key=True), Column("Source", right=False), Column("In", right=False), *SHARES)
TITLES = {"orphans": "Orphans", "minute_rounded": "At full minutes"}
"""Titles of checks whose place stands in a column of its own."""
HOLDS = {True: "finished only", False: "open too", None: ""}


def data_parts(board: DataBoard, width: int) -> Iterable[RenderableType]:
    """Feeds, files, what was refused, quarantine, joins, and what counts once; the foot says what is unknown."""
    yield from head(board.header, width)
    yield from _feeds(board.feeds, width)
    yield from _files(board, width)
    yield from _refused(board.refused)
    yield from _quarantine(board, width)
    yield from _checks(board.checks, width)
    yield from _agents(board)
    yield section("Counted once", board.header.window.label)
    for figure in board.suppressed:
        yield text(f"{figure.title}: {marked_value(figure)}")
    yield from foot(board.header, board.figures, width)


def _feeds(feeds: Sequence[FeedShown], width: int) -> Iterable[RenderableType]:
    yield section("Feeds", "" if feeds else "none")
    timed = [feed for feed in feeds if feed.note is None]
    if timed:
        yield from grids(FEED_COLUMNS, [_feed_cells(feed) for feed in timed], width)
    for note in dict.fromkeys(feed.note for feed in feeds if feed.note is not None):
        named = [clean(_kind(feed.source, feed.kind)) for feed in feeds if feed.note == note]
        yield text(f"{NO_DATA} {note}: {', '.join(named)}", QUIET, limit=LONG)


def _feed_cells(feed: FeedShown) -> list[Text]:
    return [
        text(_kind(feed.source, feed.kind)),
        Text(NO_DATA if feed.first is None else day_text(feed.first)),
        Text(NO_DATA if feed.watermark is None else short_moment_text(feed.watermark)),
        Text(ago(feed.age_sec)),
        Text(count(feed.files)),
        text(HOLDS[feed.finished_only], QUIET),
    ]


def _kind(source: str | None, kind: str | None) -> str:
    """`talkdesk contacts`: of a kind named like its source only the rest."""
    whole = kind or UNKNOWN_KIND
    if source is None:
        return whole
    return f"{source} {whole.removeprefix(f'{source}.') or whole}"


def _files(board: DataBoard, width: int) -> Iterable[RenderableType]:
    remark = f"the last {count(len(board.files))} of {_files_of(board.files_in_all)}; bad: in quarantine"
    yield section("Files", remark if board.files else "none")
    if board.files:
        yield from grids(FILE_COLUMNS, [_file_cells(shown) for shown in board.files], width)


def _file_cells(shown: FileShown) -> list[Text]:
    file = shown.file
    counts = (file.rows, *(getattr(file, fate) for fate in FATES), file.removed if file.rows is not None else None)
    assumed = ", ".join(f"{name} {value}" for name, value in file.assumed.items())
    return [
        text(_name(file.path)),
        _state(file.state),
        text(_kind(file.source, file.kind)),
        *(Text(count(each)) for each in counts),
        text(assumed, QUIET),
    ]


def _name(path: str) -> str:
    """The file's own name: a shared screen needs no folders, JSON has them."""
    return PurePath(path).name or path


def _state(state: str) -> Text:
    name = {"imported": "ok", "held": "risk"}.get(state, "miss")
    return text(f"{STATUS[name][0]} {state}", STYLES[name])


def _refused(refused: Sequence[RefusalShown]) -> Iterable[RenderableType]:
    yield section("Held or rejected, and not imported since", "" if refused else "none")
    for shown in refused[:MOST_LINES]:
        each = shown.refusal
        line = f" {_kind(each.source, each.kind)}: {_name(each.path)}, {each.message or each.code or NONE}"
        times = f" ({short_moment_text(shown.last_at)}; {_files_of(each.files)})"
        yield Text.assemble(_state(each.state), clean(line, limit=LONG), (times, QUIET))
    yield from _rest(len(refused))


def _files_of(number: int) -> str:
    """`1 file`, `2 files`."""
    return f"{count(number)} file{'' if number == 1 else 's'}"


def _quarantine(board: DataBoard, width: int) -> Iterable[RenderableType]:
    yield section("Quarantine", "" if board.bad_places else "empty")
    if board.quarantined:
        yield from grids(BAD_COLUMNS, [_bad_cells(check) for check in board.quarantined], width)
    for bad in board.bad_places[:MOST_LINES]:
        where = f", {bad.column}" if bad.column else ""
        example = f"{_name(bad.path)}:{bad.line}: found {bad.found!r}, expected {bad.expected or NONE}"
        yield text(f"{count(bad.records)} {_kind(bad.source, bad.kind)}{where}: {bad.code}")
        yield text(f"  {example}", QUIET, limit=LONG)
    yield from _rest(len(board.bad_places))


def _bad_cells(check: Check) -> list[Text]:
    by = check.figure.by
    return [text(_kind(by.get("source"), by.get("kind"))), *_share_cells(check.figure)]


def _checks(checks: Sequence[Check], width: int) -> Iterable[RenderableType]:
    yield section("Joins")
    yield from grids(CHECK_COLUMNS, [_check_cells(check) for check in checks], width)
    for check in checks:
        yield from _remarks(check)


def _check_cells(check: Check) -> list[Text]:
    figure = check.figure
    place = ".".join(filter(None, (figure.by.get("table"), figure.by.get("column"))))
    title = TITLES.get(figure.metric, figure.title)
    return [text(title), text(figure.by.get("source")), text(place), *_share_cells(figure)]


def _share_cells(figure: Figure) -> list[Text]:
    parts = (figure.numerator, figure.denominator)
    return [figure_cell(figure), *(Text(count(None if each is None else int(each))) for each in parts)]


def _remarks(check: Check) -> Iterable[Text]:
    """What follows from a check, and the first rows that it leaves open."""
    figure = check.figure
    title = " ".join(filter(None, (figure.by.get("source"), figure.title)))
    if check.says:
        yield text(f"{title}: {check.says}", limit=LONG)
    if check.keys:
        part, whole = int(figure.numerator or 0), int(figure.denominator or 0)
        are_those = figure.metric == "orphans"
        named = _listed(check.keys, part if are_those else whole - part)
        yield text(f"{title}{'' if are_those else ', missing'}: {named}", QUIET, limit=LONG)


def _listed(ids: Sequence[str], in_all: int) -> str:
    """`a, b, c and 23 more`."""
    first = [clean(each, limit=60) for each in ids[:MOST_KEYS]]
    rest = in_all - len(first)
    return ", ".join(first) + (f" and {count(rest)} more" if rest > 0 else "")


def _agents(board: DataBoard) -> Iterable[Text]:
    joins = board.joins
    for unknown in joins.unknown_agents:
        yield text(f"{unknown.source} agents without a name: {_listed(unknown.ids, unknown.count)}", limit=LONG)
    for shared in joins.shared_agents.first[:MOST_LINES]:
        holders = ", ".join(f"{source} {name}" if name else source for source, name in shared.holders)
        command = link_command([(source, shared.id) for source, _ in shared.holders])
        line = f"agent ids shared by sources: {shared.id} ({holders}): one person or two? {command}"
        yield text(line, limit=LONG)
    yield from _rest(joins.shared_agents.count)
    for candidate in joins.candidates[:MOST_LINES]:
        line = f"agents who may be one ({candidate.reason}): {link_command(candidate.ids, candidate.canonical)}"
        yield text(line, limit=LONG)
    yield from _rest(len(joins.candidates))


def _rest(in_all: int) -> Iterable[Text]:
    if in_all > MOST_LINES:
        yield text(f"and {count(in_all - MOST_LINES)} more", QUIET)
