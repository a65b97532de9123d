"""Rows of a Parquet file, cell by cell as text, in the limited child and with one thread.

Only canonical files come as Parquet. polars is imported here and nowhere else in this package.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from carecli.sources.headers import MOST_COLUMNS
from carecli.sources.records import Record
from carecli.sources.verdicts import RAW_LIMIT, Item, Rejected

if TYPE_CHECKING:
    from polars import DataFrame

ROWS_AT_ONCE = 10_000


def read_frame(data: bytes) -> DataFrame:
    """The whole table. Whatever the reader panics about is a damaged file."""
    import polars
    from polars.exceptions import PanicException

    try:
        frame = polars.read_parquet(BytesIO(data), parallel="none", hive_partitioning=False, glob=False)
    except (Exception, PanicException) as problem:
        raise Rejected("damaged-parquet", f"the Parquet file can't be read ({type(problem).__name__})") from None
    if frame.width > MOST_COLUMNS:
        raise Rejected("too-many-columns", f"{frame.width} columns; at most {MOST_COLUMNS} are read")
    return frame


def read_rows(frame: DataFrame) -> Iterator[Item]:
    """All rows; a row's line is its place in the table."""
    number = 0
    for part in frame.iter_slices(ROWS_AT_ONCE):
        for row in part.iter_rows(named=True):
            number += 1
            cells = {name: _cell(value) for name, value in row.items()}
            raw = json.dumps(cells, ensure_ascii=False, default=str)[:RAW_LIMIT]
            yield Record(number, number, number, cells, raw)


def _cell(value: Any) -> Any:
    """Text as a delimited file would carry it; a naive time stays naive and needs the file's zone."""
    if value is None or isinstance(value, str | bool | list | dict):
        return value
    if isinstance(value, datetime):
        return value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        microseconds = value // timedelta(microseconds=1)
        return f"{'-' if microseconds < 0 else ''}{abs(microseconds) // 1_000_000}.{abs(microseconds) % 1_000_000:06d}"
    return str(value)
