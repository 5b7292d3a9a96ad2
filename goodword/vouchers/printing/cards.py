"""What is printed: the cards of vouchers, and the design they share. Values only; nothing is looked up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from goodword.engine.wording.language import language


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
        undated: stock: its last day is known only when it is sold; it has a line on which it is written by hand.
    """

    serial: str
    code: str
    url: str
    kind: Literal["sold", "promotional"] = "sold"
    value: str = ""
    service: str = ""
    expires_on: date | None = None
    undated: bool = False
    buyer: str = ""
    recipient: str = ""
    message: str = ""

    def __post_init__(self) -> None:
        if self.kind not in ("sold", "promotional") or (self.value and self.service):
            raise ValueError("a card is sold or promotional, and of a value or of a service")
        if self.undated and self.expires_on is not None:
            raise ValueError("a card has a last day or a line to write it on")
        if not self.serial or not self.code or not self.url.startswith(("https://", "http://")):
            raise ValueError("a card has a serial, a code and a web address")


@dataclass(frozen=True, slots=True)
class Sender:
    """The business as its customers know it."""

    name: str
    phone: str = ""
    website: str = ""
    address: str = ""
    zone: str = ""  # time zone: dates are written as they are there


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
