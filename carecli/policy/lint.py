"""What a pack promises that can't be kept or shown, as sentences."""

from __future__ import annotations

from carecli.policy.pack import Pack


def lint_pack(pack: Pack) -> list[str]:
    """Warnings; empty where there is nothing to say. A pack needs 3 or 4 priorities, each with both targets (R130)."""
    warnings = []
    if not 3 <= len(pack.priorities) <= 4:
        warnings.append(f"priorities: found {len(pack.priorities)}, expected 3 or 4 (R130)")
    for priority, clocks in pack.priorities.items():
        for clock in ("first_response", "resolution"):
            if clock not in clocks:
                warnings.append(f"priorities.{priority}: no target for {clock} (R130)")
    return warnings
