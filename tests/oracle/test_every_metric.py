"""Every metric of the dictionary again from the rows that `explain` lists; a metric that can't be fails here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.metrics.dictionary import METRICS
from carecli.metrics.evaluate import explain
from tests.oracle.plain import figures as plain
from tests.oracle.plain.metrics import OWED, PLAIN
from tests.oracle.plain.settings import local
from tests.oracle.small_store import AS_OF, asked
from tests.oracle.stores import world_of

TODAY = local(AS_OF, "Europe/Berlin").date()


@pytest.fixture(scope="module")
def month():
    return world_of(asked())


@pytest.fixture(scope="module")
def today():
    return world_of(replace(asked(), first=TODAY, last=TODAY))


@pytest.fixture(params=[name for name in METRICS if name not in OWED])
def listed(request, month, today):
    """The metric's id, its world, its explanation, and the listed rows as the plain facts know them."""
    name = request.param
    assert name in PLAIN, f"{name} has no second implementation in tests/oracle/plain/metrics.py"
    world = today if PLAIN[name].only_now else month
    told = explain(world.ours, name, window=world.window)
    ids = {(table, row) for lists in (told.rows, told.numerator_rows) for table, ids in lists.items() for row in ids}
    rows = [row for row in plain.counted_rows(world.plain, name, world.plain_window) if (row.table, row.id) in ids]
    return name, world, told, rows


def test_the_listed_rows_make_the_value(listed):
    name, world, told, rows = listed
    again = plain.figure_of(world.plain, name, rows, len(world.plain_window.dates))
    assert told.figure.n == again.n == sum(map(len, told.rows.values())) > 0
    assert told.figure.value == pytest.approx(float(again.value), rel=1e-12)


def test_one_id_less_in_the_numerator_is_another_value(listed):
    """The one that matters, of a maximum or a quantile; any, of everything else."""
    name, world, told, rows = listed
    numerator = {(table, row) for table, ids in told.numerator_rows.items() for row in ids}
    assert numerator
    without = [_value_without(world, name, rows, one) for one in sorted(numerator)]
    changed = [value != pytest.approx(told.figure.value, rel=1e-12) for value in without]
    assert any(changed) if PLAIN[name].shape not in ("ratio", "count") else all(changed)


def _value_without(world, name, rows, left_out):
    """A share or mean keeps the row in its denominator."""
    days = len(world.plain_window.dates)
    if PLAIN[name].shape == "ratio":
        kept = [replace(row, adds=0) if (row.table, row.id) == left_out else row for row in rows]
    else:
        kept = [row for row in rows if (row.table, row.id) != left_out]
    value = plain.figure_of(world.plain, name, kept, days).value
    return None if value is None else float(value)


def test_the_store_has_rows_beside_the_numerator(month):
    """A share of all or nothing would prove little."""
    ratios = [name for name, metric in METRICS.items() if metric.unit == "ratio" and name not in OWED]
    shares = {name: explain(month.ours, name, window=month.window).figure.value for name in ratios}
    assert not {name: share for name, share in shares.items() if share in (None, 0, 1)}
