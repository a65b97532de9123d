"""A data board with something in every part, as the golden texts show it.

`python -m tests.render.sample_data_board` writes the golden texts anew; read them before you keep them.
"""

from __future__ import annotations

from functools import cache

from carecli.boards.data import DataBoard, data_board
from carecli.metrics.windows import parse_window
from carecli.render.text import render_text
from carecli.store.books import BadPlaces, BadRows, Books, FeedReach, LedgerLine, Refusal
from carecli.store.identities import Candidate
from carecli.store.joins import JoinRate, JoinReport, Orphans, SharedAgent, SharedAgents, UnknownAgents
from carecli.store.ledger import FileResult
from carecli.store.rounding import MinuteRounded
from carecli.store.snapshot import Feed
from tests.metrics.build import BERLIN, TALLY, Centre, at
from tests.render.sample_boards import WIDTHS, golden

AS_OF = at("2025-05-14 08:45")


def centre() -> Centre:
    """Three calls, of which two opened a ticket, and a voice ticket of a call that isn't there."""
    made = Centre(feeds=[Feed("talkdesk", "talkdesk.contacts", ("interactions",), 0, at("2025-05-13 18:02"), 1, 6)])
    for case in ("1", "2", None):
        made.contact("2025-05-13 10:00", case_id=case)
    for case in ("1", "2", "3"):
        made.case("2025-05-13 10:05", case_id=case, channel="voice")
    made.case("2025-05-13 11:00", case_id="4")
    return made


def files() -> tuple[LedgerLine, ...]:
    rows = dict(zip(("rows", "new", "changed", "unchanged", "stale", "quarantined", "ignored"),
                    (1204, 1000, 100, 80, 10, 12, 2), strict=True))  # fmt: skip
    good = FileResult(
        "exports/contacts.json", "imported", "talkdesk.contacts", "talkdesk", "a" * 64, **rows, removed=3,
        reasons={"bad-time": 12, "blank": 2}, assumed={"zone": "Europe/Berlin", "dates": "day first"}, notes=("one",),
    )  # fmt: skip
    held = FileResult(
        "exports/tickets.json", "held", "zendesk.tickets", "zendesk", "b" * 64, code="fewer-rows", message="400 of 900"
    )
    unknown = FileResult("exports/notes.csv", "rejected", code="unknown-kind", message="no kind has these columns")
    times = ("2025-05-14 08:00", "2025-05-13 18:00", "2025-05-12 07:30")
    return tuple(LedgerLine(file, at(time)) for file, time in zip((unknown, held, good), times, strict=True))


def joins_found() -> JoinReport:
    return JoinReport(
        orphans=(Orphans("interactions", "case_id", "talkdesk", 3, 294, 300, ("c291", "c292", "c293")),),
        surveys=(JoinRate("zendesk", 284, 300, tuple(f"s{n}" for n in range(285, 301))),),
        tiers=(JoinRate("zendesk", 974, 1000, tuple(str(n) for n in range(975, 1001))),),
        minute_rounded=(MinuteRounded("interactions", "avaya", 100, 200, 191, 0),),
        unknown_agents=(UnknownAgents("talkdesk", 7, ("u-1", "u-2", "u-3", "u-4", "u-5", "u-6", "u-7")),),
        candidates=(Candidate("same name", "Ann Example", (("hr", "a-1"), ("talkdesk", "ann 7"))),),
        shared_agents=SharedAgents(1, (SharedAgent("7", (("talkdesk", None), ("zendesk", "Bo Sample"))),)),
    )


def books() -> Books:
    reach = (at("2025-05-01 08:00"), at("2025-05-13 18:02"))
    cases = ("case_events", "cases")
    return Books(
        feeds=(
            FeedReach("hr", "canonical.agents", ("agents",), 1, None, None, None),
            FeedReach("talkdesk", "talkdesk.contacts", ("interactions",), 6, *reach, True),
            FeedReach("zendesk", "zendesk.tickets", cases, 2, reach[0], at("2025-05-14 08:44"), False),
        ),
        files=files(),
        files_in_all=134,
        refusals=(
            Refusal("rejected", None, None, "unknown-kind", 1, "exports/notes.csv", "no kind has these columns",
                    at("2025-05-14 08:00")),
            Refusal("held", "zendesk.tickets", "zendesk", "fewer-rows", 2, "exports/tickets.json", "400 of 900",
                    at("2025-05-13 18:00")),
        ),
        bad_rows=(BadRows("talkdesk", "talkdesk.contacts", 12, 1204),),
        bad_places=(
            BadPlaces("talkdesk", "talkdesk.contacts", "bad-time", "started_at", 12, "exports/contacts.json", 14,
                      "[email]", "a time"),
        ),
        joins=joins_found(),
    )  # fmt: skip


@cache
def sample_data_board() -> DataBoard:
    window = parse_window("2025-05-13", AS_OF, BERLIN)
    return data_board(centre().snapshot(), books(), TALLY, as_of=AS_OF, zone=BERLIN, window=window)


if __name__ == "__main__":
    for columns in WIDTHS:
        page = render_text(sample_data_board(), width=columns, color=False)
        golden("data", columns).write_text(page, encoding="utf-8")
