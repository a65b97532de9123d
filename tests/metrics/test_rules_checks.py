"""One-off checks: their language, and what they say of a store (design: section 11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.boards.rules import check_lines, check_of, first_needed
from carecli.errors import UsageProblem
from carecli.metrics.facts import Facts
from carecli.metrics.rules.checks import Verdict, judged
from carecli.metrics.rules.language import Expression, parse
from carecli.metrics.rules.levels import level_in
from carecli.metrics.rules.readings import Rhythm
from carecli.policy.alerts import DAY, Level, Limit
from tests.metrics.build import BERLIN, Centre, at, window_of


def told(facts: Facts, text: str, window: str | None = None, **where: str | None) -> Verdict:
    check = check_of(text, parse(text), as_of=facts.as_of, zone=facts.zone, where=where, window=window)
    return judged(facts, check)


def state(facts: Facts, text: str, window: str | None = None, **where: str | None) -> str:
    return told(facts, text, window, **where).state


# The language


@pytest.mark.parametrize(
    ("text", "metric", "limit", "where", "times"),
    [
        ("asa <= 20s", "asa", Limit("at_most", Level(Fraction(20), "s")), {}, (None, None, None)),
        ("  asa<=20 s ", "asa", Limit("at_most", Level(Fraction(20), "s")), {}, (None, None, None)),
        (
            "voice.service_level >= 80% for 3d",
            "service_level",
            Limit("at_least", Level(Fraction(80), "%")),
            {"channel": "voice"},
            (None, 3 * DAY, None),
        ),
        (
            "queue[Billing voice].asa ≤ 0.5min",
            "asa",
            Limit("at_most", Level(Fraction(1, 2), "min")),
            {"queue": "Billing voice"},
            (None, None, None),
        ),
        (
            "chat.queue[a.b >= [c]]d].agent[].asa > 1h window 7d for 2 days",
            "asa",
            Limit("above", Level(Fraction(1), "h")),
            {"channel": "chat", "queue": "a.b >= [c]d", "agent": None},
            ("7d", 2 * DAY, None),
        ),
        ("csat >= 92% window 28d", "csat", Limit("at_least", Level(Fraction(92), "%")), {}, ("28d", None, None)),
        ("nps_touch > -10.5", "nps_touch", Limit("above", Level(Fraction(-21, 2))), {}, (None, None, None)),
        ("backlog < 200", "backlog", Limit("below", Level(Fraction(200))), {}, (None, None, None)),
        (
            "abandonment <= 8% every 15min for 1h",
            "abandonment",
            Limit("at_most", Level(Fraction(8), "%")),
            {},
            (None, 3600, 900),
        ),
    ],
)
def test_what_is_written_is_read(text, metric, limit, where, times):
    found = parse(text)
    assert (found.metric.id, found.limit, found.where) == (metric, limit, where)
    assert (found.window, found.lasting, found.every) == times


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "expected a metric, found 'nothing more'"),
        ("asa", "expected one of >= > <= <, found 'nothing more'"),
        ("asa = 20s", "expected one of >= > <= <, found '= 20s'"),
        ("asa <= soon", "expected a level such as 80%, 20s, 4min, 1.5h, 2d or 200, found 'soon'"),
        ("asa <= 20sec", "expected a level"),
        ("asa <= 1e5", "expected a level"),
        ("asa <= 20s and backlog < 3", "expected `window W`, `for TIME` or `every TIME`, each once, found 'and"),
        ("asa <= 20s for 3d for 4d", "expected `window W`, `for TIME` or `every TIME`, each once"),
        ("asa <= 20s for 3 weeks", "each once, found 'for 3 weeks'"),
        ("asa <= 20s every 5min", "expected `for` beside `every`"),
        ("moon <= 20s", "unknown metric 'moon'"),
        ("voise.asa <= 20s", "no channel 'voise'"),
        ("moon[x].asa <= 20s", "asa has no dimension 'moon'"),
        ("voice.chat.asa <= 20s", "channel is named twice"),
        ("queue[Billing.asa <= 20s", "unknown metric 'queue'"),
        ("asa <= 9999999999999999s", "expected a level"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_was_expected(text, said):
    with pytest.raises(UsageProblem) as problem:
        parse(text)
    assert said in problem.value.message


@given(st.text(max_size=40) | st.text(alphabet="asa.[]<>=% 0123456789dfor window", max_size=60))
def test_any_text_is_a_check_or_a_usage_problem(text):
    try:
        found = parse(text)
    except UsageProblem:
        return
    assert isinstance(found, Expression)


@pytest.mark.parametrize(
    ("text", "window", "rhythm"),
    [
        ("asa <= 20s", None, None),
        ("asa <= 20s window 28d", None, None),
        ("asa <= 20s for 3d", None, Rhythm(DAY, 3, 1)),
        ("asa <= 20s for 3d", "7d", Rhythm(DAY, 3, 7)),
        ("asa <= 20s window 28d for 1d", "7d", Rhythm(DAY, 1, 28)),
        ("asa <= 20s for 15min", None, Rhythm(300, 3)),
        ("asa <= 20s for 1h every 30min", None, Rhythm(1800, 2)),
        ("asa <= 20s for 1d every 1h", None, Rhythm(3600, 24)),
    ],
)
def test_for_is_days_or_intervals(text, window, rhythm):
    assert parse(text).rhythm(window) == rhythm


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("asa <= 20s for 7min", "`every` must be a part of a day"),
        ("asa <= 20s for 14min every 7min", "`every` must be a part of a day"),
        ("asa <= 20s for 1min every 30s", "`every` must be a part of a day"),
        ("asa <= 20s window 7d for 15min", "`window` goes with `for` in days"),
        ("asa <= 20s window wtd for 3d", "the window is days too, not wtd"),
    ],
)
def test_times_that_do_not_fit_together(text, said):
    with pytest.raises(UsageProblem) as problem:
        parse(text).rhythm()
    assert said in problem.value.message


@pytest.mark.parametrize(
    ("unit", "level", "value"),
    [
        ("ratio", Level(Fraction(80), "%"), Fraction(4, 5)),
        ("ratio", Level(Fraction(4, 5)), Fraction(4, 5)),
        ("ratio", Level(Fraction(80)), None),
        ("seconds", Level(Fraction(2), "min"), Fraction(120)),
        ("seconds", Level(Fraction(1), "d"), Fraction(86_400)),
        ("seconds", Level(Fraction(20)), None),
        ("days", Level(Fraction(36), "h"), Fraction(3, 2)),
        ("money", Level(Fraction(25, 2)), Fraction(25, 2)),
        ("money", Level(Fraction(4), "USD"), Fraction(4)),
        ("money", Level(Fraction(4), "s"), None),
        ("points", Level(Fraction(30), "points"), Fraction(30)),
        ("cases", Level(Fraction(200)), Fraction(200)),
        ("cases", Level(Fraction(80), "%"), None),
    ],
)
def test_levels_are_of_the_metrics_unit(unit, level, value):
    if value is None:
        with pytest.raises(UsageProblem, match="x: "):
            level_in(unit, level, "x")
    else:
        assert level_in(unit, level, "x") == value


# What a check says


def calls(good: int, of: int, day: str = "2025-05-13", centre: Centre | None = None) -> Centre:
    """Answered calls, so many of them after 5 s and the others after 60 s."""
    centre = centre or Centre()
    for number in range(of):
        centre.call(5000 if number < good else 60_000, f"{day} 10:00")
    return centre


def test_sides_are_exact_and_strict_signs_leave_the_level_out():
    """79.96 % is not 80 %, and 80.0 % is at least 80 % but not above it (C0.1, C0.2)."""
    even = calls(80, 100).facts("2025-05-13 18:00")
    assert [state(even, f"service_level {sign} 80%") for sign in (">=", ">", "<=", "<")] == [
        "ok",
        "fails",
        "ok",
        "fails",
    ]
    short = calls(1999, 2500).facts("2025-05-13 18:00")
    assert [state(short, f"service_level {sign} 80%") for sign in (">=", ">", "<=", "<")] == [
        "fails",
        "fails",
        "ok",
        "ok",
    ]
    third = calls(1, 3).facts("2025-05-13 18:00")  # (5 + 60 + 60) / 3 s
    assert told(third, "asa <= 41.7s").value == Fraction(125, 3)
    assert (state(third, "asa <= 41.6s"), state(third, "asa <= 41.7s")) == ("fails", "ok")


def test_windows_and_slices():
    centre = calls(1, 1, "2025-05-01", calls(0, 1))
    facts = centre.facts("2025-05-13 18:00")
    assert state(facts, "volume <= 1") == "ok"  # 7 days, as of `metric`
    assert state(facts, "volume <= 1 window 28d") == "fails"
    assert state(facts, "volume <= 1", "28d") == "fails"
    assert state(facts, "volume <= 1 window today", "28d") == "ok"
    assert state(facts, "queue[Billing].volume >= 1", queue="Refunds") == "ok"
    assert told(facts, "volume >= 1", queue="Refunds").note == "no such queue: Refunds"
    assert told(facts, "email.volume >= 1").state == "unknown"


def test_no_data_is_no_promise_kept():
    facts = calls(1, 1).facts("2025-05-13 18:00")
    verdict = told(facts, "csat >= 50%")
    assert (verdict.state, verdict.value, verdict.note) == ("unknown", None, "no data: needs surveys")


def test_for_days_each_of_the_last_days_that_are_over():
    centre = Centre()
    for day, good in (
        ("2025-05-08", 100),
        ("2025-05-09", 79),
        ("2025-05-12", 80),
        ("2025-05-13", 90),
        ("2025-05-14", 0),
    ):
        calls(good, 100, day, centre)
    facts = centre.facts("2025-05-14 12:00")
    two, three = (told(facts, f"service_level >= 80% for {days}d") for days in (2, 3))
    assert (two.state, two.value, two.since) == ("ok", Fraction(9, 10), at("2025-05-14 00:00"))
    assert (three.state, three.value, three.note) == ("fails", Fraction(79, 100), "2025-05-09")
    assert three.since == at("2025-05-10 00:00")
    assert state(facts, "service_level >= 79% for 3d") == "ok"  # the weekend is closed and passed over
    assert (state(facts, "service_level >= 79% for 5d"), state(facts, "service_level >= 80% for 5d")) == (
        "unknown",
        "fails",
    )
    early = replace(facts, as_of=at("2025-05-13 00:00"))
    only = check_of("c", parse("service_level >= 80% for 3d"), as_of=early.as_of, zone=BERLIN, where={}, window=None)
    verdict = judged(early, replace(only, window=window_of(early, "2025-05-10..2025-05-13")))
    assert (verdict.state, verdict.note) == ("unknown", "needs 3 readings in a row, has 1")


def test_for_minutes_each_interval():
    centre = Centre()
    for place, good in enumerate((10, 9, 8, None, 9)):
        for number in range(10 if good is not None else 0):
            centre.call(5000 if number < (good or 0) else 60_000, at("2025-05-13 10:00") + 300 * place)
    ok = told(centre.facts("2025-05-13 10:15"), "service_level >= 80% for 15min")
    assert (ok.state, ok.value, ok.since, ok.note) == ("ok", Fraction(8, 10), at("2025-05-13 10:15"), None)
    fails = told(centre.facts("2025-05-13 10:15"), "service_level > 80% for 15min")
    assert (fails.state, fails.note) == ("fails", "2025-05-13T10:10")
    unknown = told(centre.facts("2025-05-13 10:25"), "service_level >= 80% for 15min")
    assert (unknown.state, unknown.value, unknown.note) == ("unknown", None, "2025-05-13T10:15: no answered contacts")


def test_what_must_be_read_reaches_back_by_the_rolling_window():
    as_of = at("2025-05-13 12:00")
    facts = calls(1, 1).facts("2025-05-13 12:00")

    def needed(text: str) -> date:
        check = check_of("c", parse(text), as_of=as_of, zone=BERLIN, where={}, window=None)
        return first_needed([check], window_of(facts, "28d"))

    assert needed("asa <= 1s window 3d") == date(2025, 5, 11)
    assert needed("asa <= 1s for 1d") == date(2025, 4, 16)
    assert needed("asa <= 1s window 7d for 1d") == date(2025, 4, 10)
    assert needed("asa <= 1s for 60d") == date(2025, 5, 13) - timedelta(days=133)


def test_lines_in_words():
    facts = calls(1, 3).facts("2025-05-13 18:00")
    checks = [
        check_of(name, parse(text), as_of=facts.as_of, zone=facts.zone, where={}, window=None)
        for name, text in (
            ("soon", "voice.asa <= 0.5min"),
            ("b", "backlog < 200 window 7d for 1d"),
            ("c", "asa < 1h for 15min"),
        )
    ]
    lines = check_lines(facts, checks, window_of(facts, "28d"))
    assert [(line.check, line.target, line.where) for line in lines] == [
        ("soon", "<= 0.5 min", (("channel", "voice"),)),
        ("b", "< 200 over 7 days for 1 day", ()),
        ("c", "< 1 h for 15 min", ()),
    ]
