"""A pack's TOML files as one mapping: what it extends, merged under it, and where each value came from."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from carecli import config
from carecli.errors import CareError

SHIPPED = Path(__file__).with_name("packs")
DEFINITIONS = "definitions"
"""What every shipped pack extends: how figures are counted. It promises nothing, and is no pack by itself."""

DOCUMENTS = {
    "000": "care-package",
    "001": "prestige",
    "002": "tally",
    "003": "lightcurve",
    "004": "service-strategy",
}
"""A shipped pack may be asked for by the number of the document it comes from."""

RENAMED: Mapping[tuple[str, ...], str] = {("bands", "response_rate"): "csat_response_rate"}
"""Tables that were called otherwise before; packs that still say so are read as if they said the new name."""


class PackError(CareError):
    """A pack that makes no sense; the message names file, key, what was found and what was expected."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Layers:
    """The merged values of a pack; `origins` gives the file of each dotted key, `paths` the files, the lowest first.

    A table's origin is the last file that says something in it.
    """

    file: str
    values: Mapping[str, Any]
    origins: Mapping[str, str]
    paths: tuple[Path, ...] = ()

    def file_of(self, key: str) -> str:
        """The file that set a dotted key, else the last that spoke of the table around it, else the pack's own."""
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


def _named(values: Mapping[str, Any], prefix: str = "") -> Iterator[str]:
    """The dotted key of every table and value."""
    for key, value in values.items():
        yield f"{prefix}{key}"
        if isinstance(value, Mapping):
            yield from _named(value, f"{prefix}{key}.")


def own_packs(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The names of the user's packs: the TOML files in `packs` of the config folder."""
    return sorted(path.stem for path in own_folder(environ).glob("*.toml"))


def own_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Where the user's packs are looked for by name."""
    return config.config_folder(environ) / "packs"


def is_shipped(name_or_path: str) -> bool:
    return DOCUMENTS.get(name_or_path, name_or_path) in available_packs()


def _locate(name_or_path: str, folder: Path) -> Path:
    """The file of a pack: shipped, by path (relative to `folder`), or the user's own by name."""
    if is_shipped(name_or_path):
        return SHIPPED / f"{DOCUMENTS.get(name_or_path, name_or_path)}.toml"
    if name_or_path.endswith(".toml"):
        return folder / Path(name_or_path).expanduser()
    if name_or_path in own_packs():
        return own_folder() / f"{name_or_path}.toml"
    names = ", ".join([*available_packs(), *own_packs()])
    raise PackError(f"pack: found {name_or_path!r}, expected one of {names}, or the path of a .toml file")


def _read(path: Path, seen: tuple[Path, ...]) -> Layers:
    if path.resolve() in seen:
        chain = " -> ".join(each.name for each in (*seen, path))
        raise PackError(f"{path.name}: extends: a pack can't extend itself: {chain}")
    own = _parse(path)
    base_name = own.pop("extends", None)
    if base_name is None:
        return Layers(path.name, own, dict.fromkeys(_named(own), path.name), (path,))
    if not isinstance(base_name, str):
        raise PackError(f"{path.name}: extends: found {base_name!r}, expected the name or path of a pack")
    base = _read(_base(base_name, path), (*seen, path.resolve()))
    own = {"id": path.stem, "title": own.get("id", path.stem), **own}
    origins = {**base.origins, **dict.fromkeys(_named(own), path.name)}
    return Layers(path.name, _merge(base.values, own), origins, (*base.paths, path))


def _base(name: str, path: Path) -> Path:
    """The file that the pack at `path` extends."""
    if name == DEFINITIONS:
        return SHIPPED.with_name(f"{DEFINITIONS}.toml")
    try:
        return _locate(name, path.parent)
    except PackError as problem:
        raise PackError(f"{path.name}: extends: {problem.message.removeprefix('pack: ')}") from None


def _parse(path: Path) -> dict[str, Any]:
    try:
        return _renamed(tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal))
    except OSError as problem:
        raise PackError(f"{path}: {problem.strerror or problem}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise PackError(f"{path.name}: not valid TOML: {problem}") from None


def _renamed(values: dict[str, Any]) -> dict[str, Any]:
    """The values of a file under today's names; where it has both names, the new one goes before."""
    for (*around, old), new in RENAMED.items():
        table: Any = values
        for name in around:
            table = table.get(name) if isinstance(table, dict) else None
        if isinstance(table, dict) and old in table:
            former, own = table.pop(old), table.get(new, {})
            table[new] = _merge(former, own) if isinstance(former, Mapping) and isinstance(own, Mapping) else former
    return values


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
