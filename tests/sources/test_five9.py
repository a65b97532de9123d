from __future__ import annotations

import pytest

from carecli.sources.records import BadCell
from tests.sources.vendor_records import map_one

CALL = {
    "call id": "1",
    "timestamp": "2025-03-10 09:00:00Z",
    "call type": "Inbound",
    "agent": "one@example.com",
    "talk time": "00:00:00",
    "ani": "+493055500101",
    "dnis": "+493055500199",
    "abandoned": "0",
}


def call(**changes):
    row, *_ = map_one("five9.call_log", CALL | changes)
    return row


@pytest.mark.parametrize(
    ("changes", "outcome"),
    [
        ({"talk time": "00:01:00"}, "answered"),
        ({}, "missed"),
        ({"agent": "[None]"}, None),
        ({"agent": "[None]", "abandoned": "1"}, "abandoned"),
        ({"call type": "Autodial", "agent": "[None]", "talk time": ""}, "missed"),
        ({"call type": "Queue Callback"}, None),
    ],
)
def test_outcomes(changes, outcome):
    assert call(**changes).values["outcome"] == outcome


def test_a_callback_not_made_yet_gives_way():
    assert not call(**{"call type": "Queue Callback"}).complete
    assert call().complete


def test_the_customer_is_who_was_called():
    assert call().values["customer_id"] == "C-0101"
    outbound = call(**{"call type": "Manual"})
    assert (outbound.values["direction"], outbound.values["customer_id"]) == ("outbound", "C-0199")


def test_a_call_type_nobody_described_says_nothing_of_the_direction():
    row = call(**{"call type": "Test"})
    assert (row.values["direction"], row.values["origin"]) == (None, None)
    assert '"call type": "Test"' in row.values["attributes"]


def test_hold_is_a_part_of_talk():
    with pytest.raises(BadCell) as refused:
        call(**{"talk time": "00:01:00", "hold time": "00:01:01"})
    assert refused.value.code == "negative-duration"
