"""Pairs of intervals, counted by hand: totals, places, shares and their parts."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from carecli.metrics.differences import Rule, verdict
from carecli.metrics.interval_counts import COUNTED
from carecli.metrics.reconciling import ELSEWHERE, UNSEEN, lines
from carecli.metrics.service_level_formulas import FORMULAS, formula_named

RELATIVE, POINTS = Rule("relative"), Rule("points")
QUIET = dict.fromkeys(COUNTED, 0)


def frame(*rows, **stated):
    """Intervals with the counts given, the others 0; `stated` shares by interval."""
    counts = pl.DataFrame([{**QUIET, **row} for row in rows], schema=dict.fromkeys(COUNTED, pl.Int64))
    return counts.with_columns(pl.Series("service_level", stated.get("share", [None] * len(rows)), dtype=pl.Float64))


def by_metric(intervals, own, name="icmi_3", rule=RELATIVE):
    return {line.metric: line for line in lines(intervals, own, formula_named(name), rule)}


ICMI = {
    "offered": 1060,
    "answered": 1000,
    "abandoned": 60,
    "answered_in": 860,
    "abandoned_in": 20,
    "abandoned_short": 10,
}


def test_counts_sums_and_means():
    vendor = frame(
        {"offered": 10, "answered": 8, "abandoned": 2, "wait_ms": 80_000, "wait_n": 8},
        {"offered": 30, "answered": 30, "wait_ms": 340_000, "wait_n": 30},
    )
    ours = frame(
        {"offered": 10, "answered": 8, "abandoned": 2, "wait_ms": 80_000, "wait_n": 8},
        {"offered": 30, "answered": 30, "wait_ms": 341_000, "wait_n": 30},
    )
    found = by_metric(vendor, ours)
    assert (found["offered"].native, found["offered"].ours, found["offered"].passed) == (40, 40, True)
    asa = found["asa"]
    assert (asa.native, asa.ours) == (Fraction(420, 38), Fraction(421, 38))
    assert (asa.difference, asa.passed) == (Fraction(1, 420), True)
    assert (asa.denominator.native, asa.denominator.ours) == (38, 38)
    assert found["abandonment"].native == Fraction(2, 40)
    assert found["aht"].note == "no volume"
    assert found["aht"].passed is None


def test_contacts_in_another_interval_fail_where_the_totals_agree():
    vendor = frame({"offered": 100, "answered": 100}, {"offered": 100, "answered": 100})
    ours = frame({"offered": 97, "answered": 100}, {"offered": 103, "answered": 100})
    offered = by_metric(vendor, ours)["offered"]
    assert (offered.difference, offered.gap) == (0, Fraction(6, 200))
    assert (offered.passed, offered.note) == (False, ELSEWHERE)
    assert by_metric(vendor, frame({"offered": 99}, {"offered": 101}))["offered"].passed


def test_a_formula_that_would_pass_unseen_is_seen_by_its_counts():
    """ICMI's first and fourth formula differ by 0.40 % on the published data."""
    vendor = frame(ICMI, share=[880 / 1060])
    seen = by_metric(vendor, frame(ICMI), "icmi_4")["service_level"]
    assert seen.passed
    fewer = by_metric(frame(ICMI), frame({**ICMI, "answered_in": 848, "answered": 986, "offered": 1046}), "icmi_3")
    level = fewer["service_level"]
    assert level.difference < Fraction(1, 100)
    assert (level.passed, level.note) == (False, UNSEEN)
    assert level.numerator.gap == Fraction(12, 860)
    assert level.denominator.gap == Fraction(14, 1060)


def test_a_stated_share_shows_a_wrong_formula():
    vendor = frame(ICMI, share=[0.86])
    level = by_metric(vendor, frame(ICMI), "icmi_3")["service_level"]
    assert level.native == Fraction(86, 100)
    assert level.passed is False
    assert by_metric(vendor, frame(ICMI), "icmi_2")["service_level"].passed


def test_shares_are_weighed_by_their_volume_never_averaged():
    vendor = frame({"answered_in": 5, "answered": 10}, {"answered_in": 90, "answered": 90}, share=[0.5, 1.0])
    level = by_metric(vendor, vendor, "icmi_2")["service_level"]
    assert level.native == level.ours == Fraction(95, 100)


def test_a_stated_share_needs_only_the_denominator_to_be_weighed():
    """Amazon's counts callbacks in T, of which its report tells nothing."""
    counts = [{"offered": 10, "answered_in": 5, "answered": 10}, {"offered": 90, "answered_in": 81, "answered": 90}]
    unknown = pl.lit(None, pl.Int64).alias("callback_in")
    vendor = frame(*counts, share=[0.5, 0.9]).with_columns(unknown)
    level = by_metric(vendor, frame(*counts), "amazon")["service_level"]
    assert (level.native, level.ours, level.passed) == (Fraction(86, 100), Fraction(86, 100), True)
    assert level.numerator is None
    assert level.denominator.native == 100
    silent = by_metric(frame(*counts).with_columns(unknown), frame(*counts), "amazon")["service_level"]
    assert (silent.passed, silent.note) == (None, "the vendor doesn't state it: needs callbacks in T")


def test_a_share_of_nothing_is_nothing_on_both_sides():
    vendor = frame({"answered": 10}, share=[0.0])
    level = by_metric(vendor, vendor, "icmi_2")["service_level"]
    assert (level.native, level.ours, level.passed) == (0, 0, True)


def test_in_points_the_parts_are_points_of_the_share_too():
    native = {"offered": 1000, "answered": 1000, "answered_in": 800}
    vendor, ours = frame(native), frame({**native, "answered_in": 810})
    assert by_metric(vendor, ours, rule=POINTS)["service_level"].passed
    assert by_metric(vendor, ours, rule=RELATIVE)["service_level"].passed is False
    assert by_metric(vendor, frame({**native, "answered_in": 811}), rule=POINTS)["service_level"].passed is False


def test_what_the_vendor_doesn_t_state_is_not_compared():
    silent = frame({"offered": 10}).with_columns(
        pl.lit(None, pl.Int64).alias(name) for name in COUNTED if name != "offered"
    )
    found = by_metric(silent, frame({"offered": 10, "answered": 10}))
    assert found["offered"].passed
    assert found["answered"].passed is None
    assert found["answered"].note == "the vendor doesn't state it"
    assert found["service_level"].note == "the vendor doesn't state it: needs answered, abandoned, answered in T"
    assert verdict(tuple(found.values())) is True


def test_only_the_intervals_in_which_it_is_stated_are_compared():
    vendor = frame({"offered": 10}, {"offered": 20}).with_columns(pl.Series("offered", [10, None], dtype=pl.Int64))
    offered = by_metric(vendor, frame({"offered": 10}, {"offered": 25}))["offered"]
    assert (offered.native, offered.ours, offered.passed, offered.note) == (10, 10, True, "in 1 of 2 intervals")


def test_a_mean_on_one_side_alone_fails():
    found = by_metric(frame({"wait_ms": 5000, "wait_n": 1}), frame({}))["asa"]
    assert (found.native, found.ours, found.passed, found.note) == (5, None, False, "no volume in ours")


def test_without_intervals_there_is_nothing_to_compare():
    nothing = frame({}).clear()
    found = by_metric(nothing, nothing)
    assert {line.note for line in found.values()} == {"no interval to compare"}
    assert verdict(tuple(found.values())) is None


counts = st.fixed_dictionaries({name: st.integers(0, 500) for name in COUNTED})


@given(st.lists(counts, min_size=1, max_size=5), st.sampled_from(FORMULAS), st.sampled_from([RELATIVE, POINTS]))
def test_identical_inputs_reconcile_to_zero_with_every_formula(rows, formula, rule):
    found = lines(frame(*rows), frame(*rows), formula, rule)
    assert all(line.worst in (0, None) and line.passed is not False for line in found)
    assert all(line.native == line.ours for line in found)
    assert all(line.passed for line in found if line.unit == "contacts")


@given(st.lists(counts, min_size=1, max_size=5), st.integers(0, 4), st.integers(1, 50))
def test_one_count_apart_is_measured_as_that(rows, place, more):
    changed = [dict(row) for row in rows]
    changed[place % len(rows)]["offered"] += more
    total = sum(row["offered"] for row in rows)
    offered = by_metric(frame(*rows), frame(*changed))["offered"]
    assert offered.gap == (Fraction(more, total) if total else None)
    assert offered.passed is (total > 0 and Fraction(more, total) <= Fraction(1, 100))


def test_the_line_says_how_far_its_worst_part_is():
    found = by_metric(frame(ICMI), frame({**ICMI, "answered_in": 830}))["service_level"]
    assert found.worst == Fraction(30, 860)
