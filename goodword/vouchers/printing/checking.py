"""A design that people filled in, looked over before anything is drawn."""

from __future__ import annotations

from dataclasses import replace

from goodword.business import pictures
from goodword.business.particulars import colour as colour_of
from goodword.engine.wording.language import language
from goodword.errors import Invalid
from goodword.vouchers.printing.cards import Design
from goodword.vouchers.printing.layouts import LAYOUTS

LONGEST_HEADING, LONGEST_SMALL_PRINT = 60, 500  # characters; vouchers.models.Design holds them
COLOUR, INK = "#0b6b57", "#b08d57"  # where a business chose none


def checked(design: Design) -> Design:
    """Return a design that people filled in, its texts trimmed and its colours whole.

    Raises:
        Invalid: ``unknown_layout``, ``bad_colour``, ``unknown_language``, ``heading_too_long``,
            ``small_print_too_long``.
    """
    if design.layout not in LAYOUTS:
        raise Invalid("unknown_layout", f"“{design.layout[:20]}” is not one of {', '.join(LAYOUTS)}", field="layout")
    heading, small_print = " ".join(design.heading.split()), design.small_print.strip()
    for name, text, most in (
        ("heading", heading, LONGEST_HEADING), ("small_print", small_print, LONGEST_SMALL_PRINT),
    ):  # fmt: skip
        if len(text) > most:
            raise Invalid(f"{name}_too_long", f"that is longer than {most} characters", field=name, most=most)
    return replace(
        design, heading=heading, small_print=small_print, language=language(design.language).code,
        colour=colour_of(design.colour) or COLOUR, ink=colour_of(design.ink) or INK,
    )  # fmt: skip


def present(design: Design) -> Design:
    """Return a design checked, without a picture whose file has gone; faults as of :func:`checked`."""
    design = checked(design)
    return replace(design, logo=_there(design.logo), photo=_there(design.photo))


def _there(name: str) -> str:
    return name if pictures.path_of(name) else ""
