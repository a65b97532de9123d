"""The cause of a gap is named only where counting so closes it; what closes nothing stays unexplained."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest

from carecli.metrics.differences import Rule, verdict
from carecli.metrics.gap_causes import Gap, cause_of
from carecli.metrics.interval_counts import Counting, own_counts, vendor_intervals, with_thresholds
from carecli.metrics.reconciling import lines
from carecli.metrics.service_level_formulas import formula_named
from carecli.metrics.windows import parse_window
from tests.metrics.build import Centre, at

MORNING = at("2025-05-13 08:00")
HALF_HOUR = 1_800


def centre(**more):
    """Ten busy half hours from 08:00, each with another number of calls; calls of queue Billing."""
    made = Centre()
    for place in range(10):
        for nth in range(4 + place * place % 7):
            start = MORNING + place * HALF_HOUR + nth * 230
            outcome = "abandoned" if nth == 3 else "answered"
            wait = 2_000 if nth == 3 and place % 2 else 12_000 + 3_000 * nth
            made.call(wait, start, length=600, outcome=outcome, talk_ms=300_000)
    return made


def gap_of(made, like=None, *, watermark=None, formula="icmi_3", changed=None):
    """The vendor's intervals are what we would count in another way; then compared as stated."""
    for place in range(14):
        start = MORNING + place * HALF_HOUR
        made.add("intervals", interval_start=start, queue="Billing", channel="voice", minutes=30, attribution="queued")
    facts = made.facts("2025-05-14 12:00")
    span = parse_window("2025-05-13", facts.as_of, facts.zone)
    intervals = with_thresholds(vendor_intervals(facts.snapshot, span, facts.as_of), facts)
    vendor = own_counts(facts, intervals, like or Counting()).drop("interval")
    intervals = intervals.with_columns(vendor.get_columns())
    if changed is not None:
        intervals = changed(intervals)
    rule, named = Rule(), formula_named(formula)
    found = lines(intervals, own_counts(facts, intervals), named, rule)
    return Gap(facts, intervals, found, named, rule, watermark)


def test_without_a_gap_everything_passes():
    assert verdict(gap_of(centre()).lines) is True


@pytest.mark.parametrize(("shift", "words"), [(3600, "1 h later"), (-1800, "0.5 h earlier"), (7200, "2 h later")])
def test_another_time_zone(shift, words):
    gap = gap_of(centre(), Counting(shift_sec=shift))
    assert verdict(gap.lines) is False
    cause = cause_of(gap)
    assert cause.name == "zone shift"
    assert words in cause.words
    assert cause.before > Fraction(1, 100)
    assert cause.after == 0


def test_short_abandons():
    cause = cause_of(gap_of(centre(), Counting(short_abandons=False)))
    assert (cause.name, cause.words) == ("short calls", "the vendor leaves short abandons out")
    assert (cause.metric, cause.after) == ("offered", 0)


def test_transfers():
    made = centre()
    for place in range(10):
        start = MORNING + place * HALF_HOUR + 100
        made.contact(start, interaction_id=f"t{place}", answered_at=start + 10, ended_at=start + 900)
        for leg in (0, 1):
            entered = start + 300 * leg
            made.add(
                "legs", interaction_id=f"t{place}", queue="Billing", entered_at=entered, answered_at=entered + 10,
                left_at=entered + 300, outcome="answered", queue_time_ms=10_000, talk_ms=290_000,
            )  # fmt: skip
    cause = cause_of(gap_of(made, Counting(per_contact=True)))
    assert cause.name == "transfers"


def test_late_data():
    last = MORNING + 9 * HALF_HOUR

    def incomplete(intervals):
        late = pl.col("start") >= last
        return intervals.with_columns(pl.when(late).then(pl.col("offered") + 3).otherwise("offered").alias("offered"))

    gap = gap_of(centre(), changed=incomplete, watermark=last + HALF_HOUR)
    assert verdict(gap.lines) is False
    cause = cause_of(gap)
    assert (cause.name, cause.metric, cause.after) == ("late data", "offered", 0)
    assert cause.words.startswith("only the last 6 intervals differ")


def test_data_is_not_late_where_most_of_it_would_be():
    def wrong(intervals):
        return intervals.with_columns(pl.col("offered") + (pl.col("interval") > 3).cast(pl.Int64) * 3)

    gap = gap_of(centre(), changed=wrong, watermark=MORNING + 6 * HALF_HOUR)
    assert cause_of(gap) is None


@pytest.mark.parametrize("attribution", ["ended", "event"])
def test_another_attribution(attribution):
    made = centre()
    for place in range(10):
        made.call(15_000, MORNING + place * HALF_HOUR - 5, length=600, talk_ms=300_000)
    cause = cause_of(gap_of(made, Counting(attribution=attribution)))
    assert cause.name == "attribution"


def test_the_threshold_exactly():
    made = centre()
    for place in range(10):
        made.call(20_000, MORNING + place * HALF_HOUR + 5, length=600, talk_ms=300_000)
    cause = cause_of(gap_of(made, Counting(edge="under")))
    assert cause.name == "threshold"
    assert "not in time" in cause.words


def test_another_formula_where_the_counts_agree():
    def stated(intervals):
        return intervals.with_columns((pl.col("answered_in") / pl.col("answered")).alias("service_level"))

    gap = gap_of(centre(), changed=stated, formula="icmi_3")
    assert {line.metric for line in gap.lines if line.passed is False} == {"service_level"}
    cause = cause_of(gap)
    assert cause.name == "formula"
    assert "icmi_2" in cause.words


def test_what_closes_nothing_is_unexplained():
    def noise(intervals):
        return intervals.with_columns(pl.col("offered") + pl.col("interval") % 3)

    assert cause_of(gap_of(centre(), changed=noise)) is None


def test_a_few_intervals_show_no_shift():
    """With two busy intervals some shift fits by chance."""
    made = Centre()
    for start in (MORNING, MORNING + HALF_HOUR):
        made.call(1_000, start + 60, length=600, talk_ms=300_000)
    gap = gap_of(made, Counting(shift_sec=3 * HALF_HOUR))
    assert verdict(gap.lines) is False
    assert cause_of(gap) is None
