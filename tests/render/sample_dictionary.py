"""A dictionary page under a small pack, as the golden pages show it.

`python -m tests.render.sample_dictionary` writes the golden pages anew; read them before you keep them.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from carecli.boards.dictionary import DictionaryPage, dictionary_page
from carecli.metrics.dictionary import METRICS
from carecli.policy.pack import Pack, load_pack
from carecli.render.dictionary import render_dictionary_text
from carecli.render.dictionary_html import render_dictionary_html
from carecli.render.dictionary_markdown import render_dictionary_markdown

GOLDEN = Path(__file__).with_name("golden")
NAMES = ("service_level", "asa", "aht_p90", "fcr", "nps_touch", "backlog")
PACK = """
extends = "definitions"
id = "sample"
title = "Sample"
version = "3"
status = "internal"
calendars.business.hours = ["Mon-Fri 09:00-18:00"]
queues.default_calendar = "business"
exclusions.test = false
bands.asa.voice.between = ["20 s", "60 s"]
bands.asa.chat.between = ["30 s", "90 s"]
bands.fcr.any = { at_least = 0.70, top = 0.80 }

[service_level.voice]
within = "20 s"
goal = 0.80
denominator = "answered"
clock = "elapsed"
edge = "within"

[goals.simple]
metric = "fcr"
statistic = "share"
where = { complexity = "simple" }
at_least = 0.85
window = "quarter"

[goals.rise]
metric = "nps"
statistic = "rise"
at_least = "5 points"
top = "10 points"
window = "90 days"
baseline_below = "30 points"
directional = true

[exceptions.flexes.sale]
first = 2025-12-01
last = 2025-12-07
about = "sale"
metric = "asa"
channel = "voice"
between = ["20 s", "120 s"]
"""


def pack_of(text: str) -> Pack:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample.toml"
        path.write_text(text, encoding="utf-8")
        return load_pack(str(path), zone="Europe/Berlin")


def sample_page() -> DictionaryPage:
    return dictionary_page([METRICS[name] for name in NAMES], pack_of(PACK))


def rendered() -> dict[str, str]:
    """Golden file name -> page."""
    page = sample_page()
    return {
        "dictionary-60.txt": render_dictionary_text(page, width=60, color=False),
        "dictionary-100.txt": render_dictionary_text(page, width=100, color=False),
        "dictionary.md": render_dictionary_markdown(page),
        "dictionary.html": render_dictionary_html(page),
    }


if __name__ == "__main__":
    for file_name, text in rendered().items():
        (GOLDEN / file_name).write_text(text, encoding="utf-8")
