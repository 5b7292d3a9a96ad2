"""What the design system promises: both directions from one file, a strict CSP, small pages, readable colours."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages import pofile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from goodword.business.colours import Colour, contrast
from goodword.money import POINTS, Amount
from goodword.web import brand, drawing, labels, showing

WEB = Path(brand.__file__).resolve().parent
TEMPLATES = sorted((WEB / "templates").rglob("*.html"))
LOCALES = WEB.parent / "locale"


def words_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_a_template_never_names_left_or_right(path: Path) -> None:
    physical = re.findall(
        r"(?<![\w-])-?(?:ml|mr|pl|pr|left|right|border-l|border-r|rounded-l|rounded-r)-[\w\[]", words_of(path)
    )
    assert physical == []
    assert re.findall(r"text-(?:left|right)\b", words_of(path)) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: p.name)
def test_a_template_holds_no_inline_script_style_or_handler(path: Path) -> None:
    text = words_of(path)
    assert re.findall(r"<style|\sstyle=|\son\w+=|javascript:|hx-on", text) == []
    assert re.findall(r"<script(?![^>]*\bsrc=)", text) == []


def test_our_own_css_sources_are_free_of_physical_directions() -> None:
    for sheet in ("theme", "app", "public"):
        text = words_of(WEB / "assets" / f"{sheet}.css")
        assert re.findall(r"(?:margin|padding|border)-(?:left|right)|[;{ ](?:left|right)\s*:", text) == [], sheet


def test_the_committed_stylesheets_and_vendored_files_are_current() -> None:
    done = subprocess.run(
        [sys.executable, WEB / "assets" / "build", "--check"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_vendor_lock_names_every_served_vendored_file() -> None:
    locked = {path for package in json.loads(words_of(WEB / "vendor.lock"))["packages"] for path in package["files"]}
    served = {
        str(p.relative_to(WEB))
        for folder in ("static/vendor", "static/fonts", "icons")
        for p in (WEB / folder).iterdir()
    }
    assert served <= locked


def test_a_public_page_loads_under_100_kilobytes_and_no_script_but_the_one_that_passes_a_link_on() -> None:
    first_load = ("css/public.css", "js/share.js", "fonts/inter-public.woff2", "icon.svg")
    page = 20_000  # more than a landing page's own markup; tests/browser/test_weight.py adds up what a browser loads
    assert sum((WEB / "static" / name).stat().st_size for name in first_load) + page < 100_000
    for path in sorted((WEB / "templates" / "pages").glob("*.html")):
        assert words_of(path).count("<script") == (path.name == "share.html"), path


def test_every_page_template_has_its_contract_and_every_public_one_its_place_in_the_style_guide() -> None:
    contract = words_of(WEB / "templates" / "README.md")
    shown = words_of(WEB / "styleguide" / "pages.py")
    for folder in ("console", "pages"):
        for path in (WEB / "templates" / folder).glob("*.html"):
            if path.name in {"base.html", "plain.html"}:
                continue
            assert f"`{folder}/{path.name}`" in contract
            assert folder == "console" or f'"{folder}/{path.name}"' in shown


@given(st.tuples(st.integers(0, 255), st.integers(0, 255), st.integers(0, 255)))
def test_any_brand_colour_is_readable_in_both_themes(colour: Colour) -> None:
    css = brand.stylesheet_text("{:02x}{:02x}{:02x}".format(*colour))
    for rules, ground in zip(css.split("@media"), (brand.LIGHT, brand.DARK), strict=True):
        named = {name: tuple(bytes.fromhex(code)) for name, code in re.findall(r"--color-([\w-]+):#(\w{6})", rules)}
        assert contrast(named["primary"], ground) >= 4.5
        assert contrast(named["primary"], named["primary-content"]) >= 4.5
        assert contrast(named["primary-ink"], named["primary-wash"]) >= 4.5


@pytest.mark.parametrize(
    ("language", "value", "written"),
    [
        ("en", Amount(2500, "USD"), "$25"),
        ("en", Amount(2550, "USD"), "$25.50"),
        ("en", Amount(-2500, "GBP"), "-£25"),
        ("sv", Amount(4821900, "USD"), "48\u00a0219\u00a0US$"),
        ("ar", Amount(5000, "USD"), "50\u00a0US$"),
        ("en", Amount(1234, "JPY"), "¥1,234"),
        ("en", Amount(1240, POINTS), "1,240"),
    ],
)
def test_amounts_are_written_as_the_language_writes_them(language: str, value: Amount, written: str) -> None:
    with translation.override(language):
        assert showing.amount(value) == written


def test_a_date_names_its_year_only_when_it_is_another(settings: object) -> None:
    with translation.override("en"):
        assert showing.day(datetime(2001, 3, 4, 12, tzinfo=UTC)) == "Mar 4, 2001"
        this_year = datetime.now(tz=UTC).replace(month=3, day=4, hour=12)
        assert showing.day(this_year) == "Mar 4"


@pytest.mark.parametrize("language", ["sv", "ar"])
def test_every_string_has_its_translation(language: str) -> None:
    with (LOCALES / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        catalogue = pofile.read_po(file, locale=language)
    assert not catalogue.fuzzy
    assert catalogue.num_plurals == {"sv": 2, "ar": 6}[language]
    lacking = [m.id for m in catalogue if m.id and not all(m.string if isinstance(m.string, tuple) else (m.string,))]
    assert lacking == []
    for message in catalogue:
        if isinstance(message.id, str) and message.id:
            assert set(re.findall(r"%\(\w+\)s", message.id)) == set(re.findall(r"%\(\w+\)s", str(message.string)))


def test_every_icon_that_a_word_has_exists() -> None:
    names = {look.icon for group in labels.STATES.values() for look in group.values()}
    names |= {icon for _text, icon in (*labels.CHANNELS.values(), *labels.REWARD_KINDS.values())}
    for path in TEMPLATES:
        names |= set(re.findall(r'\{% icon "([\w-]+)"', words_of(path)))
    assert {name for name in names if not (drawing.ICONS / f"{name}.svg").exists()} == set()


def test_a_bar_of_parts_follows_on_is_as_long_as_it_is_of_the_most_and_is_said_in_words() -> None:
    drawn = drawing.parts_svg(parts=[(1, "text-info"), (0, "text-error"), (2, "text-primary")], most=4, label="A & <B>")
    assert re.findall(r'class="(text-[a-z]+)" x="([\d.]+)" width="([\d.]+)"', drawn) == [
        ("text-info", "0.00", "25.00"), ("text-primary", "25.00", "50.00"),
    ]  # fmt: skip
    assert 'aria-label="A &amp; &lt;B&gt;"' in drawn
    assert drawing.parts_svg(parts=[(1, "text-info")], most=0, label="").count("<rect") == 1  # the track alone


def test_a_sparkline_of_equal_values_is_a_level_line_and_of_one_value_nothing() -> None:
    assert drawing.sparkline_svg(values=[7]) == ""
    heights = set(
        re.findall(r",([\d.]+)", re.search(r'polyline points="([^"]+)"', drawing.sparkline_svg(values=[5, 5, 5]))[1])
    )
    assert heights == {"33.0"}
