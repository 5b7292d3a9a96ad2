"""A voucher for an e-mail: one page, its QR code read back from the print, its words in three languages."""

from __future__ import annotations

import io
import logging
import re
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from PIL import Image

from goodword.business import paper, pictures
from goodword.vouchers.printing import single
from goodword.vouchers.printing.typefaces import stylesheet
from tests.vouchers.printing.prints import (
    CARD,
    LAYOUTS,
    SAID,
    SMALL_PRINT,
    WORST,
    design,
    pages,
    plain,
    scanned,
    sizes,
    words,
)

pytestmark = pytest.mark.skipif(bool(paper.missing()), reason="Pango is not on this machine")


@pytest.mark.requirement("R7")
@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", SAID)
def test_it_is_one_page_whose_words_are_there_and_whose_code_scans(
    layout: str, language: str, caplog: pytest.LogCaptureFixture
) -> None:
    how = design(layout, language, small_print=SMALL_PRINT)
    with caplog.at_level(logging.WARNING, logger="weasyprint"):
        made = single.pdf(CARD, how)
    assert [record.getMessage() for record in caplog.records] == []
    assert sizes(made) == [(210, 148)]
    (picture,) = pages(made)
    found = scanned(picture)
    assert list(found) == [CARD.url]
    across, _down = found[CARD.url]
    assert across < 0.3 if language == "ar" else across > 0.7  # at the end of the line
    (text,) = map(plain, words(paper.laid_out(single.page(CARD, how))))
    for wanted in ("$50", "Bob Haddad", "Ann Berg", CARD.message, "4GHK-7M2P-QRS6", CARD.serial, *SAID[language]):
        assert wanted in text
    assert " ".join(SMALL_PRINT.split()) in text


@pytest.mark.parametrize("language", SAID)
def test_its_letters_are_of_our_own_files_alone(language: str) -> None:
    """A font of the machine that bears the name of one of ours is mixed up with it, and letters become others."""
    made = single.pdf(
        replace(CARD, recipient="محمد", buyer="Åsa", message="كل عام وأنت بخير!"), design("elegant", language)
    )
    document = pypdfium2.PdfDocument(made)
    fonts = {item.get_font().get_base_name() for item in document[0].get_objects(filter=[1])}
    assert {re.sub(r"^[A-Z]{6}\+", "", name)[:5] for name in fonts} == {"Card-"}


def test_the_serial_and_the_code_can_be_searched_for_in_the_file() -> None:
    text = pypdfium2.PdfDocument(single.pdf(CARD, design()))[0].get_textpage().get_text_range()
    assert "FERN-000123" in text
    assert "4GHK-7M2P-QRS6" in text.replace("\r\n", "").replace("\ufffe", "-")


def test_hostile_words_are_words_and_nothing_is_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_network(*_a: Any, **_k: Any) -> None:
        raise AssertionError("it went to the network")

    asked: list[str] = []
    whole = paper.path_of
    monkeypatch.setattr(socket, "socket", no_network)
    monkeypatch.setattr(socket, "create_connection", no_network)
    monkeypatch.setattr(paper, "path_of", lambda url: asked.append(url) or whole(url))
    hostile = '<img src="http://evil.example/x.png"><style>@import url(file:///etc/passwd)</style></div>'
    card = replace(CARD, message=hostile, recipient="<b>Bob</b>", buyer="&amp;", serial="A-1\"'>")
    how = replace(design(small_print="<script>alert(1)</script>"), heading="<h1>Hello</h1>")
    page = single.page(card, how)
    assert "<img" not in page
    assert "<script" not in page
    (text,) = words(paper.laid_out(page))
    for wanted in (
        'src="http://evil.example/x.png"',
        "<b>Bob</b>",
        "&amp;",
        "<script>alert(1)</script>",
        "<h1>Hello</h1>",
    ):
        assert wanted in text
    assert asked
    assert {url.partition(":")[0] for url in asked} == {"static"}


def test_a_picture_that_is_there_is_printed_and_one_that_is_gone_is_not(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    out = io.BytesIO()
    Image.new("RGB", (300, 400), (200, 30, 160)).save(out, "JPEG")
    photo = pictures.keep(out.getvalue(), folder="biz_fern", which="photo")
    (seen,) = pages(single.pdf(CARD, design("photo", photo=photo)))
    red, green, blue = seen.getpixel((40, seen.height // 2))  # type: ignore[misc]
    assert abs(red - 200) < 12
    assert green < 60
    assert abs(blue - 160) < 12
    pictures.drop(photo)
    (drawn,) = pages(single.pdf(CARD, design("photo", photo=photo, logo="../../etc/passwd")))
    assert drawn.getpixel((40, drawn.height // 2)) != seen.getpixel((40, seen.height // 2))
    assert list(scanned(drawn)) == [CARD.url]


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("language", SAID)
def test_whatever_people_write_it_stays_one_page_and_scans(layout: str, language: str) -> None:
    made = single.pdf(WORST, design(layout, language, small_print=SMALL_PRINT * 4))
    assert len(sizes(made)) == 1
    assert list(scanned(pages(made)[0])) == [WORST.url]


def test_every_typeface_is_one_of_our_files() -> None:
    files = re.findall(r'url\("([^"]+)"\)', stylesheet())
    assert len(files) == 8
    assert all(paper.path_of(file).is_file() for file in files)
