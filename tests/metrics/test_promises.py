"""Promises of cases: which clocks there are, how each stands, and what attainment leaves out (R65, R75, R104-R144)."""

from __future__ import annotations

from pathlib import Path

import pytest

from carecli.metrics.facts import Facts
from carecli.policy.pack import Pack, load_pack
from carecli.policy.targets import CLOCK_NAMES
from tests.metrics.build import BERLIN, Centre, at, explained, figure, pack_with, slices
from tests.policy.packs import CARE, HOUR, LIGHTCURVE, MINUTE, PRESTIGE

FRIDAY = "2025-03-14 15:00"


def own_pack(folder: Path, text: str) -> Pack:
    path = folder / "own.toml"
    path.write_text(text, encoding="utf-8")
    return load_pack(str(path), zone=BERLIN)


def clocks(facts: Facts, clock: str | None = None) -> list[dict]:
    """The promises in words, in order of start."""
    rows = facts.promises.to_dicts()
    for row in rows:
        row["clock"], row["promise"] = CLOCK_NAMES[row["clock"] - 1], facts.promise_words[row["promise"] - 1]
        row["stands"] = [each for each in ("met", "breached", "withdrawn", "running", "paused") if row[each]]
    return [row for row in rows if clock in (None, row["clock"])]


def only(facts: Facts, clock: str) -> dict:
    (found,) = clocks(facts, clock)
    return found


def case_of(centre: Centre, row_id: int) -> str:
    return next(row["case_id"] for row in centre.rows["cases"] if row["id"] == row_id)


def happens(centre: Centre, row_id: int, moment: str, kind: str, **values) -> int:
    return centre.add("case_events", case_id=case_of(centre, row_id), at=moment, kind=kind, **values)


def test_r65_met_of_met_and_breached_by_due_date():
    """485 of 500 is 97.0 %, 484 is 96.8 %; ten more that are open and not due change nothing."""
    for late, value in ((15, 0.970), (16, 0.968)):
        centre = Centre()
        for number in range(500):
            answered = "2025-05-12 12:00" if number >= late else "2025-05-12 14:00" if number % 2 else None
            centre.case("2025-05-12 09:00", priority="normal", first_response_at=answered)
        for _ in range(10):
            centre.case("2025-05-13 16:30", priority="normal")
        facts = centre.facts("2025-05-13 17:00")
        found = figure(facts, "attainment", "7d", where={"clock": "first_response"})
        assert (found.value, found.n, found.numerator) == (value, 500, 500 - late)
        assert figure(facts, "breached", "7d", where={"clock": "first_response"}).value == late
        # Due on Wednesday: not yet due, and not in these seven days.
        assert found.excluded == {}
        month = figure(facts, "attainment", "2025-05", where={"clock": "first_response"})
        assert (month.value, month.excluded) == (value, {"not yet due": 10})
        assert len(explained(facts, "breached", "7d", where={"clock": "first_response"}).rows["cases"]) == late


def test_r65_booked_on_the_due_date():
    centre = Centre()
    centre.case("2025-05-09 17:00", priority="P2", first_response_at="2025-05-09 17:30")
    facts = centre.facts("2025-05-13 12:00")
    assert slices(facts, "attainment", "day", window="7d", where={"clock": "first_response"}).keys() == {"2025-05-09"}
    facts = centre.facts("2025-05-13 12:00")
    assert only(facts, "resolution")["booked_at"] == at("2025-05-12 17:00")


@pytest.mark.parametrize(("in_time", "value"), [(38, 38 / 40), (37, 37 / 40)])
def test_r137_resolved_within_72_hours(in_time, value):
    centre = Centre()
    for number in range(40):
        resolved = "2025-05-04 10:00" if number < in_time else "2025-05-04 10:01"
        centre.case("2025-05-01 10:00", priority="P1", tier="Premium", last_resolved_at=resolved)
    where = {"clock": "resolution", "priority": "P1"}
    assert figure(centre.facts("2025-05-05 10:00", LIGHTCURVE), "attainment", "7d", where=where).value == value


def test_r137_open_past_due_is_a_miss_and_open_not_due_is_left_out():
    centre = Centre()
    for number in range(39):
        resolved = "2025-05-04 10:00" if number < 38 else "2025-05-04 10:01"
        centre.case("2025-05-01 10:00", priority="P1", tier="premium", last_resolved_at=resolved)
    for opened in ("2025-05-02 02:00", "2025-05-02 02:00", "2025-05-05 00:00"):
        centre.case(opened, priority="P1", tier="premium")
    found = figure(centre.facts("2025-05-05 10:00", LIGHTCURVE), "attainment", "7d", where={"clock": "resolution"})
    assert (found.numerator, found.n) == (38, 41)
    assert round(found.value, 3) == 0.927


def test_r75_by_priority():
    centre = Centre()
    for number in range(20):
        resolved = "2025-05-02 10:00" if number < 19 else "2025-05-06 10:00"
        centre.case("2025-05-01 10:00", priority="P1", tier="premium", last_resolved_at=resolved)
    found = slices(centre.facts("2025-05-07 10:00", LIGHTCURVE), "attainment", "priority", window="7d",
                   where={"clock": "resolution"})  # fmt: skip
    assert (found["P1"].value, found["P1"].n) == (0.95, 20)


def test_r121_three_clocks_in_parallel():
    centre = Centre()
    case = centre.case("2025-05-11 10:00", priority="urgent")  # a Sunday
    happens(centre, case, "2025-05-11 10:50", "internal_note", reason="workaround")
    found = clocks(centre.facts("2025-05-11 10:55"))
    assert [(row["clock"], row["due_at"], row["stands"]) for row in found] == [
        ("first_response", at("2025-05-11 10:15"), ["breached"]),
        ("workaround", at("2025-05-11 11:00"), ["met"]),
        ("resolution", at("2025-05-11 14:00"), ["running"]),
    ]


def test_a_resolution_is_better_than_a_workaround():
    centre = Centre()
    told = centre.case("2025-05-11 10:00", priority="urgent")
    happens(centre, told, "2025-05-11 12:00", "status", to_value="Workaround")
    centre.case("2025-05-11 10:00", priority="urgent", last_resolved_at="2025-05-11 10:30")
    found = clocks(centre.facts("2025-05-12 10:00"), "workaround")
    assert [row["stands"] for row in found] == [["breached"], ["met"]]


def test_r105_what_no_feed_can_tell_is_unmeasurable_and_no_number():
    """No case of the source states a first response or a workaround though some are over: neither 0 nor 100 %."""
    centre = Centre()
    centre.case("2025-05-12 09:00", priority="urgent", last_resolved_at="2025-05-12 10:00")
    centre.case("2025-05-12 09:00", priority="urgent")
    facts = centre.facts("2025-05-13 12:00")
    for clock in ("first_response", "workaround"):
        found = figure(facts, "attainment", "2025-05-12", where={"clock": clock})
        assert (found.value, found.note, found.excluded) == (None, "unmeasurable", {"unmeasurable": 2})
    assert figure(facts, "attainment", "2025-05-12", where={"clock": "resolution"}).value == 0.5


def test_r105_another_source_that_can_tell_is_measured():
    centre = Centre()
    centre.case("2025-05-12 09:00", source="mute", priority="urgent", last_resolved_at="2025-05-12 10:00")
    centre.case("2025-05-12 09:00", source="desk", priority="urgent", first_response_at="2025-05-12 09:10",
                last_resolved_at="2025-05-12 10:00")  # fmt: skip
    found = figure(centre.facts("2025-05-13 12:00"), "attainment", "7d", where={"clock": "first_response"})
    assert (found.value, found.n, found.excluded) == (1.0, 1, {"unmeasurable": 1})


def test_a_young_source_without_any_answer_yet_is_not_blind():
    centre = Centre()
    centre.case("2025-05-12 09:00", priority="urgent")
    assert only(centre.facts("2025-05-13 12:00"), "first_response")["stands"] == ["breached"]
    assert only(centre.facts("2025-05-13 12:00"), "first_response")["unmeasurable"] == 0


def test_r104_a_peak_period_is_left_out_by_arrival(tmp_path):
    """500 cases, 100 of them on the three days: all 396/500, the window 60/100, without it 336/400."""
    centre = Centre()
    for number in range(500):
        day = (24, 25, 26)[number % 3] if number < 100 else (20, 21)[number % 2]
        met = number < 60 or 100 <= number < 436
        answered = f"2025-11-{day} 10:0{'0' if met else '1'}"
        centre.case(f"2025-11-{day} 09:00", priority="P2", first_response_at=answered)
    months = {"clock": "first_response"}
    everything = figure(centre.facts("2025-11-30 12:00"), "attainment", "2025-11", where=months)
    assert (everything.numerator, everything.n) == (396, 500)
    text = '[exceptions.windows.peak]\nfirst = 2025-11-24\nlast = 2025-11-26\nabout = "sale"\n'
    facts = centre.facts("2025-11-30 12:00", pack_with(tmp_path, text))
    without = figure(facts, "attainment", "2025-11", where=months)
    assert (without.numerator, without.n, without.excluded) == (336, 400, {"exception": 100})
    other = pack_with(tmp_path, text + 'channels = ["voice"]\n')
    assert figure(centre.facts("2025-11-30 12:00", other), "attainment", "2025-11", where=months).n == 500


def test_an_exception_of_a_case_leaves_out_the_clocks_begun_by_then():
    centre = Centre()
    for _ in range(2):
        case = centre.case("2025-05-12 09:00", priority="P2", first_response_at="2025-05-12 11:00")
    happens(centre, case, "2025-05-12 12:00", "exception", reason="vendor_dependency")
    at_once = centre.case("2025-05-12 09:00", priority="P2", first_response_at="2025-05-12 11:00")
    happens(centre, at_once, "2025-05-12 09:00", "exception")
    found = figure(centre.facts("2025-05-13 12:00"), "attainment", "7d", where={"clock": "first_response"})
    assert (found.value, found.n, found.excluded) == (0.0, 1, {"exception": 2})
    before = figure(centre.facts("2025-05-12 11:59"), "attainment", "7d", where={"clock": "first_response"})
    assert (before.n, before.excluded) == (2, {"exception": 1})


def test_r126_pauses_take_away_the_open_time_inside_them():
    """From Friday 14:00, paused Fri 17:00 to Mon 10:00 (2 open hours): due Fri 18:00 becomes Mon 11:00."""
    centre = Centre()
    case = centre.case("2025-03-14 14:00", priority="P3")
    happens(centre, case, "2025-03-14 17:00", "status", to_value="waiting_customer")
    happens(centre, case, "2025-03-17 10:00", "status", from_value="waiting_customer", to_value="open")
    row = only(centre.facts("2025-03-17 10:30"), "resolution")
    assert row["due_at"] == at("2025-03-19 14:00") + 2 * HOUR
    assert row["elapsed_sec"] == 3 * HOUR + 30 * MINUTE
    # C0.29: waiting for the customer doesn't stop the first response.
    assert only(centre.facts("2025-03-17 10:30"), "first_response")["due_at"] == at("2025-03-14 18:00")


def test_r126_an_open_pause_has_no_due_time_and_is_left_out():
    centre = Centre()
    case = centre.case("2025-03-14 14:00", priority="P3", first_response_at="2025-03-14 14:30")
    happens(centre, case, "2025-03-14 15:00", "paused", reason="awaiting_customer")
    facts = centre.facts("2025-03-14 16:00")
    row = only(facts, "resolution")
    assert (row["stands"], row["due_at"], row["stop"]) == (["paused"], None, None)
    # It would be due on Wednesday at 15:00 if it ran on now: an hour is used, and an hour was lost.
    assert row["booked_at"] == at("2025-03-19 15:00")
    assert figure(facts, "paused").value == 1
    assert figure(facts, "attainment", "2025-03", where={"clock": "resolution"}).excluded == {"paused": 1}


def test_r120_at_risk_from_three_quarters_of_the_target_on():
    centre = Centre()
    for _ in range(2):
        centre.case("2025-05-13 10:00", priority="P2", first_response_at=None)
    for moment, count in (("2025-05-13 10:44", 0), ("2025-05-13 10:45", 2), ("2025-05-13 11:00", 2)):
        found = figure(centre.facts(moment), "at_risk", where={"clock": "first_response"})
        assert found.value == count, moment
    assert figure(centre.facts("2025-05-13 11:01"), "at_risk", where={"clock": "first_response"}).value == 0


def test_r120_to_the_second():
    centre = Centre()
    start = at("2025-05-13 10:00")
    centre.case(start, priority="P2")
    for seconds, risky in ((44 * 60 + 59, 0), (45 * 60, 1)):
        facts = centre.facts("2025-05-13 10:00")
        facts = type(facts)(facts.snapshot, facts.pack, start + seconds, facts.zone)
        assert only(facts, "first_response")["risky"] == risky


@pytest.mark.parametrize(("hours", "met", "over_goal"), [(24, 1, 0), (30, 1, 1), (48, 1, 1), (49, 0, 0)])
def test_r117_a_goal_inside_the_limit(hours, met, over_goal):
    centre = Centre()
    start = at("2025-05-05 10:00")
    centre.case(start, tier="Standard", first_response_at=start + hours * HOUR)
    facts = centre.facts("2025-05-09 12:00", PRESTIGE)
    row = only(facts, "first_response")
    assert (row["met"], row["over_goal"], row["due_at"]) == (met, over_goal, start + 48 * HOUR)
    assert (row["promise"], row["goal_sec"]) == ("tiers.standard.targets.email", 24 * HOUR)
    if over_goal:
        assert figure(facts, "attainment", "7d").note.startswith("1 over the goal, within the limit")


def test_r117_running_above_the_goal_is_at_risk():
    centre = Centre()
    centre.case("2025-05-05 10:00", tier="standard")
    for moment, risky in (("2025-05-06 10:00", 0), ("2025-05-06 10:01", 1)):
        assert only(centre.facts(moment, PRESTIGE), "first_response")["risky"] == risky


def test_r113_heartbeats_until_the_case_is_resolved(tmp_path):
    pack = own_pack(tmp_path, 'extends = "prestige"\n[classes.journey]\ncomplex_escalation = ["Outage"]\n')
    centre = Centre()
    case = centre.case("2025-03-12 10:00", issue_type="outage", tier="elite", last_resolved_at="2025-03-14 12:00")
    reply = happens(centre, case, "2025-03-12 15:00", "public_reply", actor_id="a-1")
    happens(centre, case, "2025-03-12 15:30", "public_reply", reason="automation")
    late = happens(centre, case, "2025-03-14 09:00", "public_reply", actor_id="a-1")
    happens(centre, case, "2025-03-14 12:00", "status", from_value="open", to_value="solved")
    happens(centre, case, "2025-03-14 15:00", "public_reply", actor_id="a-1")
    found = clocks(centre.facts("2025-03-14 17:00", pack), "update")
    assert [(row["table"], row["row"], row["due_at"], row["stands"]) for row in found] == [
        (2, case, at("2025-03-12 18:00"), ["met"]),
        (3, reply, at("2025-03-13 14:00"), ["breached"]),
        (3, late, at("2025-03-14 17:00"), ["met"]),
    ]
    assert {row["promise"] for row in found} == {"journeys.complex_escalation.update"}


def test_a_reply_that_resolves_is_an_answer_and_begins_no_update(tmp_path):
    pack = own_pack(tmp_path, 'extends = "prestige"\n[classes.journey]\ncomplex_escalation = ["Outage"]\n')
    centre = Centre()
    case = centre.case("2025-03-12 10:00", issue_type="outage", tier="elite")
    happens(centre, case, "2025-03-12 10:30", "status", from_value="open", to_value="solved")
    happens(centre, case, "2025-03-12 10:30", "public_reply", actor_id="a-1")
    found = clocks(centre.facts("2025-03-14 17:00", pack))
    assert [(row["clock"], row["stop"], row["stands"]) for row in found] == [
        ("first_response", at("2025-03-12 10:30"), ["met"]),
        ("update", at("2025-03-12 10:30"), ["met"]),
    ]


def test_r113_a_reopened_case_is_due_an_update_again(tmp_path):
    pack = own_pack(tmp_path, 'extends = "prestige"\n[classes.journey]\ncomplex_escalation = ["Outage"]\n')
    centre = Centre()
    case = centre.case("2025-03-12 10:00", issue_type="outage", first_resolved_at="2025-03-12 11:00")
    happens(centre, case, "2025-03-13 10:00", "reopened")
    found = clocks(centre.facts("2025-03-13 12:00", pack), "update")
    assert [(row["start"], row["stop"]) for row in found] == [
        (at("2025-03-12 10:00"), at("2025-03-12 11:00")),
        (at("2025-03-13 10:00"), None),
    ]


NEXT = '[priorities.P2.next_response]\nwithin = "2 h"\nclock = "business"\n'


def test_a_next_response_runs_from_the_message_after_an_answer_to_the_next_answer(tmp_path):
    pack = pack_with(tmp_path, NEXT)
    centre = Centre()
    case = centre.case("2025-05-12 09:00", priority="high", first_response_at="2025-05-12 09:30", customer_id="c-1")
    happens(centre, case, "2025-05-12 09:10", "customer_reply")  # before any answer: the first response is due
    first = happens(centre, case, "2025-05-12 10:00", "customer_reply")
    happens(centre, case, "2025-05-12 10:30", "customer_reply")  # still the same question
    happens(centre, case, "2025-05-12 11:00", "public_reply", reason="automation")
    happens(centre, case, "2025-05-12 12:00", "public_reply", actor_id="a-1")
    second = happens(centre, case, "2025-05-12 17:00", "public_reply", actor_id="c-1")  # the customer's own
    found = clocks(centre.facts("2025-05-13 11:00", pack), "next_response")
    assert [(row["row"], row["stop"], row["elapsed_sec"], row["stands"]) for row in found] == [
        (first, at("2025-05-12 12:00"), 2 * HOUR, ["met"]),
        (second, None, 3 * HOUR, ["breached"]),
    ]
    assert figure(centre.facts("2025-05-13 11:00", pack), "attainment", "7d", where={"clock": "next_response"}).n == 2


def test_r71_r110_an_automatic_reply_is_no_answer_and_the_case_s_own_opening_none_either():
    centre = Centre()
    case = centre.case("2025-05-12 10:00", priority="P2", customer_id="c-1")
    happens(centre, case, "2025-05-12 10:00", "public_reply", actor_id="a-1", reason="opening")
    happens(centre, case, "2025-05-12 10:01", "public_reply", reason="automation")
    happens(centre, case, "2025-05-12 10:02", "public_reply", actor_id="c-1")
    happens(centre, case, "2025-05-12 11:15", "public_reply", actor_id="a-1")
    row = only(centre.facts("2025-05-12 12:00"), "first_response")
    assert (row["stop"], row["stands"]) == (at("2025-05-12 11:15"), ["breached"])


def test_resolved_in_time_without_an_answer_is_neither_met_nor_breached():
    centre = Centre()
    centre.case("2025-05-12 10:00", priority="P2", last_resolved_at="2025-05-12 10:30")
    centre.case("2025-05-12 10:00", priority="P2", last_resolved_at="2025-05-12 11:30")
    centre.case("2025-05-12 10:00", priority="P2", first_response_at="2025-05-12 10:10")
    facts = centre.facts("2025-05-13 12:00")
    assert [row["stands"] for row in clocks(facts, "first_response")] == [["withdrawn"], ["breached"], ["met"]]
    found = figure(facts, "attainment", "7d", where={"clock": "first_response"})
    assert (found.value, found.excluded) == (0.5, {"ended unanswered": 1})


def test_r19_a_reopened_case_has_its_resolution_still_to_come():
    centre = Centre()
    reopened = centre.case("2025-05-12 10:00", priority="P2", first_resolved_at="2025-05-12 11:00")
    happens(centre, reopened, "2025-05-12 12:00", "status", from_value="solved", to_value="open")
    again = centre.case("2025-05-12 10:00", priority="P2", first_resolved_at="2025-05-12 11:00")
    happens(centre, again, "2025-05-12 12:00", "reopened")
    happens(centre, again, "2025-05-12 13:00", "status", from_value="open", to_value="solved")
    by_log = centre.case("2025-05-12 10:00", priority="P2")
    happens(centre, by_log, "2025-05-12 14:00", "closed")
    merged = centre.case("2025-05-12 10:00", priority="P2")
    happens(centre, merged, "2025-05-12 14:00", "closed", reason="merge")
    stops = [row["stop"] for row in clocks(centre.facts("2025-05-12 15:00"), "resolution")]
    assert stops == [None, at("2025-05-12 13:00"), at("2025-05-12 14:00"), None]


def test_nothing_after_as_of_is_known():
    centre = Centre()
    case = centre.case("2025-05-12 10:00", priority="P2", first_response_at="2025-05-12 10:30",
                       last_resolved_at="2025-05-12 12:00")  # fmt: skip
    happens(centre, case, "2025-05-12 11:00", "status", to_value="waiting_customer")
    rows = clocks(centre.facts("2025-05-12 10:20"))
    assert [(row["stands"], row["stop"], row["elapsed_sec"]) for row in rows] == [(["running"], None, 20 * MINUTE)] * 2


def test_r33_tests_merged_and_deleted_cases_are_left_out_first():
    centre = Centre()
    for values in ({"is_test": 1}, {"is_system": 1}, {"merged_at": "2025-05-12 10:00"},
                   {"deleted_at": "2025-05-12 10:00"}, {}):  # fmt: skip
        centre.case("2025-05-12 09:00", priority="P2", **values)
    found = figure(centre.facts("2025-05-13 12:00"), "attainment", "7d", where={"clock": "first_response"})
    assert found.excluded == {"test": 1, "system": 1, "merged": 1, "deleted": 1}
    assert (found.value, found.n) == (0.0, 1)


def test_c0_7_overdue_unanswered_e_mails_count_as_breached():
    centre = Centre()
    centre.case("2025-05-12 09:00", first_response_at="2025-05-12 12:00")
    centre.case("2025-05-12 09:00")
    facts = centre.facts("2025-05-13 12:00")
    assert {row["promise"] for row in clocks(facts)} == {"service_level.email"}
    assert figure(facts, "attainment", "7d").value == 0.5


def test_r68_the_tier_is_the_customer_s_where_the_case_states_none():
    centre = Centre()
    centre.add("customers", customer_id="c-1", tier="Elite")
    centre.case("2025-03-11 22:00", customer_id="c-1", first_response_at="2025-03-12 02:00")
    row = only(centre.facts("2025-03-12 12:00", PRESTIGE), "first_response")
    assert (row["promise"], row["due_at"], row["met"]) == ("tiers.elite.targets.email", at("2025-03-12 02:00"), 1)


def test_c13_1_out_of_plan_is_in_neither_numerator_nor_denominator():
    centre = Centre()
    centre.case("2025-05-12 09:00", channel="sms", tier="essential")
    centre.case("2025-05-12 09:00", tier="essential", first_response_at="2025-05-12 10:00")
    facts = centre.facts("2025-05-13 12:00", CARE)
    assert [(row["promise"], row["uncovered"], row["stands"]) for row in clocks(facts)] == [
        ("tiers.essential", 1, []),
        ("tiers.essential.targets.email", 0, ["met"]),
    ]
    found = figure(facts, "attainment", "7d")
    assert (found.value, found.n, found.excluded) == (1.0, 1, {"out of coverage": 1})


def test_r95_a_night_widens_the_first_response_and_is_told_apart():
    centre = Centre()
    centre.case("2025-03-11 23:50", tier="enterprise", first_response_at="2025-03-12 02:26")
    centre.case("2025-03-12 08:00", tier="enterprise", first_response_at="2025-03-12 10:01")
    found = clocks(centre.facts("2025-03-12 12:00", CARE))
    assert [(row["at_night"], row["budget_sec"], row["stands"]) for row in found] == [
        (1, 9360, ["met"]),
        (0, 7200, ["breached"]),
    ]


def test_r143_r144_journeys_beat_the_channel(tmp_path):
    classes = '[classes.journey]\nwarranty = ["Warranty claim"]\naccount_inquiry = ["Account inquiry"]\n'
    pack = own_pack(tmp_path, f'extends = "service-strategy"\n{classes}')
    centre = Centre()
    centre.case("2025-03-03 10:00", issue_type="warranty claim", first_response_at="2025-03-04 16:00")
    centre.case("2025-03-03 10:00", issue_type="Account inquiry", first_response_at="2025-03-03 18:00")
    centre.case("2025-03-03 10:00", first_response_at="2025-03-04 16:00")
    found = clocks(centre.facts("2025-03-05 12:00", pack))
    assert [(row["promise"], row["stands"], row["due_at"]) for row in found] == [
        ("journeys.warranty.first_response", ["met"], at("2025-03-05 10:00")),
        ("journeys.warranty.resolution", ["running"], at("2025-03-10 10:00")),
        ("journeys.account_inquiry.first_response", ["met"], at("2025-03-03 18:00")),
        ("targets.email", ["breached"], at("2025-03-04 10:00")),
    ]


def test_r40_slices_by_clock_are_a_partition_of_the_total():
    centre = Centre()
    for number in range(12):
        centre.case("2025-05-12 09:00", priority=("P1", "P2", "P3", "P4")[number % 4], tier="x" if number % 2 else None,
                    first_response_at="2025-05-12 09:40" if number % 3 else None,
                    last_resolved_at="2025-05-12 12:00" if number % 5 else None)  # fmt: skip
    facts = centre.facts("2025-05-20 12:00")
    total = figure(facts, "attainment", "28d")
    for by in (("clock",), ("clock", "priority"), ("tier", "clock")):
        found = slices(facts, "attainment", *by, window="28d").values()
        assert sum(each.n for each in found) == total.n
        assert sum(each.numerator or 0 for each in found) == total.numerator
    parts = [explained(facts, "attainment", "28d", where={"clock": clock}).rows for clock in CLOCK_NAMES]
    listed = [row for rows in parts for row in rows.get("cases", [])]
    assert sorted(listed) == explained(facts, "attainment", "28d").rows["cases"]
