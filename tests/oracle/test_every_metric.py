"""Every metric of the dictionary again from the rows that `explain` lists; a metric that can't be fails here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carecli.metrics.dictionary import METRICS
from carecli.metrics.evaluate import explain
from tests.oracle.plain import figures as plain
from tests.oracle.plain.metrics import PLAIN
from tests.oracle.small_store import asked
from tests.oracle.stores import world_of


@pytest.fixture(scope="module")
def world():
    return world_of(asked())


@pytest.fixture(params=METRICS)
def listed(request, world):
    """The metric's id, its explanation, and the listed rows as the plain facts know them."""
    name = request.param
    assert name in PLAIN, f"{name} has no second implementation in tests/oracle/plain/metrics.py"
    told = explain(world.ours, name, window=world.window)
    known = {(row.table, row.id): row for row in plain.counted_rows(world.plain, name, world.plain_window)}
    return name, told, [known[table, row] for table, ids in told.rows.items() for row in ids]


def test_the_listed_rows_make_the_value(world, listed):
    name, told, rows = listed
    again = plain.figure_of(world.plain, name, rows)
    assert told.figure.n == again.n == len(rows) > 0
    assert told.figure.value == pytest.approx(float(again.value), rel=1e-12)


def test_one_id_less_in_the_numerator_is_another_value(world, listed):
    """The one that matters, of a maximum or a quantile; any, of everything else."""
    name, told, rows = listed
    numerator = {(table, row) for table, ids in told.numerator_rows.items() for row in ids}
    assert numerator
    without = [_value_without(world, name, rows, one) for one in sorted(numerator)]
    changed = [value != pytest.approx(told.figure.value, rel=1e-12) for value in without]
    assert any(changed) if PLAIN[name].shape not in ("ratio", "count") else all(changed)


def _value_without(world, name, rows, left_out):
    """A share or mean keeps the row in its denominator."""
    if PLAIN[name].shape == "ratio":
        kept = [replace(row, adds=0) if (row.table, row.id) == left_out else row for row in rows]
    else:
        kept = [row for row in rows if (row.table, row.id) != left_out]
    value = plain.figure_of(world.plain, name, kept).value
    return None if value is None else float(value)


def test_the_store_has_rows_beside_the_numerator(world):
    """A share of all or nothing would prove little."""
    shares = {name: explain(world.ours, name, window=world.window).figure.value
              for name, metric in METRICS.items() if metric.unit == "ratio"}  # fmt: skip
    assert not {name: share for name, share in shares.items() if share in (None, 0, 1)}
