"""The code in a picture: a photo of a card, or one look of a camera, read by the server. Nothing of it is kept.

A browser that reads QR codes by itself is rare, and one that lets a page use the camera over plain http does not exist;
a photo reaches the server from every phone (docs/decisions.md).
"""

from __future__ import annotations

import logging

import zxingcpp
from PIL import Image

from goodword.business import pictures
from goodword.errors import Invalid
from goodword.vouchers import finding

SIDES = (1600, 3200)  # pixels: a code that fills the picture is found in the first look, one far away in the second
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
PLAIN = zxingcpp.TextMode.Plain
LONGEST = 500  # characters of a code that anybody would print

log = logging.getLogger(__name__)


def text_in(data: bytes) -> str:
    """Return what the one QR code in a picture says: of a voucher's address the code.

    Another code beside that of a voucher, as on a poster behind it, does not count.

    Raises:
        Invalid: ``no_code_found``, ``several_codes_found``; as :func:`goodword.business.pictures.opened`.
    """
    picture = _on_white(pictures.opened(data, which="photo", grey=max(SIDES)))
    texts: list[str] = []
    for side in SIDES:
        texts = _read(picture, side)
        if texts or max(picture.size) <= side:
            break
    texts = [text for text in texts if finding.is_code(text)] or texts
    if not texts:
        raise Invalid("no_code_found", "there is no QR code in the picture that can be read")
    if len(texts) > 1:
        raise Invalid("several_codes_found", "there are several QR codes in the picture")
    return texts[0]


def _on_white(picture: Image.Image) -> Image.Image:
    """Return it in shades of grey; what is see-through is white, as it is on paper."""
    if picture.has_transparency_data:
        seen = picture.convert("RGBA")
        white = Image.new("RGBA", seen.size, (255, 255, 255, 255))
        picture = Image.alpha_composite(white, seen)
    return picture.convert("L")


def _read(picture: Image.Image, side: int) -> list[str]:
    """Return the texts of the QR codes in a picture seen no larger than ``side``, each once, in order."""
    seen = picture
    if max(picture.size) > side:
        seen = picture.copy()
        seen.thumbnail((side, side), Image.Resampling.LANCZOS)
    try:
        found = [each.text for each in zxingcpp.read_barcodes(seen, formats=QR, text_mode=PLAIN)]
    except Exception as fault:  # noqa: BLE001 - a picture nobody foresaw: to the one who took it there is no code in it
        log.warning("the reader of QR codes failed: %s", type(fault).__name__)
        return []
    plain = ("".join(c for c in text if c.isprintable()).strip() for text in found if len(text) <= LONGEST)
    return list(dict.fromkeys(finding.code_in(text) for text in plain if text))
