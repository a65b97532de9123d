"""Contacts and repeats (R2, R3, R53)."""

from __future__ import annotations

from tests.oracle.plain.registry import OF_CONTACTS, counted, metric


@metric("volume", "count", OF_CONTACTS)
def volume(facts, _window):
    return [counted(row, row["at"]) for row in facts.contacts]


@metric("volume_new", "count", OF_CONTACTS)
def volume_new(facts, _window):
    return [counted(row, row["at"], not row["follow_up"]) for row in facts.contacts]


@metric("volume_follow_up", "count", OF_CONTACTS)
def volume_follow_up(facts, _window):
    return [counted(row, row["at"], row["follow_up"]) for row in facts.contacts]


@metric("repeat_contacts", "ratio", OF_CONTACTS)
def repeat_contacts(facts, _window):
    for row in facts.contacts:
        yield counted(row, row["at"], adds=row["repeated"], more=[("unknown customer or reason", row["unkeyed"])])
