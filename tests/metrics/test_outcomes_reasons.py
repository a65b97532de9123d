"""Reason codes, Pareto, concurrency of chats, and the interval of a change (R49, R55, R72, R142)."""

from __future__ import annotations

from fractions import Fraction

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.errors import UsageProblem
from carecli.metrics.changes import change_interval
from carecli.metrics.concurrency import by_agent, with_shares
from carecli.metrics.evaluate import figures
from carecli.metrics.figure import Figure
from carecli.metrics.reasons import Pareto, lint, pareto
from tests.metrics.build import TALLY, Centre, figure, pack_with, slices, window_of
from tests.policy.packs import CARE

EVENING = "2025-05-13 18:00"
DAY = "2025-05-13"
MINUTE = 60


# Reasons


def coded(codes: int, other: int, contacts: int = 1000) -> Centre:
    """So many contacts over so many codes, one of which is `Other` with so many of them."""
    centre = Centre()
    for place in range(contacts):
        name = "Other" if place < other else f"code {place % (codes - 1)}"
        centre.contact(issue_type=name)
    return centre


@pytest.mark.parametrize(
    ("codes", "other", "lines"),
    [
        (52, 100, ["reasons: 52 codes in use, expected 25 to 40 (R55)"]),
        (31, 220, ["reasons: 22.0 % of contacts are `other`, expected at most 10 % (R55)"]),
        (25, 100, []),
        (40, 0, []),
        (24, 101, ["reasons: 24 codes in use, expected 25 to 40 (R55)",
                   "reasons: 10.1 % of contacts are `other`, expected at most 10 % (R55)"]),
    ],
)  # fmt: skip
def test_r55_size_of_the_taxonomy_and_share_of_other(codes, other, lines):
    facts = coded(codes + (other == 0), other).facts(EVENING)
    assert lint(facts, window_of(facts, "today"), TALLY) == lines


def test_r55_the_limits_are_the_pack_s(tmp_path):
    pack = pack_with(tmp_path, "[reasons]\ncodes = [2, 3]\nother = 0.5\nother_names = ['Code-0']")
    facts = coded(3, 0).facts(EVENING, pack)
    assert lint(facts, window_of(facts, "today"), pack) == []
    centre = Centre()
    centre.contact(issue_type="code 0")
    centre.contact(issue_type="code 1", is_test=1)
    centre.contact("2025-05-12 10:00", issue_type="code 1")
    facts = centre.facts(EVENING, pack)
    assert lint(facts, window_of(facts, "today"), pack) == [
        "reasons: 1 codes in use, expected 2 to 3 (R55)",
        "reasons: 100.0 % of contacts are `other`, expected at most 50 % (R55)",
    ]


def test_r55_without_reason_codes_there_is_one_line():
    centre = Centre()
    centre.contact()
    facts = centre.facts(EVENING)
    assert lint(facts, window_of(facts, "today"), TALLY) == ["reasons: no contact carries a reason code (R55)"]


# Pareto


def test_r142_top_20_of_46_journeys(tmp_path):
    """812 of 1,020 contacts in the top 20 of 46 journeys, each journey of two issue types: 79.6 %."""
    sizes = [41] * 12 + [40] * 8 + [8] * 26
    journeys = "\n".join(f'journey_{place:02d} = ["Type {place} A", "Type {place} B"]' for place in range(46))
    pack = pack_with(tmp_path, f"[classes.journey]\n{journeys}")
    centre = Centre()
    for place, size in enumerate(sizes):
        for number in range(size):
            centre.contact(issue_type=f"type-{place}-{'ab'[number % 2]}")
    facts = centre.facts(EVENING, pack)
    told = pareto(figures(facts, ["volume"], window=window_of(facts, "today"), by=("journey",)), 20)
    assert (told.values, told.covered, told.total) == (46, 812, 1020)
    assert round(float(told.share or 0), 3) == 0.796
    assert next(iter(told.top[0].by.values())) == "journey_00"


def counts(**by: int | None) -> list[Figure]:
    return [Figure("volume", "Contacts", {"journey": None if name == "none" else name}, value, "contacts", value or 0)
            for name, value in by.items()]  # fmt: skip


def test_the_slice_without_a_value_counts_in_the_total_only():
    told = pareto(counts(a=3, none=90, b=5, c=5), 2)
    assert [each.by["journey"] for each in told.top] == ["b", "c"]
    assert (told.values, told.covered, told.total, told.share) == (3, 10, 103, Fraction(10, 103))


def test_of_nothing_there_is_no_share():
    assert pareto([], 5) == Pareto((), 0, Fraction(0), Fraction(0))
    assert pareto([], 5).share is None
    assert pareto(counts(a=None), 5).share is None


def test_a_pareto_table_is_of_counts_by_one_dimension():
    share = Figure("fcr", "FCR", {"journey": "a"}, 0.5, "ratio", 10)
    for wrong in ([share], [Figure("volume", "Contacts", {}, 5, "contacts", 5)]):
        with pytest.raises(UsageProblem):
            pareto(wrong, 3)


# Concurrency


def chats(*spans: tuple[str, int, str | None], queue: str = "Chat") -> Centre:
    """Chats from a time for so many minutes by an agent."""
    centre = Centre()
    for clock, minutes, agent in spans:
        chat(centre, clock, minutes, agent, queue)
    return centre


def chat(centre: Centre, clock: str, minutes: int, agent: str | None, queue: str = "Chat") -> None:
    told = {"channel": "chat", "queue": queue, "agent_id": agent, "talk_ms": minutes * MINUTE * 1000}
    centre.call(0, f"{DAY} {clock}", length=minutes * MINUTE, **told)


@pytest.mark.parametrize(
    ("second", "agent_minutes", "at_once", "effective", "note"),
    [
        ("10:00", 10, Fraction(2), 5, "eff 5.0 min @2.0"),
        ("10:05", 15, Fraction(20, 15), Fraction(15, 2), "eff 7.5 min @1.3"),
        ("10:10", 20, Fraction(1), 10, None),
    ],
)
def test_r49_effective_minutes_of_chats_at_once(second, agent_minutes, at_once, effective, note):
    facts = chats(("10:00", 10, "A"), (second, 10, "A")).facts(EVENING, CARE)
    aht = figure(facts, "aht")
    assert (aht.value, aht.note) == (600.0, note)
    assert slices(facts, "aht", "channel")["chat"].status == "ok"  # 9-11 min: 10.0 is in the band
    (told,) = by_agent(facts.legs)
    assert (told.chats, told.agent_ms, told.at_once) == (2, agent_minutes * 60_000, at_once)
    assert told.effective_ms == effective * 60_000


def test_r49_only_chats_of_one_agent_share_the_agent_s_time():
    centre = chats(("10:00", 10, "A"), ("10:00", 10, "B"), ("10:00", 10, None), ("10:00", 10, None))
    centre.call(0, f"{DAY} 10:00", length=600, agent_id="A", talk_ms=600_000)
    facts = centre.facts(EVENING)
    assert slices(facts, "aht", "channel")["chat"].note is None
    assert [(each.chats, each.at_once) for each in by_agent(facts.legs)] == [(1, 1), (1, 1)]
    assert facts.legs["effective_ms"].to_list().count(600_000) == 4


def test_r49_a_slice_has_its_share_of_the_agent_s_time():
    """Both queues' chats at once: each costs its agent half of it, and the halves sum to the whole."""
    centre = chats(("10:00", 10, "A"))
    chat(centre, "10:00", 10, "A", "Sales chat")
    facts = centre.facts(EVENING)
    assert {each.note for each in slices(facts, "aht", "queue").values()} == {"eff 5.0 min @2.0"}
    assert figure(facts, "aht_p50").note is None


def test_r49_a_chat_inside_a_longer_one_adds_nothing_to_the_union():
    (told,) = by_agent(chats(("10:00", 60, "A"), ("10:10", 10, "A"), ("10:30", 10, "A")).facts(EVENING).legs)
    assert (told.handle_ms, told.agent_ms) == (80 * 60_000, 60 * 60_000)


SPANS = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 30), st.sampled_from([1, 2])), min_size=1, max_size=9)


@given(spans=SPANS)
def test_shares_sum_to_the_union(spans):
    """Against the plain count of the seconds in which an agent has any chat."""
    rows = [(0, place, 2, agent, start, length * 1000, 1) for place, (start, length, agent) in enumerate(spans)]
    names = ["table", "row", "channel", "agent", "connected", "handle_ms", "handled"]
    legs = with_shares(pl.DataFrame(rows, schema=names, orient="row"))
    busy = {(agent, second) for start, length, agent in spans for second in range(start, start + length)}
    assert legs["effective_ms"].sum() == pytest.approx(len(busy) * 1000, abs=len(spans))
    assert sum(each.agent_ms for each in by_agent(legs)) == len(busy) * 1000
    assert (legs["effective_ms"] <= legs["handle_ms"]).all()


# Change


def share(numerator: int, n: int) -> Figure:
    return Figure("csat", "CSAT", {}, numerator / n if n else None, "ratio", n, float(numerator), float(n))


def test_r72_change_in_points_with_its_interval():
    low, high = change_interval(share(279, 300), share(264, 300)) or (0.0, 0.0)
    assert (round(low * 100, 1), round(high * 100, 1)) == (0.3, 9.7)
    assert (low + high) / 2 == pytest.approx(0.05)


@pytest.mark.parametrize("other", [share(0, 0), share(3, 2), Figure("nps_touch", "NPS", {}, 20.0, "points", 100)])
def test_what_is_no_share_has_no_interval(other):
    assert change_interval(share(279, 300), other) is None
    assert change_interval(other, share(279, 300)) is None


def test_two_sure_shares_leave_nothing_to_chance():
    assert change_interval(share(10, 10), share(0, 10)) == (1.0, 1.0)
