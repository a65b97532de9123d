"""A log of events covers the contacts that are derived from it, by their own channels, and no others."""

from __future__ import annotations

import json

import pytest

from carecli.store.connection import reading
from tests.vendors.cases import HERE, run


def covered(folder):
    with reading(folder / "store.db") as connection:
        rows = connection.execute("SELECT table_name, channel FROM coverage ORDER BY 1, 2")
        return sorted({(table, channel) for table, channel in rows.fetchall()}, key=str)


@pytest.mark.parametrize(
    ("case", "contacts"),
    [("asterisk/queue_log", {"voice"}), ("zendesk/talk_calls_and_legs", set()), ("twilio/taskrouter_events", None)],
)
def test_only_a_derivation_covers_contacts(case, contacts, tmp_path):
    expected = json.loads((HERE / case / "expected.json").read_text())
    files = [file for file in expected["files"] if "calls" not in file["file"]]
    outcome = run(HERE / case, expected | {"files": files}, tmp_path)
    seen = {row["channel"] for row in outcome.tables.get("interactions", []) if "channel" in row}
    wanted = seen if contacts is None else contacts
    assert seen == wanted
    with reading(tmp_path / "store.db") as connection:
        codes = connection.execute("SELECT count(DISTINCT channel) FROM coverage WHERE table_name = 'interactions'")
        assert codes.fetchone()[0] == len(wanted)
