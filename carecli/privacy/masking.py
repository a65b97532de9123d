"""What is hidden where others can see the screen: agents, customers, orders, and whatever a customer wrote.

Masks are made by the store's key: the same person has the same mask on every board and every day, and nobody who sees
the screen can tell who it is. Case and contact ids stay: without them a case could not be found in its own system.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any, Final, TypeVar

from carecli.privacy.redaction import redact

HIDDEN: Final = "(masked)"
AGENT: Final = "agent "
_CODE: Final = 6  # characters of base32 that are shown: 30 bits, two of 100 agents meet once in 200,000 stores
_PSEUDONYM: Final = re.compile(r"C-[A-Z2-7]{16}")
_KIND_OF: Final[Mapping[str, str]] = {
    **dict.fromkeys(("agent", "assignee", "actor", "owner", "reviewer", "author"), "agent"),
    **dict.fromkeys(("customer", "customer_id"), "customer"),
    **dict.fromkeys(("order", "order_id", "order_number"), "order"),
    **dict.fromkeys(("subject", "comment", "words", "reason"), "words"),
    **dict.fromkeys(("url",), "gone"),
}
"""What a field, a column, a dimension or a labelled fact of that name holds; `words` is free text."""
_PLAIN_EVENTS: Final = ("created", "status", "priority", "escalated", "reopened", "closed", "paused", "resumed")
"""Events of a case whose values are words of the system; those of `assigned` are agents, all others may be text."""
Anything = TypeVar("Anything")


@dataclass
class Masker:
    """Masks values and whole boards. `customers` covers customers, orders and free text; `agents` agents."""

    key: bytes = field(repr=False)
    agents: bool = True
    customers: bool = True
    _known: dict[str, str] = field(default_factory=dict, repr=False)
    """Mask -> agent, so that a slice that was opened from a masked board can be asked for."""
    _named: dict[str, str] = field(default_factory=dict, repr=False)
    """Id of an agent -> the name it is shown by, so that both have one mask."""

    def agent(self, name: str | None) -> str | None:
        """`agent 7F3K9Q`."""
        if name is None or not self.agents or name in self._known:
            return name
        mask = f"{AGENT}{self._code('agent', self._named.get(name, name))}"
        if name in self._named:
            self._known[mask] = name
        self._known.setdefault(mask, name)
        return mask

    def unmasked(self, asked: Anything) -> Anything:
        """What is asked for, with the agents' masks in it turned back into the agents."""
        found: Anything = self._unmasked(asked)
        return found

    def customer(self, name: str | None) -> str | None:
        """`customer C-7F3K9Q`: the first of a pseudonym's characters, else a code of the id."""
        if name is None or not self.customers or name.startswith("customer C-"):
            return name
        short = name[: 2 + _CODE] if _PSEUDONYM.fullmatch(name) else f"C-{self._code('customer', name)}"
        return f"customer {short}"

    def words(self, text: str | None) -> str | None:
        """Free text of or about a customer is hidden as a whole: names can't be found by rules."""
        return HIDDEN if text and self.customers else text

    def other(self, text: str) -> str:
        """Any other text, without the e-mail addresses, telephone, card and account numbers in it."""
        return _redacted(text) if self.customers else text

    def value(self, name: str, value: Any) -> Any:
        """A value under the name of its field, column or dimension."""
        if not isinstance(value, str):
            return self.board(value)
        match _KIND_OF.get(name.lower().replace(" ", "_")):
            case "agent":
                return self.agent(value)
            case "customer":
                return self.customer(value)
            case "order" | "words":
                return self.words(value)
            case "gone":
                return None if self.customers else value
        return self.other(value)

    def board(self, shown: Anything) -> Anything:
        """A board, or any part of one, with everything in it masked; what holds nothing to mask is the same object."""
        masked: Anything = self._masked(shown) if self.agents or self.customers else shown
        return masked

    def _unmasked(self, asked: Any) -> Any:
        if isinstance(asked, str):
            return self._known.get(asked, asked)
        if isinstance(asked, Mapping):
            return {name: self._unmasked(value) for name, value in asked.items()}
        if isinstance(asked, tuple):
            return tuple(self._unmasked(each) for each in asked)
        if not is_dataclass(asked) or isinstance(asked, type):
            return asked
        found = {each.name: self._unmasked(getattr(asked, each.name)) for each in fields(asked)}
        changed = {name: value for name, value in found.items() if value != getattr(asked, name)}
        return replace(asked, **changed) if changed else asked

    def _masked(self, shown: Any) -> Any:
        if isinstance(shown, str):
            return self.other(shown)
        if is_dataclass(shown) and not isinstance(shown, type):
            return self._of_record(shown)
        if isinstance(shown, Mapping):
            return {key: self.value(str(key), value) for key, value in shown.items()}
        if isinstance(shown, tuple):
            return self._of_tuple(shown)
        return [self._masked(each) for each in shown] if isinstance(shown, list) else shown

    def _of_tuple(self, shown: tuple[Any, ...]) -> tuple[Any, ...]:
        """A pair that begins with a text is a label and its value."""
        if len(shown) == 2 and isinstance(shown[0], str):
            return (shown[0], self.value(shown[0], shown[1]))
        return tuple(self._masked(each) for each in shown)

    def _of_record(self, shown: Any) -> Any:
        if _dimension_of(shown) == "agent" and (name := getattr(shown, "name", None)):
            self._named.setdefault(getattr(shown, "value", None) or name, name)
        changed = {}
        for each in fields(shown):
            value = getattr(shown, each.name)
            masked = self._of_field(shown, each.name, value)
            if masked is not value and masked != value:
                changed[each.name] = masked
        return replace(shown, **changed) if changed else shown

    def _of_field(self, shown: Any, name: str, value: Any) -> Any:
        """A field; the names and cells of a slice or of rows are told apart by the dimensions and columns beside."""
        if name in ("case_id", "interaction_id", "case", "contact") and _is_reference(value):
            return value
        if name in ("cells", "lines", "names", "breadcrumb", "value", "name", "from_value", "to_value"):
            return self._in_context(shown, name, value)
        return self.value(name, value)

    def _in_context(self, shown: Any, name: str, value: Any) -> Any:
        if name == "lines" and hasattr(shown, "columns"):
            kinds = [column.kind if column.kind != "text" else column.key for column in shown.columns]
            return tuple(self._of_line(line, kinds) for line in value)
        if name == "names" and (by := _slice_of(shown)) is not None:
            return tuple(self.value(dimension, each) for dimension, each in zip(by, value, strict=False))
        if name == "breadcrumb":
            by = dict(shown.header.where)
            return tuple(self.value(dimension, each) for dimension, each in zip(by, value, strict=False))
        if name in ("from_value", "to_value"):
            kind = getattr(shown, "kind", "")
            if kind == "assigned":
                return self.agent(value)
            return self._masked(value) if kind in _PLAIN_EVENTS else self.words(value)
        return self.value(_dimension_of(shown), value) if isinstance(value, str) else self._masked(value)

    def _of_line(self, line: Any, kinds: list[str]) -> Any:
        if not hasattr(line, "cells"):
            return self._masked(line)
        return replace(line, cells=tuple(self.value(kind, cell) for kind, cell in zip(kinds, line.cells, strict=True)))

    def _code(self, kind: str, value: str) -> str:
        message = f"carecli mask\0{kind}\0{value}".encode(errors="surrogatepass")
        return base64.b32encode(hmac.digest(self.key, message, "sha256")[:5]).decode()[:_CODE]


def _is_reference(value: Any) -> bool:
    """An id, or a source and an id: they are how a row is found again."""
    pair = isinstance(value, tuple) and len(value) == 2 and all(isinstance(each, str) for each in value)
    return isinstance(value, str) or pair


def _slice_of(shown: Any) -> Mapping[str, Any] | None:
    """The slice whose values the `names` of a board are."""
    where = getattr(shown, "where", None)
    if isinstance(where, Mapping):
        return where
    figure = getattr(shown, "figure", None)
    return getattr(figure, "by", None)


def _dimension_of(shown: Any) -> str:
    """The dimension that a row is a value of: what it says, else the last of its figures' slice."""
    if isinstance(dimension := getattr(shown, "dimension", None), str):
        return dimension
    figures = getattr(shown, "figures", ())
    return next(reversed(figures[0].by), "") if isinstance(figures, tuple) and figures else ""


@lru_cache(maxsize=20_000)
def _redacted(text: str) -> str:
    return redact(text, limit=10_000)
