"""Frozen view models: what a page says, with every number, target, n, window, pack and freshness in it.

Screens, prints, exports and snapshots render these same objects.
"""

from __future__ import annotations
