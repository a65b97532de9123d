"""Files in: parsed by a child that may fail, merged by the store that may not.

This floor stands above sources and store, which don't know each other.
"""

from __future__ import annotations
