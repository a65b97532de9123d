"""Every number and address here is invented, or a published test number of its scheme."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carecli.privacy import redact

CARDS = [
    "4111 1111 1111 1111",
    "4111-1111-1111-1111",
    "4111111111111111",
    "4111.1111.1111.1111",
    "4111 - 1111 - 1111 - 1111",
    "4111\u00a01111\u00a01111\u00a01111",
    "4111\u20111111\u20111111\u20111111",
    "41\u200b11 1111 11\u200b11 1111",
    "４１１１ １１１１ １１１１ １１１１",
    "٤١١١ ١١١١ ١١١١ ١١١١",
    "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
    "4111/1111/1111/1111",
    "4111_1111_1111_1111",
    "card4111111111111111",
]
SCHEMES = {
    "Visa 13": "4222 2222 2222 2",
    "Visa 19": "4000 0000 0000 0000 006",
    "Mastercard": "5555 5555 5555 4444",
    "Mastercard 2": "2223 0031 2200 3222",
    "American Express": "3782 822463 10005",
    "Diners Club": "3056 930902 5904",
    "Discover": "6011 1111 1111 1117",
    "JCB": "3530 1113 3330 0000",
    "UnionPay": "6200 0000 0000 0005",
    "Maestro 12": "5018 0000 0009",
}
IBANS = [
    "DE89 3704 0044 0532 0130 00",
    "DE89370400440532013000",
    "gb82 west 1234 5698 7654 32",
    "FR14 2004 1010 0505 0001 3M02 606",
    "ES91-2100-0418-4502-0005-1332",
    "NO93 8601 1117 947",
    "MT84 MALT 0110 0001 2345 MTLC AST0 01S",
    "NL91\u00a0ABNA\u00a00417\u00a01643\u00a000",
]
EMAILS = [
    "anna@shop.example",
    "Anna.Lee+care@mail.shop.example",
    "o'brien@shop.example",
    "anna(at)shop.example",
    "anna [at] shop [dot] example",
    "anna (AT) shop.example",
    "ａｎｎａ＠shop.example",
    "an\u00adna@shop.example",
    "jörg@bücher.example",
    "a@b@shop.example",
    "4111111111111111@shop.example",
]
PHONES = [
    "+49 30 2312 5123",
    "+493023125123",
    "+49 (0)30 / 2312-5123",
    "(+49) 30 23125123",
    "0049 30 23125123",
    "00493023125123",
    "030 2312 5123",
    "(030) 23125123",
    "030/23125123",
    "0171-2312512",
    "０３０ ２３１２５１２３",
    "+33 1 99 00 12 34",
    "01 99 00 12 34",
    "06.39.98.12.34",
    "+34 612 345 678",
    "612 345 678",
    "612 34 56 78",
    "+44 20 7946 0958",
    "020 7946 0958",
    "07700 900123",
    "(202) 555-0147",
    "202-555-0147",
    "202.555.0147",
    "1-202-555-0147",
    "+1 202 555 0147",
    "202-555-0147 x12",
]
SENTENCES = [
    "{}",
    "Please use {} for this.",
    "Bitte {} verwenden, danke!",
    "Merci de noter: {}",
    "Por favor, use {}; gracias",
    "({})",
    "電話は{}です",
]
INNOCENT = [
    "Refund for order 4500012345 of 13.05.2025 at 08:45",
    "from 2025-05-13 08:45:12 until 2025-05-14 09:00:00",
    "01.05.2025 - 03.05.2025, 08:45-09:12",
    "01.05.25 1234 pieces, 05/12/2025 1200",
    "1747118400 1747118400000 1747118400000000",
    "#A1234 #20250001234 Z-48213 INV-030-1234567 RE2025/000123456",
    "112-1234567-1234567",
    "order 4111111111111112, tracking 00340434161234567891",
    "paid 1,234,567.89 EUR or 1.234.567,89 EUR or 12 345,00 €",
    "host 192.168.178.112, version 10.4.12.2025, lodash@4.17.21",
    "cost 5@2.50, meet me @ the shop, user@host, @handle",
    "case 44088269 reopened 3 times in 48 h, ticket 370326203",
    "DE89 3704 1144 1532 1130 11, AB12 wishes to cancel the contract now",
    "telephone order 12 of 2025-05-13; mobile app 6.12.3",
    "Wi-Fi at (at) home [at] work, x(at)y",
]


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("card", CARDS)
def test_a_card_keeps_its_last_four_in_every_spelling(card: str, sentence: str):
    if not (card.startswith("card") and "は" in sentence):
        assert redact(sentence.format(card)).replace("card[", "[") == sentence.format("[card …1111]")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_scheme(scheme: str):
    card = SCHEMES[scheme]
    last = re.sub(" ", "", card)[-4:]
    assert redact(f"paid with {card}.") == f"paid with [card …{last}]."
    assert redact(card.replace(" ", "")) == f"[card …{last}]"


def test_payment_cards_as_in_r271():
    assert redact("4111 1111 1111 1111") == "[card …1111]"
    assert redact("4111 1111 1111 1112") == "4111 1111 1111 1112"


def test_a_card_among_other_numbers():
    assert redact("4111 1111 1111 1111 12/27 123") == "[card …1111] 12/27 123"
    assert redact("12 4111 1111 1111 1111 5555 5555 5555 4444") == "12 [card …1111] [card …4444]"


def test_of_cards_that_share_digits_nothing_is_left():
    assert redact("4222222222222 121") == "[card …2121]"  # 13 of the digits are a card too
    assert redact("4 4222222222222 12346") == "[card …2346]"  # the 13 in the middle are a card too


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("iban", IBANS)
def test_an_iban_goes_whole(iban: str, sentence: str):
    assert redact(sentence.format(iban)) == sentence.format("[iban]")


@pytest.mark.parametrize("sentence", SENTENCES[:-1])
@pytest.mark.parametrize("address", EMAILS)
def test_an_address_goes_whole(address: str, sentence: str):
    assert redact(sentence.format(address)) == sentence.format("[e-mail]")


def test_an_address_without_spaces_around_takes_its_neighbours_along():
    assert redact("電話はanna@shop.exampleです") == "[e-mail]"
    assert redact("a@shop.example,b@shop.example;1|c@shop.example|2") == "[e-mail],[e-mail];1|[e-mail]|2"
    assert redact("https://x.example/?e=a@shop.example&id=3") == "https://x.example/?e=[e-mail]&id=3"


@pytest.mark.parametrize("sentence", SENTENCES)
@pytest.mark.parametrize("phone", PHONES)
def test_a_phone_goes_whole(phone: str, sentence: str):
    assert redact(sentence.format(phone)) == sentence.format("[phone]")


@pytest.mark.parametrize("word", ["Tel.", "Tel:", "phone", "Handy:", "Móvil:", "Téléphone :", "mobile no."])
def test_plain_digits_behind_a_word_are_a_phone(word: str):
    assert redact(f"{word} 03023125123, order 03023125123") == f"{word} [phone], order 03023125123"


def test_a_phone_beside_a_date():
    assert redact("030 2312 5123 12.05.2025") == "[phone] 12.05.2025"
    assert redact("2025-05-13 030 2312 5123") == "2025-05-13 [phone]"


@pytest.mark.parametrize("text", INNOCENT)
def test_dates_ids_and_amounts_stay(text: str):
    assert redact(text) == text


def test_masking_of_r270_without_a_name_column():
    assert redact("Ann Lee ann@x.io +1-202-555-0147 #A1234") == "Ann Lee [e-mail] [phone] #A1234"


def test_text_without_a_find_keeps_its_spelling():
    assert redact("ﬁne\u200b №5 １２") == "ﬁne\u200b №5 １２"
    assert redact("") == ""


def test_the_limit_never_splits_a_number():
    assert redact("x" * 300) == "x" * 199 + "…"
    assert redact("order 123456789 is late", limit=12) == "order …"
    assert redact("4111 1111 1111 1111 and more", limit=13) == "[card …1111]…"
    assert redact("41111111111111112222", limit=17) == "…"


CARD_LENGTHS = {
    "4": (13, 16, 19),
    "51": (16,),
    "37": (15,),
    "6011": (16, 19),
    "36": (14,),
    "3530": (16,),
    "2221": (16,),
}


@st.composite
def cards(draw: st.DrawFn) -> str:
    """Digits that begin like a scheme, with the check digit that makes them pass Luhn (by trying all ten)."""
    begin = draw(st.sampled_from(sorted(CARD_LENGTHS)))
    length = draw(st.sampled_from(CARD_LENGTHS[begin]))
    body = begin + "".join(str(draw(st.integers(0, 9))) for _ in range(length - len(begin) - 1))
    return next(body + check for check in "0123456789" if luhn(body + check))


def luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def digits_of(text: str) -> str:
    return "".join(re.findall("[0-9]", text))


@given(cards(), st.text(), st.text(), st.data())
def test_redaction_never_leaves_a_card(card: str, before: str, after: str, data: st.DataObject):
    gaps = st.sampled_from(["", "", "", " ", "-", " - ", "\u00a0", "\u2013", ".", "\u200b"])
    spelt = "".join(digit + data.draw(gaps) for digit in card[:-1]) + card[-1]
    assert card not in digits_of(redact(f"{before} {spelt} {after}", limit=10_000))


@given(cards(), st.from_regex(r"[0-9]{1,4}( [0-9]{1,4}){0,6}", fullmatch=True))
def test_neighbouring_numbers_do_not_hide_a_card(card: str, numbers: str):
    assert card not in digits_of(redact(f"{numbers} {card} {numbers}", limit=10_000))


@given(st.text() | st.text("0123456789 -+.@aDE()", max_size=80), st.integers(1, 300))
def test_redaction_is_short_and_idempotent(text: str, limit: int):
    once = redact(text, limit)
    assert len(once) <= limit
    assert redact(once, limit) == once


@pytest.mark.parametrize(
    "unit",
    [
        *("4", "6 ", "6", "a", "a.", "a@", "@", "(at)", "a@a.", "DE89 ", "AA11", "( ", "+1 ", "00", "01 ", "202 "),
        *("612 ", "1-", "1.", "tel ", "tel. 1", "４ ", "\u200b", "e\u0301", "MT84 MALT 0110 0001 2345 MTLC AST0 01S "),
    ],
)
def test_time_grows_with_the_length_alone(unit: str):
    """Four times the text may take eight times as long, not the sixteen of a quadratic pattern."""
    small, large = (unit * (size // len(unit)) for size in (12_500, 50_000))
    assert seconds(large) < 8 * seconds(small) + 0.01


def seconds(text: str) -> float:
    """Processor seconds of the fastest of three runs."""
    runs = []
    for _ in range(3):
        start = time.process_time()
        redact(text)
        runs.append(time.process_time() - start)
    return min(runs)
