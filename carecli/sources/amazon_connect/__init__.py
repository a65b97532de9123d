"""Amazon Connect: contact records, agent events and historical metrics.

Records come at least once and in any order, without separators where a stream wrote them. Times are UTC.
"""

from __future__ import annotations
