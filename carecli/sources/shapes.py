"""What the cells of an unknown column look like, from a sample: the evidence a mapping is proposed from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from zoneinfo import ZoneInfo

from carecli.sources.cells import is_missing
from carecli.sources.dates import NUMERIC, as_moment
from carecli.sources.records import BadCell

UTC = ZoneInfo("UTC")
_CLOCK = re.compile(r"-?(\d+ days?,? )?\d{1,5}:[0-5]\d(:[0-5]\d([.,]\d+)?)?")
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)*%?")
_WHOLE = re.compile(r"[+-]?\d{1,15}")
_EPOCH = re.compile(r"\d{9,16}(\.\d+)?")
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,(\d{1,2}|\d{4,})%?")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[\d ()/.-]{7,20}")
_FLAGS = frozenset({"true", "false", "yes", "no", "t", "f"})
_OFFSET = re.compile(r"(Z|UTC|GMT|[+-]\d\d:?\d\d)$")
FEW = 12
"""At most so many different words make a column one of words."""


@dataclass(frozen=True)
class SampledColumn:
    """A column as it stands in the file, and some of its cells (of the first rows, in order, empty ones too)."""

    name: str
    cells: Sequence[str]

    @cached_property
    def said(self) -> tuple[str, ...]:
        """The cells that say something."""
        return tuple(cell.strip() for cell in self.cells if not is_missing(cell))

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The different cells, in order of first sight."""
        return tuple(dict.fromkeys(self.said))

    @property
    def is_unique(self) -> bool:
        return len(self.words) == len(self.said) == len(self.cells) > 0

    @property
    def has_few_words(self) -> bool:
        return 0 < len(self.words) <= FEW and (len(self.said) < 4 or len(self.words) < len(self.said))

    @cached_property
    def is_time(self) -> bool:
        """Points in time, in any spelling; whole numbers only of the size of an epoch."""
        return bool(self.said) and all(map(_is_time, self.said))

    @property
    def is_numeric_date(self) -> bool:
        """Dates whose order the file must prove."""
        return self.is_time and any(NUMERIC.fullmatch(cell) for cell in self.said)

    @property
    def tells_offset(self) -> bool:
        """Whether every time says its zone, or is an epoch."""
        return self.is_time and all(_OFFSET.search(cell) or _EPOCH.fullmatch(cell) for cell in self.said)

    @property
    def is_clock(self) -> bool:
        return self._all(_CLOCK)

    @property
    def is_number(self) -> bool:
        return self._all(_NUMBER)

    @property
    def is_whole(self) -> bool:
        return self._all(_WHOLE)

    @property
    def has_decimal_comma(self) -> bool:
        """Whether a comma stands where no thousands can."""
        return self.is_number and any(map(_DECIMAL_COMMA.fullmatch, self.said))

    @property
    def is_flag(self) -> bool:
        return bool(self.said) and all(word.lower() in _FLAGS for word in self.words)

    @property
    def is_mail(self) -> bool:
        return self._all(_MAIL)

    @property
    def is_phone(self) -> bool:
        """Numbers as people write them: with a plus, blanks or hyphens among the digits."""
        return self._all(_PHONE) and not self.is_time and any(mark in cell for cell in self.said for mark in "+ ()-")

    def _all(self, form: re.Pattern[str]) -> bool:
        return bool(self.said) and all(map(form.fullmatch, self.said))


def _is_time(cell: str) -> bool:
    if _WHOLE.fullmatch(cell) and not 9 <= len(cell.lstrip("+-")) <= 16:
        return False
    try:
        return as_moment(cell, "", UTC, "dmy") is not None
    except BadCell:
        pass
    try:
        return as_moment(cell, "", UTC, "mdy") is not None
    except BadCell:
        return False
