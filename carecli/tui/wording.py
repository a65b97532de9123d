"""A figure in the words of the app; the words shared with every other rendering come from `carecli.render.values`."""

from __future__ import annotations

from collections.abc import Iterable

from carecli.boards.board import NONE, Headline, queue_title
from carecli.metrics.figure import Figure
from carecli.render.values import plain_value, status_text, value_text
from carecli.text import PROVISIONAL, Shown, clean, count, spark


def tone(figure: Figure) -> str:
    """The key of the figure's status in STATUS: "none" without a value, "" where nothing is judged."""
    return "none" if figure.value is None else figure.status or ""


def provisional_text(figure: Figure) -> Shown:
    """The value, with "~" while it may still change."""
    provisional = figure.provisional and figure.value is not None
    return clean(f"{value_text(figure)} {PROVISIONAL}") if provisional else value_text(figure)


def target_words(figure: Figure) -> Shown:
    """What the value is held against, or why there is none."""
    if figure.value is None:
        return clean(figure.note)
    return clean(f"target {figure.target}") if figure.target else clean("")


def trend_lines(headline: Headline, room: int) -> tuple[Shown, ...]:
    """The last days as bars with lowest and highest value: "▁▃▇  71.0 .. 88.0 %"; two lines where one is too short."""
    known = [value for value in headline.trend if value is not None]
    if len(known) < 2:
        return ()
    low, high = (plain_value(edge, headline.figure.unit) for edge in (min(known), max(known)))
    edges = f"{low.removesuffix(' %') if high.endswith(' %') else low} .. {high}"
    beside = room - len(edges) - 2
    if beside >= min(len(headline.trend), 7):
        return (clean(f"{spark(headline.trend[-beside:])}  {edges}"),)
    return spark(headline.trend[-max(room, 1) :]), clean(edges)


def readout(figure: Figure) -> Shown:
    """One line that says all of a figure: title, slice, value, status, target, n, what was left out."""
    left_out = sum(figure.excluded.values())
    parts = [
        clean(figure.title),
        _slice_words(figure),
        provisional_text(figure),
        status_text(figure),
        target_words(figure),
        clean(f"n {count(figure.n)}"),
        clean(f"{count(left_out)} left out" if left_out else ""),
        clean(figure.note if figure.value is not None else ""),
    ]
    return clean("  ".join(part for part in parts if part), limit=400)


def _slice_words(figure: Figure) -> Shown:
    """The slice in words; a queue whose name ends with its channel says it once."""
    if set(figure.by) == {"queue", "channel"}:
        return clean(queue_title(figure.by["queue"], figure.by["channel"]))
    return clean(" ".join(named(value) for value in figure.by.values()))


def all_provisional(figures: Iterable[Figure]) -> bool:
    """Whether every number on a page may still change: then the page says it once."""
    known = [figure.provisional for figure in figures if figure.value is not None]
    return bool(known) and all(known)


def lacking(figures: Iterable[Figure]) -> Shown:
    """Why figures have no value, each reason once: it names the export that would fill them."""
    reasons = dict.fromkeys(figure.note for figure in figures if figure.value is None and figure.note)
    return clean("  ·  ".join(clean(reason) for reason in reasons), limit=400)


def named(value: str | None) -> Shown:
    """A value of a dimension; the slice of rows without one says so."""
    return clean(NONE if value is None else value)
