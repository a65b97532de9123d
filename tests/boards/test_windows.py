"""Windows side by side: which figures stand in one row."""

from __future__ import annotations

from carecli.boards.windows import WindowFigures, WindowsPage
from carecli.metrics.figure import Figure
from tests.render.sample_boards import sample_boards

HEADER = sample_boards()["queues"].header


def volume(queue: str | None, value: float) -> Figure:
    return Figure("volume", "Contacts", {"queue": queue}, value, "contacts", int(value))


def asa(value: float) -> Figure:
    return Figure("asa", "ASA", {}, value, "seconds", 1)


def page(*columns: tuple[Figure, ...]) -> WindowsPage:
    return WindowsPage(HEADER, tuple(WindowFigures(HEADER.window, each) for each in columns))


def test_a_row_is_a_metric_and_slice_and_a_window_without_it_has_none() -> None:
    short = (volume("B", 1), volume("Z", 2), asa(20))
    long = (volume("A", 3), volume("B", 4), volume(None, 5), asa(21))
    assert page(short, long).rows == (
        (None, long[0]),
        (short[0], long[1]),
        (None, long[2]),
        (short[1], None),
        (short[2], long[3]),
    )


def test_no_windows_have_no_rows() -> None:
    assert page().rows == ()
    assert page((), ()).rows == ()


def test_all_figures_are_those_of_the_windows_in_order() -> None:
    first, second = asa(20), asa(21)
    assert page((first,), (second,)).figures == (first, second)
