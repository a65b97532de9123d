"""The dictionary as text, as wide as the terminal; a dozen metrics at 100 columns are at most 60 lines (R28)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from carecli.boards.dictionary import DictionaryPage, Entry
from carecli.render import dictionary_words as words
from carecli.render.grid import QUIET, text
from carecli.render.page import NARROWEST, printed, rule
from carecli.text import clean

APART = " · "
LONGEST = 2_000


def render_dictionary_text(page: DictionaryPage, *, width: int, color: bool) -> str:
    """The entries one below the other, at most `width` cells wide (taken as 40 where it is less)."""
    width = max(width, NARROWEST)
    return printed(_parts(page, width), width=width, color=color)


def _parts(page: DictionaryPage, width: int) -> Iterable[RenderableType]:
    yield text(words.title(page), "bold")
    yield text(words.summary(page), QUIET, limit=LONGEST)
    yield rule(width)
    for entry in page.entries:
        yield Text.assemble((clean(entry.id), "bold"), "  ", clean(entry.title), (f"{APART}{_nature(entry)}", QUIET))
        yield Padding(_body(entry), (0, 0, 0, 2))
    yield from (text(line, QUIET, limit=LONGEST) for line in _slices(page))


def _nature(entry: Entry) -> str:
    portable = "portable" if entry.portable else "not portable"
    return clean(f"{words.unit_words(entry)}{APART}{entry.owner}, v{entry.version}, {portable}")


def _body(entry: Entry) -> Text:
    """Formula first, then every field under its label, in one paragraph."""
    told = Text(clean(entry.formula, limit=LONGEST))
    for label, value in _fields(entry):
        told.append(APART, QUIET).append(f"{label} ", QUIET).append(clean(value, limit=LONGEST))
    return told


def _fields(entry: Entry) -> Iterator[tuple[str, str]]:
    yield "from", ", ".join(entry.sources)
    yield "window", words.window_words(entry)
    yield "target", words.targets_in_short(entry.targets)
    yield "left out", ", ".join(map(words.left_out_words, entry.exclusions)) or "nothing"
    if entry.minimum_n:
        yield "minimum n", str(entry.minimum_n)
    if entry.quantile_method:
        yield "quantile", entry.quantile_method
    if entry.pack_key and not any(_is_under(target.key, entry.pack_key) for target in entry.targets):
        yield "key", entry.pack_key


def _is_under(key: str, table: str) -> bool:
    return f"{key}.".startswith(f"{table}.")


def _slices(page: DictionaryPage) -> Iterator[str]:
    """What all can be sliced by, then what only some can: `volume, asa also by day, hour`."""
    if not page.entries:
        return
    shared = [name for name in page.entries[0].slices if all(name in entry.slices for entry in page.entries)]
    yield f"sliced by {', '.join(shared)}, any two at once"
    further: dict[str, list[str]] = {}
    for entry in page.entries:
        further.setdefault(", ".join(name for name in entry.slices if name not in shared), []).append(entry.id)
    most = max(further, key=lambda names: len(further[names]))
    for names, ids in sorted(further.items(), key=lambda each: each[0] == most):
        if names:
            yield f"{'the others' if names == most and len(further) > 1 else ', '.join(ids)} also by {names}"
