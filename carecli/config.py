"""Where things belong on this system, and what the user has set.

A setting comes from the command line, else the environment, else `config.toml`, else its default;
`origin` remembers which.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carecli.errors import UsageProblem

CONFIG_KEYS = ("store", "tz", "pack", "week_start", "where", "zones", "addresses", "open_with")


@dataclass(frozen=True, slots=True)
class Config:
    """Settings in force. `tz` is the reporting zone, `where` the slice every question is asked of by default."""

    store: Path
    key_file: Path
    tz: str
    pack: str
    week_start: int
    mappings: Path
    """The folder of mappings that the user wrote (`carecli map`)."""
    where: Mapping[str, str] = field(default_factory=dict)
    zones: Mapping[str, str] = field(default_factory=dict)
    """Kind of file -> the zone of its times, where the files don't say (`[zones]` of `config.toml`)."""
    addresses: Mapping[str, object] = field(default_factory=dict)
    """Source -> template of a web address, `{case_id}` or `{interaction_id}` in it (`[addresses]` of `config.toml`)."""
    open_with: str = ""
    """The program that opens a web address; without one it is copied."""
    origin: Mapping[str, str] = field(default_factory=dict)


def config_folder(environ: Mapping[str, str]) -> Path:
    """`CARECLI_CONFIG_HOME`, else the user's config folder of this system."""
    if given := environ.get("CARECLI_CONFIG_HOME"):
        return Path(given)
    from platformdirs import user_config_path

    return user_config_path("carecli", appauthor=False)


def default_store(environ: Mapping[str, str]) -> Path:
    """`CARECLI_STORE`, else `store.db` in the user's data folder of this system."""
    if given := environ.get("CARECLI_STORE"):
        return Path(given)
    from platformdirs import user_data_path

    return user_data_path("carecli", appauthor=False) / "store.db"


def local_zone(environ: Mapping[str, str]) -> str:
    """The system's IANA zone where it says so, else UTC."""
    if (given := environ.get("TZ", "").lstrip(":")) and "/" in given and not given.startswith("/"):
        return given
    link = Path("/etc/localtime")
    if link.is_symlink() and "zoneinfo/" in (target := os.readlink(link)):
        return target.split("zoneinfo/", 1)[1]
    return "UTC"


def read_settings(path: Path) -> dict[str, Any]:
    """The settings of `config.toml`; empty where there is none. UsageProblem names the file and key that is wrong."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise UsageProblem(f"{path}: not valid TOML: {problem}") from None
    for key in settings:
        if key not in CONFIG_KEYS:
            raise UsageProblem(f"{path}: unknown key {key!r}", hint=f"known keys: {', '.join(CONFIG_KEYS)}")
    return settings


def load(environ: Mapping[str, str] | None = None, **given: str | None) -> Config:
    """The settings in force; `given` are the values typed on the command line (None = not typed)."""
    env = os.environ if environ is None else environ
    folder = config_folder(env)
    settings = read_settings(folder / "config.toml")
    origin: dict[str, str] = {}

    def choose(key: str, variable: str, default: Any) -> Any:
        typed = given.get(key)
        for value, where in (
            (typed, "command line"),
            (env.get(variable), variable),
            (settings.get(key), "config.toml"),
        ):
            if value not in (None, ""):
                origin[key] = where
                return value
        origin[key] = "default"
        return default() if callable(default) else default

    return Config(
        store=Path(choose("store", "CARECLI_STORE", lambda: default_store(env))),
        key_file=folder / "customer.key",
        tz=str(choose("tz", "CARECLI_TZ", lambda: local_zone(env))),
        pack=str(choose("pack", "CARECLI_PACK", "tally")),
        week_start=int(settings.get("week_start", 0)),
        mappings=folder / "mappings",
        where=dict(settings.get("where", {})),
        zones=dict(settings.get("zones", {})),
        addresses=dict(settings.get("addresses", {})),
        open_with=str(settings.get("open_with", "")),
        origin=origin,
    )
