"""The commands: parse, call one function, print. stdout is data, stderr is narration. Imported only when run."""

from __future__ import annotations
