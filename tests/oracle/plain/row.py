"""Rows as the oracle reads them."""

from __future__ import annotations


class Row(dict):
    """A row by column names, in words; a column that it hasn't is None."""

    def __missing__(self, key):
        return None


def first_known(*values):
    return next((value for value in values if value is not None), None)
