"""The head of a board: as of when, over which window, from which feeds of what age."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from carecli.boards.board import FeedAge, Header, WindowShown
from carecli.metrics.windows import Window
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot


def header_of(
    snapshot: Snapshot,
    pack: Pack,
    *,
    board: str,
    title: str,
    window: Window,
    as_of: int,
    where: Mapping[str, str | None],
    label: str | None = None,
    notes: tuple[str, ...] = (),
) -> Header:
    """The head of a board over `window`, whose zone is the reporting zone; `label` is the window in words."""
    newest = max((feed.watermark for feed in snapshot.feeds), default=None)
    ended = newest is not None and newest < window.first
    return Header(
        board=board,
        title=title,
        as_of=local_time(as_of, window.zone),
        zone=window.zone,
        pack=f"{pack.id} {pack.version}",
        window=window_shown(window, label),
        feeds=_feeds(snapshot, as_of, window.zone),
        where=tuple((dimension, value or "") for dimension, value in where.items()),
        data_ends=local_time(newest, window.zone) if newest is not None and ended else None,
        notes=notes,
    )


def local_time(at: int, zone: str) -> datetime:
    """An instant in epoch seconds on the clock of a zone."""
    return datetime.fromtimestamp(at, ZoneInfo(zone))


def window_shown(window: Window, label: str | None = None) -> WindowShown:
    return WindowShown(
        name=window.name,
        label=label or window.label,
        first=local_time(window.first, window.zone),
        last=local_time(window.last, window.zone),
    )


def _feeds(snapshot: Snapshot, as_of: int, zone: str) -> tuple[FeedAge, ...]:
    """Oldest first: what a page must warn of. A feed that is ahead of `as_of` is 0 seconds old."""
    feeds = [
        FeedAge(feed.source, feed.kind, local_time(feed.watermark, zone), max(0, as_of - feed.watermark))
        for feed in snapshot.feeds
    ]
    return tuple(sorted(feeds, key=lambda feed: (-feed.age_sec, feed.source, feed.kind)))
