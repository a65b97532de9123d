"""A zone that a file does not carry is asked for once, remembered for its kind, and printed with what was assumed."""

from __future__ import annotations

import json

from tests.acceptance.running import carecli

HEADER = "Ticket Number,Date Created,Subject,From,Priority,Department,Help Topic,SLA Plan,Current Status,Last Updated\n"
FIRST = HEADER + "100001,2025-03-10 09:00:00,a,b,Normal,Support,x,Default,Open,2025-03-10 09:30:00\n"
SECOND = HEADER + "100002,2025-07-10 09:00:00,a,b,Normal,Support,x,Default,Open,2025-07-10 09:30:00\n"


def imported(path, store, *options):
    answer = carecli("import", path, "--store", store, "--format", "json", *options)
    [file] = json.loads(answer.out)["files"]
    return answer.code, file


def test_asked_once_then_remembered(tmp_path):
    store = tmp_path / "store.db"
    (tmp_path / "1.csv").write_text(FIRST)
    (tmp_path / "2.csv").write_text(SECOND)
    code, file = imported(tmp_path / "1.csv", store)
    assert (code, file["code"]) == (4, "no-time-zone")
    assert "--tz" in file["hint"]

    code, file = imported(tmp_path / "1.csv", store, "--tz", "Europe/Berlin")
    assert (code, file["kind"], file["new"]) == (0, "osticket.tickets_csv", 1)
    assert file["assumed"]["zone"] == "Europe/Berlin"

    code, file = imported(tmp_path / "2.csv", store)
    assert (code, file["new"], file["assumed"]["zone"]) == (0, 1, "Europe/Berlin")
    case = json.loads(carecli("case", "100002", "--store", store, "--format", "json", "--tz", "UTC").out)["case"]
    assert case["created_at"] == "2025-07-10T07:00:00+00:00"


def test_a_configured_zone_goes_before_a_remembered_one(tmp_path, monkeypatch):
    store = tmp_path / "store.db"
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path))
    (tmp_path / "config.toml").write_text('[zones]\n"osticket.tickets_csv" = "America/New_York"\n')
    (tmp_path / "1.csv").write_text(FIRST)
    _, file = imported(tmp_path / "1.csv", store)
    assert file["assumed"]["zone"] == "America/New_York"
