"""A business's own colour on its public pages, as a stylesheet of its own: the CSP allows no inline style."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

HEX = re.compile(r"[0-9a-f]{6}")
READABLE = 4.5  # WCAG 2.2 AA, success criterion 1.4.3
LIGHT, DARK = (255, 255, 255), (24, 33, 31)

Colour = tuple[int, int, int]


def contrast(one: Colour, other: Colour) -> float:
    """Return the WCAG 2.2 contrast ratio of two sRGB colours, from 1 to 21."""
    a, b = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (a + 0.05) / (b + 0.05)


def readable_on(colour: Colour, ground: Colour) -> Colour:
    """Return ``colour``, moved away from ``ground`` no further than text in it needs to be read."""
    end = (0, 0, 0) if _luminance(ground) > 0.18 else (255, 255, 255)
    for step in range(101):
        mixed = _mix(colour, end, step / 100)
        if contrast(mixed, ground) >= READABLE:
            return mixed
    return end


@dataclass(frozen=True, slots=True)
class Judged:
    """How a colour stands on a ground: the ratio it reaches, and what it is turned into to be read there."""

    ratio: float
    used: str

    @property
    def readable(self) -> bool:
        """Say whether it is used as it is."""
        return self.ratio >= READABLE


def judged(colour: str) -> dict[str, Judged]:
    """Return how a colour stands on our ``light`` and ``dark`` pages.

    Args:
        colour: six lower-case hexadecimal digits.
    """
    brand = _colour(colour)
    return {
        name: Judged(contrast(brand, ground), _hex(readable_on(brand, ground)))
        for name, ground in (("light", LIGHT), ("dark", DARK))
    }


def preview_text(colour: str) -> str:
    """Return CSS that sets the brand colour within a preview, each theme by its own attribute."""
    return "".join(
        f".brand-preview[data-theme={name}]{{{_rules(_colour(colour), ground)}}}"
        for name, ground in (("light", LIGHT), ("dark", DARK))
    )


def stylesheet_text(colour: str) -> str:
    """Return CSS that sets the brand colour in both themes, always readable.

    Args:
        colour: six lower-case hexadecimal digits.
    """
    light = _rules(_colour(colour), LIGHT)
    dark = _rules(_colour(colour), DARK)
    return f":root{{{light}}}@media (prefers-color-scheme:dark){{:root{{{dark}}}}}"


@require_safe
def stylesheet(_request: HttpRequest, colour: str) -> HttpResponse:
    """Serve the stylesheet of one colour; the address names all its content, so it may be kept for a year."""
    return _served(colour, stylesheet_text)


@require_safe
def preview(_request: HttpRequest, colour: str) -> HttpResponse:
    """Serve the same for a preview within a page of ours."""
    return _served(colour, preview_text)


def _served(colour: str, write: Callable[[str], str]) -> HttpResponse:
    if not HEX.fullmatch(colour):
        raise Http404
    answer = HttpResponse(write(colour), content_type="text/css; charset=utf-8")
    answer["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer


def _colour(digits: str) -> Colour:
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _hex(colour: Colour) -> str:
    return "#{:02x}{:02x}{:02x}".format(*colour)


def _rules(brand: Colour, ground: Colour) -> str:
    wash = _mix(brand, ground, 0.86)
    solid = readable_on(brand, ground)
    ink = readable_on(solid, wash)
    content = max((LIGHT, DARK), key=lambda text: contrast(text, solid))
    named = {"primary": solid, "primary-content": content, "primary-ink": ink, "primary-wash": wash}
    return ";".join(f"--color-{name}:{_hex(colour)}" for name, colour in named.items())


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    r, g, b = (round(a + (z - a) * share) for a, z in zip(one, other, strict=True))
    return r, g, b


def _luminance(colour: Colour) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [c / 255 for c in colour]
    r, g, b = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
