"""The data board from the store: its books, and the frames of the window in which suppressed contacts are counted."""

from __future__ import annotations

from collections.abc import Mapping

from carecli.boards.data import DataBoard, data_board
from carecli.boards.needs import metric_needs
from carecli.cli.asking import Asking
from carecli.errors import UsageProblem
from carecli.metrics.windows import Window, parse_window
from carecli.store.books import read_books

USUAL_WINDOW = "28d"


def load_data_board(at: Asking, window: Window | None = None) -> DataBoard:
    """The board of the whole store, or of one source where the slice names one.

    A file isn't of a queue, so the rest of the usual slice (my queues) doesn't narrow what stands in the ledger.
    """
    source = at.where.get("source")
    span = window or parse_window(USUAL_WINDOW, at.as_of, at.zone, at.settings.week_start)
    snapshot = at.load(metric_needs(as_of=at.as_of, zone=at.zone, pack=at.pack, window=span))
    books = read_books(at.settings.store, source)
    where = {"source": source} if source else {}
    return data_board(snapshot, books, at.pack, as_of=at.as_of, zone=at.zone, window=span, where=where)


def check_slice(typed: Mapping[str, str]) -> None:
    """UsageProblem where somebody asks for a slice that the board doesn't have."""
    for dimension, value in typed.items():
        if dimension != "source" or not value:
            raise UsageProblem(
                f"the data board has no slice {dimension}={value}", hint="it takes --where source=NAME alone"
            )
