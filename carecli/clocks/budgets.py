"""What a clock is given: the edge word of its budget, and the night that widens it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from fractions import Fraction
from typing import Literal

from carecli.clocks.hours import Hours
from carecli.clocks.wall_time import MIDNIGHT

Edge = Literal["within", "under"]
"""`within` a budget the exact budget is a hit, `under` it a miss (C0.2)."""


@dataclass(frozen=True, slots=True)
class Night:
    """[begin, end) in local time; first-response clocks that start in it have `factor` times their budget (R95).

    With `widen` off nothing is widened, and what starts at night is still told apart. An `end` of 00:00 means 24:00.
    """

    begin: time
    end: time
    factor: Fraction
    widen: bool = True

    def __post_init__(self) -> None:
        if self.begin == self.end:
            raise ValueError(f"a night from {self.begin:%H:%M} to {self.end:%H:%M} has no length")
        if self.factor < 1:
            raise ValueError(f"a night that makes a target {self.factor} times as long: expected at least 1")

    @property
    def hours(self) -> Hours:
        """The night's blocks of one date."""
        if self.begin < self.end or self.end == MIDNIGHT:
            return ((self.begin, self.end),)
        return (MIDNIGHT, self.end), (self.begin, MIDNIGHT)

    def widened(self, amount: int, edge: Edge = "within") -> int:
        """A budget or threshold of whole seconds or milliseconds as it is at night.

        A fraction is dropped, for `under` filled up: a whole time is within 19.5 if within 19, under it if under 20.
        """
        if not self.widen:
            return amount
        exact = amount * self.factor
        return exact.__ceil__() if edge == "under" else exact.__floor__()
