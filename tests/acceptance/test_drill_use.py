"""The second use: from a number to its rows to one case; the count behind a number is the number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from carecli.boards.drill import RowsAsked
from carecli.cli.asking import asking
from carecli.cli.desk import StoreDesk
from carecli.errors import UsageProblem
from carecli.metrics.figure import Figure
from tests.acceptance import contract
from tests.acceptance.running import Answer, carecli, done

Options = tuple[str, ...]


@pytest.fixture(scope="module")
def backlog(desk: Options) -> list[dict[str, Any]]:
    """The figures of the backlog by queue, without buckets."""
    figures: list[dict[str, Any]] = done(carecli("board", "backlog", *desk, "--format", "json")).json["figures"]
    return [each for each in figures if each["metric"] == "backlog" and tuple(each["by"]) == ("queue",)]


def explained(desk: Options, metric: str, **where: str | None) -> dict[str, Any]:
    slice_of = [option for name, value in where.items() for option in ("--where", f"{name}={value or ''}")]
    return done(
        carecli("explain", metric, "--rows", "all", "--window", "today", *slice_of, *desk, "--format", "json")
    ).json


def test_each_queue_s_number_is_the_count_of_its_rows(desk: Options, backlog: list[dict[str, Any]]):
    assert len(backlog) >= 5
    for figure in backlog:
        told = explained(desk, "backlog", queue=figure["by"]["queue"])
        assert figure["value"] == told["value"] == told["rows"]["count"] == len(told["rows"]["ids"])
    whole = explained(desk, "backlog")
    assert whole["value"] == sum(figure["value"] for figure in backlog)


def test_an_explanation_keeps_the_contract(desk: Options):
    told = explained(desk, "backlog", queue="Refunds email")
    assert tuple(told)[: len(contract.FIGURE)] == contract.FIGURE
    assert {*contract.EXPLAINED} <= {*told}
    assert tuple(told["rows"]) == contract.ROWS
    assert told["rows"]["table"] == "cases"
    assert all("zendesk/" in name for name in told["files"])
    assert told["pack_key"] == "backlog.buckets_hours"


def test_first_ids_stop_at_500_and_say_where_they_go_on(desk: Options):
    options = ("--window", "7d", "--where", "channel=voice", *desk, "--format", "json")
    first = done(carecli("explain", "offered", *options)).json["rows"]
    whole = done(carecli("explain", "offered", "--rows", "all", *options)).json["rows"]
    assert first["count"] == whole["count"] > 500
    assert first["ids"] == whole["ids"][:500]
    assert first["next"] == whole["ids"][500]
    assert first["sha256"] == whole["sha256"]


def test_the_list_that_opens_in_the_app_is_that_of_the_number(store: Path, backlog: list[dict[str, Any]]):
    """Also for the cases that no queue has, whose number has no name to filter by."""
    desk = store_desk(store)
    for figure in backlog:
        queue = figure["by"]["queue"]
        board = desk.cases(None, {"queue": queue})
        assert board.count == figure["value"] == len(board.cases)
        assert {case.queue for case in board.cases} == {queue}


def test_the_app_explains_the_number_under_the_cursor_and_no_other(store: Path, backlog: list[dict[str, Any]]):
    desk = store_desk(store)
    row = [*desk.backlog(None, "queue").rows]
    figures = {each.total.by["queue"]: each.total for each in row}
    assert {queue: figure.value for queue, figure in figures.items()} == {
        figure["by"]["queue"]: figure["value"] for figure in backlog
    }
    assert None in figures
    for figure in figures.values():
        assert len(desk.explain(None, figure).rows["cases"]) == figure.value


def store_desk(store: Path) -> StoreDesk:
    asked = asking(store=str(store), as_of="2025-05-13T08:45", tz="Europe/Berlin")
    return StoreDesk(asked, live=lambda: asked.as_of)


def test_down_to_one_case_with_its_clocks(desk: Options):
    ids = explained(desk, "stale", queue="Refunds email")["rows"]["ids"]
    assert ids
    source, case_id = ids[0].split("/")
    told = done(carecli("case", case_id, "--source", source, *desk, "--format", "json")).json
    assert [key for key in told if key in contract.CASE] == [*contract.CASE]
    assert (told["case"]["case_id"], told["case"]["source"]) == (case_id, source)
    assert told["case"]["queue"] == "Refunds email"
    assert told["case"]["stale"] is True
    assert [event["at"] for event in told["events"]] == sorted(event["at"] for event in told["events"])
    assert {clock["clock"] for clock in told["clocks"]} == {"first_response", "resolution"}
    for clock in told["clocks"]:
        _check_clock(clock, told["case"]["created_at"])


def _check_clock(clock: Mapping[str, Any], created: str) -> None:
    """The tape runs from the creation without a gap, and no clock has more on it than its tape."""
    assert tuple(clock)[: len(contract.CLOCK)] == contract.CLOCK
    pieces = clock["tape"]
    assert pieces
    assert all(tuple(piece) == contract.PIECE for piece in pieces)
    assert pieces[0]["from"] == created
    assert all(before["to"] == after["from"] for before, after in pairwise(pieces))
    assert (clock["left_sec"] is None) or clock["left_sec"] == clock["target_sec"] - clock["elapsed_sec"]


def test_a_case_as_of_earlier_knows_nothing_of_what_came_later(desk: Options, store: Path):
    """A case solved on the 12th was open on the 9th, with its clock running."""
    earlier = (*desk[:2], "--as-of", "2025-05-09T12:00", *desk[4:])
    before = {*explained(earlier, "backlog")["rows"]["ids"]}
    after = {*explained(desk, "backlog")["rows"]["ids"]}
    solved = sorted(before - after)
    assert solved
    shown = []
    for each in solved[:5]:
        source, case_id = each.split("/")
        then = done(carecli("case", case_id, "--source", source, *earlier, "--format", "json")).json
        now = done(carecli("case", case_id, "--source", source, *desk, "--format", "json")).json
        assert then["case"]["status"] not in ("solved", "closed")
        assert now["case"]["status"] in ("solved", "closed")
        assert all(event["at"] <= "2025-05-09T12:00:00+02:00" for event in then["events"])
        assert now["events"][: len(then["events"])] == then["events"]
        shown += [str(then["case"]["facts"]["Status"]).lower()]
    assert not {"solved", "closed"} & {*shown}


def test_a_case_that_did_not_exist_yet_is_none(desk: Options):
    (each, *_) = explained(desk, "backlog", queue="Account email")["rows"]["ids"]
    answer = carecli("case", each.split("/")[1], *desk[:2], "--as-of", "2025-01-01T12:00", *desk[4:])
    assert answer.code == 2
    assert answer.out == ""
    assert "no case" in answer.err


def figures_shown(desk: StoreDesk) -> Iterator[Figure]:
    """Every number of every board that has one: also beside the headlines, and in what moved."""
    at = desk.asked.as_of
    standup = desk.standup(at)
    yield from standup.figures
    for headline in (*standup.headlines, *standup.quality):
        yield from (each for each in (headline.before, *headline.companions) if each is not None)
    yield from (each.figure for each in standup.moved if each.figure is not None)
    for board in (desk.queues(at), desk.backlog(at, "queue"), desk.backlog(at, "priority")):
        yield from board.figures
    for where in ({}, {"queue": "Billing voice", "channel": "voice"}):
        yield from desk.slice(at, where, "2025-05-12").figures


def test_the_rows_of_every_number_on_every_board_are_as_many_as_it_says(store: Path, imported: Answer):
    assert imported.code == 0
    desk = store_desk(store)
    at = desk.asked.as_of
    told = {(each.metric, tuple(each.by.items()), each.window, each.title): each for each in figures_shown(desk)}
    known = sorted((each for each in told.values() if each.value is not None and each.n), key=lambda each: each.window)
    assert len(known) > 250
    for place, figure in enumerate(known):
        board = desk.rows(at, RowsAsked(figure))
        named = f"{figure.metric} {dict(figure.by)} {figure.window}"
        assert board.count == figure.n, named
        if place % 9 == 0:
            assert board.count == sum(map(len, desk.explain(at, figure).rows.values())), named
        assert board.figure.value == figure.value, named
        assert dict(board.totals.left_out) == dict(figure.excluded), named
        if board.totals.added is not None:
            assert board.totals.added == figure.numerator, named
        if figure.unit in ("cases", "contacts"):
            assert board.count == figure.value, named


def test_from_a_queue_over_its_parts_to_the_rows_and_to_one_case_and_its_contact(store: Path, imported: Answer):
    """Queue, channel, issue type, the very rows, one case, one contact: each step is as many as the one before says."""
    assert imported.code == 0
    desk = store_desk(store)
    at = desk.asked.as_of
    queues = desk.slice(at, {}, "2025-05-12", "queue")
    row = next(each for each in queues.rows if each.value == "Refunds email")
    channels = desk.slice(at, {"queue": row.value}, "2025-05-12", "channel")
    assert sum(each.figures[0].value or 0 for each in channels.rows) == row.figures[0].value
    where = {"queue": row.value, "channel": "email"}
    issues = desk.slice(at, where, "2025-05-12", "issue_type")
    offered = issues.rows[0].figures[0]
    rows = desk.rows(at, RowsAsked(offered, left_out=True))
    assert rows.totals.counted == offered.value == offered.n > 3
    source, case_id = rows.lines[0].case or ("", "")
    case = desk.case(at, source, case_id)
    assert (case.case.queue, case.case.channel) == (row.value, "email")
    word = rows.lines[0].cells[[column.key for column in rows.columns].index("case")]
    found = desk.rows(at, RowsAsked(offered, words=(str(word),)))
    assert (found.count, found.totals.counted) == (1, rows.totals.counted)


def test_a_call_is_opened_with_its_stays_and_knows_nothing_of_later(store: Path, imported: Answer):
    assert imported.code == 0
    desk = store_desk(store)
    at = desk.asked.as_of
    figure = next(each for each in desk.queues(at).by_channel if each.by == {"channel": "voice"} and each.n)
    line = next(each for each in desk.rows(at, RowsAsked(figure)).lines if each.contact and not each.case)
    source, interaction_id = line.contact or ("", "")
    board = desk.contact(at, source, interaction_id)
    assert board.contact.interaction_id == interaction_id
    assert len(board.legs) >= 1
    with pytest.raises(UsageProblem, match="yet at that time"):
        desk.contact(int(board.contact.at.timestamp()) - 1, source, interaction_id)
    with pytest.raises(UsageProblem, match="no contact 'nobody'"):
        desk.contact(at, source, "nobody")


def test_a_case_has_its_own_address_else_that_of_the_settings_template(store: Path, imported: Answer):
    """The helpdesk's export has addresses, the cases written by hand don't."""
    assert imported.code == 0
    desk = store_desk(store)
    backlog = {row.name: row.total for row in desk.backlog(None, "queue").rows}
    (source, case_id), (helpdesk, ticket) = (
        desk.rows(None, RowsAsked(backlog[queue])).lines[0].case or ("", "") for queue in (None, "Refunds email")
    )
    assert str(desk.address(helpdesk, case_id=ticket)).endswith(f"/tickets/{ticket}")
    assert desk.address(source, case_id=case_id) is None

    def with_template(text: str) -> StoreDesk:
        settings = replace(desk.asked.settings, addresses={source: text})
        return StoreDesk(replace(desk.asked, settings=settings))

    made = with_template("https://desk.example/{case_id}").address(source, case_id=case_id)
    assert made == f"https://desk.example/{case_id}"
    with pytest.raises(UsageProblem, match="is no http or https address"):
        with_template("ftp://desk.example/{case_id}").address(source, case_id=case_id)
