"""Cards of stock that an order names: found by their serials, under their locks, and fit to be sold (R19)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from goodword import codes
from goodword.business.models import Business
from goodword.errors import Conflict, Invalid, NotFound, Refused
from goodword.flow.vouchers.named import serials_named
from goodword.vouchers import life
from goodword.vouchers.models import Voucher


def cards_of_stock(business: Business, texts: Sequence[object]) -> list[Voucher]:
    """Lock the cards of these serials and ranges and return them in order; each is stock.

    Raises:
        Invalid: ``bad_serial``, ``bad_range``, ``too_many_serials``.
        NotFound: ``voucher_not_found`` with the serials nobody knows. Conflict: ``already_active`` with them.
        Refused: ``voucher_void``, ``voucher_frozen`` with them.
    """
    serials = serials_named(texts)
    if not serials:
        raise Invalid("bad_serial", "name the cards by their serials", pointer="/serials")
    names = [codes.serial(*pair) for pair in serials]
    rows = Voucher.objects.select_for_update(no_key=True, of=("self",)).select_related("location")
    found = {row.serial: row for row in rows.filter(business=business, serial__in=names).order_by("pk")}
    missing = [name for name in names if name not in found]
    if missing:
        raise NotFound(
            "voucher_not_found", f"no card {missing[0]} in stock", serials=missing[:20], missing=len(missing)
        )
    for refusal, told in _not_stock(found.values()).items():
        facts = {"serials": told[:20], "missing": len(told)}
        if refusal == "already_active":
            raise Conflict(refusal, f"{told[0]} was sold before", **facts)
        raise Refused(refusal, f"{told[0]} cannot be sold", **facts)
    return [found[name] for name in names]


def _not_stock(cards: Iterable[Voucher]) -> dict[str, list[str]]:
    """Return the serials of those cards that cannot be sold, by why not."""
    told: dict[str, list[str]] = {}
    for card in sorted(cards, key=lambda each: (each.prefix, each.number)):
        try:
            life.activate(life.Standing(card.state, card.frozen_at is not None, card.currency, 0))
        except Refused as refusal:
            told.setdefault(refusal.code, []).append(card.serial)
    return told


def value_of(card: Voucher, wanted: object) -> int:
    """Return what a card is to be worth: what was printed on it, or else what is ``wanted``.

    Raises:
        Invalid: ``value_fixed``, ``amount_required``, ``amount_out_of_range``.
    """
    if card.value is not None and wanted is not None and wanted != card.value:
        raise Invalid("value_fixed", f"{card.serial} was printed with another value", pointer="/value",
                      value=card.value, serial=card.serial)  # fmt: skip
    return life.check_amount(card.value if wanted is None else wanted)
