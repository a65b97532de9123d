"""One row of `intervals` from a vendor's counts and totals, whose averages follow from them."""

from __future__ import annotations

from carecli.sources.records import MapContext, Row


def interval_row(context: MapContext, values: dict[str, object], totals: tuple[int | None, ...] = ()) -> Row:
    """The row of `values`, with the counts and sums of waits and handling and the averages over the answered.

    `totals` are the wait of the answered and the parts of their handle time, ms; a part that isn't known makes the
    sum unknown.
    """
    answered = values.get("answered")
    if totals and isinstance(answered, int):
        wait, *parts = totals
        handled = None if None in parts else sum(part for part in parts if part is not None)
        values |= {"wait_sum_ms": wait, "wait_n": answered, "handle_sum_ms": handled, "handle_n": answered}
        values |= {"asa_ms": _mean(wait, answered), "aht_ms": _mean(handled, answered)}
    return Row("intervals", values, version=context.exported_at or 0)


def _mean(total: int | None, count: int) -> int | None:
    return None if total is None or not count else round(total / count)
