"""Metrics of promises: attainment, late and at risk, first answers, callbacks (R42, R65, R71, R103, R108, R128)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

from carecli.metrics.dictionary_cases import NOT_RESOLVED
from carecli.metrics.dictionary_legs import LINEAR, NOT_OURS
from carecli.metrics.measures import Context, Exclusion, Expression, Metric, Namespace, both, flag, rows, total
from carecli.policy.amounts import decimal_text
from carecli.policy.pack import Pack

UNMEASURABLE = Exclusion("unmeasurable", flag("unmeasurable"))
NOT_JUDGED = (
    *NOT_RESOLVED,
    Exclusion("out of coverage", flag("uncovered")),
    UNMEASURABLE,
    Exclusion("exception", flag("excepted")),
    Exclusion("judged together", flag("together")),
)
"""Promises that are nobody's to keep by itself, in the order in which the reasons are asked."""

NOT_OVER = (
    Exclusion("ended unanswered", flag("withdrawn")),
    Exclusion("paused", flag("paused")),
    Exclusion("not yet due", flag("running")),
)
TABLES = ("cases", "case_events", "interactions", "legs")
NEEDS = ("cases", "interactions", "legs")


def _over(ns: Namespace, _pack: Pack) -> Expression:
    return (ns.col("met") == 1) | (ns.col("breached") == 1)


def _owed(ns: Namespace, _pack: Pack) -> Expression:
    """Rows that a pack promises a first sign of life."""
    return ~ns.col("ack_due_at").is_null()


def _acknowledged(ns: Namespace, _pack: Pack) -> Expression:
    return (ns.col("ack_met") == 1) | (ns.col("ack_breached") == 1)


def _by_automation(ns: Namespace, _pack: Pack) -> Expression:
    return (ns.col("ack_met") == 1) & (ns.col("automatic") == 1)


def _over_goal(sums: Mapping[str, int], _context: Context) -> str | None:
    """How many were kept, but later than the goal inside the limit (R117, R131, R134)."""
    return f"{sums['over_goal']} over the goal, within the limit" if sums["over_goal"] else None


def _automatic(sums: Mapping[str, int], _context: Context) -> str | None:
    return f"auto: {sums['automatic']}" if sums["automatic"] else None


def _waived(sums: Mapping[str, int], context: Context) -> str | None:
    """What an incident does to a share above the limit (R128)."""
    rules = context.pack.programme.exceptions
    limit = rules.weekly_limit
    if limit is None or Fraction(sums["numerator"], sums["denominator"]) <= limit:
        return None
    waived = rules.waived_by_incident and sums["by_incident"] > 0
    return f"waived: {sums['by_incident']} by an incident" if waived else f"over {decimal_text(limit * 100)} %"


ATTAINMENT = Metric(
    id="attainment",
    title="SLA attainment",
    unit="ratio",
    direction="higher",
    shape="ratio",
    formula="clocks met / clocks met or breached, by due date; open and past due is breached",
    numerator=rows("promises", flag("met")),
    denominator=rows("promises", _over),
    exclusions=(*NOT_JUDGED, *NOT_OVER),
    time="booked_at",
    window="by due date",
    sources=TABLES,
    needs=NEEDS,
    requirement="R65, R75, R137, C0.24-C0.29",
    pack_key="priorities",
    nothing="no clock was due",
    asides={"over_goal": rows("promises", flag("over_goal"))},
    note=_over_goal,
)

BREACHED = replace(
    ATTAINMENT,
    id="breached",
    title="Breached clocks",
    unit="clocks",
    direction="lower",
    shape="count",
    formula="clocks that were not kept, open ones past due included, by due date",
    numerator=rows("promises", flag("breached")),
    denominator=None,
    requirement="R65, R27",
    asides={},
    note=None,
)

AT_RISK = replace(
    BREACHED,
    id="at_risk",
    title="Clocks at risk",
    formula="clocks not over that have used the pack's share of their time, or more than the goal inside the limit",
    numerator=rows("promises", flag("risky")),
    population=flag("risky"),
    exclusions=NOT_JUDGED,
    time=None,
    window="now",
    requirement="R120",
    pack_key="clocks.at_risk",
)

PAUSED = replace(
    AT_RISK,
    id="paused",
    title="Paused clocks",
    direction="none",
    formula="clocks stopped now by a pause that is open",
    numerator=rows("promises", flag("paused")),
    population=flag("paused"),
    requirement="R126, C0.29",
    pack_key="pauses",
)

NOT_TOGETHER = (*NOT_RESOLVED, Exclusion("out of coverage", flag("uncovered")), UNMEASURABLE,
                Exclusion("exception", flag("excepted")))  # fmt: skip
"""What answers that are judged together leave out."""

ANSWERED_IN_TIME = Metric(
    id="answered_in_time",
    title="Answered in time",
    unit="ratio",
    direction="higher",
    shape="ratio",
    formula="live contacts answered in the time their tier is promised / contacts of its denominator, by arrival",
    numerator=rows("promises", both(flag("met"), flag("judges"))),
    denominator=rows("promises", flag("judges")),
    population=flag("judges"),
    exclusions=NOT_TOGETHER,
    time="start",
    window="by arrival",
    sources=("interactions", "legs"),
    needs=("interactions", "legs"),
    requirement="R91, R106, R107, C0.27",
    pack_key="",
    nothing="no answer is judged together with others",
)

ANSWER_TIME = replace(
    ANSWERED_IN_TIME,
    id="answer_time",
    title="Answer time",
    unit="seconds",
    direction="lower",
    formula="waits of live contacts that are judged together / these contacts, by arrival",
    numerator=total("promises", flag("judges"), "elapsed_sec"),
    requirement="R99",
)

ANSWER_TIME_P50 = replace(
    ANSWER_TIME,
    id="answer_time_p50",
    title="Answer time p50",
    shape="quantile",
    quantile=Fraction(1, 2),
    quantile_method=LINEAR,
    formula="p50 of the waits of live contacts that are judged together, linear between ranks",
    requirement="R32, R92, R99",
    band="-",
)

EXCEPTION_SHARE = Metric(
    id="exception_share",
    title="Cases carrying an exception",
    unit="ratio",
    direction="lower",
    shape="ratio",
    formula="cases with an exception or a pause set by itself / cases of which a clock ran in the window, each once",
    numerator=rows("clocked_cases", flag("carries")),
    denominator=rows("clocked_cases"),
    exclusions=NOT_RESOLVED,
    window="a clock ran in the window",
    sources=("cases", "case_events", "incidents"),
    needs=("cases",),
    requirement="R128",
    pack_key="pauses.reasons",
    nothing="no case had a clock",
    asides={"by_incident": rows("clocked_cases", flag("by_incident"))},
    note=_waived,
)

FIRST_RESPONSE_TIME = Metric(
    id="first_response_time",
    title="First response time",
    unit="seconds",
    direction="lower",
    shape="ratio",
    formula="elapsed from creation to the first reply of a person / cases answered, by the reply",
    numerator=total("first_answers", flag("answered"), "answer_sec"),
    denominator=rows("first_answers", flag("answered")),
    population=flag("answered"),
    exclusions=NOT_RESOLVED,
    time="answered_at",
    window="by first response",
    sources=("cases", "case_events"),
    needs=("cases",),
    requirement="R42, R71, R78",
    pack_key="",
    nothing="no case was answered",
)

FIRST_RESPONSE_TIME_P50 = replace(
    FIRST_RESPONSE_TIME,
    id="first_response_time_p50",
    title="First response time p50",
    shape="quantile",
    quantile=Fraction(1, 2),
    quantile_method=LINEAR,
    formula="p50 of the time from creation to the first reply of a person, linear between ranks",
    requirement="R32, R42",
    band="-",
)

FIRST_RESPONSE_TIME_P90 = replace(
    FIRST_RESPONSE_TIME_P50,
    id="first_response_time_p90",
    title="First response time p90",
    quantile=Fraction(9, 10),
    formula="p90 of the time from creation to the first reply of a person, linear between ranks",
)

ACKNOWLEDGEMENT = Metric(
    id="acknowledgement",
    title="Acknowledged in time",
    unit="ratio",
    direction="higher",
    shape="ratio",
    formula="cases with any reply, an automatic one too, in the pack's time / cases whose time is over, by due date",
    numerator=rows("first_answers", flag("ack_met")),
    denominator=rows("first_answers", _acknowledged),
    population=_owed,
    exclusions=(
        *NOT_RESOLVED,
        UNMEASURABLE,
        Exclusion("ended unanswered", flag("ack_withdrawn")),
        Exclusion("not yet due", flag("ack_open")),
    ),
    time="ack_due_at",
    window="by due date",
    sources=("cases", "case_events"),
    needs=("cases",),
    requirement="R71",
    pack_key="",
    nothing="nothing promised was due",
    asides={"automatic": rows("first_answers", _by_automation)},
    note=_automatic,
)

CALLBACK_IN_TIME = Metric(
    id="callback_in_time",
    title="Callbacks in time",
    unit="ratio",
    direction="higher",
    shape="ratio",
    formula="callbacks made within the pack's time / callbacks owed whose time is over or that were made, by due date",
    numerator=rows("callbacks", flag("met")),
    denominator=rows("callbacks", _over),
    exclusions=(*NOT_OURS, UNMEASURABLE, Exclusion("not yet due", flag("running"))),
    time="due_at",
    window="by due date",
    sources=("interactions",),
    needs=("interactions",),
    requirement="R103, R109",
    pack_key="",
    nothing="no callback was due",
)

MISSED_OFFERS = Metric(
    id="missed_offers",
    title="Callback offers missed",
    unit="ratio",
    direction="lower",
    shape="ratio",
    formula="callers offered no callback, even if answered / callers of the pack's tiers who waited beyond its time",
    numerator=rows("callback_offers", flag("missed")),
    denominator=rows("callback_offers"),
    exclusions=(*NOT_OURS, UNMEASURABLE),
    time="entered",
    window="by arrival in the queue",
    sources=("interactions", "legs"),
    needs=("interactions", "legs"),
    requirement="R108, C0.31",
    pack_key="",
    nothing="nobody waited so long, or the pack asks for no offers",
)

LATE_OFFERS = replace(
    MISSED_OFFERS,
    id="late_offers",
    title="Callback offers late",
    formula="callers offered a callback after the pack's time / callers of its tiers who waited longer than that",
    numerator=rows("callback_offers", flag("late")),
)

PROMISE_METRICS = (
    *(ATTAINMENT, BREACHED, AT_RISK, PAUSED, EXCEPTION_SHARE),
    *(FIRST_RESPONSE_TIME, FIRST_RESPONSE_TIME_P50, FIRST_RESPONSE_TIME_P90, ACKNOWLEDGEMENT),
    *(ANSWERED_IN_TIME, ANSWER_TIME, ANSWER_TIME_P50),
    *(CALLBACK_IN_TIME, MISSED_OFFERS, LATE_OFFERS),
)
