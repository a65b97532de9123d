from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from vendor_records import context

from carecli.privacy import customer_key
from carecli.sources.telephone import telephone_key, without_numbers

KEYED = replace(context("any.kind"), customer_key=partial(customer_key, bytes(32)))


def test_all_international_spellings_of_a_number_have_one_key() -> None:
    spellings = ["+49 30 23125001", "+493023125001", "0049 30 23125001", "00493023125001", "493023125001"]
    keys = {telephone_key(KEYED, text, "caller") for text in spellings}
    assert len(keys) == 1
    assert (keys.pop() or "").startswith("C-")


@pytest.mark.parametrize("text", ["03023125001", "030/2312 5001", "030 23125001"])
def test_a_national_number_meets_its_own_spellings_only(text: str) -> None:
    key = telephone_key(KEYED, text, "caller")
    assert key == telephone_key(KEYED, "03023125001", "caller")
    assert key != telephone_key(KEYED, "+493023125001", "caller")


@pytest.mark.parametrize("text", ["anonymous", "", "None", "unknown", None])
def test_withheld_numbers_have_no_key(text: str | None) -> None:
    assert telephone_key(KEYED, text, "caller") is None


def test_extensions_stay_and_addresses_are_keyed() -> None:
    assert telephone_key(KEYED, "201", "caller") == "201"
    assert (telephone_key(KEYED, "anna@example.org", "caller") or "").startswith("C-")


@pytest.mark.parametrize("text", ["+493023125001", "493023125001", "sip:00493023125001@pbx", "1234567890123456789"])
def test_no_number_is_ever_kept_in_clear(text: str) -> None:
    """Even where the key function doesn't know a number when it sees one."""
    blind = replace(KEYED, customer_key=lambda raw: raw)
    assert telephone_key(blind, text, "caller") is None
    assert "23125001" not in (telephone_key(KEYED, text, "caller") or "")


@pytest.mark.parametrize("field", ["7010", "from-queue", "1747036990.12", "SIP/211-0000012", "", "12345678901234567"])
def test_other_fields_stay_as_they_are(field: str) -> None:
    assert without_numbers(KEYED, field) == field
