"""R1: every entry of the dictionary is complete; lint names what isn't, and targets of metrics that aren't there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import pytest

from carecli.metrics.dictionary import METRICS
from carecli.metrics.dictionary_lint import lint_dictionary
from carecli.metrics.figure import Unit
from carecli.metrics.measures import Exclusion, Measure, Metric, everything
from carecli.policy.pack import Pack
from tests.metrics.build import TALLY, Centre, figure, pack_with

CORE = ("volume", "service_level", "asa", "aht", "abandonment", "fcr", "csat", "nps_touch", "reopen_rate",
        "escalation_rate", "backlog", "stale")  # fmt: skip
NO_COST = "[bands]\ncost_per_contact = false\n"
"""The tally without a band whose metric may not be among the entries of a test."""


@pytest.fixture
def pack(tmp_path: Path) -> Pack:
    return pack_with(tmp_path, NO_COST)


def entries(**changed: Metric) -> list[Metric]:
    """The whole dictionary with some entries put in the place of others."""
    return [changed.get(name, metric) for name, metric in METRICS.items()]


def incomplete(name: str, **fields: Any) -> list[Metric]:
    return entries(**{name: replace(METRICS[name], **fields)})


def test_r1_twelve_core_metrics_are_complete(pack: Pack) -> None:
    assert lint_dictionary([METRICS[name] for name in (*CORE, "csat_response_rate")], pack) == []


def test_r1_the_whole_dictionary_is_complete(pack: Pack) -> None:
    assert lint_dictionary(METRICS.values(), pack) == []


def test_r1_an_entry_without_owner_is_named(pack: Pack) -> None:
    assert lint_dictionary(incomplete("asa", owner=""), pack) == ["asa.owner: missing"]


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"title": " "}, "asa.title: missing"),
        ({"formula": ""}, "asa.formula: missing"),
        ({"window": ""}, "asa.window: missing"),
        ({"requirement": ""}, "asa.requirement: missing"),
        ({"sources": ()}, "asa.sources: missing"),
        ({"needs": ()}, "asa.needs: missing"),
        ({"sources": ("legs", "moons")}, "asa.sources: no table moons"),
        ({"version": 0}, "asa.version: found 0, expected 1 or more"),
        ({"unit": "minutes"}, f"asa.unit: found 'minutes', expected one of {', '.join(get_args(Unit))}"),
        ({"direction": ""}, "asa.direction: found '', expected one of higher, lower, between, none"),
        ({"pack_key": "asa.moon"}, "asa.pack_key: own has no key asa.moon"),
        ({"quantile_method": "nearest rank"}, "asa.quantile_method: the metric is no quantile"),
        ({"exclusions": (Exclusion("", everything),)}, "asa.exclusions: the reason of number 1 is missing"),
        ({"exclusions": (Exclusion("a", everything),) * 2}, "asa.exclusions.a: given 2 times"),
        ({"exclusions": (Exclusion("a", everything, "asa.x"),)}, "asa.exclusions.a: own has no key asa.x"),
    ],
)
def test_every_field_is_missed(pack: Pack, fields: dict[str, Any], line: str) -> None:
    assert lint_dictionary(incomplete("asa", **fields), pack) == [line]


def test_a_quantile_without_method_is_named(pack: Pack) -> None:
    assert lint_dictionary(incomplete("asa_p90", quantile_method=None), pack) == ["asa_p90.quantile_method: missing"]


def test_an_id_is_used_once(pack: Pack) -> None:
    assert lint_dictionary([*METRICS.values(), METRICS["asa"]], pack) == ["asa.id: used by 2 entries"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("moon = { any = { at_least = 0.5 } }", "own.toml: bands.moon: there is no metric moon"),
        ('[goals]\nm = { metric = "churn_rate", statistic = "share", at_least = 0.5 }',
         "own.toml: goals.m: there is no metric churn_rate"),
        ('[alerts]\nm = { metric = "moon", above = 0.1, sustained = "15 min", every = "5 min" }',
         "own.toml: alerts.m: there is no metric moon"),
        ("[scorecard]\nmoon = 1", "own.toml: scorecard.moon: there is no metric moon"),
        ('[exceptions.flexes.m]\nfirst = 2025-12-01\nlast = 2025-12-07\nabout = "sale"\nmetric = "moon"\n'
         'channel = "voice"\nat_least = 0.5', "own.toml: exceptions.flexes.m: there is no metric moon"),
    ],
)  # fmt: skip
def test_a_target_of_a_metric_that_is_not_there_is_named(tmp_path: Path, text: str, line: str) -> None:
    without = [metric for metric in METRICS.values() if metric.id not in ("churn_rate", "moon")]
    assert lint_dictionary(without, pack_with(tmp_path, f"{NO_COST}{text}")) == [line]


def test_a_pack_may_set_goals_for_both_nps_by_one_name(tmp_path: Path) -> None:
    goal = '[goals]\nn = { metric = "nps", statistic = "score", at_least = "30 points" }'
    assert lint_dictionary(METRICS.values(), pack_with(tmp_path, f"{NO_COST}{goal}")) == []


def test_a_service_level_needs_its_metric(pack: Pack) -> None:
    others = [metric for name, metric in METRICS.items() if name != "service_level"]
    assert lint_dictionary(others, pack) == ["tally.toml: service_level: there is no metric service_level"]


def test_r32_the_method_named_is_the_one_used() -> None:
    """1..10 min: linear between ranks gives p50 5.5 and p90 9.1, the nearest rank 5 and 9."""
    centre = Centre()
    for minutes in range(1, 11):
        centre.call(1_000, talk_ms=minutes * 60_000, hold_ms=0, wrap_ms=0)
    facts = centre.facts("2025-05-13 18:00")
    assert [figure(facts, name).value for name in ("aht_p50", "aht_p90")] == [330, 546]
    quantiles = [metric for metric in METRICS.values() if metric.quantile is not None]
    assert len(quantiles) >= 3
    assert {metric.quantile_method for metric in quantiles} == {"linear between ranks"}


class Word:
    """What a portable expression may do, and nothing else: -, %, +, *, comparisons, and/or/not, is_null."""

    def _word(self, *_others: Any) -> Word:
        return Word()

    __sub__ = __mod__ = __add__ = __mul__ = __and__ = __or__ = __invert__ = _word
    __lt__ = __le__ = __gt__ = __ge__ = _word
    __eq__ = __ne__ = _word  # type: ignore[assignment]  # expressions compare to expressions, as in polars
    __hash__ = None  # type: ignore[assignment]  # nor are they keys
    is_null = then = otherwise = when = _word


class Portable:
    """A namespace of the words that any engine has."""

    def col(self, _name: str) -> Word:
        return Word()

    def lit(self, _value: int) -> Word:
        return Word()

    def when(self, _condition: Word) -> Word:
        return Word()


def terms(metric: Metric) -> Iterable[Any]:
    measures: list[Measure] = [metric.numerator, metric.counted, *metric.asides.values()]
    yield from (term for measure in measures for term in (measure.where, measure.value))
    yield from (exclusion.where for exclusion in metric.exclusions)
    if metric.population is not None:
        yield metric.population


def test_what_is_marked_portable_uses_only_words_that_every_engine_has() -> None:
    portable = [metric for metric in METRICS.values() if metric.portable]
    assert {"volume", "service_level", "asa", "fcr", "csat", "backlog"} <= {metric.id for metric in portable}
    for metric in portable:
        for term in terms(metric):
            assert isinstance(term(Portable(), TALLY), Word), metric.id


@pytest.mark.parametrize("name", ["asa_p90", "aht", "aht_p50", "oldest_case"])
def test_quantiles_caps_and_maxima_are_not_portable(name: str) -> None:
    assert not METRICS[name].portable
    assert replace(METRICS["asa"], shape="quantile", quantile=Fraction(1, 2)).portable is False
