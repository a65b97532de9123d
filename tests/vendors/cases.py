"""Runs one case of `tests/vendors/<system>/<case>/`: files as a vendor exports them, and what must be in the store.

`expected.json` is described in `tests/vendors/README.md`.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carecli.intake.derive import DERIVE
from carecli.privacy import customer_key
from carecli.sources.limits import Limits
from carecli.sources.parsing import ParseRequest, parse_file
from carecli.store.connection import writing
from carecli.store.ingest import apply_stage
from carecli.store.schema import readable
from carecli.tables import TABLES, Table

HERE = Path(__file__).parent
KEY = b"\x07" * 32
OBSERVED = "observed"


def case_folders() -> list[Path]:
    return sorted(path.parent for path in HERE.glob("*/*/expected.json"))


@dataclass(slots=True)
class Outcome:
    """What became of the files of a case."""

    files: list[dict[str, Any]] = field(default_factory=list)
    tables: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def run(case: Path, expected: dict[str, Any], folder: Path, stages: str = "stage") -> Outcome:
    """Parse and merge the files in their order into the folder's store, and read everything back."""
    outcome = Outcome()
    store = folder / "store.db"
    for number, file in enumerate(expected["files"]):
        outcome.files.append(_import(case, file["file"], expected, store, folder / f"{stages}-{number}.db"))
    with writing(store) as connection:  # makes the store where no file was merged
        for table in TABLES:
            if rows := _rows(connection, table):
                outcome.tables[table.name] = rows
    return outcome


def _import(case: Path, name: str, expected: dict[str, Any], store: Path, stage: Path) -> dict[str, Any]:
    path, _, member = name.partition("!")
    options = expected.get("options", {})
    request = {"path": str(case / path), "stage": str(stage), "key": KEY.hex(), "zone": expected.get("tz")}
    request |= {"member": member or None, "as": options.get("as"), "dates": options.get("dates")}
    request |= {"encoding": options.get("encoding"), "exported_at": _epoch(options.get("exported_at"))}
    summary = parse_file(ParseRequest.from_json(request), Limits())
    told = {"file": name, "kind": summary["kind"], "rows": summary["rows"]}
    if summary["state"] != "staged":
        return told | {key: summary.get(key) for key in ("state", "code", "message", "hint", "line", "members")}
    with writing(store) as connection:
        result = apply_stage(
            connection, stage, path=name, derivations=DERIVE, now=1_741_600_000 + len(name), accept=True
        )
        bad = connection.execute(
            "SELECT code, count(*) FROM quarantine WHERE file_id = (SELECT max(id) FROM files) GROUP BY 1"
        )
        told["quarantined"] = dict(bad.fetchall())
    counted = sum(getattr(result, word) for word in ("new", "changed", "unchanged", "stale", "quarantined", "ignored"))
    assert counted == result.rows, f"{counted} of {result.rows} rows have a fate"
    counted_otherwise = {*told["quarantined"], "conflict"}
    told["ignored"] = {k: v for k, v in result.reasons.items() if k not in counted_otherwise}
    return told


def _epoch(text: str | None) -> int | None:
    from datetime import datetime

    return None if text is None else int(datetime.fromisoformat(text).timestamp())


def _rows(connection: Any, table: Table) -> list[dict[str, Any]]:
    columns = ", ".join(f'{readable(column)} AS "{column.name}"' for column in table.columns)
    found = connection.execute(f"SELECT {columns} FROM {table.row_table} t")
    names = [column.name for column in table.columns]
    flags = {column.name for column in table.columns if column.kind == "flag"}
    rows = []
    for values in found:
        row = {name: value for name, value in zip(names, values, strict=True) if value is not None and value != ""}
        row = {name: bool(value) if name in flags and value is not None else value for name, value in row.items()}
        if not (
            table.name == "case_events" and row.get("kind") == OBSERVED and row["event_id"].startswith("observed:")
        ):
            rows.append(row)
    return rows


def differences(expected: dict[str, Any], outcome: Outcome) -> list[str]:
    """Everything in which the outcome differs, in words; empty where all is as expected."""
    return [*_file_differences(expected, outcome), *_table_differences(expected, outcome)]


def _file_differences(expected: dict[str, Any], outcome: Outcome) -> list[str]:
    found = []
    for wanted, got in zip(expected["files"], outcome.files, strict=True):
        wanted = {"quarantined": {}, "ignored": {}} | wanted
        if "state" in wanted:
            wanted.pop("quarantined"), wanted.pop("ignored")
        for key, value in wanted.items():
            actual = got.get(key)
            if key == "ignored" and "*" in value and isinstance(actual, dict):
                fits = sum(actual.values()) == sum(value.values())
                fits &= all(actual.get(k) == v for k, v in value.items() if k != "*")
            else:
                fits = actual == value
            if not fits:
                found.append(f"{got['file']}: {key} is {actual!r}, expected {value!r} {got.get('message') or ''}")
    return found


def _table_differences(expected: dict[str, Any], outcome: Outcome) -> list[str]:
    found = []
    for name in sorted({*expected["tables"], *outcome.tables}):
        left = list(outcome.tables.get(name, []))
        missing = []
        for wanted in expected["tables"].get(name, []):
            match = next((row for row in left if not row_differences(wanted, row)), None)
            missing.append(wanted) if match is None else left.remove(match)
        for wanted in missing:
            near = min(left, key=lambda row: len(row_differences(wanted, row)), default=None)
            if near is None:
                found.append(f"{name}: missing {json.dumps(wanted, ensure_ascii=False)}")
            else:
                left.remove(near)
                found.append(f"{name} {_label(wanted)}: " + "; ".join(row_differences(wanted, near)))
        found += [f"{name}: not expected {json.dumps(row, ensure_ascii=False)}" for row in left]
    return found


def _label(row: dict[str, Any]) -> str:
    return " ".join(f"{key}={value}" for key, value in list(row.items())[:2])


def row_differences(wanted: dict[str, Any], got: dict[str, Any]) -> list[str]:
    """Columns that differ; attributes only where the expectation names keys of them."""
    names = {*wanted, *got} - {"attributes"}
    found = [
        f"{name} is {got.get(name)!r}, expected {wanted.get(name)!r}"
        for name in sorted(names)
        if not _equal(wanted.get(name), got.get(name))
    ]
    if "attributes" in wanted:
        kept = json.loads(got.get("attributes") or "{}")
        wrong = {key: kept.get(key) for key, value in wanted["attributes"].items() if kept.get(key) != value}
        found += [f"attributes has {wrong!r}, expected {wanted['attributes']!r}"] if wrong else []
    return found


def _equal(wanted: Any, got: Any) -> bool:
    if wanted == "*":
        return got is not None
    if isinstance(wanted, str) and wanted.startswith("keyed:"):
        return got == customer_key(KEY, wanted.removeprefix("keyed:"))
    if isinstance(wanted, int | float) and isinstance(got, int | float) and not isinstance(wanted, bool):
        return abs(wanted - got) < 1e-6
    return wanted == got


def kinds_covered() -> Counter[str]:
    """How many case files there are of each kind."""
    covered: Counter[str] = Counter()
    for folder in case_folders():
        covered.update(
            file["kind"] for file in json.loads((folder / "expected.json").read_text())["files"] if "kind" in file
        )
    return covered
