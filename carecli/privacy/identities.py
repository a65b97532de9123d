"""Telephone numbers and e-mail addresses as whole cells, and the pseudonyms they are stored under."""

from __future__ import annotations

import base64
import hmac
import re
import unicodedata
from typing import Final, Literal

from carecli.text import without_invisible

_PSEUDONYM_BYTES: Final = 10  # 80 bits are 16 characters of base32: two customers of one centre never meet
_DASH: Final = re.compile("[\u2010-\u2015\u2212]")
_FOREIGN_DIGIT: Final = re.compile(r"(?![0-9])\d")
_SCHEME: Final = re.compile(r"(?:(?P<sip>sips?)|tel|callto|whatsapp|mailto):", re.IGNORECASE)
DATE: Final = (
    r"(?:(?:19|20)[0-9]{2}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}[-./][0-9]{1,2}[-./](?:19|20)[0-9]{2})"
    r"(?![0-9])"
)
_NO_PHONE_CELL: Final = re.compile(rf"{DATE}|[0-9]+\.[0-9]+|(?:[1-9][0-9]{{0,2}}\.){{3}}[0-9]{{1,3}}")
_PHONE_CELL: Final = re.compile(
    r"(?:(?P<prefix>\(?\+|00(?=[ ()./-]*[1-9]))|(?=[0-9(]))(?P<body>[0-9() ./-]++)"
    r"(?:,? ?(?:x|ext\.?|extension|#) ?(?P<extension>[0-9]{1,6}))?",
    re.IGNORECASE,
)
_TRUNK: Final = re.compile(r"\A([ (]*[0-9]{1,3}[ ).]*)\(0\)")  # +49 (0)30: dialled only inside the country
_SEPARATORS: Final = "() ./-"
_NO_SEPARATORS: Final = dict.fromkeys(map(ord, _SEPARATORS))
DOMAIN: Final = r"(?:[\w-]+\.)+[^\W\d_][\w-]+"
_EMAIL_CELL: Final = re.compile(rf"(?:[^<>@]*<)?([^\s@<>(),;:\"\[\]]+@{DOMAIN})\.?>?")
_LONGEST_PHONE_CELL: Final = 48
_LONGEST_EMAIL_CELL: Final = 320


def folded(raw: str) -> str:
    """One spelling of the same text, to match and not to show: NFKC, nothing invisible, ASCII digits and dashes."""
    if raw.isascii():
        return raw
    text = _DASH.sub("-", without_invisible(unicodedata.normalize("NFKC", raw)))
    return _FOREIGN_DIGIT.sub(lambda match: str(unicodedata.decimal(match.group())), text)


def normalise_phone(raw: str, *, bare: bool = False) -> str | None:
    """A telephone number as "+" and 7 to 15 digits, then "x12" for an extension; None where the text is none.

    One number in international form has one result, however it is spelt; a national number keeps its own digits, for
    its country is not known. Plain digits are an id, unless `bare` says that the column holds telephone numbers.
    """
    text = _address(raw)
    match = _PHONE_CELL.fullmatch(text) if len(text) <= _LONGEST_PHONE_CELL else None
    if match is None or (match["prefix"] is None and _NO_PHONE_CELL.fullmatch(text)):
        return None
    body = _TRUNK.sub(r"\1", match["body"]) if match["prefix"] else match["body"]
    digits = body.translate(_NO_SEPARATORS)
    like_an_id = match["prefix"] is None or (match["prefix"] == "00" and len(digits) < 10)
    if not 7 <= len(digits) <= 15 or (like_an_id and body.strip(_SEPARATORS).isdigit() and not bare):
        return None
    return f"+{digits}x{match['extension']}" if match["extension"] else f"+{digits}"


def normalise_email(raw: str) -> str | None:
    """The address in lower case, also out of "Name <address>"; None where the text is no e-mail address."""
    text = _address(raw)
    match = _EMAIL_CELL.fullmatch(text) if len(text) <= _LONGEST_EMAIL_CELL else None
    return match[1].lower() if match else None


def _address(raw: str) -> str:
    """The folded text without "tel:" and the like; of a SIP address that is a number, the number."""
    text = folded(raw).strip()
    scheme = _SCHEME.match(text)
    if scheme is None:
        return text
    address = re.split("[;?]", text[scheme.end() :], maxsplit=1)[0].strip()
    user = address.partition("@")[0]
    return user if scheme["sip"] and not re.search("[A-Za-z]", user) else address


def looks_personal(raw: str) -> Literal["phone", "email"] | None:
    """Which of both the whole text is; None for an id."""
    if normalise_phone(raw):
        return "phone"
    return "email" if normalise_email(raw) else None


def pseudonym(key: bytes, raw: str, kind: str) -> str:
    """HMAC-SHA256 of kind and normalised value as "C-" and 16 characters, equal for all spellings and sources.

    Of the kind "phone" or "email" the text must be one (ValueError, which does not repeat it).
    """
    value: str | None = folded(raw).strip()
    if kind == "phone":
        value = normalise_phone(raw, bare=True)
    elif kind == "email":
        value = normalise_email(raw)
    if value is None:
        raise ValueError(f"not a value of the kind {kind}")
    return _keyed(key, kind, value)


def customer_key(key: bytes, raw: str | None, *, bare: bool = False) -> str | None:
    """The id a customer is stored under: a pseudonym of a telephone number or e-mail address, else the id as it came.

    None for no id. `bare` as in `normalise_phone`.
    """
    if raw is None or not raw.strip():
        return None
    if phone := normalise_phone(raw, bare=bare):
        return _keyed(key, "phone", phone)
    email = normalise_email(raw)
    return _keyed(key, "email", email) if email else raw


def _keyed(key: bytes, kind: str, value: str) -> str:
    message = f"carecli\0{kind}\0{value}".encode(errors="surrogatepass")
    code = hmac.digest(key, message, "sha256")[:_PSEUDONYM_BYTES]
    return f"C-{base64.b32encode(code).decode()}"
