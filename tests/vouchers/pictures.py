"""Photos of cards as people take them: turned, small, blurred, on a table with things on it."""

from __future__ import annotations

import io
import random

import segno
from PIL import Image, ImageDraw, ImageFilter

CODE = "4GHK7M2PQRS6BCDD"  # sixteen characters, the last of which checks
SURROUND = 4  # modules of white round a code


def qr(text: str, *, size: int = 400) -> Image.Image:
    """Return a QR code as the product draws it on cards and pages."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="png", scale=10, border=SURROUND)
    return Image.open(out).convert("RGB").resize((size, size), Image.Resampling.LANCZOS)


def table(size: tuple[int, int] = (1600, 1200), *, seed: int = 7) -> Image.Image:
    """Return what a code lies on: light that falls off, things with edges, grain."""
    chance = random.Random(seed)
    ground = Image.linear_gradient("L").resize(size).convert("RGB")
    ground = Image.blend(ground, Image.new("RGB", size, (150, 120, 90)), 0.6)
    pen = ImageDraw.Draw(ground)
    for _ in range(60):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        box = (x, y, x + chance.randrange(20, 300), y + chance.randrange(20, 200))
        pen.rectangle(box, fill=tuple(chance.randrange(40, 230) for _ in range(3)))
    noise = Image.effect_noise(size, 40).convert("RGB")
    return Image.blend(ground, noise, 0.15)


def photo(
    *texts: str, size: int = 400, turned: float = 0, blur: float = 0, ground: Image.Image | None = None
) -> Image.Image:
    """Return a photo of cards side by side.

    Args:
        size: of each code, in pixels. turned: degrees. blur: the radius, in pixels.
    """
    picture = (ground or table()).copy()
    for n, text in enumerate(texts):
        code = qr(text, size=size).convert("RGBA").rotate(turned, expand=True, resample=Image.Resampling.BICUBIC)
        picture.paste(code, (80 + n * (code.width + 60), 200), mask=code)
    return picture.filter(ImageFilter.GaussianBlur(blur)) if blur else picture


def saved(picture: Image.Image, kind: str = "JPEG", **more: object) -> bytes:
    """Return a picture as the bytes of a file."""
    out = io.BytesIO()
    picture.save(out, kind, **more)
    return out.getvalue()
