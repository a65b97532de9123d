"""The store's frames as the metrics read them: every column present and typed, ids of other systems resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from carecli.store.snapshot import Snapshot
from carecli.tables import table_named

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "interactions": (
        *("source", "interaction_id", "channel", "direction", "origin", "queue", "issue_type", "started_at"),
        *("answered_at", "ended_at", "outcome", "queue_time_ms", "ivr_ms", "talk_ms", "hold_ms", "wrap_ms"),
        *("handle_time_ms", "agent_id", "case_id", "customer_id", "resolved_at", "is_test", "is_system"),
    ),
    "legs": (
        *("source", "interaction_id", "queue", "agent_id", "entered_at", "answered_at", "left_at", "outcome"),
        *("queue_time_ms", "talk_ms", "hold_ms", "wrap_ms"),
    ),
    "cases": (
        *("source", "case_id", "customer_id", "queue", "issue_type", "channel", "created_at", "first_response_at"),
        *("first_resolved_at", "last_resolved_at", "reopened_at", "closed_at", "merged_at", "deleted_at"),
        *("updated_at", "last_action_at", "status", "priority", "tier", "reopen_flag", "reopens", "assignee_id"),
        *("escalation_level", "interaction_id", "is_test", "is_system"),
    ),
    "case_events": ("source", "case_id", "at", "kind", "from_value", "to_value", "actor_id", "reason"),
    "surveys": (
        *("source", "kind", "case_id", "interaction_id", "customer_id", "channel", "queue", "agent_id"),
        *("sent_at", "responded_at", "score", "scale_max"),
    ),
    "customers": ("source", "customer_id", "tier", "region", "segment"),
    "queues": ("source", "queue_id", "queue", "channel"),
    "links": ("source", "column", "target_source"),
    "costs": ("source", "month", "channel", "cost_center", "amount", "currency"),
    "business_events": ("source", "at", "kind", "customer_id", "issue_type", "case_id", "count", "amount", "currency"),
    "service_health": ("interval_start", "minutes", "requests", "errors"),
    "incidents": ("source", "incident_id", "case_id", "opened_at", "root_cause"),
}
"""What the metrics read, under the stored names, beside `id`: what to ask the store for."""

TYPES: Mapping[str, type[pl.DataType]] = {"TEXT": pl.String, "INTEGER": pl.Int64, "REAL": pl.Float64}


def schema_of(table: str) -> dict[str, type[pl.DataType]]:
    """`id` and the columns the metrics read of a table, with their types."""
    declared = {column.stored: TYPES[column.sql_type] for column in table_named(table).columns}
    return {"id": pl.Int64, "source": pl.Int64, **{name: declared.get(name, pl.Int64) for name in COLUMNS[table]}}


def frame(snapshot: Snapshot, table: str) -> pl.DataFrame:
    """One table with every column of `COLUMNS`, null where the snapshot lacks it; without rows where it was never
    asked for.
    """
    schema = schema_of(table)
    rows = snapshot.frames.get(table, pl.DataFrame(schema=schema))
    missing = [pl.lit(None, dtype).alias(name) for name, dtype in schema.items() if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def code(codes: tuple[str, ...], word: str) -> int:
    """The whole number a code column holds for a word."""
    return codes.index(word) + 1


def codes_of(codes: tuple[str, ...], words: Iterable[str]) -> list[int]:
    """The whole numbers a code column holds for some words."""
    return sorted(code(codes, word) for word in words)


def with_reference(
    rows: pl.DataFrame, targets: pl.DataFrame, links: pl.DataFrame, *, table: str, key: str, name: str
) -> pl.DataFrame:
    """`rows` with `name`: the `id` of the row of `targets` that `rows[key]` speaks of, null where it is not held.

    `links` holds `column` and `owner` by source: whose ids a column holds. Without a link they are the source's own; a
    source that has no such rows of its own speaks of the only row that carries the id in any source.
    """
    linked = links.filter(pl.col("column") == f"{table}.{key}").select("source", "owner").unique("source", keep="first")
    ids = targets.select(pl.col("source").alias("owner"), pl.col(key), pl.col("id").alias(name))
    alone = ids.filter(pl.col(key).is_unique()).select(key, pl.col(name).alias("_only"))
    foreign = pl.col("owner").is_null() & ~pl.col("source").is_in(targets["source"].unique().implode())
    return (
        rows.join(linked, on="source", how="left", maintain_order="left")
        .with_columns(pl.when(foreign).then(1).alias("_foreign"), pl.col("owner").fill_null(pl.col("source")))
        .join(ids.unique(["owner", key], keep="first"), on=["owner", key], how="left", maintain_order="left")
        .join(alone, on=key, how="left", maintain_order="left")
        .with_columns(pl.coalesce(name, pl.when(pl.col("_foreign") == 1).then(pl.col("_only"))).alias(name))
        .drop("owner", "_foreign", "_only")
    )


def links_of(snapshot: Snapshot) -> pl.DataFrame:
    """`links` with the target source as a name code: `owner`."""
    rows = frame(snapshot, "links")
    owners = [snapshot.codes.get(name) for name in rows["target_source"].to_list()]
    return rows.with_columns(pl.Series("owner", owners, dtype=pl.Int64))
