"""Keys of the user's own: they work, help says them, and clashes are refused."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from carecli.errors import UsageProblem
from carecli.tui.keys import checked_keymap
from carecli.tui.preferences import Preferences
from tests.tui.driving import care, page, press
from tests.tui.preferred import drive_with


def test_keys_are_names_or_characters() -> None:
    assert checked_keymap({"refresh": "f5, r", "filter": "ctrl+f"}) == {"refresh": "f5,r", "filter": "ctrl+f"}
    assert checked_keymap({"keys": "?,f1"}) == {"keys": "question_mark,f1"}


def test_two_actions_may_change_places() -> None:
    assert checked_keymap({"explain": "y", "copy": "e"}) == {"explain": "y", "copy": "e"}


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"refersh": "f5"}, "no such action"),
        ({"refresh": "e"}, "'explain'"),
        ({"refresh": "2"}, "already the key"),
        ({"refresh": "j"}, "already the key"),
        ({"refresh": "f7", "copy": "f7"}, "already the key of refresh"),
        ({"refresh": "f5,"}, "empty key"),
    ],
)
def test_nonsense_is_refused(keys: dict[str, str], named: str) -> None:
    with pytest.raises(UsageProblem, match=named):
        checked_keymap(keys)


def test_the_new_key_works_and_help_says_it() -> None:
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "space")
        assert not care(pilot).paused
        await press(pilot, "f7")
        assert care(pilot).paused
        await press(pilot, "question_mark")
        assert any("f7" in line and "pause" in line for line in page(pilot).splitlines())

    drive_with(check, Preferences(keys={"pause": "f7"}))
