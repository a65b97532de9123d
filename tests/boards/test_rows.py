"""The rows behind a figure: as many as it counts, marked, sorted and filtered over all, the left out on demand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.boards.drill import MOST, RowsAsked, RowsBoard
from carecli.boards.figure_rows import FigureRows, figure_rows
from carecli.boards.rows import rows_board
from carecli.metrics.dictionary import METRICS
from carecli.metrics.dimensions import allowed
from carecli.metrics.evaluate import explain, figures
from carecli.metrics.figure import Figure
from carecli.metrics.windows import parse_window
from tests.boards.fixture_day import feed, handled
from tests.metrics.build import BERLIN, Centre, at

AS_OF = "2025-05-14 08:45"
DAY = "2025-05-13"


def three_calls() -> Centre:
    """Answered after 10 s and after 40 s, one abandoned after 30 s, one test call; two surveys of a case."""
    centre = Centre()
    handled(centre, 10_000, at(f"{DAY} 10:00"), agent_id="a-1", interaction_id="call-1", customer_id="c-1")
    handled(centre, 40_000, at(f"{DAY} 10:10"), agent_id="a-2", interaction_id="call-2", case_id="4711")
    centre.call(30_000, at(f"{DAY} 10:20"), outcome="abandoned", interaction_id="call-3")
    handled(centre, 5_000, at(f"{DAY} 10:30"), is_test=1)
    centre.case(f"{DAY} 09:00", case_id="4711", issue_type="refund", priority="high", customer_id="c-2")
    centre.feeds = [feed("phone", ("interactions", "legs"), "2025-05-14 08:41")]
    return centre


def all_rows(centre: Centre, metric: str, window: str = DAY, **where: str | None) -> FigureRows:
    facts, span = centre.facts(AS_OF), parse_window(window, at(AS_OF), BERLIN)
    figure = figures(facts, [metric], window=span, where=where)[0]
    named = Figure(**{**{name: getattr(figure, name) for name in Figure.__slots__}, "by": where})
    return figure_rows(facts, named, span, where)


def rows(centre: Centre, metric: str, window: str = DAY, where: dict[str, str | None] | None = None, **asked: Any):
    found = all_rows(centre, metric, window, **(where or {}))
    return rows_board(found, RowsAsked(found.figure, **asked))


def column(board: RowsBoard, key: str) -> list[Any]:
    at_place = [each.key for each in board.columns].index(key)
    return [line.cells[at_place] for line in board.lines]


def test_a_share_has_the_rows_of_its_denominator_and_says_which_are_in_its_numerator():
    board = rows(three_calls(), "service_level", where={"channel": "voice"})
    assert board.figure.value == 0.5
    assert (board.totals.counted, board.totals.added, board.count) == (2, 1, 2)
    assert [(line.adds, line.good) for line in board.lines] == [("in time", True), ("late", False)]
    assert column(board, "wait") == [10.0, 40.0]
    assert board.totals.left_out == {"test": 1}
    assert [line.contact for line in board.lines] == [("demo", "call-1"), ("demo", "call-2")]
    assert [line.case for line in board.lines] == [None, ("demo", "4711")]


def test_of_a_share_that_should_be_low_its_numerator_is_what_is_wrong():
    board = rows(three_calls(), "abandonment", where={"channel": "voice"})
    assert [(line.adds, line.good) for line in board.lines] == [
        ("answered", True),
        ("answered", True),
        ("abandoned", False),
    ]


def test_a_mean_has_what_each_row_adds_in_its_own_unit():
    board = rows(three_calls(), "asa", where={"channel": "voice"})
    assert [line.adds for line in board.lines] == [10.0, 40.0]
    assert (board.totals.amount, board.figure.value) == (50.0, 25.0)
    assert all(line.good is None for line in board.lines)


def test_a_count_has_no_marks_and_a_stock_is_of_its_moment():
    board = rows(three_calls(), "backlog", "today")
    assert [(line.adds, line.case) for line in board.lines] == [(None, ("demo", "4711"))]
    assert column(board, "age") == [at(AS_OF) - at(f"{DAY} 09:00")]
    assert column(board, "turn") == ["us"]
    assert [each.key for each in board.columns][:3] == ["case", "when", "age"]


def test_rows_left_out_are_listed_on_demand_each_with_its_reason():
    board = rows(three_calls(), "offered", where={"channel": "voice"}, left_out=True)
    assert [(line.counted, line.adds) for line in board.lines] == [(True, None)] * 3 + [(False, "test")]
    assert (board.count, board.totals.counted, board.totals.listed) == (4, 3, 4)
    assert rows(three_calls(), "offered", where={"channel": "voice"}).count == 3


def test_columns_that_the_slice_says_or_that_nobody_fills_are_left_out():
    keys = [each.key for each in rows(three_calls(), "offered").columns]
    assert {"queue", "channel", "agent", "customer", "contact"} <= {*keys}
    assert "tier" not in keys
    sliced = [each.key for each in rows(three_calls(), "offered", where={"queue": "Billing"}).columns]
    assert "queue" not in sliced
    assert "channel" in sliced


def test_an_agent_is_shown_by_name():
    centre = three_calls()
    found = all_rows(centre, "answered", channel="voice")
    snapshot = found.facts.snapshot
    named = type(snapshot)(
        snapshot.frames, snapshot.names, snapshot.coverage, agents={snapshot.codes["a-1"]: "A. Amari"}
    )
    facts = type(found.facts)(named, found.facts.pack, found.facts.as_of, found.facts.zone)
    again = figure_rows(facts, found.figure, found.window, found.where)
    assert column(rows_board(again, RowsAsked(found.figure)), "agent") == ["A. Amari", "a-2"]


def many(number: int) -> Centre:
    """So many calls a minute apart; the waits fall from `number` seconds to 1."""
    centre = Centre()
    for place in range(number):
        handled(
            centre,
            1000 * (number - place),
            at(f"{DAY} 08:00") + 60 * place,
            interaction_id=f"call-{place:04}",
            agent_id=f"a-{place % 3}",
        )
    return centre


def test_never_more_than_500_rows_on_a_page_but_the_order_and_the_filter_are_of_all():
    found = all_rows(many(620), "offered", channel="voice")

    def page(**asked: Any) -> RowsBoard:
        return rows_board(found, RowsAsked(found.figure, **asked))

    first, second = page(), page(first=MOST)
    assert (len(first.lines), len(second.lines), first.count, second.count) == (500, 120, 620, 620)
    assert column(first, "contact")[0] == "call-0000"
    assert column(second, "contact")[0] == "call-0500"
    assert page(sort="wait").lines[0].contact == ("demo", "call-0619")
    assert page(descending=True).lines[0].contact == ("demo", "call-0619")
    assert page(sort="wait", descending=True).lines[0].contact == ("demo", "call-0000")
    narrowed = page(words=("CALL-06",))
    assert (narrowed.count, narrowed.matching.counted, narrowed.totals.counted) == (20, 20, 620)
    assert page(words=("call-06", "a-1")).count == len([n for n in range(600, 620) if n % 3 == 1])
    assert page(words=("nowhere",)).lines == ()


def test_a_moment_is_found_as_it_is_shown_and_a_subject_where_the_store_has_one():
    found = all_rows(three_calls(), "answered", channel="voice")
    named = found.with_subjects({found.cases[0]: "Rückerstattung für [Mai]"})
    assert [line.contact for line in rows_board(named, RowsAsked(found.figure, words=("10:10",))).lines] == [
        ("demo", "call-2")
    ]
    for word in ("rückerstattung", "[mai]"):
        assert rows_board(named, RowsAsked(found.figure, words=(word,))).count == 1
    by_subject = rows_board(named, RowsAsked(found.figure, sort="subject"))
    assert column(by_subject, "subject") == ["Rückerstattung für [Mai]", None]
    assert rows_board(found, RowsAsked(found.figure, words=("late",))).count == 0
    assert rows(three_calls(), "service_level", where={"channel": "voice"}, words=("late",)).count == 1


def test_a_slice_that_does_not_exist_has_no_rows_and_says_why():
    board = rows(three_calls(), "offered", where={"queue": "Nowhere"})
    assert (board.lines, board.totals.counted, board.figure.note) == ((), 0, "no such queue: Nowhere")


def test_a_filter_beside_the_slice_stays_in_the_head_and_the_slice_in_the_way():
    facts, span = three_calls().facts(AS_OF), parse_window(DAY, at(AS_OF), BERLIN)
    figure = Figure("offered", "Offered", {"queue": "Billing"}, 3.0, "contacts", 3, window=DAY)
    board = rows_board(figure_rows(facts, figure, span, {"channel": "voice", "queue": "Billing"}), RowsAsked(figure))
    assert (board.header.where, board.names) == ((("channel", "voice"),), ("Billing",))
    assert board.header.window.label == "Tue 13 May 2025"


@st.composite
def centres(draw: st.DrawFn) -> Centre:
    centre = Centre()
    kinds = st.sampled_from(["answered", "abandoned", "missed"])
    for _ in range(draw(st.integers(1, 8))):
        values = {
            "queue": draw(st.sampled_from(["Billing", "Tech", None])),
            "channel": draw(st.sampled_from(["voice", "chat"])),
            "is_test": draw(st.sampled_from([0, 1])),
            "direction": draw(st.sampled_from(["inbound", "outbound"])),
        }
        start = at(f"{DAY} 09:00") + draw(st.integers(0, 30_000))
        centre.call(draw(st.integers(0, 60_000)), start, outcome=draw(kinds), **values)
    for _ in range(draw(st.integers(0, 4))):
        status = draw(st.sampled_from(["open", "waiting_customer", "solved"]))
        created = at(f"{DAY} 09:00") - draw(st.integers(0, 400_000))
        solved = created + 3600 if status == "solved" else None
        centre.case(created, status=status, updated_at=created, last_resolved_at=solved)
    return centre


@settings(max_examples=12, deadline=None)
@given(centre=centres(), by=st.sampled_from([(), ("queue",), ("channel",)]))
def test_rows_explanation_and_figure_have_one_count_whatever_the_metric(centre: Centre, by: tuple[str, ...]):
    facts, span = centre.facts(AS_OF), parse_window(DAY, at(AS_OF), BERLIN)
    for metric in ("service_level", "asa", "abandonment", "offered", "volume", "backlog", "fcr", "aht_p50"):
        for figure in figures(facts, [metric], window=span, by=by):
            if figure.value is None:
                continue
            found = explain(facts, metric, window=span, where=figure.by)
            board = rows_board(figure_rows(facts, figure, span, figure.by), RowsAsked(figure, left_out=True))
            assert board.totals.counted == figure.n == sum(map(len, found.rows.values()))
            assert dict(board.totals.left_out) == dict(figure.excluded)
            assert {(line.table, line.row_id) for line in board.lines if line.counted} == {
                (table, row) for table, ids in found.rows.items() for row in ids
            }
            if board.totals.added is not None:
                assert board.totals.added == figure.numerator


@pytest.mark.parametrize("metric", [name for name, each in METRICS.items() if "channel" in allowed(each)])
def test_every_metric_of_the_dictionary_has_rows_to_show_even_without_data(metric: str):
    board = rows(Centre(), metric)
    assert (board.lines, board.totals.counted) == ((), 0)
