"""Survey answers (R15-R18, R31, R46, R74)."""

from __future__ import annotations

from fractions import Fraction

from tests.oracle.plain.registry import OF_SURVEYS, SECOND, counted, metric


def _valid(row):
    return [("without a vote", row["score"] is None), ("repeated", row["repeated"]), ("late", row["late"])]


@metric("csat", "ratio", OF_SURVEYS, minimum=lambda settings: settings["csat"]["minimum_n"])
def csat(facts, _window):
    for row in facts.surveys:
        if row["kind"] == "csat" and row["answered_at"] is not None:
            more = [*_valid(row), ("unknown scale", row["favourable"] is None)]
            yield counted(row, row["answered_at"], adds=row["favourable"] or 0, more=more)


@metric("csat_response_rate", "ratio", OF_SURVEYS)
def csat_response_rate(facts, _window):
    for row in facts.surveys:
        if row["kind"] == "csat" and row["sent_at"] is not None:
            answer = row["answered_at"] is not None
            yield counted(row, row["sent_at"], adds=answer, more=[("repeated", row["repeated"])])


def _nps(facts, kind):
    for row in facts.surveys:
        if row["kind"] == kind and row["answered_at"] is not None:
            yield counted(row, row["answered_at"], adds=_promotes(facts, row["score"]), more=_valid(row))


def _promotes(facts, score):
    nps = facts.settings["nps"]
    return 0 if score is None else (score >= nps["promoters_from"]) - (score <= nps["detractors_to"])


def _enough(settings):
    return settings["nps"]["minimum_n"]


@metric("nps_touch", "ratio", OF_SURVEYS, scale=Fraction(100), minimum=_enough)
def nps_touch(facts, _window):
    return _nps(facts, "nps_touch")


@metric("nps_relationship", "ratio", OF_SURVEYS, scale=Fraction(100), minimum=_enough)
def nps_relationship(facts, _window):
    return _nps(facts, "nps_relationship")


def _votes(facts):
    for row in facts.surveys:
        if row["kind"] == "csat" and row["answered_at"] is not None:
            more = [*_valid(row), ("another scale", row["scale_max"] != 5)]
            yield counted(row, row["answered_at"], adds=round((row["score"] or 0) * 1000), more=more)


@metric("csat_mean", "ratio", OF_SURVEYS, scale=SECOND, minimum=lambda settings: settings["csat"]["minimum_n"])
def csat_mean(facts, _window):
    return _votes(facts)


@metric("csat_median", Fraction(1, 2), OF_SURVEYS, scale=SECOND, minimum=lambda settings: settings["csat"]["minimum_n"])
def csat_median(facts, _window):
    return _votes(facts)
