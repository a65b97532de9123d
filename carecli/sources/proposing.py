"""A mapping proposed for a file nobody described: which table its rows are, and which column says what.

Names are compared with `vocabulary.toml` and with the canonical names, and the cells' shapes have a veto: what is no
time is never proposed for one. The result is TOML for a person to read, correct and keep; each line shows what stands
in the column, and whatever was not certain says so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from carecli.privacy import redact
from carecli.sources.catalog import canonical_fingerprint
from carecli.sources.conventions import MAY_BE_EMPTY
from carecli.sources.shapes import SampledColumn
from carecli.sources.vocabulary import plain_words, vocabulary
from carecli.tables import CHANNELS, TABLES, Column, Table

SHOWN = 3
SHOWN_LENGTH = 40
CERTAIN = 0.8
ENDS = ("ended_at", "left_at", "closed_at", "responded_at", "resolved_at")
UNMAPPABLE = ("contact_events", "identities", "links", "ladder_steps", "qa_sections")
"""Tables no sheet of one record a row is for, or that are written by hand under the canonical names."""


@dataclass(frozen=True, slots=True)
class Match:
    """A file's column proposed for a canonical one; `certainty` from 0 to 1."""

    target: Column
    column: SampledColumn
    certainty: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """The table a file's rows seem to be, and where its columns stand."""

    table: Table
    matches: tuple[Match, ...]
    missing: tuple[str, ...]
    """What the table needs and no column was found for."""

    @property
    def score(self) -> float:
        return sum(match.certainty for match in self.matches) - 3 * len(self.missing)


def propose(columns: Sequence[SampledColumn], table: str | None = None) -> Proposal:
    """The likeliest table and its columns; `table` where the user says which."""
    tables = [one for one in TABLES if one.name not in UNMAPPABLE and table in (None, one.name)]
    return max((_proposal(columns, one) for one in tables), key=lambda proposal: proposal.score)


def _proposal(columns: Sequence[SampledColumn], table: Table) -> Proposal:
    pairs = [
        Match(target, column, certainty)
        for target in table.columns
        for column in columns
        if (certainty := _certainty(target, column)) > 0
    ]
    chosen: dict[str, Match] = {}
    taken: set[str] = set()
    for match in sorted(pairs, key=lambda one: -one.certainty):
        if match.target.name not in chosen and match.column.name not in taken:
            chosen[match.target.name] = match
            taken.add(match.column.name)
    for name in _needed(table):
        if name not in chosen and (column := _by_shape(table.column(name), columns, taken)):
            chosen[name] = Match(table.column(name), column, 0.2)
            taken.add(column.name)
    found = tuple(chosen[column.name] for column in table.columns if column.name in chosen)
    return Proposal(table, found, tuple(name for name in _needed(table) if name not in chosen))


def _by_shape(target: Column, columns: Sequence[SampledColumn], taken: set[str]) -> SampledColumn | None:
    """For what is needed and has no name that is known: the first time, or the first column that repeats nothing."""
    free = (column for column in columns if column.name not in taken and column.said and _fits(target, column))
    if target.kind == "time":
        return next(free, None)
    return next((column for column in free if column.is_unique), None) if target.name.endswith("_id") else None


def _needed(table: Table) -> Iterator[str]:
    """What must be there; a channel may be said by hand."""
    optional = (*MAY_BE_EMPTY.get(table.name, ()), "channel", "minutes", "attribution")
    yield from (name for name in canonical_fingerprint(table) if name not in optional)


def _certainty(target: Column, column: SampledColumn) -> float:
    """How likely the column is the canonical one: by its name, if its cells don't speak against it."""
    if column.said and not _fits(target, column):
        return 0.0
    named = _name_certainty(target, plain_words(column.name))
    if target.kind in ("time", "code") and not column.said:
        named *= 0.5
    return named


def _name_certainty(target: Column, words: str) -> float:
    own = plain_words(target.name.removesuffix("_sec"))
    if words in (own, plain_words(target.name)):
        return 1.0
    units = vocabulary().units
    bare = " ".join(word for word in words.split() if word not in units and word not in ("utc", "in", "local", "of"))
    known = vocabulary().columns.get(target.name, ())
    for place, spelt in enumerate(known):
        if bare == spelt:
            return 0.95 - place * 0.01
    inside = [spelt for spelt in known if set(spelt.split()) < set(bare.split())]
    if inside:
        return 0.3 + 0.1 * max(len(spelt.split()) for spelt in inside)
    return 0.35 if bare and any(set(bare.split()) < set(spelt.split()) for spelt in known) else 0.0


def _fits(target: Column, column: SampledColumn) -> bool:
    """Whether the cells can be values of this kind."""
    if target.kind == "time":
        return column.is_time
    if target.kind == "duration":
        return (column.is_clock or column.is_number) and not (column.is_time and not column.is_number)
    if target.kind == "whole":
        return column.is_whole
    if target.kind == "number":
        return column.is_number
    if target.kind == "flag":
        return column.is_flag or set(column.words) <= {"0", "1"}
    if target.kind == "code":
        return column.has_few_words and not column.is_time and not column.is_number
    if target.kind == "key" and target.name.endswith("_id"):
        return not column.is_clock and not (column.is_time and not column.is_whole)
    return not column.is_time or column.is_whole


def as_toml(
    proposal: Proposal, columns: Sequence[SampledColumn], kind: str, container: str, repeated: Sequence[str] = ()
) -> str:
    """The proposal as a mapping of the catalog's form, with what stands in each column beside it."""
    used = {match.column.name for match in proposal.matches}
    left = [column for column in columns if column.name not in used]
    lines = [*_head(proposal, columns, left, kind, container)]
    lines += [f"repeated = {_listed(repeated)}"] if repeated else []
    lines += ["", "[[rows]]", f'table = "{proposal.table.name}"']
    mapped = {match.target.name: match for match in proposal.matches}
    if "updated_at" in mapped:
        lines.append(f"version = {_quoted(mapped['updated_at'].column.name)}")
    if end := next((name for name in ENDS if name in mapped), None):
        lines.append(f'complete = "{end}"')
    lines += ["", "[rows.columns]", *_column_lines(proposal)]
    if left:
        lines += [
            "",
            "# Columns without a place are kept as attributes where the table has them, unless they are private:",
        ]
        lines += [f"# {column.name}: {_shown(column)}" for column in left]
    return "\n".join(lines) + "\n"


def _head(
    proposal: Proposal, columns: Sequence[SampledColumn], left: Iterable[SampledColumn], kind: str, container: str
) -> Iterator[str]:
    times = [match.column for match in proposal.matches if match.target.kind == "time"]
    private = [column.name for column in left if _is_private(column)]
    yield "# A proposed mapping: read it, correct it, and import with it. Lines with CHECK were not certain."
    yield f'kind = "{kind}"'
    yield f'system = "{kind.partition(".")[0]}"'
    yield f'title = "{kind.partition(".")[2].replace("_", " ")}"'
    yield 'grade = "M"'
    yield f'container = ["{container}"]' if container == "csv" else 'container = ["json", "ndjson"]'
    yield f"fingerprint = {_listed(_fingerprint(columns, container))}"
    if times and all(column.tells_offset for column in times):
        yield 'zone = "offset"'
    elif times and all("utc" in plain_words(column.name).split() for column in times):
        yield 'zone = "utc"  # the headers say so'
    else:
        yield 'zone = "ask"  # its times don\'t say where: import with --tz, or write "utc"'
    if any(column.is_numeric_date for column in times):
        yield 'dates = "numeric"  # day or month first: shown by a date above 12, else import with --dates dmy or mdy'
    if private:
        yield f"private = {_listed(private)}"
    if proposal.table.has("closed_at") or proposal.table.name == "interactions":
        yield "finished_only = false  # CHECK: true if it holds finished ones only"


def _fingerprint(columns: Sequence[SampledColumn], container: str) -> list[str]:
    """The first names; of JSON those that every record has, for others may be left out of the next file."""
    named = [column for column in columns if column.name]
    always = [column for column in named if len(column.said) == len(column.cells)] if container == "json" else named
    return [column.name for column in (always or named)[:8]]


def _column_lines(proposal: Proposal) -> Iterator[str]:
    table = proposal.table
    mapped = {match.target.name for match in proposal.matches}
    for name in proposal.missing:
        yield f"# CHECK: {name} is needed ({table.column(name).meaning}); no column looks like it"
        yield f'{name} = "?"'
    if table.has("channel") and "channel" not in mapped:
        yield f'channel = {{ const = "{_channel(proposal)}" }}  # CHECK: one of {", ".join(CHANNELS)}'
    for name, const in (("minutes", "30"), ("attribution", "queued")):
        if table.has(name) and name in table.key and name not in mapped:
            yield f'{name} = {{ const = "{const}" }}  # CHECK'
    for match in proposal.matches:
        yield _column_line(match)


def _channel(proposal: Proposal) -> str:
    return "email" if proposal.table.name in ("cases", "surveys") else "voice"


def _column_line(match: Match) -> str:
    doubts = [] if match.certainty >= CERTAIN else ["CHECK"]
    value = _quoted(match.column.name)
    if match.target.kind == "duration":
        unit = _unit(match.column)
        doubts = doubts if unit else ["CHECK the unit"]
        comma = ', decimal = ","' if match.column.has_decimal_comma else ""
        value = f'{{ from = {value}, unit = "{unit or "s"}"{comma} }}'
    elif match.target.codes:
        codes, unknown = _codes(match)
        doubts += [f"CHECK: not decided: {', '.join(unknown)}"] if unknown else []
        value = f'{{ from = {value}, codes = {{ {codes} }}, other = "" }}'
    elif match.target.name == "service_level" and any(map(_is_percent, match.column.said)):
        value = f"{{ from = {value}, factor = 0.01 }}"
    elif match.target.name == "customer_id" and match.column.is_phone:
        value = f'{{ from = {value}, treat = "telephone" }}'
    note = ": ".join(filter(None, (" ".join(doubts), _shown(match.column))))
    return f"{match.target.name} = {value}  # {note}"


def _is_percent(cell: str) -> bool:
    return cell.endswith("%") or float(cell.replace(",", ".")) > 1


def _unit(column: SampledColumn) -> str | None:
    """By a word of the header, or by the form of the cells; None where nothing tells."""
    words = plain_words(column.name).split()
    named = next((vocabulary().units[word] for word in reversed(words) if word in vocabulary().units), None)
    if column.is_clock:
        parts = {cell.count(":") for cell in column.said}
        return "s" if parts == {2} else None
    return named


def _codes(match: Match) -> tuple[str, list[str]]:
    """The words of the column that have a code, as TOML, and those that have none yet."""
    known = vocabulary().codes.get(match.target.name, {})
    found: dict[str, str] = {}
    unknown = []
    for word in match.column.words:
        plain = plain_words(word)
        code = known.get(plain) or (plain.replace(" ", "_") if plain.replace(" ", "_") in match.target.codes else None)
        if code in match.target.codes:
            found[word] = str(code)
        else:
            unknown.append(redact(word, SHOWN_LENGTH))
    pairs = found or {"?": match.target.codes[0]}
    return ", ".join(f"{_quoted(word)} = {_quoted(code)}" for word, code in pairs.items()), unknown


def _is_private(column: SampledColumn) -> bool:
    return column.is_mail or column.is_phone or bool(vocabulary().private & set(plain_words(column.name).split()))


def _shown(column: SampledColumn) -> str:
    """A few cells, redacted, on one line."""
    cells = [redact(cell, SHOWN_LENGTH) for cell in column.words[:SHOWN]]
    return (
        " | ".join(" ".join("".join(c if c.isprintable() else " " for c in cell).split()) for cell in cells)
        or "(empty)"
    )


def _quoted(text: str) -> str:
    """A TOML string; what isn't printable is written as its code, so that the mapping can be read on any screen."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(letter if letter.isprintable() else f"\\U{ord(letter):08x}" for letter in quoted)


def _listed(names: Iterable[str]) -> str:
    return f"[{', '.join(map(_quoted, names))}]"
