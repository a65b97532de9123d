"""What the ledger remembers: the zone somebody gave for a kind of file."""

from __future__ import annotations

from pathlib import Path

from carecli.store.connection import reading
from carecli.store.ledger import remembered_zones
from tests.store.staging import StagedFile
from tests.store.test_merge import bring, call


def zones(store: Path) -> dict[str, str]:
    with reading(store) as connection:
        return remembered_zones(connection)


def imported(store: Path, kind: str, zone: str | None, source: str = "desk") -> None:
    """A file of its own bytes, whose zone somebody gave (None: the file itself told it, or nobody did)."""
    with_zone = {"sha256": f"{kind} {zone} {source}", "zone_given": zone, "assumed": {"zone": zone or "UTC"}}
    bring(store, StagedFile(kind, [call(1, "a")], source=source, summary=with_zone))


def test_the_zone_given_last_is_remembered_by_kind(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    imported(store, "k.calls", "America/New_York")
    imported(store, "k.calls", "Europe/Berlin")
    imported(store, "k.calls", None)
    imported(store, "k.chats", "Asia/Tokyo")
    imported(store, "k.told", None)
    assert zones(store) == {"k.calls": "Europe/Berlin", "k.chats": "Asia/Tokyo"}


def test_accounts_in_different_zones_leave_nothing_to_remember_until_they_agree(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    imported(store, "k.calls", "Europe/Berlin", source="north")
    imported(store, "k.calls", "Asia/Tokyo", source="east")
    assert zones(store) == {}
    imported(store, "k.calls", "Europe/Berlin", source="east")
    assert zones(store) == {"k.calls": "Europe/Berlin"}
