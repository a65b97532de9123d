"""Every vendor's export here ends in the store as its `expected.json` says, which was written from the format alone."""

from __future__ import annotations

import json

import pytest

from carecli.sources.catalog import load_catalog
from tests.vendors.cases import HERE, case_folders, differences, kinds_covered, run


@pytest.mark.parametrize("case", case_folders(), ids=lambda folder: str(folder.relative_to(HERE)))
def test_export_ends_as_described_and_changes_nothing_when_it_comes_again(case, tmp_path):
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    outcome = run(case, expected, tmp_path)
    found = differences(expected, outcome)
    assert not found, "\n".join(found)
    # The last file once more, into the same store.
    again = run(case, expected | {"files": expected["files"][-1:]}, tmp_path, stages="again")
    assert again.tables == outcome.tables


def test_every_kind_of_the_catalog_has_a_case():
    covered = kinds_covered()
    missing = [kind for kind, entry in load_catalog().items() if entry.canonical is None and kind not in covered]
    assert not missing
