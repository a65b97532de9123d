"""The dictionary as one HTML file: no script, nothing from elsewhere, readable on a phone and on paper."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.boards.dictionary import DictionaryPage, Entry
from carecli.render import dictionary_words as words
from carecli.render.html import document, html_text

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


def render_dictionary_html(page: DictionaryPage) -> str:
    """The whole document; what a pack says stands in it as literal text."""
    return document(words.title(page), STYLE, _lines(page))


def _lines(page: DictionaryPage) -> Iterator[str]:
    yield f"<p>{html_text(words.summary(page))}.</p>"
    yield "<nav>"
    yield from (f'<a href="#{html_text(entry.id)}">{html_text(entry.title)}</a>' for entry in page.entries)
    yield "</nav>"
    for entry in page.entries:
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield f'<section id="{html_text(entry.id)}">'
    yield f"<h2>{html_text(entry.title)} <code>{html_text(entry.id)}</code></h2>"
    yield "<dl>"
    for label, values in words.facts(entry):
        yield f"<div><dt>{html_text(label)}</dt><dd>{_values(values)}</dd></div>"
    yield "</dl>"
    yield "</section>"


def _values(values: tuple[str, ...]) -> str:
    """One value as it is, several as a list."""
    if len(values) == 1:
        return html_text(values[0])
    return f"<ul>{''.join(f'<li>{html_text(value)}</li>' for value in values)}</ul>"
