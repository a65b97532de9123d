"""Customers' identities: recognised, replaced by keyed pseudonyms, and redacted from free text.

A pseudonym is still personal data: whoever holds the key and a list of numbers can find a person again. The key
therefore lives outside the store and outside its backups.
"""

from __future__ import annotations

from carecli.privacy.identities import (
    customer_key,
    looks_personal,
    normalise_email,
    normalise_phone,
    pseudonym,
)
from carecli.privacy.keys import KEY_BYTES, load_or_create_key
from carecli.privacy.redaction import redact

__all__ = [
    "KEY_BYTES",
    "customer_key",
    "load_or_create_key",
    "looks_personal",
    "normalise_email",
    "normalise_phone",
    "pseudonym",
    "redact",
]
