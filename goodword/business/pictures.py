"""A business's logo and photo: judged by what they hold, made anew without what cameras write beside, kept as files.

A file's name cannot be guessed and names its business's folder; it is made once and never written over.
"""

from __future__ import annotations

import io
import os
import re
import secrets
import shutil
import warnings
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from goodword.errors import Invalid

MOST_BYTES = 8 * 1024 * 1024
MOST_PIXELS = 30_000_000  # a phone's camera has 12 to 24 million
SMALLEST = 32
KINDS = ("PNG", "JPEG", "WEBP")
NAME = re.compile(r"biz_[A-Za-z0-9_-]{1,60}/[A-Za-z0-9_-]{20,60}\.(?:png|jpg)")
TYPES = {".png": "image/png", ".jpg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Shape:
    """Into what a picture is made: the most it measures, and its format."""

    width: int
    height: int
    format: str
    ending: str


SHAPES: dict[str, Shape] = {
    "logo": Shape(512, 512, "PNG", ".png"),  # keeps what is see-through
    "photo": Shape(1600, 1200, "JPEG", ".jpg"),
}


def remade(data: bytes, *, which: str) -> bytes:
    """Return the picture made anew: upright, no larger than its shape, with nothing beside its pixels.

    Raises:
        Invalid: as :func:`opened`; ``field`` is ``which``.
    """
    picture = opened(data, which=which)
    try:
        return _made(picture, SHAPES[which])
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Invalid("picture_broken", "the picture cannot be read to its end", field=which) from None


def opened(data: bytes, *, which: str, grey: int = 0) -> Image.Image:
    """Return a picture that may be looked into, with its pixels, as it lies in the file.

    Args:
        which: what is said to be at fault.
        grey: the side in pixels below which a JPEG need not be read any finer, nor in colour; 0: as it is.

    Raises:
        Invalid: ``picture_too_big``, ``picture_svg``, ``picture_kind``, ``picture_too_many_pixels``,
            ``picture_too_small``, ``picture_broken``; ``field`` is ``which``.
    """
    if len(data) > MOST_BYTES:
        raise Invalid("picture_too_big", "a picture has at most 8 MB", field=which)
    if b"<svg" in data[:4096].lower():
        raise Invalid("picture_svg", "SVG can hold programs; send the picture as PNG", field=which)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # judged by the size it says, below
            picture = Image.open(io.BytesIO(data), formats=KINDS)
    except (UnidentifiedImageError, Image.DecompressionBombError) as fault:
        if isinstance(fault, Image.DecompressionBombError):
            raise Invalid("picture_too_many_pixels", "the picture has too many pixels", field=which) from None
        raise Invalid("picture_kind", "send a PNG, JPEG or WebP picture", field=which) from None
    except (OSError, ValueError, SyntaxError):
        raise Invalid("picture_broken", "the picture cannot be read to its end", field=which) from None
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Invalid("picture_too_many_pixels", "the picture has more than 30 million pixels", field=which)
    if min(width, height) < SMALLEST:
        raise Invalid("picture_too_small", "the picture is smaller than 32 pixels", field=which)
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # importing WeasyPrint switches it on for the whole process
    try:
        if grey:
            picture.draft("L", (grey, grey))
        picture.load()
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Invalid("picture_broken", "the picture cannot be read to its end", field=which) from None
    return picture


def _made(picture: Image.Image, shape: Shape) -> bytes:
    upright = ImageOps.exif_transpose(picture)
    see_through = upright.has_transparency_data
    plain = upright.convert("RGBA" if see_through else "RGB")
    plain.thumbnail((shape.width, shape.height), Image.Resampling.LANCZOS)
    if shape.format == "JPEG" and see_through:
        ground = Image.new("RGB", plain.size, (255, 255, 255))
        ground.paste(plain, mask=plain.getchannel("A"))
        plain = ground
    clean = Image.new(plain.mode, plain.size)  # pixels only: no EXIF, no profile, no comment
    clean.paste(plain)
    out = io.BytesIO()
    if shape.format == "JPEG":
        clean.save(out, "JPEG", quality=86, optimize=True, progressive=True)
    else:
        clean.save(out, "PNG", optimize=True)
    return out.getvalue()


def keep(data: bytes, *, folder: str, which: str) -> str:
    """Write a file of its own and return its name, ``<folder>/<unguessable>.<ending>``.

    Args:
        folder: the business's public id.
    """
    name = f"{folder}/{secrets.token_urlsafe(24)}{SHAPES[which].ending}"
    bring(data, name=name)
    return name


def bring(data: bytes, *, name: str) -> None:
    """Write a picture that was made before, here or elsewhere, under its own name.

    Raises:
        ValueError: no picture has such a name.
        FileExistsError: there is one of that name.
    """
    if not NAME.fullmatch(name):
        raise ValueError("no name of a picture")
    path = _root() / name
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def path_of(name: str) -> Path | None:
    """Return where the file of a name lies; None for a name that none can have, or that has none."""
    if not NAME.fullmatch(name):
        return None
    path = _root() / name
    return path if path.is_file() else None


def drop(name: str) -> None:
    """Remove a file, if it is there."""
    path = path_of(name)
    if path is not None:
        path.unlink(missing_ok=True)


def drop_all(folder: str) -> None:
    """Remove every picture of a business."""
    if folder:
        shutil.rmtree(_root() / folder, ignore_errors=True)


def _root() -> Path:
    return Path(settings.MEDIA_ROOT) / "pictures"
