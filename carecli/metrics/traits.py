"""What a row is through its customer and its reason: region, segment, and the classes of its issue type (R40, R68)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from carecli.metrics.frames import frame
from carecli.policy.classes import DIMENSIONS
from carecli.policy.pack import Pack
from carecli.store.snapshot import Snapshot

OF_CUSTOMER = ("region", "segment")
"""Name columns of customers that are dimensions of every row with a customer."""
CLASSES = DIMENSIONS
"""Dimensions of every row with an issue type."""


@dataclass(frozen=True)
class Traits:
    """Lookups from the code of a customer or an issue type to the code of a dimension's value."""

    _of: Mapping[str, tuple[str, pl.DataFrame]]
    """Dimension -> the column of a fact that is looked up, and the frame (`key`, `value`) it is looked up in."""

    def code(self, dimension: str) -> pl.Expr:
        """The code of each row's value, null where there is none: a name code of OF_CUSTOMER, a place of CLASSES."""
        column, known = self._of[dimension]
        if known.is_empty():
            return pl.lit(None, pl.Int64)
        return pl.col(column).replace_strict(known["key"], known["value"], default=None, return_dtype=pl.Int64)

    def values(self, dimension: str) -> pl.Series:
        """Every code that some customer or issue type has."""
        return self._of[dimension][1]["value"].unique()


def traits_of(snapshot: Snapshot, pack: Pack) -> Traits:
    """The traits of a snapshot's customers, of whatever system, and of its issue types by the classes of a pack."""
    customers = {name: ("customer", _of_customers(snapshot, name)) for name in OF_CUSTOMER}
    types = _issue_types(snapshot) if any(pack.classes.types.values()) else {}
    return Traits({**customers, **{name: ("issue_type", _classed(types, name, pack)) for name in CLASSES}})


def _of_customers(snapshot: Snapshot, column: str) -> pl.DataFrame:
    known = frame(snapshot, "customers").drop_nulls(["customer_id", column]).unique("customer_id", keep="first")
    return known.select(key="customer_id", value=column)


def _issue_types(snapshot: Snapshot) -> dict[int, str]:
    """Name code -> name of every issue type of any table."""
    tables = [rows["issue_type"].unique() for rows in snapshot.frames.values() if "issue_type" in rows.columns]
    codes = pl.concat(tables).unique().drop_nulls() if tables else ()
    return {code: name for code in codes if (name := snapshot.name(code)) is not None}


def _classed(types: Mapping[int, str], dimension: str, pack: Pack) -> pl.DataFrame:
    """The place of each type's value among the values of the pack."""
    values = pack.classes.values(dimension)
    found = {code: value for code, name in types.items() if (value := pack.classes.of(dimension, name)) is not None}
    rows = [(code, values.index(value)) for code, value in found.items()]
    return pl.DataFrame(rows, schema={"key": pl.Int64, "value": pl.Int64}, orient="row")
