"""Personal data out of free text, by rules that are written down.

Taken out: e-mail addresses (also "anna(at)example.org"); cards and IBANs (see `account_numbers`); telephone numbers
with "+" or "00", with a trunk 0 and separators ("030/2312 5123"), in the North American shape 3-3-4 and the Spanish
3-3-3 or 3-2-2-2, and plain digits behind a word such as "Tel.".

Left alone: dates and times, numbers stuck to letters, "#" or a dash ("#A1234", "INV-030-1234567"), other plain digits
(order numbers, epoch seconds). Two kinds are taken out by mistake: an order number in the shape of a telephone number
("0412-5567-001"), and a tenth of the order numbers of 12 to 19 digits that begin like a card, those that pass Luhn.

Not possible by rules: names, postal addresses, numbers spelt in words, national numbers without any separator, local
numbers without an area code, a card with other digits stuck to it.

Every pattern is of bounded length from any start, or one possessive repetition: time grows with the length alone.
"""

from __future__ import annotations

import re
from typing import Final

from carecli.privacy.account_numbers import mask_cards, mask_ibans
from carecli.privacy.identities import DATE, DOMAIN, folded

_AT: Final = re.compile(r" ?[\[({] ?(?:at|@) ?[\])}] ?", re.IGNORECASE)
_DOT: Final = re.compile(r" ?[\[({] ?(?:dot|\.) ?[\])}] ?", re.IGNORECASE)
_EMAIL_TOKEN: Final = re.compile(rf"(?:[\w.+%'’#!$*^~@-]|{_AT.pattern}|{_DOT.pattern})++", re.IGNORECASE)
_EMAIL: Final = re.compile(rf"[^@]@{DOMAIN}")

_BETWEEN: Final = r"[ ._/()-]{0,3}+"
_SHORT_DATE: Final = r"[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{2}(?![0-9])"
_DATES: Final = re.compile(rf"(?<![0-9])(?<![0-9][-./])((?:{DATE}|{_SHORT_DATE})(?![-./][0-9]))")
_MANY_DIGITS: Final = re.compile(rf"[0-9](?:{_BETWEEN}[0-9]){{6}}")
_WORD: Final = r"\b(?:t[eé]l[eé]?\w{0,8}|phone|mobil\w?|m[oó]vil|portable|handy|cell|fon|fax|whatsapp)\b"
_OPEN: Final = r"(?:\((?=\+?[0-9]{1,5}\)))?"  # a bracket around the country or area code, not around it all
_PHONE: Final = re.compile(
    rf"""
    (?=[0-9+(tpmhcfw]) (?:  # only saves time: what any of these begins with
    (?<![0-9#]) {_OPEN} \+ [ (]{{0,2}} [1-9] (?:{_BETWEEN}[0-9]){{6,14}} (?![0-9])  # international
    | (?<![\w#]) (?<!\w[-/_]) (?<![0-9]\.)
      (?: 00 [1-9] (?:{_BETWEEN}[0-9]){{9,12}} (?![ ./-]?[0-9])  # international with 00
        | (?=\(?0[0-9]{{1,5}}[) ./-]) {_OPEN} 0[1-9] (?:{_BETWEEN}[0-9]){{7,11}} (?![0-9])  # trunk 0
        | (?:1[ .-])? (?:\([2-9][0-9]{{2}}\)[ ]?|[2-9][0-9]{{2}}[ .-])  # North America: area code,
          [2-9][0-9]{{2}} [ .-] [0-9]{{4}} (?![-./]?[0-9])  # exchange and line
        | [6-9][0-9]{{2}} (?:(?:[ -][0-9]{{3}}){{2}}|(?:[ -][0-9]{{2}}){{3}}) (?![ ./-]?[0-9])  # Spain
      ) (?:[ ]?(?:x|ext\.?)[ ]?[0-9]{{1,6}})? (?!\w)
    | (?P<word>{_WORD} [^\w\n(]{{0,3}} (?:(?:nr|no|number|nummer|is)\b[ .:]{{0,2}})?)
      {_OPEN} [0-9] (?:{_BETWEEN}[0-9]){{6,14}} (?![0-9])
    )
    """,
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)


def redact(text: str, limit: int = 200) -> str:
    """The text with cards, IBANs, e-mail addresses and telephone numbers replaced, cut at `limit` characters.

    Where something was replaced or cut, the rest is in its NFKC form. A number that the cut would split is left out.
    """
    plain = folded(text)
    hidden = plain
    if "@" in hidden or _AT.search(hidden):
        hidden = _EMAIL_TOKEN.sub(_mask_email, hidden)
    hidden = mask_ibans(hidden)
    if _MANY_DIGITS.search(hidden):
        hidden = _mask_phones(mask_cards(hidden))
    return text if hidden == plain and len(text) <= limit else _cut(hidden, limit)


def _mask_email(match: re.Match[str]) -> str:
    token = match.group()
    if not _EMAIL.search(_AT.sub("@", _DOT.sub(".", token))):
        return token
    return "[e-mail]" + token[len(token.rstrip(" .'!")) :]


def _mask_phones(text: str) -> str:
    """The text with "[phone]" in place of each between its dates: those look much like telephone numbers."""
    parts = _DATES.split(text)
    parts[::2] = [_PHONE.sub(_mask_phone, part) for part in parts[::2]]
    return "".join(parts)


def _mask_phone(match: re.Match[str]) -> str:
    return f"{match['word'] or ''}[phone]"


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    end = limit - 1
    while end and text[end - 1].isdigit() and text[end].isdigit():
        end -= 1
    return f"{text[:end]}…"
