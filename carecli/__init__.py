"""carecli: the terminal dashboard for leads of customer-care teams."""

from __future__ import annotations

__version__ = "0.1.0"
