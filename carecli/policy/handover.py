"""When a case belongs on the next level (C3: R145, R146, R148), and what must come with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from carecli.policy.amounts import Amount
from carecli.policy.section import Section
from carecli.policy.targets import duration


@dataclass(frozen=True, slots=True)
class Handover:
    """What sends a case to a level: any one of these; None where the document names none."""

    interactions: int | None
    handle_sec: int | None
    refund_above: Amount | None
    tags: tuple[str, ...]
    needs: tuple[str, ...]
    """What the case must carry to be complete (R147, R149, R176)."""

    def reasons(
        self,
        *,
        interactions: int = 0,
        handle_sec: int = 0,
        refund: Fraction = Fraction(0),
        tags: Sequence[str] = (),
    ) -> Iterator[str]:
        """Why an unresolved case should go up, in words; none where it should not."""
        if self.interactions is not None and interactions >= self.interactions:
            yield f"{interactions} interactions"
        if self.handle_sec is not None and handle_sec >= self.handle_sec:
            yield f"{duration(handle_sec)} of handling"
        if self.refund_above is not None and refund > self.refund_above.value:
            yield f"refund above {self.refund_above}"
        yield from (tag for tag in tags if tag in self.tags)


def read_handover(section: Section) -> Handover:
    with section:
        return Handover(
            section.maybe("interactions", lambda key: section.whole(key, 1)),
            section.maybe("handle", lambda key: int(section.seconds(key).value)),
            section.maybe("refund_above", section.money),
            section.maybe("tags", section.texts) or (),
            section.maybe("needs", section.texts) or (),
        )
