"""The Textual app: it knows boards, never SQL; now and the data come from a `Desk`."""

from __future__ import annotations
