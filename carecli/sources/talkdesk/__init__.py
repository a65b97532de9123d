"""Talkdesk reports: each record is one leg, and a part of the interaction it belongs to.

Times are UTC and carry no mark (later exports write `Z`). The word `None` means missing. No record says when it was
last changed, so its version is the export's own time.
"""

from __future__ import annotations
