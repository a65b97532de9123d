"""Every metric of the dictionary, total and sliced, is what a plain second implementation makes of the same rows."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from carecli.metrics.dictionary import METRICS
from carecli.metrics.dimensions import allowed
from carecli.metrics.evaluate import explain, figures
from tests.oracle import stores
from tests.oracle.plain import figures as plain
from tests.oracle.plain.metrics import OWED, PLAIN

COMMON = ("channel", "queue", "issue_type", "agent", "tier", "source", "priority", "region", "segment", "complexity")
EXACT = ("ratio", "count", "maximum")
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""What a row says comes from a seed, so making a failure smaller takes minutes and changes little."""
QUICK = settings(max_examples=24, deadline=None, phases=PHASES, suppress_health_check=list(HealthCheck))
LONG = settings(QUICK, max_examples=240)


def test_every_metric_has_a_plain_twin():
    assert len(PLAIN) > 50
    assert {*METRICS} - OWED == {*PLAIN}


def _agrees(asked, by, name, own):
    """Totals and slices by two dimensions that all metrics have, and by two of the metric's own; the rows behind."""
    world, names = stores.world_of(asked), sorted(PLAIN)
    _compare(world, names, ())
    _compare(world, names, by)
    own = tuple(dict.fromkeys(allowed(METRICS[name])[place % len(allowed(METRICS[name]))] for place in own))
    _compare(world, [name], own)
    for each in names[len(name) % 3 :: 3]:
        _explained(world, each, {})
    for key in plain.figures(world.plain, name, world.plain_window, own):
        _explained(world, name, dict(zip(own, key, strict=bool(key))))


def _compare(world, names, by):
    told = {}
    for figure in figures(world.ours, names, window=world.window, by=by):
        told.setdefault(figure.metric, {})[tuple(figure.by.values())] = figure
    for name in names:
        expected = plain.figures(world.plain, name, world.plain_window, by)
        shown = {_as_shown(world, by, key): each for key, each in expected.items()}
        assert {key: _of_ours(each) for key, each in told.get(name, {}).items()} == {
            key: _of_plain(name, each) for key, each in shown.items()
        }, (name, by)


def _as_shown(world, by, key):
    names = world.ours.pack.backlog.bucket_names
    return tuple(names[value] if name == "age" else value for name, value in zip(by, key, strict=bool(key)))


def _of_ours(figure):
    parts = (figure.numerator, figure.denominator, dict(figure.excluded))
    return (_rounded(figure.metric, figure.value), figure.n, *parts)


def _of_plain(name, figure):
    numbers = (None if number is None else float(number)
               for number in (figure.value, figure.numerator, figure.denominator))  # fmt: skip
    value, numerator, denominator = numbers
    return (_rounded(name, value), figure.n, numerator, denominator, figure.excluded)


def _rounded(name, value):
    """Quantiles are interpolated in binary fractions."""
    return value if value is None or PLAIN[name].shape in EXACT else float(f"{value:.12g}")


def _explained(world, name, where):
    rows = plain.counted_rows(world.plain, name, world.plain_window, where)
    told = explain(world.ours, name, window=world.window, where={
        key: world.ours.pack.backlog.bucket_names[value] if key == "age" else value for key, value in where.items()
    })  # fmt: skip
    counting = [row for row in rows if row.counts]
    assert told.rows == _ids(counting), (name, where)
    assert told.numerator_rows == _ids(_once(row for row in rows if row.adds)), (name, where)
    excluded = {reason: _ids(row for row in rows if row.reason == reason) for reason in {row.reason for row in rows}}
    assert told.excluded_rows == {key: ids for key, ids in excluded.items() if key}, (name, where)


def _once(rows):
    """A cost that several channels bear is one row."""
    return {(row.table, row.id): row for row in rows}.values()


def _ids(rows):
    found = {}
    for row in rows:
        found.setdefault(row.table, []).append(row.id)
    return {table: sorted(ids) for table, ids in found.items()}


ASKED = (
    stores.questions(),
    st.lists(st.sampled_from(COMMON), min_size=1, max_size=2, unique=True).map(tuple),
    st.sampled_from(sorted(PLAIN)),
    st.lists(st.integers(0, 30), min_size=1, max_size=2),
)


@QUICK
@given(*ASKED)
def test_both_agree(asked, by, name, own):
    _agrees(asked, by, name, own)


@pytest.mark.soak
@LONG
@given(*ASKED)
def test_both_agree_on_many_stores(asked, by, name, own):
    _agrees(asked, by, name, own)
