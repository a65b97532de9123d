"""Boards from the store: the one place where a board's needs, its rows and its builder meet.

The app and `carecli board` both come through here, so they can't disagree.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace

from carecli.boards.backlog import backlog_board
from carecli.boards.board import AnyBoard, BacklogBoard, CaseBoard, CasesBoard, QueuesBoard, StandupBoard
from carecli.boards.cases import cases_board, oldest_first
from carecli.boards.drill import ContactBoard, RowsAsked, RowsBoard, SliceBoard
from carecli.boards.headlines import slice_text
from carecli.boards.needs import BoardName, needs
from carecli.boards.over_time import ArrivalsBoard, TrendBoard
from carecli.boards.queues import queues_board
from carecli.boards.standup import standup_board
from carecli.boards.standup_run import StandupRun
from carecli.cli import drilling, over_time
from carecli.cli.asking import Asking, slice_of
from carecli.cli.drilling import Held
from carecli.errors import CareError, NoStore, UsageProblem
from carecli.metrics.evaluate import explain
from carecli.metrics.facts import build_facts
from carecli.metrics.figure import Explanation, Figure
from carecli.metrics.windows import Window, parse_window
from carecli.store.connection import reading
from carecli.store.frames import generation
from carecli.store.reported import ReportedFigure, keep_reported
from carecli.store.rows import readable_rows
from carecli.store.snapshot import Snapshot


@dataclass
class StoreDesk:
    """The desk over a store. `live` says what now is where no instant is asked for; `follow_logs` reads on in logs."""

    asked: Asking
    live: Callable[[], int] = lambda: int(time.time())
    follow_logs: Callable[[], None] = lambda: None
    remembers: bool = True
    """Whether live figures that may still change are kept as they were shown (R30)."""
    held: Held = field(default_factory=Held, repr=False)
    _where: Mapping[str, str | None] | None = field(default=None, repr=False)
    """The slice it was opened with, while another one is in force."""

    def only(self, where: Mapping[str, str]) -> None:
        """Ask everything of a slice from now on, within the one it was opened with."""
        self._where = self.asked.where if self._where is None else self._where
        self.asked = replace(self.asked, where={**self._where, **slice_of(where)})

    def standup(self, as_of: int | None) -> StandupBoard:
        at = self._at(as_of)
        return standup_board(_load(at, "standup"), at.pack, as_of=at.as_of, zone=at.zone, where=at.where)

    def standup_run(self, as_of: int | None) -> StandupRun:
        """The stand-up's five pages, with what was decided."""
        from carecli.cli.standup import load_run

        return load_run(self._at(as_of))

    def decide(self, text: str) -> None:
        """Keep what the stand-up decided, at the time the desk says is now."""
        from carecli.cli.standup import keep_decision

        keep_decision(self._at(None), text)

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
        return drilling.load_case(self._at(as_of), self.held, source, case_id)

    def contact(self, as_of: int | None, source: str | None, interaction_id: str) -> ContactBoard:
        """One contact. UsageProblem where there is none of that id, or several sources have one."""
        return drilling.load_contact(self._at(as_of), self.held, source, interaction_id)

    def slice(
        self, as_of: int | None, where: Mapping[str, str | None], window: str = "", dimension: str = ""
    ) -> SliceBoard:
        """One slice over a window, today where none is named, parted by one of the dimensions it doesn't fix."""
        return drilling.load_slice(self._at(as_of), self.held, where, window, dimension)

    def rows(self, as_of: int | None, asked: RowsAsked) -> RowsBoard:
        """The very rows that a figure of a board counts, one page of them."""
        return drilling.load_rows(self._at(as_of), self.held, asked)

    def address(self, source: str, *, case_id: str | None = None, interaction_id: str | None = None) -> str | None:
        """The web address of a case or contact in its own system; None where nothing says it."""
        return drilling.address(self._at(None), source, case_id=case_id, interaction_id=interaction_id)

    @property
    def open_with(self) -> str:
        """The program that opens web addresses; empty to copy them."""
        return self.asked.settings.open_with

    def arrivals(
        self, as_of: int | None, metric: str, window: str, where: Mapping[str, str | None] | None = None
    ) -> ArrivalsBoard:
        """A metric by hour and weekday over complete weeks, or any window."""
        return over_time.load_arrivals(self._at(as_of), self.held, metric, window, where or {})

    def trend(self, as_of: int | None, figure: Figure, days: int) -> TrendBoard:
        """The figure's metric and slice on each of so many days."""
        return over_time.load_trend(self._at(as_of), self.held, figure, days)

    def plain(self, name: str, as_of: int | None) -> AnyBoard:
        """A board that is shown as its sheets. UsageProblem where there is none of that name."""
        at = self._at(as_of)
        if name == "data":
            from carecli.cli.data import load_data_board

            return load_data_board(at)
        if name == "scorecard":
            from carecli.cli.scorecard import load_scorecard

            return load_scorecard(at)
        if name == "sla":
            from carecli.cli.sla import load_sla_board

            return load_sla_board(at)
        raise UsageProblem(f"no board {name!r}")

    def explain(self, as_of: int | None, figure: Figure) -> Explanation:
        """Where a figure of a board comes from: its own metric, slice and window asked for again."""
        return drilling.explanation(self._at(as_of), self.held, figure)

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
