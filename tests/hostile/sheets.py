"""Workbooks and Parquet: bombs, damage, macros, formulas, and cells that lie far away."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tests.hostile.case import AT, COLUMNS, MEGABYTE, Case, Outcome, case, good, held, rejected
from tests.sources.test_workbook import BOOKS, MAIN
from tests.sources.test_workbook import book as book_of
from tests.sources.test_workbook import far as sheet_with

FILE = "export.xlsx"
ROOM = 150 * MEGABYTE
POLARS = 400 * MEGABYTE
"""Resident memory of a child once polars is loaded."""


def book(**sheets: Any) -> bytes:
    """A workbook of these sheets, given as rows or as XML."""
    return bytes(book_of(**sheets))  # type: ignore[no-untyped-call] # of tests that carry no types


def contact(
    id_: object = "a1", at: object = AT, channel: object = "voice", talk: object = 60, queue: object = "Billing"
) -> list[object]:
    return [id_, at, channel, talk, queue]


def sheet_of(*lines: list[object]) -> bytes:
    return book(Calls=[list(COLUMNS), *lines])


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with a part more, or with another in its place."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.namelist():
            if item != name:
                new.writestr(item, old.read(item))
        new.writestr(name, content)
    return target.getvalue()


def xlsx(name: str, data: bytes | Callable[[], bytes], *outcomes: Outcome, **more: Any) -> Case:
    return case(f"xlsx, {name}", data, *outcomes, **{"file": FILE, "peak": ROOM, **more})


def cells() -> Iterator[Case]:
    fine = contact()
    yield xlsx("plain", sheet_of(fine, contact("a2")), good(2))
    yield xlsx("named csv", sheet_of(fine), good(), file="export.csv")
    yield xlsx("named xls", sheet_of(fine), good(), file="export.xls")
    long = contact(12345678901234567890)
    yield xlsx(
        "id of 20 digits as a number",
        sheet_of(fine, long),
        good(1, {"id-damaged": 1}, says="line 3, column interaction_id"),
    )
    yield xlsx("ids as numbers", sheet_of(contact(42), contact("00042"), contact(42.5)), good(3))
    error = contact(b'<c t="e"><v>#N/A</v></c>')
    yield xlsx("error for an id", sheet_of(fine, error), good(1, {"missing-id": 1}, says="line 3"))
    zero = contact("a2", b'<c t="e"><f>1/0</f><v>#DIV/0!</v></c>')
    yield xlsx("error for a time", sheet_of(fine, zero), good(1, {"missing-value": 1}, says="column started_at"))
    bare = contact(b"<c><f>A1+1</f></c>")
    yield xlsx("formula that was never reckoned", sheet_of(fine, bare), good(1, {"missing-id": 1}))
    yield xlsx("formula with its value", sheet_of(contact(b"<c><f>1+1</f><v>2</v></c>")), good())
    command = contact("=cmd|' /C calc'!A1", queue=b'<c t="str"><f>WEBSERVICE("http://x")</f><v>x</v></c>')
    yield xlsx("formula that calls out", sheet_of(command), good())
    for name, value in (
        ("serial 60", (60, 1)),
        ("serial -1", (-1, 1)),
        ("serial 2958466", (2958466, 1)),
        ("a bare serial", 45726.5),
    ):
        code = "not-a-time" if name == "serial -1" else "time-out-of-range"
        outcome = good(1, {code: 1}, says="line 3, column started_at")
        yield xlsx(f"{name} for a time", sheet_of(fine, contact("a2", value)), outcome, zone="UTC")
    day = contact("a1", (45726 + 10 / 24, 1))
    yield xlsx("a time without its zone", sheet_of(fine, day), good(1, {"no-time-zone": 1}, says="line 3"))
    negative = contact("a2", talk=(-0.5, 2))
    yield xlsx(
        "negative duration", sheet_of(fine, negative), good(1, {"negative-duration": 1}, says="line 3, column talk_sec")
    )
    yield xlsx("number of 300 digits", sheet_of(fine, contact("a2", talk=1e300)), good(1, {"duration-out-of-range": 1}))
    word = contact("a2", b"<c><v>NaN</v></c>")
    yield xlsx("NaN in a number's cell", sheet_of(fine, word), good(1, {"not-a-time": 1}))
    yield xlsx("escapes in cells", sheet_of(fine, contact("a2", "_x001B_[2J\u202e")), good(1, {"not-a-time": 1}))
    yield xlsx("extra cell", sheet_of(fine, [*contact("a2"), "more"]), good(1, {"extra-cell": 1}, says="line 3"))
    yield xlsx("cell of 100 KB", sheet_of(fine, contact("a2", queue="x" * 100_000)), good(1, {"cell-too-long": 1}))
    yield xlsx("column there twice", book(C=[[*COLUMNS, "queue"]]), held("duplicate-header", "line 1"))
    merged = book(C=[["Calls of March"], [], list(COLUMNS), contact()])
    yield xlsx("merged title", merged, good(ignored={"above-header": 1, "blank": 1}))
    yield xlsx("only a header", sheet_of(), good(0))
    yield xlsx("nothing in it", book(C=[]), rejected("empty"))


def sheets() -> Iterator[Case]:
    rows = [list(COLUMNS), contact()]
    others = book(Notes=[["notes"]], Calls=rows)
    yield xlsx("the second sheet", others, good(says="assumed sheet: Calls"))
    two = book(One=rows, Two=[list(COLUMNS), contact("b1", "soon")])
    yield xlsx("two sheets", two, good(says="!One"), good(0, {"not-a-time": 1}, says=("!Two", "line 2")))
    names = book(**{"a\u202e!b": rows, "../x": [list(COLUMNS), contact("b1")]})
    yield xlsx("names that steer a terminal", names, good(), good())
    hidden = with_part(sheet_of(contact()), "xl/vbaProject.bin", b"\xd0\xcf\x11\xe0" + bytes(1000))
    yield xlsx("macros", hidden, good(), file="export.xlsm")
    macro = MAIN.replace("xmlns=", "xmlns:xm=")
    yield xlsx(
        "macro sheet", with_part(hidden, "xl/macrosheets/sheet1.xml", f"<xm:macrosheet {macro}/>".encode()), good()
    )
    link = b'<externalLink xmlns:r="r"><externalBook r:id="rId1"/></externalLink>'
    yield xlsx("external links", with_part(sheet_of(contact()), "xl/externalLinks/externalLink1.xml", link), good())
    outside = with_part(sheet_of(contact()), "../../outside.xml", b"<x/>")
    yield xlsx("a part whose path leads out", outside, good())


def bombs() -> Iterator[Case]:
    alone = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    yield xlsx("cell in the last place", far(alone), rejected("too-large"))
    yield xlsx("cell in column XFD", far('<row r="2"><c r="XFD2"><v>1</v></c></row>'), rejected("too-large"))
    places = "".join(f'<c r="{letter}AA1"/>' for letter in "ABCDEFGHIJKLMNOPQRSTUVW")
    yield xlsx("far columns", far(f'<row r="2">{places}</row>'), rejected("too-large"))
    unplaced = '<row r="2">' + "<c><v>1</v></c>" * 20_000 + "</row>"
    yield xlsx("20,000 columns without their places", far(unplaced), rejected("too-large"))
    yield xlsx("a million rows and one", far('<row r="1000001"><c><v>1</v></c></row>'), rejected("too-large"))
    large = lambda: with_part(sheet_of(contact()), "xl/media/x.bin", bytes(40 * MEGABYTE))  # noqa: E731
    yield xlsx("bomb beside the sheet", large, rejected("expands-too-far"))
    spaces = lambda: far(" " * 40 * MEGABYTE)  # noqa: E731
    yield xlsx("bomb of blanks", spaces, rejected("expands-too-far"))
    laughs = '<!DOCTYPE x [<!ENTITY a "ha">' + "".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)
    )
    shared = f"{laughs}]><sst {MAIN}><si><t>&j;</t></si></sst>".encode()
    yield xlsx(
        "entities in entities", with_part(strings(), "xl/sharedStrings.xml", shared), rejected("damaged-workbook")
    )
    entity = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><sst {MAIN}><si><t>&a;</t></si></sst>'.encode()
    yield xlsx(
        "entity that names a file", with_part(strings(), "xl/sharedStrings.xml", entity), rejected("damaged-workbook")
    )
    count = f'<sst {MAIN} count="4294967295" uniqueCount="4294967295"><si><t>x</t></si></sst>'.encode()
    yield xlsx(
        "four billion shared strings", with_part(strings(), "xl/sharedStrings.xml", count), rejected("too-large")
    )
    beyond = with_part(strings("99999"), "xl/sharedStrings.xml", f"<sst {MAIN}/>".encode())
    yield xlsx("shared string that isn't there", beyond, rejected("damaged-workbook"))
    first = '<sheetData><row r="1"><c r="A1"><v>1</v></c></row></sheetData>'
    wide = f'<worksheet {MAIN}><dimension ref="A1:XFD1048576"/>{first}</worksheet>'
    yield xlsx("dimension of all cells", book(S=wide), rejected("unknown-kind"))
    nested = "<a>" * 100_000
    yield xlsx("100,000 elements in each other", book(S=nested), rejected("empty"))


def far(place: str) -> bytes:
    """A workbook of one cell, and something in its sheet behind it."""
    return book(S=sheet_with(place))  # type: ignore[no-untyped-call] # of tests that carry no types


def strings(place: str = "0") -> bytes:
    """A workbook whose one cell is a shared string."""
    data = f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1" t="s"><v>{place}</v></c></row></sheetData></worksheet>'
    links = (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r0" Type="{RELATION}/worksheet" Target="worksheets/sheet0.xml"/>'
        f'<Relationship Id="s" Type="{RELATION}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
    )
    return with_part(book(S=data), "xl/_rels/workbook.xml.rels", links.encode())


RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def damage() -> Iterator[Case]:
    whole = sheet_of(contact())
    yield xlsx("protected by a password", (BOOKS / "protected.xlsx").read_bytes(), rejected("password", "password"))
    yield xlsx("cut", whole[: len(whole) // 2], rejected("damaged-zip"))
    yield xlsx("its sheet cut", book(S=f"<worksheet {MAIN}><sheetData><row"), rejected("damaged-workbook"))
    yield xlsx("its sheet is text", book(S="not xml at all"), rejected("damaged-workbook"))
    types = with_part(b"PK\5\6" + bytes(18), "[Content_Types].xml", b"<Types/>")
    yield xlsx("no workbook in it", types, rejected("damaged-workbook"))
    yield xlsx("text under its name", b"interaction_id,started_at,channel\n", good(0))
    old = (BOOKS / "incidents.xls").read_bytes()
    yield case("xls, cut", old[:1500], rejected("damaged-workbook"), file="a.xls", peak=ROOM)
    yield case("xls, nothing but its first bytes", old[:8], rejected("damaged-workbook"), file="a.xls", peak=ROOM)
    middle = bytearray(old)
    middle[512:1024] = b"\xff" * 512
    yield case("xls, a sector of rubbish", bytes(middle), rejected("damaged-workbook"), file="a.xls", peak=ROOM)
    ods = (BOOKS / "incidents.ods").read_bytes()
    content = zipfile.ZipFile(io.BytesIO(ods)).read("content.xml")
    for name, old_text, new_text in (
        ("a billion rows again", b"<table:table-row", b'<table:table-row table:number-rows-repeated="1000000000"'),
        (
            "a billion cells again",
            b"<table:table-cell",
            b'<table:table-cell table:number-columns-repeated="1000000000"',
        ),
    ):
        changed = content.replace(old_text, new_text)
        bomb = with_part(ods, "content.xml", changed)
        yield case(f"ods, {name}", bomb, rejected("too-large"), file="a.ods", peak=ROOM)
    yield case(
        "ods, cut", with_part(ods, "content.xml", content[:-300]), rejected("damaged-workbook"), file="a.ods", peak=ROOM
    )


def parquet() -> Iterator[Case]:
    whole = frame()
    for name, data in (
        ("cut", whole[: len(whole) // 2]),
        ("its end cut", whole[:-4]),
        ("its end put on a cut one", whole[:100] + whole[-60:]),
        ("nothing in it", b"PAR1PAR1"),
        ("a footer of 4 GB", whole[:-8] + b"\xff\xff\xff\xff" + b"PAR1"),
        ("its pages turned", whole[:8] + bytes(byte ^ 0xFF for byte in whole[8:60]) + whole[60:]),
    ):
        yield case(f"parquet, {name}", data, rejected("damaged-parquet"), file="a.parquet", peak=POLARS)
    yield case("parquet", whole, good(2), file="a.parquet", peak=POLARS)
    yield case("parquet named csv", whole, good(2), peak=POLARS)
    times = frame(started_at=["2025-03-10T09:00:00Z", "9999-12-31T00:00:00Z"])
    yield case(
        "parquet, bad time", times, good(1, {"time-out-of-range": 1}, says="line 2, column started_at"), peak=POLARS
    )
    numbers = frame(talk_sec=[1.5, float("nan")])
    yield case("parquet, NaN", numbers, good(1, {"not-a-number": 1}, says="line 2, column talk_sec"), peak=POLARS)
    wide = frame(**{f"c{n}": list("xy") for n in range(501)})
    yield case("parquet of 504 columns", wide, rejected("too-many-columns", "504"), peak=POLARS)


def frame(**columns: Sequence[object]) -> bytes:
    import polars

    target = io.BytesIO()
    data = {"interaction_id": ["a1", "a2"], "started_at": [AT, AT], "channel": ["voice", "chat"], **columns}
    polars.DataFrame(data).write_parquet(target)
    return target.getvalue()


CASES = [*cells(), *sheets(), *bombs(), *damage(), *parquet()]
