"""The first two lines: the boards and where you are, then as of when, under which pack, from how old data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.style import Style

from carecli.boards.board import FeedAge, Header
from carecli.render.values import short_moment_text
from carecli.text import STATUS, Shown, ago, clean
from carecli.tui.themes import TONES
from carecli.tui.widgets.words import Words

TABS: Final = (
    ("1", "standup", "Stand-up"),
    ("2", "queues", "Queues"),
    ("3", "backlog", "Backlog"),
    ("5", "sla", "SLA"),
    ("8", "scorecard", "Scorecard"),
    ("0", "data", "Data"),
)
OLD_FEED_SEC: Final = 86_400
"""From this age a feed is marked."""
NOTED_DOWN: Final = ("canonical.annotations", "canonical.schedules", "canonical.forecasts")
"""Kinds whose newest line says nothing of how fresh the data is."""


class TopBar(Vertical):
    """Redrawn on every board, and every few seconds for the age of the data."""

    def __init__(self) -> None:
        super().__init__(id="top")
        self._path = Content("")

    def compose(self) -> ComposeResult:
        yield Words(widget_id="tabs")
        yield Words(widget_id="where")

    def show_place(self, mode: str, title: str, crumbs: Sequence[str]) -> None:
        """Which board is open, whose data it is, and the way down to what is shown."""
        tabs = [self._tab(key, label, name == mode) for key, name, label in TABS]
        left = Content("").join([Content.styled(" carecli ", "bold $accent"), *tabs])
        owner = Content.styled(clean(title, limit=40), TONES["quiet"])
        if left.cell_length + owner.cell_length + 2 > self.size.width:
            owner = Content("")  # whose data it is must not hide a board
        self._path = Content.styled(" " + clean(" › ".join(clean(crumb) for crumb in crumbs), limit=300), "bold")
        self.query_one("#tabs", Words).say(_apart(left, owner, self.size.width))

    def _tab(self, key: str, label: str, current: bool) -> Content:
        tab = Content.styled(f" {key} {label} ", "bold reverse" if current else "")
        return tab.stylize(Style.from_meta({"@click": f"app.simulate_key('{key}')"}))

    def show_state(self, header: Header | None, words: Sequence[Shown], *, older_sec: float) -> None:
        """As-of, window, pack and feeds' ages, `older_sec` later than the header says; `words` come first."""
        width = self.size.width
        parts = [Content.styled(word, TONES["risk"]) for word in words]
        parts += _header_parts(header, older_sec) if header else []
        room = width - self._path.cell_length - 2
        self.query_one("#where", Words).say(_apart(self._path, _as_many(parts, room), width))


def _header_parts(header: Header, older_sec: float) -> list[Content]:
    """From what must be read to what may be cut."""
    feeds = [_feed(source, age + older_sec) for source, age in _oldest_of_each(header.feeds)]
    zone = Content.styled(clean(header.zone, limit=30), TONES["quiet"])
    drilled = header.board in ("cases", "case")  # the breadcrumb says it
    filters = () if drilled else header.where
    only = [Content.styled(clean(f"only {name} {value}", limit=40), TONES["risk"]) for name, value in filters]
    return [
        *only,
        Content(f"as of {short_moment_text(header.as_of)}"),
        Content(clean(header.window.label, limit=40)),
        Content(clean(f"pack {header.pack}", limit=30)),
        *feeds,
        zone,
    ]


def _oldest_of_each(feeds: Sequence[FeedAge]) -> list[tuple[str, int]]:
    """Each source with the age of its oldest feed, the oldest first; what a person notes down is no feed."""
    ages: dict[str, int] = {}
    for feed in feeds:
        if feed.kind not in NOTED_DOWN:
            ages[feed.source] = max(ages.get(feed.source, 0), feed.age_sec)
    return sorted(ages.items(), key=lambda item: (-item[1], item[0]))


def _feed(source: str, age: float) -> Content:
    words = clean(f"{source} {ago(age)}", limit=30)
    return Content.styled(f"{STATUS['risk'][0]} {words}", TONES["risk"]) if age >= OLD_FEED_SEC else Content(words)


def _as_many(parts: Sequence[Content], room: int) -> Content:
    """The parts that fit, in order; the first always."""
    kept: list[Content] = []
    for part in parts:
        if kept and sum(each.cell_length + 3 for each in kept) + part.cell_length > room:
            break
        kept.append(part)
    return Content(" · ").join(kept)


def _apart(left: Content, right: Content, width: int) -> Content:
    """Two texts at the two ends of a line; the left one is cut first."""
    room = max(width - right.cell_length - 2, 10)
    if left.cell_length > room:
        left = left.truncate(room, ellipsis=True)
    return Content.assemble(left, " " * max(width - left.cell_length - right.cell_length, 1), right)
