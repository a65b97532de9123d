"""Genesys Cloud: conversation details, agents' actual activities and evaluations, as its API's jobs write them."""

from __future__ import annotations
