"""What the user set for the app: theme, saved filters, keys, and what is masked where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carecli.privacy.masking import Masker


@dataclass(frozen=True, slots=True)
class Preferences:
    """The defaults are those of an app without settings; without a key nothing can be masked."""

    theme: str = "dark"
    filters: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Name -> slice."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action -> keys, as they were written."""
    key: bytes | None = field(default=None, repr=False)
    """Masks are made by it."""
    agents_named: bool = True
    """Whether agents are named where the page isn't masked."""

    def masker(self) -> Masker | None:
        return None if self.key is None else Masker(self.key, agents=False, customers=False)
