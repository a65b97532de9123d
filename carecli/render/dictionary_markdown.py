"""The dictionary as Markdown: a heading and a list for each metric."""

from __future__ import annotations

import re
from collections.abc import Iterator

from carecli.boards.dictionary import DictionaryPage, Entry
from carecli.render import dictionary_words as words
from carecli.text import clean

LONGEST = 2_000
_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~&$]")
"""What may begin a mark in the middle of a line; lines here never begin with text of a pack."""


def render_dictionary_markdown(page: DictionaryPage) -> str:
    """The whole page; what a pack says stands in it as literal text."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: DictionaryPage) -> Iterator[str]:
    yield f"# {_literal(words.title(page))}"
    yield ""
    yield _literal(f"{words.summary(page)}.")
    for entry in page.entries:
        yield ""
        yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    yield f"## {_literal(entry.title)} ({_literal(entry.id)})"
    yield ""
    for label, values in words.facts(entry):
        yield f"- **{label}**: {'; '.join(map(_literal, values))}"


def _literal(value: str) -> str:
    """Text that no mark acts in; an underscore between letters is none."""
    return re.sub(r"(?<=\w)\\_(?=\w)", "_", _MARKS.sub(r"\\\g<0>", clean(value, limit=LONGEST)))
