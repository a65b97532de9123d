"""The store: one SQLite file is the truth; everything else is derived and disposable."""

from __future__ import annotations
