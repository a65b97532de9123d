"""Names and codes as text, and back: what derivations see of stored rows, and what is stored of what they answer."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from carecli.tables import Table


class Names:
    """The store's dictionary of names, read once; new names are added as they come."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._names: dict[int, str] = dict(connection.execute("SELECT code, name FROM names"))
        self._codes = {name: code for code, name in self._names.items()}

    def code(self, name: str) -> int:
        """The code of a name, made where there is none yet."""
        code = self._codes.get(name)
        if code is None:
            cursor = self._connection.execute("INSERT INTO names (name) VALUES (?)", (name,))
            code = self._codes[name] = int(cursor.lastrowid or 0)
            self._names[code] = name
        return code

    def decoder(self, table: Table) -> Callable[[Sequence[Any]], dict[str, Any]]:
        """A function from stored values, in the order of the table's columns, to text values under stored names."""
        stored = [column.stored for column in table.columns]
        named = [place for place, column in enumerate(table.columns) if column.kind == "name"]
        coded = [(place, column.codes) for place, column in enumerate(table.columns) if column.codes]

        def decode(values: Sequence[Any]) -> dict[str, Any]:
            cells = list(values)
            for place in named:
                if cells[place] is not None:
                    cells[place] = self._names[cells[place]]
            for place, codes in coded:
                if cells[place] is not None:
                    cells[place] = codes[cells[place] - 1]
            return dict(zip(stored, cells, strict=True))

        return decode

    def encoder(self, table: Table) -> Callable[[Mapping[str, Any]], list[Any]]:
        """The way back: missing columns are null."""
        columns = [(column.stored, column.kind == "name", column.codes) for column in table.columns]

        def encode(values: Mapping[str, Any]) -> list[Any]:
            cells = []
            for stored, named, codes in columns:
                value = values.get(stored)
                if value is not None and named:
                    value = self.code(str(value))
                elif value is not None and codes:
                    value = codes.index(value) + 1
                cells.append(value)
            return cells

        return encode
