"""Cards, designs and what is seen of them: pages as pictures, QR codes read back, words as they were laid out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pypdfium2
import zxingcpp
from PIL import Image

from goodword.vouchers.printing.cards import Card, Design, Sender

SENDER = Sender("Fern Lawn Care", "+1 303-555-0142", "www.fern.example", "12 Elm Street\nBoulder, CO 80301")
CODE = "4GHK7M2PQRS6"
CARD = Card(
    serial="FERN-000123", code=CODE, url=f"https://refer.example.com/v/{CODE}", value="$50",
    expires_on=date(2027, 12, 31), buyer="Ann Berg", recipient="Bob Haddad", message="Happy birthday, Bob!",
)  # fmt: skip
LAYOUTS = ("plain", "photo", "elegant")
# What a card of each language says, beside what its buyer wrote.
SAID = {
    "en": ("Gift voucher", "For", "From", "Valid until December 31, 2027"),
    "sv": ("Presentkort", "Till", "Från", "Gäller till och med 31 december 2027"),
    "ar": ("قسيمة هدية", "إلى", "من", "صالحة حتى نهاية يوم 31 ديسمبر 2027"),
}
SMALL_PRINT = "Good for any service of ours. Not for cash, except where the law says so."
LONG_ARABIC = "عبد الرحمن بن محمد بن عبد العزيز آل الشيخ المبارك الأنصاري"
WORST = replace(
    CARD, buyer="Maximiliane-Alexandra von und zu Hohenlohe-Waldenburg-Schillingsfürst", recipient=LONG_ARABIC,
    message="A message that goes on and on, as people do who love each other very much. " * 8,
)  # fmt: skip


def design(layout: str = "plain", language: str = "en", **more: Any) -> Design:
    """Return a design of the cast."""
    return Design(SENDER, layout=layout, language=language, colour="#0b6b57", ink="#c79a3a", **more)


def numbered(count: int, **more: Any) -> list[Card]:
    """Return cards FERN-000001 and on, each with an address of its own."""
    return [
        replace(CARD, serial=f"FERN-{n:06d}", url=f"https://refer.example.com/v/CARD{n:04d}", **more)
        for n in range(1, count + 1)
    ]


def pages(pdf: bytes, *, dpi: int = 150) -> list[Image.Image]:
    """Return every page as a picture."""
    document = pypdfium2.PdfDocument(pdf)
    return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]


def sizes(pdf: bytes) -> list[tuple[int, int]]:
    """Return what the pages measure, in whole millimetres."""
    return [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in pypdfium2.PdfDocument(pdf)]  # type: ignore[misc]


def scanned(picture: Image.Image) -> dict[str, tuple[float, float]]:
    """Return every QR code on a picture and where its middle is, as shares of width and height."""
    found = {}
    for code in zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode):
        corners = (code.position.top_left, code.position.bottom_right)
        found[code.text] = (
            sum(corner.x for corner in corners) / 2 / picture.width,
            sum(corner.y for corner in corners) / 2 / picture.height,
        )
    return found


def words(document: Any) -> list[str]:
    """Return the words of each page as they were laid out, in the order of the letters."""
    return [" ".join(_printed(page._page_box).split()) for page in document.pages]


def _printed(box: Any) -> str:
    return str(getattr(box, "text", "")) + " ".join(_printed(child) for child in getattr(box, "children", ()))


def plain(text: str) -> str:
    """Return a text without the marks that keep a direction."""
    return text.translate(dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069")))
