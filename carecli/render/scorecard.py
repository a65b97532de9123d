"""The scorecard as text: a block of rows for responsiveness, completion, quality, load and money (R29, R42)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from rich.console import RenderableType
from rich.text import Text

from carecli.boards.balanced import BalancedScorecard, FalseEconomy
from carecli.boards.comparing import Change
from carecli.boards.scorecard import ScorecardBoard, ScoreRow
from carecli.boards.scorecard_metrics import BLOCKS, Block
from carecli.metrics.figure import Figure
from carecli.metrics.judging import Judgement
from carecli.render.grid import GAP, QUIET, STYLES, Column, all_provisional, figure_cell, grids, text
from carecli.render.page import foot, head, section
from carecli.render.tables import ALL_PROVISIONAL
from carecli.render.values import change_text, value_text
from carecli.text import STATUS, Shown, clean, count, percent, signed, spark

TRENDS = (28, 14, 7)
"""Days of a trend, as many as there is room for."""

SHORT: Mapping[str, str] = {
    "Average handle time": "AHT",
    "Average speed of answer": "ASA",
    "Customer satisfaction": "CSAT",
    "First contact resolution": "FCR",
    "Time to resolution": "TTR",
}
"""What long titles are called where there is little room."""

LITTLE_ROOM = 100
NOT_JUDGED = "○"
LONGEST_NOTE = 400


def scorecard_parts(board: ScorecardBoard, width: int) -> Iterable[RenderableType]:
    """The page from top to bottom; without figures where the data ends before its window."""
    yield from head(board.header, width)
    if board.header.data_ends is not None:
        yield from foot(board.header, (), width)
        return
    yield text("   ".join(f"{window.name} {window.label}" for window in board.windows), QUIET)
    if board.against is not None:
        named = "" if board.against.name == board.against.label else f"{board.against.name} "
        yield text(f"{board.judged_in} compared with {named}{board.against.label}", QUIET)
    provisional = all_provisional(board.figures)
    for block in BLOCKS:
        yield from _block(board, block, width, mark=not provisional)
    yield from balanced_lines(board.balanced, width)
    yield from alarm_lines(board.alarms)
    if provisional:
        yield Text(f"\n{ALL_PROVISIONAL}", QUIET)
    yield from foot(board.header, [row.judged for row in board.rows], width)


def _block(board: ScorecardBoard, block: Block, width: int, *, mark: bool) -> Iterator[RenderableType]:
    rows = [row for row in board.rows if row.block == block]
    if not rows:
        return
    owners = list(dict.fromkeys(row.owner for row in rows))
    yield section(block.capitalize(), f"owner: {owners[0]}" if len(owners) == 1 else "")
    columns = [
        Column("Metric", key=True),
        Column("Target", right=False),
        *(Column(window.name) for window in board.windows),
        Column("n"),
        Column("Status", right=False),
        *([Column("Before"), Column("Change"), Column("95 % CI")] if board.against else []),
        *([Column("Owner", right=False)] if len(owners) > 1 else []),
    ]
    lines = [line for row in rows for line in _lines(row, board, len(owners) > 1, width, mark=mark)]
    if board.against is not None:
        yield from grids(columns, [line for line, _ in lines], width)
    else:
        days = _trend_days(columns, [line for line, _ in lines], width)
        cells = [[*line, Text(spark(trend[-days:]) if trend else "", QUIET)] for line, trend in lines]
        yield from grids([*columns, Column(f"Last {days} days", right=False)], cells, width)
    yield from (text(note, QUIET, limit=LONGEST_NOTE) for note in _notes(rows))


Line = tuple[list[Text], tuple[float | None, ...]]
"""The cells of a line, and the trend that stands at its end."""


def _lines(row: ScoreRow, board: ScorecardBoard, owned: bool, width: int, *, mark: bool) -> Iterator[Line]:
    """A row's line, then one for each further promise about it."""
    first, *others = row.judgements or (None,)
    compared = _compared(row.change, row.judged) if board.against else []
    yield (
        [
            text(f"  {row.title}" if row.below else short_title(row.title, row.judged.title, width)),
            text(_target(first)),
            *(figure_cell(figure, mark=mark) for figure in row.figures),
            Text(count(row.judged.n)),
            status_cell(first, row.judged),
            *compared,
            *([text(row.owner)] if owned else []),
        ],
        row.trend,
    )
    for other in others:
        blanks = [Text("")] * (len(board.windows) + 1)
        rest = [Text("")] * (len(compared) + owned)
        yield [text(""), text(_target(other)), *blanks, status_cell(other, row.judged), *rest], ()


def short_title(title: str, metric: str, width: int) -> str:
    """The title of a row, short where there is little room for it."""
    known = next((name for name in SHORT if width < LITTLE_ROOM and metric.startswith(name)), "")
    return title.replace(known, SHORT[known], 1) if known else title


def _target(judgement: Judgement | None) -> str:
    if judgement is None:
        return ""
    return f"{judgement.target} (direction)" if judgement.directional else judgement.target


def status_cell(judgement: Judgement | None, shown: Figure) -> Text:
    """Glyph and word, and the value where it is another than the one that stands in the row already."""
    if judgement is None:
        return Text("")
    if judgement.verdict is None:
        why = (judgement.note or "").partition(":")[0]
        return text(f"{NOT_JUDGED} {why}" if judgement.figure.value is not None and why else "", QUIET)
    glyph, word = STATUS[judgement.verdict]
    style = QUIET if judgement.directional else STYLES.get(judgement.verdict, "")
    word = clean("above goal" if judgement.verdict == "ok" else "under goal") if judgement.directional else word
    other = judged_value(judgement, shown)
    return text(f"{glyph} {word}{f'  {other}' if other else ''}", style)


def judged_value(judgement: Judgement, shown: Figure) -> str:
    """`+6 from 22`, or the value of the goal's own window; empty where it is the row's own."""
    if judgement.value is None:
        return ""
    if judgement.baseline is not None:
        return f"{change_text(judgement.figure, judgement.baseline)} from {value_text(judgement.baseline)}"
    own = (judgement.figure.metric, judgement.figure.window) == (shown.metric, shown.window)
    return "" if own else value_text(judgement.figure)


def _trend_days(columns: Sequence[Column], lines: Sequence[Sequence[Text]], width: int) -> int:
    """As many days as fit beside the other columns; all of them where the table is split anyway."""
    used = sum(
        max(len(column.title), *(line[place].cell_len for line in lines)) + GAP for place, column in enumerate(columns)
    )
    return next((days for days in TRENDS if used + max(days, len("Last 28 days")) <= width), TRENDS[0])


def _compared(change: Change | None, now: Figure) -> list[Text]:
    """The value before, how far it moved since, and how sure that is."""
    if change is None:
        return [Text("")] * 3
    moved = change_text(now, change.before)
    relative = "" if change.relative is None or not moved else f" ({signed(change.relative * 100, 1)} %)"
    low_high = "" if change.interval is None else interval_text(change.interval)
    return [text(value_text(change.before)), text(f"{moved}{relative}"), text(low_high)]


def interval_text(interval: tuple[float, float] | tuple[Fraction, Fraction]) -> Shown:
    """`+0.3..+9.7 pp` (R72)."""
    low, high = (signed(100 * end, 1) for end in interval)
    return clean(f"{low}..{high} pp")


def _notes(rows: Sequence[ScoreRow]) -> Iterator[str]:
    """What is said beside values and verdicts, each once with the rows it is said of."""
    told: dict[str, list[str]] = {}
    for row in rows:
        notes = dict.fromkeys(note for each in row.judgements for note in judgement_notes(each, row.judged))
        if row.judged.value is not None and row.judged.note:
            notes[row.judged.note] = None
        for note in notes:
            told.setdefault(note, []).append(_named(row))
    return (f"  {', '.join(titles)}: {note}" for note, titles in told.items())


def judgement_notes(judgement: Judgement, shown: Figure) -> Iterator[str]:
    """Why there is no verdict, which arm was met, and over which days where they are not the row's own."""
    if judgement.figure.value is None:
        return
    if judgement.note:
        yield judgement.note
    if judgement.baseline is not None:
        yield f"{judgement.target}: {judgement.figure.window} from {judgement.baseline.window}"
    elif judgement.figure.window != shown.window:
        yield f"{judgement.target}: over {judgement.figure.window}"


def _named(row: ScoreRow) -> str:
    return f"{row.judged.title} {row.title}" if row.below else row.title


def balanced_lines(balanced: BalancedScorecard | None, width: int) -> Iterator[RenderableType]:
    """The parts of the balanced scorecard, each with its weight, and their sum (R86)."""
    if balanced is None:
        return
    yield section("Balanced scorecard", balanced.normalised)
    numbers = [*map(Column, ("Attained", "Weight", "Weighted"))]
    columns = [Column("Part", key=True), Column("Value"), Column("Target", right=False), *numbers,
               Column("Note", right=False)]  # fmt: skip
    rows = [
        [
            text(part.figure.title),
            text(value_text(part.figure)),
            text(part.target),
            text(_score(part.score)),
            text(percent(part.weight.numerator, part.weight.denominator, 0)),
            text(_score(part.weighted)),
            text(part.note or ""),
        ]
        for part in balanced.parts
    ]
    lacking = "a part has no value" if balanced.total is None else ""
    total = [Text("Total", "bold"), *[Text("")] * 4, Text(_score(balanced.total), "bold"), text(lacking)]
    yield from grids(columns, [*rows, total], width)


def _score(score: Fraction | None) -> str:
    return "-" if score is None else f"{float(score):.3f}"


def alarm_lines(alarms: Sequence[FalseEconomy]) -> Iterator[RenderableType]:
    """`false economy?` with both movements beside it (R87)."""
    if not alarms:
        return
    yield section("False economy?", "handle time fell by 5 % or more, and satisfaction by 1 pp or more with it")
    for alarm in alarms:
        where = ", ".join(str(value) for _, value in alarm.by) or "all channels"
        handle = change_text(alarm.handle_time, alarm.handle_time_before)
        csat = change_text(alarm.csat, alarm.csat_before)
        yield text(
            f"{STATUS['risk'][0]} {where}: handle time {value_text(alarm.handle_time_before)} to "
            f"{value_text(alarm.handle_time)} ({handle}), CSAT {value_text(alarm.csat_before)} to "
            f"{value_text(alarm.csat)} ({csat}, n {count(alarm.csat.n)})",
            STYLES["risk"],
            limit=LONGEST_NOTE,
        )
