"""Metrics of survey answers: CSAT, NPS, response rate (R15-R18, R31, R39)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from carecli.metrics.frames import code
from carecli.metrics.measures import (
    SYSTEM,
    TEST,
    Exclusion,
    Expression,
    Measure,
    Metric,
    Namespace,
    Term,
    both,
    flag,
    rows,
)
from carecli.policy.pack import Pack
from carecli.tables import SURVEY_KINDS

NOT_OURS = (TEST, SYSTEM)
NOT_VALID = (
    *NOT_OURS,
    Exclusion("without a vote", flag("blank")),
    Exclusion("repeated", flag("repeated")),
    Exclusion("late", flag("late"), "csat.late"),
)


def _of_kind(kind: str) -> Term:
    number = code(SURVEY_KINDS, kind)
    return lambda ns, _pack: ns.col("kind") == number


def _resolution(pack: Pack) -> str:
    return f"{pack.csat.late_hours} h, to the resolution" if pack.csat.late == "exclude" else ""


def _later_answers(_pack: Pack) -> str:
    return "to any later answer"


def _promoters_less_detractors(ns: Namespace, _pack: Pack) -> Expression:
    return ns.col("promoter") - ns.col("detractor")


CSAT = Metric(
    id="csat",
    title="Customer satisfaction",
    unit="ratio",
    direction="higher",
    shape="ratio",
    formula="favourable answers / valid answers, by answer; favourable are the best two votes, or a yes",
    numerator=rows("surveys", flag("favourable")),
    denominator=rows("surveys"),
    population=both(_of_kind("csat"), flag("answered")),
    exclusions=(*NOT_VALID, Exclusion("unknown scale", flag("unjudged"))),
    time="responded_at",
    window="by answer",
    look_back=_resolution,
    look_ahead=_later_answers,
    sources=("surveys",),
    needs=("surveys",),
    requirement="R15, R16, R31",
    pack_key="csat",
    minimum_n=lambda pack: pack.csat.minimum_n,
    nothing="no answers",
)

RESPONSE_RATE = Metric(
    id="csat_response_rate",
    title="CSAT response rate",
    unit="ratio",
    direction="higher",
    shape="ratio",
    formula="CSAT surveys answered, late ones too / CSAT surveys sent, by sending",
    numerator=rows("surveys", flag("answered")),
    denominator=rows("surveys"),
    population=both(_of_kind("csat"), flag("sent")),
    exclusions=(*NOT_OURS, Exclusion("repeated", flag("repeated"))),
    time="sent_at",
    window="by sending",
    look_ahead=_later_answers,
    sources=("surveys",),
    needs=("surveys",),
    requirement="C0.12, R39",
    pack_key="bands.csat_response_rate",
    nothing="no surveys sent",
)

NPS_TOUCH = Metric(
    id="nps_touch",
    title="NPS after a contact",
    goal="nps",
    unit="points",
    direction="higher",
    shape="ratio",
    formula="promoters (9-10) in % of valid answers - detractors (0-6) in %, by answer",
    numerator=Measure("surveys", flag("answered"), _promoters_less_detractors),
    denominator=rows("surveys"),
    population=both(_of_kind("nps_touch"), flag("answered")),
    exclusions=NOT_VALID,
    time="responded_at",
    window="by answer",
    look_back=_resolution,
    look_ahead=_later_answers,
    scale=Fraction(100),
    sources=("surveys",),
    needs=("surveys",),
    requirement="R16-R18, R31",
    pack_key="nps",
    minimum_n=lambda pack: pack.nps.minimum_n,
    nothing="no answers",
)

NPS_RELATIONSHIP = replace(
    NPS_TOUCH,
    id="nps_relationship",
    title="NPS of the relationship",
    population=both(_of_kind("nps_relationship"), flag("answered")),
)

SURVEY_METRICS = (CSAT, RESPONSE_RATE, NPS_TOUCH, NPS_RELATIONSHIP)
