"""Files over files: which one a message names, and tables that had another name before."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.policy.layers import read_layers
from carecli.policy.pack import Pack, PackError, load_pack
from tests.policy.packs import TALLY


def two(folder: Path, base: str, own: str) -> str:
    """The path of `own.toml`, which extends `base.toml`, which extends the tally."""
    (folder / "base.toml").write_text(f'extends = "tally"\n{base}\n', encoding="utf-8")
    path = folder / "own.toml"
    path.write_text(f'extends = "base.toml"\n{own}\n', encoding="utf-8")
    return str(path)


def loaded(path: str) -> Pack:
    pack = load_pack(path, zone="Europe/Berlin")
    _ = pack.programme
    return pack


@pytest.mark.parametrize(
    ("key", "file"),
    [
        ("bands.aht.voice.between", "tally.toml"),
        ("bands.aht.voice", "tally.toml"),
        ("bands.aht.voice.at_least", "tally.toml"),  # missing, in a table that only the tally has
        ("bands.aht.email", "base.toml"),
        ("bands.aht", "base.toml"),  # the last that says something in it
        ("bands.aht.social", "base.toml"),
        ("fcr", "own.toml"),
        ("fcr.days", "own.toml"),
        ("fcr.unit", "definitions.toml"),
        ("fcr.nothing", "own.toml"),
        ("nowhere", "own.toml"),
        ("nowhere.at.all", "own.toml"),
    ],
)
def test_a_key_is_of_the_file_that_says_it(tmp_path, key, file):
    base = '[bands.aht.email]\nbetween = ["8 min", "16 min"]'
    layers = read_layers(two(tmp_path, base, "fcr = { days = 5 }"))
    assert layers.file_of(key) == file


def test_a_message_names_the_file_of_an_inherited_table(tmp_path):
    path = two(tmp_path, '[goals.mine]\nmetric = "fcr"\nstatistic = "share"', "")
    with pytest.raises(PackError, match=r"^base\.toml: goals\.mine\.at_least: found nothing"):
        loaded(path)
    path = two(tmp_path, '[alerts.mine]\nmetric = "asa"\nsurprise = 1', "fcr = { days = 5 }")
    with pytest.raises(PackError, match=r"^base\.toml: alerts\.mine\."):
        loaded(path)


def test_the_response_rate_has_the_name_of_its_metric():
    assert "csat_response_rate" in TALLY.bands
    assert "response_rate" not in TALLY.bands


@pytest.mark.parametrize("name", ["response_rate", "csat_response_rate"])
def test_both_names_of_the_response_rate_are_read(tmp_path, name):
    pack = loaded(two(tmp_path, "", f"[bands.{name}]\nemail = {{ at_least = 0.5 }}"))
    assert str(pack.band("csat_response_rate", "email")) == ">=50 %"
    assert str(pack.band("csat_response_rate", "voice")) == ">=20 %"
    assert pack.origins["bands.csat_response_rate.email.at_least"] == "own.toml"


def test_the_nearer_file_wins_whichever_name_it_uses(tmp_path):
    older = "[bands.response_rate]\nemail = { at_least = 0.5 }"
    newer = "[bands.csat_response_rate]\nemail = { at_least = 0.6 }"
    assert str(loaded(two(tmp_path, older, newer)).band("csat_response_rate", "email")) == ">=60 %"
    assert str(loaded(two(tmp_path, newer, older)).band("csat_response_rate", "email")) == ">=50 %"
    assert str(loaded(two(tmp_path, "", f"{older}\n{newer}")).band("csat_response_rate", "email")) == ">=60 %"


def test_a_table_is_removed_by_its_former_name(tmp_path):
    pack = loaded(two(tmp_path, "", "[bands]\nresponse_rate = false"))
    assert "csat_response_rate" not in pack.bands
