"""Metrics of cases: first contact resolution, reopening, escalation, backlog (R14, R19-R23, R34, R35)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from carecli.clocks.wall_time import local_date
from carecli.metrics.measures import (
    SYSTEM,
    TEST,
    Context,
    Exclusion,
    Expression,
    Metric,
    Namespace,
    Term,
    everything,
    flag,
    rows,
)
from carecli.policy.pack import Pack

NOT_OURS = (TEST, SYSTEM)
NOT_RESOLVED = (*NOT_OURS, Exclusion("merged", flag("merged")), Exclusion("deleted", flag("deleted")))


def _fcr_key(_sums: Mapping[str, int], context: Context) -> str | None:
    """Names the window, the last day that is mature in full, and the key (C0.5, R14)."""
    pack = context.pack
    key = "case, else customer and reason" if pack.fcr.separate_followups_count else "case"
    if pack.fcr.window.seconds is None:
        return f"X={pack.fcr.days}bd, by {key}"
    mature = local_date(context.as_of - pack.fcr.window.seconds, ZoneInfo(context.zone)) - timedelta(days=1)
    return f"X={pack.fcr.days}d, matured to {mature}, by {key}"


def _no_touch_window(pack: Pack) -> str:
    return f"{pack.fcr.days} {pack.fcr.unit.replace('_', ' ')}"


def _escalated(ns: Namespace, pack: Pack) -> Expression:
    return ns.col("level") >= pack.escalation.level


def _levels(sums: Mapping[str, int], context: Context) -> str | None:
    """How many stopped at the pack's level, and how many went further (R20)."""
    if not sums["numerator"]:
        return None
    level = context.pack.escalation.level
    return f"T{level}: {sums['numerator'] - sums['further']}, above: {sums['further']}"


def _further(ns: Namespace, pack: Pack) -> Expression:
    return ns.col("level") > pack.escalation.level


def _verification(left_out_of: str) -> Term:
    """Multi-step verification, where the pack leaves it out of the numerator, or of both (R45)."""

    def holds(ns: Namespace, pack: Pack) -> Expression:
        asked = pack.classes.values("verification") and pack.programme.counting.verification == left_out_of
        return (ns.col("verification") == 1) & ns.lit(bool(asked))

    return holds


def _resolved_at_once(ns: Namespace, pack: Pack) -> Expression:
    """On the first contact, without a follow-up, and not by a rule left out."""
    at_once = (ns.col("first_contact") == 1) & (ns.col("followed") == 0)
    return at_once & ~_verification("numerator")(ns, pack)


FCR = Metric(
    id="fcr",
    title="First contact resolution",
    unit="ratio",
    direction="higher",
    shape="ratio",
    formula="resolved on contact 1, no follow-up in X / resolved, once X has passed",
    numerator=rows("resolutions", _resolved_at_once),
    denominator=rows("resolutions"),
    exclusions=(
        *NOT_RESOLVED,
        Exclusion("immature", flag("immature")),
        Exclusion("verification", _verification("both"), "counting.verification"),
    ),
    time="resolved_at",
    window="by resolution",
    look_ahead=_no_touch_window,
    sources=("cases", "interactions", "case_events"),
    needs=("cases", "interactions"),
    requirement="R14, R34, R35, R45",
    pack_key="fcr",
    nothing="no resolved cases",
    note=_fcr_key,
)

REOPEN_RATE = Metric(
    id="reopen_rate",
    title="Reopen rate",
    unit="ratio",
    direction="lower",
    shape="ratio",
    formula="cases reopened within X of their closure / cases closed, by closure; null until X has passed",
    numerator=rows("closures", flag("reopened")),
    denominator=rows("closures"),
    exclusions=(
        *NOT_RESOLVED,
        Exclusion("immature", flag("immature")),
        Exclusion("unmeasurable", flag("unmeasurable")),
    ),
    time="closed_at",
    window="by closure",
    look_ahead=lambda pack: f"{pack.reopen.days} days of 24 h",
    sources=("cases", "case_events"),
    needs=("cases",),
    requirement="R19",
    pack_key="reopen.days",
    nothing="no closed cases",
)

ESCALATION_RATE = Metric(
    id="escalation_rate",
    title="Escalation rate",
    unit="ratio",
    direction="lower",
    shape="ratio",
    formula="cases that ever reached the pack's level / cases, by creation",
    numerator=rows("cases", _escalated),
    denominator=rows("cases"),
    exclusions=(*NOT_RESOLVED, Exclusion("unmeasurable", flag("unmeasurable"))),
    time="created_at",
    window="by creation",
    look_ahead=lambda _pack: "as far as is known",
    sources=("cases", "case_events"),
    needs=("cases",),
    requirement="R20",
    pack_key="escalation.level",
    nothing="no cases",
    asides={"further": rows("cases", _further)},
    note=_levels,
)

BACKLOG = Metric(
    id="backlog",
    title="Backlog",
    unit="cases",
    direction="lower",
    shape="count",
    formula="open cases now; of a past day at the queue's closing time",
    numerator=rows("open_cases"),
    denominator=None,
    exclusions=NOT_OURS,
    window="now; of a past day at the queue's close",
    sources=("cases", "case_events"),
    needs=("cases",),
    requirement="R21, R22",
    pack_key="backlog.buckets_hours",
)

STALE = replace(
    BACKLOG,
    id="stale",
    title="Stale cases",
    formula="open cases without an act of an agent or the customer for the pack's time",
    numerator=rows("open_cases", flag("stale")),
    requirement="R23",
    pack_key="backlog.stale_hours",
)

UNASSIGNED = replace(
    BACKLOG,
    id="unassigned",
    title="Unassigned cases",
    formula="open cases that nobody has",
    numerator=rows("open_cases", flag("unassigned")),
    requirement="R21",
    pack_key="",
)

UNANSWERED = replace(
    UNASSIGNED,
    id="no_reply",
    title="Cases without a reply",
    formula="open cases without a first response",
    numerator=rows("open_cases", flag("unanswered")),
)

OLDEST = replace(
    UNASSIGNED,
    id="oldest_case",
    title="Oldest open case",
    unit="seconds",
    shape="maximum",
    formula="the age of the oldest open case",
    numerator=replace(rows("open_cases", everything), value=lambda ns, _pack: ns.col("age_seconds")),
    nothing="no open cases",
)

CREATED = replace(
    BACKLOG,
    id="cases_created",
    title="Cases created",
    direction="none",
    formula="cases, by creation",
    numerator=rows("cases"),
    exclusions=NOT_RESOLVED,
    time="created_at",
    window="by creation",
    requirement="R21",
    pack_key="",
    band="-",
)

RESOLVED = replace(
    CREATED,
    id="cases_resolved",
    title="Cases resolved",
    direction="none",
    formula="cases, by their first resolution",
    numerator=rows("closures"),
    time="closed_at",
    window="by first resolution",
)

CASE_METRICS = (CREATED, RESOLVED, FCR, REOPEN_RATE, ESCALATION_RATE, BACKLOG, STALE, UNASSIGNED, UNANSWERED, OLDEST)
