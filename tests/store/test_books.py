"""The books as the data board reads them: feeds, the last files, what was refused, what is in quarantine."""

from __future__ import annotations

from pathlib import Path

from carecli.store.books import BadPlaces, BadRows, FeedReach, Refusal, read_books
from carecli.store.connection import writing
from carecli.store.ingest import FileResult, record_refusal
from tests.store.staging import StagedFile, StagedRow
from tests.store.test_merge import bring, call, ticket

NOON = 1_000_000_000


def span(table: str, first: int, last: int) -> dict[str, object]:
    return {"table": table, "first": first, "last": last}


def refuse(store: Path, state: str, sha256: str, now: int, message: str = "why", kind: str | None = "k.calls") -> None:
    result = FileResult(f"in/{sha256}.csv", state, kind, "desk", sha256, code="fewer-rows", message=message)
    with writing(store) as connection:
        record_refusal(connection, result, size=1, now=now)


def test_a_feed_reaches_from_the_first_row_to_the_newest_of_all_its_files(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    for number, (first, last, finished) in enumerate([(100, 200, True), (150, 300, True), (50, 60, False)]):
        summary = {"coverage": [span("interactions", first, last)], "finished_only": finished}
        bring(store, StagedFile("k.calls", [call(number, str(number))], summary=summary))
        (feed,) = read_books(store).feeds
        assert feed.finished_only is finished  # one file with open contacts makes it an open feed
    assert feed == FeedReach("desk", "k.calls", ("interactions",), 3, 50, 300, False)


def test_a_feed_without_a_period_is_listed_too(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    agents = [StagedRow("agents", {"agent_id": "7", "name": "Ann"}, 1)]
    bring(store, StagedFile("k.agents", agents, source="hr"))
    surveys = [StagedRow("surveys", {"survey_id": "s", "kind": "csat", "sent_at": NOON}, 1)]
    bring(store, StagedFile("k.surveys", surveys, summary={"coverage": [span("surveys", NOON, NOON)]}))
    assert read_books(store).feeds == (
        FeedReach("desk", "k.surveys", ("surveys",), 1, NOON, NOON, None),
        FeedReach("hr", "k.agents", ("agents",), 1, None, None, None),
    )
    assert [feed.source for feed in read_books(store, "hr").feeds] == ["hr"]


def test_the_last_20_files_with_what_became_of_them(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    assumed = {"zone": "Europe/Berlin", "dates": "day first"}
    for number in range(21):
        file = StagedFile("k.calls", [call(number, str(number))], ignored={"blank": 2}, summary={"assumed": assumed})
        brought = bring(store, file)
    refuse(store, "held", "f", NOON + 5)
    books = read_books(store)
    assert (len(books.files), books.files_in_all) == (20, 22)
    held, newest = books.files[:2]
    assert (held.file.state, held.file.rows, held.file.message, held.imported_at) == ("held", None, "why", NOON + 5)
    assert (newest.file.rows, newest.file.new, newest.file.ignored) == (3, 1, 2)
    assert newest.file.assumed == assumed
    assert newest.file.reasons == {"blank": 2}
    assert newest.file.sha256 == brought.sha256
    assert read_books(store, "elsewhere").files_in_all == 0


def test_what_was_refused_is_listed_until_its_bytes_are_imported(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    refuse(store, "rejected", "", NOON, message="can't be opened", kind=None)
    refuse(store, "held", "aa", NOON + 1, message="400 of 900")
    refuse(store, "held", "bb", NOON + 2, message="300 of 900")
    held = Refusal("held", "k.calls", "desk", "fewer-rows", 2, "in/bb.csv", "300 of 900", NOON + 2)
    rejected = Refusal("rejected", None, "desk", "fewer-rows", 1, "in/.csv", "can't be opened", NOON)
    assert read_books(store).refusals == (held, rejected)
    bring(store, StagedFile("k.calls", [call(1, "a")], summary={"sha256": "bb"}))
    (held, still) = read_books(store).refusals
    assert (held.files, held.path, held.message) == (1, "in/aa.csv", "400 of 900")
    assert still == rejected  # a file that couldn't be read has no bytes to know it by
    bring(store, StagedFile("k.calls", [call(2, "b")], summary={"sha256": "aa"}))
    assert read_books(store).refusals == (rejected,)


def test_quarantine_by_kind_code_and_column(tmp_path: Path) -> None:
    store = tmp_path / "store.db"
    bring(store, StagedFile("k.calls", [call(1, "a")], quarantine=[(2, "bad-time"), (3, "bad-time"), (4, "no-id")]))
    bring(store, StagedFile("k.calls", [call(1, "b")], quarantine=[(9, "bad-time")]))
    bring(store, StagedFile("z.tickets", [ticket(1, "1")], source="north"))
    books = read_books(store)
    assert books.bad_rows == (BadRows("desk", "k.calls", 4, 6),)
    assert books.bad_places == (
        BadPlaces("desk", "k.calls", "bad-time", "column", 3, "file", 9, "x", "y"),  # of two files' line 2 and 9
        BadPlaces("desk", "k.calls", "no-id", "column", 1, "file", 4, "x", "y"),
    )
    assert read_books(store, "north").bad_places == ()
