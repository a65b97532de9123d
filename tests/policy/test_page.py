"""A pack as a page, the requirements beside its values, and what differs between two packs."""

from __future__ import annotations

import pytest

from carecli.policy.difference import differences
from carecli.policy.pack import load_pack
from carecli.policy.page import TITLES, pack_page
from carecli.policy.sources import requirements_in, requirements_of
from tests.policy.packs import PACKS


def page(name):
    return {
        title: {line.label: (line.words, line.requirements) for line in lines}
        for title, lines in pack_page(PACKS[name].layers)
    }


@pytest.mark.parametrize(
    ("name", "title", "label", "words", "requirement"),
    [
        (
            "prestige",
            "Tiers",
            "premium > targets > email",
            "each answer, within 60 minutes, after hours 4 hours",
            "R111",
        ),
        (
            "prestige",
            "Escalation ladders: steps, counted from their anchor",
            "P1 > steps > triage",
            "within 5 minutes",
            "R158",
        ),
        ("prestige", "Service credits", "steps", "2 5 %, 3 10 %", "R248"),
        ("prestige", "Plans", "elite", "fee 4999 USD to 15000 USD, contract share 15 % to 20 %", "R247"),
        ("care-package", "Bands of metrics", "aht > voice", "6 minutes to 8 minutes", "R48"),
        ("care-package", "Severities", "SEV3", "named, nothing promised", None),
        ("care-package", "Retention", "transcripts", "13 months", "R268"),
        ("lightcurve", "Severities", "P1", "more than 10 % of accounts affected", "R166"),
        ("lightcurve", "Clocks by priority", "P1 > first response", "within 1 hour, day and night", "R136"),
        ("tally", "Clocks by priority", "P4 > resolution", "within 5 days, of business hours", "R124"),
        ("service-strategy", "Clocks by kind of case", "account inquiry > first response", "within same day", "R144"),
        ("tally", "How figures are counted", "csat > minimum n", "30", "R31"),
        ("tally", "Exceptions", "waived by incident", "yes", "R128"),
    ],
)
def test_a_page_says_it_in_words(name, title, label, words, requirement):
    found, requirements = page(name)[title][label]
    assert found.startswith(words)
    assert requirement is None or requirement in requirements


@pytest.mark.parametrize("name", PACKS)
def test_a_page_leaves_nothing_out(name):
    """Every table of a pack stands under some heading, and every heading holds something."""
    sections = page(name)
    assert all(sections.values())
    promised = {key.partition(".")[0] for key in PACKS[name].settings if "." in key} & set(TITLES)
    assert {TITLES[table] for table in promised} <= set(sections)


def test_severities_are_published_with_their_cadence():
    """R306: definition, cadence and credits of 001 stand on its page."""
    sections = page("prestige")
    assert "critical business impact" in sections["Severities"]["P1"][0]
    assert sections["Severities"]["P3"][0] == "updates within 1 day, of business hours"
    assert sections["Severities"]["P2"][0] == "ladder P2"
    assert "Service credits" in sections


def test_requirements_are_read_from_comments_only(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text(
        'extends = "tally"  # R1\ntitle = "R999 # R998"    # R35, C0.3: as R36\n[queues.calendars]  # X4\n'
        "\"Billing # voice\" = 'always'\n# R77\n[[calendars.business.maintenance]]\nfrom = 2025-01-01T00:00:00 # X8b\n",
        encoding="utf-8",
    )
    assert requirements_in(path) == {
        "extends": ("R1",),
        "title": ("R35", "C0.3", "R36"),
        "queues.calendars": ("X4",),
        "calendars.business.maintenance.from": ("X8b",),
    }
    path.write_text('extends = "tally"\n[service_level.voice]\ngoal = 0.9   # R7\n', encoding="utf-8")
    requirements_in.cache_clear()
    layers = load_pack(str(path), zone="UTC").layers
    assert requirements_of(layers, "service_level.voice.goal") == ("R7",)
    assert requirements_of(layers, "service_level.voice.within") == ("R6",)
    assert requirements_of(layers, "nothing.of.the.kind") == ()


def test_a_difference_holds_changed_keys_only():
    found = {each.key: (each.before, each.after) for each in differences(PACKS["prestige"], PACKS["tally"])}
    assert found["service_level.chat.within"] == ("15 s", "120 s")
    assert found["callback.within"] == ("5 min", None)
    assert found["priorities.P1.workaround.within"] == (None, "1 h")
    assert "service_level.voice.within" not in found  # 20 s in both
    assert not any(key.startswith(("csat.", "offered.", "fcr.")) for key in found)  # the counting is one
    assert not {"id", "title"} & set(found)
    assert all(before != after for before, after in found.values())


@pytest.mark.parametrize("name", PACKS)
def test_a_pack_does_not_differ_from_itself(name):
    assert list(differences(PACKS[name], PACKS[name])) == []


def test_a_difference_is_the_same_both_ways():
    there = {(each.key, each.before, each.after) for each in differences(PACKS["tally"], PACKS["lightcurve"])}
    back = {(each.key, each.after, each.before) for each in differences(PACKS["lightcurve"], PACKS["tally"])}
    assert there == back


def test_a_switch_is_one_line(tmp_path):
    path = tmp_path / "own.toml"
    path.write_text('extends = "tally"\nfcr.separate_followups_count = false\n', encoding="utf-8")
    own = load_pack(str(path), zone="Europe/Berlin")
    assert [each.key for each in differences(PACKS["tally"], own)] == ["fcr.separate_followups_count"]  # R35
