"""Made-up entries of a catalog, for tests of what an entry may say."""

from __future__ import annotations

from carecli.sources.entry import Entry, parse_entry

ENTRY = """
kind = "{kind}"
system = "acme"
title = "made up"
grade = "A"
tables = ["incidents"]
transform = "canonical:map_record"
"""


def entry(kind: str, text: str) -> Entry:
    """An entry with these further keys."""
    return parse_entry(ENTRY.format(kind=kind) + text, kind)


def catalog(**texts: str) -> dict[str, Entry]:
    """Entries `acme.NAME`."""
    return {f"acme.{name}": entry(f"acme.{name}", text) for name, text in texts.items()}
