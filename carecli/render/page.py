"""What every printed page has: the console that prints it, its head, its feeds and what is provisional."""

from __future__ import annotations

import re
from collections.abc import Iterable
from io import StringIO

from rich.console import Console, RenderableType
from rich.text import Text

from carecli.boards.board import Header, Moment
from carecli.metrics.figure import Figure
from carecli.render.grid import QUIET, STYLES, text
from carecli.render.values import SHORT_NOTE, moment_text, scope_words, short_moment_text
from carecli.text import PROVISIONAL, STATUS, ago, clean

NARROWEST = 40
MERELY_EMPTY = re.compile(r"no (?!data|such)|nobody ")
"""Notes of slices in which nothing happened, such as `no offered contacts`: the page shows as much itself."""


def printed(parts: Iterable[RenderableType], *, width: int, color: bool) -> str:
    """The parts one below the other, at most `width` cells wide (never under 40), without trailing blanks."""
    console = Console(
        file=StringIO(),
        width=max(width, NARROWEST),
        force_terminal=color,
        color_system="256" if color else None,
        no_color=not color,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
        force_jupyter=False,
        _environ={},
    )
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    return "\n".join(line.rstrip() for line in capture.get().split("\n")).rstrip("\n") + "\n"


def head(header: Header, width: int) -> Iterable[RenderableType]:
    """Title and window, as of when, pack, filter; where the data ends before the window, that."""
    left = Text.assemble((clean(header.title), "bold"), "  ", clean(header.window.label))
    right = text(f"as of {moment_text(header.as_of)} {header.zone}   pack {header.pack}", QUIET)
    yield from _apart(left, right, width)
    if header.where:
        pairs = ", ".join(f"{dimension}={value}" for dimension, value in header.where)
        yield text(f"only {pairs}")
    if header.data_ends is not None:
        yield text(f"{STATUS['none'][0]} data ends {short_moment_text(header.data_ends)}", "bold")
    yield rule(width)


def _apart(left: Text, right: Text, width: int) -> Iterable[Text]:
    """Two texts on one line where they fit, else on two."""
    room = width - left.cell_len - right.cell_len
    if room < 2:
        yield from (left, right)
    else:
        yield Text.assemble(left, " " * room, right)


def rule(width: int) -> Text:
    return Text("─" * max(width, NARROWEST), QUIET, no_wrap=True, overflow="crop")


def section(title: str, remark: str = "") -> Text:
    """The title of a part of the page, with a blank line above it."""
    return Text.assemble("\n", (title, "bold"), "  " if remark else "", (clean(remark), QUIET))


def foot(header: Header, figures: Iterable[Figure], width: int) -> Iterable[RenderableType]:
    """What the page lacks, what its marks mean, what is provisional, and how old each feed is."""
    shown = tuple(figures)
    yield rule(width)
    yield from (text(line, QUIET, limit=1000) for line in (*header.notes, *_lacking(shown)))
    if shown:
        yield _legend()
    if any(figure.provisional for figure in shown):
        yield text(f"{PROVISIONAL} provisional: the day is not over, or its data is not complete yet", QUIET)
    kinds = [feed.kind.partition(".")[2] or feed.kind for feed in header.feeds]
    feeds = [f"{feed.source} {kind} {ago(feed.age_sec)}" for feed, kind in zip(header.feeds, kinds, strict=True)]
    yield text(
        "feeds, how old: " + " · ".join(clean(feed) for feed in feeds or ["none imported"]), QUIET, limit=100_000
    )


def _legend() -> Text:
    marks = [
        (f"{STATUS[name][0]} {STATUS[name][1]}", STYLES.get(name, QUIET)) for name in ("ok", "risk", "miss", "below")
    ]
    pieces = [piece for mark in marks for piece in (mark, "   ")]
    return Text.assemble(*pieces, ("- no data", QUIET))


def _lacking(figures: tuple[Figure, ...]) -> list[str]:
    """Why figures without a value have none, each reason once with the titles it holds for."""
    titles: dict[str, list[str]] = {}
    for figure in figures:
        if figure.value is None and figure.note and not _is_shown(figure.note):
            named = titles.setdefault(figure.note, [])
            if figure.title not in named:
                named.append(figure.title)
    return [f"- {note}: {', '.join(named)}" for note, named in titles.items()]


def _is_shown(note: str) -> bool:
    """Whether the note says no more than the place of the figure does."""
    return bool(SHORT_NOTE.fullmatch(note) or MERELY_EMPTY.match(note))


def happened_lines(moments: Iterable[Moment]) -> Iterable[Text]:
    """Releases, incidents, campaigns and holidays (R292), one a line."""
    for moment in moments:
        until = f" to {short_moment_text(moment.until)}" if moment.until else ""
        scope = f" ({scope_words(moment)})" if moment.scope else ""
        yield text(f"{short_moment_text(moment.at)}{until}  {moment.kind}{scope}  {moment.text}", limit=400)
