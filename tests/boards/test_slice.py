"""One slice: its figures from its own rows, its parts by a dimension, each under the whole slice."""

from __future__ import annotations

import pytest

from carecli.boards.drill import METRICS, OF_MONTH, SliceBoard
from carecli.boards.slice import needed_window, slice_board
from carecli.errors import UsageProblem
from carecli.metrics.evaluate import figures
from carecli.metrics.figure import Figure
from carecli.metrics.windows import parse_window
from tests.boards.fixture_day import feed, handled
from tests.metrics.build import BERLIN, Centre, at

AS_OF = "2025-05-13 18:00"
DAY = "2025-05-13"


def centre() -> Centre:
    """Billing: two voice calls of a refund, one of an invoice, a chat; Tech: one call. Two open cases of Billing."""
    made = Centre()
    for minute, wait, issue, agent in ((0, 10, "refund", "a-1"), (1, 40, "refund", "a-2"), (2, 5, "invoice", "a-1")):
        handled(made, 1000 * wait, at(f"{DAY} 10:0{minute}"), issue_type=issue, agent_id=agent)
    handled(made, 1000, at(f"{DAY} 11:00"), channel="chat", agent_id="a-1")
    handled(made, 1000, at(f"{DAY} 11:10"), queue="Tech")
    for age in (1, 90):
        made.case(at(AS_OF) - 3600 * age, queue="Billing", channel="voice", issue_type="refund")
    made.feeds = [feed("phone", ("interactions", "legs"), f"{DAY} 17:00")]
    return made


def board(where: dict[str, str | None], dimension: str = "", made: Centre | None = None, **within: str) -> SliceBoard:
    facts = (made or centre()).facts(AS_OF)
    return slice_board(facts, parse_window(DAY, at(AS_OF), BERLIN), where, dimension, within)


def told(figures_of: tuple[Figure, ...], *metrics: str) -> list[float | None]:
    by_id = dict(zip(METRICS, figures_of, strict=True))
    return [by_id[metric].value for metric in metrics]


def test_a_slice_has_its_core_figures_and_the_same_of_each_part():
    billing = board({"queue": "Billing", "channel": "voice"})
    assert billing.dimension == "issue_type"
    assert told(billing.total, "offered", "answered", "service_level", "asa") == [3, 3, 2 / 3, pytest.approx(55 / 3)]
    assert [row.name for row in billing.rows] == ["refund", "invoice"]
    refund, invoice = billing.rows
    assert told(refund.figures, "offered", "service_level", "backlog") == [2, 0.5, 2]
    assert told(invoice.figures, "offered", "service_level", "backlog") == [1, 1.0, 0]


def test_figures_carry_the_whole_slice_so_that_they_can_be_asked_for_again():
    billing = board({"queue": "Billing", "channel": "voice"})
    for row in billing.rows:
        for figure in row.figures:
            assert dict(figure.by) == {"queue": "Billing", "channel": "voice", "issue_type": row.value}
    facts = centre().facts(AS_OF)
    for figure in billing.figures:
        window = parse_window(figure.window, at(AS_OF), BERLIN)
        assert figures(facts, [figure.metric], window=window, where=figure.by)[0].value == figure.value


def test_fcr_and_csat_are_of_28_days_all_else_of_the_window():
    total = dict(zip(METRICS, board({"queue": "Billing"}).total, strict=True))
    assert {total[metric].window for metric in OF_MONTH} == {"2025-04-16..2025-05-13"}
    assert {figure.window for metric, figure in total.items() if metric not in OF_MONTH} == {DAY}
    span = needed_window(parse_window(DAY, at(AS_OF), BERLIN))
    assert (str(span.dates[0]), str(span.dates[-1])) == ("2025-04-16", DAY)


def test_it_goes_by_every_dimension_that_is_open_and_says_something():
    assert board({}).dimensions == ("queue", "channel", "issue_type", "agent")  # nobody has a tier
    assert board({"queue": "Billing"}).dimensions == ("channel", "issue_type", "agent")
    assert board({"queue": "Billing"}, "agent").dimension == "agent"
    assert board({"queue": "Billing"}, "tier").dimensions == ("channel", "issue_type", "tier", "agent")
    assert board({}, channel="voice").dimensions == ("queue", "issue_type", "agent")
    assert board({"queue": "Tech", "channel": "voice"}).dimensions == ("issue_type",)


def test_channels_come_in_their_order_other_parts_by_size_the_unnamed_last():
    assert [row.name for row in board({"queue": "Billing"}, "channel").rows] == ["voice", "chat"]
    agents = board({"queue": "Billing"}, "agent")
    assert [row.name for row in agents.rows] == ["a-1", "a-2", None]  # the open cases are nobody's
    assert agents.count == 3


def test_an_agent_has_the_name_that_is_known_and_is_asked_for_by_id():
    facts = centre().facts(AS_OF)
    snapshot = facts.snapshot
    named = type(snapshot)(
        snapshot.frames, snapshot.names, snapshot.coverage, agents={snapshot.codes["a-1"]: "A. Amari"}
    )
    facts = type(facts)(named, facts.pack, facts.as_of, facts.zone)
    day = parse_window(DAY, at(AS_OF), BERLIN)
    first = slice_board(facts, day, {"queue": "Billing"}, "agent").rows[0]
    assert (first.value, first.name) == ("a-1", "A. Amari")
    assert slice_board(facts, day, {"agent": "a-1"}).names == ("A. Amari",)


def test_a_filter_beside_the_slice_counts_but_is_no_part_of_it():
    tech = board({}, "queue", channel="voice")
    assert [(row.name, row.figures[0].value) for row in tech.rows] == [("Billing", 3), ("Tech", 1)]
    assert all("channel" not in figure.by for row in tech.rows for figure in row.figures)
    assert tech.header.where == (("channel", "voice"),)


def test_a_stock_knows_no_hour_and_says_so():
    total = dict(zip(METRICS, board({"hour": "10"}, "queue").total, strict=True))
    assert total["offered"].value == 3
    assert (total["backlog"].value, total["backlog"].note) == (None, "Backlog has no such slice")


def test_an_empty_slice_has_no_rows_and_a_dimension_it_fixes_is_no_part():
    nothing = board({"queue": "Nowhere"})
    assert nothing.rows == ()
    assert {figure.note for figure in nothing.total} == {"no such queue: Nowhere"}
    with pytest.raises(UsageProblem, match="no part of this slice by 'queue'"):
        board({"queue": "Billing"}, "queue")
