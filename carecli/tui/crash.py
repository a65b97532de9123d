"""What went wrong in a few safe words: never an exception's local variables, which hold customers' data."""

from __future__ import annotations

from types import TracebackType
from typing import Final

from carecli.errors import CareError
from carecli.text import Shown, clean

_FRAMES_SHOWN: Final = 12


def reason(error: BaseException) -> Shown:
    """One line: a CareError as it reads, any other by kind and place, because its message may quote data."""
    if isinstance(error, CareError):
        return clean(f"{error.message} {error.hint or ''}".strip())
    places = _places(error.__traceback__)
    return clean(f"{type(error).__name__} in {places[-1]}" if places else type(error).__name__)


def report(error: BaseException) -> list[Shown]:
    """The lines left on the terminal when the app itself fails: kind, places, and that no data is among them."""
    lines = [clean(f"carecli stopped: {type(error).__name__}")]
    lines += [clean(f"  {place}") for place in _places(error.__traceback__)[-_FRAMES_SHOWN:]]
    return [
        *lines,
        clean("This is a fault in carecli; these lines hold no data of yours and can go into a bug report."),
    ]


def _places(traceback: TracebackType | None) -> list[str]:
    """module:line function of each frame, outermost first."""
    places = []
    while traceback is not None:
        frame = traceback.tb_frame
        places.append(f"{frame.f_globals.get('__name__', '?')}:{traceback.tb_lineno} {frame.f_code.co_name}")
        traceback = traceback.tb_next
    return places
