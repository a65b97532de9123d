"""JSON that is cut, nested, doubled, or no JSON at all: as a document, an array, and one record a line."""

from __future__ import annotations

import json
from collections.abc import Iterator

from tests.hostile.case import AT, MEGABYTE, Case, case, good, held, record, rejected

FILE = "export.json"


def array(*records: str) -> str:
    return "[" + ",\n".join(records) + "]"


def lines(*records: str) -> str:
    return "".join(one + "\n" for one in records)


def bad_record(name: str, bad: str, code: str, says: str = "") -> Iterator[Case]:
    """A bad record between good ones costs only itself, in an array and by lines alike."""
    yield case(
        f"json, {name}", array(record(), bad, record("a3")), good(2, {code: 1}, says=("line 2", says)), file=FILE
    )
    yield case(
        f"ndjson, {name}", lines(record(), bad, record("a3")), good(2, {code: 1}, says=("line 2", says)), file=FILE
    )


def deep(levels: int, opening: str = "[", closing: str = "]") -> str:
    return opening * levels + closing * levels


def records() -> Iterator[Case]:
    yield from bad_record("duplicate key", record()[:-1] + ', "channel": "chat"}', "duplicate-key", "channel")
    yield from bad_record("NaN", record("a2", talk_sec="NaN"), "not-a-number", "NaN")
    yield from bad_record("-Infinity", record("a2", csat_score="-Infinity"), "not-a-number")
    yield from bad_record("1e400", record("a2", csat_score="1e400"), "not-a-number", "column csat_score")
    yield from bad_record("half a pair", record("a2", queue='"\\ud800"'), "lone-surrogate")
    yield from bad_record("half a pair in a key", record("a2", **{"\\udfff": "1"}), "lone-surrogate")
    yield from bad_record("nul", record("a2", queue='"A\\u0000B"'), "nul-byte", "column queue")
    yield from bad_record("a list as an id", record("a2", interaction_id='["a2"]'), "nested-value", "interaction_id")
    yield from bad_record("an object as a time", record("a2", started_at='{"at": 1}'), "nested-value", "started_at")
    yield from bad_record("true as a time", record("a2", started_at="true"), "not-a-time", "started_at")
    yield from bad_record("40 levels", record("a2", x=deep(40)), "too-deep", "levels")
    yield from bad_record("501 keys", record("a2", **{f"k{n}": "1" for n in range(501)}), "too-many-keys")
    yield from bad_record("no id", record("a2", interaction_id="null"), "missing-id")
    yield from bad_record("an empty object", "{}", "missing-id")
    yield from bad_record("a control character", record("a2", queue='"A\x01B"'), "bad-json", "control character")
    yield from bad_record("single quotes", "{'interaction_id': 'a2'}", "bad-json")
    yield from bad_record("a comment", record("a2")[:-1] + " /* x */}", "bad-json")
    yield from bad_record("a trailing comma", record("a2")[:-1] + ",}", "bad-json")
    yield from bad_record("100 KB in a cell", record("a2", queue=f'"{"x" * 100_000}"'), "cell-too-long", "column queue")
    yield from bad_record("2^63 as a duration", record("a2", talk_sec=str(2**63)), "duration-out-of-range")
    large = array(*(record(f"a{n}", interaction_id=str(n)) for n in (2**53, 2**53 + 1, 2**63, 10**400)))
    yield case("json, ids beyond 2^53", large, good(4), file=FILE)
    yield case(
        "json, number of 5,000 digits", array(record(), record("a2", talk_sec="9" * 5000)), good(1, {"not-a-number": 1})
    )
    yield case(
        "json, escapes in cells",
        array(record("\\u001b[2J"), record("a2", started_at='"\\u001b]0;x\\u0007"')),
        good(1, {"not-a-time": 1}),
    )
    yield case("json, escapes in keys", array('{"\\u001b[2J": 1, "\\u202e": 2}'), rejected("unknown-kind", "found: "))
    yield case("json, half pairs for keys", array('{"\\ud800": 1}', '{"b": 1}'), rejected("unknown-kind"))


def arrays() -> Iterator[Case]:
    yield case(
        "json array, a number among records",
        array(record(), "5", record("a3")),
        good(2, {"not-an-object": 1}, says="line 2"),
    )
    yield case(
        "json array, an array among records",
        array(record(), "[]", record("a3")),
        good(2, {"not-an-object": 1}, says="line 2"),
    )
    yield case("json array, cut in a record", array(record(), record("a2"))[:-20], held("cut-off", "line 2"))
    yield case("json array, cut between records", array(record(), record("a2"))[:-1], held("cut-off", "line 2"))
    yield case("json array, cut behind a comma", "[" + record() + ",", held("cut-off", "line 1"))
    yield case("json array, trailing comma", "[" + record() + ",]", good(1))
    yield case("json array, no comma", "[" + record() + "\n" + record("a2") + "]", rejected("bad-json", "line 2"))
    yield case(
        "json array, something behind it", array(record(), record("a2")) + "\nOK", rejected("bad-json", "line 3")
    )
    yield case("json array twice", array(record()) + array(record("a2")), rejected("bad-json", "line 1"))
    yield case("json array, closed by a brace", "[" + record() + "}", rejected("bad-json", "line 1"))
    yield case("json array, nul padding", array(record()) + "\0" * 4096, held("nul-padding"))
    yield case("json array, empty", "[]", rejected("unknown-kind"))
    yield case("json array of scalars", "[1, 2, 3]", rejected("not-an-object", "line 1"))
    yield case("json with a mark", "\ufeff" + array(record()), good())
    yield case("json in utf-16", ("\ufeff" + array(record())).encode("utf-16-le"), good(says="utf-16"))
    mixed = array(record(), record("a2", queue='"Köln"')).encode("cp1252")
    yield case("json in cp1252", mixed, good(2, says="cp1252"))
    yield case(
        "json, not utf-8",
        array(record("ü"), record("a2", queue='"#"')).encode().replace(b"#", b"\xff"),
        rejected("not-utf-8", "line 2 byte"),
    )


def documents() -> Iterator[Case]:
    for name, text in (("string", '"interaction_id"'), ("number", "12345"), ("null", "null"), ("true", "true")):
        yield case(f"json, top-level {name}", text, rejected("unknown-kind"), file=FILE)
    yield case(
        "json, an error instead",
        '{"error": {"code": 401, "message": "unauthorised"}}',
        rejected("unknown-kind", "error"),
    )
    wrapper = '{"interactions": ' + array(record(), record("a2"))
    yield case("json wrapper", wrapper + ', "count": 2}', good(2), file=FILE)
    yield case("json wrapper, cut behind its records", wrapper, held("cut-off", "line 2"), file=FILE)
    yield case(
        "json wrapper, a key twice",
        wrapper + ', "interactions": []}',
        rejected("bad-json", ("line 2", "twice")),
        file=FILE,
    )
    yield case("json wrapper, records are a word", '{"interactions": "none"}', rejected("unknown-kind"), file=FILE)
    yield case("json wrapper, no colon", '{"interactions" []}', rejected("bad-json", "line 1"), file=FILE)
    yield case("json, unclosed string", '{"interactions": "' + "x" * 1000, held("cut-off", "line 1"), file=FILE)
    yield case("json, backslash at the end", '{"interactions": "\\', held("cut-off", "line 1"), file=FILE)
    for name, text in (
        ("arrays", deep(100_000)),
        ("objects", '{"a":' * 100_000 + "1" + "}" * 100_000),
        ("records", array(record("a1", x=deep(100_000)))),
    ):
        yield case(f"json, 100,000 {name} in each other", text, rejected("too-deep"), file=FILE)
    yield case("json, 100,000 arrays that are open", "[" * 100_000, held("cut-off", "line 1"), file=FILE)
    yield case("json, 100,000 quotes", '["' * 100_000, held("cut-off", "line 1"), file=FILE)
    wide = lambda: json.dumps({f"k{number}": number for number in range(100_001)}).encode()  # noqa: E731
    yield case("json, object of 100,001 keys", wide, rejected("bad-json", "too many keys"), file=FILE)
    many = lambda: array(record(), "{" + ",".join(f'"k{n}":{n}' for n in range(100_001)) + "}").encode()  # noqa: E731
    yield case(
        "json, record of 100,001 keys",
        many,
        good(1, {"too-many-keys": 1}, says="line 2"),
        file=FILE,
        peak=200 * MEGABYTE,
    )
    vast = lambda: array(record(), record("a2", queue='"' + "x" * 5 * MEGABYTE + '"')).encode()  # noqa: E731
    yield case("json, cell of 5 MB", vast, good(1, {"cell-too-long": 1}, says="line 2"), file=FILE, peak=200 * MEGABYTE)


def by_lines() -> Iterator[Case]:
    yield case("ndjson, cut", lines(record(), record("a2"))[:-10], held("cut-off", "line 2"), file=FILE)
    yield case("ndjson, no final line end", lines(record(), record("a2"))[:-1], good(2), file=FILE)
    yield case(
        "ndjson, words between", lines(record(), "-- more --", record("a3")), good(2, {"bad-json": 1}, says="line 2")
    )
    yield case("ndjson, blank lines", lines(record(), "", " ", record("a3")), good(2, ignored={"blank": 2}))
    yield case("ndjson, crlf", lines(record(), record("a2")).replace("\n", "\r\n"), good(2))
    yield case("ndjson, two in a line", lines(record() + record("a2"), record("a3")), good(3))
    yield case("ndjson, mark in the middle", lines(record(), "\ufeff" + record("a2"), record("a3")), good(3))
    yield case("ndjson, nul padding", lines(record(), record("a2")) + "\0" * 4096, held("nul-padding", "line 3"))
    late = lines(*(record(f"a{n}") for n in range(500)), record("late", talk_sec="60", queue='"late"'))
    yield case("ndjson, a key first seen after 500 lines", late, good(501))
    vast = lambda: lines(record(), record("a2", queue='"' + "x" * 17 * MEGABYTE + '"')).encode()  # noqa: E731
    yield case("ndjson, line of 17 MB", vast, rejected("line-too-long", "line 2"), file=FILE, peak=300 * MEGABYTE)
    first = lines("{broken", *(record(f"a{n}") for n in range(3)))
    yield case("ndjson, the first line is the bad one", first, good(3, {"bad-json": 1}, says="line 1"))
    yield case(
        "ndjson, csv behind it",
        lines(record(), record("a2")) + f"a3,{AT},voice\n",
        good(2, {"bad-json": 1}, says="line 3"),
    )


CASES = [*records(), *arrays(), *documents(), *by_lines()]
