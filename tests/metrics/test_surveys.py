"""Survey answers (R15-R18, R31, R39, C0.11, C0.12)."""

from __future__ import annotations

import pytest

from tests.metrics.build import Centre, explained, figure, pack_with, slices

EVENING = "2025-05-13 18:00"


def answers(*counts: tuple[float, int], kind: str = "csat", scale: float = 5.0) -> Centre:
    centre = Centre()
    for score, count in counts:
        for _ in range(count):
            survey(centre, score, kind=kind, scale_max=scale)
    return centre


def survey(centre: Centre, score: float | None, responded_at: str | None = "2025-05-13 11:00", **values: object) -> int:
    told = {"kind": "csat", "channel": "email", "queue": "Refunds", "sent_at": "2025-05-13 10:00", "scale_max": 5.0}
    return centre.add("surveys", score=score, responded_at=responded_at, **{**told, **values})


def test_r15_top_two_boxes_of_the_answers():
    centre = answers((5.0, 200), (4.0, 76), (3.0, 20), (1.0, 4))
    for _ in range(50):
        survey(centre, None, None)
    facts = centre.facts(EVENING)
    csat = figure(facts, "csat")
    assert (csat.value, csat.n, csat.numerator, csat.status, csat.target) == (0.92, 300, 276, "ok", "85-95 %")
    rate = figure(facts, "csat_response_rate")
    assert (rate.numerator, rate.denominator) == (300, 350)


def test_r15_yes_and_no_votes():
    csat = figure(answers((1.0, 90), (0.0, 10), scale=1.0).facts(EVENING), "csat")
    assert (csat.value, csat.n) == (0.9, 100)


def test_a_scale_the_pack_does_not_know_is_left_out():
    centre = answers((4.0, 40))
    survey(centre, 70.0, scale_max=100.0)
    survey(centre, None)
    csat = figure(centre.facts(EVENING), "csat")
    assert (csat.value, csat.n, csat.excluded) == (1.0, 40, {"unknown scale": 1, "without a vote": 1})


@pytest.mark.parametrize(
    ("responded", "late"),
    [("2025-05-13 10:00:00", False), ("2025-05-13 10:00:01", True), ("2025-05-13 10:01:00", True)],
)
@pytest.mark.parametrize("about", ["case", "interaction"])
def test_r16_answers_later_than_a_day_after_the_resolution(tmp_path, responded, late, about):
    centre = answers((5.0, 30))
    resolved = "2025-05-12 10:00"
    if about == "case":
        centre.case("2025-05-12 09:00", case_id="7", first_resolved_at=resolved)
        survey(centre, 5.0, responded, case_id="7")
    else:
        centre.contact("2025-05-12 09:00", interaction_id="7", ended_at=resolved)
        survey(centre, 5.0, responded, interaction_id="7")
    facts = centre.facts(EVENING)
    csat = figure(facts, "csat")
    assert (csat.n, csat.excluded) == ((30, {"late": 1}) if late else (31, {}))
    assert figure(facts, "csat_response_rate").n == 31
    kept = pack_with(tmp_path, '[csat]\nlate = "keep"')
    assert figure(centre.facts(EVENING, kept), "csat").n == 31


def test_the_latest_answer_about_a_case_counts():
    centre = answers((5.0, 30))
    centre.case("2025-05-13 09:00", case_id="7", first_resolved_at="2025-05-13 09:30")
    first = survey(centre, 1.0, "2025-05-13 10:00", case_id="7")
    last = survey(centre, 5.0, "2025-05-13 12:00", case_id="7")
    survey(centre, 0.0, "2025-05-13 13:00", case_id="7", kind="nps_touch", scale_max=10.0)
    explanation = explained(centre.facts(EVENING), "csat")
    assert explanation.figure.n == 31
    assert explanation.excluded_rows == {"repeated": {"surveys": [first]}}
    assert last in explanation.rows["surveys"]


def test_r17_promoters_less_detractors():
    centre = answers((9.0, 30), (10.0, 30), (7.0, 15), (8.0, 10), (0.0, 5), (6.0, 10), kind="nps_touch", scale=10.0)
    nps = figure(centre.facts(EVENING), "nps_touch")
    assert (nps.value, nps.unit, nps.n, nps.numerator) == (45.0, "points", 100, 45)
    for score in (7.0, 8.0):
        survey(centre, score, kind="nps_touch", scale_max=10.0)
    assert figure(centre.facts(EVENING), "nps_touch").numerator == 45


def test_r18_two_series_that_are_never_mixed():
    centre = answers((10.0, 60), (7.0, 25), (0.0, 15), kind="nps_touch", scale=10.0)
    for score, count in ((10.0, 200), (7.0, 80), (3.0, 120)):
        for _ in range(count):
            survey(centre, score, kind="nps_relationship", scale_max=10.0)
    facts = centre.facts(EVENING)
    touch, relationship = figure(facts, "nps_touch"), figure(facts, "nps_relationship")
    assert (touch.value, touch.n) == (45.0, 100)
    assert (relationship.value, relationship.n) == (20.0, 400)


@pytest.mark.parametrize(("n", "value", "note"), [(29, None, "n=29 (<30)"), (30, 1.0, None)])
def test_r31_small_groups_are_suppressed_with_all_that_would_tell_the_value(n, value, note):
    csat = figure(answers((5.0, n)).facts(EVENING), "csat")
    assert (csat.value, csat.note, csat.n) == (value, note, n)
    if value is None:
        assert (csat.numerator, csat.denominator, csat.status) == (None, None, None)


def test_r31_every_slice_by_itself():
    centre = answers((5.0, 30))
    survey(centre, 1.0, queue="Moves")
    by_queue = slices(centre.facts(EVENING), "csat", "queue")
    assert by_queue["Refunds"].value == 1.0
    assert by_queue["Moves"].note == "n=1 (<30)"


@pytest.mark.parametrize(
    ("channel", "answered", "sent", "status"),
    [("email", 118, 600, "miss"), ("email", 132, 600, "risk"), ("voice", 52, 500, "risk"), ("voice", 105, 500, "ok")],
)
def test_r39_response_rate_by_sending(channel, answered, sent, status):
    centre = Centre()
    for place in range(sent):
        survey(centre, 5.0 if place < answered else None, EVENING if place < answered else None, channel=channel)
    rate = figure(centre.facts(EVENING), "csat_response_rate")
    assert (rate.value, rate.status) == (answered / sent, status)


def test_a_survey_takes_what_it_lacks_from_its_contact_or_case():
    centre = Centre()
    centre.case("2025-05-13 09:00", case_id="7", issue_type="refund", tier="gold", assignee_id="A1", is_test=1)
    survey(centre, 5.0, case_id="7", channel=None, queue=None)
    centre.contact("2025-05-13 09:00", interaction_id="i", agent_id="A2", queue="Billing", ended_at="2025-05-13 09:10")
    for _ in range(30):
        survey(centre, 5.0, interaction_id=None, queue="Billing")
    survey(centre, 5.0, interaction_id="i", channel=None, queue=None)
    csat = slices(centre.facts(EVENING), "csat_response_rate", "queue", "agent", "issue_type")
    assert set(csat) == {("Billing", None, None), ("Billing", "A2", None), ("Refunds", "A1", "refund")}
    assert csat["Refunds", "A1", "refund"].excluded == {"test": 1}


def test_r64_a_survey_without_a_contact_has_its_customers_tier():
    centre = Centre()
    centre.add("customers", customer_id="C1", tier="elite")
    for place in range(30):
        told = {"customer_id": "C1" if place % 2 else None, "score": 10.0, "scale_max": 10.0}
        at_ten = {"sent_at": "2025-05-13 09:00", "responded_at": "2025-05-13 10:00"}
        centre.add("surveys", kind="nps_relationship", **told, **at_ten)
    found = slices(centre.facts(EVENING), "nps_relationship", "tier")
    assert {tier: each.n for tier, each in found.items()} == {"elite": 15, None: 15}
