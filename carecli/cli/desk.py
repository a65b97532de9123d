"""Boards from the store: the one place where a board's needs, its rows and its builder meet.

The app, `carecli board` and `carecli explain` all come through here, so they can't disagree.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from carecli.cli.asking import Asking


@dataclass
class StoreDesk:
    """The desk over a store. `live` says what now is where no instant is asked for; `follow_logs` reads on in logs."""

    asked: Asking
    live: Callable[[], int] = lambda: int(time.time())
    follow_logs: Callable[[], None] = lambda: None

    def _at(self, as_of: int | None) -> Asking:
        return replace(self.asked, as_of=self.live() if as_of is None else as_of)
