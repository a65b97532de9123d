"""Cases as they are kept: what happened to each, step by step, and how it stood at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

CUSTOMER, SYSTEM = "customer", "system"
"""Authors that are no agents; every other author is an agent's key."""
Change = tuple[str, str | None, str | None]
"""field (status, priority, group, assignee, tags), before, after."""


@dataclass(frozen=True, slots=True)
class Step:
    """One update of a case by one author, at an instant (epoch seconds)."""

    at: int
    author: str
    changes: tuple[Change, ...] = ()
    comment: str | None = None
    public: bool = False
    auto_reply: bool = False
    """An automatic acknowledgement went out with it."""

    @property
    def is_reply(self) -> bool:
        """A public answer by a person."""
        return self.public and self.comment is not None and self.author not in (CUSTOMER, SYSTEM)


@dataclass(frozen=True, slots=True)
class Survey:
    """One satisfaction survey; `answered_at` and `good` are None while there is no answer."""

    sent_at: int
    answered_at: int | None
    good: bool | None
    comment: str | None
    assignee: str | None
    group: str


@dataclass(slots=True)
class Ticket:
    """One case. `via` is email, web, twitter, facebook or voice."""

    created: int
    via: str
    queue: str
    customer: int
    issue: str
    priority: str
    subject: str
    opener: str = CUSTOMER
    external_id: str | None = None
    number: int = 0
    steps: list[Step] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)
    merged_into: int | None = None
    deleted_at: int | None = None

    def until(self, cut: int) -> list[Step]:
        """The steps up to and including that instant."""
        return [step for step in self.steps if step.at <= cut]

    def value(self, name: str, cut: int) -> str | None:
        """A field's value at an instant."""
        found: str | None = None
        for step in self.until(cut):
            for changed, _, after in step.changes:
                if changed == name:
                    found = after
        return found

    def times(self, name: str, value: str, cut: int) -> list[int]:
        """When a field took a value, up to an instant."""
        return [step.at for step in self.until(cut) for key, _, after in step.changes if (key, after) == (name, value)]

    def status_spans(self, cut: int) -> Iterator[tuple[str, int, int]]:
        """(status, from, to) from creation to the instant."""
        status, since = "new", self.created
        for step in self.until(cut):
            for name, _, after in step.changes:
                if name == "status" and after is not None:
                    if step.at > since:
                        yield status, since, step.at
                    status, since = after, step.at
        if cut > since:
            yield status, since, cut

    def reopens(self, cut: int) -> int:
        """How often it went from solved back to open."""
        return sum(("status", "solved", "open") in step.changes for step in self.until(cut))

    def exported(self, start: int, cut: int) -> bool:
        """Created within the period, or not yet solved when the period began."""
        if self.created > cut:
            return False
        return self.created >= start or self.value("status", start) not in ("solved", "closed")
