"""What every board carries: as of when, in which zone, under which pack, over which window, from which feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from carecli.boards.around import ContactLine, ReviewLine, SurveyLine
from carecli.metrics.figure import Figure

NONE = "(none)"
"""The name of the slice of rows that have no value in a dimension."""


def queue_title(queue: str | None, channel: str | None) -> str:
    """`Billing voice`; a queue whose name ends with its channel says it once."""
    name = NONE if queue is None else queue
    repeated = channel is None or name.lower().split()[-1:] == [channel.lower()]
    return name if repeated else f"{name} {channel}"


@dataclass(frozen=True, slots=True)
class FeedAge:
    """How old one feed is at `as_of`."""

    source: str
    kind: str
    watermark: datetime
    age_sec: int


@dataclass(frozen=True, slots=True)
class WindowShown:
    """The window a board covers; `last` is exclusive."""

    name: str
    label: str
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Header:
    """What stands at the head of every board."""

    board: str
    title: str
    as_of: datetime
    zone: str
    pack: str
    window: WindowShown
    feeds: tuple[FeedAge, ...]
    where: tuple[tuple[str, str], ...] = ()
    data_ends: datetime | None = None
    """Set where `as_of` is past all data: the page says so in place of figures."""
    notes: tuple[str, ...] = ()


class AnyBoard(Protocol):
    """A board of any kind: what is asked of all of them."""

    @property
    def header(self) -> Header: ...


@dataclass(frozen=True, slots=True)
class Headline:
    """One big number: today's or yesterday's value, its change on the days before, and its trend."""

    name: str
    """What stands above it: SERVICE LEVEL voice."""
    figure: Figure
    before: Figure | None
    """The same over the days before the window; the change is figure - before."""
    trend: tuple[float | None, ...] = ()
    """One value a day, oldest first, ending with the window's day."""
    companions: tuple[Figure, ...] = ()
    """Figures printed small beside it, each under its own `title`: AHT p90, abandonment without short calls, 7 days."""
    window: str = ""
    """The window of the figure where it is not the board's: `28d`."""
    was: Figure | None = None
    """What was last shown of it while it could still change, where that was another value (R30)."""


@dataclass(frozen=True, slots=True)
class Moment:
    """An annotation: something that happened outside the queues."""

    at: datetime
    until: datetime | None
    kind: str
    scope: str
    text: str


@dataclass(frozen=True, slots=True)
class Movement:
    """Something that moved against its usual value: what, by how much, and in words why it is listed."""

    status: str
    """ok | risk | miss: how it should be looked at."""
    text: str
    where: tuple[tuple[str, str], ...] = ()
    figure: Figure | None = None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One queue x channel. Figures in the order of the columns."""

    queue: str | None
    channel: str | None
    waiting: Figure
    longest_wait: Figure
    offered: Figure
    answered: Figure
    service_level: Figure
    asa: Figure
    aht_p50: Figure
    aht_p90: Figure
    abandonment: Figure
    offered_by_interval: tuple[tuple[datetime, int, int], ...] = ()
    """(start, offered, answered) by half hour of the day, for the curve."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        return (
            self.waiting,
            self.longest_wait,
            self.offered,
            self.answered,
            self.service_level,
            self.asa,
            self.aht_p50,
            self.aht_p90,
            self.abandonment,
        )


@dataclass(frozen=True, slots=True)
class BacklogRow:
    """One row of the heat map: open cases by age, with what is stale, what came and went, and whose turn it is."""

    name: str | None
    buckets: tuple[Figure, ...]
    """One per aging bucket of the pack, youngest first."""
    total: Figure
    stale: Figure
    created_7d: Figure
    resolved_7d: Figure
    waiting_on: tuple[Figure, ...]
    """us, customer, third party."""
    unassigned: Figure
    no_reply: Figure
    oldest_sec: int | None


@dataclass(frozen=True, slots=True)
class StandupBoard:
    """The day's stand-up on one page: yesterday, what moved, what ages, what happened."""

    header: Header
    headlines: tuple[Headline, ...]
    """Four to six big numbers."""
    closed_days: str | None
    """One line for the closed days between the day shown and today; None if there were none."""
    by_queue: tuple[QueueRow, ...]
    backlog: tuple[BacklogRow, ...]
    bucket_labels: tuple[str, ...]
    quality: tuple[Headline, ...]
    """FCR, CSAT, reopen rate, escalation rate, volume new and follow-up, over 28 and 7 days."""
    moved: tuple[Movement, ...]
    happened: tuple[Moment, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """The page's numbers, each metric and slice once; the other windows beside them stand in `quality`."""
        heads = [f for h in self.headlines for f in (h.figure, *h.companions)] + [h.figure for h in self.quality]
        rows = [f for row in self.by_queue for f in row.figures]
        return (*heads, *rows, *_backlog_figures(self.backlog))


@dataclass(frozen=True, slots=True)
class QueuesBoard:
    """Queue health of a day, live or past."""

    header: Header
    rows: tuple[QueueRow, ...]
    happened: tuple[Moment, ...]
    by_channel: tuple[Figure, ...] = ()
    """The day's core figures of each channel over all its queues; on the page they are the queues' rows."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every number on the page."""
        return tuple(figure for row in self.rows for figure in row.figures)


@dataclass(frozen=True, slots=True)
class BacklogBoard:
    """The heat map: open cases by queue (or issue type, tier, priority) x aging bucket."""

    header: Header
    dimension: str
    bucket_labels: tuple[str, ...]
    rows: tuple[BacklogRow, ...]
    total: BacklogRow
    change_on_yesterday: int | None

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every number on the page; the total row comes last, with an empty slice."""
        return _backlog_figures((*self.rows, self.total))


@dataclass(frozen=True, slots=True)
class CaseLine:
    """One case in a list. Text is as stored; the door to the screen cleans it."""

    row_id: int
    source: str
    case_id: str
    subject: str | None
    queue: str | None
    channel: str | None
    status: str | None
    priority: str | None
    assignee: str | None
    created_at: datetime
    age_sec: int
    last_action_sec: int | None
    stale: bool
    url: str | None


@dataclass(frozen=True, slots=True)
class CasesBoard:
    """The cases behind a number: never more than `shown` of `count`."""

    header: Header
    breadcrumb: tuple[str, ...]
    count: int
    cases: tuple[CaseLine, ...]


@dataclass(frozen=True, slots=True)
class CaseEventLine:
    """One event of a case's timeline."""

    at: datetime
    kind: str
    from_value: str | None
    to_value: str | None
    actor: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class LadderStep:
    """A step of an escalation ladder; `late_sec` is None while it is neither done nor overdue."""

    step: str
    owner: str | None
    due_at: datetime | None
    done_at: datetime | None
    late_sec: int | None


@dataclass(frozen=True, slots=True)
class CaseBoard:
    """One case: what it is, what happened, and its clocks."""

    header: Header
    case: CaseLine
    facts: tuple[tuple[str, str | None], ...]
    """Label -> value, in the order of the page; times already in the reporting zone."""
    events: tuple[CaseEventLine, ...]
    clocks: tuple[dict[str, Any], ...]
    """Each: clock, target_sec, due_at, state, elapsed_sec, left_sec, tape (design: section 11), at_night, moves.

    `due_at`, and `from` and `to` of each piece of the tape, are datetimes in the reporting zone; `due_at` is None while
    the clock is paused. `target_sec` is what a night has made of it (R95). `moves` is what moved the due time: cause,
    reason, from, to, due_from, due_to each; `to` and `due_to` are None while a pause is open.
    """
    ladder: tuple[LadderStep, ...] = ()
    contacts: tuple[ContactLine, ...] = ()
    surveys: tuple[SurveyLine, ...] = ()
    reviews: tuple[ReviewLine, ...] = ()
    others: tuple[CaseLine, ...] = ()
    """The customer's other open cases, oldest first."""


Board = StandupBoard | QueuesBoard | BacklogBoard | CasesBoard | CaseBoard


def _backlog_figures(rows: tuple[BacklogRow, ...]) -> tuple[Figure, ...]:
    return tuple(
        figure
        for row in rows
        for figure in (
            *row.buckets,
            row.total,
            row.stale,
            row.created_7d,
            row.resolved_7d,
            *row.waiting_on,
            row.unassigned,
            row.no_reply,
        )
    )
