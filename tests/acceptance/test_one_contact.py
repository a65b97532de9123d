"""A call and the ticket it opened are one contact; the same customer of two systems is one customer."""

from __future__ import annotations

import itertools
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance import zendesk
from tests.acceptance.files import contacts_file, talkdesk_call, talkdesk_file
from tests.acceptance.running import carecli, done

CALL = "97785cfaceeaea57908a"
SPELLINGS = ("+49 30 23125 001", "0049 (30) 23125-001", "tel:+493023125001")


def files(folder: Path) -> list[Path]:
    """A call, the ticket that it opened, a ticket that came by e-mail, and one of a call nobody knows of."""
    opened = zendesk.via("voice", "inbound")
    tickets = (
        zendesk.ticket(1, "2025-05-12T10:01:00Z", "2025-05-12T10:04:00Z", 9001, via=opened, external_id=CALL),
        zendesk.ticket(2, "2025-05-12T11:00:00Z", "2025-05-12T11:00:00Z", 9002),
        zendesk.ticket(3, "2025-05-12T12:00:00Z", "2025-05-12T12:00:00Z", 9003, via=opened, external_id="unknown"),
    )
    return [
        talkdesk_file(folder / "contacts.json", talkdesk_call(CALL, "2025-05-12 10:00:00", SPELLINGS[0])),
        zendesk.write(folder / "tickets.json", "tickets", tickets, end_time=1747137600),
    ]


def volume(store: Path, *where: str) -> dict[str, Any]:
    slices = [option for pair in where for option in ("--where", pair)]
    asked = ("--window", "2025-05-12", "--as-of", "2025-05-13T12:00", "--tz", "Europe/Berlin", "--format", "json")
    return done(carecli("explain", "volume", *slices, "--store", store, *asked)).json


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_call_and_its_ticket_count_once(tmp_path: Path, order: tuple[int, int]):
    store, both = tmp_path / "s.db", files(tmp_path)
    for place in order:
        done(carecli("import", both[place], "--store", store))
    told = volume(store)
    counted = {table["table"]: table["ids"] for table in told["rows"]["parts"]}
    assert told["value"] == 2
    assert counted == {"interactions": [f"talkdesk/{CALL}"], "cases": ["zendesk/2"]}
    assert told["excluded"] == {"case of a contact": 1, "case in a channel with its own feed": 1}
    assert told["exclusions"]["case of a contact"]["ids"] == ["zendesk/1"]
    assert volume(store, "channel=voice")["value"] == 1


def test_a_ticket_of_a_call_is_the_contact_where_no_calls_are_imported(tmp_path: Path):
    store = tmp_path / "s.db"
    done(carecli("import", files(tmp_path)[1], "--store", store))
    assert volume(store, "channel=voice")["value"] == 2
    assert volume(store)["value"] == 3


def test_two_spellings_and_two_systems_are_one_customer(tmp_path: Path):
    """The call's number, the chat's and the queue_log's, each spelt its own way, whatever comes first."""
    calls = talkdesk_file(tmp_path / "contacts.json", talkdesk_call(CALL, "2025-05-12 10:00:00", SPELLINGS[0]))
    chat = f"c1,chat,inbound,Desk,2025-05-12T11:00:00Z,,,,,{SPELLINGS[1]}"
    chats = contacts_file(tmp_path / "chats.csv", chat)
    log = tmp_path / "queue_log"
    log.write_text(f"1747051200|1747051200.1|outage|NONE|ENTERQUEUE||{SPELLINGS[2]}|1\n", encoding="utf-8")
    seen = set()
    for number, order in enumerate(itertools.permutations([calls, chats, log])):
        store = tmp_path / f"{number}.db"
        done(carecli("import", *order, "--store", store))
        connection = sqlite3.connect(store)
        found = connection.execute("SELECT source, customer_id FROM interactions").fetchall()
        connection.close()
        assert {source for source, _ in found} == {"talkdesk", "canonical", "asterisk"}
        seen |= {customer for _, customer in found}
    (customer,) = seen
    assert customer.startswith("C-")
