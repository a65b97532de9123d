"""All rows of a figure as of an instant: counted ones and those left out, with what is shown of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

import polars as pl

from carecli.boards.drill import RowsAsked, RowsColumn
from carecli.boards.row_columns import SUBJECT, columns_of, in_words, moment_column, shown_value
from carecli.boards.row_marks import is_share, words_of
from carecli.metrics.contacts import TABLES
from carecli.metrics.dictionary import metric_named
from carecli.metrics.evaluate import figures
from carecli.metrics.facts import Facts
from carecli.metrics.figure import Figure
from carecli.metrics.frames import frame
from carecli.metrics.measures import Metric
from carecli.metrics.selection import Filter, select
from carecli.metrics.windows import Window

ROW_WORDS: Final[Mapping[str, str]] = {
    "interactions": "contact",
    "legs": "queue leg",
    "cases": "case",
    "case_events": "message",
    "surveys": "survey",
}
REFERENCES: Final = ("case_source", "case_text", "contact_source", "contact_text")
_TEXTS: Final = ("text", "words", "mark", "agent", "customer")


@dataclass(frozen=True)
class FigureRows:
    """`rows` has `table`, `row`, `reason` (0 is counted), `adds`, the case and contact a row belongs to, and a column
    `show_..` of each of `columns`.
    """

    facts: Facts
    metric: Metric
    figure: Figure
    """The figure as it is now, under its own title and slice."""
    window: Window
    where: Filter
    """The figure's slice, and what every question is asked of beside it."""
    columns: tuple[RowsColumn, ...]
    rows: pl.DataFrame
    subjects: Mapping[int, str] = field(default_factory=dict)
    """Of the cases, by store id."""

    @property
    def cases(self) -> list[int]:
        """The store ids of all cases that the rows belong to."""
        known = self.rows["case"].drop_nulls().unique()
        return known.filter(known > 0).to_list()

    def with_subjects(self, subjects: Mapping[int, str]) -> FigureRows:
        """The rows with the subjects of their cases, which no frame holds."""
        if not subjects:
            return self
        texts = pl.col("case").replace_strict(dict(subjects), default=None, return_dtype=pl.String)
        rows = self.rows.with_columns(texts.alias("show_subject"))
        return replace(self, rows=rows, columns=(*self.columns, SUBJECT), subjects=subjects)

    @cached_property
    def said(self) -> pl.Series:
        """The texts of each row, small letters, for a filter."""
        parts = [_words_said(column, self.facts.zone) for column in self.columns]
        told = pl.concat_str([_mark_said(self.metric), *filter(_is_given, parts)], separator=" ", ignore_nulls=True)
        return self.rows.select(told.str.to_lowercase().alias("said")).to_series()

    def matching(self, words: Sequence[str]) -> pl.DataFrame:
        """The rows that hold every word, in any case."""
        kept = pl.lit(True)
        for word in words:
            kept = kept & pl.col("said").str.contains(word.lower(), literal=True)
        return self.rows.with_columns(self.said).filter(kept) if words else self.rows

    def arranged(self, asked: RowsAsked) -> pl.DataFrame:
        """The rows asked for, all of them, in order; without a value in the order's column they come last."""
        rows = self.matching(asked.words)
        rows = rows if asked.left_out else rows.filter(pl.col("reason") == 0)
        kinds = {column.key: column.kind for column in self.columns}
        if asked.sort == "adds":
            return rows.sort("reason", "adds", descending=[False, asked.descending], maintain_order=True)
        if asked.sort not in kinds:
            return rows.reverse() if asked.descending else rows
        key = pl.col(f"show_{asked.sort}")
        key = key.str.to_lowercase() if kinds[asked.sort] in _TEXTS else key
        return rows.sort(key, descending=asked.descending, nulls_last=True, maintain_order=True)


def figure_rows(facts: Facts, figure: Figure, window: Window, where: Filter) -> FigureRows:
    """The rows of a figure: the very selection that the figure and its explanation are made of."""
    metric = metric_named(figure.metric)
    now = figures(facts, [metric.id], window=window, where=where)[0]
    selection = select(facts, metric, window, (), where)
    lazy = facts.rows(metric.table, window).lazy().limit(0) if isinstance(selection, str) else selection.rows
    if isinstance(selection, str):
        lazy = lazy.with_columns(pl.lit(0, pl.Int64).alias(name) for name in ("reason", "counts", "adds"))
    rows = lazy.filter((pl.col("counts") > 0) | (pl.col("reason") > 0)).collect()
    rows = _ordered(_with_votes(_with_contacts(_with_cases(rows, facts), facts), facts), metric)
    columns = columns_of(metric, rows)
    shown = rows.select(
        *("table", "row", "reason", "adds"),
        pl.col("case").cast(pl.Int64) if "case" in rows.columns else pl.lit(None, pl.Int64).alias("case"),
        *REFERENCES,
        *(shown_value(name, column, rows, facts).alias(f"show_{column.key}") for name, column in columns),
    )
    kept = tuple(column for _, column in columns if _tells(column.key, shown, where))
    told = replace(now, by=figure.by, title=figure.title, window=window.label)
    return FigureRows(facts, metric, told, window, where, kept, shown)


def _ordered(rows: pl.DataFrame, metric: Metric) -> pl.DataFrame:
    moment = moment_column(metric, rows)
    return rows.sort(*([moment] if moment else []), "table", "row", nulls_last=True)


def _tells(key: str, shown: pl.DataFrame, where: Filter) -> bool:
    """Whether a column says anything that the slice doesn't."""
    values = shown[f"show_{key}"]
    if key in ("what", "source"):
        return values.n_unique() > 1
    return values.null_count() < values.len() and (key == "age" or where.get(key) is None)


def _with_cases(rows: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """`case_source` and `case_text`: the case that a row belongs to, where it is held."""
    if "case" not in rows.columns:
        rows = rows.with_columns(pl.lit(None, pl.Int64).alias("case"))
    held = frame(facts.snapshot, "cases").select(
        pl.col("id").alias("case"), pl.col("source").alias("case_source"), pl.col("case_id").alias("case_text")
    )
    rows = rows.join(held, on="case", how="left", maintain_order="left")
    return rows.with_columns(in_words(rows["case_source"], facts.snapshot))


def _with_contacts(rows: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """`contact_source` and `contact_text`: the contact that a row is, or speaks of; `what_text`: what the row is."""
    parts = []
    for table in ("interactions", "legs", "surveys"):
        found = frame(facts.snapshot, table).filter(pl.col("interaction_id").is_not_null())
        parts.append(
            found.select(
                pl.lit(TABLES.index(table), pl.Int64).alias("table"),
                pl.col("id").alias("row"),
                pl.col("source").alias("contact_source"),
                pl.col("interaction_id").alias("contact_text"),
            )
        )
    rows = rows.join(pl.concat(parts), on=["table", "row"], how="left", maintain_order="left")
    words = {place: ROW_WORDS.get(table, table.replace("_", " ")) for place, table in enumerate(TABLES)}
    return rows.with_columns(
        in_words(rows["contact_source"], facts.snapshot),
        pl.col("contact_text").alias("contact"),
        pl.lit(1).alias("what"),
        pl.col("table").replace_strict(words, default=None, return_dtype=pl.String).alias("what_text"),
    )


def _with_votes(rows: pl.DataFrame, facts: Facts) -> pl.DataFrame:
    """`vote_text` of survey answers: `4 of 5`."""
    if "responded_at" not in rows.columns:
        return rows
    votes = frame(facts.snapshot, "surveys").select(
        pl.lit(TABLES.index("surveys"), pl.Int64).alias("table"),
        pl.col("id").alias("row"),
        pl.format("{} of {}", _plain("score"), _plain("scale_max")).alias("vote_text"),
        pl.lit(1).alias("vote"),
    )
    return rows.join(votes, on=["table", "row"], how="left", maintain_order="left")


def _plain(name: str) -> pl.Expr:
    """A vote as text, without the decimals of a whole number."""
    return pl.col(name).cast(pl.String).str.strip_suffix(".0")


def _words_said(column: RowsColumn, zone: str) -> pl.Expr | None:
    """What a filter finds in a column: texts, and moments as they are shown."""
    value = pl.col(f"show_{column.key}")
    if column.kind in _TEXTS:
        return value
    if column.kind != "moment":
        return None
    local = pl.from_epoch(value).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
    return local.dt.strftime("%a %-d %b %H:%M")


def _mark_said(metric: Metric) -> pl.Expr:
    """The word of a row's mark; of one left out its reason."""
    reasons = {place: f"left out: {each.reason}" for place, each in enumerate(metric.exclusions, start=1)} or {-1: ""}
    reason = pl.col("reason").replace_strict(reasons, default=None, return_dtype=pl.String)
    yes, no = words_of(metric) if is_share(metric) else ("", "")
    mark = pl.when(pl.col("adds") != 0).then(pl.lit(yes)).otherwise(pl.lit(no))
    return pl.when(pl.col("reason") > 0).then(reason).otherwise(mark)


def _is_given(part: pl.Expr | None) -> bool:
    return part is not None
