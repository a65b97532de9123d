"""Names of tiers. `Premium` is one thing in one pack and another in the next, so a name alone says nothing (X21)."""

from __future__ import annotations

from carecli.policy.layers import PackError, available_packs
from carecli.policy.pack import Pack, load_pack


def tier_id(name: str, pack: Pack | None = None) -> str:
    """A tier as `pack.tier`, by its key or title in a pack, or as written so already.

    PackError where no pack is named and where the pack has no such tier: the name is never guessed.
    """
    owner, _, own = name.partition(".")
    if pack is None and own and owner in available_packs():
        return tier_id(own, load_pack(owner, zone="UTC"))
    if pack is None:
        examples = ", ".join(f"{each}.{key}" for each, key in _same_name(name)) or "prestige.premium"
        raise PackError(f"tier {name!r}: found no pack, expected the pack with it, such as {examples}")
    for key, tier in pack.programme.tiers.items():
        if name.casefold() in (key.casefold(), tier.title.casefold(), f"{pack.id}.{key}".casefold()):
            return f"{pack.id}.{key}"
    known = ", ".join(pack.programme.tiers) or "none: the pack has no tiers"
    raise PackError(f"{pack.id}: tier: found {name!r}, expected one of {known}")


def _same_name(name: str) -> list[tuple[str, str]]:
    packs = {each: load_pack(each, zone="UTC").programme.tiers for each in available_packs()}
    return [(pack, key) for pack, tiers in packs.items() for key in tiers if key == name.casefold()]
