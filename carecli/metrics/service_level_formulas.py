"""The service-level formulas in use, as data over counts: systems differ by several points on the same contacts (R316).

T is the threshold. Every formula is a sum of counts over a sum of counts, so percentages are never averaged: add the
counts of intervals first. Where nothing was offered the share is None, not 100 %.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

import polars as pl

from carecli.clocks.tape import Edge
from carecli.errors import UsageProblem

COUNTS: Mapping[str, str] = {
    "answered": "answered",
    "answered_in": "answered in T",
    "abandoned": "abandoned",
    "abandoned_in": "abandoned in T",
    "abandoned_short": "short abandons",
    "flow_out": "flowed out",
    "callback": "callbacks",
    "callback_in": "callbacks in T",
    "offered": "offered",
}
"""The counts that formulas speak of, in words."""

Counts = Mapping[str, int | None]
"""Counts by name; one that is missing or None is unknown."""

Terms = tuple[str, ...]
"""Counts to add; one that begins with `-` is taken away."""

Grade = Literal["verified", "published", "unverified"]
"""From the vendor's own documentation; from others' published readings; a reading that nobody has confirmed."""


@dataclass(frozen=True, slots=True)
class Formula:
    """One way to measure the service level; `capped` where the system shows at most 100 %."""

    id: str
    system: str
    numerator: Terms
    denominator: Terms
    grade: Grade = "verified"
    capped: bool = False

    @property
    def words(self) -> str:
        return f"{_in_words(self.numerator)} / {_in_words(self.denominator)}"

    @property
    def needs(self) -> frozenset[str]:
        """The counts that must be known."""
        return frozenset(term.removeprefix("-") for term in (*self.numerator, *self.denominator))


ALL = ("answered", "abandoned")
IN_TIME = ("answered_in", "abandoned_in")

FORMULAS: tuple[Formula, ...] = (
    Formula("icmi_1", "icmi", IN_TIME, ALL, "published"),
    Formula("icmi_2", "icmi", ("answered_in",), ("answered",), "published"),
    Formula("icmi_3", "icmi", ("answered_in",), ALL, "published"),
    Formula("icmi_4", "icmi", ("answered_in",), (*ALL, "-abandoned_in"), "published"),
    Formula("icmi_5", "icmi", ("answered_in", "abandoned_short"), ALL, "published"),
    Formula("icmi_6", "icmi", ("answered_in",), (*ALL, "-abandoned_short"), "published"),
    Formula("offered", "pack", ("answered_in",), ("offered",)),
    Formula("talkdesk", "talkdesk", ("answered_in",), ("offered", "-abandoned_short")),
    Formula("amazon", "amazon", (*IN_TIME, "callback_in"), ("offered",)),
    Formula("genesys", "genesys", ("answered_in",), ALL),
    Formula("genesys_without_short", "genesys", ("answered_in",), (*ALL, "-abandoned_short")),
    Formula("genesys_without_abandons", "genesys", ("answered_in",), ("answered",)),
    Formula("genesys_flow_out", "genesys", ("answered_in",), (*ALL, "flow_out")),
    Formula("genesys_flow_out_without_short", "genesys", ("answered_in",), (*ALL, "flow_out", "-abandoned_short")),
    Formula("genesys_flow_out_without_abandons", "genesys", ("answered_in",), ("answered", "flow_out")),
    Formula("genesys_engage", "genesys_engage", ("answered_in",), (*ALL, "-abandoned_in"), "published"),
    Formula("twilio", "twilio", ("answered_in",), (*ALL, "-abandoned_short"), "unverified"),
    Formula("asterisk", "asterisk", ("answered_in",), ("answered",)),
    Formula("asterisk_2", "asterisk", IN_TIME, ALL),
    Formula("uccx_only_handled", "uccx", ("answered_in",), ("answered",)),
    Formula("uccx_without_abandons", "uccx", ("answered_in",), ("offered", "-abandoned_in")),
    Formula("uccx_positively", "uccx", IN_TIME, ("offered",)),
    Formula("uccx_negatively", "uccx", ("answered_in",), ("offered",)),
    Formula("avaya", "avaya", IN_TIME, ("offered",), "published"),
    Formula("avaya_without_abandons", "avaya", ("answered_in",), ("offered",), "published"),
    Formula("avaya_answered", "avaya", ("answered_in",), ("answered",), "published"),
    Formula("calabrio_1", "calabrio", ("answered_in",), ("offered",), capped=True),
    Formula("calabrio_2", "calabrio", IN_TIME, ("offered",), capped=True),
    Formula("calabrio_3", "calabrio", ("answered_in",), ("answered",), capped=True),
    Formula("ringcentral", "ringcentral", ("answered_in",), ("answered",)),
    Formula("ringcentral_with_abandons", "ringcentral", ("answered_in",), (*ALL, "-abandoned_short")),
    Formula("five9", "five9", ("answered_in",), ALL, "unverified"),
)
"""A system's first formula is what it shows unless its settings say otherwise. Genesys has a switch each for flow-outs,
short abandons and all abandons; all abandons hold the short ones, so these two are never both taken away."""

WITHOUT_FORMULA = ("aircall", "dialpad")
"""Systems that publish none."""

OF_PACK: Mapping[str, str] = {"answered": "icmi_2", "offered": "offered", "offered_minus_short": "talkdesk"}
"""A pack's denominator as a formula."""


def formulas_of(system: str) -> tuple[Formula, ...]:
    """The formulas of a system, its usual one first; empty where none is known."""
    return tuple(formula for formula in FORMULAS if formula.system == system)


def formula_named(name: str) -> Formula:
    """The formula of that id, or the usual one of that system; UsageProblem where there is none."""
    for formula in (*(each for each in FORMULAS if each.id == name), *formulas_of(name)):
        return formula
    known = ", ".join(formula.id for formula in FORMULAS)
    if name in WITHOUT_FORMULA:
        raise UsageProblem(f"{name} publishes no service-level formula", hint=f"choose one of {known}")
    raise UsageProblem(f"no such service-level formula: {name}", hint=f"one of auto, {known}")


def parts(formula: Formula, counts: Counts) -> tuple[int | None, int | None]:
    """Numerator and denominator; None where a count they need is unknown."""
    return _sum(formula.numerator, counts), _sum(formula.denominator, counts)


def share(formula: Formula, numerator: int | Fraction | None, denominator: int | Fraction | None) -> Fraction | None:
    """The service level of summed parts; None without volume."""
    if numerator is None or denominator is None or denominator <= 0:
        return None
    exact = Fraction(numerator) / Fraction(denominator)
    return min(exact, Fraction(1)) if formula.capped else exact


def service_level(formula: Formula, counts: Counts) -> Fraction | None:
    """The share of contacts served in time, exact."""
    return share(formula, *parts(formula, counts))


def summed(terms: Terms) -> pl.Expr:
    """The terms over count columns; null where one of them is."""
    signed = [-pl.col(term[1:]) if term.startswith("-") else pl.col(term) for term in terms]
    return pl.sum_horizontal(signed, ignore_nulls=False)


def in_time(wait_ms: pl.Expr, threshold_ms: pl.Expr, edge: Edge) -> pl.Expr:
    """Whether a wait is within T: at T exactly it is (`within`), as Asterisk has it, or is not (`under`)."""
    return wait_ms < threshold_ms if edge == "under" else wait_ms <= threshold_ms


def _sum(terms: Terms, counts: Counts) -> int | None:
    total = 0
    for term in terms:
        known = counts.get(term.removeprefix("-"))
        if known is None:
            return None
        total += -known if term.startswith("-") else known
    return total


def _in_words(terms: Terms) -> str:
    first, *others = terms
    words = COUNTS[first] + "".join(
        f" - {COUNTS[term[1:]]}" if term.startswith("-") else f" + {COUNTS[term]}" for term in others
    )
    return f"({words})" if others else words
