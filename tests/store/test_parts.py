"""A contact from its legs and its records' parts, whatever order the files come in."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from carecli.intake.derive import DERIVE
from carecli.store.connection import reading, writing
from carecli.store.ingest import apply_stage
from tests.store.staging import StagedFile, StagedRow

START = 1_741_600_000


def part(key: str, start: int, version: int = 0, **values: Any) -> StagedRow:
    """A record of a contact "c" that never was in a queue."""
    told = {"interaction_id": "c", "channel": "voice", "started_at": START + start, **values}
    return StagedRow("interactions", told, 1, version, part=key)


def leg(key: str, start: int, **values: Any) -> list[StagedRow]:
    told = {"interaction_id": "c", "leg_id": key, "entered_at": START + start, **values}
    return [StagedRow("legs", told, 1), StagedRow("interactions", part(key, start).values, 1, leading=0, part=key)]


MENU = [part("menu", 0, ended_at=START + 20, direction="inbound", customer_id="k")]
MENU_AGAIN = [part("menu", 0, version=9, ended_at=START + 20, direction="inbound", customer_id="k")]
QUEUE = leg("queue", 20, queue="Billing", outcome="abandoned", left_at=START + 50, queue_time_ms=30_000)


def told(store: Path, folder: Path, files: list[list[StagedRow]]) -> dict[str, Any]:
    for rows in files:
        stage = StagedFile("k.contacts", rows, summary={"derive": "legs"}).write(folder / "stage.db")
        with writing(store) as connection:
            apply_stage(connection, stage, path="file", derivations=DERIVE, now=START)
    columns = "started_at, ended_at, queue, queue_time_sec, outcome, direction, customer_id"
    with reading(store) as connection:
        (row,) = connection.execute(f"SELECT {columns} FROM interactions").fetchall()
    return dict(zip(columns.split(", "), row, strict=True))


def test_a_contact_without_a_leg_is_its_part(tmp_path: Path) -> None:
    row = told(tmp_path / "store.db", tmp_path, [MENU])
    assert (row["queue"], row["outcome"], row["direction"], row["customer_id"]) == (None, None, "inbound", "k")
    assert row["ended_at"] is not None


@pytest.mark.parametrize("order", list(itertools.permutations([MENU, QUEUE, MENU_AGAIN])), ids=range(6))
def test_a_part_and_a_leg_meet_in_any_order(tmp_path: Path, order: tuple[list[StagedRow], ...]) -> None:
    (tmp_path / "other").mkdir()
    row = told(tmp_path / "store.db", tmp_path, list(order))
    assert row == told(tmp_path / "other" / "store.db", tmp_path, [MENU_AGAIN, QUEUE])
    assert (row["queue"], row["queue_time_sec"], row["outcome"]) == ("Billing", 30.0, "abandoned")
    assert (row["direction"], row["customer_id"]) == ("inbound", "k")
