"""Cells that say what can't be: times that never were, durations, ids, numbers, and text that steers a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.hostile.case import AT, HEADER, Case, case, good, held, rejected, row, table

BERLIN: dict[str, Any] = {"zone": "Europe/Berlin"}
ANSI = "\x1b[2J\x1b]0;owned\x07\x9b31m"
BIDI = "\u202eevil\u2066\u200b\ufeff"


def beside(header: str, *lines: str) -> str:
    """A table of contacts with a column more."""
    return (
        "\n".join(
            (f"interaction_id,started_at,channel,{header}", *(f"a{n},{AT},voice,{one}" for n, one in enumerate(lines)))
        )
        + "\n"
    )


def bad_time(name: str, text: str, code: str, **options: Any) -> Case:
    outcome = good(1, {code: 1}, says=("line 3, column started_at", code))
    return case(f"time: {name}", table(row(), row("a2", at=text)), outcome, **options)


def times() -> Iterator[Case]:
    yield bad_time("year 1900", "1900-01-01T00:00:00Z", "time-out-of-range")
    yield bad_time("year 9999", "9999-12-31T23:59:59Z", "time-out-of-range")
    yield bad_time("year 9999 in a zone", "9999-12-31 23:59:59", "time-out-of-range", **BERLIN)
    yield bad_time("year 0000", "0000-00-00T00:00:00Z", "not-a-time")
    yield bad_time("year 0001 beyond the edge", "0001-01-01T00:00:00+14:00", "time-out-of-range")
    yield bad_time("year 10000", "+10000-01-01T00:00:00Z", "not-a-time")
    yield bad_time("30 February", "2025-02-30T09:00:00Z", "not-a-time")
    yield bad_time("29 February of no leap year", "2025-02-29T09:00:00Z", "not-a-time")
    yield bad_time("24:00", "2025-03-10T24:00:00Z", "not-a-time")
    yield bad_time("leap second", "2016-12-31T23:59:60Z", "not-a-time")
    yield bad_time("offset of a day", "2025-03-10T09:00:00+24:00", "not-a-time")
    yield bad_time("no zone", "2025-03-10 09:00:00", "no-time-zone")
    yield bad_time("the hour that was skipped", "2025-03-30 02:30:00", "no-such-local-time", **BERLIN)
    yield case("time: the hour that came twice", table(row(at="2025-10-26 02:30:00")), good(), **BERLIN)
    yield bad_time("day or month first", "03/04/2025 09:00", "not-a-time")
    yield bad_time("serial of a spreadsheet", "45678.5", "time-out-of-range")
    yield bad_time("negative epoch", "-1741593600", "not-a-time")
    yield bad_time("epoch of 20 digits", "9" * 20, "time-out-of-range")
    yield bad_time("epoch of 4000 digits", "9" * 4000, "not-a-time")
    yield bad_time("epoch with an exponent", "1.741593600E+09", "not-a-time")
    yield bad_time("digits of another script", "٢٠٢٥-٠٣-١٠T٠٩:٠٠:٠٠Z", "not-a-time")
    yield bad_time("wide digits", "２０２５-03-10T09:00:00Z", "not-a-time")
    yield bad_time("zone in words", "2025-03-10T09:00:00 Europe/Berlin", "not-a-time")
    yield bad_time("a word", "yesterday", "not-a-time")
    yield bad_time("nothing", "", "missing-value")
    yield bad_time("NaN", "NaN", "not-a-time")
    ended = beside("ended_at", "2025-03-10T09:05:00Z", "2025-03-10T08:59:59Z")
    yield case("time: ended before it began", ended, good(1, {"times-reversed": 1}, says="line 3, column ended_at"))


def bad_duration(name: str, text: str, code: str) -> Case:
    outcome = good(1, {code: 1}, says=("line 3, column talk_sec", code))
    return case(f"duration: {name}", table(row(), row("a2", talk=text)), outcome)


def durations() -> Iterator[Case]:
    yield bad_duration("negative", "-1", "negative-duration")
    yield bad_duration("negative on a clock", "-0:00:05", "negative-duration")
    yield bad_duration("more than ten years", str(3700 * 86400), "duration-out-of-range")
    yield bad_duration("more than ten years on a clock", "999999999:00:00", "duration-out-of-range")
    yield bad_duration("2^63", str(2**63), "duration-out-of-range")
    yield bad_duration("1e308", "1e308", "duration-out-of-range")
    yield bad_duration("1e999", "1e999", "not-a-number")
    yield bad_duration("an exponent of 9 digits", "1e999999999", "not-a-number")
    for word in ("NaN", "inf", "-Infinity", "0x10", "1_000", "１２", "12 s"):
        yield bad_duration(word, word, "not-a-number")
    yield bad_duration("minute 61", "0:61:00", "not-a-duration")
    yield bad_duration("five parts", "1:2:3:4:5", "not-a-duration")
    comma = table(row(talk="60"), row("a2", talk='"1,234.5"'))
    yield case("duration: thousands apart", comma, good(1, {"ambiguous-decimal": 1}, says="line 3, column talk_sec"))
    yield bad_duration("40 digits and a point", "9" * 41, "not-a-number")
    tiny = table(row(talk="1e-400"), row("a2", talk="0.0004"))
    yield case("duration: next to nothing", tiny, good(2))


def bad_cell(name: str, column: str, text: str, code: str, fine: str) -> Case:
    return case(name, beside(column, fine, text), good(1, {code: 1}, says=(f"line 3, column {column}", code)))


def numbers() -> Iterator[Case]:
    for word in ("NaN", "Infinity", "1e400", "8/10", "٨"):
        yield bad_cell(f"score: {word}", "csat_score", word, "not-a-number", "4")
    yield bad_cell("score: decimal comma", "csat_score", '"4,5"', "ambiguous-decimal", "4")
    yield bad_cell("flag: maybe", "first_contact_flag", "maybe", "not-a-flag", "yes")
    yield bad_cell("code: unknown", "outcome", "carrier pigeon", "unknown-code", "answered")
    head = "case_id,created_at,status,reopens\n"
    for name, text, code in (
        ("2^63", str(2**63), "whole-out-of-range"),
        ("a half", "1.5", "not-a-whole-number"),
        ("an exponent", "1e3", "not-a-whole-number"),
        ("50 digits", "1" * 50, "not-a-whole-number"),
    ):
        data = head + f"1,{AT},open,{2**63 - 1}\n2,{AT},open,{text}\n"
        yield case(f"whole number: {name}", data, good(1, {code: 1}, says="line 3, column reopens"))


def ids() -> Iterator[Case]:
    large = table(*(row(str(number)) for number in (2**53, 2**53 + 1, 2**63, 2**63 + 1, 10**40)))
    yield case("id: 2^53 and its neighbours", large, good(5))
    yield case("id: leading zeros", table(row("42"), row("042"), row("00042"), row("42.0")), good(4))
    for text in ("1.03E+13", "1E+2", '"1,03E+13"'):
        yield case(
            f"id: {text}", table(row(), row(text)), good(1, {"id-damaged": 1}, says="line 3, column interaction_id")
        )
    for name, text in (("empty", ""), ("blank", "   "), ("a dash", "-"), ("null", "NULL")):
        yield case(
            f"id: {name}", table(row(), row(text)), good(1, {"missing-id": 1}, says="line 3, column interaction_id")
        )
    yield case("id: 100 KB", table(row(), row("x" * 100_000)), good(1, {"cell-too-long": 1}, says="line 3"))
    yield case("id: with a line end", table(row('"a\n1"'), row("a2")), good(2))
    yield case("id: with quotes and semicolons", table(row('"a"";DROP TABLE files;--"')), good())
    yield case("id: twice in a file", table(row(), row(), row(talk="61")), good(1, stale=2))


def terminal() -> Iterator[Case]:
    yield case("escapes in a cell", table(row(queue=ANSI), row("a2", queue=BIDI)), good(2))
    yield case("escapes in a bad cell", table(row(), row("a2", at=ANSI)), good(1, {"not-a-time": 1}, says="\\x1b[2J"))
    yield case("escapes in a code", table(row(), row("a2", channel=BIDI)), good(1, {"unknown-code": 1}))
    yield case("escapes in an id", table(row(ANSI), row(BIDI), row("a2", at="x" + ANSI)), good(2, {"not-a-time": 1}))
    named = table(row() + ",1", header=HEADER + "," + ANSI + BIDI)
    yield case("escapes in a header", named, good())
    unknown = f"{ANSI},{BIDI},\x1b]52;c;aGk=\x07\n1,2,3\n"
    yield case("escapes in an unknown header", unknown, rejected("unknown-kind", "found: "))
    twice = table(row() + ",1,1", header=f"{HEADER},{ANSI},{ANSI}")
    yield case("escapes in a header that is there twice", twice, held("duplicate-header", "line 1"))
    yield case(
        "escapes in a file name", table(row(), row("a2", at="x")), good(1, {"not-a-time": 1}), file=f"a{ANSI}{BIDI}.csv"
    )
    yield case("line end in a file name", table(row()), good(), file="a\nimported as nothing\r.csv")
    yield case("brackets and blanks in a file name", table(row()), good(), file="a [1] *?{b}.csv")
    yield case(
        "file name that is no utf-8", table(row()), good(), file=b"caf\xe9.csv".decode("utf-8", "surrogateescape")
    )
    refused = b"caf\xe9.html".decode("utf-8", "surrogateescape")
    yield case("refused file whose name is no utf-8", "<html>", rejected("not-an-export"), file=refused)
    yield case("file name like an option", table(row()), good(), file="--accept")
    yield case(
        "markup and formulas in cells",
        table(row("[/foo]", queue="=cmd|' /C calc'!A1"), row("[@click=app.quit]")),
        good(2),
    )
    yield case(
        "marks upon marks",
        table(row(queue="a" + "\u0301" * 5000), row("a2", at="Z" + "\u0301" * 300)),
        good(1, {"not-a-time": 1}),
    )


CASES = [*times(), *durations(), *numbers(), *ids(), *terminal()]
