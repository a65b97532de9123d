from __future__ import annotations

import re
import subprocess
import sys
import unicodedata
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import carecli
from carecli import text
from carecli.text import clean, duration, percent, percent_text, signed, slug, spark, width

JOINERS = "\u200c\u200d"
FILLERS = "\u115f\u1160\u3164\uffa0"
HOSTILE = {
    "colour": ("\x1b[31mred", "␛[31mred"),
    "clipboard": ("\x1b]52;c;cm0=\x07", "␛]52;c;cm0=␇"),
    "link": ("\x1b]8;;http://x\x1b\\y", "␛]8;;http://x␛\\y"),
    "clear": ("\x1b[2J\x1b[H", "␛[2J␛[H"),
    "title": ("\x1b]0;owned\x07", "␛]0;owned␇"),
    "C1 CSI": ("\x9b31m", "\ufffd31m"),
    "C1 OSC": ("\x9d0;x\x9c", "\ufffd0;x\ufffd"),
    "NUL": ("a\x00b", "a␀b"),
    "DEL": ("a\x7fb", "a␡b"),
    "shift out": ("\x0eabc", "␎abc"),
    "backspace": ("ok\b\bno", "ok␈␈no"),
    "device control": ("\x1bP1$q\x1b\\", "␛P1$q␛\\"),
    "bidi override": ("a\u202etxt.exe", "a\ufffdtxt.exe"),
    "bidi isolate": ("\u2066a\u2069", "\ufffda\ufffd"),
    "arabic mark": ("\u061c1", "\ufffd1"),
    "zero-width": ("pay\u200bpal", "pay\ufffdpal"),
    "byte order mark": ("\ufeffid", "\ufffdid"),
    "soft hyphen": ("a\u00adb", "a\ufffdb"),
    "tags": ("A\U000e0041\U000e007f", "A\ufffd\ufffd"),
    "surrogate": ("\ud83d!", "\ufffd!"),
    "non-character": ("\uffff\ufdd0\U0010fffe", "\ufffd\ufffd\ufffd"),
    "line ends": ("a\r\nb\nc\rd\u2028e\u2029f\x85g", "a↵b↵c↵d↵e↵f↵g"),
    "tab": ("a\tb", "a b"),
    "stacked marks": ("e" + "\u0301" * 9 + "!", "e" + "\u0301" * 4 + "!"),
}
any_text = st.text(
    st.characters(exclude_categories=())
    | st.sampled_from("\x1b\x9b\r\n\t\u202e\u200b\u200d\u0301\u0488\ufe0f\U000e0041\ud800é日🔥")
)


@pytest.mark.parametrize("name", HOSTILE)
def test_clean_disarms(name: str):
    raw, shown = HOSTILE[name]
    assert clean(raw) == shown


@pytest.mark.parametrize(
    "harmless",
    ["[/b] invoice [red]", "Grüße", "日本語のチケットの件名", "می‌خواهم", "👩‍👩‍👧", "❤️‍🔥", "각하", "1\u00a0234 €", ""],
)
def test_clean_leaves_what_only_shows(harmless: str):
    assert clean(harmless) == harmless


def test_clean_takes_any_value():
    assert clean(None) == ""
    assert clean(12) == "12"
    assert clean(["a\x1b"]) == "['a\\x1b']"
    assert type(clean("x")) is text.Shown
    assert clean(shown := clean("x")) is shown


def test_clean_cuts_at_the_limit():
    assert clean("x" * 200) == "x" * 200
    assert clean("x" * 201) == "x" * 199 + "…"
    assert clean("abcdef", limit=3) == "ab…"


def test_unsafe_characters_are_those_of_unicode():
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        if unicodedata.category(character) in ("Cc", "Cf", "Cs", "Zl", "Zp") and character not in JOINERS:
            assert clean(character) != character, hex(code)


def test_every_visible_character_stays():
    kinds = ("L", "N", "P", "S", "Mc", "Zs")
    everything = map(chr, range(sys.maxunicode + 1))
    visible = "".join(
        character
        for character in everything
        if unicodedata.category(character).startswith(kinds) and character not in FILLERS
    )
    assert len(visible) > 100_000
    assert clean(visible, limit=len(visible)) == visible


@given(any_text, st.integers(min_value=1, max_value=40))
@settings(deadline=None)  # the first call of width imports rich
def test_clean_is_safe_short_and_idempotent(raw: str, limit: int):
    shown = clean(raw, limit=limit)
    categories = {unicodedata.category(character) for character in shown if character not in JOINERS}
    assert not categories & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert len(shown) <= limit
    assert width(shown) <= 2 * limit
    assert clean(shown, limit=limit) == shown
    shown.encode()


@given(any_text)
def test_clean_never_stacks_five_marks(raw: str):
    zero_width = [unicodedata.category(c) in ("Mn", "Me") or c in JOINERS for c in clean(raw, limit=1000)]
    assert not any(all(zero_width[at : at + 5]) for at in range(len(zero_width) - 4))


def test_only_this_module_makes_shown():
    sources = Path(carecli.__file__).parent.rglob("*.py")
    makers = {path.name for path in sources if re.search(r"\bShown\((?!str\))", path.read_text("utf-8"))}
    assert makers == {"text.py"}


def test_import_is_light():
    script = "import sys, re, typing; before = set(sys.modules); import carecli.text; print(*set(sys.modules) - before)"
    root = Path(carecli.__file__).parents[1]
    run = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert {name.partition(".")[0] for name in run.stdout.split()} <= {"__future__", "carecli", "math", "unicodedata"}


def test_without_invisible():
    assert text.without_invisible("4\u200b1\u200d1\ufe0f1\u00ad é") == "4111 é"


def test_width_counts_cells():
    assert [width(shown) for shown in ("abc", "日本", "e\u0301", "")] == [3, 4, 1, 0]
    assert {width(glyph) for glyph, _ in text.STATUS.values()} == {1}


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "-"),
        (float("nan"), "-"),
        (float("inf"), "-"),
        (0, "0 s"),
        (0.49, "0 s"),
        (0.5, "1 s"),
        (18, "18 s"),
        (59.49, "59 s"),
        (59.5, "1:00"),
        (112, "1:52"),
        (724, "12:04"),
        (3599.4, "59:59"),
        (3599.5, "1 h"),
        (3629, "1 h"),
        (3630, "1 h 01"),
        (6600, "1 h 50"),
        (11520, "3 h 12"),
        (86369, "23 h 59"),
        (86370, "1 d"),
        (9 * 86400 + 4 * 3600, "9 d 4 h"),
        (9 * 86400 + 4 * 3600 + 1799, "9 d 4 h"),
        (9 * 86400 + 4 * 3600 + 1800, "9 d 5 h"),
        (23 * 86400, "23 d"),
        (-0.4, "0 s"),
        (-18, "-18 s"),
        (-11520, "-3 h 12"),
        (Fraction(119, 2), "1:00"),
        (0.49999999999999994, "0 s"),
    ],
)
def test_duration(seconds: float | None, shown: str):
    assert duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "-"),
        (float("nan"), "-"),
        (18, "0:18"),
        (761, "12:41"),
        (3599.5, "1:00:00"),
        (11525, "3:12:05"),
        (90061, "25:01:01"),
        (-30, "-0:30"),
        (-0.4, "0:00"),
    ],
)
def test_clock_duration(seconds: float | None, shown: str):
    assert text.clock_duration(seconds) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (None, "-"),
        (float("inf"), "-"),
        (9.9, "9 s"),
        (59.9, "59 s"),
        (60, "1 min"),
        (3599, "59 min"),
        (3600, "1 h"),
        (172_799, "47 h"),
        (172_800, "2 d"),
        (259_199, "2 d"),
        (-0.5, "0 s"),
        (-240, "-4 min"),
    ],
)
def test_ago_rounds_down(seconds: float | None, shown: str):
    assert text.ago(seconds) == shown


def test_percent_rounds_half_up_from_the_exact_ratio():
    assert percent(796, 1000) == "79.6 %"
    assert percent(1, 2000) == "0.1 %"
    assert percent(1, 8, digits=0) == "13 %"
    assert percent(3, 8, digits=0) == "38 %"
    assert percent(23, 2000, digits=1) == "1.2 %"  # 1.15, which round(1.15, 1) makes 1.1
    assert percent(2000, 100) == "2,000.0 %"
    assert percent(0, 5) == "0.0 %"
    assert percent(0, 0) == "-"


@pytest.mark.parametrize(
    ("numerator", "denominator", "target", "shown"),
    [
        (1999, 2500, Fraction(4, 5), "79.96 %"),  # C0.1
        (7996, 10000, Fraction(4, 5), "79.96 %"),
        (79_996, 100_000, Fraction(4, 5), "79.996 %"),
        (4, 5, Fraction(4, 5), "80.0 %"),
        (8004, 10000, Fraction(4, 5), "80.04 %"),
        (801, 1000, Fraction(4, 5), "80.1 %"),
        (7996, 10000, None, "80.0 %"),
        (804, 10000, Fraction(8, 100), "8.04 %"),
        (1, 3, Fraction(1, 3), "33.3 %"),
        (0, 0, Fraction(4, 5), "-"),
    ],
)
def test_percent_text_shows_the_verdict(numerator: int, denominator: int, target: Fraction | None, shown: str):
    assert percent_text(numerator, denominator, target=target) == shown


@given(
    st.integers(1, 10**6).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([Fraction(4, 5), Fraction(1, 3), Fraction(5, 100), Fraction(0), Fraction(1)])
    | st.fractions(0, 1, max_denominator=1000),
)
def test_percent_text_is_near_and_on_the_true_side(ratio: tuple[int, int], target: Fraction):
    exact = Fraction(*ratio)
    number = percent_text(*ratio, target=target).removesuffix(" %")
    digits = len(number.partition(".")[2])
    shown = Fraction(number) / 100
    assert abs(shown - exact) <= Fraction(1, 200 * 10**digits)
    if exact != target:
        assert (shown > target) == (exact > target)
        assert shown != target


def test_count_and_signed():
    assert [text.count(n) for n in (None, 0, 8412, 1234567)] == ["-", "0", "8,412", "1,234,567"]
    assert signed(Fraction(41, 10), 1, "pp") == "+4.1 pp"
    assert signed(-3, unit="s") == "-3 s"
    assert signed(18) == "+18"
    assert signed(Fraction(5, 100), 1, "pp") == "+0.1 pp"
    assert signed(0.04, 1, "pp") == signed(-0.04, 1, "pp") == "0.0 pp"
    assert signed(12345) == "+12,345"
    assert signed(None) == signed(float("nan")) == "-"
    assert signed(1, unit="\x1b") == "+1 ␛"


def test_signed_duration():
    seconds = (12, 65, -3, 0, 0.4, None)
    assert [text.signed_duration(s) for s in seconds] == ["+12 s", "+1:05", "-3 s", "0 s", "0 s", "-"]


def test_status_never_rests_on_colour():
    glyphs, words = zip(*text.STATUS.values(), strict=True)
    assert len(set(glyphs)) == len(set(words)) == len(text.STATUS) == 5
    assert text.STATUS["miss"] == ("▲", "miss")


def test_spark():
    assert spark([0, 1, 2, 3, 4, 5, 6, 7]) == "▁▂▃▄▅▆▇█"
    assert spark([3, None, float("nan"), 1]) == "█  ▁"
    assert spark([5, 5]) == "▄▄"
    assert spark([]) == ""
    assert spark([None, None]) == "  "
    assert spark([50, 0, 100, 150, -1], low=0, high=100) == "▅▁██▁"
    assert spark([5, 5], low=0) == "██"
    assert spark([1, 2], low=3, high=3) == "▄▄"


@given(st.lists(st.none() | st.floats(-1e300, 1e300)), st.none() | st.floats(-1e6, 1e6))
@settings(deadline=None)  # the first call of width imports rich
def test_spark_has_one_cell_a_value_and_keeps_order(values: list[float | None], low: float | None):
    shown = spark(values, low=low)
    assert len(shown) == width(shown) == len(values)
    assert [bar == " " for bar in shown] == [value is None for value in values]
    pairs = sorted((value, bar) for value, bar in zip(values, shown, strict=True) if value is not None)
    assert [bar for _, bar in pairs] == sorted(bar for _, bar in pairs)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc-passwd"),
        ("-rf", "rf"),
        (".hidden", "hidden"),
        ("CON", "_CON"),
        ("nul.csv", "_nul.csv"),
        ("console.csv", "console.csv"),
        ("Stand-up_2025.05.13", "Stand-up_2025.05.13"),
        ("Grüße an\x00alle\u202e", "Grüße-an-alle"),
        ("ｓｔａｎｄ／ｕｐ", "stand-up"),
        ("a\ud800b", "a-b"),
        ("日本語", "日本語"),
        ("", "unnamed"),
        ("...", "unnamed"),
    ],
)
def test_slug(name: str, safe: str):
    assert slug(name) == safe


@given(any_text | st.text("aé日-."), st.integers(1, 200))
def test_slug_is_a_name_and_nothing_else(name: str, times: int):
    safe = slug(name * times)
    assert 0 < len(safe.encode()) <= 120
    assert re.fullmatch(r"[\w.-]+", safe)
    assert safe[0] not in ".-"
    assert safe[-1] not in ".-"
    assert slug(safe) == safe
