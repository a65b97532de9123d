"""A board in any format: the one door from a board to text that leaves the program."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from carecli.boards.board import Board
    from carecli.boards.data import DataBoard


def render(board: Board | DataBoard, output: str, *, width: int, color: bool) -> str:
    """The board as `text` (at most `width` cells wide), `json`, `md`, `html` or `csv`. ValueError for anything else."""
    match output:
        case "text":
            from carecli.render.text import render_text

            return render_text(board, width=width, color=color)
        case "json":
            from carecli.render.structured import board_json
            from carecli.text import json_text

            return json_text(board_json(board))
        case "md" | "html" | "csv":
            return _of_sheets(board, output)
    raise ValueError(f"no format {output!r}")


def _of_sheets(board: Board | DataBoard, output: str) -> str:
    """Without figures where the data ends before the board's day."""
    from carecli.render.sheets import sheets_of

    ended = board.header.data_ends is not None
    figures = () if ended else tuple(getattr(board, "figures", ()))
    if output == "csv":
        from carecli.render.tidy import render_csv

        return render_csv(board.header, figures)
    sheets = () if ended else sheets_of(board)
    if output == "md":
        from carecli.render.markdown import render_markdown

        return render_markdown(board.header, sheets, figures)
    from carecli.render.html import render_html

    return render_html(board.header, sheets, figures)
