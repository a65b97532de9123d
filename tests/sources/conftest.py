from __future__ import annotations

import pytest

from carecli.sources.containers import opened
from carecli.sources.limits import Limits
from carecli.sources.reading import ReadOptions, read
from carecli.sources.records import Record
from carecli.sources.verdicts import BadRecord, SkippedRecord, Verdict


class Reading:
    """What a reader yields for some bytes, and how it ended."""

    def __init__(self, path, data, limits=None, **options):
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        self.items, self.verdict, self.feed = [], None, None
        try:
            with opened(str(path)) as file:
                self.feed = read(file, ReadOptions(**options), limits or Limits())
                for item in self.feed.items:
                    self.items.append(item)
        except Verdict as verdict:
            self.verdict = verdict

    @property
    def records(self):
        return [item for item in self.items if isinstance(item, Record)]

    @property
    def bad(self):
        return [(item.code, item.line, item.last_line) for item in self.items if isinstance(item, BadRecord)]

    @property
    def skipped(self):
        return [(item.reason, item.line) for item in self.items if isinstance(item, SkippedRecord)]

    @property
    def ids(self):
        return [record.cells["incident_id"] for record in self.records]

    @property
    def code(self):
        return (self.verdict.state, self.verdict.code, self.verdict.line) if self.verdict else None


@pytest.fixture
def reading(tmp_path):
    return lambda data, **options: Reading(tmp_path / "x[1].csv", data, **options)
