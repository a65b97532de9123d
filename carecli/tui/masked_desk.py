"""A desk whose boards come masked, so that no screen has to think of it: whatever a method returns is masked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from carecli.privacy.masking import Masker
from carecli.tui.desk import Desk


class _MaskedDesk:
    """Every method of the desk beneath: agents' masks in what is asked are turned back, what comes back is masked."""

    def __init__(self, desk: Desk, masker: Masker, prepare: Callable[[Masker], None]) -> None:
        self._desk = desk
        self._masker = masker
        self._prepare = prepare

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._desk, name)
        return self._wrapped(found) if callable(found) and name != "address" else found

    def _wrapped(self, method: Callable[..., Any]) -> Callable[..., Any]:
        masker = self._masker

        @wraps(method)
        def masked(*arguments: Any, **named: Any) -> Any:
            self._prepare(masker)
            asked = [masker.unmasked(each) for each in arguments]
            answer = method(*asked, **{name: masker.unmasked(each) for name, each in named.items()})
            return masker.board(answer)

        return masked


def masked_desk(desk: Desk, masker: Masker, prepare: Callable[[Masker], None]) -> Desk:
    """The desk, masked as `prepare` sets the masker before each answer."""
    return cast(Desk, _MaskedDesk(desk, masker, prepare))
