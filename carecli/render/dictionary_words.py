"""An entry of the dictionary in words: every rendering of the page says the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from carecli.boards.dictionary import DictionaryPage, Entry, LeftOut, Target

TITLE = "Metric dictionary"
DIRECTIONS = {
    "higher": "higher is better",
    "lower": "lower is better",
    "between": "best inside its band",
    "none": "no direction",
}
NO_TARGET = "none"


def title(page: DictionaryPage) -> str:
    return f"{TITLE}, pack {page.pack}"


def summary(page: DictionaryPage) -> str:
    """How many entries, and how their fields are to be read."""
    number = len(page.entries)
    noun = "metric" if number == 1 else "metrics"
    return f"{number} {noun}; windows are whole local days; of several reasons to leave a row out the first counts"


def unit_words(entry: Entry) -> str:
    return f"{entry.unit}, {DIRECTIONS[entry.direction]}"


def window_words(entry: Entry) -> str:
    """`by resolution; ahead 7 days`."""
    parts = (
        entry.window,
        f"back {entry.look_back}" if entry.look_back else "",
        f"ahead {entry.look_ahead}" if entry.look_ahead else "",
    )
    return "; ".join(part for part in parts if part)


def target_words(target: Target) -> str:
    """`voice 80 % in 20 s (service_level.voice)`."""
    return f"{target.scope} {target.text} ({target.key})"


def targets_in_short(targets: Iterable[Target]) -> str:
    """Targets under the keys they share: `bands.asa: voice 20-60 s, chat 30-90 s`; NO_TARGET where there are none."""
    by_key: dict[str, list[str]] = {}
    for target in targets:
        stem, _, last = target.key.rpartition(".")
        key = stem if last == target.scope else target.key
        by_key.setdefault(key, []).append(f"{target.scope} {target.text}")
    return "; ".join(f"{key}: {', '.join(told)}" for key, told in by_key.items()) or NO_TARGET


def left_out_words(left_out: LeftOut) -> str:
    return f"{left_out.reason} (kept: {left_out.key})" if left_out.kept else left_out.reason


def minimum_words(entry: Entry) -> str:
    return f"no value under n={entry.minimum_n}" if entry.minimum_n else "none"


def owner_words(entry: Entry) -> str:
    return f"{entry.owner}; version {entry.version}"


def facts(entry: Entry) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Label and values of every field of an entry, the same labels for each; several values are a list."""
    yield "Formula", (entry.formula,)
    yield "Source tables", (", ".join(entry.sources),)
    yield "Unit", (unit_words(entry),)
    yield "Window", (window_words(entry),)
    yield "Target", tuple(map(target_words, entry.targets)) or (NO_TARGET,)
    yield "Pack key", (entry.pack_key or "none",)
    yield "Left out", tuple(_numbered(map(left_out_words, entry.exclusions))) or ("nothing",)
    yield "Minimum n", (minimum_words(entry),)
    if entry.quantile_method:
        yield "Quantile method", (entry.quantile_method,)
    yield "Slices", (", ".join(entry.slices),)
    yield "Owner", (owner_words(entry),)
    yield "Portable", ("yes" if entry.portable else "no",)
    yield "Requirement", (entry.requirement,)


def _numbered(reasons: Iterable[str]) -> Iterator[str]:
    return (f"{place}. {reason}" for place, reason in enumerate(reasons, start=1))
