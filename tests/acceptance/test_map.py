"""A file nobody described: a mapping is proposed, corrected, kept, and recognised from then on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.running import carecli

REPORT = """Call report;;;;;;;;
;;;;;;;;
CallRef;Start;Finished;Wait secs;Talk (min);Result;Hunt group;Agent;Caller
0001;13.03.2025 10:00;13.03.2025 10:05;12;3,5;Answered;Sales;Ann;+49 30 5550 101
0002;13.03.2025 10:03;13.03.2025 10:04;40;;Lost;Sales;;030 5550 102
0003;13.03.2025 10:10;13.03.2025 10:15;7;2,25;Answered;Tech;Bob;+49 30 5550 103
"""
ZONE = ("--tz", "Europe/Berlin")


@pytest.fixture
def report(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "report-2025-03.csv"
    path.write_text(REPORT)
    return path


def test_from_unknown_file_to_a_number(report, tmp_path):
    store = tmp_path / "store.db"
    refused = carecli("import", report, "--store", store)
    assert refused.code == 4
    assert "carecli map FILE" in refused.out

    proposed = carecli("map", report, "--kind", "pbx.calls", "--keep", *ZONE)
    assert proposed.code == 0
    assert "queue_time_sec 12.0" in proposed.err
    assert "5550" not in proposed.err

    imported = carecli("import", report, "--store", store, *ZONE, "--format", "json")
    [file] = json.loads(imported.out)["files"]
    assert (file["kind"], file["rows"], file["new"], file["ignored"]) == ("pbx.calls", 5, 3, 2)
    told = {"zone": "Europe/Berlin", "dates": "day first", "delimiter": ";"}
    assert file["assumed"] == told

    answer = carecli(
        "metric", "aht", "--store", store, "--window", "2025-03-13", "--as-of", "last", *ZONE, "--format", "json"
    )
    [figure] = json.loads(answer.out)["figures"]
    assert (figure["value"], figure["n"]) == (172.5, 2)


def test_a_mapping_named_for_one_import(report, tmp_path):
    mapping = tmp_path / "mine.toml"
    assert carecli("map", report, "--kind", "pbx.calls", "--out", mapping, *ZONE).code == 0
    text = mapping.read_text().replace('"Lost" = "abandoned"', '"Lost" = "missed"')
    mapping.write_text(text)
    assert carecli("map", report, "--out", mapping, *ZONE).code == 2
    assert mapping.read_text() == text
    answer = carecli("import", report, "--map", mapping, "--store", tmp_path / "store.db", *ZONE, "--format", "json")
    assert json.loads(answer.out)["files"][0]["new"] == 3
    unknown = carecli("import", report, "--store", tmp_path / "other.db", *ZONE)
    assert unknown.code == 4


def test_a_wrong_mapping_is_refused_before_any_file_is_opened(report, tmp_path):
    mapping = tmp_path / "mine.toml"
    mapping.write_text(
        'kind = "pbx.calls"\nsystem = "pbx"\ntitle = "x"\ngrade = "M"\ncontainer = ["csv"]\nfingerprnt = ["a"]\n'
    )
    answer = carecli("import", report, "--map", mapping, "--store", tmp_path / "store.db")
    assert answer.code == 2
    assert "unknown key 'fingerprnt'" in answer.err
    assert not (tmp_path / "store.db").exists()


def test_a_known_file_says_so(tmp_path):
    path = tmp_path / "contacts.csv"
    path.write_text("interaction_id,channel,started_at\n1,voice,2025-03-10T10:00:00Z\n")
    answer = carecli("map", path)
    assert "recognised already, as canonical.interactions" in answer.err
    assert 'table = "interactions"' in answer.out
