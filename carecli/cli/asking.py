"""What a question is asked under: settings, as of when, in which zone, by which pack, of which slice."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from carecli import config
from carecli.boards.needs import Needs
from carecli.errors import NoStore, UsageProblem
from carecli.policy.pack import Pack, load_pack
from carecli.store.frames import load_snapshot, newest_watermark
from carecli.store.snapshot import Snapshot


@dataclass(frozen=True)
class Asking:
    """The circumstances of a question. `as_of` is epoch seconds."""

    settings: config.Config
    as_of: int
    zone: str
    where: Mapping[str, str | None]
    """The slice; None is that of the rows without a value there."""

    @cached_property
    def pack(self) -> Pack:
        return load_pack(self.settings.pack, zone=self.zone)

    def load(self, needed: Needs) -> Snapshot:
        """The frames a board or metric needs, of one generation of the store."""
        return load_snapshot(self.settings.store, needed.tables, needed.first, needed.last)


def asking(
    *,
    store: str | None = None,
    as_of: str | None = None,
    pack: str | None = None,
    tz: str | None = None,
    where: Mapping[str, str] | None = None,
) -> Asking:
    """The circumstances from what was typed, else from the settings. UsageProblem for what makes no sense."""
    settings = config.load(store=store, pack=pack, tz=tz)
    zone = checked_zone(settings.tz)
    return Asking(settings, instant_asked(as_of, zone, settings), zone, slice_of({**settings.where, **(where or {})}))


def slice_of(where: Mapping[str, str]) -> dict[str, str | None]:
    """A slice as it is typed or clicked: the empty text asks for the rows without a value."""
    return {dimension: value or None for dimension, value in where.items()}


def checked_zone(name: str) -> str:
    """The IANA zone of that name; UsageProblem where there is none."""
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise UsageProblem(f"no such time zone: {name!r}", hint="an IANA name such as Europe/Berlin") from None


def instant_asked(text: str | None, zone: str, settings: config.Config) -> int:
    """`last`, an ISO time (of the reporting zone where it has no offset), or now."""
    if text is None:
        return int(time.time())
    if text == "last":
        newest = newest_watermark(settings.store)
        if newest is None:
            raise NoStore("the store holds no rows yet", hint="import something first: carecli import FILE...")
        return newest
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise UsageProblem(f"--as-of takes an ISO time or `last`, not {text!r}", hint="2025-05-13T08:45") from None
    return int((at if at.tzinfo else at.replace(tzinfo=ZoneInfo(zone))).timestamp())
