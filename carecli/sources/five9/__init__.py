"""Five9 reports: headers in capitals, columns and their order chosen by the report's author, local times."""

from __future__ import annotations
