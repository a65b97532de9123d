"""The dictionary's page: what the pack says of each metric, in scope, key and words."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.boards.dictionary import DictionaryPage, Entry, Target, dictionary_page
from carecli.metrics.dictionary import METRICS
from carecli.policy.pack import available_packs, load_pack
from tests.metrics.build import BERLIN, TALLY, pack_with


def entry(name: str, folder: Path, text: str) -> Entry:
    (only,) = dictionary_page([METRICS[name]], pack_with(folder, text)).entries
    return only


def test_every_metric_has_an_entry_in_the_order_of_the_dictionary() -> None:
    page = dictionary_page(METRICS.values(), TALLY)
    assert page.pack == f"{TALLY.id} {TALLY.version}"
    assert [each.id for each in page.entries] == list(METRICS)


def test_targets_are_those_of_the_boards() -> None:
    """What stands in the dictionary is what a figure of that channel is judged by."""
    for each in dictionary_page(METRICS.values(), TALLY).entries:
        for target in each.targets:
            name = METRICS[each.id].band or each.id
            channel = None if target.scope in ("any", "total") else target.scope
            assert target.text == TALLY.text_target(name, channel)
            assert any(key.startswith(f"{target.key}.") for key in TALLY.settings)


def test_a_band_a_flex_and_a_goal_each_have_their_scope_and_key(tmp_path: Path) -> None:
    text = """
[bands.asa]
voice = { between = ["20 s", "60 s"] }
chat = false
[goals.gold]
metric = "asa"
statistic = "mean"
where = { tier = "gold", channel = "voice" }
at_most = ["20 s", "30 s"]
window = "quarter"
[goals.other]
metric = "aht"
statistic = "mean"
between = ["4 min", "5 min"]
[exceptions.flexes.sale]
first = 2025-12-01
last = 2025-12-07
about = "sale"
metric = "asa"
channel = "voice"
between = ["20 s", "120 s"]
"""
    assert entry("asa", tmp_path, text).targets == (
        Target("voice", "bands.asa.voice", "20-60 s"),
        Target("voice 2025-12-01..2025-12-07", "exceptions.flexes.sale", "20-120 s"),
        Target("tier=gold, channel=voice", "goals.gold", "mean <=20-30 s, over a quarter"),
    )


def test_what_else_a_goal_says_is_told(tmp_path: Path) -> None:
    text = """
[goals.low]
metric = "nps"
statistic = "relative_rise"
at_least = "5 points"
window = "90 days"
baseline_below = "30 points"
directional = true
[goals.csat]
metric = "csat"
statistic = "favourable"
at_least = 0.92
otherwise = "median"
minimum_response = 0.15
[goals.median]
metric = "csat"
statistic = "median"
at_least = "4.6 points"
"""
    (rise,) = entry("nps_relationship", tmp_path, text).targets
    assert rise.text == "relative rise >=5 points, over 90 days, from a baseline under 30, as a direction"
    told = {target.key: target.text for target in entry("csat", tmp_path, text).targets}
    assert told["goals.csat"] == "favourable >=92 %, or goals.median, judged from a response rate of 15 %"


def test_what_the_pack_leaves_in_is_marked(tmp_path: Path) -> None:
    text = 'exclusions.test = false\ncsat.late = "keep"\n'
    kept = {each.reason: each.kept for each in entry("csat", tmp_path, text).exclusions}
    assert [reason for reason, marked in kept.items() if marked] == ["test", "late"]
    assert list(kept) == [exclusion.reason for exclusion in METRICS["csat"].exclusions]
    assert not any(each.kept for each in dictionary_page([METRICS["csat"]], TALLY).entries[0].exclusions)


@pytest.mark.parametrize(("days", "unit", "told"), [(5, "days", "5 days"), (3, "business_days", "3 business days")])
def test_the_look_ahead_is_the_packs(tmp_path: Path, days: int, unit: str, told: str) -> None:
    text = f'fcr.days = {days}\nfcr.unit = "{unit}"\nreopen.days = 9\ncsat.minimum_n = 40\n'
    assert entry("fcr", tmp_path, text).look_ahead == told
    assert entry("volume_new", tmp_path, text).look_back.startswith(told)
    assert entry("reopen_rate", tmp_path, text).look_ahead == "9 days of 24 h"
    assert entry("csat", tmp_path, text).minimum_n == 40


def test_late_answers_that_are_kept_need_no_look_at_the_resolution(tmp_path: Path) -> None:
    assert entry("csat", tmp_path, "csat.late_hours = 48\n").look_back == "48 h, to the resolution"
    assert entry("csat", tmp_path, 'csat.late = "keep"\n').look_back == ""


@pytest.mark.parametrize("name", available_packs())
def test_equal_packs_give_equal_pages(name: str) -> None:
    def page() -> DictionaryPage:
        return dictionary_page(METRICS.values(), load_pack(name, zone=BERLIN))

    assert page() == page()
