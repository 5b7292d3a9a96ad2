"""A business's own colour on its public pages, as a stylesheet of its own: the CSP allows no inline style."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from goodword.business.colours import READABLE, Colour, contrast, mixed, read, readable_on, written

HEX = re.compile(r"[0-9a-f]{6}")
LIGHT, DARK = (255, 255, 255), (24, 33, 31)


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
    brand = read(colour)
    return {
        name: Judged(contrast(brand, ground), written(readable_on(brand, ground)))
        for name, ground in (("light", LIGHT), ("dark", DARK))
    }


def preview_text(colour: str) -> str:
    """Return CSS that sets the brand colour within a preview, each theme by its own attribute."""
    return "".join(
        f".brand-preview[data-theme={name}]{{{_rules(read(colour), ground)}}}"
        for name, ground in (("light", LIGHT), ("dark", DARK))
    )


def stylesheet_text(colour: str) -> str:
    """Return CSS that sets the brand colour in both themes, always readable.

    Args:
        colour: six lower-case hexadecimal digits.
    """
    light = _rules(read(colour), LIGHT)
    dark = _rules(read(colour), DARK)
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


def _rules(brand: Colour, ground: Colour) -> str:
    wash = mixed(brand, ground, 0.86)
    solid = readable_on(brand, ground)
    ink = readable_on(solid, wash)
    content = max((LIGHT, DARK), key=lambda text: contrast(text, solid))
    named = {"primary": solid, "primary-content": content, "primary-ink": ink, "primary-wash": wash}
    return ";".join(f"--color-{name}:{written(colour)}" for name, colour in named.items())
