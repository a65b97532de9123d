from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.privacy import customer_key, looks_personal, normalise_email, normalise_phone, pseudonym

KEY = bytes(range(32))
SPELLINGS = [
    "+49 30 2312 5123",
    "004930 23125123",
    "00493023125123",
    "0049 (0)30 / 2312-5123",
    "+49 (0)30 23125123",
    "(+49) 30 23125123",
    "+49.30.2312.5123",
    "+49 30 2312 (5)123",
    "  +493023125123 ",
    "+49\u00a030\u20112312\u20135123",
    "\u202a+49 30 2312 5123\u202c",
    "＋４９ ３０ ２３１２５１２３",
    "+٤٩ ٣٠ ٢٣١٢٥١٢٣",
    "tel:+49-30-2312-5123",
    "whatsapp:+493023125123",
    "sip:+493023125123@pbx.example;user=phone",
]
NO_PHONES = [
    "",
    "48213",
    "12345678",
    "15555555555",
    "-12345678",
    "(12345678)",
    "1234567.0",
    "0012345678",
    "0001234567",
    "1747118400000",
    "2025-05-13",
    "13.05.2025",
    "192.168.10.112",
    "+12345",
    "+1234567890123456",
    "12-34-56",
    "Z-48213-11",
    "call +49 30 2312 5123",
    "+" + "1 " * 40,
]


@pytest.mark.parametrize("raw", SPELLINGS)
def test_one_number_one_result(raw: str):
    assert normalise_phone(raw) == "+493023125123"
    assert looks_personal(raw) == "phone"


@pytest.mark.parametrize("raw", NO_PHONES)
def test_ids_dates_and_amounts_are_no_phones(raw: str):
    assert normalise_phone(raw) is None
    assert looks_personal(raw) is None


def test_national_numbers_keep_their_digits():
    assert normalise_phone("030/2312 5123") == "+03023125123"
    assert normalise_phone("(555) 555-5555") == normalise_phone("(555)5555555") == "+5555555555"
    assert normalise_phone("1-202-555-0147") == "+12025550147"


def test_only_the_zero_behind_the_country_is_left_out():
    assert normalise_phone("+1 202 555 (0)147") == "+12025550147"


def test_an_extension_is_another_person():
    assert normalise_phone("+49 30 2312 5123 ext. 12") == normalise_phone("+493023125123x12") == "+493023125123x12"


def test_bare_digits_are_a_phone_only_where_the_column_says_so():
    assert normalise_phone("15555555555", bare=True) == "+15555555555"
    assert normalise_phone("0012345678", bare=True) == "+12345678"
    assert normalise_phone("48213", bare=True) is None
    assert customer_key(KEY, "15555555555") == "15555555555"
    assert customer_key(KEY, "15555555555", bare=True) == customer_key(KEY, "+1 555 555 5555")


@pytest.mark.parametrize(
    "raw",
    [
        "anna@shop.example",
        " Anna@Shop.Example ",
        "ａｎｎａ＠shop.example",
        "an\u200bna@shop.example",
        "mailto:anna@shop.example?subject=x",
        "Anna A. <anna@shop.example>",
        "anna@shop.example.",
    ],
)
def test_one_address_one_result(raw: str):
    assert normalise_email(raw) == "anna@shop.example"
    assert looks_personal(raw) == "email"
    assert customer_key(KEY, raw) == customer_key(KEY, "anna@shop.example") != raw


@pytest.mark.parametrize("raw", ["anna", "anna@host", "@shop.example", "a b@shop.example", "5@2.50", "a@b@", "x" * 400])
def test_no_addresses(raw: str):
    assert normalise_email(raw) is None


def test_pseudonym_is_the_documented_hmac():
    """A store must stay readable by the next version: the construction is part of the format."""
    code = hmac.new(KEY, b"carecli\0phone\0+493023125123", hashlib.sha256).digest()[:10]
    assert pseudonym(KEY, "+49 30 2312 5123", "phone") == "C-" + base64.b32encode(code).decode()
    assert len(pseudonym(KEY, "x", "order")) == 18


def test_pseudonym_separates_kinds_and_keys():
    values = {pseudonym(key, "+49 30 2312 5123", kind) for key in (KEY, bytes(32)) for kind in ("phone", "order")}
    assert len(values) == 4


def test_pseudonym_refuses_what_is_not_of_the_kind_and_does_not_repeat_it():
    with pytest.raises(ValueError, match="kind email") as caught:
        pseudonym(KEY, "secret name", "email")
    assert "secret" not in str(caught.value)
    with pytest.raises(ValueError, match="kind phone"):
        pseudonym(KEY, "unknown", "phone")


def test_customer_key_leaves_ids_and_pseudonyms_as_they_came():
    for raw in ("48213", "cus_9f3", " C-17 ", customer_key(KEY, "anna@shop.example")):
        assert customer_key(KEY, raw) == raw
    assert customer_key(KEY, None) is None
    assert customer_key(KEY, "  ") is None


separators = st.sampled_from(["", " ", "-", "\u00a0", "\u2011", " (", "/", ".", "\u200b"])


@given(st.from_regex(r"[1-9][0-9]{9,14}", fullmatch=True), st.data())
def test_all_spellings_of_a_number_have_one_pseudonym(digits: str, data: st.DataObject):
    spelt = "".join(digit + data.draw(separators) for digit in digits[:-1]) + digits[-1]
    prefix = data.draw(st.sampled_from(["+", "00", "+ ", "tel:+"]))
    assert customer_key(KEY, prefix + spelt) == pseudonym(KEY, f"+{digits}", "phone")


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_gets_a_key_that_is_stable(raw: str):
    stored = customer_key(KEY, raw)
    assert (stored is None) == (not raw.strip())
    assert customer_key(KEY, stored) == stored
