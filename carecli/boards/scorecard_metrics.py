"""Which metrics a scorecard shows, in which block (R42), and what its rows are called."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from carecli.metrics.dictionary import METRICS
from carecli.metrics.judged_slices import Slice
from carecli.metrics.measures import Metric

Block = Literal["responsiveness", "completion", "quality", "volume and backlog", "money"]

BLOCKS: tuple[Block, ...] = ("responsiveness", "completion", "quality", "volume and backlog", "money")

CORE: frozenset[str] = frozenset(
    (
        *("service_level", "asa", "abandonment", "first_response_time", "first_response_time_p50"),
        *("aht", "fcr", "ttr", "ttr_p50", "ttr_p90", "attainment", "reopen_rate", "escalation_rate"),
        *("csat", "csat_response_rate", "nps_touch", "nps_relationship", "repeat_contacts"),
        *("volume", "offered", "cases_created", "cases_resolved", "backlog", "stale"),
        *("cost_per_contact", "deflection"),
    )
)
"""Shown whatever the pack promises; any other metric where it promises something of it."""

BY_CHANNEL = ("service_level", "asa", "aht", "abandonment")
"""Core metrics that mean nothing over all channels together."""

OF_METRIC: dict[str, Block] = {
    **dict.fromkeys(("aht", "aht_p50", "aht_p90", "attainment"), "completion"),
    **dict.fromkeys(("offered", "answered", "abandoned", "waiting"), "volume and backlog"),
    **dict.fromkeys(("cases_created", "cases_resolved", "breached", "at_risk", "paused"), "volume and backlog"),
    **dict.fromkeys(("repeat_contacts", "repeat_root_causes", "incidents", "mtbi"), "quality"),
    **dict.fromkeys(("first_response_time", "first_response_time_p50", "first_response_time_p90"), "responsiveness"),
}
OF_TABLE: dict[str, Block] = {
    "legs": "responsiveness",
    "resolutions": "completion",
    "closures": "completion",
    "outcomes": "completion",
    "cases": "completion",
    "promises": "responsiveness",
    "surveys": "quality",
    "contacts": "volume and backlog",
    "open_cases": "volume and backlog",
    "incidents": "quality",
}
"""The block of a metric that isn't named above, by the facts it is made of."""


def block_of(metric: Metric) -> Block:
    """Where a metric stands: speed of answer, completion, quality, load, or money."""
    if metric.unit == "money":
        return "money"
    return OF_METRIC.get(metric.id) or OF_TABLE.get(metric.table, "money")


def in_blocks(metrics: Iterable[Metric] = METRICS.values()) -> list[Metric]:
    """Metrics by block, in each in the dictionary's order."""
    return sorted(metrics, key=lambda metric: BLOCKS.index(block_of(metric)))


def with_total(metric_id: str, judged: list[dict[str, str | None]]) -> list[dict[str, str | None]]:
    """The slices of a metric's rows, the total first; none where nothing is shown.

    A metric that is promised by channel and not as a whole has its channels in place of a total: a mean over calls and
    e-mails says nothing. Where nothing is promised of such a metric it is shown for calls.
    """
    if not judged:
        shown: dict[str, str | None] = {"channel": "voice"} if metric_id in BY_CHANNEL else {}
        return [shown] if metric_id in CORE else []
    named = {} not in judged and any("channel" in where for where in judged)
    channels = dict.fromkeys(where["channel"] for where in judged if "channel" in where)
    first: list[dict[str, str | None]] = [{"channel": channel} for channel in channels] if named else [{}]
    return [*first, *(where for where in judged if where not in first)]


def stands_below(where: Slice, slices: Sequence[Slice]) -> bool:
    """Whether a row stands below another of its metric: every slice, but the channels of a metric without a total."""
    return bool(where) and ({} in slices or set(where) != {"channel"})


def row_title(metric: Metric, where: Slice, *, below: bool) -> str:
    """`Average handle time voice`; below a row of its metric only the slice: `tier=elite`, `voice`."""
    values = [str(value) if name == "channel" else f"{name}={value}" for name, value in where.items()]
    return ", ".join(values) if below and values else " ".join([metric.title, *values])
