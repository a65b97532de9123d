"""A made-up telephone system: its calls, and the interval report it would print of them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FIRST = int(datetime(2025, 5, 12, 6, tzinfo=UTC).timestamp())
DAY, HALF_HOUR, HALF_HOURS = 86_400, 1_800, 20
THRESHOLD = 20


@dataclass(frozen=True)
class Call:
    """One call into one queue; lost without an answer after `wait` seconds."""

    number: int
    queue: str
    entered: int
    wait: int
    talk: int
    answered: bool

    @property
    def ended(self) -> int:
        return self.entered + self.wait + self.talk


def calls(days: int = 3) -> list[Call]:
    """The same on every run: busier at noon, one in eight lost, one in sixteen within 3 s."""
    made: list[Call] = []
    for day in range(days):
        for place in range(HALF_HOURS):
            for nth in range(3 + min(place, HALF_HOURS - place)):
                number = len(made)
                entered = FIRST + day * DAY + place * HALF_HOUR + (nth * 211 + day * 37) % HALF_HOUR
                lost = number % 8 == 7
                wait = (2 if number % 16 == 15 else 35) if lost else (number * 7) % 41
                queue = "Billing" if number % 3 else "Orders"
                made.append(Call(number, queue, entered, wait, 0 if lost else 90 + (number * 53) % 400, not lost))
    return made


def write_calls(path: Path, made: Iterable[Call]) -> Path:
    """The calls as a canonical file."""
    rows = [
        {
            "interaction_id": f"c{call.number:05d}",
            "channel": "voice",
            "direction": "inbound",
            "queue": call.queue,
            "started_at": call.entered,
            "answered_at": call.entered + call.wait if call.answered else "",
            "ended_at": call.ended,
            "outcome": "answered" if call.answered else "abandoned",
            "queue_time_sec": call.wait,
            "talk_sec": call.talk if call.answered else "",
        }
        for call in made
    ]
    return _write(path, rows)


def write_intervals(
    path: Path,
    made: Iterable[Call],
    *,
    moment: Callable[[Call], int] = lambda call: call.entered,
    attribution: str = "queued",
    shift: int = 0,
    counted: Callable[[Call], bool] = lambda call: True,
    level: Callable[[int, int, int, int], float] = lambda within, answered, lost, lost_in: within / (answered + lost),
    days: int = 3,
    left_out: Iterable[int] = (),
) -> Path:
    """The report as a canonical file, every half hour of the days in it but those `left_out` by their place."""
    rows, held = [], [call for call in made if counted(call)]
    skipped = set(left_out)
    for place in range(days * DAY // HALF_HOUR):
        start = FIRST + place * HALF_HOUR
        for queue in ("Billing", "Orders") if place not in skipped else ():
            mine = [call for call in held if call.queue == queue and start <= moment(call) < start + HALF_HOUR]
            rows.append(_interval(queue, start + shift, attribution, mine, level))
    return _write(path, rows)


def _interval(
    queue: str, start: int, attribution: str, mine: list[Call], level: Callable[[int, int, int, int], float]
) -> dict[str, object]:
    answered = [call for call in mine if call.answered]
    lost = [call for call in mine if not call.answered]
    within = sum(call.wait <= THRESHOLD for call in answered)
    lost_in = sum(call.wait <= THRESHOLD for call in lost)
    return {
        "queue": queue,
        "channel": "voice",
        "interval_start": datetime.fromtimestamp(start, UTC).isoformat(),
        "minutes": 30,
        "attribution": attribution,
        "offered": len(mine),
        "answered": len(answered),
        "abandoned": len(lost),
        "abandoned_short": sum(call.wait < 3 for call in lost),
        "abandoned_within_sl": lost_in,
        "within_sl": within,
        "threshold_sec": THRESHOLD,
        "service_level": round(level(within, len(answered), len(lost), lost_in), 4) if mine else "",
        "asa_sec": round(sum(call.wait for call in answered) / len(answered), 2) if answered else "",
        "aht_sec": round(sum(call.talk for call in answered) / len(answered), 2) if answered else "",
    }


def _write(path: Path, rows: Sequence[Mapping[str, object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
