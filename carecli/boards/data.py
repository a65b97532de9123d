"""The data board: what was imported and how old it is, what was refused, what doesn't join, what counts once."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from carecli.boards.board import Header
from carecli.boards.header import header_of, local_time
from carecli.boards.slices import Where
from carecli.metrics.evaluate import figures
from carecli.metrics.facts import build_facts
from carecli.metrics.figure import Figure
from carecli.metrics.windows import Window
from carecli.policy.pack import Pack
from carecli.store.books import BadPlaces, BadRows, Books, FeedReach, Refusal
from carecli.store.joins import JoinRate, JoinReport
from carecli.store.ledger import FileResult
from carecli.store.snapshot import Snapshot

SUPPRESSED = {
    "case of a contact": "Cases of a contact that counts already",
    "case in a channel with its own feed": "Cases of a channel whose contacts come from a feed of its own",
}
"""Why the volume leaves out a case that came by a contact -> the title of the figure that says how many."""
TIMELESS = "its files tell no period"


@dataclass(frozen=True, slots=True)
class FeedShown:
    """One kind of file of one account: from when to when it reaches, and how old it is at `as_of`."""

    source: str
    kind: str
    tables: tuple[str, ...]
    files: int
    first: datetime | None
    watermark: datetime | None
    age_sec: int | None
    """Seconds from the watermark to `as_of`, never negative; None, with a note, where its files tell no period."""
    finished_only: bool | None
    """False where it holds contacts or cases that aren't over yet; None where its tables have none."""
    note: str | None = None


@dataclass(frozen=True, slots=True)
class FileShown:
    """A line of the ledger, with the time at which the file was brought."""

    file: FileResult
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class RefusalShown:
    """Files of one kind that were held or rejected for one reason; `last_at` is that of the newest."""

    refusal: Refusal
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Check:
    """A figure of the joins or the quarantine, with the keys of rows that it leaves open: the first 500."""

    figure: Figure
    keys: tuple[str, ...] = ()
    says: str | None = None
    """What follows from it, in words."""


@dataclass(frozen=True, slots=True)
class DataBoard:
    """Whether the other boards' data can be trusted, and where it can't."""

    header: Header
    feeds: tuple[FeedShown, ...]
    """Oldest first; those without a period last."""
    files: tuple[FileShown, ...]
    """The last ones, newest first, of `files_in_all`."""
    files_in_all: int
    refused: tuple[RefusalShown, ...]
    """Held or rejected and not imported since, newest first."""
    quarantined: tuple[Check, ...]
    """The share of each kind's rows that is in quarantine, where any is."""
    bad_places: tuple[BadPlaces, ...]
    checks: tuple[Check, ...]
    """Survey joins, tiers, orphans and rounded times, by source."""
    joins: JoinReport
    """The rest of what doesn't join: agents."""
    suppressed: tuple[Figure, ...]
    """Cases that are no contact of their own, over the window."""

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Every rate and count of the page that isn't a line of the ledger."""
        return (*(check.figure for check in (*self.quarantined, *self.checks)), *self.suppressed)


def data_board(
    snapshot: Snapshot, books: Books, pack: Pack, *, as_of: int, zone: str, window: Window, where: Where | None = None
) -> DataBoard:
    """The board of the whole store, or of the source that `where` names; `window` is that of the suppressed contacts.

    Ages are those at `as_of` (epoch seconds). The ledger, the quarantine and the joins are as they are now: rows don't
    tell when they became known.
    """
    asked = where or {}
    nothing = f"nothing was imported from {asked['source']}" if asked.get("source") else "nothing was imported yet"
    return DataBoard(
        header=header_of(
            snapshot,
            pack,
            board="data",
            title="Data",
            window=window,
            as_of=as_of,
            where=asked,
            notes=() if books.files_in_all or books.feeds else (nothing,),
        ),
        feeds=_feeds(books.feeds, as_of, zone),
        files=tuple(FileShown(line.file, local_time(line.imported_at, zone)) for line in books.files),
        files_in_all=books.files_in_all,
        refused=tuple(RefusalShown(each, local_time(each.last_at, zone)) for each in books.refusals),
        quarantined=tuple(map(_quarantined, books.bad_rows)),
        bad_places=books.bad_places,
        checks=tuple(_checks(books.joins)),
        joins=books.joins,
        suppressed=_suppressed(snapshot, pack, as_of, zone, window, asked),
    )


def link_command(ids: Sequence[tuple[str, str]], name: str = "NAME") -> str:
    """The command that puts these ids (source, its id) of one agent together."""
    words = ["--to", name, *(f"{source}:{agent}" for source, agent in ids)]
    return " ".join(["carecli identity link", *map(shlex.quote, words)])


def _feeds(reaches: Sequence[FeedReach], as_of: int, zone: str) -> tuple[FeedShown, ...]:
    shown = [_feed(reach, as_of, zone) for reach in reaches]
    return tuple(sorted(shown, key=lambda feed: (feed.age_sec is None, -(feed.age_sec or 0), feed.source, feed.kind)))


def _feed(reach: FeedReach, as_of: int, zone: str) -> FeedShown:
    first, last = reach.first, reach.watermark
    return FeedShown(
        reach.source,
        reach.kind,
        reach.tables,
        reach.files,
        None if first is None else local_time(first, zone),
        None if last is None else local_time(last, zone),
        None if last is None else max(0, as_of - last),
        reach.finished_only,
        TIMELESS if last is None else None,
    )


def _quarantined(bad: BadRows) -> Check:
    by = {"source": bad.source, "kind": bad.kind}
    return Check(_share("quarantined", "Rows in quarantine", by, bad.quarantined, bad.rows))


def _share(metric: str, title: str, by: Mapping[str, str | None], part: int, whole: int) -> Figure:
    return Figure(
        metric,
        title,
        by,
        part / whole if whole else None,
        "ratio",
        whole,
        numerator=part,
        denominator=whole,
        note=None if whole else "no rows",
    )


def _checks(joins: JoinReport) -> Iterator[Check]:
    """R318, R322, R309, R315, in this order; the first two say why where they can't be told."""
    yield from _rates("survey_join_rate", "Surveys joined", "surveys", joins.surveys)
    yield from _rates("tier_present", "Cases with a tier", "cases", joins.tiers)
    for each in joins.orphans:
        by = {"source": each.source, "table": each.table, "column": each.column}
        yield Check(_share("orphans", f"Orphans of {each.table}.{each.column}", by, each.orphans, each.rows), each.ids)
    for rounded in joins.minute_rounded:
        by = {"source": rounded.source, "table": rounded.table}
        title = f"At full minutes in {rounded.table}"
        yield Check(_share("minute_rounded", title, by, rounded.at_zero, rounded.times), says=rounded.text)


def _rates(metric: str, title: str, table: str, rates: Sequence[JoinRate]) -> Iterator[Check]:
    if not rates:
        yield Check(Figure(metric, title, {}, None, "ratio", 0, note=f"no data: needs {table}"))
    for rate in rates:
        yield Check(_share(metric, title, {"source": rate.source}, rate.joined, rate.rows), rate.missing)


def _suppressed(
    snapshot: Snapshot, pack: Pack, as_of: int, zone: str, window: Window, where: Where
) -> tuple[Figure, ...]:
    """What the volume of the window leaves out so that a call and its ticket are one contact."""
    (volume,) = figures(build_facts(snapshot, pack, as_of, zone), ["volume"], window=window, where=where)
    return tuple(
        replace(
            volume,
            metric="contacts_suppressed",
            title=title,
            by={"reason": reason},
            value=None if volume.value is None else float(volume.excluded.get(reason, 0)),
            n=volume.excluded.get(reason, 0),
            numerator=None,
            denominator=None,
            excluded={},
            window=window.label,
        )
        for reason, title in SUPPRESSED.items()
    )
