"""Changing keys of `config.toml` in place: comments and everything else stay as they were written."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from carecli.errors import UsageProblem
from carecli.files import write_whole
from carecli.policy.first_choices import quoted

HEAD = "# Settings of carecli; `carecli config show` says what is in force.\n"
Table = Mapping[str, str]


def change_settings(path: Path, texts: Mapping[str, str], tables: Mapping[str, Table]) -> list[str]:
    """Set keys and replace whole tables of texts, atomically; what was changed, a line each.

    An empty table is emptied. UsageProblem, and nothing is written, where the file is laid out in a way that can't be
    changed line by line.
    """
    before = path.read_text(encoding="utf-8") if path.exists() else HEAD
    had, after, said = tomllib.loads(before), before, []
    for key, value in texts.items():
        if had.get(key) != value:
            after = _with_key(after, key, value)
            said.append(f"{key} = {quoted(value)}")
    for name, table in tables.items():
        if had.get(name, {}) != table:
            after = _with_table(after, name, table)
            said.append(f"[{name}] {', '.join(_lines(table)) or 'emptied'}")
    _check(path, after, {**had, **texts, **tables})
    if after != before or not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_whole(path, after.encode())
    return said


def _check(path: Path, text: str, expected: Mapping[str, Any]) -> None:
    """What is written must say what was meant, whatever the file looked like."""
    try:
        found: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        found = {}
    if _full(found) != _full(expected):
        raise UsageProblem(f"{path} can't be changed line by line", hint="nothing was changed: edit it yourself")


def _full(settings: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in settings.items() if value != {}}


def _with_key(text: str, key: str, value: str) -> str:
    """A key of the top: in its own line where it has one, else behind the comments that the file begins with."""
    lines = text.splitlines(keepends=True)
    top = next((at for at, line in enumerate(lines) if line.lstrip().startswith("[")), len(lines))
    for at, line in enumerate(lines[:top]):
        if found := re.match(rf"\s*{re.escape(key)}\s*=\s*(\"[^\"\\]*\"|'[^']*')", line):
            lines[at] = f"{key} = {quoted(value)}{line[found.end() :]}"
            return "".join(lines)
    first = next((at for at, line in enumerate(lines) if not line.startswith("#")), len(lines))
    if first and not lines[first - 1].endswith("\n"):
        lines[first - 1] += "\n"
    lines.insert(first, f"{key} = {quoted(value)}\n")
    return "".join(lines)


def _with_table(text: str, name: str, table: Table) -> str:
    """A table that holds these texts alone, where it stood or at the end; comments in it stay."""
    lines = text.splitlines(keepends=True)
    heads = [at for at, line in enumerate(lines) if line.lstrip().startswith("[")]
    new = [f"{line}\n" for line in _lines(table)]
    for place, at in enumerate(heads):
        if re.match(rf"\s*\[\s*{re.escape(name)}\s*\]", lines[at]):
            end = heads[place + 1] if place + 1 < len(heads) else len(lines)
            kept = [line for line in lines[at + 1 : end] if not line.strip() or line.lstrip().startswith("#")]
            return "".join([*lines[:at], lines[at].rstrip("\n") + "\n", *new, *kept, *lines[end:]])
    return f"{text.rstrip()}\n\n[{name}]\n{''.join(new)}" if table else text


def _lines(table: Table) -> list[str]:
    return [f"{_key(key)} = {quoted(value)}" for key, value in table.items()]


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else quoted(key)
