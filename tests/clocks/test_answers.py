"""R71 and R110: an automatic acknowledgement is told apart, and never stops a first-response clock."""

from __future__ import annotations

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carecli.clocks.answers import Reply, first_answer, first_answers
from carecli.clocks.tape import run_clock
from tests.clocks.moments import HOUR, OFFICE, at

MINUTE = 60
OPENED = at("Tue 10:00")


def _state(stop):
    return run_clock(OFFICE, OPENED, HOUR, stop=stop, as_of=at("Tue 18:00")).state


def test_r71_acknowledged_after_a_minute_and_answered_after_75():
    replies = [Reply(OPENED + 75 * MINUTE, False), Reply(OPENED + MINUTE, True)]
    answer = first_answer(None, replies, OPENED, as_of=at("Tue 18:00"))
    assert (answer.acknowledged_at, answer.automatic) == (OPENED + MINUTE, True)
    assert _state(answer.acknowledged_at) == "met"  # R71: acknowledged within one hour
    assert answer.answered_at == OPENED + 75 * MINUTE
    assert _state(answer.answered_at) == "missed"  # R110: 60 minutes


def test_r110_after_an_automatic_reply_61_minutes_are_a_miss_and_60_a_hit():
    for minutes, state in ((61, "missed"), (60, "met")):
        replies = [Reply(OPENED + MINUTE, True), Reply(OPENED + minutes * MINUTE, False)]
        answer = first_answer(None, replies, OPENED, as_of=at("Tue 18:00"))
        assert _state(answer.answered_at) == state


def test_r110_an_automatic_reply_alone_leaves_the_clock_running():
    answer = first_answer(None, [Reply(OPENED + MINUTE, True)], OPENED, as_of=at("Tue 10:30"))
    assert (answer.acknowledged_at, answer.automatic, answer.answered_at) == (OPENED + MINUTE, True, None)
    reading = run_clock(OFFICE, OPENED, HOUR, stop=answer.answered_at, as_of=at("Tue 10:30"))
    assert (reading.state, reading.left_sec) == ("running", 30 * MINUTE)


def test_r110_a_stated_first_response_that_was_the_automation_is_no_answer():
    replies = [Reply(OPENED + MINUTE, True), Reply(OPENED + 61 * MINUTE, False)]
    answer = first_answer(OPENED + MINUTE, replies, OPENED, as_of=at("Tue 18:00"))
    assert answer.answered_at == OPENED + 61 * MINUTE
    stated = first_answer(OPENED + 5 * MINUTE, replies, OPENED, as_of=at("Tue 18:00"))
    assert (stated.answered_at, stated.automatic) == (OPENED + 5 * MINUTE, True)  # a source may know more than replies
    with_a_person = [*replies, Reply(OPENED + MINUTE, False)]
    both = first_answer(OPENED + MINUTE, with_a_person, OPENED, as_of=at("Tue 18:00"))
    assert (both.answered_at, both.automatic) == (OPENED + MINUTE, False)


def test_replies_before_the_start_and_after_as_of_are_unknown():
    replies = [Reply(OPENED - 1, False), Reply(at("Tue 11:00"), False)]
    answer = first_answer(at("Tue 11:00"), replies, OPENED, as_of=at("Tue 10:59"))
    assert (answer.acknowledged_at, answer.automatic, answer.answered_at) == (None, None, None)


times = st.integers(0, 5)
replies_of = st.lists(st.builds(Reply, times, st.booleans()), max_size=5)


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(times, st.none() | times, replies_of), max_size=3), times)
@example([(0, None, [Reply(1, True), Reply(1, False)])], 5)
def test_columns_say_what_one_case_says(cases, as_of):
    schema = {"clock": pl.Int64, "start": pl.Int64, "stated": pl.Int64}
    clocks = pl.DataFrame([(key, start, stated) for key, (start, stated, _) in enumerate(cases)], schema, orient="row")
    rows = [(key, each.at, each.automatic) for key, (*_, replies) in enumerate(cases) for each in replies]
    replies = pl.DataFrame(rows, {"clock": pl.Int64, "at": pl.Int64, "automatic": pl.Boolean}, orient="row")
    expected = [first_answer(stated, own, start, as_of=as_of) for start, stated, own in cases]
    found = first_answers(clocks, replies, as_of=as_of)
    assert found["clock"].to_list() == [*range(len(cases))]
    assert found.select("acknowledged_at", "automatic", "answered_at").rows() == [
        (each.acknowledged_at, each.automatic, each.answered_at) for each in expected
    ]
