"""What is asked at the first start, checked, and the pack that says what of it differs from the one chosen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from carecli.clocks.hours import weekly_hours
from carecli.errors import UsageProblem
from carecli.policy.calendars import is_zone, public_holidays
from carecli.policy.layers import read_layers
from carecli.policy.pack import load_pack

OWN_PACK = "own"
"""The name of the pack that is written beside the settings."""


@dataclass(frozen=True, slots=True)
class FirstChoices:
    """`hours` are lines such as `Mon-Fri 09:00-18:00` with semicolons between; empty is the pack's own."""

    zone: str
    pack: str
    hours: str = ""
    country: str = ""
    subdivision: str = ""
    exports: str = ""
    """A file or folder to import from."""
    where: Mapping[str, str] = field(default_factory=dict)
    theme: str = "dark"

    @property
    def hour_lines(self) -> list[str]:
        return [line.strip() for line in self.hours.split(";") if line.strip()]

    @property
    def differs(self) -> bool:
        """Whether a pack of one's own is needed."""
        return bool(self.country) or (bool(self.hour_lines) and self.hour_lines != pack_hours(self.pack))


def pack_hours(name: str) -> list[str]:
    """The opening hours of a pack's queues, as it writes them."""
    values = read_layers(name).values
    calendar = values["calendars"][values["queues"]["default_calendar"]]
    return [str(line) for line in calendar["hours"]]


def checked(choices: FirstChoices) -> FirstChoices:
    """The choices; UsageProblem (or PackError) names the first one that makes no sense."""
    if not is_zone(choices.zone):
        raise UsageProblem(f"no such time zone: {choices.zone!r}", hint="an IANA name such as Europe/Berlin")
    load_pack(choices.pack, zone=choices.zone)
    if choices.hours.strip():
        try:
            weekly_hours(choices.hour_lines)
        except ValueError as problem:
            raise UsageProblem(f"opening hours: {problem}") from None
    if choices.country or choices.subdivision:
        try:
            public_holidays(choices.country.upper(), choices.subdivision.upper() or None)
        except ValueError as problem:
            raise UsageProblem(f"holidays: {problem}", hint="ISO 3166 codes such as DE and BE") from None
    if choices.exports and not Path(choices.exports).expanduser().exists():
        raise UsageProblem(f"no such file or folder: {choices.exports}")
    return choices


def own_pack(choices: FirstChoices) -> str:
    """A pack as TOML that extends the chosen one: opening hours and public holidays of its queues' calendar."""
    name = str(read_layers(choices.pack).values["queues"]["default_calendar"])
    lines = [
        "# The care programme of this team: what differs from the one it extends.",
        f"extends = {quoted(choices.pack)}",
        'title = "Our care programme"',
        "",
        f"[calendars.{name}]",
    ]
    if choices.hour_lines:
        lines.append(f"hours = [{', '.join(map(quoted, choices.hour_lines))}]")
    if choices.country:
        holidays = [f"country = {quoted(choices.country.upper())}"]
        holidays += [f"subdivision = {quoted(choices.subdivision.upper())}"] if choices.subdivision else []
        lines.append(f"holidays = {{ {', '.join(holidays)} }}")
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """The text as a TOML string."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
