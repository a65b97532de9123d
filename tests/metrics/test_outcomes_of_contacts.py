"""Repeats, follow-ups of one case, first contact resolution by class, CSAT as mean and median (R3, R43-R46, R53, R60,
R63, R74, X5, X6).
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from carecli.boards.needs import metric_needs
from carecli.metrics.facts import build_facts
from carecli.metrics.judging import exact_value
from carecli.metrics.outcomes import dimmed
from carecli.policy.pack import Pack, load_pack
from carecli.store.snapshot import Snapshot
from tests.metrics.build import BERLIN, TALLY, Centre, at, explained, figure, pack_with, slices, window_of
from tests.policy.packs import CARE, LIGHTCURVE, PRESTIGE, STRATEGY, verdicts

NOON = "2025-05-01 12:00"
MAY_1 = "2025-05-01"
LATER = "2025-05-20 12:00"
DAY = "2025-05-13"
EVENING = "2025-05-13 18:00"


def pack_of(folder: Path, base: str, text: str) -> Pack:
    path = folder / "own.toml"
    path.write_text(f'extends = "{base}"\n{text}\n', encoding="utf-8")
    return load_pack(str(path), zone=BERLIN)


# Repeats


def repeats(count: int) -> Centre:
    """R53: 200 contacts in a day, so many of them by customers who came for the same reason two days before."""
    centre = Centre()
    for number in range(200):
        told = {"customer_id": f"P{number}", "issue_type": "refund"}
        centre.contact("2025-05-13 10:00", **told)
        if number < count:
            centre.contact("2025-05-11 10:00", **told)
    return centre


def test_r53_share_of_contacts_that_repeat_another():
    before, after = (figure(repeats(count).facts(EVENING), "repeat_contacts", DAY) for count in (40, 34))
    assert (before.value, before.numerator, before.n) == (0.20, 40, 200)
    assert after.value == 0.17
    assert after.value / before.value - 1 == pytest.approx(-0.15)


@pytest.mark.parametrize(
    ("earlier", "repeat"),
    [
        ({}, 1),
        ({"started_at": "2025-05-06 10:00:00"}, 1),
        ({"started_at": "2025-05-06 09:59:59"}, 0),
        ({"issue_type": "delivery"}, 0),
        ({"customer_id": "P2"}, 0),
        ({"queue": "Moves"}, 1),
        ({"case_id": "9"}, 1),
        ({"direction": "outbound"}, 0),
        ({"is_test": 1}, 0),
    ],
)
def test_r53_same_customer_and_reason_within_seven_days(earlier, repeat):
    centre = Centre()
    told = {"customer_id": "P1", "issue_type": "refund", "case_id": "1"}
    centre.contact(**{"started_at": "2025-05-12 10:00", **told, **earlier})
    centre.contact("2025-05-13 10:00", **told)
    assert figure(centre.facts(EVENING), "repeat_contacts", DAY).value == repeat


def test_r53_without_a_reason_the_same_customer_and_queue():
    centre = Centre()
    centre.contact("2025-05-12 10:00", customer_id="P1", issue_type="refund")
    centre.contact("2025-05-13 10:00", customer_id="P1")
    centre.contact("2025-05-13 11:00", customer_id="P1", queue="Moves")
    assert figure(centre.facts(EVENING), "repeat_contacts", DAY).value == 0.5


def test_r53_who_is_not_known_neither_repeats_nor_counts(tmp_path):
    centre = Centre()
    for started in ("2025-05-12 10:00", "2025-05-13 10:00"):
        centre.contact(started, issue_type="refund")
        centre.contact(started, customer_id="P1", queue=None)
        centre.contact(started, customer_id="P2", issue_type="refund")
    told = explained(centre.facts(EVENING), "repeat_contacts", DAY)
    assert (told.figure.value, told.figure.n) == (1.0, 1)
    assert told.figure.excluded == {"unknown customer or reason": 2}
    shorter = pack_with(tmp_path, "outcomes.repeat_days = 1\nfcr.days = 7")
    assert figure(centre.facts(EVENING, shorter), "repeat_contacts", DAY).value == 1.0


# New and follow-up contacts


@pytest.mark.parametrize(("earlier", "follow_up"), [("2025-04-15 10:00:00", 1), ("2025-04-15 09:59:59", 0)])
def test_r3_a_case_that_rested_for_four_weeks_is_new_again(earlier, follow_up):
    centre = Centre()
    centre.contact(earlier, case_id="1")
    centre.contact("2025-05-13 10:00", case_id="1")
    facts = centre.facts(EVENING)
    assert figure(facts, "volume_follow_up", DAY).value == follow_up
    assert figure(facts, "volume_new", DAY).value == 1 - follow_up


def test_r3_how_long_a_case_may_rest_is_the_pack_s(tmp_path):
    centre = Centre()
    centre.contact("2025-05-03 10:00", case_id="1")
    centre.contact("2025-05-13 10:00", case_id="1")
    shorter = pack_with(tmp_path, "fcr.same_case_days = 9")
    assert figure(centre.facts(EVENING, shorter), "volume_follow_up", DAY).value == 0
    assert figure(centre.facts(EVENING), "volume_follow_up", DAY).value == 1


def since(snapshot: Snapshot, first: int) -> Snapshot:
    """The snapshot as a store hands it out from a moment on."""
    contacts = snapshot.frames["interactions"].filter(pl.col("started_at") >= first)
    return Snapshot({**snapshot.frames, "interactions": contacts}, snapshot.names, snapshot.coverage)


@pytest.mark.parametrize("metric", ["volume", "volume_new", "volume_follow_up", "repeat_contacts"])
@pytest.mark.parametrize(("window", "rests"), [("today", 28), ("today", 40), ("7d", 28), ("mtd", 28)])
def test_figures_do_not_depend_on_how_much_was_read(tmp_path, metric, window, rests):
    """What `needs` asks for is enough: more of the past changes nothing, over a change of the clocks too."""
    pack = pack_with(tmp_path, f"fcr.same_case_days = {rests}")
    centre = Centre()
    for day in ("2025-04-01", "2025-04-14", "2025-04-20"):
        for gap in (0, 6, 7, 8, 27, 28, 29, 40, 60):
            for key in ({"case_id": f"{day} {gap}"}, {"customer_id": f"{day} {gap}", "issue_type": "refund"}):
                centre.contact(f"{day} 00:10", **key)
                centre.contact(at(f"{day} 00:10") - gap * 86_400, **key)
    whole = centre.snapshot()
    as_of = at("2025-04-20 18:00")
    asked = window_of(build_facts(whole, pack, as_of, BERLIN), window)
    needed = metric_needs(as_of=as_of, zone=BERLIN, pack=pack, window=asked)
    part = since(whole, needed.first)
    assert part.frames["interactions"].height < whole.frames["interactions"].height
    read = [figure(build_facts(each, pack, as_of, BERLIN), metric, window) for each in (whole, part)]
    assert read[0] == read[1]
    assert read[0].n > 0


# First contact resolution by class


def resolutions(*groups: tuple[str | None, int, int]) -> Centre:
    """Cases resolved on 1 May by issue type: of so many, so many at the first contact and the rest at the second."""
    centre = Centre()
    for issue_type, at_once, all_ in groups:
        for number in range(all_):
            case = f"{issue_type}-{number}"
            centre.case("2025-05-01 09:00", case_id=case, first_resolved_at=NOON, issue_type=issue_type)
            if number >= at_once:
                centre.contact("2025-05-01 10:00", case_id=case)
    return centre


COMPLEXITY = '[classes.complexity]\nsimple = ["Address change"]\ncomplex = ["Outage"]'


def test_r43_targets_by_complexity(tmp_path):
    pack = pack_of(tmp_path, "care-package", COMPLEXITY)
    facts = resolutions(("Address change", 80, 100), ("Outage", 80, 100), (None, 80, 100)).facts(LATER, pack)
    by_class = slices(facts, "fcr", "complexity", window=MAY_1)
    assert {name: each.value for name, each in by_class.items()} == {"simple": 0.80, "complex": 0.80, None: 0.80}
    judged = [verdicts(pack, "fcr", exact_value(by_class[name]), complexity=name) for name in ("simple", "complex")]
    assert judged == [["miss"], ["ok"]]
    assert by_class[None].status == "ok"  # 70-85 %: cases without a class are judged by the band


@pytest.mark.parametrize(("name", "at_once"), [("simple", 85), ("complex", 70)])
def test_r43_the_targets_themselves_are_met(tmp_path, name, at_once):
    pack = pack_of(tmp_path, "care-package", COMPLEXITY)
    issue_type = {"simple": "address-change", "complex": "OUTAGE"}[name]
    facts = resolutions((issue_type, at_once, 100)).facts(LATER, pack)
    fcr = figure(facts, "fcr", MAY_1, where={"complexity": name})
    assert verdicts(pack, "fcr", exact_value(fcr), complexity=name) == ["ok"]


def test_r44_a_matrix_of_channel_and_reason_dims_small_cells():
    centre = Centre()
    channels = ("email", "social", "sms", "in_app")
    for place in range(25):
        for column, channel in enumerate(channels):
            for number in range(29 + (place + column) % 2):
                told = {"channel": channel, "issue_type": f"code {place:02d}", "case_id": f"{place}{channel}{number}"}
                centre.case("2025-05-01 09:00", first_resolved_at=NOON, **told)
    cells = slices(centre.facts(LATER), "fcr", "channel", "issue_type", window=MAY_1)
    assert len(cells) == 100
    assert all(cell.value == 1.0 for cell in cells.values())
    assert {cell.n: dimmed(cell, TALLY) for cell in cells.values()} == {29: True, 30: False}
    assert sum(dimmed(cell, TALLY) for cell in cells.values()) == 50


VERIFIED = '[classes.verification]\nmulti_step = ["Identity check"]'


@pytest.mark.parametrize(
    ("base", "switch", "numerator", "n"),
    [
        ("care-package", "", 70, 100),
        ("care-package", "counting.verification = 'both'", 70, 90),
        ("care-package", "counting.verification = 'none'", 80, 100),
        ("tally", "", 80, 100),
    ],
)
def test_r45_multi_step_verification_is_left_out_by_rule(tmp_path, base, switch, numerator, n):
    pack = pack_of(tmp_path, base, f"{switch}\n{VERIFIED}")
    facts = resolutions(("identity check", 10, 10), ("Outage", 70, 90)).facts(LATER, pack)
    fcr = figure(facts, "fcr", MAY_1)
    assert (fcr.numerator, fcr.n) == (numerator, n)
    assert fcr.excluded == ({"verification": 10} if n == 90 else {})


def test_r45_without_classes_nothing_is_verification():
    fcr = figure(resolutions(("Identity check", 10, 10)).facts(LATER, CARE), "fcr", MAY_1)
    assert (fcr.value, fcr.n) == (1.0, 10)


def test_r60_x5_only_transactional_issues_are_judged(tmp_path):
    """Overall 78 %, transactional 170/200 = 85.0 %."""
    pack = pack_of(tmp_path, "prestige", '[classes.issue_class]\ntransactional = ["Payment"]')
    facts = resolutions(("Payment", 170, 200), ("Outage", 64, 100)).facts(LATER, pack)
    overall, transactional = (
        figure(facts, "fcr", MAY_1, where=where) for where in ({}, {"issue_class": "transactional"})
    )
    assert (overall.value, overall.status) == (0.78, None)
    assert verdicts(pack, "fcr", exact_value(overall)) == []
    assert (transactional.value, transactional.numerator, transactional.n) == (0.85, 170, 200)
    assert verdicts(pack, "fcr", exact_value(transactional), issue_class="transactional") == ["ok"]
    statuses = [figure(resolutions(("x", 78, 100)).facts(LATER, each), "fcr", MAY_1).status for each in
                (CARE, TALLY, STRATEGY, LIGHTCURVE)]  # fmt: skip
    assert statuses == ["ok", "ok", "ok", "risk"]


# CSAT as mean and median


def votes(centre: Centre, scores: Iterable[float], moment: str = "2025-05-13 10:00", **told: Any) -> Centre:
    for score in scores:
        told = {"channel": "email", "scale_max": 5.0, "sent_at": moment, "responded_at": moment, **told}
        centre.add("surveys", kind="csat", score=float(score), **told)
    return centre


def of_scores(**counts: int) -> list[float]:
    return [score for word, count in counts.items() for score in [float(word.removeprefix("of_"))] * count]


@pytest.mark.parametrize(
    ("scores", "median", "favourable"),
    [
        (of_scores(of_5=45, of_4=47, of_3=8), 4.0, 0.92),
        (of_scores(of_5=55, of_4=30, of_3=15), 5.0, 0.85),
        (of_scores(of_5=45, of_4=46, of_3=9), 4.0, 0.91),
        ([4.2, 4.4, 4.6, 4.8, 5.0] * 7, 4.6, 1.0),
    ],
)
def test_r46_median_beside_the_favourable_share(scores, median, favourable):
    facts = votes(Centre(), scores).facts(EVENING, CARE)
    found = figure(facts, "csat_median", DAY)
    assert (found.value, found.unit) == (median, "score")
    assert figure(facts, "csat", DAY).value == favourable
    passed = ["ok" if median >= 4.6 else "miss"]
    assert [CARE.programme.goals["csat_centre"].band.verdict(exact_value(found))] == passed


def test_r74_mean_of_votes():
    scores = of_scores(of_5=60, of_4=24, of_3=10, of_2=6)
    facts = votes(Centre(), scores).facts(EVENING, LIGHTCURVE)
    mean = figure(facts, "csat_mean", DAY)
    assert (mean.value, mean.unit, mean.n) == (4.38, "score", 100)
    assert verdicts(LIGHTCURVE, "csat", exact_value(mean)) == ["miss"]


def test_x6_one_sample_by_three_statistics():
    facts = votes(Centre(), of_scores(of_5=147, of_4=128, of_3=25)).facts(EVENING)
    found = [figure(facts, metric, DAY).value for metric in ("csat", "csat_mean", "csat_median")]
    assert [round(value, 3) for value in found] == [0.917, 4.407, 4.0]
    assert verdicts(LIGHTCURVE, "csat", found[1]) == ["ok"]


def test_only_votes_on_a_scale_to_five_have_a_mean(tmp_path):
    centre = votes(Centre(), [5.0] * 2)
    votes(centre, [1.0], scale_max=1.0)
    votes(centre, [8.0], scale_max=10.0)
    pack = pack_with(tmp_path, "csat.minimum_n = 1")
    for metric in ("csat_mean", "csat_median"):
        found = figure(centre.facts(EVENING, pack), metric, DAY)
        assert (found.value, found.n, found.excluded) == (5.0, 2, {"another scale": 2})
    assert figure(centre.facts(EVENING), "csat_mean", DAY).note == "n=2 (<30)"


def test_r63_three_calendar_months_are_pooled_by_answers():
    """90/100, 190/200, 280/300 -> 560/600; answers of the running month and of before don't count."""
    centre = Centre()
    for month, good, all_ in ((1, 0, 50), (2, 90, 100), (3, 190, 200), (4, 280, 300), (5, 0, 50)):
        votes(centre, [5.0] * good + [3.0] * (all_ - good), f"2025-{month:02d}-28 10:00" if month < 5 else DAY)
    found = figure(centre.facts(EVENING, PRESTIGE), "csat", "3m")
    assert (found.numerator, found.n, found.window) == (560, 600, "2025-02-01..2025-04-30")
    goal = PRESTIGE.programme.goals["csat_rolling"]
    assert goal.band.verdict(exact_value(found)) == "ok"
