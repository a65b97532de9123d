"""The dictionary's page as text, Markdown, HTML and JSON (R28)."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from rich.cells import cell_len

from carecli.boards.dictionary import DictionaryPage, Target, dictionary_page
from carecli.metrics.dictionary import METRICS
from carecli.policy.pack import available_packs, load_pack
from carecli.render.dictionary import render_dictionary_text
from carecli.render.dictionary_html import render_dictionary_html
from carecli.render.dictionary_markdown import render_dictionary_markdown
from carecli.render.dictionary_structured import dictionary_json
from carecli.text import json_text
from tests.metrics.build import BERLIN
from tests.metrics.test_dictionary import CORE
from tests.render.sample_dictionary import GOLDEN, rendered, sample_page

HOSTILE = (
    "</style><script>alert(1)</script> \x1b]52;c;aGk=\x07 \u202e"
    "[x](https://a.example) ![y](z) **b** `c` | \\<img src=x>"
)
VOID = ("meta",)


def whole(pack: str = "tally") -> DictionaryPage:
    return dictionary_page(METRICS.values(), load_pack(pack, zone=BERLIN))


def hostile_page() -> DictionaryPage:
    """A page whose pack has names and texts that want to be more than text."""
    page = sample_page()
    targets = (Target(HOSTILE, HOSTILE, HOSTILE),)
    first = replace(page.entries[0], targets=targets, owner=HOSTILE, title=HOSTILE)
    return DictionaryPage(HOSTILE, (first, *page.entries[1:]))


class Read(HTMLParser):
    """The tags of a document, balanced, with their attributes, and the text outside the style."""

    def __init__(self, document: str) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(document)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text.append(data)


@pytest.mark.parametrize("name", sorted(rendered()))
def test_golden(name: str) -> None:
    assert rendered()[name] == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("pack", available_packs())
def test_r28_twelve_core_metrics_are_one_page_of_60_lines_at_100_columns(pack: str) -> None:
    page = dictionary_page([METRICS[name] for name in CORE], load_pack(pack, zone=BERLIN))
    lines = render_dictionary_text(page, width=100, color=False).splitlines()
    assert len(lines) <= 60
    for entry in page.entries:
        assert any(line.startswith(f"{entry.id}  {entry.title}") for line in lines)


@pytest.mark.parametrize("width", [10, 40, 60, 100, 200])
def test_text_is_as_wide_as_asked_and_never_under_40(width: int) -> None:
    for line in render_dictionary_text(whole(), width=width, color=False).splitlines():
        assert cell_len(line) <= max(40, width)
        assert line == line.rstrip()


def told(entry_id: str) -> list[str]:
    """Every word the page of one metric must have."""
    entry = next(each for each in sample_page().entries if each.id == entry_id)
    return [
        *(entry.id, entry.title, entry.owner, entry.formula, entry.unit, entry.window),
        *entry.sources,
        *(exclusion.reason for exclusion in entry.exclusions),
        *(target.text for target in entry.targets),
        *filter(None, (entry.look_back, entry.look_ahead, entry.quantile_method)),
        *([str(entry.minimum_n)] if entry.minimum_n else []),
    ]


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
@pytest.mark.parametrize("name", ["service_level", "asa", "aht_p90", "fcr", "nps_touch", "backlog"])
def test_every_field_is_on_every_page(form: str, name: str) -> None:
    page = sample_page()
    only = DictionaryPage(page.pack, tuple(entry for entry in page.entries if entry.id == name))
    match form:
        case "text":
            shown = " ".join(render_dictionary_text(only, width=80, color=False).split())
        case "markdown":
            shown = render_dictionary_markdown(only).replace("\\", "")
        case _:
            shown = " ".join(Read(render_dictionary_html(only)).text)
    for word in told(name):
        assert word in shown, word


@pytest.mark.parametrize("pack", available_packs())
def test_the_document_is_balanced_and_loads_nothing(pack: str) -> None:
    document = render_dictionary_html(whole(pack))
    read = Read(document)
    assert read.open == []
    assert not {tag for tag, _ in read.tags} & {"script", "link", "img", "iframe", "object", "form", "base"}
    for _tag, attributes in read.tags:
        assert not set(attributes) & {"src", "style", "onclick", "action"}
        assert (attributes.get("href") or "#").startswith("#")
    assert not re.search(r"https?:|//|@import|url\(", document)
    anchors = {attributes["href"] for tag, attributes in read.tags if tag == "a"}
    assert anchors == {f"#{name}" for name in METRICS}
    assert [attributes["id"] for tag, attributes in read.tags if tag == "section"] == list(METRICS)


def test_a_phone_is_told_the_width_of_its_screen() -> None:
    document = render_dictionary_html(sample_page())
    assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in document
    assert "@media (max-width: 32rem)" in document


def test_what_a_pack_says_is_text_in_html() -> None:
    read, plain = Read(render_dictionary_html(hostile_page())), Read(render_dictionary_html(sample_page()))
    assert {tag for tag, _ in read.tags} == {tag for tag, _ in plain.tags}
    assert read.open == []
    assert "<script>alert(1)</script>" in " ".join(read.text)


def test_what_a_pack_says_is_text_in_markdown() -> None:
    document = render_dictionary_markdown(hostile_page())
    left = re.sub(r"\\.", "", document.replace("- **", "- ").replace("**: ", ": "))
    assert not re.search(r"[\\<>\[\]*`|]", left)
    assert all(line.startswith(("#", "- ", "6 metrics")) or not line for line in document.splitlines())


@pytest.mark.parametrize("render", [render_dictionary_html, render_dictionary_markdown])
def test_nothing_a_terminal_acts_on_is_printed(render: object) -> None:
    assert callable(render)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", render(hostile_page()))
    assert "\x1b" not in render_dictionary_text(hostile_page(), width=80, color=False)


def test_json_has_every_field_of_every_entry() -> None:
    read = json.loads(json_text(dictionary_json(sample_page())))
    assert (read["board"], read["pack"]) == ("dictionary", "sample 3")
    asa = next(each for each in read["metrics"] if each["id"] == "asa")
    assert asa["targets"][0] == {"scope": "voice", "key": "bands.asa.voice", "text": "20-60 s"}
    assert asa["exclusions"][0] == {"reason": "test", "key": "exclusions.test", "kept": True}
    assert [each["id"] for each in read["metrics"]] == [entry.id for entry in sample_page().entries]


def test_an_empty_page_is_a_page() -> None:
    page = DictionaryPage("p 1", ())
    assert "0 metrics" in render_dictionary_text(page, width=80, color=False)
    assert "0 metrics" in render_dictionary_markdown(page)
    assert Read(render_dictionary_html(page)).open == []
