"""Alarms: intervals by queue entry, judged when they are over; runs, breaks, hysteresis (R57, R168, R307)."""

from __future__ import annotations

import itertools
from datetime import datetime
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.errors import UsageProblem
from carecli.metrics.dictionary import METRICS
from carecli.metrics.evaluate import figures
from carecli.metrics.facts import Facts, build_facts
from carecli.metrics.rules.alarms import Alarm, Missing, Replay, Rule, alarms, replay, rules_of
from carecli.metrics.rules.checks import alarm_now
from carecli.metrics.rules.levels import exact
from carecli.metrics.rules.readings import Rhythm, readings
from carecli.metrics.windows import parse_window
from carecli.policy.alerts import Level, Limit
from carecli.policy.pack import Pack, load_pack
from carecli.store.snapshot import Feed
from tests.metrics.build import BERLIN, Centre, at, pack_with, window_of

CARE = load_pack("care-package", zone=BERLIN)
LIGHTCURVE = load_pack("lightcurve", zone=BERLIN)
TEN = "2025-05-13 10:00"
QUARTER_PAST = at("2025-05-13 10:15")


def offered(centre: Centre, start: str | int, abandoned: int, of: int = 1000, **values: Any) -> None:
    """An interval's callers: all are answered or gone two minutes after it began."""
    begin = at(start) if isinstance(start, str) else start
    for number in range(of):
        outcome = "abandoned" if number < abandoned else "answered"
        centre.call(60_000, begin + number % 60, outcome=outcome, **values)


def in_tenths(*shares: int | None) -> Centre:
    """Five-minute intervals from 10:00 on, each with 1,000 offered and so many of them abandoned; None has none."""
    centre = Centre()
    for place, abandoned in enumerate(shares):
        if abandoned is not None:
            offered(centre, at(TEN) + 300 * place, abandoned)
    return centre


def rule(pack: Pack, name: str = "abandonment", **where: str) -> Rule:
    (found,) = (each for each in rules_of(pack, where) if each.name == name)
    assert isinstance(found, Rule)
    return found


def fired(facts: Facts, found: Rule, window: str = "today") -> list[int]:
    return [each.since for each in replay(facts, found, window_of(facts, window)).alarms]


@pytest.mark.parametrize(
    ("shares", "since"),
    [
        ((81, 84, 90), [QUARTER_PAST]),
        ((81, 79, 90), []),
        ((80, 80, 80), []),
        ((81, 81, 80), []),
        ((81, None, 84, 90), []),
        ((81, 84, None, 90), []),
        ((None, 81, 84, 90), [QUARTER_PAST + 300]),
        ((81, 84, 90, 90, 90), [QUARTER_PAST]),
        ((81, 84, 90, 80, 81, 84, 90), [QUARTER_PAST, QUARTER_PAST + 1200]),
    ],
)
def test_r57_three_intervals_above_8_percent_in_a_row(shares, since):
    assert fired(in_tenths(*shares).facts("2025-05-13 12:00", CARE), rule(CARE)) == since


def test_r57_fires_at_the_end_of_the_third_interval_and_not_before():
    centre = in_tenths(81, 84, 90)
    before = centre.facts("2025-05-13 10:14:59", CARE)
    then = centre.facts("2025-05-13 10:15", CARE)
    assert fired(before, rule(CARE)) == []
    assert alarm_now(before, rule(CARE), window_of(before, "28d")).state == "ok"
    verdict = alarm_now(then, rule(CARE), window_of(then, "28d"))
    assert (verdict.state, verdict.since, verdict.value) == ("fails", QUARTER_PAST, Fraction(9, 100))


def test_who_enters_at_the_end_of_an_interval_is_of_the_next():
    centre = in_tenths(81, 84, 81)
    for _ in range(100):
        centre.call(0, QUARTER_PAST)
    facts = centre.facts("2025-05-13 10:15", CARE)
    last = replay(facts, rule(CARE), window_of(facts, "today")).readings[-1]
    assert (last.end, last.figure.n) == (QUARTER_PAST, 1000)


def test_r57_the_rate_is_what_was_known_at_the_intervals_end():
    """Who still waits at 10:05 is neither answered nor abandoned in the interval of 10:00, for ever."""
    centre = in_tenths(81, 84, 90)
    for _ in range(500):
        centre.call(90_000, at("2025-05-13 10:04:00"), outcome="abandoned")  # gone at 10:05:30
        centre.call(90_000, at("2025-05-13 10:04:00"))  # answered at 10:05:30
    facts = centre.facts("2025-05-13 12:00", CARE)
    found = readings(facts, rule(CARE).metric, {}, Rhythm(300, 3), window_of(facts, "today"))
    assert {each.start - at(TEN): (each.value, each.figure.n) for each in found if each.value is not None} == {
        0: (Fraction(81, 1000), 1000),
        300: (Fraction(84, 1000), 1000),
        600: (Fraction(90, 1000), 1000),
    }
    exactly = Centre()
    exactly.call(60_000, at("2025-05-13 10:04:00"), outcome="abandoned")  # gone at 10:05:00
    facts = exactly.facts("2025-05-13 12:00", CARE)
    assert [each.value for each in readings(facts, rule(CARE).metric, {}, Rhythm(300, 1), window_of(facts, "today"))
            if each.value is not None] == [1]  # fmt: skip


@pytest.mark.parametrize(("errors", "fires"), [((50, 51), True), ((50, 49), False)])
def test_r168_five_percent_for_ten_minutes(errors, fires):
    centre = Centre()
    for place, failed in enumerate((0, *errors, 0)):
        start = at("2025-05-13 10:00") + 300 * place
        centre.add("service_health", service="api", interval_start=start, minutes=5, requests=1000, errors=failed)
    (alarm,) = rules_of(LIGHTCURVE, {})
    times = fired(centre.facts("2025-05-13 12:00", LIGHTCURVE), alarm)
    assert times == ([at("2025-05-13 10:15")] if fires else [])


def test_a_rule_without_a_metric_says_what_it_needs(tmp_path):
    text = 'e = { metric = "uptime", at_least = 0.05, sustained = "10 min", every = "5 min" }'
    found = rules_of(pack_with(tmp_path, f"[alerts]\n{text}"), {})
    assert found == [Missing("e", "uptime", {})]
    assert found[0].reason == "needs uptime, which no feed gives"


METRICS_OF_ARRIVALS = ("abandonment", "asa", "asa_p90", "service_level", "offered", "aht_p50", "volume")


def test_an_interval_is_what_metric_says_of_it_as_of_its_end():
    """The very figures of `carecli metric --by interval --as-of END`, for half hours."""
    centre = Centre()
    for number in range(120):
        outcome = ("answered", "abandoned", "answered")[number % 3]
        start = at("2025-05-13 09:00") + 97 * number
        centre.call(1000 * (7 * number % 400), start, outcome=outcome, length=400 + number, talk_ms=60_000 + number)
    facts = centre.facts("2025-05-13 13:00")
    today = window_of(facts, "today")
    found = {each: readings(facts, METRICS[each], {}, Rhythm(1800, 1), today) for each in METRICS_OF_ARRIVALS}
    assert {len(each) for each in found.values()} == {26}
    for place in range(17, 26):
        start, end = found["asa"][place].start, found["asa"][place].end
        then = build_facts(facts.snapshot, facts.pack, end, BERLIN)
        where = {"interval": datetime.fromtimestamp(start, ZoneInfo(BERLIN)).isoformat()}
        for told in figures(then, METRICS_OF_ARRIVALS, window=parse_window("2025-05-13", end, BERLIN), where=where):
            each = found[told.metric][place]
            assert (each.value, each.figure.n) == (exact(told), told.n)
    known = [each.value for each in found["abandonment"]]
    assert known[:18] == [None] * 18
    assert None not in known[18:24]


def test_of_a_slice():
    centre = Centre()
    for place in range(3):
        offered(centre, at(TEN) + 300 * place, 10, of=20, queue="Billing")
        offered(centre, at(TEN) + 300 * place, 0, of=400, queue="Refunds")
    facts = centre.facts("2025-05-13 12:00", CARE)
    assert fired(facts, rule(CARE)) == []
    assert fired(facts, rule(CARE, queue="Billing")) == [QUARTER_PAST]
    nobody = replay(facts, rule(CARE, queue="Moon"), window_of(facts, "today"))
    assert {(each.value, each.known, each.reason) for each in nobody.readings} == {(None, False, "no such queue: Moon")}


def test_r307_a_rule_names_its_own_slice(tmp_path):
    text = """[alerts.a]\nmetric = "abandonment"\nabove = 0.08\nsustained = "15 min"\nevery = "5 min"
    where = { queue = "Billing", tier = "" }"""
    assert rule(pack_with(tmp_path, text), "a", queue="Refunds", channel="voice").where == {
        "queue": "Billing",
        "tier": None,
        "channel": "voice",
    }


def test_r307_hysteresis(tmp_path):
    """Begins above 8 %, ends after two intervals below 6 %; between them it stays as it is."""
    text = """[alerts.a]\nmetric = "abandonment"\nabove = 0.08\nsustained = "10 min"\nevery = "5 min"
    clears_below = 0.06\nclears_after = 2"""
    found = rule(pack_with(tmp_path, text), "a")
    shares = (81, 90, 70, 59, 60, 59, None, 90, 90)
    facts = in_tenths(*shares).facts("2025-05-13 12:00", CARE)
    minute = {place: at(TEN) + 300 * (place + 1) for place in range(len(shares))}
    played = replay(facts, found, window_of(facts, "today"))
    assert played.alarms[0] == Alarm(minute[1], minute[6])  # 59 % and an interval without callers
    assert played.alarms[1].since == minute[8]
    assert [each.until for each in played.alarms] == [minute[6], minute[8] + 600]
    assert played.alarm_seconds == 5 * 300 + 600


def test_r307_minimum_n_per_interval(tmp_path):
    text = """[alerts.a]\nmetric = "abandonment"\nabove = 0.08\nsustained = "5 min"\nevery = "5 min"\nminimum_n = 20"""
    found = rule(pack_with(tmp_path, text), "a")
    centre = Centre()
    offered(centre, TEN, 10, of=19)
    offered(centre, at(TEN) + 600, 10, of=20)
    facts = centre.facts("2025-05-13 12:00", CARE)
    played = replay(facts, found, window_of(facts, "today"))
    assert [each.since for each in played.alarms] == [at(TEN) + 900]
    assert [each.reason for each in played.readings if each.start == at(TEN)] == ["n=19 (<20)"]


def test_a_count_is_nought_where_nobody_came_and_a_rate_is_nothing():
    facts = in_tenths(81).facts("2025-05-13 10:30", CARE)
    today = window_of(facts, "today")
    counts = readings(facts, METRICS["offered"], {}, Rhythm(300, 1), today)
    assert (counts[0].value, counts[-1].value, sum(each.value or 0 for each in counts)) == (0, 0, 1000)
    rates = readings(facts, METRICS["abandonment"], {}, Rhythm(300, 1), today)
    assert (rates[-1].value, rates[-1].known, rates[-1].reason) == (None, True, "no offered contacts")


def test_behind_the_newest_row_nothing_is_known():
    centre = in_tenths(81, 84, 90)
    centre.feeds.append(Feed("demo", "calls", ("interactions",), 0, at("2025-05-13 10:14:59"), 0, 1))
    facts = centre.facts("2025-05-13 10:20", CARE)
    verdict = alarm_now(facts, rule(CARE), window_of(facts, "28d"))
    assert (verdict.state, verdict.note) == ("unknown", "the data ends 2025-05-13T10:14")
    facts = centre.facts("2025-05-13 10:19:59", CARE)
    assert alarm_now(facts, rule(CARE), window_of(facts, "28d")).state == "fails"


def test_a_day_outside_coverage_is_unknown_and_a_closed_hour_is_not(tmp_path):
    pack = pack_with(
        tmp_path, '[alerts]\na = { metric = "abandonment", above = 0.08, sustained = "5 min", every = "5 min" }'
    )
    centre = in_tenths(81)
    for moment, state, note in (
        ("2025-05-14 11:00", "unknown", "not covered"),  # a Wednesday
        ("2025-05-14 06:00", "ok", "closed"),
        ("2025-05-13 19:00", "ok", "no offered contacts"),
    ):
        facts = centre.facts(moment, pack)
        verdict = alarm_now(facts, rule(pack, "a"), window_of(facts, "28d"))
        assert (verdict.state, verdict.note) == (state, note)


def test_days_of_a_clock_change_have_all_their_intervals():
    facts = Centre().facts("2025-03-31 00:00")
    for day, count in (("2025-03-29", 288), ("2025-03-30", 276)):
        window = parse_window(day, facts.as_of, BERLIN)
        found = readings(facts, METRICS["abandonment"], {}, Rhythm(300, 1), window)
        assert len(found) == count
        assert all(before.end == after.start for before, after in itertools.pairwise(found))
        assert (found[0].start, found[-1].end) == (window.first, window.last)


def test_once_a_day_over_the_days_before(tmp_path):
    """Abandonment of 3 days at the end of each day, above 8 % on two days in a row."""
    pack = pack_with(tmp_path, '[alerts]\na = { metric = "abandonment", above = 0.08, window = "3d", for = "2d" }')
    centre = Centre()
    for day, abandoned in (
        ("2025-05-05", 0),
        ("2025-05-06", 20),
        ("2025-05-07", 10),
        ("2025-05-08", 0),
        ("2025-05-09", 0),
    ):
        offered(centre, f"{day} 10:00", abandoned, of=100)
    facts = centre.facts("2025-05-10 09:00", pack)
    played = replay(facts, rule(pack, "a"), window_of(facts, "2025-05-05..2025-05-10"))
    shares = {f"{datetime.fromtimestamp(each.start, ZoneInfo(BERLIN)):%d}": each.value for each in played.readings}
    tenth = Fraction(1, 10)
    assert shares == {"05": 0, "06": tenth, "07": tenth, "08": tenth, "09": Fraction(1, 30)}  # the 10th isn't over
    assert played.alarms == (Alarm(at("2025-05-08 00:00"), at("2025-05-10 00:00")),)


def test_a_closed_day_without_contacts_is_passed_over(tmp_path):
    """Friday and Monday are two days in a row; a Saturday with calls counts."""
    pack = pack_with(tmp_path, '[alerts]\na = { metric = "abandonment", above = 0.08, for = "2d" }')
    centre = Centre()
    offered(centre, "2025-05-09 10:00", 10, of=100)
    offered(centre, "2025-05-12 10:00", 10, of=100)
    facts = centre.facts("2025-05-13 09:00", pack)
    assert fired(facts, rule(pack, "a"), "7d") == [at("2025-05-13 00:00")]
    offered(centre, "2025-05-10 10:00", 0, of=100)
    assert fired(centre.facts("2025-05-13 09:00", pack), rule(pack, "a"), "7d") == []


def test_a_stock_by_day(tmp_path):
    pack = pack_with(tmp_path, '[alerts]\na = { metric = "backlog", at_least = 2, for = "2d" }')
    centre = Centre()
    centre.case("2025-05-06 09:00")
    centre.case("2025-05-07 09:00", status="solved", first_resolved_at="2025-05-09 12:00",
                last_resolved_at="2025-05-09 12:00", updated_at="2025-05-09 12:00")  # fmt: skip
    facts = centre.facts("2025-05-10 09:00", pack)
    played = replay(facts, rule(pack, "a"), window_of(facts, "2025-05-05..2025-05-10"))
    assert [(each.value, each.known) for each in played.readings] == [
        *((None, False), (1, True), (2, True), (2, True), (1, True))
    ]
    assert played.alarms == (Alarm(at("2025-05-09 00:00"), at("2025-05-10 00:00")),)


def test_a_stock_of_now_has_no_past(tmp_path):
    pack = pack_with(tmp_path, '[alerts]\na = { metric = "waiting", above = 3, for = "1d" }')
    facts = in_tenths(81).facts("2025-05-14 12:00", pack)
    played = replay(facts, rule(pack, "a"), window_of(facts, "2d"))
    assert [(each.value, each.known, each.reason) for each in played.readings] == [(None, False, "known only of now")]
    with pytest.raises(UsageProblem, match="waiting isn't known by the interval"):
        readings(facts, METRICS["waiting"], {}, Rhythm(300, 1), window_of(facts, "2d"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('metric = "asa"\nabove = 60', "alerts.a.above: 60 is no level of a time"),
        ('metric = "abandonment"\nabove = 8', "alerts.a.above: 8 is no level of a share"),
        ('metric = "backlog"\nabove = "2 days"', "alerts.a.above: 2 d is no level of cases"),
    ],
)
def test_a_level_of_another_unit_is_named(tmp_path, text, said):
    pack = pack_with(tmp_path, f"[alerts.a]\n{text}\nfor = '1d'")
    with pytest.raises(UsageProblem) as problem:
        rules_of(pack, {})
    assert problem.value.message == said


def test_percentiles_are_nearest_rank():
    centre = Centre()
    for place in range(20):
        offered(centre, at(TEN) + 300 * place, place + 1, of=20)
    facts = centre.facts("2025-05-13 13:00", CARE)
    played = replay(facts, rule(CARE), window_of(facts, "today"))
    assert [played.quantile(percent) for percent in (5, 50, 95)] == [Fraction(each, 20) for each in (1, 10, 19)]
    assert Replay((), (), 0).quantile(50) is None


VALUES = st.lists(st.sampled_from((None, 4, 6, 7, 8, 9)), max_size=40)


@given(VALUES, st.integers(1, 4), st.integers(1, 3), st.booleans())
def test_alarms_as_a_plain_reader_of_the_whole_past_has_them(values, in_a_row, clears_after, hysteresis):
    """At each reading anew: the last run that was long enough, raised above 8 or calm (below 6), decides."""
    found = levelled(in_a_row, clears_after, hysteresis)
    told = [Reader(place, value) for place, value in enumerate(values)]
    states = []
    for end in range(1, len(values) + 1):
        state = False
        for place in range(1, end + 1):
            raised = values[max(0, place - in_a_row) : place]
            calm = values[max(0, place - clears_after) : place]
            if len(raised) == in_a_row and all(value is not None and value > 8 for value in raised):
                state = True
            elif len(calm) == clears_after and all(value is None or value < (6 if hysteresis else 9) for value in calm):
                state = False
        states.append(state)
    on = [False] * len(values)
    for alarm in alarms(found, told):
        until = len(values) if alarm.until is None else alarm.until - 1
        on[alarm.since - 1 : until] = [True] * (until - alarm.since + 1)
    assert on == states


class Reader:
    """A reading by its place."""

    def __init__(self, place: int, value: int | None) -> None:
        self.end = place + 1
        self.value = None if value is None else Fraction(value)


def levelled(in_a_row: int, clears_after: int, hysteresis: bool) -> Rule:
    clear = Fraction(6) if hysteresis else None
    return Rule(
        "a", METRICS["backlog"], Limit("above", Level(Fraction(8))), Fraction(8), Rhythm(300, in_a_row),
        clear=Limit("below", Level(Fraction(6))) if hysteresis else None, clear_level=clear, clears_after=clears_after,
    )  # fmt: skip
