"""Each core metric again, from the rows that `explain` lists, in plain Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from tests.oracle import cases, legs
from tests.oracle.cases import Followed
from tests.oracle.views import Row, Views

FAVOURABLE_FROM = {1: 1, 5: 4}
SECOND = Fraction(1, 1000)


@dataclass(frozen=True)
class Known:
    """What a metric may be reckoned from beside its own rows."""

    views: Views
    as_of: int
    handled: Sequence[Row] = ()
    """All handled legs of the window, whatever slice is asked for: handle times are capped over them."""
    contacts: Sequence[Row] = ()
    """All contacts from the first day of the window until now."""


@dataclass(frozen=True)
class Again:
    """A figure reckoned anew; `numerator_rows` are those that count in the numerator."""

    value: Fraction
    numerator_rows: list[Row]
    numerator: Fraction | None = None
    denominator: int | None = None


def _share(rows: Sequence[Row], counts: Callable[[Row], bool]) -> Again:
    numerator = [row for row in rows if counts(row)]
    return Again(Fraction(len(numerator), len(rows)), numerator, Fraction(len(numerator)), len(rows))


def _mean(rows: Sequence[Row], values: Iterable[int]) -> Again:
    pairs = list(zip(rows, values, strict=True))
    total = sum(value for _, value in pairs) * SECOND
    return Again(total / len(rows), [row for row, value in pairs if value], total, len(rows))


def _count(rows: Sequence[Row], _known: Known) -> Again:
    return Again(Fraction(len(rows)), list(rows))


def _quantile(rows: Sequence[Row], share: Fraction) -> Again:
    """Linear between the two ranks."""
    values = sorted(map(legs.handle_ms, rows))
    place = share * (len(values) - 1)
    low = values[int(place)]
    high = values[min(int(place) + 1, len(values) - 1)]
    return Again((low + (high - low) * (place % 1)) * SECOND, [row for row in rows if legs.handle_ms(row)])


def _capped(rows: Sequence[Row], known: Known) -> Again:
    """At most the nearest-rank 99th percentile of the channel over the window (R26)."""
    by_channel = defaultdict(list)
    for row in known.handled:
        by_channel[legs.channel(row, known.views)].append(legs.handle_ms(row))
    caps = {channel: sorted(all_)[-(-99 * len(all_) // 100) - 1] for channel, all_ in by_channel.items()}
    return _mean(rows, (min(legs.handle_ms(row), caps[legs.channel(row, known.views)]) for row in rows))


def _wait(rows: Sequence[Row], known: Known) -> Again:
    return _mean(rows, (legs.wait_ms(row, known.views) or 0 for row in rows))


def _resolved_at_once(rows: Sequence[Row], known: Known) -> Again:
    followed = Followed(known.contacts, known.views)
    return _share(rows, lambda row: followed.first_contact(row) and not followed.followed(row))


AGAIN: Mapping[str, Callable[[Sequence[Row], Known], Again]] = {
    "volume": _count,
    "backlog": _count,
    "stale": _count,
    "service_level": lambda rows, known: _share(rows, lambda row: legs.within(row, known.views, known.as_of)),
    "abandonment": lambda rows, known: _share(rows, lambda row: legs.outcome(row, known.as_of) in legs.ABANDONED),
    "asa": _wait,
    "aht": _capped,
    "aht_p50": lambda rows, _known: _quantile(rows, Fraction(1, 2)),
    "aht_p90": lambda rows, _known: _quantile(rows, Fraction(9, 10)),
    "fcr": _resolved_at_once,
    "csat": lambda rows, _known: _share(rows, lambda row: row["score"] >= FAVOURABLE_FROM[row["scale_max"]]),
    "reopen_rate": lambda rows, known: _share(rows, lambda row: cases.reopened_in_time(row, known.views, known.as_of)),
    "escalation_rate": lambda rows, known: _share(rows, lambda row: cases.escalated(row, known.views)),
}
