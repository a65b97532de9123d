"""A user's pack over a shipped one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from carecli.policy.pack import Pack, load_pack

Variant = Callable[[str, str], Pack]


@pytest.fixture
def variant(tmp_path: Path) -> Variant:
    """A shipped pack with its switches thrown: the base and the text over it."""

    def write(base: str, text: str) -> Pack:
        path = tmp_path / "variant.toml"
        path.write_text(f'extends = "{base}"\n{text}\n', encoding="utf-8")
        return load_pack(str(path), zone="Europe/Berlin")

    return write
