from __future__ import annotations

import inspect
from itertools import permutations

import pytest

from carecli.errors import UsageProblem
from carecli.sources.catalog import (
    canonical_fingerprint,
    entry_named,
    kinds,
    load_catalog,
    transform_of,
)
from carecli.sources.entry import normalise, parse_entry
from carecli.sources.recognise import match_names
from carecli.tables import TABLES

GOOD = """
kind = "acme.calls"
system = "acme"
title = "Acme calls"
grade = "A"
tables = ["interactions"]
container = ["csv", "json"]
records = "calls"
fingerprint = ["Call Id", "Ring  Time"]
forbids = ["Chat\u00a0Id"]
zone = "ask"
transform = "canonical:map_record"
precedence = { interactions = 20 }
"""


def test_an_entry_is_read_and_its_names_are_normalised():
    entry = parse_entry(GOOD, "acme.toml")
    assert entry.fingerprint == ("call id", "ring time")
    assert entry.forbids == ("chat id",)
    assert entry.records == ("calls",)
    assert entry.precedence == {"interactions": 20}
    assert entry.coverage == {"interactions": "started_at"}
    assert entry.matches(frozenset({"call id", "ring time", "more"}))
    assert not entry.matches(frozenset({"call id", "ring time", "chat id"}))
    assert entry.missing(frozenset({"call id"})) == ("ring time",)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('grade = "A"', 'grade = "Z"', "grade 'Z'"),
        ('"interactions"]', '"calls"]', "'calls', which is no canonical table"),
        ('zone = "ask"', 'zone = "Berlin"', "zone 'Berlin'"),
        ('title = "Acme calls"', "", "'title' is missing"),
        ('system = "acme"', 'system = "acme"\ncolour = 1', "unknown key 'colour'"),
        ('"canonical:map_record"', '"os.system"', "must be module:function"),
        ('"csv", "json"', '"xlsx"', "container xlsx"),
        ("precedence", "coverage = { interactions = 'when' }\nprecedence", "'when', which is no column"),
        ("kind", "kind = ", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_named(old, new, said):
    with pytest.raises(UsageProblem, match=r"acme\.toml") as caught:
        parse_entry(GOOD.replace(old, new, 1), "acme.toml")
    assert said in str(caught.value)


def test_every_entry_has_a_transform_that_takes_a_record_and_a_context():
    for entry in load_catalog().values():
        assert len(inspect.signature(transform_of(entry)).parameters) == 2, entry.kind


def test_no_two_fingerprints_overlap():
    for one, other in permutations(load_catalog().values(), 2):
        if one.pattern is None and other.pattern is None and set(one.container) & set(other.container):
            assert not other.matches(frozenset(one.fingerprint)), (one.kind, other.kind)


VENDORS = [entry for entry in load_catalog().values() if entry.canonical is None and entry.pattern is None]


@pytest.mark.parametrize("entry", VENDORS, ids=lambda entry: entry.kind)
def test_a_file_with_every_column_a_kind_knows_is_of_that_kind_alone(entry):
    maps = [column for row in entry.rows for column in row.columns.values()]
    named = {
        name.removeprefix("$.") for column in maps for name in column.names if not name.startswith(("^.", "#", "@"))
    }
    names = frozenset((*entry.fingerprint, *entry.any_of)) | frozenset(named) - frozenset(entry.forbids)
    alike = {key: one for key, one in load_catalog().items() if one.wrapper == entry.wrapper or not one.wrapper}
    assert match_names(names, entry.container, alike) is entry


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_full_canonical_header_is_recognised_as_its_table_alone(table):
    header = frozenset(column.name for column in table.columns) | {"source"}
    assert [entry.kind for entry in load_catalog().values() if entry.matches(header)] == [f"canonical.{table.name}"]
    assert set(canonical_fingerprint(table)) <= header


def test_normalise():
    assert normalise("\ufeff Call\u00a0 ID\t") == "call id"


def test_unknown_kind_is_refused():
    assert entry_named("canonical.cases").canonical is not None
    with pytest.raises(UsageProblem):
        entry_named("acme.calls")


def test_the_listing_has_every_kind():
    listed = kinds()
    assert [item["kind"] for item in listed] == list(load_catalog())
    assert all(item["tables"] and item["grade"] and item["title"] for item in listed)
