"""A store of the last two weeks of the sample data, imported once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.running import SAMPLE_DATA, carecli, done
from tests.oracle.views import Views

FILES = (
    "talkdesk/contacts-2025-04-28_2025-05-04.json.gz",
    "talkdesk/contacts-2025-05-05_2025-05-11.json.gz",
    "talkdesk/contacts-2025-05-12_2025-05-13.json.gz",
    "chat/interactions-2025-05.csv.gz",
    "people/queues.csv",
    "people/identities.csv",
    "zendesk/tickets-4.json.gz",
    "zendesk/tickets-5.json.gz",
    "zendesk/tickets-6.json.gz",
    "zendesk/ticket_audits-4.json.gz",
    "zendesk/ticket_audits-5.json.gz",
    "zendesk/satisfaction_ratings-1.json.gz",
)
NOW = "2025-05-13T08:45"
Ask = Callable[..., dict[str, Any]]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("oracle")
    path = folder / "store.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CARECLI_CONFIG_HOME", str(folder / "config"))
        done(carecli("import", *(SAMPLE_DATA / name for name in FILES), "--store", path))
        yield path


@pytest.fixture(scope="session")
def views(store: Path) -> Views:
    return Views(store)


@pytest.fixture(scope="session")
def ask(store: Path) -> Ask:
    """`ask("explain", "asa", window=.., where=..)`: the JSON of a command; the same question is asked once."""
    told: dict[tuple[Any, ...], dict[str, Any]] = {}

    def answer(*words: str, as_of: str = NOW, window: str = "7d", where: tuple[str, ...] = ()) -> dict[str, Any]:
        asked = (*words, as_of, window, *where)
        if asked not in told:
            options = [option for pair in where for option in ("--where", pair)]
            options += ["--rows", "all"] if words[0] == "explain" else []
            common = ("--store", store, "--tz", "Europe/Berlin", "--format", "json", "--as-of", as_of)
            told[asked] = done(carecli(*words, *options, "--window", window, *common)).json
        return told[asked]

    return answer
