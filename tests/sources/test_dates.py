from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.sources.dates import as_moment, evidence
from carecli.sources.records import BadCell

BERLIN = ZoneInfo("Europe/Berlin")


def at(text):
    return int(datetime.fromisoformat(text).timestamp())


@pytest.mark.parametrize(
    ("cell", "moment"),
    [
        ("2022-01-19 09:59:42", "2022-01-19T09:59:42+01:00"),
        ("2025-10-09T16:59:52Z", "2025-10-09T16:59:52+00:00"),
        ("Thu, 27 Oct 2016 14:51:34", "2016-10-27T14:51:34+02:00"),
        ("Mon, 10 Mar 2025 10:00:00 +0000", "2025-03-10T10:00:00+00:00"),
        ("Mon, 10 Mar 2025 10:00:00 GMT", "2025-03-10T10:00:00+00:00"),
        ("2016/10/27 14:51", "2016-10-27T14:51:00+02:00"),
        ("19/Jan/26 12:47 PM", "2026-01-19T12:47:00+01:00"),
        ("19/ene/26 12:47 AM", "2026-01-19T00:47:00+01:00"),
        ("10-Mar-2025 09:15", "2025-03-10T09:15:00+01:00"),
        ("March 10, 2025 9:15:30 PM", "2025-03-10T21:15:30+01:00"),
        ("10. März 2025 09:15", "2025-03-10T09:15:00+01:00"),
        ("2025-03-10 09:15 p.m.", "2025-03-10T21:15:00+01:00"),
        ("2025-03-10 7:00:00", "2025-03-10T07:00:00+01:00"),
        ("2025-03-10T0:00:00Z", "2025-03-10T00:00:00+00:00"),
        ("1741597200", "2025-03-10T09:00:00+00:00"),
        ("1741597200123", "2025-03-10T09:00:00+00:00"),
        ("13.3.2025 8:05", "2025-03-13T08:05:00+01:00"),
        ("3/13/25 12:00 AM", "2025-03-13T00:00:00+01:00"),
        ("10/10/2025 00:00", "2025-10-10T00:00:00+02:00"),
    ],
)
def test_spellings(cell, moment):
    assert as_moment(cell, "when", BERLIN) == at(moment)


@pytest.mark.parametrize(
    ("order", "moment"), [("dmy", "2025-04-03T11:30:00+02:00"), ("mdy", "2025-03-04T11:30:00+01:00")]
)
def test_order_decides(order, moment):
    assert as_moment("3/4/2025 11:30:00 AM", "when", BERLIN, order) == at(moment)


def test_order_is_never_guessed():
    with pytest.raises(BadCell) as bad:
        as_moment("3/4/2025 11:30", "when", BERLIN)
    assert (bad.value.code, bad.value.found) == ("ambiguous-date", "3/4/2025 11:30")


def test_a_date_against_the_order_of_its_file_is_bad():
    with pytest.raises(BadCell) as bad:
        as_moment("4/25/2025", "when", BERLIN, "dmy")
    assert bad.value.code == "not-a-time"


@pytest.mark.parametrize(
    ("compact", "cell"),
    [("yyyymmdd", "20250310 09:15"), ("mmddyyyy", "03102025 09:15"), ("ddmmyyyy", "10032025 09:15")],
)
def test_compact(compact, cell):
    assert as_moment(cell, "when", BERLIN, None, compact) == at("2025-03-10T09:15:00+01:00")


@pytest.mark.parametrize(
    ("cell", "hour"), [("3/13/2025 13:05 PM", 13), ("3/13/2025 12:05 AM", 0), ("3/13/2025 12:05 PM", 12)]
)
def test_hours_with_their_half_of_the_day(cell, hour):
    assert as_moment(cell, "when", BERLIN) == at(f"2025-03-13T{hour:02}:05:00+01:00")


@pytest.mark.parametrize(
    "cell",
    [
        "3/13/2025 13:05 AM",
        "3/13/2025 25:05 PM",
        "3/13/2025 99:05 PM",
        "10/Foo/2025",
        "32/13/2025",
        "2025-13-01",
        "yesterday",
        "31/02/2025 10:00",
        "1:30",
    ],
)
def test_no_times(cell):
    with pytest.raises(BadCell):
        as_moment(cell, "when", BERLIN)


@pytest.mark.parametrize("cell", ["", None, "-", "None"])
def test_missing(cell):
    assert as_moment(cell, "when", BERLIN) is None


def test_hour_that_never_was():
    with pytest.raises(BadCell) as bad:
        as_moment("30/03/2025 02:30", "when", BERLIN)
    assert bad.value.code == "no-such-local-time"


@pytest.mark.parametrize(
    ("cells", "order"),
    [
        (["3/4/2025", "4/5/2025", 7, None, "x"], None),
        (["3/4/2025", "25/4/2025 10:00"], "dmy"),
        (["3/4/2025", "4/25/2025 10:00:00 PM"], "mdy"),
        (["13/4/2025"], "dmy"),
        (["12/13/2025"], "mdy"),
        (["12/12/2025"], None),
        (["3.4.2025"], "dmy"),
        (["99/99/2025"], None),
    ],
)
def test_evidence(cells, order):
    assert evidence(cells) == order


@given(st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2098, 1, 1)))
def test_every_spelling_is_the_same_moment(moment):
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    spellings = {
        "%Y-%m-%d %H:%M:%S": None,
        "%d/%m/%Y %H:%M:%S": "dmy",
        "%m/%d/%Y %I:%M:%S %p": "mdy",
        "%a, %d %b %Y %H:%M:%S": None,
        "%d-%b-%Y %H:%M:%S": None,
        "%B %d, %Y %I:%M:%S %p": None,
        "%Y/%m/%d %H:%M:%S": None,
    }
    found = {as_moment(moment.strftime(form), "when", ZoneInfo("UTC"), order) for form, order in spellings.items()}
    assert found == {int(moment.timestamp())}
