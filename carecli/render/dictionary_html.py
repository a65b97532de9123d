"""The dictionary as one HTML file: no script, nothing from elsewhere, readable on a phone and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape

from carecli.boards.dictionary import DictionaryPage, Entry
from carecli.render import dictionary_words as words
from carecli.text import clean

LONGEST = 2_000
STYLE = """
:root { color-scheme: light dark; }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
nav a { display: inline-block; margin: 0 .75rem .25rem 0; }
section { border-top: 1px solid; margin-top: 1.5rem; break-inside: avoid; }
h2 code { font-weight: normal; font-size: 1rem; }
dl { margin: 0; }
dl > div { display: grid; grid-template-columns: 9rem 1fr; gap: 0 1rem; }
dt { font-weight: 600; }
dd { margin: 0; }
ul { margin: 0; padding-left: 1.2rem; }
@media (max-width: 32rem) { dl > div { grid-template-columns: 1fr; margin-bottom: .5rem; } }
@media print { nav { display: none; } }
"""
POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""What the page itself lets a browser load: nothing."""


def render_dictionary_html(page: DictionaryPage) -> str:
    """The whole document; what a pack says stands in it as literal text."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: DictionaryPage) -> Iterator[str]:
    title = _literal(words.title(page))
    yield "<!DOCTYPE html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    yield f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield f"<title>{title}</title>"
    yield f"<style>{STYLE}</style>"
    yield "</head>"
    yield "<body>"
    yield f"<h1>{title}</h1>"
    yield f"<p>{_literal(words.summary(page))}.</p>"
    yield "<nav>"
    yield from (f'<a href="#{_literal(entry.id)}">{_literal(entry.title)}</a>' for entry in page.entries)
    yield "</nav>"
    for entry in page.entries:
        yield from _entry(entry)
    yield "</body>"
    yield "</html>"


def _entry(entry: Entry) -> Iterator[str]:
    yield f'<section id="{_literal(entry.id)}">'
    yield f"<h2>{_literal(entry.title)} <code>{_literal(entry.id)}</code></h2>"
    yield "<dl>"
    for label, values in words.facts(entry):
        yield f"<div><dt>{_literal(label)}</dt><dd>{_values(values)}</dd></div>"
    yield "</dl>"
    yield "</section>"


def _values(values: tuple[str, ...]) -> str:
    """One value as it is, several as a list."""
    if len(values) == 1:
        return _literal(values[0])
    return f"<ul>{''.join(f'<li>{_literal(value)}</li>' for value in values)}</ul>"


def _literal(value: str) -> str:
    return escape(clean(value, limit=LONGEST))
