"""What people write: mapped to the very table that exists, whole or not at all, and out of reach of imports."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Table
from sqlalchemy.dialects import sqlite

from carecli.errors import NoSpace, NoStore, StoreDamaged, UsageProblem
from carecli.intake.importing import ImportRequest, import_files
from carecli.store import connection as connections
from carecli.store.connection import reading, writing
from carecli.store.frames import generation, load_snapshot, state_hash
from carecli.store.written import WrittenAnnotation, add_annotation, list_annotations, remove_annotation
from carecli.tables import ANNOTATION_KINDS, ANNOTATIONS

NOON = 1_747_051_200  # 2025-05-12T12:00Z
HOUR = 3_600


@pytest.fixture
def store(tmp_path: Path) -> Path:
    return tmp_path / "store.db"


def add(store: Path, text: str = "phones down", **values: Any) -> int:
    return add_annotation(store, **{"at": NOON, "text": text, "author": "lead", "now": NOON + HOUR, **values})


def rows(store: Path, sql: str) -> list[tuple[Any, ...]]:
    with reading(store) as connection:
        return connection.execute(sql).fetchall()


def shown(store: Path, first: int | None = None, last: int | None = None) -> list[tuple[Any, ...]]:
    frame = load_snapshot(store, (ANNOTATIONS,), first, last).frames["annotations"]
    return frame.sort("at", "text").select("id", "at", "until", "kind", "scope", "text").rows()


def test_the_mapped_class_and_the_table_have_one_schema(store: Path) -> None:
    add(store)
    declared = {
        name: (kind, bool(required), bool(key))
        for _, name, kind, required, _, key in rows(store, "PRAGMA table_info(written_annotations)")
    }
    table = WrittenAnnotation.__table__  # type: ignore[attr-defined]  # SQLModel adds it when the class is made
    assert isinstance(table, Table)
    mapped = {
        column.name: (
            column.type.compile(dialect=sqlite.dialect()),
            not column.nullable and not column.primary_key,
            column.primary_key,
        )
        for column in table.columns
    }
    assert list(mapped) == list(declared)
    assert mapped == declared
    assert rows(store, "SELECT strict FROM pragma_table_list('written_annotations')") == [(1,)]


def test_what_was_added_is_listed_by_time(store: Path) -> None:
    late = add(store, "web 25.5.2", kind="release", at=NOON + HOUR)
    early = add(store, " phones down ", until=NOON + 2 * HOUR, scope="queue=Billing", author="Ms Lead")
    first, second = list_annotations(store)
    assert (first.id, second.id) == (early, late)
    assert (first.at, first.until, first.kind, first.scope) == (NOON, NOON + 2 * HOUR, "incident", "queue=Billing")
    assert (first.text, first.author, first.written_at) == ("phones down", "Ms Lead", NOON + HOUR)
    assert (second.until, second.kind, second.scope, second.removed_at) == (None, "release", "", None)


def test_what_was_removed_stays_in_the_table(store: Path) -> None:
    gone, kept = add(store, "wrong day"), add(store, "right day")
    remove_annotation(store, gone, "second lead", NOON + 5 * HOUR)
    assert [annotation.id for annotation in list_annotations(store)] == [kept]
    assert [annotation.id for annotation in list_annotations(store, include_removed=True)] == [gone, kept]
    assert rows(store, f"SELECT text, removed_at, removed_by FROM written_annotations WHERE id = {gone}") == [
        ("wrong day", NOON + 5 * HOUR, "second lead")
    ]
    assert [row[-1] for row in shown(store)] == ["right day"]


def test_only_what_is_in_force_can_be_removed(store: Path) -> None:
    with pytest.raises(NoStore):
        remove_annotation(store, 1, "lead", NOON)
    assert not store.exists()
    number = add(store)
    remove_annotation(store, number, "lead", NOON)
    with pytest.raises(UsageProblem, match="removed already, by 'lead'"):
        remove_annotation(store, number, "another", NOON + 1)
    with pytest.raises(UsageProblem, match="no annotation 99"):
        remove_annotation(store, 99, "lead", NOON)
    assert rows(store, "SELECT removed_at, removed_by FROM written_annotations") == [(NOON, "lead")]


@pytest.mark.parametrize("kind", ANNOTATION_KINDS)
def test_every_kind_of_the_code_set_is_taken_and_shown(store: Path, kind: str) -> None:
    number = add(store, kind=kind)
    assert shown(store) == [(-number, NOON, None, ANNOTATION_KINDS.index(kind) + 1, "", "phones down")]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "party"}, "no such kind of annotation: 'party'"),
        ({"text": " \n "}, "the text is empty"),
        ({"text": "x" * 401}, "the text has 401 characters"),
        ({"text": "caf\udce9"}, "the text isn't UTF-8"),
        ({"author": ""}, "the author is empty"),
        ({"scope": "Billing"}, "a scope is DIM=VALUE"),
        ({"scope": "queue="}, "a scope is DIM=VALUE"),
        ({"until": NOON}, "ends after it starts"),
        ({"at": 0}, "years 2000 to 2099"),
        ({"until": 253_402_300_800}, "years 2000 to 2099"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(store: Path, values: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageProblem, match=message):
        add(store, **values)
    assert not store.exists()


def test_the_table_itself_refuses_a_kind_outside_the_code_set(store: Path) -> None:
    add(store)
    with pytest.raises(StoreDamaged, match="CHECK"), writing(store) as connection:
        connection.execute("UPDATE written_annotations SET kind = 'party'")


def test_a_failure_after_the_insert_leaves_nothing(store: Path) -> None:
    add(store, "before")
    with writing(store) as connection:
        connection.execute("CREATE TRIGGER stop BEFORE UPDATE ON meta BEGIN SELECT RAISE(FAIL, 'stopped'); END")
    for write in (lambda: add(store, "after"), lambda: remove_annotation(store, 1, "lead", NOON)):
        with pytest.raises(StoreDamaged, match="stopped"):
            write()
    assert rows(store, "SELECT id, text, removed_at FROM written_annotations") == [(1, "before", None)]


def test_a_full_disk_is_said_in_words_and_takes_nothing_with_it(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, "before")
    (pages,) = rows(store, "PRAGMA page_count")[0]
    monkeypatch.setitem(connections.WRITER_PRAGMAS, "max_page_count", pages)
    told: list[int] = []
    with pytest.raises(NoSpace, match="no space left"):
        told.extend(add(store, "x" * 400) for _ in range(500))
    assert [annotation.text for annotation in list_annotations(store)] == ["before"] + ["x" * 400] * len(told)
    with reading(store) as connection:
        assert generation(connection) == 1 + len(told)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_whoever_watches_is_woken(store: Path) -> None:
    number = add(store)
    assert load_snapshot(store, (ANNOTATIONS,)).generation == 1
    remove_annotation(store, number, "lead", NOON)
    assert load_snapshot(store, (ANNOTATIONS,)).generation == 2


def import_sheet(store: Path, text: str) -> None:
    """A canonical sheet whose text column is `text`; other bytes each time, so that it is never just repeated."""
    sheet = store.with_name("annotations.csv")
    sheet.write_text(f"at,until,kind,scope,text\n2025-05-12T12:00:00Z,,incident,,{text}\n")
    request = ImportRequest(store=store, key_file=store.with_name("key"), now=NOON)
    assert [result.state for result in import_files([sheet], request)] == ["imported"]


def test_imports_leave_it_alone_and_it_leaves_them_alone(store: Path) -> None:
    number = add(store)
    import_sheet(store, "phones down")
    imported = state_hash(store)
    import_sheet(store, "phones down\n2025-05-12T13:00:00Z,,release,,web 25.5.2")
    assert sorted((row[0] < 0, row[-1]) for row in shown(store)) == [
        (False, "phones down"),
        (False, "web 25.5.2"),
        (True, "phones down"),
    ]
    assert [annotation.id for annotation in list_annotations(store)] == [number]
    before = state_hash(store)
    assert before != imported
    add(store, "another")
    assert state_hash(store) == before


def test_a_window_shows_what_reaches_into_it_written_or_imported(store: Path) -> None:
    add(store, "written", until=NOON + 48 * HOUR, kind="campaign")
    import_sheet(store, "a moment")
    import_sheet(store, "imported\n2025-05-12T12:00:00Z,2025-05-14T12:00:00Z,campaign,,long")
    for first, last, texts in [
        (NOON + 24 * HOUR, NOON + 25 * HOUR, ["long", "written"]),
        (NOON, NOON + 1, ["a moment", "imported", "long", "written"]),
        (NOON - HOUR, NOON, []),
        (NOON + 49 * HOUR, NOON + 50 * HOUR, []),
    ]:
        assert sorted(row[-1] for row in shown(store, first, last)) == texts
