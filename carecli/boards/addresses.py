"""Where a case or a contact stands in its own system: the row's own address, else the source's template."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from carecli.errors import UsageProblem

IDS: Final = ("case_id", "interaction_id")
EXAMPLE: Final = "https://example.zendesk.com/agent/tickets/{case_id}"
_PLACE: Final = re.compile(r"\{([^{}]*)\}")
_FIT: Final = re.compile(r"[!-~]+")
"""What an address may consist of: printable ASCII without a blank."""


def address_of(own: str | None, template: str | None, ids: Mapping[str, str]) -> str | None:
    """The row's own address where it is one a browser may open, else the template with the row's id; None without."""
    if own and is_web_address(own):
        return own
    if template is None or not all(name in ids for name in _PLACE.findall(template)):
        return None
    return _PLACE.sub(lambda place: quote(ids[place[1]], safe=""), template)


def is_web_address(text: str) -> bool:
    """Whether it is http or https to some host, without blanks or control characters."""
    if not _FIT.fullmatch(text):
        return False
    try:
        parts = urlsplit(text)
        return parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        return False


def checked_templates(templates: Mapping[str, object]) -> dict[str, str]:
    """Source -> template as the settings have them. UsageProblem names the one that is no address with an id."""
    return {source: _checked(source, template) for source, template in templates.items()}


def _checked(source: str, template: object) -> str:
    if not isinstance(template, str):
        raise UsageProblem(f"addresses.{source} is no text", hint=f'{source} = "{EXAMPLE}"')
    places = _PLACE.findall(template)
    if not places or not {*places} <= {*IDS}:
        raise UsageProblem(f"addresses.{source} names no id: {template!r}", hint="one of {case_id}, {interaction_id}")
    host = urlsplit(template).netloc if is_web_address(template) else ""
    if not host or "{" in host:
        raise UsageProblem(f"addresses.{source} is no http or https address: {template!r}", hint=EXAMPLE)
    return template
