"""`carecli init`: answers become settings and a pack; what was in config.toml stays."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from carecli.cli.config_writing import change_settings
from carecli.cli.init import init
from carecli.cli.main import answered
from carecli.errors import UsageProblem
from carecli.policy.pack import load_pack


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty config folder, that no setting of the environment goes before."""
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("CARECLI_STORE", str(tmp_path / "store.db"))
    for name in ("CARECLI_TZ", "CARECLI_PACK", "CARECLI_THEME"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "config"


def settings(folder: Path) -> dict[str, object]:
    return tomllib.loads((folder / "config.toml").read_text())


def test_options_write_settings_and_an_own_pack(folder: Path) -> None:
    hours = "Mon-Fri 08:00-20:00; Sat 10:00-14:00"
    options = ("--tz", "Europe/Berlin", "--hours", hours, "--holidays", "de-be", "--where", "queue=Billing")
    assert answered(["init", "--yes", *options]) == 0
    assert settings(folder) == {"tz": "Europe/Berlin", "pack": "own", "where": {"queue": "Billing"}}
    calendar = load_pack("own", zone="Europe/Berlin").calendar_for(None)
    assert calendar.is_open_at(1_746_943_200) is False  # Sun 11 May 2025, 08:00
    assert calendar.is_open_at(1_747_029_600) is True  # Mon 12 May 2025, 08:00
    assert calendar.is_open_at(1_741_332_600) is True  # Fri 7 March 2025, 08:30
    assert calendar.is_open_at(1_709_883_000) is False  # Fri 8 March 2024, 08:30: a holiday of Berlin


def test_the_same_answers_change_nothing_and_write_no_pack(folder: Path) -> None:
    assert answered(["init", "--yes", "--tz", "UTC"]) == 0
    before = (folder / "config.toml").read_bytes()
    assert answered(["init", "--yes"]) == 0
    assert (folder / "config.toml").read_bytes() == before
    assert not (folder / "packs").exists()


def test_prompts_ask_again_what_makes_no_sense(folder: Path) -> None:
    first = ["Mars/Base", "tally", "", "", "", ""]
    again = ["Europe/Paris", "", "", "", "Refunds", ""]
    done = CliRunner().invoke(init, input="\n".join([*first, *again]) + "\n")
    assert done.exit_code == 0, done.output
    assert "no such time zone" in done.output
    assert settings(folder) == {"tz": "Europe/Paris", "pack": "tally", "where": {"queue": "Refunds"}}


@pytest.mark.parametrize(
    "options",
    [("--tz", "Mars/Base"), ("--hours", "always"), ("--holidays", "XX"), ("--exports", "/no/where"), ("--pack", "no")],
)
def test_nonsense_writes_nothing(folder: Path, options: tuple[str, str]) -> None:
    assert answered(["init", "--yes", *options]) == 2
    assert not folder.exists()


def test_exports_are_imported(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    calls = tmp_path / "calls.csv"
    calls.write_text(
        "interaction_id,channel,direction,queue,started_at,answered_at,ended_at,outcome,queue_time_sec,talk_sec\n"
        "a,voice,inbound,Billing,2025-05-12T10:00:00Z,2025-05-12T10:00:05Z,2025-05-12T10:05:00Z,answered,5,295\n"
    )
    assert answered(["init", "--yes", "--exports", str(calls)]) == 0
    assert "1 new" in capsys.readouterr().out
    assert (tmp_path / "store.db").exists()


def test_a_pack_of_ones_own_is_never_written_over(folder: Path) -> None:
    (folder / "packs").mkdir(parents=True)
    (folder / "packs" / "own.toml").write_text('extends = "prestige"\n')
    assert answered(["init", "--yes", "--holidays", "FR"]) == 0
    assert settings(folder)["pack"] == "own-2"
    assert (folder / "packs" / "own.toml").read_text() == 'extends = "prestige"\n'


def test_comments_and_other_keys_stay(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    top = '# mine\ntz = "UTC" # here\n\n[zones]\nx = "UTC"\n'
    path.write_text(top + '[where]\n# my team\nqueue = "A"\n\n[keys]\nlive = "L"\n')
    said = change_settings(path, {"tz": "Europe/Paris", "pack": "tally"}, {"where": {"queue": 'B "2"'}})
    assert said == ['tz = "Europe/Paris"', 'pack = "tally"', '[where] queue = "B \\"2\\""']
    assert path.read_text() == (
        '# mine\npack = "tally"\ntz = "Europe/Paris" # here\n\n[zones]\nx = "UTC"\n'
        '[where]\nqueue = "B \\"2\\""\n# my team\n\n[keys]\nlive = "L"\n'
    )


def test_a_layout_that_cant_be_changed_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text('where = { queue = "A" }\n')
    with pytest.raises(UsageProblem, match="line by line"):
        change_settings(path, {}, {"where": {"queue": "B"}})
    assert path.read_text() == 'where = { queue = "A" }\n'
