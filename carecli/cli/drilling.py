"""From a number down to its rows, to one case or one contact, and to where that stands in its own system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from carecli.boards.addresses import address_of, checked_templates
from carecli.boards.board import CaseBoard
from carecli.boards.case import case_board
from carecli.boards.contact import contact_board
from carecli.boards.drill import ContactBoard, RowsAsked, RowsBoard, SliceBoard
from carecli.boards.figure_rows import FigureRows, figure_rows
from carecli.boards.needs import Needs, metric_needs, needs
from carecli.boards.rows import rows_board
from carecli.boards.slice import needed_window, slice_board
from carecli.boards.surroundings import open_cases_of
from carecli.cli.asking import Asking
from carecli.errors import UsageProblem
from carecli.metrics.evaluate import explain
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.figure import Explanation, Figure
from carecli.metrics.windows import parse_window
from carecli.store.connection import reading
from carecli.store.frames import generation
from carecli.store.rows import (
    events_of_case,
    files_of,
    find_case,
    find_contact,
    ladder_of_case,
    legs_of_contact,
    readable_rows,
    row_meant,
    rows_about,
    texts_of,
)
from carecli.tables import CASES, INTERACTIONS, QA_REVIEWS, SURVEYS


class Held:
    """The facts and the rows asked for last, so that a filter, a sort or a page of them reads nothing again."""

    def __init__(self) -> None:
        self._facts: tuple[object, Facts] | None = None
        self._rows: tuple[object, FigureRows] | None = None

    def facts(self, at: Asking, needed: Needs) -> Facts:
        """The facts of the store as it is now."""
        key = (_generation(at), at.as_of, at.zone, needed)
        if self._facts is None or self._facts[0] != key:
            self._facts = self._rows = None  # two at a time would take the room of two
            self._facts = (key, build_facts(at.load(needed), at.pack, at.as_of, at.zone))
        return self._facts[1]

    def rows(self, at: Asking, figure: Figure) -> FigureRows:
        """All rows of a figure, with the subjects of their cases."""
        where = {**at.where, **figure.by}
        asked = (figure.metric, figure.title, figure.window, tuple(figure.by), tuple(where.items()))
        key = (_generation(at), at.as_of, at.zone, asked)
        if self._rows is None or self._rows[0] != key:
            facts = self.facts(at, _needs_of(at, figure))
            found = figure_rows(facts, figure, parse_window(figure.window or "today", at.as_of, at.zone), where)
            subjects = texts_of(at.settings.store, CASES.name, "subject", found.cases)
            self._rows = (key, found.with_subjects(subjects))
        return self._rows[1]


def _generation(at: Asking) -> int:
    with reading(at.settings.store) as connection:
        return generation(connection)


def _needs_of(at: Asking, figure: Figure) -> Needs:
    window = parse_window(figure.window or "today", at.as_of, at.zone)
    return metric_needs(as_of=at.as_of, zone=at.zone, pack=at.pack, window=window)


def explanation(at: Asking, held: Held, figure: Figure) -> Explanation:
    """Where a figure of a board comes from: its own metric, slice and window asked for again, and its files."""
    window = parse_window(figure.window or "today", at.as_of, at.zone)
    facts = held.facts(at, _needs_of(at, figure))
    found = explain(facts, figure.metric, window=window, where={**at.where, **figure.by})
    of_tables = (files_of(at.settings.store, table, ids) for table, ids in found.rows.items())
    return replace(found, files=tuple(dict.fromkeys(file for files in of_tables for file in files)))


def load_rows(at: Asking, held: Held, asked: RowsAsked) -> RowsBoard:
    """The rows that the figure counts, one page of them."""
    return rows_board(held.rows(at, asked.figure), asked)


def load_slice(at: Asking, held: Held, where: Mapping[str, str | None], window: str, dimension: str) -> SliceBoard:
    """One slice over a window, parted by a dimension."""
    span = parse_window(window or "today", at.as_of, at.zone)
    needed = metric_needs(as_of=at.as_of, zone=at.zone, pack=at.pack, window=needed_window(span))
    return slice_board(held.facts(at, needed), span, where, dimension, at.where)


def load_case(at: Asking, held: Held, source: str | None, case_id: str) -> CaseBoard:
    """One case. UsageProblem where there is none of that id, or several sources have one."""
    store = at.settings.store
    row = _the_one(store, CASES.name, find_case(store, case_id, source), f"case {case_id!r}", source)
    if row["created_at"] is None:
        raise UsageProblem(f"of case {case_id!r} only later events are known", hint="import the tickets as well")
    if row["created_at"] > at.as_of:
        raise UsageProblem(f"no case {case_id!r} yet at that time", hint="ask for it as of a later time")
    facts = held.facts(at, needs("case", as_of=at.as_of, zone=at.zone, pack=at.pack))
    return case_board(
        facts.snapshot,
        at.pack,
        row,
        events_of_case(store, row["source"], case_id),
        as_of=at.as_of,
        zone=at.zone,
        ladder=ladder_of_case(store, row["id"]),
        contacts=_contacts_of_case(store, row["id"]),
        surveys=rows_about(store, SURVEYS, CASES, row["id"]),
        reviews=rows_about(store, QA_REVIEWS, CASES, row["id"]),
        others=readable_rows(store, CASES.name, open_cases_of(facts, row["customer_id"], but=row["id"])),
        facts=facts,
    )


def _contacts_of_case(store: Path, case_row: int) -> list[dict[str, Any]]:
    """The contacts that name the case, and the one that opened it."""
    named = rows_about(store, INTERACTIONS, CASES, case_row)
    opened_by = row_meant(store, CASES, INTERACTIONS, case_row)
    if opened_by is None or opened_by in {row["id"] for row in named}:
        return named
    return [*readable_rows(store, INTERACTIONS.name, [opened_by]), *named]


def load_contact(at: Asking, held: Held, source: str | None, interaction_id: str) -> ContactBoard:
    """One contact. UsageProblem where there is none of that id, or several sources have one."""
    store, named = at.settings.store, f"contact {interaction_id!r}"
    found = find_contact(store, interaction_id, source) or find_contact(store, interaction_id)
    row = _the_one(store, INTERACTIONS.name, found, named, source)
    if row["started_at"] is None or row["started_at"] > at.as_of:
        raise UsageProblem(f"no {named} yet at that time", hint="ask for it as of a later time")
    facts = held.facts(at, needs("case", as_of=at.as_of, zone=at.zone, pack=at.pack))
    case = _case_of_contact(store, row["id"])
    others = open_cases_of(facts, row["customer_id"], but=case["id"] if case else None)
    return contact_board(
        facts,
        row,
        legs=legs_of_contact(store, row["source"], row["interaction_id"]),
        surveys=rows_about(store, SURVEYS, INTERACTIONS, row["id"]),
        reviews=rows_about(store, QA_REVIEWS, INTERACTIONS, row["id"]),
        case=case,
        others=readable_rows(store, CASES.name, others),
    )


def _case_of_contact(store: Path, contact_row: int) -> dict[str, Any] | None:
    """The case that the contact names, else the first one that says it was opened by it."""
    meant = row_meant(store, INTERACTIONS, CASES, contact_row)
    if meant is not None:
        return readable_rows(store, CASES.name, [meant])[0]
    return next(iter(rows_about(store, CASES, INTERACTIONS, contact_row)), None)


def address(at: Asking, source: str, *, case_id: str | None, interaction_id: str | None) -> str | None:
    """The web address of a case or contact in its own system: that of its row, else by the settings' template."""
    store = at.settings.store
    if case_id is not None:
        table, found = CASES.name, find_case(store, case_id, source)
    else:
        table, found = INTERACTIONS.name, find_contact(store, interaction_id or "", source)
    (row,) = readable_rows(store, table, found[:1]) or ({},)
    ids = {name: str(value) for name in ("case_id", "interaction_id") if (value := row.get(name))}
    return address_of(row.get("url"), checked_templates(at.settings.addresses).get(source), ids)


def _the_one(store: Path, table: str, found: list[int], named: str, source: str | None) -> dict[str, Any]:
    """The only row found. UsageProblem where there is none or several."""
    if not found:
        raise UsageProblem(f"no {named}" + (f" in {source}" if source else ""))
    if len(found) > 1:
        raise UsageProblem(f"{len(found)} sources have a {named}", hint="say which with --source NAME")
    return readable_rows(store, table, found)[0]
