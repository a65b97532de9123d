"""Open seconds since an epoch, F(t), as a sorted table of open and close edges, searched in both directions.

Points in time are whole epoch seconds (UTC). All arithmetic is on integers.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

Span = tuple[int, int]
"""A half-open stretch of time [from, to) in epoch seconds."""


def merged(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The union of half-open spans, sorted; spans that touch become one, empty ones vanish."""
    union: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        else:
            union.append((start, end))
    return tuple(union)


def without(spans: Sequence[Span], cuts: Sequence[Span]) -> list[Span]:
    """`spans` less `cuts`; both sorted and without overlap, as `merged` gives them."""
    left: list[Span] = []
    for start, end in spans:
        for cut_start, cut_end in cuts:
            if cut_start >= end or cut_end <= start:
                continue
            if start < cut_start:
                left.append((start, cut_start))
            start = cut_end
        if start < end:
            left.append((start, end))
    return left


@dataclass(frozen=True)
class Edges:
    """The open blocks of a stretch of time: `opens` and `closes` are the edges, `before` and `after` F at each.

    The first block is empty and marks the beginning of the table, so every instant from there has a block to its left.
    """

    opens: pl.Series
    closes: pl.Series
    before: pl.Series
    after: pl.Series

    @classmethod
    def of(cls, begin: int, blocks: Sequence[Span]) -> Edges:
        """A table of sorted, disjoint open blocks that all start at `begin` or later."""
        opens = pl.Series("opens", [begin, *(block[0] for block in blocks)], dtype=pl.Int64)
        closes = pl.Series("closes", [begin, *(block[1] for block in blocks)], dtype=pl.Int64)
        after = (closes - opens).cum_sum()
        return cls(opens, closes, (after - (closes - opens)).alias("before"), after.alias("after"))

    @cached_property
    def lists(self) -> tuple[list[int], list[int], list[int], list[int]]:
        """The four columns as lists: one search in a list is a hundred times faster than one in a column."""
        return self.opens.to_list(), self.closes.to_list(), self.before.to_list(), self.after.to_list()

    @property
    def total(self) -> int:
        """Open seconds in the whole table."""
        return self.lists[3][-1]

    def open_seconds_at(self, at: int) -> int:
        """F(t) of one instant."""
        opens, closes, before, _ = self.lists
        block = bisect_right(opens, at) - 1
        return before[block] + min(at, closes[block]) - opens[block]

    def earliest_at(self, open_seconds: int) -> int:
        """F⁻¹ of one number."""
        opens, _, before, after = self.lists
        block = bisect_left(after, open_seconds)
        return opens[block] + open_seconds - before[block]

    @cached_property
    def closed_before(self) -> pl.Series:
        """Each opening less the open seconds before it: F(t) of an open instant is the instant less this."""
        return self.opens - self.before

    def open_seconds(self, at: pl.Series) -> pl.Series:
        """F(t): open seconds from the beginning of the table to each instant. Null stays null."""
        block = self._block_left_of(at)
        return at.clip(upper_bound=self.closes.gather(block)) - self.closed_before.gather(block)

    def earliest(self, open_seconds: pl.Series) -> pl.Series:
        """F⁻¹: the earliest instant with that many open seconds behind it (C0.23). Null stays null."""
        block = self.after.search_sorted(open_seconds.fill_null(0), side="left")
        return open_seconds + self.closed_before.gather(block)

    def is_open(self, at: pl.Series) -> pl.Series:
        """Whether each instant lies in a half-open block [open, close). Null stays null."""
        return (at < self.closes.gather(self._block_left_of(at))).alias(at.name)

    def next_opening(self, at: pl.Series) -> pl.Series:
        """Each instant itself where it is open, else the next opening. Null stays null."""
        following = self.closes.search_sorted(self._filled(at), side="right")
        return at.clip(lower_bound=self.opens.gather(following))

    def between(self, start: int, end: int) -> list[Span]:
        """The open blocks inside [start, end), clipped to it."""
        opens, closes, _, _ = self.lists
        blocks = range(bisect_right(closes, start), bisect_left(opens, end))
        return [(max(opens[block], start), min(closes[block], end)) for block in blocks]

    def _block_left_of(self, at: pl.Series) -> pl.Series:
        return self.opens.search_sorted(self._filled(at), side="right") - 1

    def _filled(self, at: pl.Series) -> pl.Series:
        """A search needs a value; what it finds for a null is null again in the sum or comparison that follows."""
        return at.fill_null(int(self.opens[0]))
