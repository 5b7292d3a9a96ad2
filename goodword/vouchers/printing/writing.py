"""Pieces as HTML with every measure in millimetres; a style is written once, however many cards share it."""

from __future__ import annotations

from dataclasses import replace

from django.utils.html import escape

from goodword.business.colours import written
from goodword.vouchers.printing.pieces import Align, Drawing, Fill, Frame, Picture, Piece, Rect, Words
from goodword.vouchers.printing.typefaces import stylesheet

BLEED = 2.0  # millimetres past the edge, for a knife that slips


class Document:
    """Pages of one size, filled one after the other.

    Args:
        width, height: of a page, in millimetres.
    """

    def __init__(self, *, width: float, height: float, title: str, language: str, author: str) -> None:
        self.width, self.height = width, height
        self._head = (title, language, author)
        self._styles: dict[str, str] = {}
        self._pages: list[str] = []

    def add(self, content: str) -> None:
        """Add a page of what :meth:`box` and :meth:`piece` gave."""
        self._pages.append(f'<section class="p">{content}</section>')

    def box(self, rect: Rect, content: str, css: str = "") -> str:
        """Return what lies in a rectangle; it is cut off at its edges."""
        return f'<div class="{self._style(_place(rect) + "overflow:hidden;" + css)}">{content}</div>'

    def line(self, rect: Rect, colour: str = "#000") -> str:
        """Return a filled rectangle, as thin as it is."""
        return f'<div class="{self._style(_place(rect) + f"background:{colour}")}"></div>'

    def piece(self, piece: Piece, *, card: Rect, rtl: bool) -> str:
        """Return a piece of a card.

        Args:
            card: the card in the box that its pieces are placed in.
            rtl: the card's direction.
        """
        inner = rect = piece.rect.mirrored(card.w) if rtl else piece.rect
        if (isinstance(piece, Fill | Drawing) and piece.bleeds) or (isinstance(piece, Picture) and piece.fills):
            rect = _bled(rect, card)
        shown = Rect(rect.x - inner.x, rect.y - inner.y, rect.w, rect.h)  # as the piece itself counts
        rect = replace(rect, x=rect.x + card.x, y=rect.y + card.y)
        match piece:
            case Fill():
                css = f"background:{written(piece.colour)}"
                return self._div(rect, css + (f";border-radius:{piece.radius:.2f}mm" if piece.radius else ""))
            case Frame():
                css = f"border:{piece.thick}pt solid {written(piece.colour)};box-sizing:border-box"
                return self._div(rect, css + (f";border-radius:{piece.radius:.2f}mm" if piece.radius else ""))
            case Words():
                return self._div(rect, _lettering(piece, rtl), escape("\n".join(piece.lines)))
            case Picture():
                fit = "cover;object-position:50% 50%" if piece.fills else f"contain;object-position:{_side(piece, rtl)}"
                css = f"width:100%;height:100%;object-fit:{fit}"
                source = escape(f"media:pictures/{piece.name}")
                return self._div(rect, "overflow:hidden", f'<img class="{self._style(css)}" src="{source}" alt="">')
            case Drawing():
                if not piece.bleeds:
                    shown = Rect(0, 0, piece.width, piece.height)
                turned = f' transform="translate({piece.width:.3f} 0) scale(-1 1)"' if rtl and piece.bleeds else ""
                box = f"{shown.x:.3f} {shown.y:.3f} {shown.w:.3f} {shown.h:.3f}"
                return self._div(rect, "overflow:hidden", (
                    f'<svg xmlns="http://www.w3.org/2000/svg" width="{rect.w:.3f}mm" height="{rect.h:.3f}mm" '
                    f'viewBox="{box}"><g{turned}>{piece.svg}</g></svg>'
                ))  # fmt: skip

    def html(self) -> str:
        """Return the document."""
        title, language, author = map(escape, self._head)
        own = "".join(f".{name}{{{css}}}" for css, name in self._styles.items())
        return (
            f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
            f'<meta name="author" content="{author}"><style>{stylesheet()}'
            f"@page{{size:{self.width}mm {self.height}mm;margin:0}}html,body{{margin:0}}"
            f".p{{position:relative;width:{self.width}mm;height:{self.height}mm;overflow:hidden;break-after:page}}"
            f".p:last-child{{break-after:auto}}.p div{{position:absolute}}.p svg{{display:block}}{own}</style></head>"
            f"<body>{''.join(self._pages)}</body></html>"
        )

    def _div(self, rect: Rect, css: str, content: str = "") -> str:
        return f'<div class="{self._style(_place(rect) + css)}">{content}</div>'

    def _style(self, css: str) -> str:
        return self._styles.setdefault(css, f"s{len(self._styles)}")


def _place(rect: Rect) -> str:
    return f"left:{rect.x:.3f}mm;top:{rect.y:.3f}mm;width:{rect.w:.3f}mm;height:{rect.h:.3f}mm;"


def _bled(rect: Rect, card: Rect) -> Rect:
    """Return a rectangle that goes on past each edge of the card that it touches."""
    near = 0.01
    left, top = BLEED * (rect.x < near), BLEED * (rect.y < near)
    right, bottom = BLEED * (rect.right > card.w - near), BLEED * (rect.bottom > card.h - near)
    return Rect(rect.x - left, rect.y - top, rect.w + left + right, rect.h + top + bottom)


def _lettering(words: Words, rtl: bool) -> str:
    features = f";font-feature-settings:{','.join(map(repr, words.style.features))}" if words.style.features else ""
    spacing = f";letter-spacing:{words.tracking}em" if words.tracking else ""
    return (
        f"white-space:pre;font:{words.style.weight} {words.size:.2f}pt/{words.leading} {words.style.families}{features}"
        f"{spacing};color:{written(words.colour)};text-align:{_physical(words.align, rtl)};"
        f"direction:{'rtl' if words.rtl else 'ltr'}"
    )


def _physical(align: Align, rtl: bool) -> str:
    return "center" if align == "center" else "left" if (align == "start") != rtl else "right"


def _side(picture: Picture, rtl: bool) -> str:
    across = {"left": "0%", "center": "50%", "right": "100%"}[_physical(picture.align, rtl)]
    return f"{across} 50%"
