"""Columns that hold a customer's telephone number, whatever its spelling."""

from __future__ import annotations

from carecli.sources.cells import as_present
from carecli.sources.records import MapContext

SHORTEST_NUMBER, LONGEST_NUMBER = 7, 15
"""Digits of a telephone number; fewer are an extension of the house."""


def telephone_key(context: MapContext, cell: object, column: str) -> str | None:
    """The customer's key of a number; None for withheld numbers.

    In such a column plain digits are a number too, which `customer_key` can't know: they get their "+". A number in
    national spelling has no country to be told from and meets only its own spelling. What isn't recognised is dropped
    rather than kept in clear.
    """
    text = as_present(cell, column)
    if text is None:
        return None
    if "@" in text and (key := context.customer_key(text)) != text:
        return key
    text = text.partition("@")[0]
    digits = "".join(letter for letter in text if letter.isdecimal())
    if len(digits) < SHORTEST_NUMBER:
        return context.customer_key(digits) if digits else None
    number = digits if "+" in text else digits.removeprefix("00")
    key = context.customer_key(f"+{number}")
    return None if key is None or number in key else key


def without_numbers(context: MapContext, field: str) -> str:
    """The field, or the key in its place where it is nothing but a telephone number."""
    bare = field.removeprefix("+")
    if bare.isdecimal() and SHORTEST_NUMBER <= len(bare) <= LONGEST_NUMBER:
        return telephone_key(context, field, "data") or ""
    return field
