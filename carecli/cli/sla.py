"""The SLA board from the store."""

from __future__ import annotations

from functools import partial

from carecli.boards.needs import sla_needs
from carecli.boards.sla import DIMENSIONS, SlaBoard, sla_board
from carecli.cli.asking import Asking
from carecli.metrics.windows import Window, parse_window
from carecli.store.rows import natural_ids

USUAL_WINDOW = "28d"


def load_sla_board(at: Asking, window: Window | None = None, dimension: str | None = None) -> SlaBoard:
    """The promises over 28 days, or the window asked for; `dimension` is one more to slice by, such as `agent`."""
    span = window or parse_window(USUAL_WINDOW, at.as_of, at.zone, at.settings.week_start)
    more = () if dimension is None or dimension in DIMENSIONS else (dimension,)
    return sla_board(
        at.load(sla_needs(as_of=at.as_of, zone=at.zone, pack=at.pack, window=span)),
        at.pack,
        as_of=at.as_of,
        zone=at.zone,
        window=span,
        where=at.where,
        dimensions=(*DIMENSIONS, *more),
        week_start=at.settings.week_start,
        natural_ids=partial(natural_ids, at.settings.store),
    )
