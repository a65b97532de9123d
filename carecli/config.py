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

TABLES = ("where", "zones", "addresses", "filters", "privacy", "keys")
CONFIG_KEYS = ("store", "tz", "pack", "week_start", "theme", "open_with", *TABLES)
THEMES = ("dark", "light", "high-contrast", "colour-blind")
AGENTS = ("named", "masked")


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
    theme: str = THEMES[0]
    filters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Name -> a slice (`[filters.night]`), chosen with `F` in the app and `--filter` on the command line."""
    agents: str = AGENTS[0]
    """Whether agents are named where names and subjects are shown (`[privacy] agents`)."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Name of an action -> its keys, `"f5,r"` (`[keys]`)."""
    origin: Mapping[str, str] = field(default_factory=dict)


def config_file(environ: Mapping[str, str] | None = None) -> Path:
    """Where the settings are kept; there may be none yet."""
    return config_folder(os.environ if environ is None else environ) / "config.toml"


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
    _check(path, settings)
    return settings


def _check(path: Path, settings: Mapping[str, Any]) -> None:
    """UsageProblem for a setting of another shape than it must have."""
    for name in TABLES:
        if not isinstance(settings.get(name, {}), dict):
            raise UsageProblem(f"{path}: {name} is no table", hint=f"write [{name}], and its keys below it")
    filters = settings.get("filters", {})
    _texts(path, "where", settings.get("where", {}))
    _texts(path, "keys", settings.get("keys", {}))
    for name, slice_ in filters.items():
        if not isinstance(slice_, dict) or not slice_:
            raise UsageProblem(
                f"{path}: filters.{name} is no slice", hint=f'[filters.{name}], below it queue = "Billing"'
            )
        _texts(path, f"filters.{name}", slice_)
    _one_of(path, "theme", settings.get("theme", THEMES[0]), THEMES)
    privacy = settings.get("privacy", {})
    _one_of(path, "privacy.agents", privacy.get("agents", AGENTS[0]), AGENTS)
    if unknown := [key for key in privacy if key != "agents"]:
        raise UsageProblem(f"{path}: unknown key {unknown[0]!r} in privacy", hint="known keys: agents")


def _texts(path: Path, table: str, values: Mapping[str, Any]) -> None:
    for key, value in values.items():
        if not isinstance(value, str):
            raise UsageProblem(f"{path}: {table}.{key} is no text: one value in quotes", hint=f'{key} = "..."')


def _one_of(path: Path | str, key: str, value: object, known: tuple[str, ...]) -> None:
    if value not in known:
        raise UsageProblem(f"{path}: {key} is {value!r}", hint=f"one of {', '.join(known)}")


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

    for key in (*TABLES, "week_start", "open_with"):
        origin[key] = "config.toml" if key in settings else "default"
    theme = str(choose("theme", "CARECLI_THEME", THEMES[0]))
    _one_of(origin["theme"], "theme", theme, THEMES)

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
        theme=theme,
        filters=dict(settings.get("filters", {})),
        agents=settings.get("privacy", {}).get("agents", AGENTS[0]),
        keys=dict(settings.get("keys", {})),
        origin=origin,
    )
