"""Two accounts of one system with the same ids: refused until the second has a name, kept apart then."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from tests.acceptance import zendesk
from tests.acceptance.running import carecli, done

AT = ("--window", "2025-05-12", "--as-of", "2025-05-13T12:00", "--tz", "Europe/Berlin", "--format", "json")


def account(path: Path, hour: int) -> Path:
    """Five tickets numbered 1 to 5, created in this hour."""
    tickets = [
        zendesk.ticket(number, f"2025-05-12T{hour:02}:0{number}:00Z", f"2025-05-12T{hour:02}:30:00Z", number)
        for number in range(1, 6)
    ]
    return zendesk.write(path, "tickets", tickets, end_time=1747137600)


def test_another_account_is_held_until_it_has_a_name(tmp_path: Path):
    store, ours, theirs = tmp_path / "s.db", account(tmp_path / "a.json", 8), account(tmp_path / "b.json", 11)
    done(carecli("import", ours, "--store", store))
    held = carecli("import", theirs, "--store", store, "--format", "json")
    (told,) = held.json["files"]
    assert held.code == 4
    assert (told["state"], told["code"], told["rows"], told["new"]) == ("held", "other-account", None, None)
    assert "--source" in told["hint"]
    assert cases(store) == {("zendesk", str(number), f"2025-05-12T08:0{number}:00Z") for number in range(1, 6)}
    named = done(carecli("import", theirs, "--source", "zendesk-us", "--store", store, "--format", "json")).json
    assert (named["files"][0]["state"], named["files"][0]["new"]) == ("imported", 5)
    assert cases(store) == {
        (source, str(number), f"2025-05-12T{hour}:0{number}:00Z")
        for source, hour in (("zendesk", "08"), ("zendesk-us", "11"))
        for number in range(1, 6)
    }


def test_both_accounts_count_and_a_case_is_asked_for_by_its_account(tmp_path: Path):
    store = tmp_path / "s.db"
    done(carecli("import", account(tmp_path / "a.json", 8), "--store", store))
    done(carecli("import", account(tmp_path / "b.json", 11), "--source", "zendesk-us", "--store", store))
    told = done(carecli("metric", "volume", "--by", "source", "--store", store, *AT)).json["figures"]
    assert [(each["by"]["source"], each["value"]) for each in told] == [("zendesk", 5), ("zendesk-us", 5)]
    unclear = carecli("case", "3", "--store", store, *AT[2:])
    assert unclear.code == 2
    assert "--source" in unclear.err
    clear = done(carecli("case", "3", "--source", "zendesk-us", "--store", store, *AT[2:])).json
    assert clear["case"]["created_at"] == "2025-05-12T13:03:00+02:00"


def test_a_newer_export_of_the_same_account_is_not_refused(tmp_path: Path):
    store, again = tmp_path / "s.db", account(tmp_path / "b.json", 8)
    done(carecli("import", account(tmp_path / "a.json", 8), "--store", store))
    again.write_text(again.read_text(encoding="utf-8").replace("T08:30:00Z", "T09:30:00Z"), encoding="utf-8")
    (told,) = done(carecli("import", again, "--store", store, "--format", "json")).json["files"]
    assert told["state"] == "imported"


def test_a_case_of_which_only_later_events_are_known_says_so(tmp_path: Path):
    """Audits without the tickets, and without the one that opened this ticket."""
    audits = zendesk.write(tmp_path / "audits.json", "audits", zendesk.AUDITS[5:7])
    done(carecli("import", audits, "--store", tmp_path / "s.db"))
    answer = carecli("case", "4711", "--store", tmp_path / "s.db", *AT[2:])
    assert (answer.code, answer.out) == (2, "")
    assert "only later events" in answer.err


def cases(store: Path) -> set[tuple[str, str, str]]:
    connection = sqlite3.connect(store)
    found = {*connection.execute("SELECT source, case_id, created_at FROM cases")}
    connection.close()
    return found
