"""The dictionary as plain objects for JSON; the order of keys is fixed, so equal packs give equal bytes."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from carecli.boards.dictionary import DictionaryPage


def dictionary_json(page: DictionaryPage) -> dict[str, Any]:
    """Every field of every entry; `quantile_method` is null where a metric is no quantile."""
    return {"board": "dictionary", "pack": page.pack, "metrics": [asdict(entry) for entry in page.entries]}
