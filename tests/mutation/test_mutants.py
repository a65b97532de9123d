"""The tool that changes measures: what it changes, that it names it the same wherever it stands, and what it allows."""

from __future__ import annotations

import pytest

from tests.mutation import mutate
from tests.mutation.mutants import mutants
from tests.mutation.targets import TARGETS

SOURCE = '''"""Where `a < 1` is no code."""

LIMIT: int = 2


def late(at, end, *, strict: bool = True):
    return at > end and strict


SHARE = Metric(numerator=rows("legs", flag("within")), denominator=rows("legs"), exclusions=(TEST, SYSTEM))
'''


def test_what_is_changed():
    changes = [mutant.name.partition(": ")[2] for mutant in mutants(SOURCE)]
    assert changes == [
        "int = 2: 2 -> 3",
        "bool = True):: True -> False",
        "at > end and strict -> at > end or strict",
        "at > end -> at >= end",
        "numerator and denominator change places",
        "flag(\"within\") -> unset('within')",
        "without TEST",
        "without SYSTEM",
    ]


def test_one_place_at_a_time():
    for mutant in mutants(SOURCE):
        lines = zip(SOURCE.splitlines(), mutant.source.splitlines(), strict=True)
        assert [place for place, (old, new) in enumerate(lines, start=1) if old != new] == [mutant.line]
        assert mutant.diff(SOURCE, "module.py").count("\n-") == 1


def test_a_change_has_the_same_name_wherever_it_stands():
    moved = mutants("# A line more\n" + SOURCE)
    assert [mutant.name for mutant in moved] == [mutant.name for mutant in mutants(SOURCE)]


def test_columns_count_letters_not_bytes():
    (mutant,) = mutants('"ä", 1\n')
    assert mutant.source == '"ä", 2\n'


def test_every_module_has_mutants_and_tests():
    for module, tests in TARGETS.items():
        assert mutants((mutate.ROOT / module).read_text(encoding="utf-8")), module
        assert any((mutate.ROOT / test).exists() for test in tests), module


def test_what_is_allowed_is_a_mutant_of_today():
    known = {(tried.module, tried.mutant.name) for module in TARGETS for tried in mutate.tried_of(module)}
    assert not mutate.allowances() - known


def test_survivors_fail_the_run_and_what_is_recorded_is_not_tried_again(tmp_path, monkeypatch, capsys):
    (tried, *others) = mutate.tried_of("carecli/metrics/dictionary_volume.py")
    record = tmp_path / "record.jsonl"
    mutate._write(record, tried, "survived")
    for each in others:
        mutate._write(record, each, "killed")
    monkeypatch.setattr(mutate, "_judged", lambda *_: pytest.fail("tried again"))
    words = ["--only", "dictionary_volume", "--since", str(record)]
    assert mutate.main(words) == 1
    assert f"{tried.place} survived" in capsys.readouterr().out
    monkeypatch.setattr(mutate, "allowances", lambda: {(tried.module, tried.mutant.name)})
    assert mutate.main(words) == 0
