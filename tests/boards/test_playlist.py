"""Playlists of a wall: what is due when, and what is wrong in words."""

from __future__ import annotations

from datetime import datetime, time

import pytest

from carecli.boards.playlist import Showing, next_showing, read_playlist
from carecli.errors import UsageProblem

AT_NIGHT = Showing("sla", begins=time(22), ends=time(6))
BY_DAY = Showing("queues", begins=time(8), ends=time(18))


def on(hour: int, minute: int = 0) -> datetime:
    return datetime(2025, 5, 13, hour, minute)


def test_a_time_of_day_is_half_open_and_may_run_over_midnight():
    assert [AT_NIGHT.is_due(time(hour)) for hour in (21, 22, 0, 5, 6)] == [False, True, True, True, False]
    assert [BY_DAY.is_due(time(hour)) for hour in (7, 8, 17, 18)] == [False, True, True, False]
    assert Showing("queues").is_due(time(3))


def test_the_next_that_is_due_goes_round():
    playlist = (Showing("backlog"), BY_DAY, AT_NIGHT)
    assert [next_showing(playlist, last, on(9)) for last in (-1, 0, 1, 2)] == [0, 1, 0, 0]
    assert next_showing(playlist, 0, on(23)) == 2
    assert next_showing((BY_DAY, AT_NIGHT), -1, on(20)) is None


def test_a_file(tmp_path):
    path = tmp_path / "wall.toml"
    path.write_text(
        '[[show]]\nboard = "queues"\nseconds = 45\nfrom = 08:00:00\nto = "18:30"\nwhere = { queue = "Billing" }\n'
        '[[show]]\nboard = "standup"\npage = 3\n'
    )
    assert read_playlist(path) == (
        Showing("queues", 0, 45, time(8), time(18, 30), {"queue": "Billing"}),
        Showing("standup", 3),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "a list of"),
        ("show = 3", "a list of"),
        ("[[show]", "not valid TOML"),
        ('[[show]]\nboard = "case"', "no board 'case' for a wall"),
        ('[[show]]\nboard = "queues"\npage = 2', "only the standup board has pages"),
        ('[[show]]\nboard = "queues"\nseconds = true', "seconds is a whole number"),
        ('[[show]]\nboard = "queues"\nseconds = 1', "seconds is a whole number"),
        ('[[show]]\nboard = "queues"\nfrom = "8 am"', "from is a time of day"),
        ('[[show]]\nboard = "queues"\nwhere = { queue = 3 }', "where is a table of names"),
        ('[[show]]\nboard = "queues"\ncolour = "red"', "unknown key 'colour'"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, says):
    path = tmp_path / "wall.toml"
    path.write_text(text)
    with pytest.raises(UsageProblem) as problem:
        read_playlist(path)
    assert says in problem.value.message


def test_a_file_that_isnt_there(tmp_path):
    with pytest.raises(UsageProblem, match="can't be read"):
        read_playlist(tmp_path / "none.toml")
