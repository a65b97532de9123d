"""Boards as text: the golden pages, no number cut or lost, and what a page says where there is no data."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest
from rich.cells import cell_len

from carecli.boards.standup import standup_board
from carecli.metrics.figure import Figure
from carecli.render.structured import board_json
from carecli.render.text import render_text
from carecli.render.values import value_text
from carecli.text import duration
from tests.boards.fixture_day import MORNING, feed
from tests.metrics.build import BERLIN, TALLY, Centre, at
from tests.render.sample_boards import WIDTHS, golden, sample_boards

NAMES = ("standup", "queues", "backlog", "cases", "case")


@cache
def page(name: str, width: int, color: bool = False) -> str:
    return render_text(sample_boards()[name], width=width, color=color)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", NAMES)
def test_golden(name, width):
    assert page(name, width) == golden(name, width).read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
@pytest.mark.parametrize("name", NAMES)
def test_no_line_is_wider_than_asked_and_none_has_blanks_at_its_end(name, width):
    for line in page(name, width).splitlines():
        assert cell_len(line) <= width
        assert line == line.rstrip()


@pytest.mark.parametrize("name", NAMES)
def test_narrower_than_40_is_as_40(name):
    assert page(name, 10) == page(name, 40)


def shown_figures(name: str) -> list[Figure]:
    """Every figure in the board's JSON, wherever it stands."""
    found: list[Figure] = []

    def walk(value: object) -> None:
        if isinstance(value, dict) and "metric" in value:
            found.append(Figure(title="", **{key: each for key, each in value.items() if key != "title"}))
        elif isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    own = board_json(sample_boards()[name])
    walk({key: each for key, each in own.items() if key != "headlines"})
    walk([headline["figure"] for headline in own.get("headlines", [])])
    walk([each["figure"] for headline in own.get("headlines", []) for each in headline["companions"]])
    return found


@pytest.mark.parametrize("width", [80, 200])
@pytest.mark.parametrize("name", ["standup", "queues", "backlog"])
def test_every_number_of_the_json_stands_in_the_text(name, width):
    words = re.split(r"\s{2,}|\n", page(name, width).replace("~", " "))
    told = {re.sub(r"^[●◆▲▽░▒▓█] ", "", word.strip()) for word in words}
    told |= {word.split(" ", 1)[1].split(" ●")[0] for word in told if re.match(r"(p90|mean|open|stale) ", word)}
    told |= {word.rsplit(" ", 1)[1] for word in told if re.match(r"(open P\d|Stale cases) ", word)}
    figures = [figure for figure in shown_figures(name) if figure.value is not None]
    missing = {(figure.metric, tuple(figure.by.items()), value_text(figure)) for figure in figures}
    missing = {each for each in missing if each[2] not in told}
    assert len(figures) > 15
    assert missing == set()


def lines_of(name: str, start: str) -> list[str]:
    return [line for line in page(name, 200).splitlines() if line.startswith(start)]


@pytest.mark.parametrize("name", ["standup", "queues"])
def test_a_queue_has_its_own_numbers_in_the_order_of_the_columns(name):
    for row in sample_boards()[name].rows if name == "queues" else sample_boards()[name].by_queue:
        line = lines_of(name, f"{row.queue} {row.channel} ")[0]
        past = {"waiting", "longest_wait"} if name == "standup" else set()
        values = [str(value_text(figure)) for figure in row.figures if figure.metric not in past]
        assert re.split(r"\s{2,}", re.sub(r" [●◆▲▽] ", "  ", line))[1:] == values


def test_a_row_of_the_heat_map_has_its_own_numbers():
    board = sample_boards()["backlog"]
    for row in (*board.rows, board.total):
        (line,) = lines_of("backlog", f"{row.name or 'total'} ")
        stock = (*row.buckets, row.total, row.stale)
        turn = (*row.waiting_on, row.unassigned, row.no_reply, row.created_7d, row.resolved_7d)
        told = re.split(r"\s{2,}", re.sub(r" [░▒▓█] ", "  ", line))[1:]
        assert told == [*map(value_text, stock), duration(row.oldest_sec), *map(value_text, turn)]


def test_a_number_is_never_cut_however_long():
    board = sample_boards()["backlog"]
    huge = replace(board.total.total, value=123_456_789_012_345.0)
    changed = replace(board, total=replace(board.total, total=huge))
    for width in (40, 80):
        assert "123,456,789,012,345" in render_text(changed, width=width, color=False)


def test_color_changes_nothing_but_colour():
    for name in NAMES:
        coloured = page(name, 120, True)
        plain = "\n".join(line.rstrip() for line in re.sub(r"\x1b\[[0-9;]*m", "", coloured).split("\n"))
        assert "\x1b[" in coloured
        assert plain == page(name, 120)


def test_where_the_data_ends_a_page_says_so_in_place_of_figures():
    centre = Centre()
    centre.call(5_000, at("2025-05-08 10:00"))
    centre.feeds = [feed("talkdesk", ("interactions",), "2025-05-08 18:02")]
    board = standup_board(centre.snapshot(), TALLY, as_of=at(MORNING), zone=BERLIN)
    text = render_text(board, width=120, color=False)
    assert "data ends Thu 8 May 18:02" in text
    assert "Service level" not in text
    assert "feeds, how old: talkdesk" in text


def test_an_empty_board_says_which_export_is_missing():
    board = standup_board(Centre().snapshot(), TALLY, as_of=at(MORNING), zone=BERLIN)
    text = render_text(board, width=120, color=False)
    assert "no data: needs interactions" in text
    assert "no data: needs surveys" in text
    assert "feeds, how old: none imported" in text


def test_a_page_names_its_filter_pack_zone_and_feeds():
    board = replace(sample_boards()["queues"])
    filtered = replace(board, header=replace(board.header, where=(("queue", "Billing"),), notes=("a note",)))
    text = render_text(filtered, width=120, color=False)
    for said in ("only queue=Billing", "a note", "pack tally 1", "Europe/Berlin", "zendesk-export 11 min"):
        assert said in text
