"""What a pack's goals come to with the votes that are there (R46)."""

from __future__ import annotations

from fractions import Fraction
from math import ceil

import polars as pl

from carecli.metrics.facts import Facts
from carecli.metrics.judging import measured_by
from carecli.policy.amounts import decimal_text
from carecli.policy.bands import AtLeast

HALF = Fraction(1, 2)


def lint_goals(facts: Facts) -> tuple[str, ...]:
    """Goals of a median that whole votes can't have: `goals.csat_centre: of whole votes, median >=4.6 means median 5`.

    A median of whole votes is a whole or a half number.
    """
    if not _votes_are_whole(facts):
        return ()
    told = []
    for name, goal in facts.pack.programme.goals.items():
        if measured_by(goal) == ("csat_median",) and isinstance(goal.band, AtLeast):
            asked = goal.band.goal.value
            least = ceil(asked / HALF) * HALF
            if least != asked:
                means = f"median >={decimal_text(asked)} means median {decimal_text(least)}"
                told.append(f"goals.{name}: of whole votes, {means}")
    return tuple(told)


def _votes_are_whole(facts: Facts) -> bool:
    votes = facts.surveys.filter(pl.col("of_five") == 1)["score_thousandths"].drop_nulls()
    return len(votes) > 0 and bool((votes % 1000 == 0).all())
