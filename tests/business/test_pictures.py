"""Pictures are judged by what they hold and made anew; what cannot be used leaves nothing behind."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageFile

from goodword.business import pictures
from goodword.errors import Invalid


def picture(kind: str = "PNG", size: tuple[int, int] = (600, 300), mode: str = "RGB", **more: object) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, (200, 30, 60, 0)[: len(mode)]).save(out, kind, **more)
    return out.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG whose head says that it is enormous."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_a_picture_of_each_kind_is_made_anew_within_its_shape(kind: str) -> None:
    logo = Image.open(io.BytesIO(pictures.remade(picture(kind, (1200, 600)), which="logo")))
    assert (logo.format, logo.size) == ("PNG", (512, 256))
    photo = Image.open(io.BytesIO(pictures.remade(picture(kind, (4000, 3000)), which="photo")))
    assert (photo.format, photo.size) == ("JPEG", (1600, 1200))


def test_what_is_see_through_stays_so_in_a_logo_and_lies_on_white_in_a_photo() -> None:
    clear = picture("PNG", mode="RGBA")
    assert Image.open(io.BytesIO(pictures.remade(clear, which="logo"))).convert("RGBA").getpixel((0, 0))[3] == 0
    red, green, blue = Image.open(io.BytesIO(pictures.remade(clear, which="photo"))).getpixel((0, 0))
    assert min(red, green, blue) > 250


def test_where_and_when_a_photo_was_taken_is_not_kept_and_it_stands_upright() -> None:
    told = Image.Exif()
    told[0x0112], told[0x010F], told[0x8825] = 6, "SecretCam", {1: "N", 2: (59.0, 19.0, 51.0)}
    made = pictures.remade(picture("JPEG", (600, 300), exif=told, comment=b"at home"), which="photo")
    shown = Image.open(io.BytesIO(made))
    assert shown.size == (300, 600)
    assert (dict(shown.getexif()), shown.info.get("comment"), shown.info.get("icc_profile")) == ({}, None, None)
    assert b"SecretCam" not in made


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "picture_kind"),
        (b"hello", "picture_kind"),
        (b"<?xml version='1.0'?>\n<svg xmlns='http://www.w3.org/2000/svg'><script>a()</script></svg>", "picture_svg"),
        (b"%PDF-1.7 ...", "picture_kind"),
        (picture("GIF"), "picture_kind"),
        (picture("BMP"), "picture_kind"),
        (picture("PNG")[:200], "picture_broken"),
        (picture("JPEG", (800, 800))[:900], "picture_broken"),
        (picture("WEBP", (800, 800))[:60], "picture_broken"),
        (bomb(8000, 5000), "picture_too_many_pixels"),
        (bomb(60000, 60000), "picture_too_many_pixels"),
        (picture("PNG", (600, 20)), "picture_too_small"),
        (b"\x89PNG\r\n\x1a\n" + b"0" * pictures.MOST_BYTES, "picture_too_big"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_cannot_be_used_is_refused_with_its_reason(
    data: bytes, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)  # as WeasyPrint leaves it
    with pytest.raises(Invalid) as told:
        pictures.remade(data, which="logo")
    assert (told.value.code, told.value.facts["field"]) == (code, "logo")


def test_a_file_s_name_cannot_be_guessed_and_leads_nowhere_else(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    (tmp_path / "secret.png").write_bytes(b"x")
    one, two = (pictures.keep(b"x", folder="biz_a1", which="logo") for _ in range(2))
    assert one != two
    assert len(one) > len("biz_a1/.png") + 30
    path = pictures.path_of(one)
    assert path is not None
    assert path.stat().st_mode & 0o777 == 0o600
    for name in ("../secret.png", "biz_a1/../../secret.png", "biz_a1/x.png", "", "biz_a1", f"{one}/", f"/{one}"):
        assert pictures.path_of(name) is None
    pictures.drop(one)
    assert (pictures.path_of(one), pictures.path_of(two)) == (None, tmp_path / "pictures" / two)
    pictures.drop_all("biz_a1")
    assert pictures.path_of(two) is None
