"""Why a voucher cannot be redeemed: what the customer can be told, and what the office may do about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from goodword import codes
from goodword.errors import Refused
from goodword.money import Amount
from goodword.reports.redemptions import Seen
from goodword.vouchers import life
from goodword.vouchers.secrecy import CODE_LENGTH
from goodword.web import showing
from goodword.web.console.desk import Desk
from goodword.web.console.refusals import SENTENCES, sentence_of
from goodword.web.console.roles import PAGES

TITLES: dict[str, Promise] = {
    "voucher_expired": gettext_lazy("This voucher has expired"),
    "voucher_frozen": gettext_lazy("This voucher is on hold"),
    "voucher_void": gettext_lazy("This voucher was cancelled"),
    "voucher_not_active": gettext_lazy("This card was not sold yet"),
    "used_up": gettext_lazy("All of this voucher was used"),
    "paid_out": gettext_lazy("This voucher was paid out"),
}


@dataclass(frozen=True, slots=True)
class Barred:
    """Why nothing can be taken: ``say`` is for the customer, ``office`` for those who may act, with a way there."""

    code: str
    title: str
    say: str
    office: str = ""
    url: str = ""
    url_text: str = ""


def barred(seen: Seen, desk: Desk) -> Barred | None:
    """Return why this voucher cannot be used now; None when it can."""
    try:
        life.check_usable(seen.standing, at=desk.now)
    except Refused as refusal:
        code = refusal.code
    else:
        if seen.left:
            return None
        code = "paid_out" if seen.paid_out else "used_up"
    return _ANSWERS[code](seen, desk)


def way_to(desk: Desk, name: str, ref: str) -> str:
    """Return the address of a page about a voucher when there is one that this role may open; else nothing."""
    return reverse(f"console:{name}", args=[ref]) if PAGES.get(name, "nobody") in desk.may else ""


def _expired(seen: Seen, desk: Desk) -> Barred:
    row = seen.voucher
    day = showing.whole_day(row.expires_at - timedelta(microseconds=1)) if row.expires_at is not None else ""
    say = _("It was valid until %(day)s.") % {"day": day}
    if "vouchers.change" not in desk.may:
        return Barred("voucher_expired", str(TITLES["voucher_expired"]), say, _("The office may still honour it."))
    left = seen.left or seen.lapsed
    office = _("If you give it more time, %(amount)s can be used again.") % {
        "amount": showing.amount(Amount(left, row.currency))
    }
    return Barred("voucher_expired", str(TITLES["voucher_expired"]), say, office if left else "",
                  way_to(desk, "voucher_extend", row.public_id) if left else "", _("Give it more time"))  # fmt: skip


def _frozen(seen: Seen, desk: Desk) -> Barred:
    row = seen.voucher
    since = showing.whole_day(row.frozen_at) if row.frozen_at is not None else ""
    say = _("A question about it is open since %(day)s; until that is settled nothing can be used.") % {"day": since}
    if "vouchers.void" not in desk.may:
        office = _("A manager may release it.")
        return Barred("voucher_frozen", str(TITLES["voucher_frozen"]), say, office)
    return Barred("voucher_frozen", str(TITLES["voucher_frozen"]), say, _("You may release it once it is settled."),
                  way_to(desk, "voucher", row.public_id), _("Open the voucher"))  # fmt: skip


def _void(seen: Seen, desk: Desk) -> Barred:
    ended = showing.whole_day(seen.voucher.ended_at) if seen.voucher.ended_at is not None else ""
    if seen.replaced_by:
        say = _("This card was replaced on %(day)s. The new card is %(serial)s; please ask for that one.") % {
            "day": ended, "serial": seen.replaced_by,
        }  # fmt: skip
    else:
        say = _("It was cancelled on %(day)s and is worth nothing any more.") % {"day": ended}
    return Barred("voucher_void", str(TITLES["voucher_void"]), say, "",
                  way_to(desk, "voucher", seen.voucher.public_id), _("Open the voucher"))  # fmt: skip


def _not_sold(seen: Seen, desk: Desk) -> Barred:
    say = _("As far as we know nobody has paid for this card, so it is worth nothing yet. A receipt would help.")
    office = _("With a receipt, sell the card first; then it can be redeemed.") if "vouchers.sell" in desk.may else (
        _("With a receipt, the office can put it right.")
    )  # fmt: skip
    return Barred("voucher_not_active", str(TITLES["voucher_not_active"]), say, office,
                  way_to(desk, "voucher", seen.voucher.public_id), _("Open the voucher"))  # fmt: skip


def _used_up(seen: Seen, desk: Desk) -> Barred:
    row = seen.voucher
    day = showing.whole_day(row.ended_at) if row.ended_at is not None else ""
    say = _("Nothing is left of it since %(day)s.") % {"day": day} if day else _("Nothing is left of it.")
    below = "vouchers.see" in desk.may and any(use.returned < use.units for use in seen.uses)
    office = _("If that was a mistake, the last use can be undone below.") if below else ""
    return Barred("used_up", str(TITLES["used_up"]), say, office)


def _paid_out(seen: Seen, desk: Desk) -> Barred:
    day = showing.whole_day(seen.voucher.ended_at) if seen.voucher.ended_at is not None else ""
    say = _("What was left of it was paid out in money on %(day)s.") % {"day": day}
    return Barred("paid_out", str(TITLES["paid_out"]), say, "",
                  way_to(desk, "voucher", seen.voucher.public_id), _("Open the voucher"))  # fmt: skip


_ANSWERS = {
    "voucher_expired": _expired,
    "voucher_frozen": _frozen,
    "voucher_void": _void,
    "voucher_not_active": _not_sold,
    "used_up": _used_up,
    "paid_out": _paid_out,
}


def not_found(refusal: Refused) -> str:
    """Return what to do about a code or serial that leads nowhere; a typing error is no unknown code."""
    if refusal.code == "too_many_guesses":
        return str(SENTENCES["too_many_guesses"])
    if refusal.code != "code_mistyped":
        return _(
            "We know no voucher of that number or code. Compare it with the card once more; it may also be the voucher "
            "of another business."
        )
    if isinstance(refusal, codes.Mistyped) and "place" in refusal.facts:
        return _("A code has no such character: check the character at place %(place)s.") % refusal.facts
    if isinstance(refusal, codes.Mistyped) and "length" in refusal.facts:
        return _("A code has %(whole)s characters, and this one has %(length)s. Compare it with the card.") % {
            "whole": CODE_LENGTH, "length": refusal.facts["length"],
        }  # fmt: skip
    return _("One character of the code is wrong. Compare it with the card, character by character.")


def fault_of(refusal: Refused, seen: Seen, *, lang: str) -> tuple[str, str]:
    """Return which field an order was refused for, and why, in words for the one who stands there."""
    left = showing.amount(Amount(seen.left, seen.voucher.currency))
    if refusal.code == "insufficient_balance":
        return "amount", _("Only %(left)s is left on it. Take that, and the rest is paid another way.") % {"left": left}
    if refusal.code == "amount_required":
        return "amount", _("Say how much: an amount above zero.")
    if refusal.code == "redeemed_whole":
        return "amount", _("It is for a named service, so it is redeemed whole: %(left)s.") % {"left": left}
    if refusal.code == "exceeds_ticket":
        told = showing.amount(Amount(int(refusal.facts["left"]), seen.voucher.currency))  # type: ignore[call-overload]  # facts
        return "amount", _("The bill has only %(rest)s left to pay.") % {"rest": told}
    if refusal.code == "wrong_currency":
        return "amount", _("It is worth %(currency)s, not the currency of your till.") % {
            "currency": seen.voucher.currency
        }
    return FIELDS.get(refusal.code, ""), sentence_of(refusal, lang=lang)


FIELDS = {
    "not_money": "amount", "too_many_digits": "amount", "amount_out_of_range": "amount",
    "invalid_ticket": "ticket", "job_not_found": "job", "location_not_found": "location", "contact_not_found": "who",
    "contact_erased": "who", "invalid_contact": "who", "reach_unusable": "who",
}  # fmt: skip
