"""R30: what was shown of a day while it ran is kept; its final figure says what it was."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from carecli.boards.board import StandupBoard
from carecli.cli.asking import asking
from carecli.cli.desk import StoreDesk
from carecli.intake.importing import ImportRequest, import_files
from carecli.render.text import render_text

ZONE = "Europe/Berlin"
HEADER = "interaction_id,channel,direction,queue,started_at,answered_at,ended_at,outcome,queue_time_sec,talk_sec\n"


def moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(ZONE)).timestamp())


def calls(path: Path, prefix: str, quick: int, slow: int, hour: int = 10, day: str = "2025-05-12") -> Path:
    """Answered calls, `quick` after 5 s and `slow` after 60 s."""
    rows = [HEADER]
    for number in range(quick + slow):
        wait = 5 if number < quick else 60
        at = f"{day}T{hour:02}:{number % 60:02}:{number // 60:02}"
        rows.append(f"{prefix}{number},voice,inbound,Billing,{at},{at},{day}T{hour + 1:02}:30:00,answered,{wait},90\n")
    path.write_text("".join(rows))
    return path


def bring(folder: Path, *paths: Path) -> None:
    request = ImportRequest(store=folder / "store.db", key_file=folder / "key", now=1, zone=ZONE)
    assert [result.state for result in import_files(paths, request)] == ["imported"] * len(paths)


def desk(folder: Path, now: str, monkeypatch: pytest.MonkeyPatch, **options: Any) -> StoreDesk:
    monkeypatch.setenv("CARECLI_CONFIG_HOME", str(folder))
    return StoreDesk(asking(store=str(folder / "store.db"), tz=ZONE), live=lambda: moment(now), **options)


def service_level_of(board: StandupBoard) -> Any:
    return next(head for head in board.headlines if head.figure.metric == "service_level")


def test_the_final_figure_says_what_was_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(tmp_path, calls(tmp_path / "day.csv", "d", 115, 25))  # 115/140 = 82.1 %
    shown = desk(tmp_path, "2025-05-12T17:00", monkeypatch).queues(None)
    assert [(figure.numerator, figure.n, figure.provisional) for figure in shown.by_channel][:1] == [(115.0, 140, True)]
    late = calls(tmp_path / "late.csv", "l", 1, 3, hour=16)  # 116/144 = 80.6 %
    next_day = calls(tmp_path / "next.csv", "n", 1, 0, hour=7, day="2025-05-13")
    bring(tmp_path, late, next_day)
    headline = service_level_of(desk(tmp_path, "2025-05-13T08:45", monkeypatch).standup(None))
    assert (headline.figure.numerator, headline.figure.denominator) == (116.0, 144.0)
    assert headline.was is not None
    assert (headline.was.numerator, headline.was.denominator, headline.was.provisional) == (115.0, 140.0, True)
    text = render_text(desk(tmp_path, "2025-05-13T08:45", monkeypatch).standup(None), width=120, color=False)
    assert "80.6 %" in text
    assert "(was ~82.1 %)" in text


def finish(folder: Path) -> None:
    """The next day's first call: with it Monday's data is complete."""
    bring(folder, calls(folder / "next.csv", "n", 1, 0, hour=7, day="2025-05-13"))


def test_what_was_never_shown_is_not_mentioned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(tmp_path, calls(tmp_path / "day.csv", "d", 8, 2))
    desk(tmp_path, "2025-05-12T17:00", monkeypatch, remembers=False).queues(None)
    bring(tmp_path, calls(tmp_path / "late.csv", "l", 0, 2, hour=16))
    finish(tmp_path)
    headline = service_level_of(desk(tmp_path, "2025-05-13T08:45", monkeypatch).standup(None))
    assert (headline.figure.numerator, headline.figure.provisional, headline.was) == (8.0, False, None)


def test_what_did_not_change_is_not_mentioned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(tmp_path, calls(tmp_path / "day.csv", "d", 8, 2))
    desk(tmp_path, "2025-05-12T18:00", monkeypatch).queues(None)
    finish(tmp_path)
    headline = service_level_of(desk(tmp_path, "2025-05-13T08:45", monkeypatch).standup(None))
    assert (headline.figure.value, headline.figure.provisional, headline.was) == (0.8, False, None)


def test_time_travel_is_no_showing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bring(tmp_path, calls(tmp_path / "day.csv", "d", 8, 2))
    bring(tmp_path, calls(tmp_path / "late.csv", "l", 0, 2, hour=16))
    finish(tmp_path)
    past = desk(tmp_path, "2025-05-13T08:45", monkeypatch).queues(moment("2025-05-12T12:00"))
    assert [(figure.numerator, figure.n, figure.provisional) for figure in past.by_channel][:1] == [(8.0, 10, True)]
    headline = service_level_of(desk(tmp_path, "2025-05-13T08:45", monkeypatch).standup(None))
    assert (headline.figure.n, headline.figure.provisional, headline.was) == (12, False, None)
