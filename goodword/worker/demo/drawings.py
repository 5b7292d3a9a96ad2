"""The logo and the photo of Fern Lawn Care, drawn here: nobody else has a right in them."""

from __future__ import annotations

import io
import math

from PIL import Image, ImageDraw, ImageFilter

FINE = 3  # drawn so much larger, then made smaller: smooth edges
GREEN, DEEP = (47, 125, 79), (31, 92, 58)


def logo() -> bytes:
    """Return a fern leaf on a round green ground, 256 pixels square, PNG."""
    size = 256 * FINE
    picture = Image.new("RGBA", (size, size), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((0, 0, size - 1, size - 1), fill=(*GREEN, 255))
    stem = [(size * (0.34 + 0.32 * t), size * (0.82 - 0.64 * t)) for t in (n / 40 for n in range(41))]
    pen.line(stem, fill="white", width=round(size * 0.022), joint="curve")
    for place in range(7):
        t = 0.2 + place * 0.115
        root = (size * (0.34 + 0.32 * t), size * (0.82 - 0.64 * t))
        length = size * (0.27 - 0.026 * place)
        for turn in (-1, 1):
            pen.polygon(_leaflet(root, length, math.atan2(-0.64, 0.32) + turn * math.radians(62)), fill="white")
    pen.polygon(_leaflet(stem[-2], size * 0.1, math.atan2(-0.64, 0.32)), fill="white")
    return _png(picture.resize((256, 256), Image.Resampling.LANCZOS))


def photo() -> bytes:
    """Return a mown lawn in the evening light, hills behind it, 1200 by 800, PNG."""
    width, height = 1200, 800
    picture = Image.new("RGB", (width, height))
    pen = ImageDraw.Draw(picture)
    for y in range(height):
        pen.line((0, y, width, y), fill=_mix((163, 205, 226), (253, 240, 214), min(1.0, y / (height * 0.5))))
    pen.ellipse((860, 150, 980, 270), fill=(255, 246, 219))
    picture = picture.filter(ImageFilter.GaussianBlur(7))
    for number, (base, swell, tint) in enumerate(
        ((0.47, 60, (150, 178, 178)), (0.51, 46, (116, 158, 138)), (0.55, 30, (84, 136, 98)))
    ):
        _hill(picture, base=base * height, swell=swell, shift=number * 2.1, tint=tint)
    _lawn(picture, top=round(height * 0.56))
    for x, y, r in ((140, 430, 92), (232, 452, 62), (1060, 440, 84), (980, 462, 50)):
        _tree(picture, x, y, r)
    picture = picture.filter(ImageFilter.GaussianBlur(1.1))
    return _png(picture)


def _leaflet(root: tuple[float, float], length: float, angle: float) -> list[tuple[float, float]]:
    """Return the outline of a leaf that grows from ``root`` in a direction."""
    along, across = (math.cos(angle), math.sin(angle)), (-math.sin(angle), math.cos(angle))
    steps = [n / 20 for n in range(21)]
    sides = [(t, side) for side, line in ((1, steps), (-1, steps[::-1])) for t in line]
    return [
        (
            root[0] + along[0] * length * t + across[0] * side * length * 0.15 * math.sin(math.pi * t**0.8),
            root[1] + along[1] * length * t + across[1] * side * length * 0.15 * math.sin(math.pi * t**0.8),
        )
        for t, side in sides
    ]


def _hill(picture: Image.Image, *, base: float, swell: float, shift: float, tint: tuple[int, int, int]) -> None:
    width, height = picture.size
    line = [
        (x, base - swell * (math.sin(x / 190 + shift) + 0.5 * math.sin(x / 83 + shift * 2)))
        for x in range(0, width + 8, 8)
    ]
    ImageDraw.Draw(picture).polygon([*line, (width, height), (0, height)], fill=tint)


def _lawn(picture: Image.Image, *, top: int) -> None:
    """Stripes of a mower that run together at the horizon."""
    width, height = picture.size
    pen = ImageDraw.Draw(picture)
    for y in range(top, height):
        near = (y - top) / (height - top)
        for stripe in range(-15, 16):
            left = width / 2 + (stripe - 0.5) * (44 + 240 * near)
            light = (122, 178, 92) if stripe % 2 else (98, 158, 76)
            tint = _mix(_mix(light, (190, 206, 140), 0.35), light, near)
            pen.line((left, y, left + 44 + 240 * near, y), fill=tint)


def _tree(picture: Image.Image, x: int, y: int, r: int) -> None:
    pen = ImageDraw.Draw(picture)
    pen.ellipse((x - r * 1.1, y + r * 0.86, x + r * 1.3, y + r * 1.1), fill=(84, 140, 68))
    pen.rectangle((x - r * 0.08, y, x + r * 0.08, y + r), fill=(96, 78, 60))
    for dx, dy, part, tint in ((0, 0, 1.0, DEEP), (-0.25, -0.2, 0.7, GREEN), (0.2, -0.35, 0.5, (74, 148, 92))):
        cx, cy, size = x + r * dx, y + r * dy, r * part * 0.82
        pen.ellipse((cx - size, cy - size, cx + size, cy + size), fill=tint)


def _mix(one: tuple[int, int, int], other: tuple[int, int, int], share: float) -> tuple[int, int, int]:
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def _png(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
