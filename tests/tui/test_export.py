"""`ctrl+s` writes what is shown, narrowed by the filter."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from carecli.render.formats import file_bytes
from carecli.tui.screens.export import CHOICES, ExportScreen
from tests.tui.driving import board_screen, care, drive, press, type_in


@pytest.mark.parametrize(("key", "output"), [choice[:2] for choice in CHOICES])
def test_the_file_is_the_board(tmp_path: Path, key: str, output: str):
    async def check(pilot: Pilot[None]) -> None:
        care(pilot).export_folder = tmp_path
        await press(pilot, "2")
        board = board_screen(pilot).board
        await press(pilot, "ctrl+s", key)
        (path,) = tmp_path.iterdir()
        assert path.stem == "queues-2025-05-13T0845"
        assert path.read_bytes() == file_bytes(board, output)
        assert not isinstance(pilot.app.screen, ExportScreen)

    drive(check)


def test_the_filter_narrows_the_file(tmp_path: Path):
    async def check(pilot: Pilot[None]) -> None:
        care(pilot).export_folder = tmp_path
        await press(pilot, "2", "slash")
        await type_in(pilot, "refunds")
        await press(pilot, "enter", "ctrl+s", "m")
        (path,) = tmp_path.iterdir()
        told = path.read_text(encoding="utf-8")
        assert "Refunds" in told
        assert "Billing" not in told

    drive(check)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    async def check(pilot: Pilot[None]) -> None:
        care(pilot).export_folder = tmp_path / "nowhere"
        await press(pilot, "2", "ctrl+s", "h")
        assert any("can't be written" in str(notice.message) for notice in pilot.app._notifications)

    drive(check)
