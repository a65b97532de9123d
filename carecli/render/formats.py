"""A board in any format: the one door from a board to text that leaves the program."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carecli.boards.board import AnyBoard

ENDINGS: Final = {"text": "txt", "md": "md", "html": "html", "csv": "csv", "json": "json"}
"""How the name of a file of each format ends."""
WIDTH_OF_FILES: Final = 120
"""Cells of a line of text in a file."""


def format_of(name: str) -> str | None:
    """The format that a file's name asks for; None where its ending says none."""
    ending = name.rpartition(".")[2].lower()
    return next((output for output, known in ENDINGS.items() if known == ending), None)


def file_bytes(board: AnyBoard, output: str, words: Sequence[str] = ()) -> bytes:
    """A board as a file: UTF-8, the same on any machine."""
    return render(board, output, width=WIDTH_OF_FILES, color=False, words=words).encode("utf-8", "replace")


def render(board: Any, output: str, *, width: int, color: bool, words: Sequence[str] = ()) -> str:
    """The board as `text` (at most `width` cells wide), `json`, `md`, `html` or `csv`. ValueError for anything else.

    `words` keeps the rows of its sheets that hold all of them (`md`, `html`), as the app's filter does.
    """
    match output:
        case "text":
            from carecli.render.text import render_text

            return render_text(board, width=width, color=color)
        case "json":
            from carecli.render.structured import board_json
            from carecli.text import json_text

            return json_text(board_json(board))
        case "md" | "html" | "csv":
            return _of_sheets(board, output, words)
    raise ValueError(f"no format {output!r}")


def _of_sheets(board: AnyBoard, output: str, words: Sequence[str]) -> str:
    """Without figures where the data ends before the board's day."""
    from carecli.render.sheet import narrowed
    from carecli.render.sheets import sheets_of

    ended = board.header.data_ends is not None
    figures = () if ended else tuple(getattr(board, "figures", ()))
    if output == "csv":
        from carecli.render.tidy import render_csv

        return render_csv(board.header, figures)
    sheets = () if ended else tuple(narrowed(each, words) for each in sheets_of(board))
    if output == "md":
        from carecli.render.markdown import render_markdown

        return render_markdown(board.header, sheets, figures)
    from carecli.render.html import render_html

    return render_html(board.header, sheets, figures)
