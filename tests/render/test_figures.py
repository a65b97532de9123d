"""Figures and explanations as text: what `metric` and `explain` print."""

from __future__ import annotations

from dataclasses import replace

from carecli.metrics.figure import Figure
from carecli.render.figures import render_explanation_text, render_figures_text
from carecli.store.rows import InputFile
from tests.render.sample_boards import sample_boards
from tests.render.test_structured import explained, natural_ids

HEADER = sample_boards()["queues"].header
FIGURES = (
    Figure("csat", "CSAT", {"channel": "chat"}, None, "ratio", 29, note="n=29 (<30)"),
    Figure(
        "csat", "CSAT", {"channel": None}, 0.92, "ratio", 300, 276, 300, "85-95 %", "ok", True, {"late": 3, "test": 0}
    ),
    Figure("nps_touch", "NPS", {}, None, "points", 0, note="no data: needs surveys"),
)


def lines(width: int = 120) -> list[str]:
    return render_figures_text(FIGURES, HEADER, width=width, color=False).splitlines()


def test_a_line_per_figure_with_all_that_belongs_to_it():
    body = [line.split() for line in lines() if line.startswith(("csat", "nps"))]
    assert body[0] == ["csat", "chat", "n=29", "(<30)", "29", "○", "no", "data", "n=29", "(<30)"]
    assert body[1] == ["csat", "(none)", "92.0", "%", "~", "300", "●", "ok", "85-95", "%", "3", "late"]
    assert body[2] == ["nps_touch", "-", "0", "○", "no", "data", "no", "data:", "needs", "surveys"]


def test_a_narrow_terminal_has_everything_too():
    narrow = " ".join(" ".join(lines(60)).split())
    for told in ("n=29 (<30)", "92.0 % ~", "● ok", "85-95 %", "3 late", "no data: needs surveys"):
        assert told in narrow


def test_no_figures_are_said():
    assert "no figures" in render_figures_text((), HEADER, width=80, color=False)


def test_an_explanation_reads_from_formula_to_ids():
    explanation, header = explained("service_level")
    left = replace(explanation, excluded_rows={"test": {"interactions": [3]}}, notes=("a note",))
    files = [InputFile("talkdesk/calls.csv", "ab" * 32, 1_747_000_000)]
    text = render_explanation_text(left, header, natural_ids=natural_ids, files=files, width=100, color=False)
    for told in (
        "85.0 %  ● ok",
        "formula: answered within the channel's threshold",
        "pack key: service_level",
        "numerator: 391",
        "denominator: 460",
        "note: a note",
        "Rows  20 of 460 interactions",
        "Of these in the numerator  20 of 391 interactions",
        "Left out: test  1 interactions",
        "demo/interactions-3",
        "talkdesk/calls.csv  abababababab  imported Sun 11 May 23:46",
    ):
        assert told in text, told
