"""Headers: translated, carrying a zone, repeated, absent; and the rows around the data that are none."""

from __future__ import annotations

import pytest

from tests.sources.kinds import catalog

CHATS = r"""
container = ["csv"]
fingerprint = ["Chat id", "Started at", "Wait"]
zone = "header"
header_zone = '(?P<name>started at|ended at) \((?P<zone>[^)]+)\)'
[aliases]
"Espera" = "Wait"
"Inicio" = "Started at"
"""
REPORT = r"""
container = ["csv"]
fingerprint = ["number", "title"]
repeated = ["Comment"]
rows_below_header = 2
footers = ['^grand totals', '^time zone: ']
zone = 'footer:^time zone: (\S+)$'
"""
CALLS = r"""
container = ["csv"]
columns = ["Src", "Dst", "Start", "Unique id"]
fewest_columns = 3
pattern = '^"?\d+"?[,;]'
"""
KINDS = catalog(chats=CHATS, report=REPORT, calls=CALLS)


def test_a_translated_header_is_the_vendors_own(reading):
    got = reading("chat id,Inicio,ESPERA,Nota\n1,10:00,5,x\n", catalog=KINDS)
    assert (got.feed.entry.kind, got.feed.zone) == ("acme.chats", None)
    assert [record.cells for record in got.records] == [
        {"chat id": "1", "started at": "10:00", "wait": "5", "nota": "x"}
    ]


def test_the_zone_in_a_header_is_taken_as_it_is_spelt(reading):
    got = reading("Chat ID,Started  at (America/New_York),Wait\n1,10:00,5\n", catalog=KINDS)
    assert (got.feed.zone, got.records[0].cells["started at"]) == ("America/New_York", "10:00")
    two = reading("Chat ID,Started at (UTC),Ended at (Europe/Berlin),Wait\n", catalog=KINDS)
    assert two.code == ("rejected", "several-zones", None)


def test_two_columns_that_mean_the_same_are_held(reading):
    assert reading("Chat id,Started at,Wait,Espera\n", catalog=KINDS).code == ("held", "duplicate-header", 1)


def test_rows_around_the_data(reading):
    text = (
        "A title\n\nnumber,title,Comment,Comment\nNummer,Titel,,\n{i},{t}\n"
        '7,"a\nb",x,y\n8,c,,z\n9,d, ,\nnumber,title,comment,comment\n,,,\n'
        '"",Grand Totals (3)\nTime zone: Europe/Berlin'
    )
    got = reading(text, catalog=KINDS)
    assert got.code is None
    assert got.skipped == [
        ("above-header", 1),
        ("blank", 2),
        ("further-header", 4),
        ("further-header", 5),
        ("repeated-header", 10),
        ("blank", 11),
        ("footer", 12),
        ("footer", 13),
    ]
    assert [(record.line, record.cells["comment"]) for record in got.records] == [(6, ["x", "y"]), (8, ["z"]), (9, [])]
    assert [item.number for item in got.items] == list(range(1, 12))
    assert got.feed.zone == "Europe/Berlin"


def test_a_repeated_column_is_a_list_even_once(reading):
    got = reading("number,title,comment\na,b,c\nd,e,f\n7,x,y\n", catalog=KINDS)
    assert got.records[0].cells == {"number": "7", "title": "x", "comment": ["y"]}


def test_any_column_may_be_repeated_where_the_kind_says_so(reading):
    kinds = catalog(report=REPORT.replace('["Comment"]', '["Comment", "*"]'))
    got = reading("number,title,comment,Who,who\na,b,c,d,e\nd,e,f,g,h\n7,x,y,Ann,Bob\n", catalog=kinds)
    assert got.records[0].cells == {"number": "7", "title": "x", "comment": ["y"], "who": ["Ann", "Bob"]}
    held = reading("number,title,comment,Who,who\n", catalog=KINDS)
    assert held.code == ("held", "duplicate-header", 1)


def test_a_footer_that_says_no_zone(reading):
    assert reading("number,title\na,b\nc,d\n7,x\n", catalog=KINDS).feed.zone is None


@pytest.mark.parametrize("delimiter", [",", ";"])
def test_files_without_a_header(reading, delimiter):
    text = '"1",2,"2025-03-10"\n1,2,3,4\n1,2\n1,2,3,4,5\n,,\n'.replace(",", delimiter)
    got = reading(text, catalog=KINDS)
    assert got.feed.entry.kind == "acme.calls"
    assert [record.cells for record in got.records] == [
        {"src": "1", "dst": "2", "start": "2025-03-10"},
        {"src": "1", "dst": "2", "start": "3", "unique id": "4"},
    ]
    assert got.bad == [("missing-cell", 3, 3), ("extra-cell", 4, 4)]
    assert got.skipped == [("blank", 5)]
    assert [(record.number, record.line) for record in got.records] == [(1, 1), (2, 2)]


def test_a_headless_kind_may_be_forced_and_its_end_is_watched(reading):
    assert reading("x,y,z\n", catalog=KINDS).code[1] == "unknown-kind"
    assert reading("x,y,z\n", catalog=KINDS, kind="acme.calls").records[0].cells["src"] == "x"
    assert reading("1,2,3\n4,5", catalog=KINDS).code == ("held", "cut-off", 2)


def test_a_users_mapping_goes_before_a_vendors_entry(reading):
    more = """
container = ["csv"]
fingerprint = ["number", "title", "state"]
"""
    users = catalog(mine='container = ["csv"]\nfingerprint = ["number"]\nsource_of_knowledge = "user mapping"\n')
    text = "number,title,state\n1,a,b\n"
    assert reading(text, catalog={**KINDS, **catalog(more=more)}).feed.entry.kind == "acme.more"
    assert reading(text, catalog={**KINDS, **catalog(more=more), **users}).feed.entry.kind == "acme.mine"
    lines = """
container = ["lines"]
pattern = '^number'
"""
    mine = lines + 'source_of_knowledge = "user mapping"\n'
    both = catalog(log=lines, mine=mine)
    assert reading(text, catalog=both).feed.entry.kind == "acme.mine"


def test_kinds_that_fit_alike_are_not_guessed(reading):
    twin = catalog(twin=CHATS.replace("Chat id", "No"))
    got = reading("No,Chat id,Started at,Wait\n1,2,3,4\n", catalog={**KINDS, **twin})
    assert got.code == ("rejected", "ambiguous-kind", None)
    assert got.verdict.message == "this could be acme.chats, acme.twin"
