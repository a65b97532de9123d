"""What a wall shows in turn: a list in TOML of boards, each with seconds, times of day and filters."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time
from pathlib import Path
from typing import Any

from carecli.errors import UsageProblem

BOARDS = ("standup", "queues", "backlog", "sla", "scorecard")
"""Boards without any case or customer by name."""
KEYS = ("board", "page", "seconds", "from", "to", "where")
USUAL_SEC, LEAST_SEC, MOST_SEC, PAGES = 30, 5, 86_400, 5


@dataclass(frozen=True, slots=True)
class Showing:
    """One entry. `page` 0 is the whole board; `begins` and `ends` are wall-clock times, equal ones mean all day."""

    board: str
    page: int = 0
    seconds: int = USUAL_SEC
    begins: time = time(0)
    ends: time = time(0)
    where: Mapping[str, str] = field(default_factory=dict)

    def is_due(self, at: time) -> bool:
        """Whether [begins, ends) holds a time of day; it may run over midnight."""
        if self.begins < self.ends:
            return self.begins <= at < self.ends
        return self.begins == self.ends or at >= self.begins or at < self.ends


USUAL = (Showing("queues", seconds=60), Showing("standup", 1), Showing("backlog"), Showing("standup", 4))
"""Without a playlist."""


def next_showing(playlist: Sequence[Showing], last: int, at: datetime) -> int | None:
    """The place of the next entry after `last` (-1 at first) that is due; None where none is."""
    places = [(last + step) % len(playlist) for step in range(1, len(playlist) + 1)]
    return next((place for place in places if playlist[place].is_due(at.time())), None)


def read_playlist(path: Path) -> tuple[Showing, ...]:
    """The `[[show]]` entries of a file. UsageProblem names what is wrong and where."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageProblem(f"{path}: can't be read: {problem}") from None
    except tomllib.TOMLDecodeError as problem:
        raise UsageProblem(f"{path}: not valid TOML: {problem}") from None
    shows = entries.pop("show", None)
    if entries or not isinstance(shows, list) or not shows:
        raise UsageProblem(f"{path}: a playlist is a list of [[show]] and nothing else", hint='[[show]] board="queues"')
    return tuple(_showing(f"{path}: show {place}", entry) for place, entry in enumerate(shows, start=1))


def _showing(place: str, entry: Any) -> Showing:
    if not isinstance(entry, dict) or (unknown := [key for key in entry if key not in KEYS]):
        raise UsageProblem(f"{place}: unknown key {unknown[0]!r}" if isinstance(entry, dict) else f"{place}: no table")
    board = entry.get("board")
    if board not in BOARDS:
        raise UsageProblem(f"{place}: no board {board!r} for a wall", hint=f"one of {', '.join(BOARDS)}")
    page = _whole(place, entry, "page", 0, 0, PAGES)
    if page and board != "standup":
        raise UsageProblem(f"{place}: only the standup board has pages")
    seconds = _whole(place, entry, "seconds", USUAL_SEC, LEAST_SEC, MOST_SEC)
    return Showing(board, page, seconds, _time(place, entry, "from"), _time(place, entry, "to"), _where(place, entry))


def _whole(place: str, entry: Mapping[str, Any], key: str, usual: int, least: int, most: int) -> int:
    value = entry.get(key, usual)
    if type(value) is not int or not least <= value <= most:
        raise UsageProblem(f"{place}: {key} is a whole number from {least} to {most}, not {value!r}")
    return value


def _time(place: str, entry: Mapping[str, Any], key: str) -> time:
    value = entry.get(key, time(0))
    try:
        return value if isinstance(value, time) else time.fromisoformat(value)
    except (TypeError, ValueError):
        raise UsageProblem(f"{place}: {key} is a time of day such as 08:30, not {value!r}") from None


def _where(place: str, entry: Mapping[str, Any]) -> dict[str, str]:
    where = entry.get("where", {})
    if not isinstance(where, dict) or not all(isinstance(value, str) for value in where.values()):
        raise UsageProblem(f"{place}: where is a table of names", hint='where = { queue = "Billing" }')
    return dict(where)
