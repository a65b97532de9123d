"""Waits, handle times and abandonment (R9, R11-R13, R25-R27, R32)."""

from __future__ import annotations

import pytest

from tests.metrics.build import Centre, explained, figure, slices

EVENING = "2025-05-13 18:00"


def answered_and_abandoned() -> Centre:
    """R9: 9,200 s of wait over 460 answered; 40 abandoned after 90 s each."""
    centre = Centre()
    for _ in range(460):
        centre.call(20_000)
    for _ in range(40):
        centre.call(90_000, outcome="abandoned")
    return centre


def test_r9_abandoned_calls_don_t_count_in_asa():
    asa = figure(answered_and_abandoned().facts(EVENING), "asa")
    assert (asa.value, asa.n, asa.numerator, asa.denominator) == (20.0, 460, 9200.0, 460)
    assert (asa.status, asa.target) == ("ok", "20-60 s")


def test_r10_below_the_band_is_no_miss():
    centre = Centre()
    centre.call(12_000)
    assert figure(centre.facts(EVENING), "asa").status == "below"
    centre.call(110_001)
    assert figure(centre.facts(EVENING), "asa").status == "miss"


def test_r25_calls_that_were_over_at_once_leave_asa_only():
    centre = Centre()
    for _ in range(450):
        centre.call(20_400, length=300)
    for _ in range(10):
        centre.call(2_000, length=3, talk_ms=500)
    facts = centre.facts(EVENING)
    asa = figure(facts, "asa")
    assert (round(asa.value, 1), asa.n, asa.numerator, asa.excluded) == (20.4, 450, 9180.0, {"short": 10})
    assert figure(facts, "volume").value == 460
    assert figure(facts, "service_level").n == 460


@pytest.mark.parametrize(
    ("call", "short"),
    [
        ({"wait_ms": 2_000, "length": 300}, 0),
        ({"wait_ms": 2_000, "length": 3, "talk_ms": 1_000}, 0),
        ({"wait_ms": 2_000, "length": 3, "talk_ms": 999}, 1),
        ({"wait_ms": 1_000, "length": 62, "talk_ms": 1_000}, 0),
        ({"wait_ms": 1_000, "length": 2}, 1),
        ({"wait_ms": 1_000, "length": 3}, 0),
    ],
)
def test_r25_the_whole_call_counts_exactly(call, short):
    centre = Centre()
    centre.call(**call)
    assert figure(centre.facts(EVENING), "asa").excluded.get("short", 0) == short


def test_r11_talk_hold_and_wrap():
    centre = Centre()
    centre.call(5_000, talk_ms=300_000, hold_ms=30_000, wrap_ms=60_000)
    facts = centre.facts(EVENING)
    aht = figure(facts, "aht")
    assert (aht.value, aht.note, aht.status, aht.target) == (390.0, None, "ok", "4-7 min")
    assert [figure(facts, f"aht_{part}").value for part in ("talk", "hold", "wrap")] == [300.0, 30.0, 60.0]


def test_r11_the_sources_own_total_is_labelled_and_a_missing_time_is_said():
    centre = Centre()
    centre.call(5_000, talk_ms=400_000)
    centre.call(5_000, handle_time_ms=200_000)
    centre.call(5_000)
    aht = figure(centre.facts(EVENING), "aht")
    assert (aht.value, aht.n, aht.excluded) == (300.0, 2, {"no handle time": 1})
    assert aht.note == "1 as stated by the source"


def test_r11_a_call_still_going_on_is_not_handled_yet():
    centre = Centre()
    centre.call(5_000, "2025-05-13 10:00", length=300, talk_ms=295_000)
    facts = centre.facts("2025-05-13 10:02")
    assert figure(facts, "aht").excluded == {"no handle time": 1}
    assert figure(facts, "service_level").value == 1.0
    assert figure(centre.facts("2025-05-13 10:05"), "aht").value == 295.0


def test_r12_email_is_handled_per_resolved_case():
    centre = Centre()
    centre.case("2025-05-12 09:00", case_id="7", status="solved", last_resolved_at="2025-05-13 12:00")
    for minute in (0, 10, 20):
        centre.contact(f"2025-05-13 10:{minute:02d}", channel="email", case_id="7", handle_time_ms=240_000)
    facts = centre.facts(EVENING)
    aht = figure(facts, "aht", where={"channel": "email"})
    assert (aht.value, aht.n, aht.status) == (720.0, 1, "ok")
    assert figure(centre.facts("2025-05-13 11:00"), "aht").value is None


@pytest.mark.parametrize(
    ("abandoned", "short", "status", "note"),
    [(40, 12, "risk", "5.7 % without 12 short (<3 s)"), (25, 0, "ok", None), (41, 0, "miss", None)],
)
def test_r13_both_abandonment_rates(abandoned, short, status, note):
    centre = Centre()
    for _ in range(500 - abandoned):
        centre.call(10_000)
    for place in range(abandoned):
        centre.call(2_999 if place < short else 3_000, outcome="abandoned")
    rate = figure(centre.facts(EVENING), "abandonment")
    assert (rate.value, rate.n, rate.status, rate.note) == (abandoned / 500, 500, status, note)
    assert rate.target == "<=5-8 %"


def capped() -> Centre:
    centre = Centre()
    for place in range(99):
        centre.call(5_000, talk_ms=360_000, queue="Billing" if place < 50 else "Moves")
    centre.call(5_000, "2025-05-13 06:00", length=37_000, talk_ms=36_000_000, queue="Moves")
    return centre


def test_r26_one_cap_by_nearest_rank_for_the_channel_and_the_window():
    facts = capped().facts("2025-05-13 20:00")
    assert figure(facts, "aht").value == 360.0
    assert facts.legs["handle_ms"].mean() == 716_400
    assert {name: each.value for name, each in slices(facts, "aht", "queue").items()} == {
        "Billing": 360.0,
        "Moves": 360.0,
    }
    assert figure(facts, "aht", where={"queue": "Moves"}).value == 360.0
    assert figure(facts, "aht_p50").value == 360.0


def test_r26_slices_add_up_and_percentiles_are_raw():
    centre = capped()
    for _ in range(100):
        centre.call(5_000, talk_ms=100_000, channel="chat")
    facts = centre.facts("2025-05-13 20:00")
    total = figure(facts, "aht")
    parts = slices(facts, "aht", "channel", "queue").values()
    assert sum(each.numerator for each in parts) == total.numerator
    assert sum(each.n for each in parts) == total.n
    assert slices(facts, "aht_p90", "queue")["Moves"].value == 360.0
    centre.call(5_000, talk_ms=5_000_000, channel="social")
    assert slices(centre.facts("2025-05-13 20:00"), "aht", "channel")["social"].value == 5000.0


def test_r27_exclusions_are_views():
    centre = Centre()
    for place in range(500):
        centre.call(2_000 if place < 12 else 20_000, length=2 if place < 12 else 300)
    facts = centre.facts(EVENING)
    asa = figure(facts, "asa")
    assert asa.excluded == {"short": 12}
    assert asa.n + sum(asa.excluded.values()) == 500
    explanation = explained(facts, "asa")
    assert len(explanation.rows["interactions"]) == 488
    assert len(explanation.excluded_rows["short"]["interactions"]) == 12
    assert facts.legs.height == 500


def test_r32_percentiles_are_linear_between_ranks():
    centre = Centre()
    for minutes in range(1, 11):
        centre.call(5_000, "2025-05-13 09:00", length=1_000, talk_ms=minutes * 60_000)
    facts = centre.facts(EVENING)
    assert figure(facts, "aht_p50").value / 60 == 5.5
    assert figure(facts, "aht_p90").value / 60 == pytest.approx(9.1)
    assert figure(facts, "aht_p50").n == 10


def test_waiting_runs_up_to_the_feeds_newest_moment_and_only_for_open_feeds():
    centre = Centre()
    centre.contact("2025-05-13 10:00", outcome=None)
    centre.contact("2025-05-13 10:10", outcome=None)
    facts = centre.facts("2025-05-13 10:30")
    assert figure(facts, "waiting").value == 2
    assert figure(facts, "longest_wait").value == 600.0
    assert figure(facts, "offered").value == 0
    finished = Centre(rows=centre.rows, names=centre.names, finished_only=True)
    assert figure(finished.facts("2025-05-13 10:30"), "waiting").value == 0
    assert figure(facts, "waiting", "yesterday").note == "known only of now"


def test_at_an_earlier_moment_a_call_still_waits():
    centre = Centre()
    centre.call(90_000, "2025-05-13 10:00")
    centre.call(10_000, "2025-05-13 10:20")
    facts = centre.facts("2025-05-13 10:01")
    assert figure(facts, "waiting").value == 1
    assert figure(facts, "longest_wait").value == 60.0
    assert figure(facts, "answered").value == 0
    assert figure(facts, "fcr").note == "no resolved cases"
