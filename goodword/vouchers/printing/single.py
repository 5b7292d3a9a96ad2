"""One voucher as a PDF file for an e-mail: a page of A5, lying."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext as _

from goodword.business import paper
from goodword.vouchers.printing.cards import Card, Design
from goodword.vouchers.printing.checking import present
from goodword.vouchers.printing.composing import front
from goodword.vouchers.printing.pieces import Rect
from goodword.vouchers.printing.writing import Document

WIDE, HIGH = 210.0, 148.0


def pdf(card: Card, design: Design) -> bytes:
    """Return the voucher as a PDF file of one page.

    Raises:
        Invalid: as of ``checking.checked``; ``small_print_too_long``, ``card_too_full``.
        PaperMissing: the machine cannot make PDF files.
    """
    return paper.pdf(page(card, design))


def page(card: Card, design: Design) -> str:
    """Return the HTML that it is made of; faults as of :func:`pdf`."""
    design = present(design)
    with translation.override(design.language):
        title = f"{_('Voucher')} {card.serial}"
        document = Document(width=WIDE, height=HIGH, title=title, language=design.language, author=design.sender.name)
        pieces = front(card, design, wide=WIDE, high=HIGH, alone=True)
        whole = Rect(0, 0, WIDE, HIGH)
        document.add("".join(document.piece(piece, card=whole, rtl=design.rtl) for piece in pieces))
    return document.html()
