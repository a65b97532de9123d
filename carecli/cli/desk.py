"""Boards from the store: the one place where a board's needs, its rows and its builder meet.

The app and `carecli board` both come through here, so they can't disagree.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from carecli.boards.backlog import backlog_board
from carecli.boards.board import BacklogBoard, CaseBoard, CasesBoard, QueuesBoard, StandupBoard
from carecli.boards.case import case_board
from carecli.boards.cases import cases_board, oldest_first
from carecli.boards.headlines import slice_text
from carecli.boards.needs import BoardName, metric_needs, needs
from carecli.boards.queues import queues_board
from carecli.boards.standup import standup_board
from carecli.cli.asking import Asking
from carecli.errors import CareError, NoStore, UsageProblem
from carecli.metrics.evaluate import explain
from carecli.metrics.facts import build_facts
from carecli.metrics.figure import Explanation, Figure
from carecli.metrics.windows import Window, parse_window
from carecli.store.connection import reading
from carecli.store.frames import generation
from carecli.store.reported import ReportedFigure, keep_reported
from carecli.store.rows import events_of_case, find_case, readable_rows
from carecli.store.snapshot import Snapshot


@dataclass
class StoreDesk:
    """The desk over a store. `live` says what now is where no instant is asked for; `follow_logs` reads on in logs."""

    asked: Asking
    live: Callable[[], int] = lambda: int(time.time())
    follow_logs: Callable[[], None] = lambda: None
    remembers: bool = True
    """Whether live figures that may still change are kept as they were shown (R30)."""

    def standup(self, as_of: int | None) -> StandupBoard:
        at = self._at(as_of)
        return standup_board(_load(at, "standup"), at.pack, as_of=at.as_of, zone=at.zone, where=at.where)

    def queues(self, as_of: int | None, window: Window | None = None) -> QueuesBoard:
        at = self._at(as_of)
        snapshot = _load(at, "queues", window)
        board = queues_board(snapshot, at.pack, as_of=at.as_of, zone=at.zone, window=window, where=at.where)
        if as_of is None and self.remembers:
            self._remember(board)
        return board

    def backlog(self, as_of: int | None, dimension: str) -> BacklogBoard:
        at = self._at(as_of)
        snapshot = _load(at, "backlog")
        return backlog_board(snapshot, at.pack, as_of=at.as_of, zone=at.zone, dimension=dimension, where=at.where)

    def cases(self, as_of: int | None, where: Mapping[str, str | None], limit: int = 500) -> CasesBoard:
        """The open cases of a slice: the very rows that the backlog figure of that slice counts."""
        at = self._at(as_of)
        snapshot = _load(at, "cases")
        asked = {**at.where, **where}
        today = parse_window("today", at.as_of, at.zone)
        found = explain(build_facts(snapshot, at.pack, at.as_of, at.zone), "backlog", window=today, where=asked)
        ids = found.rows.get("cases", [])
        return cases_board(
            snapshot,
            at.pack,
            readable_rows(at.settings.store, "cases", oldest_first(snapshot, ids, limit)),
            as_of=at.as_of,
            zone=at.zone,
            count=len(ids),
            breadcrumb=tuple(value or "(none)" for value in asked.values()),
            where=asked,
        )

    def case(self, as_of: int | None, source: str | None, case_id: str) -> CaseBoard:
        """One case. UsageProblem where there is none of that id, or several sources have one."""
        at = self._at(as_of)
        row_id = _the_case(at.settings.store, case_id, source)
        (row,) = readable_rows(at.settings.store, "cases", [row_id])
        if row["created_at"] is None:
            raise UsageProblem(f"of case {case_id!r} only later events are known", hint="import the tickets as well")
        if row["created_at"] > at.as_of:
            raise UsageProblem(f"no case {case_id!r} yet at that time", hint="ask for it as of a later time")
        events = events_of_case(at.settings.store, row["source"], case_id)
        snapshot = _load(at, "case")
        return case_board(snapshot, at.pack, row, events, as_of=at.as_of, zone=at.zone)

    def explain(self, as_of: int | None, figure: Figure) -> Explanation:
        """Where a figure of a board comes from: its own metric, slice and window asked for again."""
        at = self._at(as_of)
        window = parse_window(figure.window or "today", at.as_of, at.zone)
        snapshot = at.load(metric_needs(as_of=at.as_of, zone=at.zone, pack=at.pack, window=window))
        facts = build_facts(snapshot, at.pack, at.as_of, at.zone)
        return explain(facts, figure.metric, window=window, where={**at.where, **figure.by})

    def generation(self) -> int:
        try:
            with reading(self.asked.settings.store) as connection:
                return generation(connection)
        except NoStore:
            return 0

    def follow(self) -> None:
        self.follow_logs()

    def _remember(self, board: QueuesBoard) -> None:
        """Keep the provisional figures somebody now sees; a store that can't be written now is no reason to fail."""
        header = board.header
        told = [
            ReportedFigure(
                figure.window,
                header.zone,
                header.pack,
                figure.metric,
                slice_text(figure),
                figure.value,
                figure.numerator,
                figure.denominator,
                figure.n,
                int(header.as_of.timestamp()),
            )
            for figure in board.by_channel
            if figure.provisional and figure.value is not None
        ]
        with suppress(CareError):
            keep_reported(self.asked.settings.store, told, int(time.time()))

    def _at(self, as_of: int | None) -> Asking:
        return replace(self.asked, as_of=self.live() if as_of is None else as_of)


def _load(at: Asking, board: BoardName, window: Window | None = None) -> Snapshot:
    return at.load(needs(board, as_of=at.as_of, zone=at.zone, pack=at.pack, window=window))


def _the_case(store: Path, case_id: str, source: str | None) -> int:
    found = find_case(store, case_id, source)
    if not found:
        raise UsageProblem(f"no case {case_id!r}" + (f" in {source}" if source else ""))
    if len(found) > 1:
        raise UsageProblem(f"{len(found)} sources have a case {case_id!r}", hint="say which with --source NAME")
    return found[0]
