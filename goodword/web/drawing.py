"""Small pictures drawn on the server as SVG: icons, sparklines, QR codes. Attributes only: the CSP allows no style."""

from __future__ import annotations

import io
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import segno
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

ICONS = Path(__file__).resolve().parent / "icons"
# These point along the line of text, so they turn round in a right-to-left page.
DIRECTIONAL = frozenset({"chevron-right", "chevron-left", "arrow-right", "arrow-left", "log-out", "send", "undo-2"})


@cache
def _shapes(name: str) -> str:
    text = (ICONS / f"{name}.svg").read_text(encoding="utf-8")
    return text[text.index(">", text.index("<svg")) + 1 : text.rindex("</svg>")].strip()


def icon_svg(*, name: str, css: str = "size-5", label: str = "") -> SafeString:
    """Return the lucide icon ``name`` inline.

    Args:
        name: the icon's file name in ``icons/``; an unknown one raises FileNotFoundError.
        css: classes that give it size and colour.
        label: what a screen reader says; without one the icon is decoration.
    """
    turn = " rtl:-scale-x-100" if name in DIRECTIONAL else ""
    spoken = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="shrink-0 {}{}" viewBox="0 0 24 24" fill="none" '
        'stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        css,
        turn,
        spoken,
        mark_safe(_shapes(name)),  # noqa: S308 - our own file
    )


def dot_svg(*, colour: str) -> SafeString:
    """Return a round spot of a colour (``#rrggbb``); decoration, a name stands beside it."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" class="size-3 shrink-0" viewBox="0 0 12 12" aria-hidden="true">'
        '<circle cx="6" cy="6" r="5.5" fill="{}" stroke="currentColor" stroke-opacity=".25"/></svg>',
        colour,
    )


def sparkline_svg(*, values: Sequence[float], css: str = "text-primary") -> SafeString:
    """Return a line with a soft area under it; decoration only, the number stands beside it in words.

    Fewer than two values draw nothing. In a right-to-left page time runs from the right.
    """
    if len(values) < 2:
        return SafeString("")
    width, height, edge = 120.0, 36.0, 3.0
    low, high = min(values), max(values)
    reach = (high - low) or 1
    step = (width - 2 * edge) / (len(values) - 1)
    points = [
        (edge + i * step, height - edge - (value - low) / reach * (height - 2 * edge)) for i, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    area = f"{edge:.1f},{height:.1f} {line} {width - edge:.1f},{height:.1f}"
    return format_html(
        '<svg class="h-9 w-full rtl:-scale-x-100 {}" viewBox="0 0 120 36" preserveAspectRatio="none" '
        'aria-hidden="true">'
        '<polygon points="{}" fill="currentColor" fill-opacity="0.1"/>'
        '<polyline points="{}" fill="none" stroke="currentColor" stroke-width="2" stroke-linejoin="round" '
        'stroke-linecap="round" vector-effect="non-scaling-stroke"/></svg>',
        css,
        area,
        line,
    )


def bar_svg(*, value: float, most: float, css: str = "text-primary") -> SafeString:
    """Return a bar as long as ``value`` is of ``most``; decoration only, the number stands beside it.

    It grows from where the line of text begins.
    """
    width = 0 if most <= 0 or value <= 0 else max(1.5, min(100.0, value / most * 100))
    return format_html(
        '<svg class="h-2.5 w-full rounded-full rtl:-scale-x-100 {}" viewBox="0 0 100 10" preserveAspectRatio="none" '
        'aria-hidden="true"><rect width="100" height="10" fill="currentColor" fill-opacity="0.12"/>'
        '<rect width="{}" height="10" fill="currentColor"/></svg>',
        css,
        f"{width:.1f}",
    )


# Colours of a bar's parts that are told apart, light and dark: what waits, is on its way, done, over, undone.
PARTS = ("text-muted", "text-info", "text-accent", "text-primary", "text-warning", "text-error")


def parts_svg(*, parts: Sequence[tuple[float, str]], most: float, label: str) -> SafeString:
    """Return one bar made of parts, each as long as it is of ``most``.

    Args:
        parts: value and the class that gives its colour, in the order of reading; nothing is drawn for 0.
        most: what the longest bar beside it holds in all; nothing is drawn when it is 0.
        label: what a screen reader says; the numbers themselves stand beside it.
    """
    drawn, begin = [], 0.0
    rect = '<rect class="{}" x="{}" width="{}" height="10" fill="currentColor"/>'
    for value, css in parts:
        if value > 0 < most:
            width = value / most * 100
            drawn.append(format_html(rect, css, f"{begin:.2f}", f"{width:.2f}"))
            begin += width
    return format_html(
        '<svg class="h-2.5 w-full rounded-full rtl:-scale-x-100" viewBox="0 0 100 10" preserveAspectRatio="none" '
        'role="img" aria-label="{}"><rect width="100" height="10" class="text-base-300" fill="currentColor"/>{}</svg>',
        label,
        format_html_join("", "{}", ((part,) for part in drawn)),
    )


def qr_svg(*, text: str, label: str) -> SafeString:
    """Return a QR code of ``text``: dark on white in both themes, because cameras want contrast."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=True,
        nl=False,
        border=2,
        dark="#111",
        light="#fff",
        omitsize=True,
        svgclass="block h-auto w-full rounded-lg",
        lineclass=None,
    )
    drawn = out.getvalue().decode()
    return mark_safe(drawn.replace("<svg ", str(format_html('<svg role="img" aria-label="{}" ', label)), 1))  # noqa: S308 - drawn by segno
