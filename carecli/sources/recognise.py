"""Which kind of file is this: names found in it against the fingerprints of the catalog."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

from carecli.privacy import redact
from carecli.sources.entry import Entry, normalise
from carecli.sources.verdicts import Rejected

USER_MAPPING = "user mapping"
"""The source of knowledge of an entry that a user wrote."""

NEAR = 0.5
"""Of a fingerprint, so that it is worth naming as the nearest."""
UNKNOWN_HINT = "`carecli kinds` lists what is read; `carecli map FILE` proposes a mapping"

Catalog = Mapping[str, Entry]
Suits = Callable[[Entry], bool]


def match_names(
    names: frozenset[str], containers: Iterable[str], catalog: Catalog, suits: Suits | None = None
) -> Entry | None:
    """The one entry whose fingerprint is among the names and that `suits` (None: whatever it is).

    A user's mapping goes before a vendor's entry, that before a canonical one, and the more exact before the less.
    """
    wanted = set(containers)
    entries = (entry for entry in catalog.values() if wanted & set(entry.container))
    found = preferred([entry for entry in entries if entry.matches(names) and (suits is None or suits(entry))])
    best = [one for one in found if not any(_marks(one) < _marks(other) for other in found)]
    if len(best) > 1:
        kinds = ", ".join(entry.kind for entry in best)
        raise Rejected("ambiguous-kind", f"this could be {kinds}", hint="say which with --as KIND")
    return best[0] if best else None


def preferred(found: Sequence[Entry]) -> Sequence[Entry]:
    """Of entries that fit alike: a user's mappings, else vendors' entries, else canonical ones."""
    users = [entry for entry in found if by_user(entry)]
    return users or [entry for entry in found if entry.canonical is None] or found


def by_user(entry: Entry) -> bool:
    """Whether the entry is a user's mapping."""
    return entry.source_of_knowledge == USER_MAPPING


def _marks(entry: Entry) -> frozenset[object]:
    """All that an entry asks for; what asks for more of the same is more exact."""
    return frozenset((*entry.fingerprint, *entry.wrapper.items()))


def match_line(line: str, container: str, catalog: Catalog) -> Entry | None:
    """The entry of a file of lines, or of a table without a header, by its first line."""
    found = [
        entry
        for entry in catalog.values()
        if entry.pattern is not None and container in entry.container and re.match(entry.pattern, line)
    ]
    return next(iter(preferred(found)), None)


def unknown_kind(names: Iterable[str], containers: Iterable[str], catalog: Catalog) -> Rejected:
    """What was found, which entry is nearest, and what it lacks."""
    found = tuple(names)
    verdict = _unknown_kind(found, containers, catalog)
    verdict.names = found
    return verdict


def _unknown_kind(names: Sequence[str], containers: Iterable[str], catalog: Catalog) -> Rejected:
    shown = [redact(name, 40) for name in islice(names, 12)]
    known = frozenset(map(normalise, names)) | frozenset(names)
    wanted = set(containers)
    entries = [entry for entry in catalog.values() if entry.fingerprint and wanted & set(entry.container)]
    message = f"this is no kind of file that is known; found: {', '.join(shown) or 'no names'}"
    nearest = max(entries, key=lambda entry: (_share(entry, known), len(entry.fingerprint)), default=None)
    if nearest is None or _share(nearest, known) < NEAR:
        return Rejected("unknown-kind", message, hint=UNKNOWN_HINT)
    return Rejected(
        "unknown-kind", message, hint=f"nearest is {nearest.kind}{_difference(nearest, known)}; {UNKNOWN_HINT}"
    )


def _difference(nearest: Entry, known: frozenset[str]) -> str:
    if missing := nearest.missing(known):
        return f"; missing: {', '.join(missing)}"
    if extra := sorted(nearest.own_names(known) & set(nearest.forbids)):
        return f", which has no {', '.join(extra)}"
    return f"; if it is one, say --as {nearest.kind}"


def _share(entry: Entry, names: frozenset[str]) -> float:
    return 1 - len(entry.missing(names)) / len(entry.fingerprint)
