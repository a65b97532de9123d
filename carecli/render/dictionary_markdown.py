"""The dictionary as Markdown: a heading and a list for each metric."""

from __future__ import annotations

from collections.abc import Iterator

from carecli.boards.dictionary import DictionaryPage, Entry
from carecli.render import dictionary_words as words
from carecli.render.markdown import markdown_text


def render_dictionary_markdown(page: DictionaryPage) -> str:
    """The whole page; what a pack says stands in it as literal text."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: DictionaryPage) -> Iterator[str]:
    yield f"# {markdown_text(words.title(page))}"
    yield ""
    yield markdown_text(f"{words.summary(page)}.")
    for entry in page.entries:
        yield ""
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield f"## {markdown_text(entry.title)} ({markdown_text(entry.id)})"
    yield ""
    for label, values in words.facts(entry):
        yield f"- **{label}**: {'; '.join(map(markdown_text, values))}"
