"""How far a share moved between two windows, with the interval that chance leaves open (R72)."""

from __future__ import annotations

from carecli.metrics.figure import Figure

METHOD = "Wald, unpooled, z=1.96"
"""95 % confidence of the difference of two shares, each with its own variance."""
Z = 1.96


def change_interval(now: Figure, before: Figure) -> tuple[float, float] | None:
    """The 95 % confidence interval, low and high, of `now` less `before` in shares (0.05 is five points).

    By METHOD, over the `n` of the two figures. None where either has no value, no rows, or is no share. Where 0 is in
    it, chance may explain the change.
    """
    of_now, of_before = _variance(now), _variance(before)
    if of_now is None or of_before is None:
        return None
    change = (now.value or 0.0) - (before.value or 0.0)
    margin = Z * (of_now + of_before) ** 0.5
    return change - margin, change + margin


def _variance(figure: Figure) -> float | None:
    share = figure.value
    if figure.unit != "ratio" or share is None or not figure.n or not 0 <= share <= 1:
        return None
    return share * (1 - share) / figure.n
