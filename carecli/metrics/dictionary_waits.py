"""The median wait of answered contacts, by which some packs promise a channel (R92, R99)."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from carecli.metrics.dictionary_legs import ASA_P90

ASA_P50 = replace(
    ASA_P90,
    id="asa_p50",
    title="Speed of answer p50",
    quantile=Fraction(1, 2),
    formula="p50 of queue time of answered legs, linear between ranks",
    requirement="R9, R25, R92, R99",
)

WAIT_METRICS = (ASA_P50,)
