"""The kinds of file that are understood: one TOML file a kind in `catalog/`, and one generated entry a canonical table.

What an entry says is described in `carecli.sources.entry`. Mappings that a user wrote stand beside the catalog's own.
"""

from __future__ import annotations

import importlib
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import cast

from carecli.errors import UsageProblem
from carecli.sources.entry import Entry, coverage_of, parse_entry
from carecli.sources.mapped import mapping_transform
from carecli.sources.records import Transform
from carecli.tables import TABLES, Table

USER_MAPPING = "user mapping"
CANONICAL_PRECEDENCE = 5
"""What a person wrote into a sheet goes before what a system says and what is derived."""

_TIME_OPTIONAL = {"surveys": ("survey_id", "kind"), "contact_events": ("at", "interaction_id", "event")}
_ALSO_NEEDED = {"interactions": ("channel",), "case_events": ("case_id", "kind")}
_DERIVE = {"contact_events": "queue_log", "case_events": "case_events", "cases": "case_events"}
"""A case tells who its customer is, which decides whose messages are answers, so it is derived anew as well."""
_WITH_OPEN_ONES = ("interactions", "legs", "contact_events", "cases", "case_events", "agent_states", "incidents")


def canonical_fingerprint(table: Table) -> tuple[str, ...]:
    """The columns a canonical file must carry: its key, its time, and what makes a row worth having."""
    if table.name in _TIME_OPTIONAL:
        return _TIME_OPTIONAL[table.name]
    time = (table.time,) if table.time and table.time not in table.key else ()
    return (*table.key, *time, *_ALSO_NEEDED.get(table.name, ()))


def _canonical_forbids(table: Table) -> tuple[str, ...]:
    """What tells another table's file, which has all of this one's fingerprint among its columns, from this one's."""
    own = {column.name for column in table.columns}
    needed = set(canonical_fingerprint(table))
    alike = (other for other in TABLES if other is not table and needed <= {column.name for column in other.columns})
    return tuple(sorted({name for other in alike for name in canonical_fingerprint(other)} - own))


def canonical_entry(table: Table) -> Entry:
    """The entry of canonical files of one table."""
    tables = (table.name, "surveys") if table.name == "interactions" else (table.name,)
    return Entry(
        kind=f"canonical.{table.name}",
        system="canonical",
        title=f"canonical {table.name}: {table.meaning}",
        grade="A",
        tables=tables,
        container=("csv", "json", "ndjson", "parquet"),
        transform="canonical:map_record",
        records=(table.name,),
        fingerprint=canonical_fingerprint(table),
        forbids=_canonical_forbids(table),
        finished_only=table.name not in _WITH_OPEN_ONES,
        precedence=MappingProxyType(dict.fromkeys(tables, CANONICAL_PRECEDENCE)),
        derive=_DERIVE.get(table.name),
        coverage=coverage_of(tables, {}),
        source_of_knowledge="carecli/tables.py",
    )


@cache
def load_catalog() -> Mapping[str, Entry]:
    """Every kind by its name: the vendors' first, then the canonical ones."""
    entries: dict[str, Entry] = {}
    folder = files("carecli.sources").joinpath("catalog")
    for resource in sorted(folder.iterdir(), key=lambda item: item.name):
        if resource.name.endswith(".toml"):
            entry = parse_entry(resource.read_text(encoding="utf-8"), f"catalog/{resource.name}")
            if resource.name != f"{entry.kind}.toml":
                raise UsageProblem(f"catalog/{resource.name}: holds kind {entry.kind!r}; file and kind must agree")
            entries[entry.kind] = entry
    entries.update({entry.kind: entry for entry in map(canonical_entry, TABLES)})
    return MappingProxyType(entries)


def catalog_with(folder: Path | None, file: Path | None = None) -> Mapping[str, Entry]:
    """The catalog and the mappings that the user wrote: every `.toml` of a folder, and a file named for one import.

    A user's mapping goes before an entry of the same kind. It may not name a transform: data runs no code.
    """
    paths = sorted(folder.glob("*.toml")) if folder is not None and folder.is_dir() else []
    own: dict[str, Entry] = {}
    for path in [*paths, *([file] if file is not None else [])]:
        entry = parse_user_mapping(path)
        own[entry.kind] = entry
    return (
        MappingProxyType({**own, **{k: e for k, e in load_catalog().items() if k not in own}})
        if own
        else load_catalog()
    )


def parse_user_mapping(path: Path) -> Entry:
    """One mapping that a user wrote; `UsageProblem` names the file and the key that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageProblem(f"{path}: can't be read ({type(problem).__name__})") from None
    entry = parse_entry(text, str(path))
    if entry.transform is not None:
        raise UsageProblem(f"{path}: a mapping can't name a transform", hint="say with [[rows]] where values stand")
    return replace(entry, source_of_knowledge=USER_MAPPING)


def entry_named(kind: str, catalog: Mapping[str, Entry] | None = None) -> Entry:
    """The entry of that kind; `UsageProblem` where there is none."""
    catalog = load_catalog() if catalog is None else catalog
    if kind not in catalog:
        near = get_close_matches(kind, catalog, cutoff=0.5)
        hint = f"do you mean {' or '.join(near)}?" if near else "`carecli kinds` lists them"
        raise UsageProblem(f"unknown kind {kind!r}", hint=hint)
    return catalog[kind]


def transform_of(entry: Entry) -> Transform:
    """The entry's function; only modules of this package are ever imported."""
    if entry.transform is None:
        return mapping_transform(entry)
    module, _, name = entry.transform.partition(":")
    return cast(Transform, getattr(importlib.import_module(f"carecli.sources.{module}"), name))


def kinds() -> list[dict[str, object]]:
    """What `carecli kinds` lists: the vendors' kinds first, then the canonical ones."""
    return [
        {
            "kind": entry.kind,
            "system": entry.system,
            "tables": list(entry.tables),
            "grade": entry.grade,
            "title": entry.title,
            "unverified": entry.unverified or None,
        }
        for entry in load_catalog().values()
    ]


def unverified_exports() -> list[dict[str, str]]:
    """Exports whose names nobody could verify, `{"system", "title", "table"}`: read by a mapping of one's own."""
    text = files("carecli.sources").joinpath("unverified.toml").read_text(encoding="utf-8")
    exports: list[dict[str, str]] = tomllib.loads(text)["export"]
    return exports
