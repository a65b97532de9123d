"""Every board in every format: the same numbers, and text of the data stays text."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from io import StringIO

import pytest

from carecli.boards.board import CaseBoard, CasesBoard
from carecli.metrics.figure import Figure
from carecli.render.formats import render
from carecli.render.sheet import cell_text, sheet
from carecli.render.sheets import sheets_of
from carecli.render.structured import board_json
from carecli.render.tidy import defused
from tests.render.sample_boards import sample_boards
from tests.render.sample_data_board import sample_data_board
from tests.render.test_hostile import PAYLOADS, poisoned

BOARDS = {**sample_boards(), "data": sample_data_board()}
NUMBERS = [name for name, board in BOARDS.items() if not isinstance(board, CasesBoard | CaseBoard)]


class Read(HTMLParser):
    """The texts of cells, the tags and the attributes of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cells: list[str] = []
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self._inside = tag == "td"
        if self._inside:
            self.cells.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = self._inside and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.cells[-1] += data


def shown(name: str, output: str) -> str:
    return render(BOARDS[name], output, width=100, color=False)


def cells_of(name: str) -> list[str]:
    return [cell_text(cell) for each in sheets_of(BOARDS[name]) for row in each.rows for cell in row]


@pytest.mark.parametrize("name", BOARDS)
def test_every_figure_of_a_board_stands_on_its_sheets(name):
    held = {id(cell) for each in sheets_of(BOARDS[name]) for row in each.rows for cell in row if cell is not None}
    figures = [figure for figure in getattr(BOARDS[name], "figures", ()) if isinstance(figure, Figure)]
    beside = {id(each) for head in getattr(BOARDS[name], "headlines", ()) for each in head.companions}
    missing = [figure.title for figure in figures if id(figure) not in held | beside]
    assert missing == []


@pytest.mark.parametrize("name", NUMBERS)
def test_csv_says_what_json_says(name):
    told = board_json(BOARDS[name])["figures"]
    rows = list(csv.DictReader(StringIO(shown(name, "csv"), newline="")))
    assert len(rows) == len(told) > 0
    for row, figure in zip(rows, told, strict=True):
        assert (row["metric"], row["unit"], row["n"]) == (figure["metric"], figure["unit"], str(figure["n"]))
        for key in ("value", "numerator", "denominator"):
            assert (float(row[key]) if row[key] else None) == figure[key]
        assert {key: row[key] or None for key in figure["by"]} == figure["by"]
        assert (row["status"] or None, row["provisional"]) == (figure["status"], str(figure["provisional"]).lower())


@pytest.mark.parametrize("name", BOARDS)
def test_html_holds_every_cell_and_nothing_that_acts(name):
    read = Read(shown(name, "html"))
    assert read.cells == cells_of(name)
    assert not read.tags & {"script", "a", "img", "iframe", "link", "object", "form"}
    assert read.names <= {"lang", "charset", "http-equiv", "content", "name", "id", "class", "title"}


@pytest.mark.parametrize("name", BOARDS)
def test_markdown_holds_every_cell(name):
    rows = [line for line in shown(name, "md").splitlines() if line.startswith("| ")]
    marks = [line for line in rows if set(line) <= set("| -:") and "---" in line]
    assert len(marks) == len(sheets_of(BOARDS[name])) > 0
    texts = [row for row in rows if row not in marks]
    cells = [re.sub(r"\\(.)", r"\1", cell.strip()) for line in texts for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
    headings = [column for each in sheets_of(BOARDS[name]) for column in each.columns]
    assert sorted(cells) == sorted(cell.strip() for cell in (*headings, *cells_of(name)))


@pytest.mark.parametrize("payload", [*PAYLOADS.values(), "<script>alert(1)</script>", "=1+1", "| a | b |\n| - | - |"])
@pytest.mark.parametrize("name", BOARDS)
def test_text_of_the_data_stays_text(name, payload):
    board = poisoned(BOARDS[name], payload)
    page = render(board, "html", width=100, color=False)
    assert Read(page).tags <= {
        *("html", "head", "meta", "title", "style", "body", "h1", "h2", "p", "section", "div"),
        *("table", "thead", "tbody", "tr", "th", "td"),
    }
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)
    markdown = render(board, "md", width=100, color=False)
    assert not re.search(r"(?<!\\)<", markdown)
    for row in csv.reader(StringIO(render(board, "csv", width=100, color=False), newline="")):
        assert not any(cell.startswith(("=", "@", "\t", "\r")) for cell in row)
        assert all(re.fullmatch(r"[-+]?[\d.]+(e[-+]?\d+)?", cell) for cell in row if cell[:1] in ("-", "+"))


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_what_a_spreadsheet_would_run_is_defused(text):
    assert defused(text) == f"'{text}"
    assert defused(f" {text}") == f" {text}"


def test_a_row_of_another_width_is_a_fault():
    with pytest.raises(ValueError, match="a row of 1 cells under 2 columns"):
        sheet("x", "X", ("A", "B"), [("only one",)])


def test_an_unknown_format_is_a_fault():
    with pytest.raises(ValueError, match="no format 'pdf'"):
        render(BOARDS["queues"], "pdf", width=100, color=False)
