"""Workbooks: their cells as a delimited file would carry them, their sheets, and what is refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from carecli.sources.containers import BLOCK, SeveralMembers
from carecli.sources.limits import Limits
from tests.sources.kinds import catalog

BOOKS = Path(__file__).parent / "books"
HEADER = ("incident_id", "opened_at", "severity", "root_cause")
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
DATE, HOURS, CLOCK = 1, 2, 3
"""Styles of cells: a date, hours that go on after 24, a time of day."""


def cell(place, value):
    """A cell: text, number, bool, (number, style), or XML as bytes."""
    if isinstance(value, bytes):
        return value.decode().replace("<c", f'<c r="{place}"', 1)
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, tuple):
        return f'<c r="{place}" s="{value[1]}"><v>{value[0]}</v></c>'
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>' if value else ""
    return f'<c r="{place}"><v>{value}</v></c>'


def line(number, row):
    cells = "".join(cell(f"{chr(65 + place)}{number}", value) for place, value in enumerate(row))
    return f'<row r="{number}">{cells}</row>'


def sheet(rows):
    lines = "".join(line(number, row) for number, row in enumerate(rows, start=1))
    return f"<worksheet {MAIN}><sheetData>{lines}</sheetData></worksheet>"


def book(**sheets):
    """An XLSX with these sheets, given as rows or as XML."""
    names = list(sheets)
    links = "".join(
        f'<Relationship Id="r{n}" Type="{OFFICE}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(len(names))
    )
    links += f'<Relationship Id="styles" Type="{OFFICE}/styles" Target="styles.xml"/>'
    listed = "".join(f'<sheet name="{name}" sheetId="{n + 1}" r:id="r{n}"/>' for n, name in enumerate(names))
    formats = "".join(f'<xf numFmtId="{number}" applyNumberFormat="1"/>' for number in (0, 22, 46, 21))
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="r" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">{links}</Relationships>',
        "xl/styles.xml": f"<styleSheet {MAIN}><cellXfs>{formats}</cellXfs></styleSheet>",
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
        for n, content in enumerate(sheets.values()):
            archive.writestr(f"xl/worksheets/sheet{n}.xml", content if isinstance(content, str) else sheet(content))
    return target.getvalue()


def causes(reading, *values):
    """The last cell of a row each, as it is read."""
    got = reading(book(S=[HEADER, *((f"INC-{n}", "t", "S1", value) for n, value in enumerate(values))]))
    assert got.code is None, got.verdict
    return [record.cells["root_cause"] for record in got.records]


def test_numbers_and_words_as_a_delimited_file_carries_them(reading):
    values = (5, "5.0", 2.5, 0.000069444446, "00042", True, False, -3, 12345678901234567890, 123456789012345)
    assert causes(reading, *values) == [
        "5",
        "5.0",
        "2.5",
        "0.000069444446",
        "00042",
        "true",
        "false",
        "-3",
        "1.23456789012346E+19",
        "123456789012345",
    ]


def test_times_and_durations(reading):
    monday = 45726  # 10 March 2025
    values = (
        (monday, DATE),
        (monday + 10 / 24, DATE),
        (monday + 0.41670138888, DATE),
        (monday + 35999.9999 / 86400, DATE),
        (0.5, CLOCK),
        (0.00005787037, CLOCK),
        (26.05 / 24, HOURS),
        (-0.5, HOURS),
        (1234 / 24 + 5 / 86400, HOURS),
        (1.5, CLOCK),
        (61.25, CLOCK),
    )
    assert causes(reading, *values) == [
        "2025-03-10",
        "2025-03-10 10:00:00",
        "2025-03-10 10:00:03",
        "2025-03-10 10:00:00",
        "12:00:00",
        "0:00:05",
        "26:03:00",
        "-12:00:00",
        "1234:00:05",
        "36:00:00",
        "1470:00:00",
    ]


def test_formulas_are_their_stored_values_and_errors_are_empty(reading):
    got = causes(
        reading,
        b"<c><f>1+1</f><v>2</v></c>",
        b"<c><f>1+1</f></c>",
        b'<c t="e"><f>1/0</f><v>#DIV/0!</v></c>',
        b'<c t="e"><v>#N/A</v></c>',
        b'<c t="str"><f>A1</f><v>disk</v></c>',
    )
    assert got == ["2", "", "", "", "disk"]


@pytest.mark.parametrize("name", ["incidents.xls", "incidents.ods"])
def test_old_and_open_workbooks(reading, name):
    got = reading((BOOKS / name).read_bytes())
    assert (got.code, got.feed.entry.kind) == (None, "canonical.incidents")
    assert [list(record.cells.values()) for record in got.records] == [
        ["INC-1", "2025-03-10 10:00:05", "S1", "26:03:00"],
        ["42", "2025-03-10 11:00:00" if name.endswith("xls") else "2025-03-10", "true", "2.5"],
    ]
    assert got.records[0].line == (4 if name.endswith("xls") else 2)


def test_rows_are_numbered_as_in_the_sheet_and_each_has_a_fate(reading):
    rows = [
        ["Incidents of March"],
        [],
        ["", *HEADER],
        ["", "INC-1", "t", "S1", "disk"],
        [],
        ["", "INC-2", "t"],
        ["", "INC-3", "t", "S1", "x", "more"],
        ["", *HEADER],
        ["  "],
    ]
    got = reading(book(S=rows))
    assert got.code is None
    assert got.skipped == [("above-header", 1), ("blank", 2), ("blank", 5), ("repeated-header", 8)]
    assert got.bad == [("extra-cell", 7, 7)]
    assert [(record.number, record.line, record.cells["root_cause"]) for record in got.records] == [
        (3, 4, "disk"),
        (5, 6, ""),
    ]
    assert got.records[0].cells["column 1"] == ""
    assert [item.number for item in got.items] == list(range(1, 8))


def test_the_footer_of_a_sheet_and_its_zone(reading):
    report = """
container = ["csv"]
fingerprint = ["number", "title"]
footers = ['^timezone: ']
zone = 'footer:^timezone: (.+)$'
"""
    rows = [["Tickets"], [], ["Number", "Title"], [1, "x"], [], ["Timezone: Europe/Berlin"]]
    got = reading(book(S=rows), catalog=catalog(report=report))
    assert (got.feed.zone, got.feed.entry.kind) == ("Europe/Berlin", "acme.report")
    assert got.skipped[-2:] == [("blank", 5), ("footer", 6)]
    assert [record.cells for record in got.records] == [{"number": "1", "title": "x"}]


def test_the_sheet_that_is_known_is_read(reading):
    notes, data = [["notes"], ["nothing"]], [HEADER, ("INC-1", "t", "S1", "x")]
    got = reading(book(Notes=notes, Data=data))
    assert (got.ids, got.feed.assumed) == (["INC-1"], {"sheet": "Data"})
    assert reading(book(Data=data)).feed.assumed == {}
    assert reading(book(Notes=notes, Empty=[])).code[:2] == ("rejected", "unknown-kind")
    assert reading(book(Empty=[])).code[:2] == ("rejected", "empty")


def test_several_sheets_that_are_known_are_members(reading):
    one, two = [HEADER, ("INC-1", "t", "S1", "x")], [("agent_id", "name"), (7, "Ada")]
    twice = [(*HEADER, "severity")]
    data = book(Notes=[["notes"]], One=one, Two=two, Twice=twice)
    with pytest.raises(SeveralMembers) as caught:
        reading(data)
    assert caught.value.names == ("One", "Two", "Twice")
    assert reading(data, member="One").ids == ["INC-1"]
    assert reading(data, member="Two").feed.entry.kind == "canonical.agents"
    assert reading(data, member="Twice").code == ("held", "duplicate-header", 1)
    assert reading(data, member="Three").code == ("rejected", "no-such-member", None)
    assert reading(data, kind="canonical.agents").records[0].cells == {"agent_id": "7", "name": "Ada"}


def far(place):
    return f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1"><v>1</v></c></row>{place}</sheetData></worksheet>'


@pytest.mark.parametrize(
    "place",
    [
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>',
        '<row r="2"><c  s="0"\n r = "SG2"><v>1</v></c></row>',
        "<row r='2'><x:c r='xfd2'><v>1</v></x:c></row>",
        '<row r="1000001"><c><v>1</v></c></row>',
        '<row r="2">' + '<c r="A2"><v>1</v></c>' * 60_000 + '<c r="ABC2"/></row>',
        '<row r="2">' + "<c><v>1</v></c>" * 501 + "</row>",
        '<sst x="1" uniqueCount="4294967295"/>',
        "<row table:number-rows-repeated='1000000000'/>",
    ],
)
def test_a_sheet_too_large_is_refused_before_room_is_made_for_it(reading, place):
    assert reading(book(S=far(place))).code[:2] == ("rejected", "too-large")


def test_a_cell_too_far_away_is_seen_across_blocks(reading):
    before = len(far("").partition("</sheetData>")[0])
    place = '<row r="2">' + " " * (BLOCK - before - 15) + '<c r="ABC2"><v>1</v></c></row>'
    assert reading(book(S=far(place))).verdict.message == "a sheet of more than 1000000 rows or 500 columns"


def test_a_sheet_as_large_as_allowed(reading):
    for place in ('<row r="2"><c r="SF2"><v>1</v></c></row>', '<row r="1000000"><c r="A1000000"><v>1</v></c></row>'):
        assert reading(book(S=far(place))).code[1] == "unknown-kind"


def test_bombs_damage_and_passwords(reading):
    rows = [HEADER, *((f"INC-{n}", "t", "S1", "x" * 1000) for n in range(3000))]
    assert len(reading(book(S=rows)).records) == 3000
    assert reading(book(S=rows), limits=Limits(expanded=1_000_000)).code[1] == "expands-too-far"
    both = book(S=rows, T=rows)
    assert reading(both, member="S", limits=Limits(expanded=4_000_000)).code[1] == "expands-too-far"
    tight = Limits(ratio=20, ratio_after=1_000_000)
    assert reading(book(S=rows), limits=tight).code[1] == "expands-too-far"
    assert reading(book(S="<worksheet><sheetData><row")).code[:2] == ("rejected", "damaged-workbook")
    protected = reading((BOOKS / "protected.xlsx").read_bytes())
    assert protected.code[:2] == ("rejected", "password")
    assert protected.verdict.message == "this workbook is protected by a password"
    cut = (BOOKS / "incidents.xls").read_bytes()
    assert reading(cut[:1500]).code[:2] == ("rejected", "damaged-workbook")
    inside = io.BytesIO()
    with zipfile.ZipFile(inside, "w") as archive:
        archive.writestr("a.xlsx", book(S=rows[:2]))
    assert reading(inside.getvalue()).code[1] == "nested-archive"
