"""One board of each kind from a small contact centre, as the golden texts show them.

`python -m tests.render.sample_boards` writes the golden texts anew; read them before you keep them.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from pathlib import Path

from carecli.boards.backlog import backlog_board
from carecli.boards.board import Board
from carecli.boards.case import case_board
from carecli.boards.cases import cases_board
from carecli.boards.queues import queues_board
from carecli.boards.standup import standup_board
from carecli.render.text import render_text
from carecli.store.snapshot import Snapshot
from tests.boards.fixture_day import MORNING, fixture_centre, handled
from tests.boards.test_cases import readable
from tests.boards.test_moved import calls
from tests.metrics.build import BERLIN, TALLY, Centre, at

GOLDEN = Path(__file__).with_name("golden")
WIDTHS = (80, 120)
CASE_EVENTS = (
    ("2025-05-12 20:00", "created", None, None, None),
    ("2025-05-13 09:00", "public_reply", None, None, "a-1"),
    ("2025-05-13 09:01", "status", "open", "waiting_customer", "a-1"),
    ("2025-05-13 15:00", "customer_reply", None, None, None),
    ("2025-05-13 15:00", "status", "waiting_customer", "open", None),
)


def sample_centre() -> Centre:
    """The fixture day with chat, an hour of trouble in a second queue, and contacts of this morning."""
    centre = fixture_centre()
    for number in range(1, 5):
        calls(centre, date(2025, 5, 13) - timedelta(weeks=number), "10:00", 200, 8, queue="Tech")
    calls(centre, date(2025, 5, 13), "10:00", 200, 8, queue="Tech")
    calls(centre, date(2025, 5, 13), "14:00", 60, 30, queue="Tech")
    for place in range(40):
        handled(centre, 30_000 + 4_000 * place, at("2025-05-13 11:00") + 60 * place, channel="chat")
    for place in range(6):
        handled(centre, 15_000, at("2025-05-14 08:10") + 300 * place)
    centre.contact("2025-05-14 08:38", outcome=None)
    for place in range(36):
        moment = f"2025-05-{10 + place % 4} 12:00"
        score = 2 if place % 9 == 0 else 5
        centre.add(
            "surveys", kind="csat", channel="chat", sent_at=moment, responded_at=moment, score=score, scale_max=5
        )
    for _ in range(9):
        centre.case("2025-05-06 10:00", priority="low", last_action_at="2025-05-13 10:00")
    return centre


@cache
def sample_snapshot() -> Snapshot:
    return sample_centre().snapshot()


@cache
def sample_boards() -> dict[str, Board]:
    """By name; everything but the stand-up is of this morning."""
    snapshot, arguments = sample_snapshot(), {"as_of": at(MORNING), "zone": BERLIN}
    rows = readable(sample_centre(), [row["id"] for row in sample_centre().rows["cases"]])
    rows[1] |= {
        "case_id": "48213",
        "subject": "Refund not booked",
        "assignee_id": "a-1",
        "url": "https://desk.example/48213",
    }
    events = [
        {"at": at(moment), "kind": kind, "from_value": before, "to_value": to, "actor_id": actor, "reason": None}
        for moment, kind, before, to, actor in CASE_EVENTS
    ]
    step = {"step": "L1 triage", "owner_id": "a-1", "due_at": at("2025-05-12 20:10"), "done_at": at("2025-05-12 20:21")}
    return {
        "standup": standup_board(snapshot, TALLY, **arguments),
        "queues": queues_board(snapshot, TALLY, **arguments),
        "backlog": backlog_board(snapshot, TALLY, **arguments),
        "cases": cases_board(snapshot, TALLY, rows, count=700, breadcrumb=("Backlog", "Refunds"), **arguments),
        "case": case_board(snapshot, TALLY, rows[1], events, ladder=[step], **arguments),
    }


def golden(name: str, width: int) -> Path:
    return GOLDEN / f"{name}-{width}.txt"


if __name__ == "__main__":
    for board_name, board in sample_boards().items():
        for columns in WIDTHS:
            golden(board_name, columns).write_text(render_text(board, width=columns, color=False), encoding="utf-8")
