"""Zendesk Support's JSON: tickets, ticket metrics, metric events, audits and satisfaction ratings.

Five kinds of file speak of one case, keyed by the ticket's id as text. Bodies of messages are never kept. Every time is
UTC and says so.
"""

from __future__ import annotations
