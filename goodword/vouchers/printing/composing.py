"""A card put together: what stands on its front and its back, and where, whatever it measures.

Nothing is placed without having been measured. Texts shrink to a floor; only a message, a name or a heading is cut
then, with an ellipsis. What the law may ask for (small print, expiry, the kind of voucher) is never cut.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.utils.translation import gettext as _

from goodword.business.colours import Colour
from goodword.engine.wording.language import language
from goodword.errors import Invalid
from goodword.vouchers.printing.cards import Card, Design
from goodword.vouchers.printing.faces import ARABIC_LEADING, FINE, LATIN_LEADING, Face, face_of
from goodword.vouchers.printing.feet import END, ISOLATED, add_foot
from goodword.vouchers.printing.fitting import MM, Fitted, plain
from goodword.vouchers.printing.layouts.kind import NIGHT, WHITE
from goodword.vouchers.printing.pieces import Fill, Frame, Picture, Piece, Rect
from goodword.vouchers.printing.stubs import add_stub, roomy
from goodword.vouchers.printing.typefaces import Style, width

BADGE_SHARE, LEAST_BADGE = 0.42, 6.0  # of the head, beside the logo; points
HEADING, VALUE, SERVICE, NAME, MESSAGE = 6.0, 10.0, 6.5, 5.5, 5.5  # points at least
SCALES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4)  # tried one after the other until all stands
LONGEST_MESSAGE = 7  # lines
ROOM_FOR_NAME = 36.0  # millimetres on a back
FIELD, FIELD_HIGH = 40.0, 6.5  # millimetres to write a value or a day in, at least


def front(card: Card, design: Design, *, wide: float, high: float, alone: bool) -> list[Piece]:
    """Return the front of a card, from the ground up.

    Args:
        wide, high: of the card, in millimetres.
        alone: no back is printed: code, QR code and small print stand on the front.

    Raises:
        Invalid: ``small_print_too_long``, ``card_too_full``.
    """
    face = face_of(design, wide=wide, high=high, alone=alone)
    if alone:
        add_stub(face, card)
    elif face.layout.centred:
        face.align = "center"
    named = _add_head(face, card)
    if alone:
        add_foot(face, kept=_least(face, card), name=not named, address=roomy(face))
    _add_expiry(face, card, serial=not alone)
    _add_promise(face, card)
    return face.pieces


def back(card: Card, design: Design, *, wide: float, high: float) -> list[Piece]:
    """Return the back of a card: code and QR code, where to ask, the small print. Faults as of :func:`front`."""
    face = face_of(design, wide=wide, high=high, back=True)
    add_stub(face, card)
    named = False
    if face.rest.h > ROOM_FOR_NAME:
        named = _add_name(face, face.above(max(6.0, 14 * face.unit), max(1.2, 4 * face.unit)))
    add_foot(face, kept=12 * MM * ARABIC_LEADING, name=not named, address=True)
    told = [_("Show this card when you book or pay.")]
    if not roomy(face):
        told.append(_("Scan the code to see what is left."))
    said = face.fit(" ".join(told), face.layout.text, wide=face.rest.w,
                    high=face.rest.h * 0.5, size=13, floor=FINE, most=6)  # fmt: skip
    face.put(said, face.layout.text, face.above(said.height, 1.0), face.colours.text)
    if not card.undated:  # written once, on the front
        _add_expiry(face, card, serial=False)
    return face.pieces


def _add_head(face: Face, card: Card) -> bool:
    """Logo or name above, and what kind of voucher it is where that must be said; return whether the name is whole."""
    gap = max(1.0, 4 * face.unit)
    strip = face.above(max(6.0, 14 * face.unit), gap)
    badge = _badge(face, card)
    beside = badge is not None and badge.w <= strip.w * BADGE_SHARE
    if badge is not None:
        row = strip if beside else face.above(badge.h, gap)
        left = row.right - badge.w if beside else row.x + (row.w - badge.w) / 2 * (face.align == "center")
        _add_badge(face, Rect(left, row.y + (row.h - badge.h) / 2, badge.w, badge.h))
    room = badge.w + 2.0 if badge is not None and beside else 0.0
    middle = face.align == "center"
    name = Rect(strip.x + (room if middle else 0), strip.y, strip.w - room * (2 if middle else 1), strip.h)
    return _add_name(face, name)


def _add_name(face: Face, place: Rect) -> bool:
    """The logo, or else the business's name; return whether the name stands there whole."""
    if face.design.logo:
        wide = place.w if face.align == "center" else min(place.w, place.h * 4)
        face.pieces.append(Picture(Rect(place.x, place.y, wide, place.h), face.design.logo, align=face.align))
        return False
    text = plain(face.design.sender.name)
    said = face.fit(text, face.layout.strong, wide=place.w, high=place.h, size=17, floor=6, most=2)
    lines = Rect(place.x, place.y + (place.h - said.height) / 2, place.w, said.height)
    face.put(said, face.layout.strong, lines, face.colours.text, rtl=face.direction(text))
    return not said.cut


def _badge(face: Face, card: Card) -> Rect | None:
    """Return how much room the word takes that a promotional voucher bears; None on one that was sold."""
    if card.kind != "promotional":
        return None
    size = max(LEAST_BADGE, 10 * face.unit) * MM
    return Rect(0, 0, (width(_("Promotional"), face.layout.strong.of(_("Promotional"))) + 1.6) * size, 2.1 * size)


def _add_badge(face: Face, rect: Rect) -> None:
    text, size = _("Promotional"), max(LEAST_BADGE, 10 * face.unit)
    said = Fitted((text,), size, size * LATIN_LEADING * MM)
    face.pieces.append(Frame(rect, face.colours.second, 0.75, radius=rect.h / 2))
    inner = Rect(rect.x, rect.y + (rect.h - said.height) / 2, rect.w, said.height)
    face.put(said, face.layout.strong, inner, face.colours.second, align="center")


def _least(face: Face, card: Card) -> float:
    """Return how much height small print leaves to a front: each of its lines, as small as it may be."""
    label = ARABIC_LEADING if face.design.rtl else LATIN_LEADING
    lines = (HEADING + (SERVICE * 2 if card.service else VALUE) + 2 * FINE) * label
    hand = FIELD_HIGH * ((not card.value and not card.service) + card.undated)
    others = NAME * len(_names(card)) + (MESSAGE if card.message else 0.0)  # in any script
    return (lines + others * ARABIC_LEADING) * MM + hand + 2.4 + 4 * face.unit


def _add_expiry(face: Face, card: Card, *, serial: bool) -> None:
    """The last valid day, or a line for it, at the bottom of what is free; below it the serial where no stub has it."""
    gap, style = max(0.4, 1.2 * face.unit), face.layout.text
    if serial:
        said = face.fit(plain(card.serial), style, wide=face.rest.w, high=face.rest.h, size=9, floor=FINE)
        face.put(said, style, face.below(said.height, gap), face.colours.muted, rtl=False)
    if card.undated:
        rect = face.below(max(FIELD_HIGH, 16 * face.unit), max(0.8, 2.5 * face.unit))
        _add_field(face, _field(face, rect), _("Valid until"))
        return
    text = _expiry(card.expires_on, face.design)
    said = face.fit(text, face.layout.strong, wide=face.rest.w, high=face.rest.h, size=11.5, floor=FINE, most=3)
    face.put(said, face.layout.strong, face.below(said.height, max(0.8, 2.5 * face.unit)), face.colours.text)


def _expiry(day: date | None, design: Design) -> str:
    if day is None:
        return _("No expiry date")
    return _("Valid until %(day)s") % {"day": language(design.language).day(day, zone=design.sender.zone)}


class Line(NamedTuple):
    """A text of the middle as it fits; ``gap`` stands above it, ``hand`` is a field to be written in."""

    said: Fitted
    style: Style
    colour: Colour
    rtl: bool
    gap: float
    hand: bool = False


def _add_promise(face: Face, card: Card) -> None:
    """Heading, value, names and message in the middle, as large as all of them stand."""
    free = face.rest
    lines: list[Line] = []
    for scale in SCALES:
        tried = _promise(face, card, scale)
        used = sum(line.gap + line.said.height for line in tried)
        if used <= free.h + 0.01:
            lines = tried
            if not any(line.said.cut for line in tried):
                break
    if not lines or lines[1].said.cut or not all(line.said.lines for line in lines):  # second is the value
        raise Invalid("card_too_full", f"not all that {card.serial} has to say stands on a card of this size; print on"
                      " both sides or choose a larger card", serial=card.serial)  # fmt: skip
    used = sum(line.gap + line.said.height for line in lines)
    top = free.y + (free.h - used) * 0.42
    for line in lines:
        top += line.gap
        place = Rect(free.x, top, free.w, line.said.height)
        if line.hand:
            _add_field(face, _field(face, place), _("Value"))
        else:
            face.put(line.said, line.style, place, line.colour, rtl=line.rtl)
        top += line.said.height


def _promise(face: Face, card: Card, scale: float) -> list[Line]:
    """Return the lines of the middle at a scale; the message has what the others leave."""
    free, colours, layout = face.rest, face.colours, face.layout
    gap = max(0.5, 3.4 * face.unit * scale)

    def line(text: str, style: Style, colour: Colour, *, size: float, floor: float, most: int, room: float,
             above: float) -> Line:  # fmt: skip
        said = face.fit(text, style, wide=free.w, high=room, size=max(floor / face.unit, size * scale), floor=floor,
                        most=most)  # fmt: skip
        return Line(said, style, colour, face.direction(text), above)

    # A value gives way last: it is what the card is for.
    default = _("Gift voucher") if card.kind == "sold" else _("Voucher")
    lines = [line(plain(face.design.heading) or default, layout.heading, colours.second, size=21, floor=HEADING, most=2,
                  room=free.h, above=0.0)]  # fmt: skip
    if card.value:
        lines.append(line(plain(card.value), layout.value, colours.accent, size=58 / scale**0.5, floor=VALUE,
                          most=1, room=free.h, above=gap * 0.5))  # fmt: skip
    elif card.service:
        lines.append(line(plain(card.service), layout.value, colours.accent, size=36 / scale**0.3, floor=SERVICE,
                          most=4, room=free.h, above=gap * 0.6))  # fmt: skip
    else:
        high = max(FIELD_HIGH, 20 * face.unit * scale)
        lines.append(Line(Fitted(("",), 0.0, high), layout.text, NIGHT, False, gap, hand=True))
    for number, name in enumerate(_names(card)):
        told = line(name, layout.text, colours.text, size=15, floor=NAME, most=1, room=free.h,
                    above=gap * (0.35 if number else 1.1))  # fmt: skip
        lines.append(told._replace(rtl=face.design.rtl))
    message = plain(card.message, lines=True)
    if message:
        left = free.h - sum(each.gap + each.said.height for each in lines) - gap
        lines.append(line(message, layout.message, colours.text, size=14, floor=MESSAGE, most=LONGEST_MESSAGE,
                          room=max(0.0, left), above=gap))  # fmt: skip
    return lines


def _field(face: Face, strip: Rect) -> Rect:
    """Return where in a strip something is written by hand."""
    wide = min(strip.w, max(FIELD, strip.w * 0.5))
    left = strip.x + (strip.w - wide) / 2 if face.align == "center" else strip.x
    return Rect(left, strip.y, wide, strip.h)


def _add_field(face: Face, rect: Rect, label: str) -> None:
    """A line on which somebody writes by hand, on white so that a pen takes."""
    if face.colours.ground != WHITE:
        face.pieces.append(Fill(rect, WHITE, radius=0.8))
    inner = rect.inset(1.2, 0.6)
    said = face.fit(label, face.layout.text, wide=inner.w / 2, high=inner.h, size=9, floor=FINE)
    place = Rect(inner.x, inner.bottom - 0.8 - said.height, inner.w, said.height)
    face.put(said, face.layout.text, place, NIGHT, align="start")
    face.pieces.append(Fill(Rect(inner.x, inner.bottom - 0.5, inner.w, 0.25), NIGHT))


def _names(card: Card) -> list[str]:
    told = []
    if card.recipient:
        told.append(_("For %(name)s") % {"name": f"{ISOLATED}{plain(card.recipient)}{END}"})
    if card.buyer:
        told.append(_("From %(name)s") % {"name": f"{ISOLATED}{plain(card.buyer)}{END}"})
    return told
