"""Vouchers printed: the file is made first, then who printed what is written down, then it is handed over.

Codes leave the house on paper, so no file is given out that no event tells of.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from goodword.business.models import Business
from goodword.errors import Invalid, NotFound
from goodword.flow.submit import submit
from goodword.flow.vouchers.designing import as_printed, design_named
from goodword.flow.vouchers.printable import PRINTABLE, SLICE, Chosen, cards, of_part, vouchers_of
from goodword.vouchers.models import Voucher
from goodword.vouchers.printing import listing, sheets, single
from goodword.vouchers.printing.cards import Card


def print_one(*, business: Business, voucher: str, design: str, actor: str, now: datetime) -> tuple[str, bytes]:
    """Return a voucher's serial and its PDF file, for an e-mail or an office printer.

    Args:
        voucher, design: our ids; no design: the voucher's own, else the default.

    Raises:
        NotFound: ``voucher_not_found``, ``design_not_found``.
        Invalid: ``not_printable``: it is used up, expired or cancelled; as ``printing.single.pdf`` says.
        Refused: ``code_unreadable``. PaperMissing: the machine cannot make PDF files.
    """
    rows = Voucher.objects.filter(business=business).select_related("buyer", "recipient", "design")
    row = rows.filter(public_id=voucher).first()
    if row is None:
        raise NotFound("voucher_not_found", "no voucher of that number or code")
    if row.state not in PRINTABLE:
        raise Invalid("not_printable", "it is used up, expired or cancelled", serial=row.serial)
    chosen = row.design if row.design and not design else design_named(business=business, ref=design)
    how = as_printed(chosen, business=business)
    (card,) = cards([row], business=business, lang=how.language)
    made = single.pdf(card, how)
    told = {"form": "one", "voucher": row.public_id, "count": 1}
    _note(business, {**told, **({"design": chosen.public_id} if chosen else {})}, actor=actor, now=now)
    return row.serial, made


def print_sheets(
    *, business: Business, chosen: Chosen, part: str, design: str, grid: str, backs: bool, actor: str, now: datetime
) -> tuple[str, bytes]:
    """Return a name and the PDF file of sheets to cut, for one part of what was chosen.

    Args:
        part: ``Part.name`` where there are more than one file. design: our id; empty: the default.
        grid: a word of ``grids.GRIDS``. backs: each sheet is followed by its backs.

    Raises:
        NotFound: ``voucher_not_found``, ``design_not_found``.
        Invalid: ``no_cards``, ``too_many_cards``, and as ``vouchers_of`` and ``printing.sheets.pdf`` say.
        Refused: ``code_unreadable``. PaperMissing: the machine cannot make PDF files.
    """
    rows = of_part(vouchers_of(business=business, chosen=chosen), part).select_related("buyer", "recipient")
    some = list(rows[: SLICE + 1])
    if len(some) > SLICE:
        raise Invalid("too_many_cards", f"at most {SLICE} cards a file", most=SLICE)
    row = design_named(business=business, ref=design)
    how = as_printed(row, business=business)
    made = sheets.pdf(list(cards(some, business=business, lang=how.language)), how, grid=grid, backs=backs)
    name = f"{some[0].serial}..{some[-1].serial}"
    told = {"form": "sheets", "serials": [name], "count": len(some), **_whose(chosen)}
    _note(business, {**told, **({"design": row.public_id} if row else {})}, actor=actor, now=now)
    return name, made


def print_table(
    *, business: Business, chosen: Chosen, actor: str, now: datetime
) -> tuple[str, Iterator[list[str]]]:  # fmt: skip
    """Return a name and the rows of ``listing.HEAD`` for a print shop that draws the cards itself.

    Raises:
        NotFound: ``voucher_not_found``. Invalid: ``no_cards``, and as ``vouchers_of`` says.
        Refused: ``code_unreadable``.
    """
    rows = of_part(vouchers_of(business=business, chosen=chosen), "").select_related("buyer", "recipient")
    first, count = rows.first(), rows.count()
    if first is None:
        raise Invalid("no_cards", "there is no card to print")
    last = rows.last()
    assert last is not None
    found = cards(rows.iterator(chunk_size=2000), business=business, lang=business.language)
    opened: list[Card] = [next(found)]  # a code that cannot be read is told before the file begins
    name = f"{first.serial}..{last.serial}"
    told = {"form": "table", "serials": [name], "count": count, **_whose(chosen)}
    _note(business, told, actor=actor, now=now)
    return name, listing.rows(chain(opened, found))


def _whose(chosen: Chosen) -> dict[str, Any]:
    told = {"batch": chosen.batch, "sale": chosen.sale}
    return {key: value for key, value in told.items() if value}


def _note(business: Business, data: dict[str, Any], *, actor: str, now: datetime) -> None:
    submit(business=business, type="voucher.printed", data=data, actor=actor, now=now)
