from __future__ import annotations

from vendor_records import context

from carecli.sources.interval_rows import interval_row


def averages(answered, *totals):
    values = interval_row(context("x"), {"answered": answered}, totals).values
    return values.get("asa_ms"), values.get("handle_sum_ms"), values.get("aht_ms")


def test_averages_follow_from_totals_and_nothing_follows_from_what_is_not_known():
    assert averages(4, 10_000, 600_000, 200_000) == (2_500, 800_000, 200_000)
    assert averages(4, None, 600_000, None) == (None, None, None)
    assert averages(0, 0, 0) == (None, 0, None)
    assert averages(None, 10_000, 600_000) == (None, None, None)
    assert averages(4) == (None, None, None)
