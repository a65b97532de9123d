"""The third use: commands in cron. Equal bytes, exit codes, data on stdout, talk on stderr, no number without data."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.acceptance.files import chats, contacts_file
from tests.acceptance.running import SAMPLE_DATA, carecli, carecli_process, done

Options = tuple[str, ...]
ELSEWHERE = (
    {"TZ": "Asia/Tokyo", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "1", "NO_COLOR": "1"},
    {"TZ": "America/New_York", "LANG": "de_DE.UTF-8", "PYTHONHASHSEED": "4711", "TERM": "dumb"},
)


@pytest.mark.parametrize(
    ("words", "environments"),
    [(("metric", "volume", "service_level", "fcr", "--by", "queue"), ELSEWHERE), (("board", "standup"), ELSEWHERE[:1])],
)
def test_equal_questions_give_equal_bytes_wherever_they_are_asked(desk: Options, words: Options, environments):
    asked = (*words, *desk, "--format", "json")
    here = done(carecli(*asked)).out
    assert done(carecli(*asked)).out == here
    for environment in environments:
        answer = carecli_process(*asked, environment=environment)
        assert (answer.code, answer.out, answer.err) == (0, here, "")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("metric", "happiness"), "unknown metric"),
        (("metric", "volume", "--by", "moon"), "no dimension"),
        (("metric", "volume", "--window", "someday"), "unknown window"),
        (("metric", "volume", "--where", "queue"), "DIM=VALUE"),
        (("metric", "volume", "--tz", "Europe/Atlantis"), "no such time zone"),
        (("board", "standup", "--as-of", "tomorrow"), "ISO time"),
        (("board", "moon"), "Invalid value"),
        (("case", "no-such-case"), "no case"),
        (("import", "no/such/file"), "no such file"),
    ],
)
def test_2_usage(store: Path, desk: Options, arguments: Options, said: str):
    answer = carecli(*arguments, *desk[:2])
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err


def test_3_imported_with_rows_in_quarantine(tmp_path: Path):
    file = contacts_file(tmp_path / "chats.csv", *chats(["a", "b", "c"]), "d,telepathy,inbound,Desk,2025-05-12,,,,,")
    answer = carecli("import", file, "--store", tmp_path / "s.db", "--format", "json")
    (told,) = answer.json["files"]
    assert answer.code == 3
    assert (told["state"], told["rows"], told["new"], told["quarantined"]) == ("imported", 4, 3, 1)
    assert told["reasons"] == {"unknown-code": 1}


def test_4_a_file_was_rejected_or_held_and_the_highest_code_wins(tmp_path: Path):
    good = contacts_file(tmp_path / "a.csv", *chats(["a"]))
    bad = contacts_file(tmp_path / "b.csv", *chats(["b"]), "x,telepathy,inbound,Desk,2025-05-12,,,,,")
    strange = tmp_path / "c.csv"
    strange.write_text("height,weight\n1,2\n", encoding="utf-8")
    answer = carecli("import", good, bad, strange, "--store", tmp_path / "s.db", "--format", "json")
    told = answer.json["files"]
    assert answer.code == 4
    assert [file["state"] for file in told] == ["imported", "imported", "rejected"]
    assert told[2]["rows"] is told[2]["new"] is None
    assert told[2]["message"]


def test_5_no_store_no_carecli_store_and_a_store_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    missing = carecli("board", "standup", "--store", tmp_path / "none.db")
    stranger = tmp_path / "stranger.db"
    stranger.write_bytes(b"no database at all" * 100)
    damaged = carecli("metric", "volume", "--store", stranger)
    assert (missing.code, missing.out) == (damaged.code, damaged.out) == (5, "")
    assert "no store" in missing.err
    file, store = contacts_file(tmp_path / "a.csv", *chats(["a"])), tmp_path / "s.db"
    done(carecli("import", file, "--store", store))
    monkeypatch.setattr("carecli.store.connection.WAIT_SECONDS", 0.0)
    with (tmp_path / "s.db.lock").open("rb+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        contacts_file(file, *chats(["a", "b"]))
        busy = carecli("import", file, "--store", store)
    assert (busy.code, busy.out) == (5, "")
    assert "being written" in busy.err
    done(carecli("import", file, "--store", store))


@pytest.mark.parametrize("whole_group", [True, False])
def test_130_interrupted_keeps_what_was_acknowledged(tmp_path: Path, whole_group: bool):
    """Ctrl-C, or a signal to carecli alone, after the first file's line: that file is kept, and the store is sound."""
    first = contacts_file(tmp_path / "a.csv", *chats(["a", "b"]))
    many = sorted((SAMPLE_DATA / "zendesk").glob("ticket_audits-*.json.gz"))
    store = tmp_path / "s.db"
    code, out, err = interrupted("import", str(first), *map(str, many), "--store", str(store), whole_group=whole_group)
    assert code == 130
    assert "interrupted" in err
    assert "Traceback" not in out + err
    assert done(carecli("store", "verify", "--store", store)).out == "sound\n"
    told = json.loads(done(carecli("store", "info", "--store", store, "--format", "json")).out)
    assert told["rows"]["interactions"] == 2
    assert told["files"]["imported"] < 1 + len(many)


def interrupted(*arguments: str, whole_group: bool) -> tuple[int, str, str]:
    """Exit code, further stdout and stderr of a run that is interrupted once it has printed a line."""
    with subprocess.Popen(
        [sys.executable, "-m", "carecli", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert "a.csv: imported" in process.stdout.readline()
            (os.killpg if whole_group else os.kill)(process.pid, signal.SIGINT)
            out, err = process.communicate(timeout=30)
        finally:
            process.kill()
    return process.returncode, out, err


def test_stdout_is_data_and_stderr_is_talk(desk: Options, tmp_path: Path):
    for words in (("metric", "volume"), ("explain", "asa"), ("board", "queues"), ("kinds",), ("store", "info")):
        options = desk[:2] if words[0] == "store" else () if words == ("kinds",) else desk
        answer = carecli(*words, *options, "--format", "json")
        assert (answer.code, answer.err) == (0, "")
        json.loads(answer.out)
    nothing = carecli("import", tmp_path, "--store", tmp_path / "s.db")
    assert (nothing.code, nothing.out) == (0, "")
    assert "no files found" in nothing.err


def figure(desk: Options, metric: str, window: str, *where: str, as_of: str | None = None) -> dict[str, object]:
    """The one figure of a question."""
    asked = (*desk[:2], "--as-of", as_of, *desk[4:]) if as_of else desk
    slices = [option for pair in where for option in ("--where", pair)]
    (told,) = done(carecli("metric", metric, "--window", window, *slices, *asked, "--format", "json")).json["figures"]
    return dict(told)


def test_an_unknown_value_of_a_dimension_is_null_and_says_so(desk: Options):
    told = figure(desk, "volume", "7d", "queue=Complaints of the moon")
    assert (told["value"], told["n"]) == (None, 0)
    assert told["note"] == "no such queue: Complaints of the moon"


def test_no_number_outside_what_the_feeds_cover_and_0_inside(desk: Options):
    """The telephone is closed on Sundays, its feed isn't; of March nothing was imported; of surveys nothing ever."""
    sunday = figure(desk, "volume", "2025-05-11", "channel=voice")
    march = figure(desk, "volume", "2025-03-02", "channel=voice")
    surveys = figure(desk, "csat", "7d")
    tomorrow = figure(desk, "volume", "2025-05-14", "channel=voice")
    assert (sunday["value"], sunday["note"]) == (0, None)
    assert (march["value"], march["note"]) == (None, "not covered")
    assert (surveys["value"], surveys["note"]) == (None, "no data: needs surveys")
    assert (tomorrow["value"], tomorrow["note"]) == (None, "not begun")
    assert figure(desk, "service_level", "2025-05-11", "channel=voice")["value"] is None


def test_an_earlier_as_of_shows_the_earlier_state(desk: Options):
    """Calls answered since weren't answered then; what was counted then is what happened by then."""
    noon, evening, now = "2025-05-12T12:00", "2025-05-12T17:00", None
    voice = ("channel=voice",)
    values = [figure(desk, "answered", "2025-05-12", *voice, as_of=at)["value"] for at in (noon, evening, now)]
    assert values == sorted(values, key=lambda value: float(str(value)))
    assert len({*values}) == 3
    assert figure(desk, "answered", "2025-05-12", *voice, as_of="2025-05-12T07:00")["value"] == 0
    assert figure(desk, "volume", "2025-05-12", *voice, as_of=noon)["provisional"] is True
    board = done(carecli("board", "queues", *desk[:2], "--as-of", noon, *desk[4:], "--format", "json")).json
    assert board["as_of"] == "2025-05-12T12:00:00+02:00"
    assert all(each["from"] <= "2025-05-12T12:00:00+02:00" for each in board["intervals"])
