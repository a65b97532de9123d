"""Small widgets that draw parts of boards."""

from __future__ import annotations
