"""Levels in the unit of the metric they are compared with, and back into words."""

from __future__ import annotations

from fractions import Fraction

from carecli.errors import UsageProblem
from carecli.metrics.figure import Figure, Unit
from carecli.policy.alerts import DAY, SECONDS, SIGNS, Beyond, Level, Limit

EXAMPLES: dict[Unit, str] = {"ratio": "80%", "seconds": "20s", "days": "2d"}
"""How a level of a unit is written; that of the others is a bare number."""


def level_in(unit: Unit, level: Level, of: str) -> Fraction:
    """The level as figures of that unit have it. UsageProblem, which names `of`, where its own unit doesn't fit."""
    bare = level.unit == ""
    match unit:
        case "ratio":
            fits = level.unit == "%" or (bare and level.number <= 1)
        case "seconds" | "days":
            fits = level.unit in SECONDS
        case "money":
            fits = bare or level.unit.isupper()
        case _:
            fits = bare or level.unit == "points"
    if not fits:
        raise UsageProblem(f"{of}: {level} is no level of {_nouns(unit)}", hint=f"such as {EXAMPLES.get(unit, '200')}")
    return level.size / DAY if unit == "days" else level.size


def limit_words(unit: Unit, limit: Limit) -> str:
    """`> 8 %`, `<= 20 s`."""
    level = limit.level
    percent = Level(level.number * 100, "%") if unit == "ratio" and not level.unit else level
    return f"{SIGNS[limit.beyond]} {percent}"


def holds(beyond: Beyond, value: Fraction, level: Fraction) -> bool:
    """Whether an exact value is on that side of a level (C0.1, C0.2)."""
    match beyond:
        case "above":
            return value > level
        case "at_least":
            return value >= level
        case "below":
            return value < level
    return value <= level


def exact(figure: Figure) -> Fraction | None:
    """The figure's value as a fraction: of its whole counts, else the shortest decimal that is the value.

    Two fractions of so few rows as a store can hold never share a float, so a comparison with a written level is
    exact either way.
    """
    if figure.value is None:
        return None
    if figure.numerator is not None and figure.denominator:
        share = Fraction(figure.numerator) / Fraction(figure.denominator)
        if float(share) == figure.value:
            return share
    return Fraction(repr(float(figure.value)))


def _nouns(unit: Unit) -> str:
    return {"ratio": "a share", "seconds": "a time", "days": "days", "money": "a sum of money"}.get(unit, unit)
