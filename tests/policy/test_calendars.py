"""The night of a pack's calendar (R95): read, checked, and told to the clocks."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest

from carecli.clocks.tape import run_clock
from carecli.policy.pack import PackError, load_pack

NIGHT = 'from = "20:00", to = "08:00", factor = 1.3'


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin")).timestamp())


@pytest.fixture
def night_of(tmp_path):
    """The 24/7 calendar of a user's pack with a night of these keys."""

    def write(keys: str):
        path = tmp_path / "northwind.toml"
        path.write_text(f'extends = "tally"\n[calendars.always]\nnight = {{ {keys} }}\n', encoding="utf-8")
        return load_pack(str(path), zone="Europe/Berlin").calendars["always"]

    return write


@pytest.mark.parametrize(("keys", "due"), [(NIGHT, "02:26"), (f"{NIGHT}, widen = false", "01:50")])
def test_r95_a_night_widens_where_its_switch_says_so(night_of, keys, due):
    calendar = night_of(keys)
    assert calendar.night is not None
    assert calendar.night.factor == Fraction(13, 10)
    start = at("2025-03-18T23:50")
    assert run_clock(calendar, start, 2 * 3600, as_of=start, night=True).due_at == at(f"2025-03-19T{due}")


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ('from = "20:00", to = "20:00", factor = 1.3', "night.to: found '20:00', expected a time of day other than"),
        ('from = "8 pm", to = "08:00", factor = 1.3', "night.from: found '8 pm', expected a time of day"),
        ('from = "20:00", to = "08:00"', "night.factor: found nothing"),
        ('from = "20:00", to = "08:00", factor = 0.7', "night.factor: found 0.7, expected a number from 1 to 10"),
        ('from = "20:00", to = "08:00", factor = nan', "night.factor: found NaN, expected a number from 1 to 10"),
        ('from = "20:00", to = "08:00", factor = "1.3"', "night.factor: found '1.3', expected a number"),
        (f"{NIGHT}, widen = 1", "night.widen: found 1, expected true or false"),
        (f"{NIGHT}, till = 2", "calendars.always.night.till: unknown key, expected one of factor, from, to, widen"),
    ],
)
def test_a_night_that_makes_no_sense_is_named(night_of, keys, says):
    with pytest.raises(PackError) as error:
        night_of(keys)
    assert "northwind.toml: calendars.always.night" in str(error.value)
    assert says in str(error.value)
