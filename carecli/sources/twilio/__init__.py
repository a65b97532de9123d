"""Twilio: TaskRouter's events of tasks and workers."""

from __future__ import annotations
