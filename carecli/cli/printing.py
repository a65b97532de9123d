"""Printing to stdout: as wide as the terminal, in colour only where a person looks."""

from __future__ import annotations

import os
import shutil
import sys

import click

PIPED_COLUMNS = 100


def columns() -> int:
    """The terminal's width; a fixed one where there is none, so that cron and pipes print the same everywhere."""
    if given := os.environ.get("COLUMNS", ""):
        return int(given) if given.isdigit() and int(given) > 0 else PIPED_COLUMNS
    return shutil.get_terminal_size((PIPED_COLUMNS, 40)).columns if sys.stdout.isatty() else PIPED_COLUMNS


def coloured() -> bool:
    """Only on a terminal, and not where NO_COLOR is set."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def put(text: str) -> None:
    """Text that ends with one line end."""
    click.echo(text.rstrip("\n"), color=coloured())
