"""Masked pages: nothing personal is on them, drilling still works, and the state is said."""

from __future__ import annotations

from textual.pilot import Pilot

from carecli.privacy.masking import Masker
from carecli.tui.preferences import Preferences
from tests.tui.driving import board_screen, care, page, press, table
from tests.tui.fake_desk import FakeDesk
from tests.tui.preferred import drive_with

KEY = bytes(range(32))
PERSONAL = ("A. Amari", "Charged twice", "Refund not arrived", "C-7F3K9QX2")


def test_masks_are_stable_and_differ_by_key() -> None:
    one, other = Masker(KEY), Masker(bytes(32))
    assert one.agent("A. Amari") == Masker(KEY).agent("A. Amari") != other.agent("A. Amari")
    assert one.agent("A. Amari") != one.agent("B. Amari")
    assert one.agent(one.agent("A. Amari")) == one.agent("A. Amari")
    assert one.customer("C-7F3KPQABCDEFGH23") == "customer C-7F3KPQ"
    assert one.words("my card") == "(masked)"
    assert "@" not in one.other("ask ana@example.org")


def test_a_masked_slice_asks_for_the_real_one() -> None:
    masker = Masker(KEY)
    masked = masker.board({"agent": "a-17", "queue": "Billing"})
    assert masked["agent"].startswith("agent ")
    assert masked["queue"] == "Billing"
    assert masker.unmasked(masked) == {"agent": "a-17", "queue": "Billing"}


def test_nothing_is_masked_where_nothing_is_asked_to_be() -> None:
    board = FakeDesk().cases(None, {})
    assert Masker(KEY, agents=False, customers=False).board(board) is board
    masked = Masker(KEY).board(board)
    assert {case.subject for case in masked.cases} == {"(masked)"}
    assert [case.case_id for case in masked.cases] == [case.case_id for case in board.cases]


def test_m_hides_every_name_down_to_the_case() -> None:
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "3")
        assert not board_screen(pilot).asked_as[0]
        await press(pilot, "m", "enter")
        assert "masked" in page(pilot)
        assert table(pilot).row_count > 0
        shown = page(pilot)
        await press(pilot, "enter")
        shown += page(pilot)
        assert "(masked)" in shown
        for words in PERSONAL:
            assert words not in shown
        await press(pilot, "m")
        assert any(words in page(pilot) for words in PERSONAL)

    drive_with(check, Preferences(key=KEY))


def test_the_standup_is_masked_from_the_start_and_other_boards_are_not() -> None:
    async def check(pilot: Pilot[None]) -> None:
        assert "masked" in page(pilot)
        assert care(pilot).masked
        await press(pilot, "2")
        assert not care(pilot).masked
        await press(pilot, "1", "m")
        assert not care(pilot).masked
        await press(pilot, "2")
        assert not care(pilot).masked

    drive_with(check, Preferences(key=KEY))


def test_without_a_key_nothing_claims_to_be_masked() -> None:
    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "m")
        assert not care(pilot).masked
        assert not board_screen(pilot).asked_as[0]

    drive_with(check, Preferences())


def test_a_saved_filter_is_chosen_and_said() -> None:
    desk = FakeDesk()

    async def check(pilot: Pilot[None]) -> None:
        await press(pilot, "2", "F", "down", "enter")
        assert ("only", {"queue": "Billing"}) in desk.calls
        assert "filter night" in page(pilot)
        await press(pilot, "F", "up", "enter")
        assert desk.calls[-1] != ("only", {"queue": "Billing"})
        assert "filter night" not in page(pilot)

    drive_with(check, Preferences(filters={"night": {"queue": "Billing"}}), desk)
