"""The keys of the command line's contract (design, section 11), in the order in which they are printed."""

from __future__ import annotations

PAGE = ("board", "as_of", "pack", "window", "feeds", "figures")
FIGURE = ("metric", "by", "value", "unit", "n", "numerator", "denominator", "target", "status", "provisional",
          "excluded", "note")  # fmt: skip
EXPLAINED = ("formula", "pack_key", "exclusions", "files", "rows")
ROWS = ("table", "count", "sha256", "ids", "next")
FILE = ("path", "kind", "source", "sha256", "rows", "new", "changed", "unchanged", "stale", "quarantined", "ignored",
        "reasons", "assumed", "state")  # fmt: skip
FATES = ("new", "changed", "unchanged", "stale", "quarantined", "ignored")
CASE = ("case", "events", "clocks", "ladder")
CLOCK = ("clock", "target_sec", "due_at", "state", "elapsed_sec", "left_sec", "tape")
PIECE = ("from", "to", "state", "reason")
