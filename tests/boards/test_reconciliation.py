"""The reconciliation board, typed figures and the gate of a trial, on small centres counted by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from carecli.boards.interval_gate import interval_gate
from carecli.boards.reconciling import Asked, reconciliation_board, systems_of
from carecli.boards.reconciling_typed import typed_board
from carecli.errors import UsageProblem
from carecli.metrics.differences import Rule
from carecli.metrics.windows import parse_window
from carecli.store.snapshot import Feed
from tests.metrics.build import BERLIN, TALLY, Centre, at

NOON = at("2025-05-13 12:00")
AS_OF = at("2025-05-13 20:00")
PERCENT = Fraction(1, 100)


def interval(centre, start="2025-05-13 12:00", **values):
    told = {"queue": "Billing", "channel": "voice", "minutes": 30, "attribution": "queued", **values}
    return centre.add("intervals", interval_start=start, **told)


def asked_of(centre, window="today", as_of=AS_OF, where=None, **asked):
    span = parse_window(window, as_of, BERLIN)
    how = Asked(**asked)
    return reconciliation_board(
        centre.snapshot(), TALLY, as_of=as_of, zone=BERLIN, window=span, where=where or {}, asked=how
    )


def typed(centre, natives, where=None, **asked):
    span = parse_window("today", AS_OF, BERLIN)
    natives = {metric: Fraction(value) for metric, value in natives.items()}
    return typed_board(
        centre.snapshot(), TALLY, as_of=AS_OF, zone=BERLIN, window=span, where=where or {}, natives=natives,
        asked=Asked(**asked),
    )  # fmt: skip


def gate(centre, window, as_of="2025-12-01", where=None):
    span = parse_window(window, at(as_of), BERLIN)
    return interval_gate(centre.snapshot(), TALLY, as_of=at(as_of), zone=BERLIN, window=span, where=where or {})


def calls_with_asa(wait_ms, number=10, **values):
    centre = Centre()
    for nth in range(number):
        centre.call(wait_ms, NOON + nth, **values)
    return centre


@pytest.mark.parametrize(("ours", "passed", "percent"), [(21_200, True, "0.95"), (21_300, False, "1.43")])
def test_r316_speed_of_answer(ours, passed, percent):
    board = typed(calls_with_asa(ours), {"asa": "21.0"})
    (line,) = board.rows[0].lines
    assert (line.ours, board.passed) == (Fraction(ours, 1000), passed)
    assert f"{float(line.difference * 100):.2f}" == percent


def with_level(within, answered):
    centre = Centre()
    for nth in range(answered):
        centre.call(5_000 if nth < within else 60_000, NOON + nth)
    return centre


@pytest.mark.parametrize(("mode", "passed"), [("relative", False), ("points", True)])
def test_r316_service_level(mode, passed):
    board = typed(with_level(81, 100), {"service_level": "0.8"}, rule=Rule(mode))
    assert board.rows[0].lines[0].ours == Fraction(81, 100)
    assert board.passed is passed


@pytest.mark.parametrize(("mode", "passed"), [("relative", False), ("points", True)])
def test_r316_abandonment(mode, passed):
    centre = Centre()
    for nth in range(250):
        centre.call(9_000, NOON + nth, outcome="abandoned" if nth < 13 else "answered")
    board = typed(centre, {"abandonment": "0.05"}, rule=Rule(mode))
    assert board.rows[0].lines[0].ours == Fraction(52, 1000)
    assert board.passed is passed


def test_a_typed_figure_that_we_have_no_data_for_is_null_and_doesn_t_pass():
    board = typed(calls_with_asa(21_000), {"asa": "21", "csat": "0.9"})
    asa, csat = board.rows[0].lines
    assert (asa.passed, csat.passed, csat.ours) == (True, None, None)
    assert csat.note == "no data: needs surveys"
    assert board.passed is None


def test_typed_service_level_by_another_formula():
    centre = with_level(80, 90)
    for nth in range(10):
        centre.call(9_000, NOON + nth, outcome="abandoned")
    natives = {"service_level": "0.8"}
    assert typed(centre, natives).passed is False
    assert typed(centre, natives).rows[0].cause.name == "formula"
    assert typed(centre, natives, formula="genesys").passed is True
    with pytest.raises(UsageProblem, match="a formula goes with"):
        typed(centre, natives, where={"tier": "gold"}, formula="genesys")


def test_typed_figures_and_what_the_pack_leaves_out():
    """Ten calls of 21 s and ten that were over at once: ours leaves these out of the speed of answer (R25)."""
    centre = calls_with_asa(21_000)
    for nth in range(10):
        centre.call(1_000, NOON + nth, length=2)
    row = typed(centre, {"asa": "11"}).rows[0]
    assert row.lines[0].ours == 21
    assert (row.cause.name, row.cause.before, row.cause.after) == ("exclusions", Fraction(10, 11), 0)


def test_typed_figures_that_nothing_explains():
    assert typed(calls_with_asa(21_000), {"asa": "50"}).rows[0].cause is None


def test_typed_figures_of_one_queue():
    centre = calls_with_asa(21_000)
    centre.call(90_000, NOON, queue="Orders")
    assert typed(centre, {"asa": "21"}, where={"queue": "Billing"}).passed
    assert typed(centre, {"asa": "21"}).passed is False
    unknown = typed(centre, {"asa": "21"}, where={"queue": "Nowhere"})
    assert unknown.rows[0].lines[0].note == "no such queue: Nowhere"


def reported(**values):
    """Three calls of Billing at noon, two answered in time; the vendor's line of that half hour."""
    centre = Centre()
    centre.call(12_000, NOON + 60, talk_ms=100_000)
    centre.call(14_000, NOON + 90, talk_ms=200_000)
    centre.call(9_000, NOON + 100, outcome="abandoned")
    told = {"offered": 3, "answered": 2, "abandoned": 1, "within_sl": 2, "asa_ms": 13_000, "aht_ms": 150_000}
    interval(centre, **{**told, **values})
    return centre


def test_the_vendor_and_we_agree():
    board = asked_of(reported())
    (row,) = board.rows
    assert board.passed is True
    assert dict(row.by) == {"source": "demo", "queue": "Billing", "channel": "voice"}
    assert (row.compared, row.minutes, row.attribution, row.cause) == (1, 30, "queued", None)
    assert {line.metric: line.ours for line in row.lines} == {
        "offered": 3,
        "answered": 2,
        "abandoned": 1,
        "service_level": 1,
        "asa": 13,
        "aht": 150,
        "abandonment": Fraction(1, 3),
    }
    assert [figure.value for figure in board.figures] == [float(line.ours) for line in row.lines]


def test_one_figure_that_differs_fails_the_board():
    board = asked_of(reported(offered=4))
    assert board.passed is False
    assert {line.metric for line in board.rows[0].lines if line.passed is False} == {"offered", "abandonment"}


def test_a_tolerance_of_ones_own():
    assert asked_of(reported(asa_ms=13_200)).passed is False
    assert asked_of(reported(asa_ms=13_200), rule=Rule(tolerance=2 * PERCENT)).passed is True


def test_days_that_our_feeds_don_t_cover_are_left_out():
    centre = reported()
    interval(centre, "2025-05-10 12:00", offered=50)
    (row,) = asked_of(centre, "7d").rows
    assert (row.compared, row.uncovered, row.passed) == (1, 1, True)


def test_without_rows_of_ours_nothing_is_told():
    centre = Centre()
    interval(centre, offered=10)
    board = asked_of(centre)
    assert board.passed is None
    assert {line.note for line in board.rows[0].lines} == {"no interval to compare"}
    assert all(line.ours is None for line in board.rows[0].lines)


def test_holes_are_listed_and_fail_where_we_have_contacts_in_them():
    centre = reported()
    interval(centre, "2025-05-13 14:00", offered=0, answered=0, abandoned=0)
    (row,) = asked_of(centre).rows
    assert [(hole.first.hour, hole.first.minute, hole.count) for hole in row.missing] == [(12, 30, 3)]
    assert (row.contacts_missing, row.passed) == (0, True)
    centre.call(5_000, NOON + 3_600)
    (row,) = asked_of(centre).rows
    assert (row.contacts_missing, row.passed) == (1, False)


def test_queues_of_which_the_vendor_tells_nothing_are_named():
    centre = reported()
    centre.call(5_000, NOON, queue="Orders")
    assert "the vendor has no intervals of demo Orders voice" in asked_of(centre).header.notes
    assert asked_of(centre, where={"queue": "Billing"}).header.notes == ()


def test_no_intervals_at_all():
    board = asked_of(calls_with_asa(1_000))
    assert (board.rows, board.passed, board.header.notes) == ((), None, ("no data: needs intervals",))
    centre = calls_with_asa(1_000)
    centre.feeds.append(Feed("demo", "canonical.intervals", ("intervals",), 0, NOON, NOON, 1))
    assert asked_of(centre).header.notes == ("no intervals in this window",)


def test_the_slice_asked_for():
    centre = reported()
    interval(centre, queue="Orders", offered=7)
    assert len(asked_of(centre).rows) == 2
    assert len(asked_of(centre, where={"queue": "Billing"}).rows) == 1
    assert len(asked_of(centre, where={"channel": "voice", "source": "demo"}).rows) == 2
    assert asked_of(centre, where={"queue": "Nowhere"}).header.notes == ("no such queue: Nowhere",)
    with pytest.raises(UsageProblem, match="no dimension 'tier'"):
        asked_of(centre, where={"tier": "gold"})


def test_intervals_of_one_length_are_compared():
    centre = reported()
    interval(centre, minutes=60, offered=3)
    interval(centre, minutes=15, offered=3)
    board = asked_of(centre)
    assert [row.minutes for row in board.rows] == [30]
    assert board.header.notes == ("only intervals of 30 minutes; there are also 15, 60",)
    assert [row.minutes for row in asked_of(centre, minutes=60).rows] == [60]
    assert asked_of(centre, minutes=10).header.notes == ("no intervals of 10 minutes; there are 15, 30, 60",)


@pytest.mark.parametrize(
    ("kind", "source", "systems"),
    [
        ("amazon_connect.historical_metrics", "north", {"amazon"}),
        ("canonical.intervals", "talkdesk", {"talkdesk"}),
        ("genesys_engage.report", "genesys-2", {"genesys_engage", "genesys"}),
        ("canonical.intervals", "acme", set()),
    ],
)
def test_the_systems_that_may_have_made_intervals(kind, source, systems):
    centre = Centre(names={source: 1})
    centre.feeds.append(Feed(source, kind, ("intervals",), 0, NOON, NOON, 1))
    assert systems_of(centre.snapshot(), 1) == systems


def test_the_formula_comes_from_the_system_of_the_file():
    centre = reported()
    centre.feeds.append(Feed("demo", "talkdesk.intervals", ("intervals",), 0, NOON, NOON, 1))
    (row,) = asked_of(centre).rows
    assert row.formula.id == "talkdesk"
    (row,) = asked_of(centre, formula="genesys").rows
    assert (row.formula.id, row.formula.why) == ("genesys", "as asked")


def test_at_the_threshold_exactly():
    centre = Centre()
    centre.call(20_000, NOON + 60)
    interval(centre, answered=1, abandoned=0, offered=1, within_sl=1)
    assert asked_of(centre).passed is True
    (row,) = asked_of(centre, edge="under").rows
    assert {line.metric for line in row.lines if line.passed is False} == {"service_level"}


def month_of_half_hours(first, last, left_out=(), queue="Billing"):
    centre = Centre()
    start = at(first)
    place = 0
    while start < at(last):
        if place not in left_out:
            interval(centre, start, queue=queue)
        start, place = start + 1_800, place + 1
    return centre


@pytest.mark.parametrize(
    ("first", "last", "window", "expected"),
    [
        ("2025-05-01", "2025-05-15", "2025-05-01..2025-05-14", 672),
        ("2025-03-24", "2025-04-07", "2025-03-24..2025-04-06", 670),
        ("2025-10-20", "2025-11-03", "2025-10-20..2025-11-02", 674),
    ],
)
def test_r317_a_whole_trial(first, last, window, expected):
    board = gate(month_of_half_hours(first, last), window)
    assert (board.expected, board.passed) == (expected, True)
    assert (board.rows[0].present, board.rows[0].missing_count) == (expected, 0)


def test_r317_two_missing_are_listed_for_their_queue():
    board = gate(month_of_half_hours("2025-05-01", "2025-05-15", left_out={20, 100}), "2025-05-01..2025-05-14")
    (row,) = board.rows
    assert (row.present, row.missing_count, board.passed) == (670, 2, False)
    assert [hole.first.isoformat() for hole in row.missing] == [
        "2025-05-01T10:00:00+02:00",
        "2025-05-03T02:00:00+02:00",
    ]


def test_a_gate_without_intervals_is_not_passed():
    board = gate(Centre(), "2025-05-01..2025-05-14")
    assert (board.passed, board.expected, board.header.notes) == (None, 672, ("no data: needs intervals",))


def test_a_stray_interval_moves_no_grid():
    centre = month_of_half_hours("2025-05-01", "2025-05-02")
    interval(centre, "2025-05-01 00:10")
    assert gate(centre, "2025-05-01").passed is True
