"""Freshdesk's API: tickets, the messages of tickets, and satisfaction ratings. Every time is UTC and says so."""

from __future__ import annotations
