"""Numbers that prove themselves by a check digit, found in folded text: payment cards and IBANs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import Final

_CARD_SCHEMES: Final = (  # first four digits from and to, numbers of digits
    (2200, 2204, range(16, 20)),  # Mir
    (2221, 2720, (16,)),  # Mastercard
    (3000, 3059, range(14, 20)),  # Diners Club
    (3400, 3499, (15,)),  # American Express
    (3528, 3589, range(16, 20)),  # JCB
    (3600, 3699, range(14, 20)),  # Diners Club
    (3700, 3799, (15,)),  # American Express
    (3800, 3999, range(14, 20)),  # Diners Club
    (4000, 4999, (13, 16, 19)),  # Visa
    (5000, 5099, range(12, 20)),  # Maestro
    (5100, 5599, (16,)),  # Mastercard
    (5600, 5899, range(12, 20)),  # Maestro
    (6000, 6999, range(12, 20)),  # Maestro, Discover, UnionPay, RuPay
)
_DOUBLED: Final = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
_DIGITS: Final = re.compile("[0-9]+")
_CARD_RUN: Final = re.compile(r"(?<![0-9])[0-9](?:[ ._/()-]{0,3}+[0-9]){11,}+")


def mask_cards(text: str) -> str:
    """The text with "[card …1234]" in place of each: 12 to 19 digits in whole groups, a known scheme, Luhn (R271)."""
    return _CARD_RUN.sub(_mask_run, text)


def _mask_run(match: re.Match[str]) -> str:
    run = match.group()
    groups = list(_DIGITS.finditer(run))
    pieces: list[str] = []
    end = 0
    for first, after, digits in _cards([group.group() for group in groups]):
        pieces += run[end : groups[first].start()], f"[card …{digits}]"
        end = groups[after - 1].end()
    return "".join(pieces) + run[end:]


def _cards(groups: list[str]) -> Iterator[tuple[int, int, str]]:
    """First group, group after the last, and last four digits of each card; cards that overlap are one."""
    digits = "".join(groups)
    starts = list(accumulate(map(len, groups), initial=0))
    first = end = 0
    for place, after in _card_spans(digits, starts):
        if place >= end:
            if end:
                yield first, end, digits[starts[end] - 4 : starts[end]]
            first = place
        end = max(end, after)
    if end:
        yield first, end, digits[starts[end] - 4 : starts[end]]


def _card_spans(digits: str, starts: list[int]) -> Iterator[tuple[int, int]]:
    """For each group that a card begins with: its place, and the place after the longest such card."""
    group_at = {start: place for place, start in enumerate(starts)}
    sums: tuple[list[int], list[int]] | None = None
    for place, start in enumerate(starts[:-1]):
        for end in (start + length for length in _card_lengths(digits[start : start + 4])):
            if end in group_at:
                sums = sums or _luhn_sums(digits)
                if (sums[end % 2][end] - sums[end % 2][start]) % 10 == 0:
                    yield place, group_at[end]
                    break


def _luhn_sums(digits: str) -> tuple[list[int], list[int]]:
    """Running sums with every even, and with every odd place doubled: any stretch is checked in two look-ups."""
    even = (_DOUBLED[int(digit)] if place % 2 == 0 else int(digit) for place, digit in enumerate(digits))
    odd = (_DOUBLED[int(digit)] if place % 2 else int(digit) for place, digit in enumerate(digits))
    return list(accumulate(even, initial=0)), list(accumulate(odd, initial=0))


@cache
def _card_lengths(prefix: str) -> tuple[int, ...]:
    """How many digits a card that begins so may have, most first; none where no scheme begins so."""
    for low, high, lengths in _CARD_SCHEMES:
        if len(prefix) == 4 and low <= int(prefix) <= high:
            return tuple(sorted(lengths, reverse=True))
    return ()


_IBAN: Final = re.compile(r"(?<![A-Za-z0-9])(?=([A-Za-z]{2}[0-9]{2}(?:[ .-]?[A-Za-z0-9]){11,30}))")
_IBAN_COUNTRIES: Final = {  # length: countries
    15: "NO",
    16: "BE",
    18: "DK FI FK FO GL NL SD",
    19: "MK SI",
    20: "AT BA EE KZ LT LU MN XK",
    21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA",
    23: "AE GI IL IQ OM SO TL",
    24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST",
    26: "IS TR",
    27: "BI DJ FR GR IT MC MR SM",
    28: "AL AZ BY CY DO GT HN HU LB NI PL SV",
    29: "BR EG PS QA UA",
    30: "JO KW MU YE",
    31: "MT SC",
    32: "LC",
    33: "RU",
}
_IBAN_LENGTHS: Final = {
    country: length for length, countries in _IBAN_COUNTRIES.items() for country in countries.split()
}


def mask_ibans(text: str) -> str:
    """The text with "[iban]" in place of each, spaces, dots or dashes between its characters allowed."""
    pieces: list[str] = []
    end = 0
    for match in _IBAN.finditer(text):
        length = _iban_length(match[1])
        if length and match.start() >= end:
            pieces += text[end : match.start()], "[iban]"
            end = match.start() + length
    return "".join(pieces) + text[end:]


def _iban_length(candidate: str) -> int:
    """Characters of the text that begins like an IBAN, separators counted; 0 where it is none."""
    expected = _IBAN_LENGTHS.get(candidate[:2].upper())
    if expected is None:
        return 0
    places = [place for place, character in enumerate(candidate) if character.isalnum()]
    if len(places) < expected or candidate[places[expected - 1] + 1 :][:1].isalnum():
        return 0
    code = "".join(candidate[place] for place in places[:expected])
    number = "".join(str(int(character, 36)) for character in code[4:] + code[:4])
    return places[expected - 1] + 1 if int(number) % 97 == 1 else 0
