"""One HTML file: no script, nothing from elsewhere, readable on a phone and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from html import escape

from carecli.boards.board import Header
from carecli.metrics.figure import Figure
from carecli.render.sheet import Cell, Sheet, cell_text, feed_line, head_lines, lacking
from carecli.text import clean

LONGEST = 2_000
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What the page itself lets a browser load: nothing."""
STYLE = """
:root { color-scheme: light dark; --ok: #0b62b0; --risk: #8a5a00; --miss: #b03a00; }
@media (prefers-color-scheme: dark) { :root { --ok: #66b3ff; --risk: #ffbf4d; --miss: #ff9a66; } }
body { font: 1rem/1.45 system-ui, sans-serif; max-width: 75rem; margin: 0 auto; padding: 1rem; }
section { margin-top: 1.5rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .6rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent);
  text-align: left; vertical-align: top; }
th { border-bottom-width: 2px; white-space: nowrap; }
.number { text-align: right; white-space: nowrap; }
.ok { color: var(--ok); } .risk { color: var(--risk); } .miss { color: var(--miss); font-weight: 600; }
.quiet { opacity: .75; }
@media print { section { break-inside: avoid; } .wide { overflow: visible; } }
"""


def html_text(value: str) -> str:
    """Text of the data, as text."""
    return escape(clean(value, limit=LONGEST))


def document(title: str, style: str, body: Iterable[str]) -> str:
    """A whole document around lines of its body, which are markup already; the title is text."""
    shown = html_text(title)
    head = (
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>{shown}</title>",
        f"<style>{style}</style>",
        "</head>",
        "<body>",
        f"<h1>{shown}</h1>",
    )
    return "\n".join((*head, *body, "</body>", "</html>")) + "\n"


def render_html(header: Header, sheets: Sequence[Sheet], figures: Sequence[Figure]) -> str:
    """The page: head, a table a sheet, why figures are missing, and how old the feeds are."""
    return document(header.title, STYLE, _body(header, sheets, figures))


def _body(header: Header, sheets: Sequence[Sheet], figures: Sequence[Figure]) -> Iterator[str]:
    yield from (f"<p>{html_text(line)}</p>" for line in head_lines(header))
    for each in sheets:
        yield f'<section id="{html_text(each.name)}">'
        yield f"<h2>{html_text(each.title)}</h2>"
        if each.remark:
            yield f'<p class="quiet">{html_text(each.remark)}</p>'
        yield from _table(each)
        yield "</section>"
    yield from (f'<p class="quiet">{html_text(line)}</p>' for line in (*lacking(figures), feed_line(header)))


def _table(each: Sheet) -> Iterator[str]:
    numbers = [each.is_number(place) for place in range(len(each.columns))]
    yield '<div class="wide"><table>'
    heads = (
        f"<th{_class(['number'] if number else [])}>{html_text(column)}</th>"
        for number, column in zip(numbers, each.columns, strict=True)
    )
    yield f"<thead><tr>{''.join(heads)}</tr></thead>"
    yield "<tbody>"
    for row in each.rows:
        yield f"<tr>{''.join(_cell(cell, number) for cell, number in zip(row, numbers, strict=True))}</tr>"
    yield "</tbody></table></div>"


def _cell(cell: Cell, number: bool) -> str:
    names = ["number"] if number else []
    if isinstance(cell, Figure) and cell.status in ("ok", "risk", "miss") and cell.value is not None:
        names.append(cell.status)
    return f"<td{_class(names)}{_title(cell)}>{html_text(cell_text(cell))}</td>"


def _title(cell: Cell) -> str:
    """What a figure says beside its value: target, n and note."""
    if not isinstance(cell, Figure):
        return ""
    parts = (f"target {cell.target}" if cell.target else "", f"n {cell.n}", cell.note or "")
    return f' title="{html_text("; ".join(part for part in parts if part))}"'


def _class(names: Sequence[str]) -> str:
    return f' class="{" ".join(names)}"' if names else ""
