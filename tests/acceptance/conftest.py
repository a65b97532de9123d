"""A lead's folder of exports, imported once as a whole."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.running import SAMPLE_DATA, Answer, carecli

EXPORTS = (
    "talkdesk/contacts-2025-05-05_2025-05-11.json.gz",
    "talkdesk/contacts-2025-05-12_2025-05-13.json.gz",
    "chat/interactions-2025-05.csv.gz",
    "people/agents.csv",
    "people/queues.csv",
    "people/identities.csv",
    "zendesk/tickets-5.json.gz",
    "zendesk/tickets-6.json.gz",
    "zendesk/ticket_audits-5.json.gz",
    "annotations.csv",
)
BY_HAND = """case_id,channel,created_at,updated_at,status,customer_id
walk-in-1,email,2025-05-12T10:00:00Z,2025-05-12T10:00:00Z,open,anna
walk-in-2,email,2025-05-12T11:00:00Z,2025-05-13T06:00:00Z,waiting_customer,ben
"""
"""Cases that no queue has."""


@pytest.fixture(scope="session", autouse=True)
def _own_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No setting of whoever runs the tests has a say."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARECLI_CONFIG_HOME", str(tmp_path_factory.mktemp("config")))
        for name in ("CARECLI_STORE", "CARECLI_TZ", "CARECLI_PACK", "COLUMNS", "NO_COLOR"):
            patch.delenv(name, raising=False)
        yield


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    for name in EXPORTS:
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(SAMPLE_DATA / name, folder / name)
    (folder / "by_hand.csv").write_text(BY_HAND, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the folder's store is; it is there once `imported` has been asked for."""
    return tmp_path_factory.mktemp("desk") / "store.db"


@pytest.fixture(scope="session")
def imported(exports: Path, store: Path, _own_settings: None) -> Answer:
    """What `carecli import FOLDER` said."""
    return carecli("import", exports, "--store", store, "--format", "json")


@pytest.fixture(scope="session")
def desk(imported: Answer, store: Path) -> tuple[str, ...]:
    """The options of a question on Tuesday 13 May 2025 at 08:45."""
    assert imported.code == 0, imported.err
    return ("--store", str(store), "--as-of", "2025-05-13T08:45", "--tz", "Europe/Berlin")
