"""The clocks of a case page: nights, holidays and maintenance on the tape, and what moved the due time, in words."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.boards.case import case_board
from carecli.boards.case_clocks import case_clocks
from carecli.metrics.facts import build_facts
from carecli.metrics.promises_cases import STAMPS
from carecli.policy.pack import Pack, load_pack
from carecli.policy.targets import CLOCK_NAMES
from carecli.render.clock_words import move_words
from carecli.render.text import render_text
from carecli.tables import CASE_STATUSES
from carecli.tui.widgets.clock_tape import clock_lines
from tests.boards.test_cases import clock, readable
from tests.metrics.build import BERLIN, Centre, at
from tests.policy.packs import CARE, LIGHTCURVE, TALLY

NIGHT = 'queues.default_calendar = "always"\ncalendars.always.night = { from = "20:00", to = "08:00", factor = 1.3 }\n'
CLOSED = (
    "calendars.business.maintenance = [{ from = 2025-03-17T09:30:00, to = 2025-03-17T10:00:00, pause = true }]\n"
    "calendars.business.closed = [2025-03-14]\n"
)


@pytest.fixture
def page(tmp_path):
    """The page of one case of high priority (P2: 1 h, 1 business day) under a pack of these keys."""

    def build(keys: str, created: str, as_of: str, *events: dict[str, object], **stamps: str):
        path = tmp_path / "northwind.toml"
        path.write_text(f'extends = "tally"\n{keys}', encoding="utf-8")
        centre = Centre()
        centre.case(created, **{"priority": "high", **stamps})
        told = [{"from_value": None, "to_value": None, "reason": None, **each, "at": at(each["at"])} for each in events]
        pack, (row,) = load_pack(str(path), zone=BERLIN), readable(centre, [1])
        return case_board(centre.snapshot(), pack, row, told, as_of=at(as_of), zone=BERLIN)

    return build


def _hours(tape):
    return [(piece["state"], f"{piece['from']:%d %H:%M}", f"{piece['to']:%d %H:%M}") for piece in tape]


def test_r95_the_first_response_of_a_night_has_longer_and_the_resolution_has_not(page):
    board = page(NIGHT, "2025-03-18 06:50", "2025-03-18 08:30")
    answer, resolve = clock(board, "first_response"), clock(board, "resolution")
    assert (answer["target_sec"], answer["at_night"], answer["left_sec"]) == (4680, True, -1320)
    assert f"{answer['due_at']:%H:%M}" == "08:08"
    assert _hours(answer["tape"]) == [("night", "18 06:50", "18 08:00"), ("running", "18 08:00", "18 08:30")]
    assert [move_words(move) for move in answer["moves"]] == [
        "due Tue 18 Mar 07:50 -> Tue 18 Mar 08:08: started at night"
    ]
    assert (resolve["target_sec"], resolve["at_night"], resolve["moves"]) == (9 * 3600, False, [])
    shown = render_text(board, width=100, color=False)
    assert "used 1 h 40 of 1 h 18 (night)  late 22:00" in shown
    assert "N" * 10 in shown
    assert "due Tue 18 Mar 07:50 -> Tue 18 Mar 08:08: started at night" in shown


def test_r102_r119_r126_everything_that_moved_a_due_time_is_told(page):
    """Nine hours from Thursday 12:00: Friday is closed, Monday has half an hour of maintenance, an hour of waiting."""
    waiting = {"at": "2025-03-17 11:00", "kind": "status", "from_value": "open", "to_value": "waiting_customer"}
    back = {"at": "2025-03-17 12:00", "kind": "status", "from_value": "waiting_customer", "to_value": "open"}
    board = page(CLOSED, "2025-03-13 12:00", "2025-03-17 12:30", waiting, back)
    resolve = clock(board, "resolution")
    words = [
        "due Fri 14 Mar 12:00 -> Mon 17 Mar 12:00: holiday Fri 14 Mar",
        "due Mon 17 Mar 12:00 -> Mon 17 Mar 12:30: scheduled maintenance, Mon 17 Mar 09:30",
        "due Mon 17 Mar 12:30 -> Mon 17 Mar 13:30: awaiting customer, Mon 17 Mar 11:00",
    ]
    assert [move_words(move) for move in resolve["moves"]] == words
    assert f"{resolve['due_at']:%a %H:%M}" == "Mon 13:30"
    assert {state for state, *_ in _hours(resolve["tape"])} == {"running", "closed", "holiday", "paused"}
    page_text, app = render_text(board, width=120, color=False), "\n".join(map(str, clock_lines(resolve, 60)))
    for line in words:
        assert line in page_text
        assert line in app


def test_r127_an_open_pause_leaves_the_due_time_open(page):
    waiting = {"at": "2025-03-18 11:00", "kind": "status", "from_value": "open", "to_value": "waiting_customer"}
    resolve = clock(page("", "2025-03-18 10:00", "2025-03-18 12:00", waiting), "resolution")
    assert resolve["due_at"] is None
    assert [move_words(move) for move in resolve["moves"]] == [
        "due Wed 19 Mar 10:00 -> open: awaiting customer, Tue 18 Mar 11:00"
    ]


@pytest.mark.parametrize("stated", [None, "2025-03-18 10:01"])
def test_r110_an_automatic_acknowledgement_does_not_stop_the_first_response(page, stated):
    """Automatic after a minute, a person after 61: a miss of 60 minutes, even if a source calls the first an answer."""
    replies = [
        {"at": "2025-03-18 10:01", "kind": "public_reply", "reason": "automation"},
        {"at": "2025-03-18 11:01", "kind": "public_reply"},
    ]
    stamps = {} if stated is None else {"first_response_at": stated}
    answer = clock(page("", "2025-03-18 10:00", "2025-03-18 12:00", *replies, **stamps), "first_response")
    assert (answer["state"], answer["elapsed_sec"]) == ("missed", 61 * 60)


def test_r121_three_clocks_and_the_workaround_that_nobody_tells_of(page):
    board = page("", "2025-03-18 10:00", "2025-03-18 10:50", priority="urgent")
    assert [(each["clock"], f"{each['due_at']:%H:%M}", each["state"]) for each in board.clocks] == [
        ("first_response", "10:15", "missed"),
        ("workaround", "11:00", "running"),
        ("resolution", "14:00", "running"),
    ]
    later = page("", "2025-03-18 10:00", "2025-03-18 12:00", priority="urgent")
    assert clock(later, "workaround")["state"] == "unmeasurable"
    told = {"at": "2025-03-18 11:30", "kind": "internal_note", "reason": "workaround"}
    assert clock(page("", "2025-03-18 10:00", "2025-03-18 12:00", told, priority="urgent"), "workaround")["state"] == (
        "missed"
    )


def test_a_customer_s_own_public_message_is_no_answer(page):
    own = {"at": "2025-03-18 10:30", "kind": "public_reply", "actor_id": "c-1"}
    for customer, state in (("c-1", "missed"), ("c-2", "met")):
        board = page("", "2025-03-18 10:00", "2025-03-18 12:00", own, customer_id=customer)
        assert clock(board, "first_response")["state"] == state


def test_resolved_in_time_without_an_answer_has_ended(page):
    board = page("", "2025-03-18 10:00", "2025-03-18 12:00", last_resolved_at="2025-03-18 10:30")
    assert (clock(board, "first_response")["state"], clock(board, "resolution")["state"]) == ("ended", "met")


JOURNEYS = """
[classes.journey]
complex_escalation = ["outage"]
[priorities.P2]
first_response = { within = "1 h", clock = "coverage" }
next_response = { within = "2 h", clock = "business" }
workaround = { within = "4 h", clock = "elapsed" }
resolution = { within = "1 day", clock = "business" }
"""
KINDS = ("public_reply", "customer_reply", "status", "reopened", "closed", "paused", "resumed", "observed", "exception")
BEGIN, END = at("2025-03-03 00:00"), at("2025-03-24 00:00")
MOMENTS = st.integers(BEGIN // 900, END // 900).map(lambda quarter: quarter * 900)
EVENTS = st.fixed_dictionaries(
    {
        "at": MOMENTS,
        "kind": st.sampled_from(KINDS),
        "to_value": st.sampled_from([*CASE_STATUSES, "workaround", None]),
        "from_value": st.sampled_from(["solved", "open", None]),
        "reason": st.sampled_from(["automation", "opening", "merge", "awaiting_customer", "vendor_dependency", "status",
                                   None]),
        "actor_id": st.sampled_from(["c-1", "a-1", None]),
    }
)  # fmt: skip
CASES = st.fixed_dictionaries(
    {
        "created_at": MOMENTS,
        "priority": st.sampled_from(["urgent", "high", "P0", "p3", None]),
        "tier": st.sampled_from(["Premium", "standard", "enterprise", "essential", "gold", None]),
        "channel": st.sampled_from(["email", "chat", "social", "voice", None]),
        "issue_type": st.sampled_from(["outage", "bill", None]),
        "customer_id": st.sampled_from(["c-1", "c-2", None]),
        "interaction_id": st.sampled_from(["i-1", None]),
        **{name: st.none() | MOMENTS for name in STAMPS if name != "created_at"},
    }
)


@pytest.fixture(scope="module")
def packs(tmp_path_factory) -> list[Pack]:
    path = tmp_path_factory.mktemp("packs") / "northwind.toml"
    path.write_text(f'extends = "prestige"\n{JOURNEYS}', encoding="utf-8")
    return [load_pack(str(path), zone=BERLIN), TALLY, CARE, LIGHTCURVE]


@settings(max_examples=25, deadline=None)
@given(
    cases=st.lists(st.tuples(CASES, st.lists(EVENTS, max_size=8)), min_size=1, max_size=4), place=st.integers(0, 3),
    as_of=MOMENTS, covered=st.booleans(),
)  # fmt: skip
def test_the_page_of_a_case_says_what_the_facts_say(packs, cases, place, as_of, covered):
    """State, due time, used and left of every clock, from the row and events of one case and from those of all."""
    pack, centre = packs[place], Centre()
    centre.add("customers", customer_id="c-2", tier="premium")
    if covered:
        centre.covers("interactions", "2025-03-03 00:00", "2025-03-10 00:00")
    told = {}
    for values, events in cases:
        row_id = centre.case(**values)
        for event in sorted(events, key=lambda event: event["at"]):
            centre.add("case_events", case_id=f"cases-{row_id}", **event)
        told[row_id] = sorted(events, key=lambda event: event["at"])
    snapshot = centre.snapshot()
    facts = build_facts(snapshot, pack, as_of, BERLIN)
    promises = facts.promises.filter(pl.col("budget_sec").is_not_null()).sort("start")
    for row_id, events in told.items():
        (row,) = readable(centre, [row_id])
        if row["created_at"] > as_of:
            continue
        known = {name: None if name.endswith("_at") and value is not None and value > as_of else value
                 for name, value in row.items()}  # fmt: skip
        shown = list(case_clocks(facts, known, [event for event in events if event["at"] <= as_of]))
        mine = promises.filter((pl.col("case") == row_id) & pl.col("table").is_in([2, 3]))
        last = mine.group_by("clock", maintain_order=True).last().sort("clock").to_dicts()
        assert [_as_the_page_has_it(each) for each in last] == [
            (each["clock"], each["state"], None if each["due_at"] is None else int(each["due_at"].timestamp()),
             each["elapsed_sec"], each["left_sec"], each["target_sec"], each["at_night"]) for each in shown
        ]  # fmt: skip


def _as_the_page_has_it(row):
    late = "unmeasurable" if row["unmeasurable"] else "missed"
    running = "due" if row["left_sec"] == 0 else "running"
    words = {"met": "met", "breached": late, "withdrawn": "ended", "running": running, "paused": "paused"}
    (state,) = [word for flag, word in words.items() if row[flag]]
    return (CLOCK_NAMES[row["clock"] - 1], state, row["due_at"], row["elapsed_sec"], row["left_sec"],
            row["budget_sec"], bool(row["at_night"]))  # fmt: skip
