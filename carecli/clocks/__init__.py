"""Calendars and business time (design: section 5). No I/O: a calendar is built from given data."""

from __future__ import annotations
