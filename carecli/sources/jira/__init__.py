"""Jira Service Management, what its CSV of issues doesn't tell."""

from __future__ import annotations
