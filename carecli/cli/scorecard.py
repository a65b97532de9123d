"""The scorecard from the store: under the reader's pack, or under every pack side by side."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from carecli.boards.days import last_open_day
from carecli.boards.needs import scorecard_needs
from carecli.boards.scorecard import JUDGED_IN, WINDOWS, ScorecardBoard, scorecard_board
from carecli.boards.scorecard_packs import PacksBoard, packs_board
from carecli.cli.asking import Asking
from carecli.clocks.wall_time import local_date
from carecli.metrics.windows import Window, parse_window, window_of
from carecli.policy.layers import DOCUMENTS, is_shipped
from carecli.policy.pack import load_pack


def load_scorecard(
    at: Asking, windows: Sequence[str] = WINDOWS, judged: str = JUDGED_IN, against: str | None = None
) -> ScorecardBoard:
    """The tally under the reader's pack: windows side by side, one of them judged, maybe compared with another."""
    spans = {name: _window(at, name) for name in dict.fromkeys((*windows, judged))}
    compared = None if against is None else _window(at, against)
    shown = [*spans.values(), *([compared] if compared else [])]
    needed = scorecard_needs(as_of=at.as_of, zone=at.zone, packs=(at.pack,), windows=shown, judged=spans[judged])
    return scorecard_board(
        at.load(needed),
        at.pack,
        as_of=at.as_of,
        zone=at.zone,
        windows=tuple(spans.values()),
        judged=spans[judged],
        against=compared,
        where=at.where,
        week_start=at.settings.week_start,
    )


def load_packs(at: Asking, window: str | None = None) -> PacksBoard:
    """One window under every pack that ships, and the reader's own; the last open day where none is asked for."""
    own = () if is_shipped(at.settings.pack) else (at.settings.pack,)
    packs = [load_pack(name, zone=at.zone) for name in (*DOCUMENTS.values(), *own)]
    span = _window(at, window) if window else _last_open_day(at)
    needed = scorecard_needs(as_of=at.as_of, zone=at.zone, packs=packs, windows=(), judged=span)
    return packs_board(
        at.load(needed),
        packs,
        at.pack,
        as_of=at.as_of,
        zone=at.zone,
        window=span,
        where=at.where,
        week_start=at.settings.week_start,
    )


def _window(at: Asking, text: str) -> Window:
    return parse_window(text, at.as_of, at.zone, at.settings.week_start)


def _last_open_day(at: Asking) -> Window:
    day = last_open_day(at.pack.calendar_for(None), local_date(at.as_of, ZoneInfo(at.zone)))
    return window_of(day, day, at.zone, "last open day")
