"""The code in a photo is read whatever the photo is like; what cannot be read is told, and nothing ever fails."""

from __future__ import annotations

import logging
import struct
import zlib
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from goodword.business import paper
from goodword.errors import Invalid
from goodword.vouchers import finding
from goodword.vouchers.printing import single
from goodword.vouchers.scanning import text_in
from tests.vouchers.pictures import CODE, photo, qr, saved, table
from tests.vouchers.printing import prints

URL = f"https://refer.example.com/v/{CODE}"
OTHER = "BCDFGHJKLMNPQRSY"


def refusal(data: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        text_in(data)
    return refused.value.code


def test_the_code_of_these_tests_is_one_of_ours() -> None:
    assert finding.is_code(CODE)


@pytest.mark.requirement("R15")
@pytest.mark.parametrize(
    "how",
    [
        {}, {"turned": 17}, {"turned": 90}, {"turned": 183}, {"turned": 45}, {"size": 110}, {"blur": 3},
        {"size": 220, "turned": 30, "blur": 1.5},
    ],
    ids=str,
)  # fmt: skip
def test_a_card_is_read_turned_small_blurred_and_on_a_table(how: dict[str, Any]) -> None:
    assert text_in(saved(photo(URL, **how), quality=70)) == CODE


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_of_picture_is_read_in_colour_in_grey_and_by_its_own_palette(kind: str) -> None:
    for mode in ("RGB", "L") if kind != "PNG" else ("RGB", "L", "P", "1", "RGBA", "LA"):
        assert text_in(saved(photo(URL).convert(mode), kind)) == CODE, mode


def test_a_code_drawn_on_nothing_lies_on_white() -> None:
    code = qr(URL).convert("L")
    drawn = Image.new("LA", code.size, (0, 0))
    drawn.paste((0, 255), mask=code.point(lambda value: 255 if value < 128 else 0))
    assert text_in(saved(drawn, "PNG")) == CODE


def test_light_on_dark_is_read_too() -> None:
    code = qr(URL).convert("L")
    assert text_in(saved(code.point(lambda value: 255 - value), "PNG")) == CODE


def test_a_code_far_away_in_a_large_photo_is_found_in_the_second_look() -> None:
    large = table((4000, 3000))
    assert text_in(saved(photo(URL, size=170, ground=large), quality=90)) == CODE


def test_a_photo_that_a_phone_turned_by_a_note_is_read() -> None:
    told = Image.Exif()
    told[0x0112] = 6
    assert text_in(saved(photo(URL), exif=told)) == CODE


@pytest.mark.skipif(bool(paper.missing()), reason="Pango is not on this machine")
@pytest.mark.parametrize("layout", prints.LAYOUTS)
def test_a_printed_card_of_each_look_is_read(layout: str) -> None:
    (page,) = prints.pages(single.pdf(prints.CARD, prints.design(layout)))
    assert text_in(saved(page)) == prints.CODE


def test_what_is_no_address_of_a_voucher_is_told_as_it_stands() -> None:
    assert text_in(saved(photo("FERN-000123"))) == "FERN-000123"
    assert text_in(saved(photo("GC\u0007-4417\n"))) == "GC-4417"  # of what it says only what can be typed


def test_a_poster_behind_the_card_does_not_count_but_a_second_card_does() -> None:
    assert text_in(saved(photo("https://fern.example/menu", URL, size=300))) == CODE
    assert text_in(saved(photo(URL, CODE, size=300))) == CODE  # one code, twice
    assert finding.is_code(OTHER)
    assert refusal(saved(photo(URL, OTHER, size=300))) == "several_codes_found"
    assert refusal(saved(photo("one", "two", size=300))) == "several_codes_found"


def test_a_photo_without_a_code_says_so() -> None:
    assert refusal(saved(table())) == "no_code_found"
    assert refusal(saved(Image.new("RGB", (640, 480), "white"))) == "no_code_found"
    assert refusal(saved(photo("A" * 501))) == "no_code_found"  # nobody prints such a code


def head(width: int, height: int) -> bytes:
    """A PNG that says how large it is and holds nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    told = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", told) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture_kind"),
        (b"<!doctype html><script>alert(1)</script>", "picture_kind"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "picture_svg"),
        (b"\0" * (8 * 1024 * 1024 + 1), "picture_too_big"),
        (head(30_000, 30_000), "picture_too_many_pixels"),
        (head(6_000, 5_001), "picture_too_many_pixels"),
        (head(600, 600), "picture_broken"),
        (head(31, 600), "picture_too_small"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused_before_it_is_opened(data: bytes, code: str) -> None:
    assert refusal(data) == code


def test_a_photo_that_was_cut_short_is_refused() -> None:
    whole = saved(photo(URL))
    assert refusal(whole[: len(whole) // 2]) == "picture_broken"


def test_a_reader_that_fails_found_no_code_and_the_log_tells_none(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def failing(*_args: object, **_more: object) -> None:
        raise RuntimeError(f"bad luck with {CODE}")

    monkeypatch.setattr(zxingcpp, "read_barcodes", failing)
    with caplog.at_level(logging.WARNING):
        assert refusal(saved(photo(URL))) == "no_code_found"
    assert "RuntimeError" in caplog.text
    assert CODE not in caplog.text
