"""Every case of the corpus through the whole way: hashed, read by a real child, merged or refused, and told.

Whatever a file holds: a verdict that was expected, six counts that add up, words for a person with nothing in them that
a terminal acts on, the exit code of the contract, a store as it was where nothing was applied, bounded memory.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from carecli.cli.importing import COUNTS, as_json, as_text, exit_code
from carecli.intake.importing import ImportRequest, import_files, label
from carecli.store.ingest import FileResult
from carecli.text import clean, json_text
from tests.hostile.case import Case, Outcome
from tests.hostile.conftest import LentChild
from tests.hostile.corpus import CASES

NOTHING = (None,) * len(COUNTS)
HEAVY = {
    "cell of 20 MB",
    "cell of half a million lines",
    "quote open for two million lines",
    "json, 100,000 objects in each other",
    "json, 100,000 records in each other",
    "json, object of 100,001 keys",
    "json, record of 100,001 keys",
    "ndjson, line of 17 MB",
}
"""Some seconds each: `make soak` runs them."""


def marked(cases: Iterable[Case]) -> list[Any]:
    return [pytest.param(case, marks=[pytest.mark.soak] if case.name in HEAVY else [], id=case.name) for case in cases]


def test_the_corpus_is_as_large_as_was_agreed() -> None:
    names = Counter(case.name for case in CASES)
    assert [name for name, times in names.items() if times > 1] == []
    assert len(CASES) - len(HEAVY) >= 120
    assert names.keys() >= HEAVY


@pytest.mark.parametrize("case", marked(CASES))
def test_a_case_ends_as_it_must(
    case: Case,
    asked: ImportRequest,
    untouched: Callable[[], bool],
    child: LentChild,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = written(case, tmp_path)
    monkeypatch.setattr(tempfile, "tempdir", str(new_folder(tmp_path / "stages")))
    content = listing(path.parent)
    results = list(import_files([path], replace(asked, **case.options)))
    assert [outcome_of(result) for result in results] == [expected(one) for one in case.outcomes], told(results)
    for result, outcome in zip(results, case.outcomes, strict=True):
        check_told(result, outcome, path)
        check_kept(result, outcome, asked.store)
    assert exit_code(results) == max(outcome.exit_code for outcome in case.outcomes)
    if not any(outcome.fates for outcome in case.outcomes):
        assert untouched()
    assert child.peak() <= case.peak
    assert (listing(path.parent), os.listdir(tmp_path / "stages")) == (content, [])


@pytest.mark.parametrize("case", marked(case for case in CASES if case.outcomes[0].state == "held"))
def test_what_is_held_may_be_accepted_and_nothing_of_it_is_lost(
    case: Case, asked: ImportRequest, untouched: Callable[[], bool], child: LentChild, tmp_path: Path
) -> None:
    path = written(case, tmp_path)
    for result in import_files([path], replace(asked, accept=True, **case.options)):
        assert result.code != "parser-failed"
        check_plain(result, path)
        if result.state == "imported":
            assert result.rows == sum(getattr(result, count) for count in COUNTS[1:])
        else:
            assert untouched()
    assert child.peak() <= case.peak


def new_folder(path: Path) -> Path:
    path.mkdir()
    return path


def written(case: Case, folder: Path) -> Path:
    path = new_folder(folder / "exports") / case.file
    path.write_bytes(case.content)
    return path


def listing(folder: Path) -> dict[str, str]:
    """The files of a folder and what is in them."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def told(results: list[FileResult]) -> str:
    return "\n".join(map(as_text, results))


def outcome_of(result: FileResult) -> dict[str, Any]:
    counts = tuple(getattr(result, count) for count in COUNTS)
    return {"state": result.state, "code": result.code, "counts": counts, "reasons": dict(result.reasons)}


def expected(outcome: Outcome) -> dict[str, Any]:
    fates = [outcome.fates.get(name, 0) for name in COUNTS[1:5]]
    rest = [sum(outcome.bad.values()), sum(outcome.ignored.values())]
    counts = (sum(fates) + sum(rest), *fates, *rest) if outcome.state == "imported" else NOTHING
    reasons = {**outcome.bad, **outcome.ignored}
    return {"state": outcome.state, "code": outcome.code, "counts": counts, "reasons": reasons}


def check_told(result: FileResult, outcome: Outcome, path: Path) -> None:
    text = check_plain(result, path)
    for words in outcome.says:
        assert words in text
    if outcome.bad:
        assert "  line " in text
    if outcome.state != "imported":
        assert f"({outcome.code}): " in text


def check_plain(result: FileResult, path: Path) -> str:
    """The text of the command line: it begins with the file, and neither it nor the JSON steers a terminal."""
    text = as_text(result)
    assert text.startswith(clean(label(path)))
    for line in (*text.split("\n"), *json_text({"files": [as_json(result)]}).split("\n")):
        assert line.isprintable(), ascii(line)
    assert "Traceback" not in text
    assert len(text) < 3_000
    return text


def check_kept(result: FileResult, outcome: Outcome, store: Path) -> None:
    """The ledger tells the file's fate, and the quarantine holds every row that was counted as bad."""
    with closing(sqlite3.connect(store)) as connection:
        lines = connection.execute(
            "SELECT id, state, code, rows_in, quarantined_rows FROM files WHERE sha256 = ?", (result.sha256,)
        ).fetchall()
        assert [line[1:3] for line in lines] == [(outcome.state, outcome.code)]
        bad = connection.execute(
            "SELECT code, line, last_line, raw FROM quarantine WHERE file_id = ?", (lines[0][0],)
        ).fetchall()
    if outcome.state == "imported":
        assert Counter(code for code, *_ in bad) == Counter(outcome.bad)
        assert all(1 <= line <= last_line for _, line, last_line, _ in bad)
    else:
        assert bad == []
