"""Vouchers printed: the file is made first, then who printed what is written down, then it is handed over.

Codes leave the house on paper, so no file is given out that no event tells of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from goodword import codes
from goodword.business.models import Business
from goodword.errors import Invalid, NotFound, Refused
from goodword.flow.submit import submit
from goodword.flow.vouchers.designing import as_printed, design_named
from goodword.flow.vouchers.printable import PRINTABLE, SLICE, Chosen, cards, of_part, readable, vouchers_of
from goodword.vouchers.models import Design, Voucher
from goodword.vouchers.printing import listing, sheets, single

MOST_RUNS = 100  # stretches of serials that an event names


def print_one(
    *, business: Business, voucher: str, design: str, actor: str, now: datetime, lang: str = "",
    giver: str | None = None,
) -> tuple[str, bytes]:  # fmt: skip
    """Return a voucher's serial and its PDF file, for an e-mail or an office printer.

    Args:
        voucher, design: our ids; no design: the voucher's own, else the default.
        lang: of the words on it; empty: the design's.
        giver: who it says it is from; None: the buyer's whole name.

    Raises:
        NotFound: ``voucher_not_found``, ``design_not_found``.
        Invalid: ``not_printable``: it is used up, expired or cancelled; as ``printing.single.pdf`` says.
        Refused: ``code_unreadable``. PaperMissing: the machine cannot make PDF files.
    """
    row = of_its_own(business=business, voucher=voucher)
    chosen = row.design if row.design and not design else design_named(business=business, ref=design)
    made = drawn(row, chosen, lang=lang, giver=giver)
    told = {"form": "one", "voucher": row.public_id, "count": 1}
    _note(business, {**told, **({"design": chosen.public_id} if chosen else {})}, actor=actor, now=now)
    return row.serial, made


def of_its_own(*, business: Business, voucher: str) -> Voucher:
    """Return a voucher that may be printed, with all that stands on its card.

    Raises:
        NotFound: ``voucher_not_found``. Invalid: ``not_printable``.
    """
    rows = Voucher.objects.filter(business=business).select_related("business", "buyer", "recipient", "design")
    row = rows.filter(public_id=voucher).first()
    if row is None:
        raise NotFound("voucher_not_found", "no voucher of that number or code")
    if row.state not in PRINTABLE:
        raise Invalid("not_printable", "it is used up, expired or cancelled", serial=row.serial)
    return row


def drawn(row: Voucher, design: Design | None, *, lang: str = "", giver: str | None = None) -> bytes:
    """Return the PDF file of one voucher; arguments and faults as of :func:`print_one`."""
    how = as_printed(design, business=row.business)
    how = replace(how, language=lang or how.language)
    (card,) = cards([row], business=row.business, lang=how.language)
    return single.pdf(card if giver is None else replace(card, buyer=giver), how)


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
    found = of_part(vouchers_of(business=business, chosen=chosen), part).select_related("buyer", "recipient")
    some = list(islice(readable(found.iterator(chunk_size=SLICE + 1)), SLICE + 1))
    if len(some) > SLICE:
        raise Invalid("too_many_cards", f"at most {SLICE} cards a file", most=SLICE)
    _must_be_some(some, found)
    row = design_named(business=business, ref=design)
    how = as_printed(row, business=business)
    made = sheets.pdf(list(cards(some, business=business, lang=how.language)), how, grid=grid, backs=backs)
    told = {"form": "sheets", **_which([(each.prefix, each.number) for each in some]), **_whose(chosen)}
    _note(business, {**told, **({"design": row.public_id} if row else {})}, actor=actor, now=now)
    return f"{some[0].serial}..{some[-1].serial}", made


def print_table(
    *, business: Business, chosen: Chosen, actor: str, now: datetime
) -> tuple[str, Iterator[list[str]]]:  # fmt: skip
    """Return a name and the rows of ``listing.HEAD`` for a print shop that draws the cards itself.

    Raises:
        NotFound: ``voucher_not_found``. Invalid: ``no_cards``, and as ``vouchers_of`` says.
        Refused: ``code_unreadable``: of none of them can it be read.
    """
    found = of_part(vouchers_of(business=business, chosen=chosen), "")
    slim = found.only("prefix", "number", "code_sealed", "code_index").iterator(chunk_size=2000)
    named = [(row.prefix, row.number) for row in readable(slim)]
    _must_be_some(named, found)
    _note(business, {"form": "table", **_which(named), **_whose(chosen)}, actor=actor, now=now)
    rows = found.select_related("buyer", "recipient").iterator(chunk_size=2000)
    told = cards(readable(rows), business=business, lang=business.language)
    return f"{codes.serial(*named[0])}..{codes.serial(*named[-1])}", listing.rows(told)


def _must_be_some(readable: Sequence[object], found: QuerySet[Voucher]) -> None:
    if not readable and found.exists():
        raise Refused("code_unreadable", "the codes were kept under another secret key")
    if not readable:
        raise Invalid("no_cards", "there is no card to print")


def _which(named: list[tuple[str, int]]) -> dict[str, Any]:
    """Return how many cards an event is about, and their serials: of very many stretches, the first and the last."""
    runs = codes.in_runs(named)
    if len(runs) > MOST_RUNS:
        runs = [f"{codes.serial(*named[0])}..{codes.serial(*named[-1])}"]
    return {"serials": runs, "count": len(named)}


def _whose(chosen: Chosen) -> dict[str, Any]:
    told = {"batch": chosen.batch, "sale": chosen.sale}
    return {key: value for key, value in told.items() if value}


def _note(business: Business, data: dict[str, Any], *, actor: str, now: datetime) -> None:
    submit(business=business, type="voucher.printed", data=data, actor=actor, now=now)
