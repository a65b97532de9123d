"""A pack's TOML files as one mapping: what it extends, merged under it, and where each value came from."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from carecli.errors import CareError

SHIPPED = Path(__file__).with_name("packs")


class PackError(CareError):
    """A pack that makes no sense; the message names file, key, what was found and what was expected."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Layers:
    """The merged values of a pack; `origins` gives the file of each dotted key."""

    file: str
    values: Mapping[str, Any]
    origins: Mapping[str, str]

    def file_of(self, key: str) -> str:
        """The file that set a dotted key or the table around it; the pack's own file for what nobody set."""
        while key:
            if key in self.origins:
                return self.origins[key]
            key = key.rpartition(".")[0]
        return self.file


def available_packs() -> list[str]:
    """The names of the packs that ship with carecli."""
    return sorted(path.stem for path in SHIPPED.glob("*.toml"))


def read_layers(name_or_path: str) -> Layers:
    """A shipped pack by name, or a file by path, over whatever it extends."""
    return _read(_locate(name_or_path, Path()), seen=())


def flat(values: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Every value that is not a table, with its dotted key."""
    for key, value in values.items():
        if isinstance(value, Mapping):
            yield from flat(value, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", value


def _locate(name_or_path: str, folder: Path) -> Path:
    if name_or_path in available_packs():
        return SHIPPED / f"{name_or_path}.toml"
    if name_or_path.endswith(".toml"):
        return folder / name_or_path
    names = ", ".join(available_packs())
    raise PackError(f"pack: found {name_or_path!r}, expected one of {names}, or the path of a .toml file")


def _read(path: Path, seen: tuple[Path, ...]) -> Layers:
    if path.resolve() in seen:
        raise PackError(f"{path.name}: extends: a pack can't extend itself")
    own = _parse(path)
    base_name = own.pop("extends", None)
    if base_name is None:
        return Layers(path.name, own, {key: path.name for key, _ in flat(own)})
    if not isinstance(base_name, str):
        raise PackError(f"{path.name}: extends: found {base_name!r}, expected the name or path of a pack")
    base = _read(_locate(base_name, path.parent), (*seen, path.resolve()))
    own = {"id": path.stem, "title": own.get("id", path.stem), **own}
    return Layers(path.name, _merge(base.values, own), {**base.origins, **{key: path.name for key, _ in flat(own)}})


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as problem:
        raise PackError(f"{path}: {problem.strerror or problem}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise PackError(f"{path.name}: not valid TOML: {problem}") from None


def _merge(base: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    """Tables key by key, anything else replaced; `false` in place of a table removes it."""
    merged = dict(base)
    for key, value in own.items():
        under = base.get(key)
        if isinstance(under, Mapping) and value is False:
            del merged[key]
        elif isinstance(under, Mapping) and isinstance(value, Mapping):
            merged[key] = _merge(under, value)
        else:
            merged[key] = value
    return merged
