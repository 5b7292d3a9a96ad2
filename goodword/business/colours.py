"""Colours that can be read: WCAG contrast, and a colour moved until text in it is readable. Pure."""

from __future__ import annotations

READABLE = 4.5  # WCAG 2.2 AA, success criterion 1.4.3

Colour = tuple[int, int, int]  # sRGB, 0 to 255


def read(digits: str) -> Colour:
    """Return the colour of six hexadecimal digits, with or without a #."""
    plain = digits.lstrip("#")
    return int(plain[0:2], 16), int(plain[2:4], 16), int(plain[4:6], 16)


def written(colour: Colour) -> str:
    """Return a colour as CSS writes it: ``#0b6b57``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def contrast(one: Colour, other: Colour) -> float:
    """Return the WCAG 2.2 contrast ratio of two sRGB colours, from 1 to 21."""
    a, b = sorted((luminance(one), luminance(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def readable_on(colour: Colour, ground: Colour) -> Colour:
    """Return ``colour``, moved away from ``ground`` no further than text in it needs to be read."""
    end = (0, 0, 0) if luminance(ground) > 0.18 else (255, 255, 255)
    for step in range(101):
        moved = mixed(colour, end, step / 100)
        if contrast(moved, ground) >= READABLE:
            return moved
    return end


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """Return ``one`` with a ``share`` (0 to 1) of ``other`` in it."""
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def luminance(colour: Colour) -> float:
    """Return the relative luminance as WCAG 2.2 defines it, from 0 to 1."""
    parts = [c / 255 for c in colour]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
