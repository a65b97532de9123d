"""Loading packs: the tally as shipped, a user's pack over it, and what is said of one that makes no sense."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from carecli.clocks.tape import Pause, run_clock
from carecli.errors import CareError
from carecli.policy.lint import lint_pack
from carecli.policy.pack import PackError, available_packs, load_pack

BERLIN = ZoneInfo("Europe/Berlin")
TALLY = load_pack("tally", zone="Europe/Berlin")


def at(day: int, clock_time: str) -> int:
    """A local time of March 2025; the 14th is a Friday."""
    return int(datetime.combine(date(2025, 3, day), time.fromisoformat(clock_time), BERLIN).timestamp())


@pytest.fixture
def own(tmp_path):
    """A user's pack that extends the tally, from its text."""

    def write(text: str, name: str = "northwind"):
        path = tmp_path / f"{name}.toml"
        path.write_text(f'extends = "tally"\n{text}', encoding="utf-8")
        return load_pack(str(path), zone="Europe/Berlin")

    return write


def test_the_tally_carries_the_numbers_of_its_document():
    voice, chat, email = (TALLY.service_level[channel] for channel in ("voice", "chat", "email"))
    assert (voice.threshold_ms, voice.goal, voice.risk_low) == (20_000, Fraction(4, 5), Fraction(3, 4))  # R6
    assert (chat.threshold_sec, [int(each.value) for each in chat.choices]) == (120, [60, 90, 120])  # R7
    assert (email.threshold_sec, email.clock, email.edge) == (4 * 3600, "business", "within")  # R8, R125
    assert {each.denominator for each in TALLY.service_level.values()} == {"answered"}  # R5
    assert TALLY.offered.outcomes == ("answered", "abandoned", "abandoned_ringing", "missed", "voicemail")  # C0.6
    assert (TALLY.asa.short_call_ms, TALLY.aht.cap_percentile) == (3000, 99)  # R25, R26
    assert (TALLY.fcr.days, TALLY.fcr.unit, TALLY.fcr.separate_followups_count) == (7, "days", True)  # R14, R35
    assert (TALLY.csat.minimum_n, TALLY.csat.late_sec, TALLY.csat.late) == (30, 86_400, "exclude")  # R31, R16
    assert (TALLY.csat.favourable_from[5], TALLY.nps.promoters_from, TALLY.nps.detractors_to) == (4, 9, 6)  # R15, R17
    assert (TALLY.reopen.window_sec, TALLY.escalation.level) == (7 * 86_400, 2)  # R19, R20
    assert (TALLY.backlog.stale_sec, TALLY.backlog.stale_clock) == (72 * 3600, "elapsed")  # R23
    assert (TALLY.settling, TALLY.status, TALLY.at_risk) == (time(6), "internal", Fraction(3, 4))  # C0.10, R129, R120
    assert (TALLY.exclusions.test, TALLY.exclusions.system) == (True, True)  # R33
    assert lint_pack(TALLY) == []  # R130


def test_age_buckets_are_half_open():
    ages = pl.Series([h * 3600 - s for h, s in ((24, 60), (24, 0), (48, 60), (48, 0), (168, 60), (168, 0))])
    edges = pl.Series(TALLY.backlog.bucket_edges_sec)
    assert edges.search_sorted(ages, side="right").to_list() == [0, 1, 1, 2, 2, 3]  # R22: 1/2/2/1
    assert TALLY.backlog.bucket_names == ("0-24 h", "24-48 h", "2-7 d", "7 d+")


@pytest.mark.parametrize(
    ("priority", "clock", "start", "due"),
    [
        ("P1", "first_response", (16, "10:00"), (16, "10:15")),  # R121: Sunday the same
        ("P1", "workaround", (16, "10:00"), (16, "11:00")),
        ("P1", "resolution", (16, "10:00"), (16, "14:00")),
        ("P2", "first_response", (14, "15:00"), (14, "16:00")),  # R122
        ("P2", "first_response", (14, "17:30"), (17, "09:30")),
        ("P2", "resolution", (14, "15:00"), (17, "15:00")),
        ("P2", "resolution", (15, "10:00"), (17, "18:00")),
        ("P3", "first_response", (13, "16:00"), (14, "11:00")),  # R123
        ("P3", "resolution", (13, "15:00"), (18, "15:00")),
        ("P4", "first_response", (12, "11:00"), (13, "11:00")),  # R124
        ("P4", "resolution", (12, "11:00"), (19, "11:00")),
    ],
)
def test_priority_clocks(priority, clock, start, due):
    column = pl.Series("created_at", [at(*start), None])
    assert TALLY.due(priority, clock, "billing", column).to_list() == [at(*due), None]
    target = TALLY.clock_target(priority, clock)
    calendar = TALLY.clock_calendar(target.clock, "billing")
    assert target.due_at(calendar, at(*start)) == at(*due)
    budget = target.budget_at(calendar, at(*start))
    assert run_clock(calendar, at(*start), budget, as_of=at(*start)).due_at == at(*due)


def test_nothing_promised_is_never_due():
    assert TALLY.clock_target("P2", "workaround") is None
    assert TALLY.due(None, "resolution", None, pl.Series([at(14, "15:00")])).to_list() == [None]


@pytest.mark.parametrize(
    ("priority", "start", "due"),
    [("P2", (14, "15:00"), (17, "18:00")), ("P3", (13, "15:00"), (18, "18:00")), ("P4", (12, "11:00"), (19, "18:00"))],
)
def test_end_of_day_is_a_switch(own, priority, start, due):
    pack = own('clocks.business_days = "end-of-day"')  # R122-R124
    assert pack.due(priority, "resolution", None, pl.Series([at(*start)])).to_list() == [at(*due)]


def test_elapsed_first_response_is_a_switch(own):
    pack = own('priorities.P2.first_response.clock = "elapsed"')  # R122
    assert pack.due("P2", "first_response", None, pl.Series([at(14, "17:30")])).to_list() == [at(14, "18:30")]


def test_elapsed_days_have_24_hours(own):
    pack = own(
        'clocks.business_days = "end-of-day"\n[priorities.P4]\nresolution = { within = "2 days", clock = "elapsed" }'
    )
    assert pack.due("P4", "resolution", None, pl.Series([at(14, "17:30")])).to_list() == [at(16, "17:30")]


def test_the_edge_word_of_a_service_level_is_a_switch(own):
    pack = own('service_level.email.edge = "under"')  # R125
    assert (pack.service_level["email"].edge, pack.text_target("service_level", "email")) == (
        "under",
        "90 % in under 4 bh",
    )


def test_which_pauses_stop_which_clock():
    assert TALLY.pauses.stop("resolution", TALLY.pauses.status["waiting_customer"])  # R126
    assert not TALLY.pauses.stop("first_response", "awaiting_customer")  # C0.29
    assert TALLY.pauses.stop("first_response", "vendor_dependency")
    pause = Pause(at(14, "17:00"), at(17, "10:00"), "awaiting_customer")
    calendar = TALLY.clock_calendar("business", None)
    assert run_clock(calendar, at(14, "14:00"), 4 * 3600, [pause], as_of=at(18, "09:00")).due_at == at(17, "11:00")


def test_the_no_touch_window_in_days_and_in_business_days(own):
    resolved = at(13, "15:00")
    week = TALLY.fcr.window
    assert week.due_at(TALLY.clock_calendar(week.clock, None), resolved) == resolved + 7 * 86_400  # R14
    window = own('fcr = { days = 3, unit = "business_days" }').fcr.window
    due = window.due_at(TALLY.clock_calendar(window.clock, None), resolved)
    assert at(18, "14:00") <= due < at(18, "16:00")  # R34: Tue 14:00 is inside, Tue 16:00 outside


def test_a_pack_of_ones_own_changes_only_what_it_names(own):
    pack = own('[service_level.voice]\nwithin = "30 s"\n[bands]\nasa = false\n')
    assert (pack.id, pack.title, pack.version) == ("northwind", "northwind", "1")
    assert pack.service_level["voice"].threshold_ms == 30_000
    assert pack.service_level["voice"].goal == Fraction(4, 5)
    assert pack.verdict_band("asa", "voice", Fraction(61)) is None
    changed = {key for key in TALLY.settings if pack.settings.get(key) != TALLY.settings[key]}
    assert changed == {"id", "title", "service_level.voice.within", "bands.asa.voice.between", "bands.asa.chat.between"}
    assert pack.origins["service_level.voice.within"] == "northwind.toml"
    assert pack.origins["service_level.voice.goal"] == "tally.toml"


def test_a_pack_extends_a_file_beside_it(own, tmp_path):
    own('status = "contractual"')
    (tmp_path / "branch.toml").write_text('extends = "northwind.toml"\nid = "branch"\nversion = "2"\n')
    branch = load_pack(str(tmp_path / "branch.toml"), zone="UTC")
    assert (branch.id, branch.status, branch.version, branch.zone) == ("branch", "contractual", "2", "UTC")
    assert branch.origins["status"] == "northwind.toml"


def test_queues_have_their_own_hours(own):
    pack = own(
        '[calendars.extended]\nhours = ["Mon-Sat 08:00-20:00"]\nzone = "Europe/London"\n'
        '[queues.calendars]\n"Billing voice" = "extended"\n'
    )
    assert pack.calendar_for("Billing voice").zone == "Europe/London"
    assert pack.calendar_for("other") is pack.calendar_for(None) is pack.calendars["business"]
    assert pack.clock_calendar("coverage", "Billing voice").name == "extended"
    assert pack.clock_calendar("business", "Billing voice").name == "business"
    follow = own('clocks.business_calendar = "queue"\nqueues.default_calendar = "always"')
    assert follow.clock_calendar("business", None).name == "always"


def test_public_holidays_and_closed_dates_close(own):
    pack = own(
        "[calendars.business]\nclosed = [2025-03-17]\n"
        '[calendars.us]\nhours = ["Mon-Fri 09:00-18:00"]\nholidays = { country = "US" }\n'
        '[calendars.bavaria]\nhours = ["Mon-Fri 09:00-18:00"]\nholidays = { country = "DE", subdivision = "BY" }\n'
    )
    assert pack.calendars["business"].is_holiday(date(2025, 3, 17))
    assert pack.calendars["us"].is_holiday(date(2025, 7, 4))  # R102
    assert pack.calendars["bavaria"].is_holiday(date(2025, 10, 3))  # R356
    assert pack.calendars["bavaria"].is_holiday(date(2025, 1, 6))
    assert not pack.calendars["us"].is_holiday(date(2025, 10, 3))
    assert pack.due("P4", "resolution", None, pl.Series([at(12, "11:00")])).to_list() == [at(20, "11:00")]  # R124


def test_maintenance_is_published_and_pauses_only_with_the_flag(own):
    pack = own(
        "[[calendars.business.maintenance]]\nfrom = 2025-03-18T10:20:00\nto = 2025-03-18T09:50:00Z\npause = true\n"
        '[[calendars.business.maintenance]]\nfrom = 2025-03-14T12:00:00\nto = 2025-03-14T13:00:00\ntext = "upgrade"\n'
    )
    windows = pack.maintenance["business"]
    assert [(window.start, window.end, window.pause) for window in windows] == [
        (at(18, "10:20"), at(18, "10:50"), True),
        (at(14, "12:00"), at(14, "13:00"), False),
    ]
    assert windows[1].text == "upgrade"
    assert pack.calendars["business"].due_at(at(18, "10:00"), 3600) == at(18, "11:30")  # R119
    assert pack.calendars["business"].due_at(at(14, "11:30"), 3600) == at(14, "12:30")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("fcr.days = 'seven'", "northwind.toml: fcr.days: found 'seven', expected a whole number from 1 to 365"),
        ("fcr.days = true", "northwind.toml: fcr.days: found True, expected a whole number from 1 to 365"),
        ("fcr.dayz = 3", "northwind.toml: fcr.dayz: unknown key, expected one of days, dim_below"),
        ("colour = 'red'", "northwind.toml: colour: unknown key, expected one of"),
        ("status = 'draft'", "northwind.toml: status: found 'draft', expected one of internal, contractual"),
        ("settling = '25:00'", "northwind.toml: settling: found '25:00', expected a time of day"),
        ("service_level.voice.goal = 80", "service_level.voice.goal: found 80, expected a ratio from 0 to 1"),
        ("service_level.voice.risk_low = 0.9", "service_level.voice.risk_low: found 0.9, expected a ratio not above"),
        ("service_level.voice.within = '20'", "service_level.voice.within: found '20', expected an amount such as"),
        ("service_level.voice.within = 0.5", "service_level.voice.within: found 0.5, expected a time such as"),
        ("service_level.voice.denominator = 'all'", "found 'all', expected one of answered, offered, offered_minus"),
        ("service_level.fax.goal = 0.8", "northwind.toml: service_level.fax: unknown key, expected one of voice"),
        ("bands.asa.vioce.between = ['1 s', '2 s']", "bands.asa.vioce: unknown key, expected one of voice"),
        ("bands.asa.voice.between = ['60 s', '20 s']", "expected a list of rising amounts of one unit"),
        ("bands.asa.voice.between = ['1 s', '2 min']", "expected a list of rising amounts of one unit"),
        ("bands.asa.voice.between = ['60 s']", "expected two amounts, the lower first"),
        ("bands.fcr.any.top = 0.5", "bands.fcr.any.at_least: found 0.70, expected risk_low, at_least and top"),
        ("bands.x.any = {}", "northwind.toml: bands.x.any.at_least: found nothing, expected a value"),
        ("offered.abandoned = ['abandoned', 'ghosted']", "offered.abandoned: found ['abandoned', 'ghosted'], expected"),
        ("offered.abandoned = ['answered']", "expected no outcome that is answered too"),
        ("calendars.business.hours = ['Mon 9-12']", "calendars.business.hours: found ['Mon 9-12'], expected weekly"),
        ("calendars.business.zone = 'Berlin'", "calendars.business.zone: found 'Berlin', expected a time zone"),
        ("calendars.business.closed = ['24 Dec']", "calendars.business.closed: found ['24 Dec'], expected a list of"),
        ("calendars.business.holidays.country = 'XX'", "holidays.country: found 'XX', expected an ISO 3166 code"),
        ("calendars.business.maintenance = [{ from = 1, to = 2 }]", "maintenance.from: found 1, expected a date and"),
        ("queues.default_calendar = 'night'", "queues.default_calendar: found 'night', expected one of business"),
        ("queues.calendars.billing = 'night'", "queues.calendars.billing: found 'night', expected one of business"),
        ("priorities.P1.first_answer = {}", "priorities.P1.first_answer: unknown key, expected one of first_response"),
        ("priorities.P1.resolution.within = '1.5 days'", "resolution.within: found '1.5 days', expected a time such"),
        ("backlog.buckets_hours = [48, 24]", "backlog.buckets_hours: found [48, 24], expected a list of rising whole"),
        ("csat.favourable_from = { 5 = 6 }", "csat.favourable_from.5: found 6, expected a whole number from 1 to 5"),
        ("pauses.stops.resolution = ['lunch']", "pauses.stops.resolution: found ['lunch'], expected a list of"),
        ("fcr = false", "fcr: found nothing, expected a value"),
        ("fcr = 7", "northwind.toml: fcr: found 7, expected a table"),
        ("fcr = ", "northwind.toml: not valid TOML"),
    ],
)
def test_what_makes_no_sense_is_named(own, text, says):
    with pytest.raises(PackError) as error:
        own(text)
    assert says in str(error.value)


def test_packs_that_cannot_be_found_or_extend_themselves(own, tmp_path):
    assert "tally" in available_packs()
    with pytest.raises(PackError, match=r"found 'tallly', expected one of .*tally"):
        load_pack("tallly", zone="UTC")
    with pytest.raises(PackError, match="No such file"):
        load_pack(str(tmp_path / "gone.toml"), zone="UTC")
    with pytest.raises(PackError, match="reporting zone: found 'Berlin'"):
        load_pack("tally", zone="Berlin")
    (tmp_path / "loop.toml").write_text('extends = "loop.toml"')
    with pytest.raises(PackError, match="can't extend itself"):
        load_pack(str(tmp_path / "loop.toml"), zone="UTC")
    (tmp_path / "bytes.toml").write_bytes(b'id = "\xff"')
    with pytest.raises(PackError, match="not valid TOML"):
        load_pack(str(tmp_path / "bytes.toml"), zone="UTC")
    assert issubclass(PackError, CareError)


def test_lint_wants_three_or_four_priorities_with_both_targets(own):
    pack = own("priorities.P3 = false\npriorities.P4 = false\npriorities.P2.resolution = false")
    assert lint_pack(pack) == [
        "priorities: found 2, expected 3 or 4 (R130)",
        "priorities.P2: no target for resolution (R130)",
    ]


def test_a_pack_is_frozen():
    with pytest.raises(FrozenInstanceError):
        TALLY.status = "contractual"
