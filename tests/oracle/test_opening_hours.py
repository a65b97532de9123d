"""The oracle's opening hours, day by day and to the second, against the plain clock's, minute by minute."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.clocks import plain_clocks
from tests.clocks.plain_clocks import PlainCalendar
from tests.oracle.plain.hours import Hours

ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu")
WEEKS = ({0: [(540, 1080)], 3: [(600, 720), (780, 1200)]}, {day: [(0, 1440)] for day in range(7)}, {5: [(360, 1439)]})
CLOSED = frozenset({date(2025, 4, 3)})


@settings(max_examples=25, deadline=None)
@given(st.sampled_from(ZONES), st.sampled_from(WEEKS), st.integers(0, 6000), st.integers(0, 6000), st.integers(1, 600))
def test_the_same_time_is_open(zone, weekly, first, last, budget):
    """About the clock change of 30 March in Berlin."""
    plain, hours = PlainCalendar(zone, weekly, CLOSED), Hours(zone, weekly, CLOSED)
    begin = int(datetime(2025, 3, 28, tzinfo=ZoneInfo(zone)).timestamp())
    start, end = (begin + 60 * minute for minute in sorted((first, last)))
    assert hours.open_seconds(start, end) == plain_clocks.elapsed(plain, start, end)
    assert hours.due(start, budget) == plain_clocks.due(plain, start, budget)
    assert hours.is_open(start) == bool(plain_clocks.elapsed(plain, start, start + 60))
