"""Files of text that are not what they seem: their encodings, line ends, rows, quotes and headers."""

from __future__ import annotations

from collections.abc import Iterator

from tests.hostile.case import AT, HEADER, MEGABYTE, Case, case, good, held, rejected, row, rows, table

ZÜRICH = table(row(queue="Zürich"), row("a2"))
TWO = table(row(), row("a2"))


def encodings() -> Iterator[Case]:
    yield case("utf-8 with a mark", "\ufeff" + TWO, good(2))
    yield case("utf-8 with two marks", "\ufeff\ufeff" + TWO, good(2))
    yield case("mark in the middle", TWO + "\ufeff" + table(row("a3")), good(3, ignored={"repeated-header": 1}))
    for name in ("utf-16-le", "utf-16-be"):
        said = "assumed encoding: "
        yield case(f"{name} without a mark", ZÜRICH.encode(name), good(2, says=said + name))
        yield case(f"{name} with a mark", ("\ufeff" + ZÜRICH).encode(name), good(2, says=said + "utf-16"))
    yield case("utf-16 with an odd byte", ZÜRICH.encode("utf-16")[:-1], held("cut-off", "line 3"))
    lone = ("\ufeff" + table(row(), row("\ud800"))).encode("utf-16-le", "surrogatepass")
    yield case("utf-16 with half a pair", lone, rejected("not-utf-8", ("line 3", "byte", "utf-16")))
    yield case("utf-32", ZÜRICH.encode("utf-32"), good(2, says="assumed encoding: utf-32"))
    yield case("cp1252", ZÜRICH.encode("cp1252"), good(2, says="assumed encoding: cp1252"))
    late = table(*rows(3000), row(queue="Zürich")).encode("cp1252")
    yield case("cp1252 in row 3001", late, good(3001, says="assumed encoding: cp1252"))
    mixed = ZÜRICH.encode() + row("a3", queue="Köln").encode("cp1252") + b"\n"
    yield case("utf-8 and cp1252 in one file", mixed, rejected("not-utf-8", "line 4 byte 35"))
    yield case("byte without a meaning", table(row(queue="A#")).encode().replace(b"#", b"\x81"), rejected("not-utf-8"))
    yield case("utf-7 is its plain bytes", table(row(queue="Z+APw-rich")), good())
    for name, sequence in (("overlong", b"\xc0\x80"), ("surrogate", b"\xed\xa0\x80"), ("beyond", b"\xf4\x90\x80\x80")):
        bad = ZÜRICH.encode() + row("a3", queue="#").encode().replace(b"#", sequence) + b"\n"
        yield case(f"{name} utf-8 sequence", bad, rejected("not-utf-8", "line 4 byte 34"))
    yield case("cut in a character", ZÜRICH.encode() + b"a3\xe2\x82", held("cut-off", "line 4"))
    yield case("utf-8 said to be ascii", ZÜRICH, rejected("not-utf-8", ("line 2", "ascii")), encoding="ascii")
    for name in ("klingon", "rot13", "base64", "undefined", "zlib"):
        yield case(f"encoding {name}", ZÜRICH, rejected("unknown-encoding", name), encoding=name)
    yield case("ebcdic", ZÜRICH.encode("cp500"), rejected("not-utf-8", "line 1 byte 1"))
    yield case("empty", b"", rejected("empty"))
    yield case("nothing but a mark", "\ufeff", rejected("empty"))
    yield case("nothing but blanks", " \t\r\n" * 100, rejected("empty"))
    yield case("nothing but nul", bytes(1000), rejected("empty"))
    yield case("random bytes", bytes((number * 7919 >> 3) % 256 for number in range(5000)), rejected("not-an-export"))


def nul_bytes() -> Iterator[Case]:
    yield case(
        "nul in a cell", table(row(queue="A\0B"), row("a2")), good(bad={"nul-byte": 1}, says="line 2, column queue")
    )
    yield case("nul in an id", table(row("a\0"), row("a2")), good(bad={"nul-byte": 1}, says="column interaction_id"))
    yield case("nul padding", table(row(), row("a2")).encode() + bytes(4096), held("nul-padding", "line 4"))
    yield case("nul padding after a cut", table(row()).encode() + b"a2,20" + bytes(4096), held("nul-padding", "line 3"))
    yield case("nul in the header", table(row(), header=HEADER + "\0"), good(1))


def line_ends() -> Iterator[Case]:
    yield case("cr only", table(row(), row("a2"), end="\r"), good(2))
    yield case("crlf", table(row(), row("a2"), end="\r\n"), good(2))
    mixed = f"{HEADER}\r{row()}\r\n{row('a2')}\n{row('a3')}\r{row('a4')}\n"
    yield case("mixed line ends", mixed, good(4))
    blank = table(row(), "", "  ", ",,,,", row("a2"), "", "")
    yield case("blank lines", blank, good(2, ignored={"blank": 5}))
    yield case("line separators in cells", table(row(queue="A\u2028B\u0085C\x0bD\x0cE"), row("a2")), good(2))
    yield case("no final line end", table(row(), row("a2"))[:-1], good(2, says="no line end"))
    yield case("cut-off row", table(row()) + "a2,2025-03", held("cut-off", ("line 3", "2 of 5 cells")))
    yield case("only a header", table(), good(0))
    yield case("only a header without its end", HEADER, good(0))


def shapes() -> Iterator[Case]:
    yield case(
        "short row", table(row(), "a2,x,voice", row("a3")), good(2, {"missing-cell": 1}, says=("line 3", "3 cells"))
    )
    yield case(
        "long row", table(row(), row("a2") + ",x", row("a3")), good(2, {"extra-cell": 1}, says=("line 3", "6 cells"))
    )
    yield case(
        "row of 10,000 cells",
        table(row(), "," * 10_000, row("x") + ",y" * 10_000),
        good(1, {"extra-cell": 1}, {"blank": 1}),
    )
    long = table(row(), row("a2", queue="x" * (64 * 1024 + 1)))
    yield case("cell of 64 KB and one", long, good(1, {"cell-too-long": 1}, says="line 3, column queue"))
    yield case("cell of a megabyte", table(row(), row("a2", queue="x" * MEGABYTE)), good(1, {"cell-too-long": 1}))
    emoji = table(row(), row("a2", queue="🙂" * 30_000))
    yield case("cell of 30,000 emoji", emoji, good(1, {"cell-too-long": 1}, says="120000 bytes"))
    lines = row("a2", queue='"' + "x\n" * (MEGABYTE // 2) + '"')
    yield case("cell of half a million lines", table(row(), lines), good(1, {"cell-too-long": 1}, says="line 3"))
    vast = lambda: table(row(), row("a2", queue="x" * 20 * MEGABYTE)).encode()  # noqa: E731
    yield case("cell of 20 MB", vast, rejected("line-too-long", "line 3"), peak=300 * MEGABYTE)
    open_quote = lambda: table(row(), row("a2", queue='"' + "x\n" * 2 * MEGABYTE)).encode()  # noqa: E731
    yield case("quote open for two million lines", open_quote, held("open-quote", "line 3"), peak=200 * MEGABYTE)
    many = table(*rows(27), *(row(f"b{number}", at="soon") for number in range(3)))
    yield case("three bad rows of thirty", many, held("too-many-bad", ("3 of 30", "started_at", "not-a-time")))
    yield case("twenty bad rows of a thousand", table(*rows(980), *["x"] * 20), good(980, {"missing-cell": 20}))
    total = table(row(), "Total,,,60,", row("a2"))
    yield case("row of totals", total, good(2, {"missing-value": 1}, says="line 3, column started_at"))
    semicolons = table(row().replace(",", ";"), header=HEADER)
    yield case("rows with another delimiter than the header", semicolons, good(0, {"missing-cell": 1}, says="line 2"))
    for name, delimiter in (("semicolons", ";"), ("tabs", "\t"), ("pipes", "|")):
        yield case(name, TWO.replace(",", delimiter), good(2, says="assumed delimiter"))


def quotes() -> Iterator[Case]:
    yield case("bare quote in a cell", table(row(queue='5" screen'), row("a2")), good(2))
    inside = table(row(queue='"a "b" c"'), row("a2"))
    yield case("quotes inside quotes", inside, good(1, {"bad-quote": 1}, says="line 2"))
    escaped = table(row(queue='"a \\"b\\" c"'), row("a2"))
    yield case("quotes behind backslashes", escaped, good(1, {"bad-quote": 1}, says="line 2"))
    lines = [row("r1", queue='"Billing'), *rows(2, 2), row("r4", queue='Sales"'), *rows(2, 5)]
    yield case("quote over several rows", table(*lines), held("suspicious-quote", ("line 2", "line 5")))
    never = table(*rows(50), row("late", queue='"open'), row("last", queue="x y"))
    yield case("quote never closed", never, held("cut-off", "line 52"))
    yield case("quote never closed before many rows", table(row(queue='"open'), *rows(3000)), held("cut-off", "line 2"))
    yield case("quote at the very end", table(row()) + '"', held("cut-off", "line 3"))
    yield case("line end in a quoted cell", table(row(queue='"A\nB"'), row("a2")), good(2))
    bad = table(row(queue='"A\nB"'), row("a2", at="soon"))
    yield case("the line behind a cell of two lines", bad, good(1, {"not-a-time": 1}, says="line 4, column started_at"))


def headers() -> Iterator[Case]:
    twice = table(row() + ",x", header=HEADER + ",queue")
    yield case("column there twice", twice, held("duplicate-header", ("line 1", "'queue'", "5, 6")))
    case_ = table(row() + ",x", header=HEADER + ", QUEUE ")
    yield case("column there twice in another case", case_, held("duplicate-header", "'queue'"))
    yield case("columns without a name", table(row() + ",x,", header=HEADER + ",,"), good())
    yield case("header with trailing delimiters", table(row(), header=HEADER + ",,"), good(0, {"missing-cell": 1}))
    yield case("no header", "\n".join(rows(3)) + "\n", rejected("unknown-kind", "found: "))
    wide = table(row() + ",1" * 10_000, header=HEADER + "".join(f",c{number}" for number in range(10_000)))
    yield case(
        "header of 10,000 columns",
        wide,
        rejected("too-many-columns", ("line 1", "10005")),
        kind="canonical.interactions",
    )
    unknown = ",".join(f"c{number}" for number in range(10_000)) + "\n"
    yield case("header of 10,000 unknown columns", unknown, rejected("unknown-kind", "c0, c1"))
    yield case("name of a megabyte in the header", table(row() + ",", header=HEADER + "," + "n" * MEGABYTE), good())
    yield case("line end in the header", table(row() + ",", header=HEADER + ',"a\nb"'), good())
    yield case("quote open in the header", table(*rows(3), header='"' + HEADER), rejected("unknown-kind"))
    titles = "Calls of March\n\n" + TWO
    yield case("title above the header", titles, good(2, ignored={"above-header": 1, "blank": 1}))
    yield case("sep= above the header", "sep=,\n" + TWO, good(2, ignored={"above-header": 1}))
    yield case("header in row 11", "title\n" * 10 + TWO, rejected("unknown-kind"))
    yield case("header there again", table(row(), HEADER, row("a2")), good(2, ignored={"repeated-header": 1}))
    upper = table(row(), header=HEADER.upper().replace(",", " , "))
    yield case("header in capitals and blanks", upper, good())
    no_break = table(row(), header=HEADER.replace(",", "\u00a0,"))
    yield case("no-break blanks in the header", no_break, good())
    yield case("looks like cyrillic", table(row(), header=HEADER.replace("a", "а")), rejected("unknown-kind"))
    missing = table(f"a1,{AT}", header="interaction_id,started_at")
    yield case("column missing", missing, rejected("unknown-kind", "missing: channel"))


CASES = [*encodings(), *nul_bytes(), *line_ends(), *shapes(), *quotes(), *headers()]
