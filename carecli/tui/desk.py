"""Where the app's boards come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from carecli.boards.board import AnyBoard, BacklogBoard, CaseBoard, CasesBoard, QueuesBoard, StandupBoard
from carecli.boards.drill import ContactBoard, RowsAsked, RowsBoard, SliceBoard
from carecli.boards.over_time import ArrivalsBoard, TrendBoard
from carecli.boards.standup_run import StandupRun
from carecli.metrics.figure import Explanation, Figure


class Desk(Protocol):
    """Builds boards. `as_of` is epoch seconds; None is live: the desk says what now is.

    Every method is called from a worker thread, never from the app's own. Boards and explanations are asked for one at
    a time; `follow` and `generation` may run beside them. A `CareError` is shown as it reads, any other exception by
    its kind and place only. In `where` None asks for the rows that have no value in that dimension.
    """

    def standup(self, as_of: int | None) -> StandupBoard: ...

    def standup_run(self, as_of: int | None) -> StandupRun: ...

    def decide(self, text: str) -> None:
        """Keep what the stand-up decided."""
        ...

    def queues(self, as_of: int | None) -> QueuesBoard: ...

    def backlog(self, as_of: int | None, dimension: str) -> BacklogBoard: ...

    def cases(self, as_of: int | None, where: Mapping[str, str | None], limit: int = 500) -> CasesBoard: ...

    def slice(
        self, as_of: int | None, where: Mapping[str, str | None], window: str = "", dimension: str = ""
    ) -> SliceBoard:
        """One slice over a window (today where none is named), parted by a dimension that it doesn't fix."""
        ...

    def rows(self, as_of: int | None, asked: RowsAsked) -> RowsBoard:
        """The very rows that a figure counts, one page of them."""
        ...

    def case(self, as_of: int | None, source: str, case_id: str) -> CaseBoard: ...

    def contact(self, as_of: int | None, source: str, interaction_id: str) -> ContactBoard: ...

    def address(self, source: str, *, case_id: str | None = None, interaction_id: str | None = None) -> str | None:
        """The web address of a case or contact in its own system; None where nothing says it."""
        ...

    @property
    def open_with(self) -> str:
        """The program that opens web addresses; empty to copy them. Asked for in the app's own thread."""
        ...

    def arrivals(
        self, as_of: int | None, metric: str, window: str, where: Mapping[str, str | None] | None = None
    ) -> ArrivalsBoard:
        """A metric by hour and weekday over complete weeks, or any window."""
        ...

    def trend(self, as_of: int | None, figure: Figure, days: int) -> TrendBoard:
        """The figure's metric and slice on each of so many days."""
        ...

    def plain(self, name: str, as_of: int | None) -> AnyBoard:
        """A board that is shown as its sheets: `data`. Its name is that of `carecli board`."""
        ...

    def only(self, where: Mapping[str, str]) -> None:
        """Ask everything of this slice from now on, within the one the desk was opened with; empty for all of that."""
        ...

    def explain(self, as_of: int | None, figure: Figure) -> Explanation: ...

    def generation(self) -> int:
        """A number that grows when the store changes; cheap, polled every few seconds."""
        ...

    def follow(self) -> None:
        """Read on in followed logs; may do nothing."""
        ...
