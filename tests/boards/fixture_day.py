"""A small contact centre whose Tuesday 13 May 2025 has the numbers of R286, worked out by hand.

13 May, Billing voice: 500 offered, 460 answered of which 391 within 20 s, waits 9,200 s in all (391 x 11 s and 69 x
71 s), each handled in 300 + 30 + 60 s; 40 abandoned, 12 of them before 3 s. Of the seven days before only Monday 12 May
has calls: 100 offered, 100 answered, 80 after 10 s, 20 after 40 s.
"""

from __future__ import annotations

from carecli.boards.board import StandupBoard
from carecli.boards.standup import standup_board
from carecli.policy.pack import Pack
from carecli.store.snapshot import Feed
from tests.metrics.build import BERLIN, TALLY, Centre, at

MORNING = "2025-05-14 08:45"


def calls_of_tuesday(centre: Centre) -> None:
    start = at("2025-05-13 09:00")
    waits = [11_000] * 391 + [71_000] * 69
    for place, wait in enumerate(waits):
        handled(centre, wait, start + 60 * place)
    for place in range(40):
        wait = 2_000 if place < 12 else 90_000
        centre.call(wait, start + 60 * place, outcome="abandoned")


def handled(centre: Centre, wait_ms: int, started_at: int, **values: object) -> int:
    parts = {"talk_ms": 300_000, "hold_ms": 30_000, "wrap_ms": 60_000}
    return centre.call(wait_ms, started_at, length=400, **{**parts, **values})


def calls_of_monday(centre: Centre) -> None:
    start = at("2025-05-12 09:00")
    for place in range(100):
        handled(centre, 10_000 if place < 80 else 40_000, start + 60 * place)


def feed(source: str, tables: tuple[str, ...], watermark: str) -> Feed:
    return Feed(source, f"{source}-export", tables, at("2025-05-12 00:00"), at(watermark), at(watermark), 1)


def fixture_centre() -> Centre:
    """The calls, open cases of every age on 14 May 08:45, and what happened on 13 May."""
    centre = Centre()
    calls_of_monday(centre)
    calls_of_tuesday(centre)
    centre.case("2025-05-13 20:00", priority="urgent", last_action_at="2025-05-13 20:00")
    centre.case("2025-05-12 20:00", priority="high", last_action_at="2025-05-13 09:00")
    centre.case("2025-05-09 08:45", priority="normal", status="waiting_customer", last_action_at="2025-05-09 09:00")
    centre.case("2025-05-02 10:00", queue="Account", last_action_at="2025-05-12 10:00")
    centre.add("annotations", at="2025-05-13 14:02", kind="release", scope="", text="web 25.5.2 checkout")
    centre.feeds = [
        feed("talkdesk", ("interactions", "legs"), "2025-05-14 08:41"),
        feed("zendesk", ("cases",), "2025-05-14 08:34"),
    ]
    return centre


def standup(centre: Centre, as_of: str = MORNING, pack: Pack = TALLY) -> StandupBoard:
    return standup_board(centre.snapshot(), pack, as_of=at(as_of), zone=BERLIN)
