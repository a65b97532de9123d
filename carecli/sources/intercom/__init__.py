"""Intercom: conversations are cases and contacts at once, under one id."""

from __future__ import annotations
