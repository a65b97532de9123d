"""Care programmes: what is promised, what counts, and how a figure is judged (design: section 6)."""

from __future__ import annotations
