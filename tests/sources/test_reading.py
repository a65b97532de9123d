from __future__ import annotations

import csv
import gzip
import io
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecli.sources.containers import BLOCK, opened
from carecli.sources.records import Record
from carecli.sources.verdicts import BadRecord, Rejected

HEADER = "incident_id,opened_at,severity,root_cause\n"
GOOD = "INC-1,2025-03-10T10:00:00Z,S1,disk\n"
KEYS = ("incident_id", "opened_at", "severity", "root_cause")


def rows(first, last):
    return "".join(f"INC-{n},2025-03-10T10:00:00Z,S1,disk\n" for n in range(first, last + 1))


def test_a_plain_file(reading):
    got = reading(HEADER + GOOD)
    assert got.code is None
    assert got.feed.entry.kind == "canonical.incidents"
    assert got.records == [
        Record(1, 2, 2, dict(zip(KEYS, ["INC-1", "2025-03-10T10:00:00Z", "S1", "disk"], strict=True)), GOOD)
    ]


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.encode("utf-16"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace(",", ";").encode(),
        lambda text: text.replace(",", "\t").encode(),
        lambda text: text.replace(",", "|").encode(),
        lambda text: gzip.compress(text.encode(), mtime=0),
        lambda text: gzip.compress(text[:50].encode(), mtime=0) + gzip.compress(text[50:].encode()) + bytes(512),
        lambda text: text.replace("incident_id", " Incident_ID\u00a0").encode(),
    ],
    ids=["bom", "utf-16", "utf-16-le", "utf-16-be", "crlf", "cr", "semicolon", "tab", "pipe", "gz", "members", "case"],
)
def test_every_dress_of_the_same_rows(reading, encode):
    got = reading(encode(HEADER + rows(1, 3)))
    assert got.code is None
    assert [(record.cells["incident_id"], record.cells["root_cause"], record.line) for record in got.records] == [
        ("INC-1", "disk", 2),
        ("INC-2", "disk", 3),
        ("INC-3", "disk", 4),
    ]


def test_mixed_line_ends_and_quoted_ones(reading):
    got = reading(HEADER + 'INC-1,t,S1,a\rINC-2,t,S1,b\r\nINC-3,t,S1,"c\r\nd"\nINC-4,t,S1,e\n')
    assert [(record.cells["root_cause"], record.line, record.last_line) for record in got.records] == [
        ("a", 2, 2),
        ("b", 3, 3),
        ("c\r\nd", 4, 5),
        ("e", 6, 6),
    ]


def test_short_long_blank_and_repeated_rows(reading):
    got = reading(HEADER + GOOD + "INC-2,t,S1\n\n,,,\n" + HEADER + "INC-3,t,S1,x,y\n" + rows(4, 4))
    assert got.code is None
    assert got.bad == [("missing-cell", 3, 3), ("extra-cell", 7, 7)]
    assert got.skipped == [("blank", 4), ("blank", 5), ("repeated-header", 6)]
    assert got.ids == ["INC-1", "INC-4"]
    assert [item.number for item in got.items] == [1, 2, 3, 4, 5, 6, 7]


def test_titles_above_the_header(reading):
    got = reading("Incidents of March\n\nsep=,\n" + HEADER + GOOD)
    assert got.skipped == [("above-header", 1), ("blank", 2), ("above-header", 3)]
    assert [(record.number, record.line) for record in got.records] == [(4, 5)]


def test_quotes(reading):
    got = reading(HEADER + 'INC-1,t,S1,"a "b" c"\nINC-2,t,S1,5" screen\nINC-3,t,S1,"say ""hi"""\n')
    assert got.bad == [("bad-quote", 2, 2)]
    assert [record.cells["root_cause"] for record in got.records] == ['5" screen', 'say "hi"']


def test_a_quote_that_swallows_rows_is_held(reading):
    text = HEADER + rows(1, 1) + 'INC-2,t,S1,"disk\nINC-3,t,S1,disk\nINC-4,t,S1,disk"\n' + rows(5, 5)
    got = reading(text)
    assert got.code == ("held", "suspicious-quote", 3)
    assert "up to line 5" in got.verdict.message
    assert got.ids == ["INC-1", "INC-2", "INC-5"]


def test_a_comment_of_several_lines_is_no_suspicion(reading):
    got = reading(HEADER + 'INC-1,t,S1,"first, then,\nmore, and, more, still\nend"\n' + rows(2, 2))
    assert got.code is None
    assert got.ids == ["INC-1", "INC-2"]


def test_a_quote_never_closed(reading):
    got = reading(HEADER + rows(1, 5) + 'INC-6,t,S1,"disk\n' + rows(7, 9))
    assert got.code == ("held", "cut-off", 7)
    assert len(got.records) == 5
    assert got.bad == [("cut-off", 7, 10)]


def test_a_quote_open_for_megabytes(reading):
    got = reading(HEADER + 'INC-1,t,S1,"disk\n' + ("x" * 1_000 + "\n") * 17_000)
    assert got.code == ("held", "open-quote", 2)


def test_cut_off_and_whole_last_rows(reading):
    cut = reading(HEADER + GOOD + "INC-2,2025-0")
    assert cut.code == ("held", "cut-off", 3)
    assert cut.bad == [("cut-off", 3, 3)]
    whole = reading(HEADER + GOOD + "INC-2,2025-03-10T10:00:00Z,S1,di")
    assert whole.code is None
    assert whole.feed.notes == ["the last row has no line end"]
    assert whole.ids == ["INC-1", "INC-2"]


def test_every_cut_is_seen_but_those_that_leave_whole_rows(reading):
    text = HEADER + rows(1, 2)
    for end in range(len(HEADER) + 1, len(text)):
        last = text[:end].rpartition("\n")[2]
        got = reading(text[:end])
        assert (got.code is None) == (not last or last.count(",") == 3), end


def test_nul_bytes(reading):
    padded = reading(HEADER + GOOD + "\0" * 300)
    assert padded.code == ("held", "nul-padding", 3)
    assert padded.ids == ["INC-1"]
    inside = reading(HEADER + "INC-1,t,S\0,x\n" + rows(2, 2))
    assert inside.code is None
    assert [(item.code, item.column, item.line) for item in inside.items if isinstance(item, BadRecord)] == [
        ("nul-byte", "severity", 2)
    ]


def test_a_cell_too_long(reading):
    got = reading(
        HEADER + "INC-1,t,S1," + "x" * 1_000_000 + "\n" + 'INC-2,t,S1,"' + "\n" * 524_288 + '"\n' + rows(3, 3)
    )
    assert got.code is None
    assert got.bad == [("cell-too-long", 2, 2), ("cell-too-long", 3, 524_291)]
    assert all(len(item.raw) <= 4096 for item in got.items)
    assert [record.line for record in got.records] == [524_292]


def test_bytes_that_are_not_utf_8_are_placed(reading):
    lines = [f"INC-{n},2025-03-10T10:00:00Z,S1,disk\n".encode() for n in range(3000)]
    lines[7] = "INC-7,t,S1,für\n".encode()
    lines.append("INC-x,2025-03-10,S1,Störung\n".encode("cp1252"))
    got = reading(HEADER.encode() + b"".join(lines))
    assert got.code == ("rejected", "not-utf-8", 3002)
    assert "line 3002 byte 23" in got.verdict.message
    late = reading(HEADER.encode() + b"".join(lines[:3000] * 20) + lines[-1])
    assert "line 60002 byte 23" in late.verdict.message


def test_a_file_without_any_utf_8_is_cp1252_wherever_that_shows(reading):
    late = "".join(f"INC-{n},t,S1,disk\n" for n in range(80_000)) + "INC-x,t,S1,Störung – 5 €\n"
    got = reading((HEADER + late).encode("cp1252"))
    assert (got.code, got.feed.assumed) == (None, {"encoding": "cp1252"})
    assert got.records[-1].cells["root_cause"] == "Störung – 5 €"
    packed = reading(gzip.compress((HEADER + "INC-1,t,S1,Störung\n").encode("cp1252"), mtime=0))
    assert packed.records[0].cells["root_cause"] == "Störung"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("für".encode() + b" f\xfcr\n", "not-utf-8"),
        (b"f\xfcr \x81\n", "not-utf-8"),
        (b"f\xfcr\n" + b"INC-2,t,S1,\0\n", "not-utf-8"),
        (b"cut\xc3", "cut-off"),
    ],
    ids=["mixed", "no-cp1252", "nul", "cut"],
)
def test_what_is_neither_is_not_guessed(reading, cell, code):
    assert reading(HEADER.encode() + b"INC-1,t,S1," + cell).code[1] == code
    assert reading(b"\xef\xbb\xbf" + HEADER.encode() + b"INC-1,t,S1,f\xfcr\n").code[1] == "not-utf-8"


def test_encodings_are_told_across_blocks(reading):
    filler = "x" * (BLOCK - len(HEADER) - len("INC-1,t,S1,") - 1)
    got = reading((HEADER + "INC-1,t,S1," + filler + "ü\n" + GOOD).encode())
    assert got.feed.assumed == {}
    assert got.bad == [("cell-too-long", 2, 2)]
    old = reading((HEADER + "INC-1,t,S1," + filler + "é\n" + GOOD).encode("cp1252"))
    assert old.feed.assumed == {"encoding": "cp1252"}


def test_a_named_encoding(reading):
    mixed = (HEADER + "INC-1,t,S1,ü\n").encode() + b"INC-2,t,S1,\xfc\n"
    assert [record.cells["root_cause"] for record in reading(mixed, encoding="latin-1").records] == ["Ã¼", "ü"]
    got = reading((HEADER + "INC-1,t,S1,Störung\n").encode("cp1252"), encoding="cp1252")
    assert got.records[0].cells["root_cause"] == "Störung"
    assert got.feed.assumed == {"encoding": "cp1252"}
    assert reading(HEADER, encoding="no-such").code == ("rejected", "unknown-encoding", None)


@pytest.mark.parametrize("name", ["rot13", "base64", "zlib", "undefined", "no-such"])
def test_what_is_no_encoding_of_text_is_said(reading, name):
    got = reading(HEADER, encoding=name)
    assert got.code == ("rejected", "unknown-encoding", None)
    assert name in got.verdict.message


def test_marks_of_files_that_were_put_together(reading):
    data = "\ufeff\ufeff" + HEADER + "INC-1,t,S1,x\n\ufeff" + HEADER + '\ufeff"INC-2",t,S1,x\n'
    got = reading(data)
    assert (got.ids, got.skipped) == (["INC-1", "INC-2"], [("repeated-header", 3)])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_byte_is_placed_whatever_ends_the_lines(reading, end):
    rows = HEADER.replace("\n", end) + f"INC-1,t,S1,ü{end}" * 200_000
    got = reading(rows.encode() + b"INC-2,\xff" + end.encode())
    assert got.verdict.message == "line 200002 byte 7 is not UTF-8"
    assert got.code == ("rejected", "not-utf-8", 200_002)


def test_a_character_is_placed_in_utf_16_by_its_line(reading):
    text = "\ufeff" + HEADER + "INC-1,t,S1,\u0a0a\nINC-2,\ud800,S1,x\n"
    assert reading(text.encode("utf-16-le", "surrogatepass")).code == ("rejected", "not-utf-8", 3)


def test_utf_32(reading):
    got = reading((HEADER + "INC-1,t,S1,ü\n").encode("utf-32"))
    assert (got.ids, got.feed.assumed) == (["INC-1"], {"encoding": "utf-32"})


def test_what_holds_no_names_and_hardly_any_text_is_none(reading):
    for data in (b"\x7fELF\x02\x01" + bytes(90), b"a.csv".ljust(257, b"\0") + b"ustar\x0000" + bytes(248)):
        assert reading(data).code[:2] == ("rejected", "not-an-export")
    assert reading("a\x1b,b\n1,2\n").code[1] == "unknown-kind"


def test_a_line_or_quote_that_never_ends_is_placed(reading):
    got = reading(HEADER + "x" * (17 * 1024 * 1024))
    assert got.code == ("rejected", "line-too-long", 2)
    assert got.verdict.message.startswith("line 2 is longer than")
    got = reading(HEADER + 'INC-1,t,S1,"' + "\n" * 1_000_001)
    assert got.code == ("held", "open-quote", 2)
    assert "row of line 2 is still open after 1000001 lines" in got.verdict.message


def test_headers(reading):
    assert reading("incident_id,opened_at,a,b,A\n").code == ("held", "duplicate-header", 1)
    wide = ",".join(["incident_id", "opened_at", *(f"c{n}" for n in range(600))])
    assert reading(wide + "\n", kind="canonical.incidents").code == ("rejected", "too-many-columns", 1)
    nameless = reading("incident_id,opened_at,,\nINC-1,t,x,y\n")
    assert nameless.records[0].cells == {"incident_id": "INC-1", "opened_at": "t", "column 3": "x", "column 4": "y"}
    assert reading(HEADER).items == []


def test_an_unknown_file_says_what_is_missing(reading):
    got = reading("interaction_id,started_at,queue,mail@example.org\n1,2,3,4\n")
    assert got.code == ("rejected", "unknown-kind", None)
    assert "interaction_id, started_at, queue, [e-mail]" in got.verdict.message
    assert got.verdict.hint.startswith("nearest is canonical.interactions; missing: channel")
    assert reading("a,b\n1,2\n").verdict.hint.startswith("`carecli kinds` lists what is read")


def test_a_forced_kind(reading):
    got = reading("incident_id,severity\nINC-1,S1\n", kind="canonical.incidents")
    assert got.ids == ["INC-1"]
    assert reading("a,b\n1,2\n", kind="canonical.incidents").code == ("rejected", "no-header", None)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "not-an-export"),
        (b"\n  <html>", "not-an-export"),
        (b"%PDF-1.7\n", "not-an-export"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "damaged-workbook"),
        (b"\x28\xb5\x2f\xfd" + b"\xff" * 40, "damaged-zstd"),
        (bytes(range(255, 0, -1)) * 40, "not-an-export"),
        (gzip.compress(b"%PDF-1.7\n", mtime=0), "not-an-export"),
        (gzip.compress(HEADER.encode(), mtime=0) + b"rubbish", "damaged-gzip"),
        (gzip.compress(HEADER.encode(), mtime=0)[:-8] + b"\0\0\0\0\0\0\0\0", "damaged-gzip"),
        (b'{"error": "unauthorised"}', "unknown-kind"),
        (b"[]", "unknown-kind"),
        (b"[" * 5000 + b"]" * 5000, "too-deep"),
        (b"PAR1 and no more", "damaged-parquet"),
    ],
)
def test_what_is_no_export(reading, data, code):
    assert reading(data).code[:2] == ("rejected", code)


def test_links_pipes_and_folders_are_not_opened(tmp_path):
    (tmp_path / "good.csv").write_text(HEADER)
    (tmp_path / "link.csv").symlink_to("good.csv")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    for name in ("link.csv", "folder.csv", "pipe.csv"):
        with pytest.raises(Rejected) as caught, opened(str(tmp_path / name)):
            pass
        assert caught.value.code == "not-a-regular-file"


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=st.lists(st.lists(CELL, min_size=4, max_size=4), max_size=8), delimiter=st.sampled_from(",;\t|"))
def test_what_csv_writes_is_read_back(reading, table, delimiter):
    target = io.StringIO(newline="")
    writer = csv.writer(target, delimiter=delimiter, quoting=csv.QUOTE_ALL)
    writer.writerow(KEYS)
    writer.writerows([f"INC-{n}", *row[1:]] for n, row in enumerate(table))
    got = reading(target.getvalue())
    assert [list(record.cells.values())[1:] for record in got.records] == [row[1:] for row in table]
    assert len(got.items) == len(table)
    lines = io.StringIO(target.getvalue(), newline="").readlines()
    for record in got.records:
        assert record.raw == "".join(lines[record.line - 1 : record.last_line])
