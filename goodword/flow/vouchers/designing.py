"""Designs of printed vouchers: made, changed, closed, made the default; what a card of each looks like."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import phonenumbers

from goodword.business.models import Business
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow.minting import mint_id
from goodword.flow.vouchers.numbering import own_prefix
from goodword.flow.vouchers.terms import today
from goodword.inbox import models as inbox
from goodword.money import parse_major
from goodword.outbox.links import voucher_link
from goodword.vouchers.models import Design
from goodword.vouchers.printing import cards, examples, single
from goodword.vouchers.printing.checking import checked

LONGEST_NAME = 60
TEXTS = ("layout", "colour", "second_colour", "heading", "small_print", "language")
DEFAULT_LAYOUT = "plain"


def design_named(*, business: Business, ref: str) -> Design | None:
    """Return the design of an id; for none the default one, or None where the business has chosen none.

    Raises:
        NotFound: ``design_not_found``.
    """
    designs = Design.objects.filter(business=business)
    if not ref:
        return designs.filter(is_default=True).first()
    found = designs.filter(public_id=ref).first()
    if found is None:
        raise NotFound("design_not_found", "no design of that id")
    return found


def as_printed(design: Design | None, *, business: Business) -> cards.Design:
    """Return a design as cards are drawn by it; what it leaves open is the business's, None a plain one."""
    plain = cards.Design(
        sender(business), layout=DEFAULT_LAYOUT, colour=business.colour, logo=business.logo, photo=business.photo,
        language=business.language,
    )  # fmt: skip
    if design is None:
        return plain
    return replace(
        plain, layout=design.layout, colour=design.colour or plain.colour, ink=design.second_colour,
        photo=design.photo or plain.photo, heading=design.heading, small_print=design.small_print,
        language=design.language or plain.language,
    )  # fmt: skip


def sender(business: Business) -> cards.Sender:
    """Return the business as its cards name it."""
    phone = business.phone
    try:
        number = phonenumbers.parse(phone)
        phone = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    except phonenumbers.NumberParseException:
        pass
    site = business.website.removeprefix("https://").removeprefix("http://").rstrip("/")
    return cards.Sender(
        business.name, phone=phone, website=site, address=business.address, zone=business.timezone
    )  # fmt: skip


def example(business: Business, *, lang: str, now: datetime) -> cards.Card:
    """Return a voucher that is none, to look at a design by."""
    return examples.card(
        lang=lang, prefix=own_prefix(business, now), units=parse_major(str(examples.VALUE), business.currency),
        currency=business.currency, url=voucher_link(""), expires_on=today(business, now) + timedelta(days=365),
    )  # fmt: skip


def tried(business: Business, wanted: Mapping[str, object], *, photo: str, now: datetime) -> str:
    """Return the page of an example voucher in a design that is not saved.

    Args:
        wanted: ``TEXTS``, as a form sends them. photo: a stored picture's name; empty: the business's.

    Raises:
        Invalid: as ``printing.single.page`` says.
    """
    how = as_printed(Design(photo=photo, **_texts(business, wanted)), business=business)
    return single.page(example(business, lang=how.language, now=now), how)


def design_saved(*, business: Business, row: inbox.Event, now: datetime) -> None:
    """``voucher_design.saved {design?, name, layout, heading, ...}``: a design is made, or the named one changed.

    Further: ``colour``, ``second_colour``, ``small_print``, ``language``, ``photo`` (a stored file), ``default``,
    ``closed``: no longer offered; cards made with it can be printed again.

    Raises:
        Invalid: ``bad_name``, and as ``printing.single.page`` says; ``not_a_choice``: a photo of somebody else's.
        Conflict: ``design_exists``. NotFound: ``design_not_found``. Refused: ``closed_default``.
    """
    ref, photo = str(row.data.get("design") or ""), str(row.data.get("photo") or "")
    if photo and not photo.startswith(f"{business.public_id}/"):
        raise Invalid("not_a_choice", "a photo of this business", pointer="/photo")
    changed = design_to_change(business, ref, row.data, now=now)
    default = changed.pop("default", None)
    if "closed" in changed:
        changed["closed_at"] = now if changed.pop("closed") else None
    if "photo" in row.data:
        changed["photo"] = photo
    if default is not None:
        Design.objects.filter(business=business, is_default=True).update(is_default=False)
        changed["is_default"] = default
    if not ref:
        made = Design.objects.create(business=business, public_id=mint_id("dsg", at=now), created_at=now, **changed)
        row.data = {**row.data, "design": made.public_id}
        row.save(update_fields=["data"])
    elif changed:
        Design.objects.filter(business=business, public_id=ref).update(**changed)


def design_to_change(business: Business, ref: str, wanted: Mapping[str, object], *, now: datetime) -> dict[str, Any]:
    """Return what differs of a design, ``default`` and ``closed`` as yes or no; of a new one all that is told.

    Raises:
        Invalid, Conflict, NotFound, Refused: as :func:`design_saved`.
    """
    known = design_named(business=business, ref=ref) if ref else None
    held: dict[str, Any] = {} if known is None else _held(known)
    values: dict[str, Any] = {}
    if "name" in wanted or known is None:
        values["name"] = _name(business, ref, str(wanted.get("name") or ""))
    texts = _texts(business, {**held, **{key: wanted[key] for key in TEXTS if key in wanted}})
    how = as_printed(Design(**texts), business=business)
    single.page(example(business, lang=how.language, now=now), how)  # refuses what no card can say
    values |= {key: texts[key] for key in TEXTS if key in wanted or known is None}
    values |= {key: bool(wanted[key]) for key in ("default", "closed") if key in wanted}
    whole = {"default": False, "closed": False, **held, **values}
    if whole["closed"] and whole["default"]:
        raise Refused("closed_default", "the default design stays on offer; make another one the default first")
    return {key: value for key, value in values.items() if key not in held or value != held[key]}


def _held(known: Design) -> dict[str, Any]:
    told = {key: getattr(known, key) for key in ("name", *TEXTS)}
    return {**told, "default": known.is_default, "closed": known.closed_at is not None}


def _name(business: Business, ref: str, text: str) -> str:
    name = " ".join(text.split())
    if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid("bad_name", f"a design's name has 1 to {LONGEST_NAME} characters", field="name")
    if Design.objects.filter(business=business, name__iexact=name).exclude(public_id=ref).exists():
        raise Conflict("design_exists", "there is a design of that name already", field="name")
    return name


def _texts(business: Business, wanted: Mapping[str, object]) -> dict[str, str]:
    """Return ``TEXTS`` as they are stored: empty where the business's own, or ours, is meant."""
    told = {key: str(wanted.get(key) or "").strip() for key in TEXTS}
    how = checked(cards.Design(
        sender(business), layout=told["layout"] or DEFAULT_LAYOUT, colour=told["colour"], ink=told["second_colour"],
        heading=told["heading"], small_print=told["small_print"], language=told["language"] or business.language,
    ))  # fmt: skip
    return {
        "layout": how.layout, "heading": how.heading, "small_print": how.small_print.replace("\r\n", "\n"),
        "colour": how.colour if told["colour"] else "", "second_colour": how.ink if told["second_colour"] else "",
        "language": how.language if told["language"] else "",
    }  # fmt: skip
