"""The sample is made once for all tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.demo import SAMPLE_END, SAMPLE_SEED, SAMPLE_START
from carecli.demo.write import write_exports
from tests.demo.reading import Exports


@pytest.fixture(scope="session")
def made_again(tmp_path_factory) -> Path:
    """The sample, made again in a folder of its own."""
    folder = tmp_path_factory.mktemp("sample")
    write_exports(folder, seed=SAMPLE_SEED, start=SAMPLE_START, end=SAMPLE_END)
    return folder


@pytest.fixture(scope="session")
def exports(made_again: Path) -> Exports:
    """The same, read back."""
    return Exports(made_again)
