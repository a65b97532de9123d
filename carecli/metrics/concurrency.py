"""Chats an agent holds at once: what a chat costs an agent beside how long it lasts (R49).

An agent's time is the union of the agent's chats; each moment of it is shared equally by the chats that are held then.
The shares of all chats sum to the union, so the effective handle time of any slice is the mean of its chats' shares.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import polars as pl

from carecli.metrics.frames import code
from carecli.tables import CHANNELS

CHAT = code(CHANNELS, "chat")


@dataclass(frozen=True, slots=True)
class Concurrency:
    """One agent's chats. Times are milliseconds."""

    agent: int
    """The agent's code."""
    chats: int
    handle_ms: int
    """Sum of the chats' handle times."""
    agent_ms: int
    """The union of them: what the agent worked."""

    @property
    def at_once(self) -> Fraction:
        """c: chats held at once on average, 1 where none overlap."""
        return Fraction(self.handle_ms, self.agent_ms) if self.agent_ms else Fraction(1)

    @property
    def effective_ms(self) -> Fraction:
        """AHT / c."""
        return Fraction(self.agent_ms, self.chats)


def with_shares(legs: pl.DataFrame) -> pl.DataFrame:
    """`legs` with `effective_ms`: the time a handled chat costs its agent, in whole milliseconds.

    A chat is held from its answer for its handle time. Without an agent it shares with none; null for what is no
    handled chat.
    """
    chats = legs.filter(_handled_chats()).select("table", "row", *_span(), "handle_ms")
    told = chats.filter(pl.all_horizontal(pl.col("agent", "start").is_not_null()))
    clock = _clock(told)
    for end in ("start", "end"):
        hand = clock.select("agent", pl.col("at").alias(end), pl.col("shared").alias(f"{end}_shared"))
        told = told.join(hand, on=["agent", end], how="left", maintain_order="left")
    shares = told.select("table", "row", (pl.col("end_shared") - pl.col("start_shared")).round().alias("share"))
    chats = chats.join(shares, on=["table", "row"], how="left", maintain_order="left")
    effective = pl.coalesce("share", pl.col("handle_ms").cast(pl.Float64)).cast(pl.Int64).alias("effective_ms")
    return legs.join(chats.select("table", "row", effective), on=["table", "row"], how="left", maintain_order="left")


def by_agent(legs: pl.DataFrame) -> list[Concurrency]:
    """The concurrency of each agent in these legs, by code; chats without an agent are left out."""
    spans = legs.filter(_handled_chats()).select(*_span()).drop_nulls().sort("agent", "start")
    reached = pl.col("end").cum_max().shift(1).over("agent")
    new = pl.max_horizontal(pl.col("end") - pl.max_horizontal("start", reached), pl.lit(0))
    agents = spans.with_columns(new.alias("new")).group_by("agent", maintain_order=True)
    sums = agents.agg(pl.len(), (pl.col("end") - pl.col("start")).sum().alias("handle"), pl.col("new").sum())
    return [Concurrency(*row) for row in sums.iter_rows()]


def _handled_chats() -> pl.Expr:
    return ((pl.col("channel") == CHAT) & (pl.col("handled") == 1)).fill_null(False)


def _span() -> tuple[pl.Expr, ...]:
    start = pl.col("connected") * 1000
    return pl.col("agent"), start.alias("start"), (start + pl.col("handle_ms")).alias("end")


def _clock(spans: pl.DataFrame) -> pl.DataFrame:
    """`agent`, `at`, `shared`: a clock of each agent that runs at 1/k while k chats are held, at each start and end."""
    starts = spans.select("agent", pl.col("start").alias("at"), pl.lit(1).alias("change"))
    ends = spans.select("agent", pl.col("end").alias("at"), pl.lit(-1).alias("change"))
    edges = pl.concat([starts, ends]).group_by("agent", "at").agg(pl.col("change").sum()).sort("agent", "at")
    held = pl.col("change").cum_sum().over("agent").alias("held")
    edges = edges.with_columns(held, (pl.col("at").shift(-1) - pl.col("at")).over("agent").alias("length"))
    passed = pl.when(pl.col("held") > 0).then(pl.col("length") / pl.col("held")).otherwise(0.0)
    edges = edges.with_columns(passed.fill_null(0.0).alias("passed"))
    return edges.select("agent", "at", (pl.col("passed").cum_sum().over("agent") - pl.col("passed")).alias("shared"))
