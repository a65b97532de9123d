"""The backlog board: R21 to R23 through it, parts that add up, flow, change, and whose turn it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.boards.backlog import DIMENSIONS, backlog_board
from carecli.errors import UsageProblem
from tests.metrics.build import BERLIN, TALLY, Centre, at

NOON = "2025-05-13 12:00"


def backlog(centre: Centre, as_of: str = NOON, dimension: str = "queue", **arguments):
    return backlog_board(centre.snapshot(), TALLY, as_of=at(as_of), zone=BERLIN, dimension=dimension, **arguments)


def test_r22_ages_fall_into_half_open_buckets():
    """23h59, 24h00, 47h59, 48h00, 167h59 and 168h00 old: 1, 2, 2, 1."""
    centre = Centre()
    for minutes in (23 * 60 + 59, 24 * 60, 47 * 60 + 59, 48 * 60, 167 * 60 + 59, 168 * 60):
        centre.case(at(NOON) - 60 * minutes)
    board = backlog(centre)
    assert board.bucket_labels == ("0-24 h", "24-48 h", "2-7 d", "7 d+")
    assert [figure.value for figure in board.rows[0].buckets] == [1, 2, 2, 1]
    assert [figure.by for figure in board.rows[0].buckets][1] == {"queue": "Refunds", "age": "24-48 h"}
    assert board.total.oldest_sec == 168 * 3600


def test_r21_yesterday_counts_what_was_open_at_closing_time():
    """Opened 17:55 and resolved 18:10: open at 18:00. Resolved 18:00:00 though closed 18:10: not."""
    centre = Centre()
    centre.case("2025-05-12 17:55", last_resolved_at="2025-05-12 18:10", status="solved")
    centre.case("2025-05-12 15:00", last_resolved_at="2025-05-12 18:00", closed_at="2025-05-12 18:10", status="closed")
    for _ in range(3):
        centre.case("2025-05-13 09:00")
    board = backlog(centre)
    assert (board.total.total.value, board.change_on_yesterday) == (3, 3 - 1)


def test_r23_stale_from_72_hours_on():
    centre = Centre()
    for hours in (71, 72, 73):
        centre.case("2025-05-01 09:00", last_action_at=at(NOON) - 3600 * hours)
    assert backlog(centre).rows[0].stale.value == 2


def test_whose_turn_it_is():
    centre = Centre()
    for status in ("new", "open", "waiting_customer", "waiting_third_party", "solved"):
        centre.case("2025-05-13 09:00", status=status, updated_at="2025-05-13 10:00")
    assert [figure.value for figure in backlog(centre).rows[0].waiting_on] == [2, 1, 1]


def test_what_came_and_what_went_in_seven_days():
    """Today and the six days before, judged or not: reopening and escalation can't be judged of any of these yet."""
    centre = Centre()
    for created, resolved in (
        ("2025-05-06 23:59", None),
        ("2025-05-07 00:00", None),
        ("2025-05-13 11:00", "2025-05-13 11:30"),
        ("2025-05-01 09:00", "2025-05-07 00:00"),
        ("2025-05-01 09:00", "2025-05-06 23:59"),
    ):
        centre.case(created, last_resolved_at=resolved, status="solved" if resolved else "open")
    row = backlog(centre).rows[0]
    assert (row.created_7d.value, row.resolved_7d.value) == (2, 2)
    assert (row.created_7d.metric, row.resolved_7d.metric) == ("cases_created", "cases_resolved")


def test_a_queue_without_flow_has_0_and_not_nothing():
    centre = Centre()
    centre.case("2025-04-28 09:00", queue="Account")
    centre.case("2025-05-13 09:00")
    account, refunds = backlog(centre).rows
    assert (account.created_7d.value, account.resolved_7d.value) == (0, 0)
    assert (refunds.created_7d.value, refunds.resolved_7d.value) == (1, 0)


def test_tests_and_deleted_cases_are_no_flow():
    centre = Centre()
    centre.case("2025-05-13 09:00")
    centre.case("2025-05-13 09:00", is_test=1)
    row = backlog(centre).rows[0]
    assert (row.total.value, row.created_7d.value, row.created_7d.excluded) == (1, 1, {"test": 1})


def test_priorities_go_by_urgency():
    centre = Centre()
    for priority in ("low", None, "whenever", "urgent", "P2"):
        centre.case("2025-05-13 09:00", priority=priority)
    assert [row.name for row in backlog(centre, dimension="priority").rows] == ["urgent", "P2", "low", "whenever", None]


def test_without_data_it_says_what_is_needed():
    board = backlog(Centre())
    assert board.rows == ()
    assert (board.total.total.value, board.total.total.note) == (None, "no data: needs cases")
    assert board.total.created_7d.value is None
    assert board.change_on_yesterday is None


def test_an_unknown_dimension_is_a_usage_problem():
    with pytest.raises(UsageProblem, match="no backlog by 'colour'"):
        backlog(Centre(), dimension="colour")


case_rows = st.lists(
    st.tuples(
        st.sampled_from(["Billing", "Refunds", None]),
        st.sampled_from(["urgent", "low", None]),
        st.sampled_from(["open", "waiting_customer", "solved"]),
        st.integers(0, 20 * 24),
    ),
    min_size=1,
    max_size=12,
)


@settings(max_examples=12, deadline=None)
@given(rows=case_rows, dimension=st.sampled_from(DIMENSIONS))
def test_rows_buckets_and_turns_add_up_to_the_total(rows, dimension):
    centre = Centre()
    for queue, priority, status, hours in rows:
        created = at(NOON) - 3600 * hours
        centre.case(created, queue=queue, priority=priority, status=status, updated_at=created)
    board = backlog(centre, dimension=dimension)
    total = board.total.total.value
    assert total == sum(status != "solved" for _, _, status, _ in rows)
    assert total == sum(row.total.value for row in board.rows)
    for row in (*board.rows, board.total):
        assert row.total.value == sum(figure.value for figure in row.buckets)
        assert row.total.value == sum(figure.value for figure in row.waiting_on)
