"""What is printed: the cards of vouchers, and the design they share. Values only; nothing is looked up."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from goodword.business.particulars import colour as colour_of
from goodword.engine.wording.language import language
from goodword.errors import Invalid

LONGEST_HEADING, LONGEST_SMALL_PRINT = 60, 600  # characters
COLOUR, INK = "#0b6b57", "#b08d57"  # where a business chose none


@dataclass(frozen=True, slots=True)
class Card:
    """One voucher on paper.

    Args:
        serial: as it is printed, ``FERN-000123``.
        code: as it is stored, without groups.
        url: the address of the page that tells what is left, ``https://host/v/<code>``; the QR code.
        kind: ``promotional`` says so on the front, as the law of some countries asks.
        value: money in words of the design's language, ``$50``. A card without value and service is stock: it has a
            line on which the value is written by hand.
        service: what a service voucher is for; instead of ``value``.
        expires_on: the last valid day; None when it never expires.
    """

    serial: str
    code: str
    url: str
    kind: Literal["sold", "promotional"] = "sold"
    value: str = ""
    service: str = ""
    expires_on: date | None = None
    buyer: str = ""
    recipient: str = ""
    message: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("sold", "promotional") or (self.value and self.service):
            raise ValueError("a card is sold or promotional, and of a value or of a service")
        if not self.serial or not self.code or not self.url.startswith(("https://", "http://")):
            raise ValueError("a card has a serial, a code and a web address")


@dataclass(frozen=True, slots=True)
class Sender:
    """The business as its customers know it."""

    name: str
    phone: str = ""
    website: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Design:
    """How the cards of a business look.

    Args:
        layout: a word of ``layouts.LAYOUTS``.
        colour: the business's colour, ``#0b6b57``; empty: ours.
        ink: a second colour, for what stands out; either is moved as far as reading asks.
        logo: a picture's name as ``business/pictures.py`` gives it; one that is not there is left out.
        photo: the same; layouts that live by a photo draw something in its place.
        heading: the words above the value; empty: “Gift voucher”, or “Voucher” on a promotional one.
        small_print: terms, in small letters.
        language: ``en``, ``sv`` or ``ar``; it also gives the direction.
    """

    sender: Sender
    layout: str = "plain"
    colour: str = ""
    ink: str = ""
    logo: str = ""
    photo: str = ""
    heading: str = ""
    small_print: str = ""
    language: str = "en"

    @property
    def rtl(self) -> bool:
        """Say whether its language is written from right to left."""
        return language(self.language).locale.text_direction == "rtl"


def checked(design: Design) -> Design:
    """Return a design that people filled in, its texts trimmed and its colours whole.

    Raises:
        Invalid: ``unknown_layout``, ``bad_colour``, ``unknown_language``, ``heading_too_long``,
            ``small_print_too_long``.
    """
    from goodword.vouchers.printing.layouts import LAYOUTS

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
