"""A case's clocks as lines of text: what they say, and the tape of how they ran."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from textual.content import Content

from carecli.boards.board import LadderStep
from carecli.render.clock_words import TAPE_LEGEND, TAPE_SIGNS, move_words
from carecli.render.values import short_moment_text
from carecli.text import NO_DATA, STATUS, clean, duration
from carecli.tui.themes import TONES

_TONES: Final = {"running": "accent", "night": "accent", "paused": "risk", "closed": "quiet", "holiday": "quiet"}
_PAUSES_TOLD: Final = 4
_STATES: Final = {"met": "ok", "missed": "miss", "due": "risk"}


def clock_lines(clock: Mapping[str, Any], cells: int) -> list[Content]:
    """One clock: state, due, used and left; the tape in so many cells; each pause in words."""
    tone = _STATES.get(clock["state"], "")
    glyph = STATUS[tone][0] if tone else "▸"
    name = clean(str(clock["clock"]).replace("_", " "))
    state = (f"{clean(clock['state'])}  ", TONES[tone])
    first = Content.assemble((f"{glyph} ", TONES[tone]), (f"{name}  ", "bold"), state, _due(clock))
    moves = [
        Content.styled(clean(f"  {move_words(move)}", limit=300), TONES["quiet"]) for move in clock.get("moves", ())
    ]
    return [first, Content.styled(f"  {_used(clock)}", TONES["quiet"]), *_tape(clock["tape"], cells), *moves]


def _due(clock: Mapping[str, Any]) -> str:
    """When it is due, and how much is left or how late it is, in open time."""
    left = clock["left_sec"]
    room = f"late {duration(-left)}" if left < 0 else f"left {duration(left)}"
    due = f"due {short_moment_text(clock['due_at'])}" if clock["due_at"] else "no due time while paused"
    return f"{due}  {room}"


def _used(clock: Mapping[str, Any]) -> str:
    night = " (night)" if clock.get("at_night") else ""
    return f"used {duration(clock['elapsed_sec'])} of {duration(clock['target_sec'])} open time{night}"


def _tape(tape: Sequence[Mapping[str, Any]], cells: int) -> Iterator[Content]:
    if not tape:
        return
    yield Content("  ") + Content("").join(
        Content.styled(TAPE_SIGNS.get(state, "?"), TONES[_TONES.get(state, "")]) for state in _samples(tape, cells)
    )
    yield Content.styled(f"  {_span(tape[0]['from'], tape[-1]['to'])}", TONES["quiet"])
    yield from _pauses([piece for piece in tape if piece["state"] == "paused"])


def _pauses(pauses: Sequence[Mapping[str, Any]]) -> Iterator[Content]:
    """The last pauses in words, and how many there were before them."""
    if len(pauses) > _PAUSES_TOLD:
        yield Content.styled(f"  {len(pauses) - _PAUSES_TOLD} pauses before", TONES["quiet"])
    for piece in pauses[-_PAUSES_TOLD:]:
        words = f"  paused {_span(piece['from'], piece['to'])}: {clean(piece['reason']).replace('_', ' ')}"
        yield Content.styled(clean(words, limit=300), TONES["quiet"])


def _span(begin: datetime, end: datetime) -> str:
    return f"{short_moment_text(begin)} to {short_moment_text(end)}"


def _samples(tape: Sequence[Mapping[str, Any]], cells: int) -> Iterator[str]:
    """The state in the middle of each of so many equal stretches of the tape."""
    begin: datetime = tape[0]["from"]
    seconds = (tape[-1]["to"] - begin).total_seconds()
    for cell in range(cells if seconds > 0 else 0):
        at = (cell + 0.5) * seconds / cells
        yield next((piece["state"] for piece in tape if at < (piece["to"] - begin).total_seconds()), "closed")


def tape_legend() -> Content:
    """What the glyphs of the tape mean."""
    return Content.styled(f"  {TAPE_LEGEND}", TONES["quiet"])


def ladder_lines(steps: Sequence[LadderStep]) -> Iterator[Content]:
    """The escalation ladder: step, owner, due, done, how late."""
    if steps:
        yield Content("")
        yield Content.styled("Ladder", "bold")
    for step in steps:
        late = f"  {STATUS['miss'][0]} late {duration(step.late_sec)}" if step.late_sec and step.late_sec > 0 else ""
        name = clean(f"  {clean(step.step)}  {clean(step.owner or NO_DATA)}", limit=300)
        yield Content.assemble(name, (late, TONES["miss"]))
        done = f"done {_moment(step.done_at)}" if step.done_at else "not done"
        yield Content.styled(f"    due {_moment(step.due_at)}  {done}", TONES["quiet"])


def _moment(at: datetime | None) -> str:
    return short_moment_text(at) if at else NO_DATA
