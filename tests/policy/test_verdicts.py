"""How figures are judged under the tally: R6, R7, R10, R12-R15, R19, R20, R24, R39 and C0.1-C0.3."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carecli.policy.pack import load_pack

TALLY = load_pack("tally", zone="Europe/Berlin")


@pytest.mark.parametrize(
    ("metric", "channel", "value", "verdict"),
    [
        ("service_level", "voice", Fraction(368, 460), "ok"),  # R6
        ("service_level", "voice", Fraction(367, 460), "risk"),  # R6: 79.8 %
        ("service_level", "voice", Fraction(7996, 10000), "risk"),  # C0.1: prints as 80.0 %
        ("service_level", "voice", Fraction(75, 100), "risk"),
        ("service_level", "voice", Fraction(74999, 100000), "miss"),
        ("service_level", "chat", Fraction(150, 200), "miss"),  # R7
        ("service_level", "chat", Fraction(165, 200), "miss"),  # R7
        ("service_level", "chat", Fraction(174, 200), "ok"),  # R7
        ("service_level", "email", Fraction(90, 100), "ok"),  # R8
        ("service_level", "social", Fraction(1, 2), None),
        ("service_level", None, Fraction(1, 2), None),
        ("asa", "voice", Fraction(12), "below"),  # R10
        ("asa", "voice", Fraction(20), "ok"),  # R9, R10
        ("asa", "voice", Fraction(60), "ok"),
        ("asa", "voice", Fraction(61), "miss"),  # R10
        ("asa", "chat", Fraction(90), "ok"),  # R10
        ("asa", "chat", Fraction(901, 10), "miss"),
        ("asa", "email", Fraction(90), None),
        ("aht", "voice", Fraction(390), "ok"),  # R11, R12: 6.50 min
        ("aht", "voice", Fraction(239), "below"),
        ("aht", "voice", Fraction(421), "miss"),
        ("aht", "email", Fraction(12 * 60), "ok"),  # R12: 12 min per resolution
        ("aht", "email", Fraction(4 * 60), "below"),  # R12: 4 min per reply would be
        ("abandonment", "voice", Fraction(40, 500), "risk"),  # R13: 8.0 %
        ("abandonment", "voice", Fraction(28, 488), "risk"),  # R13: 5.7 %
        ("abandonment", "voice", Fraction(25, 500), "ok"),
        ("abandonment", "voice", Fraction(41, 500), "miss"),
        ("abandonment", "chat", Fraction(41, 500), None),
        ("fcr", None, Fraction(76, 100), "ok"),  # R14
        ("fcr", "voice", Fraction(70, 100), "ok"),
        ("fcr", "voice", Fraction(699, 1000), "miss"),
        ("csat", "email", Fraction(276, 300), "ok"),  # R15
        ("csat", "email", Fraction(254, 300), "miss"),
        ("reopen_rate", None, Fraction(14, 250), "risk"),  # R19: 5.6 %
        ("reopen_rate", None, Fraction(5, 100), "ok"),
        ("reopen_rate", None, Fraction(71, 1000), "miss"),
        ("escalation_rate", None, Fraction(30, 300), "ok"),  # R20
        ("escalation_rate", None, Fraction(33, 300), "risk"),  # R20
        ("escalation_rate", None, Fraction(46, 300), "miss"),  # R20
        ("csat_response_rate", "email", Fraction(118, 600), "miss"),  # R39: 19.7 %, below the floor
        ("csat_response_rate", "email", Fraction(132, 600), "risk"),  # R39
        ("csat_response_rate", "voice", Fraction(52, 500), "risk"),  # R39
        ("csat_response_rate", "voice", Fraction(105, 500), "ok"),  # R39
        ("cost_per_contact", None, Fraction(7), "ok"),  # R24
        ("cost_per_contact", None, Fraction(1201, 100), "miss"),
        ("cost_per_contact", "voice", Fraction(1201, 100), None),
        ("volume", "voice", Fraction(300), None),
    ],
)
def test_verdict(metric, channel, value, verdict):
    assert TALLY.verdict_band(metric, channel, value) == verdict


@pytest.mark.parametrize(
    ("metric", "channel", "text"),
    [
        ("service_level", "voice", "80 % in 20 s"),
        ("service_level", "chat", "85 % in 120 s"),
        ("service_level", "email", "90 % in 4 bh"),
        ("service_level", "social", ""),
        ("asa", "voice", "20-60 s"),
        ("aht", "email", "8-15 min"),
        ("abandonment", "voice", "<=5-8 %"),
        ("fcr", None, "70-80 %"),
        ("csat", "chat", "85-95 %"),
        ("csat_response_rate", "voice", ">=20 %"),
        ("cost_per_contact", None, "4-12 USD"),
        ("backlog", "email", ""),
    ],
)
def test_target_as_printed(metric, channel, text):
    assert TALLY.text_target(metric, channel) == text


ratios = st.fractions(0, 1, max_denominator=500)
BADNESS = {"ok": 0, "risk": 1, "miss": 2}


@settings(deadline=None)
@given(ratios, ratios)
def test_a_better_share_is_never_judged_worse(one, other):
    low, high = sorted((one, other))
    for metric, channel, better, worse in [
        ("service_level", "voice", high, low),
        ("fcr", None, high, low),
        ("abandonment", "voice", low, high),
    ]:
        verdicts = [TALLY.verdict_band(metric, channel, value) for value in (better, worse)]
        assert BADNESS[verdicts[0]] <= BADNESS[verdicts[1]]
