"""A trial of another system: its interval report against our own figures of the same calls (R316, R317)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.intervals import HALF_HOUR, Call, calls, write_calls, write_intervals
from tests.acceptance.running import Answer, carecli, done

CALLS = calls()
ASKED = ("--as-of", "2025-05-15T12:00", "--tz", "UTC")
WEEK = (*ASKED, "--window", "7d")


def store_of(folder: Path, **report: Any) -> Path:
    """A store of the calls, and of a report that counts them as told."""
    files = [write_calls(folder / "calls.csv", CALLS), write_intervals(folder / "intervals.csv", CALLS, **report)]
    store = folder / "store.db"
    done(carecli("import", *files, "--store", store, "--source", "acme"))
    return store


@pytest.fixture(scope="module")
def agreeing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return store_of(tmp_path_factory.mktemp("agreeing"))


def told(answer: Answer, queue: str = "Billing") -> dict[str, Any]:
    row: dict[str, Any]
    (row,) = [row for row in answer.json["reconciled"] if row["by"]["queue"] == queue]
    return row


def reconcile(store: Path, *more: str) -> Answer:
    return carecli("reconcile", "--store", store, *WEEK, "--format", "json", *more)


def test_the_same_calls_reconcile_exactly(agreeing: Path) -> None:
    answer = reconcile(agreeing)
    assert (answer.code, answer.json["passed"]) == (0, True), answer.err
    mine = [call for call in CALLS if call.queue == "Billing"]
    answered = [call for call in mine if call.answered]
    lines = {line["metric"]: line for line in told(answer)["lines"]}
    assert lines["offered"]["native"] == lines["offered"]["ours"] == len(mine)
    assert lines["abandonment"]["ours"] == (len(mine) - len(answered)) / len(mine)
    assert lines["asa"]["ours"] == pytest.approx(sum(call.wait for call in answered) / len(answered))
    assert lines["aht"]["ours"] == pytest.approx(sum(call.talk for call in answered) / len(answered))
    within = sum(call.wait <= 20 for call in answered)
    assert lines["service_level"]["numerator"] == {"native": within, "ours": within, "difference": 0, "passed": True}
    assert lines["service_level"]["denominator"]["ours"] == len(mine)
    assert told(answer)["cause"] is None


def test_the_page_says_the_same(agreeing: Path) -> None:
    page = done(carecli("reconcile", "--store", agreeing, *WEEK, "--queue", "Orders")).out
    assert "acme Orders voice" in page
    assert "Billing" not in page
    assert page.count("● pass") == 8
    assert "fail" not in page


def test_no_figure_differs_from_the_metric_command(agreeing: Path) -> None:
    where = ("--where", "queue=Billing", "--store", str(agreeing), *WEEK, "--format", "json")
    metrics = done(carecli("metric", "offered", "answered", "abandoned", "abandonment", *where)).json["figures"]
    lines = {line["metric"]: line["ours"] for line in told(reconcile(agreeing))["lines"]}
    assert {figure["metric"]: figure["value"] for figure in metrics} == {
        figure["metric"]: lines[figure["metric"]] for figure in metrics
    }


@pytest.mark.parametrize(
    ("cause", "report"),
    [
        ("zone shift", {"shift": 7_200}),
        ("short calls", {"counted": lambda call: call.answered or call.wait >= 3}),
        ("attribution", {"moment": lambda call: call.ended}),
    ],
)
def test_the_likely_cause_of_a_gap(tmp_path: Path, cause: str, report: dict[str, Callable[[Call], object]]) -> None:
    answer = reconcile(store_of(tmp_path, **report))
    assert answer.code == 1
    assert told(answer)["cause"]["name"] == cause
    assert told(answer)["cause"]["before"] > 0.01 >= told(answer)["cause"]["after"]


def test_a_report_by_the_end_of_calls_that_says_so_reconciles(tmp_path: Path) -> None:
    answer = reconcile(store_of(tmp_path, moment=lambda call: call.ended, attribution="ended"))
    assert (answer.code, told(answer)["attribution"]) == (0, "ended")


def test_calls_that_are_not_there_stay_unexplained(tmp_path: Path) -> None:
    answer = reconcile(store_of(tmp_path, counted=lambda call: call.number % 10 != 3))
    assert (answer.code, told(answer)["cause"]) == (1, "unexplained")


def test_the_formula_is_found_or_asked_for(tmp_path: Path) -> None:
    store = store_of(tmp_path, level=lambda within, answered, lost, lost_in: (within + lost_in) / (answered + lost))
    found = reconcile(store)
    assert (found.code, told(found)["formula"]["words"]) == (0, "(answered in T + abandoned in T) / offered")
    wrong = reconcile(store, "--formula", "genesys")
    assert wrong.code == 1
    assert told(wrong)["cause"]["name"] == "formula"
    assert carecli("reconcile", "--store", store, *WEEK, "--formula", "dialpad").code == 2


def test_holes_in_the_report_are_listed(tmp_path: Path) -> None:
    answer = reconcile(store_of(tmp_path, left_out=[4, 5]))
    assert answer.code == 1
    assert told(answer)["missing"] == ["2025-05-12T08:00:00+00:00", "2025-05-12T08:30:00+00:00"]
    start = CALLS[0].entered - CALLS[0].entered % HALF_HOUR
    hole = range(start + 4 * HALF_HOUR, start + 6 * HALF_HOUR)
    assert told(answer)["contacts_missing"] == sum(call.queue == "Billing" and call.entered in hole for call in CALLS)


def test_figures_typed_by_hand(agreeing: Path) -> None:
    where = ("--store", str(agreeing), *ASKED, "--window", "28d", "--where", "queue=Billing")
    ours = done(carecli("metric", "asa", "abandonment", *where, "--format", "json")).json["figures"]
    values = {figure["metric"]: figure["value"] for figure in ours}
    near, far = values["asa"] / 1.0095, values["asa"] / 1.0143
    assert carecli("reconcile", *where, "--native", f"asa={near:.6f}", "--native", "abandonment=12.5%").code == 0
    failed = carecli("reconcile", *where, "--native", f"asa={far:.6f}", "--format", "json")
    assert failed.code == 1
    (line,) = failed.json["reconciled"][0]["lines"]
    assert line["difference"] == pytest.approx(0.0143, abs=1e-6)
    assert carecli("reconcile", *where, "--native", f"asa={far:.6f}", "--tolerance", "1.5%").code == 0
    assert carecli("reconcile", *where, "--native", "abandonment=12.0%").code == 1
    assert carecli("reconcile", *where, "--native", "abandonment=12.0%", "--mode", "points").code == 0


def test_what_passes_is_the_packs_to_say(agreeing: Path, tmp_path: Path) -> None:
    where = ("--store", str(agreeing), *ASKED, "--window", "28d", "--where", "queue=Billing")
    own = tmp_path / "own.toml"
    heading = 'extends = "tally"\nid = "own"\ntitle = "Own"\n[reconciliation]\n'
    own.write_text(f'{heading}rates = "points"\n')
    assert carecli("reconcile", *where, "--pack", str(own), "--native", "abandonment=12.0%").code == 0
    own.write_text(f"{heading}tolerance = 0.0001\n")
    assert carecli("reconcile", *where, "--pack", str(own), "--native", "abandonment=12.5%").code == 0
    assert carecli("reconcile", *where, "--pack", str(own), "--native", "abandonment=12.6%").code == 1


def test_no_data_is_null_and_no_pass(agreeing: Path, tmp_path: Path) -> None:
    where = ("--store", str(agreeing), *WEEK, "--format", "json")
    answer = carecli("reconcile", *where, "--native", "csat=90%")
    assert answer.code == 1
    (line,) = answer.json["reconciled"][0]["lines"]
    assert (line["ours"], line["passed"], line["note"]) == (None, None, "no data: needs surveys")
    store = tmp_path / "calls.db"
    done(carecli("import", write_calls(tmp_path / "calls.csv", CALLS), "--store", store))
    answer = carecli("reconcile", "--store", store, *WEEK, "--format", "json")
    assert (answer.code, answer.json["passed"]) == (1, None)
    assert answer.json["notes"] == ["no data: needs intervals"]


def test_the_gate_of_a_trial_without_any_rows(tmp_path: Path) -> None:
    report = write_intervals(tmp_path / "intervals.csv", (), days=15, left_out=[40, 100])
    store = tmp_path / "store.db"
    done(carecli("import", report, "--store", store))
    gate = ("reconcile", "poc", "--store", str(store), "--tz", "UTC", "--format", "json")
    answer = carecli(*gate, "--days", "14", "--as-of", "2025-05-27T09:00")
    assert (answer.code, answer.json["expected"]) == (1, 672)
    billing, orders = answer.json["queues"]
    assert (billing["by"]["queue"], billing["present"], orders["present"]) == ("Billing", 670, 670)
    assert billing["missing"] == ["2025-05-13T02:00:00+00:00", "2025-05-14T08:00:00+00:00"]
    assert carecli(*gate, "--window", "2025-05-16..2025-05-25").code == 0


def test_what_makes_no_sense_is_refused(agreeing: Path) -> None:
    store = ("--store", str(agreeing), *ASKED)
    for wrong in (
        ("--days", "14"),
        ("poc", "--native", "asa=21"),
        ("--tolerance", "1"),
        ("--where", "tier=gold"),
        ("--native", "service_level=80"),
    ):
        answer = carecli("reconcile", *wrong, *store)
        assert (answer.code, answer.out) == (2, ""), wrong
