"""The scorecard and the packs side by side as text, JSON and sheets."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from carecli.boards.scorecard import ScorecardBoard
from carecli.boards.scorecard_packs import PacksBoard
from carecli.render.scorecard import LITTLE_ROOM, SHORT, interval_text
from carecli.render.sheets import sheets_of
from carecli.render.structured import board_json
from carecli.render.text import render_text
from carecli.render.values import value_text
from carecli.text import json_text, width
from tests.boards.test_scorecard import balanced_centre, calls, packs, scorecard, unanswered, votes
from tests.metrics.build import Centre
from tests.policy.packs import CARE, PRESTIGE, STRATEGY, TALLY

WIDTHS = (80, 120, 200)
CONTRACT = ("metric", "by", "value", "unit", "n", "numerator", "denominator", "target", "status", "provisional",
            "excluded", "note")  # fmt: skip


def centre() -> Centre:
    """Calls that get faster while answers get worse, and too few answers to e-mails."""
    made = Centre()
    for day, seconds, good in (("2025-04-10", 500, 95), ("2025-05-13", 430, 80)):
        calls(made, 40, 10, day, handle_sec=seconds)
        votes(made, good, 5, day, channel="voice")
        votes(made, 100 - good, 1, day, channel="voice")
    votes(made, 40, 5)
    unanswered(made, 360)
    return made


@cache
def board() -> ScorecardBoard:
    return scorecard(centre(), TALLY)


@cache
def compared() -> ScorecardBoard:
    return scorecard(centre(), CARE, against="2025-04-10")


@cache
def side_by_side() -> PacksBoard:
    return packs(centre())


def lines(shown: Any, columns: int) -> list[str]:
    return render_text(shown, width=columns, color=False).splitlines()


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("made", [board, compared, side_by_side])
def test_no_line_is_wider_than_the_terminal(made, columns):
    assert max(width(line) for line in lines(made(), columns)) <= columns


@pytest.mark.parametrize("columns", WIDTHS)
def test_every_row_stands_there_with_its_value_target_and_status(columns):
    page = lines(board(), columns)
    title = "AHT voice" if columns < LITTLE_ROOM else "Average handle time voice"
    told = " ".join(line for line in page if line.startswith(title))
    for part in ("4-7 min", "7:10", "40"):
        assert part in told
    assert "miss" in told
    for window in ("7d", "28d", "wtd", "mtd"):
        assert any(window in line.split() for line in page)


def test_blocks_stand_in_their_order():
    heads = [line.split("  ")[0] for line in lines(board(), 120) if "owner:" in line]
    assert heads == ["Responsiveness", "Completion", "Quality", "Volume and backlog", "Money"]


def test_only_the_judged_window_has_a_glyph():
    (row,) = [line for line in lines(board(), 200) if line.startswith("Average handle time voice")]
    assert row.count("▲") == 2, "one at the value, one at the status"


def test_r47_a_low_response_rate_is_said_in_the_row_and_in_full_below():
    page = lines(scorecard(centre(), CARE), 200)
    (row,) = [line for line in page if line.startswith("  email") and "median" in line]
    assert "○ low response" in row
    assert "100.0 %" in row
    assert any("low response: rate 10.0 % <15 %" in line for line in page)


def test_r52_the_movement_says_its_baseline_and_that_it_is_a_direction():
    made = Centre()
    for day, promoters, detractors in (("2025-05-13", 44, 16), ("2025-02-12", 42, 20)):
        for count, vote in ((promoters, 10), (100 - promoters - detractors, 8), (detractors, 2)):
            votes(made, count, vote, day, kind="nps_touch", scale_max=10.0)
    page = lines(scorecard(made, CARE), 200)
    (row,) = [line for line in page if line.startswith("NPS after a contact")]
    assert "rise 5-10 points (direction)" in row
    assert "+6 from +22" in row
    assert any("2025-04-17..2025-05-14 from 2025-01-17..2025-02-13" in line for line in page)


def test_r87_the_alarm_has_both_movements():
    (alarm,) = [line for line in lines(board(), 200) if line.startswith("◆ voice:")]
    assert "handle time 8:20 to 7:10 (-1:10)" in alarm
    assert "CSAT 95.0 % to 80.0 % (-15.0 pp, n 100)" in alarm


def test_r90_the_comparison_has_value_change_and_interval():
    (row,) = [line for line in lines(compared(), 200) if line.startswith("  voice") and "95.0 %" in line]
    assert "-15.0 pp (-15.8 %)" in row
    assert "-23.9..-6.1 pp" in row


def test_r72_interval_in_points():
    assert interval_text((0.0031, 0.0969)) == "+0.3..+9.7 pp"


def test_r86_the_balanced_scorecard_says_how_it_is_made():
    page = lines(scorecard(balanced_centre(), STRATEGY), 200)
    (head,) = [line for line in page if line.startswith("Balanced scorecard")]
    assert "part = actual / target" in head
    (total,) = [line for line in page if line.startswith("Total")]
    assert total.split() == ["Total", "0.915"]


def test_a_pack_that_counts_otherwise_is_marked():
    made = Centre()
    for _ in range(80):
        made.call(10_000, "2025-05-13 10:00", channel="chat")
    for _ in range(20):
        made.call(30_000, "2025-05-13 10:00", channel="chat", outcome="abandoned")
    page = lines(packs(made), 200)
    (row,) = [line for line in page if line.startswith("Service level chat")]
    assert "100.0 %" in row
    assert "≠ 80.0 %, 90 % in 15 s ▲ miss" in row
    assert "85 % in 120 s ● ok" in row


def test_a_row_of_a_split_table_stands_below_its_own_metric():
    """What a pack says of a tier is never shown under another metric's row."""
    page = lines(side_by_side(), 80)
    for number, line in enumerate(page):
        if line.startswith("  tier=premium ") and "median <=4 h" in line:
            above = next(each for each in reversed(page[:number]) if each[:1] not in (" ", "─"))
            assert above.startswith("TTR p50")


def test_the_json_of_the_scorecard_keeps_the_contract():
    told = json.loads(json_text(board_json(board())))
    assert list(told)[:6] == ["board", "as_of", "pack", "window", "feeds", "figures"]
    for figure in told["figures"]:
        assert list(figure)[: len(CONTRACT)] == list(CONTRACT)
        assert figure["window"] in ("7d", "28d", "wtd", "mtd")
    assert len(told["figures"]) == 4 * len(told["rows"])
    voice = next(row for row in told["rows"] if row["metric"] == "aht" and row["by"] == {"channel": "voice"})
    assert (voice["status"], voice["judged"]["value"], voice["judged"]["window"]) == (
        "miss",
        430,
        "2025-04-17..2025-05-14",
    )
    (judgement,) = voice["judgements"]
    assert (judgement["key"], judgement["verdict"], judgement["target"]) == ("bands.aht.voice", "miss", "4-7 min")
    assert told["judged_in"] == "28d"
    assert told["balanced"] is None
    assert [alarm["by"] for alarm in told["false_economies"]] == [{}, {"channel": "voice"}]
    assert board_json(board()) == board_json(scorecard(centre(), TALLY)), "equal boards give equal bytes"


def test_the_json_of_the_packs_names_them():
    told = board_json(side_by_side())
    assert told["packs"] == ["care-package 1", "prestige 1", "tally 1", "lightcurve 1", "service-strategy 1"]
    voice = next(row for row in told["rows"] if row["metric"] == "aht" and row["by"] == {"channel": "voice"})
    assert {pack: each["status"] for pack, each in voice["packs"].items()} == {
        "care-package 1": "ok",
        "prestige 1": None,
        "tally 1": "miss",
        "lightcurve 1": "ok",
        "service-strategy 1": "ok",
    }
    for figure in told["figures"]:
        assert list(figure)[: len(CONTRACT)] == list(CONTRACT)
        assert figure["pack"] is None or figure["pack"] in told["packs"]


def test_sheets_for_the_other_formats():
    shown = board()
    *blocks, alarms = sheets_of(shown)
    assert [each.title.lower() for each in blocks] == list(dict.fromkeys(row.block for row in shown.rows))
    assert blocks[0].columns[:3] == ("Metric", "7d", "28d")
    assert sum(len(each.rows) for each in blocks) == len(shown.rows)
    assert alarms.name == "false-economy"
    every = sheets_of(side_by_side())
    assert every[0].columns[3:] == ("care-package", "prestige", "tally", "lightcurve", "service-strategy")
    assert sum(len(each.rows) for each in every) == len(side_by_side().rows)
    assert "balanced" in [each.name for each in sheets_of(scorecard(balanced_centre(), STRATEGY, windows=()))]
    assert len(sheets_of(compared())[0].columns) == len(blocks[0].columns) + 2


def test_a_value_judged_over_another_window_is_said():
    """Costs are known by whole months: without the month's value its status would stand alone."""
    shown = board()
    row = shown.rows[0]
    apart = replace(row, judged=replace(row.judged, window="2025-04-01..2025-04-30"))
    notes = [sheets_of(replace(shown, rows=(each,)))[0].rows[0][-2] for each in (row, apart)]
    assert "2025-04-01..2025-04-30: " not in str(notes[0])
    assert str(notes[1]).startswith(f"2025-04-01..2025-04-30: {value_text(row.judged)}")


def test_short_titles_are_of_metrics_there_are():
    titles = {row.judged.title for row in (*board().rows, *scorecard(centre(), PRESTIGE, windows=()).rows)}
    assert all(any(title.startswith(name) for title in titles) for name in SHORT)
