from __future__ import annotations

from datetime import datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.sources.cells import (
    LONGEST_CELL_BYTES,
    UTC,
    as_code,
    as_day,
    as_duration_ms,
    as_flag,
    as_id,
    as_number,
    as_optional_id,
    as_text,
    as_time,
    as_whole,
    is_missing,
)
from carecli.sources.records import BadCell

BERLIN = ZoneInfo("Europe/Berlin")
MARCH_10 = 1_741_600_800  # 2025-03-10 10:00:00 UTC


def code_of(parser, *arguments):
    with pytest.raises(BadCell) as caught:
        parser(*arguments)
    assert caught.value.column == "c"
    return caught.value.code


@pytest.mark.parametrize(
    "text",
    [
        "2025-03-10T10:00:00Z",
        "2025-03-10 10:00:00+00:00",
        "2025-03-10 10:00 UTC",
        "2025-03-10T11:00:00+01:00",
        "2025-03-10T11:00:00+0100",
        "2025-03-10T11:00+01",
        "2025-03-10T04:30:00.999-05:30",
        "2025-03-10 10:00:00.123456789Z",
        "1741600800",
        "1741600800.75",
        "1741600800123",
        "1741600800123456",
        "  2025-03-10T10:00:00Z ",
    ],
)
def test_one_moment_in_many_spellings(text):
    assert as_time(text, "c", None) == MARCH_10


@pytest.mark.parametrize("text", ["2025-03-10 11:00", "2025-03-10T11:00:00", "2025-03-10 11:00:00.9"])
def test_local_times_need_a_zone(text):
    assert as_time(text, "c", BERLIN) == MARCH_10
    assert code_of(as_time, text, "c", None) == "no-time-zone"


def test_clock_changes():
    assert code_of(as_time, "2025-03-30 02:30:00", "c", BERLIN) == "no-such-local-time"
    assert as_time("2025-03-30 01:59:59", "c", BERLIN) == 1_743_296_399
    assert as_time("2025-03-30 03:00:00", "c", BERLIN) == 1_743_296_400
    # 02:30 came twice on 26 October: the earlier one is 00:30 UTC.
    assert as_time("2025-10-26 02:30:00", "c", BERLIN) == 1_761_438_600


@pytest.mark.parametrize(
    "text", ["10/03/2025 10:00", "2025-02-30 10:00:00Z", "2025-03-10T25:00:00Z", "yesterday", "45678,5", "2025-W11-1"]
)
def test_what_is_no_time(text):
    assert code_of(as_time, text, "c", UTC) == "not-a-time"


@pytest.mark.parametrize("text", ["1999-12-31T23:59:59Z", "2100-01-01T00:00:00Z", "0001-01-01 00:00", "0", "45678"])
def test_times_outside_the_window(text):
    assert code_of(as_time, text, "c", UTC) == "time-out-of-range"


def test_the_window_ends():
    assert as_time("2000-01-01T00:00:00Z", "c", None) == 946_684_800
    assert as_time("2099-12-31T23:59:59Z", "c", None) == 4_102_444_799


def test_dates_are_their_first_moment():
    assert as_time("2025-03-10", "c", BERLIN) == MARCH_10 - 11 * 3600
    assert as_day("2025-03-10", "c") == MARCH_10 - 10 * 3600
    assert code_of(as_time, "2025-03-10", "c", None) == "no-time-zone"


@given(
    st.datetimes(datetime(2000, 1, 2), datetime(2099, 12, 30)),
    st.integers(-14 * 60, 14 * 60),
)
def test_iso_text_round_trips(moment, minutes):
    aware = moment.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))
    assert as_time(aware.isoformat(), "c", None) == int(aware.timestamp())


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("190", "s", 190_000),
        ("20.5", "s", 20_500),
        ("0.0005", "s", 1),
        ("0.00049", "s", 0),
        ("1e3", "s", 1_000_000),
        ("850", "ms", 850),
        ("7", "min", 420_000),
        ("1.5", "h", 5_400_000),
        ("0.000069444446", "day-fraction", 6_000),
        ("1:02:03", "s", 3_723_000),
        (" 135:40:34.625", "s", 488_434_625),
        ("1234:00:05", "ms", 4_442_405_000),
        ("2 days 01:00:00", "s", 176_400_000),
        ("0", "s", 0),
        ("-0", "s", 0),
    ],
)
def test_durations(text, unit, expected):
    assert as_duration_ms(text, "c", unit) == expected


@pytest.mark.parametrize("text", ["", " ", "-", "--", "None", "null", "NULL", "NaN%", "Infinity%", None])
def test_missing_is_none_and_never_zero(text):
    assert is_missing(text)
    assert as_duration_ms(text, "c") is None
    assert as_time(text, "c", UTC) is None
    assert as_number(text, "c") is None
    assert as_whole(text, "c") is None
    assert as_flag(text, "c") is None
    assert as_code(text, "c", ("a",)) is None
    assert as_optional_id(text, "c") is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("-5", "negative-duration"),
        ("-0:00:01", "negative-duration"),
        ("316224001", "duration-out-of-range"),
        ("nan", "not-a-number"),
        ("inf", "not-a-number"),
        ("1e999", "not-a-number"),
        ("1_000", "not-a-number"),
        ("\u0661\u0662", "not-a-number"),
        ("1,024", "ambiguous-decimal"),
        ("1:60:00", "not-a-duration"),
        ("12:34", "not-a-duration"),
    ],
)
def test_bad_durations(text, code):
    assert code_of(as_duration_ms, text, "c") == code


@given(st.decimals(0, 10_000_000, places=3))
def test_decimal_durations_are_exact(seconds):
    assert as_duration_ms(f"{seconds:f}", "c") == int(Decimal(seconds) * 1000)


def test_numbers():
    assert as_number("4.5", "c") == 4.5
    assert as_number("1e-3", "c") == 0.001
    assert as_whole("9007199254740993", "c") == 9_007_199_254_740_993
    assert as_whole("12.0", "c") == 12
    assert code_of(as_whole, "12.5", "c") == "not-a-whole-number"
    assert code_of(as_whole, "9223372036854775808", "c") == "whole-out-of-range"
    assert code_of(as_number, "1.234,5", "c") == "ambiguous-decimal"
    assert code_of(as_number, "NaN", "c") == "not-a-number"


def test_flags_and_codes():
    assert [as_flag(text, "c") for text in ("TRUE", "Yes", "1", "t")] == [True] * 4
    assert [as_flag(text, "c") for text in ("false", "No", "0", "F", False)] == [False] * 5
    assert code_of(as_flag, "maybe", "c") == "not-a-flag"
    assert as_code("In-App", "c", ("voice", "in_app")) == "in_app"
    assert code_of(as_code, "fax", "c", ("voice",)) == "unknown-code"


def test_ids_stay_as_they_came():
    assert as_id("00042", "c") == "00042"
    assert as_id("12345678901234567890", "c") == "12345678901234567890"
    assert as_id("5e10", "c") == "5e10"
    assert code_of(as_id, "1.23E+17", "c") == "id-damaged"
    assert code_of(as_id, "1,03006E+13", "c") == "id-damaged"
    assert code_of(as_id, " ", "c") == "missing-id"
    assert code_of(as_id, "None", "c") == "missing-id"


def test_text():
    assert as_text("  a b ", "c") == "a b"
    assert as_text("None", "c") == "None"
    assert as_text("", "c") is None
    assert code_of(as_text, "a\0b", "c") == "nul-byte"
    assert as_text("x" * LONGEST_CELL_BYTES, "c") == "x" * LONGEST_CELL_BYTES
    assert code_of(as_text, "x" * (LONGEST_CELL_BYTES + 1), "c") == "cell-too-long"
    assert code_of(as_text, "é" * (LONGEST_CELL_BYTES // 2 + 1), "c") == "cell-too-long"
    assert code_of(as_text, "\ud800", "c") == "lone-surrogate"
    assert code_of(as_text, {"a": "b"}, "c") == "nested-value"
